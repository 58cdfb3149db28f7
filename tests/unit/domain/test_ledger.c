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

/* A version of a fact of m: 100 of line 84 on 2003-06-30. */
static struct hf_fact fact_of(const struct hf_ledger *ledger, const char *event, uint32_t revision, uint64_t digest)
{
    return (struct hf_fact){
        .id = id_of(ledger, "m", event),
        .digest = digest,
        .revision = revision,
        .effect = {100, 12233, 1, 84},
        .latest = 12233,
    };
}

static void assert_same_fact(const struct hf_fact *a, const struct hf_fact *b)
{
    assert_true(a->id.high == b->id.high && a->id.low == b->id.low);
    assert_int_equal(a->digest & HF_FACT_DIGEST_MASK, b->digest & HF_FACT_DIGEST_MASK);
    assert_int_equal(a->mine, b->mine);
    assert_int_equal(a->latest, b->latest);
    assert_int_equal(a->status, b->status);
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
        {0, 0, 1, 0x0000080000000001U, HF_VERDICT_CONFLICT},  /* the highest bit of a digest that counts */
        {0, 0, 1, 0xfffff00000000001U, HF_VERDICT_DUPLICATE}, /* the bits above it do not */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_ledger *ledger = hf_ledger_new(1);
        struct hf_fact standing = fact_of(ledger, "e", cases[i].standing_revision, cases[i].standing_digest);
        struct hf_fact arriving = fact_of(ledger, "e", cases[i].revision, cases[i].digest), out;
        int has_standing = 0;
        arriving.effect = (struct hf_effect){200, 12234, 2, 85};
        hf_ledger_put(ledger, &standing);
        for (int again = 0; again < 2; again++) { /* judging changes nothing */
            if (hf_ledger_judge(ledger, &arriving, &out, &has_standing) != cases[i].verdict)
                fail_msg("case %zu", i);
            assert_int_equal(has_standing, 1);
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
    struct hf_fact fact = fact_of(ledger, "e1", 3, 5), other = fact_of(ledger, "e2", 3, 5), out;
    (void)state;
    assert_int_equal(hf_ledger_seed(ledger), 77);
    for (int i = 0; i < 2; i++) { /* in an empty ledger, and beside another fact */
        int has_standing = 1;
        memset(&out, 0xee, sizeof out);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out, &has_standing), HF_VERDICT_NEW);
        assert_int_equal(has_standing, 0);
        assert_same_fact(&out, &(struct hf_fact){.id = fact.id});
        assert_int_equal(hf_ledger_size(ledger), i);
        hf_ledger_put(ledger, &other);
    }
    hf_ledger_free(&ledger);
}

static void a_version_put_stands_whatever_stood_before(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(1);
    struct hf_fact first = fact_of(ledger, "e", 3, 5), withdrawn = fact_of(ledger, "e", 4, 6);
    struct hf_fact older = fact_of(ledger, "e", 1, 7), out;
    const struct hf_fact *const versions[] = {&withdrawn, &first, &older};
    (void)state;
    withdrawn.voided = 1;
    withdrawn.effect.days = 0;
    first.effect.days = 400;
    first.latest = older.effect.date + 399;
    older.effect = (struct hf_effect){-1, first.latest, 1, 1};
    older.latest = first.latest;
    for (size_t i = 0; i < COUNT(versions); i++) {
        hf_ledger_put(ledger, versions[i]);
        assert_int_equal(hf_ledger_judge(ledger, versions[i], &out, NULL), HF_VERDICT_DUPLICATE);
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
    static const uint16_t days[] = {0, 1, HF_SPREAD_LIMIT, HF_SPREAD_LIMIT - 1}, lines[] = {0, 1, HF_LINE_LIMIT - 1};
    static const uint32_t mines[] = {0, 1, (1 << 20) - 1, 1 << 20, (1 << 22) + 5}; /* newest dates are kept by mine */
    struct hf_fact out;
    (void)state;
    for (size_t a = 0; a < COUNT(amounts); a++)
        for (size_t d = 0; d < COUNT(dates); d++)
            for (size_t n = 0; n < COUNT(days); n++)
                for (size_t l = 0; l < COUNT(lines); l++) {
                    struct hf_ledger *ledger = hf_ledger_new(1);
                    struct hf_fact fact = {
                        .id = id_of(ledger, "m", "e"),
                        .digest = d % 2 ? HF_FACT_DIGEST_MASK : a * d,
                        .revision = d % 2 ? INT32_MAX : 0,
                        .voided = (int)(n % 2),
                        .effect = {amounts[a], dates[d], days[n], lines[l]},
                        .latest = dates[d] + (days[n] ? days[n] - 1 : 0) + (l == 1 ? 399 : 0),
                    };
                    hf_ledger_put(ledger, &fact);
                    for (size_t m = 0; m < (a + d + n == 0 ? COUNT(mines) : 1); m++) {
                        fact.mine = mines[m];
                        hf_ledger_put(ledger, &fact);
                        assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_DUPLICATE);
                        assert_same_fact(&out, &fact);
                    }
                    hf_ledger_free(&ledger);
                }
}

/* --- versions that do not stand ------------------------------------------------------------------------------------ */

/* One version of the fact e, "W2b": what it is to the fact (S stands, W waits, R rejected, D decided), its revision, its
 * body. */
static struct hf_fact version_of(const struct hf_ledger *ledger, const char *word)
{
    static const char statuses[] = "SWRD";
    struct hf_fact fact = fact_of(ledger, "e", (uint32_t)(word[1] - '0'), (uint64_t)word[2]);
    assert_non_null(strchr(statuses, word[0]));
    fact.status = (enum hf_fact_status)(strchr(statuses, word[0]) - statuses);
    fact.effect.amount = word[1] - '0';
    return fact;
}

/* Puts versions, words with spaces between them. */
static void put_versions(struct hf_ledger *ledger, const char *words)
{
    for (; *words; words += strspn(words, " ")) {
        const struct hf_fact fact = version_of(ledger, words);
        hf_ledger_put(ledger, &fact);
        words += 3;
    }
}

/* The revisions of e that wait, as "2 4". */
static void assert_waiting(const struct hf_ledger *ledger, const char *expected)
{
    char text[40] = "";
    size_t count = 0;
    for (uint32_t revision = 0; revision < 10; revision++) {
        const struct hf_fact *waiting = hf_ledger_waiting(ledger, id_of(ledger, "m", "e"), revision);
        if (!waiting)
            continue;
        count++;
        assert_int_equal(waiting->revision, revision);
        assert_int_equal(waiting->status, HF_FACT_WAITING);
        append(text, sizeof text, "%s%u", *text ? " " : "", revision);
    }
    assert_string_equal(text, expected);
    assert_int_equal(hf_ledger_waiting_count(ledger), count);
}

/* Holds where each of e's versions is judged so, and this one stands: "3a=" duplicate, "!" conflict, "<" superseded,
 * ">" replaces, "*" new. */
static void assert_judged(const struct hf_ledger *ledger, const char *expected, const char *standing)
{
    static const char signs[] = {[HF_VERDICT_NEW] = '*',
                                 [HF_VERDICT_REPLACES] = '>',
                                 [HF_VERDICT_DUPLICATE] = '=',
                                 [HF_VERDICT_SUPERSEDED] = '<',
                                 [HF_VERDICT_CONFLICT] = '!'};
    for (const char *word = expected; *word; word += 3 + strspn(word + 3, " ")) {
        char version[4] = {'S', word[0], word[1], '\0'};
        const struct hf_fact fact = version_of(ledger, version);
        struct hf_fact out;
        int has_standing;
        char sign = signs[hf_ledger_judge(ledger, &fact, &out, &has_standing)];
        if (sign != word[2])
            fail_msg("%.2s is judged %c, expected %.3s", word, sign, word);
        if (has_standing != (*standing != '\0'))
            fail_msg("%.2s: %s stands", word, has_standing ? "something" : "nothing");
        const struct hf_fact expected_fact =
            has_standing ? version_of(ledger, standing) : (struct hf_fact){.id = fact.id};
        assert_same_fact(&out, &expected_fact);
    }
}

static void versions_that_do_not_stand_are_known_again(void **state)
{
    static const struct {
        const char *puts, *judged, *standing, *waiting;
    } cases[] = {
        /* Only waiting or rejected: nothing stands, so any other revision is the first. */
        {"W1a", "1a= 1b! 2a* 0a*", "", "1"},
        {"R1a", "1a= 1b! 2a* 0a*", "", ""},
        {"W1a R1a", "1a= 1b! 2a* 0a*", "", ""},
        {"W1a W2b W3c", "1a= 2b= 3c= 3a! 4a*", "", "1 2 3"},
        {"W1a W2b W3c R2b", "1a= 2b= 3c= 2a! 4a*", "", "1 3"},
        /* Beside one that stands. */
        {"S3a W5b", "5b= 5a! 3a= 3b! 2a< 4a> 6a>", "S3a", "5"},
        {"S3a W5b R5b", "5b= 5a! 3a= 3b! 2a< 4a> 6a>", "S3a", ""},
        /* Accepted. */
        {"W1a S1a", "1a= 1b! 0a< 2a>", "S1a", ""},
        {"S3a W5b S5b", "5b= 5a! 3a< 4a< 6a>", "S5b", ""},
        {"S0a W1b W2c S2c", "2c= 2a! 1b= 1a! 0a< 3a>", "S2c", "1"}, /* 1 waits on, below what stands */
        /* Equal to one that waits or was rejected is looked at before superseded. */
        {"W2b S3a", "2b= 2a! 1a< 3a=", "S3a", "2"},
        {"W2b S3a R2b", "2b= 2a! 1a< 3a=", "S3a", ""},
        {"R2b S3a", "2b= 2a! 1a<", "S3a", ""},
        /* Accepted below what stands: not remembered. */
        {"W2b S3a D2b", "2b< 2a< 3a= 4a>", "S3a", ""},
        {"S3a W2b W1c D2b", "2b< 1c= 1a!", "S3a", "1"},
        /* A rejected one of another revision has no say. */
        {"W9z R9z S1a", "9z= 9a! 1a= 8a> 0a<", "S1a", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_ledger *ledger = hf_ledger_new(3);
        put_versions(ledger, cases[i].puts);
        print_message("  %s\n", cases[i].puts);
        assert_judged(ledger, cases[i].judged, cases[i].standing);
        assert_waiting(ledger, cases[i].waiting);
        assert_int_equal(hf_ledger_size(ledger), *cases[i].standing != '\0');
        hf_ledger_free(&ledger);
    }
}

static void a_version_that_waits_comes_back_whole(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(3);
    struct hf_fact waiting = fact_of(ledger, "e", INT32_MAX, 5), other = fact_of(ledger, "f", INT32_MAX, 5);
    (void)state;
    waiting.effect = (struct hf_effect){-hf_amount_limit(), date_of("1800-01-01"), 400, HF_LINE_LIMIT - 1};
    waiting.latest = waiting.effect.date + 399;
    waiting.mine = 77;
    waiting.status = HF_FACT_WAITING;
    assert_null(hf_ledger_waiting(ledger, waiting.id, INT32_MAX));
    hf_ledger_put(ledger, &waiting);
    assert_same_fact(hf_ledger_waiting(ledger, waiting.id, INT32_MAX), &waiting);
    assert_null(hf_ledger_waiting(ledger, waiting.id, 0));
    assert_null(hf_ledger_waiting(ledger, other.id, INT32_MAX)); /* of each fact its own */
    other.status = HF_FACT_WAITING;
    hf_ledger_put(ledger, &other);
    assert_int_equal(hf_ledger_waiting_count(ledger), 2);
    other.status = HF_FACT_REJECTED;
    hf_ledger_put(ledger, &other);
    hf_ledger_put(ledger, &other); /* again, as when reading back what was read already */
    assert_int_equal(hf_ledger_waiting_count(ledger), 1);
    assert_null(hf_ledger_waiting(ledger, other.id, INT32_MAX));
    assert_non_null(hf_ledger_waiting(ledger, waiting.id, INT32_MAX));
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
    fact.mine = (uint32_t)(number % 40);
    fact.latest = fact.effect.date + (fact.voided ? 0 : fact.effect.days - 1);
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
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_NEW);
        hf_ledger_put(ledger, &fact);
    }
    assert_int_equal(hf_ledger_size(ledger), FACTS);
    for (uint64_t i = 0; i < FACTS; i++) {
        struct hf_fact fact = numbered_fact(ledger, i);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_DUPLICATE);
        assert_same_fact(&out, &fact);
    }
    for (uint64_t i = FACTS; i < FACTS + 1000; i++) {
        struct hf_fact fact = numbered_fact(ledger, i);
        assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_NEW);
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
            assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_DUPLICATE);
        }
    assert_int_equal(hf_ledger_judge(ledger, &(struct hf_fact){.id = {201, 5}}, &out, NULL), HF_VERDICT_NEW);
    hf_ledger_free(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_is_judged_by_its_revision_and_its_body),
        cmocka_unit_test(an_unknown_fact_is_new_and_has_no_effect),
        cmocka_unit_test(a_version_put_stands_whatever_stood_before),
        cmocka_unit_test(every_field_comes_back_from_its_bits),
        cmocka_unit_test(versions_that_do_not_stand_are_known_again),
        cmocka_unit_test(a_version_that_waits_comes_back_whole),
        cmocka_unit_test(identities_tell_mine_event_and_seed_apart),
        cmocka_unit_test(identities_never_change),
        cmocka_unit_test(two_hundred_thousand_facts_are_all_found),
        cmocka_unit_test(a_fact_costs_at_most_96_bytes),
        cmocka_unit_test(identities_that_collide_are_all_found),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
