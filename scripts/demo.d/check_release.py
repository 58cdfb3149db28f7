#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the summaries of 2003-H1 and 2002 against what the news release of 8 July 2003 says, figure by figure.

Usage: check_release.py 2003-H1.json 2002.json
Prints a line for each statement; exits 1 where one does not hold. Decimals are compared exactly, as the release's
words mean them: "about" and a bare figure within half of their last digit, "more than" above it by less than one.
"""

import json
import sys
from decimal import Decimal


def production(summary, material, mine=None):
    """Attributable production of a material, of all mines or of one."""
    for entry in summary["production"]:
        if (entry["material"], entry["stage"]) == (material, "PRODUCED"):
            if mine is None:
                return Decimal(entry["attributable"])
            return next((Decimal(m["attributable"]) for m in entry["mines"] if m["mine"] == mine), Decimal(0))
    return Decimal(0)


def majority_mine(summary, material):
    """The mine with more than half of a material's production."""
    return next(entry["majority_mine"] for entry in summary["production"]
                if (entry["material"], entry["stage"]) == (material, "PRODUCED"))


def total_cash(summary, metal):
    """Total cash cost per ounce, by-product method."""
    entry = next(e for e in summary["unit_costs"] if (e["metal"], e["method"]) == (metal, "by_product"))
    return Decimal(entry["total_cash"]["per_unit"])


def about(value, stated, digit):
    """Within half of the last digit stated."""
    return abs(value - Decimal(stated)) <= Decimal(digit) / 2


def more_than(value, stated, digit):
    """Above what is stated, by less than its last digit."""
    return Decimal(stated) < value < Decimal(stated) + Decimal(digit)


def claims(half, year):
    """Each statement: its number in the list of claims, its words, the figure, and whether it holds."""
    silver, gold = production(half, "silver"), production(half, "gold")
    silver_2002, cost_2002 = production(year, "silver"), total_cash(year, "silver")
    yield "5", "2002: record 8.7 million ounces of silver", silver_2002, about(silver_2002, 8700000, 100000)
    yield "5", "2002: average total cash cost $2.16 per ounce", cost_2002, about(cost_2002, "2.16", "0.01")
    yield "8", "first half: 4.8 million ounces of silver", silver, about(silver, 4800000, 100000)
    yield "8", "first half: more than 105,000 ounces of gold", gold, more_than(gold, 105000, 1000)
    for number, words, mine, test, stated, digit in (
            ("9", "San Sebastian: approximately 2 million ounces of silver", "san-sebastian", about, 2000000, 100000),
            ("10", "Greens Creek: 1.6 million ounces of silver", "greens-creek", about, 1600000, 100000),
            ("11", "Lucky Friday: more than 1.2 million ounces of silver", "lucky-friday", more_than, 1200000, 100000)):
        value = production(half, "silver", mine)
        yield number, words, value, test(value, stated, digit)
    largest = production(half, "gold", "la-camorra")
    yield "12", "La Camorra: the majority of gold", majority_mine(half, "gold"), majority_mine(half, "gold") == "la-camorra"
    yield "12", "La Camorra: about 67,000 ounces of gold", largest, about(largest, 67000, 1000)
    for words, mine, stated in (("San Sebastian: approximately 23,000 ounces of gold", "san-sebastian", 23000),
                                ("Greens Creek: approximately 15,000 ounces of gold", "greens-creek", 15000)):
        value = production(half, "gold", mine)
        yield "13", words, value, about(value, stated, 1000)
    cost = total_cash(half, "silver")
    yield "2", "silver total cash cost less than $2 per ounce, in the half", cost, cost < 2


def main():
    """Prints the table."""
    with open(sys.argv[1], encoding="utf-8") as half, open(sys.argv[2], encoding="utf-8") as year:
        rows = list(claims(json.load(half), json.load(year)))
    print("\nThe news release of 8 July 2003 says, and the events say:")
    for number, words, value, holds in rows:
        figure = f"{value:,}" if isinstance(value, Decimal) else str(value)
        print(f"  {number:>2}  {words:<62}{figure:>18}  {'yes' if holds else 'NO'}")
    return 0 if all(holds for *_, holds in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
