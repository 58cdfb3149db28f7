/* SPDX-License-Identifier: Apache-2.0 */
/* Measures what an event costs a ledger daemon apart from Kafka: from the record's bytes to the records of a transaction.
 *
 *   headframe-hot-path-bench [EVENTS [MINES [DAYS [COMMIT]]]]
 *
 * EVENTS (default a million) facts, one version each, of MINES (1000) by Zipf's law, at instants that go forward over
 * DAYS (365), a publication after each COMMIT (50,000) of them. The same input in every run. Figures are CPU time, of
 * this machine, in this run; under callgrind, instructions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/engine/bench.h"
#include "../unit/unit.h"

enum { BATCH = 2048, WINDOW = 32, NAME = 32, JITTER_DAYS = 3 };

#define DAY_MS INT64_C(86400000)
#define START_MS INT64_C(1704067200000) /* 2024-01-01 */

struct input {
    struct hf_record *records;
    size_t count;
    GByteArray *bytes;
};

struct written {
    struct hf_sink sink;
    uint64_t records, bytes;
};

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int count_output(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct written *written = context;
    (void)error;
    written->records++;
    written->bytes += output->key_length + output->value_length;
    return HF_OK;
}

static size_t mine_of(uint64_t random, size_t mines)
{
    double share = (double)(random >> 11) / 9007199254740992.0; /* [0, 1) */
    return (size_t)(exp(share * log((double)mines + 1.0)) - 1.0);
}

/* Offsets into bytes stand for pointers until nothing is added any more. */
static void add_record(struct input *input, const struct bench *bench, const struct hf_event *event)
{
    size_t length;
    uint8_t *value = bench_encode(bench, event, &length);
    input->records[input->count] = (struct hf_record){
        .offset = (int64_t)input->count,
        .timestamp_ms = event->occurred_at_ms,
        .key = GSIZE_TO_POINTER(input->bytes->len),
        .key_length = event->mine_id.length,
        .value = GSIZE_TO_POINTER(input->bytes->len + event->mine_id.length),
        .value_length = length,
    };
    g_byte_array_append(input->bytes, (const guint8 *)event->mine_id.data, (guint)event->mine_id.length);
    g_byte_array_append(input->bytes, value, (guint)length);
    input->count++;
    free(value);
}

static void make_input(struct input *input, const struct bench *bench, size_t events, size_t mines, int days)
{
    uint64_t random = 1;
    *input = (struct input){g_new0(struct hf_record, events), 0, g_byte_array_new()};
    for (size_t i = 0; i < events; i++) {
        char id[NAME], mine[NAME];
        snprintf(id, sizeof id, "shift-%010zu", i);
        snprintf(mine, sizeof mine, "mine-%06zu", mine_of(random_next(&random), mines));
        struct hf_event event = production_event(id, 0);
        event.mine_id = (struct hf_text){mine, strlen(mine)};
        event.occurred_at_ms = START_MS + (int64_t)((double)i / (double)events * days) * DAY_MS +
                               (int64_t)(random_next(&random) % (JITTER_DAYS * (uint64_t)DAY_MS));
        event.material = TEXT("silver");
        event.unit = HF_UNIT_OZT;
        event.micro = (hf_int128)(random_next(&random) % 1000000000);
        event.source = TEXT("weighbridge-2");
        add_record(input, bench, &event);
    }
    for (size_t i = 0; i < input->count; i++) {
        struct hf_record *record = &input->records[i];
        record->key = (const char *)input->bytes->data + GPOINTER_TO_SIZE(record->key);
        record->value = (const char *)input->bytes->data + GPOINTER_TO_SIZE(record->value);
    }
}

static void add_mines(const struct bench *bench, size_t mines)
{
    for (size_t i = 0; i < mines; i++) {
        char id[NAME];
        snprintf(id, sizeof id, "mine-%06zu", i);
        bench_add_mine(bench->mines, id, i % 2 ? "America/Juneau" : "UTC", i % 2 ? "07:00" : "00:00", "");
    }
}

static double publish(const struct bench *bench, struct written *written)
{
    double start = now_s();
    assert_int_equal(hf_partition_publish(bench->partition, &written->sink, NULL), HF_OK);
    return now_s() - start;
}

static void apply_window(const struct bench *bench, const struct hf_record *records, size_t count)
{
    struct hf_arrival arrivals[WINDOW];
    for (size_t i = 0; i < count; i++)
        hf_arrival_prepare(&arrivals[i], bench->partition, bench->decoder, bench->mines, &records[i]);
    for (size_t i = 0; i < count; i++)
        (void)hf_arrival_apply(&arrivals[i], 1);
}

static void run(const struct bench *bench, const struct input *input, size_t commit)
{
    struct written written = {.sink = {count_output, NULL}};
    double start = now_s(), publishing = 0, longest = 0;
    written.sink.context = &written;
    for (size_t at = 0, pending = 0; at < input->count; at += BATCH) {
        size_t count = MIN(input->count - at, BATCH);
        double began = now_s();
        for (size_t i = 0; i < count; i += WINDOW)
            apply_window(bench, &input->records[at + i], MIN(count - i, WINDOW));
        longest = MAX(longest, now_s() - began);
        pending += count;
        if (pending >= commit || at + count == input->count) {
            publishing += publish(bench, &written);
            pending = 0;
        }
    }
    double seconds = now_s() - start;
    struct hf_partition_counts counts = hf_partition_counts(bench->partition);
    printf("%zu events, %llu applied: %.3f s, %.2f million a second; publishing %.0f %%; longest batch of %d %.1f ms; "
           "written %llu records, %.1f bytes an event\n",
           input->count, (unsigned long long)counts.applied, seconds, (double)input->count / seconds / 1e6,
           publishing / seconds * 100, BATCH, longest * 1e3, (unsigned long long)written.records,
           (double)written.bytes / (double)input->count);
}

static size_t argument(int argc, char **argv, int index, size_t otherwise)
{
    return argc > index ? strtoul(argv[index], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    size_t events = argument(argc, argv, 1, 1000000), mines = argument(argc, argv, 2, 1000);
    struct bench *bench = bench_new(hf_production_kind());
    struct input input;
    add_mines(bench, mines);
    make_input(&input, bench, events, mines, (int)argument(argc, argv, 3, 365));
    run(bench, &input, argument(argc, argv, 4, 50000));
    g_byte_array_free(input.bytes, TRUE);
    g_free(input.records);
    bench_free(bench);
    return 0;
}
