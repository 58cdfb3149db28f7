# SPDX-License-Identifier: Apache-2.0
"""Small worlds for the model's own tests: one mine `a` in UTC, gold, wholly owned by company `co`, unless told
otherwise."""

import json
from datetime import datetime, timezone

from . import expected
from .words import COSTS, PRODUCTION

LATER_MS = 1_893_456_000_000  # 2030-01-01, so that nothing lies ahead of its record


def ms(text):
    """Milliseconds since 1970 of an ISO 8601 instant in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()) * 1000


def record(topic, key, **more):
    """A step that appends a record."""
    return {"do": "record", "topic": topic, "timestamp": LATER_MS, "key": key, **more}


def mine(mine_id="a", share="1", **more):
    """A mine's reference record."""
    value = {"mine_id": mine_id, "time_zone": "UTC", "day_start": "00:00", "primary_metal": "gold",
             "interests": [{"company_id": "co", "from": "1800-01-01", "share": share}], **more}
    return record("reference.mines", mine_id, value=value)


def company(**more):
    """The company's reference record."""
    return record("reference.companies", "co",
                  value={"company_id": "co", "name": "Co", "primary_metal": "gold", **more})


def price(material, month, amount, **more):
    """A price for an ounce, in USD."""
    return record("market.prices", f"{material}|{month}", value={
        "material": material, "month": month, "price": amount, "currency": "USD", "unit": "OZT", **more})


def rate(currency, month, per_usd):
    """A rate."""
    return record("market.fx", f"{currency}|{month}", value={"currency": currency, "month": month, "per_usd": per_usd})


def gold(day, ounces, event_id="e", mine_id="a", **more):
    """Ounces of gold PRODUCED at noon of a day."""
    event = {"type": "ProductionEvent", "event_id": event_id, "mine_id": mine_id, "occurred_at": ms(day + "T12:00"),
             "material": "gold", "stage": "PRODUCED", "quantity": ounces, "unit": "OZT", "quality": "WEIGHED", **more}
    return record(PRODUCTION, mine_id, event=event)


def cost(first, last, amount, event_id="e", mine_id="a", **more):
    """A cost in USD, of MINING."""
    event = {"type": "CostEvent", "event_id": event_id, "mine_id": mine_id, "from": first, "through": last,
             "element": "MINING", "amount": amount, "currency": "USD", **more}
    return record(COSTS, mine_id, event=event)


def close(topic, day, mine_id="a"):
    """A PeriodClose."""
    return record(topic, mine_id, event={"type": "PeriodClose", "mine_id": mine_id, "closed_through": day, "by": "b",
                                         "at": 0})


def decide(topic, event_id, revision, accept, mine_id="a"):
    """A QuarantineDecision by `cfo`."""
    return record(topic, mine_id, event={"type": "QuarantineDecision", "mine_id": mine_id, "event_id": event_id,
                                         "revision": revision, "accept": accept, "by": "cfo", "at": 0})


class Outcome:
    """What the model expects of a world."""

    def __init__(self, *steps, **settings):
        settings = {"windows": ["day", "month", "year"], "partitions": 1, **settings}
        self.topics = expected({"settings": settings, "steps": list(steps)})

    def company(self, window):
        """A company summary, `kind|label`; None where there is none."""
        text = self.topics["company.summaries"].get("co|" + window)
        return text and json.loads(text)

    def mine(self, window, mine_id="a"):
        """A mine summary."""
        text = self.topics["mine.summaries"].get(f"{mine_id}|{window}")
        return text and json.loads(text)

    def made(self, window):
        """The company's attributable quantity of its one line."""
        return self.company(window)["production"][0]["attributable"]

    def unit_cost(self, window, metal="gold", method="by_product"):
        """An entry of the company's unit costs."""
        return next(entry for entry in self.company(window)["unit_costs"]
                    if (entry["metal"], entry["method"]) == (metal, method))

    @property
    def codes(self):
        """The codes of the dead letters in order."""
        return [letter[4] for letter in self.topics["headframe.dead-letters"]]

    @property
    def quarantine(self):
        """The keys of what waits."""
        return sorted(self.topics["headframe.quarantine"])

    @property
    def restatements(self):
        """The published restatements, parsed."""
        return [json.loads(text) for _, text in self.topics["headframe.restatements"]]


def step(before, credit, after, per_unit):
    """A ladder step as published."""
    return {"before_credits": before, "credits": credit, "after_credits": after, "per_unit": per_unit}
