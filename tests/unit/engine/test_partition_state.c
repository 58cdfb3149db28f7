/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what one transaction writes and in which order, and that a partition read back from it is the one that wrote
 * it. */
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/kafka_transaction.h"
#include "headframe/state_codec.h"
#include "headframe/vocabulary.h"

/* --- publishing ------------------------------------------------------------------------------------------------- */

static void a_transaction_ends_with_control_records(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    bench->next_offset = 7;
    bench_apply(bench, &event);
    event.event_id = TEXT("f");
    event.mine_id = TEXT("other");
    event.occurred_at_ms = noon_ms("2003-05-31");
    bench_apply(bench, &event);
    event.material = TEXT("unobtainium");
    bench_apply(bench, &event);
    assert_published(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n"
                            "days other|2003-05-31: gold PRODUCED ASSAYED 15000000000000000 x1;\n"
                            "state |segment|10|0: 2 facts\n"
                            "dead-letters other: UNKNOWN_MATERIAL\n"
                            "days |control: 10/1/7\n"
                            "state |control: 10/1/7\n");
    bench_free(bench);
}

static void cost_days_and_cost_state_have_topics_of_their_own(void **state)
{
    static const enum hf_topic expected[] = {HF_TOPIC_COST_DAYS, HF_TOPIC_COSTS_STATE, HF_TOPIC_COST_DAYS,
                                             HF_TOPIC_COSTS_STATE};
    struct bench *bench = bench_new(hf_costs_kind());
    struct hf_event event = cost_event("e", 0);
    (void)state;
    event.through = event.from;
    bench_apply(bench, &event);
    assert_published(bench, "days flat|2003-06-01: MINING USD 30000000 x1;\n"
                            "state |segment|1|0: 1 facts\n"
                            "days |control: 1/1/7\n"
                            "state |control: 1/1/7\n");
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(output_at(bench->outputs, i)->topic, expected[i]);
    bench_free(bench);
}

static void state_and_days_stay_on_the_inputs_partition(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event("e", 0);
    struct hf_event bad = event;
    int32_t number = hf_kafka_partition_of("flat", 4, 16);
    (void)state;
    bad.material = TEXT("unobtainium");
    bench_renew(bench, number, 16);
    bench_apply(bench, &event);
    bench_apply(bench, &bad);
    bench_publish(bench);
    assert_true(number > 0);
    assert_int_equal(bench->outputs->list->len, 5);
    for (guint i = 0; i < bench->outputs->list->len; i++) {
        const struct output *output = output_at(bench->outputs, i);
        assert_int_equal(output->partition, output->topic == HF_TOPIC_DEAD_LETTERS ? HF_PARTITION_BY_KEY : number);
    }
    bench_free(bench);
}

static void only_what_changed_is_written(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    bench_apply(bench, &event);
    event.event_id = TEXT("f");
    event.occurred_at_ms = noon_ms("2003-06-29");
    bench_apply(bench, &event);
    bench_publish(bench);
    event.event_id = TEXT("g");
    bench_apply(bench, &event);
    assert_true(hf_partition_pending_bytes(bench->partition) > 0);
    assert_published(bench, "days flat|2003-06-29: gold PRODUCED ASSAYED 30000000000000000 x2;\n"
                            "state |segment|3|0: 1 facts\n"
                            "days |control: 3/1/7\n"
                            "state |control: 3/1/7\n");
    assert_int_equal(hf_partition_pending_bytes(bench->partition), 0);
    bench_apply(bench, &event); /* a duplicate moves only the offset */
    assert_published(bench, "days |control: 4/1/7\n"
                            "state |control: 4/1/7\n");
    bench_free(bench);
}

/* Whoever reads the days topic must see that a day became empty; a tombstone may be compacted away unseen. */
static void an_emptied_day_is_written_without_lines(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    bench_apply(bench, &event);
    bench_publish(bench);
    event.revision = 1;
    event.voided = 1;
    bench_apply(bench, &event);
    bench_publish(bench);
    assert_string_equal(output_at(bench->outputs, 0)->key, "flat|2003-06-30");
    assert_non_null(output_at(bench->outputs, 0)->value);
    assert_true(output_at(bench->outputs, 0)->value_length > 0);
    g_autofree char *shown = outputs_days_text(bench->outputs, HF_LINES_PRODUCTION);
    assert_string_equal(shown, "days flat|2003-06-30:\n");
    bench_free(bench);
}

/* A record stays well below the topics' max.message.bytes, and here below the brokers' default. */
static void facts_beyond_the_limit_go_into_further_segments(void **state)
{
    enum { FACTS = 2 * HF_SEGMENT_FACTS + 1, KILOGRAMS_TIMES_10 = 15 };
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    for (int i = 0; i < FACTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "e%d", i);
        struct hf_event event = production_event(id, 0);
        bench_apply(bench, &event);
    }
    g_autofree char *expected = g_strdup_printf(
        "days flat|2003-06-30: gold PRODUCED ASSAYED %d000000000000000 x%d;\n"
        "state |segment|%d|0: %d facts\nstate |segment|%d|1: %d facts\nstate |segment|%d|2: 1 facts\n"
        "days |control: %d/1/7\nstate |control: %d/1/7\n",
        FACTS * KILOGRAMS_TIMES_10, FACTS, FACTS, HF_SEGMENT_FACTS, FACTS, HF_SEGMENT_FACTS, FACTS, FACTS, FACTS);
    assert_published(bench, expected);
    for (guint i = 0; i < bench->outputs->list->len; i++)
        assert_true(output_at(bench->outputs, i)->value_length < 1024 * 1024);
    struct outputs *written = bench->outputs;
    bench->outputs = outputs_new();
    bench_renew(bench, 0, 1);
    bench_restore(bench, written);
    assert_int_equal(hf_partition_facts(bench->partition), FACTS);
    outputs_free(written);
    bench_free(bench);
}

static void a_sink_that_fails_ends_the_publication(void **state)
{
    (void)state;
    for (int after = 0; after < 5; after++) { /* a day, a segment, a dead letter, two control records */
        struct bench *bench = bench_new(hf_production_kind());
        struct hf_event event = production_event("e", 0);
        struct hf_error error = {0};
        bench_apply(bench, &event);
        event.material = TEXT("unobtainium");
        bench_apply(bench, &event);
        bench->outputs->fails_after = after;
        assert_int_equal(hf_partition_publish(bench->partition, &bench->outputs->sink, &error), HF_EIO);
        assert_int_equal(error.action, HF_ACTION_REBUILD);
        assert_int_equal(bench->outputs->list->len, after);
        bench_free(bench);
    }
}

/* --- restoring -------------------------------------------------------------------------------------------------- */

/* Applies a history of five transactions to bench and keeps everything it published in written. */
static void live_through_a_history(struct bench *bench, struct outputs *written)
{
    static const struct {
        const char *event_id, *mine, *date;
        int32_t revision, kg;
        int voided, ends_transaction;
    } history[] = {
        {"a", "flat", "2003-06-30", 0, 3, 0, 0},   {"b", "flat", "2003-06-30", 2, 5, 0, 1},
        {"a", "flat", "2003-06-29", 1, 3, 0, 0},   {"c", "other", "2003-06-30", 0, 7, 0, 1},
        {"b", "flat", "2003-06-30", 1, 9, 0, 0},   {"d", "flat", "2003-01-31", 0, 1, 0, 1},
        {"d", "flat", "2003-01-31", 1, 1, 1, 1},   {"c", "other", "2003-06-30", 0, 7, 0, 0},
        {"e", "other", "2003-06-30", 0, -2, 0, 1},
    };
    for (size_t i = 0; i < COUNT(history); i++) {
        struct hf_event event = production_event(history[i].event_id, history[i].revision);
        event.mine_id = (struct hf_text){history[i].mine, strlen(history[i].mine)};
        event.occurred_at_ms = noon_ms(history[i].date);
        event.micro = history[i].kg * INT64_C(1000000);
        event.voided = history[i].voided;
        bench_apply(bench, &event);
        if (!history[i].ends_transaction)
            continue;
        assert_int_equal(hf_partition_publish(bench->partition, &written->sink, NULL), HF_OK);
    }
}

static void assert_restored_at(struct bench *bench, int64_t offset)
{
    int64_t at_state = -5, at_days = -5;
    struct hf_error error = {0};
    assert_int_equal(hf_partition_restored(bench->partition, &at_state, &at_days, &error), 1);
    assert_int_equal(at_state, offset);
    assert_int_equal(at_days, offset);
    assert_int_equal(hf_partition_input_offset(bench->partition), offset);
    assert_false(hf_partition_has_changes(bench->partition));
}

/* The same later input must leave both in the same state, record for record. */
static void go_on(struct bench *bench)
{
    static const struct {
        const char *event_id, *mine, *date;
        int32_t revision, kg;
    } later[] = {
        {"a", "flat", "2003-06-30", 1, 3},   /* moved to 06-29 before: another body, a conflict */
        {"b", "flat", "2003-06-30", 2, 5},   /* a duplicate */
        {"b", "flat", "2003-06-30", 1, 9},   /* superseded */
        {"d", "flat", "2003-06-30", 2, 4},   /* un-voided */
        {"a", "flat", "2003-06-30", 2, 6},   /* leaves 06-29 */
        {"e", "other", "2003-06-30", 0, -2}, /* a duplicate */
        {"f", "flat", "2003-06-30", 0, 2},   {"g", "flat", "2003-01-31", 0, 1}, /* on a day that was emptied */
    };
    bench->next_offset = 9;
    for (size_t i = 0; i < COUNT(later); i++) {
        struct hf_event event = production_event(later[i].event_id, later[i].revision);
        event.occurred_at_ms = noon_ms(later[i].date);
        event.mine_id = (struct hf_text){later[i].mine, strlen(later[i].mine)};
        event.micro = later[i].kg * INT64_C(1000000);
        bench_apply(bench, &event);
    }
}

static void a_partition_read_back_goes_on_as_the_one_that_wrote(void **state)
{
    (void)state;
    for (int is_compacted = 0; is_compacted < 2; is_compacted++) {
        struct bench *first = bench_new(hf_production_kind()), *second = bench_new(hf_production_kind());
        struct outputs *written = outputs_new();
        live_through_a_history(first, written);
        struct outputs *left = outputs_compacted(written);
        assert_true(left->list->len < written->list->len);
        hf_partition_free(&second->partition);
        second->partition =
            hf_partition_new(second->kind, "mine.production", 0, 1, 99, &second->rules); /* a seed of its own */
        bench_restore(second, is_compacted ? left : written);
        assert_restored_at(second, 9);
        assert_int_equal(hf_partition_facts(second->partition), 5);
        go_on(first);
        go_on(second);
        assert_counts(second, 4, 2, 1, 1);
        bench_publish(first);
        assert_published(second, "days flat|2003-01-31: gold PRODUCED ASSAYED 10000000000000000 x1;\n"
                                 "days flat|2003-06-29:\n"
                                 "days flat|2003-06-30: gold PRODUCED ASSAYED 170000000000000000 x4;\n"
                                 "state |segment|17|0: 4 facts\n"
                                 "dead-letters flat: REVISION_CONFLICT\n"
                                 "days |control: 17/1/7\n"
                                 "state |control: 17/1/7\n");
        assert_same_outputs(first->outputs, second->outputs);
        outputs_free(left);
        outputs_free(written);
        bench_free(first);
        bench_free(second);
    }
}

/* A fact that was forgotten begins anew at any revision: what the topic said last of it holds, not the highest. */
static void segments_are_read_in_the_order_of_the_topic(void **state)
{
    static const struct {
        const char *event_id, *date;
        int32_t revision;
    } history[] = {{"e", "2003-01-31", 5}, {"f", "2003-06-30", 0}, {"e", "2003-06-30", 0}};
    struct bench *first = bench_new(hf_production_kind()), *second = bench_new(hf_production_kind());
    struct outputs *written = outputs_new();
    struct hf_event event = production_event("e", 0);
    (void)state;
    first->rules.correction_horizon_days = second->rules.correction_horizon_days = 30;
    bench_renew(first, 0, 1);
    bench_renew(second, 0, 1);
    for (size_t i = 0; i < COUNT(history); i++) {
        event = production_event(history[i].event_id, history[i].revision);
        event.occurred_at_ms = noon_ms(history[i].date);
        bench_apply(first, &event);
        assert_int_equal(hf_partition_publish(first->partition, &written->sink, NULL), HF_OK);
    }
    bench_restore(second, written);
    assert_restored_at(second, 3);
    second->next_offset = 3;
    bench_apply(second, &event); /* e 0 again */
    event.revision = 1;
    bench_apply(second, &event);
    assert_counts(second, 1, 1, 0, 0);
    assert_published_days(second, "days flat|2003-06-30: gold PRODUCED ASSAYED 30000000000000000 x2;\n");
    outputs_free(written);
    bench_free(first);
    bench_free(second);
}

static void empty_topics_restore_nothing(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_record tombstone = {.key = "|segment|3|0", .key_length = 12, .timestamp_ms = -1};
    int64_t at_state = 0, at_days = 0;
    (void)state;
    assert_int_equal(hf_partition_restore_state(bench->partition, &tombstone, NULL), HF_OK); /* a merged segment */
    assert_int_equal(hf_partition_restored(bench->partition, &at_state, &at_days, NULL), 0);
    assert_int_equal(at_state, -1);
    assert_int_equal(at_days, -1);
    assert_int_equal(hf_partition_input_offset(bench->partition), -1);
    bench_free(bench);
}

/* The first transaction commits the offset at which the input began: it needs control records too. */
static void where_the_input_begins_is_a_change(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    hf_partition_set_input_offset(bench->partition, 4);
    assert_true(hf_partition_has_changes(bench->partition));
    assert_published(bench, "days |control: 4/1/7\nstate |control: 4/1/7\n");
    bench_free(bench);
}

/* A reader that is too early sees the one topic's last transaction and not the other's. */
static void topics_that_disagree_are_no_state(void **state)
{
    static const struct {
        size_t state_transactions, days_transactions;
        int64_t at_state, at_days;
    } cases[] = {{2, 1, 4, 2}, {1, 2, 2, 4}, {1, 0, 2, -1}, {0, 1, -1, 2}};
    struct bench *first = bench_new(hf_production_kind());
    struct outputs *written = outputs_new();
    (void)state;
    live_through_a_history(first, written);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_production_kind());
        struct outputs *seen = outputs_new();
        size_t state_left = cases[i].state_transactions, days_left = cases[i].days_transactions;
        int64_t at_state = -5, at_days = -5;
        struct hf_error error = {0};
        for (guint j = 0; j < written->list->len; j++) {
            const struct output *output = output_at(written, j);
            size_t *left = output->topic == HF_TOPIC_PRODUCTION_STATE ? &state_left : &days_left;
            const struct hf_output again = {.topic = output->topic,
                                            .key = output->key,
                                            .key_length = output->key_length,
                                            .value = output->value,
                                            .value_length = output->value_length};
            if (*left > 0)
                assert_int_equal(seen->sink.write(seen->sink.context, &again, NULL), HF_OK);
            *left -= *left > 0 && strcmp(output->key, HF_CONTROL_KEY) == 0;
        }
        bench_restore(bench, seen);
        assert_int_equal(hf_partition_restored(bench->partition, &at_state, &at_days, &error), HF_EINVAL);
        assert_int_equal(error.action, HF_ACTION_RETRY);
        assert_int_equal(at_state, cases[i].at_state);
        assert_int_equal(at_days, cases[i].at_days);
        assert_non_null(strstr(error.text, "mine.production [0]"));
        outputs_free(seen);
        bench_free(bench);
    }
    outputs_free(written);
    bench_free(first);
}

static void another_number_of_input_partitions_ends_the_process(void **state)
{
    struct bench *first = bench_new(hf_production_kind()), *second = bench_new(hf_production_kind());
    struct outputs *written = outputs_new();
    int64_t at_state, at_days;
    struct hf_error error = {0};
    (void)state;
    live_through_a_history(first, written);
    bench_renew(second, 0, 4);
    bench_restore(second, written);
    assert_int_equal(hf_partition_restored(second->partition, &at_state, &at_days, &error), HF_EINVAL);
    assert_int_equal(error.action, HF_ACTION_FATAL);
    assert_string_equal(error.text, "mine.production had 1 partitions when its state was written and has 4 now; mines "
                                    "would move between partitions: recreate it with 1, or start over with new topics");
    outputs_free(written);
    bench_free(first);
    bench_free(second);
}

/* What lies behind the horizon is forgotten, and segments that named it may be gone. */
static void a_longer_horizon_ends_the_process(void **state)
{
    static const struct {
        int written, now;
        const char *refusal; /* NULL: none */
    } cases[] = {
        {0, 0, NULL},
        {0, 90, NULL},
        {90, 90, NULL},
        {90, 30, NULL},
        {90, 91,
         "correction_horizon_days is 91, but the state of mine.production [0] was written with 90: what lies further "
         "back "
         "is forgotten and would count twice; set it to 90 or less, or start over with new topics"},
        {90, 0,
         "correction_horizon_days is 0, but the state of mine.production [0] was written with 90: what lies further "
         "back "
         "is forgotten and would count twice; set it to 90 or less, or start over with new topics"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *first = bench_new(hf_production_kind()), *second = bench_new(hf_production_kind());
        struct outputs *written = outputs_new();
        int64_t at_state, at_days;
        struct hf_error error = {0};
        first->rules.correction_horizon_days = cases[i].written;
        second->rules.correction_horizon_days = cases[i].now;
        bench_renew(first, 0, 1);
        bench_renew(second, 0, 1);
        live_through_a_history(first, written);
        bench_restore(second, written);
        assert_int_equal(hf_partition_restored(second->partition, &at_state, &at_days, &error),
                         cases[i].refusal ? HF_EINVAL : 1);
        assert_string_equal(error.text, cases[i].refusal ? cases[i].refusal : "");
        assert_int_equal(error.action, cases[i].refusal ? HF_ACTION_FATAL : HF_ACTION_NONE);
        outputs_free(written);
        bench_free(first);
        bench_free(second);
    }
}

static void records_this_version_can_not_read_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *words;
    } cases[] = {
        {"\xff\xff", 2, "not a"},  /* no Protobuf */
        {"\x08\x04", 2, "newer"},  /* format_version 4 */
        {"\x08\x01", 2, "neither"} /* a format, and nothing in it */
    };
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct hf_record record = {.value = cases[i].bytes, .value_length = cases[i].length, .timestamp_ms = -1};
        struct hf_error of_state = {0}, of_days = {0};
        assert_int_equal(hf_partition_restore_state(bench->partition, &record, &of_state), HF_EINVAL);
        assert_int_equal(hf_partition_restore_day(bench->partition, &record, &of_days), HF_EINVAL);
        assert_int_equal(of_state.action, HF_ACTION_FATAL);
        assert_int_equal(of_days.action, HF_ACTION_FATAL);
        assert_non_null(strstr(of_state.text, cases[i].words));
        assert_non_null(strstr(of_days.text, cases[i].words));
    }
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transaction_ends_with_control_records),
        cmocka_unit_test(cost_days_and_cost_state_have_topics_of_their_own),
        cmocka_unit_test(state_and_days_stay_on_the_inputs_partition),
        cmocka_unit_test(only_what_changed_is_written),
        cmocka_unit_test(an_emptied_day_is_written_without_lines),
        cmocka_unit_test(facts_beyond_the_limit_go_into_further_segments),
        cmocka_unit_test(a_sink_that_fails_ends_the_publication),
        cmocka_unit_test(a_partition_read_back_goes_on_as_the_one_that_wrote),
        cmocka_unit_test(segments_are_read_in_the_order_of_the_topic),
        cmocka_unit_test(empty_topics_restore_nothing),
        cmocka_unit_test(where_the_input_begins_is_a_change),
        cmocka_unit_test(topics_that_disagree_are_no_state),
        cmocka_unit_test(another_number_of_input_partitions_ends_the_process),
        cmocka_unit_test(a_longer_horizon_ends_the_process),
        cmocka_unit_test(records_this_version_can_not_read_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
