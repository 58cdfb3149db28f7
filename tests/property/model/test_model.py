# SPDX-License-Identifier: Apache-2.0
"""Production, clocks, prior years and states in summaries, with figures worked by hand (sections 1, 3 and 4)."""

import unittest

from .small import Outcome, close, company, cost, gold, mine, record
from .words import COSTS, PRODUCTION

SOLD = [{"company_id": "co", "from": "1800-01-01", "share": "1"},
        {"company_id": "co", "from": "2003-06-16", "share": "0"},
        {"company_id": "buyer", "from": "2003-06-16", "share": "1"}]


class Clocks(unittest.TestCase):
    """How far a company has reported."""

    def test_the_slowest_mine_that_is_not_stale(self):
        """a reports to the 30th, b to the 23rd (7 days behind, not yet stale), c to the 22nd (8 days, stale)."""
        summary = Outcome(company(), mine(), mine("b"), mine("c"), gold("2003-06-30", "1"),
                          gold("2003-06-23", "1", mine_id="b"), gold("2003-06-22", "1", mine_id="c")
                          ).company("month|2003-06")
        self.assertEqual((summary["reported_through"], summary["stale"], summary["state"]),
                         ("2003-06-23", ["c"], "open"))

    def test_a_close_moves_the_clock(self):
        """b has nothing to report after the 10th, and says so by closing June."""
        summary = Outcome(company(), mine(), mine("b"), gold("2003-06-30", "1"), gold("2003-06-10", "1", mine_id="b"),
                          close(PRODUCTION, "2003-06-30", "b")).company("month|2003-06")
        self.assertEqual((summary["reported_through"], summary["stale"], summary["state"]),
                         ("2003-06-30", [], "preliminary"))

    def test_offices_have_no_clock(self):
        """The office's fact of 5 July does not move the company past a's 30 June; its own summary knows it."""
        outcome = Outcome(company(), mine(), mine("office", status="corporate"), gold("2003-06-30", "1"),
                          gold("2003-07-05", "1", mine_id="office"))
        self.assertEqual(outcome.company("year|2003")["reported_through"], "2003-06-30")
        self.assertIsNone(outcome.company("month|2003-07")["reported_through"])
        self.assertEqual(outcome.mine("month|2003-07", "office")["reported_through"], "2003-07-05")

    def test_a_mine_that_was_sold(self):
        """a: 10 ounces on the 10th, then sold; the buyer's 20 on the 20th are none of ours, nor do they make a clock.
        b, half ours: 8 on the 20th. Attributable 10 + 4 = 14 of 10 + 8 = 18."""
        outcome = Outcome(company(), mine(interests=SOLD), mine("b", "0.5"), gold("2003-06-10", "10"),
                          gold("2003-06-20", "20", "later"), gold("2003-06-20", "8", mine_id="b"))
        summary = outcome.company("month|2003-06")
        entry = summary["production"][0]
        self.assertEqual((entry["attributable"], entry["hundred_percent"]), ("14.000", "18.000"))
        self.assertEqual((summary["reported_through"], summary["stale"]), ("2003-06-20", []))
        self.assertEqual(entry["mines"][0], {"mine": "a", "attributable": "10.000", "hundred_percent": "10.000",
                                             "share": "0.714286"})
        self.assertEqual(outcome.mine("month|2003-06")["production"][0]["quantity"], "30.000")

    def test_only_the_buyer_sees_what_came_after(self):
        """A company without a day on which it holds the mine has no window."""
        outcome = Outcome(company(), mine(interests=SOLD), gold("2003-06-20", "20"))
        self.assertEqual(outcome.topics["company.summaries"], {})


class Production(unittest.TestCase):
    """The entries of `production`."""

    def test_columns_need_not_foot(self):
        """Three mines of 0.0005: each prints 0.000, their sum 0.0015 prints 0.002."""
        outcome = Outcome(company(), *[step for name in "abc"
                                       for step in (mine(name), gold("2003-06-30", "0.0005", mine_id=name))])
        entry = outcome.company("month|2003-06")["production"][0]
        self.assertEqual((entry["attributable"], [each["attributable"] for each in entry["mines"]]),
                         ("0.002", ["0.000"] * 3))

    def test_majority(self):
        """3 of 4 is a majority; 3 and 3 of 5 (c corrects by −1) are two, so none; of a total of 0 there are no
        shares."""
        for ounces, majority, shares in ((("3", "1"), "a", ["0.750000", "0.250000"]),
                                         (("3", "3", "-1"), None, ["0.600000", "0.600000", "-0.200000"]),
                                         (("2", "1", "1"), None, ["0.500000", "0.250000", "0.250000"]),
                                         (("2", "-2"), None, [None, None])):
            steps = [step for name, each in zip("abc", ounces)
                     for step in (mine(name), gold("2003-06-30", each, mine_id=name))]
            entry = Outcome(company(), *steps).company("month|2003-06")["production"][0]
            self.assertEqual((entry["majority_mine"], [each["share"] for each in entry["mines"]]), (majority, shares))

    def test_units_of_output(self):
        """The company counts gold in kilograms: 1000 ounces are 31.1034768 kg. The mine keeps ounces. Lead is in
        tonnes: 2 short tons are 1.81436948 t."""
        outcome = Outcome(company(units={"gold": "KG"}), mine(), gold("2003-06-30", "1000"),
                          gold("2003-06-30", "2", "l", material="lead", unit="ST"))
        entries = outcome.company("month|2003-06")["production"]
        self.assertEqual([(each["material"], each["unit"], each["attributable"]) for each in entries],
                         [("gold", "KG", "31.103"), ("lead", "T", "1.814")])
        self.assertEqual(outcome.mine("month|2003-06")["production"][0]["quantity"], "1000.000")

    def test_a_share_that_changes_is_the_day_s(self):
        """10 ounces on a day at one third, 10 on the next at two thirds (0.666667): 3.33333 + 6.66667 = 10."""
        interests = [{"company_id": "co", "from": "2003-06-30", "share": "0.666667"},
                     {"company_id": "co", "from": "2000-01-01", "share": "0.333333"}]
        outcome = Outcome(company(), mine(interests=interests), gold("2003-06-29", "10"), gold("2003-06-30", "10", "b"))
        self.assertEqual(outcome.made("month|2003-06"), "10.000")
        self.assertEqual(outcome.made("day|2003-06-29"), "3.333")

    def test_a_window_holds_its_own_days_alone(self):
        """1, 2 and 4 ounces on three days at half: the middle day has 1 of 2, one event."""
        outcome = Outcome(company(), mine(share="0.5"), gold("2003-06-28", "1", "x"), gold("2003-06-29", "2", "y"),
                          gold("2003-06-30", "4", "z"))
        entry = outcome.company("day|2003-06-29")["production"][0]
        self.assertEqual((entry["attributable"], entry["hundred_percent"]), ("1.000", "2.000"))
        entry = outcome.mine("day|2003-06-29")["production"][0]
        self.assertEqual((entry["quantity"], entry["events"]), ("2.000", 1))

    def test_a_line_that_was_emptied_is_gone(self):
        """An estimate became an assay: no ESTIMATE is left, and the day is live."""
        outcome = Outcome(mine(), gold("2003-06-30", "1", quality="ESTIMATE"),
                          gold("2003-06-30", "2", revision=1, quality="ASSAYED"))
        self.assertEqual(outcome.mine("day|2003-06-30")["production"][0]["by_quality"], {"ASSAYED": "2.000"})

    def test_of_two_interests_with_one_date_the_later_in_the_list(self):
        """Half, corrected to a quarter."""
        interests = [{"company_id": "co", "from": "2000-01-01", "share": share} for share in ("0.5", "0.25")]
        self.assertEqual(Outcome(company(), mine(interests=interests), gold("2003-06-29", "8")).made("month|2003-06"),
                         "2.000")


class PriorYear(unittest.TestCase):
    """The same dates one year back."""

    def test_an_open_window_compares_its_reported_days(self):
        """Reported through the 15th, as a has got no further. Now 10 + 2 = 12 without b's 5 of the 18th; then 8,
        without the 100 of the 20th. 12 − 8 = 4, a half more."""
        entry = Outcome(company(), mine(share="0.5"), mine("b"), gold("2002-06-10", "16", "p"),
                        gold("2002-06-20", "200", "q"), gold("2003-06-10", "20"), gold("2003-06-15", "4", "f"),
                        gold("2003-06-18", "5", mine_id="b")).company("month|2003-06")["production"][0]
        self.assertEqual(entry["attributable"], "17.000")
        self.assertEqual(entry["prior_year"], {
            "from": "2002-06-01", "through": "2002-06-15", "attributable": "8.000", "current": "12.000",
            "change": "4.000", "change_ratio": "0.500000"})

    def test_leap_days(self):
        """29 February and 28 February before or after a leap year are both the last of the month."""
        outcome = Outcome(company(), mine(), gold("2003-02-28", "1", "a"), gold("2004-02-28", "7", "b"),
                          gold("2004-02-29", "3", "c"), gold("2005-02-28", "6", "d"))
        for window, first, then, change in (("day|2004-02-29", "2003-02-28", "1.000", "2.000"),
                                            ("day|2004-02-28", "2003-02-28", "1.000", "6.000"),
                                            ("day|2005-02-28", "2004-02-29", "3.000", "3.000"),
                                            ("month|2005-02", "2004-02-01", "10.000", "-4.000")):
            prior = outcome.company(window)["production"][0]["prior_year"]
            self.assertEqual((prior["from"], prior["attributable"], prior["change"]), (first, then, change), window)

    def test_what_was_made_a_year_ago_is_listed(self):
        """No silver this June: 0 after 5 of last June, which is −1 of it. An all-time window has no prior year."""
        outcome = Outcome(company(), mine(), gold("2002-06-10", "5", "s", material="silver"), gold("2003-06-30", "1"),
                          windows=["month", "all"])
        silver = outcome.company("month|2003-06")["production"][1]
        self.assertEqual((silver["material"], silver["attributable"], silver["majority_mine"], silver["mines"]),
                         ("silver", "0.000", None, []))
        prior = silver["prior_year"]
        self.assertEqual((prior["change"], prior["change_ratio"]), ("-5.000", "-1.000000"))
        self.assertEqual([each["prior_year"] for each in outcome.company("all|all")["production"]], [None, None])

    def test_zero_is_not_absence(self):
        """A live fact of 0 ounces last year is a prior year, without a ratio."""
        outcome = Outcome(company(), mine(), gold("2002-06-30", "0", "p"), gold("2003-06-30", "1"))
        prior = outcome.company("month|2003-06")["production"][0]["prior_year"]
        self.assertEqual((prior["attributable"], prior["change"], prior["change_ratio"]), ("0.000", "1.000", None))


class States(unittest.TestCase):
    """open, preliminary, closed, restated; which windows there are."""

    def test_closed_on_both_topics(self):
        """June is over when the clock has reached its last day; closed when production and costs are."""
        facts = company(), mine(), gold("2003-06-30", "1")
        one, both = close(PRODUCTION, "2003-06-30"), close(COSTS, "2003-06-30")
        for steps, state in (((), "preliminary"), ((one,), "preliminary"), ((one, both), "closed"),
                             ((both, close(PRODUCTION, "2003-06-29"), one), "closed"),
                             ((both, one, close(COSTS, "2003-06-29")), "preliminary")):
            self.assertEqual(Outcome(*facts, *steps).company("month|2003-06")["state"], state)

    def test_every_mine_must_be_closed(self):
        """b is not."""
        outcome = Outcome(company(), mine(), mine("b"), gold("2003-06-30", "1"), gold("2003-06-30", "1", mine_id="b"),
                          close(PRODUCTION, "2003-06-30"), close(COSTS, "2003-06-30"))
        self.assertEqual(outcome.company("month|2003-06")["state"], "preliminary")

    def test_a_rolling_window_without_a_fact_is_preliminary(self):
        """Though all is closed: the clock is the close of June, the only fact lies in May."""
        outcome = Outcome(company(), mine(), gold("2003-05-30", "1"), close(PRODUCTION, "2003-06-30"),
                          close(COSTS, "2003-06-30"), windows=["rolling-7d"])
        summary = outcome.company("rolling-7d|rolling-7d")
        self.assertEqual((summary["window"]["from"], summary["state"]), ("2003-06-24", "preliminary"))

    def test_offices_close_on_costs_only(self):
        """Though the office has a cost in June and closes no production."""
        outcome = Outcome(company(), mine(), mine("office", status="corporate"), gold("2003-06-30", "1"),
                          cost("2003-06-01", "2003-06-30", "30", mine_id="office"), close(PRODUCTION, "2003-06-30"),
                          close(COSTS, "2003-06-30"), close(COSTS, "2003-06-30", "office"))
        self.assertEqual(outcome.company("month|2003-06")["state"], "closed")

    def test_a_cost_makes_months_but_no_days_and_no_weeks(self):
        """From 30 June to 1 July; without a clock there is no rolling window and everything is open."""
        outcome = Outcome(company(), mine(), cost("2003-06-30", "2003-07-01", "2"),
                          windows=["day", "week", "month", "all", "rolling-30d"])
        self.assertEqual(sorted(outcome.topics["company.summaries"]),
                         ["co|all|all", "co|month|2003-06", "co|month|2003-07"])
        summary = outcome.company("month|2003-06")
        self.assertEqual((summary["state"], summary["reported_through"]), ("open", None))

    def test_the_last_set_of_windows_counts(self):
        """And the others are gone."""
        outcome = Outcome(company(), mine(), gold("2003-06-30", "1"), {"do": "settings", "windows": ["rolling-7d"]})
        self.assertEqual(list(outcome.topics["company.summaries"]), ["co|rolling-7d|rolling-7d"])

    def test_fiscal_years(self):
        """The company's starts in July, the mine's in January."""
        outcome = Outcome(company(fiscal_year_start_month=7), mine(), gold("2003-07-01", "1"), windows=["year"])
        self.assertEqual(list(outcome.topics["company.summaries"]), ["co|year|FY2004"])
        self.assertEqual(list(outcome.topics["mine.summaries"]), ["a|year|2003"])


class MineSummaries(unittest.TestCase):
    """What mine.summaries show beside."""

    def test_qualities_and_events(self):
        """Two weighed facts of 1 and 2 ounces, one estimate of 4."""
        entry = Outcome(mine(), gold("2003-06-29", "1", "a"), gold("2003-06-30", "2", "b"),
                        gold("2003-06-30", "4", "c", quality="ESTIMATE")).mine("month|2003-06")["production"][0]
        self.assertEqual((entry["quantity"], entry["events"], list(entry["by_quality"].items())),
                         ("7.000", 3, [("ESTIMATE", "4.000"), ("WEIGHED", "3.000")]))

    def test_metallurgy(self):
        """30 ounces contained in 10 t of ore, 24 of them recovered: 3 ounces per tonne, 0.8."""
        contained = gold("2003-06-30", "30", "c", stage="CONTAINED")
        milled = gold("2003-06-30", "10", "o", material="ore", stage="MILLED", unit="T")
        for steps, grade, recovery in (((milled, gold("2003-06-30", "24")), "3.0000", "0.800000"),
                                       ((milled,), "3.0000", None), ((gold("2003-06-30", "0"),), None, None)):
            outcome = Outcome(mine(), contained, *steps).mine("month|2003-06")
            self.assertEqual(outcome["metallurgy"], [{"material": "gold", "head_grade": grade, "grade_unit": "OZT/T",
                                                      "recovery": recovery}])

    def test_costs_as_they_were_spent(self):
        """On all days of the window, sorted by element and currency; no rate is needed."""
        outcome = Outcome(mine(), cost("2003-06-01", "2003-06-30", "30", "a"),
                          cost("2003-06-01", "2003-07-01", "31", "b", currency="MXN"),
                          cost("2003-06-01", "2003-06-01", "5", "c", element="EXPLORATION", currency="MXN"))
        summary = outcome.mine("month|2003-06")
        self.assertEqual([tuple(each.values()) for each in summary["costs"]],
                         [("EXPLORATION", "MXN", "5.00"), ("MINING", "MXN", "30.00"), ("MINING", "USD", "30.00")])
        self.assertEqual(summary["missing"], [])

    def test_the_order_of_keys(self):
        """As section 4 shows them."""
        outcome = Outcome(company(name=None), mine(name="A"), gold("2003-06-30", "1"))
        self.assertEqual(list(outcome.mine("month|2003-06")),
                         ["schema", "mine", "window", "state", "reported_through", "restatements", "production",
                          "unit_costs", "costs", "metallurgy", "missing"])
        self.assertEqual(list(outcome.company("month|2003-06")),
                         ["schema", "company", "window", "state", "reported_through", "stale", "restatements",
                          "production", "unit_costs", "other_costs", "missing"])
        self.assertEqual(list(outcome.mine("month|2003-06")["unit_costs"][0]),
                         ["metal", "method", "currency", "unit", "matched_through", "production", "cash_operating",
                          "total_cash", "total_production", "all_in_sustaining"])
        self.assertEqual(outcome.company("month|2003-06")["company"], {"id": "co", "name": "co"})
        self.assertEqual(outcome.mine("month|2003-06")["mine"], {"id": "a", "name": "A"})

    def test_a_change_of_zone_dates_only_what_arrives_after_it(self):
        """Noon of the 30th in Greenwich is the 1st on Kiritimati, 14 hours ahead."""
        outcome = Outcome(mine(), gold("2003-06-30", "1", "a"), mine(time_zone="Pacific/Kiritimati"),
                          gold("2003-06-30", "2", "b"), record("reference.companies", "co", value=None))
        self.assertEqual(list(outcome.topics["headframe.production-days"]), ["a|2003-06-30", "a|2003-07-01"])


if __name__ == "__main__":
    unittest.main()
