/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a fact of a state record whose fields are out of range is refused, and which ranges they have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "../unit.h"
#include "headframe/state_codec.h"
#include "headframe/vocabulary.h"

static struct hf_fact seen;
static int facts, mines;

static uint32_t see_mine(void *context, const char *mine_id)
{
    (void)context;
    assert_true(*mine_id);
    return (uint32_t)mines++;
}

static void see_fact(void *context, const struct hf_fact *fact)
{
    (void)context;
    seen = *fact;
    facts++;
}

static void see_control(void *context, const struct hf_control *control, unsigned format)
{
    (void)context;
    (void)format;
    fail_msg("a control record at %lld", (long long)control->input_offset);
}

static int decode(const uint8_t *bytes, size_t length, struct hf_error *error)
{
    const struct hf_state_reader reader = {see_mine, see_fact, see_control, NULL, NULL, NULL};
    facts = mines = 0;
    return hf_state_decode(bytes, length, HF_LINES_PRODUCTION, &reader, error);
}

/* Puts a length of one or two bytes before the bytes that are there; returns the new length. */
static size_t prefix_length(uint8_t *bytes, size_t length)
{
    uint8_t size[2] = {(uint8_t)(length & 127U), 0};
    size_t count = 1;
    if (length > 127) {
        size[0] |= 128U;
        size[1] = (uint8_t)(length >> 7);
        count = 2;
    }
    memmove(bytes + count, bytes, length);
    memcpy(bytes, size, count);
    return length + count;
}

/* A segment of one fact, its fields in hexadecimal, on the line gold SOLD SETTLED, and of the mine. */
static size_t segment(const char *fact, const char *mine, uint8_t bytes[400])
{
    static const char line[] = "0a15 0a04 676f6c64 1204 534f4c44 1a07 534554544c4544 12";
    uint8_t body[400], part[200];
    size_t length = from_hex(line, body), part_length = prefix_length(part, from_hex(fact, part));
    memcpy(body + length, part, part_length);
    length += part_length;
    body[length++] = 0x1a;
    body[length++] = (uint8_t)strlen(mine);
    memcpy(body + length, mine, strlen(mine));
    length = prefix_length(body, length + strlen(mine));
    const size_t head = from_hex("0801 12", bytes);
    memcpy(bytes + head, body, length);
    return head + length;
}

/* Identity 1/1, revision 0, 1970-01-01. */
#define FACT "09 0100000000000000 11 0100000000000000 "
#define DATE(zigzag) "38" zigzag " "
#define DAYS(varint) "40" varint " "
#define LATER(varint) "68" varint
#define AMOUNT(zigzag_high, low) "48" zigzag_high " 51" low " "

static void a_field_out_of_range_is_refused(void **state)
{
    static const struct {
        const char *what, *fact;
        int is_taken;
    } cases[] = {
        {"nothing but an identity", FACT, 1},
        {"1800-01-01", FACT DATE("95ca07") DAYS("01"), 1},
        {"2299-12-31", FACT DATE("a2db0e") DAYS("01"), 1},
        {"1750", FACT DATE("c1e709") DAYS("01"), 0},
        {"2400", FACT DATE("fc9513") DAYS("01"), 0},
        {"the first date there is", FACT DATE("ffffffff0f") DAYS("01"), 0},
        {"the last", FACT DATE("feffffff0f") DAYS("9003"), 0},
        {"400 days", FACT DAYS("9003"), 1},
        {"401 days", FACT DAYS("9103"), 0},
        {"65 537 days", FACT DAYS("818004"), 0},
        {"2^32 - 1 days", FACT DAYS("ffffffff0f"), 0},
        {"rejected", FACT "6002", 1},
        {"decided", FACT "6003", 1},
        {"a status of a later version", FACT "6004", 0},
        {"a status below all", FACT "60ffffffffffffffffff01", 0},
        {"120 000 days later", FACT LATER("c0a907"), 1},
        {"121 000 days later, in 2301", FACT LATER("a8b107"), 0},
        {"2^31 - 1 days later", FACT LATER("ffffffff07"), 0},
        {"2^32 - 1 days later", FACT LATER("ffffffff0f"), 0},
        /* 10^33 = 54 210 108 624 275 × 2^64 + 4 089 650 035 136 921 600 */
        {"10^33", FACT DAYS("01") AMOUNT("a6b6a4e4b8d318", "000000000a5bc138"), 1},
        {"10^33 + 1", FACT DAYS("01") AMOUNT("a6b6a4e4b8d318", "010000000a5bc138"), 0},
        {"-2^127", FACT DAYS("01") AMOUNT("ffffffffffffffffff01", "0000000000000000"), 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[400];
        struct hf_error error = {0};
        int result = decode(bytes, segment(cases[i].fact, "m", bytes), &error);
        if (result != (cases[i].is_taken ? HF_OK : HF_EINVAL) || facts != cases[i].is_taken)
            fail_msg("%s: %d, \"%s\"", cases[i].what, result, error.text);
        if (!cases[i].is_taken)
            assert_string_equal(error.text, "a fact of the segment is out of range");
    }
}

static void later_days_are_counted_from_the_last_day_of_the_effect(void **state)
{
    uint8_t bytes[400];
    (void)state;
    assert_int_equal(decode(bytes, segment(FACT DATE("02") DAYS("0a") LATER("03"), "m", bytes), NULL), HF_OK);
    assert_int_equal(seen.latest, 1 + 9 + 3);
    assert_int_equal(decode(bytes, segment(FACT DATE("02") LATER("03"), "m", bytes), NULL), HF_OK);
    assert_int_equal(seen.latest, 1 + 3); /* without days: from its date */
}

static void a_mine_that_is_no_identifier_is_refused(void **state)
{
    static const char *const ids[] = {"", "a|b", "a\n", "\xff",
                                      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        uint8_t bytes[400];
        struct hf_error error = {0};
        assert_int_equal(decode(bytes, segment(FACT, ids[i], bytes), &error), HF_EINVAL);
        assert_int_equal(facts + mines, 0);
        assert_int_equal(error.action, HF_ACTION_FATAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_out_of_range_is_refused),
        cmocka_unit_test(later_days_are_counted_from_the_last_day_of_the_effect),
        cmocka_unit_test(a_mine_that_is_no_identifier_is_refused),
    };
    return cmocka_run_group_tests_name("state_ranges", tests, NULL, NULL);
}
