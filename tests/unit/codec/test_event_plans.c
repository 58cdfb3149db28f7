/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what a writer's schema decides besides its layout: scale, symbols, record type, and when it is too much
 * (headframe/event.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/event.h"
#include "headframe/vocabulary.h"
#include "oracle.h"
#include "schemas.h"

/* Decodes hex, below the header, by the schema with id 1. */
static int decode_body(struct schemas *schemas, const char *hex, struct hf_event *out_event, struct hf_refusal *refusal)
{
    uint8_t bytes[400] = {0, 0, 0, 0, 1};
    *refusal = (struct hf_refusal){HF_REFUSAL_NONE, ""};
    return hf_event_decode(schemas->decoder, bytes, 5 + from_hex(hex, bytes + 5), out_event, refusal);
}

/* Holds where any record of the schema is refused with that code and detail. */
static void assert_schema_refused(const char *json, enum hf_refusal_code code, const char *detail)
{
    struct schemas schemas = schemas_of(json);
    struct hf_event event;
    struct hf_refusal refusal;
    assert_int_equal(decode_body(&schemas, "00", &event, &refusal), HF_EINVAL);
    if (refusal.code != code || !strstr(refusal.detail, detail))
        fail_msg("%s \"%s\", expected %s \"%s\"", hf_refusal_name(refusal.code), refusal.detail, hf_refusal_name(code),
                 detail);
    schemas_free(&schemas);
}

/* --- scale ------------------------------------------------------------------------------------------------------------- */

static char *cost_schema_with_scale(const char *scale)
{
    char type[100];
    snprintf(type, sizeof type, "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28%s}", scale);
    return schema_with_field(SHIPPED_COST, "amount", type);
}

static void any_scale_up_to_six_counts_millionths(void **state)
{
    static const struct {
        const char *scale, *small, *largest;
    } cases[] = {
        /* of -1234 and of 10^28 - 1 */
        {"", "-1234000000", "9999999999999999999999999999000000"},
        {",\"scale\":0", "-1234000000", "9999999999999999999999999999000000"},
        {",\"scale\":1", "-123400000", "999999999999999999999999999900000"},
        {",\"scale\":2", "-12340000", "99999999999999999999999999990000"},
        {",\"scale\":3", "-1234000", "9999999999999999999999999999000"},
        {",\"scale\":4", "-123400", "999999999999999999999999999900"},
        {",\"scale\":5", "-12340", "99999999999999999999999999990"},
        {",\"scale\":6", "-1234", "9999999999999999999999999999"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *json = cost_schema_with_scale(cases[i].scale);
        struct schemas schemas = schemas_of(json);
        struct hf_event event;
        struct hf_refusal refusal;
        assert_int_equal(decode_body(&schemas, "0265 00 00 026d 00 00 00 00 04fb2e 06555344 00", &event, &refusal), 0);
        assert_int128_equal(event.micro, cases[i].small);
        assert_int_equal(decode_body(&schemas, "0265 00 00 026d 00 00 00 00 18204fce5e3e2502610fffffff 06555344 00",
                                     &event, &refusal),
                         0);
        assert_int128_equal(event.micro, cases[i].largest);
        schemas_free(&schemas);
        free(json);
    }
}

static void a_scale_above_six_is_a_bad_quantity(void **state)
{
    static const char *const scales[] = {",\"scale\":7", ",\"scale\":28"};
    (void)state;
    for (size_t i = 0; i < COUNT(scales); i++) {
        char *json = cost_schema_with_scale(scales[i]);
        assert_schema_refused(json, HF_REFUSAL_BAD_QUANTITY, "amount");
        free(json);
    }
}

/* --- symbols ------------------------------------------------------------------------------------------------------------ */

/* A record whose only wild field is the enum under test, which stands first. */
static struct schemas production_with_symbols(const char *field, const char *symbols)
{
    static const struct {
        const char *name, *symbol;
    } others[] = {{"stage", "MINED"}, {"unit", "T"}, {"quality", "ESTIMATE"}};
    char text[2000] = "{'type':'record','name':'headframe.ProductionEvent','fields':[";
    append(text, sizeof text, "{'name':'%s','type':{'type':'enum','name':'X','symbols':[%s]}}", field, symbols);
    for (size_t i = 0; i < COUNT(others); i++)
        if (strcmp(others[i].name, field) != 0)
            append(text, sizeof text, ",{'name':'%s','type':{'type':'enum','name':'X%zu','symbols':['%s']}}",
                   others[i].name, i, others[i].symbol);
    append(text, sizeof text,
           ",{'name':'event_id','type':'string'},{'name':'mine_id','type':'string'},"
           "{'name':'occurred_at','type':'long'},{'name':'material','type':'string'},"
           "{'name':'quantity','type':{'type':'bytes','logicalType':'decimal','precision':9}}]}");
    return schemas_quoted(text);
}

static void symbols_are_taken_by_name_and_unknown_ones_refused(void **state)
{
    static const struct {
        const char *field, *symbols;
        int index;
        enum hf_refusal_code code;
        int number;
        const char *detail;
    } cases[] = {
        {"unit", "'ST','DWT','OZT'", 0, HF_REFUSAL_NONE, HF_UNIT_ST, ""},
        {"unit", "'ST','DWT','OZT'", 2, HF_REFUSAL_NONE, HF_UNIT_OZT, ""},
        {"unit", "'ST','DWT','OZT'", 1, HF_REFUSAL_BAD_UNIT, 0, "unit \"DWT\""},
        {"unit", "'ozt'", 0, HF_REFUSAL_BAD_UNIT, 0, "unit \"ozt\""},
        {"stage", "'SMELTED','SOLD'", 1, HF_REFUSAL_NONE, HF_STAGE_SOLD, ""},
        {"stage", "'SMELTED','SOLD'", 0, HF_REFUSAL_MALFORMED, 0, "stage \"SMELTED\""},
        {"quality", "'FINAL','WEIGHED'", 1, HF_REFUSAL_NONE, HF_QUALITY_WEIGHED, ""},
        {"quality", "'FINAL','WEIGHED'", 0, HF_REFUSAL_MALFORMED, 0, "quality \"FINAL\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schemas schemas = production_with_symbols(cases[i].field, cases[i].symbols);
        struct hf_event event = {0};
        struct hf_refusal refusal;
        char hex[100];
        snprintf(hex, sizeof hex, "%02x 00 00 0265 026d 00 00 0201", cases[i].index * 2);
        decode_body(&schemas, hex, &event, &refusal);
        if (refusal.code != cases[i].code || !strstr(refusal.detail, cases[i].detail))
            fail_msg("%s %d: %s \"%s\"", cases[i].symbols, cases[i].index, hf_refusal_name(refusal.code),
                     refusal.detail);
        if (cases[i].code == HF_REFUSAL_NONE)
            assert_int_equal(cases[i].field[0] == 's'   ? event.stage
                             : cases[i].field[0] == 'u' ? event.unit
                                                        : event.quality,
                             cases[i].number);
        schemas_free(&schemas);
    }
}

/* --- what is no record of ours --------------------------------------------------------------------------------------------- */

/* The other members of a PeriodClose, with one field more, or none, after the second. */
#define CLOSE_FIELDS(more)                                                                      \
    "'fields':[{'name':'mine_id','type':'string'},{'name':'closed_through','type':'int'}," more \
    "{'name':'by','type':'string'},{'name':'at','type':'long'}]}"

static void the_record_type_is_told_by_the_full_name(void **state)
{
    static const struct {
        const char *json;
        int is_known;
    } cases[] = {
        {"{'type':'record','name':'PeriodClose','namespace':'headframe'," CLOSE_FIELDS(""), 1},
        {"{'type':'record','name':'headframe.PeriodClose'," CLOSE_FIELDS(""), 1},
        {"{'type':'record','name':'PeriodClose'," CLOSE_FIELDS(""), 0},
        {"{'type':'record','name':'PeriodClose','namespace':'headframes'," CLOSE_FIELDS(""), 0},
        {"{'type':'record','name':'PeriodClosed','namespace':'headframe'," CLOSE_FIELDS(""), 0},
        {"{'type':'record','name':'periodclose','namespace':'headframe'," CLOSE_FIELDS(""), 0},
        {"{'type':'record','name':'PeriodClose','namespace':'com.headframe'," CLOSE_FIELDS(""), 0},
        {"'string'", 0},
        {"['null','string']", 0},
        {"{'type':'enum','name':'PeriodClose','namespace':'headframe','symbols':['A']}", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schemas schemas = schemas_quoted(cases[i].json);
        struct hf_event event = {0};
        struct hf_refusal refusal;
        decode_body(&schemas, "026d 92bf01 0262 04", &event, &refusal);
        assert_int_equal(refusal.code, cases[i].is_known ? HF_REFUSAL_NONE : HF_REFUSAL_UNKNOWN_SCHEMA);
        if (cases[i].is_known)
            assert_int_equal(event.at_ms, 2);
        schemas_free(&schemas);
    }
}

static void a_schema_that_refers_to_itself_is_refused(void **state)
{
    static const char tree[] = "{'type':'record','name':'Tree','fields':[{'name':'left','type':['null','Tree']},"
                               "{'name':'right','type':['null','Tree']}]}";
    static const char *const types[] = {
        "['null','PeriodClose']",
        "{'type':'array','items':'PeriodClose'}",
        "{'type':'map','values':['null','PeriodClose']}",
        tree,
    };
    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "{'type':'record','name':'headframe.PeriodClose'," CLOSE_FIELDS("{'name':'x','type':%s},"), types[i]);
        char *json = quoted(text);
        assert_schema_refused(json, HF_REFUSAL_UNKNOWN_SCHEMA, "refer to themselves");
        free(json);
    }
}

static void types_may_be_nested_but_not_without_end(void **state)
{
    (void)state;
    for (int depth = 1; depth <= 30; depth++) {
        char arrays[1000] = "", text[3000];
        struct hf_event event;
        struct hf_refusal refusal;
        for (int i = 0; i < depth; i++)
            append(arrays, sizeof arrays, "{'type':'array','items':");
        append(arrays, sizeof arrays, "'int'");
        for (int i = 0; i < depth; i++)
            append(arrays, sizeof arrays, "}");
        snprintf(text, sizeof text,
                 "{'type':'record','name':'headframe.PeriodClose'," CLOSE_FIELDS("{'name':'x','type':%s},"), arrays);
        struct schemas schemas = schemas_quoted(text);
        decode_body(&schemas, "026d 92bf01 00 0262 04", &event, &refusal);
        if (depth <= 4)
            assert_int_equal(refusal.code, HF_REFUSAL_NONE);
        if (depth >= 20)
            assert_int_equal(refusal.code, HF_REFUSAL_UNKNOWN_SCHEMA);
        schemas_free(&schemas);
    }
}

static void a_decoder_reads_records_of_many_schemas_in_turn(void **state)
{
    struct schemas schemas = schemas_shipped();
    uint64_t random = 31;
    (void)state;
    for (int i = 0; i < 200; i++) {
        uint32_t id = (uint32_t)random_between(&random, SHIPPED_PRODUCTION, SHIPPED_DECISION);
        avro_value_t record = oracle_record(hf_schema_store_get(schemas.store, id)->schema);
        struct hf_event event;
        struct hf_refusal refusal;
        size_t length;
        oracle_fill(&record, &random);
        uint8_t *bytes = oracle_frame(id, &record, &length);
        assert_int_equal(hf_event_decode(schemas.decoder, bytes, length, &event, &refusal), HF_OK);
        assert_int_equal(event.type, id - 1);
        oracle_assert_same(&event, &record, 6);
        free(bytes);
        avro_value_decref(&record);
    }
    schemas_free(&schemas);
    hf_event_decoder_free(&schemas.decoder); /* cleared, and NULL is accepted */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_scale_up_to_six_counts_millionths),
        cmocka_unit_test(a_scale_above_six_is_a_bad_quantity),
        cmocka_unit_test(symbols_are_taken_by_name_and_unknown_ones_refused),
        cmocka_unit_test(the_record_type_is_told_by_the_full_name),
        cmocka_unit_test(a_schema_that_refers_to_itself_is_refused),
        cmocka_unit_test(types_may_be_nested_but_not_without_end),
        cmocka_unit_test(a_decoder_reads_records_of_many_schemas_in_turn),
    };
    return cmocka_run_group_tests_name("event_plans", tests, NULL, NULL);
}
