/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that input records survive the way through JSON unchanged, and that every fault names its field. */
#include "event_json.h"

#include <glib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/json_text.h"

static const char production[] =
    "{\"event_id\":\"e1\",\"mine_id\":\"m\",\"occurred_at\":\"2003-06-30T15:00:00Z\",\"material\":\"gold\","
    "\"stage\":\"PRODUCED\",\"quantity\":\"9.176\",\"unit\":\"OZT\",\"quality\":\"ASSAYED\"}";
static const char cost[] = "{\"event_id\":\"c1\",\"mine_id\":\"m\",\"from\":\"2003-01-01\",\"through\":\"2003-01-31\","
                           "\"element\":\"MINING\",\"amount\":\"-1234.5\",\"currency\":\"USD\"}";
static const char period_close[] =
    "{\"mine_id\":\"m\",\"closed_through\":\"2003-06-30\",\"by\":\"j\",\"at\":\"2003-07-05T08:00:00-04:00\"}";
static const char decision[] = "{\"mine_id\":\"m\",\"event_id\":\"e1\",\"revision\":3,\"accept\":true,\"by\":\"j\","
                               "\"at\":\"2003-07-05T12:00:00Z\"}";

/* json with the members of changes put over it (null removes); a new object. */
static json_t *change(const char *json, const char *changes)
{
    size_t length;
    char *quoted = hf_json_quote_decimals(changes, strlen(changes), &length);
    json_t *record = json_loads(json, 0, NULL), *over = json_loads(quoted, 0, NULL);
    const char *name;
    json_t *value;
    free(quoted);
    assert_non_null(record);
    assert_non_null(over);
    json_object_foreach(over, name, value)
    {
        if (json_is_string(value) && strcmp(json_string_value(value), "(gone)") == 0)
            json_object_del(record, name);
        else
            json_object_set(record, name, value);
    }
    json_decref(over);
    return record;
}

/* Reads record as topic would, releases it, and returns the event as JSON or the error: a new string. */
static char *pass_through(json_t *record, enum hf_topic topic, int is_text)
{
    enum hf_event_type type;
    struct hf_event event;
    struct hf_error error;
    char *text;
    if (hf_event_json_type(record, topic, -1, &type, &error) != HF_OK ||
        hf_event_json_read(record, type, is_text, &event, &error) != HF_OK) {
        text = g_strdup(error.text);
    } else {
        struct hf_json_writer *writer = hf_json_writer_new();
        size_t length;
        hf_event_json_write(writer, NULL, &event);
        text = g_strdup(hf_json_writer_text(writer, &length));
        hf_json_writer_free(&writer);
    }
    json_decref(record);
    return text;
}

static void each_type_is_told_and_written_with_all_its_fields(void **state)
{
    static const struct {
        const char *json;
        enum hf_topic topic;
        const char *written;
    } cases[] = {
        {production, HF_TOPIC_PRODUCTION,
         "{\"type\":\"ProductionEvent\",\"event_id\":\"e1\",\"revision\":0,\"voided\":false,\"mine_id\":\"m\","
         "\"occurred_at\":\"2003-06-30T15:00:00.000Z\",\"material\":\"gold\",\"stage\":\"PRODUCED\","
         "\"quantity\":\"9.176\",\"unit\":\"OZT\",\"quality\":\"ASSAYED\",\"source\":null}"},
        {cost, HF_TOPIC_COSTS,
         "{\"type\":\"CostEvent\",\"event_id\":\"c1\",\"revision\":0,\"voided\":false,\"mine_id\":\"m\","
         "\"from\":\"2003-01-01\",\"through\":\"2003-01-31\",\"element\":\"MINING\",\"metal\":null,"
         "\"amount\":\"-1234.5\",\"currency\":\"USD\",\"source\":null}"},
        {period_close, HF_TOPIC_PRODUCTION,
         "{\"type\":\"PeriodClose\",\"mine_id\":\"m\",\"closed_through\":\"2003-06-30\",\"by\":\"j\","
         "\"at\":\"2003-07-05T12:00:00.000Z\"}"},
        {decision, HF_TOPIC_COSTS,
         "{\"type\":\"QuarantineDecision\",\"mine_id\":\"m\",\"event_id\":\"e1\",\"revision\":3,\"accept\":true,"
         "\"by\":\"j\",\"at\":\"2003-07-05T12:00:00.000Z\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *written = pass_through(json_loads(cases[i].json, 0, NULL), cases[i].topic, 0);
        assert_string_equal(written, cases[i].written);
        g_autofree char *again = pass_through(json_loads(written, 0, NULL), cases[i].topic, 0);
        assert_string_equal(again, written);
    }
}

static void decimals_keep_every_digit(void **state)
{
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"1.1", "1.1"},
        {"\"1.100000\"", "1.1"},
        {"0.1", "0.1"},
        {"0.000001", "0.000001"},
        {"-0.000001", "-0.000001"},
        {"7", "7"},
        {"-0", "0"},
        {"\"-0.0\"", "0"},
        {"9007199254740993.1", "9007199254740993.1"},
        {"\"1234567890123456789012.345678\"", "1234567890123456789012.345678"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *changes = g_strdup_printf("{\"quantity\":%s}", cases[i].given);
        g_autofree char *written = pass_through(change(production, changes), HF_TOPIC_PRODUCTION, 0);
        g_autofree char *expected = g_strdup_printf("\"quantity\":\"%s\",", cases[i].kept);
        assert_non_null(strstr(written, expected));
    }
}

static void every_fault_names_its_field(void **state)
{
    static const struct {
        const char *json;
        const char *changes, *error;
    } cases[] = {
        {production, "{\"colour\":1}", "colour: a ProductionEvent has no such field"},
        {production, "{\"amount\":\"1\"}", "amount: a ProductionEvent has no such field"},
        {production, "{\"mine_id\":\"(gone)\"}", "mine_id: is missing"},
        {production, "{\"quality\":\"(gone)\"}", "quality: is missing"},
        {production, "{\"mine_id\":null}", "mine_id: null is not a string"},
        {production, "{\"mine_id\":\"\"}", "mine_id: \"\" is not an identifier"},
        {production, "{\"mine_id\":\"a|b\"}", "mine_id: \"a|b\" is not an identifier"},
        {production, "{\"event_id\":7}", "event_id: 7 is not a string"},
        {production, "{\"quantity\":null}", "quantity: null is not a decimal number"},
        {production, "{\"quantity\":1.1234567}", "quantity: \"1.1234567\" has more than 6 decimals"},
        {production, "{\"quantity\":1e3}", "quantity: \"1e3\" is not a decimal number"},
        {production, "{\"quantity\":\"1,000\"}", "quantity: \"1,000\" is not a decimal number"},
        {production, "{\"quantity\":\"12345678901234567890123456789\"}", "quantity: \"12345678901234567890123456789\""},
        {production, "{\"quantity\":true}", "quantity: true is not a decimal number"},
        {production, "{\"revision\":-1}", "revision: -1 is not a whole number"},
        {production, "{\"revision\":1.5}", "revision: \"1.5\" is not a whole number"},
        {production, "{\"revision\":\"1\"}", "revision: \"1\" is not a whole number"},
        {production, "{\"revision\":2147483648}", "revision: 2147483648 is not a whole number"},
        {production, "{\"voided\":\"true\"}", "voided: \"true\" is not true or false"},
        {production, "{\"voided\":1}", "voided: 1 is not true or false"},
        {production, "{\"occurred_at\":\"2003-06-30T15:00:00\"}", "occurred_at: \"2003-06-30T15:00:00\" has no zone"},
        {production, "{\"occurred_at\":\"1056985200000\"}", "occurred_at: \"1056985200000\" is not a time"},
        {production, "{\"occurred_at\":1056985200000}", "occurred_at: 1056985200000 is not a time"},
        {production, "{\"occurred_at\":20030630}", "occurred_at: 20030630 is not a time"},
        {production, "{\"occurred_at\":\"2003-06-30T15:00.5Z\"}", "occurred_at: \"2003-06-30T15:00.5Z\" is not a time"},
        {production, "{\"occurred_at\":1.5}", "occurred_at: \"1.5\" is not a time"},
        {production, "{\"stage\":\"produced\"}", "stage: \"produced\" is not MINED, MILLED"},
        {production, "{\"unit\":\"OZ\"}", "unit: \"OZ\" is not OZT, LB"},
        {production, "{\"quality\":[]}", "quality: [] is not ESTIMATE"},
        {production, "{\"type\":\"CostEvent\"}", "type: a CostEvent does not belong on mine.production"},
        {production, "{\"type\":\"Event\"}", "type: expected ProductionEvent"},
        {production, "{\"type\":1}", "type: expected ProductionEvent"},
        {cost, "{\"from\":\"2003-02-30\"}", "from: \"2003-02-30\" is not a date"},
        {cost, "{\"through\":20030131}", "through: 20030131 is not a date"},
        {cost, "{\"element\":\"MINE\"}", "element: \"MINE\" is not a cost element"},
        {cost, "{\"currency\":\"(gone)\"}", "currency: is missing"},
        {period_close, "{\"by\":\"(gone)\"}", "by: is missing"},
        {period_close, "{\"event_id\":\"x\"}", "event_id: a PeriodClose has no such field"},
        {decision, "{\"revision\":\"(gone)\"}", "revision: is missing"},
        {decision, "{\"accept\":null}", "accept: null is not true or false"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum hf_topic topic = cases[i].json == cost ? HF_TOPIC_COSTS : HF_TOPIC_PRODUCTION;
        g_autofree char *error = pass_through(change(cases[i].json, cases[i].changes), topic, 0);
        if (!g_str_has_prefix(error, cases[i].error))
            assert_string_equal(error, cases[i].error);
    }
}

static void cells_of_a_table_are_read_as_what_they_say(void **state)
{
    static const struct {
        const char *changes, *shows;
    } cases[] = {
        {"{\"revision\":\"12\",\"voided\":\"true\"}", "\"revision\":12,\"voided\":true,"},
        {"{\"voided\":\"false\"}", "\"revision\":0,\"voided\":false,"},
        {"{\"occurred_at\":\"1056985200001\"}", "occurred_at: \"1056985200001\" is not a"},
        {"{\"occurred_at\":\"20030630\"}", "occurred_at: \"20030630\" is not a"},
        {"{\"revision\":\"+1\"}", "revision: \"+1\" is not a whole number"},
        {"{\"revision\":\"1.0\"}", "revision: \"1.0\" is not a whole number"},
        {"{\"revision\":\"1 \"}", "revision: \"1 \" is not a whole number"},
        {"{\"revision\":\"99999999999999999999\"}", "revision: \"99999999999999999999\" is not a whole number"},
        {"{\"voided\":\"yes\"}", "voided: \"yes\" is not true or false"},
        {"{\"voided\":\"TRUE\"}", "voided: \"TRUE\" is not true or false"},
        {"{\"occurred_at\":\"2003\"}", "occurred_at: \"2003\" is not a"},
        {"{\"occurred_at\":\"-\"}", "occurred_at: \"-\" is not a"},
        {"{\"occurred_at\":\"2003-06-30\"}", "occurred_at: \"2003-06-30\" is not a time"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *written = pass_through(change(production, cases[i].changes), HF_TOPIC_PRODUCTION, 1);
        if (!strstr(written, cases[i].shows))
            assert_string_equal(written, cases[i].shows);
    }
}

static void the_command_line_names_the_type_first(void **state)
{
    enum hf_event_type type;
    struct hf_error error;
    json_t *record = json_loads(period_close, 0, NULL);
    (void)state;
    assert_int_equal(hf_event_json_type(record, HF_TOPIC_COSTS, HF_EVENT_COST, &type, &error), HF_OK);
    assert_int_equal(type, HF_EVENT_COST);
    assert_int_equal(hf_event_json_type(record, HF_TOPIC_COSTS, -1, &type, &error), HF_OK);
    assert_int_equal(type, HF_EVENT_PERIOD_CLOSE);
    json_object_set_new(record, "type", json_string("QuarantineDecision"));
    assert_int_equal(hf_event_json_type(record, HF_TOPIC_COSTS, -1, &type, &error), HF_OK);
    assert_int_equal(type, HF_EVENT_QUARANTINE_DECISION);
    assert_int_equal(hf_event_json_type(record, HF_TOPIC_COSTS, HF_EVENT_COST, &type, &error), HF_EINVAL);
    assert_string_equal(error.text, "type: is QuarantineDecision, but --type says CostEvent");
    json_decref(record);
}

static void strange_values_of_a_topic_are_still_json(void **state)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    struct hf_event event = {
        .type = HF_EVENT_COST,
        .event_id = {"a\xff\"b\0c", 6},
        .mine_id = {"", 0},
        .from = INT32_MAX,
        .through = INT32_MIN,
        .currency = {"\x01", 1},
    };
    size_t length;
    (void)state;
    hf_event_json_write(writer, NULL, &event);
    const char *text = hf_json_writer_text(writer, &length);
    json_t *record = json_loadb(text, length, JSON_ALLOW_NUL, NULL);
    assert_non_null(record);
    assert_int_equal(json_integer_value(json_object_get(record, "from")), INT32_MAX);
    assert_int_equal(json_integer_value(json_object_get(record, "through")), INT32_MIN);
    json_decref(record);
    hf_json_writer_free(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_told_and_written_with_all_its_fields),
        cmocka_unit_test(decimals_keep_every_digit),
        cmocka_unit_test(every_fault_names_its_field),
        cmocka_unit_test(cells_of_a_table_are_read_as_what_they_say),
        cmocka_unit_test(the_command_line_names_the_type_first),
        cmocka_unit_test(strange_values_of_a_topic_are_still_json),
    };
    return cmocka_run_group_tests_name("cli_event_json", tests, NULL, NULL);
}
