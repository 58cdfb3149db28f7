# SPDX-License-Identifier: Apache-2.0
"""Versions, closes, quarantine, restatements and the horizon, with figures worked by hand (section 2)."""

import unittest

from .small import Outcome, close, company, cost, decide, gold, mine
from .words import COSTS, PRODUCTION

OUNCE = 311_034_768_000_000  # in 10^-13 g
CLOSED = (company(), mine(), gold("2003-06-10", "10"), close(PRODUCTION, "2003-06-30"), close(COSTS, "2003-06-30"))


def line(ounces, facts, quality="WEIGHED"):
    """A line of headframe.production-days."""
    return ["gold", "PRODUCED", quality, ounces * OUNCE, facts]


class Spreading(unittest.TestCase):
    """A cost is earned evenly over its days."""

    def amounts(self, *steps):
        """date -> millionths"""
        lines = Outcome(company(), mine(), *steps).topics["headframe.cost-days"]
        return {key[2:]: [amount for _, _, amount, _ in found] for key, found in lines.items()}

    def test_a_cost_of_one_over_three_days(self):
        """floor(1000000·1/3) = 333333, floor(·2/3) = 666666, 1000000: 333333, 333333, 333334."""
        self.assertEqual(self.amounts(cost("2004-02-28", "2004-03-01", "1.00")),
                         {"2004-02-28": [333333], "2004-02-29": [333333], "2004-03-01": [333334]})

    def test_floor_is_towards_minus_infinity(self):
        """floor(−1000000/3) = −333334, floor(−2000000/3) = −666667: −333334, −333333, −333333."""
        self.assertEqual(self.amounts(cost("2003-01-01", "2003-01-03", "-1")),
                         {"2003-01-01": [-333334], "2003-01-02": [-333333], "2003-01-03": [-333333]})

    def test_a_day_that_earns_nothing_still_holds_the_fact(self):
        """One millionth over two days is earned on the second; the first holds a live fact of 0."""
        self.assertEqual(self.amounts(cost("2003-01-01", "2003-01-02", "0.000001")),
                         {"2003-01-01": [0], "2003-01-02": [1]})


class Versions(unittest.TestCase):
    """The highest revision stands."""

    def outcome(self, *steps, **settings):
        """With the mine known."""
        return Outcome(company(), mine(), *steps, **settings)

    def test_whatever_the_order(self):
        """Revision 2 stands, 1 is superseded, a repetition of 2 is a duplicate, another body a conflict."""
        outcome = self.outcome(gold("2003-06-10", "12.5", revision=2), gold("2003-06-10", "11", revision=1),
                               gold("2003-06-10", "12.500000", revision=2), gold("2003-06-10", "12.6", revision=2))
        self.assertEqual(outcome.made("month|2003-06"), "12.500")
        self.assertEqual(outcome.codes, ["REVISION_CONFLICT"])

    def test_bodies_are_compared_by_value_not_by_effect(self):
        """1 KG and 1000 G are one mass and two bodies; so are two sources of one figure."""
        outcome = self.outcome(gold("2003-06-10", "1", unit="KG"), gold("2003-06-10", "1000", unit="G"),
                               gold("2003-06-10", "1.0", unit="KG", source="lab"))
        self.assertEqual(outcome.codes, ["REVISION_CONFLICT", "REVISION_CONFLICT"])

    def test_a_voided_fact_is_remembered(self):
        """Its day is empty, so no window exists; the lower revision stays superseded."""
        outcome = self.outcome(gold("2003-06-10", "1"), gold("2003-06-10", "1", revision=2, voided=True),
                               gold("2003-06-10", "5", revision=1))
        self.assertIsNone(outcome.company("month|2003-06"))
        self.assertEqual(outcome.topics["headframe.production-days"], {})

    def test_a_correction_moves_the_day(self):
        """From 10 June to 1 July; on the day of arrival a second fact stays."""
        outcome = self.outcome(gold("2003-06-10", "4"), gold("2003-06-10", "3", "other", quality="ASSAYED"),
                               gold("2003-07-01", "6", revision=1))
        self.assertEqual(outcome.topics["headframe.production-days"],
                         {"a|2003-06-10": [line(3, 1, "ASSAYED")], "a|2003-07-01": [line(6, 1)]})

    def test_a_total_that_would_overflow_changes_nothing(self):
        """10^14 T are exactly 10^33 units of 10^-13 g; one millionth of an ounce more is too much, one less is not."""
        full = gold("2003-06-10", "100000000000000", unit="T")
        outcome = self.outcome(full, gold("2003-06-10", "0.000001", "b"), gold("2003-06-10", "-0.000001", "c"),
                               gold("2003-06-10", "100000000000000.000001", "d", unit="T"))
        self.assertEqual(outcome.codes, ["BAD_QUANTITY", "BAD_QUANTITY"])
        self.assertEqual(outcome.topics["headframe.production-days"],
                         {"a|2003-06-10": [["gold", "PRODUCED", "WEIGHED", 10**33 - 311_034_768, 2]]})


class AfterClose(unittest.TestCase):
    """What follows a PeriodClose."""

    def test_quarantine_then_acceptance(self):
        """12 ounces wait while 10 stand; accepted, they count, and month, year and day are restated once each."""
        later = gold("2003-06-10", "12", revision=1, source="lab")
        waiting = Outcome(*CLOSED, later)
        self.assertEqual(waiting.made("month|2003-06"), "10.000")
        self.assertEqual(waiting.company("month|2003-06")["state"], "closed")
        self.assertEqual(waiting.topics["headframe.quarantine"], {"mine.production|a|e|1": (
            '{"schema":"headframe.quarantine.v1","topic":"mine.production","mine":"a","event_id":"e","revision":1,'
            '"closed_through":"2003-06-30","source":"lab",'
            '"before":{"revision":0,"voided":false,"date":"2003-06-10","material":"gold","stage":"PRODUCED",'
            '"quality":"WEIGHED","quantity":"10.000","unit":"OZT"},'
            '"after":{"revision":1,"voided":false,"date":"2003-06-10","material":"gold","stage":"PRODUCED",'
            '"quality":"WEIGHED","quantity":"12.000","unit":"OZT"},"partition":0,"offset":2}')})
        accepted = Outcome(*CLOSED, later, decide(PRODUCTION, "e", 1, True))
        self.assertEqual(accepted.quarantine, [])
        self.assertEqual(accepted.made("month|2003-06"), "12.000")
        for window in ("day|2003-06-10", "month|2003-06", "year|2003"):
            self.assertEqual(accepted.company(window)["restatements"], 1, window)
        self.assertEqual(accepted.company("month|2003-06")["state"], "restated")
        self.assertEqual(accepted.topics["headframe.restatements"], [("mine.production|a|e", (
            '{"schema":"headframe.restatement.v1","topic":"mine.production","mine":"a","event_id":"e","revision":1,'
            '"ever_closed_through":"2003-06-30","closed_days":[{"from":"2003-06-10","through":"2003-06-10"}],'
            '"before":{"revision":0,"voided":false,"date":"2003-06-10","material":"gold","stage":"PRODUCED",'
            '"quality":"WEIGHED","quantity":"10.000","unit":"OZT"},'
            '"after":{"revision":1,"voided":false,"date":"2003-06-10","material":"gold","stage":"PRODUCED",'
            '"quality":"WEIGHED","quantity":"12.000","unit":"OZT"},"decided_by":"cfo","partition":0,"offset":3}'))])

    def test_rejection_is_remembered(self):
        """The rejected body again is a duplicate, another one a conflict; neither waits; revision 2 does."""
        outcome = Outcome(*CLOSED, gold("2003-06-10", "12", revision=1), decide(PRODUCTION, "e", 1, False),
                          gold("2003-06-10", "12", revision=1), gold("2003-06-10", "13", revision=1),
                          decide(PRODUCTION, "e", 1, True), gold("2003-06-10", "14", revision=2))
        self.assertEqual(outcome.codes, ["REVISION_CONFLICT"])
        self.assertEqual(outcome.quarantine, ["mine.production|a|e|2"])
        self.assertEqual(outcome.made("month|2003-06"), "10.000")

    def test_waiting_versions_know_their_repetitions(self):
        """Revision 2 waits; again it is a duplicate, otherwise a conflict, though nothing stands; 1 waits beside it."""
        outcome = Outcome(company(), mine(), close(PRODUCTION, "2003-06-30"), gold("2003-06-10", "2", revision=2),
                          gold("2003-06-10", "2.0", revision=2), gold("2003-06-10", "9", revision=2),
                          gold("2003-06-10", "1", revision=1))
        self.assertEqual(outcome.codes, ["REVISION_CONFLICT"])
        self.assertEqual(outcome.quarantine, ["mine.production|a|e|1", "mine.production|a|e|2"])

    def test_what_is_accepted_below_the_standing_has_no_effect(self):
        """2 is accepted first; 1 then stops waiting without effect, is not remembered, and comes again as
        superseded."""
        outcome = Outcome(company(), mine(), close(PRODUCTION, "2003-06-30"), gold("2003-06-10", "1", revision=1),
                          gold("2003-06-10", "2", revision=2), decide(PRODUCTION, "e", 2, True),
                          decide(PRODUCTION, "e", 1, True), gold("2003-06-10", "7", revision=1))
        self.assertEqual((outcome.codes, outcome.quarantine, outcome.made("month|2003-06")), ([], [], "2.000"))
        self.assertEqual([(each["revision"], each["before"]) for each in outcome.restatements], [(2, None)])

    def test_an_acceptance_that_would_overflow_leaves_it_waiting(self):
        """Two facts of 10^14 T on one day: the decision on the second is refused."""
        outcome = Outcome(company(), mine(), gold("2003-06-10", "100000000000000", unit="T"),
                          close(PRODUCTION, "2003-06-30"), gold("2003-06-10", "1", "b"),
                          decide(PRODUCTION, "b", 0, True))
        self.assertEqual((outcome.codes, outcome.quarantine), (["BAD_QUANTITY"], ["mine.production|a|b|0"]))

    def test_the_days_of_the_replaced_version_count_too(self):
        """A move from June, closed, to July, open, waits; a withdrawal of June does as well; July alone is free."""
        outcome = Outcome(*CLOSED, gold("2003-07-02", "10", revision=1), gold("2003-07-03", "1", "b"),
                          gold("2003-06-10", "0", revision=2, voided=True))
        self.assertEqual(outcome.quarantine, ["mine.production|a|e|1", "mine.production|a|e|2"])
        self.assertEqual(outcome.made("month|2003-07"), "1.000")

    def test_reject(self):
        """PERIOD_CLOSED, and not remembered: the other body is refused for the same reason."""
        outcome = Outcome(*CLOSED, gold("2003-06-10", "12", revision=1), gold("2003-06-10", "13", revision=1),
                          after_close="reject")
        self.assertEqual(outcome.codes, ["PERIOD_CLOSED", "PERIOD_CLOSED"])

    def test_restate_counts_once_for_each_window_that_holds_a_closed_day(self):
        """A cost of 29 June to 2 July: June, closed, is restated, July is not, the year is; the days have no cost of
        their own window but hold production."""
        outcome = Outcome(*CLOSED, gold("2003-07-01", "1", "b"), cost("2003-06-29", "2003-07-02", "4"),
                          after_close="restate")
        counts = {window: outcome.company(window)["restatements"]
                  for window in ("day|2003-06-10", "month|2003-06", "month|2003-07", "year|2003")}
        self.assertEqual(counts, {"day|2003-06-10": 0, "month|2003-06": 1, "month|2003-07": 0, "year|2003": 1})
        self.assertEqual(outcome.restatements[0]["closed_days"], [{"from": "2003-06-29", "through": "2003-06-30"}])
        self.assertIsNone(outcome.restatements[0]["decided_by"])

    def test_what_was_reopened_is_still_restated(self):
        """June was closed and reopened from the 6th: the correction applies at once and is a restatement; the window is
        not closed. The two stretches, 10 and 12 June, stay apart."""
        outcome = Outcome(*CLOSED, close(PRODUCTION, "2003-06-05"), gold("2003-06-12", "11", revision=1))
        self.assertEqual(outcome.made("month|2003-06"), "11.000")
        self.assertEqual(outcome.company("month|2003-06")["restatements"], 1)
        self.assertEqual(outcome.company("month|2003-06")["state"], "open")
        self.assertEqual(outcome.restatements[0]["closed_days"], [{"from": "2003-06-10", "through": "2003-06-10"},
                                                                  {"from": "2003-06-12", "through": "2003-06-12"}])


    def test_stretches_that_touch_are_one(self):
        """A cost of 1 to 10 June moves to 11 to 20 June: one stretch. One of June and July moves within the close of
        both: each month is restated once, though the stretches lie apart."""
        outcome = Outcome(company(), mine(), cost("2003-06-01", "2003-06-10", "1"),
                          cost("2003-05-31", "2003-05-31", "1", "b"), close(COSTS, "2003-07-31"),
                          cost("2003-06-11", "2003-06-20", "1", revision=1),
                          cost("2003-07-31", "2003-07-31", "1", "b", revision=1), after_close="restate")
        self.assertEqual([[tuple(span.values()) for span in each["closed_days"]] for each in outcome.restatements],
                         [[("2003-05-31", "2003-05-31"), ("2003-07-31", "2003-07-31")], [("2003-06-01", "2003-06-20")]])
        counts = [outcome.mine(window)["restatements"] for window in ("month|2003-06", "month|2003-07", "year|2003")]
        self.assertEqual(counts, [1, 1, 2])

    def test_a_shorter_cost_within_a_longer_one_is_one_stretch(self):
        """1 to 20 June becomes 5 to 10 June: the closed days are still 1 to 20 June."""
        outcome = Outcome(company(), mine(), cost("2003-06-01", "2003-06-20", "1"), close(COSTS, "2003-06-30"),
                          cost("2003-06-05", "2003-06-10", "1", revision=1), after_close="restate")
        self.assertEqual(outcome.restatements[0]["closed_days"], [{"from": "2003-06-01", "through": "2003-06-20"}])

    def test_the_last_closed_day_is_closed(self):
        """30 June waits, 1 July does not, and restates nothing."""
        outcome = Outcome(*CLOSED, gold("2003-06-30", "1", "b"), gold("2003-07-01", "1", "c"))
        self.assertEqual((outcome.quarantine, outcome.restatements), (["mine.production|a|b|0"], []))
        self.assertEqual(len(Outcome(*CLOSED, gold("2003-06-30", "1", "b"), after_close="restate").restatements), 1)

    def test_a_company_knows_no_restatement_of_other_days(self):
        """The mine is ours from 11 to 20 June: corrections of the 10th and the 21st are not for us, of the 11th and the
        20th they are."""
        interests = [{"company_id": "co", "from": since, "share": share}
                     for since, share in (("2003-06-11", "1"), ("2003-06-21", "0"))]
        facts = [gold(f"2003-06-{day}", "1", f"e{day}") for day in (10, 11, 20, 21)]
        corrections = [gold(f"2003-06-{day}", "2", f"e{day}", revision=1) for day in (10, 11, 20, 21)]
        outcome = Outcome(company(), mine(interests=interests), *facts, close(PRODUCTION, "2003-06-30"), *corrections,
                          after_close="restate")
        self.assertEqual((outcome.company("month|2003-06")["restatements"],
                          outcome.mine("month|2003-06")["restatements"]), (2, 4))
        self.assertEqual(sorted(outcome.topics["company.summaries"]),
                         ["co|day|2003-06-11", "co|day|2003-06-20", "co|month|2003-06", "co|year|2003"])


class Horizon(unittest.TestCase):
    """correction_horizon_days."""

    def outcome(self, *steps):
        """With a horizon of 10 days."""
        return Outcome(company(), mine(), *steps, correction_horizon_days=10)

    def test_too_late(self):
        """The newest day is 20 June: the 10th is just in time, the 9th is not, nor is a void of it."""
        outcome = self.outcome(gold("2003-06-20", "1"), gold("2003-06-10", "2", "b"), gold("2003-06-09", "4", "c"),
                               gold("2003-06-09", "4", "d", voided=True))
        self.assertEqual(outcome.codes, ["TOO_LATE", "TOO_LATE"])
        self.assertEqual(outcome.made("month|2003-06"), "3.000")

    def test_what_it_replaces_may_be_too_late_as_well(self):
        """A cost of 1 to 12 June stands; the newest day is 20 June. Its correction to 12 June names no late day, but
        takes away late ones."""
        outcome = self.outcome(cost("2003-06-01", "2003-06-12", "12"), cost("2003-06-20", "2003-06-20", "1", "b"),
                               cost("2003-06-12", "2003-06-12", "12", revision=1))
        self.assertEqual(outcome.codes, ["TOO_LATE"])

    def test_the_forgotten_is_a_new_fact(self):
        """1 ounce of 5 June is forgotten when 16 June is known. The same id of 16 June is new, whatever its revision,
        and takes nothing out: 1 + 1 + 2 = 4."""
        outcome = self.outcome(gold("2003-06-05", "1", revision=3), gold("2003-06-16", "1", "b"),
                               gold("2003-06-16", "2", revision=1))
        self.assertEqual((outcome.codes, outcome.made("month|2003-06")), ([], "4.000"))

    def test_what_lies_on_the_horizon_is_remembered(self):
        """6 June is just within 10 days of 16 June: revision 2 replaces it, 1 + 2 = 3. A fact is remembered by the
        last day that any of its versions named: 8 June, though the correction to 5 June left it."""
        outcome = self.outcome(gold("2003-06-06", "9"), gold("2003-06-16", "1", "b"),
                               gold("2003-06-16", "2", revision=2))
        self.assertEqual((outcome.codes, outcome.made("month|2003-06")), ([], "3.000"))
        outcome = self.outcome(gold("2003-06-08", "9"), gold("2003-06-05", "9", revision=1),
                               gold("2003-06-17", "1", "b"), gold("2003-06-17", "2", revision=2))
        self.assertEqual(outcome.codes, ["TOO_LATE"])  # it would take away 5 June, and is no new fact

    def test_what_waits_is_not_forgotten(self):
        """The same, but a version of 5 June waits: revision 1 is then superseded by the 3 that stands."""
        outcome = self.outcome(gold("2003-06-05", "1", revision=3), close(PRODUCTION, "2003-06-05"),
                               gold("2003-06-05", "9", revision=4), gold("2003-06-16", "1", "b"),
                               gold("2003-06-16", "2", revision=1))
        self.assertEqual((outcome.quarantine, outcome.made("month|2003-06")), (["mine.production|a|e|4"], "2.000"))


if __name__ == "__main__":
    unittest.main()
