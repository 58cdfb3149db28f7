/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the records of a state topic stay in proportion to what is remembered, whatever is committed and how often
 * (docs/architecture.md states the bound). tests/bench measures a whole month. */
#include <stdio.h>

#include "../domain/dates.h"
#include "../unit.h"
#include "bench.h"
#include "headframe/state_codec.h"
#include "state_topic.h"

struct life {
    struct bench *bench;
    struct state_topic topic;
    unsigned commits;
    size_t most_records, most_facts;
    size_t held_records, held_bytes; /* that there may be besides, of versions that do not stand */
};

static struct life life_new(int horizon_days)
{
    struct life life = {.bench = bench_new(hf_production_kind())};
    life.bench->rules.correction_horizon_days = horizon_days;
    life.bench->timestamp_ms = noon_ms("2020-01-01");
    bench_renew(life.bench, 0, 1);
    return life;
}

static void life_free(struct life *life)
{
    state_topic_fini(&life->topic);
    bench_free(life->bench);
}

/* Revision of a fact, dated day days after 2003-01-01. */
static void produce(const struct life *life, unsigned fact, int32_t revision, unsigned day)
{
    char id[24];
    snprintf(id, sizeof id, "e%u", fact);
    struct hf_event event = production_event(id, revision);
    event.occurred_at_ms = noon_ms("2003-01-01") + day * INT64_C(86400000);
    bench_apply(life->bench, &event);
}

/* 3.5 F + 65 536 entries, those of a transaction, and what these take on the wire. */
static size_t bytes_bound(const struct life *life)
{
    enum { FACT_BYTES = 45 };
    return (hf_partition_facts(life->bench->partition) * 7 / 2 + 65536 + HF_SEGMENT_FACTS) * FACT_BYTES +
           life->held_bytes;
}

/* (3.5 F + 65 536) / 4 096 segments that are full, 29 that are not, a control record; and what one transaction adds
 * before what it replaces is gone. */
static size_t bound(const struct life *life)
{
    return (hf_partition_facts(life->bench->partition) * 7 / 2 + 65536) / 4096 + 29 + 1 + 2 + life->held_records;
}

static void commit(struct life *life)
{
    assert_int_equal(hf_partition_publish(life->bench->partition, &life->topic.sink, NULL), HF_OK);
    size_t records = state_topic_count(&life->topic);
    life->commits++;
    life->most_records = MAX(life->most_records, records);
    life->most_facts = MAX(life->most_facts, hf_partition_facts(life->bench->partition));
    if (records > bound(life))
        fail_msg("commit %u: %zu records, more than %zu", life->commits, records, bound(life));
    if (life->topic.live_bytes > bytes_bound(life))
        fail_msg("commit %u: %zu bytes, more than %zu", life->commits, life->topic.live_bytes, bytes_bound(life));
}

static void report(const struct life *life)
{
    print_message("  %u commits, %zu facts: at most %zu records, %zu in the end, %zu bytes; written %llu, %llu bytes\n",
                  life->commits, life->most_facts, life->most_records, state_topic_count(&life->topic),
                  life->topic.live_bytes, (unsigned long long)life->topic.written_records,
                  (unsigned long long)life->topic.written_bytes);
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void an_event_a_commit_leaves_few_records(void **state)
{
    enum { EVENTS = 50000 };
    struct life life = life_new(0);
    (void)state;
    state_topic_init(&life.topic, HF_TOPIC_PRODUCTION_STATE);
    for (unsigned i = 0; i < EVENTS; i++) {
        produce(&life, i, 0, i / 1000);
        commit(&life);
    }
    report(&life);
    assert_true(life.most_records <= EVENTS / 4096 + 30);
    /* Once by itself, and once for each of four levels; a tombstone for each segment. */
    assert_true(life.topic.written_bytes < life.topic.live_bytes * 8);
    life_free(&life);
}

static void corrections_over_and_over_leave_few_records(void **state)
{
    enum { FACTS = 6000, EVENTS = 700000, EVENTS_A_COMMIT = 50 };
    struct life life = life_new(0);
    uint64_t random = 5;
    int32_t revisions[FACTS] = {0};
    (void)state;
    state_topic_init(&life.topic, HF_TOPIC_PRODUCTION_STATE);
    for (unsigned i = 0; i < EVENTS; i++) {
        unsigned fact = (unsigned)random_between(&random, 0, FACTS - 1);
        produce(&life, fact, ++revisions[fact], 0);
        if (i % EVENTS_A_COMMIT == 0)
            commit(&life);
    }
    report(&life);
    assert_int_equal(life.most_facts, FACTS);
    assert_true(life.topic.written_records > 10 * life.most_records); /* or nothing was held down */
    life_free(&life);
}

/* They are versions of one fact: segments name it once, and may not pile up as if it were many. */
static void versions_that_wait_leave_few_segments(void **state)
{
    enum { VERSIONS = 128000, FACTS = 5000, EVENTS = 450000, EVENTS_A_COMMIT = FACTS }; /* segments that are full */
    struct life life = life_new(0);
    const struct hf_event close = close_event("2002-12-31");
    int32_t revisions[FACTS] = {0};
    (void)state;
    life.held_records = VERSIONS / HF_HELD_PART;
    life.held_bytes = (size_t)VERSIONS * 60;
    state_topic_init(&life.topic, HF_TOPIC_PRODUCTION_STATE);
    bench_apply(life.bench, &close);
    struct hf_event event = production_event("waits", 0);
    event.occurred_at_ms = noon_ms("2002-12-31");
    for (; event.revision < VERSIONS; event.revision++)
        bench_apply(life.bench, &event);
    assert_int_equal(hf_partition_waiting(life.bench->partition), VERSIONS);
    for (unsigned i = 0; i < EVENTS; i++) {
        produce(&life, i % FACTS, ++revisions[i % FACTS], 0);
        if (i % EVENTS_A_COMMIT == 0)
            commit(&life);
    }
    report(&life);
    life_free(&life);
}

static void what_is_forgotten_leaves_the_topic(void **state)
{
    enum { DAYS = 1600, FACTS_A_DAY = 200, FACTS_A_COMMIT = 25, HORIZON = 30 };
    struct life life = life_new(HORIZON);
    (void)state;
    state_topic_init(&life.topic, HF_TOPIC_PRODUCTION_STATE);
    for (unsigned i = 0; i < DAYS * FACTS_A_DAY; i++) {
        produce(&life, i, 0, i / FACTS_A_DAY);
        if (i % FACTS_A_COMMIT == 0)
            commit(&life);
    }
    report(&life);
    /* The table is tidied where it is full: it holds at most twice what is in reach. */
    assert_true(life.most_facts < 2 * (HORIZON + 1) * FACTS_A_DAY + 64 * 16);
    assert_true(life.most_records <= 80);
    life_free(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_a_commit_leaves_few_records),
        cmocka_unit_test(corrections_over_and_over_leave_few_records),
        cmocka_unit_test(versions_that_wait_leave_few_segments),
        cmocka_unit_test(what_is_forgotten_leaves_the_topic),
    };
    return cmocka_run_group_tests_name("partition_life", tests, NULL, NULL);
}
