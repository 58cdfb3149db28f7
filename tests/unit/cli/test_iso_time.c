/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that an instant is read to the millisecond, and only where it can be meant in one way. */
#include "iso_time.h"

#include <stdlib.h>
#include <string.h>

#include "../unit.h"

static void instants_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.001Z", 1},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2003-06-30T15:00:00Z", 1056985200000},
        {"2003-06-30T15:00Z", 1056985200000},
        {"2003-06-30 15:00:00z", 1056985200000},
        {"2003-06-30t07:00:00-08:00", 1056985200000},
        {"2003-06-30T20:30:00+05:30", 1056985200000},
        {"2003-07-01T00:45:00+09:45", 1056985200000},
        {"2003-06-30T15:00:00-00:00", 1056985200000},
        {"2003-06-30T15:00:00.5Z", 1056985200500},
        {"2003-06-30T15:00:00.05Z", 1056985200050},
        {"2003-06-30T15:00:00.123000000Z", 1056985200123}, /* longer, but no finer */
        {"2004-02-29T00:00:00Z", 1078012800000},
        {"0000-01-01T00:00:00Z", -62167219200000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = 42;
        assert_int_equal(hf_iso_time_parse(cases[i].text, strlen(cases[i].text), &ms, NULL), HF_OK);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_leaves_a_doubt_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"2003-06-30T15:00:00", "has no zone"},
        {"2003-06-30T15:00", "has no zone"},
        {"2003-06-30T15:00:00.000", "has no zone"},
        {"2003-06-30T15:00:00.1234Z", "more precise than a millisecond"},
        {"2003-06-30T15:00:00.0000001+02:00", "more precise than a millisecond"},
        {"2003-06-30", "is not a time"},
        {"", "is not a time"},
        {"2003-02-29T00:00:00Z", "is not a time"},
        {"2003-13-01T00:00:00Z", "is not a time"},
        {"2003-06-30T24:00:00Z", "is not a time"},
        {"2003-06-30T15:60:00Z", "is not a time"},
        {"2003-06-30T15:00:60Z", "is not a time"},
        {"2003-06-30T15:00:0Z", "is not a time"},
        {"2003-06-30T15Z", "is not a time"},
        {"2003-06-30T15:00:00.Z", "is not a time"},
        {"2003-06-30T15:00:00,5Z", "is not a time"},
        {"2003-06-30T15:00:00+0200", "is not a time"},
        {"2003-06-30T15:00:00+02", "is not a time"},
        {"2003-06-30T15:00:00+19:00", "is not a time"},
        {"2003-06-30T15:00:00+02:60", "is not a time"},
        {"2003-06-30T15:00:00Zx", "is not a time"},
        {"2003-06-30T15:00:00 PST", "is not a time"},
        {"+2003-06-30T15:00:00Z", "is not a time"},
        {"20030630T150000Z", "is not a time"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_error error = {0};
        int64_t ms = 42;
        assert_int_equal(hf_iso_time_parse(cases[i].text, strlen(cases[i].text), &ms, &error), HF_EINVAL);
        assert_non_null(strstr(error.text, cases[i].reason));
        assert_int_equal(ms, 42);
    }
}

static void no_byte_beyond_the_length_is_read(void **state)
{
    static const char text[] = "2003-06-30T15:00:00Z";
    int64_t ms;
    (void)state;
    for (size_t length = 0; length < strlen(text); length++) {
        char *exact = malloc(length + 1); /* AddressSanitizer watches its end */
        memcpy(exact + 1, text, length);
        assert_int_equal(hf_iso_time_parse(exact + 1, length, &ms, NULL), HF_EINVAL);
        free(exact);
    }
}

static void instants_are_written_in_utc(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {1056985200123, "2003-06-30T15:00:00.123Z"},
        {-62167219200000, "0000-01-01T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        /* The year has not four digits: milliseconds. */
        {-62167219200001, "-62167219200001"},
        {253402300800000, "253402300800000"},
        {INT64_MIN, "-9223372036854775808"},
        {INT64_MAX, "9223372036854775807"},
    };
    char buffer[HF_ISO_TIME_TEXT];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(hf_iso_time_format(cases[i].ms, buffer), cases[i].text);
}

static void what_is_written_is_read_back(void **state)
{
    uint64_t seed = 1;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        char buffer[HF_ISO_TIME_TEXT];
        int64_t ms = random_between(&seed, -62167219200000, 253402300799999), again;
        hf_iso_time_format(ms, buffer);
        assert_int_equal(hf_iso_time_parse(buffer, strlen(buffer), &again, NULL), HF_OK);
        assert_int_equal(again, ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_read_exactly),
        cmocka_unit_test(what_leaves_a_doubt_is_refused_with_the_reason),
        cmocka_unit_test(no_byte_beyond_the_length_is_read),
        cmocka_unit_test(instants_are_written_in_utc),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests_name("cli_iso_time", tests, NULL, NULL);
}
