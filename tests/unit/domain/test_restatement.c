/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which closed days a restatement has, and that restatements are counted by the stretches they touch, each once. */
#include "headframe/restatement.h"

#include <stdlib.h>
#include <string.h>

#include "dates.h"

static const struct hf_stretch no_days = {0, -1};

/* "2003-06-01..2003-06-30"; a single date stands for itself. */
static struct hf_stretch stretch_of(const char *text)
{
    size_t length = strlen(text);
    char from[HF_DATE_TEXT];
    assert_true(length == 10 || length == 22);
    memcpy(from, text, 10);
    from[10] = '\0';
    return (struct hf_stretch){date_of(from), date_of(text + length - 10)};
}

/* "2003-05-31 2003-06-29..2003-06-30": one stretch or two. */
static struct hf_closed_days closed_days_of(const char *text)
{
    char *copy = strdup(text), *space = strchr(copy, ' ');
    if (space)
        *space = '\0';
    struct hf_closed_days days = {stretch_of(copy), space ? stretch_of(space + 1) : no_days};
    free(copy);
    return days;
}

static void append_stretch(char *text, size_t capacity, struct hf_stretch stretch)
{
    char from[HF_DATE_TEXT], through[HF_DATE_TEXT];
    append(text, capacity, "%s%s..%s", *text ? " " : "", hf_date_format(stretch.from, from),
           hf_date_format(stretch.through, through));
}

/* --- closed days ------------------------------------------------------------------------------------------------ */

/* The effect on these dates; "" has none. */
static struct hf_effect effect_on(const char *dates)
{
    if (!*dates)
        return (struct hf_effect){0};
    struct hf_stretch stretch = stretch_of(dates);
    return (struct hf_effect){
        .amount = 1, .date = stretch.from, .days = (uint16_t)(stretch.through - stretch.from + 1)};
}

static void closed_days_are_those_of_both_effects_joined(void **state)
{
    static const struct {
        const char *before, *after, *closed_through, *days; /* days "": no restatement */
    } cases[] = {
        {"", "", "2003-06-30", ""},
        {"", "2003-06-30", "2003-06-30", "2003-06-30..2003-06-30"},
        {"", "2003-07-01", "2003-06-30", ""},
        {"2003-06-30", "", "2003-06-30", "2003-06-30..2003-06-30"}, /* withdrawn */
        {"2003-07-01", "", "2003-06-30", ""},
        {"2003-07-01", "2003-06-30", "2003-06-30", "2003-06-30..2003-06-30"}, /* into a closed day */
        {"2003-06-30", "2003-07-01", "2003-06-30", "2003-06-30..2003-06-30"}, /* and out of it */
        {"2003-06-30", "2003-06-30", "2003-06-30", "2003-06-30..2003-06-30"},
        {"2003-06-29", "2003-06-30", "2003-06-30", "2003-06-29..2003-06-30"}, /* adjacent days are one stretch */
        {"2003-06-30", "2003-06-29", "2003-06-30", "2003-06-29..2003-06-30"},
        {"2003-06-28", "2003-06-30", "2003-06-30", "2003-06-28..2003-06-28 2003-06-30..2003-06-30"},
        {"2003-06-30", "2003-06-28", "2003-06-30", "2003-06-28..2003-06-28 2003-06-30..2003-06-30"},
        {"1969-12-31", "1970-01-01", "2003-06-30", "1969-12-31..1970-01-01"},
        {"", "2003-06-15..2003-07-14", "2003-06-30", "2003-06-15..2003-06-30"}, /* what lies after the close is not */
        {"", "2003-06-30..2003-07-30", "2003-06-30", "2003-06-30..2003-06-30"},
        {"2003-06-01..2003-06-10", "2003-06-11..2003-06-20", "2003-06-30", "2003-06-01..2003-06-20"},
        {"2003-06-01..2003-06-10", "2003-06-12..2003-06-20", "2003-06-30",
         "2003-06-01..2003-06-10 2003-06-12..2003-06-20"},
        {"2003-06-12..2003-06-20", "2003-06-01..2003-06-10", "2003-06-30",
         "2003-06-01..2003-06-10 2003-06-12..2003-06-20"},
        {"2003-06-01..2003-06-30", "2003-06-10..2003-06-12", "2003-06-30", "2003-06-01..2003-06-30"},
        {"2003-06-10..2003-06-12", "2003-06-01..2003-06-30", "2003-06-30", "2003-06-01..2003-06-30"},
        {"2003-06-01..2003-06-05", "2003-06-01..2003-06-30", "2003-06-30", "2003-06-01..2003-06-30"},
        {"2003-05-01..2003-07-10", "2003-06-20..2003-08-01", "2003-06-30", "2003-05-01..2003-06-30"},
        {"2003-05-01..2003-05-31", "2003-06-20..2003-08-01", "2003-06-30",
         "2003-05-01..2003-05-31 2003-06-20..2003-06-30"},
        {"2003-05-01..2003-05-31", "2003-07-01..2003-07-31", "2003-06-30", "2003-05-01..2003-05-31"},
        {"2001-01-01..2002-02-04", "2002-02-05..2003-03-11", "2003-06-30", "2001-01-01..2003-03-11"}, /* 400 + 400 */
        {"1800-01-01", "2299-12-31", "2299-12-31", "1800-01-01..1800-01-01 2299-12-31..2299-12-31"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_effect before = effect_on(cases[i].before), after = effect_on(cases[i].after);
        struct hf_closed_days days = {{7, 8}, {9, 10}};
        char text[100] = "";
        int is_restatement = hf_closed_days(&before, &after, date_of(cases[i].closed_through), &days);
        if (is_restatement) {
            append_stretch(text, sizeof text, days.first);
            if (days.second.from <= days.second.through)
                append_stretch(text, sizeof text, days.second);
        } else {
            assert_int_equal(days.second.through, 10); /* untouched */
        }
        assert_string_equal(text, cases[i].days);
        assert_int_equal(is_restatement, *cases[i].days != '\0');
    }
}

static void without_a_close_nothing_is_closed(void **state)
{
    const struct hf_effect earliest = effect_on("1800-01-01"), none = {0};
    struct hf_closed_days days;
    (void)state;
    assert_int_equal(hf_closed_days(&none, &earliest, HF_DATE_MIN, &days), 0);
    assert_int_equal(hf_closed_days(&earliest, &none, HF_DATE_MIN, &days), 0);
}

/* A voided version is remembered with the date it would have had; it has no days. */
static void a_date_without_days_is_not_restated(void **state)
{
    struct hf_effect voided = effect_on("2003-06-30"), other = effect_on("2003-06-01");
    struct hf_closed_days days;
    (void)state;
    voided.days = 0;
    assert_int_equal(hf_closed_days(&voided, &voided, date_of("2003-12-31"), &days), 0);
    assert_int_equal(hf_closed_days(&voided, &other, date_of("2003-12-31"), &days), 1);
    assert_true(days.second.through < days.second.from);
    assert_date_equal(days.first.through, "2003-06-01");
}

/* --- counting --------------------------------------------------------------------------------------------------- */

/* Two of the whole of June, one of the last of May, one of three days of May and the last two of June. */
static struct hf_restatements *four_restatements(void)
{
    struct hf_restatements *restatements = hf_restatements_new();
    const struct hf_closed_days june = closed_days_of("2003-06-01..2003-06-30"), may = closed_days_of("2003-05-31"),
                                both = closed_days_of("2003-05-10..2003-05-12 2003-06-29..2003-06-30");
    hf_restatements_add(restatements, &june, 1);
    hf_restatements_add(restatements, &both, 1);
    hf_restatements_add(restatements, &may, 1);
    hf_restatements_add(restatements, &june, 1);
    return restatements;
}

static void a_restatement_counts_once_where_any_of_its_days_lies(void **state)
{
    static const struct {
        const char *stretches[3];
        int64_t count;
    } cases[] = {
        {{"2003-05-01..2003-05-31"}, 2},
        {{"2003-06-01..2003-06-30"}, 3},
        {{"2003-01-01..2003-12-31"}, 4}, /* both of its stretches, and yet once */
        {{"2003-05-13..2003-05-30"}, 0}, /* between the two */
        {{"2003-05-12..2003-05-30"}, 1},
        {{"2003-05-01..2003-05-10"}, 1},
        {{"2003-06-29"}, 3},
        {{"2003-06-28"}, 2},
        {{"2003-06-30..2003-07-31"}, 3},
        {{"2003-07-01..2003-07-31"}, 0},
        {{"2002-01-01..2003-05-09"}, 0},
        {{"2003-05-31"}, 1},
        {{"2003-05-31..2003-06-01"}, 3},
        /* A company's days: several stretches. */
        {{"2003-05-11", "2003-06-30"}, 3},
        {{"2003-05-12", "2003-05-10"}, 1},
        {{"2003-05-01..2003-05-05", "2003-06-28"}, 2},
        {{"2003-05-01..2003-05-05", "2003-06-28", "2003-05-31"}, 3},
        {{NULL}, 0},
    };
    struct hf_restatements *restatements = four_restatements();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_stretch stretches[COUNT(cases[0].stretches)];
        size_t count = 0;
        for (; count < COUNT(stretches) && cases[i].stretches[count]; count++)
            stretches[count] = stretch_of(cases[i].stretches[count]);
        if (hf_restatements_count(restatements, stretches, count) != cases[i].count)
            fail_msg("case %zu (%s): %lld", i, cases[i].stretches[0],
                     (long long)hf_restatements_count(restatements, stretches, count));
    }
    const struct hf_stretch all = {HF_DATE_MIN, HF_DATE_MAX};
    const struct hf_stretch inverted = {date_of("2003-06-30"), date_of("2003-06-01")}; /* days of two sets, cut */
    assert_int_equal(hf_restatements_count(restatements, &all, 1), 4);
    assert_int_equal(hf_restatements_count(restatements, &inverted, 1), 0);
    hf_restatements_free(&restatements);
    assert_null(restatements);
    hf_restatements_free(&restatements);
}

static void counts_of_the_same_days_add_up(void **state)
{
    struct hf_restatements *restatements = hf_restatements_new();
    const struct hf_closed_days day = closed_days_of("2003-06-30");
    const struct hf_stretch all = {HF_DATE_MIN, HF_DATE_MAX};
    (void)state;
    assert_int_equal(hf_restatements_count(restatements, &all, 1), 0);
    hf_restatements_add(restatements, &day, 3000000000U);
    hf_restatements_add(restatements, &day, 5);
    assert_int_equal(hf_restatements_count(restatements, &all, 1), 3000000005);
    hf_restatements_free(&restatements);
}

/* --- by first day ----------------------------------------------------------------------------------------------- */

static void show_row(void *context, const struct hf_closed_days *days, uint32_t count)
{
    char *text = context;
    append_stretch(text, 400, days->first);
    if (days->second.from <= days->second.through)
        append_stretch(text, 400, days->second);
    append(text, 400, " x%u;", count);
}

static void assert_day(const struct hf_restatements *restatements, const char *date, const char *expected)
{
    char text[400] = "";
    hf_restatements_visit_day(restatements, date_of(date), show_row, text);
    assert_string_equal(text, expected);
}

static void a_day_is_visited_with_the_sets_that_begin_on_it(void **state)
{
    struct hf_restatements *restatements = four_restatements();
    const struct hf_closed_days half = closed_days_of("2003-06-01..2003-06-15");
    const struct hf_closed_days later = closed_days_of("2003-06-01..2003-06-15 2003-06-20..2003-06-21");
    (void)state;
    hf_restatements_add(restatements, &later, 7);
    hf_restatements_add(restatements, &half, 1);
    assert_day(restatements, "2003-05-10", "2003-05-10..2003-05-12 2003-06-29..2003-06-30 x1;");
    assert_day(restatements, "2003-05-11", ""); /* within, but not its first */
    assert_day(restatements, "2003-06-29", ""); /* the second stretch's first */
    assert_day(restatements, "2003-05-31", "2003-05-31..2003-05-31 x1;");
    assert_day(restatements, "2003-06-01",
               "2003-06-01..2003-06-15 x1; 2003-06-01..2003-06-15 2003-06-20..2003-06-21 x7; "
               "2003-06-01..2003-06-30 x2;");
    assert_day(restatements, "2003-06-02", "");
    hf_restatements_free(&restatements);
}

static void a_day_is_cleared_of_the_sets_that_begin_on_it(void **state)
{
    struct hf_restatements *restatements = four_restatements();
    const struct hf_closed_days half = closed_days_of("2003-06-01..2003-06-15");
    const struct hf_stretch all = {HF_DATE_MIN, HF_DATE_MAX};
    (void)state;
    hf_restatements_add(restatements, &half, 1);
    hf_restatements_clear_day(restatements, date_of("2003-06-02"));
    hf_restatements_clear_day(restatements, date_of("2003-06-29"));
    assert_int_equal(hf_restatements_count(restatements, &all, 1), 5);
    hf_restatements_clear_day(restatements, date_of("2003-06-01"));
    assert_int_equal(hf_restatements_count(restatements, &all, 1), 2);
    assert_day(restatements, "2003-06-01", "");
    assert_day(restatements, "2003-05-31", "2003-05-31..2003-05-31 x1;");
    assert_day(restatements, "2003-05-10", "2003-05-10..2003-05-12 2003-06-29..2003-06-30 x1;");
    hf_restatements_add(restatements, &half, 2); /* the day's record, read again */
    assert_day(restatements, "2003-06-01", "2003-06-01..2003-06-15 x2;");
    hf_restatements_free(&restatements);
}

/* --- against a list --------------------------------------------------------------------------------------------- */

enum { ROWS = 60, DATES = 40 };

static int touches(const struct hf_closed_days *days, int32_t date)
{
    return (date >= days->first.from && date <= days->first.through) ||
           (date >= days->second.from && date <= days->second.through);
}

/* Day by day: how many of the list have a day in the stretch. */
static int64_t listed(const struct hf_closed_days *rows, size_t count, struct hf_stretch stretch)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        int is_touched = 0;
        for (int32_t date = stretch.from; date <= stretch.through; date++)
            is_touched |= touches(&rows[i], date);
        sum += is_touched;
    }
    return sum;
}

static void random_restatements_count_as_a_list_would(void **state)
{
    uint64_t random = 61;
    (void)state;
    for (int round = 0; round < 30; round++) {
        struct hf_restatements *restatements = hf_restatements_new();
        struct hf_closed_days rows[ROWS];
        for (size_t i = 0; i < ROWS; i++) {
            int32_t from = (int32_t)random_between(&random, -20, DATES - 21);
            int32_t through = from + (int32_t)random_between(&random, 0, 5);
            int32_t next = through + 2 + (int32_t)random_between(&random, 0, 5);
            rows[i] = (struct hf_closed_days){{from, through}, no_days};
            if (random_next(&random) % 2)
                rows[i].second = (struct hf_stretch){next, next + (int32_t)random_between(&random, 0, 3)};
            hf_restatements_add(restatements, &rows[i], 1);
        }
        for (int32_t from = -21; from < DATES; from++)
            for (int32_t through = from; through < from + 4; through++) {
                struct hf_stretch stretch = {from, through};
                assert_int_equal(hf_restatements_count(restatements, &stretch, 1), listed(rows, ROWS, stretch));
            }
        hf_restatements_free(&restatements);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_days_are_those_of_both_effects_joined),
        cmocka_unit_test(without_a_close_nothing_is_closed),
        cmocka_unit_test(a_date_without_days_is_not_restated),
        cmocka_unit_test(a_restatement_counts_once_where_any_of_its_days_lies),
        cmocka_unit_test(counts_of_the_same_days_add_up),
        cmocka_unit_test(a_day_is_visited_with_the_sets_that_begin_on_it),
        cmocka_unit_test(a_day_is_cleared_of_the_sets_that_begin_on_it),
        cmocka_unit_test(random_restatements_count_as_a_list_would),
    };
    return cmocka_run_group_tests_name("restatement", tests, NULL, NULL);
}
