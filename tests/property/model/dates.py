# SPDX-License-Identifier: Apache-2.0
"""Days, months and windows (section 3). A day is an ordinal of the Gregorian calendar, a month the count year × 12 +
month − 1; all intervals include both ends, and None stands for an end that is not there."""

import re
from collections import namedtuple
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

Window = namedtuple("Window", "kind label first last")

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
EPOCH_DAY = EPOCH.toordinal()
FIRST_DAY, LAST_DAY = date(1800, 1, 1).toordinal(), date(2299, 12, 31).toordinal()
DAY_MS = 86_400_000
NEVER = date.max.toordinal()

MONTHS_OF = {"quarter": 3, "half": 6, "year": 12}


@lru_cache(maxsize=None)
def iso(day):
    """`YYYY-MM-DD`; None stays None."""
    return None if day is None else date.fromordinal(day).isoformat()


def day_of(text):
    """The day of `YYYY-MM-DD`, None where the calendar has none such."""
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def utc_day(instant_ms):
    """The UTC date of an instant."""
    return EPOCH_DAY + instant_ms // DAY_MS


def production_date(mine, occurred_at_ms):
    """“local wall-clock date and time in the mine's zone, minus `day_start`; plus one day where `day_named_by` is
    `end` and `day_start` is not 00:00” (section 1)."""
    instant = EPOCH + timedelta(seconds=occurred_at_ms // 1000)
    wall = instant.astimezone(mine.zone).replace(tzinfo=None)
    day = (wall - timedelta(minutes=mine.day_start)).toordinal()
    return day + 1 if mine.named_by_end and mine.day_start else day


@lru_cache(maxsize=None)
def month_of(day):
    """The month that holds a day."""
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


@lru_cache(maxsize=None)
def first_of(month):
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1).toordinal()


def last_of(month):
    """The last day of a month."""
    return first_of(month + 1) - 1


def month_text(month):
    """`YYYY-MM`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def back_months(day, months):
    """The same day of an earlier month, “a missing day of the month clamped to the month's last”."""
    month = month_of(day)
    earlier = month - months
    return min(first_of(earlier) + day - first_of(month), last_of(earlier))


@lru_cache(maxsize=None)
def year_earlier(day, kind):
    """“364 days for `week`”; else “the same day a year earlier, the last of a month to the last of that month”
    (section 4, prior_year)."""
    if kind == "week":
        return day - 364
    month = month_of(day)
    return last_of(month - 12) if day == last_of(month) else back_months(day, 12)


@lru_cache(maxsize=None)
def week_of(day):
    """“ISO week”: its Monday to its Sunday."""
    year, week, weekday = date.fromordinal(day).isocalendar()
    return Window("week", f"{year:04d}-W{week:02d}", day - weekday + 1, day - weekday + 7)


@lru_cache(maxsize=None)
def month_window(kind, month, start_month):
    """The window of one of the kinds that consist of whole months. `quarter, half, year` are “of the fiscal year. Where
    it does not start in January it is named by the calendar year in which it ends, with the prefix `FY`”."""
    if kind == "month":
        return Window(kind, month_text(month), first_of(month), last_of(month))
    year_start = month - (month - (start_month - 1)) % 12
    name = f"{'' if start_month == 1 else 'FY'}{(year_start + 11) // 12:04d}"
    number = (month - year_start) // MONTHS_OF[kind]
    first = year_start + number * MONTHS_OF[kind]
    label = {"quarter": f"{name}-Q{number + 1}", "half": f"{name}-H{number + 1}", "year": name}[kind]
    return Window(kind, label, first_of(first), last_of(first + MONTHS_OF[kind] - 1))


def rolling_window(kind, clock):
    """“the N days, or months, ending on the clock. For months: from = (clock + 1 day) − N months”."""
    number, unit = re.fullmatch(r"rolling-([0-9]+)([dm])", kind).groups()
    first = clock + 1 - int(number) if unit == "d" else back_months(clock + 1, int(number))
    return Window(kind, kind, first, clock)


def windows(kinds, production_days, cost_days, start_month, clock):
    """The windows that exist: “A calendar window exists while it holds a live production or cost fact (`day` and
    `week`: a production fact) … Rolling windows exist while there is a clock.” The days hold live facts."""
    months = {month_of(day) for days in (production_days, cost_days) for day in days}
    found = {}
    for kind in kinds:
        if kind.startswith("rolling-"):
            of_kind = [rolling_window(kind, clock)] if clock is not None else []
        elif kind == "all":
            of_kind = [Window("all", "all", None, None)] if months else []
        elif kind == "day":
            of_kind = [Window("day", iso(day), day, day) for day in production_days]
        elif kind == "week":
            of_kind = {week_of(day) for day in production_days}
        else:
            of_kind = {month_window(kind, month, start_month) for month in months}
        found.update(((window.kind, window.label), window) for window in of_kind)
    return list(found.values())
