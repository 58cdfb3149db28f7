/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that decimals are read exactly, bounded, and rounded once, half to even. */
#include "headframe/decimal.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"

#define NINES_28 "9999999999999999999999999999"
#define LIMIT_TEXT "1000000000000000000000000000000000"

static const hf_int128 untouched = 4711;

/* --- text to millionths ------------------------------------------------------------------------------------------ */

static void parse_counts_millionths(void **state)
{
    static const struct {
        const char *text;
        int max_scale;
        const char *micro;
    } cases[] = {
        {"0", 0, "0"},
        {"-0", 6, "0"},
        {"-0.000000", 6, "0"},
        {"007", 6, "7000000"},
        {"+1.5", 6, "1500000"},
        {"1.500000", 6, "1500000"},
        {"-12.50", 2, "-12500000"},
        {"0.000001", 6, "1"},
        {"-0.000001", 6, "-1"},
        {"5", 0, "5000000"},
        {"0000000000000000000000000000000000000000000000000000000000000000001", 0, "1000000"},
        {NINES_28, 0, NINES_28 "000000"},
        {"-" NINES_28, 0, "-" NINES_28 "000000"},
        {"9999999999999999999999.999999", 6, NINES_28},
        {"000.0000000000000000000000000001", 0, NULL}, /* places count, be they 0 */
        {"00000000009999999999999999999999.999999", 6, NINES_28},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        hf_int128 micro = untouched;
        int result = hf_decimal_parse(cases[i].text, strlen(cases[i].text), cases[i].max_scale, &micro, NULL);
        if (!cases[i].micro) {
            assert_int_equal(result, HF_ERANGE);
            continue;
        }
        assert_int_equal(result, HF_OK);
        assert_int128_equal(micro, cases[i].micro);
    }
}

static void parse_refuses_and_names_what_is_no_decimal(void **state)
{
    static const struct {
        const char *text;
        int max_scale, result;
    } cases[] = {
        {"", 6, HF_EINVAL},
        {"-", 6, HF_EINVAL},
        {"+", 6, HF_EINVAL},
        {".", 6, HF_EINVAL},
        {".5", 6, HF_EINVAL},
        {"-.5", 6, HF_EINVAL},
        {"5.", 6, HF_EINVAL},
        {"1..2", 6, HF_EINVAL},
        {"1.2.3", 6, HF_EINVAL},
        {"1e3", 6, HF_EINVAL},
        {"1,000", 6, HF_EINVAL},
        {" 1", 6, HF_EINVAL},
        {"1 ", 6, HF_EINVAL},
        {"--1", 6, HF_EINVAL},
        {"+-1", 6, HF_EINVAL},
        {"1-", 6, HF_EINVAL},
        {"0x10", 6, HF_EINVAL},
        {"NaN", 6, HF_EINVAL},
        {"\xd9\xa1", 6, HF_EINVAL}, /* an Arabic-Indic digit */
        {"1.0", 0, HF_ERANGE},
        {"1.2345", 3, HF_ERANGE},
        {"1.0000000", 6, HF_ERANGE},
        {"1" NINES_28, 6, HF_ERANGE},
        {"12345678901234567890123.456789", 6, HF_ERANGE}, /* 23 + 6 digits */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        hf_int128 micro = untouched;
        struct hf_error error = {0};
        int result = hf_decimal_parse(cases[i].text, strlen(cases[i].text), cases[i].max_scale, &micro, &error);
        if (result != cases[i].result)
            fail_msg("\"%s\" gave %d, expected %d", cases[i].text, result, cases[i].result);
        assert_int128_equal(micro, "4711");
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        assert_non_null(strstr(error.text, cases[i].text));
    }
}

static void parse_reads_length_bytes_and_no_more(void **state)
{
    static const char digits[4] = {'1', '2', '.', '5'}; /* without a NUL */
    hf_int128 micro = 0;
    (void)state;
    assert_int_equal(hf_decimal_parse(digits, 2, 6, &micro, NULL), HF_OK);
    assert_int128_equal(micro, "12000000");
    assert_int_equal(hf_decimal_parse(digits, 4, 6, &micro, NULL), HF_OK);
    assert_int128_equal(micro, "12500000");
    assert_int_equal(hf_decimal_parse("1\0", 2, 6, &micro, NULL), HF_EINVAL);
}

/* --- bytes to integers and back ---------------------------------------------------------------------------------- */

#define ZEROS_16 "00000000000000000000000000000000"
#define ONES_16 "ffffffffffffffffffffffffffffffff"

static void bytes_are_two_complement_in_any_legal_length(void **state)
{
    static const struct {
        const char *hex, *value;
    } cases[] = {
        {"00", "0"},
        {"01", "1"},
        {"7f", "127"},
        {"80", "-128"},
        {"ff", "-1"},
        {"0080", "128"},
        {"ff7f", "-129"},
        {"04d2", "1234"},
        {"000001", "1"},
        {"ffffff80", "-128"},
        {ZEROS_16, "0"},
        {ONES_16, "-1"},
        {"00" ZEROS_16, "0"},
        {"00" ZEROS_16 "80", "128"},
        {"ff" ONES_16, "-1"},
        {"ff" ONES_16 "7f", "-129"},
        {ZEROS_16 ZEROS_16 "7f", "127"},
        /* ±(10^28 - 1), the ends of the precision; also in seventeen bytes */
        {"204fce5e3e2502610fffffff", NINES_28},
        {"dfb031a1c1dafd9ef0000001", "-" NINES_28},
        {"0000000000 204fce5e3e2502610fffffff", NINES_28},
        {"ffffffffff dfb031a1c1dafd9ef0000001", "-" NINES_28},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[64];
        hf_int128 value = untouched;
        assert_int_equal(hf_decimal_from_bytes(bytes, from_hex(cases[i].hex, bytes), &value), HF_OK);
        assert_int128_equal(value, cases[i].value);
    }
}

static void bytes_beyond_28_digits_are_refused(void **state)
{
    static const struct {
        const char *hex;
        int result;
    } cases[] = {
        {"", HF_EINVAL},
        {"204fce5e3e25026110000000", HF_ERANGE},         /* 10^28 */
        {"dfb031a1c1dafd9ef0000000", HF_ERANGE},         /* -10^28 */
        {"7fffffffffffffffffffffffffffffff", HF_ERANGE}, /* 2^127 - 1 */
        {"80000000000000000000000000000000", HF_ERANGE}, /* -2^127 */
        /* Seventeen bytes and more whose first ones carry value: the last 128 bits of them would look small. */
        {"01" ZEROS_16, HF_ERANGE},
        {"0100" ZEROS_16, HF_ERANGE},
        {"fe" ONES_16, HF_ERANGE},
        {"80" ONES_16, HF_ERANGE},
        {"00" ONES_16, HF_ERANGE},  /* 2^128 - 1, not -1 */
        {"ff" ZEROS_16, HF_ERANGE}, /* -2^128, not 0 */
        {"0001" ZEROS_16, HF_ERANGE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[64];
        hf_int128 value = untouched;
        if (hf_decimal_from_bytes(bytes, from_hex(cases[i].hex, bytes), &value) != cases[i].result)
            fail_msg("%s was not refused as it must be", cases[i].hex);
        assert_int128_equal(value, "4711");
    }
}

static void bytes_written_are_the_shortest(void **state)
{
    static const struct {
        hf_int128 value;
        const char *hex;
    } cases[] = {
        {0, "00"},
        {1, "01"},
        {-1, "ff"},
        {127, "7f"},
        {128, "0080"},
        {-128, "80"},
        {-129, "ff7f"},
        {255, "00ff"},
        {256, "0100"},
        {-256, "ff00"},
        {32767, "7fff"},
        {-32768, "8000"},
        {(hf_int128)1 << 120, "01000000000000000000000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[16], expected[16];
        size_t length = from_hex(cases[i].hex, expected);
        assert_int_equal(hf_decimal_to_bytes(cases[i].value, bytes), length);
        assert_memory_equal(bytes, expected, length);
    }
}

static void bytes_come_back_as_the_value_they_were(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        hf_int128 value = random_int128(&random, (int)random_between(&random, 1, 93)), back = 0;
        uint8_t bytes[16];
        size_t length = hf_decimal_to_bytes(value, bytes);
        assert_int_equal(hf_decimal_from_bytes(bytes, length, &back), HF_OK);
        assert_true(value == back);
    }
}

/* --- bounded products -------------------------------------------------------------------------------------------- */

static void products_stay_within_ten_to_the_33(void **state)
{
    const hf_int128 ten_16 = 10000000000000000, ten_17 = 100000000000000000;
    hf_int128 out = untouched;
    (void)state;
    assert_int128_equal(hf_amount_limit(), LIMIT_TEXT);
    assert_int_equal(hf_amount_multiply(ten_16, -ten_17, &out), HF_OK);
    assert_int128_equal(out, "-" LIMIT_TEXT);
    assert_int_equal(hf_amount_multiply(-3, -7, &out), HF_OK);
    assert_int128_equal(out, "21");
    out = untouched;
    assert_int_equal(hf_amount_multiply(hf_amount_limit() + 1, 1, &out), HF_ERANGE);
    assert_int_equal(hf_amount_multiply(hf_amount_limit() + 1, -1, &out), HF_ERANGE);
    assert_int_equal(hf_amount_multiply(ten_16 + 1, ten_17, &out), HF_ERANGE);
    assert_int_equal(hf_amount_multiply(-ten_16 - 1, ten_17, &out), HF_ERANGE);
    assert_int_equal(hf_amount_multiply(hf_amount_limit(), hf_amount_limit(), &out), HF_ERANGE);
    assert_int_equal(hf_amount_multiply((hf_int128)1 << 64, (hf_int128)1 << 64, &out), HF_ERANGE); /* 0 modulo 2^128 */
    assert_int128_equal(out, "4711");
}

static void integers_print_in_full(void **state)
{
    const hf_int128 largest = (hf_int128)(~(hf_uint128)0 >> 1);
    (void)state;
    assert_int128_equal(0, "0");
    assert_int128_equal(-1, "-1");
    assert_int128_equal(1000, "1000");
    assert_int128_equal((hf_int128)1 << 64, "18446744073709551616");
    assert_int128_equal(largest, "170141183460469231731687303715884105727");
    assert_int128_equal(-largest - 1, "-170141183460469231731687303715884105728");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_counts_millionths),
        cmocka_unit_test(parse_refuses_and_names_what_is_no_decimal),
        cmocka_unit_test(parse_reads_length_bytes_and_no_more),
        cmocka_unit_test(bytes_are_two_complement_in_any_legal_length),
        cmocka_unit_test(bytes_beyond_28_digits_are_refused),
        cmocka_unit_test(bytes_written_are_the_shortest),
        cmocka_unit_test(bytes_come_back_as_the_value_they_were),
        cmocka_unit_test(products_stay_within_ten_to_the_33),
        cmocka_unit_test(integers_print_in_full),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
