/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that figures are spelled digit for digit. */
#include "number_text.h"

#include <glib.h>

#include "../unit.h"

static void scaled_integers_keep_every_digit(void **state)
{
    static const struct {
        int64_t unscaled;
        int scale, min_places;
        const char *text;
    } cases[] = {
        {0, 0, 0, "0"},
        {0, 6, 0, "0"},
        {0, 6, 6, "0.000000"},
        {1, 6, 0, "0.000001"},
        {-1, 6, 0, "-0.000001"},
        {1500000, 6, 0, "1.5"},
        {1500000, 6, 6, "1.500000"},
        {-1500000, 6, 3, "-1.500"},
        {1500001, 6, 3, "1.500001"},
        {1000000, 6, 0, "1"},
        {123, 0, 0, "123"},
        {311034768000000, 13, 0, "31.1034768"}, /* a troy ounce in 10^-13 g */
        {1, 13, 0, "0.0000000000001"},
        {9223372036854775807, 6, 0, "9223372036854.775807"},
    };
    char buffer[HF_NUMBER_TEXT];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(hf_scaled_format(cases[i].unscaled, cases[i].scale, cases[i].min_places, buffer),
                            cases[i].text);
}

static void the_largest_integers_fit(void **state)
{
    hf_int128 largest = (hf_int128)(~(hf_uint128)0 >> 1);
    char buffer[HF_NUMBER_TEXT];
    (void)state;
    assert_string_equal(hf_scaled_format(largest, 13, 0, buffer), "17014118346046923173168730.3715884105727");
    assert_string_equal(hf_scaled_format(-largest - 1, 13, 0, buffer), "-17014118346046923173168730.3715884105728");
}

static void thousands_are_set_apart(void **state)
{
    static const struct {
        const char *decimal, *text;
    } cases[] = {
        {"0", "0"},
        {"999.999", "999.999"},
        {"1000", "1,000"},
        {"4805000.230", "4,805,000.230"},
        {"-123456.78", "-123,456.78"},
        {"-1234567", "-1,234,567"},
        {"0.123456", "0.123456"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = hf_thousands_format(cases[i].decimal);
        assert_string_equal(text, cases[i].text);
    }
}

static void a_percentage_is_the_ratio_with_its_point_moved(void **state)
{
    static const struct {
        const char *ratio, *text;
    } cases[] = {
        {"0.117442", "11.7442"},
        {"-0.123582", "-12.3582"},
        {"1.000000", "100.0000"},
        {"0.000001", "0.0001"},
        {"0.000000", "0.0000"},
        {"12.345678", "1234.5678"},
        {"-3.500000", "-350.0000"},
        {"0.5", "50"},
        {"2", "200"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = hf_percent_format(cases[i].ratio);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scaled_integers_keep_every_digit),
        cmocka_unit_test(the_largest_integers_fit),
        cmocka_unit_test(thousands_are_set_apart),
        cmocka_unit_test(a_percentage_is_the_ratio_with_its_point_moved),
    };
    return cmocka_run_group_tests_name("cli_number_text", tests, NULL, NULL);
}
