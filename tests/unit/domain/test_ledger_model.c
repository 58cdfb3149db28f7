/* SPDX-License-Identifier: Apache-2.0 */
/* Proves on random histories that the ledger says what a plain list of versions says, and that the same versions put
 * again give the same ledger. */
#include <glib.h>

#include "dates.h"
#include "headframe/ledger.h"

enum { FACTS = 8, MINES = 2, REVISIONS = 5, BODIES = 2, NOISE_MINE = 7 };

/* --- the model --------------------------------------------------------------------------------------------------- */

struct model_fact {
    int stands;
    struct hf_fact standing;
    int is_held[REVISIONS]; /* waiting or rejected */
    struct hf_fact held[REVISIONS];
    int32_t latest;
};

struct model {
    int horizon;
    int32_t newest[MINES]; /* HF_DATE_MIN: none */
    struct model_fact facts[FACTS];
};

static int waits(const struct model_fact *fact)
{
    for (int i = 0; i < REVISIONS; i++)
        if (fact->is_held[i] && fact->held[i].status == HF_FACT_WAITING)
            return 1;
    return 0;
}

static int is_too_late(const struct model *model, int mine, int32_t date)
{
    return model->horizon > 0 && model->newest[mine] != HF_DATE_MIN && date < model->newest[mine] - model->horizon;
}

/* Forgets at once what the ledger forgets when it is asked: what is out of reach stays so, for newest never goes back. */
static void forget(struct model *model)
{
    for (int i = 0; i < FACTS; i++) {
        struct model_fact *fact = &model->facts[i];
        if (fact->stands && !waits(fact) && is_too_late(model, i % MINES, fact->latest))
            fact->stands = 0;
        if (!fact->stands && !waits(fact))
            fact->latest = HF_DATE_MIN; /* the next version begins a new fact */
    }
}

static void model_put(struct model *model, int number, const struct hf_fact *version)
{
    struct model_fact *fact = &model->facts[number];
    int32_t *newest = &model->newest[number % MINES];
    *newest = MAX(*newest, version->latest);
    fact->latest = MAX(fact->latest, version->latest);
    fact->is_held[version->revision] = version->status == HF_FACT_WAITING || version->status == HF_FACT_REJECTED;
    fact->held[version->revision] = *version;
    if (version->status == HF_FACT_STANDING) {
        fact->stands = 1;
        fact->standing = *version;
    }
    forget(model);
}

static enum hf_verdict model_judge(const struct model_fact *fact, uint32_t revision, uint64_t digest)
{
    if (fact->is_held[revision])
        return fact->held[revision].digest == digest ? HF_VERDICT_DUPLICATE : HF_VERDICT_CONFLICT;
    if (!fact->stands)
        return HF_VERDICT_NEW;
    if (fact->standing.revision == revision)
        return fact->standing.digest == digest ? HF_VERDICT_DUPLICATE : HF_VERDICT_CONFLICT;
    return revision > fact->standing.revision ? HF_VERDICT_REPLACES : HF_VERDICT_SUPERSEDED;
}

/* --- a history --------------------------------------------------------------------------------------------------- */

struct history {
    struct hf_ledger *ledger;
    struct model model;
    GArray *puts; /* of struct hf_fact, in order */
    uint64_t random;
    uint64_t noise;
    int verdicts[HF_VERDICT_CONFLICT + 1]; /* how often each was seen */
};

static struct hf_fact_id id_of(uint64_t number)
{
    uint64_t random = number + 1;
    return (struct hf_fact_id){random_next(&random), random_next(&random)};
}

static void put(struct history *history, const struct hf_fact *version)
{
    hf_ledger_put(history->ledger, version);
    g_array_append_val(history->puts, *version);
}

/* Facts of a mine that keeps moving, so that stripes fill up and are tidied. */
static void make_noise(struct history *history)
{
    for (int i = 0; i < 20; i++) {
        int32_t date = (int32_t)(history->noise / 10);
        const struct hf_fact fact = {.id = id_of(1000 + history->noise++),
                                     .effect = {.amount = 1, .date = date, .days = 1},
                                     .mine = NOISE_MINE,
                                     .latest = date};
        put(history, &fact);
    }
}

static struct hf_fact random_version(struct history *history, int number)
{
    uint64_t *random = &history->random;
    int32_t newest = MAX(history->model.newest[number % MINES], 0);
    struct hf_fact fact = {
        .id = id_of((uint64_t)number),
        .digest = (uint64_t)random_between(random, 0, BODIES - 1),
        .revision = (uint32_t)random_between(random, 0, REVISIONS - 1),
        .effect = {.amount = random_between(random, -5, 5),
                   .date = newest + (int32_t)random_between(random, -50, 6),
                   .days = (uint16_t)random_between(random, 0, 12)},
        .mine = (uint32_t)number % MINES,
    };
    fact.voided = fact.effect.days == 0;
    fact.latest = fact.effect.date + (fact.voided ? (int32_t)random_between(random, 0, 9) : fact.effect.days - 1);
    return fact;
}

static void assert_same_judgement(const struct history *history, const struct hf_ledger *ledger, int number,
                                  uint32_t revision, uint64_t digest)
{
    const struct model_fact *expected = &history->model.facts[number];
    const struct hf_fact version = {.id = id_of((uint64_t)number), .revision = revision, .digest = digest};
    struct hf_fact standing;
    int has_standing;
    enum hf_verdict verdict = hf_ledger_judge(ledger, &version, &standing, &has_standing);
    if (verdict != model_judge(expected, revision, digest) || has_standing != expected->stands)
        fail_msg("fact %d revision %u: verdict %d, expected %d; stands %d, expected %d", number, revision, (int)verdict,
                 (int)model_judge(expected, revision, digest), has_standing, expected->stands);
    if (!has_standing)
        return;
    assert_int_equal(standing.revision, expected->standing.revision);
    assert_int_equal(standing.digest, expected->standing.digest);
    assert_int_equal(standing.effect.date, expected->standing.effect.date);
    assert_int_equal(standing.effect.days, expected->standing.effect.days);
    assert_int_equal(standing.latest, expected->latest);
    assert_true(standing.effect.amount == expected->standing.effect.amount);
}

static void assert_agrees(const struct history *history, const struct hf_ledger *ledger)
{
    size_t waiting = 0;
    for (int number = 0; number < FACTS; number++)
        for (uint32_t revision = 0; revision < REVISIONS; revision++) {
            const struct model_fact *fact = &history->model.facts[number];
            int does_wait = fact->is_held[revision] && fact->held[revision].status == HF_FACT_WAITING;
            waiting += (size_t)does_wait;
            assert_int_equal(hf_ledger_waiting(ledger, id_of((uint64_t)number), revision) != NULL, does_wait);
            for (uint64_t digest = 0; digest < BODIES; digest++)
                assert_same_judgement(history, ledger, number, revision, digest);
        }
    assert_int_equal(hf_ledger_waiting_count(ledger), waiting);
    for (uint32_t mine = 0; mine < MINES; mine++) {
        int32_t newest = HF_DATE_MIN;
        (void)hf_ledger_newest(ledger, mine, &newest); /* HF_DATE_MIN where there is none, as in the model */
        assert_int_equal(newest, history->model.newest[mine]);
    }
}

/* A version arrives: it is put as a daemon would, which asks for reach first. */
static void arrive(struct history *history)
{
    int number = (int)random_between(&history->random, 0, FACTS - 1);
    struct hf_fact version = random_version(history, number), standing;
    int has_standing, mine = number % MINES;
    if (is_too_late(&history->model, mine, version.effect.date))
        return;
    enum hf_verdict verdict = hf_ledger_judge(history->ledger, &version, &standing, &has_standing);
    history->verdicts[verdict]++;
    if ((verdict != HF_VERDICT_NEW && verdict != HF_VERDICT_REPLACES) ||
        (standing.effect.days > 0 && is_too_late(&history->model, mine, standing.effect.date)))
        return;
    version.status = random_next(&history->random) % 3 ? HF_FACT_STANDING : HF_FACT_WAITING;
    put(history, &version);
    model_put(&history->model, number, &version);
}

/* One of the versions that wait is decided. */
static void decide(struct history *history)
{
    int number = (int)random_between(&history->random, 0, FACTS - 1);
    const struct model_fact *fact = &history->model.facts[number];
    uint32_t revision = (uint32_t)random_between(&history->random, 0, REVISIONS - 1);
    const struct hf_fact *waiting = hf_ledger_waiting(history->ledger, id_of((uint64_t)number), revision);
    if (!waiting)
        return;
    struct hf_fact version = *waiting;
    version.status = random_next(&history->random) % 2 == 0               ? HF_FACT_REJECTED
                     : fact->stands && fact->standing.revision > revision ? HF_FACT_DECIDED
                                                                          : HF_FACT_STANDING;
    put(history, &version);
    model_put(&history->model, number, &version);
}

static void assert_same_again(const struct history *history)
{
    struct hf_ledger *again = hf_ledger_new(1);
    hf_ledger_set_horizon(again, history->model.horizon);
    for (guint i = 0; i < history->puts->len; i++)
        hf_ledger_put(again, &g_array_index(history->puts, struct hf_fact, i));
    assert_agrees(history, again);
    hf_ledger_free(&again);
}

static void live(struct history *history, int steps)
{
    for (int step = 0; step < steps; step++) {
        if (random_next(&history->random) % 4)
            arrive(history);
        else
            decide(history);
        if (step % 3 == 0)
            make_noise(history);
        assert_agrees(history, history->ledger);
        if (step % 200 == 199)
            assert_same_again(history);
    }
}

static void random_histories_are_judged_as_a_list_would(void **state)
{
    static const int horizons[] = {0, 10, 30, 60};
    int verdicts[HF_VERDICT_CONFLICT + 1] = {0};
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        struct history history = {
            .ledger = hf_ledger_new(1),
            .model = {.horizon = horizons[i % COUNT(horizons)], .newest = {HF_DATE_MIN, HF_DATE_MIN}},
            .puts = g_array_new(FALSE, FALSE, sizeof(struct hf_fact)),
            .random = 71 + i};
        for (int number = 0; number < FACTS; number++)
            history.model.facts[number].latest = HF_DATE_MIN;
        hf_ledger_set_horizon(history.ledger, history.model.horizon);
        live(&history, 600);
        for (size_t j = 0; j < COUNT(verdicts); j++)
            verdicts[j] += history.verdicts[j];
        if (history.model.horizon > 0)
            assert_true(hf_ledger_size(history.ledger) < history.noise / 2); /* what is out of reach is not kept */
        g_array_free(history.puts, TRUE);
        hf_ledger_free(&history.ledger);
    }
    for (size_t j = 0; j < COUNT(verdicts); j++)
        assert_true(verdicts[j] > 50); /* the histories were worth living */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories_are_judged_as_a_list_would),
    };
    return cmocka_run_group_tests_name("ledger_model", tests, NULL, NULL);
}
