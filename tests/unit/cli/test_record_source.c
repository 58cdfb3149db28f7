/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that NDJSON and CSV give the same records, with their digits and their line numbers. */
#include "record_source.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "../unit.h"

/* A file of that name with those bytes; a new string. */
static char *write_file(const char *name, const char *bytes, size_t length)
{
    char *path = g_build_filename(HEADFRAME_SCRATCH, name, NULL);
    assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
    return path;
}

/* The records as "line:JSON;", a refused one as "line!reason;". */
static char *read_all(const char *name, const char *bytes, enum hf_source_format format)
{
    g_autofree char *path = write_file(name, bytes, strlen(bytes));
    struct hf_record_source *source;
    struct hf_error error;
    json_t *record;
    if (hf_record_source_new(path, format, &source, &error) != HF_OK)
        return g_strdup(error.text);
    GString *out = g_string_new(NULL);
    for (int got; (got = hf_record_source_next(source, &record, &error)) != 0;) {
        long line = hf_record_source_line(source);
        if (got < 0) {
            g_string_append_printf(out, "%ld!%s;", line, error.text);
            continue;
        }
        char *text = json_dumps(record, JSON_COMPACT);
        g_string_append_printf(out, "%ld:%s;", line, text);
        free(text);
        json_decref(record);
    }
    hf_record_source_free(&source);
    assert_null(source);
    return g_string_free(out, FALSE);
}

static void lines_become_records_with_their_digits(void **state)
{
    static const struct {
        const char *file, *records;
    } cases[] = {
        {"", ""},
        {"{\"a\":1.10}\n", "1:{\"a\":\"1.10\"};"},
        {"{\"a\":1e2,\"b\":[0.5,\"0.5\"]}", "1:{\"a\":\"1e2\",\"b\":[\"0.5\",\"0.5\"]};"},
        {"{\"b\":1,\"a\":2}\r\n\r\n \n{\"c\":null}\n", "1:{\"b\":1,\"a\":2};4:{\"c\":null};"},
        {"\xef\xbb\xbf{\"a\":1}\n", "1:{\"a\":1};"},
        {"{\"a\":\"gr\xc3\xbcn\"}\n", "1:{\"a\":\"gr\xc3\xbcn\"};"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *records = read_all("source.ndjson", cases[i].file, HF_SOURCE_GUESS);
        assert_string_equal(records, cases[i].records);
    }
}

static void a_bad_line_costs_no_other(void **state)
{
    static const struct {
        const char *line, *reason;
    } cases[] = {
        {"[1]", "the line is no JSON object"},
        {"7", "the line is no JSON"}, /* a number alone is none that this parser takes */
        {"{\"a\":1", "the line is no JSON"},
        {"{\"a\":1}{", "the line is no JSON"},
        {"{\"a\":1,\"a\":2}", "duplicate object key"},
        {"{\"a\":\"\xff\"}", "the line is no JSON"},
        {"{\"a\":12345678901234567890}", "more than 18 digits must stand in quotes"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *file = g_strdup_printf("{\"x\":1}\n%s\n{\"y\":2}\n", cases[i].line);
        g_autofree char *records = read_all("bad.ndjson", file, HF_SOURCE_GUESS);
        assert_true(g_str_has_prefix(records, "1:{\"x\":1};2!"));
        assert_non_null(strstr(records, cases[i].reason));
        assert_true(g_str_has_suffix(records, ";3:{\"y\":2};"));
    }
}

static void rows_become_records_of_strings(void **state)
{
    static const struct {
        const char *file, *records;
    } cases[] = {
        {"a,b\n1,1.10\n", "2:{\"a\":\"1\",\"b\":\"1.10\"};"},
        {"a,b\n,\n1,\n", "2:{};3:{\"a\":\"1\"};"}, /* empty is absent */
        {"a,b\n\"\",\"x\ny\"\n1,2\n", "2:{\"b\":\"x\\ny\"};4:{\"a\":\"1\",\"b\":\"2\"};"},
        {"a,b\n1\n1,2,3\n1,2\n",
         "2!the row has 1 field, the header 2;3!the row has 3 fields, the header 2;4:{\"a\":\"1\",\"b\":\"2\"};"},
        {"a,b\nx,\xff\n", "2!b: is no UTF-8;"},
        /* The header itself. */
        {"", "has no header row with the names of the fields"},
        {"a,,b\n", "column 2 of the header has no name"},
        {"a,b,a\n", "the header has \"a\" twice"},
        {"a,\xff\n", "column 2 of the header is no UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *records = read_all("source.CSV", cases[i].file, HF_SOURCE_GUESS);
        assert_string_equal(records, cases[i].records);
    }
}

static void the_name_decides_only_where_nobody_else_does(void **state)
{
    (void)state;
    g_autofree char *as_csv = read_all("rows.txt", "a\n1\n", HF_SOURCE_CSV);
    assert_string_equal(as_csv, "2:{\"a\":\"1\"};");
    g_autofree char *as_lines = read_all("lines.csv", "{\"a\":1}\n", HF_SOURCE_NDJSON);
    assert_string_equal(as_lines, "1:{\"a\":1};");
}

static void a_file_that_is_not_there_is_named_by_the_system(void **state)
{
    struct hf_record_source *source;
    struct hf_error error;
    (void)state;
    assert_int_equal(hf_record_source_new(HEADFRAME_SCRATCH "/no-such-file", HF_SOURCE_GUESS, &source, &error), HF_EIO);
    assert_string_equal(error.text, "No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_records_with_their_digits),
        cmocka_unit_test(a_bad_line_costs_no_other),
        cmocka_unit_test(rows_become_records_of_strings),
        cmocka_unit_test(the_name_decides_only_where_nobody_else_does),
        cmocka_unit_test(a_file_that_is_not_there_is_named_by_the_system),
    };
    return cmocka_run_group_tests_name("cli_record_source", tests, NULL, NULL);
}
