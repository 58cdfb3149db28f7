/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the decoder takes every well-formed record and no other, and reads no byte beyond the record's end: each
 * record is decoded from memory of exactly its length, so that AddressSanitizer sees a byte too many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/event.h"
#include "headframe/vocabulary.h"
#include "oracle.h"
#include "schemas.h"

static struct schemas shipped;

static int set_up(void **state)
{
    (void)state;
    shipped = schemas_shipped();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    schemas_free(&shipped);
    return 0;
}

/* Decodes a copy that ends where the record ends. */
static int decode(const uint8_t *bytes, size_t length, struct hf_event *out_event, struct hf_refusal *out_refusal)
{
    uint8_t *copy = malloc(length ? length : 1);
    if (length)
        memcpy(copy, bytes, length);
    *out_refusal = (struct hf_refusal){HF_REFUSAL_NONE, ""};
    int result = hf_event_decode(shipped.decoder, copy, length, out_event, out_refusal);
    free(copy);
    assert_int_equal(result, out_refusal->code == HF_REFUSAL_NONE ? HF_OK : HF_EINVAL);
    return result;
}

static void assert_refused(const char *hex, enum hf_refusal_code code, const char *detail)
{
    uint8_t bytes[1000];
    struct hf_event event, untouched;
    struct hf_refusal refusal;
    memset(&untouched, 0x5a, sizeof untouched);
    event = untouched;
    decode(bytes, from_hex(hex, bytes), &event, &refusal);
    if (refusal.code != code || !strstr(refusal.detail, detail))
        fail_msg("%s gave %s \"%s\", expected %s \"%s\"", hex, hf_refusal_name(refusal.code), refusal.detail,
                 hf_refusal_name(code), detail);
    assert_memory_equal(&event, &untouched, sizeof event);
}

/* --- the frame -------------------------------------------------------------------------------------------------------- */

static void a_value_without_the_confluent_frame_is_malformed(void **state)
{
    struct hf_event event;
    struct hf_refusal refusal;
    (void)state;
    assert_int_equal(hf_event_decode(shipped.decoder, NULL, 0, &event, &refusal), HF_EINVAL);
    assert_int_equal(refusal.code, HF_REFUSAL_MALFORMED);
    assert_refused("", HF_REFUSAL_MALFORMED, "no value");
    assert_refused("00", HF_REFUSAL_MALFORMED, "0x00");
    assert_refused("00000000", HF_REFUSAL_MALFORMED, "0x00");
    assert_refused("01 00000003 026d 00 0262 00", HF_REFUSAL_MALFORMED, "0x00");
    assert_refused("7b226d696e655f6964223a226d227d", HF_REFUSAL_MALFORMED, "0x00"); /* JSON */
    assert_refused("00 00000003", HF_REFUSAL_MALFORMED, "mine_id");
}

static void an_id_that_no_schema_has_is_unknown(void **state)
{
    (void)state;
    assert_refused("00 00000000 026d 00 0262 00", HF_REFUSAL_UNKNOWN_SCHEMA, "id 0 ");
    assert_refused("00 00000005", HF_REFUSAL_UNKNOWN_SCHEMA, "id 5 ");
    assert_refused("00 03000000 026d 00 0262 00", HF_REFUSAL_UNKNOWN_SCHEMA, "id 50331648 "); /* little-endian */
    assert_refused("00 ffffffff", HF_REFUSAL_UNKNOWN_SCHEMA, "id 4294967295 ");
}

/* --- numbers and lengths: PeriodClose is mine_id "m", closed_through 2003-06-30, by "b", at 0 -------------------------- */

static void the_close_that_is_damaged_below_is_sound(void **state)
{
    uint8_t bytes[100];
    struct hf_event event;
    struct hf_refusal refusal;
    (void)state;
    assert_int_equal(decode(bytes, from_hex("00 00000003 026d 92bf01 0262 00", bytes), &event, &refusal), HF_OK);
    assert_int_equal(event.type, HF_EVENT_PERIOD_CLOSE);
    assert_int_equal(event.closed_through, 12233);
    assert_int_equal(decode(bytes, from_hex("00 00000003 00 00 00 00", bytes), &event, &refusal), HF_OK);
    assert_int_equal(event.mine_id.length, 0);
    assert_non_null(event.mine_id.data); /* empty, not null */
}

static void numbers_within_their_bits_are_read(void **state)
{
    static const struct {
        const char *through, *at;
        int32_t closed_through;
        int64_t at_ms;
    } cases[] = {
        {"00", "00", 0, 0},
        {"01", "01", -1, -1},
        {"7f", "8001", -64, 64},
        {"feffffff0f", "feffffffffffffffff01", INT32_MAX, INT64_MAX},
        {"ffffffff0f", "ffffffffffffffffff01", INT32_MIN, INT64_MIN},
        {"8000", "82808080808080808000", 0, 1}, /* longer than need be */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char hex[200];
        uint8_t bytes[100];
        struct hf_event event;
        struct hf_refusal refusal;
        snprintf(hex, sizeof hex, "00 00000003 026d %s 0262 %s", cases[i].through, cases[i].at);
        assert_int_equal(decode(bytes, from_hex(hex, bytes), &event, &refusal), HF_OK);
        assert_int_equal(event.closed_through, cases[i].closed_through);
        assert_int_equal(event.at_ms, cases[i].at_ms);
    }
}

static void damaged_numbers_and_lengths_are_malformed(void **state)
{
    static const struct {
        const char *hex, *detail;
    } cases[] = {
        /* lengths: -1, one too long, 2^31, 2^63 - 1, -2^63 */
        {"01 6d 92bf01 0262 00", "mine_id"},
        {"0a 6d 92bf01 0262 00", "field at:"}, /* takes what belongs to the next fields */
        {"026d 92bf01 06 62 00", "field by:"},
        {"8080808010 6d 92bf01 0262 00", "mine_id"},
        {"feffffffffffffffff01 6d 92bf01 0262 00", "mine_id"},
        {"ffffffffffffffffff01 6d 92bf01 0262 00", "mine_id"},
        {"fcffffffffffffffff01 6d 92bf01 0262 00", "mine_id"},
        /* numbers: 32 bits exceeded both ways, 65 bits, eleven bytes, no end */
        {"026d 8080808010 0262 00", "closed_through"},
        {"026d 8180808010 0262 00", "closed_through"},
        {"026d feffffffffffffffff01 0262 00", "closed_through"},
        {"026d 92bf01 0262 80808080808080808002", "field at:"},
        {"026d 92bf01 0262 ffffffffffffffffff7f", "field at:"},
        {"026d 92bf01 0262 8080808080808080808000", "field at:"},
        {"026d 92bf01 0262 ffffffffffffffffffff01", "field at:"},
        {"026d 92bf01 0262 80", "field at:"},
        {"026d 92bf01 0262 808080808080808080", "field at:"},
        {"8080808080808080808000 6d 92bf01 0262 00", "mine_id"},
        /* what follows the last field */
        {"026d 92bf01 0262 00 00", "1 bytes follow"},
        {"026d 92bf01 0262 00 026d 92bf01 0262 00", "8 bytes follow"},
    };
    char hex[200];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(hex, sizeof hex, "00 00000003 %s", cases[i].hex);
        assert_refused(hex, HF_REFUSAL_MALFORMED, cases[i].detail);
    }
}

/* --- fields: a ProductionEvent in pieces ------------------------------------------------------------------------------- */

enum piece {
    EVENT_ID,
    REVISION,
    VOIDED,
    MINE_ID,
    OCCURRED_AT,
    MATERIAL,
    STAGE,
    QUANTITY,
    UNIT,
    QUALITY,
    SOURCE,
    PIECES
};

static const char *const sound[PIECES] = {"0265", "00",   "00", "026d", "00", "08676f6c64",
                                          "06",   "0201", "00", "04",   "00"};

/* The record with one piece replaced. */
static void join(enum piece piece, const char *replacement, char hex[400])
{
    hex[0] = '\0';
    append(hex, 400, "00 00000001 ");
    for (int i = 0; i < PIECES; i++)
        append(hex, 400, "%s", (enum piece)i == piece ? replacement : sound[i]);
}

static void damaged_fields_are_refused_and_named(void **state)
{
    static const struct {
        enum piece piece;
        enum hf_refusal_code code;
        const char *hex, *detail;
    } cases[] = {
        {VOIDED, HF_REFUSAL_MALFORMED, "02", "voided"},
        {VOIDED, HF_REFUSAL_MALFORMED, "ff", "voided"},
        {REVISION, HF_REFUSAL_MALFORMED, "8080808010", "revision"},
        {STAGE, HF_REFUSAL_MALFORMED, "0c", "stage"}, /* index 6 of 6 */
        {STAGE, HF_REFUSAL_MALFORMED, "01", "stage"}, /* -1 */
        {STAGE, HF_REFUSAL_MALFORMED, "feffffffffffffffff01", "stage"},
        {STAGE, HF_REFUSAL_MALFORMED, "8080808020", "stage"}, /* 2^32, which is 0 in 32 bits */
        {UNIT, HF_REFUSAL_MALFORMED, "0c", "unit"},
        {QUALITY, HF_REFUSAL_MALFORMED, "08", "quality"},
        {QUALITY, HF_REFUSAL_MALFORMED, "ffffffffffffffffff01", "quality"},
        {SOURCE, HF_REFUSAL_MALFORMED, "04", "source"}, /* branch 2 of 2 */
        {SOURCE, HF_REFUSAL_MALFORMED, "01", "source"},
        {SOURCE, HF_REFUSAL_MALFORMED, "8080808020", "source"},
        {SOURCE, HF_REFUSAL_MALFORMED, "02", "source"}, /* the string is missing */
        {SOURCE, HF_REFUSAL_MALFORMED, "0204 61", "source"},
        {QUANTITY, HF_REFUSAL_MALFORMED, "00", "quantity"}, /* a decimal of no bytes */
        {QUANTITY, HF_REFUSAL_MALFORMED, "01", "quantity"},
        {QUANTITY, HF_REFUSAL_BAD_QUANTITY, "18204fce5e3e25026110000000", "quantity"}, /* 10^28 */
        {QUANTITY, HF_REFUSAL_BAD_QUANTITY, "18dfb031a1c1dafd9ef0000000", "quantity"}, /* -10^28 */
        {QUANTITY, HF_REFUSAL_BAD_QUANTITY, "2201ffffffffffffffffffffffffffffffff", "quantity"},
    };
    char hex[400];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        join(cases[i].piece, cases[i].hex, hex);
        assert_refused(hex, cases[i].code, cases[i].detail);
    }
}

static void quantities_come_in_any_legal_length(void **state)
{
    static const struct {
        const char *hex, *micro;
    } cases[] = {
        {"0201", "1"},
        {"02ff", "-1"},
        {"06000001", "1"},
        {"22ffffffffffffffffffffffffffffffff80", "-128"},
        {"18204fce5e3e2502610fffffff", "9999999999999999999999999999"},
        {"18dfb031a1c1dafd9ef0000001", "-9999999999999999999999999999"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char hex[400];
        uint8_t bytes[200];
        struct hf_event event;
        struct hf_refusal refusal;
        join(QUANTITY, cases[i].hex, hex);
        assert_int_equal(decode(bytes, from_hex(hex, bytes), &event, &refusal), HF_OK);
        assert_int128_equal(event.micro, cases[i].micro);
    }
}

static void texts_are_borrowed_from_the_record(void **state)
{
    char hex[400];
    uint8_t bytes[200];
    struct hf_event event;
    struct hf_refusal refusal;
    (void)state;
    join(PIECES, "", hex);
    size_t length = from_hex(hex, bytes);
    assert_int_equal(hf_event_decode(shipped.decoder, bytes, length, &event, &refusal), HF_OK);
    assert_ptr_equal(event.event_id.data, bytes + 6);
    assert_int_equal(event.event_id.length, 1);
    assert_memory_equal(event.material.data, "gold", 4);
    assert_int_equal(event.stage, HF_STAGE_PRODUCED);
    assert_int_equal(event.quality, HF_QUALITY_ASSAYED);
    assert_null(event.source.data);
}

/* --- every record, damaged ---------------------------------------------------------------------------------------------- */

static void every_record_cut_short_is_malformed(void **state)
{
    uint64_t random = 12;
    (void)state;
    for (uint32_t id = SHIPPED_PRODUCTION; id <= SHIPPED_DECISION; id++)
        for (int round = 0; round < 20; round++) {
            avro_value_t record = oracle_record(hf_schema_store_get(shipped.store, id)->schema);
            oracle_fill(&record, &random);
            size_t length;
            uint8_t *bytes = oracle_frame(id, &record, &length);
            struct hf_event event;
            struct hf_refusal refusal;
            assert_int_equal(decode(bytes, length, &event, &refusal), HF_OK);
            for (size_t cut = 0; cut < length; cut++) {
                decode(bytes, cut, &event, &refusal);
                assert_int_equal(refusal.code, HF_REFUSAL_MALFORMED);
            }
            free(bytes);
            avro_value_decref(&record);
        }
}

/* Whatever a flipped byte makes of a record: it is refused for a reason, or Avro C reads the same. */
static void a_record_with_wrong_bytes_is_refused_or_read_as_avro_reads_it(void **state)
{
    uint64_t random = 13;
    int taken = 0, refused = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        uint32_t id = (uint32_t)random_between(&random, SHIPPED_PRODUCTION, SHIPPED_DECISION);
        avro_value_t record = oracle_record(hf_schema_store_get(shipped.store, id)->schema);
        oracle_fill(&record, &random);
        size_t length;
        uint8_t *bytes = oracle_frame(id, &record, &length);
        struct hf_event event;
        struct hf_refusal refusal;
        for (int64_t flips = random_between(&random, 1, 3); flips > 0; flips--)
            bytes[random_between(&random, 5, (int64_t)length - 1)] ^= (uint8_t)(1U << random_between(&random, 0, 7));
        if (decode(bytes, length, &event, &refusal) == HF_OK) {
            assert_int_equal(hf_event_decode(shipped.decoder, bytes, length, &event, &refusal), HF_OK);
            assert_int_equal(oracle_read(bytes, length, &record), 0);
            oracle_assert_same(&event, &record, 6);
            taken++;
        } else {
            assert_true(refusal.code == HF_REFUSAL_MALFORMED || refusal.code == HF_REFUSAL_BAD_QUANTITY);
            refused++;
        }
        free(bytes);
        avro_value_decref(&record);
    }
    assert_true(taken > 1000 && refused > 1000);
}

static void random_bytes_never_crash(void **state)
{
    uint64_t random = 14;
    (void)state;
    for (int round = 0; round < 50000; round++) {
        uint8_t bytes[80] = {0, 0, 0, 0, (uint8_t)random_between(&random, 0, 5)};
        size_t length = (size_t)random_between(&random, 0, sizeof bytes);
        struct hf_event event;
        struct hf_refusal refusal;
        for (size_t i = 5; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(random_next(&random) >> random_between(&random, 0, 7) & 0xff);
        decode(bytes, length, &event, &refusal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_without_the_confluent_frame_is_malformed),
        cmocka_unit_test(an_id_that_no_schema_has_is_unknown),
        cmocka_unit_test(the_close_that_is_damaged_below_is_sound),
        cmocka_unit_test(numbers_within_their_bits_are_read),
        cmocka_unit_test(damaged_numbers_and_lengths_are_malformed),
        cmocka_unit_test(damaged_fields_are_refused_and_named),
        cmocka_unit_test(quantities_come_in_any_legal_length),
        cmocka_unit_test(texts_are_borrowed_from_the_record),
        cmocka_unit_test(every_record_cut_short_is_malformed),
        cmocka_unit_test(a_record_with_wrong_bytes_is_refused_or_read_as_avro_reads_it),
        cmocka_unit_test(random_bytes_never_crash),
    };
    return cmocka_run_group_tests_name("event_decoder", tests, set_up, tear_down);
}
