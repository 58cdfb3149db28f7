# SPDX-License-Identifier: Apache-2.0
"""Which records are refused, and under which code; limits on their good and on their bad side (sections 2 and 4)."""

import unittest

from . import dates
from .keys import partition_of
from .reference import Reference
from .small import LATER_MS, Outcome, close, company, cost, decide, gold, mine, ms, price, rate, record
from .words import COSTS, PRODUCTION


class Refusals(unittest.TestCase):
    """The first check that fails names the letter."""

    def test_codes(self):
        """One record for each code."""
        foreign = {**gold("2003-06-10", "1"), "topic": COSTS}
        elsewhere = {**gold("2003-06-10", "1"), "partition": 1 - partition_of("a", 2)}
        early = {**gold("2003-06-10", "1"), "timestamp": ms("2003-06-09T11:59:59")}
        just = {**gold("2003-06-10", "1", "just"), "timestamp": ms("2003-06-09T12:00")}
        cases = [
            (foreign, "UNKNOWN_SCHEMA"), (gold("2003-06-10", "0.0000001"), "BAD_QUANTITY"),
            (gold("2003-06-10", "1", "a|b"), "BAD_ID"), ({**gold("2003-06-10", "1"), "key": "b"}, "KEY_MISMATCH"),
            (elsewhere, "WRONG_PARTITION"), (gold("2003-06-10", "1", revision=-1), "MALFORMED"),
            (gold("2003-06-10", "1", mine_id="nowhere"), "UNKNOWN_MINE"),
            (gold("2003-06-10", "1", material="mithril"), "UNKNOWN_MATERIAL"), (early, "BAD_TIME"), (just, None),
            (cost("2003-06-10", "2003-06-10", "1", currency="ZZZ"), "UNKNOWN_CURRENCY"),
            (cost("2003-06-10", "2003-06-10", "1", metal="mithril"), "UNKNOWN_MATERIAL"),
            (cost("2003-06-10", "2003-06-09", "1"), "BAD_PERIOD"),
            (cost("2003-01-01", "2004-02-05", "1"), "BAD_PERIOD"),  # 365 + 31 + 5 = 401 days
            (cost("2003-01-01", "2004-02-04", "1", "just"), None),
            (cost("1799-12-31", "1800-01-01", "1"), "BAD_PERIOD"), (close(COSTS, "1799-12-31"), "BAD_TIME"),
            ({**close(COSTS, "2003-06-12"), "timestamp": ms("2003-06-10T23:59")}, "BAD_TIME"),
            ({"do": "record", "topic": COSTS, "timestamp": LATER_MS, "key": "a", "raw": "00", "code": "MALFORMED"},
             "MALFORMED")]
        for record_step, code in cases:
            outcome = Outcome(company(), mine(), record_step, partitions=2)
            self.assertEqual(outcome.codes, [code] if code else [], record_step)

    def test_a_bad_reference_leaves_the_previous_value(self):
        """Shares above 1 on a date, a key that is another's, a zone nobody knows: the mine stays as it was."""
        halves = [{"company_id": each, "from": "2000-01-01", "share": share}
                  for each, share in (("co", "0.6"), ("other", "0.400001"))]
        outcome = Outcome(company(), mine(), mine(interests=halves), mine(time_zone="Mars/Olympus"),
                          record("reference.mines", "b", value=mine()["value"]), mine(primary_metal=None),
                          record("reference.mines", "a", value="{"), gold("2003-06-10", "1"))
        self.assertEqual(outcome.codes, ["BAD_REFERENCE"] * 5)
        self.assertEqual(outcome.made("month|2003-06"), "1.000")

    def test_a_mine_that_is_withdrawn_is_unknown(self):
        """And its summaries go; what its days hold stays."""
        outcome = Outcome(company(), mine(), gold("2003-06-10", "1"), record("reference.mines", "a", value=None),
                          gold("2003-06-11", "1", "b"))
        self.assertEqual(outcome.codes, ["UNKNOWN_MINE"])
        self.assertEqual((outcome.topics["company.summaries"], outcome.topics["mine.summaries"]), ({}, {}))
        self.assertEqual(list(outcome.topics["headframe.production-days"]), ["a|2003-06-10"])


class Limits(unittest.TestCase):
    """One step over a limit is refused, the limit itself is not."""

    def check(self, *cases):
        """(step, code or None) with the mine known."""
        for step, code in cases:
            self.assertEqual(Outcome(company(), mine(), step).codes, [code] if code else [], step)

    def at(self, instant_ms, timestamp_ms=LATER_MS):
        """A measurement at an instant."""
        return {**gold("2003-06-10", "1", occurred_at=instant_ms), "timestamp": timestamp_ms}

    def test_instants(self):
        """From 1800 until 2300, and until a day after the record."""
        first, end = ms("1800-01-01T00:00"), ms("2299-12-31T00:00") + dates.DAY_MS
        self.check((self.at(first), None), (self.at(first - 1), "BAD_TIME"), (self.at(end - 1, end), None),
                   (self.at(end, end), "BAD_TIME"), (self.at(2 * dates.DAY_MS, dates.DAY_MS), None),
                   (self.at(2 * dates.DAY_MS + 1, dates.DAY_MS), "BAD_TIME"), (self.at(-2**63), "BAD_TIME"),
                   (self.at(2**63 - 1), "BAD_TIME"))

    def test_periods(self):
        """From 1800 through 2299, and through 400 days past the record: 2003-06-10 + 400 days is 2004-07-14."""
        def on_june_10(first, last):
            return {**cost(first, last, "1"), "timestamp": ms("2003-06-10T00:00")}

        def later(first, last):
            return {**cost(first, last, "1"), "timestamp": ms("2299-12-31T00:00")}

        self.check((cost("1800-01-01", "1800-01-01", "1"), None), (cost("1799-12-31", "1800-01-01", "1"), "BAD_PERIOD"),
                   (later("2299-12-31", "2299-12-31"), None), (later("2299-12-31", "2300-01-01"), "BAD_PERIOD"),
                   (on_june_10("2004-07-14", "2004-07-14"), None),
                   (on_june_10("2004-07-14", "2004-07-15"), "BAD_PERIOD"))

    def test_closes(self):
        """From 1800, and through the day after the record, in 2299 at the latest."""
        for day, at, code in (("1800-01-01", "2003-06-10T00:00", None), ("1799-12-31", "2003-06-10T00:00", "BAD_TIME"),
                              ("2003-06-11", "2003-06-10T23:59", None), ("2003-06-12", "2003-06-10T23:59", "BAD_TIME"),
                              ("2299-12-31", "2299-12-31T00:00", None), ("2300-01-01", "2299-12-31T00:00", "BAD_TIME")):
            self.check(({**close(PRODUCTION, day), "timestamp": ms(at)}, code))

    def test_amounts(self):
        """10^20 g and 10^27 currency units."""
        nines = "9" * 14 + ".999999"
        self.check((gold("2003-06-10", "-100000000000000", unit="T"), None),
                   (gold("2003-06-10", nines, unit="T"), None),
                   (gold("2003-06-10", "-100000000000000.000001", unit="T"), "BAD_QUANTITY"),
                   (cost("2003-06-10", "2003-06-10", "1" + "0" * 27), None),
                   (cost("2003-06-10", "2003-06-10", "1" + "0" * 27 + ".000001"), "BAD_QUANTITY"))

    def test_words(self):
        """A stage, quality or element nobody knows cannot be read; a unit has a code of its own."""
        self.check((gold("2003-06-10", "1", stage="SMELTED"), "MALFORMED"),
                   (gold("2003-06-10", "1", quality="GUESSED"), "MALFORMED"),
                   (gold("2003-06-10", "1", unit="QUINTAL"), "BAD_UNIT"),
                   (cost("2003-06-10", "2003-06-10", "1", element="BRIBES"), "MALFORMED"),
                   (decide(PRODUCTION, "e", 0, True), None), (decide(PRODUCTION, "e|e", 0, True), "BAD_ID"))


class ReferenceRecords(unittest.TestCase):
    """What reference data may say."""

    def check(self, topic, good, wrongs, rights):
        """A good record, and what spoils it or does not."""
        for more, is_good in [({}, True)] + [(each, False) for each in wrongs] + [(each, True) for each in rights]:
            value = {**good["value"], **more}
            self.assertEqual(Reference().take(topic, good["key"], value), is_good, value)

    def test_companies(self):
        """Section 2, first row."""
        self.check("reference.companies", company(), [
            {"company_id": "other"}, {"company_id": None}, {"company_id": ""}, {"fiscal_year_start_month": 0},
            {"fiscal_year_start_month": 13}, {"fiscal_year_start_month": "1"}, {"fiscal_year_start_month": True},
            {"reporting_currency": "ZZZ"}, {"units": {"lead": "stone"}}, {"units": {"mithril": "T"}}, {"units": []},
            {"units": {"lead": 1}}, {"primary_metal": "mithril"}, {"name": 7}, {"listed": "yes"}, {"founded": "1891"}],
                   [{"fiscal_year_start_month": 12}, {"primary_metal": ""}, {"name": None}, {"listed": False},
                    {"units": {"lead": "ST"}}, {"region": "north-america", "founded": 1891}])

    def test_mines(self):
        """Section 2, second row."""
        def share(value, since="2000-01-01"):
            return {"interests": [{"company_id": "co", "from": since, "share": value}]}

        two = [{"company_id": "co", "from": "2000-01-01", "share": "0.6"},
               {"company_id": "other", "from": "1990-01-01", "share": "0.400001"}]
        sold = [*two, {"company_id": "other", "from": "2000-01-01", "share": "0.4"}]
        self.check("reference.mines", mine(), [
            {"time_zone": None}, {"time_zone": ""}, {"time_zone": "America"}, {"time_zone": "../etc/passwd"},
            {"day_start": "24:00"}, {"day_start": "7:00"}, {"day_named_by": "middle"}, {"status": "closed"},
            {"by_product_credits": "none"}, {"primary_metal": None}, {"primary_metal": ""}, {"country": 1},
            {"interests": {}}, {"interests": ["co"]}, {"interests": two}, {"interests": two[::-1]}, share("1.000001"),
            share("-0.5"), share(None), share(True), share("1", "2003-02-30"), share("1", None)],
                   [{"day_start": None}, {"day_start": "23:59"}, {"interests": None}, {"interests": sold}, share("1.0"),
                    share(0.5), share(1), share("0"), {"status": "corporate", "primary_metal": None}])

    def test_market(self):
        """Rates and prices are above 0 and carry the key of what they state."""
        self.check("market.fx", rate("CAD", "2003-06", "1.3"), [
            {"per_usd": "0"}, {"per_usd": "-1"}, {"per_usd": "1e3"}, {"per_usd": None}, {"month": "2003-13"},
            {"month": "2003-07"}, {"currency": "MXN"}, {"rate_type": 1}], [{"per_usd": 1.3}, {"rate_type": "average"}])
        self.check("market.prices", price("gold", "2003-06", "300"), [
            {"price": "0.00"}, {"unit": "oz"}, {"unit": None}, {"currency": "ZZZ"}, {"currency": None},
            {"material": "silver"}, {"price": {}}], [{"price": 300}, {"unit": "KG"}])

    def test_what_is_no_object(self):
        """Text, and a record without a key."""
        self.assertFalse(Reference().take("reference.mines", "a", "[]"))
        self.assertFalse(Reference().take("reference.mines", None, mine()["value"]))
        self.assertTrue(Reference().take("reference.mines", "a", None))


if __name__ == "__main__":
    unittest.main()
