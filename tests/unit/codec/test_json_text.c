/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the digits of a JSON number reach the reader as they were written. */
#include "headframe/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "../unit.h"

static void assert_quoted(const char *json, const char *expected)
{
    size_t length = 4711;
    char *copy = malloc(strlen(json) + 1); /* without a NUL, for AddressSanitizer */
    memcpy(copy, json, strlen(json));
    char *text = hf_json_quote_decimals(copy, strlen(json), &length);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
    free(text);
    free(copy);
}

static void fractions_are_put_in_quotes(void **state)
{
    (void)state;
    assert_quoted("{\"a\":0.10}", "{\"a\":\"0.10\"}");
    assert_quoted("[-1.5,2.5]", "[\"-1.5\",\"2.5\"]");
    assert_quoted("1.000000000000000000000000001", "\"1.000000000000000000000000001\"");
    assert_quoted("[1e5, 1E-5,\n1.0e+5]", "[\"1e5\", \"1E-5\",\n\"1.0e+5\"]");
}

static void all_else_stays_as_it_is(void **state)
{
    static const char *const cases[] = {
        "",
        "{}",
        "[0,-1,12345678901234567890]",
        "[true,false,null]",
        " { \"a\" : \"b\" } ",
        "{\"a 1.5\":\"2.5\"}",
        "\"1.5\\\"2.5\\\\\"",
        "\"\\u0031.5\"",
        "\"1.5",
        "\"1.5\\",
        "\"1.5\\\"",
        "nonsense",
        "[1.,1e,-.,007.5,1.5.5,.5]", /* no JSON: the parser that comes after refuses them */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_quoted(cases[i], cases[i]);
}

static void a_backslash_before_the_quote_does_not_hide_the_end(void **state)
{
    (void)state;
    assert_quoted("[\"a\\\\\",1.5]", "[\"a\\\\\",\"1.5\"]");
    assert_quoted("[\"a\\\"\",1.5]", "[\"a\\\"\",\"1.5\"]");
    assert_quoted("[\"a\\\",1.5]", "[\"a\\\",1.5]"); /* the string goes on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_are_put_in_quotes),
        cmocka_unit_test(all_else_stays_as_it_is),
        cmocka_unit_test(a_backslash_before_the_quote_does_not_hide_the_end),
    };
    return cmocka_run_group_tests_name("json_text", tests, NULL, NULL);
}
