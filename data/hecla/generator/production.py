# SPDX-License-Identifier: Apache-2.0
"""Production facts of the demo data: coarse ones up to 2002, one per shift and line for the first half of 2003.

Every function returns (arrival, event) pairs; the arrival, a UTC instant, orders the file and is not published.
"""

from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction

from generator.exact import Variation, rounded, split, text
from generator.reference import (PREFIXES, PRIMARY, ZONES, hecla_share, months, period_label, quarter_dates, rows)

NAMES = {"San Sebastian": "san-sebastian", "Greens Creek": "greens-creek", "Lucky Friday": "lucky-friday",
         "La Camorra": "la-camorra"}
UNITS = {"ore": "ST", "silver": "OZT", "gold": "OZT", "lead": "ST", "zinc": "ST"}
DIGITS = {"ore": 2, "silver": 2, "gold": 3, "lead": 3, "zinc": 3}
# Wall-clock hour at which a shift books its figures, and the days after the production date.
SHIFTS = {"D": (18, 0), "N": (6, 1)}
# Synthetic: the part of what is produced that a smelter or refinery pays for. By-product fractions reproduce the
# credits of the calibration within 0.02 %.
PAYABLE = {"greens-creek": {"silver": "0.95", "gold": "0.95", "lead": "0.95", "zinc": "0.85"},
           "lucky-friday": {"silver": "0.95", "lead": "0.95", "zinc": "0.85"},
           "san-sebastian": {"silver": "0.995", "gold": "0.999"}, "la-camorra": {"gold": "0.999"}}


def instant(mine, day, hour, minute=0, days_after=0):
    """A wall-clock time at the mine as a UTC instant."""
    wall = datetime.combine(day + timedelta(days=days_after), time(hour, minute), ZONES[mine])
    return wall.astimezone(timezone.utc)


def event(event_id, mine, occurred_at, material, stage, quantity, quality, source, digits=0, **version):
    """One record of mine.production; version is revision or voided where they are not the defaults."""
    return {"event_id": event_id, **version, "mine_id": mine, "occurred_at": occurred_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "material": material, "stage": stage, "quantity": text(quantity, digits), "unit": UNITS[material],
            "quality": quality, "source": source}


def _reported(text_date):
    return datetime.combine(date.fromisoformat(text_date), time(12), timezone.utc)


def history():
    """Facts of 2000 to 2002 at 100 %, as (mine, material, from, through, quantity, versions of the event).

    In a group the row of "(company)" is the attributable total and the row with "remainder" is what the other mines
    leave of it. A second company row is a later report of the same total: it makes a second version of the remainder.
    """
    groups = {}
    for row in rows("history-production.csv"):
        groups.setdefault(row["group"], []).append(row)
    facts = []
    for group in groups.values():
        totals = [row for row in group if row["mine"] == "(company)"]
        mines = [row for row in group if row["mine"] != "(company)"]
        known = sum(Fraction(row["quantity"]) * hecla_share(row["mine"])
                    for row in mines if row["quantity"] != "remainder")
        for row in mines:
            facts.append(_history_fact(row, totals, known))
    return facts


def _history_fact(row, totals, known):
    mine, material = row["mine"], row["material"]
    first, last = date.fromisoformat(row["from"]), date.fromisoformat(row["through"])
    if row["quantity"] == "remainder":
        reports = [((Fraction(t["quantity"]) - known) / hecla_share(mine), t["reported"],
                    f"{row['source']} ({t['source']})") for t in totals]
    else:
        reports = [(Fraction(row["quantity"]), row["reported"], row["source"])]
    label = f"{PREFIXES[mine]}-{period_label(first, last)}-{material}"
    stage = "MILLED" if material == "ore" else "PRODUCED"
    quality = "SETTLED" if row["certainty"].startswith("sourced") else "ESTIMATE"
    versions = []
    for revision, (quantity, reported, source) in enumerate(reports):
        version = {"revision": revision} if revision else {}
        versions.append((_reported(reported), event(
            f"{label}-{stage}", mine, instant(mine, last, 12), material, stage, quantity, quality,
            f"{row['certainty']}: {source}", **version)))
    return {"mine": mine, "material": material, "from": first, "through": last, "quantity": reports[-1][0],
            "versions": versions}


def _shift_weights(mine, quarter, days):
    """Ore weight of each (day, shift): small variation, and every second Wednesday half a day shift of maintenance."""
    variation = Variation(f"{mine} {quarter} ore")
    weights = []
    for day in days:
        for shift in SHIFTS:
            weight = variation.between(900, 1100)
            maintenance = shift == "D" and day.weekday() == 2 and day.isocalendar()[1] % 2 == 0
            weights.append(weight // 2 if maintenance else weight)
    return weights


def _quarter(row):
    """All facts of one calibration row."""
    mine, quarter = NAMES[row["mine"]], row["quarter"]
    first, last = quarter_dates(quarter)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    slots = [(day, shift) for day in days for shift in SHIFTS]
    ore = _shift_weights(mine, quarter, days)
    source = f"synthetic: {quarter} of the calibration by shift"
    lines = [("ore", "MILLED", "WEIGHED", split(row["tons_milled_st"], ore, DIGITS["ore"]))]
    produced = {}
    for metal, column in (("silver", "silver_oz"), ("gold", "gold_oz"), ("lead", "lead_st"), ("zinc", "zinc_st")):
        if Fraction(row[column]) != 0:
            variation = Variation(f"{mine} {quarter} {metal}")
            weights = [weight * variation.between(940, 1060) for weight in ore]
            produced[metal] = split(row[column], weights, DIGITS[metal])
            lines.append((metal, "PRODUCED", "ASSAYED", produced[metal]))
    facts = []
    for index, (material, stage, quality, quantities) in enumerate(lines):
        for (day, shift), quantity in zip(slots, quantities):
            hour, days_after = SHIFTS[shift]
            at = instant(mine, day, hour, 10 + 5 * index, days_after)
            facts.append((at, event(f"{PREFIXES[mine]}-{day}-{shift}-{material}-{stage}", mine, at, material, stage,
                                    quantity, quality, source, DIGITS[material])))
    return facts + _contained(row, mine, quarter, days, produced[PRIMARY[mine]]) + _payable(mine, slots, produced)


def _contained(row, mine, quarter, days, produced):
    """Primary metal in the mill feed by day: tons x head grade of the quarter, in step with what is produced."""
    metal = PRIMARY[mine]
    variation = Variation(f"{mine} {quarter} contained")
    weights = [(produced[2 * n] + produced[2 * n + 1]) * variation.between(985, 1015) for n in range(len(days))]
    total = Fraction(row["tons_milled_st"]) * Fraction(row["head_grade_primary_ozst"])
    facts = []
    for day, quantity in zip(days, split(total, weights, DIGITS[metal])):
        at = instant(mine, day, 6, 50, 1)
        facts.append((at, event(f"{PREFIXES[mine]}-{day}-{metal}-CONTAINED", mine, at, metal, "CONTAINED", quantity,
                                "ASSAYED", f"synthetic: {quarter} tons x head grade by day", DIGITS[metal])))
    return facts


def _payable(mine, slots, produced):
    """What is paid for, by month, on the month's last production date."""
    facts = []
    for label, first, count in months(slots[0][0], slots[-1][0]):
        last = first + timedelta(days=count - 1)
        for metal, quantities in produced.items():
            month = sum(quantity for (day, _), quantity in zip(slots, quantities) if first <= day <= last)
            fraction = PAYABLE[mine][metal]
            at = instant(mine, last, 12)
            facts.append((at, event(f"{PREFIXES[mine]}-{label}-{metal}-PAYABLE", mine, at, metal, "PAYABLE",
                                    rounded(month * Fraction(fraction), 3), "SETTLED",
                                    f"synthetic: {fraction} of the month's production", 3)))
    return facts


def shifts():
    """Facts of the first half of 2003, before any correction."""
    return [pair for row in rows("calibration-2003-h1.csv") for pair in _quarter(row)]
