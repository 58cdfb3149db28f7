/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which dates a window holds and what it is called (headframe/calendar.h). */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "../unit.h"
#include "dates.h"
#include "headframe/calendar.h"

static struct hf_window_spec spec_of(const char *word)
{
    struct hf_window_spec spec = {HF_WINDOW_ALL, -1};
    assert_int_equal(hf_window_spec_parse(word, &spec, NULL), HF_OK);
    return spec;
}

/* The window as "label from through", so that one comparison shows all of it. */
static void assert_window(struct hf_window window, int fiscal_start_month, const char *expected)
{
    char label[HF_WINDOW_LABEL], from[HF_DATE_TEXT], through[HF_DATE_TEXT], text[80];
    snprintf(text, sizeof text, "%s %s %s", hf_window_label(&window, fiscal_start_month, label),
             hf_date_format(window.from, from), hf_date_format(window.through, through));
    assert_string_equal(text, expected);
}

static void kinds_are_read_and_printed_alike(void **state)
{
    static const struct {
        const char *word;
        enum hf_window_kind kind;
        int length;
    } cases[] = {
        {"day", HF_WINDOW_DAY, 0},
        {"week", HF_WINDOW_WEEK, 0},
        {"month", HF_WINDOW_MONTH, 0},
        {"quarter", HF_WINDOW_QUARTER, 0},
        {"half", HF_WINDOW_HALF, 0},
        {"year", HF_WINDOW_YEAR, 0},
        {"all", HF_WINDOW_ALL, 0},
        {"rolling-7d", HF_WINDOW_ROLLING_DAYS, 7},
        {"rolling-90d", HF_WINDOW_ROLLING_DAYS, 90},
        {"rolling-1m", HF_WINDOW_ROLLING_MONTHS, 1},
        {"rolling-12m", HF_WINDOW_ROLLING_MONTHS, 12},
        {"rolling-9999m", HF_WINDOW_ROLLING_MONTHS, 9999},
    };
    char buffer[HF_WINDOW_NAME];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_window_spec spec = spec_of(cases[i].word);
        assert_int_equal(spec.kind, cases[i].kind);
        assert_int_equal(spec.length, cases[i].length);
        assert_string_equal(hf_window_kind_format(spec, buffer), cases[i].word);
    }
}

static void words_that_are_no_kind_are_refused_and_named(void **state)
{
    static const char *const cases[] = {
        "",
        "Day",
        "days",
        "rolling",
        "rolling-",
        "rolling-d",
        "rolling-0d",
        "rolling--7d",
        "rolling-+7d",
        "rolling- 7d",
        "rolling-07d",
        "rolling-7",
        "rolling-7w",
        "rolling-7dd",
        "rolling-7d ",
        "rolling-10000d",
        "rolling-7.5d",
        "rolling-0x7d",
        "rolling-1e3d",
        "rolling-99999999999999999999d",
        "fortnight",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_window_spec spec = {HF_WINDOW_ALL, -1};
        struct hf_error error = {0};
        if (hf_window_spec_parse(cases[i], &spec, &error) != HF_EINVAL)
            fail_msg("\"%s\" was taken for a kind", cases[i]);
        assert_int_equal(spec.length, -1);
        assert_non_null(strstr(error.text, cases[i]));
    }
}

static void calendar_windows_hold_their_dates(void **state)
{
    static const struct {
        const char *kind;
        int fiscal_start_month;
        const char *date, *window;
    } cases[] = {
        {"day", 1, "2003-06-30", "2003-06-30 2003-06-30 2003-06-30"},
        {"week", 1, "2003-06-30", "2003-W27 2003-06-30 2003-07-06"}, /* a Monday */
        {"week", 1, "2003-07-06", "2003-W27 2003-06-30 2003-07-06"},
        {"week", 1, "2003-06-29", "2003-W26 2003-06-23 2003-06-29"},
        {"month", 1, "2003-06-30", "2003-06 2003-06-01 2003-06-30"},
        {"month", 7, "2003-06-30", "2003-06 2003-06-01 2003-06-30"}, /* no fiscal year here */
        {"month", 1, "2004-02-15", "2004-02 2004-02-01 2004-02-29"},
        {"quarter", 1, "2003-06-30", "2003-Q2 2003-04-01 2003-06-30"},
        {"quarter", 1, "2003-07-01", "2003-Q3 2003-07-01 2003-09-30"},
        {"half", 1, "2003-06-30", "2003-H1 2003-01-01 2003-06-30"},
        {"half", 1, "2003-12-31", "2003-H2 2003-07-01 2003-12-31"},
        {"year", 1, "2003-12-31", "2003 2003-01-01 2003-12-31"},
        {"year", 1, "1800-01-01", "1800 1800-01-01 1800-12-31"},
        /* a fiscal year that starts in July */
        {"quarter", 7, "2002-06-30", "FY2002-Q4 2002-04-01 2002-06-30"},
        {"quarter", 7, "2002-07-01", "FY2003-Q1 2002-07-01 2002-09-30"},
        {"quarter", 7, "2002-11-15", "FY2003-Q2 2002-10-01 2002-12-31"},
        {"quarter", 7, "2003-01-01", "FY2003-Q3 2003-01-01 2003-03-31"},
        {"half", 7, "2002-12-31", "FY2003-H1 2002-07-01 2002-12-31"},
        {"half", 7, "2003-01-01", "FY2003-H2 2003-01-01 2003-06-30"},
        {"year", 7, "2003-06-30", "FY2003 2002-07-01 2003-06-30"},
        {"year", 7, "2003-07-01", "FY2004 2003-07-01 2004-06-30"},
        /* in February: the last quarter spans the turn of the year */
        {"quarter", 2, "2004-01-31", "FY2004-Q4 2003-11-01 2004-01-31"},
        {"quarter", 2, "2004-02-01", "FY2005-Q1 2004-02-01 2004-04-30"},
        {"half", 2, "2004-02-29", "FY2005-H1 2004-02-01 2004-07-31"},
        {"year", 2, "2004-01-31", "FY2004 2003-02-01 2004-01-31"},
        /* in December: the year ends eleven twelfths into the one it is named by */
        {"quarter", 12, "2003-12-01", "FY2004-Q1 2003-12-01 2004-02-29"},
        {"quarter", 12, "2003-11-30", "FY2003-Q4 2003-09-01 2003-11-30"},
        {"year", 12, "2003-12-31", "FY2004 2003-12-01 2004-11-30"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_window(hf_window_at(spec_of(cases[i].kind), cases[i].fiscal_start_month, date_of(cases[i].date)),
                      cases[i].fiscal_start_month, cases[i].window);
}

static void all_holds_every_date(void **state)
{
    struct hf_window window = hf_window_at(spec_of("all"), 7, date_of("2003-06-30"));
    char label[HF_WINDOW_LABEL];
    (void)state;
    assert_int_equal(window.from, HF_DATE_MIN);
    assert_int_equal(window.through, HF_DATE_MAX);
    assert_string_equal(hf_window_label(&window, 7, label), "all");
}

static void weeks_belong_to_the_year_of_their_thursday(void **state)
{
    static const struct {
        const char *date, *label;
    } cases[] = {
        {"2004-12-31", "2004-W53"}, {"2005-01-01", "2004-W53"}, {"2005-01-02", "2004-W53"}, {"2005-01-03", "2005-W01"},
        {"2005-12-31", "2005-W52"}, {"2006-01-01", "2005-W52"}, {"2006-01-02", "2006-W01"}, {"2006-12-31", "2006-W52"},
        {"2007-01-01", "2007-W01"}, {"2007-12-30", "2007-W52"}, {"2007-12-31", "2008-W01"}, {"2008-12-28", "2008-W52"},
        {"2008-12-29", "2009-W01"}, {"2009-12-31", "2009-W53"}, {"2010-01-03", "2009-W53"}, {"2010-01-04", "2010-W01"},
        {"1999-12-31", "1999-W52"}, {"2000-01-01", "1999-W52"}, {"2020-12-31", "2020-W53"}, {"1804-12-31", "1805-W01"},
        {"1969-12-29", "1970-W01"}, {"1969-12-28", "1969-W52"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_window window = hf_window_at(spec_of("week"), 1, date_of(cases[i].date));
        char label[HF_WINDOW_LABEL];
        if (strcmp(hf_window_label(&window, 1, label), cases[i].label) != 0)
            fail_msg("%s is in %s, expected %s", cases[i].date, label, cases[i].label);
    }
}

/* GLib's ISO week of the date, of the year in which its Thursday falls. */
static void weeks_of_four_centuries_agree_with_glib(void **state)
{
    struct hf_window_spec week = spec_of("week");
    (void)state;
    for (int32_t date = -62091; date <= 84370; date++) {
        struct hf_window window = hf_window_at(week, 1, date);
        GDate oracle;
        char label[HF_WINDOW_LABEL], expected[40];
        g_date_clear(&oracle, 1);
        g_date_set_julian(&oracle, (guint32)(date + 719163));
        unsigned number = g_date_get_iso8601_week_of_year(&oracle);
        int to_thursday = G_DATE_THURSDAY - (int)g_date_get_weekday(&oracle);
        g_date_set_julian(&oracle, (guint32)(date + 719163 + to_thursday));
        snprintf(expected, sizeof expected, "%04d-W%02u", g_date_get_year(&oracle), number);
        assert_string_equal(hf_window_label(&window, 1, label), expected);
        assert_int_equal(window.from, date + to_thursday - 3);
        assert_int_equal(window.through, window.from + 6);
    }
}

/* Each kind lays its windows end to end: a date is in its window, and the next window starts the day after. */
static void windows_tile_the_calendar(void **state)
{
    static const char *const kinds[] = {"day", "week", "month", "quarter", "half", "year"};
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (int start = 1; start <= 12; start++) {
            struct hf_window_spec spec = spec_of(kinds[i]);
            struct hf_window window = hf_window_at(spec, start, date_of("1895-03-03"));
            for (int32_t date = date_of("1895-03-03"); date < date_of("1909-03-03"); date++) {
                struct hf_window next = hf_window_at(spec, start, date);
                assert_true(next.from <= date && date <= next.through);
                assert_true(next.from == window.from || next.from == window.through + 1);
                window = next;
            }
        }
}

static void rolling_windows_end_on_the_clock(void **state)
{
    static const struct {
        const char *kind, *clock, *window;
    } cases[] = {
        {"rolling-7d", "2003-06-30", "rolling-7d 2003-06-24 2003-06-30"},
        {"rolling-1d", "2003-06-30", "rolling-1d 2003-06-30 2003-06-30"},
        {"rolling-30d", "2003-03-01", "rolling-30d 2003-01-31 2003-03-01"},
        {"rolling-90d", "2003-06-30", "rolling-90d 2003-04-02 2003-06-30"},
        {"rolling-12m", "2003-06-30", "rolling-12m 2002-07-01 2003-06-30"},
        {"rolling-12m", "2003-06-29", "rolling-12m 2002-06-30 2003-06-29"},
        {"rolling-12m", "2003-12-31", "rolling-12m 2003-01-01 2003-12-31"},
        /* the day after the clock is 29 February: the year before has none */
        {"rolling-12m", "2004-02-28", "rolling-12m 2003-02-28 2004-02-28"},
        {"rolling-12m", "2004-02-29", "rolling-12m 2003-03-01 2004-02-29"},
        {"rolling-12m", "2005-02-28", "rolling-12m 2004-03-01 2005-02-28"},
        {"rolling-12m", "2005-02-27", "rolling-12m 2004-02-28 2005-02-27"},
        {"rolling-48m", "2004-02-28", "rolling-48m 2000-02-29 2004-02-28"},
        /* the day after the clock is a 31st */
        {"rolling-1m", "2003-03-30", "rolling-1m 2003-02-28 2003-03-30"},
        {"rolling-1m", "2003-03-31", "rolling-1m 2003-03-01 2003-03-31"},
        {"rolling-1m", "2003-05-30", "rolling-1m 2003-04-30 2003-05-30"},
        {"rolling-6m", "2003-08-30", "rolling-6m 2003-02-28 2003-08-30"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_window(hf_window_rolling(spec_of(cases[i].kind), date_of(cases[i].clock)), 7, cases[i].window);
}

static void prior_year_of_a_week_is_364_days_back(void **state)
{
    static const struct {
        const char *kind, *date, *expected;
    } cases[] = {
        {"week", "2003-06-30", "2002-07-01"}, /* a Monday like it */
        {"week", "2004-02-29", "2003-03-02"},        {"day", "2004-02-29", "2003-02-28"},
        {"month", "2005-02-28", "2004-02-29"},       {"half", "2003-06-30", "2002-06-30"},
        {"rolling-30d", "2005-02-28", "2004-02-29"}, {"rolling-12m", "2004-02-28", "2003-02-28"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_window window = {.spec = spec_of(cases[i].kind)};
        assert_date_equal(hf_window_year_earlier(&window, date_of(cases[i].date)), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_read_and_printed_alike),
        cmocka_unit_test(words_that_are_no_kind_are_refused_and_named),
        cmocka_unit_test(calendar_windows_hold_their_dates),
        cmocka_unit_test(all_holds_every_date),
        cmocka_unit_test(weeks_belong_to_the_year_of_their_thursday),
        cmocka_unit_test(weeks_of_four_centuries_agree_with_glib),
        cmocka_unit_test(windows_tile_the_calendar),
        cmocka_unit_test(rolling_windows_end_on_the_clock),
        cmocka_unit_test(prior_year_of_a_week_is_364_days_back),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
