/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that day totals are exact, change as a whole or not at all, and that every sum is the sum of its days. */
#include "headframe/daybook.h"

#include <stdio.h>
#include <string.h>

#include "../unit.h"
#include "dates.h"

enum { GOLD = 84, SILVER = 344 }; /* any two lines, gold the lower */

static const struct hf_effect nothing;

static struct hf_effect effect_of(uint16_t line, const char *date, uint16_t days, hf_int128 amount)
{
    return (struct hf_effect){.amount = amount, .date = date_of(date), .days = days, .line = line};
}

static void put(struct hf_daybook *book, uint16_t line, const char *date, uint16_t days, hf_int128 amount)
{
    struct hf_effect effect = effect_of(line, date, days, amount);
    assert_int_equal(hf_daybook_replace(book, &nothing, &effect), HF_OK);
}

static void assert_sum(const struct hf_daybook *book, uint16_t line, const char *from, const char *through,
                       const char *amount, int64_t facts)
{
    struct hf_day_total total = hf_daybook_sum(book, line, date_of(from), date_of(through));
    assert_int128_equal(total.amount, amount);
    assert_int_equal(total.facts, facts);
}

/* What visitors saw, as text: "84:1000/1 344:5/1 " or "2003-06-30 2003-07-01 ". */
struct seen {
    char text[2000];
};

static void see_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct seen *seen = context;
    size_t length = strlen(seen->text);
    char amount[41];
    snprintf(seen->text + length, sizeof seen->text - length, "%u:%s/%lld ", line,
             hf_int128_format(total.amount, amount), (long long)total.facts);
}

static void see_date(void *context, int32_t date)
{
    struct seen *seen = context;
    size_t length = strlen(seen->text);
    char text[HF_DATE_TEXT];
    snprintf(seen->text + length, sizeof seen->text - length, "%s ", hf_date_format(date, text));
}

static void assert_day(const struct hf_daybook *book, const char *date, const char *expected)
{
    struct seen seen = {""};
    hf_daybook_visit_day(book, date_of(date), see_line, &seen);
    assert_string_equal(seen.text, expected);
}

static void assert_dirty(struct hf_daybook *book, const char *expected)
{
    struct seen seen = {""};
    hf_daybook_take_dirty(book, see_date, &seen);
    assert_string_equal(seen.text, expected);
}

/* --- replacing ---------------------------------------------------------------------------------------------------- */

static void an_effect_lies_on_its_days_and_no_others(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    (void)state;
    put(book, GOLD, "2003-02-27", 4, -10); /* -3 -2 -3 -2: floors of -2.5, -5, -7.5, -10 */
    assert_day(book, "2003-02-26", "");
    assert_day(book, "2003-02-27", "84:-3/1 ");
    assert_day(book, "2003-02-28", "84:-2/1 ");
    assert_day(book, "2003-03-01", "84:-3/1 ");
    assert_day(book, "2003-03-02", "84:-2/1 ");
    assert_day(book, "2003-03-03", "");
    put(book, SILVER, "2003-02-28", 1, 5);
    assert_day(book, "2003-02-28", "84:-2/1 344:5/1 ");
    hf_daybook_free(&book);
    assert_null(book);
    hf_daybook_free(&book);
}

static void four_hundred_days_cross_their_months(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    (void)state;
    put(book, GOLD, "2003-12-15", 400, 4000); /* through 2005-01-17 */
    assert_sum(book, GOLD, "2003-12-01", "2003-12-31", "170", 17);
    assert_sum(book, GOLD, "2004-02-01", "2004-02-29", "290", 29);
    assert_sum(book, GOLD, "2004-01-01", "2004-12-31", "3660", 366);
    assert_sum(book, GOLD, "2005-01-01", "2005-12-31", "170", 17);
    assert_sum(book, GOLD, "1800-01-01", "2200-12-31", "4000", 400);
    hf_daybook_free(&book);
}

static void replacing_takes_the_old_version_out(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_effect first = effect_of(GOLD, "2003-06-30", 2, 1001), second = effect_of(SILVER, "2003-07-01", 1, -7);
    (void)state;
    put(book, GOLD, "2003-06-30", 1, 40);
    assert_int_equal(hf_daybook_replace(book, &nothing, &first), HF_OK);
    assert_sum(book, GOLD, "2003-06-30", "2003-07-01", "1041", 3);
    assert_int_equal(hf_daybook_replace(book, &first, &second), HF_OK);
    assert_sum(book, GOLD, "2003-06-30", "2003-07-01", "40", 1);
    assert_sum(book, SILVER, "2003-07-01", "2003-07-01", "-7", 1);
    assert_int_equal(hf_daybook_replace(book, &second, &nothing), HF_OK); /* withdrawn */
    assert_sum(book, SILVER, "2003-07-01", "2003-07-01", "0", 0);
    assert_day(book, "2003-07-01", "");
    hf_daybook_free(&book);
}

static void a_fact_of_zero_is_live(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    int32_t latest = 0;
    (void)state;
    put(book, GOLD, "2003-06-30", 1, 0);
    assert_day(book, "2003-06-30", "84:0/1 ");
    assert_int_equal(hf_daybook_latest(book, GOLD, HF_DATE_MIN, HF_DATE_MAX, &latest), 1);
    assert_date_equal(latest, "2003-06-30");
    hf_daybook_free(&book);
}

static void a_day_may_reach_the_limit_exactly(void **state)
{
    const hf_int128 limit = hf_amount_limit();
    struct hf_daybook *book = hf_daybook_new();
    struct hf_effect full = effect_of(GOLD, "2003-06-30", 1, limit), empty = effect_of(GOLD, "2003-06-30", 1, -limit);
    (void)state;
    assert_int_equal(hf_daybook_replace(book, &nothing, &full), HF_OK);
    /* From one end to the other: what is out before what comes in does not count. */
    assert_int_equal(hf_daybook_replace(book, &full, &empty), HF_OK);
    assert_sum(book, GOLD, "2003-06-30", "2003-06-30", "-1000000000000000000000000000000000", 1);
    assert_int_equal(hf_daybook_replace(book, &empty, &full), HF_OK);
    assert_sum(book, GOLD, "2003-06-30", "2003-06-30", "1000000000000000000000000000000000", 1);
    hf_daybook_free(&book);
}

static void an_overflow_leaves_the_book_as_it_was(void **state)
{
    const hf_int128 limit = hf_amount_limit();
    struct hf_daybook *book = hf_daybook_new();
    struct hf_effect old = effect_of(SILVER, "2003-06-28", 3, 30), one = effect_of(GOLD, "2003-06-30", 1, 1);
    struct hf_effect span = effect_of(GOLD, "2003-06-20", 20, 20), minus = effect_of(GOLD, "2003-07-05", 1, -1);
    (void)state;
    put(book, GOLD, "2003-06-30", 1, limit); /* the eleventh of the twenty days */
    put(book, GOLD, "2003-07-05", 1, limit);
    put(book, GOLD, "2003-07-05", 1, -1);
    put(book, GOLD, "2003-07-05", 1, 1);
    assert_int_equal(hf_daybook_replace(book, &nothing, &old), HF_OK);
    hf_daybook_take_dirty(book, see_date, &(struct seen){""});
    assert_int_equal(hf_daybook_replace(book, &nothing, &one), HF_ERANGE);
    assert_int_equal(hf_daybook_replace(book, &old, &span), HF_ERANGE);
    assert_int_equal(hf_daybook_replace(book, &minus, &nothing), HF_ERANGE); /* a withdrawal can overflow too */
    assert_sum(book, GOLD, "2003-06-01", "2003-06-30", "1000000000000000000000000000000000", 1);
    assert_sum(book, GOLD, "2003-07-01", "2003-07-31", "1000000000000000000000000000000000", 3);
    assert_sum(book, SILVER, "2003-06-28", "2003-06-30", "30", 3);
    assert_dirty(book, "");
    hf_daybook_free(&book);
}

static void an_overflow_leaves_no_line_behind(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_effect beyond = effect_of(GOLD, "2003-06-30", 1, hf_amount_limit() + 1);
    (void)state;
    assert_int_equal(hf_daybook_replace(book, &nothing, &beyond), HF_ERANGE);
    assert_int_equal(hf_daybook_line_count(book), 0);
    hf_daybook_free(&book);
}

/* --- setting, clearing, dirt --------------------------------------------------------------------------------------- */

static void dirty_dates_come_once_and_ascend_within_a_month(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_effect old = effect_of(SILVER, "2003-06-30", 2, 8), new = effect_of(GOLD, "2003-06-29", 1, 8);
    (void)state;
    assert_dirty(book, "");
    put(book, SILVER, "2003-06-05", 1, 1);
    put(book, GOLD, "2003-06-05", 1, 1);
    put(book, GOLD, "2003-06-02", 2, 1);
    put(book, GOLD, "2003-06-30", 2, 1);
    assert_dirty(book, "2003-06-02 2003-06-03 2003-06-05 2003-06-30 2003-07-01 ");
    assert_dirty(book, "");
    assert_int_equal(hf_daybook_replace(book, &nothing, &old), HF_OK);
    assert_dirty(book, "2003-06-30 2003-07-01 ");
    assert_int_equal(hf_daybook_replace(book, &old, &new), HF_OK); /* the days left and the day entered */
    assert_dirty(book, "2003-06-29 2003-06-30 2003-07-01 ");
    hf_daybook_free(&book);
}

static void reading_back_does_not_make_dirty(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    (void)state;
    hf_daybook_set(book, SILVER, date_of("2003-06-30"), (struct hf_day_total){-500, 2});
    hf_daybook_set(book, GOLD, date_of("2003-06-30"), (struct hf_day_total){100, 1});
    hf_daybook_set(book, GOLD, date_of("2003-06-29"), (struct hf_day_total){7, 1});
    assert_day(book, "2003-06-30", "84:100/1 344:-500/2 ");
    hf_daybook_set(book, GOLD, date_of("2003-06-30"), (struct hf_day_total){90, 3}); /* whole, not on top */
    assert_sum(book, GOLD, "2003-06-01", "2003-06-30", "97", 4);
    hf_daybook_clear_day(book, date_of("2003-06-30"));
    assert_day(book, "2003-06-30", "");
    assert_sum(book, GOLD, "2003-06-01", "2003-06-30", "7", 1);
    assert_sum(book, SILVER, "2003-06-01", "2003-06-30", "0", 0);
    hf_daybook_clear_day(book, date_of("1999-01-01"));
    assert_dirty(book, "");
    put(book, GOLD, "2003-06-28", 1, 1); /* and does not wash off what is dirty */
    hf_daybook_set(book, GOLD, date_of("2003-06-28"), (struct hf_day_total){1, 1});
    assert_dirty(book, "2003-06-28 ");
    hf_daybook_free(&book);
}

static void lines_ascend_however_they_came(void **state)
{
    static const uint16_t lines[] = {SILVER, 3, GOLD, 16383, 0, GOLD, 3};
    static const uint16_t expected[] = {0, 3, GOLD, SILVER, 16383};
    struct hf_daybook *book = hf_daybook_new();
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++)
        put(book, lines[i], "2003-06-30", 1, 1);
    assert_int_equal(hf_daybook_line_count(book), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(hf_daybook_line_at(book, i), expected[i]);
    assert_day(book, "2003-06-30", "0:1/1 3:2/2 84:2/2 344:1/1 16383:1/1 ");
    hf_daybook_free(&book);
}

/* --- asking --------------------------------------------------------------------------------------------------------- */

static void sums_take_both_ends_and_cut_months(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_day_total total;
    (void)state;
    put(book, GOLD, "2003-01-01", 365, 36500);
    put(book, GOLD, "1800-01-01", 1, 5);
    put(book, GOLD, "2200-12-31", 1, 7);
    assert_sum(book, GOLD, "2003-01-31", "2003-01-31", "100", 1);
    assert_sum(book, GOLD, "2003-01-31", "2003-02-01", "200", 2);
    assert_sum(book, GOLD, "2003-02-01", "2003-02-28", "2800", 28);
    assert_sum(book, GOLD, "2003-01-15", "2003-03-14", "5900", 59);
    assert_sum(book, GOLD, "2002-01-01", "2004-12-31", "36500", 365);
    assert_sum(book, GOLD, "2003-06-30", "2003-06-29", "0", 0);
    assert_sum(book, GOLD, "2004-01-01", "2004-12-31", "0", 0);
    assert_sum(book, SILVER, "2003-01-01", "2003-12-31", "0", 0);
    total = hf_daybook_sum(book, GOLD, HF_DATE_MIN, HF_DATE_MAX);
    assert_int128_equal(total.amount, "36512");
    total = hf_daybook_sum(book, GOLD, HF_DATE_MIN, date_of("1800-01-01"));
    assert_int128_equal(total.amount, "5");
    total = hf_daybook_sum(book, GOLD, date_of("2004-01-01"), HF_DATE_MAX);
    assert_int128_equal(total.amount, "7");
    hf_daybook_free(&book);
}

static void the_latest_date_is_of_a_live_fact_in_the_span(void **state)
{
    static const struct {
        const char *from, *through, *expected;
    } cases[] = {
        {"1800-01-01", "2200-12-31", "2003-06-30"}, {"2003-06-01", "2003-06-30", "2003-06-30"},
        {"2003-06-01", "2003-06-29", "2003-06-10"}, {"2003-06-10", "2003-06-10", "2003-06-10"},
        {"2003-01-01", "2003-06-09", "2003-03-31"}, {"2003-04-01", "2003-06-09", NULL},
        {"2003-07-01", "2003-12-31", NULL},         {"1999-01-01", "2003-03-30", NULL},
    };
    struct hf_daybook *book = hf_daybook_new();
    struct hf_effect withdrawn = effect_of(GOLD, "2003-09-01", 1, 1);
    (void)state;
    put(book, GOLD, "2003-06-30", 1, 1);
    put(book, GOLD, "2003-06-10", 1, 0);
    put(book, GOLD, "2003-03-31", 1, -1);
    put(book, SILVER, "2003-07-10", 1, 1);
    assert_int_equal(hf_daybook_replace(book, &nothing, &withdrawn), HF_OK);
    assert_int_equal(hf_daybook_replace(book, &withdrawn, &nothing), HF_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int32_t latest = date_of("1999-09-09");
        int found = hf_daybook_latest(book, GOLD, date_of(cases[i].from), date_of(cases[i].through), &latest);
        assert_int_equal(found, cases[i].expected != NULL);
        assert_date_equal(latest, found ? cases[i].expected : "1999-09-09");
    }
    assert_int_equal(hf_daybook_latest(book, 5, HF_DATE_MIN, HF_DATE_MAX, &(int32_t){0}), 0);
    hf_daybook_free(&book);
}

static void live_dates_ascend_within_each_line(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct seen seen = {""};
    (void)state;
    put(book, SILVER, "2003-06-30", 2, 2);
    put(book, GOLD, "2003-08-01", 1, 2);
    put(book, GOLD, "2003-06-29", 2, 2);
    hf_daybook_visit_live_dates(book, date_of("2003-06-30"), date_of("2003-07-31"), see_date, &seen);
    assert_string_equal(seen.text, "2003-06-30 2003-06-30 2003-07-01 ");
    seen.text[0] = '\0';
    hf_daybook_visit_live_dates(book, HF_DATE_MIN, HF_DATE_MAX, see_date, &seen);
    assert_string_equal(seen.text, "2003-06-29 2003-06-30 2003-08-01 2003-06-30 2003-07-01 ");
    hf_daybook_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_effect_lies_on_its_days_and_no_others),
        cmocka_unit_test(four_hundred_days_cross_their_months),
        cmocka_unit_test(replacing_takes_the_old_version_out),
        cmocka_unit_test(a_fact_of_zero_is_live),
        cmocka_unit_test(a_day_may_reach_the_limit_exactly),
        cmocka_unit_test(an_overflow_leaves_the_book_as_it_was),
        cmocka_unit_test(an_overflow_leaves_no_line_behind),
        cmocka_unit_test(dirty_dates_come_once_and_ascend_within_a_month),
        cmocka_unit_test(reading_back_does_not_make_dirty),
        cmocka_unit_test(lines_ascend_however_they_came),
        cmocka_unit_test(sums_take_both_ends_and_cut_months),
        cmocka_unit_test(the_latest_date_is_of_a_live_fact_in_the_span),
        cmocka_unit_test(live_dates_ascend_within_each_line),
    };
    return cmocka_run_group_tests_name("daybook", tests, NULL, NULL);
}
