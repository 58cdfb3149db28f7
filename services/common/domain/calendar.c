/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which dates a window holds. What it is called is decided in window_name.c.
 *
 * Day numbers follow Howard Hinnant's era method: a year starts on 1 March, so that the leap day is its last, and 400
 * years (146 097 days) are one era. 719 468 days lie between 0000-03-01 and 1970-01-01. */
#include "headframe/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t floor_div(int32_t a, int32_t b)
{
    return a / b - (a % b < 0);
}

int32_t hf_date_from_civil(struct hf_civil civil)
{
    int32_t year = civil.year - (civil.month <= 2);
    int32_t era = floor_div(year, 400);
    int32_t year_of_era = year - era * 400;
    int32_t day_of_year = (153 * ((civil.month + 9) % 12) + 2) / 5 + civil.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct hf_civil hf_date_to_civil(int32_t date)
{
    int32_t shifted = date + 719468;
    int32_t era = floor_div(shifted, 146097);
    int32_t day_of_era = shifted - era * 146097;
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;
    struct hf_civil civil = {
        .month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
    civil.year = year_of_era + era * 400 + (civil.month <= 2);
    return civil;
}

int hf_date_is_bookable(int32_t date)
{
    return date >= HF_DATE_FIRST_BOOKABLE && date <= HF_DATE_LAST_BOOKABLE;
}

int hf_days_in_month(int32_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

int32_t hf_date_month(int32_t date)
{
    struct hf_civil civil = hf_date_to_civil(date);
    return civil.year * 12 + civil.month - 1;
}

int32_t hf_month_first(int32_t month)
{
    int32_t year = floor_div(month, 12);
    return hf_date_from_civil((struct hf_civil){year, month - year * 12 + 1, 1});
}

int32_t hf_month_last(int32_t month)
{
    return hf_month_first(month + 1) - 1;
}

/* Reads count digits; -1 where there is another character. */
static int digits(const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

int hf_date_parse(const char *text, size_t length, int32_t *out_date, struct hf_error *error)
{
    if (length == 10 && text[4] == '-' && text[7] == '-') {
        struct hf_civil civil = {digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
        if (civil.year >= 0 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
            civil.day <= hf_days_in_month(civil.year, civil.month)) {
            *out_date = hf_date_from_civil(civil);
            return HF_OK;
        }
    }
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "\"%.*s\" is not a date (YYYY-MM-DD)",
                        length < 40 ? (int)length : 40, text);
}

int hf_month_parse(const char *text, size_t length, int32_t *out_month)
{
    if (length != 7 || text[4] != '-')
        return HF_EINVAL;
    int year = digits(text, 4), month = digits(text + 5, 2);
    if (year < 0 || month < 1 || month > 12)
        return HF_EINVAL;
    *out_month = year * 12 + month - 1;
    return HF_OK;
}

static void put_digits(int value, int count, char *out)
{
    for (int i = count; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
}

char *hf_date_format(int32_t date, char buffer[HF_DATE_TEXT])
{
    struct hf_civil civil = hf_date_to_civil(date);
    if (civil.year < 0 || civil.year > 9999) {
        snprintf(buffer, HF_DATE_TEXT, "%04d-%02d-%02d", (int16_t)civil.year, civil.month & 15, civil.day & 31);
        return buffer;
    }
    /* Every record has a score of dates: snprintf would take as long as all its sums. */
    put_digits(civil.year, 4, buffer);
    put_digits(civil.month, 2, buffer + 5);
    put_digits(civil.day, 2, buffer + 8);
    buffer[4] = buffer[7] = '-';
    buffer[10] = '\0';
    return buffer;
}

char *hf_month_format(int32_t month, char buffer[HF_DATE_TEXT])
{
    int32_t year = floor_div(month, 12);
    snprintf(buffer, HF_DATE_TEXT, "%04d-%02d", (int16_t)year, (month - year * 12 + 1) & 15);
    return buffer;
}

int32_t hf_date_add_months(int32_t date, int months)
{
    struct hf_civil civil = hf_date_to_civil(date);
    int32_t month = civil.year * 12 + civil.month - 1 + months;
    int32_t first = hf_month_first(month), last = hf_month_last(month);
    int32_t same_day = first + civil.day - 1;
    return same_day < last ? same_day : last;
}

int32_t hf_date_year_earlier(int32_t date)
{
    int32_t month = hf_date_month(date);
    return date == hf_month_last(month) ? hf_month_last(month - 12) : hf_date_add_months(date, -12);
}

/* --- windows --- */

static const char *const kind_names[] = {"day", "week", "month", "quarter", "half", "year", "all"};

static int parse_rolling(const char *word, struct hf_window_spec *out_spec)
{
    static const char prefix[] = "rolling-";
    if (strncmp(word, prefix, sizeof prefix - 1) != 0)
        return 0;
    const char *number = word + sizeof prefix - 1;
    char *end;
    long length = strtol(number, &end, 10);
    if (*number < '1' || *number > '9' || length > HF_ROLLING_LIMIT || (*end != 'd' && *end != 'm') || end[1] != '\0')
        return 0;
    *out_spec = (struct hf_window_spec){*end == 'd' ? HF_WINDOW_ROLLING_DAYS : HF_WINDOW_ROLLING_MONTHS, (int)length};
    return 1;
}

int hf_window_spec_parse(const char *word, struct hf_window_spec *out_spec, struct hf_error *error)
{
    for (unsigned i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (strcmp(word, kind_names[i]) == 0) {
            *out_spec = (struct hf_window_spec){(enum hf_window_kind)i, 0};
            return HF_OK;
        }
    if (parse_rolling(word, out_spec))
        return HF_OK;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                        "\"%.40s\" is not a window kind (day, week, month, quarter, half, year, all, rolling-<N>d, "
                        "rolling-<N>m)",
                        word);
}

char *hf_window_kind_format(struct hf_window_spec spec, char buffer[HF_WINDOW_NAME])
{
    if (spec.kind == HF_WINDOW_ROLLING_DAYS || spec.kind == HF_WINDOW_ROLLING_MONTHS)
        snprintf(buffer, HF_WINDOW_NAME, "rolling-%d%c", spec.length, spec.kind == HF_WINDOW_ROLLING_DAYS ? 'd' : 'm');
    else
        snprintf(buffer, HF_WINDOW_NAME, "%s", kind_names[spec.kind]);
    return buffer;
}

/* How many months a window of this kind spans; 0 where it is not made of months. */
static int months_of(enum hf_window_kind kind)
{
    switch (kind) {
    case HF_WINDOW_MONTH:
        return 1;
    case HF_WINDOW_QUARTER:
        return 3;
    case HF_WINDOW_HALF:
        return 6;
    case HF_WINDOW_YEAR:
        return 12;
    default:
        return 0;
    }
}

/* Monday of the ISO week that holds date; 1970-01-01 was a Thursday. */
static int32_t monday_of(int32_t date)
{
    return floor_div(date + 3, 7) * 7 - 3;
}

struct hf_window hf_window_at(struct hf_window_spec spec, int fiscal_start_month, int32_t date)
{
    struct hf_window window = {.spec = spec, .from = HF_DATE_MIN, .through = HF_DATE_MAX};
    int months = months_of(spec.kind);
    if (spec.kind == HF_WINDOW_DAY) {
        window.from = window.through = date;
    } else if (spec.kind == HF_WINDOW_WEEK) {
        window.from = monday_of(date);
        window.through = window.from + 6;
    } else if (months > 0) {
        /* Count months from a fiscal year's start, cut down to a whole number of spans, and count back. */
        int32_t offset = fiscal_start_month - 1;
        int32_t first = floor_div(hf_date_month(date) - offset, months) * months + offset;
        window.from = hf_month_first(first);
        window.through = hf_month_last(first + months - 1);
    }
    return window;
}

struct hf_window hf_window_rolling(struct hf_window_spec spec, int32_t clock)
{
    int32_t from =
        spec.kind == HF_WINDOW_ROLLING_DAYS ? clock - spec.length + 1 : hf_date_add_months(clock + 1, -spec.length);
    return (struct hf_window){.spec = spec, .from = from, .through = clock};
}

int32_t hf_window_year_earlier(const struct hf_window *window, int32_t date)
{
    return window->spec.kind == HF_WINDOW_WEEK ? date - 364 : hf_date_year_earlier(date);
}
