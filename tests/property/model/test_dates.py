# SPDX-License-Identifier: Apache-2.0
"""Do days, windows, numbers and keys come out as a calendar, a pocket calculator and the Java client say?"""

import unittest
from datetime import date
from fractions import Fraction

from . import dates, keys
from .figures import fixed, ratio
from .reference import Reference
from .small import mine, ms


def production_date(instant, **record):
    """The production date at a mine."""
    reference = Reference()
    assert reference.take("reference.mines", "a", mine(**record)["value"])
    return dates.iso(dates.production_date(reference.mines["a"], ms(instant)))


def day(text):
    """A day's ordinal."""
    return date.fromisoformat(text).toordinal()


class ProductionDates(unittest.TestCase):
    """Section 1: local wall clock minus day_start."""

    def test_the_half_hour_that_caracas_lived_twice(self):
        """2007-12-09, 03:00 at −4:00 (07:00Z) became 02:30 at −4:30; a day that starts at 02:45 began twice."""
        caracas = {"time_zone": "America/Caracas", "day_start": "02:45"}
        self.assertEqual(production_date("2007-12-09T06:44:59", **caracas), "2007-12-08")  # 02:44:59
        self.assertEqual(production_date("2007-12-09T06:59:59", **caracas), "2007-12-09")  # 02:59:59
        self.assertEqual(production_date("2007-12-09T07:00:00", **caracas), "2007-12-08")  # 02:30:00
        self.assertEqual(production_date("2007-12-09T07:15:00", **caracas), "2007-12-09")  # 02:45:00

    def test_the_half_hour_that_caracas_lost(self):
        """2016-05-01, 02:30 at −4:30 (07:00Z) became 03:00 at −4:00."""
        caracas = {"time_zone": "America/Caracas", "day_start": "02:45"}
        self.assertEqual(production_date("2016-05-01T06:59:59", **caracas), "2016-04-30")  # 02:29:59
        self.assertEqual(production_date("2016-05-01T07:00:00", **caracas), "2016-05-01")  # 03:00:00

    def test_local_mean_time_counts_seconds(self):
        """Caracas kept 4:27:44 behind Greenwich before 1890."""
        caracas = {"time_zone": "America/Caracas"}
        self.assertEqual(production_date("1800-02-15T04:27:43", **caracas), "1800-02-14")
        self.assertEqual(production_date("1800-02-15T04:27:44", **caracas), "1800-02-15")

    def test_rules_hold_after_the_last_table(self):
        """Juneau in July 2250: summer time, 8 hours behind; 07:00 there is 15:00Z."""
        juneau = {"time_zone": "America/Juneau", "day_start": "07:00"}
        self.assertEqual(production_date("2250-07-02T14:59:59", **juneau), "2250-07-01")
        self.assertEqual(production_date("2250-07-02T15:00:00", **juneau), "2250-07-02")

    def test_a_day_named_by_its_end(self):
        """A day from 19:30 to 19:30 is named by the date on which it ends; one from midnight to midnight by its own."""
        evening = {"day_start": "19:30", "day_named_by": "end"}
        self.assertEqual(production_date("2003-06-29T19:29:59", **evening), "2003-06-29")
        self.assertEqual(production_date("2003-06-29T19:30:00", **evening), "2003-06-30")
        self.assertEqual(production_date("2003-06-29T23:59:59", day_named_by="end"), "2003-06-29")


class Windows(unittest.TestCase):
    """Section 3."""

    def window(self, kind, text, start_month=1):
        """(label, from, through) of the window of a day."""
        found = dates.windows([kind], [day(text)], [], start_month, day(text))[0]
        return found.label, dates.iso(found.first), dates.iso(found.last)

    def test_calendar_year(self):
        """Without a prefix."""
        self.assertEqual(self.window("quarter", "2003-06-30"), ("2003-Q2", "2003-04-01", "2003-06-30"))
        self.assertEqual(self.window("half", "2003-07-01"), ("2003-H2", "2003-07-01", "2003-12-31"))
        self.assertEqual(self.window("year", "2003-07-01"), ("2003", "2003-01-01", "2003-12-31"))

    def test_fiscal_year_is_named_by_where_it_ends(self):
        """From July, and from December: eleven twelfths of FY2004 lie in 2004."""
        self.assertEqual(self.window("quarter", "2003-06-30", 7), ("FY2003-Q4", "2003-04-01", "2003-06-30"))
        self.assertEqual(self.window("quarter", "2003-07-01", 7), ("FY2004-Q1", "2003-07-01", "2003-09-30"))
        self.assertEqual(self.window("half", "2003-06-30", 7), ("FY2003-H2", "2003-01-01", "2003-06-30"))
        self.assertEqual(self.window("year", "2003-12-01", 12), ("FY2004", "2003-12-01", "2004-11-30"))
        self.assertEqual(self.window("quarter", "2004-01-31", 2), ("FY2004-Q4", "2003-11-01", "2004-01-31"))

    def test_iso_weeks_have_years_of_their_own(self):
        """2021-01-03 is the Sunday of the 53rd week of 2020."""
        self.assertEqual(self.window("week", "2021-01-03"), ("2020-W53", "2020-12-28", "2021-01-03"))

    def test_rolling(self):
        """7 days end on the clock. 2003-03-30 + 1 day − 1 month is 31 February, clamped; 2003-06-30 + 1 − 12 months is
        2002-07-01."""
        self.assertEqual(self.window("rolling-7d", "2003-06-30")[1:], ("2003-06-24", "2003-06-30"))
        self.assertEqual(self.window("rolling-1m", "2003-03-30")[1:], ("2003-02-28", "2003-03-30"))
        self.assertEqual(self.window("rolling-12m", "2003-06-30")[1:], ("2002-07-01", "2003-06-30"))

    def test_a_year_earlier(self):
        """“the same day a year earlier, the last of a month to the last of that month”, weeks 364 days."""
        for text, earlier in (("2004-02-29", "2003-02-28"), ("2005-02-28", "2004-02-29"), ("2004-02-28", "2003-02-28"),
                              ("2003-06-30", "2002-06-30"), ("2101-02-28", "2100-02-28")):
            self.assertEqual(dates.iso(dates.year_earlier(day(text), "month")), earlier, text)
        self.assertEqual(day("2003-06-30") - dates.year_earlier(day("2003-06-30"), "week"), 364)


class Figures(unittest.TestCase):
    """Rounded once, half to even."""

    def test_ties_go_to_the_even_digit(self):
        """0.0005, 0.0015 and 0.0025 lie half-way; a hair above half is above."""
        ties = [(5, "0.000"), (15, "0.002"), (25, "0.002"), (-5, "0.000"), (-15, "-0.002"), (-25, "-0.002")]
        for ten_thousandths, text in ties:
            self.assertEqual(fixed(ten_thousandths, 10**4, 3), text)
        self.assertEqual(fixed(Fraction(1, 2000) + Fraction(1, 10**60), 1, 3), "0.001")
        self.assertEqual(fixed(-Fraction(1, 3), Fraction(-1, 6), 4), "2.0000")
        self.assertEqual(fixed(10**30 + 5, 10, 2), f"{10**29}.50")

    def test_ratios(self):
        """2 ÷ 3, and nothing ÷ 0."""
        self.assertEqual(ratio(2, 3), "0.666667")
        self.assertEqual(ratio(-2, 3), "-0.666667")
        self.assertIsNone(ratio(2, 0))


class Keys(unittest.TestCase):
    """Section 2."""

    def test_murmur2_of_the_java_client(self):
        """The values that Apache Kafka's own UtilsTest expects."""
        for text, value in ((b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536),
                            (b"a-little-bit-longer-string", -1486304829),
                            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971), (b"abc", 479470107)):
            self.assertEqual(keys.murmur2(text), value % 2**32, text)

    def test_identifiers(self):
        """Counted in bytes."""
        for text in ("a", "é" * 32, "a b/c"):
            self.assertTrue(keys.is_identifier(text), text)
        for text in ("", "a|b", "é" * 32 + "x", "bell\a", "\x7f", "\x85"):
            self.assertFalse(keys.is_identifier(text), text)


if __name__ == "__main__":
    unittest.main()
