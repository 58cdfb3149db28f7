/* SPDX-License-Identifier: Apache-2.0 */
/* Proves on random histories that segments, however they were merged, swept and compacted, bring back the ledger that
 * was in memory. The shape of the segment log is small, so that all of it happens with few facts. */
#include <stdlib.h>

#include "../../../services/common/engine/partition_memory.h"
#include "../unit.h"
#include "history.h"
#include "ledgers.h"
#include "topic_left.h"

enum { SEEDS = 2000, STEPS = 300 };

static const struct segment_shape shapes[] = {
    {.fanout = 2, .full = 3, .record = 4, .slack = 0, .chunk = 2, .burial = 2},
    {.fanout = 3, .full = 5, .record = 12, .slack = 2, .chunk = 3, .burial = 100},
    {.fanout = 2, .full = 9, .record = 9, .slack = 0, .chunk = 1, .burial = 1},
    {.fanout = 8, .full = 4096, .record = 12288, .slack = 65536, .chunk = 4096, .burial = 4096},
};

/* Four revisions in one part of those that do not stand, in two parts, and in four. */
static const int32_t revision_steps[] = {1, 32, 1000, 1, 1};

/* What the histories of all seeds did: each must have happened often. */
static struct {
    uint64_t commits, restorations, merged, sweeping, held_tombstones;
} seen;

/* --- a history -------------------------------------------------------------------------------------------------- */

static void count_records(const struct bench *bench, const struct outputs *log, guint first)
{
    for (guint i = first; i < log->list->len; i++) {
        const struct output *output = output_at(log, i);
        if (output->topic != bench->kind->state || output->value)
            continue;
        seen.merged += g_str_has_prefix(output->key, "|segment|");
        seen.held_tombstones += g_str_has_prefix(output->key, "|held|");
    }
}

static void compare_with_restored(struct history *history, struct bench *bench, const struct outputs *log,
                                  const struct segment_shape *shape, uint64_t seed)
{
    struct hf_partition *copy = read_back(history, bench, log, shape);
    g_autofree char *ours = ledger_text(bench->partition), *theirs = ledger_text(copy);
    if (strcmp(ours, theirs) != 0)
        fail_msg("seed %llu, offset %lld:\n%s\nwas read back as\n%s", (unsigned long long)seed,
                 (long long)bench->next_offset, ours, theirs);
    assert_int_equal(hf_partition_waiting(bench->partition), hf_partition_waiting(copy));
    assert_int_equal(segment_log_count(bench->partition->segments), segment_log_count(copy->segments));
    assert_int_equal(segment_log_entries(bench->partition->segments), segment_log_entries(copy->segments));
    seen.restorations++;
    if (history_draw(history, 2)) { /* the copy goes on, in its place */
        hf_partition_free(&bench->partition);
        bench->partition = copy;
    } else {
        hf_partition_free(&copy);
    }
}

static void commit(struct bench *bench, struct outputs *log)
{
    guint first = log->list->len;
    assert_int_equal(hf_partition_publish(bench->partition, &log->sink, NULL), HF_OK);
    count_records(bench, log, first);
    seen.commits++;
    seen.sweeping += bench->partition->sweep.is_running || bench->partition->sweep.bury_through >= 0;
}

/* At most one level has fanout segments between transactions, and every other fewer (segment_log.c). */
static void assert_few_small(const struct bench *bench, const struct segment_shape *shape)
{
    size_t levels = 0;
    for (size_t floor = 1; floor < shape->full; floor *= shape->fanout)
        levels++;
    assert_true(segment_log_small_count(bench->partition->segments) <= levels * (shape->fanout - 1) + 1);
}

static void live(struct bench *bench, uint64_t seed)
{
    struct history history = history_new(seed, 1 + (int)(seed % 37));
    const struct segment_shape *shape = &shapes[seed % COUNT(shapes)];
    struct outputs *log = outputs_new();
    history.revision_step = revision_steps[seed % COUNT(revision_steps)];
    bench->rules.correction_horizon_days = seed % 3 ? (int)(seed % 3) * 15 : 0;
    bench->next_offset = 0;
    bench_renew(bench, 0, 1);
    use_shape(bench->partition, shape);
    unsigned steps_a_commit = 1 + history_draw(&history, 12), commits_a_restoration = 1 + history_draw(&history, 20);
    for (unsigned i = 0; i < STEPS; i++) {
        history_step(&history, bench);
        if (history_draw(&history, steps_a_commit))
            continue;
        commit(bench, log);
        assert_few_small(bench, shape);
        if (history_draw(&history, commits_a_restoration) == 0)
            compare_with_restored(&history, bench, log, shape, seed);
    }
    commit(bench, log);
    compare_with_restored(&history, bench, log, shape, seed);
    outputs_free(log);
}

static void what_is_read_back_is_what_was_remembered(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        live(bench, seed);
    bench_free(bench);
    print_message("  %llu commits, %llu restorations, %llu segments merged or swept, %llu commits of a sweep, %llu "
                  "held facts settled\n",
                  (unsigned long long)seen.commits, (unsigned long long)seen.restorations,
                  (unsigned long long)seen.merged, (unsigned long long)seen.sweeping,
                  (unsigned long long)seen.held_tombstones);
    assert_true(seen.restorations > SEEDS * 3 && seen.merged > SEEDS * 10 && seen.sweeping > SEEDS / 4 &&
                seen.held_tombstones > SEEDS / 2);
}

/* --- on the way back -------------------------------------------------------------------------------------------- */

static void produce(struct bench *bench, const char *event_id, int32_t revision, const char *date)
{
    struct hf_event event = production_event(event_id, revision);
    event.occurred_at_ms = noon_ms(date);
    bench_apply(bench, &event);
}

/* So many facts that every part of the table is tidied several times while they are read. */
static void produce_many(struct bench *bench, const char *date)
{
    for (int i = 0; i < 3000; i++) {
        char id[16];
        snprintf(id, sizeof id, "n%d", i);
        produce(bench, id, 0, date);
    }
}

/* "e" stands on a date out of reach, and a version of it waits. That must be known before its segment is read, or it is
 * forgotten as soon as its part of the table is tidied. */
static void a_fact_that_waits_is_not_forgotten_on_the_way_back(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct outputs *log = outputs_new();
    struct hf_event close = close_event("2003-05-31"), decision = decision_event("e", 1, 0);
    (void)state;
    bench->rules.correction_horizon_days = 30;
    bench_renew(bench, 0, 1);
    produce(bench, "e", 0, "2003-05-20");
    bench_apply(bench, &close);
    produce(bench, "e", 1, "2003-05-25"); /* waits */
    produce(bench, "e", 2, "2003-05-25"); /* waits */
    produce(bench, "f", 0, "2003-06-30");
    commit(bench, log);
    bench_apply(bench, &decision); /* no to the one; the other waits on */
    produce_many(bench, "2003-06-30");
    commit(bench, log);
    struct outputs *left = outputs_compacted(log);
    struct bench *second = bench_new(hf_production_kind());
    second->rules = bench->rules;
    bench_renew(second, 0, 1);
    bench_restore(second, left);
    assert_int_equal(hf_partition_waiting(second->partition), 1);
    assert_int_equal(hf_partition_facts(second->partition), 3002);
    assert_same_ledgers(bench->partition, second->partition);
    outputs_free(left);
    outputs_free(log);
    bench_free(second);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fact_that_waits_is_not_forgotten_on_the_way_back),
        cmocka_unit_test(what_is_read_back_is_what_was_remembered),
    };
    return cmocka_run_group_tests_name("partition_merge", tests, NULL, NULL);
}
