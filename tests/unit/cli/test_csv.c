/* SPDX-License-Identifier: Apache-2.0 */
/* Proves where the fields of a CSV file begin and end, and that a malformed row costs no other. */
#include "csv.h"

#include <glib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/topics.h"

/* The whole file as "line:field|field;", a malformed row as "line!". */
static char *read_all(const char *bytes, size_t length)
{
    FILE *file = fmemopen((void *)bytes, length, "r");
    struct hf_csv *csv = hf_csv_new(file);
    GString *out = g_string_new(NULL);
    struct hf_error error;
    for (int got; (got = hf_csv_read(csv, &error)) != 0;) {
        g_string_append_printf(out, "%ld", hf_csv_line(csv));
        for (size_t i = 0; got > 0 && i < hf_csv_field_count(csv); i++)
            g_string_append_printf(out, "%c%s", i ? '|' : ':', hf_csv_field(csv, i));
        g_string_append_c(out, got > 0 ? ';' : '!');
    }
    hf_csv_free(&csv);
    assert_null(csv);
    fclose(file);
    return g_string_free(out, FALSE);
}

static void rows_are_split_as_rfc_4180_says(void **state)
{
    static const struct {
        const char *file, *rows;
    } cases[] = {
        {"a,b\nc,d\n", "1:a|b;2:c|d;"},
        {"a,b\r\nc,d\r\n", "1:a|b;2:c|d;"},
        {"a,b", "1:a|b;"},
        {"a", "1:a;"},
        {",", "1:|;"},
        {"a,,\n", "1:a||;"},
        {"\"a\",\"b\"\n", "1:a|b;"},
        {"\"a,b\",c\n", "1:a,b|c;"},
        {"\"a \"\"b\"\"\",c\n", "1:a \"b\"|c;"},
        {"\"\"\n", "1:;"},
        {"\"\"\"\"\n", "1:\";"},
        {"\"a\nb\",c\nd,e\n", "1:a\nb|c;3:d|e;"},
        {"\"a\r\nb\",c\r\nd,e", "1:a\nb|c;3:d|e;"}, /* a line end within a field comes as LF */
        {"\n\na\n\nb\n\n", "3:a;5:b;"},             /* empty lines are no rows */
        {" a , b \n", "1: a | b ;"},                /* blanks belong to the field */
        {"a\rb\n", "1:a\rb;"},
        {"gr\xc3\xbcn,\xe2\x82\xac\n", "1:gr\xc3\xbcn|\xe2\x82\xac;"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *rows = read_all(cases[i].file, strlen(cases[i].file));
        assert_string_equal(rows, cases[i].rows);
    }
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    static const struct {
        const char *file, *rows;
    } cases[] = {
        {"\xef\xbb\xbf"
         "a,b\n",
         "1:a|b;"},
        {"\xef\xbb\xbf\"a\",b\n", "1:a|b;"},
        /* Fullwidth A begins with the mark's first byte, and is text. */
        {"\xef\xbc\xa1,b\n", "1:\xef\xbc\xa1|b;"},
        {"\xef\xbb\xb0,b\n", "1:\xef\xbb\xb0|b;"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *rows = read_all(cases[i].file, strlen(cases[i].file));
        assert_string_equal(rows, cases[i].rows);
    }
    g_autofree char *nothing = read_all("\xef\xbb\xbf", 3);
    assert_string_equal(nothing, "");
}

static void a_malformed_row_costs_no_other(void **state)
{
    static const struct {
        const char *file, *rows;
    } cases[] = {
        {"a,b\nc\"d,e\nf,g\n", "1:a|b;2!3:f|g;"},
        {"a,b\n\"c\"d,e\nf,g\n", "1:a|b;2!3:f|g;"},
        {"a,b\n\"c\" ,e\nf,g\n", "1:a|b;2!3:f|g;"},
        {"a,b\n\"c,e\nf,g\n", "1:a|b;2!"}, /* never closed: nobody knows where it should have been */
        {"a\n\"b", "1:a;2!"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *rows = read_all(cases[i].file, strlen(cases[i].file));
        assert_string_equal(rows, cases[i].rows);
    }
}

static void a_field_never_hides_what_follows_a_nul(void **state)
{
    static const char file[] = "a,b\nc\0d,e\n\"f\0\",g\nh,i\n";
    (void)state;
    g_autofree char *rows = read_all(file, sizeof file - 1);
    assert_string_equal(rows, "1:a|b;2!3!4:h|i;");
}

static void a_row_may_be_large(void **state)
{
    GString *file = g_string_new("");
    (void)state;
    for (int i = 0; i < 100000; i++)
        g_string_append(file, "\"x,\"\"\ny\",");
    g_string_append(file, "end");
    FILE *stream = fmemopen(file->str, file->len, "r");
    struct hf_csv *csv = hf_csv_new(stream);
    assert_int_equal(hf_csv_read(csv, NULL), 1);
    assert_int_equal(hf_csv_field_count(csv), 100001);
    assert_string_equal(hf_csv_field(csv, 0), "x,\"\ny");
    assert_string_equal(hf_csv_field(csv, 99999), "x,\"\ny");
    assert_string_equal(hf_csv_field(csv, 100000), "end");
    assert_int_equal(hf_csv_line(csv), 1);
    assert_int_equal(hf_csv_read(csv, NULL), 0);
    hf_csv_free(&csv);
    hf_csv_free(&csv);
    fclose(stream);
    g_string_free(file, TRUE);
}

static void a_row_longer_than_a_record_is_refused_and_the_next_line_read(void **state)
{
    static const char *const beginnings[] = {"a,\"", "a,", ",,"};
    (void)state;
    for (size_t i = 0; i < COUNT(beginnings); i++) {
        char filling = beginnings[i][0] == 'a' ? 'x' : ',';
        GString *file = g_string_new(beginnings[i]);
        for (int j = 0; j < HF_RECORD_LIMIT_BYTES + 10; j++)
            g_string_append_c(file, filling);
        g_string_append(file, "\nb,c\n");
        g_autofree char *rows = read_all(file->str, file->len);
        assert_string_equal(rows, "1!2:b|c;");
        g_string_free(file, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_split_as_rfc_4180_says),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(a_malformed_row_costs_no_other),
        cmocka_unit_test(a_field_never_hides_what_follows_a_nul),
        cmocka_unit_test(a_row_may_be_large),
        cmocka_unit_test(a_row_longer_than_a_record_is_refused_and_the_next_line_read),
    };
    return cmocka_run_group_tests_name("cli_csv", tests, NULL, NULL);
}
