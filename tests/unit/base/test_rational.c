/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that rationals and quotients are read exactly and printed half to even, never as "-0" (headframe/decimal.h). */
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/decimal.h"

#define ZEROS_40 "0000000000000000000000000000000000000000"
#define NINES_40 "9999999999999999999999999999999999999999"

/* The quotient as it stands, within as many bytes as its bound says. */
static void assert_quotient_formats(const mpq_t value, unsigned digits, const char *expected)
{
    struct hf_quotient_space space;
    hf_quotient_space_init(&space);
    size_t bound = hf_quotient_bound(mpq_numref(value), digits);
    char *text = malloc(bound); /* AddressSanitizer sees a byte too many */
    size_t length = hf_quotient_format(mpq_numref(value), mpq_denref(value), digits, &space, text);
    if (strcmp(text, expected) != 0)
        fail_msg("a quotient at %u places is \"%s\", expected \"%s\"", digits, text, expected);
    assert_int_equal(length, strlen(expected));
    free(text);
    hf_quotient_space_fini(&space);
}

static void assert_formats(const char *fraction, unsigned digits, const char *expected)
{
    static const char *const multiples[] = {"1", "-1", "-6", "10000000000000000003", ("-4" ZEROS_40)};
    mpq_t value, expanded;
    mpz_t factor;
    mpq_inits(value, expanded, NULL);
    mpz_init(factor);
    assert_int_equal(mpq_set_str(value, fraction, 10), 0);
    mpq_canonicalize(value);
    char *text = hf_rational_format(value, digits);
    if (strcmp(text, expected) != 0)
        fail_msg("%s at %u places is \"%s\", expected \"%s\"", fraction, digits, text, expected);
    free(text);
    for (size_t i = 0; i < COUNT(multiples); i++) { /* neither lowest terms nor the signs matter */
        mpz_set_str(factor, multiples[i], 10);
        mpz_mul(mpq_numref(expanded), mpq_numref(value), factor);
        mpz_mul(mpq_denref(expanded), mpq_denref(value), factor);
        assert_quotient_formats(expanded, digits, expected);
    }
    mpq_clears(value, expanded, NULL);
    mpz_clear(factor);
}

static void ties_go_to_the_even_neighbour(void **state)
{
    (void)state;
    assert_formats("1/2", 0, "0");
    assert_formats("3/2", 0, "2");
    assert_formats("5/2", 0, "2");
    assert_formats("7/2", 0, "4");
    assert_formats("-3/2", 0, "-2");
    assert_formats("-5/2", 0, "-2");
    assert_formats("1/8", 2, "0.12");
    assert_formats("3/8", 2, "0.38");
    assert_formats("-1/8", 2, "-0.12");
    assert_formats("-3/8", 2, "-0.38");
    assert_formats("5/1000", 2, "0.00");
    assert_formats("15/1000", 2, "0.02");
    assert_formats("25/1000", 2, "0.02");
    assert_formats("9985/10000", 3, "0.998");
    assert_formats("9995/10000", 3, "1.000"); /* 999.5 goes up to 1000 and carries */
    assert_formats("1/2000000000000", 12, "0.000000000000");
    assert_formats("3/2000000000000", 12, "0.000000000002");
    /* 10^40 + 1/2 and 10^40 + 3/2 */
    assert_formats("2" ZEROS_40 "1/2", 0, "10" ZEROS_40);
    assert_formats("2" ZEROS_40 "3/2", 0, "1" ZEROS_40 "2");
}

static void what_is_no_tie_goes_to_the_nearer_neighbour(void **state)
{
    (void)state;
    assert_formats("1" ZEROS_40 "1/2" ZEROS_40 "0", 0, "1"); /* 0.5 and a hair */
    assert_formats(NINES_40 "/2" ZEROS_40, 0, "0");
    assert_formats("-1" ZEROS_40 "1/2" ZEROS_40 "0", 0, "-1");
    assert_formats("1/3", 6, "0.333333");
    assert_formats("2/3", 6, "0.666667");
    assert_formats("-2/3", 4, "-0.6667");
    assert_formats("999999/1000000", 3, "1.000");
    assert_formats("-6/1000", 2, "-0.01");
    assert_formats("505000230/4300000000", 6, "0.117442");  /* the contract's change_ratio */
    assert_formats("1595000230/4805000230", 6, "0.331946"); /* and share */
}

static void every_place_is_printed_and_nothing_else(void **state)
{
    (void)state;
    assert_formats("0", 0, "0");
    assert_formats("0", 3, "0.000");
    assert_formats("7", 0, "7");
    assert_formats("100", 2, "100.00");
    assert_formats("-100", 2, "-100.00");
    assert_formats("1/100", 2, "0.01");
    assert_formats("-1/100", 2, "-0.01");
    assert_formats("1/1000000000000", 12, "0.000000000001");
    assert_formats(NINES_40 NINES_40 "/1" ZEROS_40, 12, "1" ZEROS_40 ".000000000000");
    assert_formats("-" NINES_40 "/1000", 3, "-9999999999999999999999999999999999999.999");
}

static void zero_never_has_a_sign(void **state)
{
    (void)state;
    assert_formats("-1/2", 0, "0");
    assert_formats("-5/1000", 2, "0.00");
    assert_formats("-1/2000000000000", 12, "0.000000000000");
    assert_formats("-1/1" ZEROS_40, 6, "0.000000");
}

/* 2·|shown - value|·10^digits against 1: below, it is the nearest; equal, the last digit must be even. */
static void assert_nearest(const mpq_t value, unsigned digits)
{
    char *text = hf_rational_format(value, digits);
    size_t length = strlen(text);
    mpq_t shown;
    mpz_t scale;
    mpq_init(shown);
    mpz_init(scale);
    assert_int_equal(hf_rational_parse(text, length, 100, shown), HF_OK);
    mpq_sub(shown, shown, value);
    mpq_abs(shown, shown);
    mpz_ui_pow_ui(scale, 10, digits);
    mpz_mul_ui(scale, scale, 2);
    mpz_mul(mpq_numref(shown), mpq_numref(shown), scale);
    mpq_canonicalize(shown);
    int against_half = mpq_cmp_ui(shown, 1, 1);
    if (against_half > 0 || (against_half == 0 && (text[length - 1] - '0') % 2 != 0))
        fail_msg("%s is not the nearest with %u places", text, digits);
    free(text);
    mpq_clear(shown);
    mpz_clear(scale);
}

static void any_rational_prints_as_its_nearest_decimal(void **state)
{
    uint64_t random = 2;
    mpq_t value;
    (void)state;
    mpq_init(value);
    for (int i = 0; i < 20000; i++) {
        /* Small denominators of 2 and 5 bring ties. */
        static const unsigned long denominators[] = {2, 4, 5, 8, 20, 64, 3, 7, 999983, 31103477};
        hf_rational_set_int128(value, random_int128(&random, (int)random_between(&random, 1, 120)));
        mpz_set_ui(mpq_denref(value), denominators[random_next(&random) % COUNT(denominators)]);
        mpq_canonicalize(value);
        assert_nearest(value, (unsigned)random_between(&random, 0, 12));
    }
    mpq_clear(value);
}

static void text_becomes_the_exact_rational(void **state)
{
    static const struct {
        const char *text;
        size_t max_digits;
        const char *fraction;
    } cases[] = {
        {"0", 1, "0"},
        {"-0", 1, "0"},
        {"0.2973", 40, "2973/10000"},
        {"1600", 40, "1600"},
        {"-1.5", 40, "-3/2"},
        {"0.50", 40, "1/2"},
        {"-007.250", 40, "-29/4"},
        {"1234", 4, "1234"},
        {"-1.234", 4, "-617/500"},
        {"0." NINES_40 NINES_40, 126, NINES_40 NINES_40 "/1" ZEROS_40 ZEROS_40},
    };
    mpq_t value, expected;
    (void)state;
    mpq_inits(value, expected, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        mpq_set_si(value, 17, 19);
        assert_int_equal(hf_rational_parse(cases[i].text, strlen(cases[i].text), cases[i].max_digits, value), HF_OK);
        mpq_set_str(expected, cases[i].fraction, 10);
        mpq_canonicalize(expected);
        if (!mpq_equal(value, expected))
            fail_msg("\"%s\" is not %s", cases[i].text, cases[i].fraction);
    }
    mpq_clears(value, expected, NULL);
}

static void text_that_is_no_decimal_leaves_the_rational_alone(void **state)
{
    static const struct {
        const char *text;
        size_t max_digits;
    } cases[] = {
        {"", 40},
        {"-", 40},
        {".", 40},
        {".5", 40},
        {"5.", 40},
        {"-.5", 40},
        {"1e5", 40},
        {"+1", 40},
        {"1/2", 40},
        {" 1", 40},
        {"1 ", 40},
        {"--1", 40},
        {"1.2.3", 40},
        {"12345", 4},
        {"1.2345", 4},
        {"00001", 4},
        {"1", 0},
        {"1", 127},
        {NINES_40 NINES_40 NINES_40 "1234567", 126},
    };
    mpq_t value;
    (void)state;
    mpq_init(value);
    mpq_set_si(value, 17, 19);
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (hf_rational_parse(cases[i].text, strlen(cases[i].text), cases[i].max_digits, value) != HF_EINVAL)
            fail_msg("\"%s\" within %zu digits was taken", cases[i].text, cases[i].max_digits);
        assert_int_equal(mpq_cmp_si(value, 17, 19), 0);
    }
    assert_int_equal(hf_rational_parse(NULL, 0, 40, value), HF_EINVAL);
    mpq_clear(value);
}

static void integers_become_rationals_whole(void **state)
{
    static const char *const cases[] = {
        "0",
        "-1",
        "18446744073709551616",
        "-1000000000000000000000000000000000",
        "170141183460469231731687303715884105727",
        "-170141183460469231731687303715884105728",
    };
    const hf_int128 largest = (hf_int128)(~(hf_uint128)0 >> 1);
    const hf_int128 values[] = {0, -1, (hf_int128)1 << 64, -hf_amount_limit(), largest, -largest - 1};
    mpq_t value;
    (void)state;
    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        mpq_set_si(value, 17, 19);
        hf_rational_set_int128(value, values[i]);
        char *text = mpq_get_str(NULL, 10, value);
        assert_string_equal(text, cases[i]);
        free(text);
        struct hf_int128_limbs limbs;
        assert_int_equal(mpz_cmp(hf_int128_borrow(values[i], &limbs), mpq_numref(value)), 0);
    }
    mpq_clear(value);
}

static void quotients_of_every_size_print_as_the_nearest_decimal(void **state)
{
    /* Around what 64 and 128 bits hold, before and after the scale. */
    assert_formats("18446744073709551615", 0, "18446744073709551615");
    assert_formats("18446744073709551616", 0, "18446744073709551616");
    assert_formats("99999999999999999995/10", 0, "10000000000000000000");
    assert_formats("1000000000000000000000000000000000005/1000000000000000000", 12, "1000000000000000000.000000000000");
    assert_formats("340282366920938463463374607431768211455", 0, "340282366920938463463374607431768211455");
    assert_formats("340282366920938463463374607431768211455/2", 0, "170141183460469231731687303715884105728");
    assert_formats("340282366920938463463374607431768211456", 2, "340282366920938463463374607431768211456.00");
    assert_formats("-1/340282366920938463463374607431768211455", 12, "0.000000000000");
    assert_formats("340282366920938463463374607431768211454/340282366920938463463374607431768211455", 12,
                   "1.000000000000");
    assert_formats("170141183460469231731687303715884105727/340282366920938463463374607431768211455", 0, "0");
    assert_formats("170141183460469231731687303715884105728/340282366920938463463374607431768211455", 0, "1");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_go_to_the_even_neighbour),
        cmocka_unit_test(what_is_no_tie_goes_to_the_nearer_neighbour),
        cmocka_unit_test(every_place_is_printed_and_nothing_else),
        cmocka_unit_test(zero_never_has_a_sign),
        cmocka_unit_test(any_rational_prints_as_its_nearest_decimal),
        cmocka_unit_test(text_becomes_the_exact_rational),
        cmocka_unit_test(text_that_is_no_decimal_leaves_the_rational_alone),
        cmocka_unit_test(integers_become_rationals_whole),
        cmocka_unit_test(quotients_of_every_size_print_as_the_nearest_decimal),
    };
    return cmocka_run_group_tests_name("rational", tests, NULL, NULL);
}
