/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that bodies that say the same have one digest, others another, and that digests never change. */
#include "headframe/body_digest.h"

#include <string.h>

#include "../unit.h"

#define TEXT(literal) ((struct hf_text){literal, sizeof(literal) - 1})
#define NO_TEXT ((struct hf_text){NULL, 0})

static uint64_t digest_of_amount(hf_int128 amount)
{
    struct hf_body_digest digest;
    hf_body_digest_init(&digest);
    hf_body_digest_add_amount(&digest, amount);
    return hf_body_digest_fini(&digest);
}

static uint64_t digest_of_texts(struct hf_text first, struct hf_text second)
{
    struct hf_body_digest digest;
    hf_body_digest_init(&digest);
    hf_body_digest_add_text(&digest, first);
    hf_body_digest_add_text(&digest, second);
    return hf_body_digest_fini(&digest);
}

static uint64_t digest_of_numbers(int64_t first, int64_t second)
{
    struct hf_body_digest digest;
    hf_body_digest_init(&digest);
    hf_body_digest_add_number(&digest, first);
    hf_body_digest_add_number(&digest, second);
    return hf_body_digest_fini(&digest);
}

static hf_int128 micro(const char *text)
{
    hf_int128 value = 0;
    assert_int_equal(hf_decimal_parse(text, strlen(text), 6, &value, NULL), HF_OK);
    return value;
}

static void amounts_are_compared_by_value(void **state)
{
    static const char *const same[] = {"1.5", "1.50", "1.500000", "+1.5", "01.5"};
    static const char *const other[] = {"1.500001", "-1.5", "15", "0", "1500000", "18446744073709.551616"};
    (void)state;
    for (size_t i = 0; i < COUNT(same); i++)
        assert_int_equal(digest_of_amount(micro(same[i])), digest_of_amount(1500000));
    for (size_t i = 0; i < COUNT(other); i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(digest_of_amount(micro(other[i])), digest_of_amount(micro(other[j])));
    assert_int_equal(digest_of_amount(micro("-0")), digest_of_amount(0));
    /* All 128 bits count. */
    assert_int_not_equal(digest_of_amount(1), digest_of_amount(1 + ((hf_int128)1 << 64)));
    assert_int_not_equal(digest_of_amount(1), digest_of_amount(1 + ((hf_int128)1 << 100)));
}

static void null_and_empty_differ(void **state)
{
    const uint64_t digests[] = {
        digest_of_texts(NO_TEXT, NO_TEXT),   digest_of_texts(NO_TEXT, TEXT("")),    digest_of_texts(TEXT(""), NO_TEXT),
        digest_of_texts(TEXT(""), TEXT("")), digest_of_texts(TEXT("\0"), TEXT("")),
    };
    (void)state;
    for (size_t i = 0; i < COUNT(digests); i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(digests[i], digests[j]);
}

static void fields_are_closed_off_from_each_other_and_keep_their_order(void **state)
{
    const uint64_t digests[] = {
        digest_of_texts(TEXT("ab"), TEXT("c")), digest_of_texts(TEXT("a"), TEXT("bc")),
        digest_of_texts(TEXT("c"), TEXT("ab")), digest_of_texts(TEXT("abc"), TEXT("")),
        digest_of_texts(TEXT(""), TEXT("abc")), digest_of_texts(TEXT("abc"), NO_TEXT),
    };
    (void)state;
    for (size_t i = 0; i < COUNT(digests); i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(digests[i], digests[j]);
    assert_int_not_equal(digest_of_numbers(1, 2), digest_of_numbers(2, 1));
    assert_int_not_equal(digest_of_numbers(0, 0), digest_of_numbers(0, 1));
    assert_int_equal(digest_of_numbers(1, 2), digest_of_numbers(1, 2));
}

/* Texts are read up to their length, wherever they lie. */
static void a_text_ends_at_its_length(void **state)
{
    const char shifted[] = "xgoldy";
    (void)state;
    assert_int_equal(digest_of_texts((struct hf_text){shifted + 1, 4}, NO_TEXT),
                     digest_of_texts(TEXT("gold"), NO_TEXT));
}

/* Words are hashed, not the numbers they have in a vocabulary. */
static void a_word_is_hashed_as_the_text_it_is(void **state)
{
    struct hf_body_digest digest;
    (void)state;
    hf_body_digest_init(&digest);
    hf_body_digest_add_word(&digest, "PRODUCED");
    hf_body_digest_add_word(&digest, "KG");
    assert_int_equal(hf_body_digest_fini(&digest), digest_of_texts(TEXT("PRODUCED"), TEXT("KG")));
    assert_int_not_equal(hf_body_digest_fini(&digest), digest_of_texts(TEXT("PRODUCED"), TEXT("G")));
}

/* The state topics keep digests: a later version must compute these. Chained by hand with xxHash alone. */
static void digests_never_change(void **state)
{
    struct hf_body_digest digest;
    (void)state;
    hf_body_digest_init(&digest);
    assert_int_equal(hf_body_digest_fini(&digest), 0);
    hf_body_digest_add_number(&digest, 1);
    assert_int_equal(hf_body_digest_fini(&digest), 0x2fbc593564db792eU);
    hf_body_digest_add_amount(&digest, 1500000);
    assert_int_equal(hf_body_digest_fini(&digest), 0xfc998d3d090665d8U);
    hf_body_digest_add_text(&digest, TEXT("gold"));
    assert_int_equal(hf_body_digest_fini(&digest), 0x3a03b5a490e3d7d3U);
    hf_body_digest_add_text(&digest, NO_TEXT);
    assert_int_equal(hf_body_digest_fini(&digest), 0xb6bb64372dbb5fa7U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_compared_by_value),
        cmocka_unit_test(null_and_empty_differ),
        cmocka_unit_test(fields_are_closed_off_from_each_other_and_keep_their_order),
        cmocka_unit_test(a_text_ends_at_its_length),
        cmocka_unit_test(a_word_is_hashed_as_the_text_it_is),
        cmocka_unit_test(digests_never_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
