/* SPDX-License-Identifier: Apache-2.0 */
/* Proves a day book against the plainest model of one, an array of days, over thousands of random changes. */
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "dates.h"
#include "headframe/daybook.h"

enum { LINES = 3, DAYS = 1500, FACTS = 60 };

static const uint16_t line_ids[LINES] = {7, 120, 9000};

/* Days from first on; a fact's effect reaches at most DAYS of them. */
struct model {
    int32_t first;
    hf_int128 amounts[LINES][DAYS];
    int facts[LINES][DAYS];
    struct hf_effect effects[FACTS];
};

static int place_of(uint16_t line)
{
    int place = 0;
    while (line_ids[place] != line)
        place++;
    return place;
}

static void model_apply(struct model *model, const struct hf_effect *effect, int sign)
{
    for (int i = 0; i < effect->days; i++) {
        int day = effect->date - model->first + i;
        /* The formula of the contract; these amounts leave it room. */
        hf_int128 scaled = effect->amount * (i + 1), before = effect->amount * i, n = effect->days;
        hf_int128 part = (scaled - ((scaled % n) + n) % n) / n - (before - ((before % n) + n) % n) / n;
        model->amounts[place_of(effect->line)][day] += sign * part;
        model->facts[place_of(effect->line)][day] += sign;
    }
}

static struct hf_effect random_effect(uint64_t *random, int32_t first)
{
    uint16_t days = (uint16_t)random_between(random, 0, random_next(random) % 3 == 0 ? 400 : 1);
    return (struct hf_effect){
        .amount = random_int128(random, (int)random_between(random, 1, 80)),
        .date = first + (int32_t)random_between(random, 0, DAYS - 400),
        .days = days,
        .line = line_ids[random_next(random) % LINES],
    };
}

static void assert_same_sum(const struct hf_daybook *book, const struct model *model, uint64_t *random)
{
    int from = (int)random_between(random, -40, DAYS + 40), through = (int)random_between(random, -40, DAYS + 40);
    int line = (int)random_between(random, 0, LINES - 1), latest = -1;
    hf_int128 amount = 0;
    int64_t facts = 0;
    for (int day = from < 0 ? 0 : from; day <= through && day < DAYS; day++) {
        amount += model->amounts[line][day];
        facts += model->facts[line][day];
        if (model->facts[line][day])
            latest = day;
    }
    struct hf_day_total total = hf_daybook_sum(book, line_ids[line], model->first + from, model->first + through);
    assert_true(total.amount == amount);
    assert_int_equal(total.facts, facts);
    int32_t date = 0;
    int found = hf_daybook_latest(book, line_ids[line], model->first + from, model->first + through, &date);
    assert_int_equal(found, latest >= 0);
    if (found)
        assert_int_equal(date, model->first + latest);
}

struct day_check {
    const struct model *model;
    int day, lines;
    int last_line;
};

static void check_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct day_check *check = context;
    int place = place_of(line);
    assert_true(place > check->last_line);
    assert_true(total.amount == check->model->amounts[place][check->day]);
    assert_int_equal(total.facts, check->model->facts[place][check->day]);
    check->last_line = place;
    check->lines++;
}

static void assert_same_days(const struct hf_daybook *book, const struct model *model)
{
    for (int day = 0; day < DAYS; day++) {
        struct day_check check = {model, day, 0, -1};
        int expected = 0;
        for (int line = 0; line < LINES; line++)
            expected += model->facts[line][day] != 0 || model->amounts[line][day] != 0;
        hf_daybook_visit_day(book, model->first + day, check_line, &check);
        assert_int_equal(check.lines, expected);
    }
}

struct dirt {
    int32_t first;
    char days[DAYS];
};

static void wash(void *context, int32_t date)
{
    struct dirt *dirt = context;
    int day = date - dirt->first;
    assert_in_range(day, 0, DAYS - 1);
    assert_int_equal(dirt->days[day], 1); /* dirty, and not yet visited */
    dirt->days[day] = 0;
}

static void soil(struct dirt *dirt, const struct hf_effect *effect)
{
    for (int i = 0; i < effect->days; i++)
        dirt->days[effect->date - dirt->first + i] = 1;
}

static void random_changes_keep_book_and_model_alike(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct dirt dirt = {.first = date_of("2002-11-17")};
    struct hf_daybook *book = hf_daybook_new();
    uint64_t random = 5;
    (void)state;
    model->first = dirt.first;
    for (int round = 0; round < 3000; round++) {
        struct hf_effect *standing = &model->effects[random_next(&random) % FACTS];
        struct hf_effect next = random_effect(&random, model->first);
        assert_int_equal(hf_daybook_replace(book, standing, &next), HF_OK);
        model_apply(model, standing, -1);
        model_apply(model, &next, 1);
        soil(&dirt, standing);
        soil(&dirt, &next);
        *standing = next;
        assert_same_sum(book, model, &random);
        if (round % 97 == 0) {
            hf_daybook_take_dirty(book, wash, &dirt);
            assert_null(memchr(dirt.days, 1, DAYS));
            assert_same_days(book, model);
        }
    }
    hf_daybook_free(&book);
    free(model);
}

/* A book read back line by line from another answers like it. */
struct copy {
    struct hf_daybook *book;
    int32_t date;
};

static void copy_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct copy *copy = context;
    hf_daybook_set(copy->book, line, copy->date, total);
}

static void a_book_read_back_is_the_same_book(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct hf_daybook *book = hf_daybook_new();
    struct copy copy = {.book = hf_daybook_new()};
    uint64_t random = 6;
    (void)state;
    model->first = date_of("1969-10-01");
    for (int i = 0; i < FACTS; i++) {
        struct hf_effect effect = random_effect(&random, model->first);
        assert_int_equal(hf_daybook_replace(book, &model->effects[i], &effect), HF_OK);
        model_apply(model, &effect, 1);
        model->effects[i] = effect;
    }
    for (int day = 0; day < DAYS; day++) { /* in no order */
        copy.date = model->first + day * 7 % DAYS;
        hf_daybook_set(copy.book, line_ids[0], copy.date, (struct hf_day_total){99, 9});
        hf_daybook_clear_day(copy.book, copy.date);
        hf_daybook_visit_day(book, copy.date, copy_line, &copy);
    }
    assert_same_days(copy.book, model);
    for (int i = 0; i < 1000; i++)
        assert_same_sum(copy.book, model, &random);
    hf_daybook_free(&copy.book);
    hf_daybook_free(&book);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_changes_keep_book_and_model_alike),
        cmocka_unit_test(a_book_read_back_is_the_same_book),
    };
    return cmocka_run_group_tests_name("daybook_model", tests, NULL, NULL);
}
