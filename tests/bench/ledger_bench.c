/* SPDX-License-Identifier: Apache-2.0 */
/* Measures a ledger daemon's pure part over a long life, and how fast it comes back.
 *
 *   headframe-ledger-bench month [EVENTS [FACTS [HORIZON]]]   an event a second and a commit for each (default: 30 days
 *                        of them); FACTS (default 0: each event is a fact of its own) are corrected over and over; with
 *                        HORIZON, facts more than so many days old are forgotten
 *   headframe-ledger-bench restore [FACTS]    reads FACTS (default a million) back from segments as large as there are
 *
 * The state topic is compacted at once (state_topic.h). Figures are CPU time, of this machine, in this run. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "../unit/engine/bench.h"
#include "../unit/engine/state_topic.h"
#include "../unit/unit.h"
#include "headframe/state_codec.h"

enum { SECONDS_A_DAY = 86400, MONTH_DAYS = 30, ROUNDS = 5 };

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static long resident_mib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/* --- a month ---------------------------------------------------------------------------------------------------- */

static void apply_event(struct bench *bench, unsigned long number, unsigned long facts)
{
    char id[24];
    unsigned long fact = facts ? number % facts : number;
    snprintf(id, sizeof id, "e%lu", fact);
    struct hf_event event = production_event(id, (int32_t)(facts ? number / facts : 0));
    event.occurred_at_ms = noon_ms("2003-01-01") + (int64_t)(number / SECONDS_A_DAY) * SECONDS_A_DAY * 1000;
    bench_apply(bench, &event);
}

static void live_a_month(unsigned long events, unsigned long facts, int horizon)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct state_topic topic;
    size_t most = 0;
    double publishing = 0;
    bench->rules.correction_horizon_days = horizon;
    bench->timestamp_ms = noon_ms("2020-01-01");
    bench_renew(bench, 0, 1);
    state_topic_init(&topic, HF_TOPIC_PRODUCTION_STATE);
    for (unsigned long i = 0; i < events; i++) {
        apply_event(bench, i, facts);
        double start = now_s();
        assert_int_equal(hf_partition_publish(bench->partition, &topic.sink, NULL), HF_OK);
        publishing += now_s() - start;
        most = MAX(most, state_topic_count(&topic));
    }
    printf("%lu events and commits, %zu facts: at most %zu records, %zu and %.1f MB in the end; written %llu records, "
           "%.0f MB; publishing %.1f s, %.1f us a commit; %ld MiB resident\n",
           events, hf_partition_facts(bench->partition), most, state_topic_count(&topic),
           (double)topic.live_bytes / 1e6, (unsigned long long)topic.written_records, (double)topic.written_bytes / 1e6,
           publishing, publishing / (double)events * 1e6, resident_mib());
    state_topic_fini(&topic);
    bench_free(bench);
}

/* --- restoring -------------------------------------------------------------------------------------------------- */

static const char *mine_of(void *context, uint32_t mine)
{
    (void)mine;
    return context;
}

static struct outputs *write_segments(unsigned long facts)
{
    struct outputs *outputs = outputs_new();
    struct hf_fact *segment = g_new0(struct hf_fact, HF_SEGMENT_FACTS);
    uint64_t random = 1;
    for (unsigned long at = 0; at < facts; at += HF_SEGMENT_FACTS) {
        size_t count = MIN(facts - at, HF_SEGMENT_FACTS), length;
        char key[HF_STATE_KEY];
        uint8_t *bytes;
        for (size_t i = 0; i < count; i++)
            segment[i] = (struct hf_fact){
                .id = {random_next(&random), random_next(&random)},
                .digest = random_next(&random) & HF_FACT_DIGEST_MASK,
                .effect = {.amount = (hf_int128)(random_next(&random) >> 8) * 100,
                           .date = 12000 + (int32_t)(at / 40000),
                           .days = 1,
                           .line = (uint16_t)(i % 7)},
                .latest = 12000 + (int32_t)(at / 40000),
            };
        hf_segment_encode(segment, count, NULL, 0, HF_LINES_PRODUCTION, mine_of, (void *)"flat", &bytes, &length);
        const struct hf_output output = {
            .topic = HF_TOPIC_PRODUCTION_STATE,
            .key = key,
            .key_length = hf_segment_key((struct hf_segment_place){(int64_t)(at + count), 0}, key),
            .value = bytes,
            .value_length = length,
        };
        assert_int_equal(outputs->sink.write(outputs->sink.context, &output, NULL), HF_OK);
        free(bytes);
    }
    g_free(segment);
    return outputs;
}

static void restore(unsigned long facts)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct outputs *segments = write_segments(facts);
    size_t bytes = 0;
    for (guint i = 0; i < segments->list->len; i++)
        bytes += output_at(segments, i)->value_length;
    for (int round = 0; round < ROUNDS; round++) {
        bench_renew(bench, 0, 1);
        double start = now_s();
        bench_restore(bench, segments);
        double seconds = now_s() - start;
        printf("%zu facts of %.1f bytes: %.3f s, %.1f million a second\n", hf_partition_facts(bench->partition),
               (double)bytes / (double)facts, seconds, (double)facts / seconds / 1e6);
    }
    outputs_free(segments);
    bench_free(bench);
}

static unsigned long argument(int argc, char **argv, int index, unsigned long otherwise)
{
    return argc > index ? strtoul(argv[index], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "month") == 0)
        live_a_month(argument(argc, argv, 2, (unsigned long)MONTH_DAYS * SECONDS_A_DAY), argument(argc, argv, 3, 0),
                     (int)argument(argc, argv, 4, 0));
    else if (argc > 1 && strcmp(argv[1], "restore") == 0)
        restore(argument(argc, argv, 2, 1000000));
    else
        return fprintf(stderr, "usage: headframe-ledger-bench month [EVENTS [FACTS [HORIZON]]] | restore [FACTS]\n"), 2;
    return 0;
}
