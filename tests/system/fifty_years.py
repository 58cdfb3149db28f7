# SPDX-License-Identifier: Apache-2.0
"""Decides what a company with fifty years of daily facts reports, and what is said of it later.

Every record is both a step of a world of tests/property, which its model takes, and the bytes that a producer sends."""

import datetime
import json
from typing import NamedTuple

import foreign

FIRST, LAST = datetime.date(1954, 7, 1), datetime.date(2004, 6, 30)  # 18,263 days
LONG, STALLED, YOUNG = "real-del-monte", "la-colorada", "santa-rosa"
BEGAN = {LONG: FIRST, STALLED: datetime.date(1999, 7, 1), YOUNG: datetime.date(2003, 7, 1)}
COSTS_BEGAN = {LONG: datetime.date(1984, 7, 1), STALLED: BEGAN[STALLED]}
RATES_BEGAN = COSTS_BEGAN[LONG]
RATE_CHANGED = datetime.date(1999, 11, 1)
STALLED_DAILY = 1250  # ounces; a sum tells how many days are in it
MATERIALS = {LONG: "silver", STALLED: "silver", YOUNG: "gold"}
AHEAD_MS = foreign.milliseconds("2005-01-01T00:00:00Z")  # timestamp of every record


class Sent(NamedTuple):
    """A record: topic and key, the step that is the model's, and what Kafka carries."""
    topic: str
    key: str
    step: dict
    value: bytes


def record(topic, key, data, **content):
    """A record of any topic."""
    return Sent(topic, key, {"do": "record", "topic": topic, "timestamp": AHEAD_MS, "key": key, **content}, data)


def reference(topic, key, **value):
    """A record of reference data."""
    return record(topic, key, json.dumps(value).encode(), value=value)


def mine(mine_id, *interests, units=None):
    """A mine of which the company holds shares from dates on."""
    return reference("reference.mines", mine_id, mine_id=mine_id, name=mine_id.replace("-", " ").title(),
                     time_zone="America/Mexico_City", day_start="07:00", primary_metal=MATERIALS[mine_id],
                     units=units or {},
                     interests=[{"company_id": "minera", "from": since, "share": share} for since, share in interests])


def rate(month, per_usd):
    """Mexican pesos for a dollar in a month."""
    label = f"{month:%Y-%m}"
    return reference("market.fx", f"MXN|{label}", currency="MXN", month=label, per_usd=per_usd)


def produced(mine_id, day, quantity, **version):
    """What a mine produced on a day; the afternoon shift's weighing."""
    event = {"event_id": f"{day}", "mine_id": mine_id, "material": MATERIALS[mine_id], "stage": "PRODUCED",
             "quantity": quantity, "unit": "OZT", "quality": "WEIGHED", **version}
    at = f"{day}T20:00:00Z"
    return record("mine.production", mine_id, foreign.production(**event, occurred_at=at),
                  event={"type": "ProductionEvent", **event, "occurred_at": foreign.milliseconds(at)})


def spent(mine_id, month, element, amount):
    """What a mine spent in a month, in pesos."""
    event = {"event_id": f"{element} {month:%Y-%m}", "mine_id": mine_id, "from": f"{month}",
             "through": f"{next_month(month) - datetime.timedelta(1)}", "element": element, "amount": amount,
             "currency": "MXN"}
    return record("mine.costs", mine_id, foreign.cost(**event), event={"type": "CostEvent", **event})


def closing(mine_id, day):
    """A mine's production is closed through a day."""
    event = {"mine_id": mine_id, "closed_through": f"{day}", "by": "controller"}
    at = f"{day}T12:00:00Z"
    return record("mine.production", mine_id, foreign.close(**event, at=at),
                  event={"type": "PeriodClose", **event, "at": foreign.milliseconds(at)})


def next_month(month):
    """The first of the month after."""
    return (month + datetime.timedelta(31)).replace(day=1)


def days(first, last=LAST):
    """All days from first to last."""
    return [first + datetime.timedelta(number) for number in range((last - first).days + 1)]


def months(first):
    """The first days of all months until the last day."""
    return [day for day in days(first) if day.day == 1]


def daily(mine_id, first, last=LAST):
    """A mine's production day by day, the stalled one's always the same."""
    return [produced(mine_id, day, f"{STALLED_DAILY}" if mine_id == STALLED else
                     f"{900 + day.toordinal() % 977}.{day.toordinal() * 37 % 1000:03d}") for day in days(first, last)]


def described():
    """The reference data. November 2001 has no rate."""
    rates = [rate(month, f"{9 + number % 13}.{1000 + number * 7}") for number, month in enumerate(months(RATES_BEGAN))
             if month != datetime.date(2001, 11, 1)]
    company = reference("reference.companies", "minera", company_id="minera", name="Compañía Minera",
                        primary_metal="silver")
    return [company, mine(LONG, ("1950-01-01", "0.55"), ("1985-07-01", "0.7027")),
            mine(STALLED, ("1999-07-01", "0.2973")), mine(YOUNG, ("2003-07-01", "1")), *rates]


def reported():
    """The facts, and the first closes."""
    costs = [spent(mine_id, month, element, f"{1000000 + number * 1237}.{number % 100:02d}")
             for mine_id, began in COSTS_BEGAN.items() for number, month in enumerate(months(began))
             for element in ("MINING", "PROCESSING")]
    return [fact for mine_id, began in BEGAN.items() for fact in daily(mine_id, began)] + closed(0) + costs


def revalued():
    """Another rate for one month, and another unit of a mine: neither moves all windows of the company."""
    return [rate(RATE_CHANGED, "8.75"), mine(STALLED, ("1999-07-01", "0.2973"), units={"silver": "KG"})]


def sold():
    """Other shares of the first mine over all its years, and none in the first half year."""
    return [mine(LONG, ("1955-01-01", "0.45"), ("1985-07-01", "0.725"))]


def advanced(number):
    """All mines but one report so many days more."""
    return [fact for mine_id in (LONG, YOUNG)
            for fact in daily(mine_id, LAST + datetime.timedelta(1), LAST + datetime.timedelta(number))]


def withdrawn(number):
    """They withdraw one of those days."""
    return [produced(mine_id, LAST + datetime.timedelta(number), "0", revision=1, voided=True)
            for mine_id in (LONG, YOUNG)]


def closed(number):
    """The same mines close their production so many days after the last of the fifty years."""
    return [closing(mine_id, LAST + datetime.timedelta(number)) for mine_id in (LONG, YOUNG)]
