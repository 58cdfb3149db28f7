/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a fact may have any number of versions that do not stand: records and transactions stay small, no version
 * is written over and over, and all come back in whatever order their parts are left on the topic. */
#include <stdlib.h>
#include <string.h>

#include "../../../services/common/engine/partition_memory.h"
#include "../domain/dates.h"
#include "../unit.h"
#include "bench.h"
#include "headframe/state_codec.h"
#include "headframe/vocabulary.h"
#include "ledgers.h"

enum {
    VERSION_BYTES = 80,                              /* of a version in a record, line and all but in hostile cases */
    PART_BYTES = HF_HELD_PART * VERSION_BYTES + 200, /* of a record */
    EVENT_BYTES = 64 * 1024                          /* more than what one event adds to a transaction here */
};

static struct hf_event version(int32_t revision)
{
    struct hf_event event = production_event("e", revision);
    event.occurred_at_ms = noon_ms("2003-05-31");
    event.micro = revision + 1;
    return event;
}

static void hold(struct bench *bench, int32_t revision)
{
    const struct hf_event event = version(revision);
    bench_apply(bench, &event);
}

static void decide(struct bench *bench, int32_t revision, int accept)
{
    const struct hf_event decision = decision_event("e", revision, accept);
    bench_apply(bench, &decision);
}

static struct bench *closed_bench(void)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event close = close_event("2003-06-30");
    bench_apply(bench, &close);
    return bench;
}

static int is_held_record(const struct output *output)
{
    return output->key && g_str_has_prefix(output->key, "|held|");
}

static void write_again(struct outputs *log, const struct output *output)
{
    const struct hf_output again = {.topic = output->topic,
                                    .key = output->key,
                                    .key_length = output->key_length,
                                    .value = output->value,
                                    .value_length = output->value_length};
    assert_int_equal(log->sink.write(log->sink.context, &again, NULL), HF_OK);
}

/* What a transaction wrote; of it, what is held. */
struct commit {
    size_t bytes, held_bytes, held_records, largest_held;
};

/* Publishes, and adds what is on the state and the days topic to log. */
static struct commit commit(struct bench *bench, struct outputs *log)
{
    struct commit result = {0};
    bench_publish(bench);
    for (guint i = 0; i < bench->outputs->list->len; i++) {
        const struct output *output = output_at(bench->outputs, i);
        size_t bytes = output->key_length + output->value_length;
        result.bytes += bytes;
        if (output->topic == bench->kind->state || output->topic == bench->kind->days)
            write_again(log, output);
        if (!is_held_record(output))
            continue;
        result.held_bytes += bytes;
        result.held_records++;
        result.largest_held = MAX(result.largest_held, bytes);
    }
    return result;
}

/* A bench whose partition was read back from the log. */
static struct bench *read_log(const struct outputs *log)
{
    struct bench *bench = bench_new(hf_production_kind());
    int64_t at_state, at_days;
    struct hf_error error = {0};
    bench_restore(bench, log);
    if (hf_partition_restored(bench->partition, &at_state, &at_days, &error) != 1)
        fail_msg("%s", error.text);
    bench->next_offset = at_state;
    return bench;
}

static void assert_comes_back(const struct bench *bench, const struct outputs *log)
{
    struct bench *copy = read_log(log);
    assert_int_equal(hf_partition_waiting(copy->partition), hf_partition_waiting(bench->partition));
    assert_same_ledgers(bench->partition, copy->partition);
    bench_free(copy);
}

/* --- how much --------------------------------------------------------------------------------------------------- */

/* In one record they would be more than twice what Kafka takes. */
static void three_hundred_thousand_versions_of_one_fact_come_back(void **state)
{
    enum { VERSIONS = 300000, LIMIT_BYTES = 1 << 20 };
    struct bench *bench = closed_bench();
    struct outputs *log = outputs_new();
    size_t commits = 0, held_bytes = 0;
    (void)state;
    for (int32_t i = 0; i < VERSIONS; i++) {
        hold(bench, i);
        if (hf_partition_pending_bytes(bench->partition) < LIMIT_BYTES && i < VERSIONS - 1)
            continue;
        struct commit done = commit(bench, log);
        assert_true(done.bytes < LIMIT_BYTES + EVENT_BYTES);
        assert_true(done.largest_held < PART_BYTES);
        held_bytes += done.held_bytes;
        commits++;
    }
    assert_int_equal(hf_partition_waiting(bench->partition), VERSIONS);
    assert_true(commits > 10);
    /* Each once; and once more those of the part in which a transaction ended. */
    assert_true(held_bytes < (size_t)VERSIONS * VERSION_BYTES + commits * PART_BYTES);
    struct outputs *left = outputs_compacted(log);
    assert_true(left->list->len < VERSIONS / HF_HELD_PART + 2 * commits); /* segments and their tombstones */
    assert_comes_back(bench, left);
    assert_comes_back(bench, log);
    outputs_free(left);
    outputs_free(log);
    bench_free(bench);
}

/* However many there are, the next is written with its part alone. */
static void a_version_a_transaction_writes_its_part_only(void **state)
{
    enum { VERSIONS = 3000 };
    struct bench *bench = closed_bench();
    struct outputs *log = outputs_new();
    (void)state;
    for (int32_t i = 0; i < VERSIONS; i++) {
        hold(bench, i);
        struct commit done = commit(bench, log);
        assert_int_equal(done.held_records, 1);
        assert_true(done.largest_held < PART_BYTES);
    }
    for (int32_t i = 0; i < VERSIONS; i += 7) {
        decide(bench, i, i % 2);
        struct commit done = commit(bench, log);
        assert_true(done.held_records <= 1);
        assert_true(done.largest_held < PART_BYTES);
    }
    assert_comes_back(bench, log);
    outputs_free(log);
    bench_free(bench);
}

static void what_does_not_change_what_is_held_writes_none_of_it(void **state)
{
    struct bench *bench = closed_bench();
    struct outputs *log = outputs_new();
    const struct hf_event open = close_event("2003-04-30");
    (void)state;
    hold(bench, 5);
    hold(bench, 9);
    (void)commit(bench, log);
    bench_apply(bench, &open);
    hold(bench, 7); /* is applied: the day is open */
    hold(bench, 9); /* a duplicate of one that waits */
    hold(bench, 2); /* superseded */
    assert_int_equal(commit(bench, log).held_records, 0);
    assert_totals(bench, "applied 1, duplicates 1, superseded 1, closes 2, quarantined 2, restatements 1");
    assert_comes_back(bench, log);
    outputs_free(log);
    bench_free(bench);
}

/* --- the limit of a transaction --------------------------------------------------------------------------------- */

/* Holds where the batch that waits is not larger than was said, and not much smaller. */
static void assert_foretold(struct bench *bench, struct outputs *log, const char *what)
{
    size_t pending = hf_partition_pending_bytes(bench->partition);
    struct commit done = commit(bench, log);
    if (done.bytes > pending + 200 || pending > 3 * done.bytes) /* 200: the control records */
        fail_msg("%s: %zu bytes were foretold, %zu written", what, pending, done.bytes);
    assert_int_equal(hf_partition_pending_bytes(bench->partition), 0);
}

static void pending_bytes_foretell_versions_that_wait(void **state)
{
    static const struct {
        const char *what;
        int32_t versions, step;
    } cases[] = {
        {"one", 1, 1},
        {"a part of them", 40, 1},
        {"revisions in a row", 10000, 1},
        {"revisions far apart, each a record", 3000, 1000},
        {"the last ones first", 10000, -1},
        {"far apart, the last ones first", 3000, -64},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = closed_bench();
        struct outputs *log = outputs_new();
        (void)commit(bench, log);
        for (int32_t j = 0; j < cases[i].versions; j++)
            hold(bench, cases[i].step * (cases[i].step < 0 ? j - cases[i].versions : j));
        assert_foretold(bench, log, cases[i].what);
        outputs_free(log);
        bench_free(bench);
    }
}

/* The records that a decision writes anew count, not the decision alone. */
static void pending_bytes_foretell_decisions(void **state)
{
    static const struct {
        const char *what;
        int32_t step;
    } cases[] = {{"all of them", 1}, {"one of each part", HF_HELD_PART}, {"three of each part", HF_HELD_PART / 3}};
    enum { VERSIONS = 6400 };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = closed_bench();
        struct outputs *log = outputs_new();
        for (int32_t j = 0; j < VERSIONS; j++)
            hold(bench, j);
        (void)commit(bench, log);
        for (int32_t j = 0; j < VERSIONS; j += cases[i].step)
            decide(bench, j, 0);
        assert_true(hf_partition_pending_bytes(bench->partition) > (size_t)VERSIONS * 60);
        assert_foretold(bench, log, cases[i].what);
        outputs_free(log);
        bench_free(bench);
    }
}

/* Each version names another line, whose words stand in the record too, and the mine has the longest name. */
static void pending_bytes_foretell_records_of_many_lines(void **state)
{
    enum { VERSIONS = 5000 };
    struct bench *bench = bench_new(hf_costs_kind());
    struct outputs *log = outputs_new();
    char mine[HF_ID_LIMIT + 1];
    struct hf_event close = close_event("2003-06-30"), event = cost_event("e", 0);
    (void)state;
    memset(mine, 'm', HF_ID_LIMIT);
    mine[HF_ID_LIMIT] = '\0';
    bench_add_mine(bench->mines, mine, "UTC", "00:00", "");
    close.mine_id = event.mine_id = (struct hf_text){mine, HF_ID_LIMIT};
    bench_apply(bench, &close);
    for (; event.revision < VERSIONS; event.revision++) {
        const char *currency = hf_currency_code(event.revision % hf_currency_count());
        event.element = (enum hf_element)(event.revision % HF_ELEMENT_COUNT);
        event.currency = (struct hf_text){currency, strlen(currency)};
        event.micro = (hf_int128)1000000000000000000 * 100000000;
        bench_apply(bench, &event);
    }
    assert_foretold(bench, log, "a line for each");
    outputs_free(log);
    bench_free(bench);
}

/* --- which records ---------------------------------------------------------------------------------------------- */

/* "NUMBER: WHAT" for each held record that was published, as outputs_text has it; a new string. */
static char *held_text(const struct bench *bench)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < bench->outputs->list->len; i++) {
        const struct output *output = output_at(bench->outputs, i);
        struct outputs *one = outputs_new();
        if (is_held_record(output)) {
            write_again(one, output);
            g_autofree char *line = outputs_text(one, bench->kind->lines);
            const char *number = strchr(output->key + strlen("|held|"), '|');
            g_string_append_printf(text, "%s%s", number ? number + 1 : "all", line + strlen("state held"));
        }
        outputs_free(one);
    }
    return g_string_free(text, FALSE);
}

static void assert_held_written(struct bench *bench, struct outputs *log, const char *expected)
{
    (void)commit(bench, log);
    g_autofree char *text = held_text(bench);
    assert_string_equal(text, expected);
    assert_comes_back(bench, log);
}

static void a_decision_writes_the_part_of_its_version(void **state)
{
    struct bench *bench = closed_bench();
    struct outputs *log = outputs_new();
    (void)state;
    for (int32_t i = 0; i <= 128; i++)
        hold(bench, i);
    assert_held_written(bench, log, "0: 64 waiting\n1: 64 waiting\n2: 1 waiting\n");
    decide(bench, 70, 0);
    assert_held_written(bench, log, "1: 63 waiting 1 rejected\n");
    decide(bench, 128, 1);
    decide(bench, 3, 1); /* below the one that stands by now */
    assert_held_written(bench, log, "2: tombstone\n0: 63 waiting\n");
    for (int32_t i = 0; i < 64; i++)
        decide(bench, i, i == 63);
    assert_held_written(bench, log, "0: 62 rejected\n");
    hold(bench, 192);
    decide(bench, 192, 1);
    assert_held_written(bench, log, "3: tombstone\n"); /* it came and went */
    outputs_free(log);
    bench_free(bench);
}

/* --- in whatever order ------------------------------------------------------------------------------------------ */

/* The log with its held records, one for each key, in another order: that of their last changes may be any. */
static struct outputs *shuffled(const struct outputs *log, uint64_t *random)
{
    struct outputs *left = outputs_compacted(log), *result = outputs_new();
    g_autoptr(GPtrArray) held = g_ptr_array_new();
    for (guint i = 0; i < left->list->len; i++)
        if (is_held_record(output_at(left, i)))
            g_ptr_array_add(held, left->list->pdata[i]);
    for (guint i = held->len; i > 1; i--) {
        guint other = (guint)random_between(random, 0, i - 1);
        gpointer swapped = held->pdata[i - 1];
        held->pdata[i - 1] = held->pdata[other];
        held->pdata[other] = swapped;
    }
    for (guint i = 0, next = 0; i < left->list->len; i++)
        write_again(result, is_held_record(output_at(left, i)) ? held->pdata[next++] : output_at(left, i));
    outputs_free(left);
    return result;
}

static void parts_come_back_in_any_order(void **state)
{
    enum { ROUNDS = 40, STEPS = 600 };
    uint64_t random = 71;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct bench *bench = closed_bench();
        struct outputs *log = outputs_new();
        for (int step = 0; step < STEPS; step++) {
            int32_t revision = (int32_t)random_between(&random, 0, 400);
            if (random_between(&random, 0, 2))
                hold(bench, revision);
            else
                decide(bench, revision, random_between(&random, 0, 9) == 0);
            if (random_between(&random, 0, 20) == 0)
                (void)commit(bench, log);
        }
        (void)commit(bench, log);
        assert_true(hf_partition_waiting(bench->partition) > 0);
        for (int i = 0; i < 5; i++) {
            struct outputs *other = shuffled(log, &random);
            assert_comes_back(bench, other);
            outputs_free(other);
        }
        outputs_free(log);
        bench_free(bench);
    }
}

static void a_partition_read_back_writes_the_same_parts(void **state)
{
    struct bench *bench = closed_bench();
    struct outputs *log = outputs_new(), *ignored = outputs_new();
    uint64_t random = 72;
    (void)state;
    for (int i = 0; i < 500; i++)
        hold(bench, (int32_t)random_between(&random, 0, 600));
    (void)commit(bench, log);
    struct bench *copy = read_log(log);
    for (int32_t i = 0; i < 600; i += 5) {
        hold(bench, i + 1);
        hold(copy, i + 1);
        decide(bench, i, 0);
        decide(copy, i, 0);
    }
    (void)commit(bench, ignored);
    (void)commit(copy, ignored);
    assert_same_outputs(bench->outputs, copy->outputs);
    outputs_free(ignored);
    outputs_free(log);
    bench_free(copy);
    bench_free(bench);
}

/* --- records of format 2 ---------------------------------------------------------------------------------------- */

static const char *the_mine(void *context, uint32_t mine)
{
    (void)context;
    (void)mine;
    return "flat";
}

static struct hf_fact waiting_fact(struct hf_fact_id id, uint32_t revision)
{
    const int32_t date = date_of("2003-05-31");
    const uint16_t line = hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED);
    return (struct hf_fact){.id = id,
                            .revision = revision,
                            .effect = {.amount = revision, .date = date, .days = 1, .line = line},
                            .latest = date,
                            .status = HF_FACT_WAITING};
}

static struct hf_fact_id the_id(void)
{
    struct hf_ledger *ledger = hf_ledger_new(BENCH_SEED);
    struct hf_fact_id id = hf_ledger_id(ledger, "flat", 4, "e", 1);
    hf_ledger_free(&ledger);
    return id;
}

/* Writes a record of these revisions of flat's e under the key of a part. */
static void write_held(struct outputs *log, struct hf_held_part part, const uint32_t *revisions, size_t count)
{
    g_autofree struct hf_fact *facts = g_new0(struct hf_fact, count);
    char key[HF_STATE_KEY];
    uint8_t *bytes;
    size_t length;
    for (size_t i = 0; i < count; i++)
        facts[i] = waiting_fact(the_id(), revisions[i]);
    hf_held_encode(facts, count, HF_LINES_PRODUCTION, the_mine, NULL, &bytes, &length);
    const struct hf_output output = {.topic = HF_TOPIC_PRODUCTION_STATE,
                                     .key = key,
                                     .key_length = hf_held_key(part, key),
                                     .value = bytes,
                                     .value_length = length};
    assert_int_equal(log->sink.write(log->sink.context, &output, NULL), HF_OK);
    free(bytes);
}

/* A log in which one record has five versions, as format 2 would have it, between what a bench wrote. */
static struct outputs *undivided_log(void)
{
    static const uint32_t revisions[] = {1000, 0, 64, 63, 1};
    struct outputs *log = outputs_new();
    struct bench *bench = closed_bench();
    write_held(log, (struct hf_held_part){the_id(), HF_HELD_ALL}, revisions, COUNT(revisions));
    (void)commit(bench, log);
    bench_free(bench);
    return log;
}

static void a_record_of_all_versions_is_divided_when_one_changes(void **state)
{
    struct outputs *log = undivided_log();
    struct bench *bench = read_log(log);
    struct hf_event other = production_event("f", 0);
    (void)state;
    assert_int_equal(hf_partition_waiting(bench->partition), 5);
    bench_apply(bench, &other); /* waits too */
    assert_held_written(bench, log, "0: 1 waiting\n");
    decide(bench, 1000, 0);
    decide(bench, 0, 0);
    assert_held_written(bench, log, "all: tombstone\n0: 2 waiting 1 rejected\n1: 1 waiting\n15: 1 rejected\n");
    decide(bench, 63, 0);
    assert_held_written(bench, log, "0: 1 waiting 2 rejected\n");
    struct bench *copy = read_log(log);
    decide(copy, 64, 1); /* divided it is, and stays so */
    assert_held_written(copy, log, "1: tombstone\n");
    struct outputs *left = outputs_compacted(log);
    assert_comes_back(copy, left);
    outputs_free(left);
    outputs_free(log);
    bench_free(copy);
    bench_free(bench);
}

static void dividing_a_record_counts_towards_the_limit(void **state)
{
    enum { VERSIONS = 20000 };
    g_autofree uint32_t *revisions = g_new(uint32_t, VERSIONS);
    struct outputs *log = outputs_new();
    struct bench *first = closed_bench();
    (void)state;
    for (uint32_t i = 0; i < VERSIONS; i++)
        revisions[i] = i;
    write_held(log, (struct hf_held_part){the_id(), HF_HELD_ALL}, revisions, VERSIONS);
    (void)commit(first, log);
    struct bench *bench = read_log(log);
    decide(bench, 7, 0);
    assert_true(hf_partition_pending_bytes(bench->partition) > (size_t)VERSIONS * 60);
    assert_foretold(bench, log, "a record divided");
    assert_comes_back(bench, log);
    outputs_free(log);
    bench_free(bench);
    bench_free(first);
}

static void versions_of_another_part_are_refused(void **state)
{
    const struct hf_held_part parts[] = {{the_id(), 0}, {the_id(), 2}, {{1, 2}, 1}, {{1, 2}, HF_HELD_ALL}};
    const uint32_t revisions[] = {127, 64};
    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct bench *bench = bench_new(hf_production_kind());
        struct outputs *log = outputs_new();
        struct hf_error error = {0};
        write_held(log, parts[i], revisions, COUNT(revisions));
        const struct output *output = output_at(log, 0);
        const struct hf_record record = {.key = output->key,
                                         .key_length = output->key_length,
                                         .value = output->value,
                                         .value_length = output->value_length};
        assert_int_equal(hf_partition_restore_state(bench->partition, &record, &error), HF_EINVAL);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        assert_non_null(strstr(error.text, output->key));
        outputs_free(log);
        bench_free(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_hundred_thousand_versions_of_one_fact_come_back),
        cmocka_unit_test(a_version_a_transaction_writes_its_part_only),
        cmocka_unit_test(what_does_not_change_what_is_held_writes_none_of_it),
        cmocka_unit_test(pending_bytes_foretell_versions_that_wait),
        cmocka_unit_test(pending_bytes_foretell_decisions),
        cmocka_unit_test(pending_bytes_foretell_records_of_many_lines),
        cmocka_unit_test(a_decision_writes_the_part_of_its_version),
        cmocka_unit_test(parts_come_back_in_any_order),
        cmocka_unit_test(a_partition_read_back_writes_the_same_parts),
        cmocka_unit_test(a_record_of_all_versions_is_divided_when_one_changes),
        cmocka_unit_test(dividing_a_record_counts_towards_the_limit),
        cmocka_unit_test(versions_of_another_part_are_refused),
    };
    return cmocka_run_group_tests_name("partition_held", tests, NULL, NULL);
}
