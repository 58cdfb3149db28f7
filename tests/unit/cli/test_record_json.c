/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that whatever is on a topic comes out as one line of valid JSON. */
#include "record_json.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../engine/headers.h"
#include "../unit.h"
#include "headframe/calendar.h"
#include "headframe/day_codec.h"
#include "headframe/state_codec.h"
#include "headframe/vocabulary.h"

static struct hf_record record_of(const void *value, size_t length)
{
    return (struct hf_record){
        .partition = 3,
        .offset = 42,
        .timestamp_ms = 1056985200123,
        .key = "k",
        .key_length = 1,
        .value = value,
        .value_length = length,
    };
}

/* The value or the envelope of record as cat prints it; a new string. */
static char *render(int topic, const struct hf_schema_store *schemas, const struct hf_record *record, int with_envelope)
{
    struct hf_record_json *json = hf_record_json_new(topic, schemas);
    size_t length;
    const char *text =
        with_envelope ? hf_record_json_envelope(json, record, &length) : hf_record_json_value(json, record, &length);
    assert_int_equal(strlen(text), length);
    assert_null(strchr(text, '\n'));
    json_t *parsed = json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(parsed);
    json_decref(parsed);
    char *copy = g_strndup(text, length);
    hf_record_json_free(&json);
    assert_null(json);
    return copy;
}

static void json_passes_and_all_else_is_wrapped(void **state)
{
    static const struct {
        const char *value;
        size_t length;
        const char *line;
    } cases[] = {
        {"{\"a\":1.10}", 10, "{\"a\":1.10}"},
        {"{\n \"a\": 1\r\n}", 12, "{  \"a\": 1  }"},
        {"12345678901234567890123", 23, "12345678901234567890123"},
        {"null", 4, "null"},
        {"", 0, "\"\""},
        {"x", 1, "\"x\""},
        {"{\"a\":", 5, "\"{\\\"a\\\":\""},
        {"a\nb", 3, "\"a\\u000ab\""},
        {"gr\xc3\xbcn", 5, "\"gr\xc3\xbcn\""},
        {"\xff\x00", 2, "{\"undecodable\":\"neither JSON nor UTF-8\",\"value_hex\":\"ff00\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_record record = record_of(cases[i].value, cases[i].length);
        g_autofree char *ours = render(HF_TOPIC_COMPANY_SUMMARIES, NULL, &record, 0);
        g_autofree char *other = render(-1, NULL, &record, 0);
        assert_string_equal(ours, cases[i].line);
        assert_string_equal(other, cases[i].line);
    }
}

static void a_tombstone_is_null(void **state)
{
    struct hf_record record = record_of(NULL, 0);
    (void)state;
    for (int topic = -1; topic < HF_TOPIC_DEAD_LETTERS; topic++) {
        g_autofree char *line = render(topic, NULL, &record, 0);
        assert_string_equal(line, "null");
    }
}

static void the_envelope_says_where_the_record_is(void **state)
{
    static const struct hf_header two[] = {{"a", "1", 1}, {"b", NULL, 0}, {"a", "\xff", 1}};
    struct test_headers headers = {two, COUNT(two)};
    struct hf_record record = record_of("{}", 2);
    (void)state;
    record.message = &headers;
    g_autofree char *line = render(-1, NULL, &record, 1);
    assert_string_equal(line, "{\"partition\":3,\"offset\":42,\"timestamp\":\"2003-06-30T15:00:00.123Z\",\"key\":\"k\","
                              "\"headers\":{\"a\":[\"1\",\"\xef\xbf\xbd\"],\"b\":null},\"value\":{}}");
    record.message = NULL;
    record.key = NULL;
    record.timestamp_ms = -1;
    g_autofree char *bare = render(-1, NULL, &record, 1);
    assert_string_equal(bare, "{\"partition\":3,\"offset\":42,\"timestamp\":null,\"key\":null,\"headers\":{},"
                              "\"value\":{}}");
}

/* --- Avro ------------------------------------------------------------------------------------------------------- */

static struct hf_schema_store *load_schemas(void)
{
    struct hf_schema_store *schemas;
    struct hf_error error;
    assert_int_equal(hf_schema_store_new(HEADFRAME_SCHEMAS, &schemas, &error), HF_OK);
    return schemas;
}

static uint8_t *encode_decision(const struct hf_schema_store *schemas, size_t *out_length)
{
    const struct hf_event event = {
        .type = HF_EVENT_QUARANTINE_DECISION,
        .mine_id = {"m", 1},
        .event_id = {"e", 1},
        .revision = 7,
        .by = {"j", 1},
        .at_ms = -1,
    };
    uint8_t *bytes;
    struct hf_error error;
    assert_int_equal(hf_event_encode(schemas, &event, &bytes, out_length, &error), HF_OK);
    return bytes;
}

static const char decision_line[] =
    "{\"type\":\"QuarantineDecision\",\"mine_id\":\"m\",\"event_id\":\"e\",\"revision\":7,"
    "\"accept\":false,\"by\":\"j\",\"at\":\"1969-12-31T23:59:59.999Z\"}";

static void avro_comes_with_the_contracts_field_names(void **state)
{
    struct hf_schema_store *schemas = load_schemas();
    size_t length;
    uint8_t *bytes = encode_decision(schemas, &length);
    struct hf_record record = record_of(bytes, length);
    (void)state;
    g_autofree char *line = render(HF_TOPIC_COSTS, schemas, &record, 0);
    assert_string_equal(line, decision_line);
    record.value_length--;
    g_autofree char *cut = render(HF_TOPIC_COSTS, schemas, &record, 0);
    assert_true(g_str_has_prefix(cut, "{\"undecodable\":\"MALFORMED: field at: "));
    record.value_length = 0;
    g_autofree char *empty = render(HF_TOPIC_COSTS, schemas, &record, 0);
    assert_string_equal(empty, "{\"undecodable\":\"MALFORMED: the record has no value\",\"value_hex\":\"\"}");
    free(bytes);
    hf_schema_store_free(&schemas);
}

static void a_dead_letter_shows_bytes_and_what_they_say(void **state)
{
    static const struct {
        const char *topic;
        int is_decoded;
    } cases[] = {{"mine.costs", 1}, {"test.mine.costs", 1}, {"elsewhere", 0}, {"reference.mines", 0}};
    struct hf_schema_store *schemas = load_schemas();
    size_t length;
    uint8_t *bytes = encode_decision(schemas, &length);
    struct hf_record record = record_of(bytes, length);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct hf_header header = {"headframe-topic", cases[i].topic, strlen(cases[i].topic)};
        struct test_headers headers = {&header, 1};
        record.message = &headers;
        g_autofree char *line = render(HF_TOPIC_DEAD_LETTERS, schemas, &record, 0);
        g_autofree char *value = g_strdup_printf("\",\"value\":%s}", cases[i].is_decoded ? decision_line : "null");
        assert_non_null(strstr(line, "\"value_hex\":\"0000000004"));
        assert_true(g_str_has_suffix(line, value));
    }
    record.message = NULL;
    record.value = NULL;
    g_autofree char *deleted = render(HF_TOPIC_DEAD_LETTERS, schemas, &record, 0);
    assert_true(g_str_has_suffix(deleted, ",\"value_hex\":null,\"value\":null}"));
    free(bytes);
    hf_schema_store_free(&schemas);
}

/* A record that brought the header along, as one that was copied from another cluster's dead letters does. */
static void the_last_header_says_where_a_letter_came_from(void **state)
{
    struct hf_header many[100];
    struct test_headers headers = {many, COUNT(many)};
    struct hf_record record = record_of("{}", 2);
    (void)state;
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct hf_header){"headframe-topic", "mine.costs", 10};
    record.message = &headers;
    g_autofree char *first = render(HF_TOPIC_DEAD_LETTERS, NULL, &record, 0);
    assert_true(g_str_has_suffix(first, ",\"value_hex\":\"7b7d\",\"value\":null}"));
    many[99] = (struct hf_header){"headframe-topic", "reference.mines", 15};
    g_autofree char *last = render(HF_TOPIC_DEAD_LETTERS, NULL, &record, 0);
    assert_true(g_str_has_suffix(last, ",\"mine.costs\",\"reference.mines\"]},\"value_hex\":\"7b7d\",\"value\":{}}"));
}

static void a_value_is_decoded_or_the_reason_is_told(void **state)
{
    static const struct {
        int topic;
        const char *value, *text, *reason;
    } cases[] = {
        {HF_TOPIC_MINES, "{\"a\": 1.10}", "{\"a\": 1.10}", NULL},
        {HF_TOPIC_MINES, "junk", NULL, "no JSON"},
        {HF_TOPIC_COSTS, "junk", NULL, "there are no schemas"},
        {-1, "[]", "[]", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_record_json *json = hf_record_json_new(cases[i].topic, NULL);
        struct hf_record record = record_of(cases[i].value, strlen(cases[i].value));
        struct hf_error error;
        size_t length;
        const char *text = hf_record_json_decoded(json, &record, &length, &error);
        if (cases[i].text)
            assert_string_equal(text, cases[i].text);
        else
            assert_null(text);
        if (cases[i].reason)
            assert_string_equal(error.text, cases[i].reason);
        hf_record_json_free(&json);
    }
}

/* --- Protobuf --------------------------------------------------------------------------------------------------- */

static int32_t day(int year, int month, int of_month)
{
    return hf_date_from_civil((struct hf_civil){year, month, of_month});
}

static void days_come_in_grams_and_in_money(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_restatements *restatements = hf_restatements_new();
    uint8_t *bytes;
    size_t length;
    int32_t date = day(2003, 6, 30);
    uint16_t gold = hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED);
    uint16_t mining = hf_cost_line(HF_ELEMENT_MINING, hf_currency_find("USD", 3));
    (void)state;
    hf_daybook_set(book, gold, date, (struct hf_day_total){hf_unit_mass(HF_UNIT_OZT), 1});
    hf_day_encode("m", date, book, restatements, HF_LINES_PRODUCTION, &bytes, &length);
    struct hf_record record = record_of(bytes, length);
    g_autofree char *mass = render(HF_TOPIC_PRODUCTION_DAYS, NULL, &record, 0);
    assert_string_equal(mass, "{\"mine_id\":\"m\",\"date\":\"2003-06-30\",\"production\":[{\"material\":\"gold\","
                              "\"stage\":\"PRODUCED\",\"quality\":\"ASSAYED\",\"amount\":\"31.1034768\",\"unit\":\"G\","
                              "\"facts\":1}]}");
    free(bytes);
    hf_daybook_free(&book);
    book = hf_daybook_new();
    hf_daybook_set(book, mining, date, (struct hf_day_total){-1500000, 2});
    hf_day_encode("m", date, book, restatements, HF_LINES_COST, &bytes, &length);
    record = record_of(bytes, length);
    g_autofree char *money = render(HF_TOPIC_COST_DAYS, NULL, &record, 0);
    assert_string_equal(money, "{\"mine_id\":\"m\",\"date\":\"2003-06-30\",\"costs\":[{\"element\":\"MINING\","
                               "\"currency\":\"USD\",\"amount\":\"-1.500000\",\"facts\":2}]}");
    free(bytes);
    hf_daybook_free(&book);
    hf_restatements_free(&restatements);
}

static void closed_days_are_readable(void **state)
{
    struct hf_daybook *book = hf_daybook_new();
    struct hf_restatements *restatements = hf_restatements_new();
    const struct hf_closed_days days = {{day(2003, 6, 29), day(2003, 6, 30)}, {day(2003, 7, 2), day(2003, 7, 2)}};
    const struct hf_closes closes = {day(2003, 6, 30), day(2003, 7, 31)};
    uint8_t *bytes;
    size_t length;
    (void)state;
    hf_restatements_add(restatements, &days, 3);
    hf_day_encode("m", day(2003, 6, 29), book, restatements, HF_LINES_PRODUCTION, &bytes, &length);
    struct hf_record record = record_of(bytes, length);
    g_autofree char *restated = render(HF_TOPIC_PRODUCTION_DAYS, NULL, &record, 0);
    assert_string_equal(restated, "{\"mine_id\":\"m\",\"date\":\"2003-06-29\",\"production\":[],\"restated\":[{"
                                  "\"closed_days\":[{\"from\":\"2003-06-29\",\"through\":\"2003-06-30\"},{\"from\":"
                                  "\"2003-07-02\",\"through\":\"2003-07-02\"}],\"count\":3}]}");
    free(bytes);
    hf_day_encode_closes("m", &closes, &bytes, &length);
    record = record_of(bytes, length);
    g_autofree char *closed = render(HF_TOPIC_PRODUCTION_DAYS, NULL, &record, 0);
    assert_string_equal(closed, "{\"mine_id\":\"m\",\"closed_through\":\"2003-06-30\",\"ever_closed_through\":"
                                "\"2003-07-31\"}");
    free(bytes);
    hf_daybook_free(&book);
    hf_restatements_free(&restatements);
}

static const char *the_mine(void *context, uint32_t mine)
{
    (void)context;
    (void)mine;
    return "m";
}

static void controls_and_segments_are_readable(void **state)
{
    const struct hf_control control = {.input_offset = 7, .input_partitions = 4, .hash_seed = 0xfe};
    const struct hf_fact fact = {
        .id = {1, 2},
        .digest = 3,
        .revision = 4,
        .effect = {.amount = 1,
                   .date = day(2003, 1, 1),
                   .days = 31,
                   .line = hf_cost_line(HF_ELEMENT_MINING, hf_currency_find("USD", 3))},
        .latest = day(2003, 1, 31),
        .status = HF_FACT_WAITING,
    };
    static const char control_line[] =
        "{\"control\":{\"input_offset\":7,\"input_partitions\":4,\"hash_seed\":\"00000000000000fe\"}}";
    uint8_t *bytes;
    size_t length;
    (void)state;
    hf_day_encode_control(&control, &bytes, &length);
    struct hf_record record = record_of(bytes, length);
    g_autofree char *of_days = render(HF_TOPIC_COST_DAYS, NULL, &record, 0);
    assert_string_equal(of_days, control_line);
    free(bytes);
    hf_state_encode_control(&control, &bytes, &length);
    record = record_of(bytes, length);
    g_autofree char *of_state = render(HF_TOPIC_COSTS_STATE, NULL, &record, 0);
    assert_string_equal(of_state, control_line);
    free(bytes);
    hf_held_encode(&fact, 1, HF_LINES_COST, the_mine, NULL, &bytes, &length);
    record = record_of(bytes, length);
    g_autofree char *segment = render(HF_TOPIC_COSTS_STATE, NULL, &record, 0);
    assert_string_equal(segment, "{\"facts\":[{\"id\":\"00000000000000010000000000000002\",\"digest\":"
                                 "\"0000000000000003\",\"mine_id\":\"m\",\"status\":\"waiting\",\"revision\":4,"
                                 "\"voided\":false,\"date\":\"2003-01-01\","
                                 "\"days\":31,\"element\":\"MINING\",\"currency\":\"USD\",\"amount\":\"0.000001\"}]}");
    free(bytes);
    hf_segment_encode(NULL, 0, &fact.id, 1, HF_LINES_COST, the_mine, NULL, &bytes, &length);
    record = record_of(bytes, length);
    g_autofree char *absent = render(HF_TOPIC_COSTS_STATE, NULL, &record, 0);
    assert_string_equal(absent, "{\"facts\":[{\"id\":\"00000000000000010000000000000002\",\"status\":\"absent\"}]}");
    record = record_of("\xff\xff", 2);
    g_autofree char *broken = render(HF_TOPIC_COSTS_STATE, NULL, &record, 0);
    assert_true(g_str_has_prefix(broken, "{\"undecodable\":\""));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_passes_and_all_else_is_wrapped),
        cmocka_unit_test(a_tombstone_is_null),
        cmocka_unit_test(the_envelope_says_where_the_record_is),
        cmocka_unit_test(avro_comes_with_the_contracts_field_names),
        cmocka_unit_test(a_dead_letter_shows_bytes_and_what_they_say),
        cmocka_unit_test(the_last_header_says_where_a_letter_came_from),
        cmocka_unit_test(a_value_is_decoded_or_the_reason_is_told),
        cmocka_unit_test(days_come_in_grams_and_in_money),
        cmocka_unit_test(closed_days_are_readable),
        cmocka_unit_test(controls_and_segments_are_readable),
    };
    return cmocka_run_group_tests_name("cli_record_json", tests, NULL, NULL);
}
