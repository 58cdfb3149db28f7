# SPDX-License-Identifier: Apache-2.0
"""The untidiness of real books: estimates firmed up, lots sent twice, voided, late and out of order.

None of it changes a sum: the version that stands is always the figure the other modules made.
"""

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

from generator.exact import rounded, text
from generator.production import DIGITS, UNITS, instant

# (mine prefix, day of each month, shift, line, quality of the estimate, estimate in per cent of the figure by month)
ESTIMATES = [
    ("lf", 14, "N", "silver-PRODUCED", (104, 97, 102, 95, 103, 98)),
    ("lc", 20, "D", "gold-PRODUCED", (92, 105, 96, 103, 99, 107)),
    ("ss", 7, "D", "ore-MILLED", (110, 94, 106, 108, 95, 103)),
]
LABORATORY = timedelta(days=3)
LATE_REVISION = ["gc-2003-02-20-N-silver-PRODUCED", "lf-2003-04-09-D-lead-PRODUCED"]
SENT_TWICE = ["lf-2003-03-05-D-lead-PRODUCED", "gc-2003-05-27-N-zinc-PRODUCED"]
BOOKED_TWICE = ["ss-2003-05-10-D-gold-PRODUCED"]
WRONG_DAY = ["lc-2003-04-22-N-gold-PRODUCED"]
ADJUSTED = [("gc-2003-03-31-D-lead-PRODUCED", Fraction("4.25"))]


def _estimate(event, percent):
    quantity = rounded(Fraction(event["quantity"]) * percent / 100, 1)
    return {**event, "quantity": text(quantity, 1), "quality": "ESTIMATE", "source": "synthetic: truck factor"}


def _version(event, revision, **changes):
    """The event as that revision, with the key in its usual place."""
    rest = {key: value for key, value in event.items() if key != "event_id"}
    return {"event_id": event["event_id"], "revision": revision, **rest, **changes}


def correct_production(pairs):
    """The pairs of production.shifts() with the corrections added."""
    by_id = {event["event_id"]: (at, event) for at, event in pairs}
    added = []
    for prefix, day, shift, line, percents in ESTIMATES:
        for month, percent in enumerate(percents, start=1):
            at, event = by_id[f"{prefix}-{date(2003, month, day)}-{shift}-{line}"]
            by_id[event["event_id"]] = (at, _estimate(event, percent))
            added.append((at + LABORATORY, _version(event, 1)))
    for event_id in LATE_REVISION:
        at, event = by_id.pop(event_id)
        added.append((at + LABORATORY, _version(event, 1)))
        added.append((at + LABORATORY + timedelta(days=1), _estimate(event, 96)))
    for event_id in SENT_TWICE:
        at, event = by_id[event_id]
        # The same value in other digits is the same body.
        added.append((at + timedelta(days=1), {**event, "quantity": text(Fraction(event["quantity"]), 6)}))
    for event_id in BOOKED_TWICE:
        at, event = by_id[event_id]
        double = {**event, "event_id": f"{event_id}-b", "source": "synthetic: the same lot booked again"}
        added.append((at + timedelta(hours=1), double))
        added.append((at + timedelta(days=2), _version(double, 1, voided=True)))
    for event_id in WRONG_DAY:
        at, event = by_id[event_id]
        late = (at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        by_id[event_id] = (at + timedelta(days=1), {**event, "occurred_at": late})
        added.append((at + timedelta(days=2), _version(event, 1)))
    for event_id, excess in ADJUSTED:
        at, event = by_id[event_id]
        digits = DIGITS[event["material"]]
        by_id[event_id] = (at, {**event, "quantity": text(Fraction(event["quantity"]) + excess, digits)})
        day = date.fromisoformat(event_id[3:13])
        noon = instant(event["mine_id"], day, 12)
        added.append((at + timedelta(days=4), {
            **event, "event_id": f"{event_id}-adjustment", "occurred_at": noon.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "quantity": text(-excess, digits), "unit": UNITS[event["material"]],
            "source": "synthetic: stock survey at the end of the quarter"}))
    return list(by_id.values()) + added


def correct_costs(pairs):
    """The pairs of costs.monthly() with the corrections added."""
    by_id = {event["event_id"]: (at, event) for at, event in pairs}
    added = []
    at, event = by_id["lf-2003-02-TREATMENT_REFINING-USD"]
    accrual = text(rounded(Fraction(event["amount"]) * 110 / 100, 0), 2)
    by_id[event["event_id"]] = (at, {**event, "amount": accrual, "source": "synthetic: accrual before the invoice"})
    added.append((datetime(2003, 4, 11, 15, tzinfo=timezone.utc), _version(event, 1)))
    at, event = by_id["ss-2003-03-PROCESSING-MXN"]
    added.append((at + timedelta(days=1), dict(event)))
    at, event = by_id["gc-2003-05-MINING-USD"]
    double = {**event, "event_id": f"{event['event_id']}-b", "source": "synthetic: the same invoices booked again"}
    added.append((at, double))
    added.append((at + timedelta(days=6), _version(double, 1, voided=True)))
    return list(by_id.values()) + added
