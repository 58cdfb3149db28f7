/* SPDX-License-Identifier: Apache-2.0 */
/* Proves how letters look, and that nothing a record holds reaches the terminal as a command. */
#include "dead_letters_text.h"

#include <glib.h>
#include <string.h>

#include "../engine/headers.h"
#include "../unit.h"
#include "dead_letters_count.h"
#include "record_headers.h"

/* Headers are char *, whoever owns them. */
#define TEXT(text) ((char *)(text))

static void what_can_not_be_printed_is_escaped(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
    } cases[] = {
        {"greens-creek", 12, "greens-creek"},
        {"gr\xc3\xbcn \xe2\x82\xac", 9, "gr\xc3\xbcn \xe2\x82\xac"},
        {"a\x1b[2Jb", 6, "a\\x1b[2Jb"},
        {"a\nb\tc\r\x7f", 7, "a\\x0ab\\x09c\\x0d\\x7f"},
        {"a\0b", 3, "a\\x00b"},
        {"\xff\xfe", 2, "\\xff\\xfe"},
        {"\xe2\x82", 2, "\\xe2\\x82"},
        {"\xc2\x9b\x32J", 4, "\\xc2\\x9b2J"},          /* CSI of the C1 controls */
        {"a\xe2\x80\x8b\x62", 5, "a\\xe2\\x80\\x8bb"}, /* zero width */
        {"", 0, "(empty)"},
        {NULL, 0, "(none)"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = hf_printable(cases[i].bytes, cases[i].length);
        assert_string_equal(text, cases[i].text);
    }
}

static void bytes_come_sixteen_a_line(void **state)
{
    (void)state;
    g_autofree char *two = hf_hex_dump("hello \x1b[2Jworld, and\xff more", 24);
    assert_string_equal(two, "00000000  68 65 6c 6c 6f 20 1b 5b  32 4a 77 6f 72 6c 64 2c  |hello .[2Jworld,|\n"
                             "00000010  20 61 6e 64 ff 20 6d 6f                           | and. mo|\n");
    g_autofree char *whole = hf_hex_dump("0123456789abcdef", 16);
    assert_string_equal(whole, "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n");
    g_autofree char *none = hf_hex_dump("", 0);
    assert_string_equal(none, "");
}

static void json_is_indented_and_keeps_its_digits(void **state)
{
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"{}", "{}"},
        {"[ ]", "[]"},
        {"1.10", "1.10"},
        {"{\"a\":1.10}", "{\n  \"a\": 1.10\n}"},
        {"{\"a\":{},\"b\":[]}", "{\n  \"a\": {},\n  \"b\": []\n}"},
        {" {  \"a\" : [1 , {\"b\":null}] } ", "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ]\n}"},
        {"{\"x{,:[\\\"\\\\\":\"}, \\\"]\"}", "{\n  \"x{,:[\\\"\\\\\": \"}, \\\"]\"\n}"},
        {"[[],[]]", "[\n  [],\n  []\n]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = hf_json_indent(cases[i].json, strlen(cases[i].json));
        assert_string_equal(text, cases[i].text);
    }
}

static struct hf_letter letters[] = {
    {
        .place = {1, 20},
        .written_ms = 1056985200123,
        .code = TEXT("UNKNOWN_MINE"),
        .detail = TEXT("mine_id \"x\" is not on reference.mines"),
        .topic = TEXT("mine.production"),
        .daemon = TEXT("headframe-production"),
        .partition = 1,
        .offset = 4100000000,
    },
    {
        .place = {0, 3},
        .written_ms = -1,
        .code = TEXT("BAD\x1b"),
        .detail = TEXT("one\ntwo"),
        .topic = TEXT("t"),
        .partition = -1,
        .offset = -1,
    },
};

static void rows_are_aligned_to_the_left(void **state)
{
    g_autoptr(GPtrArray) array = g_ptr_array_new();
    (void)state;
    letters[0].key = g_bytes_new_static("gr\xc3\xbcn", 5);
    g_ptr_array_add(array, &letters[0]);
    g_ptr_array_add(array, &letters[1]);
    g_autofree char *table = hf_letters_table(array);
    assert_string_equal(
        table,
        "PLACE  WRITTEN                   CODE          RECORD                          KEY     SENTENCE\n"
        "1:20   2003-06-30T15:00:00.123Z  UNKNOWN_MINE  mine.production [1] 4100000000  gr\xc3\xbcn    mine_id \"x\" "
        "is not on reference.mines\n"
        "0:3    ?                         BAD\\x1b       t                               (none)  one\\x0atwo\n");
    g_clear_pointer(&letters[0].key, g_bytes_unref);
}

static void the_records_headers_and_ours_stand_apart(void **state)
{
    static const struct hf_header all[] = {
        {"trace", "\x1b[31m", 5},           {"empty", "", 0},
        {"headframe-error", "OLD", 3},      {"null", NULL, 0},
        {"headframe-error", "BAD_TIME", 8}, {"headframe-offset", "7", 1},
    };
    struct test_headers headers = {all, COUNT(all)};
    struct hf_record record = {.message = &headers};
    g_autoptr(GArray) array = hf_record_all_headers(&record);
    (void)state;
    g_autofree char *text = hf_letter_head_text(&letters[0], array, "t.headframe.dead-letters");
    assert_string_equal(text, "Letter    1:20 of t.headframe.dead-letters, written 2003-06-30T15:00:00.123Z\n"
                              "Code      UNKNOWN_MINE\n"
                              "Sentence  mine_id \"x\" is not on reference.mines\n"
                              "Record    mine.production [1] 4100000000, refused by headframe-production\n"
                              "Key       (none)\n"
                              "\n"
                              "Headers of the record\n"
                              "  trace            \\x1b[31m\n"
                              "  empty            (empty)\n"
                              "  headframe-error  OLD\n"
                              "  null             (none)\n"
                              "\n"
                              "Headers that headframe added\n"
                              "  headframe-error   BAD_TIME\n"
                              "  headframe-offset  7\n");
}

static void a_letter_without_headers_is_shown_too(void **state)
{
    const struct hf_letter bare = {.written_ms = -1, .partition = -1, .offset = -1, .digest = TEXT("xxh3")};
    struct hf_record record = {0};
    g_autoptr(GArray) none = hf_record_all_headers(&record);
    (void)state;
    g_autofree char *text = hf_letter_head_text(&bare, none, "d");
    assert_string_equal(text, "Letter    0:0 of d, written ?\nCode      ?\nSentence  ?\nRecord    ?, refused by ?\n"
                              "Key       not kept\n\nHeaders of the record: none\n\n"
                              "Headers that headframe added: none\n");
}

static void letters_are_counted_by_code_and_topic(void **state)
{
    static const struct {
        const char *code, *topic;
    } counted[] = {{"B", "t"}, {"A", "t"}, {"B", "t"}, {"B", "s"}, {NULL, NULL}};
    struct hf_letter_counts *counts = hf_letter_counts_new();
    (void)state;
    g_autofree char *none = hf_letter_counts_text(counts, 0);
    assert_string_equal(none, "CODE  TOPIC  LETTERS\nall                0\n");
    g_autofree char *empty = hf_letter_counts_text(counts, 1);
    assert_string_equal(empty, "");
    for (size_t i = 0; i < COUNT(counted); i++) {
        const struct hf_letter letter = {.code = TEXT(counted[i].code), .topic = TEXT(counted[i].topic)};
        hf_letter_counts_add(counts, &letter);
    }
    g_autofree char *text = hf_letter_counts_text(counts, 0);
    assert_string_equal(text, "CODE  TOPIC  LETTERS\n"
                              "B     t            2\n"
                              "?     ?            1\n"
                              "A     t            1\n"
                              "B     s            1\n"
                              "all                5\n");
    g_autofree char *json = hf_letter_counts_text(counts, 1);
    assert_true(g_str_has_prefix(json, "{\"code\":\"B\",\"topic\":\"t\",\"letters\":2}\n{\"code\":\"?\""));
    hf_letter_counts_free(&counts);
    assert_null(counts);
    hf_letter_counts_free(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_not_be_printed_is_escaped),
        cmocka_unit_test(bytes_come_sixteen_a_line),
        cmocka_unit_test(json_is_indented_and_keeps_its_digits),
        cmocka_unit_test(rows_are_aligned_to_the_left),
        cmocka_unit_test(the_records_headers_and_ours_stand_apart),
        cmocka_unit_test(a_letter_without_headers_is_shown_too),
        cmocka_unit_test(letters_are_counted_by_code_and_topic),
    };
    return cmocka_run_group_tests_name("cli_dead_letters_text", tests, NULL, NULL);
}
