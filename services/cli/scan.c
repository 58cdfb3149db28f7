/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when a topic has been read to its end.
 *
 * The ends are asked for before the first record is read, so that a topic that is written to all the time ends too. A
 * partition is done when a record at or past its end has come, or Kafka says that nothing committed follows: offsets
 * have gaps, and the last of them may be a transaction's marker or hidden by an open transaction. */
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 1024, POLL_MS = 200, ANSWER_TIMEOUT_MS = 8000, SILENCE_US = 9000000 };

struct progress {
    struct hf_session *session;
    const struct hf_scan *scan;
    struct hf_reader *reader;
    int64_t *ends; /* by partition; 0: done, or not ours */
    int32_t partitions, left;
    int is_ended; /* by visit */
};

static void finish_partition(struct progress *progress, int32_t partition)
{
    if (progress->ends[partition] > 0)
        progress->left--;
    progress->ends[partition] = 0;
}

/* Starts a partition where it holds anything to read. */
static int add_partition(struct progress *progress, int32_t partition, struct hf_error *error)
{
    const struct hf_scan *scan = progress->scan;
    int64_t first, end;
    if (hf_admin_offsets(progress->session->admin, scan->topic, partition, ANSWER_TIMEOUT_MS, &first, &end, error) !=
        HF_OK)
        return HF_EIO;
    int64_t from = scan->from_end ? end : scan->from > first ? scan->from : HF_OFFSET_BEGINNING;
    if (!scan->follow && (first >= end || from >= end))
        return HF_OK;
    progress->ends[partition] = end > 0 ? end : 1;
    progress->left++;
    return hf_reader_add(progress->reader, scan->topic, 0, partition, from, error);
}

static int add_partitions(struct progress *progress, struct hf_error *error)
{
    int result = HF_OK;
    for (int32_t i = 0; result == HF_OK && i < progress->partitions; i++)
        if (progress->scan->partition < 0 || progress->scan->partition == i)
            result = add_partition(progress, i, error);
    return result;
}

/* A batch that can not be read is said on stderr, where it does not disturb who reads the records. */
static void warn_of_damage(const struct hf_scan *scan, const struct hf_record *record)
{
    fprintf(stderr, "headframe: %s [%d]: offsets %lld to %lld can not be read and are left out: %.*s\n", scan->topic,
            record->partition, (long long)record->offset, (long long)record->last_offset, (int)record->value_length,
            record->value);
}

static void take(struct progress *progress, const struct hf_record *record)
{
    const struct hf_scan *scan = progress->scan;
    progress->session->is_unreachable = 0;
    if (record->is_damaged)
        warn_of_damage(scan, record);
    else if (!record->is_end && (scan->follow || progress->ends[record->partition] > record->offset))
        progress->is_ended = scan->visit(scan->context, record) != 0;
    if (record->is_end && scan->out_hidden_from && record->offset < progress->ends[record->partition])
        *scan->out_hidden_from = record->offset;
    if (!scan->follow && (record->is_end || hf_record_next(record) >= progress->ends[record->partition]))
        finish_partition(progress, record->partition);
}

/* Reads until the end. A silent Kafka ends it too, unless it follows. */
static int read_all(struct progress *progress)
{
    static struct hf_record records[BATCH];
    struct hf_error error;
    gint64 heard_us = g_get_monotonic_time();
    while (progress->left > 0 && !progress->is_ended) {
        int count = hf_reader_poll(progress->reader, POLL_MS, records, BATCH, &error);
        for (int i = 0; i < count && !progress->is_ended; i++)
            take(progress, &records[i]);
        hf_reader_release(progress->reader);
        if (count < 0)
            return hf_session_fail(progress->session, "%s", error.text);
        gint64 now_us = g_get_monotonic_time();
        if (count > 0 || !progress->session->is_unreachable)
            heard_us = now_us;
        else if (!progress->scan->follow && now_us - heard_us > SILENCE_US)
            return hf_session_unreachable(progress->session, "");
    }
    return HF_CONTINUE;
}

int hf_scan_run(struct hf_session *session, const struct hf_scan *scan)
{
    struct progress progress = {.session = session, .scan = scan};
    struct hf_error error;
    int code = hf_session_find_topic(session, scan->topic, &progress.partitions);
    if (code != HF_CONTINUE)
        return code;
    if (scan->partition >= progress.partitions)
        return hf_session_fail(session, "topic %s has no partition %d: they are numbered from 0 to %d", scan->topic,
                               scan->partition, progress.partitions - 1);
    progress.ends = g_new0(int64_t, progress.partitions);
    session->says_unreachable = scan->follow;
    if (hf_reader_new(&session->kafka, scan->isolation, &progress.reader, &error) != HF_OK ||
        add_partitions(&progress, &error) != HF_OK)
        code = hf_session_fail(session, "%s", error.text);
    else
        code = read_all(&progress);
    hf_reader_free(&progress.reader);
    g_free(progress.ends);
    return code;
}
