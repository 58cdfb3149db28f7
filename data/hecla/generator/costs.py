# SPDX-License-Identifier: Apache-2.0
"""Cost facts of the demo data: monthly for the first half of 2003, by quarter or year before.

The calibration and the sources give dollars. Where a part is spent in local currency, its amount is chosen so that
the days, each converted by the rate of its month, come back to those dollars within half a local cent.
Every function returns (arrival, event) pairs, as in production.py.
"""

from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction

from generator.exact import Variation, rounded, split, text
from generator.production import NAMES, PAYABLE, history
from generator.reference import (PREFIXES, PRICE, PRICED_UNITS, PRIMARY, RATE, hecla_share, months, period_label,
                                 quarter_dates, rows)

# Synthetic: parts of the site operating cost.
SITE = {"MINING": 55, "PROCESSING": 30, "SITE_ADMINISTRATION": 15}
# Synthetic, from the calibration: the part of the site operating cost spent in local currency.
LOCAL = {"san-sebastian": ("MXN", Fraction("0.65")), "la-camorra": ("VEB", Fraction("0.55"))}
# US dollars per ounce of the primary metal. DEPRECIATION and RECLAMATION sum to the sourced non-cash cost of 2001 and
# 2002 (1.52 silver; 67 and 69 gold); their split, the other years and SUSTAINING_CAPITAL are synthetic.
PER_OUNCE = {
    "silver": {"DEPRECIATION": "1.44", "RECLAMATION": "0.08", "SUSTAINING_CAPITAL": "1.00"},
    "gold": {"DEPRECIATION": "65", "RECLAMATION": "4", "SUSTAINING_CAPITAL": "25"},
}
GOLD_DEPRECIATION_TO_2001 = "63"


def event(mine, label, first, last, element, amount, currency, source, metal=None, digits=2):
    """One record of mine.costs."""
    parts = [PREFIXES[mine], label, element] + ([metal] if metal else []) + [currency]
    return {"event_id": "-".join(parts), "mine_id": mine, "from": str(first), "through": str(last),
            "element": element, "metal": metal, "amount": text(amount, digits), "currency": currency,
            "source": source}


def local_amount(dollars, currency, first, last):
    """Local currency, in cents, that spread evenly over the days is worth so many dollars."""
    spans = months(first, last)
    worth = sum(count / RATE[currency, label] for label, _, count in spans)
    return rounded(dollars * sum(count for _, _, count in spans) / worth, 2)


def site_events(mine, label, first, last, dollars, source):
    """The site operating cost of a period in its elements and currencies."""
    events = []
    currency, share = LOCAL.get(mine, ("USD", Fraction(0)))
    for element, part in zip(SITE, split(dollars, list(SITE.values()), 2)):
        local = rounded(part * share, 2)
        if local:
            events.append(event(mine, label, first, last, element, local_amount(local, currency, first, last),
                                currency, source))
        events.append(event(mine, label, first, last, element, part - local, "USD", source))
    return events


def noncash(mine, year, ounces):
    """What total production cost and all-in sustaining cost add: (element, dollars, source)."""
    metal, parts = PRIMARY[mine], []
    for element, rate in PER_OUNCE[metal].items():
        if (metal, element) == ("gold", "DEPRECIATION") and year <= 2001:
            rate = GOLD_DEPRECIATION_TO_2001
        known = element != "SUSTAINING_CAPITAL" and year in (2001, 2002)
        source = f"{'derived' if known else 'synthetic'}: {rate} USD per ounce of {metal}"
        parts.append((element, rounded(ounces * Fraction(rate), 2), source))
    return parts


def noncash_events(mine, label, first, last, ounces):
    """noncash() of a period as events."""
    return [event(mine, label, first, last, element, amount, "USD", source)
            for element, amount, source in noncash(mine, last.year, ounces)]


def _price(metal, first, last):
    """Mean of the monthly prices, in dollars per unit of the production facts."""
    quotes = [PRICE[metal, label] * PRICED_UNITS[metal] for label, _, _ in months(first, last)]
    return sum(quotes) / len(quotes)


# The half year by month


def monthly():
    """Cost facts of the first half of 2003, before any correction."""
    pairs = []
    for row in rows("calibration-2003-h1.csv"):
        for label, first, last, events in _calibration_months(row):
            pairs += [(_books_closed(last), e) for e in events]
    for row in rows("exploration.csv"):
        if not row["reported"]:
            pairs += _exploration_by_month(row)
    return pairs


def _books_closed(last):
    return datetime.combine(last + timedelta(days=5), time(15), timezone.utc)


def _calibration_months(row):
    """The months of one calibration row as (label, first, last, events)."""
    mine = NAMES[row["mine"]]
    spans = months(*quarter_dates(row["quarter"]))
    variation = Variation(f"{mine} {row['quarter']} costs")
    weights = [count * variation.between(970, 1030) for _, _, count in spans]
    source = f"synthetic: {row['quarter']} of the calibration by month"
    site = split(row["site_operating_cost_usd"], weights, 2)
    others = {element: split(row[column], weights, 2)
              for element, column in (("TREATMENT_REFINING", "tc_rc_freight_usd"), ("ROYALTY", "royalty_usd"),
                                      ("PRODUCTION_TAX", "production_tax_usd")) if Fraction(row[column])}
    credits = _calibration_credits(row, mine, spans, weights)
    added = [(element, split(amount, weights, 2), rate_source) for element, amount, rate_source
             in noncash(mine, spans[0][1].year, Fraction(row[f"{PRIMARY[mine]}_oz"]))]
    result = []
    for index, (label, first, count) in enumerate(spans):
        last = first + timedelta(days=count - 1)
        events = site_events(mine, label, first, last, site[index], source)
        for element, amounts in others.items():
            events.append(event(mine, label, first, last, element, amounts[index], "USD", source))
        for metal, amounts in credits.items():
            events.append(event(mine, label, first, last, "BY_PRODUCT_CREDIT", amounts[index], "USD", source, metal))
        for element, amounts, rate_source in added:
            events.append(event(mine, label, first, last, element, amounts[index], "USD", rate_source))
        result.append((label, first, last, events))
    return result


def _calibration_credits(row, mine, spans, weights):
    """The quarter's by-product credit by metal and month, in proportion to payable metal x the month's price."""
    columns = {"silver": "silver_oz", "gold": "gold_oz", "lead": "lead_st", "zinc": "zinc_st"}
    metals = [m for m in PAYABLE[mine] if m != PRIMARY[mine] and Fraction(row[columns[m]])]
    values = [Fraction(row[columns[metal]]) * Fraction(PAYABLE[mine][metal]) * PRICED_UNITS[metal] *
              PRICE[metal, label] * weight for metal in metals for (label, _, _), weight in zip(spans, weights)]
    if not metals:
        return {}
    amounts = split(row["byproduct_credit_usd"], values, 2)
    return {metal: amounts[n * len(spans):(n + 1) * len(spans)] for n, metal in enumerate(metals)}


def _exploration_by_month(row):
    first, last = date.fromisoformat(row["from"]), date.fromisoformat(row["through"])
    spans = months(first, last)
    pairs = []
    for (label, start, count), amount in zip(spans, split(row["amount_usd"], [1] * len(spans), 2)):
        end = start + timedelta(days=count - 1)
        pairs.append((_books_closed(end), event(row["mine"], label, start, end, "EXPLORATION", amount, "USD",
                                                f"{row['certainty']}: {row['source']}")))
    return pairs


# The years before


def periods():
    """Cost facts of 2000 to 2002."""
    groups = {}
    for row in rows("history-costs.csv"):
        groups.setdefault(row["group"], []).append(row)
    ledger = _Production(history())
    pairs = []
    for group in groups.values():
        pairs += _group_events(group, ledger)
    for row in rows("exploration.csv"):
        if row["reported"]:
            first, last = date.fromisoformat(row["from"]), date.fromisoformat(row["through"])
            pairs.append((_reported(row), event(row["mine"], period_label(first, last), first, last, "EXPLORATION",
                                                Fraction(row["amount_usd"]), "USD",
                                                f"{row['certainty']}: {row['source']}")))
    return pairs


def _reported(row):
    return datetime.combine(date.fromisoformat(row["reported"]), time(15), timezone.utc)


class _Production:
    """What the mines produced in the periods before 2003, at 100 %."""

    def __init__(self, facts):
        self._facts = facts

    def within(self, mine, material, first, last):
        """Sum of the facts whose period lies inside."""
        return sum((f["quantity"] for f in self._facts if f["mine"] == mine and f["material"] == material
                    and f["from"] >= first and f["through"] <= last), Fraction(0))

    def estimated(self, mine, material, first, last):
        """within(), or the part of an annual fact that corresponds to the primary metal of the period."""
        found = self.within(mine, material, first, last)
        year = date(last.year, 1, 1), date(last.year, 12, 31)
        primary = PRIMARY[mine]
        whole = self.within(mine, primary, *year)
        if found or not whole:
            return found
        return self.within(mine, material, *year) * self.within(mine, primary, first, last) / whole


def _amount(row, ounces):
    """Dollars of a row that states them, or states them per ounce."""
    if row["net_usd"]:
        return Fraction(row["net_usd"])
    return rounded(Fraction(row["usd_per_oz"]) * ounces, 2)


def _group_events(group, ledger):
    """The events of one metal and period: the row with "remainder" bears what is left of the company's total."""
    def ounces(row):
        return ledger.within(row["mine"], row["metal"], date.fromisoformat(row["from"]),
                             date.fromisoformat(row["through"]))
    mines = [row for row in group if row["mine"] != "(company)"]
    known = {row["mine"]: _amount(row, ounces(row)) for row in mines if row["net_usd"] != "remainder"}
    for total in group:
        if total["mine"] == "(company)":
            company_ounces = sum(ounces(row) * hecla_share(row["mine"]) for row in mines)
            left = _amount(total, company_ounces) - sum(a * hecla_share(m) for m, a in known.items())
            bearer = next(row["mine"] for row in mines if row["net_usd"] == "remainder")
            known[bearer] = rounded(left / hecla_share(bearer), 2)
    pairs = []
    for row in mines:
        pairs += [(_reported(row), e) for e in _period_events(row, known[row["mine"]], ounces(row), ledger)]
    return pairs


def _period_events(row, net, ounces, ledger):
    """One mine's ladder for a period whose total cash cost, net of credits, is known."""
    mine, first, last = row["mine"], date.fromisoformat(row["from"]), date.fromisoformat(row["through"])
    label, source = period_label(first, last), f"{row['certainty']}: {row['source']}"
    if row["form"] == "net":
        events = [event(mine, label, first, last, "OTHER_OPERATING", net, "USD", f"{source}; net of credits")]
        return events + noncash_events(mine, label, first, last, ounces)
    events = []
    synthetic = f"synthetic ladder, net {source}"
    for element, rate in _calibration_rates(mine).items():
        amount = rounded(ounces * rate, 0)
        events.append(event(mine, label, first, last, element, amount, "USD", synthetic))
        net -= amount
    for metal in PAYABLE[mine]:
        if metal != PRIMARY[mine]:
            quantity = ledger.estimated(mine, metal, first, last) * Fraction(PAYABLE[mine][metal])
            credit = rounded(quantity * _price(metal, first, last), 0)
            events.append(event(mine, label, first, last, "BY_PRODUCT_CREDIT", credit, "USD", synthetic, metal))
            net += credit
    return (site_events(mine, label, first, last, net, synthetic) + events
            + noncash_events(mine, label, first, last, ounces))


def _calibration_rates(mine):
    """Treatment, royalty and tax per ounce of primary metal in the first half of 2003."""
    half = [row for row in rows("calibration-2003-h1.csv") if NAMES[row["mine"]] == mine]
    ounces = sum(Fraction(row[f"{PRIMARY[mine]}_oz"]) for row in half)
    columns = (("TREATMENT_REFINING", "tc_rc_freight_usd"), ("ROYALTY", "royalty_usd"),
               ("PRODUCTION_TAX", "production_tax_usd"))
    sums = {element: sum(Fraction(row[column]) for row in half) for element, column in columns}
    return {element: total / ounces for element, total in sums.items() if total}
