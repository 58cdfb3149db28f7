/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps a mine directory level with reference.mines, and with the values that stand where it holds a bad record. */
#include "mine_feed.h"

#include <glib.h>
#include <string.h>

#include "headframe/standing.h"

enum { BATCH = 512, WAIT_MS = 50, ASK_TIMEOUT_MS = 2000, PATIENCE_MS = 10000, RETRY_MS = 1000 };

static const enum hf_topic topics[] = {HF_TOPIC_MINES, HF_TOPIC_STANDING};

struct hf_mine_feed {
    struct hf_cluster *cluster;
    struct hf_reader *reader;
    struct hf_mine_directory *directory;
    struct hf_standing *standing;
    int64_t *positions[G_N_ELEMENTS(topics)]; /* by topic and partition: the next offset to come */
};

/* Applies what stands in the place of bad records. */
static void apply_instead(struct hf_mine_feed *feed, const struct hf_record *record)
{
    struct hf_error unused; /* it was good when it was written */
    if (hf_mine_directory_apply(feed->directory, record, &unused) == HF_OK)
        hf_standing_accept_instead(feed->standing, HF_TOPIC_MINES, record);
}

/* A batch that can not be read says nothing about any mine: all go on as they are known. */
static int pass_damage(const struct hf_mine_feed *feed, const struct hf_record *record, struct hf_error *error)
{
    const char *topic = feed->cluster->names[topics[record->tag]];
    if (topics[record->tag] != HF_TOPIC_MINES)
        return hf_record_fail(record, topic, error); /* it is our own */
    g_autofree char *reason = g_strndup(record->value, record->value_length);
    hf_log(HF_LOG_WARN, "bad-reference", "topic=%s partition=%d offset=%lld last_offset=%lld reason=%s", topic,
           record->partition, (long long)record->offset, (long long)record->last_offset, hf_log_quote(reason));
    return HF_OK;
}

static void take_mine(struct hf_mine_feed *feed, const struct hf_record *record)
{
    struct hf_error error;
    struct hf_record instead;
    if (hf_mine_directory_apply(feed->directory, record, &error) == HF_OK) {
        hf_standing_accept(feed->standing, HF_TOPIC_MINES, record);
        return;
    }
    hf_log(HF_LOG_WARN, "bad-reference", "topic=%s partition=%d offset=%lld reason=%s",
           feed->cluster->names[HF_TOPIC_MINES], record->partition, (long long)record->offset,
           hf_log_quote(error.text));
    if (hf_standing_refuse(feed->standing, HF_TOPIC_MINES, record, &instead))
        apply_instead(feed, &instead);
}

static int take(struct hf_mine_feed *feed, const struct hf_record *record, struct hf_error *error)
{
    struct hf_record instead;
    enum hf_topic topic;
    feed->positions[record->tag][record->partition] = hf_record_next(record);
    if (record->is_end)
        return HF_OK;
    if (record->is_damaged)
        return pass_damage(feed, record, error);
    if (topics[record->tag] == HF_TOPIC_MINES)
        take_mine(feed, record);
    else if (hf_standing_take(feed->standing, record, &topic, &instead) && topic == HF_TOPIC_MINES)
        apply_instead(feed, &instead);
    return HF_OK;
}

static int poll_once(struct hf_mine_feed *feed, int timeout_ms, struct hf_error *error)
{
    struct hf_record records[BATCH];
    int result = HF_OK, count = hf_reader_poll(feed->reader, timeout_ms, records, BATCH, error);
    for (int i = 0; i < count && result == HF_OK; i++)
        result = take(feed, &records[i], error);
    hf_reader_release(feed->reader);
    return count < 0 ? count : result;
}

int hf_mine_feed_poll(struct hf_mine_feed *feed, struct hf_error *error)
{
    return poll_once(feed, 0, error);
}

static int catch_up_partition(struct hf_mine_feed *feed, size_t tag, int32_t partition, int64_t deadline_ms,
                              struct hf_error *error)
{
    const char *topic = feed->cluster->names[topics[tag]];
    int64_t end;
    int result = hf_admin_offsets(feed->cluster->admin, topic, partition, ASK_TIMEOUT_MS, NULL, &end, error);
    while (result == HF_OK && feed->positions[tag][partition] < end) {
        if (hf_stop_requested())
            return HF_ECANCELED;
        if (hf_monotonic_ms() > deadline_ms)
            return hf_error_set(error, HF_EIO, HF_ACTION_RETRY,
                                "%s [%d] can not be read to its end: is a transaction open on it?", topic, partition);
        result = poll_once(feed, WAIT_MS, error);
    }
    return result;
}

int hf_mine_feed_catch_up(struct hf_mine_feed *feed, struct hf_error *error)
{
    int64_t deadline_ms = hf_monotonic_ms() + PATIENCE_MS;
    int result = HF_OK;
    for (size_t tag = 0; tag < G_N_ELEMENTS(topics); tag++)
        for (int32_t i = 0; i < feed->cluster->partitions[topics[tag]] && result == HF_OK; i++)
            result = catch_up_partition(feed, tag, i, deadline_ms, error);
    return result;
}

/* At the start there is nothing else to do: waits until Kafka answers. */
static int catch_up_patiently(struct hf_mine_feed *feed, struct hf_error *error)
{
    for (;;) {
        int result = hf_mine_feed_catch_up(feed, error);
        if (result != HF_EIO || error->action != HF_ACTION_RETRY)
            return result;
        hf_log(HF_LOG_WARN, "waiting", "topic=%s reason=%s", feed->cluster->names[HF_TOPIC_MINES],
               hf_log_quote(error->text));
        if (hf_sleep_ms(RETRY_MS) != HF_OK)
            return HF_ECANCELED;
    }
}

int hf_mine_feed_new(struct hf_cluster *cluster, struct hf_mine_feed **out_feed, struct hf_error *error)
{
    struct hf_mine_feed *feed = g_new0(struct hf_mine_feed, 1);
    feed->cluster = cluster;
    feed->directory = hf_mine_directory_new();
    feed->standing = hf_standing_new();
    int result = hf_reader_new(&cluster->runtime->kafka, HF_READ_COMMITTED, &feed->reader, error);
    for (size_t tag = 0; tag < G_N_ELEMENTS(topics); tag++) {
        int32_t count = cluster->partitions[topics[tag]];
        feed->positions[tag] = g_new0(int64_t, (gsize)count);
        for (int32_t i = 0; i < count && result == HF_OK; i++)
            result = hf_reader_add(feed->reader, cluster->names[topics[tag]], (int)tag, i, HF_OFFSET_BEGINNING, error);
    }
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
    hf_standing_free(&(*feed)->standing);
    for (size_t tag = 0; tag < G_N_ELEMENTS(topics); tag++)
        g_free((*feed)->positions[tag]);
    g_free(*feed);
    *feed = NULL;
}

const struct hf_mine_directory *hf_mine_feed_directory(const struct hf_mine_feed *feed)
{
    return feed->directory;
}
