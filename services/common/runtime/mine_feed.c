/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps a mine directory level with reference.mines. */
#include "mine_feed.h"

#include <glib.h>

enum { BATCH = 512, WAIT_MS = 50, ASK_TIMEOUT_MS = 5000, PATIENCE_MS = 10000, RETRY_MS = 1000 };

struct hf_mine_feed {
    struct hf_cluster *cluster;
    struct hf_reader *reader;
    struct hf_mine_directory *directory;
    int64_t *positions; /* by partition: the next offset to come */
    int32_t partition_count;
};

static const char *topic_of(const struct hf_mine_feed *feed)
{
    return feed->cluster->names[HF_TOPIC_MINES];
}

static void take(struct hf_mine_feed *feed, const struct hf_record *record)
{
    struct hf_error error;
    feed->positions[record->partition] = record->offset + !record->is_end;
    if (!record->is_end && hf_mine_directory_apply(feed->directory, record, &error) != HF_OK)
        hf_log(HF_LOG_WARN, "bad-reference", "topic=%s partition=%d offset=%lld reason=%s", topic_of(feed),
               record->partition, (long long)record->offset, hf_log_quote(error.text));
}

static int poll_once(struct hf_mine_feed *feed, int timeout_ms, struct hf_error *error)
{
    struct hf_record records[BATCH];
    int count = hf_reader_poll(feed->reader, timeout_ms, records, BATCH, error);
    for (int i = 0; i < count; i++)
        take(feed, &records[i]);
    hf_reader_release(feed->reader);
    return count < 0 ? count : HF_OK;
}

int hf_mine_feed_poll(struct hf_mine_feed *feed, struct hf_error *error)
{
    return poll_once(feed, 0, error);
}

int hf_mine_feed_catch_up(struct hf_mine_feed *feed, struct hf_error *error)
{
    int64_t deadline_ms = hf_monotonic_ms() + PATIENCE_MS;
    for (int32_t i = 0; i < feed->partition_count; i++) {
        int64_t end;
        int result = hf_admin_offsets(feed->cluster->admin, topic_of(feed), i, ASK_TIMEOUT_MS, NULL, &end, error);
        while (result == HF_OK && feed->positions[i] < end) {
            if (hf_stop_requested())
                return HF_ECANCELED;
            if (hf_monotonic_ms() > deadline_ms)
                return hf_error_set(error, HF_EIO, HF_ACTION_RETRY,
                                    "%s [%d] can not be read to its end: is a transaction open on it?", topic_of(feed),
                                    i);
            result = poll_once(feed, WAIT_MS, error);
        }
        if (result != HF_OK)
            return result;
    }
    return HF_OK;
}

/* At the start there is nothing else to do: waits until Kafka answers. */
static int catch_up_patiently(struct hf_mine_feed *feed, struct hf_error *error)
{
    for (;;) {
        int result = hf_mine_feed_catch_up(feed, error);
        if (result != HF_EIO || error->action != HF_ACTION_RETRY)
            return result;
        hf_log(HF_LOG_WARN, "waiting", "topic=%s reason=%s", topic_of(feed), hf_log_quote(error->text));
        if (hf_sleep_ms(RETRY_MS) != HF_OK)
            return HF_ECANCELED;
    }
}

int hf_mine_feed_new(struct hf_cluster *cluster, struct hf_mine_feed **out_feed, struct hf_error *error)
{
    struct hf_mine_feed *feed = g_new0(struct hf_mine_feed, 1);
    feed->cluster = cluster;
    feed->directory = hf_mine_directory_new();
    feed->partition_count = cluster->partitions[HF_TOPIC_MINES];
    feed->positions = g_new0(int64_t, (gsize)feed->partition_count);
    int result = hf_reader_new(&cluster->runtime->kafka, HF_READ_COMMITTED, &feed->reader, error);
    for (int32_t i = 0; i < feed->partition_count && result == HF_OK; i++)
        result = hf_reader_add(feed->reader, topic_of(feed), 0, i, HF_OFFSET_BEGINNING, error);
    if (result == HF_OK)
        result = catch_up_patiently(feed, error);
    if (result != HF_OK)
        hf_mine_feed_free(&feed);
    else
        *out_feed = feed;
    return result;
}

void hf_mine_feed_free(struct hf_mine_feed **feed)
{
    if (!*feed)
        return;
    hf_reader_free(&(*feed)->reader);
    hf_mine_directory_free(&(*feed)->directory);
    g_free((*feed)->positions);
    g_free(*feed);
    *feed = NULL;
}

const struct hf_mine_directory *hf_mine_feed_directory(const struct hf_mine_feed *feed)
{
    return feed->directory;
}
