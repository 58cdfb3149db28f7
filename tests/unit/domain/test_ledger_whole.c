/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that facts can be set, cleared and swept through one by one, in a table so full that they move all the time. */
#include <glib.h>

#include "dates.h"
#include "headframe/ledger.h"

enum { IDS = 300, ROUNDS = 400 };

/* All in one part of the table, and half of them near its end, so that they run over into its beginning. */
static struct hf_fact_id id_of(int number)
{
    uint64_t sixteenth = number % 2 ? 15 : (uint64_t)number / 2 % 16;
    return (struct hf_fact_id){1, sixteenth << 60 | (uint64_t)number << 40 | 1};
}

static struct hf_fact fact_of(int number, uint32_t revision, int32_t latest)
{
    return (struct hf_fact){
        .id = id_of(number),
        .revision = revision,
        .effect = {.amount = number, .date = 100, .days = 1, .line = 3},
        .latest = latest,
    };
}

/* --- setting and clearing --------------------------------------------------------------------------------------- */

static void assert_stands(const struct hf_ledger *ledger, int number, uint32_t revision, int32_t latest)
{
    struct hf_fact fact;
    assert_int_equal(hf_ledger_standing(ledger, id_of(number), &fact), 1);
    assert_true(fact.effect.amount == number);
    assert_int_equal(fact.revision, revision);
    assert_int_equal(fact.latest, latest);
}

static void facts_come_and_go_one_by_one(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    uint32_t stands[IDS] = {0}; /* revision; 0: none */
    uint64_t random = 11;
    size_t size = 0;
    (void)state;
    for (int round = 0; round < 40 * IDS; round++) {
        int number = (int)random_between(&random, 0, IDS - 1);
        uint32_t revision = (uint32_t)random_between(&random, 0, 3);
        struct hf_fact fact = fact_of(number, revision, 100 + (int32_t)revision);
        size -= stands[number] > 0;
        if (revision > 0)
            hf_ledger_set_standing(ledger, &fact);
        else
            hf_ledger_clear_standing(ledger, id_of(number));
        stands[number] = revision;
        size += revision > 0;
        assert_int_equal(hf_ledger_size(ledger), size);
        if (round % 64)
            continue;
        for (int i = 0; i < IDS; i++)
            if (stands[i] > 0)
                assert_stands(ledger, i, stands[i], 100 + (int32_t)stands[i]);
            else
                assert_int_equal(hf_ledger_standing(ledger, id_of(i), &fact), 0);
    }
    hf_ledger_free(&ledger);
}

/* What is set is all there is to say: an earlier last date does not linger, unlike where a version is put. */
static void setting_replaces_the_last_date(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact late = fact_of(1, 0, 200), early = fact_of(1, 1, 100);
    int32_t newest;
    (void)state;
    hf_ledger_set_standing(ledger, &late);
    hf_ledger_set_standing(ledger, &early);
    assert_stands(ledger, 1, 1, 100);
    hf_ledger_put(ledger, &late);
    early.revision = 2;
    hf_ledger_put(ledger, &early);
    assert_stands(ledger, 1, 2, 200);
    assert_int_equal(hf_ledger_newest(ledger, 0, &newest), 1);
    assert_int_equal(newest, 200); /* never goes back */
    hf_ledger_free(&ledger);
}

static struct hf_fact held_version(int number, uint32_t revision, enum hf_fact_status status, int32_t latest)
{
    struct hf_fact fact = fact_of(number, revision, latest);
    fact.status = status;
    return fact;
}

static void held_versions_are_set_as_a_whole(void **state)
{
    const struct hf_held_part all = {id_of(1), HF_HELD_ALL}, part = {id_of(1), 0};
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact versions[] = {held_version(1, 4, HF_FACT_WAITING, 150), held_version(1, 5, HF_FACT_REJECTED, 100)},
                   found;
    size_t count;
    int32_t newest;
    (void)state;
    hf_ledger_set_held(ledger, all, versions, 2);
    assert_int_equal(hf_ledger_held(ledger, part, &count)[1].revision, 5);
    assert_int_equal(count, 2);
    assert_int_equal(hf_ledger_waiting_count(ledger), 1);
    assert_true(hf_ledger_has_waiting(ledger, id_of(1)));
    hf_ledger_set_held(ledger, part, versions + 1, 1);
    assert_int_equal(hf_ledger_waiting_count(ledger), 0);
    assert_false(hf_ledger_has_waiting(ledger, id_of(1)));
    hf_ledger_set_held(ledger, all, NULL, 0);
    assert_null(hf_ledger_held(ledger, part, &count));
    assert_int_equal(count, 0);
    assert_int_equal(hf_ledger_standing(ledger, id_of(1), &found), 0);
    assert_int_equal(hf_ledger_newest(ledger, 0, &newest), 1);
    assert_int_equal(newest, 150);
    hf_ledger_free(&ledger);
}

struct parts {
    struct hf_held_part list[8];
    size_t count;
};

static void note_part(void *context, struct hf_held_part part)
{
    struct parts *parts = context;
    assert_true(parts->count < G_N_ELEMENTS(parts->list));
    parts->list[parts->count++] = part;
}

/* The revisions of each part of the fact, by number: "0: 3 63; 1: 64". */
static void assert_parts(const struct hf_ledger *ledger, int number, const char *text)
{
    g_autoptr(GString) shown = g_string_new(NULL);
    struct parts parts = {.count = 0};
    hf_ledger_visit_held_parts(ledger, id_of(number), note_part, &parts);
    for (size_t i = 0; i < parts.count; i++) {
        size_t count;
        const struct hf_fact *versions = hf_ledger_held(ledger, parts.list[i], &count);
        g_string_append_printf(shown, "%s%u:", i ? "; " : "", parts.list[i].number);
        for (size_t j = 0; j < count; j++)
            g_string_append_printf(shown, " %u", versions[j].revision);
    }
    assert_string_equal(shown->str, text);
}

static void held_versions_are_in_parts_by_revision(void **state)
{
    static const uint32_t revisions[] = {64, 3, INT32_MAX, 63, 0, 200, 127};
    struct hf_ledger *ledger = hf_ledger_new(1);
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(revisions); i++) {
        struct hf_fact version =
            held_version(1, revisions[i], i % 2 ? HF_FACT_REJECTED : HF_FACT_WAITING, 100 + (int32_t)i);
        hf_ledger_put(ledger, &version);
    }
    assert_parts(ledger, 1, "0: 0 3 63; 1: 64 127; 3: 200; 33554431: 2147483647");
    assert_parts(ledger, 2, "");
    assert_int_equal(hf_ledger_waiting_count(ledger), 4);
    assert_int_equal(hf_ledger_waiting_facts(ledger), 1);
    assert_true(hf_ledger_is_held(ledger, id_of(1), 63) && hf_ledger_is_held(ledger, id_of(1), INT32_MAX));
    assert_false(hf_ledger_is_held(ledger, id_of(1), 62) || hf_ledger_is_held(ledger, id_of(2), 63));
    struct hf_fact again = held_version(1, 64, HF_FACT_REJECTED, 100);
    hf_ledger_put(ledger, &again); /* in its place */
    struct hf_fact decided = held_version(1, 200, HF_FACT_DECIDED, 100);
    hf_ledger_put(ledger, &decided);
    assert_parts(ledger, 1, "0: 0 3 63; 1: 64 127; 33554431: 2147483647");
    hf_ledger_set_held(ledger, hf_held_part_of(id_of(1), 63), NULL, 0);
    assert_parts(ledger, 1, "1: 64 127; 33554431: 2147483647");
    assert_int_equal(hf_ledger_waiting_count(ledger), 2);
    hf_ledger_set_held(ledger, hf_held_part_of(id_of(2), 0), &again, 0);
    assert_parts(ledger, 2, "");
    hf_ledger_free(&ledger);
}

/* Facts and their versions that wait are counted apart, whatever becomes of them. */
static void facts_that_wait_are_counted_once(void **state)
{
    static const struct {
        int fact;
        uint32_t revision;
        enum hf_fact_status status;
        size_t facts, versions;
    } steps[] = {
        {1, 0, HF_FACT_WAITING, 1, 1},  {1, 90, HF_FACT_WAITING, 1, 2}, {2, 1, HF_FACT_WAITING, 2, 3},
        {1, 0, HF_FACT_REJECTED, 2, 2}, {1, 90, HF_FACT_DECIDED, 1, 1}, {1, 0, HF_FACT_REJECTED, 1, 1},
        {2, 1, HF_FACT_STANDING, 0, 0}, {3, 1, HF_FACT_REJECTED, 0, 0}, {3, 2, HF_FACT_WAITING, 1, 1},
    };
    struct hf_ledger *ledger = hf_ledger_new(1);
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        struct hf_fact version = held_version(steps[i].fact, steps[i].revision, steps[i].status, 100);
        hf_ledger_put(ledger, &version);
        assert_int_equal(hf_ledger_waiting_facts(ledger), steps[i].facts);
        assert_int_equal(hf_ledger_waiting_count(ledger), steps[i].versions);
    }
    hf_ledger_clear_held(ledger);
    assert_int_equal(hf_ledger_waiting_facts(ledger), 0);
    assert_int_equal(hf_ledger_waiting_count(ledger), 0);
    assert_parts(ledger, 1, "");
    assert_parts(ledger, 3, "");
    hf_ledger_free(&ledger);
}

static void what_is_out_of_reach_does_not_stand(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact old = fact_of(1, 0, 100), new = fact_of(2, 0, 131), waiting = fact_of(1, 1, 100), found;
    struct hf_ledger_cursor cursor = {0};
    (void)state;
    hf_ledger_set_horizon(ledger, 30);
    hf_ledger_set_standing(ledger, &old);
    hf_ledger_set_standing(ledger, &new);
    assert_int_equal(hf_ledger_standing(ledger, id_of(1), &found), 0);
    waiting.status = HF_FACT_WAITING;
    hf_ledger_set_held(ledger, hf_held_part_of(id_of(1), 1), &waiting, 1);
    assert_int_equal(hf_ledger_standing(ledger, id_of(1), &found), 1); /* nothing of it is, while a version waits */
    hf_ledger_set_held(ledger, hf_held_part_of(id_of(1), 1), NULL, 0);
    assert_int_equal(hf_ledger_sweep(ledger, &cursor, 0, NULL, NULL), 1); /* one is left, and there is no room for it */
    hf_ledger_free(&ledger);
}

/* --- sweeping --------------------------------------------------------------------------------------------------- */

struct visits {
    int times[IDS + ROUNDS * 10];
    size_t count;
};

static void note(void *context, struct hf_fact_id id)
{
    struct visits *visits = context;
    visits->times[id.low >> 40 & 0xfffff]++;
    visits->count++;
}

/* Facts come and go between the parts of a sweep; those that were there all the time must have been visited. */
static void a_sweep_misses_nothing_that_stays(void **state)
{
    uint64_t random = 12;
    int moved = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct hf_ledger *ledger = hf_ledger_new(1);
        struct hf_ledger_cursor cursor = {0};
        struct visits visits = {{0}, 0};
        int is_there[IDS], next = IDS, facts = (int)random_between(&random, 1, IDS), more;
        for (int i = 0; i < IDS; i++) {
            struct hf_fact fact = fact_of(i, 0, 100);
            is_there[i] = i < facts;
            if (i < facts)
                hf_ledger_put(ledger, &fact);
        }
        do {
            size_t limit = (size_t)random_between(&random, 1, 40);
            visits.count = 0;
            more = hf_ledger_sweep(ledger, &cursor, limit, note, &visits);
            assert_true(visits.count <= limit);
            for (int64_t i = random_between(&random, 0, more ? 5 : 0); i > 0 && next < IDS + 200; i--) {
                struct hf_fact fact = fact_of(next++, 0, 100);
                hf_ledger_put(ledger, &fact);
            }
            if (random_between(&random, 0, 3) == 0) {
                int number = (int)random_between(&random, 0, IDS - 1);
                hf_ledger_clear_standing(ledger, id_of(number));
                is_there[number] = 0;
            }
        } while (more);
        for (int i = 0; i < IDS; i++) {
            if (is_there[i] && visits.times[i] == 0)
                fail_msg("round %d: fact %d was missed", round, i);
            moved += visits.times[i] > 1;
        }
        hf_ledger_free(&ledger);
    }
    assert_true(moved > 100); /* the table did move under the sweep */
}

/* --- splitting -------------------------------------------------------------------------------------------------- */

enum { STAYING = 30000, COMING = 60000, COMING_AT_ONCE = 1500 };

/* Identities that begin with shared bits alike, so that parts of the table split that often before they are parted. */
static struct hf_fact_id crowded_id(uint64_t number, int shared)
{
    uint64_t low = (number + 1) * 0x9e3779b97f4a7c15U, high = (number + 1) * 0xbf58476d1ce4e5b9U;
    return (struct hf_fact_id){high >> shared, (low & ~(uint64_t)0xfffff) | number};
}

static struct hf_fact crowded_fact(uint64_t number, int shared)
{
    struct hf_fact fact = fact_of((int)number, 0, 100);
    fact.id = crowded_id(number, shared);
    return fact;
}

static void note_crowded(void *context, struct hf_fact_id id)
{
    char *is_visited = context;
    is_visited[id.low & 0xfffff] = 1;
}

static void put_crowded(struct hf_ledger *ledger, uint64_t from, uint64_t to, int shared)
{
    for (uint64_t i = from; i < to; i++) {
        struct hf_fact fact = crowded_fact(i, shared);
        hf_ledger_put(ledger, &fact);
    }
}

static void assert_swept_while_it_splits(int shared)
{
    g_autofree char *is_visited = g_malloc0(STAYING + COMING);
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_ledger_cursor cursor = {0};
    struct hf_fact found;
    uint64_t next = STAYING;
    put_crowded(ledger, 0, STAYING, shared);
    while (hf_ledger_sweep(ledger, &cursor, 2000, note_crowded, is_visited)) {
        uint64_t to = MIN(next + COMING_AT_ONCE, STAYING + COMING);
        put_crowded(ledger, next, to, shared);
        next = to;
    }
    assert_true(next > STAYING + 10000); /* it did grow under the sweep */
    for (uint64_t i = 0; i < STAYING; i++)
        if (!is_visited[i])
            fail_msg("%d bits alike: fact %llu was missed", shared, (unsigned long long)i);
    put_crowded(ledger, next, STAYING + COMING, shared);
    assert_int_equal(hf_ledger_size(ledger), STAYING + COMING);
    for (uint64_t i = 0; i < STAYING + COMING; i++) {
        assert_int_equal(hf_ledger_standing(ledger, crowded_id(i, shared), &found), 1);
        assert_true(found.effect.amount == (hf_int128)i);
    }
    assert_int_equal(hf_ledger_standing(ledger, crowded_id(STAYING + COMING, shared), &found), 0);
    hf_ledger_free(&ledger);
}

/* 30 bits alike are more than the directory ever tells apart: a part of the table must go on growing. */
static void a_table_splits_under_a_sweep_and_loses_nothing(void **state)
{
    const int shared[] = {0, 1, 3, 12, 30};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
        assert_swept_while_it_splits(shared[i]);
}

static void a_sweep_of_what_keeps_still_visits_each_fact_once(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_ledger_cursor cursor = {0};
    struct visits visits = {{0}, 0};
    (void)state;
    for (int i = 0; i < IDS; i++) {
        struct hf_fact fact = fact_of(i, 0, 100);
        fact.id.high = (uint64_t)i << 56; /* in all parts of the table */
        hf_ledger_put(ledger, &fact);
    }
    while (hf_ledger_sweep(ledger, &cursor, 7, note, &visits))
        ;
    assert_int_equal(visits.count, IDS);
    for (int i = 0; i < IDS; i++)
        assert_int_equal(visits.times[i], 1);
    hf_ledger_free(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_come_and_go_one_by_one),
        cmocka_unit_test(setting_replaces_the_last_date),
        cmocka_unit_test(held_versions_are_set_as_a_whole),
        cmocka_unit_test(held_versions_are_in_parts_by_revision),
        cmocka_unit_test(facts_that_wait_are_counted_once),
        cmocka_unit_test(what_is_out_of_reach_does_not_stand),
        cmocka_unit_test(a_sweep_misses_nothing_that_stays),
        cmocka_unit_test(a_table_splits_under_a_sweep_and_loses_nothing),
        cmocka_unit_test(a_sweep_of_what_keeps_still_visits_each_fact_once),
    };
    return cmocka_run_group_tests_name("ledger_whole", tests, NULL, NULL);
}
