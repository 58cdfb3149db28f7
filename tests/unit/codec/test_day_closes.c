/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that closes and the restatements of a day come back from the wire as they were, and that damaged ones are
 * refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "../unit.h"
#include "headframe/day_codec.h"
#include "headframe/vocabulary.h"

/* What a reader was told, one word after another: "day greens-creek 2003-06-30; line 5; restated 2003-06-30..2003-06-30
 * x2; closes greens-creek 2003-05-31 2003-06-30;". */
static char seen[8000];

static void see_begin(void *context, const char *mine_id, int32_t date)
{
    char text[HF_DATE_TEXT];
    append(context, sizeof seen, "day %s %s; ", mine_id, hf_date_format(date, text));
}

static void see_line(void *context, uint16_t line, struct hf_day_total total)
{
    (void)total;
    append(context, sizeof seen, "line %u; ", line);
}

static void see_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    const struct hf_stretch stretches[] = {days->first, days->second};
    char from[HF_DATE_TEXT], through[HF_DATE_TEXT];
    append(context, sizeof seen, "restated ");
    for (size_t i = 0; i < COUNT(stretches); i++)
        if (stretches[i].from <= stretches[i].through)
            append(context, sizeof seen, "%s..%s ", hf_date_format(stretches[i].from, from),
                   hf_date_format(stretches[i].through, through));
    append(context, sizeof seen, "x%u; ", count);
}

static void see_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    char through[HF_DATE_TEXT], ever[HF_DATE_TEXT];
    append(context, sizeof seen, "closes %s %s %s; ", mine_id, hf_date_format(closes->closed_through, through),
           hf_date_format(closes->ever_closed_through, ever));
}

static void see_control(void *context, const struct hf_control *control)
{
    append(context, sizeof seen, "control %lld; ", (long long)control->input_offset);
}

static int decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, struct hf_error *error)
{
    const struct hf_day_reader reader = {see_begin, see_line, see_restated, see_closes, see_control, seen};
    uint8_t *copy = malloc(length ? length : 1); /* ends where the record ends, for AddressSanitizer */
    if (length)
        memcpy(copy, bytes, length);
    seen[0] = '\0';
    int result = hf_day_decode(copy, length, kind, &reader, error);
    free(copy);
    return result;
}

static struct hf_closed_days closed_days(const char *first, const char *through, const char *second,
                                         const char *second_through)
{
    struct hf_closed_days days = {{date_of(first), date_of(through)}, {0, -1}};
    if (second)
        days.second = (struct hf_stretch){date_of(second), date_of(second_through)};
    return days;
}

/* --- bytes ------------------------------------------------------------------------------------------------------ */

static void assert_bytes(const uint8_t *bytes, size_t length, const char *hex)
{
    uint8_t expected[200];
    size_t expected_length = from_hex(hex, expected);
    assert_int_equal(length, expected_length);
    assert_memory_equal(bytes, expected, length);
}

/* Two of 2003-06-30 alone, and one of 2003-06-30 through 2003-07-29 and 2003-08-30 through 2003-08-31, 31 days later. */
static void restatements_have_these_bytes(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_restatements *restatements = hf_restatements_new();
    const struct hf_closed_days day = closed_days("2003-06-30", "2003-06-30", NULL, NULL);
    const struct hf_closed_days two = closed_days("2003-06-30", "2003-07-29", "2003-08-30", "2003-08-31");
    const struct hf_closed_days other = closed_days("2003-06-29", "2003-06-30", NULL, NULL);
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    hf_restatements_add(restatements, &two, 1);
    hf_restatements_add(restatements, &day, 2);
    hf_restatements_add(restatements, &other, 1); /* of another day's record */
    hf_day_encode("greens-creek", date_of("2003-06-30"), book, restatements, HF_LINES_COST, &bytes, &length);
    assert_bytes(bytes, length,
                 "0801 1222 0a0c 677265656e732d637265656b 1092bf01"
                 "2a04 0801 2002"
                 "2a08 081e 101f 1802 2001");
    assert_int_equal(decode(bytes, length, HF_LINES_COST, NULL), HF_OK);
    assert_string_equal(seen, "day greens-creek 2003-06-30; restated 2003-06-30..2003-06-30 x2; "
                              "restated 2003-06-30..2003-07-29 2003-08-30..2003-08-31 x1; ");
    free(bytes);
    hf_restatements_free(&restatements);
    hf_daybook_free(&book);
}

static void closes_have_these_bytes(void **state)
{
    const struct hf_closes closes = {date_of("2003-05-31"), date_of("2003-06-30")};
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    hf_day_encode_closes("greens-creek", &closes, &bytes, &length);
    assert_bytes(bytes, length, "0801 2216 0a0c 677265656e732d637265656b 10d6be01 1892bf01");
    for (int kind = HF_LINES_PRODUCTION; kind <= HF_LINES_COST; kind++) {
        assert_int_equal(decode(bytes, length, (enum hf_line_kind)kind, NULL), HF_OK);
        assert_string_equal(seen, "closes greens-creek 2003-05-31 2003-06-30; ");
    }
    free(bytes);
}

static void the_key_of_closes_meets_no_other(void **state)
{
    char closes[HF_DAY_KEY], day[HF_DAY_KEY], mine[HF_ID_LIMIT + 1];
    (void)state;
    assert_int_equal(hf_closes_key("greens-creek", closes), 19);
    assert_string_equal(closes, "greens-creek|closed");
    hf_day_key("greens-creek", date_of("2003-06-30"), day);
    assert_string_not_equal(closes, day);
    memset(mine, 'x', HF_ID_LIMIT);
    mine[HF_ID_LIMIT] = '\0';
    assert_int_equal(hf_closes_key(mine, closes), HF_ID_LIMIT + 7);
    assert_string_equal(closes + HF_ID_LIMIT, "|closed");
}

/* --- round trips ------------------------------------------------------------------------------------------------ */

/* The last dates of closes, and the longest stretches there are: two spreads of 400 days joined, or apart. */
static void the_ends_of_every_field_come_back(void **state)
{
    static const struct {
        const char *first, *through, *second, *second_through;
        uint32_t count;
    } cases[] = {
        {"1800-01-01", "1800-01-01", NULL, NULL, 1},
        {"1800-01-01", "1802-03-11", NULL, NULL, UINT32_MAX}, /* 800 days */
        {"1800-01-01", "1800-01-01", "1800-01-03", "1801-02-06", 7},
        {"1800-01-01", "1801-02-04", "2299-12-31", "2299-12-31", 1},
        {"2298-11-27", "2299-12-31", NULL, NULL, 3},
        {"1969-12-31", "1969-12-31", "1970-01-02", "1970-01-02", 4},
    };
    struct hf_daybook *book = hf_daybook_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_restatements *restatements = hf_restatements_new();
        const struct hf_closed_days days =
            closed_days(cases[i].first, cases[i].through, cases[i].second, cases[i].second_through);
        char expected[200] = "";
        uint8_t *bytes = NULL;
        size_t length = 0;
        hf_restatements_add(restatements, &days, cases[i].count);
        hf_day_encode("m", days.first.from, book, restatements, HF_LINES_PRODUCTION, &bytes, &length);
        assert_int_equal(decode(bytes, length, HF_LINES_PRODUCTION, NULL), HF_OK);
        append(expected, sizeof expected, "day m %s; restated %s..%s ", cases[i].first, cases[i].first,
               cases[i].through);
        if (cases[i].second)
            append(expected, sizeof expected, "%s..%s ", cases[i].second, cases[i].second_through);
        append(expected, sizeof expected, "x%u; ", cases[i].count);
        assert_string_equal(seen, expected);
        free(bytes);
        hf_restatements_free(&restatements);
    }
    hf_daybook_free(&book);
}

static void lines_come_before_restatements(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_restatements *restatements = hf_restatements_new();
    const struct hf_closed_days day = closed_days("2003-06-30", "2003-06-30", NULL, NULL);
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    hf_daybook_set(book, 5, date_of("2003-06-30"), (struct hf_day_total){77, 1});
    hf_daybook_set(book, 3, date_of("2003-06-30"), (struct hf_day_total){0, 1});
    hf_restatements_add(restatements, &day, 1);
    hf_day_encode("m", date_of("2003-06-30"), book, restatements, HF_LINES_PRODUCTION, &bytes, &length);
    assert_int_equal(decode(bytes, length, HF_LINES_PRODUCTION, NULL), HF_OK);
    assert_string_equal(seen, "day m 2003-06-30; line 3; line 5; restated 2003-06-30..2003-06-30 x1; ");
    for (size_t cut = 0; cut < length; cut++)
        assert_int_equal(decode(bytes, cut, HF_LINES_PRODUCTION, NULL), HF_EINVAL);
    free(bytes);
    hf_restatements_free(&restatements);
    hf_daybook_free(&book);
}

/* --- damage ----------------------------------------------------------------------------------------------------- */

/* The day of m, 1970-01-01, before the restatement. */
#define DAY "0801 12"
#define OF_M "0a016d 1000 "

static void what_is_out_of_range_is_refused(void **state)
{
    static const struct {
        const char *hex, *text;
    } cases[] = {
        /* restatements: days, gap, second_days, count */
        {DAY "09" OF_M "2a02 0801", "restatement"},                          /* none counted */
        {DAY "09" OF_M "2a02 2001", "restatement"},                          /* no days */
        {DAY "0c" OF_M "2a05 08a106 2001", "restatement"},                   /* 801 days */
        {DAY "0e" OF_M "2a07 08ffffff7f 2001", "restatement"},               /* 268 435 455 */
        {"0801 1211 0a016d 1092bf01 2a08 08ffffffff07 2001", "restatement"}, /* 2^31 - 1 */
        {DAY "0f" OF_M "2a08 08ffffffff0f 2001", "restatement"},             /* 2^32 - 1 */
        {DAY "0d" OF_M "2a06 0801 1801 2001", "restatement"},                /* a second stretch without a gap */
        {DAY "10" OF_M "2a09 0801 1001 189103 2001", "restatement"},         /* 401 days in the second */
        {DAY "13" OF_M "2a0c 0801 10ffffffff0f 1801 2001", "restatement"},   /* beyond any date */
        {DAY "17" OF_M "2a10 0801 10ffffffff0f 18ffffffff0f 2001", "restatement"},
        {DAY "11" OF_M "2a0a 0801 10c09a0c 1801 2001", "restatement"}, /* 200 000 days on: in 2517 */
        /* closes: mine, closed_through, ever_closed_through */
        {"0801 2200", "closes"},
        {"0801 2205 0a03 617c62", "closes"},              /* mine "a|b" */
        {"0801 2207 0a016d 1004 1802", "closes"},         /* closed further than ever */
        {"0801 220b 0a016d 1000 18ffffffff0f", "closes"}, /* before 1800 */
        {"0801 220b 0a016d 10ffffffff0f 1800", "closes"},
        {"0801 220b 0a016d 1000 18feffffff0f", "closes"}, /* after 2299 */
        {"0801 220f 0a016d 10feffffff0f 18feffffff0f", "closes"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[100];
        struct hf_error error = {0};
        size_t length = from_hex(cases[i].hex, bytes);
        if (decode(bytes, length, HF_LINES_PRODUCTION, &error) != HF_EINVAL || !strstr(error.text, cases[i].text))
            fail_msg("%s: \"%s\" after \"%s\"", cases[i].hex, error.text, seen);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        assert_null(strstr(seen, "restated"));
        assert_null(strstr(seen, "closes"));
    }
}

static void wrong_bytes_never_crash(void **state)
{
    static const char sound_hex[] = "0801 1222 0a0c 677265656e732d637265656b 1092bf01 2a04 0801 2002"
                                    "2a08 081e 101f 1802 2001";
    uint8_t sound[200], bytes[200];
    size_t length = from_hex(sound_hex, sound);
    uint64_t random = 44;
    int refused = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        memcpy(bytes, sound, length);
        for (int64_t flips = random_between(&random, 1, 3); flips > 0; flips--)
            bytes[random_between(&random, 18, (int64_t)length - 1)] ^= (uint8_t)(1U << random_between(&random, 0, 7));
        refused += decode(bytes, length, HF_LINES_COST, NULL) != HF_OK;
    }
    assert_true(refused > 1000 && refused < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restatements_have_these_bytes),    cmocka_unit_test(closes_have_these_bytes),
        cmocka_unit_test(the_key_of_closes_meets_no_other), cmocka_unit_test(the_ends_of_every_field_come_back),
        cmocka_unit_test(lines_come_before_restatements),   cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(wrong_bytes_never_crash),
    };
    return cmocka_run_group_tests_name("day_closes", tests, NULL, NULL);
}
