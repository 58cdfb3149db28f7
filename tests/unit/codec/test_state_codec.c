/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the ledger's changelog comes back from the wire fact for fact, in whatever version's words, and that
 * damaged records are refused. */
#include "headframe/state_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "../unit.h"
#include "headframe/vocabulary.h"

/* What a reader was told. */
struct seen {
    struct hf_fact facts[HF_SEGMENT_FACTS];
    size_t count;
    char mines[8][80]; /* in the order in which they were asked for; their numbers are from 100 on */
    size_t mine_count;
    struct hf_control control;
    unsigned format; /* of the control record */
    int controls;
    int begun; /* 1 + what the record is; 0: begin was not called */
    size_t announced;
};

static struct seen seen; /* too large for the stack */

/* The mines of the writer; the reader gives them other numbers. */
static const char *const mine_ids[] = {"greens-creek", "lucky-friday", "鉱山", "m"};

static const char *id_of_mine(void *context, uint32_t mine)
{
    (void)context;
    assert_true(mine < COUNT(mine_ids));
    return mine_ids[mine];
}

static uint32_t see_mine(void *context, const char *mine_id)
{
    struct seen *to = context;
    assert_true(to->mine_count < COUNT(to->mines));
    snprintf(to->mines[to->mine_count], sizeof to->mines[0], "%s", mine_id);
    return 100 + (uint32_t)to->mine_count++;
}

static void see_fact(void *context, const struct hf_fact *fact)
{
    struct seen *to = context;
    assert_true(to->count < HF_SEGMENT_FACTS);
    to->facts[to->count++] = *fact;
}

static void see_control(void *context, const struct hf_control *control, unsigned format)
{
    struct seen *to = context;
    to->control = *control;
    to->format = format;
    to->controls++;
}

static void see_begin(void *context, enum hf_state_record record, size_t facts)
{
    struct seen *to = context;
    assert_int_equal(to->begun, 0);
    assert_int_equal(to->count, 0);
    to->begun = 1 + (int)record;
    to->announced = facts;
}

static int decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, struct hf_error *error)
{
    const struct hf_state_reader reader = {see_mine, see_fact, see_control, &seen, see_begin, NULL};
    uint8_t *copy = malloc(length ? length : 1); /* ends where the record ends, for AddressSanitizer */
    if (length)
        memcpy(copy, bytes, length);
    seen.count = seen.mine_count = 0;
    seen.controls = seen.begun = 0;
    int result = hf_state_decode(copy, length, kind, &reader, error);
    free(copy);
    return result;
}

static void assert_same_fact(const struct hf_fact *a, const struct hf_fact *b)
{
    assert_true(a->id.high == b->id.high && a->id.low == b->id.low);
    assert_true(a->digest == b->digest);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->voided, b->voided);
    assert_true(a->effect.amount == b->effect.amount);
    assert_int_equal(a->effect.date, b->effect.date);
    assert_int_equal(a->effect.days, b->effect.days);
    assert_int_equal(a->effect.line, b->effect.line);
    assert_int_equal(a->latest, b->latest);
    assert_int_equal(a->status, b->status);
}

/* Decodes the bytes, releases them, and holds where they are a record of these facts. */
static void assert_holds(uint8_t *bytes, size_t length, enum hf_state_record record, const struct hf_fact *facts,
                         size_t count, enum hf_line_kind kind)
{
    struct hf_error error = {0};
    if (decode(bytes, length, kind, &error) != HF_OK)
        fail_msg("%s", error.text);
    free(bytes);
    assert_int_equal(seen.count, count);
    assert_int_equal(seen.controls, 0);
    assert_int_equal(seen.begun, 1 + (int)record);
    assert_int_equal(seen.announced, count);
    for (size_t i = 0; i < count; i++) {
        assert_same_fact(&seen.facts[i], &facts[i]);
        assert_in_range(seen.facts[i].mine, 100, 99 + seen.mine_count);
        assert_string_equal(seen.mines[seen.facts[i].mine - 100], mine_ids[facts[i].mine]);
    }
}

/* As a segment, where all of them stand, and as versions that do not stand. */
static void assert_comes_back(const struct hf_fact *facts, size_t count, enum hf_line_kind kind)
{
    struct hf_fact *copies = calloc(count + 1, sizeof *copies);
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (count > 0)
        memcpy(copies, facts, count * sizeof *facts);
    for (size_t i = 0; i < count; i++)
        copies[i].status = HF_FACT_STANDING;
    hf_segment_encode(copies, count, NULL, 0, kind, id_of_mine, NULL, &bytes, &length);
    assert_holds(bytes, length, HF_STATE_SEGMENT, copies, count, kind);
    for (size_t i = 0; i < count; i++)
        copies[i].status = i % 2 ? HF_FACT_WAITING : HF_FACT_REJECTED;
    hf_held_encode(copies, count, kind, id_of_mine, NULL, &bytes, &length);
    assert_holds(bytes, length, HF_STATE_HELD, copies, count, kind);
    free(copies);
}

/* --- bytes and keys ------------------------------------------------------------------------------------------------------ */

/* Two facts on one line, gold PRODUCED ASSAYED, worked by hand from proto/protobuf/state.proto: revision 1 of -1 (whose
 * high half is -1, zigzag 1) on 2003-06-30 at greens-creek, and one of lucky-friday that was withdrawn, has no days, names
 * 1970-01-01 and is remembered with 1970-01-04. Format 1 gave each a message; later ones give each field a column. */
static const char format_1[] = "0801 128c01"
                               "0a19 0a04 676f6c64 1208 50524f4455434544 1a07 41535341594544"
                               "122e 09 0100000000000000 11 0200000000000000 19 0300000000000000 2001 3892bf01"
                               "4001 4801 51 ffffffffffffffff"
                               "1223 09 0400000000000000 11 0500000000000000 19 0600000000000000"
                               "2801 5801 6000 6803"
                               "1a0c 677265656e732d637265656b 1a0c 6c75636b792d667269646179";
#define COLUMNS                                                        \
    "22c101"                                                           \
    "0a19 0a04 676f6c64 1208 50524f4455434544 1a07 41535341594544"     \
    "120c 677265656e732d637265656b 120c 6c75636b792d667269646179"      \
    "1a10 0100000000000000 0400000000000000"                           \
    "2210 0200000000000000 0500000000000000"                           \
    "2a10 0300000000000000 0600000000000000"                           \
    "3202 0201 3a02 0000 4202 0001 4a04 92bf01 00 5202 0100 5a02 0100" \
    "6210 ffffffffffffffff 0000000000000000 6a02 0003"                 \
    "7210 0700000000000000 0900000000000000 7a10 0800000000000000 0a00000000000000"

static const char format_2[] = "0802 " COLUMNS, format_3[] = "0803 " COLUMNS;

static void a_segment_has_these_bytes(void **state)
{
    uint16_t line = hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED);
    const int32_t date = date_of("2003-06-30");
    const struct hf_fact facts[] = {
        {{1, 2}, 3, 1, 0, {-1, date, 1, line}, 0, date, HF_FACT_STANDING},
        {{4, 5}, 6, 0, 1, {0, 0, 0, line}, 1, 3, HF_FACT_STANDING},
    };
    const struct hf_fact_id absent[] = {{7, 8}, {9, 10}};
    const char *const columns[] = {format_2, format_3};
    uint8_t expected[400], *bytes = NULL;
    size_t length = 0, expected_length = from_hex(format_3, expected);
    (void)state;
    hf_segment_encode(facts, COUNT(facts), absent, COUNT(absent), HF_LINES_PRODUCTION, id_of_mine, NULL, &bytes,
                      &length);
    assert_int_equal(length, expected_length);
    assert_memory_equal(bytes, expected, length);
    free(bytes);
    for (size_t format = 0; format < COUNT(columns); format++) {
        assert_int_equal(decode(expected, from_hex(columns[format], expected), HF_LINES_PRODUCTION, NULL), HF_OK);
        assert_int_equal(seen.count, 4);
        assert_int_equal(seen.announced, 4);
        for (size_t i = 0; i < COUNT(absent); i++) {
            assert_true(seen.facts[2 + i].id.high == absent[i].high && seen.facts[2 + i].id.low == absent[i].low);
            assert_int_equal(seen.facts[2 + i].status, HF_FACT_ABSENT);
        }
        for (size_t i = 0; i < COUNT(facts); i++)
            assert_same_fact(&seen.facts[i], &facts[i]);
    }
    assert_comes_back(facts, COUNT(facts), HF_LINES_PRODUCTION);
    expected_length = from_hex(format_1, expected);
    bytes = malloc(expected_length);
    memcpy(bytes, expected, expected_length);
    assert_holds(bytes, expected_length, HF_STATE_VERSIONS, facts, COUNT(facts), HF_LINES_PRODUCTION);
}

static void a_control_record_comes_back(void **state)
{
    static const struct hf_control controls[] = {
        {0, 0, 0, 0}, {300, 12, 0x0102030405060708, 90}, {INT64_MAX, UINT32_MAX, UINT64_MAX, UINT32_MAX}};
    (void)state;
    for (size_t i = 0; i < COUNT(controls); i++) {
        uint8_t *bytes = NULL;
        size_t length = 0;
        hf_state_encode_control(&controls[i], &bytes, &length);
        assert_int_equal(decode(bytes, length, HF_LINES_COST, NULL), HF_OK);
        assert_int_equal(seen.count, 0);
        assert_int_equal(seen.controls, 1);
        assert_int_equal(seen.format, HF_STATE_FORMAT);
        assert_true(seen.control.input_offset == controls[i].input_offset);
        assert_true(seen.control.input_partitions == controls[i].input_partitions);
        assert_true(seen.control.hash_seed == controls[i].hash_seed);
        assert_true(seen.control.horizon_days == controls[i].horizon_days);
        free(bytes);
    }
}

static void keys_say_what_they_name(void **state)
{
    static const struct {
        uint32_t number;
        const char *key;
    } parts[] = {{HF_HELD_ALL, "|held|00000000000000abffffffffffffffff"}, /* of format 2 */
                 {0, "|held|00000000000000abffffffffffffffff|0"},
                 {17, "|held|00000000000000abffffffffffffffff|17"},
                 {INT32_MAX / HF_HELD_PART, "|held|00000000000000abffffffffffffffff|33554431"}};
    char buffer[HF_STATE_KEY];
    struct hf_segment_place place;
    struct hf_held_part part;
    (void)state;
    assert_int_equal(hf_segment_key((struct hf_segment_place){1234, 0}, buffer), 15);
    assert_string_equal(buffer, "|segment|1234|0");
    size_t length = hf_segment_key((struct hf_segment_place){INT64_MAX, UINT32_MAX}, buffer);
    assert_string_equal(buffer, "|segment|9223372036854775807|4294967295");
    assert_int_equal(hf_state_key_parse(buffer, length, &place, &part), HF_STATE_KEY_SEGMENT);
    assert_true(place.offset == INT64_MAX && place.part == UINT32_MAX);
    for (size_t i = 0; i < COUNT(parts); i++) {
        length = hf_held_key((struct hf_held_part){{0xab, UINT64_MAX}, parts[i].number}, buffer);
        assert_string_equal(buffer, parts[i].key);
        assert_int_equal(length, strlen(parts[i].key));
        assert_int_equal(hf_state_key_parse(buffer, length, &place, &part), HF_STATE_KEY_HELD);
        assert_true(part.id.high == 0xab && part.id.low == UINT64_MAX);
        assert_int_equal(part.number, parts[i].number);
    }
    /* No mine's key can be one of these: an identifier holds no '|'. */
    assert_int_equal(buffer[0], '|');
    assert_string_equal(HF_CONTROL_KEY, "|control");
}

static void other_keys_name_nothing(void **state)
{
    static const char *const keys[] = {"",
                                       "|",
                                       "|control",
                                       "|segment|",
                                       "|segment|1",
                                       "|segment|1|",
                                       "|segment||1",
                                       "|segment|1|2|",
                                       "|segment|1|2x",
                                       "|segment|-1|0",
                                       "|segment| 1|0",
                                       "|segment|9223372036854775808|0",
                                       "|segment|1|4294967296",
                                       "|held|",
                                       "|held|00000000000000ab",
                                       "|held|00000000000000abfffffffffffffffg",
                                       "|held|00000000000000ABffffffffffffffff",
                                       "|held|00000000000000abffffffffffffffff0",
                                       "|held|00000000000000abffffffffffffffff|",
                                       "|held|00000000000000abffffffffffffffff|a",
                                       "|held|00000000000000abffffffffffffffff|-1",
                                       "|held|00000000000000abffffffffffffffff| 1",
                                       "|held|00000000000000abffffffffffffffff|1|",
                                       "|held|00000000000000abffffffffffffffff|33554432",
                                       "|held|00000000000000abffffffffffffff|1",
                                       "|segment|1|0000000000000000000000000000000000000000000000000000000000000000"};
    struct hf_segment_place place;
    struct hf_held_part part;
    (void)state;
    for (size_t i = 0; i < COUNT(keys); i++)
        if (hf_state_key_parse(keys[i], strlen(keys[i]), &place, &part) != HF_STATE_KEY_OTHER)
            fail_msg("%s", keys[i]);
    assert_int_equal(hf_state_key_parse("|segment|1|2\0", 13, &place, &part), HF_STATE_KEY_OTHER);
}

/* --- round trips ------------------------------------------------------------------------------------------------------------ */

static struct hf_fact random_fact(uint64_t *random, uint16_t line)
{
    static const int bits[] = {1, 20, 63, 64, 65, 109};
    struct hf_fact fact = {
        .id = {random_next(random), random_next(random)},
        .digest = random_next(random),
        .revision = (uint32_t)(random_next(random) >> random_between(random, 33, 63)),
        .effect = {.amount = random_int128(random, bits[random_next(random) % COUNT(bits)]),
                   .date = (int32_t)random_between(random, -62091, 84370),
                   .days = (uint16_t)random_between(random, 0, 400),
                   .line = line},
    };
    fact.voided = fact.effect.days == 0;
    fact.mine = (uint32_t)random_between(random, 0, COUNT(mine_ids) - 1);
    fact.latest = fact.effect.date + (fact.voided ? 0 : fact.effect.days - 1);
    fact.latest += random_next(random) % 2 ? (int32_t)random_between(random, 0, 35000) : 0;
    fact.status = (enum hf_fact_status)random_between(random, HF_FACT_STANDING, HF_FACT_DECIDED);
    return fact;
}

static void facts_of_every_line_come_back(void **state)
{
    uint64_t random = 51;
    struct hf_fact *facts = calloc(HF_SEGMENT_FACTS, sizeof *facts);
    const int counts[] = {hf_material_count() * HF_STAGE_COUNT * HF_QUALITY_COUNT,
                          HF_ELEMENT_COUNT * hf_currency_count()};
    (void)state;
    for (int kind = HF_LINES_PRODUCTION; kind <= HF_LINES_COST; kind++) {
        /* Each line, from the last to the first, then some again. */
        size_t count = (size_t)counts[kind] + 500;
        for (size_t i = 0; i < count; i++)
            facts[i] = random_fact(&random, (uint16_t)((count - i) * 7919 % (size_t)counts[kind]));
        assert_comes_back(facts, count, (enum hf_line_kind)kind);
    }
    assert_comes_back(facts, 0, HF_LINES_COST);
    free(facts);
}

static void the_ends_of_every_field_come_back(void **state)
{
    const hf_int128 limit = hf_amount_limit();
    const int32_t first = date_of("1800-01-01"), last = date_of("2299-12-31");
    const struct hf_fact facts[] = {
        {{UINT64_MAX, UINT64_MAX}, UINT64_MAX, INT32_MAX, 1, {limit, last - 399, 400, 0}, 0, last, HF_FACT_STANDING},
        {{0, 1}, 0, 0, 0, {-limit, first, 1, 0}, 1, last, HF_FACT_DECIDED},
        {{1, 0}, 1, 1, 0, {0, 0, 0, 1}, 1, 0, HF_FACT_WAITING},
        {{1, 1}, 1, 1, 0, {(hf_int128)1 << 64, -1, 1, 1}, 2, -1, HF_FACT_REJECTED},
        {{1, 2}, 1, 1, 0, {-((hf_int128)1 << 64), 1, 1, 1}, 3, 1, HF_FACT_STANDING},
        {{1, 3}, 1, 1, 0, {(hf_int128)UINT64_MAX, 1, 1, 1}, 0, 2, HF_FACT_STANDING},
    };
    (void)state;
    assert_comes_back(facts, COUNT(facts), HF_LINES_PRODUCTION);
    assert_comes_back(facts, COUNT(facts), HF_LINES_COST);
}

/* Ids as long as they may be, another for each number. */
static const char *long_id_of_mine(void *context, uint32_t mine)
{
    char *ids = context, *id = ids + (size_t)mine * (HF_ID_LIMIT + 1);
    snprintf(id, HF_ID_LIMIT + 1, "%0*u", HF_ID_LIMIT, mine);
    return id;
}

/* The most expensive facts there are, on as many lines as there are, each of a mine of its own. */
static void the_largest_segment_is_below_two_megabytes(void **state)
{
    struct hf_fact *facts = calloc(HF_SEGMENT_FACTS, sizeof *facts);
    char *ids = calloc(HF_SEGMENT_FACTS, HF_ID_LIMIT + 1);
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    for (size_t i = 0; i < HF_SEGMENT_FACTS; i++)
        facts[i] = (struct hf_fact){{UINT64_MAX - i, UINT64_MAX},
                                    UINT64_MAX,
                                    INT32_MAX,
                                    0,
                                    {-hf_amount_limit(), date_of("1800-01-01"), 400,
                                     (uint16_t)(i % (HF_ELEMENT_COUNT * (size_t)hf_currency_count()))},
                                    (uint32_t)i,
                                    date_of("2299-12-31"),
                                    HF_FACT_STANDING};
    hf_segment_encode(facts, HF_SEGMENT_FACTS, NULL, 0, HF_LINES_COST, long_id_of_mine, ids, &bytes, &length);
    if (length < 1000000 || length >= 2000000)
        fail_msg("%zu bytes for %d facts", length, HF_SEGMENT_FACTS);
    free(bytes);
    free(ids);
    free(facts);
}

/* --- damage ------------------------------------------------------------------------------------------------------------------- */

static void what_this_version_cannot_read_is_refused(void **state)
{
    static const struct {
        const char *hex, *text;
    } cases[] = {
        {"", "format 0"},
        {"1200", "format 0"},
        {"0804 1200", "state format 4, newer than this version reads (3)"},
        {"0801", "neither"},
        {"0801 3200", "neither"},
        {"0802 1200", "neither"}, /* a body that the other format has */
        {"0801 2200", "neither"},
        {"0801 2a00", "neither"},
        {"ff", "not a state record"},
        {"0801 1205 0a01", "not a state record"},
        /* a line of a later version's words: "gole" */
        {"0801 1208 0a06 0a04 676f6c65", "not known"},
        /* a fact that points beyond the lines: the first of none, the second of one (gold SOLD SETTLED) */
        {"0801 1202 1200", "no line"},
        {"0801 121b 0a15 0a04 676f6c64 1204 534f4c44 1a07 534554544c4544 1202 3001", "no line"},
        /* a fact that points beyond the mines, of which there are none */
        {"0801 1219 0a15 0a04 676f6c64 1204 534f4c44 1a07 534554544c4544 1200", "no mine"},
        /* a version that is held can not stand */
        {"0802 2a2e 0a15 0a04 676f6c64 1204 534f4c44 1a07 534554544c4544 1212 09 0100000000000000 11 0100000000000000 "
         "1a016d",
         "out of range"},
        /* a column more than another, of facts and of absent ones */
        {"0802 220a 1a08 0100000000000000", "differ"},
        {"0802 220a 7208 0100000000000000", "differ"},
        {"0802 220a 7a08 0100000000000000", "differ"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t bytes[100];
        struct hf_error error = {0};
        size_t length = from_hex(cases[i].hex, bytes);
        if (decode(bytes, length, HF_LINES_PRODUCTION, &error) != HF_EINVAL || !strstr(error.text, cases[i].text))
            fail_msg("%s: \"%s\", expected \"%s\"", cases[i].hex, error.text, cases[i].text);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        assert_int_equal(seen.count + (size_t)seen.controls, 0);
    }
}

static void a_segment_of_the_other_topic_is_refused(void **state)
{
    uint8_t bytes[400];
    size_t length = from_hex(format_2, bytes);
    (void)state;
    assert_int_equal(decode(bytes, length, HF_LINES_PRODUCTION, NULL), HF_OK);
    assert_int_equal(decode(bytes, length, HF_LINES_COST, NULL), HF_EINVAL);
    length = from_hex(format_1, bytes);
    assert_int_equal(decode(bytes, length, HF_LINES_PRODUCTION, NULL), HF_OK);
    assert_int_equal(decode(bytes, length, HF_LINES_COST, NULL), HF_EINVAL);
}

static void fields_added_later_are_read_over(void **state)
{
    uint8_t bytes[400];
    char hex[800];
    (void)state;
    snprintf(hex, sizeof hex, "%s 7801 82010161", format_2); /* fields 15 and 16 */
    assert_int_equal(decode(bytes, from_hex(hex, bytes), HF_LINES_PRODUCTION, NULL), HF_OK);
    assert_int_equal(seen.count, 4);
}

static void a_segment_cut_short_is_refused(void **state)
{
    uint64_t random = 52;
    struct hf_fact facts[50];
    uint8_t *bytes = NULL;
    size_t length = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(facts); i++)
        facts[i] = random_fact(&random, (uint16_t)(i * 9));
    for (int kind = HF_LINES_PRODUCTION; kind <= HF_LINES_COST; kind++) {
        hf_segment_encode(facts, COUNT(facts), NULL, 0, (enum hf_line_kind)kind, id_of_mine, NULL, &bytes, &length);
        for (size_t cut = 0; cut < length; cut++)
            assert_int_equal(decode(bytes, cut, (enum hf_line_kind)kind, NULL), HF_EINVAL);
        free(bytes);
    }
}

static void damage(const char *round_of)
{
    uint8_t sound[400], bytes[400];
    size_t length = from_hex(round_of, sound);
    uint64_t random = 53;
    int refused = 0;
    for (int round = 0; round < 20000; round++) {
        memcpy(bytes, sound, length);
        for (int64_t flips = random_between(&random, 1, 4); flips > 0; flips--)
            bytes[random_between(&random, 0, (int64_t)length - 1)] ^= (uint8_t)(1U << random_between(&random, 0, 7));
        size_t cut = round % 3 ? length : (size_t)random_between(&random, 1, (int64_t)length);
        refused += decode(bytes, cut, HF_LINES_PRODUCTION, NULL) != HF_OK;
        for (size_t i = 0; i < seen.count; i++) {
            if (seen.facts[i].status == HF_FACT_ABSENT)
                continue;
            assert_true(seen.facts[i].effect.line < HF_LINE_LIMIT);
            assert_in_range(seen.facts[i].mine, 100, 99 + seen.mine_count);
            assert_true(seen.facts[i].status <= HF_FACT_DECIDED);
            assert_true(seen.facts[i].latest >= seen.facts[i].effect.date);
        }
    }
    assert_true(refused > 1000 && refused < 20000);
}

static void wrong_bytes_never_crash(void **state)
{
    (void)state;
    damage(format_1);
    damage(format_2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_has_these_bytes),
        cmocka_unit_test(a_control_record_comes_back),
        cmocka_unit_test(keys_say_what_they_name),
        cmocka_unit_test(other_keys_name_nothing),
        cmocka_unit_test(facts_of_every_line_come_back),
        cmocka_unit_test(the_ends_of_every_field_come_back),
        cmocka_unit_test(the_largest_segment_is_below_two_megabytes),
        cmocka_unit_test(what_this_version_cannot_read_is_refused),
        cmocka_unit_test(a_segment_of_the_other_topic_is_refused),
        cmocka_unit_test(fields_added_later_are_read_over),
        cmocka_unit_test(a_segment_cut_short_is_refused),
        cmocka_unit_test(wrong_bytes_never_crash),
    };
    return cmocka_run_group_tests_name("state_codec", tests, NULL, NULL);
}
