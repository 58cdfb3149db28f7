# SPDX-License-Identifier: Apache-2.0
"""Reference data: which records are good, and what companies, mines, prices and rates they state (section 2)."""

import re
from collections import namedtuple
from fractions import Fraction
from zoneinfo import ZoneInfo

from . import dates
from .keys import is_identifier
from .words import CURRENCIES, MATERIALS, MILLIONTH_OF

Company = namedtuple("Company", "id name currency start_month units primary_metal")
# day_start in minutes; interests: company id -> [(from, share)] by date, one entry for each date.
Mine = namedtuple("Mine", "id name zone day_start named_by_end primary_metal units corporate priced interests")
Price = namedtuple("Price", "price currency unit")

POSITIVE = r"(?=.*[1-9])[0-9]+(\.[0-9]+)?"
SHARE = r"0+(\.[0-9]+)?|0*1(\.0+)?"
MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"


class BadReference(Exception):
    """`BAD_REFERENCE` (the previous value stands)."""


def require(condition):
    """A record of which this does not hold is bad."""
    if not condition:
        raise BadReference


def typed(record, field, kind, default=None):
    """A field of a type; null stands for an absent one."""
    value = record.get(field)
    if value is None:
        return default
    require(isinstance(value, kind) and (kind is bool or not isinstance(value, bool)))
    return value


def matching(record, field, pattern, default=None):
    """A text field of a form."""
    value = typed(record, field, str, default)
    require(value is None or re.fullmatch(pattern, value))
    return value


def among(record, field, words, default=None):
    """A text field that is one of some words."""
    value = typed(record, field, str, default)
    require(value is None or value in words)
    return value


def decimal(value, pattern):
    """A decimal, as text or as a plain number whose digits are kept; never through a binary float's value."""
    require(isinstance(value, str) or (value is not None and not isinstance(value, (bool, list, dict))))
    text = str(value)
    require(re.fullmatch(pattern, text))
    return Fraction(text)


def identifier(record, field):
    """A required identifier."""
    value = typed(record, field, str)
    require(value is not None and is_identifier(value))
    return value


def units_of(record):
    """`units {"lead":"ST",…}`."""
    units = typed(record, "units", dict, {})
    for material, unit in units.items():
        require(material in MATERIALS and isinstance(unit, str) and unit in MILLIONTH_OF)
    return units


def metal_of(record):
    """`primary_metal`; an empty one is none."""
    return among(record, "primary_metal", MATERIALS | {""}) or None


def company(record):
    """`company_id, name, reporting_currency ("USD"), fiscal_year_start_month (1), units, founded, region, listed,
    primary_metal`."""
    company_id = identifier(record, "company_id")
    start_month = typed(record, "fiscal_year_start_month", int, 1)
    require(1 <= start_month <= 12)
    for field, kind in (("founded", int), ("region", str), ("listed", bool)):
        typed(record, field, kind)
    return company_id, Company(company_id, typed(record, "name", str, company_id),
                               among(record, "reporting_currency", CURRENCIES, "USD"), start_month, units_of(record),
                               metal_of(record))


def zone_of(record):
    """`time_zone (IANA)`."""
    name = typed(record, "time_zone", str)
    require(name)
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError, a directory an OSError
        raise BadReference from None


def interests_of(record):
    """“An interest holds from its `from` date until the company's next entry for that mine (of two with the same date,
    the later in the list)”; “shares of one mine above 1 on any date make the record a `BAD_REFERENCE`”."""
    entries = {}
    for entry in typed(record, "interests", list, []):
        require(isinstance(entry, dict))
        since = dates.day_of(matching(entry, "from", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", ""))
        require(since is not None)
        entries.setdefault(identifier(entry, "company_id"), {})[since] = decimal(entry.get("share"), SHARE)
    for day in {since for own in entries.values() for since in own}:
        held = ([share for since, share in sorted(own.items()) if since <= day] for own in entries.values())
        require(sum(shares[-1] for shares in held if shares) <= 1)
    return {company_id: sorted(own.items()) for company_id, own in entries.items()}


def mine(record):
    """`mine_id, name, country, subdivision, time_zone (IANA), day_start ("07:00"), day_named_by (start, end),
    primary_metal, units, status, by_product_credits (reported, priced), interests`. Every mine but a corporate office
    has a primary metal."""
    mine_id = identifier(record, "mine_id")
    for field in ("country", "subdivision"):
        typed(record, field, str)
    hours, minutes = matching(record, "day_start", "([01][0-9]|2[0-3]):[0-5][0-9]", "07:00").split(":")
    status = among(record, "status", ("operating", "development", "exploration", "corporate"), "operating")
    metal = metal_of(record)
    require(metal or status == "corporate")
    return mine_id, Mine(
        mine_id, typed(record, "name", str, mine_id), zone_of(record), int(hours) * 60 + int(minutes),
        among(record, "day_named_by", ("start", "end"), "start") == "end", metal, units_of(record),
        status == "corporate", among(record, "by_product_credits", ("reported", "priced"), "reported") == "priced",
        interests_of(record))


def month_in(record):
    """A required `YYYY-MM`, as a month."""
    year, month = matching(record, "month", MONTH, "").split("-")
    return int(year) * 12 + int(month) - 1


def rate(record):
    """`currency, month, per_usd, rate_type`."""
    currency = among(record, "currency", CURRENCIES)
    require(currency)
    typed(record, "rate_type", str)
    month = month_in(record)
    return f"{currency}|{record['month']}", ((currency, month), decimal(record.get("per_usd"), POSITIVE))


def price(record):
    """`material, month, price, currency, unit`."""
    material, currency = among(record, "material", MATERIALS), among(record, "currency", CURRENCIES)
    unit, month = among(record, "unit", MILLIONTH_OF), month_in(record)
    require(material and currency and unit)
    stated = Price(decimal(record.get("price"), POSITIVE), currency, unit)
    return f"{material}|{record['month']}", ((material, month), stated)


PARSERS = {"reference.companies": company, "reference.mines": mine, "market.fx": rate, "market.prices": price}


class Reference:
    """The last good value of each key of each reference topic."""

    def __init__(self):
        self._values = {topic: {} for topic in PARSERS}

    def take(self, topic, key, value):
        """Takes one record; false says `BAD_REFERENCE`. A record without a value ends what its key stated."""
        if value is None:
            self._values[topic].pop(key, None)
            return key is not None
        try:
            require(isinstance(value, dict))
            stated_key, parsed = PARSERS[topic](value)
            require(key == stated_key)
        except BadReference:
            return False
        self._values[topic][key] = parsed
        return True

    @property
    def companies(self):
        """company id -> Company"""
        return self._values["reference.companies"]

    @property
    def mines(self):
        """mine id -> Mine"""
        return self._values["reference.mines"]

    @property
    def rates(self):
        """(currency, month) -> units of the currency for one US dollar"""
        return dict(self._values["market.fx"].values())

    @property
    def prices(self):
        """(material, month) -> Price"""
        return dict(self._values["market.prices"].values())
