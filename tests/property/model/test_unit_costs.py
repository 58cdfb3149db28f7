# SPDX-License-Identifier: Apache-2.0
"""The ladder, matched days, credits, co-products, offices and currencies, with figures worked by hand (section 5)."""

import unittest

from .small import Outcome, close, company, cost, gold, mine, price, rate, step
from .words import COSTS, LADDER, PRODUCTION

DAY = "2003-06-30"


def spent(element, amount, **more):
    """A cost of one element on 30 June."""
    return cost(DAY, DAY, amount, element, element=element, **more)


class Ladder(unittest.TestCase):
    """Which element enters which step."""

    def test_the_steps(self):
        """10 ounces; mining 100, royalty 10, depreciation 20, sustaining capital 30, a credit of 5, exploration 7 here
        and half of 6 at a project. 100 | 110 | 130 | 110 + 30 = 140, each less 5."""
        outcome = Outcome(company(), mine(), mine("b", "0.5"), gold(DAY, "10"), spent("MINING", "100"),
                          spent("EXPLORATION", "6", mine_id="b"), spent("ROYALTY", "10"),
                          spent("DEPRECIATION", "20"), spent("SUSTAINING_CAPITAL", "30"),
                          spent("BY_PRODUCT_CREDIT", "5"), spent("EXPLORATION", "7"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual([entry[name] for name in LADDER], [
            step("100.00", "5.00", "95.00", "9.5000"), step("110.00", "5.00", "105.00", "10.5000"),
            step("130.00", "5.00", "125.00", "12.5000"), step("140.00", "5.00", "135.00", "13.5000")])
        self.assertEqual(outcome.company("month|2003-06")["other_costs"],
                         [{"element": "EXPLORATION", "currency": "USD", "amount": "10.00"}])

    def test_total_over_total_is_no_average(self):
        """a: 1000 for 10 ounces. A quarter of b: 2000 of 8000 for 10 of 40. Together 3000 ÷ 20 = 150."""
        outcome = Outcome(company(), mine(), mine("b", "0.25"), gold(DAY, "10"), gold(DAY, "40", mine_id="b"),
                          spent("MINING", "1000"), spent("MINING", "8000", mine_id="b"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual(entry["production"], "20.000")
        self.assertEqual(entry["cash_operating"], step("3000.00", "0.00", "3000.00", "150.0000"))
        self.assertEqual([each["cash_operating"]["per_unit"] for each in entry["mines"]], ["100.0000", "200.0000"])

    def test_production_that_is_not_above_zero(self):
        """The money is stated, the unit cost is not."""
        outcome = Outcome(company(), mine(), gold(DAY, "0"), spent("MINING", "10"))
        self.assertEqual(outcome.unit_cost("month|2003-06")["cash_operating"], step("10.00", "0.00", "10.00", None))

    def test_by_product_gold_is_in_no_denominator(self):
        """A silver mine's gold: in production, but there is no entry of gold."""
        outcome = Outcome(company(), mine(primary_metal="silver"), gold(DAY, "10"),
                          gold(DAY, "1000", "s", material="silver"), spent("MINING", "5000"))
        entries = outcome.company("month|2003-06")["unit_costs"]
        self.assertEqual([(each["metal"], each["production"]) for each in entries], [("silver", "1000.000")])


class MatchedDays(unittest.TestCase):
    """Cost and production are counted up to the same day."""

    def test_costs_run_ahead_of_production(self):
        """3000 over June, production to the 20th: 2000 for 10 ounces. In July nothing matches."""
        outcome = Outcome(company(), mine(), gold("2003-06-20", "10"), cost("2003-06-01", "2003-06-30", "3000"),
                          cost("2003-07-01", "2003-07-31", "31", "j"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual((entry["matched_through"], entry["unmatched"]), ("2003-06-20", []))
        self.assertEqual(entry["cash_operating"], step("2000.00", "0.00", "2000.00", "200.0000"))
        july = outcome.unit_cost("month|2003-07")
        self.assertEqual((july["matched_through"], july["unmatched"], july["production"], july["cash_operating"]),
                         (None, ["a"], None, None))
        self.assertEqual(july["mines"], [{"mine": "a", "matched_through": None, "production": None,
                                          **dict.fromkeys(LADDER)}])

    def test_production_runs_ahead_of_costs(self):
        """Mining is known to the 20th, and the clock is mining's, whatever royalty says; 5 of 12 ounces are later."""
        outcome = Outcome(company(), mine(), gold("2003-06-20", "7"), gold(DAY, "5", "b"),
                          cost("2003-06-01", "2003-06-20", "700"),
                          cost("2003-06-01", "2003-06-30", "30", "r", element="ROYALTY"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual((entry["matched_through"], entry["production"]), ("2003-06-20", "7.000"))
        self.assertEqual(entry["total_cash"], step("720.00", "0.00", "720.00", "102.8571"))

    def test_matched_on_the_first_day_of_the_window(self):
        """Production to 1 July and costs beyond: July has one matched day. The day before it has none."""
        outcome = Outcome(company(), mine(), gold("2003-07-01", "2"), cost("2003-07-01", "2003-07-31", "310"),
                          windows=["month", "all"])
        for window in ("month|2003-07", "all|all"):
            self.assertEqual(outcome.unit_cost(window)["cash_operating"], step("10.00", "0.00", "10.00", "5.0000"))
            self.assertEqual(outcome.unit_cost(window)["matched_through"], "2003-07-01")

    def test_closes_move_both_clocks(self):
        """Nothing more comes: June is closed on both topics, and matched to its end, with the royalty of 30 days."""
        outcome = Outcome(company(), mine(), gold("2003-06-20", "7"), cost("2003-06-01", "2003-06-20", "700"),
                          cost("2003-06-01", "2003-06-30", "30", "r", element="ROYALTY"),
                          close(PRODUCTION, "2003-06-30"), close(COSTS, "2003-06-30"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual((entry["matched_through"], entry["total_cash"]["before_credits"]), ("2003-06-30", "730.00"))

    def test_the_days_of_a_mine_that_was_sold(self):
        """Sold on the 16th; the mine's own clocks reach the 20th and the 30th. Our days end on the 15th: 1500 for
        10."""
        interests = [{"company_id": "co", "from": "2000-01-01", "share": "1"},
                     {"company_id": "co", "from": "2003-06-16", "share": "0"}]
        outcome = Outcome(company(), mine(interests=interests), gold("2003-06-10", "10"), gold("2003-06-20", "9", "b"),
                          cost("2003-06-01", "2003-06-30", "3000"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual((entry["matched_through"], entry["cash_operating"]),
                         ("2003-06-20", step("1500.00", "0.00", "1500.00", "150.0000")))

    def test_a_project_is_listed_and_counts_nowhere(self):
        """p has costs and no production clock; a's figures are as if it were not there."""
        outcome = Outcome(company(), mine(), mine("p", status="development"), gold(DAY, "10"), spent("MINING", "100"),
                          spent("DEVELOPMENT", "999", mine_id="p"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual((entry["unmatched"], entry["cash_operating"]),
                         (["p"], step("100.00", "0.00", "100.00", "10.0000")))


class Credits(unittest.TestCase):
    """By-products and co-products."""

    def payable(self, material, ounces):
        """PAYABLE of 30 June."""
        return gold(DAY, ounces, "payable " + material, material=material, stage="PAYABLE")

    def test_priced(self):
        """100 ounces of silver at 5 are a credit of 500; the gold is not, nor the reported credit, whose rate nobody
        misses."""
        outcome = Outcome(company(), mine(by_product_credits="priced"), gold(DAY, "10"), self.payable("gold", "9"),
                          self.payable("silver", "100"), self.payable("ore", "7"), spent("MINING", "1500"),
                          spent("BY_PRODUCT_CREDIT", "999", currency="MXN"), price("silver", "2003-06", "5"),
                          price("gold", "2003-06", "300"))
        self.assertEqual(outcome.unit_cost("month|2003-06")["total_cash"],
                         step("1500.00", "500.00", "1000.00", "100.0000"))
        self.assertEqual(outcome.company("month|2003-06")["missing"], [])

    def test_a_missing_price_leaves_no_step(self):
        """Every step has credits."""
        outcome = Outcome(company(), mine(by_product_credits="priced"), gold(DAY, "10"), self.payable("silver", "0"),
                          spent("MINING", "1500"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual([entry[name] for name in LADDER] + [entry["production"]], [None] * 4 + ["10.000"])
        self.assertEqual(outcome.company("month|2003-06")["missing"], ["price silver 2003-06"])

    def test_co_product(self):
        """Payable gold 10 × 300 = 3000, silver 100 × 10 = 1000: of 800, gold bears 600 for 12 ounces, silver 200 for
        150. The reported credit of 50 is for the by-product method alone. A price in CAD of 15 at 1.5 is 10."""
        facts = (company(), mine(), gold(DAY, "12"), gold(DAY, "150", "s", material="silver"),
                 self.payable("gold", "10"), self.payable("silver", "100"), spent("MINING", "800"),
                 spent("BY_PRODUCT_CREDIT", "50"), price("gold", "2003-06", "300"))
        outcome = Outcome(*facts, price("silver", "2003-06", "15", currency="CAD"), rate("CAD", "2003-06", "1.5"))
        self.assertEqual([(each["metal"], each["method"], each["total_cash"])
                          for each in outcome.company("month|2003-06")["unit_costs"]],
                         [("gold", "by_product", step("800.00", "50.00", "750.00", "62.5000")),
                          ("gold", "co_product", step("600.00", "0.00", "600.00", "50.0000")),
                          ("silver", "co_product", step("200.00", "0.00", "200.00", "1.3333"))])
        unpriced = Outcome(*facts)
        self.assertEqual([each["total_cash"] and each["total_cash"]["after_credits"]
                          for each in unpriced.company("month|2003-06")["unit_costs"]], ["750.00", None, None])
        self.assertEqual(unpriced.company("month|2003-06")["missing"], ["price silver 2003-06"])

    def test_what_is_worth_nothing_cannot_be_split_by(self):
        """Gold of 1 × 300 less silver of 100 × 3 sum to 0."""
        outcome = Outcome(company(), mine(), gold(DAY, "1"), self.payable("gold", "1"), self.payable("silver", "-100"),
                          spent("MINING", "8"), price("gold", "2003-06", "300"), price("silver", "2003-06", "3"))
        self.assertIsNone(outcome.unit_cost("month|2003-06", "gold", "co_product")["total_cash"])
        self.assertEqual(outcome.company("month|2003-06")["missing"], [])

    def test_a_price_is_the_month_s(self):
        """10 ounces of silver on 30 June at 5, 10 on 1 July at 7: 120 of credits in the year."""
        outcome = Outcome(company(), mine(by_product_credits="priced"), gold("2003-07-01", "10"),
                          self.payable("silver", "10"),
                          gold("2003-07-01", "10", "later", material="silver", stage="PAYABLE"),
                          cost(DAY, "2003-07-01", "320"), price("silver", "2003-06", "5"),
                          price("silver", "2003-07", "7"), windows=["year"])
        self.assertEqual(outcome.unit_cost("year|2003")["total_cash"], step("320.00", "120.00", "200.00", "20.0000"))


class CorporateCost(unittest.TestCase):
    """Offices, in all-in sustaining cost alone."""

    def test_up_to_the_latest_matched_day(self):
        """The office's 300 over June count to the 20th, where a is matched: 200, less its credit of 30. Its
        depreciation enters no step, so its rate is not missed. All-in 2000 + 200 − 30 = 2170; the mine itself bears
        2000."""
        outcome = Outcome(company(), mine(), mine("office", status="corporate"), gold("2003-06-20", "10"),
                          cost("2003-06-01", "2003-06-30", "3000"),
                          cost("2003-06-01", "2003-06-30", "300", mine_id="office", element="CORPORATE_ADMINISTRATION"),
                          cost("2003-06-01", "2003-06-01", "30", "c", "office", element="BY_PRODUCT_CREDIT"),
                          cost("2003-06-01", "2003-06-30", "1", "d", "office", element="DEPRECIATION", currency="MXN"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual(entry["all_in_sustaining"], step("2200.00", "30.00", "2170.00", "217.0000"))
        self.assertEqual(entry["total_cash"]["after_credits"], "2000.00")
        self.assertEqual([each["mine"] for each in entry["mines"]], ["a"])
        self.assertEqual(entry["mines"][0]["all_in_sustaining"]["after_credits"], "2000.00")
        self.assertEqual(outcome.company("month|2003-06")["missing"], [])

    def test_beside_mines_that_are_matched_to_different_days(self):
        """a to the 10th, b to the 20th, p not at all: the entry is matched to the 10th, the office's 10 a day count to
        the 20th."""
        outcome = Outcome(company(), mine(), mine("b"), mine("p"), mine("office", status="corporate"),
                          gold("2003-06-10", "1"), gold("2003-06-20", "1", mine_id="b"),
                          cost("2003-06-10", "2003-06-10", "7"), cost("2003-06-20", "2003-06-20", "7", mine_id="b"),
                          cost(DAY, DAY, "7", mine_id="p"),
                          cost("2003-06-01", "2003-06-30", "300", mine_id="office", element="RECLAMATION"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual((entry["matched_through"], entry["unmatched"]), ("2003-06-10", ["p"]))
        self.assertEqual(entry["all_in_sustaining"], step("214.00", "0.00", "214.00", "107.0000"))

    def test_a_priced_office(self):
        """Its PAYABLE silver, 10 × 5, is a credit instead of what it reports; without a mine of gold it is a note."""
        office = (company(), mine("office", status="corporate", primary_metal=None, by_product_credits="priced"),
                  gold(DAY, "10", "s", "office", material="silver", stage="PAYABLE"), price("silver", "2003-06", "5"),
                  spent("BY_PRODUCT_CREDIT", "999", mine_id="office"))
        outcome = Outcome(*office, mine(), gold(DAY, "1"), spent("MINING", "60"))
        self.assertEqual(outcome.unit_cost("month|2003-06")["all_in_sustaining"],
                         step("60.00", "50.00", "10.00", "10.0000"))
        self.assertEqual(Outcome(*office).company("month|2003-06")["missing"], ["corporate without gold"])
        reporting = (company(), mine("office", status="corporate"), *office[2:4])
        self.assertEqual(Outcome(*reporting).company("month|2003-06")["missing"], [])
        self.assertEqual(Outcome(*reporting, office[4]).company("month|2003-06")["missing"], ["corporate without gold"])

    def test_it_is_the_primary_metal_s(self):
        """The company's metal is silver; its only mine is of gold: nothing bears the office's cost, and that is said.
        In May there is no such cost."""
        outcome = Outcome(company(primary_metal="silver"), mine(), mine("office", status="corporate"), gold(DAY, "10"),
                          cost("2003-05-01", "2003-06-30", "61"), spent("ROYALTY", "5", mine_id="office"),
                          spent("EXPLORATION", "4", mine_id="office"))
        self.assertEqual(outcome.unit_cost("month|2003-06")["all_in_sustaining"]["after_credits"], "30.00")
        self.assertEqual(outcome.company("month|2003-06")["missing"], ["corporate without silver"])
        self.assertEqual(outcome.company("month|2003-05")["missing"], [])

    def test_a_company_without_a_metal_says_nothing(self):
        """No corporate cost anywhere and no note."""
        outcome = Outcome(company(primary_metal=None), mine("office", status="corporate"),
                          spent("ROYALTY", "5", mine_id="office"))
        self.assertEqual((outcome.company("month|2003-06")["unit_costs"], outcome.company("month|2003-06")["missing"]),
                         ([], []))


class Currencies(unittest.TestCase):
    """Each day's cost at its month's rate."""

    def test_by_month(self):
        """20 pesos over two days: 10 at 10, 10 at 20 to the dollar: 1 + 0.50."""
        outcome = Outcome(company(), mine(), gold("2003-07-01", "1"), cost(DAY, "2003-07-01", "20", currency="MXN"),
                          rate("MXN", "2003-06", "10"), rate("MXN", "2003-07", "20"), windows=["year"])
        self.assertEqual(outcome.unit_cost("year|2003")["cash_operating"], step("1.50", "0.00", "1.50", "1.5000"))

    def test_through_the_dollar(self):
        """100 pesos at 10 are 10 dollars, at 1.5 15 Canadian; 2 dollars are 3; 4 Canadian are 4. Together 22."""
        outcome = Outcome(company(reporting_currency="CAD"), mine(), gold(DAY, "1"),
                          spent("MINING", "100", currency="MXN"), spent("PROCESSING", "2"),
                          spent("DEVELOPMENT", "4", currency="CAD"), rate("MXN", "2003-06", "10"),
                          rate("CAD", "2003-06", "1.5"))
        self.assertEqual(outcome.unit_cost("month|2003-06")["cash_operating"]["before_credits"], "22.00")

    def test_a_missing_rate_makes_null_what_needs_it(self):
        """Depreciation in pesos: total production cost alone cannot be stated. Exploration in pesos: neither can it.
        Both are noted although one of them is 0."""
        outcome = Outcome(company(reporting_currency="CAD"), mine(), gold(DAY, "1"),
                          spent("MINING", "3", currency="CAD"), spent("DEPRECIATION", "0", currency="MXN"),
                          spent("EXPLORATION", "1", currency="MXN"))
        entry = outcome.unit_cost("month|2003-06")
        self.assertEqual([entry[name] and entry[name]["per_unit"] for name in LADDER],
                         ["3.0000", "3.0000", None, "3.0000"])
        self.assertIsNone(entry["mines"][0]["total_production"])
        summary = outcome.company("month|2003-06")
        self.assertEqual(summary["other_costs"], [{"element": "EXPLORATION", "currency": "CAD", "amount": None}])
        self.assertEqual(summary["missing"], ["fx CAD 2003-06", "fx MXN 2003-06"])

    def test_a_day_that_is_not_matched_needs_no_rate(self):
        """Production ends in June: July's pesos are not counted, so July's rate is not missed."""
        outcome = Outcome(company(), mine(), gold(DAY, "1"), cost(DAY, "2003-07-31", "32", currency="MXN"),
                          rate("MXN", "2003-06", "1"), windows=["year"])
        self.assertEqual(outcome.unit_cost("year|2003")["cash_operating"]["after_credits"], "1.00")
        self.assertEqual(outcome.company("year|2003")["missing"], [])


if __name__ == "__main__":
    unittest.main()
