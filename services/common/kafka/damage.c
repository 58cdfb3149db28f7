/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how far a batch reaches that can not be read.
 *
 * librdkafka tells the first offset of such a batch, never its last, and does not get past it: it fetches the same batch
 * again for ever. But whoever asks Kafka for an offset inside a batch is given that batch. So the first offset that
 * brings something else is behind it, and is found by doubling a distance, then halving the interval:
 *
 *     base        position                              next
 *   ───┬──────────────┬──────────────────────────────────┬──────────────
 *      │         batch that can not be read              │ readable, another damaged batch, or the end
 *
 * Invariant: `inside` brings the batch, `outside` does not. Every question is a fetch of its own, because librdkafka may
 * lose its way behind a damaged batch (it skips to a wrong byte after a wrong checksum, and trusts what stands there). */
#include "damage.h"

#include <glib.h>

enum { ANSWER_MS = 3000, ASK_MS = 5000 };

enum answer { READABLE, DAMAGED, SILENT };

struct batch {
    rd_kafka_topic_t *topic;
    int32_t partition;
    int64_t base, position; /* its first offset as it says itself; where we met it */
    int is_unknown_format;
    rd_kafka_queue_t *queue; /* for the answers */
};

int damage_is(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR__BAD_MSG || error == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
           error == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED;
}

/* Waits for the first thing that says anything about the log. */
static enum answer await(rd_kafka_queue_t *queue, int64_t *out_base)
{
    gint64 deadline_us = g_get_monotonic_time() + ANSWER_MS * G_GINT64_CONSTANT(1000), left_us;
    enum answer answer = SILENT;
    while (answer == SILENT && (left_us = deadline_us - g_get_monotonic_time()) > 0) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(queue, (int)(left_us / 1000) + 1);
        if (!message)
            continue;
        if (!message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            answer = READABLE;
        } else if (damage_is(message->err)) {
            answer = DAMAGED;
            *out_base = message->offset;
        }
        rd_kafka_message_destroy(message);
    }
    return answer;
}

/* What is at offset. Of a batch that can not be read, its first offset as it says itself. */
static enum answer ask(const struct batch *batch, int64_t offset, int64_t *out_base)
{
    if (rd_kafka_consume_start_queue(batch->topic, batch->partition, offset, batch->queue) != 0)
        return SILENT;
    enum answer answer = await(batch->queue, out_base);
    rd_kafka_consume_stop(batch->topic, batch->partition);
    return answer;
}

/* What is at offset, which is behind batch->position: DAMAGED only of the same batch. Of another one that begins before
 * offset, *out_outside becomes its first offset. */
static enum answer ask_behind(const struct batch *batch, int64_t offset, int64_t *out_outside)
{
    int64_t base;
    *out_outside = offset;
    switch (ask(batch, offset, &base)) {
    case READABLE:
        return READABLE;
    case DAMAGED:
        if (base == batch->base)
            return DAMAGED;
        if (base > batch->position && base < offset)
            *out_outside = base;
        return READABLE;
    default:
        /* Of a format that it does not know, librdkafka says so only to who asks for the first offset. So silence means
         * that batch, if Kafka answers now. */
        return ask(batch, batch->position, &base) == DAMAGED && batch->is_unknown_format ? DAMAGED : SILENT;
    }
}

static int search(const struct batch *batch, int64_t end, int64_t *out_next)
{
    int64_t inside = batch->position, outside = end, step = 1;
    while (outside - inside > 1) {
        int is_doubling = outside == end && step < end - inside;
        int64_t found, middle = is_doubling ? inside + step : inside + (outside - inside) / 2;
        enum answer answer = ask_behind(batch, middle, &found);
        if (answer == SILENT)
            return HF_EIO;
        if (answer == DAMAGED)
            inside = middle;
        else
            outside = MAX(found, inside + 1);
        step *= 2;
    }
    *out_next = outside;
    return 1;
}

int damage_measure(rd_kafka_t *client, const rd_kafka_message_t *error, int64_t position, int64_t *out_first,
                   int64_t *out_next)
{
    const char *name = rd_kafka_topic_name(error->rkt);
    struct batch batch = {
        .partition = error->partition,
        .position = position,
        .is_unknown_format = error->err == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED,
    };
    int64_t first, end;
    /* Of a reader of committed records, the end is the last stable offset: nothing behind it is handed out. */
    if (rd_kafka_query_watermark_offsets(client, name, batch.partition, &first, &end, ASK_MS) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return HF_EIO;
    batch.topic = rd_kafka_topic_new(client, name, NULL);
    batch.queue = rd_kafka_queue_new(client);
    enum answer answer = ask(&batch, position, &batch.base);
    int result = answer == SILENT ? HF_EIO : 0;
    if (answer == DAMAGED && end > position)
        result = search(&batch, end, out_next);
    if (result == 1)
        *out_first = MAX(position, batch.base);
    rd_kafka_queue_destroy(batch.queue);
    rd_kafka_topic_destroy(batch.topic);
    return result;
}
