/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "headframe/vocabulary.h"

#define DAY_MS INT64_C(86400000)

void bench_add_mine(struct hf_mine_directory *mines, const char *id, const char *zone, const char *day_start,
                    const char *extra)
{
    struct hf_error error = {0};
    g_autofree char *json =
        g_strdup_printf("{\"mine_id\":\"%s\",\"time_zone\":\"%s\",\"day_start\":\"%s\",\"primary_metal\":\"silver\"%s}",
                        id, zone, day_start, extra);
    const struct hf_record record = {
        .key = id, .key_length = strlen(id), .value = json, .value_length = strlen(json), .timestamp_ms = -1};
    if (hf_mine_directory_apply(mines, &record, &error) != HF_OK)
        fail_msg("%s", error.text);
}

struct bench *bench_new(const struct hf_ledger_kind *kind)
{
    struct hf_error error = {0};
    struct bench *bench = g_new0(struct bench, 1);
    bench->kind = kind;
    bench->timestamp_ms = BENCH_NOW_MS;
    if (hf_schema_store_new(HEADFRAME_SCHEMAS, &bench->schemas, &error) != HF_OK)
        fail_msg("%s", error.text);
    bench->decoder = hf_event_decoder_new(bench->schemas);
    bench->mines = hf_mine_directory_new();
    bench_add_mine(bench->mines, "flat", "UTC", "00:00", "");
    bench_add_mine(bench->mines, "gc", "America/Juneau", "07:00", "");
    bench_add_mine(bench->mines, "other", "UTC", "00:00", "");
    bench->outputs = outputs_new();
    bench_renew(bench, 0, 1);
    return bench;
}

void bench_free(struct bench *bench)
{
    hf_partition_free(&bench->partition);
    hf_mine_directory_free(&bench->mines);
    hf_event_decoder_free(&bench->decoder);
    hf_schema_store_free(&bench->schemas);
    outputs_free(bench->outputs);
    g_free(bench);
}

void bench_renew(struct bench *bench, int32_t number, int32_t count)
{
    hf_partition_free(&bench->partition);
    bench->number = number;
    bench->partition = hf_partition_new(bench->kind, hf_topic_info(bench->kind->input)->name, number, count, BENCH_SEED,
                                        &bench->rules);
}

/* --- events ----------------------------------------------------------------------------------------------------- */

int64_t noon_ms(const char *date)
{
    return date_of(date) * DAY_MS + DAY_MS / 2;
}

struct hf_event production_event(const char *event_id, int32_t revision)
{
    return (struct hf_event){
        .type = HF_EVENT_PRODUCTION,
        .event_id = {event_id, strlen(event_id)},
        .mine_id = TEXT("flat"),
        .revision = revision,
        .occurred_at_ms = noon_ms("2003-06-30"),
        .material = TEXT("gold"),
        .stage = HF_STAGE_PRODUCED,
        .unit = HF_UNIT_KG,
        .quality = HF_QUALITY_ASSAYED,
        .micro = 1500000,
    };
}

struct hf_event cost_event(const char *event_id, int32_t revision)
{
    return (struct hf_event){
        .type = HF_EVENT_COST,
        .event_id = {event_id, strlen(event_id)},
        .mine_id = TEXT("flat"),
        .revision = revision,
        .from = date_of("2003-06-01"),
        .through = date_of("2003-06-30"),
        .element = HF_ELEMENT_MINING,
        .currency = TEXT("USD"),
        .micro = 30000000,
    };
}

struct hf_event close_event(const char *through)
{
    return (struct hf_event){
        .type = HF_EVENT_PERIOD_CLOSE,
        .mine_id = TEXT("flat"),
        .closed_through = date_of(through),
        .by = TEXT("ann"),
        .at_ms = BENCH_NOW_MS,
    };
}

struct hf_event decision_event(const char *event_id, int32_t revision, int accept)
{
    return (struct hf_event){
        .type = HF_EVENT_QUARANTINE_DECISION,
        .event_id = {event_id, strlen(event_id)},
        .mine_id = TEXT("flat"),
        .revision = revision,
        .accept = accept,
        .by = TEXT("ben"),
        .at_ms = BENCH_NOW_MS,
    };
}

/* --- input ------------------------------------------------------------------------------------------------------ */

uint8_t *bench_encode(const struct bench *bench, const struct hf_event *event, size_t *out_length)
{
    struct hf_error error = {0};
    uint8_t *bytes = NULL;
    if (hf_event_encode(bench->schemas, event, &bytes, out_length, &error) != HF_OK)
        fail_msg("%s", error.text);
    return bytes;
}

int bench_apply_bytes(struct bench *bench, struct hf_text key, const void *value, size_t length, int is_last_try)
{
    const struct hf_record record = {
        .partition = bench->number,
        .offset = bench->next_offset,
        .timestamp_ms = bench->timestamp_ms,
        .key = key.data,
        .key_length = key.length,
        .value = value,
        .value_length = length,
    };
    int result = hf_partition_apply(bench->partition, bench->decoder, bench->mines, &record, is_last_try);
    bench->next_offset += result == HF_OK;
    return result;
}

void bench_apply(struct bench *bench, const struct hf_event *event)
{
    size_t length;
    uint8_t *bytes = bench_encode(bench, event, &length);
    assert_int_equal(bench_apply_bytes(bench, event->mine_id, bytes, length, 1), HF_OK);
    free(bytes);
}

/* --- output ----------------------------------------------------------------------------------------------------- */

void bench_publish(struct bench *bench)
{
    outputs_clear(bench->outputs);
    assert_int_equal(hf_partition_publish(bench->partition, &bench->outputs->sink, NULL), HF_OK);
}

void assert_published(struct bench *bench, const char *text)
{
    bench_publish(bench);
    g_autofree char *shown = outputs_text(bench->outputs, bench->kind->lines);
    assert_string_equal(shown, text);
}

void assert_published_days(struct bench *bench, const char *text)
{
    bench_publish(bench);
    g_autofree char *shown = outputs_days_text(bench->outputs, bench->kind->lines);
    assert_string_equal(shown, text);
}

void assert_counts(const struct bench *bench, unsigned applied, unsigned duplicates, unsigned superseded,
                   unsigned dead_letters)
{
    struct hf_partition_counts counts = hf_partition_counts(bench->partition);
    g_autofree char *shown = g_strdup_printf("%u %u %u %u", (unsigned)counts.applied, (unsigned)counts.duplicates,
                                             (unsigned)counts.superseded, (unsigned)counts.dead_letters);
    g_autofree char *expected = g_strdup_printf("%u %u %u %u", applied, duplicates, superseded, dead_letters);
    assert_string_equal(shown, expected);
}

void assert_totals(const struct bench *bench, const char *text)
{
    const struct hf_partition_counts counts = hf_partition_counts(bench->partition);
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {
        {"applied", counts.applied},           {"duplicates", counts.duplicates}, {"superseded", counts.superseded},
        {"dead_letters", counts.dead_letters}, {"closes", counts.closes},         {"quarantined", counts.quarantined},
        {"accepted", counts.accepted},         {"rejected", counts.rejected},     {"ignored", counts.decisions_ignored},
        {"restatements", counts.restatements}};
    GString *shown = g_string_new(NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].count)
            g_string_append_printf(shown, "%s%s %u", shown->len ? ", " : "", rows[i].name, (unsigned)rows[i].count);
    assert_string_equal(shown->str, text);
    g_string_free(shown, TRUE);
}

void bench_restore(struct bench *bench, const struct outputs *outputs)
{
    struct hf_error error = {0};
    for (guint i = 0; i < outputs->list->len; i++) {
        const struct output *output = output_at(outputs, i);
        const struct hf_record record = {
            .offset = i,
            .timestamp_ms = -1,
            .key = output->key,
            .key_length = output->key_length,
            .value = output->value,
            .value_length = output->value_length,
        };
        int result = HF_OK;
        if (output->topic == bench->kind->state)
            result = hf_partition_restore_state(bench->partition, &record, &error);
        else if (output->topic == bench->kind->days)
            result = hf_partition_restore_day(bench->partition, &record, &error);
        if (result != HF_OK)
            fail_msg("%s", error.text);
    }
}
