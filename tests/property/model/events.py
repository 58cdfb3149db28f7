# SPDX-License-Identifier: Apache-2.0
"""Which records state something: what is refused before anything is remembered, under which code, in which order
(sections 2 and 4)."""

from collections import namedtuple
from fractions import Fraction

from . import dates
from .keys import is_identifier, partition_of
from .words import (COSTS, CURRENCIES, ELEMENTS, MATERIALS, MILLION, MILLIONTH_OF, PRODUCTION, QUALITIES, STAGES)

LIMIT = 10**33  # of 10^-13 g, or of millionths of a currency unit; a day's total beyond it "would overflow"
LONGEST_DAYS = FURTHEST_DAYS = 400

TYPES = {PRODUCTION: ("ProductionEvent", "PeriodClose", "QuarantineDecision"),
         COSTS: ("CostEvent", "PeriodClose", "QuarantineDecision")}

# A record as it was read: offset and partition say where, timestamp_ms is the record's own.
Record = namedtuple("Record", "topic partition offset timestamp_ms key event")

# A version of a fact. `first` and `last` are the days it names, `amount` its effect on them (10^-13 g, or millionths),
# `line` (material, stage, quality) or (element, currency). `micro` is the quantity or amount in millionths as stated.
Version = namedtuple("Version", "revision voided body first last line amount unit source partition offset")


class Refused(Exception):
    """A record for the dead letters, with its code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def refuse_where(condition, code):
    """Refuses the record at hand."""
    if condition:
        raise Refused(code)


def effect_days(version):
    """“A version's days are the dates its effect falls on; a voided version has none.” (first, last) or None."""
    return None if version is None or version.voided else (version.first, version.last)


def millionths(text):
    """A decimal in millionths; `BAD_QUANTITY` where it has more than six decimals."""
    value = Fraction(str(text)) * MILLION
    refuse_where(value.denominator != 1, "BAD_QUANTITY")
    return value.numerator


def check_form(record):
    """The record's type, words and decimals."""
    event = record.event
    refuse_where(event["type"] not in TYPES[record.topic], "UNKNOWN_SCHEMA")
    if event["type"] == "ProductionEvent":
        refuse_where(event["unit"] not in MILLIONTH_OF, "BAD_UNIT")
        refuse_where(event["stage"] not in STAGES or event["quality"] not in QUALITIES, "MALFORMED")
        millionths(event["quantity"])
    if event["type"] == "CostEvent":
        refuse_where(event["element"] not in ELEMENTS, "MALFORMED")
        millionths(event["amount"])


def check_address(record, partitions, mines):
    """Identifiers, key and partition, and that the mine is known."""
    event = record.event
    refuse_where(not is_identifier(event["mine_id"]), "BAD_ID")
    refuse_where(not is_identifier(event.get("event_id", "-")), "BAD_ID")
    refuse_where(record.key != event["mine_id"], "KEY_MISMATCH")
    refuse_where(record.partition != partition_of(record.key, partitions), "WRONG_PARTITION")
    refuse_where(event.get("revision", 0) < 0, "MALFORMED")
    refuse_where(event["mine_id"] not in mines, "UNKNOWN_MINE")


def measured(record, mine):
    """A ProductionEvent as a version. “Quantities are at 100 %.” It falls on one production date."""
    event = record.event
    at_ms = event["occurred_at"]
    refuse_where(event["material"] not in MATERIALS, "UNKNOWN_MATERIAL")
    earliest, end = ((day - dates.EPOCH_DAY) * dates.DAY_MS for day in (dates.FIRST_DAY, dates.LAST_DAY + 1))
    refuse_where(not earliest <= at_ms < end or at_ms > record.timestamp_ms + dates.DAY_MS, "BAD_TIME")
    micro = millionths(event["quantity"])
    mass = micro * MILLIONTH_OF[event["unit"]]
    refuse_where(abs(mass) > LIMIT, "BAD_QUANTITY")
    line = event["material"], event["stage"], event["quality"]
    body = (event.get("voided", False), at_ms, line, micro, event["unit"], event.get("source"))
    day = dates.production_date(mine, at_ms)
    return version_of(record, body, day, day, line, mass)


def spent(record):
    """A CostEvent as a version. It names all days from `from` to `through`."""
    event = record.event
    refuse_where(event["currency"] not in CURRENCIES, "UNKNOWN_CURRENCY")
    refuse_where(event.get("metal") is not None and event["metal"] not in MATERIALS, "UNKNOWN_MATERIAL")
    first, last = dates.day_of(event["from"]), dates.day_of(event["through"])
    refuse_where(not is_period(first, last, record.timestamp_ms), "BAD_PERIOD")
    amount = millionths(event["amount"])
    refuse_where(abs(amount) > LIMIT, "BAD_QUANTITY")
    line = event["element"], event["currency"]
    body = (event.get("voided", False), first, last, line, event.get("metal"), amount, event.get("source"))
    return version_of(record, body, first, last, line, amount)


def is_period(first, last, timestamp_ms):
    """`BAD_PERIOD` is “`from` after `through`, longer than 400 days, or reaching more than 400 days past the record's
    own timestamp”, or outside 1800 to 2299."""
    if first is None or last is None or first < dates.FIRST_DAY or last > dates.LAST_DAY:
        return False
    return (first <= last and last - first + 1 <= LONGEST_DAYS
            and last <= dates.utc_day(timestamp_ms) + FURTHEST_DAYS)


def version_of(record, body, first, last, line, amount):
    """The parts common to both events."""
    event = record.event
    return Version(event.get("revision", 0), event.get("voided", False), body, first, last, line, amount,
                   event.get("unit"), event.get("source"), record.partition, record.offset)


def closed_through(record):
    """The day of a PeriodClose: `BAD_TIME` “before 1800 or more than a day after the record's own timestamp”."""
    day = dates.day_of(record.event["closed_through"])
    latest = min(dates.utc_day(record.timestamp_ms) + 1, dates.LAST_DAY)
    refuse_where(day is None or not dates.FIRST_DAY <= day <= latest, "BAD_TIME")
    return day
