/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a day comes back from the wire as it was, whatever its lines, and that damaged records are refused. */
#include "headframe/day_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "../unit.h"
#include "headframe/vocabulary.h"

/* What a reader was told. */
struct seen {
    char text[200]; /* "greens-creek 2003-06-30", "control 7 12 99" */
    int begins, lines, controls;
    int last_line;
    struct hf_day_total totals[HF_LINE_LIMIT];
};

static void see_begin(void *context, const char *mine_id, int32_t date)
{
    struct seen *seen = context;
    char text[HF_DATE_TEXT];
    snprintf(seen->text, sizeof seen->text, "%.80s %d", mine_id, date);
    if (date > -100000 && date < 100000)
        snprintf(seen->text, sizeof seen->text, "%.80s %s", mine_id, hf_date_format(date, text));
    assert_int_equal(seen->lines, 0);
    seen->begins++;
}

static void see_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct seen *seen = context;
    assert_int_equal(seen->begins, 1);
    assert_true(line < HF_LINE_LIMIT);
    seen->totals[line] = total;
    seen->last_line = line;
    seen->lines++;
}

/* Restatements and closes are test_day_closes.c's; here only damage makes one. */
static void see_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    assert_int_equal(((struct seen *)context)->begins, 1);
    assert_true(days->first.from <= days->first.through && count > 0);
}

static void see_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    assert_int_equal(((struct seen *)context)->begins, 0);
    assert_true(*mine_id && closes->closed_through <= closes->ever_closed_through);
}

static void see_control(void *context, const struct hf_control *control)
{
    struct seen *seen = context;
    snprintf(seen->text, sizeof seen->text, "control %lld %u %llu", (long long)control->input_offset,
             control->input_partitions, (unsigned long long)control->hash_seed);
    seen->controls++;
}

static int decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, struct seen *seen,
                  struct hf_error *error)
{
    const struct hf_day_reader reader = {see_begin, see_line, see_restated, see_closes, see_control, seen};
    uint8_t *copy = malloc(length ? length : 1); /* ends where the record ends, for AddressSanitizer */
    if (length)
        memcpy(copy, bytes, length);
    memset(seen, 0, sizeof *seen);
    int result = hf_day_decode(copy, length, kind, &reader, error);
    free(copy);
    return result;
}

static struct seen seen; /* too large for the stack */

/* The record of a date without restatements. */
static void encode(const char *mine, int32_t date, const struct hf_daybook *book, enum hf_line_kind kind,
                   uint8_t **out_bytes, size_t *out_length)
{
    struct hf_restatements *none = hf_restatements_new();
    hf_day_encode(mine, date, book, none, kind, out_bytes, out_length);
    hf_restatements_free(&none);
}

/* --- bytes and keys --------------------------------------------------------------------------------------------------- */

/* One troy ounce of gold, 311 034 768 000 000 of 10^-13 g, worked by hand from proto/protobuf/days.proto. */
static const char ounce_of_gold[] = "0801 1238 0a0c 677265656e732d637265656b 1092bf01 1a24 0a04 676f6c64"
                                    "1208 50524f4455434544 1a07 41535341594544 29 0004dc6ce21a0100 3001";

static void a_day_has_these_bytes(void **state)
{
    uint16_t line = hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED);
    struct hf_daybook *book = hf_daybook_new();
    uint8_t expected[200], *bytes = NULL;
    size_t length = 0, expected_length = from_hex(ounce_of_gold, expected);
    (void)state;
    hf_daybook_set(book, line, date_of("2003-06-30"), (struct hf_day_total){hf_unit_mass(HF_UNIT_OZT), 1});
    hf_daybook_set(book, line, date_of("2003-06-29"), (struct hf_day_total){77, 7});
    encode("greens-creek", date_of("2003-06-30"), book, HF_LINES_PRODUCTION, &bytes, &length);
    assert_int_equal(length, expected_length);
    assert_memory_equal(bytes, expected, length);
    assert_int_equal(decode(bytes, length, HF_LINES_PRODUCTION, &seen, NULL), HF_OK);
    assert_string_equal(seen.text, "greens-creek 2003-06-30");
    assert_int_equal(seen.lines, 1);
    assert_int128_equal(seen.totals[line].amount, "311034768000000");
    assert_int_equal(seen.totals[line].facts, 1);
    free(bytes);
    hf_daybook_free(&book);
}

static void a_control_record_has_these_bytes(void **state)
{
    static const struct {
        struct hf_control control;
        const char *hex, *text;
    } cases[] = {
        {{300, 12, 0x0102030405060708, 0},
         "0801 1a0e 08ac02 100c 19 0807060504030201",
         "control 300 12 72623859790382856"},
        {{0, 0, 0, 0}, "0801 1a00", "control 0 0 0"},
        {{INT64_MAX, UINT32_MAX, UINT64_MAX, 0},
         "0801 1a19 08ffffffffffffffff7f 10ffffffff0f 19 ffffffffffffffff",
         "control 9223372036854775807 4294967295 18446744073709551615"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t expected[100], *bytes = NULL;
        size_t length = 0, expected_length = from_hex(cases[i].hex, expected);
        hf_day_encode_control(&cases[i].control, &bytes, &length);
        assert_int_equal(length, expected_length);
        assert_memory_equal(bytes, expected, length);
        assert_int_equal(decode(bytes, length, HF_LINES_COST, &seen, NULL), HF_OK);
        assert_string_equal(seen.text, cases[i].text);
        assert_int_equal(seen.controls, 1);
        free(bytes);
    }
}

static void keys_join_mine_and_date(void **state)
{
    char buffer[HF_DAY_KEY], mine[HF_ID_LIMIT + 1], expected[HF_DAY_KEY];
    (void)state;
    assert_int_equal(hf_day_key("greens-creek", date_of("2003-06-30"), buffer), 23);
    assert_string_equal(buffer, "greens-creek|2003-06-30");
    memset(mine, 'x', HF_ID_LIMIT);
    mine[HF_ID_LIMIT] = '\0';
    snprintf(expected, sizeof expected, "%s|1800-01-01", mine);
    assert_int_equal(hf_day_key(mine, date_of("1800-01-01"), buffer), HF_ID_LIMIT + 11);
    assert_string_equal(buffer, expected);
}

/* --- round trips --------------------------------------------------------------------------------------------------------- */

static int line_count(enum hf_line_kind kind)
{
    return kind == HF_LINES_PRODUCTION ? hf_material_count() * HF_STAGE_COUNT * HF_QUALITY_COUNT
                                       : HF_ELEMENT_COUNT * hf_currency_count();
}

static struct hf_day_total random_total(uint64_t *random)
{
    static const int bits[] = {1, 20, 63, 64, 65, 109};
    return (struct hf_day_total){random_int128(random, bits[random_next(random) % COUNT(bits)]),
                                 random_next(random) % 5 ? random_between(random, 1, 9) : UINT32_MAX};
}

static void assert_every_line_comes_back(enum hf_line_kind kind, const char *mine, const char *date)
{
    static struct hf_day_total totals[HF_LINE_LIMIT];
    struct hf_daybook *book = hf_daybook_new();
    uint64_t random = 41;
    uint8_t *bytes = NULL;
    size_t length = 0;
    char text[100];
    for (int line = 0; line < line_count(kind); line++) {
        totals[line] = line == 0   ? (struct hf_day_total){hf_amount_limit(), 1}
                       : line == 1 ? (struct hf_day_total){-hf_amount_limit(), 1}
                       : line == 2 ? (struct hf_day_total){0, 1}
                                   : random_total(&random);
        hf_daybook_set(book, (uint16_t)line, date_of(date), totals[line]);
    }
    encode(mine, date_of(date), book, kind, &bytes, &length);
    assert_int_equal(decode(bytes, length, kind, &seen, NULL), HF_OK);
    snprintf(text, sizeof text, "%s %s", mine, date);
    assert_string_equal(seen.text, text);
    assert_int_equal(seen.lines, line_count(kind));
    assert_int_equal(seen.last_line, line_count(kind) - 1);
    for (int line = 0; line < line_count(kind); line++) {
        assert_true(seen.totals[line].amount == totals[line].amount);
        assert_int_equal(seen.totals[line].facts, totals[line].facts);
    }
    free(bytes);
    hf_daybook_free(&book);
}

static void every_line_comes_back(void **state)
{
    (void)state;
    assert_every_line_comes_back(HF_LINES_PRODUCTION, "鉱山", "1800-01-01");
    assert_every_line_comes_back(HF_LINES_COST, "m", "2200-12-31");
}

static void an_emptied_day_is_a_day_without_lines(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    hf_daybook_set(book, 5, date_of("1969-12-31"), (struct hf_day_total){0, 0});
    encode("m", date_of("1969-12-31"), book, HF_LINES_COST, &bytes, &length);
    assert_int_equal(decode(bytes, length, HF_LINES_COST, &seen, NULL), HF_OK);
    assert_string_equal(seen.text, "m 1969-12-31");
    assert_int_equal(seen.begins, 1);
    assert_int_equal(seen.lines, 0);
    free(bytes);
    hf_daybook_free(&book);
}

/* --- damage ---------------------------------------------------------------------------------------------------------------- */

static void what_this_version_cannot_read_is_refused(void **state)
{
    static const struct {
        const char *hex, *text;
    } cases[] = {
        {"", "format 0"},          /* an empty record is a valid message */
        {"1a00", "format 0"},      /* a control without a version */
        {"0802 1a00", "format 2"}, /* a newer one */
        {"08ffffffff0f 1a00", "format 4294967295"},
        {"0801", "neither"},
        {"0801 2a00", "neither"}, /* a body of a later version */
        {"ff", "not a days record"},
        {"0801 1a05 08ac02", "not a days record"},
        /* words that a later version knows */
        {"0801 1213 0a016d 1000 1a0c 0a04 676f6c65 1200 1a00 3001", "\"gole\""},
        {"0801 120b 0a016d 1000 1a04 0a00 1200", "\"\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[100];
        struct hf_error error = {0};
        size_t length = from_hex(cases[i].hex, bytes);
        if (decode(bytes, length, HF_LINES_PRODUCTION, &seen, &error) != HF_EINVAL ||
            !strstr(error.text, cases[i].text))
            fail_msg("%s: \"%s\", expected \"%s\"", cases[i].hex, error.text, cases[i].text);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        assert_int_equal(seen.controls, 0);
    }
}

static void an_unknown_cost_line_is_refused_and_named(void **state)
{
    uint8_t bytes[100];
    struct hf_error error = {0};
    (void)state;
    /* element ROYALTY, currency XXX */
    size_t length = from_hex("0801 1217 0a016d 1000 2210 0a07 524f59414c5459 1203 585858 2801", bytes);
    assert_int_equal(decode(bytes, length, HF_LINES_COST, &seen, &error), HF_EINVAL);
    assert_non_null(strstr(error.text, "\"ROYALTY\" \"XXX\""));
    memcpy(memmem(bytes, length, "XXX", 3), "CAD", 3);
    assert_int_equal(decode(bytes, length, HF_LINES_COST, &seen, &error), HF_OK);
    assert_int_equal(seen.totals[hf_cost_line(HF_ELEMENT_ROYALTY, hf_currency_find("CAD", 3))].facts, 1);
}

static void fields_added_later_are_read_over(void **state)
{
    uint8_t bytes[200];
    char hex[400];
    (void)state;
    snprintf(hex, sizeof hex, "%s 7801 82010161", ounce_of_gold); /* fields 15 and 16 */
    assert_int_equal(decode(bytes, from_hex(hex, bytes), HF_LINES_PRODUCTION, &seen, NULL), HF_OK);
    assert_int_equal(seen.lines, 1);
}

static void a_record_cut_short_is_refused(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    uint64_t random = 42;
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    for (int line = 0; line < 20; line++)
        hf_daybook_set(book, (uint16_t)(line * 13), date_of("2003-06-30"), random_total(&random));
    for (int kind = HF_LINES_PRODUCTION; kind <= HF_LINES_COST; kind++) {
        encode("greens-creek", date_of("2003-06-30"), book, (enum hf_line_kind)kind, &bytes, &length);
        for (size_t cut = 0; cut < length; cut++)
            assert_int_equal(decode(bytes, cut, (enum hf_line_kind)kind, &seen, NULL), HF_EINVAL);
        assert_int_equal(decode(bytes, length, (enum hf_line_kind)kind, &seen, NULL), HF_OK);
        free(bytes);
    }
    hf_daybook_free(&book);
}

static void wrong_bytes_never_crash(void **state)
{
    uint8_t sound[200], bytes[200];
    size_t length = from_hex(ounce_of_gold, sound);
    uint64_t random = 43;
    int refused = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        memcpy(bytes, sound, length);
        for (int64_t flips = random_between(&random, 1, 4); flips > 0; flips--)
            bytes[random_between(&random, 0, (int64_t)length - 1)] ^= (uint8_t)(1U << random_between(&random, 0, 7));
        size_t cut = (size_t)random_between(&random, 1, (int64_t)length);
        enum hf_line_kind kind = round % 2 ? HF_LINES_COST : HF_LINES_PRODUCTION;
        refused += decode(bytes, cut, kind, &seen, NULL) != HF_OK;
    }
    assert_true(refused > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_has_these_bytes),
        cmocka_unit_test(a_control_record_has_these_bytes),
        cmocka_unit_test(keys_join_mine_and_date),
        cmocka_unit_test(every_line_comes_back),
        cmocka_unit_test(an_emptied_day_is_a_day_without_lines),
        cmocka_unit_test(what_this_version_cannot_read_is_refused),
        cmocka_unit_test(an_unknown_cost_line_is_refused_and_named),
        cmocka_unit_test(fields_added_later_are_read_over),
        cmocka_unit_test(a_record_cut_short_is_refused),
        cmocka_unit_test(wrong_bytes_never_crash),
    };
    return cmocka_run_group_tests_name("day_codec", tests, NULL, NULL);
}
