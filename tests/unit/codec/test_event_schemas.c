/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the decoder reads what writers with other versions of the schemas wrote, as Avro's resolution would, and
 * refuses with a reason the schemas it cannot read (headframe/event.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/event.h"
#include "headframe/vocabulary.h"
#include "oracle.h"
#include "schemas.h"

enum { ROUNDS = 300 };

#define DECIMAL(scale) "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":" scale "}"

/* Random records of the schema with id 1 decode to what Avro C reads in them: by that schema, and where reader_id is not
 * 0 by resolution to the shipped one. */
static void assert_agrees(struct schemas *schemas, uint32_t reader_id, uint64_t seed)
{
    struct schemas shipped = schemas_shipped();
    avro_schema_t writer = hf_schema_store_get(schemas->store, 1)->schema;
    avro_value_t record = oracle_record(writer), resolved = record;
    if (reader_id)
        resolved = oracle_record(hf_schema_store_get(shipped.store, reader_id)->schema);
    for (int i = 0; i < ROUNDS; i++) {
        struct hf_event event;
        struct hf_refusal refusal = {0};
        size_t length;
        avro_value_reset(&record);
        oracle_fill(&record, &seed);
        uint8_t *bytes = oracle_frame(1, &record, &length);
        if (hf_event_decode(schemas->decoder, bytes, length, &event, &refusal) != HF_OK)
            fail_msg("%s", refusal.detail);
        assert_int_equal(oracle_read(bytes, length, &record), 0);
        oracle_assert_same(&event, &record, 6);
        if (reader_id) {
            assert_int_equal(oracle_resolve(bytes, length, writer, &resolved), 0);
            oracle_assert_same(&event, &resolved, 6);
        }
        for (size_t cut = 5; cut < length; cut++) /* nor is what is skipped read past the end */
            assert_int_equal(hf_event_decode(schemas->decoder, bytes, cut, &event, &refusal), HF_EINVAL);
        free(bytes);
    }
    if (reader_id)
        avro_value_decref(&resolved);
    avro_value_decref(&record);
    schemas_free(&shipped);
}

/* Symbols in the order of the shipped schemas: Avro C's resolution goes by their index. */
#define STAGES "{'type':'enum','name':'Stage','symbols':['MINED','MILLED','CONTAINED','PRODUCED','PAYABLE','SOLD']}"
#define UNITS "{'type':'enum','name':'Unit','symbols':['OZT','LB','KG','G','T','ST']}"
#define QUALITIES "{'type':'enum','name':'Quality','symbols':['ESTIMATE','WEIGHED','ASSAYED','SETTLED']}"

static void fields_may_stand_in_another_order(void **state)
{
    struct schemas schemas = schemas_quoted(
        "{'type':'record','name':'headframe.ProductionEvent','fields':[{'name':'source','type':['string','null']},"
        "{'name':'quality','type':" QUALITIES "},{'name':'unit','type':" UNITS "},"
        "{'name':'quantity','type':" DECIMAL("6") "},{'name':'stage','type':" STAGES "},"
                                                  "{'name':'material','type':'string'},{'name':'occurred_at','type':'"
                                                  "int'},{'name':'mine_id','type':'string'},"
                                                  "{'name':'voided','type':'boolean'},{'name':'revision','type':'int'},"
                                                  "{'name':'event_id','type':'string'}]}");
    (void)state;
    assert_agrees(&schemas, SHIPPED_PRODUCTION, 21); /* with occurred_at promoted from int to long */
    schemas_free(&schemas);
}

static void symbols_may_stand_in_another_order(void **state)
{
    struct schemas schemas = schemas_quoted(
        "{'type':'record','name':'headframe.ProductionEvent','fields':["
        "{'name':'quality','type':{'type':'enum','name':'Quality','symbols':['SETTLED','ASSAYED','ESTIMATE']}},"
        "{'name':'unit','type':{'type':'enum','name':'Unit','symbols':['ST','T','OZT']}},"
        "{'name':'quantity','type':" DECIMAL(
            "6") "},"
                 "{'name':'stage','type':{'type':'enum','name':'Stage','symbols':['SOLD','MINED']}},"
                 "{'name':'material','type':'string'},{'name':'occurred_at','type':'long'},{'name':'mine_id','type':'"
                 "string'},"
                 "{'name':'event_id','type':'string'},{'name':'source','type':'string'}]}");
    (void)state;
    assert_agrees(&schemas, 0, 25); /* with a source that is never null */
    schemas_free(&schemas);
}

static void fields_of_any_type_may_be_added(void **state)
{
    struct schemas schemas = schemas_quoted(
        "{'type':'record','name':'CostEvent','namespace':'headframe','fields':["
        "{'name':'x1','type':{'type':'array','items':'int'}},"
        "{'name':'event_id','type':'string'},{'name':'revision','type':'int'},{'name':'voided','type':'boolean'},"
        "{'name':'x2','type':{'type':'map','values':{'type':'array','items':'string'}}},"
        "{'name':'mine_id','type':'string'},{'name':'from','type':'int'},{'name':'through','type':'int'},"
        "{'name':'x3','type':{'type':'record','name':'Inner','fields':[{'name':'mine_id','type':'string'},"
        "{'name':'amount','type':'double'},{'name':'f','type':'float'},{'name':'n','type':'null'}]}},"
        "{'name':'element','type':{'type':'enum','name':'Element','symbols':['MINING','PROCESSING']}},"
        "{'name':'x4','type':{'type':'fixed','name':'Five','size':5}},"
        "{'name':'metal','type':['null','string']},{'name':'x5','type':['null','long',"
        "{'type':'array','items':{'type':'record','name':'Deep','fields':[{'name':'b','type':'bytes'},"
        "{'name':'e','type':{'type':'enum','name':'E','symbols':['A','B']}},{'name':'t','type':'boolean'}]}}]},"
        "{'name':'amount','type':" DECIMAL("6") "},"
                                                "{'name':'x6','type':'bytes'},{'name':'currency','type':'string'},{'"
                                                "name':'source','type':['null','string']},"
                                                "{'name':'x7','type':'long'}]}");
    (void)state;
    assert_agrees(&schemas, SHIPPED_COST, 22);
    schemas_free(&schemas);
}

static void a_named_type_may_be_used_again(void **state)
{
    struct schemas schemas = schemas_quoted(
        "{'type':'record','name':'headframe.PeriodClose','fields':[{'name':'mine_id','type':'string'},"
        "{'name':'x1','type':{'type':'record','name':'Span','fields':[{'name':'a','type':'int'},"
        "{'name':'kind','type':{'type':'enum','name':'Kind','symbols':['SOFT','HARD']}}]}},"
        "{'name':'closed_through','type':'int'},{'name':'x2','type':'Span'},{'name':'x3','type':['null','Kind']},"
        "{'name':'by','type':'string'},{'name':'x4','type':{'type':'array','items':'headframe.Span'}},"
        "{'name':'at','type':'long'}]}");
    (void)state;
    assert_agrees(&schemas, SHIPPED_CLOSE, 23);
    schemas_free(&schemas);
}

static void a_field_that_is_wanted_may_use_a_named_type_again(void **state)
{
    struct schemas schemas = schemas_quoted(
        "{'type':'record','name':'headframe.ProductionEvent','fields':["
        "{'name':'paid_in','type':{'type':'enum','name':'Unit','symbols':['G','OZT','LB']}},"
        "{'name':'unit','type':'Unit'},{'name':'event_id','type':'string'},{'name':'mine_id','type':'string'},"
        "{'name':'occurred_at','type':'long'},{'name':'material','type':'string'},"
        "{'name':'stage','type':{'type':'enum','name':'Stage','symbols':['MINED']}},"
        "{'name':'quantity','type':" DECIMAL(
            "6") "},"
                 "{'name':'quality','type':{'type':'enum','name':'Quality','symbols':['ESTIMATE']}}]}");
    (void)state;
    assert_agrees(&schemas, 0, 24);
    schemas_free(&schemas);
}

/* --- blocks: mine_id "m", an array of int or a map of it, accept and the rest ------------------------------------------- */

static int decode_hex(struct schemas *schemas, const char *hex, struct hf_event *out_event, struct hf_refusal *refusal)
{
    uint8_t bytes[400];
    size_t length = from_hex(hex, bytes);
    uint8_t *copy = malloc(length); /* ends where the record ends, for AddressSanitizer */
    memcpy(copy, bytes, length);
    *refusal = (struct hf_refusal){HF_REFUSAL_NONE, ""};
    int result = hf_event_decode(schemas->decoder, copy, length, out_event, refusal);
    free(copy);
    return result;
}

static void assert_blocks(struct schemas *schemas, const char *blocks, int is_sound)
{
    char hex[300];
    struct hf_event event = {0};
    struct hf_refusal refusal;
    snprintf(hex, sizeof hex, "00 00000001 026d %s 92bf01 0262 04", blocks);
    if (decode_hex(schemas, hex, &event, &refusal) != (is_sound ? HF_OK : HF_EINVAL))
        fail_msg("%s: %s", blocks, refusal.detail);
    if (is_sound)
        assert_int_equal(event.at_ms, 2);
    else
        assert_int_equal(refusal.code, HF_REFUSAL_MALFORMED);
}

#define CLOSE_WITH(type)                                                                                              \
    "{'type':'record','name':'headframe.PeriodClose','fields':[{'name':'mine_id','type':'string'},{'name':'x','type'" \
    ":" type "},{'name':'closed_through','type':'int'},{'name':'by','type':'string'},{'name':'at','type':'long'}]}"

static void arrays_are_skipped_block_by_block(void **state)
{
    static const struct {
        const char *blocks;
        int is_sound;
    } cases[] = {
        {"00", 1},
        {"02 02 00", 1},         /* one item */
        {"04 02 8001 00", 1},    /* two */
        {"02 02 02 04 00", 1},   /* two blocks */
        {"01 02 02 00", 1},      /* a block with its size in bytes */
        {"03 06 02 8001 00", 1}, /* two items in three bytes */
        {"01 02 02 02 04 01 02 06 00", 1},
        {"01 00 00", 1},                      /* a size is believed: nothing to skip */
        {"02 02", 0},                         /* no end: the rest is taken for blocks */
        {"feffffffffffffffff01 02 00", 0},    /* 2^63 - 1 items */
        {"80808080808001 02 00", 0},          /* 2^41 items */
        {"01 feffffffffffffffff01 02 00", 0}, /* 2^63 - 1 bytes */
        {"01 01 02 00", 0},                   /* -1 bytes */
        {"01 ffffffffffffffffff01 02 00", 0}, /* -2^63 bytes */
        {"01 7e 02 00", 0},                   /* 63 bytes */
        {"02 8080808080808080808000 00", 0},  /* an item of eleven bytes */
        {"02 8080808010 00", 0},              /* an item of 33 bits */
    };
    struct schemas schemas = schemas_quoted(CLOSE_WITH("{'type':'array','items':'int'}"));
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_blocks(&schemas, cases[i].blocks, cases[i].is_sound);
    schemas_free(&schemas);
}

static void maps_are_skipped_block_by_block(void **state)
{
    static const struct {
        const char *blocks;
        int is_sound;
    } cases[] = {
        {"00", 1},
        {"02 026b 02 00", 1}, /* {"k": 1} */
        {"04 026b 02 026c 04 00", 1},
        {"01 06 026b 02 00", 1}, /* with its size */
        {"02 00 02 00", 1},      /* an empty key */
        {"02 016b 02 00", 0},    /* a key of -1 bytes */
        {"02 fe6b 02 00", 0},
        {"feffffffffffffffff01 026b 02 00", 0},
    };
    struct schemas schemas = schemas_quoted(CLOSE_WITH("{'type':'map','values':'int'}"));
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_blocks(&schemas, cases[i].blocks, cases[i].is_sound);
    schemas_free(&schemas);
}

static void items_without_bytes_are_not_counted_for_ever(void **state)
{
    struct schemas schemas = schemas_quoted(CLOSE_WITH("{'type':'array','items':'null'}"));
    (void)state;
    assert_blocks(&schemas, "00", 1);
    assert_blocks(&schemas, "06 00", 1);
    assert_blocks(&schemas, "feffffffffffffffff01 00", 0);
    schemas_free(&schemas);
}

/* --- missing fields ------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    uint32_t id;
    int has_default;
} fields[] = {
    {"event_id", SHIPPED_PRODUCTION, 0},
    {"revision", SHIPPED_PRODUCTION, 1},
    {"voided", SHIPPED_PRODUCTION, 1},
    {"mine_id", SHIPPED_PRODUCTION, 0},
    {"occurred_at", SHIPPED_PRODUCTION, 0},
    {"material", SHIPPED_PRODUCTION, 0},
    {"stage", SHIPPED_PRODUCTION, 0},
    {"quantity", SHIPPED_PRODUCTION, 0},
    {"unit", SHIPPED_PRODUCTION, 0},
    {"quality", SHIPPED_PRODUCTION, 0},
    {"source", SHIPPED_PRODUCTION, 1},
    {"event_id", SHIPPED_COST, 0},
    {"revision", SHIPPED_COST, 1},
    {"voided", SHIPPED_COST, 1},
    {"mine_id", SHIPPED_COST, 0},
    {"from", SHIPPED_COST, 0},
    {"through", SHIPPED_COST, 0},
    {"element", SHIPPED_COST, 0},
    {"metal", SHIPPED_COST, 1},
    {"amount", SHIPPED_COST, 0},
    {"currency", SHIPPED_COST, 0},
    {"source", SHIPPED_COST, 1},
    {"mine_id", SHIPPED_CLOSE, 0},
    {"closed_through", SHIPPED_CLOSE, 0},
    {"by", SHIPPED_CLOSE, 0},
    {"at", SHIPPED_CLOSE, 0},
    {"mine_id", SHIPPED_DECISION, 0},
    {"event_id", SHIPPED_DECISION, 0},
    {"revision", SHIPPED_DECISION, 0},
    {"accept", SHIPPED_DECISION, 0},
    {"by", SHIPPED_DECISION, 0},
    {"at", SHIPPED_DECISION, 0},
};

/* Holds where a record of the schema is refused with that code and a detail that names name. */
static void assert_schema_refused(const char *json, enum hf_refusal_code code, const char *name)
{
    struct schemas schemas = schemas_of(json);
    struct hf_event event;
    struct hf_refusal refusal = {0};
    for (int again = 0; again < 2; again++) { /* the plan that failed is remembered */
        assert_int_equal(decode_hex(&schemas, "00 00000001 00", &event, &refusal), HF_EINVAL);
        if (refusal.code != code || !strstr(refusal.detail, name))
            fail_msg("%s \"%s\", expected %s \"%s\"", hf_refusal_name(refusal.code), refusal.detail,
                     hf_refusal_name(code), name);
    }
    schemas_free(&schemas);
}

static void a_field_may_be_missing_where_it_has_a_default(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++) {
        char *json = schema_with_field(fields[i].id, fields[i].name, NULL), name[60];
        snprintf(name, sizeof name, "field %s is missing", fields[i].name);
        if (fields[i].has_default) {
            struct schemas schemas = schemas_of(json);
            assert_agrees(&schemas, 0, i);
            schemas_free(&schemas);
        } else {
            assert_schema_refused(json, HF_REFUSAL_UNKNOWN_SCHEMA, name);
        }
        free(json);
    }
}

static void a_field_of_another_type_refuses_the_schema(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++) {
        char *json = schema_with_field(fields[i].id, fields[i].name, "\"double\"");
        assert_schema_refused(json, HF_REFUSAL_UNKNOWN_SCHEMA, fields[i].name);
        free(json);
    }
}

static void types_that_nearly_fit_do_not(void **state)
{
    static const struct {
        const char *field, *type;
    } cases[] = {
        {"revision", "\"long\""},
        {"voided", "\"int\""},
        {"mine_id", "[\"null\",\"string\"]"},
        {"mine_id", "\"bytes\""},
        {"source", "[\"null\",\"int\"]"},
        {"stage", "\"string\""},
        {"quantity", "\"bytes\""},
        {"quantity", "{\"type\":\"bytes\",\"logicalType\":\"duration\"}"},
        {"quantity", "{\"type\":\"fixed\",\"name\":\"D\",\"size\":12,\"logicalType\":\"decimal\",\"precision\":28}"},
        {"quantity", "[\"null\"," DECIMAL("6") "]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *type = quoted(cases[i].type), *json = schema_with_field(SHIPPED_PRODUCTION, cases[i].field, type);
        assert_schema_refused(json, HF_REFUSAL_UNKNOWN_SCHEMA, cases[i].field);
        free(type);
        free(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_may_stand_in_another_order),
        cmocka_unit_test(symbols_may_stand_in_another_order),
        cmocka_unit_test(fields_of_any_type_may_be_added),
        cmocka_unit_test(a_named_type_may_be_used_again),
        cmocka_unit_test(a_field_that_is_wanted_may_use_a_named_type_again),
        cmocka_unit_test(arrays_are_skipped_block_by_block),
        cmocka_unit_test(maps_are_skipped_block_by_block),
        cmocka_unit_test(items_without_bytes_are_not_counted_for_ever),
        cmocka_unit_test(a_field_may_be_missing_where_it_has_a_default),
        cmocka_unit_test(a_field_of_another_type_refuses_the_schema),
        cmocka_unit_test(types_that_nearly_fit_do_not),
    };
    return cmocka_run_group_tests_name("event_schemas", tests, NULL, NULL);
}
