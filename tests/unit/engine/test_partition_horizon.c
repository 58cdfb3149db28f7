/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which versions come too late, what of them is told apart before and after that, and what the mine's newest day
 * is. Reach begins correction_horizon_days before it. */
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/vocabulary.h"

enum { HORIZON = 30 };

static struct bench *bench_with_horizon(const struct hf_ledger_kind *kind)
{
    struct bench *bench = bench_new(kind);
    bench->rules.correction_horizon_days = HORIZON;
    bench_renew(bench, 0, 1);
    return bench;
}

static struct hf_event production(const char *event_id, int32_t revision, const char *date)
{
    struct hf_event event = production_event(event_id, revision);
    event.occurred_at_ms = noon_ms(date);
    return event;
}

static struct hf_event cost(const char *event_id, int32_t revision, const char *from, const char *through)
{
    struct hf_event event = cost_event(event_id, revision);
    event.from = date_of(from);
    event.through = date_of(through);
    return event;
}

/* What becomes of an event: "applied", "duplicates", "superseded", "quarantined", or a refusal's code. */
static const char *fate(struct bench *bench, const struct hf_event *event)
{
    static char text[40];
    const struct hf_partition_counts before = hf_partition_counts(bench->partition);
    bench_apply(bench, event);
    const struct hf_partition_counts after = hf_partition_counts(bench->partition);
    bench_publish(bench);
    for (guint i = 0; i < bench->outputs->list->len; i++)
        if (output_at(bench->outputs, i)->topic == HF_TOPIC_DEAD_LETTERS)
            g_strlcpy(text, output_header(output_at(bench->outputs, i), "headframe-error"), sizeof text);
    if (after.dead_letters == before.dead_letters)
        g_strlcpy(text,
                  after.applied > before.applied         ? "applied"
                  : after.duplicates > before.duplicates ? "duplicates"
                  : after.superseded > before.superseded ? "superseded"
                                                         : "quarantined",
                  sizeof text);
    return text;
}

static void assert_fate(struct bench *bench, const struct hf_event event, const char *expected)
{
    assert_string_equal(fate(bench, &event), expected);
}

static void assert_produced(struct bench *bench, const char *event_id, int32_t revision, const char *date,
                            const char *expected)
{
    assert_fate(bench, production(event_id, revision, date), expected);
}

/* --- reach ------------------------------------------------------------------------------------------------------ */

static void a_day_more_than_the_horizon_before_the_newest_is_too_late(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    struct hf_event voided = production("v", 0, "2003-05-30");
    (void)state;
    assert_produced(bench, "a", 0, "1950-01-01", "applied"); /* nothing is newer yet */
    assert_produced(bench, "b", 0, "2003-06-30", "applied"); /* nor is a record held against itself */
    assert_produced(bench, "c", 0, "2003-05-31", "applied");
    assert_produced(bench, "d", 0, "2003-05-30", "TOO_LATE");
    assert_string_equal(output_header(output_at(bench->outputs, 0), "headframe-detail"),
                        "event_id \"d\" touches 2003-05-30, more than correction_horizon_days (30) before 2003-06-30, "
                        "the newest day of the mine on this topic");
    voided.voided = 1;
    assert_fate(bench, voided, "TOO_LATE"); /* it names the day */
    voided.occurred_at_ms = noon_ms("2003-05-31");
    assert_fate(bench, voided, "applied");
    voided.mine_id = TEXT("other");
    voided.occurred_at_ms = noon_ms("1950-01-01");
    assert_fate(bench, voided, "applied"); /* each mine has a newest day of its own */
    bench_free(bench);
}

static void a_cost_is_too_late_by_its_first_day(void **state)
{
    struct bench *bench = bench_with_horizon(hf_costs_kind());
    (void)state;
    assert_fate(bench, cost("a", 0, "2003-03-01", "2003-06-30"), "applied");
    assert_fate(bench, cost("b", 0, "2003-05-31", "2003-06-01"), "applied");
    assert_fate(bench, cost("c", 0, "2003-05-30", "2003-07-31"), "TOO_LATE"); /* and does not carry the newest day on */
    assert_fate(bench, cost("d", 0, "2003-05-31", "2003-05-31"), "applied");
    assert_fate(bench, cost("a", 0, "2003-03-01", "2003-06-30"), "TOO_LATE"); /* the same once more */
    bench_free(bench);
}

static void without_a_horizon_nothing_is_too_late(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    assert_produced(bench, "a", 0, "2003-06-30", "applied");
    assert_produced(bench, "b", 0, "1800-01-01", "applied");
    bench_free(bench);
}

static void what_is_replaced_must_be_in_reach_too(void **state)
{
    struct bench *bench = bench_with_horizon(hf_costs_kind());
    struct hf_event voided = cost("w", 1, "2003-05-25", "2003-06-20");
    (void)state;
    assert_fate(bench, cost("e", 1, "2003-05-25", "2003-06-20"), "applied");
    assert_fate(bench, cost("w", 0, "2003-05-25", "2003-06-20"), "applied");
    voided.voided = 1;
    assert_fate(bench, voided, "applied");
    assert_fate(bench, cost("f", 0, "2003-06-25", "2003-06-25"), "applied"); /* reach begins on 2003-05-26 */
    assert_fate(bench, cost("e", 2, "2003-06-01", "2003-06-20"), "TOO_LATE");
    assert_non_null(
        strstr(output_header(output_at(bench->outputs, 0), "headframe-detail"), "\"e\" touches 2003-05-25"));
    assert_fate(bench, cost("e", 0, "2003-06-01", "2003-06-20"), "superseded"); /* which replaces nothing */
    assert_fate(bench, cost("e", 1, "2003-06-01", "2003-06-20"), "REVISION_CONFLICT");
    assert_fate(bench, cost("w", 2, "2003-06-01", "2003-06-20"), "applied"); /* what is withdrawn has no days */
    bench_free(bench);
}

/* Moved back before the newest day moved on: the fact is known by its latest day, and stands on one out of reach. */
static void a_fact_that_stands_out_of_reach_can_not_be_moved(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    (void)state;
    assert_produced(bench, "e", 0, "2003-06-29", "applied");
    assert_produced(bench, "e", 1, "2003-06-01", "applied");
    assert_produced(bench, "f", 0, "2003-06-30", "applied");
    bench->timestamp_ms += INT64_C(86400000) * 31;
    assert_produced(bench, "g", 0, "2003-07-29", "applied"); /* reach begins on 2003-06-29 */
    assert_produced(bench, "e", 2, "2003-07-01", "TOO_LATE");
    assert_produced(bench, "g", 1, "2003-07-30", "applied");
    assert_produced(bench, "e", 0, "2003-06-30", "applied"); /* forgotten: a new fact, whatever its revision */
    assert_int_equal(hf_partition_counts(bench->partition).superseded, 0);
    bench_free(bench);
}

static void the_effect_of_a_forgotten_fact_stays(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    (void)state;
    assert_produced(bench, "e", 5, "2003-05-30", "applied");
    assert_produced(bench, "f", 0, "2003-06-30", "applied");
    assert_produced(bench, "e", 0, "2003-06-29", "applied");
    g_autofree char *days = outputs_days_text(bench->outputs, HF_LINES_PRODUCTION);
    assert_string_equal(days, "days flat|2003-06-29: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    assert_produced(bench, "g", 0, "2003-06-28", "applied");
    assert_produced(bench, "e", 0, "2003-06-29", "duplicates");
    bench_free(bench);
}

/* --- what comes first ------------------------------------------------------------------------------------------- */

static void too_late_is_told_after_bad_fields_and_before_the_ledger_and_the_close(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    const struct hf_event close = close_event("2003-05-31");
    struct hf_event event = production("e", 0, "2003-05-30");
    (void)state;
    assert_produced(bench, "e", 0, "2003-05-30", "applied");
    assert_produced(bench, "e", 0, "2003-05-30", "duplicates");
    assert_produced(bench, "f", 0, "2003-06-30", "applied");
    assert_produced(bench, "e", 0, "2003-05-30", "TOO_LATE"); /* no duplicate: beyond reach nothing is known */
    event.micro++;
    assert_fate(bench, event, "TOO_LATE"); /* and no conflict */
    event.material = TEXT("unobtainium");
    assert_fate(bench, event, "UNKNOWN_MATERIAL");
    event = production("e", 0, "2003-05-30");
    event.unit = HF_UNIT_T;
    event.micro = (hf_int128)100000000000001 * 1000000;
    assert_fate(bench, event, "BAD_QUANTITY");
    bench_apply(bench, &close); /* which no horizon holds up */
    assert_produced(bench, "g", 0, "2003-05-30", "TOO_LATE");
    assert_produced(bench, "g", 0, "2003-05-31", "quarantined");
    bench_free(bench);
}

/* --- the newest day --------------------------------------------------------------------------------------------- */

/* Holds where reach begins on date: the day before is too late. Takes nothing in. */
static void assert_reach(struct bench *bench, const char *date)
{
    static int count;
    char before[HF_DATE_TEXT];
    struct hf_event event = production("probe", 0, "2003-06-30");
    g_autofree char *id = g_strdup_printf("probe %d", count++);
    hf_date_format(date_of(date) - 1, before);
    assert_produced(bench, id, 0, before, "TOO_LATE");
    event.event_id = (struct hf_text){id, strlen(id)};
    event.occurred_at_ms = noon_ms(date);
    event.unit = HF_UNIT_T; /* in reach, and refused for the total of its day */
    event.micro = (hf_int128)100000000000000 * 1000000;
    assert_fate(bench, event, "BAD_QUANTITY");
}

static void only_what_was_applied_waits_or_was_rejected_moves_the_newest_day(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    struct hf_event event;
    char filled[HF_DATE_TEXT];
    (void)state;
    bench->timestamp_ms += INT64_C(86400000) * 60;
    /* A gram on each day of May, June and July, so that no day has room for the largest quantity. */
    for (int day = 0; day < 92; day++) {
        event = production(hf_date_format(date_of("2003-05-01") + day, filled), 0, filled);
        event.mine_id = TEXT("flat");
        event.voided = 0;
        if (day <= 50) /* through 2003-06-20 */
            assert_fate(bench, event, "applied");
    }
    assert_reach(bench, "2003-05-21");
    event = production("2003-06-10", 0, "2003-06-30");
    assert_fate(bench, event, "REVISION_CONFLICT");
    event = production("e", 3, "2003-06-20");
    assert_fate(bench, event, "applied");
    assert_produced(bench, "e", 2, "2003-06-30", "superseded");
    event.micro = (hf_int128)100000000000000 * 1000000;
    event.unit = HF_UNIT_T;
    event.revision = 4;
    event.occurred_at_ms = noon_ms("2003-06-19");
    assert_fate(bench, event, "BAD_QUANTITY");
    assert_reach(bench, "2003-05-21");
    event = production("v", 0, "2003-06-22"); /* withdrawn before it was ever there: it names a day */
    event.voided = 1;
    assert_fate(bench, event, "applied");
    assert_reach(bench, "2003-05-23");
    event = close_event("2003-06-20");
    bench_apply(bench, &event);               /* a close is no day of a fact */
    event = production("e", 5, "2003-06-25"); /* in the place of a closed day */
    assert_fate(bench, event, "quarantined");
    event = decision_event("e", 5, 0);
    bench_apply(bench, &event); /* rejected, and yet it named 2003-06-25 */
    bench_publish(bench);
    assert_produced(bench, "x", 0, "2003-05-25", "TOO_LATE");
    assert_produced(bench, "x", 0, "2003-05-26", "quarantined");
    bench_free(bench);
}

static void a_version_refused_for_a_close_does_not_move_the_newest_day(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    const struct hf_event close = close_event("2003-05-31");
    (void)state;
    bench->rules.after_close = HF_AFTER_CLOSE_REJECT;
    bench_renew(bench, 0, 1);
    assert_produced(bench, "a", 0, "2003-05-31", "applied");
    bench_apply(bench, &close);
    assert_produced(bench, "a", 1, "2003-06-30", "PERIOD_CLOSED");
    assert_produced(bench, "b", 0, "2003-05-01", "PERIOD_CLOSED"); /* in reach of 2003-05-31 */
    assert_produced(bench, "c", 0, "2003-04-30", "TOO_LATE");
    bench_free(bench);
}

/* --- versions that wait ----------------------------------------------------------------------------------------- */

static void a_decision_is_not_held_against_the_horizon(void **state)
{
    struct bench *bench = bench_with_horizon(hf_production_kind());
    struct hf_event close = close_event("2003-03-31"), decision = decision_event("e", 1, 1);
    (void)state;
    assert_produced(bench, "e", 0, "2003-03-31", "applied");
    bench_apply(bench, &close);
    assert_produced(bench, "e", 1, "2003-03-30", "quarantined");
    assert_produced(bench, "f", 0, "2003-06-30", "applied");  /* far out of reach by now */
    assert_produced(bench, "e", 2, "2003-06-29", "TOO_LATE"); /* what stands is remembered, and out of reach */
    bench_apply(bench, &decision);
    bench_publish(bench);
    g_autofree char *days = outputs_days_text(bench->outputs, HF_LINES_PRODUCTION);
    assert_string_equal(days, "days flat|2003-03-30: gold PRODUCED ASSAYED 15000000000000000 x1; restated "
                              "2003-03-30..2003-03-31 x1;\n"
                              "days flat|2003-03-31:\n");
    assert_produced(bench, "e", 0, "2003-06-29", "applied"); /* nothing waits: forgotten */
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_more_than_the_horizon_before_the_newest_is_too_late),
        cmocka_unit_test(a_cost_is_too_late_by_its_first_day),
        cmocka_unit_test(without_a_horizon_nothing_is_too_late),
        cmocka_unit_test(what_is_replaced_must_be_in_reach_too),
        cmocka_unit_test(a_fact_that_stands_out_of_reach_can_not_be_moved),
        cmocka_unit_test(the_effect_of_a_forgotten_fact_stays),
        cmocka_unit_test(too_late_is_told_after_bad_fields_and_before_the_ledger_and_the_close),
        cmocka_unit_test(only_what_was_applied_waits_or_was_rejected_moves_the_newest_day),
        cmocka_unit_test(a_version_refused_for_a_close_does_not_move_the_newest_day),
        cmocka_unit_test(a_decision_is_not_held_against_the_horizon),
    };
    return cmocka_run_group_tests_name("partition_horizon", tests, NULL, NULL);
}
