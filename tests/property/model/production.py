# SPDX-License-Identifier: Apache-2.0
"""The `production` of company.summaries and mine.summaries, and `metallurgy` (section 4)."""

from .dates import iso, year_earlier
from .figures import PER_UNIT, QUANTITY, fixed, ratio
from .words import MILLION, MILLIONTH_OF, QUALITIES, output_unit


class Spans:
    """The spans a window compares: its own, the one a year earlier, and this year's days that stand against it."""

    def __init__(self, window, is_open, reported_through):
        """`prior_year`: “the same dates one year back (364 days for `week`; null for `all`), while the window is open
        only up to `reported_through`, on both sides”; none where `reported_through` is null."""
        self.own = window.first, window.last
        self.prior = self.current = None
        if window.kind != "all" and reported_through is not None:
            self.current = window.first, reported_through if is_open else window.last
            self.prior = tuple(year_earlier(day, window.kind) for day in self.current)

    def lines(self, series_of):
        """The lines listed: “where the window, or its prior span, holds a live fact of it”, by name."""
        spans = [span for span in (self.own, self.prior) if span]
        return sorted({line for series_by_line in series_of for line, series in series_by_line.items()
                       if any(series.is_live(*span) for span in spans)})

    def prior_year(self, series, unit_mass, name):
        """“null when the prior span holds no live fact of that material and stage, or `reported_through` is null”"""
        if not self.prior or not any(one.is_live(*self.prior) for one in series):
            return None
        then = sum(one.own(*self.prior) for one in series)
        now = sum(one.own(*self.current) for one in series)
        return {"from": iso(self.prior[0]), "through": iso(self.prior[1]), name: fixed(then, unit_mass, QUANTITY),
                "current": fixed(now, unit_mass, QUANTITY), "change": fixed(now - then, unit_mass, QUANTITY),
                "change_ratio": ratio(now - then, then)}


def company_production(view, spans):
    """One entry for each material and stage."""
    return [_company_entry(view, spans, line) for line in spans.lines(holding.production for holding in view.holdings)]


def _company_entry(view, spans, line):
    series = {holding.id: holding.production[line] for holding in view.holdings if line in holding.production}
    found = {mine: each.sums(*spans.own) for mine, each in series.items()}
    # "`mines` lists those with [a live fact] in the window. A figure of zero is not absence."
    mines = {mine: sums for mine, sums in sorted(found.items()) if sums}
    own = sum(sums[0] for sums in mines.values())
    whole = sum(sums[1] for sums in mines.values())
    unit = output_unit(view.units, line[0])
    mass = MILLION * MILLIONTH_OF[unit]
    return {
        "material": line[0], "stage": line[1], "unit": unit,
        "attributable": fixed(own, mass * view.parts, QUANTITY), "hundred_percent": fixed(whole, mass, QUANTITY),
        "majority_mine": _majority(mines, own),
        "prior_year": spans.prior_year(series.values(), mass * view.parts, "attributable"),
        # "`share`: mine ÷ company, attributable … null where the company's total is not above 0."
        "mines": [{"mine": mine, "attributable": fixed(sums[0], mass * view.parts, QUANTITY),
                   "hundred_percent": fixed(sums[1], mass, QUANTITY),
                   "share": ratio(sums[0], own) if own > 0 else None} for mine, sums in mines.items()]}


def _majority(mines, own):
    """“the one mine with a share above one half, else null”"""
    above_half = [mine for mine, sums in mines.items() if own > 0 and 2 * sums[0] > own]
    return above_half[0] if len(above_half) == 1 else None


def mine_production(view, spans):
    """`production[{material, stage, unit, quantity, events, by_quality, prior_year}]`, at 100 %."""
    holding = view.holdings[0]
    return [_mine_entry(view, holding, spans, line) for line in spans.lines([holding.production])]


def _mine_entry(view, holding, spans, line):
    unit = output_unit(view.units, line[0])
    mass = MILLION * MILLIONTH_OF[unit]
    _, quantity, events = holding.production[line].sums(*spans.own) or (0, 0, 0)
    by_quality = {}
    for quality in QUALITIES:
        series = holding.by_quality.get((*line, quality))
        sums = series.sums(*spans.own) if series else None
        if sums:
            by_quality[quality] = fixed(sums[1], mass, QUANTITY)
    return {"material": line[0], "stage": line[1], "unit": unit, "quantity": fixed(quantity, mass, QUANTITY),
            "events": events, "by_quality": by_quality,
            "prior_year": spans.prior_year([holding.production[line]], mass, "quantity")}


def metallurgy(view, first, last):
    """“head grade = CONTAINED ÷ ore MILLED, in output unit of the material per output unit of ore; recovery = PRODUCED
    ÷ CONTAINED; null where an input is absent or 0”"""
    holding = view.holdings[0]

    def mass(material, stage):
        """The sum, None where it is absent or 0."""
        series = holding.production.get((material, stage))
        sums = series.sums(first, last) if series else None
        return sums[1] or None if sums else None

    entries = []
    for material, stage in sorted(holding.production):
        if stage == "CONTAINED" and holding.production[material, stage].is_live(first, last):
            contained, produced, milled = mass(material, stage), mass(material, "PRODUCED"), mass("ore", "MILLED")
            unit, ore_unit = output_unit(view.units, material), output_unit(view.units, "ore")
            grade = contained and milled and fixed(contained * MILLIONTH_OF[ore_unit], milled * MILLIONTH_OF[unit],
                                                   PER_UNIT)
            entries.append({"material": material, "head_grade": grade, "grade_unit": f"{unit}/{ore_unit}",
                            "recovery": contained and produced and ratio(produced, contained)})
    return entries
