/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how records are fetched: librdkafka's simple consumer with all partitions forwarded to one queue, so that
 * partitions come and go one by one without touching the others. */
#include "headframe/kafka_reader.h"

#include <glib.h>
#include <stdint.h>

#include "internal.h"

enum { BATCH_LIMIT = 4096, BEGIN_AGAIN_US = 20000 };

struct hf_reader {
    struct hf_kafka_link link;
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;
    GHashTable *topics; /* name → rd_kafka_topic_t */
    rd_kafka_message_t *messages[BATCH_LIMIT];
    size_t message_count;
};

static void destroy_topic(gpointer topic)
{
    rd_kafka_topic_destroy(topic);
}

int hf_reader_new(const struct hf_kafka_settings *settings, enum hf_isolation isolation, struct hf_reader **out_reader,
                  struct hf_error *error)
{
    /* Bounded prefetch, and a short wait before fetching again once the queue was full: the default of a second
     * halves throughput. */
    static const struct hf_kafka_property defaults[] = {
        {"queued.min.messages", "100000"},
        {"queued.max.messages.kbytes", "65536"},
        {"fetch.message.max.bytes", "1048576"},
        {"fetch.wait.max.ms", "100"},
#if RD_KAFKA_VERSION >= 0x02020000
        {"fetch.queue.backoff.ms", "2"},
#endif
        {NULL, NULL},
    };
    const struct hf_kafka_property required[] = {
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "error"},
        {"isolation.level", isolation == HF_READ_COMMITTED ? "read_committed" : "read_uncommitted"},
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf;
    struct hf_reader *reader = g_new0(struct hf_reader, 1);
    reader->link.settings = settings;
    int result = hf_kafka_configure(&reader->link, defaults, required, &conf, error);
    if (result == HF_OK)
        result = hf_kafka_create(RD_KAFKA_CONSUMER, conf, &reader->client, error);
    if (result != HF_OK) {
        g_free(reader);
        return result;
    }
    reader->queue = rd_kafka_queue_new(reader->client);
    reader->topics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, destroy_topic);
    *out_reader = reader;
    return HF_OK;
}

void hf_reader_free(struct hf_reader **reader)
{
    if (!*reader)
        return;
    hf_reader_release(*reader);
    rd_kafka_queue_destroy((*reader)->queue);
    g_hash_table_destroy((*reader)->topics);
    hf_kafka_destroy((*reader)->link.settings, &(*reader)->client);
    g_free(*reader);
    *reader = NULL;
}

int hf_reader_add(struct hf_reader *reader, const char *name, int tag, int32_t partition, int64_t offset,
                  struct hf_error *error)
{
    rd_kafka_topic_t *topic = g_hash_table_lookup(reader->topics, name);
    if (!topic) {
        rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(reader->client);
        rd_kafka_topic_conf_set_opaque(conf, GINT_TO_POINTER(tag));
        topic = rd_kafka_topic_new(reader->client, name, conf);
        if (!topic)
            return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "topic %s: %s", name,
                                rd_kafka_err2str(rd_kafka_last_error()));
        g_hash_table_insert(reader->topics, g_strdup(name), topic);
    }
    if (rd_kafka_consume_start_queue(topic, partition, offset, reader->queue) != 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "%s [%d] at offset %lld: %s", name, partition,
                            (long long)offset, rd_kafka_err2str(rd_kafka_last_error()));
    return HF_OK;
}

void hf_reader_remove(struct hf_reader *reader, const char *name, int32_t partition)
{
    rd_kafka_topic_t *topic = g_hash_table_lookup(reader->topics, name);
    if (!topic)
        return;
    hf_kafka_wait_begin(reader->link.settings, "consume_stop", HF_KAFKA_LOCAL_MS);
    rd_kafka_consume_stop(topic, partition);
    hf_kafka_wait_end(reader->link.settings);
}

/* Nobody told where the beginning is (a broker that comes up may not know the topic yet), and librdkafka has given up. */
static int begin_again(const struct hf_reader *reader, const rd_kafka_message_t *message, struct hf_error *error)
{
    const struct hf_kafka_settings *settings = reader->link.settings;
    if (settings->on_log)
        settings->on_log(settings->context, 4, rd_kafka_message_errstr(message));
    g_usleep(BEGIN_AGAIN_US);
    rd_kafka_consume_stop(message->rkt, message->partition);
    if (rd_kafka_consume_start_queue(message->rkt, message->partition, message->offset, reader->queue) == 0)
        return HF_OK;
    return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "%s [%d]: %s", rd_kafka_topic_name(message->rkt),
                        message->partition, rd_kafka_err2str(rd_kafka_last_error()));
}

int64_t hf_reader_log_end(struct hf_reader *reader, const char *topic, int32_t partition)
{
    int64_t first, end;
    rd_kafka_resp_err_t code = rd_kafka_get_watermark_offsets(reader->client, topic, partition, &first, &end);
    return code || end < 0 ? -1 : end;
}

/* An error that stands in place of a record. Returns 0 where librdkafka tries again by itself. */
static int judge_error(const struct hf_reader *reader, const rd_kafka_message_t *message, struct hf_error *error)
{
    const char *topic = rd_kafka_topic_name(message->rkt);
    switch (message->err) {
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        if (message->offset == RD_KAFKA_OFFSET_BEGINNING)
            return begin_again(reader, message, error);
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL,
                            "%s [%d]: records were deleted before they were read; topics of headframe must not expire "
                            "(headframe topics checks them): %s",
                            topic, message->partition, rd_kafka_message_errstr(message));
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
        /* librdkafka goes on behind the batch: without this, records would be missing and nobody would know. */
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s [%d]: a batch can not be read: %s", topic,
                            message->partition, rd_kafka_message_errstr(message));
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s [%d]: %s; %s", topic, message->partition,
                            rd_kafka_message_errstr(message), hf_kafka_remedy(message->err));
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        if (message->offset == RD_KAFKA_OFFSET_BEGINNING) /* the same once more: it has begun again */
            return HF_OK;
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "%s [%d] is not there: %s", topic, message->partition,
                            rd_kafka_message_errstr(message));
    default:
        return HF_OK;
    }
}

static void fill(struct hf_record *record, rd_kafka_message_t *message)
{
    *record = (struct hf_record){
        .tag = GPOINTER_TO_INT(rd_kafka_topic_opaque(message->rkt)),
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = -1,
        .is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF,
        .message = message,
    };
    if (record->is_end)
        return;
    record->timestamp_ms = rd_kafka_message_timestamp(message, NULL);
    record->key = message->key;
    record->key_length = message->key_len;
    record->value = message->payload;
    record->value_length = message->len;
}

int hf_reader_poll(struct hf_reader *reader, int timeout_ms, struct hf_record *out_records, int limit,
                   struct hf_error *error)
{
    if (limit > BATCH_LIMIT)
        limit = BATCH_LIMIT;
    rd_kafka_poll(reader->client, 0);
    /* The batch call waits until the batch is full or time is up; so wait for one record, then take what is there. */
    reader->messages[0] = rd_kafka_consume_queue(reader->queue, timeout_ms);
    if (!reader->messages[0])
        return 0;
    ssize_t more =
        limit > 1 ? rd_kafka_consume_batch_queue(reader->queue, 0, reader->messages + 1, (size_t)limit - 1) : 0;
    reader->message_count = 1 + (more > 0 ? (size_t)more : 0);
    int count = 0;
    for (size_t i = 0; i < reader->message_count; i++) {
        rd_kafka_message_t *message = reader->messages[i];
        if (!message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            fill(&out_records[count++], message);
        else if (judge_error(reader, message, error) != HF_OK)
            return HF_EIO;
    }
    return count;
}

void hf_reader_release(struct hf_reader *reader)
{
    for (size_t i = 0; i < reader->message_count; i++)
        rd_kafka_message_destroy(reader->messages[i]);
    reader->message_count = 0;
}

size_t hf_record_headers(const struct hf_record *record, struct hf_header *out_headers, size_t limit)
{
    rd_kafka_headers_t *headers;
    size_t count = 0;
    if (rd_kafka_message_headers(record->message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    while (count < limit && rd_kafka_header_get_all(headers, count, &out_headers[count].name, &out_headers[count].value,
                                                    &out_headers[count].length) == RD_KAFKA_RESP_ERR_NO_ERROR)
        count++;
    return count;
}
