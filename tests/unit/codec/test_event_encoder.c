/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that what the encoder writes is what Avro C reads, by the same schema and by resolution, and that the decoder's
 * own plan reads the same. */
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/event.h"
#include "headframe/vocabulary.h"
#include "oracle.h"
#include "schemas.h"

#define TEXT(literal)                \
    {                                \
        literal, sizeof(literal) - 1 \
    }

enum { ROUNDS = 400 };

static void two_records_have_these_bytes(void **state)
{
    static const struct {
        struct hf_event event;
        const char *hex;
    } cases[] = {
        {{.type = HF_EVENT_PRODUCTION,
          .event_id = TEXT("e1"),
          .mine_id = TEXT("gc"),
          .revision = 3,
          .occurred_at_ms = 1056927600000, /* 2003-06-29T23:00:00Z */
          .material = TEXT("gold"),
          .stage = HF_STAGE_PRODUCED,
          .unit = HF_UNIT_KG,
          .quality = HF_QUALITY_SETTLED,
          .micro = 1500000},
         "00 00000001 04 6531 06 00 04 6763 80b6dadcc23d 08 676f6c64 06 06 16e360 04 06 00"},
        {{.type = HF_EVENT_COST,
          .event_id = TEXT("c"),
          .mine_id = TEXT("gc"),
          .voided = 1,
          .source = TEXT("SAP"),
          .from = 12053,    /* 2003-01-01 */
          .through = 12233, /* 2003-06-30 */
          .element = HF_ELEMENT_ROYALTY,
          .metal = TEXT("silver"),
          .currency = TEXT("USD"),
          .micro = -1},
         "00 00000002 02 63 00 01 04 6763 aabc01 92bf01 0e 02 0c 73696c766572 02 ff 06 555344 02 06 534150"},
    };
    struct schemas schemas = schemas_shipped();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t expected[100], *bytes = NULL;
        size_t length = 0, expected_length = from_hex(cases[i].hex, expected);
        assert_int_equal(hf_event_encode(schemas.store, &cases[i].event, &bytes, &length, NULL), HF_OK);
        assert_int_equal(length, expected_length);
        assert_memory_equal(bytes, expected, length);
        free(bytes);
    }
    schemas_free(&schemas);
}

/* --- random events -------------------------------------------------------------------------------------------------- */

static struct hf_text random_text(uint64_t *random, int is_nullable)
{
    static const char letters[] =
        "greens-creek Grünberg 鉱山 2003-06-30/gold/1 \"|\\\n\t; the quick brown fox jumps over";
    size_t from = (size_t)random_between(random, 0, 20), end = from + (size_t)random_between(random, 0, 64);
    if (is_nullable && random_next(random) % 3 == 0)
        return (struct hf_text){NULL, 0};
    assert_true(end < sizeof letters);
    while ((letters[from] & 0xc0) == 0x80) /* within a character */
        from--;
    while ((letters[end] & 0xc0) == 0x80)
        end--;
    return (struct hf_text){letters + from, end - from};
}

static struct hf_event random_event(enum hf_event_type type, uint64_t *random)
{
    int is_fact = type == HF_EVENT_PRODUCTION || type == HF_EVENT_COST;
    struct hf_event event = {.type = type, .mine_id = random_text(random, 0)};
    if (type != HF_EVENT_PERIOD_CLOSE) {
        event.event_id = random_text(random, 0);
        event.revision = (int32_t)(random_next(random) >> random_between(random, 32, 63));
    }
    if (is_fact) {
        event.voided = (int)(random_next(random) & 1U);
        event.source = random_text(random, 1);
        event.micro = random_int128(random, (int)random_between(random, 1, 93));
    } else {
        event.by = random_text(random, 0);
        event.at_ms = (int64_t)random_next(random);
        event.accept = type == HF_EVENT_QUARANTINE_DECISION && random_next(random) % 2;
        event.closed_through = type == HF_EVENT_PERIOD_CLOSE ? (int32_t)random_next(random) : 0;
    }
    if (type == HF_EVENT_PRODUCTION) {
        event.occurred_at_ms = (int64_t)random_next(random) >> random_between(random, 0, 63);
        event.material = random_text(random, 0);
        event.stage = (int)random_between(random, 0, HF_STAGE_COUNT - 1);
        event.unit = (int)random_between(random, 0, HF_UNIT_COUNT - 1);
        event.quality = (int)random_between(random, 0, HF_QUALITY_COUNT - 1);
    } else if (type == HF_EVENT_COST) {
        event.from = (int32_t)random_next(random);
        event.through = (int32_t)random_next(random);
        event.element = (int)random_between(random, 0, HF_ELEMENT_COUNT - 1);
        event.metal = random_text(random, 1);
        event.currency = random_text(random, 0);
    }
    return event;
}

static void assert_same_text(struct hf_text a, struct hf_text b)
{
    assert_int_equal(a.length, b.length);
    assert_true((a.data == NULL) == (b.data == NULL));
    if (a.data)
        assert_memory_equal(a.data, b.data, a.length);
}

static void assert_same_event(const struct hf_event *a, const struct hf_event *b)
{
    assert_int_equal(a->type, b->type);
    assert_same_text(a->event_id, b->event_id);
    assert_same_text(a->mine_id, b->mine_id);
    assert_same_text(a->source, b->source);
    assert_same_text(a->material, b->material);
    assert_same_text(a->metal, b->metal);
    assert_same_text(a->currency, b->currency);
    assert_same_text(a->by, b->by);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->voided, b->voided);
    assert_int_equal(a->occurred_at_ms, b->occurred_at_ms);
    assert_int_equal(a->stage, b->stage);
    assert_int_equal(a->unit, b->unit);
    assert_int_equal(a->quality, b->quality);
    assert_int_equal(a->from, b->from);
    assert_int_equal(a->through, b->through);
    assert_int_equal(a->element, b->element);
    assert_true(a->micro == b->micro);
    assert_int_equal(a->closed_through, b->closed_through);
    assert_int_equal(a->accept, b->accept);
    assert_int_equal(a->at_ms, b->at_ms);
}

static void check_round_trip(struct schemas *schemas, const struct hf_event *event)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    struct hf_event decoded;
    struct hf_refusal refusal = {0};
    struct hf_error error = {0};
    if (hf_event_encode(schemas->store, event, &bytes, &length, &error) != HF_OK)
        fail_msg("%s", error.text);
    if (hf_event_decode(schemas->decoder, bytes, length, &decoded, &refusal) != HF_OK)
        fail_msg("%s", refusal.detail);
    assert_same_event(&decoded, event);
    avro_schema_t schema = hf_schema_store_get(schemas->store, bytes[4])->schema;
    avro_value_t record = oracle_record(schema);
    assert_int_equal(oracle_read(bytes, length, &record), 0);
    oracle_assert_same(&decoded, &record, 6);
    assert_int_equal(oracle_resolve(bytes, length, schema, &record), 0);
    oracle_assert_same(&decoded, &record, 6);
    avro_value_decref(&record);
    free(bytes);
}

static void random_events_come_back_and_agree_with_avro(void **state)
{
    struct schemas schemas = schemas_shipped();
    uint64_t random = 11;
    (void)state;
    for (int type = 0; type < HF_EVENT_TYPE_COUNT; type++)
        for (int i = 0; i < ROUNDS; i++) {
            struct hf_event event = random_event((enum hf_event_type)type, &random);
            check_round_trip(&schemas, &event);
        }
    schemas_free(&schemas);
}

static void every_word_of_the_vocabulary_comes_back(void **state)
{
    struct schemas schemas = schemas_shipped();
    struct hf_event production = {.type = HF_EVENT_PRODUCTION}, cost = {.type = HF_EVENT_COST};
    (void)state;
    production.event_id = production.mine_id = production.material = cost.currency = (struct hf_text){"", 0};
    cost.event_id = cost.mine_id = (struct hf_text){"", 0};
    for (int i = 0; i < HF_ELEMENT_COUNT; i++) {
        production.stage = i % HF_STAGE_COUNT;
        production.unit = i % HF_UNIT_COUNT;
        production.quality = i % HF_QUALITY_COUNT;
        cost.element = i;
        check_round_trip(&schemas, &production);
        check_round_trip(&schemas, &cost);
    }
    schemas_free(&schemas);
}

/* --- what cannot be written ------------------------------------------------------------------------------------------- */

static int encode_micro(struct schemas *schemas, hf_int128 micro, struct hf_event *out_event)
{
    struct hf_event event = {
        .type = HF_EVENT_COST, .event_id = TEXT("e"), .mine_id = TEXT("m"), .currency = TEXT("USD"), .micro = micro};
    uint8_t *bytes = NULL;
    size_t length = 0;
    struct hf_refusal refusal;
    struct hf_error error = {0};
    int result = hf_event_encode(schemas->store, &event, &bytes, &length, &error);
    if (result == HF_OK)
        assert_int_equal(hf_event_decode(schemas->decoder, bytes, length, out_event, &refusal), HF_OK);
    else
        assert_non_null(strstr(error.text, "amount"));
    free(bytes);
    return result;
}

static void an_amount_must_fit_the_schemas_scale(void **state)
{
    char *json = schema_with_field(SHIPPED_COST, "amount",
                                   "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":2}");
    struct schemas schemas = schemas_of(json);
    struct hf_event event;
    (void)state;
    assert_int_equal(encode_micro(&schemas, -12340000, &event), HF_OK);
    assert_int128_equal(event.micro, "-12340000");
    assert_int_equal(encode_micro(&schemas, 12345000, &event), HF_ERANGE);
    assert_int_equal(encode_micro(&schemas, 1, &event), HF_ERANGE);
    schemas_free(&schemas);
    free(json);
}

static void an_amount_must_fit_28_digits(void **state)
{
    struct schemas schemas = schemas_shipped();
    hf_int128 largest = 0;
    struct hf_event event;
    (void)state;
    assert_int_equal(hf_decimal_parse("9999999999999999999999.999999", 29, 6, &largest, NULL), HF_OK);
    assert_int_equal(encode_micro(&schemas, largest, &event), HF_OK);
    assert_int128_equal(event.micro, "9999999999999999999999999999");
    assert_int_equal(encode_micro(&schemas, -largest, &event), HF_OK);
    assert_int_equal(encode_micro(&schemas, largest + 1, &event), HF_ERANGE);
    assert_int_equal(encode_micro(&schemas, -largest - 1, &event), HF_ERANGE);
    assert_int_equal(encode_micro(&schemas, hf_amount_limit(), &event), HF_ERANGE);
    schemas_free(&schemas);
}

static void a_decimal_without_a_usable_scale_is_not_written(void **state)
{
    static const char *const types[] = {
        "\"bytes\"",
        "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":7}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        char *json = schema_with_field(SHIPPED_COST, "amount", types[i]);
        struct schemas schemas = schemas_of(json);
        struct hf_event event;
        assert_int_not_equal(encode_micro(&schemas, 1000000, &event), HF_OK);
        schemas_free(&schemas);
        free(json);
    }
}

static void assert_not_encoded(struct schemas *schemas, const struct hf_event *event, int code, const char *text)
{
    uint8_t *bytes = NULL;
    size_t length = 4711;
    struct hf_error error = {0};
    assert_int_equal(hf_event_encode(schemas->store, event, &bytes, &length, &error), code);
    assert_non_null(strstr(error.text, text));
    assert_null(bytes);
    assert_int_equal(length, 4711);
}

static void a_failure_names_what_is_missing(void **state)
{
    char *json =
        schema_with_field(SHIPPED_COST, "element", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"MINING\"]}");
    struct schemas schemas = schemas_of(json);
    struct hf_event event = {.type = HF_EVENT_COST,
                             .event_id = TEXT("e"),
                             .mine_id = TEXT("m"),
                             .currency = TEXT("USD"),
                             .element = HF_ELEMENT_ROYALTY};
    static char large[70000];
    (void)state;
    memset(large, 'x', sizeof large);
    assert_not_encoded(&schemas, &event, HF_EINVAL, "ROYALTY");
    event.element = HF_ELEMENT_MINING;
    event.event_id = (struct hf_text){large, sizeof large};
    assert_not_encoded(&schemas, &event, HF_ERANGE, "too large");
    event.type = HF_EVENT_PRODUCTION;
    assert_not_encoded(&schemas, &event, HF_ENOENT, "headframe.ProductionEvent");
    schemas_free(&schemas);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_records_have_these_bytes),
        cmocka_unit_test(random_events_come_back_and_agree_with_avro),
        cmocka_unit_test(every_word_of_the_vocabulary_comes_back),
        cmocka_unit_test(an_amount_must_fit_the_schemas_scale),
        cmocka_unit_test(an_amount_must_fit_28_digits),
        cmocka_unit_test(a_decimal_without_a_usable_scale_is_not_written),
        cmocka_unit_test(a_failure_names_what_is_missing),
    };
    return cmocka_run_group_tests_name("event_encoder", tests, NULL, NULL);
}
