/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and the windows made of them: day, ISO week, month, fiscal quarter, half and year, all, rolling.
 *
 * A date is an int32_t: days since 1970-01-01 in the proleptic Gregorian calendar. A production date is such a date.
 * Every interval of dates includes both ends. Pure functions, any thread. */
#ifndef HEADFRAME_CALENDAR_H
#define HEADFRAME_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"

struct hf_civil {
    int32_t year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

/* No date: before and after all others. */
#define HF_DATE_MIN INT32_MIN
#define HF_DATE_MAX INT32_MAX

/* First and last date that facts may have: those of instants from 1800 through 2299 in any zone, with any start of the
 * day and either end naming it, and some to spare. */
enum { HF_DATE_FIRST_BOOKABLE = -62094 /* 1799-12-29 */, HF_DATE_LAST_BOOKABLE = 120532 /* 2300-01-03 */ };

/* "2003-06-30" and its NUL; years beyond four digits would need the wider buffer. */
enum { HF_DATE_TEXT = 16 };

/* Civil date to day number and back (Hinnant, "chrono-compatible low-level date algorithms"). Civil fields must be a
 * real date; years -32767 to 32767. */
int32_t hf_date_from_civil(struct hf_civil civil);
struct hf_civil hf_date_to_civil(int32_t date);

/* True from HF_DATE_FIRST_BOOKABLE to HF_DATE_LAST_BOOKABLE. */
int hf_date_is_bookable(int32_t date);

int hf_days_in_month(int32_t year, int month);

/* Months since year 0: year × 12 + month - 1. First and last date of such a month. */
int32_t hf_date_month(int32_t date);
int32_t hf_month_first(int32_t month);
int32_t hf_month_last(int32_t month);

/* Reads exactly YYYY-MM-DD. Returns 0 or HF_EINVAL; error (may be NULL) names the value. */
int hf_date_parse(const char *text, size_t length, int32_t *out_date, struct hf_error *error);
/* Reads exactly YYYY-MM into months since year 0. Returns 0 or HF_EINVAL. */
int hf_month_parse(const char *text, size_t length, int32_t *out_month);

/* Writes YYYY-MM-DD, or YYYY-MM of a month; returns buffer. */
char *hf_date_format(int32_t date, char buffer[HF_DATE_TEXT]);
char *hf_month_format(int32_t month, char buffer[HF_DATE_TEXT]);

/* The same day months away (negative: earlier), a missing day clamped to the month's last. */
int32_t hf_date_add_months(int32_t date, int months);

/* The same day a year earlier; the last of a month maps to the last of that month (contract, section 4). */
int32_t hf_date_year_earlier(int32_t date);

/* --- windows ----------------------------------------------------------------------------------------------------- */

enum hf_window_kind {
    HF_WINDOW_DAY,
    HF_WINDOW_WEEK,
    HF_WINDOW_MONTH,
    HF_WINDOW_QUARTER,
    HF_WINDOW_HALF,
    HF_WINDOW_YEAR,
    HF_WINDOW_ALL,
    HF_WINDOW_ROLLING_DAYS,
    HF_WINDOW_ROLLING_MONTHS
};

/* A configured kind of window; length counts the days or months of a rolling one and is 0 otherwise. */
struct hf_window_spec {
    enum hf_window_kind kind;
    int length;
};

enum { HF_WINDOW_NAME = 24, HF_WINDOW_LABEL = 24, HF_ROLLING_LIMIT = 9999 };

/* A window: its dates, both included. Of "all" they are HF_DATE_MIN and HF_DATE_MAX. */
struct hf_window {
    struct hf_window_spec spec;
    int32_t from, through;
};

/* Reads "day", "half", "rolling-30d", "rolling-12m" …; rolling lengths are 1 to HF_ROLLING_LIMIT.
 * Returns 0 or HF_EINVAL; error (may be NULL) names the word. */
int hf_window_spec_parse(const char *word, struct hf_window_spec *out_spec, struct hf_error *error);

/* The kind as published: "half", "rolling-30d". Returns buffer. */
char *hf_window_kind_format(struct hf_window_spec spec, char buffer[HF_WINDOW_NAME]);

/* The window of a calendar kind (not rolling) that holds date. fiscal_start_month is 1 to 12 and matters to quarter,
 * half and year only. */
struct hf_window hf_window_at(struct hf_window_spec spec, int fiscal_start_month, int32_t date);

/* The rolling window that ends on clock: N days, or from (clock + 1 day) - N months. */
struct hf_window hf_window_rolling(struct hf_window_spec spec, int32_t clock);

/* The label: "2003-06-30", "2003-W27", "2003-06", "2003-Q2", "FY2003-H1", "all"; of a rolling one its kind. Returns
 * buffer. */
char *hf_window_label(const struct hf_window *window, int fiscal_start_month, char buffer[HF_WINDOW_LABEL]);

/* date one year back as the prior-year comparison of this window counts it: 364 days for a week, else
 * hf_date_year_earlier. */
int32_t hf_window_year_earlier(const struct hf_window *window, int32_t date);

#endif
