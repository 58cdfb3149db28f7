/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what a close does to the versions that come after it: they wait, are applied as restatements, or are refused,
 * as after_close says; and that closes of a mine go forward and back. */
#include "headframe/partition.h"

#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/kafka_transaction.h"

static struct bench *bench_after_close(enum hf_after_close after_close)
{
    struct bench *bench = bench_new(hf_production_kind());
    bench->rules.after_close = after_close;
    bench_renew(bench, 0, 1);
    return bench;
}

/* A version with so many kilograms of gold on date; kg 0: voided. */
static void produce(struct bench *bench, const char *event_id, int32_t revision, const char *date, int kg)
{
    struct hf_event event = production_event(event_id, revision);
    event.occurred_at_ms = noon_ms(date);
    event.micro = (hf_int128)kg * 1000000;
    event.voided = kg == 0;
    bench_apply(bench, &event);
}

static void close_through(struct bench *bench, const char *date)
{
    const struct hf_event close = close_event(date);
    bench_apply(bench, &close);
}

/* The day records that say so many kilograms, "2003-06-30 3 x1", 0 for an emptied one. */
static void assert_days(struct bench *bench, const char *text)
{
    GString *expected = g_string_new(NULL);
    g_auto(GStrv) days = g_strsplit(text, "; ", -1);
    for (int i = 0; days[i] && *days[i]; i++) {
        g_auto(GStrv) words = g_strsplit(days[i], " ", 3);
        g_string_append_printf(expected, "days flat|%s:", words[0]);
        if (strcmp(words[1], "0") != 0)
            g_string_append_printf(expected, " gold PRODUCED ASSAYED %s0000000000000000 %s;", words[1], words[2]);
        g_string_append_c(expected, '\n');
    }
    assert_published_days(bench, expected->str);
    g_string_free(expected, TRUE);
}

/* --- closes ----------------------------------------------------------------------------------------------------- */

static void a_close_is_published_with_the_furthest_there_ever_was(void **state)
{
    static const struct {
        const char *through, *published;
    } cases[] = {
        {"2003-05-31", "through 2003-05-31, ever 2003-05-31"}, {"2003-06-30", "through 2003-06-30, ever 2003-06-30"},
        {"2003-04-30", "through 2003-04-30, ever 2003-06-30"}, {"2003-06-15", "through 2003-06-15, ever 2003-06-30"},
        {"2003-06-15", "through 2003-06-15, ever 2003-06-30"}, {"2003-07-02", "through 2003-07-02, ever 2003-07-02"},
        {"1800-01-01", "through 1800-01-01, ever 2003-07-02"},
    };
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        close_through(bench, cases[i].through);
        g_autofree char *expected = g_strdup_printf("days flat|closed: %s\n", cases[i].published);
        assert_published_days(bench, expected);
        assert_int_equal(output_at(bench->outputs, 0)->partition, 0);
    }
    assert_totals(bench, "closes 7");
    bench_free(bench);
}

static void only_the_last_close_of_a_transaction_is_written(void **state)
{
    struct bench *bench = bench_new(hf_costs_kind());
    struct hf_event close = close_event("2003-06-30"), cost = cost_event("e", 0);
    (void)state;
    cost.through = cost.from;
    bench_apply(bench, &cost);
    bench_apply(bench, &close);
    close.closed_through = date_of("2003-05-31");
    bench_apply(bench, &close);
    close.mine_id = TEXT("other");
    bench_apply(bench, &close);
    assert_published(bench, "days flat|2003-06-01: MINING USD 30000000 x1;\n"
                            "days flat|closed: through 2003-05-31, ever 2003-06-30\n"
                            "days other|closed: through 2003-05-31, ever 2003-05-31\n"
                            "state |segment|4|0: 1 facts\n"
                            "days |control: 4/1/7\n"
                            "state |control: 4/1/7\n");
    assert_published(bench, "days |control: 4/1/7\nstate |control: 4/1/7\n"); /* and only once */
    bench_free(bench);
}

static void a_close_out_of_bounds_is_a_bad_time(void **state)
{
    static const struct {
        const char *through; /* the records' timestamp is 2003-07-01T00:00Z plus offset_ms */
        int64_t offset_ms;
        int is_taken;
    } cases[] = {
        {"2003-07-02", 0, 1},        {"2003-07-03", 0, 0}, {"2003-07-02", 86399999, 1}, {"2003-07-03", 86399999, 0},
        {"2003-07-03", 86400000, 1}, {"1800-01-01", 0, 1}, {"1799-12-31", 0, 0},
    };
    struct bench *bench = bench_new(hf_production_kind());
    unsigned dead_letters = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bench->timestamp_ms = BENCH_NOW_MS + cases[i].offset_ms;
        close_through(bench, cases[i].through);
        bench_publish(bench);
        if (!cases[i].is_taken) {
            assert_string_equal(output_header(output_at(bench->outputs, 0), "headframe-error"), "BAD_TIME");
            assert_non_null(strstr(output_header(output_at(bench->outputs, 0), "headframe-detail"), "closed_through"));
        }
        dead_letters += !cases[i].is_taken;
        assert_int_equal(hf_partition_counts(bench->partition).dead_letters, dead_letters);
    }
    bench->timestamp_ms = -1; /* a record without a timestamp */
    close_through(bench, "2299-12-31");
    close_through(bench, "2300-01-01");
    assert_int_equal(hf_partition_counts(bench->partition).dead_letters, dead_letters + 1);
    bench_free(bench);
}

static void a_close_needs_a_known_mine_and_its_key(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event close = close_event("2003-06-30");
    size_t length;
    (void)state;
    close.mine_id = TEXT("atlantis");
    bench_apply(bench, &close);
    close.mine_id = TEXT("a|b");
    bench_apply(bench, &close);
    close.mine_id = TEXT("flat");
    uint8_t *bytes = bench_encode(bench, &close, &length);
    assert_int_equal(bench_apply_bytes(bench, TEXT("other"), bytes, length, 1), HF_OK);
    free(bytes);
    assert_published(bench, "dead-letters atlantis: UNKNOWN_MINE\n"
                            "dead-letters a|b: BAD_ID\n"
                            "dead-letters other: KEY_MISMATCH\n"
                            "days |control: 3/1/7\nstate |control: 3/1/7\n");
    bench_free(bench);
}

/* --- which versions a close holds ------------------------------------------------------------------------------- */

static void a_version_with_a_closed_day_or_in_the_place_of_one_waits(void **state)
{
    /* Closed through 2003-05-31 once the first version stands. */
    static const struct {
        const char *before, *after; /* "" : voided; before NULL: none stands */
        int waits;
    } cases[] = {
        {NULL, "2003-05-31", 1},         {NULL, "2003-06-01", 0},         {NULL, "", 0}, /* no days, and nothing that had any */
        {"2003-05-31", "2003-05-31", 1}, {"2003-05-31", "2003-06-01", 1},                /* out of a closed day */
        {"2003-06-01", "2003-05-31", 1},                                                 /* into one */
        {"2003-06-01", "2003-06-02", 0}, {"2003-05-31", "", 1},                          /* withdrawn from one */
        {"2003-06-01", "", 0},           {"", "2003-05-31", 1},           {"", "2003-06-01", 0}, {"", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_production_kind());
        if (cases[i].before)
            produce(bench, "e", 0, *cases[i].before ? cases[i].before : "2003-05-01", *cases[i].before ? 3 : 0);
        close_through(bench, "2003-05-31");
        produce(bench, "e", 1, *cases[i].after ? cases[i].after : "2003-05-01", *cases[i].after ? 5 : 0);
        if (hf_partition_waiting(bench->partition) != (size_t)cases[i].waits)
            fail_msg("case %zu: %s, %s", i, cases[i].before ? cases[i].before : "none", cases[i].after);
        assert_int_equal(hf_partition_counts(bench->partition).restatements, 0);
        bench_free(bench);
    }
}

static void a_cost_waits_where_any_of_its_days_is_closed(void **state)
{
    static const struct {
        const char *from, *through;
        int waits;
    } cases[] = {{"2003-06-01", "2003-06-30", 0},
                 {"2003-05-31", "2003-06-30", 1},
                 {"2003-05-01", "2003-05-31", 1},
                 {"2002-06-01", "2003-06-30", 1}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_costs_kind());
        struct hf_event cost = cost_event("e", 0);
        close_through(bench, "2003-05-31");
        cost.from = date_of(cases[i].from);
        cost.through = date_of(cases[i].through);
        bench_apply(bench, &cost);
        assert_int_equal(hf_partition_waiting(bench->partition), cases[i].waits);
        bench_free(bench);
    }
}

static void what_waits_changes_nothing_but_the_quarantine(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 3);
    close_through(bench, "2003-05-31");
    bench_publish(bench);
    produce(bench, "e", 1, "2003-06-02", 5);
    produce(bench, "f", 0, "2003-05-30", 7);
    assert_published(bench, "state held: 1 waiting\nstate held: 1 waiting\n"
                            "state |segment|4|0: 1 facts 1 absent\n"
                            "quarantine mine.production|flat|e|1: published\n"
                            "quarantine mine.production|flat|f|0: published\n"
                            "days |control: 4/1/7\nstate |control: 4/1/7\n");
    assert_int_equal(output_at(bench->outputs, 3)->partition, HF_PARTITION_BY_KEY);
    produce(bench, "e", 1, "2003-06-02", 5); /* known */
    produce(bench, "e", 1, "2003-06-02", 6); /* the first body counts */
    produce(bench, "f", 1, "2003-06-02", 9); /* nothing stands: it is the first of its fact */
    produce(bench, "e", 0, "2003-05-31", 3);
    assert_days(bench, "2003-06-02 9 x1");
    assert_totals(bench, "applied 2, duplicates 2, dead_letters 1, closes 1, quarantined 2");
    assert_int_equal(hf_partition_facts(bench->partition), 2);
    bench_free(bench);
}

static void another_mines_or_topics_close_holds_nothing(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event close = close_event("2003-06-30");
    (void)state;
    close.mine_id = TEXT("other");
    bench_apply(bench, &close);
    produce(bench, "e", 0, "2003-05-31", 3);
    assert_totals(bench, "applied 1, closes 1");
    bench_free(bench);
}

/* The last close read stands: an earlier one opens days again, a later one closes them. */
static void days_open_again_take_versions_as_open_days_do_but_restate(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    close_through(bench, "2003-06-30");
    produce(bench, "a", 0, "2003-06-10", 1); /* waits */
    close_through(bench, "2003-05-31");
    produce(bench, "b", 0, "2003-06-10", 2); /* applied: once closed, it restates */
    produce(bench, "c", 0, "2003-05-31", 4); /* waits */
    produce(bench, "d", 0, "2003-07-01", 8);
    assert_int_equal(hf_partition_waiting(bench->partition), 2); /* a waits on */
    assert_published(bench, "days flat|2003-06-10: gold PRODUCED ASSAYED 20000000000000000 x1; restated "
                            "2003-06-10..2003-06-10 x1;\n"
                            "days flat|2003-07-01: gold PRODUCED ASSAYED 80000000000000000 x1;\n"
                            "days flat|closed: through 2003-05-31, ever 2003-06-30\n"
                            "state held: 1 waiting\nstate held: 1 waiting\n"
                            "state |segment|6|0: 2 facts 2 absent\n"
                            "quarantine mine.production|flat|a|0: published\n"
                            "restatements mine.production|flat|b: published\n"
                            "quarantine mine.production|flat|c|0: published\n"
                            "days |control: 6/1/7\nstate |control: 6/1/7\n");
    close_through(bench, "2003-06-09");
    produce(bench, "e", 0, "2003-06-10", 16);
    close_through(bench, "2003-06-10");
    produce(bench, "f", 0, "2003-06-10", 32); /* waits */
    assert_totals(bench, "applied 3, closes 4, quarantined 3, restatements 2");
    bench_free(bench);
}

/* --- restate ---------------------------------------------------------------------------------------------------- */

static void to_restate_is_to_apply_at_once_and_to_say_so(void **state)
{
    struct bench *bench = bench_after_close(HF_AFTER_CLOSE_RESTATE);
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 3);
    close_through(bench, "2003-05-31");
    bench_publish(bench);
    produce(bench, "e", 1, "2003-05-31", 4);
    produce(bench, "f", 0, "2003-06-01", 9); /* open: no restatement */
    assert_published(bench, "days flat|2003-05-31: gold PRODUCED ASSAYED 40000000000000000 x1; restated "
                            "2003-05-31..2003-05-31 x1;\n"
                            "days flat|2003-06-01: gold PRODUCED ASSAYED 90000000000000000 x1;\n"
                            "state |segment|4|0: 2 facts\n"
                            "restatements mine.production|flat|e: published\n"
                            "days |control: 4/1/7\nstate |control: 4/1/7\n");
    assert_totals(bench, "applied 3, closes 1, restatements 1");
    bench_free(bench);
}

/* The day records of restatements: what is counted is kept with the first closed day. */
static void a_fact_that_moves_restates_the_closed_days_it_leaves_and_enters(void **state)
{
    static const struct {
        const char *date; /* of the next version; "": voided */
        const char *days; /* published, in the order of months */
    } moves[] = {
        {"2003-06-30", "days flat|2003-05-31: restated 2003-05-31..2003-05-31 x1;\n" /* out of closed days */
                       "days flat|2003-06-30: GOLD;\n"},
        {"2003-07-01", "days flat|2003-06-30:\ndays flat|2003-07-01: GOLD;\n"},            /* among open ones */
        {"2003-05-31", "days flat|2003-05-31: GOLD; restated 2003-05-31..2003-05-31 x2;\n" /* and back */
                       "days flat|2003-07-01:\n"},
        {"2003-05-30", "days flat|2003-05-30: GOLD; restated 2003-05-30..2003-05-31 x1;\n" /* two days side by side */
                       "days flat|2003-05-31: restated 2003-05-31..2003-05-31 x2;\n"},
        {"2003-05-01", "days flat|2003-05-01: GOLD; restated 2003-05-01..2003-05-01 2003-05-30..2003-05-30 x1;\n"
                       "days flat|2003-05-30: restated 2003-05-30..2003-05-31 x1;\n"},
        {"", "days flat|2003-05-01: restated 2003-05-01..2003-05-01 x1; restated 2003-05-01..2003-05-01 "
             "2003-05-30..2003-05-30 x1;\n"},
        {"2003-07-01", "days flat|2003-07-01: GOLD;\n"}, /* back from nowhere, on an open day */
    };
    struct bench *bench = bench_after_close(HF_AFTER_CLOSE_RESTATE);
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 1);
    close_through(bench, "2003-05-31");
    bench_publish(bench);
    for (size_t i = 0; i < COUNT(moves); i++) {
        g_auto(GStrv) parts = g_strsplit(moves[i].days, "GOLD", -1);
        g_autofree char *expected = g_strjoinv("gold PRODUCED ASSAYED 10000000000000000 x1", parts);
        produce(bench, "e", (int32_t)i + 1, *moves[i].date ? moves[i].date : "2003-05-01", *moves[i].date ? 1 : 0);
        assert_published_days(bench, expected);
    }
    assert_totals(bench, "applied 8, closes 1, restatements 5");
    bench_free(bench);
}

static void a_cost_restates_its_closed_days_as_one_stretch(void **state)
{
    struct bench *bench = bench_new(hf_costs_kind());
    struct hf_event close = close_event("2003-06-15"), cost = cost_event("e", 0);
    (void)state;
    bench->rules.after_close = HF_AFTER_CLOSE_RESTATE;
    bench_renew(bench, 0, 1);
    cost.from = date_of("2003-06-14");
    cost.through = date_of("2003-06-16");
    bench_apply(bench, &close);
    bench_apply(bench, &cost);
    assert_published_days(bench, "days flat|2003-06-14: MINING USD 10000000 x1; restated 2003-06-14..2003-06-15 x1;\n"
                                 "days flat|2003-06-15: MINING USD 10000000 x1;\n"
                                 "days flat|2003-06-16: MINING USD 10000000 x1;\n"
                                 "days flat|closed: through 2003-06-15, ever 2003-06-15\n");
    bench_free(bench);
}

/* --- reject ----------------------------------------------------------------------------------------------------- */

static void to_reject_is_to_refuse_with_the_days_named(void **state)
{
    struct bench *bench = bench_after_close(HF_AFTER_CLOSE_REJECT);
    struct hf_event close = close_event("2003-05-31");
    (void)state;
    produce(bench, "e", 0, "2003-05-30", 3);
    bench_apply(bench, &close);
    bench_publish(bench);
    produce(bench, "e", 1, "2003-06-02", 4); /* in the place of a closed day */
    assert_published(bench, "dead-letters flat: PERIOD_CLOSED\ndays |control: 3/1/7\nstate |control: 3/1/7\n");
    assert_string_equal(output_header(output_at(bench->outputs, 0), "headframe-detail"),
                        "event_id \"e\" revision 1 touches 2003-05-30; mine_id \"flat\" is closed through 2003-05-31");
    produce(bench, "e", 1, "2003-06-02", 5); /* what was refused is not remembered: the body may change */
    produce(bench, "e", 0, "2003-05-30", 3);
    produce(bench, "e", 2, "2003-05-30", 0);
    assert_totals(bench, "applied 1, duplicates 1, dead_letters 3, closes 1");
    close.closed_through = date_of("2003-04-30"); /* open again, and yet a restatement */
    bench_apply(bench, &close);
    produce(bench, "e", 1, "2003-06-02", 5);
    assert_totals(bench, "applied 2, duplicates 1, dead_letters 3, closes 2, restatements 1");
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_close_is_published_with_the_furthest_there_ever_was),
        cmocka_unit_test(only_the_last_close_of_a_transaction_is_written),
        cmocka_unit_test(a_close_out_of_bounds_is_a_bad_time),
        cmocka_unit_test(a_close_needs_a_known_mine_and_its_key),
        cmocka_unit_test(a_version_with_a_closed_day_or_in_the_place_of_one_waits),
        cmocka_unit_test(a_cost_waits_where_any_of_its_days_is_closed),
        cmocka_unit_test(what_waits_changes_nothing_but_the_quarantine),
        cmocka_unit_test(another_mines_or_topics_close_holds_nothing),
        cmocka_unit_test(days_open_again_take_versions_as_open_days_do_but_restate),
        cmocka_unit_test(to_restate_is_to_apply_at_once_and_to_say_so),
        cmocka_unit_test(a_fact_that_moves_restates_the_closed_days_it_leaves_and_enters),
        cmocka_unit_test(a_cost_restates_its_closed_days_as_one_stretch),
        cmocka_unit_test(to_reject_is_to_refuse_with_the_days_named),
    };
    return cmocka_run_group_tests_name("partition_close", tests, NULL, NULL);
}
