# SPDX-License-Identifier: Apache-2.0
"""The records of company.summaries and mine.summaries (section 4)."""

from . import dates
from .dates import iso
from .figures import MONEY, fixed, plus
from .holdings import MineFacts, company_view, mine_view
from .money import Market
from .notices import line_of
from .production import Spans, company_production, metallurgy, mine_production
from .unit_costs import UnitCosts
from .words import COSTS, MILLION, OUTSIDE, PRODUCTION


def all_summaries(replay, stale_after_days):
    """({key: JSON} of company.summaries, {key: JSON} of mine.summaries)"""
    reference = replay.reference
    ledgers = [replay.ledgers[topic].mines for topic in (PRODUCTION, COSTS)]
    mines = [MineFacts(reference.mines[mine_id], *(ledger.get(mine_id) for ledger in ledgers))
             for mine_id in sorted(reference.mines)]
    companies = (company_view(company, mines, stale_after_days) for company in reference.companies.values())
    return (_published(companies, company_record, reference, replay.kinds),
            _published(map(mine_view, mines), mine_record, reference, replay.kinds))


def _published(views, record, reference, kinds):
    result, markets = {}, {}
    for view in views:
        market = markets.setdefault(view.currency, Market(reference, view.currency))
        for window in dates.windows(kinds, view.live_days(PRODUCTION), view.live_days(COSTS), view.start_month,
                                    view.clock):
            result[f"{view.id}|{window.kind}|{window.label}"] = line_of(record(view, market, window))
    return result


class Standing:
    """How far a window has got."""

    def __init__(self, view, window):
        clock, first, last = view.clock, window.first, window.last
        # "`open` (no clock, or clock < last date; `all` is always open)"
        self.is_open = last is None or clock is None or clock < last
        # "the clock, or the window's last date if that is earlier; null without a clock or where the clock lies before
        # the window"
        self.reported_through = None
        if clock is not None and (first is None or clock >= first):
            self.reported_through = clock if last is None else min(clock, last)
        self.restatements = sum(holding.restatements(first, last) for holding in view.holdings)
        self.state = "open" if self.is_open else self._when_over(view, window)

    def _when_over(self, view, window):
        """“`closed` where every mine with a live fact in the window is closed through its last date on both topics …,
        called `restated` where restatements > 0; else `preliminary`. A window without a live fact is `preliminary`.”"""
        live = [holding for holding in view.holdings if holding.is_live(window.first, window.last)]
        if not live or not all(holding.is_closed_through(window.last) for holding in live):
            return "preliminary"
        return "restated" if self.restatements else "closed"


def window_shown(window):
    """`{"kind":…,"label":…,"from":…,"through":…}`"""
    return {"kind": window.kind, "label": window.label, "from": iso(window.first), "through": iso(window.last)}


def company_record(view, market, window):
    """One value of company.summaries."""
    standing, missing = Standing(view, window), set()
    spans = Spans(window, standing.is_open, standing.reported_through)
    return {"schema": "headframe.company-summary.v1", "company": {"id": view.id, "name": view.name},
            "window": window_shown(window), "state": standing.state,
            "reported_through": iso(standing.reported_through), "stale": view.stale,
            "restatements": standing.restatements, "production": company_production(view, spans),
            "unit_costs": UnitCosts(view, market, window, missing).entries(),
            "other_costs": other_costs(view, market, window, missing), "missing": sorted(missing)}


def mine_record(view, market, window):
    """One value of mine.summaries: “the same shape with `mine {id, name}` for `company`, at 100 %, without `stale` and
    `other_costs` … `unit_costs` without `mines` and `unmatched`”."""
    standing, missing = Standing(view, window), set()
    spans = Spans(window, standing.is_open, standing.reported_through)
    unit_costs = [{name: value for name, value in entry.items() if name not in ("mines", "unmatched")}
                  for entry in UnitCosts(view, market, window, missing).entries()]
    return {"schema": "headframe.mine-summary.v1", "mine": {"id": view.id, "name": view.name},
            "window": window_shown(window), "state": standing.state,
            "reported_through": iso(standing.reported_through), "restatements": standing.restatements,
            "production": mine_production(view, spans), "unit_costs": unit_costs,
            "costs": costs_as_spent(view, window), "metallurgy": metallurgy(view, window.first, window.last),
            "missing": sorted(missing)}


def other_costs(view, market, window, missing):
    """“attributable `EXPLORATION` and `GROWTH_CAPITAL` of all mines and days of the window, in the reporting currency;
    `amount` is null where a rate is missing”"""
    sums = {}
    for holding in view.holdings:
        for (element, currency), series in holding.costs.items():
            if element in OUTSIDE and series.is_live(window.first, window.last):
                cost = market.converted(series, currency, window.first, window.last, missing)
                sums[element] = plus(sums.get(element, 0), cost)
    return [{"element": element, "currency": view.currency, "amount": fixed(amount, MILLION * view.parts, MONEY)}
            for element, amount in sorted(sums.items())]


def costs_as_spent(view, window):
    """“`costs[{element, currency, amount}]` over all days of the window in the currencies in which they were spent,
    sorted by element and currency”"""
    found = ((line, series.sums(window.first, window.last)) for line, series in sorted(view.holdings[0].costs.items()))
    return [{"element": element, "currency": currency, "amount": fixed(sums[1], MILLION, MONEY)}
            for (element, currency), sums in found if sums]
