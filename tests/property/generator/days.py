# SPDX-License-Identifier: Apache-2.0
"""Decides which instant a wall clock shows, and a few sums with dates, for generators."""

import datetime
import zoneinfo

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
DAY_MS = 86_400_000


def date(text):
    """The date of YYYY-MM-DD."""
    return datetime.date.fromisoformat(text)


def moved(day, days):
    """A date some days later or earlier, kept within the calendar of the contract."""
    number = day.toordinal() + days
    lowest, highest = date("1800-01-01").toordinal(), date("2299-12-31").toordinal()
    return datetime.date.fromordinal(min(max(number, lowest), highest))


def year_earlier(day):
    """The same date of the year before."""
    try:
        return moved(day.replace(year=day.year - 1), 0)
    except ValueError:
        return moved(day.replace(year=day.year - 1, day=28), 0)


def month_end(day):
    """The last date of the month before the day's."""
    return moved(day.replace(day=1), -1)


def months_between(first, last):
    """YYYY-MM of every month from first to last."""
    number, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(number, end + 1)]


def midnight_ms(day):
    """UTC midnight of the date in milliseconds since 1970."""
    return (day.toordinal() - EPOCH.toordinal()) * DAY_MS


def instant_ms(zone, day, day_ms, second_time=False):
    """Milliseconds since 1970 of a wall clock: a date and milliseconds since its midnight."""
    naive = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(milliseconds=day_ms)
    local = naive.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=int(second_time))
    offset = local.utcoffset()
    return (naive.replace(tzinfo=datetime.timezone.utc) - offset - EPOCH) // datetime.timedelta(milliseconds=1)


def day_start_ms(text):
    """Milliseconds since midnight of HH:MM."""
    return (int(text[:2]) * 60 + int(text[3:])) * 60_000
