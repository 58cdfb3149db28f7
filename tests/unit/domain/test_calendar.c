/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that dates count, parse, print and move by months and years as the civil calendar does. */
#include "headframe/calendar.h"

#include <glib.h>
#include <string.h>

#include "../unit.h"
#include "dates.h"

static void known_dates_have_their_day_numbers(void **state)
{
    static const struct {
        struct hf_civil civil;
        int32_t date;
    } cases[] = {
        {{1970, 1, 1}, 0},      {{1969, 12, 31}, -1},   {{2003, 6, 30}, 12233},  {{2000, 2, 29}, 11016},
        {{1900, 3, 1}, -25508}, {{1800, 1, 1}, -62091}, {{2200, 12, 31}, 84370}, {{1600, 2, 29}, -135081},
        {{1, 1, 1}, -719162},   {{0, 3, 1}, -719468},   {{-1, 12, 31}, -719529}, {{9999, 12, 31}, 2932896},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_civil civil = hf_date_to_civil(cases[i].date);
        assert_int_equal(hf_date_from_civil(cases[i].civil), cases[i].date);
        assert_int_equal(civil.year, cases[i].civil.year);
        assert_int_equal(civil.month, cases[i].civil.month);
        assert_int_equal(civil.day, cases[i].civil.day);
    }
}

/* GLib's calendar is the oracle: its day 1 is 0001-01-01, 719 163 days before 1970-01-02. */
static void four_centuries_agree_with_glib(void **state)
{
    GDate oracle;
    (void)state;
    g_date_clear(&oracle, 1);
    g_date_set_dmy(&oracle, 1, G_DATE_JANUARY, 1800);
    for (int32_t date = -62091; date <= 84370; date++, g_date_add_days(&oracle, 1)) {
        struct hf_civil civil = hf_date_to_civil(date);
        int year = g_date_get_year(&oracle), month = (int)g_date_get_month(&oracle);
        assert_int_equal(g_date_get_julian(&oracle), date + 719163);
        assert_int_equal(civil.year, year);
        assert_int_equal(civil.month, month);
        assert_int_equal(civil.day, g_date_get_day(&oracle));
        assert_int_equal(hf_date_from_civil(civil), date);
        assert_int_equal(hf_days_in_month(year, month),
                         g_date_get_days_in_month(g_date_get_month(&oracle), (GDateYear)year));
        assert_int_equal(hf_date_month(date), year * 12 + month - 1);
        if (civil.day == 1)
            assert_int_equal(hf_month_first(hf_date_month(date)), date);
        if (g_date_is_last_of_month(&oracle))
            assert_int_equal(hf_month_last(hf_date_month(date)), date);
    }
    assert_date_equal((int32_t)g_date_get_julian(&oracle) - 719163, "2201-01-01");
}

static void months_before_year_zero_count_down(void **state)
{
    char buffer[HF_DATE_TEXT];
    (void)state;
    assert_int_equal(hf_date_month(-719529), -1); /* -0001-12-31 */
    assert_int_equal(hf_month_first(-1), -719559);
    assert_int_equal(hf_month_last(-1), -719529);
    assert_string_equal(hf_month_format(0, buffer), "0000-01");
}

static void dates_are_read_and_printed_alike(void **state)
{
    static const char *const cases[] = {"2003-06-30", "2000-02-29", "1999-12-31", "0000-01-01", "1600-02-29",
                                        "2004-02-29", "9999-12-31", "1800-01-01", "2100-02-28", "0001-03-01"};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_date_equal(date_of(cases[i]), cases[i]);
}

static void what_is_no_date_is_refused_and_named(void **state)
{
    static const char *const cases[] = {
        "",           "2003",       "2003-6-30",   "2003-06-3",  "2003-06-31",  "2003-02-29",
        "1900-02-29", "2100-02-29", "2003-00-10",  "2003-13-01", "2003-01-00",  "2003-01-32",
        "20030630",   "2003/06/30", "2003-06-30 ", " 2003-06-3", "-003-06-30",  "2003-06-30T",
        "+003-06-30", "2003-06--1", "200a-06-30",  "2003-0 -30", "12003-06-30",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int32_t date = 4711;
        struct hf_error error = {0};
        if (hf_date_parse(cases[i], strlen(cases[i]), &date, &error) != HF_EINVAL)
            fail_msg("\"%s\" was taken for a date", cases[i]);
        assert_int_equal(date, 4711);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        assert_non_null(strstr(error.text, cases[i]));
    }
    assert_int_equal(hf_date_parse("2003-06-30", 9, &(int32_t){0}, NULL), HF_EINVAL);
}

static void months_are_read_and_printed_alike(void **state)
{
    static const char *const refused[] = {"",         "2003",   "2003-6",  "2003-00", "2003-13",
                                          "2003-06-", "200306", "2003/06", "-003-06", "2003-1a"};
    char buffer[HF_DATE_TEXT];
    int32_t month = 4711;
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++)
        if (hf_month_parse(refused[i], strlen(refused[i]), &month) != HF_EINVAL)
            fail_msg("\"%s\" was taken for a month", refused[i]);
    assert_int_equal(month, 4711);
    assert_int_equal(hf_month_parse("2003-06", 7, &month), HF_OK);
    assert_int_equal(month, 2003 * 12 + 5);
    assert_string_equal(hf_month_format(month, buffer), "2003-06");
    assert_int_equal(hf_month_parse("1999-12", 7, &month), HF_OK);
    assert_string_equal(hf_month_format(month, buffer), "1999-12");
}

static void a_missing_day_is_clamped_to_the_months_last(void **state)
{
    static const struct {
        const char *date;
        int months;
        const char *expected;
    } cases[] = {
        {"2003-01-31", 1, "2003-02-28"},  {"2004-01-31", 1, "2004-02-29"},  {"2003-03-31", -1, "2003-02-28"},
        {"2003-05-31", -6, "2002-11-30"}, {"2004-02-29", 12, "2005-02-28"}, {"2004-02-29", -12, "2003-02-28"},
        {"2004-02-29", 48, "2008-02-29"}, {"2003-02-28", 12, "2004-02-28"}, {"2003-12-15", 1, "2004-01-15"},
        {"2003-01-15", -1, "2002-12-15"}, {"2003-06-30", 0, "2003-06-30"},  {"2003-06-30", -13, "2002-05-30"},
        {"1900-01-30", 1, "1900-02-28"},  {"2000-01-30", 1, "2000-02-29"},  {"2003-06-30", -4800, "1603-06-30"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_date_equal(hf_date_add_months(date_of(cases[i].date), cases[i].months), cases[i].expected);
}

static void a_year_earlier_keeps_the_day_and_the_months_last(void **state)
{
    static const struct {
        const char *date, *expected;
    } cases[] = {
        {"2003-06-30", "2002-06-30"}, {"2003-06-15", "2002-06-15"},
        {"2004-02-29", "2003-02-28"}, /* the last maps to the last */
        {"2005-02-28", "2004-02-29"}, /* also where that is a day later */
        {"2004-02-28", "2003-02-28"}, /* not the last: the same day */
        {"2005-02-27", "2004-02-27"}, {"2003-02-28", "2002-02-28"},
        {"2001-02-28", "2000-02-29"}, {"1901-02-28", "1900-02-28"}, /* 1900 had no leap day */
        {"2004-03-01", "2003-03-01"}, {"2004-12-31", "2003-12-31"},
        {"2004-01-01", "2003-01-01"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_date_equal(hf_date_year_earlier(date_of(cases[i].date)), cases[i].expected);
}

/* Any date a year earlier lies in the same month of the year before, and dates keep their order. */
static void a_year_earlier_never_leaves_its_month(void **state)
{
    (void)state;
    for (int32_t date = -62091; date <= 84370; date++) {
        int32_t earlier = hf_date_year_earlier(date);
        assert_int_equal(hf_date_month(earlier), hf_date_month(date) - 12);
        assert_true(hf_date_year_earlier(date - 1) <= earlier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_dates_have_their_day_numbers),
        cmocka_unit_test(four_centuries_agree_with_glib),
        cmocka_unit_test(months_before_year_zero_count_down),
        cmocka_unit_test(dates_are_read_and_printed_alike),
        cmocka_unit_test(what_is_no_date_is_refused_and_named),
        cmocka_unit_test(months_are_read_and_printed_alike),
        cmocka_unit_test(a_missing_day_is_clamped_to_the_months_last),
        cmocka_unit_test(a_year_earlier_keeps_the_day_and_the_months_last),
        cmocka_unit_test(a_year_earlier_never_leaves_its_month),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
