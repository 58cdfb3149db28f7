# SPDX-License-Identifier: Apache-2.0
"""Unit costs: matched days, the ladder, by-products, co-products and the corporate office (section 5)."""

from fractions import Fraction

from .dates import iso
from .figures import MONEY, PER_UNIT, QUANTITY, fixed, plus, total
from .words import CREDIT, LADDER, MILLION, MILLIONTH_OF, NO_METAL, ON_THE_LADDER, output_unit

ALL_IN = "all_in_sustaining"


def elements_cost(holding, market, elements, span, missing):
    """element -> attributable cost of a span in the reporting currency, None where a rate is missing."""
    result = {}
    for (element, currency), series in holding.costs.items():
        if element in elements:
            cost = market.converted(series, currency, *span, missing)
            result[element] = plus(result.get(element, 0), cost)
    return result


def payable_worth(holding, market, leave_out, span, missing):
    """material -> attributable `PAYABLE` quantity × each month's price; None where a price or rate is missing."""
    return {material: market.sold_for(series, material, *span, missing)
            for (material, stage), series in holding.production.items()
            if stage == "PAYABLE" and material not in leave_out and series.is_live(*span)}


def credits_of(holding, market, costs, span, missing):
    """`BY_PRODUCT_CREDIT`, “a positive amount reduces cost”. Where by_product_credits are priced, “credits are not
    taken from events but are Σ over days and non-primary metals of `PAYABLE` quantity × the month's price”."""
    record = holding.mine.record
    if not record.priced:
        return costs.get(CREDIT, 0)
    return total(payable_worth(holding, market, NO_METAL + (record.primary_metal,), span, missing).values())


def needed_elements(holding, elements):
    """The elements of some ladder steps, and credits where they are reported: only these need rates."""
    return set(elements) if holding.mine.record.priced else {*elements, CREDIT}


class Matched:
    """One mine's costs on its matched days."""

    def __init__(self, holding, market, first, through, missing):
        self.holding, self.through, self._span = holding, through, (first, through)
        costs = elements_cost(holding, market, needed_elements(holding, ON_THE_LADDER), self._span, missing)
        self._before = {step: total(costs.get(element, 0) for element in elements) for step, elements in LADDER.items()}
        self._credits = credits_of(holding, market, costs, self._span, missing)
        self.worths = payable_worth(holding, market, NO_METAL, self._span, missing)

    def produced(self, metal):
        """Attributable `PRODUCED` quantity of a metal."""
        series = self.holding.production.get((metal, "PRODUCED"))
        return series.own(*self._span) if series else 0

    def by_product(self):
        """step -> (cost before credits, credits): “Before credits, credits … in every step”."""
        return {step: (before, self._credits) for step, before in self._before.items()}

    def co_product(self, metal):
        """“cost before credits is split over the mine's metals by `PAYABLE` quantity × price”; a split by values that
        are not known, or not above 0 in sum, states nothing."""
        value = total(self.worths.values())
        if value is None or value <= 0:
            return {step: (None, 0) for step in LADDER}
        part = Fraction(self.worths[metal]) / value
        return {step: (None if before is None else before * part, 0) for step, before in self._before.items()}


def matched_through(mine, window):
    """“the earlier of its clock and its costs clock and at most the window's last date”; None for “a mine whose matched
    day would lie before the window, or that lacks one of the clocks”. The clocks are the mine's own."""
    if mine.clock is None or mine.costs_clock is None:
        return None
    through = min(mine.clock, mine.costs_clock, *([] if window.last is None else [window.last]))
    return None if window.first is not None and through < window.first else through


class UnitCosts:
    """The `unit_costs` of one window of one view, and what they miss."""

    def __init__(self, view, market, window, missing):
        self._view, self._market, self._window, self._missing = view, market, window, missing
        # "Corporate offices are no mines here."
        self._mines = [holding for holding in view.holdings if not holding.mine.record.corporate
                       and holding.is_live(window.first, window.last)]
        self._matched = {}
        for holding in self._mines:
            through = matched_through(holding.mine, window)
            if through is not None:
                self._matched[holding.id] = Matched(holding, market, window.first, through, missing)

    def entries(self):
        """“`unit_costs` by metal and method”"""
        entries = self._by_product() + self._co_product()
        return sorted(entries, key=lambda entry: (entry["metal"], entry["method"]))

    def _by_product(self):
        """“an entry for each metal that is the primary metal of a mine with a live production or cost fact in the
        window; its mines are those”"""
        entries, corporate_placed = [], False
        for metal in sorted({holding.mine.record.primary_metal for holding in self._mines}):
            mines = {holding.id: self._matched.get(holding.id) for holding in self._mines
                     if holding.mine.record.primary_metal == metal}
            extra = None
            if metal == self._view.primary_metal and any(mines.values()):
                extra = self._corporate(max(mine.through for mine in mines.values() if mine))
                corporate_placed = True
            costs = {mine: matched.by_product() for mine, matched in mines.items() if matched}
            entries.append(self._entry(metal, "by_product", mines, costs, extra))
        if self._view.primary_metal and not corporate_placed and self._has_corporate_cost():
            self._missing.add(f"corporate without {self._view.primary_metal}")
        return entries

    def _co_product(self):
        """“It has an entry for each metal with a live `PAYABLE` fact at a matched mine.”"""
        entries = []
        for metal in sorted({metal for mine in self._matched.values() for metal in mine.worths}):
            mines = {mine: matched for mine, matched in self._matched.items() if metal in matched.worths}
            costs = {mine: matched.co_product(metal) for mine, matched in mines.items()}
            entries.append(self._entry(metal, "co_product", mines, costs, None))
        return entries

    def _corporate(self, last):
        """(cost, credits) of “mines with `status` corporate, the elements of `all_in_sustaining`, credits subtracted,
        on days up to the latest `matched_through` among that entry's mines”"""
        span = self._window.first, last
        before, credit = 0, 0
        for office in self._offices():
            costs = elements_cost(office, self._market, needed_elements(office, LADDER[ALL_IN]), span, self._missing)
            before = plus(before, total(costs.get(element, 0) for element in LADDER[ALL_IN]))
            credit = plus(credit, credits_of(office, self._market, costs, span, self._missing))
        return before, credit

    def _offices(self):
        return [holding for holding in self._view.holdings if holding.mine.record.corporate]

    def _has_corporate_cost(self):
        """Whether a live fact of “such costs”, or of a credit, falls in the window."""
        span = self._window.first, self._window.last
        for office in self._offices():
            needed = needed_elements(office, LADDER[ALL_IN])
            if any(element in needed and series.is_live(*span) for (element, _), series in office.costs.items()):
                return True
            leave_out = NO_METAL + (office.mine.record.primary_metal,)
            if office.mine.record.priced and payable_worth(office, self._market, leave_out, span, set()):
                return True
        return False

    def _entry(self, metal, method, mines, costs, extra):
        """One entry; `mines` are id -> Matched or None, `costs` id -> step -> (before credits, credits)."""
        matched = {mine: each for mine, each in sorted(mines.items()) if each}
        unit = output_unit(self._view.units, metal)
        produced = {mine: each.produced(metal) for mine, each in matched.items()}
        production = sum(produced.values()) if matched else None
        entry = {"metal": metal, "method": method, "currency": self._view.currency, "unit": unit,
                 "matched_through": iso(min((each.through for each in matched.values()), default=None)),
                 "unmatched": sorted(mine for mine, each in mines.items() if not each),
                 "production": self._quantity(production, unit)}
        for step in LADDER:
            terms = [costs[mine][step] for mine in matched]
            if step == ALL_IN and extra:
                terms.append(extra)
            before, credit = (total(term[i] for term in terms) if matched else None for i in (0, 1))
            entry[step] = self._step(before, credit, production, unit)
        entry["mines"] = [self._mine_entry(mine, each, produced.get(mine), costs.get(mine), unit)
                          for mine, each in sorted(mines.items())]
        return entry

    def _mine_entry(self, mine, matched, produced, costs, unit):
        entry = {"mine": mine, "matched_through": iso(matched.through if matched else None),
                 "production": self._quantity(produced, unit)}
        for step in LADDER:
            before, credit = costs[step] if costs else (None, None)
            entry[step] = self._step(before, credit, produced, unit)
        return entry

    def _quantity(self, produced, unit):
        return fixed(produced, MILLION * MILLIONTH_OF[unit] * self._view.parts, QUANTITY)

    def _step(self, before, credit, produced, unit):
        """“A ladder step that cannot be stated is null as a whole”; “Matched production not above 0: `per_unit`
        null.”"""
        if before is None or credit is None:
            return None
        after, money = before - credit, MILLION * self._view.parts
        # Both are counted in parts, which cancel: millionths of money over millionths of the unit.
        per_unit = fixed(after * MILLIONTH_OF[unit], produced, PER_UNIT) if produced > 0 else None
        return {"before_credits": fixed(before, money, MONEY), "credits": fixed(credit, money, MONEY),
                "after_credits": fixed(after, money, MONEY), "per_unit": per_unit}
