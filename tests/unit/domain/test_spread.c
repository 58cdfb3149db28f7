/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a cost is earned day by day as the contract's formula says (headframe/daybook.h). */
#include <gmp.h>
#include <stdlib.h>

#include "../unit.h"
#include "headframe/daybook.h"

static void an_amount_is_earned_by_the_floor_formula(void **state)
{
    static const struct {
        hf_int128 amount;
        int n;
        int parts[7];
    } cases[] = {
        {10, 3, {3, 3, 4}},
        {-10, 3, {-4, -3, -3}}, /* floor: the negative part comes first */
        {100, 7, {14, 14, 14, 15, 14, 14, 15}},
        {-100, 7, {-15, -14, -14, -15, -14, -14, -14}},
        {1, 4, {0, 0, 0, 1}},
        {-1, 4, {-1, 0, 0, 0}},
        {0, 2, {0, 0}},
        {-7, 1, {-7}},
        {6, 3, {2, 2, 2}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int day = 0; day < cases[i].n; day++)
            assert_int_equal((int64_t)hf_spread_amount(cases[i].amount, day, cases[i].n), cases[i].parts[day]);
}

/* Worked with Python's integers. */
static void the_largest_amounts_spread_without_overflow(void **state)
{
    const hf_int128 limit = hf_amount_limit();
    (void)state;
    assert_int128_equal(hf_spread_amount(limit, 0, 7), "142857142857142857142857142857142");
    assert_int128_equal(hf_spread_amount(limit, 6, 7), "142857142857142857142857142857143");
    assert_int128_equal(hf_spread_amount(-limit, 0, 7), "-142857142857142857142857142857143");
    assert_int128_equal(hf_spread_amount(-limit, 6, 7), "-142857142857142857142857142857142");
    assert_int128_equal(hf_spread_amount(-limit, 399, 400), "-2500000000000000000000000000000");
    assert_int128_equal(hf_spread_amount(limit - 1, 0, 400), "2499999999999999999999999999999");
    assert_int128_equal(hf_spread_amount(1 - limit, 0, 400), "-2500000000000000000000000000000");
    assert_int128_equal(hf_spread_amount(1 - limit, 399, 400), "-2499999999999999999999999999999");
    assert_int128_equal(hf_spread_amount(-1234567891, 0, 91), "-13566681");
    assert_int128_equal(hf_spread_amount(-1234567891, 90, 91), "-13566680");
}

/* floor(amount·k/n) by GMP, into out. */
static void floor_share(hf_int128 amount, int k, int n, mpz_t out)
{
    mpq_t value;
    mpq_init(value);
    hf_rational_set_int128(value, amount);
    mpz_mul_si(out, mpq_numref(value), k);
    mpz_fdiv_q_ui(out, out, (unsigned long)n);
    mpq_clear(value);
}

static void parts_agree_with_the_formula_and_sum_to_the_amount(void **state)
{
    uint64_t random = 4;
    mpz_t before, after;
    (void)state;
    mpz_inits(before, after, NULL);
    for (int round = 0; round < 300; round++) {
        hf_int128 amount = random_int128(&random, (int)random_between(&random, 1, 109)), sum = 0;
        int n = (int)random_between(&random, 1, 400);
        for (int i = 0; i < n; i++) {
            char part[41];
            hf_int128 earned = hf_spread_amount(amount, i, n);
            floor_share(amount, i, n, before);
            floor_share(amount, i + 1, n, after);
            mpz_sub(after, after, before);
            char *expected = mpz_get_str(NULL, 10, after);
            assert_string_equal(hf_int128_format(earned, part), expected);
            free(expected);
            sum += earned;
        }
        assert_true(sum == amount);
    }
    mpz_clears(before, after, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_amount_is_earned_by_the_floor_formula),
        cmocka_unit_test(the_largest_amounts_spread_without_overflow),
        cmocka_unit_test(parts_agree_with_the_formula_and_sum_to_the_amount),
    };
    return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
