/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the ledger remembers every fact whole, says what a version is to it, and stays small. */
#include "headframe/ledger.h"

#include <string.h>

#include "../unit.h"
#include "dates.h"
#include "headframe/vocabulary.h"

static struct hf_fact_id id_of(const struct hf_ledger *ledger, const char *mine, const char *event)
{
    return hf_ledger_id(ledger, mine, strlen(mine), event, strlen(event));
}

static void assert_same_fact(const struct hf_fact *a, const struct hf_fact *b)
{
    assert_true(a->id.high == b->id.high && a->id.low == b->id.low);
    assert_int_equal(a->digest, b->digest);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->voided, b->voided);
    assert_true(a->effect.amount == b->effect.amount);
    assert_int_equal(a->effect.date, b->effect.date);
    assert_int_equal(a->effect.days, b->effect.days);
    assert_int_equal(a->effect.line, b->effect.line);
}

static void a_version_is_judged_by_its_revision_and_its_body(void **state)
{
    static const struct {
        uint32_t standing_revision, revision;
        uint64_t standing_digest, digest;
        enum hf_verdict verdict;
    } cases[] = {
        {0, 0, 11, 11, HF_VERDICT_DUPLICATE},
        {0, 0, 11, 12, HF_VERDICT_CONFLICT},
        {0, 1, 11, 11, HF_VERDICT_REPLACES}, /* the same body is a new version all the same */
        {0, 1, 11, 12, HF_VERDICT_REPLACES},
        {5, 4, 11, 11, HF_VERDICT_SUPERSEDED},
        {5, 4, 11, 12, HF_VERDICT_SUPERSEDED},
        {5, 7, 11, 12, HF_VERDICT_REPLACES}, /* revisions may leave gaps */
        {INT32_MAX, INT32_MAX, 0, 0, HF_VERDICT_DUPLICATE},
        {INT32_MAX, INT32_MAX - 1, 0, 0, HF_VERDICT_SUPERSEDED},
        {INT32_MAX - 1, INT32_MAX, 0, 0, HF_VERDICT_REPLACES},
        {0, 0, 0, UINT64_MAX, HF_VERDICT_CONFLICT},
        {0, 0, 1, 0x8000000000000001U, HF_VERDICT_CONFLICT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_ledger *ledger = hf_ledger_new(1);
        struct hf_fact standing = {
            id_of(ledger, "m", "e"), cases[i].standing_digest, cases[i].standing_revision, 0, {100, 12233, 1, 84}};
        struct hf_fact arriving = {standing.id, cases[i].digest, cases[i].revision, 0, {200, 12234, 2, 85}}, out;
        hf_ledger_put(ledger, &standing);
        for (int again = 0; again < 2; again++) { /* judging changes nothing */
            if (hf_ledger_judge(ledger, &arriving, &out) != cases[i].verdict)
                fail_msg("case %zu", i);
            assert_same_fact(&out, &standing);
        }
        hf_ledger_free(&ledger);
        assert_null(ledger);
        hf_ledger_free(&ledger);
    }
}

static void an_unknown_fact_is_new_and_has_no_effect(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(77);
    struct hf_fact fact = {id_of(ledger, "m", "e1"), 5, 3, 0, {100, 12233, 1, 84}};
    struct hf_fact other = {id_of(ledger, "m", "e2"), 5, 3, 0, {100, 12233, 1, 84}}, out;
    (void)state;
    assert_int_equal(hf_ledger_seed(ledger), 77);
    for (int i = 0; i < 2; i++) { /* in an empty ledger, and beside another fact */
        memset(&out, 0xee, sizeof out);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out), HF_VERDICT_NEW);
        assert_same_fact(&out, &(struct hf_fact){.id = fact.id});
        assert_int_equal(hf_ledger_size(ledger), i);
        hf_ledger_put(ledger, &other);
    }
    hf_ledger_free(&ledger);
}

static void a_version_put_stands_whatever_stood_before(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact first = {id_of(ledger, "m", "e"), 5, 3, 0, {100, 12233, 400, 84}};
    struct hf_fact withdrawn = {first.id, 6, 4, 1, {0, 0, 0, 0}}, older = {first.id, 7, 1, 0, {-1, -1, 1, 1}}, out;
    const struct hf_fact *const versions[] = {&first, &withdrawn, &older};
    (void)state;
    for (size_t i = 0; i < COUNT(versions); i++) {
        hf_ledger_put(ledger, versions[i]);
        assert_int_equal(hf_ledger_judge(ledger, versions[i], &out), HF_VERDICT_DUPLICATE);
        assert_same_fact(&out, versions[i]);
        assert_int_equal(hf_ledger_size(ledger), 1);
    }
    hf_ledger_free(&ledger);
}

static void every_field_comes_back_from_its_bits(void **state)
{
    const hf_int128 amounts[] = {0,
                                 1,
                                 -1,
                                 hf_amount_limit(),
                                 -hf_amount_limit(),
                                 (hf_int128)1 << 64,
                                 -((hf_int128)1 << 64),
                                 -((hf_int128)1 << 64) - 1,
                                 (hf_int128)UINT64_MAX};
    const int32_t dates[] = {0, -1, date_of("1800-01-01"), date_of("2300-12-31"), date_of("1650-01-01"), 1};
    static const uint16_t days[] = {0, 1, 400, 65535}, lines[] = {0, 1, HF_LINE_LIMIT - 1};
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact out;
    (void)state;
    for (size_t a = 0; a < COUNT(amounts); a++)
        for (size_t d = 0; d < COUNT(dates); d++)
            for (size_t n = 0; n < COUNT(days); n++)
                for (size_t l = 0; l < COUNT(lines); l++) {
                    struct hf_fact fact = {id_of(ledger, "m", "e"),
                                           a * d,
                                           d % 2 ? INT32_MAX : 0,
                                           (int)(n % 2),
                                           {amounts[a], dates[d], days[n], lines[l]}};
                    hf_ledger_put(ledger, &fact);
                    assert_int_equal(hf_ledger_judge(ledger, &fact, &out), HF_VERDICT_DUPLICATE);
                    assert_same_fact(&out, &fact);
                }
    hf_ledger_free(&ledger);
}

/* --- identities ------------------------------------------------------------------------------------------------------ */

static void identities_tell_mine_event_and_seed_apart(void **state)
{
    struct hf_ledger *one = hf_ledger_new(1), *two = hf_ledger_new(2);
    char long_id[65];
    memset(long_id, 'x', 64);
    long_id[64] = '\0';
    const struct hf_fact_id ids[] = {
        id_of(one, "ab", "c"),  id_of(one, "a", "bc"),        id_of(one, "c", "ab"), id_of(two, "ab", "c"),
        id_of(one, "ab", "c "), id_of(one, long_id, long_id), id_of(one, "", ""),
    };
    struct hf_fact_id again = hf_ledger_id(one, "abXX", 2, "cXX", 1); /* by length, not by NUL */
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++)
        for (size_t j = 0; j < i; j++)
            assert_false(ids[i].high == ids[j].high || ids[i].low == ids[j].low);
    assert_true(again.high == ids[0].high && again.low == ids[0].low);
    hf_ledger_free(&one);
    hf_ledger_free(&two);
}

/* The state topics keep identities: a later version must hash as this one does. */
static void identities_never_change(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(0x0123456789abcdefU);
    struct hf_fact_id id = id_of(ledger, "greens-creek", "2003-06-30/gold/1");
    (void)state;
    assert_int_equal(id.high, 0xa639b22439413911U); /* XXH3 of "greens-creek|2003-06-30/gold/1", by another binding */
    assert_int_equal(id.low, 0x393a72fe98ee07dbU);
    hf_ledger_free(&ledger);
}

/* --- many facts ------------------------------------------------------------------------------------------------------ */

static struct hf_fact numbered_fact(const struct hf_ledger *ledger, uint64_t number)
{
    uint64_t random = number;
    struct hf_fact fact = {
        .id = hf_ledger_id(ledger, "mine", 4, (const char *)&number, sizeof number),
        .digest = random_next(&random),
        .revision = (uint32_t)random_between(&random, 0, INT32_MAX),
        .effect = {.amount = random_int128(&random, 109),
                   .date = (int32_t)random_between(&random, -62091, 84370),
                   .days = (uint16_t)random_between(&random, 0, 400),
                   .line = (uint16_t)random_between(&random, 0, HF_LINE_LIMIT - 1)},
    };
    fact.voided = fact.effect.days == 0;
    return fact;
}

static void two_hundred_thousand_facts_are_all_found(void **state)
{
    enum { FACTS = 200000 };
    struct hf_ledger *ledger = hf_ledger_new(9);
    struct hf_fact out;
    (void)state;
    for (uint64_t i = 0; i < FACTS; i++) {
        struct hf_fact fact = numbered_fact(ledger, i);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out), HF_VERDICT_NEW);
        hf_ledger_put(ledger, &fact);
    }
    assert_int_equal(hf_ledger_size(ledger), FACTS);
    for (uint64_t i = 0; i < FACTS; i++) {
        struct hf_fact fact = numbered_fact(ledger, i);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out), HF_VERDICT_DUPLICATE);
        assert_same_fact(&out, &fact);
    }
    for (uint64_t i = FACTS; i < FACTS + 1000; i++) {
        struct hf_fact fact = numbered_fact(ledger, i);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out), HF_VERDICT_NEW);
    }
    hf_ledger_free(&ledger);
}

static void a_fact_costs_at_most_96_bytes(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(10);
    (void)state;
    for (uint64_t i = 1; i <= 1500000; i++) {
        struct hf_fact fact = numbered_fact(ledger, i);
        hf_ledger_put(ledger, &fact);
        if (i >= 50000 && i % 1000 == 0 && hf_ledger_memory_bytes(ledger) > i * 96)
            fail_msg("%zu bytes for %llu facts", hf_ledger_memory_bytes(ledger), (unsigned long long)i);
    }
    assert_true(hf_ledger_memory_bytes(ledger) >= 48 * (size_t)1500000); /* the count is of what the entries take */
    hf_ledger_free(&ledger);
}

/* Identities that want the same slot, and the last one: probing goes on and around. */
static void identities_that_collide_are_all_found(void **state)
{
    static const uint64_t lows[] = {0, 5, UINT64_MAX};
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact out;
    (void)state;
    for (size_t l = 0; l < COUNT(lows); l++)
        for (uint64_t i = 1; i <= 200; i++)
            hf_ledger_put(ledger, &(struct hf_fact){.id = {i, lows[l]}, .digest = i + lows[l]});
    assert_int_equal(hf_ledger_size(ledger), 200 * COUNT(lows));
    for (size_t l = 0; l < COUNT(lows); l++)
        for (uint64_t i = 1; i <= 200; i++) {
            struct hf_fact fact = {.id = {i, lows[l]}, .digest = i + lows[l]};
            assert_int_equal(hf_ledger_judge(ledger, &fact, &out), HF_VERDICT_DUPLICATE);
        }
    assert_int_equal(hf_ledger_judge(ledger, &(struct hf_fact){.id = {201, 5}}, &out), HF_VERDICT_NEW);
    hf_ledger_free(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_is_judged_by_its_revision_and_its_body),
        cmocka_unit_test(an_unknown_fact_is_new_and_has_no_effect),
        cmocka_unit_test(a_version_put_stands_whatever_stood_before),
        cmocka_unit_test(every_field_comes_back_from_its_bits),
        cmocka_unit_test(identities_tell_mine_event_and_seed_apart),
        cmocka_unit_test(identities_never_change),
        cmocka_unit_test(two_hundred_thousand_facts_are_all_found),
        cmocka_unit_test(a_fact_costs_at_most_96_bytes),
        cmocka_unit_test(identities_that_collide_are_all_found),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
