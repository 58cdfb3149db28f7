# SPDX-License-Identifier: Apache-2.0
"""What a company sees of each mine, and its clock; what a mine sees of itself (section 1: days of a company,
attributable, the clocks).

An interest is counted in whole parts: a view with `parts` = 10000 counts 29.73 % as 2973, so sums stay integers."""

from bisect import bisect_left, bisect_right
from itertools import accumulate
from math import lcm

from .dates import NEVER, month_of
from .words import COSTS, PRODUCTION


class Series:
    """One line of one mine by day: sums over any span of attributable (in parts), 100 % and live facts."""

    def __init__(self, entries):
        """entries: (day, parts, amount, facts) by day, each with live facts."""
        self._days = [day for day, _, _, _ in entries]
        self._own = list(accumulate((parts * amount for _, parts, amount, _ in entries), initial=0))
        self._whole = list(accumulate((amount for _, _, amount, _ in entries), initial=0))
        self._facts = list(accumulate((facts for _, _, _, facts in entries), initial=0))
        self._months = None

    def _range(self, first, last):
        return (0 if first is None else bisect_left(self._days, first),
                len(self._days) if last is None else bisect_right(self._days, last))

    def is_live(self, first, last):
        """Whether a live fact lies in the span."""
        low, high = self._range(first, last)
        return low < high

    def own(self, first, last):
        """The attributable sum × parts."""
        low, high = self._range(first, last)
        return self._own[high] - self._own[low] if low < high else 0

    def sums(self, first, last):
        """(attributable sum × parts, sum at 100 %, live facts); None without a live fact."""
        low, high = self._range(first, last)
        if low >= high:
            return None
        return (self._own[high] - self._own[low], self._whole[high] - self._whole[low],
                self._facts[high] - self._facts[low])

    def by_month(self, first, last):
        """(month, attributable sum × parts) of each month with a live fact in the span."""
        if self._months is None:  # month -> index of its first day
            self._months = {}
            for index, day in enumerate(self._days):
                self._months.setdefault(month_of(day), index)
            self._order = sorted(self._months)
            self._starts = [self._months[month] for month in self._order] + [len(self._days)]
        low, high = self._range(first, last)
        at = bisect_right(self._starts, low) - 1
        while low < high:
            until = min(self._starts[at + 1], high)
            yield self._order[at], self._own[until] - self._own[low]
            low, at = until, at + 1


class MineFacts:
    """One mine as reference data and both topics leave it, whoever looks."""

    def __init__(self, record, production, costs):
        self.id, self.record = record.id, record
        self.days = {PRODUCTION: production.days if production else {}, COSTS: costs.days if costs else {}}
        self.closed_through = {PRODUCTION: production.closed_through if production else None,
                               COSTS: costs.closed_through if costs else None}
        self.restated = [closed for ledger in (production, costs) if ledger for closed in ledger.restated]
        self.live = {topic: sorted(day for day, lines in days.items() if any(facts for _, facts in lines.values()))
                     for topic, days in self.days.items()}
        self.clock = latest(self.live[PRODUCTION][-1:], self.closed_through[PRODUCTION])
        self.costs_clock = latest(self._last_cost_day(), self.closed_through[COSTS])

    def _last_cost_day(self):
        """“the latest `through` of a live `MINING` or `PROCESSING` cost fact (of any cost fact where it has neither)”:
        the last day such a fact falls on."""
        at_the_mine = [day for day in self.live[COSTS] for (element, _), (_, facts) in self.days[COSTS][day].items()
                       if facts and element in ("MINING", "PROCESSING")]
        return at_the_mine[-1:] or self.live[COSTS][-1:]


def latest(days, closed_through):
    """The later of the last of some days and a close; None where there is neither."""
    candidates = list(days) + ([] if closed_through is None else [closed_through])
    return max(candidates, default=None)


def stretches_of(entries, parts):
    """[(first, last, parts)] in which an interest is above 0, from its entries by date."""
    ends = [since - 1 for since, _ in entries[1:]] + [NEVER]
    return [(since, end, int(share * parts)) for (since, share), end in zip(entries, ends) if share > 0]


class Holding:
    """One mine as one company sees it: “of each mine, the production dates on which the company's interest is above 0;
    its figures and windows, 100 % figures, facts and restatements included, know no other days”."""

    def __init__(self, mine, stretches):
        self.mine, self.id, self._stretches = mine, mine.id, stretches
        self._lines = {topic: self._series(mine.days[topic], mine.live[topic]) for topic in (PRODUCTION, COSTS)}
        self.live = {topic: [day for day in mine.live[topic] if self.parts_on(day)] for topic in (PRODUCTION, COSTS)}
        self.by_quality = self._lines[PRODUCTION]  # (material, stage, quality) -> Series
        self.costs = self._lines[COSTS]            # (element, currency) -> Series
        self.production = self._without_quality(mine.days[PRODUCTION])  # (material, stage) -> Series
        self._restated = [spans for spans in map(self._own_spans, mine.restated) if spans]
        self.clock = self._clock()

    def parts_on(self, day):
        """The interest on a day, in parts; 0 where there is none."""
        return next((parts for first, last, parts in self._stretches if first <= day <= last), 0)

    def _series(self, days, live, key=lambda line: line):
        entries = {}
        stretches = iter(self._stretches)
        first, last, parts = next(stretches)
        for day in live:
            while day > last:
                first, last, parts = next(stretches, (NEVER + 1, NEVER + 1, 0))
            if day >= first:
                for line, (amount, facts) in days[day].items():
                    if facts:
                        entries.setdefault(key(line), []).append((day, parts, amount, facts))
        return {line: Series(of_line) for line, of_line in entries.items()}

    def _without_quality(self, days):
        return self._series(days, self.mine.live[PRODUCTION], key=lambda line: line[:2])

    def _own_spans(self, closed):
        """The days of a restatement that are days of the company."""
        return [(max(first, since), min(last, until)) for first, last in closed
                for since, until, _ in self._stretches if first <= until and last >= since]

    def restatements(self, first, last):
        """“one restatement of every window that holds one of those closed days”"""
        return sum(1 for spans in self._restated
                   if any((last is None or span[0] <= last) and (first is None or span[1] >= first) for span in spans))

    def _clock(self):
        """“the latest of the company's days that holds a live production fact of it, or the `closed_through` of its
        production if later and a day of the company. Corporate offices have none”"""
        if self.mine.record.corporate:
            return None
        closed = self.mine.closed_through[PRODUCTION]
        return latest(self.live[PRODUCTION][-1:], closed if closed is not None and self.parts_on(closed) else None)

    def is_live(self, first, last):
        """Whether a live fact of either topic lies in the span."""
        return any(bisect_left(days, first if first is not None else 0) <
                   bisect_right(days, last if last is not None else NEVER) for days in self.live.values())

    def is_closed_through(self, last):
        """“closed through its last date on both topics (corporate offices: on `mine.costs`)”"""
        topics = (COSTS,) if self.mine.record.corporate else (PRODUCTION, COSTS)
        closes = [self.mine.closed_through[topic] for topic in topics]
        return all(close is not None and close >= last for close in closes)


class View:
    """What a summary is about: a company with its holdings, or a mine alone at 100 %."""

    def __init__(self, record, parts, holdings, currency, start_month, metal):
        self.id, self.name, self.units = record.id, record.name, record.units
        self.parts, self.holdings = parts, holdings
        self.currency, self.start_month, self.primary_metal = currency, start_month, metal
        self.clock, self.stale = None, []

    def live_days(self, topic):
        """The days with a live fact at one of the mines."""
        return sorted({day for holding in self.holdings for day in holding.live[topic]})


def company_view(company, mines, stale_after_days):
    """A company, its holdings by mine, and its clock."""
    entries = {mine.id: mine.record.interests.get(company.id, ()) for mine in mines}
    parts = lcm(*(share.denominator for own in entries.values() for _, share in own))
    holdings = []
    for mine in mines:
        stretches = stretches_of(entries[mine.id], parts)
        if stretches:
            holdings.append(Holding(mine, stretches))
    view = View(company, parts, holdings, company.currency, company.start_month, company.primary_metal)
    view.clock, view.stale = company_clock(holdings, stale_after_days)
    return view


def company_clock(holdings, stale_after_days):
    """“with F the furthest of these clocks, and of the mines in which the company's interest is above 0 on F: the
    minimum of their clocks, leaving out *stale* ones, more than `stale_after_days` (7) behind F.” (clock, stale
    mines)"""
    clocked = [holding for holding in holdings if holding.clock is not None]
    if not clocked:
        return None, []
    furthest = max(holding.clock for holding in clocked)
    owned = [holding for holding in clocked if holding.parts_on(furthest)]
    stale = [holding.id for holding in owned if furthest - holding.clock > stale_after_days]
    return min(holding.clock for holding in owned if holding.id not in stale), sorted(stale)


def mine_view(mine):
    """A mine alone: “at 100 % … Its clock is the mine's, currency USD”, its calendar year the fiscal one."""
    view = View(mine.record, 1, [Holding(mine, [(0, NEVER, 1)])], "USD", 1, None)
    view.clock = mine.clock
    return view
