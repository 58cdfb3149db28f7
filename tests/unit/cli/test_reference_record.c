/* SPDX-License-Identifier: Apache-2.0 */
/* Proves the keys of reference data, and that nothing is published that a daemon would refuse. */
#include "reference_record.h"

#include <glib.h>
#include <string.h>

#include "../unit.h"

static const char mine[] =
    "{\"mine_id\":\"m\",\"name\":\"M\",\"time_zone\":\"America/Juneau\",\"primary_metal\":\"silver\","
    "\"interests\":[{\"company_id\":\"c\",\"from\":\"2000-01-01\",\"share\":\"0.2973\"}]}";

/* "KEY=VALUE", "KEY=" of a tombstone, or the error; a new string. */
static char *make(enum hf_topic topic, const char *json)
{
    json_t *record = json_loads(json, 0, NULL);
    char *key = NULL, *value = NULL, *out;
    struct hf_error error;
    assert_non_null(record);
    if (hf_reference_record_make(topic, record, &key, &value, &error) == HF_OK)
        out = g_strdup_printf("%s=%s", key, value ? value : "");
    else
        out = g_strdup(error.text);
    free(key);
    free(value);
    json_decref(record);
    return out;
}

static void keys_are_the_contracts_and_values_stay(void **state)
{
    static const struct {
        enum hf_topic topic;
        const char *json, *made;
    } cases[] = {
        {HF_TOPIC_MINES, mine,
         "m={\"mine_id\":\"m\",\"name\":\"M\",\"time_zone\":\"America/Juneau\","
         "\"primary_metal\":\"silver\",\"interests\":[{\"company_id\":\"c\","
         "\"from\":\"2000-01-01\",\"share\":\"0.2973\"}]}"},
        {HF_TOPIC_COMPANIES, "{\"name\":\"C\", \"company_id\":\"c\", \"founded\":1891}",
         "c={\"name\":\"C\",\"company_id\":\"c\",\"founded\":1891}"},
        {HF_TOPIC_PRICES,
         "{\"material\":\"gold\",\"month\":\"2003-06\",\"price\":\"356.30\",\"currency\":\"USD\",\"unit\":\"OZT\"}",
         "gold|2003-06={\"material\":\"gold\",\"month\":\"2003-06\",\"price\":\"356.30\",\"currency\":\"USD\","
         "\"unit\":\"OZT\"}"},
        {HF_TOPIC_FX, "{\"currency\":\"MXN\",\"month\":\"2003-06\",\"per_usd\":\"10.5\"}",
         "MXN|2003-06={\"currency\":\"MXN\",\"month\":\"2003-06\",\"per_usd\":\"10.5\"}"},
        {HF_TOPIC_GUIDANCE, "{\"guidance_id\":\"g\",\"low\":\"1.50\"}", "g={\"guidance_id\":\"g\",\"low\":\"1.50\"}"},
        {HF_TOPIC_PEERS, "{\"company_id\":\"p\",\"figures\":[]}", "p={\"company_id\":\"p\",\"figures\":[]}"},
        /* Deletions need no more than the key. */
        {HF_TOPIC_MINES, "{\"mine_id\":\"m\",\"deleted\":true}", "m="},
        {HF_TOPIC_PRICES, "{\"material\":\"gold\",\"month\":\"2003-06\",\"deleted\":true}", "gold|2003-06="},
        {HF_TOPIC_GUIDANCE, "{\"guidance_id\":\"g\",\"deleted\":false}", "g={\"guidance_id\":\"g\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *made = make(cases[i].topic, cases[i].json);
        assert_string_equal(made, cases[i].made);
    }
}

static void what_a_daemon_would_refuse_is_refused(void **state)
{
    static const struct {
        enum hf_topic topic;
        const char *json, *error;
    } cases[] = {
        {HF_TOPIC_MINES, "{\"name\":\"M\"}", "mine_id: is missing"},
        {HF_TOPIC_MINES, "{\"mine_id\":7}", "mine_id: is not a string"},
        {HF_TOPIC_MINES, "{\"mine_id\":\"a|b\"}", "mine_id: is not a string of 1 to 64 bytes"},
        {HF_TOPIC_MINES, "{\"mine_id\":\"m\",\"time_zone\":\"Nowhere/At_All\",\"primary_metal\":\"gold\"}",
         "time_zone \"Nowhere/At_All\""},
        {HF_TOPIC_MINES, "{\"mine_id\":\"m\",\"time_zone\":\"UTC\",\"primary_metal\":\"gold\",\"interest\":[]}",
         "interest: a record of reference.mines has no such field"},
        {HF_TOPIC_FX, "{\"currency\":\"MXN\",\"month\":\"2003-06\",\"per usd\":\"1\"}",
         "per usd: a record of market.fx"},
        {HF_TOPIC_COMPANIES, "{\"company_id\":\"c\",\"fiscal_year_start_month\":13}", "fiscal_year_start_month is 13"},
        {HF_TOPIC_PRICES, "{\"material\":\"gold\"}", "month: is missing"},
        {HF_TOPIC_PRICES, "{\"material\":\"gold\",\"month\":\"2003-6\",\"price\":\"1\"}", "the key \"gold|2003-6\""},
        {HF_TOPIC_PRICES, "{\"material\":\"mud\",\"month\":\"2003-06\",\"deleted\":true}",
         "the key's material \"mud\""},
        {HF_TOPIC_FX, "{\"currency\":\"MXN\",\"month\":\"2003-06\",\"per_usd\":\"0\"}", "per_usd is \"0\""},
        {HF_TOPIC_PEERS, "{}", "company_id: is missing"},
        {HF_TOPIC_PEERS, "{\"company_id\":\"p\",\"deleted\":\"yes\"}", "deleted: is not true or false"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *error = make(cases[i].topic, cases[i].json);
        if (!g_str_has_prefix(error, cases[i].error))
            assert_string_equal(error, cases[i].error);
    }
}

static void only_reference_topics_have_such_records(void **state)
{
    (void)state;
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++)
        assert_int_equal(hf_reference_record_is_for((enum hf_topic)topic),
                         topic >= HF_TOPIC_COMPANIES && topic <= HF_TOPIC_PEERS);
}

/* What becomes of a CSV record, as JSON or the error; a new string. */
static char *convert(const char *json)
{
    json_t *record = json_loads(json, 0, NULL);
    struct hf_error error;
    char *out = hf_reference_record_from_text(record, &error) == HF_OK ? json_dumps(record, JSON_COMPACT)
                                                                       : g_strdup(error.text);
    json_decref(record);
    return out;
}

static void cells_become_what_the_contract_wants(void **state)
{
    static const struct {
        const char *cells, *record;
    } cases[] = {
        {"{\"name\":\"12\",\"founded\":\"1891\",\"listed\":\"true\"}",
         "{\"name\":\"12\",\"founded\":1891,\"listed\":true}"},
        {"{\"units\":\"{\\\"lead\\\":\\\"ST\\\"}\"}", "{\"units\":{\"lead\":\"ST\"}}"},
        {"{\"interests\":\"[{\\\"share\\\":0.2973}]\"}", "{\"interests\":[{\"share\":\"0.2973\"}]}"},
        {"{\"per_usd\":\"9.7688\",\"month\":\"2001-01\"}", "{\"per_usd\":\"9.7688\",\"month\":\"2001-01\"}"},
        {"{\"deleted\":\"true\"}", "{\"deleted\":true}"},
        {"{\"founded\":\"old\"}", "founded: \"old\" is not a whole number"},
        {"{\"founded\":\"18.91\"}", "founded: \"18.91\" is not a whole number"},
        {"{\"listed\":\"yes\"}", "listed: \"yes\" is not true or false"},
        {"{\"interests\":\"all\"}", "interests: \"all\" is not a list or an object in JSON"},
        {"{\"interests\":\"7\"}", "interests: \"7\" is not a list or an object in JSON"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *record = convert(cases[i].cells);
        assert_string_equal(record, cases[i].record);
        free(record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_the_contracts_and_values_stay),
        cmocka_unit_test(what_a_daemon_would_refuse_is_refused),
        cmocka_unit_test(only_reference_topics_have_such_records),
        cmocka_unit_test(cells_become_what_the_contract_wants),
    };
    return cmocka_run_group_tests_name("cli_reference_record", tests, NULL, NULL);
}
