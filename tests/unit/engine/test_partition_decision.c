/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what a decision does to the version that waits for it, as of the moment at which it is read, and that a decision
 * for nothing does nothing. */
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"

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

static void decide(struct bench *bench, const char *event_id, int32_t revision, int accept)
{
    const struct hf_event decision = decision_event(event_id, revision, accept);
    bench_apply(bench, &decision);
}

/* Gold of 10^16, a kilogram being 10^16 of 10^-13 g. */
#define GOLD(kg) "gold PRODUCED ASSAYED " kg "0000000000000000 x1;"

/* --- yes -------------------------------------------------------------------------------------------------------- */

static void an_accepted_version_takes_the_place_of_what_stands_by_then(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 1);
    close_through(bench, "2003-05-31");
    produce(bench, "e", 1, "2003-05-30", 2);
    produce(bench, "e", 2, "2003-05-29", 4);
    bench_publish(bench);
    decide(bench, "e", 1, 1);
    assert_published(bench, "days flat|2003-05-30: " GOLD("2") " restated 2003-05-30..2003-05-31 x1;\n"
                                                               "days flat|2003-05-31:\n"
                                                               "state held: 1 waiting\nstate |segment|5|0: 1 facts\n"
                                                               "restatements mine.production|flat|e: published\n"
                                                               "quarantine mine.production|flat|e|1: tombstone\n"
                                                               "days |control: 5/1/7\nstate |control: 5/1/7\n");
    decide(bench, "e", 2, 1); /* 1 stands by now, not 0 */
    assert_published_days(
        bench, "days flat|2003-05-29: " GOLD("4") " restated 2003-05-29..2003-05-30 x1;\n"
                                                  "days flat|2003-05-30: restated 2003-05-30..2003-05-31 x1;\n");
    assert_totals(bench, "applied 3, closes 1, quarantined 2, accepted 2, restatements 2");
    assert_int_equal(hf_partition_waiting(bench->partition), 0);
    produce(bench, "e", 2, "2003-05-29", 4);
    produce(bench, "e", 1, "2003-05-30", 2);
    assert_counts(bench, 3, 1, 1, 0);
    bench_free(bench);
}

static void the_first_version_of_a_fact_may_be_an_accepted_one(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    close_through(bench, "2003-05-31");
    produce(bench, "e", 4, "2003-05-31", 3);
    assert_int_equal(hf_partition_facts(bench->partition), 0);
    bench_publish(bench);
    decide(bench, "e", 4, 1);
    assert_published_days(bench, "days flat|2003-05-31: " GOLD("3") " restated 2003-05-31..2003-05-31 x1;\n");
    assert_int_equal(hf_partition_facts(bench->partition), 1);
    bench_free(bench);
}

static void a_withdrawal_that_waited_withdraws_when_it_is_accepted(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 3);
    close_through(bench, "2003-05-31");
    produce(bench, "e", 1, "2003-05-31", 0);
    assert_published_days(bench,
                          "days flat|2003-05-31: " GOLD("3") "\n"
                                                             "days flat|closed: through 2003-05-31, ever 2003-05-31\n");
    decide(bench, "e", 1, 1);
    assert_published_days(bench, "days flat|2003-05-31: restated 2003-05-31..2003-05-31 x1;\n");
    bench_free(bench);
}

/* The close of now decides what is restated: the version waited for 2003-05-31, by now 2003-06-10 is closed too. */
static void an_acceptance_restates_what_is_closed_by_then(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    produce(bench, "e", 0, "2003-06-10", 3);
    close_through(bench, "2003-05-31");
    produce(bench, "e", 1, "2003-05-31", 4);
    close_through(bench, "2003-06-30");
    close_through(bench, "2003-01-31"); /* opened again: it was closed all the same */
    bench_publish(bench);
    decide(bench, "e", 1, 1);
    assert_published_days(bench, "days flat|2003-05-31: " GOLD("4") " restated 2003-05-31..2003-05-31 "
                                                                    "2003-06-10..2003-06-10 x1;\n"
                                                                    "days flat|2003-06-10:\n");
    bench_free(bench);
}

static void a_version_and_its_decision_may_share_a_transaction(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    close_through(bench, "2003-05-31");
    produce(bench, "e", 0, "2003-05-31", 3);
    decide(bench, "e", 0, 1);
    produce(bench, "f", 0, "2003-05-31", 4);
    decide(bench, "f", 0, 0);
    assert_published(bench, "days flat|2003-05-31: " GOLD("3") " restated 2003-05-31..2003-05-31 x1;\n"
                                                               "days flat|closed: through 2003-05-31, ever 2003-05-31\n"
                                                               "state held: tombstone\nstate held: 1 rejected\n"
                                                               "state |segment|5|0: 1 facts\n"
                                                               "quarantine mine.production|flat|e|0: published\n"
                                                               "restatements mine.production|flat|e: published\n"
                                                               "quarantine mine.production|flat|e|0: tombstone\n"
                                                               "quarantine mine.production|flat|f|0: published\n"
                                                               "quarantine mine.production|flat|f|0: tombstone\n"
                                                               "days |control: 5/1/7\nstate |control: 5/1/7\n");
    bench_free(bench);
}

static void an_accepted_version_below_the_one_that_stands_is_not_applied(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    close_through(bench, "2003-05-31");
    produce(bench, "e", 1, "2003-05-31", 3);
    close_through(bench, "2003-04-30");
    produce(bench, "e", 2, "2003-05-31", 4); /* applied: the day is open again */
    bench_publish(bench);
    produce(bench, "e", 1, "2003-05-31", 3); /* still waiting: a duplicate, not superseded */
    decide(bench, "e", 1, 1);
    assert_published(bench, "state held: tombstone\nstate |segment|6|0: 1 facts\n"
                            "quarantine mine.production|flat|e|1: tombstone\n"
                            "days |control: 6/1/7\nstate |control: 6/1/7\n");
    produce(bench, "e", 1, "2003-05-31", 3); /* not remembered: whatever it says, it is superseded */
    produce(bench, "e", 1, "2003-05-31", 9);
    assert_totals(bench, "applied 1, duplicates 1, superseded 2, closes 2, quarantined 1, accepted 1, restatements 1");
    bench_free(bench);
}

/* 6·10^13 t are 6·10^32 of 10^-13 g; a day's total may reach 10^33. */
static void an_acceptance_that_would_overflow_is_refused_and_the_version_waits_on(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event huge = production_event("w", 0);
    (void)state;
    huge.unit = HF_UNIT_T;
    huge.micro = (hf_int128)60000000000000 * 1000000;
    huge.occurred_at_ms = noon_ms("2003-05-31");
    close_through(bench, "2003-05-31");
    bench_apply(bench, &huge); /* waits, unchecked */
    close_through(bench, "2003-04-30");
    huge.event_id = TEXT("x");
    bench_apply(bench, &huge); /* applied */
    bench_publish(bench);
    decide(bench, "w", 0, 1);
    assert_published(bench, "dead-letters flat: BAD_QUANTITY\ndays |control: 5/1/7\nstate |control: 5/1/7\n");
    const struct output *letter = output_at(bench->outputs, 0);
    assert_string_equal(output_header(letter, "headframe-offset"), "4"); /* the decision, not the version */
    assert_non_null(strstr(output_header(letter, "headframe-detail"), "\"w\""));
    assert_int_equal(hf_partition_waiting(bench->partition), 1);
    huge.revision = 1;
    huge.voided = 1;
    bench_apply(bench, &huge);
    decide(bench, "w", 0, 1); /* now there is room */
    assert_published_days(bench, "days flat|2003-05-31: gold PRODUCED ASSAYED 600000000000000000000000000000000 x1; "
                                 "restated 2003-05-31..2003-05-31 x3;\n");
    assert_int_equal(hf_partition_waiting(bench->partition), 0);
    assert_totals(bench, "applied 3, dead_letters 1, closes 2, quarantined 1, accepted 1, restatements 3");
    bench_free(bench);
}

/* --- no --------------------------------------------------------------------------------------------------------- */

static void a_rejected_version_is_remembered_and_changes_nothing(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 3);
    close_through(bench, "2003-05-31");
    produce(bench, "e", 5, "2003-05-31", 4);
    bench_publish(bench);
    decide(bench, "e", 5, 0);
    assert_published(bench, "state held: 1 rejected\nstate |segment|4|0: 1 facts\n"
                            "quarantine mine.production|flat|e|5: tombstone\n"
                            "days |control: 4/1/7\nstate |control: 4/1/7\n");
    produce(bench, "e", 5, "2003-05-31", 4); /* known */
    produce(bench, "e", 5, "2003-06-02", 4); /* a conflict, with no closed day in it and all */
    close_through(bench, "2003-04-30");
    produce(bench, "e", 4, "2003-05-31", 7); /* above the one that stands: applied */
    produce(bench, "e", 6, "2003-05-31", 8);
    produce(bench, "e", 5, "2003-05-31", 4); /* below the one that stands by now: a duplicate all the same */
    assert_totals(bench,
                  "applied 3, duplicates 2, dead_letters 1, closes 2, quarantined 1, rejected 1, restatements 2");
    bench_free(bench);
}

/* --- for nothing ------------------------------------------------------------------------------------------------ */

static void a_decision_for_what_does_not_wait_is_counted_and_ignored(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event decision = decision_event("e", 1, 1);
    (void)state;
    produce(bench, "e", 0, "2003-05-31", 3);
    close_through(bench, "2003-05-31");
    produce(bench, "e", 1, "2003-05-31", 4);
    bench_publish(bench);
    decision.mine_id = TEXT("other");
    bench_apply(bench, &decision); /* another mine's e */
    decide(bench, "e", 0, 1);      /* it stands */
    decide(bench, "e", 2, 1);      /* there is none */
    decide(bench, "f", 1, 0);      /* nor such a fact */
    decide(bench, "e", INT32_MAX, 0);
    assert_totals(bench, "applied 1, closes 1, quarantined 1, ignored 5");
    decide(bench, "e", 1, 0);
    decide(bench, "e", 1, 0); /* twice, and a change of mind: the first counts */
    decide(bench, "e", 1, 1);
    assert_totals(bench, "applied 1, closes 1, quarantined 1, rejected 1, ignored 7");
    produce(bench, "e", 2, "2003-05-31", 5);
    decide(bench, "e", 2, 1);
    decide(bench, "e", 2, 1);
    decide(bench, "e", 2, 0);
    assert_totals(bench, "applied 2, closes 1, quarantined 2, accepted 1, rejected 1, ignored 9, restatements 1");
    assert_int_equal(hf_partition_counts(bench->partition).dead_letters, 0);
    bench_free(bench);
}

static void the_other_topic_waits_for_decisions_of_its_own(void **state)
{
    struct bench *costs = bench_new(hf_costs_kind());
    const struct hf_event close = close_event("2003-06-30"), cost = cost_event("e", 0);
    (void)state;
    bench_apply(costs, &close);
    bench_apply(costs, &cost);
    bench_publish(costs);
    decide(costs, "e", 0, 1);
    bench_publish(costs);
    g_autofree char *text = outputs_text(costs->outputs, HF_LINES_COST);
    assert_non_null(strstr(text, "days flat|2003-06-01: MINING USD 1000000 x1; restated 2003-06-01..2003-06-30 x1;\n"));
    assert_non_null(strstr(text, "restatements mine.costs|flat|e: published\n"
                                 "quarantine mine.costs|flat|e|0: tombstone\n"));
    bench_free(costs);
}

/* --- refused ---------------------------------------------------------------------------------------------------- */

static void a_decision_is_held_against_ids_key_and_mine_as_any_record(void **state)
{
    static const struct {
        struct hf_text event_id, mine_id;
        int32_t revision;
        const char *code;
    } cases[] = {
        {{"", 0}, {"flat", 4}, 0, "BAD_ID"},      {{"a|b", 3}, {"flat", 4}, 0, "BAD_ID"},
        {{"e", 1}, {"f|t", 3}, 0, "BAD_ID"},      {{"e", 1}, {"atlantis", 8}, 0, "UNKNOWN_MINE"},
        {{"e", 1}, {"flat", 4}, -1, "MALFORMED"},
    };
    struct bench *bench = bench_new(hf_production_kind());
    size_t length;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event decision = decision_event("e", cases[i].revision, 1);
        decision.event_id = cases[i].event_id;
        decision.mine_id = cases[i].mine_id;
        bench_apply(bench, &decision);
        bench_publish(bench);
        assert_string_equal(output_header(output_at(bench->outputs, 0), "headframe-error"), cases[i].code);
    }
    const struct hf_event decision = decision_event("e", 0, 1);
    uint8_t *bytes = bench_encode(bench, &decision, &length);
    assert_int_equal(bench_apply_bytes(bench, TEXT("other"), bytes, length, 1), HF_OK);
    free(bytes);
    bench_publish(bench);
    assert_string_equal(output_header(output_at(bench->outputs, 0), "headframe-error"), "KEY_MISMATCH");
    assert_totals(bench, "dead_letters 6");
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_accepted_version_takes_the_place_of_what_stands_by_then),
        cmocka_unit_test(the_first_version_of_a_fact_may_be_an_accepted_one),
        cmocka_unit_test(a_withdrawal_that_waited_withdraws_when_it_is_accepted),
        cmocka_unit_test(an_acceptance_restates_what_is_closed_by_then),
        cmocka_unit_test(a_version_and_its_decision_may_share_a_transaction),
        cmocka_unit_test(an_accepted_version_below_the_one_that_stands_is_not_applied),
        cmocka_unit_test(an_acceptance_that_would_overflow_is_refused_and_the_version_waits_on),
        cmocka_unit_test(a_rejected_version_is_remembered_and_changes_nothing),
        cmocka_unit_test(a_decision_for_what_does_not_wait_is_counted_and_ignored),
        cmocka_unit_test(the_other_topic_waits_for_decisions_of_its_own),
        cmocka_unit_test(a_decision_is_held_against_ids_key_and_mine_as_any_record),
    };
    return cmocka_run_group_tests_name("partition_decision", tests, NULL, NULL);
}
