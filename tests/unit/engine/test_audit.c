/* SPDX-License-Identifier: Apache-2.0 */
/* Proves to the byte what headframe.quarantine and headframe.restatements say, as records and closes come in. */
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/kafka_client.h"

/* Holds where the topic's outputs are these, "KEY VALUE" a line, with ' for ". */
static void assert_notes(struct bench *bench, enum hf_topic topic, const char *expected)
{
    g_autofree char *text = outputs_values(bench->outputs, topic);
    g_autofree char *json = g_strdelimit(g_strdup(expected), "'", '"');
    assert_string_equal(text, json);
}

static void close_through(struct bench *bench, const char *date)
{
    const struct hf_event close = close_event(date);
    bench_apply(bench, &close);
}

static void decide(struct bench *bench, const char *event_id, int32_t revision, int accept)
{
    const struct hf_event decision = decision_event(event_id, revision, accept);
    bench_apply(bench, &decision);
}

/* --- production ------------------------------------------------------------------------------------------------- */

/* 1.5 kg are 1500 / 31.1034768 = 48.226113… troy ounces. */
#define GOLD_OF(revision)                                                                                         \
    "{'revision':" revision ",'voided':false,'date':'2003-06-30','material':'gold','stage':'PRODUCED','quality':" \
    "'ASSAYED','quantity':'48.226','unit':'OZT'}"
#define QUARANTINED(event_id, revision)                                                                      \
    "{'schema':'headframe.quarantine.v1','topic':'mine.production','mine':'flat','event_id':'" event_id "'," \
    "'revision':" revision ",'closed_through':'2003-06-30',"

static void a_version_that_waits_is_told_with_what_stood_on_arrival(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    close_through(bench, "2003-06-30");
    bench_apply(bench, &event);
    bench_publish(bench);
    assert_notes(bench, HF_TOPIC_QUARANTINE,
                 "mine.production|flat|e|0 " QUARANTINED("e", "0") "'source':null,'before':null,'after':" GOLD_OF(
                     "0") ",'partition':0,'offset':1}\n");
    decide(bench, "e", 0, 1);
    event.revision = 7;
    event.voided = 1;
    event.source = TEXT("assay 17/b");
    bench_apply(bench, &event);
    bench_publish(bench);
    assert_notes(bench, HF_TOPIC_QUARANTINE,
                 "mine.production|flat|e|0 tombstone\n"
                 "mine.production|flat|e|7 " QUARANTINED("e", "7") "'source':'assay 17/b','before':" GOLD_OF(
                     "0") ",'after':{'revision':7,'voided':true},'partition':0,'offset':3}\n");
    bench_free(bench);
}

static void a_withdrawn_version_is_told_as_such_before_too(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 2);
    (void)state;
    event.voided = 1;
    bench_apply(bench, &event);
    close_through(bench, "2003-06-30");
    event.revision = 3;
    event.voided = 0;
    bench_apply(bench, &event);
    bench_publish(bench);
    assert_notes(
        bench, HF_TOPIC_QUARANTINE,
        "mine.production|flat|e|3 " QUARANTINED("e", "3") "'source':null,'before':{'revision':2,'voided':true},"
                                                          "'after':" GOLD_OF("3") ",'partition':0,'offset':2}\n");
    bench_free(bench);
}

#define RESTATED(event_id, revision, ever)                                                                    \
    "{'schema':'headframe.restatement.v1','topic':'mine.production','mine':'flat','event_id':'" event_id "'," \
    "'revision':" revision ",'ever_closed_through':'" ever "','closed_days':["

static void a_restatement_is_told_with_its_days_and_who_decided(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    bench_apply(bench, &event);
    close_through(bench, "2003-06-30");
    event.revision = 1;
    event.occurred_at_ms = noon_ms("2003-06-28");
    bench_apply(bench, &event); /* waits */
    decide(bench, "e", 1, 1);
    bench_publish(bench);
    assert_notes(
        bench, HF_TOPIC_RESTATEMENTS,
        "mine.production|flat|e " RESTATED(
            "e", "1",
            "2003-06-30") "{'from':'2003-06-28','through':'2003-06-28'},{'from':'2003-06-30','through':'2003-06-30'}],"
                          "'before':" GOLD_OF("0") ",'after':{'revision':1,'voided':false,'date':'2003-06-28',"
                                                   "'material':'gold','stage':'PRODUCED','quality':'ASSAYED','quantity'"
                                                   ":'48.226','unit':'OZT'},"
                                                   "'decided_by':'ben','partition':0,'offset':3}\n");
    close_through(bench, "2003-05-31"); /* opened again: nobody has to decide */
    event.revision = 2;
    event.voided = 1;
    bench_apply(bench, &event);
    event.event_id = TEXT("f");
    event.voided = 0;
    event.occurred_at_ms = noon_ms("2003-06-30");
    bench_apply(bench, &event);
    bench_publish(bench);
    assert_notes(
        bench, HF_TOPIC_RESTATEMENTS,
        "mine.production|flat|e " RESTATED(
            "e", "2",
            "2003-06-30") "{'from':'2003-06-28','through':'2003-06-28'}],'before':{'revision':1,'voided':false,"
                          "'date':'2003-06-28','material':'gold','stage':'PRODUCED','quality':'ASSAYED','quantity':'48."
                          "226',"
                          "'unit':'OZT'},'after':{'revision':2,'voided':true},'decided_by':null,'partition':0,'offset':"
                          "5}\n"
                          "mine.production|flat|f " RESTATED(
                              "f", "2",
                              "2003-06-30") "{'from':'2003-06-30','through':'2003-06-30'}],'before':null,'after'"
                                            ":" GOLD_OF("2") ",'decided_by':null,'partition':0,'offset':6}\n");
    bench_free(bench);
}

/* --- costs ------------------------------------------------------------------------------------------------------ */

static void costs_are_told_with_their_period_and_money(void **state)
{
    struct bench *bench = bench_new(hf_costs_kind());
    struct hf_event cost = cost_event("e", 0);
    (void)state;
    bench_apply(bench, &cost);
    close_through(bench, "2003-06-15");
    cost.revision = 1;
    cost.micro = -1234567;
    cost.currency = TEXT("MXN");
    cost.element = HF_ELEMENT_BY_PRODUCT_CREDIT;
    cost.source = TEXT("");
    cost.from = date_of("2003-06-20");
    cost.through = date_of("2003-07-10");
    bench_apply(bench, &cost);
    decide(bench, "e", 1, 1);
    bench_publish(bench);
    assert_notes(bench, HF_TOPIC_QUARANTINE,
                 "mine.costs|flat|e|1 {'schema':'headframe.quarantine.v1','topic':'mine.costs','mine':'flat',"
                 "'event_id':'e','revision':1,'closed_through':'2003-06-15','source':'','before':{'revision':0,"
                 "'voided':false,'from':'2003-06-01','through':'2003-06-30','element':'MINING','currency':'USD',"
                 "'amount':'30.00'},'after':{'revision':1,'voided':false,'from':'2003-06-20','through':'2003-07-10',"
                 "'element':'BY_PRODUCT_CREDIT','currency':'MXN','amount':'-1.23'},'partition':0,'offset':2}\n"
                 "mine.costs|flat|e|1 tombstone\n");
    assert_notes(bench, HF_TOPIC_RESTATEMENTS,
                 "mine.costs|flat|e {'schema':'headframe.restatement.v1','topic':'mine.costs','mine':'flat',"
                 "'event_id':'e','revision':1,'ever_closed_through':'2003-06-15','closed_days':[{'from':'2003-06-01',"
                 "'through':'2003-06-15'}],'before':{'revision':0,'voided':false,'from':'2003-06-01',"
                 "'through':'2003-06-30','element':'MINING','currency':'USD','amount':'30.00'},'after':{'revision':1,"
                 "'voided':false,'from':'2003-06-20','through':'2003-07-10','element':'BY_PRODUCT_CREDIT',"
                 "'currency':'MXN','amount':'-1.23'},'decided_by':'ben','partition':0,'offset':3}\n");
    bench_free(bench);
}

/* --- figures ---------------------------------------------------------------------------------------------------- */

static void figures_are_rounded_once_half_to_even(void **state)
{
    static const struct {
        int64_t micro;
        const char *grams, *dollars; /* of 3 digits, of 2 */
    } cases[] = {
        {500, "0.000", "0.00"},
        {501, "0.001", "0.00"},
        {1500, "0.002", "0.00"},
        {2500, "0.002", "0.00"},
        {-500, "0.000", "0.00"},
        {-1500, "-0.002", "0.00"},
        {5000, "0.005", "0.00"},
        {5001, "0.005", "0.01"},
        {15000, "0.015", "0.02"},
        {-15000, "-0.015", "-0.02"},
        {-25000, "-0.025", "-0.02"},
        {0, "0.000", "0.00"},
        {1234567890123456, "1234567890.123", "1234567890.12"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *production = bench_new(hf_production_kind()), *costs = bench_new(hf_costs_kind());
        struct hf_event event = production_event("e", 0), cost = cost_event("e", 0);
        g_autofree char *quantity = g_strdup_printf("\"quantity\":\"%s\",\"unit\":\"G\"", cases[i].grams);
        g_autofree char *amount = g_strdup_printf("\"amount\":\"%s\"}", cases[i].dollars);
        bench_add_mine(production->mines, "flat", "UTC", "00:00", ",\"units\":{\"gold\":\"G\"}");
        close_through(production, "2003-06-30");
        close_through(costs, "2003-06-30");
        event.unit = HF_UNIT_G;
        event.micro = cost.micro = cases[i].micro;
        bench_apply(production, &event);
        bench_apply(costs, &cost);
        bench_publish(production);
        bench_publish(costs);
        g_autofree char *of_production = outputs_values(production->outputs, HF_TOPIC_QUARANTINE);
        g_autofree char *of_costs = outputs_values(costs->outputs, HF_TOPIC_QUARANTINE);
        if (!strstr(of_production, quantity) || !strstr(of_costs, amount))
            fail_msg("expected %s in %s and %s in %s", quantity, of_production, amount, of_costs);
        bench_free(production);
        bench_free(costs);
    }
}

/* The unit is that of reference.mines when the record is written, for what stood before as well. */
static void quantities_are_in_the_mines_units_of_that_moment(void **state)
{
    static const struct {
        const char *units, *material, *shown;
    } cases[] = {
        {"", "gold", "\"quantity\":\"48.226\",\"unit\":\"OZT\""},
        {"", "lead", "\"quantity\":\"0.002\",\"unit\":\"T\""}, /* 0.0015 t */
        {",\"units\":{\"lead\":\"LB\"}", "lead", "\"quantity\":\"3.307\",\"unit\":\"LB\""},
        {",\"units\":{\"lead\":\"LB\"}", "silver", "\"quantity\":\"48.226\",\"unit\":\"OZT\""},
        {",\"units\":{\"gold\":\"KG\"}", "gold", "\"quantity\":\"1.500\",\"unit\":\"KG\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_production_kind());
        struct hf_event event = production_event("e", 0);
        event.material = (struct hf_text){cases[i].material, strlen(cases[i].material)};
        bench_apply(bench, &event);
        close_through(bench, "2003-06-30");
        event.revision = 1;
        bench_apply(bench, &event);
        bench_add_mine(bench->mines, "flat", "UTC", "00:00", cases[i].units); /* between arrival and decision */
        decide(bench, "e", 1, 1);
        bench_publish(bench);
        g_autofree char *text = outputs_values(bench->outputs, HF_TOPIC_RESTATEMENTS);
        const char *before = strstr(text, cases[i].shown);
        if (!before || !strstr(before + 1, cases[i].shown))
            fail_msg("expected %s twice in %s", cases[i].shown, text);
        bench_free(bench);
    }
}

/* --- texts ------------------------------------------------------------------------------------------------------ */

/* Applies the event with a NUL for each \x02 in its texts, which no encoder of C strings would write. */
static void apply_with_nul(struct bench *bench, const struct hf_event *event)
{
    size_t length;
    uint8_t *bytes = bench_encode(bench, event, &length);
    for (size_t i = 0; i + 2 < length; i++)
        if (memcmp(bytes + i, "a\x02z", 3) == 0)
            bytes[i + 1] = '\0';
    assert_int_equal(bench_apply_bytes(bench, event->mine_id, bytes, length, 1), HF_OK);
    free(bytes);
}

static void free_texts_become_sound_json_whatever_they_hold(void **state)
{
    static const struct {
        struct hf_text text;
        const char *shown;
    } cases[] = {
        {{NULL, 0}, "null"},
        {{"", 0}, "\"\""},
        {{"Größe", 7}, "\"Größe\""},
        {{"say \"no\" \\ a\nb\x01", 15}, "\"say \\\"no\\\" \\\\ a\\u000ab\\u0001\""},
        {{"a\x02z", 3}, "\"a\xef\xbf\xbdz\""}, /* a NUL */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_production_kind());
        struct hf_event event = production_event("e", 0), decision = decision_event("e", 0, 1);
        close_through(bench, "2003-06-30");
        event.source = cases[i].text;
        decision.by = cases[i].text.data ? cases[i].text : TEXT("ben"); /* by is never null */
        apply_with_nul(bench, &event);
        apply_with_nul(bench, &decision);
        bench_publish(bench);
        g_autofree char *source = g_strdup_printf("\"source\":%s,\"before\"", cases[i].shown);
        g_autofree char *by =
            g_strdup_printf("\"decided_by\":%s,\"partition\"", cases[i].text.data ? cases[i].shown : "\"ben\"");
        g_autofree char *quarantine = outputs_values(bench->outputs, HF_TOPIC_QUARANTINE);
        g_autofree char *restatement = outputs_values(bench->outputs, HF_TOPIC_RESTATEMENTS);
        if (!strstr(quarantine, source) || !strstr(restatement, by))
            fail_msg("expected %s in %s and %s in %s", source, quarantine, by, restatement);
        bench_free(bench);
    }
}

static void identifiers_stand_as_they_are_in_keys_and_escaped_in_values(void **state)
{
    static const char id[] = "2003/\"M\xc3\xa4rz\" \\ it's";
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event(id, 0);
    (void)state;
    close_through(bench, "2003-06-30");
    bench_apply(bench, &event);
    decide(bench, id, 0, 1);
    bench_publish(bench);
    g_autofree char *quarantine = outputs_values(bench->outputs, HF_TOPIC_QUARANTINE);
    g_autofree char *restatement = outputs_values(bench->outputs, HF_TOPIC_RESTATEMENTS);
    assert_true(g_str_has_prefix(quarantine, "mine.production|flat|2003/\"M\xc3\xa4rz\" \\ it's|0 {"));
    assert_true(g_str_has_suffix(quarantine, "mine.production|flat|2003/\"M\xc3\xa4rz\" \\ it's|0 tombstone\n"));
    assert_true(g_str_has_prefix(restatement, "mine.production|flat|2003/\"M\xc3\xa4rz\" \\ it's {"));
    assert_non_null(strstr(quarantine, "\"event_id\":\"2003/\\\"M\xc3\xa4rz\\\" \\\\ it's\","));
    assert_non_null(strstr(restatement, "\"event_id\":\"2003/\\\"M\xc3\xa4rz\\\" \\\\ it's\","));
    bench_free(bench);
}

/* --- places ----------------------------------------------------------------------------------------------------- */

static void topic_partition_and_offset_are_those_of_the_input(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event("e", INT32_MAX);
    const int32_t number = hf_kafka_partition_of("flat", 4, 16);
    (void)state;
    assert_true(number > 0);
    bench_renew(bench, number, 16);
    hf_partition_free(&bench->partition);
    bench->partition = hf_partition_new(bench->kind, "test.mine.production", number, 16, BENCH_SEED, &bench->rules);
    bench->next_offset = INT64_C(5000000000);
    close_through(bench, "2003-06-30");
    bench_apply(bench, &event);
    bench->next_offset = INT64_C(6000000000);
    decide(bench, "e", INT32_MAX, 1);
    bench_publish(bench);
    g_autofree char *quarantine = outputs_values(bench->outputs, HF_TOPIC_QUARANTINE);
    g_autofree char *restatement = outputs_values(bench->outputs, HF_TOPIC_RESTATEMENTS);
    g_autofree char *of_version = g_strdup_printf(",\"partition\":%d,\"offset\":5000000001}\n", number);
    g_autofree char *of_decision = g_strdup_printf(",\"partition\":%d,\"offset\":6000000000}\n", number);
    assert_true(g_str_has_prefix(quarantine, "test.mine.production|flat|e|2147483647 {"));
    assert_true(g_str_has_prefix(restatement, "test.mine.production|flat|e {"));
    assert_non_null(strstr(quarantine, "\"topic\":\"test.mine.production\","));
    assert_non_null(strstr(restatement, "\"topic\":\"test.mine.production\","));
    assert_non_null(strstr(quarantine, of_version));
    assert_true(g_str_has_suffix(restatement, of_decision));
    bench_free(bench);
}

static void what_waits_to_be_written_counts_for_the_size_of_a_transaction(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    char source[4000];
    (void)state;
    memset(source, 'x', sizeof source);
    event.source = (struct hf_text){source, sizeof source};
    close_through(bench, "2003-06-30");
    bench_apply(bench, &event);
    assert_true(hf_partition_pending_bytes(bench->partition) > sizeof source);
    bench_publish(bench);
    assert_int_equal(hf_partition_pending_bytes(bench->partition), 0);
    bench_free(bench);
}

static void a_sink_that_fails_ends_the_publication(void **state)
{
    (void)state;
    for (int after = 0; after < 8; after++) { /* a day, closes, a segment, four notes, a dead letter, controls */
        struct bench *bench = bench_new(hf_production_kind());
        struct hf_event event = production_event("e", 0);
        struct hf_error error = {0};
        close_through(bench, "2003-06-30");
        bench_apply(bench, &event);
        decide(bench, "e", 0, 1);
        event.event_id = TEXT("f");
        bench_apply(bench, &event);
        event.material = TEXT("unobtainium");
        bench_apply(bench, &event);
        bench->outputs->fails_after = after;
        assert_int_equal(hf_partition_publish(bench->partition, &bench->outputs->sink, &error), HF_EIO);
        assert_int_equal(error.action, HF_ACTION_REBUILD);
        assert_int_equal(bench->outputs->list->len, after);
        bench_free(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_that_waits_is_told_with_what_stood_on_arrival),
        cmocka_unit_test(a_withdrawn_version_is_told_as_such_before_too),
        cmocka_unit_test(a_restatement_is_told_with_its_days_and_who_decided),
        cmocka_unit_test(costs_are_told_with_their_period_and_money),
        cmocka_unit_test(figures_are_rounded_once_half_to_even),
        cmocka_unit_test(quantities_are_in_the_mines_units_of_that_moment),
        cmocka_unit_test(free_texts_become_sound_json_whatever_they_hold),
        cmocka_unit_test(identifiers_stand_as_they_are_in_keys_and_escaped_in_values),
        cmocka_unit_test(topic_partition_and_offset_are_those_of_the_input),
        cmocka_unit_test(what_waits_to_be_written_counts_for_the_size_of_a_transaction),
        cmocka_unit_test(a_sink_that_fails_ends_the_publication),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
