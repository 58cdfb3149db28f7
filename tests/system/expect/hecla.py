#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The company summary that must come out, computed a second time from the records that went in.

Usage: hecla.py DIR [--record 'hecla|half|2003-H1']... [--all]

DIR holds NDJSON files named after their topics. Each --record prints one value of company.summaries, as one line of
JSON, or ends with status 1 where there must be none; --all prints every record as key, tab, value. The module follows
the contract's text alone and shares nothing with the daemons or with the generator of the data: everything is read
whole, nothing is incremental, every number is a fraction until it is printed. Closes and quarantine are not modelled:
nothing is ever closed, so `restatements` is 0 and no state is `closed`.

Readings of the contract where it leaves room are marked "Reading:".
"""

import argparse
import json
import re
import sys
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

GRAMS = {"OZT": Fraction("31.1034768"), "LB": Fraction("453.59237"), "KG": Fraction(1000), "G": Fraction(1),
         "T": Fraction(10**6), "ST": 2000 * Fraction("453.59237")}
PRECIOUS = {"gold", "silver", "platinum", "palladium"}

_CASH = ["MINING", "PROCESSING", "SITE_ADMINISTRATION", "DEVELOPMENT", "TREATMENT_REFINING", "INVENTORY_CHANGE",
         "OTHER_OPERATING"]
_TOTAL = _CASH + ["ROYALTY", "PRODUCTION_TAX"]
LADDER = {"cash_operating": _CASH, "total_cash": _TOTAL, "total_production": _TOTAL + ["DEPRECIATION", "RECLAMATION"],
          "all_in_sustaining": _TOTAL + ["RECLAMATION", "SUSTAINING_CAPITAL", "SUSTAINING_EXPLORATION",
                                         "CORPORATE_ADMINISTRATION"]}
CREDIT = "BY_PRODUCT_CREDIT"
OUTSIDE = ["EXPLORATION", "GROWTH_CAPITAL"]
STALE_AFTER_DAYS = 7
DAY = timedelta(days=1)


# Numbers


def fixed(value, digits):
    """A decimal string, rounded once, half to even; None stays None."""
    if value is None:
        return None
    units = round(Fraction(value) * 10**digits)
    whole, part = divmod(abs(units), 10**digits)
    return f"{'-' if units < 0 else ''}{whole}.{part:0{digits}d}"


def quantity(value):
    return fixed(value, 3)


def ratio(part, whole):
    return None if whole == 0 else fixed(part / whole, 6)


# Dates and windows


def month_end(day):
    return (day.replace(day=1) + 32 * DAY).replace(day=1) - DAY


def add_months(day, months):
    """The same day of another month; a day that month does not have is its last."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def year_earlier(day, kind):
    """Weeks go back 364 days; the last of a month maps to the last of that month."""
    if kind == "week":
        return day - 364 * DAY
    earlier = add_months(day, -12)
    return month_end(earlier) if day == month_end(day) else earlier


class Window:
    """One kind and label, with the first and last date it holds; both None for `all`."""

    def __init__(self, kind, label, first, last):
        self.kind, self.label, self.first, self.last = kind, label, first, last

    def spans(self, day):
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


SPANS = {"quarter": 3, "half": 6, "year": 12}


def window_of(kind, day, start_month):
    """The calendar window that holds a date, in a fiscal year that starts with that month."""
    if kind == "all":
        return Window("all", "all", None, None)
    if kind == "day":
        return Window(kind, str(day), day, day)
    if kind == "week":
        year, week, weekday = day.isocalendar()
        monday = day - (weekday - 1) * DAY
        return Window(kind, f"{year}-W{week:02d}", monday, monday + 6 * DAY)
    if kind == "month":
        return Window(kind, f"{day:%Y-%m}", day.replace(day=1), month_end(day))
    into_year = (day.month - start_month) % 12
    year_start = add_months(day.replace(day=1), -into_year)
    # Named by the calendar year in which it ends.
    name = str(add_months(year_start, 11).year)
    if start_month != 1:
        name = "FY" + name
    number = into_year // SPANS[kind]
    first = add_months(year_start, number * SPANS[kind])
    last = month_end(add_months(first, SPANS[kind] - 1))
    label = {"quarter": f"{name}-Q{number + 1}", "half": f"{name}-H{number + 1}", "year": name}[kind]
    return Window(kind, label, first, last)


def rolling_window(kind, clock):
    """The days or months that end on the clock."""
    number, unit = re.fullmatch(r"rolling-(\d+)([dm])", kind).groups()
    after = clock + DAY
    first = after - int(number) * DAY if unit == "d" else add_months(after, -int(number))
    return Window(kind, kind, first, clock)


# Records


def read(directory, topic):
    path = Path(directory) / f"{topic}.ndjson"
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def standing(records):
    """The live facts: of each (mine, id) the highest revision, the first of equals, unless it is voided."""
    facts = {}
    for record in records:
        key = record["mine_id"], record["event_id"]
        if key not in facts or record.get("revision", 0) > facts[key].get("revision", 0):
            facts[key] = record
    return [record for record in facts.values() if not record.get("voided", False)]


def production_date(mine, occurred_at):
    """Wall-clock time at the mine less day_start; the next date where days are named by their end."""
    instant = datetime.fromisoformat(occurred_at.replace("Z", "+00:00"))
    wall = instant.astimezone(ZoneInfo(mine["time_zone"])).replace(tzinfo=None)
    hours, minutes = map(int, mine["day_start"].split(":"))
    start = timedelta(hours=hours, minutes=minutes)
    day = (wall - start).date()
    return day + DAY if mine["day_named_by"] == "end" and start else day


class World:
    """Everything that was published, by mine and day, at 100 %."""

    def __init__(self, directory):
        self.companies = {c["company_id"]: c for c in read(directory, "reference.companies")}
        self.mines = {m["mine_id"]: m for m in read(directory, "reference.mines")}
        self.per_usd = {(r["currency"], r["month"]): Fraction(r["per_usd"]) for r in read(directory, "market.fx")}
        self.prices = {(r["material"], r["month"]): r for r in read(directory, "market.prices")}
        # mine -> day -> (material, stage) -> grams; mine -> day -> (element, currency) -> currency
        self.masses, self.costs, self.costs_clocks = {}, {}, {}
        for fact in standing(read(directory, "mine.production")):
            self._add_mass(fact)
        for fact in standing(read(directory, "mine.costs")):
            self._add_cost(fact)

    def _add_mass(self, fact):
        mine = fact["mine_id"]
        lines = self.masses.setdefault(mine, {}).setdefault(
            production_date(self.mines[mine], fact["occurred_at"]), {})
        line = fact["material"], fact["stage"]
        lines[line] = lines.get(line, Fraction(0)) + Fraction(str(fact["quantity"])) * GRAMS[fact["unit"]]

    def _add_cost(self, fact):
        first, last = date.fromisoformat(fact["from"]), date.fromisoformat(fact["through"])
        days = self.costs.setdefault(fact["mine_id"], {})
        count = (last - first).days + 1
        micro = Fraction(str(fact["amount"])) * 10**6
        amount = int(micro)
        assert micro == amount, fact
        for i in range(count):
            earned = amount * (i + 1) // count - amount * i // count
            lines = days.setdefault(first + i * DAY, {})
            line = fact["element"], fact["currency"]
            lines[line] = lines.get(line, Fraction(0)) + Fraction(earned, 10**6)
        mining = fact["element"] in ("MINING", "PROCESSING")
        # Any mining or processing fact beats every other; then the later date.
        rank = mining, last
        self.costs_clocks[fact["mine_id"]] = max(rank, self.costs_clocks.get(fact["mine_id"], rank))

    def clock(self, mine):
        return max(self.masses.get(mine, {}), default=None)

    def costs_clock(self, mine):
        return self.costs_clocks[mine][1] if mine in self.costs_clocks else None

    def is_corporate(self, mine):
        return self.mines[mine]["status"] == "corporate"


def share(mine, company_id, day):
    """The company's interest on a date; of entries from the same date the later in the list."""
    best = None
    for entry in mine["interests"]:
        since = date.fromisoformat(entry["from"])
        if entry["company_id"] == company_id and since <= day and (best is None or since >= best[0]):
            best = since, Fraction(entry["share"])
    return best[1] if best else Fraction(0)


class Company:
    """What one company sees: the days on which its interest is above 0, attributable and at 100 %."""

    def __init__(self, world, company_id):
        self.world, self.id = world, company_id
        self.record = world.companies[company_id]
        self.currency = self.record["reporting_currency"]
        self.shares, self.masses, self.costs = {}, {}, {}
        for mine_id, mine in world.mines.items():
            self.masses[mine_id] = self._own_days(mine, world.masses.get(mine_id, {}))
            self.costs[mine_id] = self._own_days(mine, world.costs.get(mine_id, {}))
        self._set_clock()

    def _own_days(self, mine, days):
        for day in days:
            self.shares[mine["mine_id"], day] = share(mine, self.id, day)
        return {day: days[day] for day in sorted(days) if self.shares[mine["mine_id"], day] > 0}

    def _set_clock(self):
        clocks = {mine: max(days) for mine, days in self.masses.items() if days and not self.world.is_corporate(mine)}
        self.clock, self.stale = None, []
        if clocks:
            furthest = max(clocks.values())
            owned = {mine: clock for mine, clock in clocks.items()
                     if share(self.world.mines[mine], self.id, furthest) > 0}
            self.stale = sorted(mine for mine, clock in owned.items()
                                if (furthest - clock).days > STALE_AFTER_DAYS)
            self.clock = min(clock for mine, clock in owned.items() if mine not in self.stale)

    def unit(self, material):
        return self.record["units"].get(material, "OZT" if material in PRECIOUS else "T")

    def lines(self, days, first, last):
        """(day, line, value) of one mine between two dates, None being no bound."""
        for day, lines in days.items():
            if (first is None or day >= first) and (last is None or day <= last):
                for line, value in lines.items():
                    yield day, line, value

    def amounts(self, line, first, last):
        """mine -> (attributable, 100 %) of one material and stage, in output units; only mines with a live fact."""
        grams = GRAMS[self.unit(line[0])]
        result = {}
        for mine in sorted(self.masses):
            for day, found, mass in self.lines(self.masses[mine], first, last):
                if found == line:
                    attributable, whole = result.get(mine, (Fraction(0), Fraction(0)))
                    result[mine] = (attributable + mass * self.shares[mine, day] / grams, whole + mass / grams)
        return result

    def per_unit_of_usd(self, currency, month, missing):
        """Currency units per US dollar in a month, or None with the gap noted."""
        if currency == "USD":
            return Fraction(1)
        rate = self.world.per_usd.get((currency, month))
        if rate is None:
            missing.add(f"fx {currency} {month}")
        return rate

    def converted(self, value, currency, month, missing):
        """In the reporting currency, or None. The same currency needs no rate."""
        if currency == self.currency:
            return value
        own, reporting = (self.per_unit_of_usd(c, month, missing) for c in (currency, self.currency))
        return None if own is None or reporting is None else value / own * reporting

    def worth(self, mine, first, last, missing, payable_metals):
        """metal -> attributable PAYABLE quantity x the month's price, None where a price or rate is missing."""
        result = {}
        for day, (material, stage), mass in self.lines(self.masses[mine], first, last):
            if stage == "PAYABLE" and payable_metals(material):
                month = f"{day:%Y-%m}"
                price, value = self.world.prices.get((material, month)), None
                if price is None:
                    missing.add(f"price {material} {month}")
                else:
                    value = self.converted(mass / GRAMS[price["unit"]] * Fraction(str(price["price"])),
                                           price["currency"], month, missing)
                result[material] = plus(result.get(material, Fraction(0)), times(value, self.shares[mine, day]))
        return result

    def cost(self, mine, elements, first, last, missing):
        """Attributable cost of the elements, or None where a rate is missing."""
        total = Fraction(0)
        for day, (element, currency), amount in self.lines(self.costs[mine], first, last):
            if element in elements:
                value = self.converted(amount * self.shares[mine, day], currency, f"{day:%Y-%m}", missing)
                total = plus(total, value)
        return total


def plus(a, b):
    return None if a is None or b is None else a + b


def times(a, b):
    return None if a is None or b is None else a * b


def minus(a, b):
    return None if a is None or b is None else a - b


# The summary


class Summary:
    """One record of company.summaries."""

    def __init__(self, company, window):
        self.company, self.world, self.window = company, company.world, window
        self.missing = set()
        clock, last = company.clock, window.last
        self.is_open = window.kind == "all" or clock is None or clock < last
        self.reported_through = clock if last is None or clock is None else min(clock, last)
        if clock is None or (window.first is not None and clock < window.first):
            self.reported_through = None

    def exists(self):
        """Rolling windows exist while there is a clock, the others while they hold a live fact."""
        if self.window.kind.startswith("rolling"):
            return self.company.clock is not None
        topics = [self.company.masses]
        if self.window.kind not in ("day", "week"):
            topics.append(self.company.costs)
        return any(self.window.spans(day) for mines in topics for days in mines.values() for day in days)

    def record(self):
        window, company = self.window, self.company
        production, unit_costs, other = self._production(), self._unit_costs(), self._other_costs()
        return {
            "schema": "headframe.company-summary.v1",
            "company": {"id": company.id, "name": company.record["name"]},
            "window": {"kind": window.kind, "label": window.label, "from": iso(window.first),
                       "through": iso(window.last)},
            "state": "open" if self.is_open else "preliminary",
            "reported_through": iso(self.reported_through), "stale": company.stale, "restatements": 0,
            "production": production, "unit_costs": unit_costs, "other_costs": other,
            "missing": sorted(self.missing)}

    # Production

    def _production(self):
        prior = self._prior_span()
        lines = {line for days in self.company.masses.values()
                 for _, line, _ in self.company.lines(days, self.window.first, self.window.last)}
        if prior:
            lines |= {line for days in self.company.masses.values()
                      for _, line, _ in self.company.lines(days, *prior)}
        return [self._production_entry(line, prior) for line in sorted(lines)]

    def _prior_span(self):
        if self.window.kind == "all" or self.reported_through is None:
            return None
        last = self.reported_through if self.is_open else self.window.last
        return tuple(year_earlier(day, self.window.kind) for day in (self.window.first, last))

    def _production_entry(self, line, prior):
        mines = self.company.amounts(line, self.window.first, self.window.last)
        attributable, whole = (sum((amounts[i] for amounts in mines.values()), Fraction(0)) for i in (0, 1))
        has_shares = attributable > 0
        return {
            "material": line[0], "stage": line[1], "unit": self.company.unit(line[0]),
            "attributable": quantity(attributable), "hundred_percent": quantity(whole),
            "majority_mine": next((mine for mine, (own, _) in mines.items()
                                   if has_shares and own / attributable > Fraction(1, 2)), None),
            "prior_year": self._prior_year(line, prior),
            "mines": [{"mine": mine, "attributable": quantity(own), "hundred_percent": quantity(all_of_it),
                       "share": ratio(own, attributable) if has_shares else None}
                      for mine, (own, all_of_it) in mines.items()]}

    def _prior_year(self, line, prior):
        if not prior:
            return None
        before = self.company.amounts(line, *prior)
        if not before:
            return None
        last = self.reported_through if self.is_open else self.window.last
        then = sum(own for own, _ in before.values())
        now = sum((own for own, _ in self.company.amounts(line, self.window.first, last).values()), Fraction(0))
        return {"from": iso(prior[0]), "through": iso(prior[1]), "attributable": quantity(then),
                "current": quantity(now), "change": quantity(now - then), "change_ratio": ratio(now - then, then)}

    # Unit costs

    def _unit_costs(self):
        mines = self._mines_with_facts()
        matched = {mine: self._matched_through(mine) for mine in mines}
        entries = []
        for metal in sorted({self.world.mines[mine]["primary_metal"] for mine in mines}):
            own = [mine for mine in mines if self.world.mines[mine]["primary_metal"] == metal]
            entries.append(self._entry(metal, "by_product", {mine: matched[mine] for mine in own}, self._by_product))
        self._note_unplaced_corporate_cost(entries)
        worths = {mine: self._worth(mine, through) for mine, through in matched.items() if through}
        for metal in sorted({metal for worth in worths.values() for metal in worth}):
            # Reading: a co-product entry's mines are the matched ones with a live PAYABLE fact of the metal.
            own = {mine: matched[mine] for mine, worth in worths.items() if metal in worth}
            entries.append(self._entry(metal, "co_product", own,
                                       lambda mine, last, m=metal: self._co_product(mine, last, m, worths[mine])))
        return sorted(entries, key=lambda entry: (entry["metal"], entry["method"]))

    def _mines_with_facts(self):
        """Reading: any live cost fact makes a mine part of its metal's entry, one of EXPLORATION too."""
        return [mine for mine in sorted(self.world.mines) if not self.world.is_corporate(mine)
                and any(self.window.spans(day) for days in (self.company.masses[mine], self.company.costs[mine])
                        for day in days)]

    def _matched_through(self, mine):
        """Reading: the mine's own clocks, not those the company sees. None: unmatched."""
        clocks = [self.world.clock(mine), self.world.costs_clock(mine)]
        if None in clocks:
            return None
        if self.window.last is not None:
            clocks.append(self.window.last)
        through = min(clocks)
        return None if self.window.first is not None and through < self.window.first else through

    def _worth(self, mine, through):
        """Reading: what is priced here is noted as missing, because an entry is published for it."""
        return self.company.worth(mine, self.window.first, through, self.missing, lambda metal: metal != "ore")

    def _produced(self, mine, metal, last):
        amounts = self.company.amounts((metal, "PRODUCED"), self.window.first, last)
        return amounts.get(mine, (Fraction(0), None))[0]

    def _by_product(self, mine, last):
        """step -> (before credits, credits)."""
        first = self.window.first
        record = self.world.mines[mine]
        if record["by_product_credits"] == "priced":
            parts = self.company.worth(mine, first, last, self.missing,
                                       lambda metal: metal not in ("ore", record["primary_metal"])).values()
            credits = Fraction(0)
            for part in parts:
                credits = plus(credits, part)
        else:
            credits = self.company.cost(mine, [CREDIT], first, last, self.missing)
        return {step: (self.company.cost(mine, elements, first, last, self.missing), credits)
                for step, elements in LADDER.items()}

    def _co_product(self, mine, last, metal, worth):
        """Reading: the split is made once over the mine's matched days of the window, on attributable values; there
        are no credits; a mine whose values do not sum to more than 0 states nothing."""
        total = Fraction(0)
        for part in worth.values():
            total = plus(total, part)
        fraction = worth[metal] / total if total is not None and total > 0 else None
        return {step: (times(self.company.cost(mine, elements, self.window.first, last, self.missing), fraction),
                       Fraction(0)) for step, elements in LADDER.items()}

    def _entry(self, metal, method, matched, costs_of):
        mines = {mine: through for mine, through in matched.items() if through}
        produced = {mine: self._produced(mine, metal, through) for mine, through in mines.items()}
        costs = {mine: costs_of(mine, through) for mine, through in mines.items()}
        production = sum(produced.values()) if mines else None
        corporate = self._corporate(metal, method, max(mines.values(), default=None))
        entry = {"metal": metal, "method": method, "currency": self.company.currency,
                 "unit": self.company.unit(metal), "matched_through": iso(min(mines.values(), default=None)),
                 "unmatched": [mine for mine in matched if mine not in mines], "production": quantity(production)}
        for step in LADDER:
            before, credits = (Fraction(0), Fraction(0)) if mines else (None, None)
            for mine in mines:
                before, credits = plus(before, costs[mine][step][0]), plus(credits, costs[mine][step][1])
            if step == "all_in_sustaining" and corporate is not None:
                before, credits = plus(before, corporate[0]), plus(credits, corporate[1])
            entry[step] = step_figures(before, credits, production)
        entry["mines"] = [self._mine_entry(mine, matched[mine], produced.get(mine), costs.get(mine))
                          for mine in matched]
        return entry

    @staticmethod
    def _mine_entry(mine, through, produced, costs):
        entry = {"mine": mine, "matched_through": iso(through), "production": quantity(produced)}
        for step in LADDER:
            before, credits = costs[step] if costs else (None, None)
            entry[step] = step_figures(before, credits, produced)
        return entry

    def _corporate_mines(self):
        return [mine for mine in self.world.mines if self.world.is_corporate(mine)]

    def _corporate(self, metal, method, last):
        """(cost, credits) of the corporate offices that enter this entry; None where none do."""
        if method != "by_product" or metal != self.company.record["primary_metal"] or last is None:
            return None
        before, credits = Fraction(0), Fraction(0)
        for mine in self._corporate_mines():
            cost = [self.company.cost(mine, elements, self.window.first, last, self.missing)
                    for elements in (LADDER["all_in_sustaining"], [CREDIT])]
            before, credits = plus(before, cost[0]), plus(credits, cost[1])
        return before, credits

    def _note_unplaced_corporate_cost(self, entries):
        metal = self.company.record["primary_metal"]
        if any(entry["metal"] == metal and entry["matched_through"] for entry in entries):
            return
        relevant = LADDER["all_in_sustaining"] + [CREDIT]
        if any(element in relevant for mine in self._corporate_mines()
               for _, (element, _), _ in self.company.lines(self.company.costs[mine], self.window.first,
                                                            self.window.last)):
            self.missing.add(f"corporate without {metal}")

    # Outside the ladder

    def _other_costs(self):
        entries = []
        for element in OUTSIDE:
            mines = [mine for mine in self.world.mines
                     if any(line[0] == element for _, line, _ in self.company.lines(
                         self.company.costs[mine], self.window.first, self.window.last))]
            if mines:
                total = Fraction(0)
                for mine in mines:
                    total = plus(total, self.company.cost(mine, [element], self.window.first, self.window.last,
                                                          self.missing))
                entries.append({"element": element, "currency": self.company.currency, "amount": fixed(total, 2)})
        return entries


def step_figures(before, credits, production):
    """A ladder step as published; null as a whole where cost or credits cannot be stated."""
    if before is None or credits is None:
        return None
    after = before - credits
    per_unit = after / production if production is not None and production > 0 else None
    return {"before_credits": fixed(before, 2), "credits": fixed(credits, 2), "after_credits": fixed(after, 2),
            "per_unit": fixed(per_unit, 4)}


def iso(day):
    return None if day is None else str(day)


def line_of(record):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


CALENDAR = ["day", "week", "month", "quarter", "half", "year", "all"]
ROLLING = ["rolling-7d", "rolling-30d", "rolling-90d", "rolling-12m"]


def windows(company):
    """Every window that may exist for a company, in the order of kind and date."""
    days = sorted({day for mines in (company.masses, company.costs) for lines in mines.values() for day in lines})
    start = company.record["fiscal_year_start_month"]
    found = {}
    for kind in CALENDAR:
        for day in days:
            window = window_of(kind, day, start)
            found[kind, window.label] = window
    if company.clock is not None:
        for kind in ROLLING:
            found[kind, kind] = rolling_window(kind, company.clock)
    return list(found.values())


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    parser.add_argument("--record", action="append", default=[], metavar="COMPANY|KIND|LABEL")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args(arguments)
    world = World(options.directory)
    records = {}
    for company_id in sorted(world.companies):
        company = Company(world, company_id)
        for window in windows(company):
            records[f"{company_id}|{window.kind}|{window.label}"] = Summary(company, window)
    if options.all:
        for key, summary in records.items():
            if summary.exists():
                print(f"{key}\t{line_of(summary.record())}")
    status = 0
    for key in options.record:
        if key in records and records[key].exists():
            print(line_of(records[key].record()))
        else:
            print(f"{key}: no record", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
