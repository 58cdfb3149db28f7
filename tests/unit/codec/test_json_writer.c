/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that what is written is one compact line of JSON, with its keys in the order of the calls. */
#include "headframe/json_writer.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "../unit.h"

static void assert_text(const struct hf_json_writer *writer, const char *expected)
{
    size_t length = 4711;
    assert_string_equal(hf_json_writer_text(writer, &length), expected);
    assert_int_equal(length, strlen(expected));
}

static void write_decimal(struct hf_json_writer *writer, const char *key, const char *fraction, unsigned digits)
{
    mpq_t value;
    mpq_init(value);
    mpq_set_str(value, fraction, 10);
    hf_json_decimal(writer, key, value, digits);
    mpq_clear(value);
}

static void write_quotient(struct hf_json_writer *writer, long numerator, long denominator, unsigned digits)
{
    mpz_t dividend, divisor;
    mpz_init_set_si(dividend, numerator);
    mpz_init_set_si(divisor, denominator);
    hf_json_quotient(writer, NULL, dividend, divisor, digits);
    mpz_clears(dividend, divisor, NULL);
}

static void members_stand_in_the_order_of_the_calls(void **state)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    (void)state;
    assert_text(writer, "");
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, "z", "last first");
    hf_json_string(writer, "none", NULL);
    hf_json_text(writer, "cut", "abcdef", 3);
    hf_json_text(writer, "empty", "", 0);
    hf_json_integer(writer, "least", INT64_MIN);
    hf_json_boolean(writer, "yes", 7);
    hf_json_boolean(writer, "no", 0);
    hf_json_null(writer, "null");
    hf_json_begin_array(writer, "list");
    hf_json_integer(writer, NULL, 1);
    hf_json_begin_object(writer, NULL);
    hf_json_end_object(writer);
    hf_json_begin_array(writer, NULL);
    hf_json_end_array(writer);
    hf_json_raw(writer, NULL, "{\"a\":1}xx", 7);
    hf_json_end_array(writer);
    hf_json_integer(writer, "a", 0);
    hf_json_end_object(writer);
    assert_text(writer, "{\"z\":\"last first\",\"none\":null,\"cut\":\"abc\",\"empty\":\"\","
                        "\"least\":-9223372036854775808,\"yes\":true,\"no\":false,\"null\":null,"
                        "\"list\":[1,{},[],{\"a\":1}],\"a\":0}");
    hf_json_writer_reset(writer);
    assert_text(writer, "");
    hf_json_begin_array(writer, NULL); /* no comma is left from before */
    hf_json_end_array(writer);
    assert_text(writer, "[]");
    hf_json_writer_free(&writer);
    assert_null(writer);
    hf_json_writer_free(&writer);
}

static void figures_and_dates_are_strings(void **state)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    (void)state;
    hf_json_begin_array(writer, NULL);
    write_decimal(writer, NULL, "4805000230/1000", 3);
    write_decimal(writer, NULL, "-1/8", 2);
    write_decimal(writer, NULL, "-1/1000", 2);
    write_quotient(writer, -30, 80, 2);
    hf_json_date(writer, NULL, 1, date_of("2003-06-30"));
    hf_json_date(writer, NULL, 0, date_of("2003-06-30"));
    hf_json_end_array(writer);
    assert_text(writer, "[\"4805000.230\",\"-0.12\",\"0.00\",\"-0.38\",\"2003-06-30\",null]");
    hf_json_writer_free(&writer);
}

/* jansson reads back every character, in values and in keys, and finds one line. */
static void text_of_any_kind_comes_back(void **state)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    char text[200] = "";
    size_t length = 0;
    (void)state;
    for (int c = 1; c < 0x80; c++)
        text[c - 1] = (char)c;
    append(text, sizeof text, "ü鉱\xf0\x9f\xaa\xa8\xe2\x80\xa8");
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, text, text);
    hf_json_end_object(writer);
    const char *json = hf_json_writer_text(writer, &length);
    for (size_t i = 0; i < length; i++)
        assert_true((unsigned char)json[i] >= 0x20);
    json_t *root = json_loadb(json, length, 0, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, text)), text);
    json_decref(root);
    hf_json_writer_free(&writer);
}

/* A text grows to many times the room that a writer begins with, and ends in a NUL at each step. */
static void a_long_text_is_kept_whole(void **state)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    GString *expected = g_string_new("[");
    size_t length;
    (void)state;
    hf_json_begin_array(writer, NULL);
    for (int i = 0; i < 5000; i++) {
        char item[16];
        snprintf(item, sizeof item, "%d\n", i);
        hf_json_string(writer, NULL, item);
        g_string_append_printf(expected, "%s\"%d\\u000a\"", i ? "," : "", i);
        assert_int_equal(strlen(hf_json_writer_text(writer, &length)), expected->len);
    }
    assert_text(writer, expected->str);
    g_string_free(expected, TRUE);
    hf_json_writer_free(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_the_order_of_the_calls),
        cmocka_unit_test(figures_and_dates_are_strings),
        cmocka_unit_test(text_of_any_kind_comes_back),
        cmocka_unit_test(a_long_text_is_kept_whole),
    };
    return cmocka_run_group_tests_name("json_writer", tests, NULL, NULL);
}
