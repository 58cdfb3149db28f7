/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that error texts stay whole and bounded, and that whatever is logged stays on its line. */
#include "headframe/error.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../unit.h"
#include "headframe/log.h"

enum { TEXT_LIMIT = sizeof(((struct hf_error *)NULL)->text) - 1 };

static const char *repeat(char *buffer, char c, size_t count)
{
    memset(buffer, c, count);
    buffer[count] = '\0';
    return buffer;
}

static void setting_an_error_returns_its_code(void **state)
{
    struct hf_error error = {0};
    (void)state;
    assert_int_equal(hf_error_set(&error, HF_ERANGE, HF_ACTION_RETRY, "field %s is %d", "quantity", 7), HF_ERANGE);
    assert_int_equal(error.action, HF_ACTION_RETRY);
    assert_string_equal(error.text, "field quantity is 7");
    assert_int_equal(hf_error_set(NULL, HF_EIO, HF_ACTION_FATAL, "nobody listens"), HF_EIO);
}

static void a_text_too_long_is_cut(void **state)
{
    struct hf_error error = {0};
    char value[1001], expected[1001];
    (void)state;
    hf_error_set(&error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s", repeat(value, 'x', 1000));
    assert_string_equal(error.text, repeat(expected, 'x', TEXT_LIMIT));
}

static void a_prefix_comes_before_the_text(void **state)
{
    struct hf_error error = {0};
    (void)state;
    hf_error_set(&error, HF_EINVAL, HF_ACTION_BAD_INPUT, "not a date");
    hf_error_prefix(&error, "line %d", 3);
    assert_string_equal(error.text, "line 3: not a date");
    assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
    hf_error_prefix(&error, "%s", "mines.ndjson");
    assert_string_equal(error.text, "mines.ndjson: line 3: not a date");
    hf_error_prefix(NULL, "nobody %s", "listens");
}

static void a_prefix_pushes_out_the_end_of_the_text(void **state)
{
    struct hf_error error = {0};
    char value[400], expected[400];
    (void)state;
    hf_error_set(&error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s", repeat(value, 'x', TEXT_LIMIT));
    hf_error_prefix(&error, "file");
    assert_memory_equal(error.text, "file: ", 6);
    assert_string_equal(error.text + 6, repeat(expected, 'x', TEXT_LIMIT - 6));
    /* One that leaves no room at all is left out. */
    hf_error_set(&error, HF_EINVAL, HF_ACTION_BAD_INPUT, "kept");
    hf_error_prefix(&error, "%s", repeat(value, 'y', TEXT_LIMIT));
    assert_string_equal(error.text, "kept");
}

static void actions_have_their_names(void **state)
{
    static const char *const names[] = {"none", "retry", "rebuild", "fatal", "bad-input"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(hf_action_name((enum hf_action)i), names[i]);
    assert_string_equal(hf_action_name((enum hf_action)99), "unknown");
}

/* --- the log ----------------------------------------------------------------------------------------------------- */

static void quoted_values_cannot_leave_their_quotes(void **state)
{
    (void)state;
    assert_string_equal(hf_log_quote(NULL), "\"\"");
    assert_string_equal(hf_log_quote(""), "\"\"");
    assert_string_equal(hf_log_quote("Greens Creek"), "\"Greens Creek\"");
    assert_string_equal(hf_log_quote("a\"b"), "\"a\\\"b\"");
    assert_string_equal(hf_log_quote("a\\"), "\"a\\\\\"");
    assert_string_equal(hf_log_quote("Grünberg"), "\"Grünberg\"");
    for (int c = 1; c < 0x20; c++) {
        const char control[] = {'a', (char)c, 'b', '\0'};
        assert_null(strchr(hf_log_quote(control), c));
    }
    assert_null(strchr(hf_log_quote("a\177b"), 0x7f));
}

static void a_long_value_is_cut_within_its_quotes(void **state)
{
    char value[1001];
    (void)state;
    for (size_t length = 380; length < 420; length++) {
        const char *plain = hf_log_quote(repeat(value, 'x', length));
        assert_true(strlen(plain) < 400);
        assert_int_equal(plain[strlen(plain) - 1], '"');
        const char *escaped = hf_log_quote(repeat(value, '"', length));
        size_t end = strlen(escaped) - 1;
        assert_true(end < 399);
        /* Pairs of backslash and quote between the outer quotes: the last quote is not escaped. */
        assert_int_equal(escaped[end], '"');
        assert_int_equal((end - 1) % 2, 0);
    }
}

static void eight_quoted_values_can_stand_in_one_line(void **state)
{
    static const char *const words[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    const char *quoted[COUNT(words)];
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++)
        quoted[i] = hf_log_quote(words[i]);
    for (size_t i = 0; i < COUNT(words); i++)
        assert_int_equal(quoted[i][1], words[i][0]);
}

static void log_levels_are_read_by_name(void **state)
{
    static const char *const words[] = {"error", "warn", "info", "debug"};
    enum hf_log_level level = HF_LOG_DEBUG;
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        assert_int_equal(hf_log_level_parse(words[i], &level), 1);
        assert_int_equal(level, i);
    }
    assert_int_equal(hf_log_level_parse("INFO", &level), 0);
    assert_int_equal(hf_log_level_parse("", &level), 0);
    assert_int_equal(level, HF_LOG_DEBUG);
}

/* Runs write with standard error going to a file and returns what was written. */
static const char *capture(void (*write_lines)(void))
{
    static char text[4096];
    FILE *file = tmpfile();
    int stderr_before = dup(STDERR_FILENO);
    assert_non_null(file);
    dup2(fileno(file), STDERR_FILENO);
    write_lines();
    dup2(stderr_before, STDERR_FILENO);
    close(stderr_before);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void write_three_levels(void)
{
    hf_log_init("headframe-test", HF_LOG_INFO);
    hf_log(HF_LOG_INFO, "start", "partition=%d reason=%s", 3, hf_log_quote("a\nb"));
    hf_log(HF_LOG_DEBUG, "silent", "partition=%d", 4);
    hf_log(HF_LOG_ERROR, "stop", "%s", "");
}

static void a_log_line_says_when_who_and_what(void **state)
{
    (void)state;
    const char *text = capture(write_three_levels);
    /* 2003-06-30T07:00:00.000Z and a space are 25 bytes. */
    assert_int_equal(text[10], 'T');
    assert_int_equal(text[23], 'Z');
    const char *line = " level=info daemon=headframe-test event=start partition=3 reason=\"a b\"\n";
    assert_memory_equal(text + 24, line, strlen(line));
    const char *second = text + 24 + strlen(line);
    assert_string_equal(second + 24, " level=error daemon=headframe-test event=stop\n");
}

static void write_a_long_line(void)
{
    char value[3001];
    hf_log(HF_LOG_ERROR, "long", "value=%s", repeat(value, 'x', 3000));
}

static void a_log_line_too_long_still_ends(void **state)
{
    (void)state;
    const char *text = capture(write_a_long_line);
    assert_true(strlen(text) <= 1024);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void no_part_of_a_character_is_shown(void **state)
{
    static const struct {
        const char *text, *whole;
    } cases[] = {
        {"", ""},
        {"abc", "abc"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"caf\xc3", "caf"},                       /* cut at the end */
        {"\"caf\xc3\" is", "\"caf\" is"},         /* cut in the middle of a sentence */
        {"\xe2\x82\xac\xe2\x82", "\xe2\x82\xac"}, /* three bytes, and two of three */
        {"\xf0\x9f\x92\x8e!", "\xf0\x9f\x92\x8e!"},
        {"\xff\xc0\x80x\x80", "x"}, /* never UTF-8 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[32];
        snprintf(text, sizeof text, "%s", cases[i].text);
        hf_text_drop_parts(text);
        assert_string_equal(text, cases[i].whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_part_of_a_character_is_shown),
        cmocka_unit_test(setting_an_error_returns_its_code),
        cmocka_unit_test(a_text_too_long_is_cut),
        cmocka_unit_test(a_prefix_comes_before_the_text),
        cmocka_unit_test(a_prefix_pushes_out_the_end_of_the_text),
        cmocka_unit_test(actions_have_their_names),
        cmocka_unit_test(quoted_values_cannot_leave_their_quotes),
        cmocka_unit_test(a_long_value_is_cut_within_its_quotes),
        cmocka_unit_test(eight_quoted_values_can_stand_in_one_line),
        cmocka_unit_test(log_levels_are_read_by_name),
        cmocka_unit_test(a_log_line_says_when_who_and_what),
        cmocka_unit_test(a_log_line_too_long_still_ends),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
