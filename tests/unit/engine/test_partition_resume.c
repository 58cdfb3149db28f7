/* SPDX-License-Identifier: Apache-2.0 */
/* Proves on random input that a partition read back from its topics in the middle goes on, record for record, as the one
 * that wrote them: what stands, waits, was rejected or forgotten, closes, restatements, the newest days. */
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/vocabulary.h"

enum { TRANSACTIONS = 100, RECORDS = 8 };

/* A world: what it is ruled by, and the input that comes next. */
struct world {
    const struct hf_ledger_kind *kind;
    struct hf_ledger_rules rules;
    uint64_t random;
    int32_t day;          /* moves on slowly */
    struct hf_event last; /* the last version; it may come again */
};

static const char *const mines[] = {"flat", "gc", "other"}, *const ids[] = {"a", "b", "c", "d", "e", "f"};

static struct hf_event random_version(struct world *world)
{
    static const char *const materials[] = {"gold", "silver"}, *const currencies[] = {"USD", "MXN"};
    uint64_t *random = &world->random;
    int32_t date = world->day - (int32_t)random_between(random, 0, 70);
    const char *id = ids[random_between(random, 0, COUNT(ids) - 1)];
    int32_t revision = (int32_t)random_between(random, 0, 6);
    struct hf_event event =
        world->kind == hf_production_kind() ? production_event(id, revision) : cost_event(id, revision);
    event.micro = random_between(random, 1, 2) * 1000000;
    event.voided = random_next(random) % 6 == 0;
    event.occurred_at_ms = date * INT64_C(86400000);
    event.from = date;
    event.through = date + (int32_t)random_between(random, 0, 20);
    const char *material = materials[random_next(random) % 2], *currency = currencies[random_next(random) % 2];
    event.material = (struct hf_text){material, strlen(material)};
    event.currency = (struct hf_text){currency, strlen(currency)};
    return event;
}

/* Mostly forward, sometimes far back. */
static struct hf_event random_close(struct world *world)
{
    struct hf_event event = close_event("2003-05-31");
    event.closed_through =
        world->day - (int32_t)random_between(&world->random, 0, random_next(&world->random) % 3 ? 30 : 80);
    return event;
}

static struct hf_event random_decision(struct world *world)
{
    uint64_t *random = &world->random;
    return decision_event(ids[random_between(random, 0, COUNT(ids) - 1)], (int32_t)random_between(random, 0, 6),
                          random_next(random) % 2 != 0);
}

static struct hf_event random_record(struct world *world)
{
    uint64_t *random = &world->random;
    int64_t kind = random_between(random, 0, 9);
    const char *mine = mines[random_between(random, 0, COUNT(mines) - 1)];
    world->day += random_next(random) % 4 == 0;
    if (kind == 0 && world->last.mine_id.data)
        return world->last;
    struct hf_event event = kind == 1   ? random_close(world)
                            : kind <= 3 ? random_decision(world)
                                        : random_version(world);
    event.mine_id = (struct hf_text){mine, strlen(mine)};
    if (kind > 3)
        world->last = event;
    return event;
}

static struct bench *bench_of(const struct world *world, uint64_t seed)
{
    struct bench *bench = bench_new(world->kind);
    bench->rules = world->rules;
    bench->timestamp_ms = INT64_C(4000000000000); /* 2096: nothing is in the future */
    hf_partition_free(&bench->partition);
    bench->partition =
        hf_partition_new(bench->kind, hf_topic_info(bench->kind->input)->name, 0, 1, seed, &bench->rules);
    return bench;
}

/* Another process, with a seed of its own, reads back what was written. */
static struct bench *read_back(const struct world *world, const struct bench *first, const struct outputs *written)
{
    struct bench *second = bench_of(world, 99);
    struct hf_error error = {0};
    int64_t at_state, at_days;
    bench_restore(second, written);
    if (hf_partition_restored(second->partition, &at_state, &at_days, &error) != 1)
        fail_msg("%s", error.text);
    assert_int_equal(at_state, first->next_offset);
    assert_int_equal(hf_partition_waiting(second->partition), hf_partition_waiting(first->partition));
    assert_false(hf_partition_has_changes(second->partition));
    second->next_offset = first->next_offset;
    return second;
}

/* Sums over all worlds, so that a world in which nothing happens is noticed. */
static struct hf_partition_counts seen;

static void add_counts(const struct bench *bench)
{
    const struct hf_partition_counts counts = hf_partition_counts(bench->partition);
    seen.applied += counts.applied;
    seen.duplicates += counts.duplicates;
    seen.superseded += counts.superseded;
    seen.dead_letters += counts.dead_letters;
    seen.quarantined += counts.quarantined;
    seen.accepted += counts.accepted;
    seen.rejected += counts.rejected;
    seen.decisions_ignored += counts.decisions_ignored;
    seen.restatements += counts.restatements;
}

static void live(struct world *world)
{
    struct bench *first = bench_of(world, BENCH_SEED), *second = NULL;
    struct outputs *written = outputs_new();
    for (int i = 0; i < TRANSACTIONS; i++) {
        for (int j = 0; j < RECORDS; j++) {
            const struct hf_event event = random_record(world);
            bench_apply(first, &event);
            if (second)
                bench_apply(second, &event);
        }
        bench_publish(first);
        if (second) {
            bench_publish(second);
            assert_same_outputs(first->outputs, second->outputs);
        }
        for (guint k = 0; k < first->outputs->list->len; k++) {
            const struct output *output = output_at(first->outputs, k);
            const struct hf_output again = {output->topic, output->partition,    output->key, output->key_length,
                                            output->value, output->value_length, NULL,        0};
            assert_int_equal(written->sink.write(written->sink.context, &again, NULL), HF_OK);
        }
        if (i % 20 == 9) { /* and again from what the second wrote, which is the same */
            struct outputs *left = outputs_compacted(written);
            if (second)
                bench_free(second);
            second = read_back(world, first, i % 40 == 9 ? left : written);
            outputs_free(left);
        }
    }
    assert_non_null(second);
    assert_int_equal(hf_partition_waiting(first->partition), hf_partition_waiting(second->partition));
    add_counts(first);
    outputs_free(written);
    bench_free(first);
    bench_free(second);
}

static void a_partition_read_back_goes_on_as_the_one_that_wrote(void **state)
{
    static const enum hf_after_close after_close[] = {HF_AFTER_CLOSE_QUARANTINE, HF_AFTER_CLOSE_RESTATE,
                                                      HF_AFTER_CLOSE_QUARANTINE, HF_AFTER_CLOSE_REJECT};
    static const int horizons[] = {0, 20, 45};
    (void)state;
    for (size_t i = 0; i < 24; i++) {
        struct world world = {
            .kind = i % 2 ? hf_costs_kind() : hf_production_kind(),
            .rules = {after_close[i / 2 % COUNT(after_close)], horizons[i / 8 % COUNT(horizons)]},
            .random = 81 + i,
            .day = date_of("2003-06-30"),
        };
        live(&world);
    }
    const uint64_t counts[] = {seen.applied,      seen.duplicates,        seen.superseded,
                               seen.dead_letters, seen.quarantined,       seen.accepted,
                               seen.rejected,     seen.decisions_ignored, seen.restatements};
    for (size_t i = 0; i < COUNT(counts); i++)
        if (counts[i] < 50)
            fail_msg("count %zu is %u", i, (unsigned)counts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_read_back_goes_on_as_the_one_that_wrote),
    };
    return cmocka_run_group_tests_name("partition_resume", tests, NULL, NULL);
}
