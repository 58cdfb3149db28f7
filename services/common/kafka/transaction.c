/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how a transaction is written, and that every doubt about its outcome ends in REBUILD: a commit may have
 * succeeded on the broker although it failed here, so nothing is ever inferred from a failure. */
#include "headframe/kafka_transaction.h"

#include <glib.h>
#include <stdio.h>

#include "headframe/topics.h"
#include "internal.h"

enum { CALL_TIMEOUT_MS = 20000 };

struct hf_producer {
    struct hf_kafka_link link;
    rd_kafka_t *client;
    int is_transactional;
    int in_transaction;
    char delivery_failure[256]; /* of the first record that failed; empty: none did */
};

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct hf_producer *producer = ((struct hf_kafka_link *)opaque)->owner;
    (void)client;
    if (message->err && !producer->delivery_failure[0])
        g_snprintf(producer->delivery_failure, sizeof producer->delivery_failure, "%s: %s",
                   rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
}

/* Turns a librdkafka error into ours and destroys it. */
static int take_error(rd_kafka_error_t *failure, const char *call, enum hf_action action, struct hf_error *error)
{
    hf_error_set(error, HF_EIO, action, "%s: %s: %s", call, rd_kafka_error_name(failure),
                 rd_kafka_error_string(failure));
    rd_kafka_error_destroy(failure);
    return HF_EIO;
}

static int initialise_transactions(struct hf_producer *producer, int timeout_ms, struct hf_error *error)
{
    rd_kafka_error_t *failure = rd_kafka_init_transactions(producer->client, timeout_ms);
    rd_kafka_poll(producer->client, 0);
    if (!failure)
        return HF_OK;
    int is_retriable = rd_kafka_error_is_retriable(failure) || !rd_kafka_error_is_fatal(failure);
    return take_error(failure, "init_transactions", is_retriable ? HF_ACTION_RETRY : HF_ACTION_REBUILD, error);
}

int hf_producer_new(const struct hf_kafka_settings *settings, const char *transactional_id, int timeout_ms,
                    struct hf_producer **out_producer, struct hf_error *error)
{
    char limit[16];
    g_snprintf(limit, sizeof limit, "%d", HF_RECORD_LIMIT_BYTES);
    const struct hf_kafka_property defaults[] = {
        {"linger.ms", "5"},
        {"compression.codec", "lz4"},
        {"message.max.bytes", limit},
        {"queue.buffering.max.messages", "200000"},
        {"transaction.timeout.ms", "10000"},
        {NULL, NULL},
    };
    const struct hf_kafka_property required[] = {
        {"enable.idempotence", "true"},
        {"partitioner", "murmur2_random"},
        {transactional_id ? "transactional.id" : NULL, transactional_id},
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf;
    struct hf_producer *producer = g_new0(struct hf_producer, 1);
    producer->link = (struct hf_kafka_link){settings, producer};
    producer->is_transactional = transactional_id != NULL;
    int result = hf_kafka_configure(&producer->link, defaults, required, &conf, error);
    if (result == HF_OK) {
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
        result = hf_kafka_create(RD_KAFKA_PRODUCER, conf, &producer->client, error);
    }
    if (result == HF_OK && producer->is_transactional)
        result = initialise_transactions(producer, timeout_ms, error);
    if (result != HF_OK) {
        if (producer->client)
            rd_kafka_destroy(producer->client);
        g_free(producer);
        return result;
    }
    *out_producer = producer;
    return HF_OK;
}

void hf_producer_free(struct hf_producer **producer)
{
    if (!*producer)
        return;
    rd_kafka_purge((*producer)->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll((*producer)->client, 0);
    rd_kafka_destroy((*producer)->client);
    g_free(*producer);
    *producer = NULL;
}

int hf_producer_begin(struct hf_producer *producer, struct hf_error *error)
{
    producer->delivery_failure[0] = '\0';
    rd_kafka_error_t *failure = rd_kafka_begin_transaction(producer->client);
    if (failure)
        return take_error(failure, "begin_transaction", HF_ACTION_REBUILD, error);
    producer->in_transaction = 1;
    return HF_OK;
}

static rd_kafka_headers_t *copy_headers(const struct hf_outgoing *record)
{
    if (!record->header_count)
        return NULL;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t i = 0; i < record->header_count; i++)
        rd_kafka_header_add(headers, record->headers[i].name, -1, record->headers[i].value,
                            (ssize_t)record->headers[i].length);
    return headers;
}

int hf_producer_send(struct hf_producer *producer, const struct hf_outgoing *record, struct hf_error *error)
{
    rd_kafka_headers_t *headers = copy_headers(record);
    int32_t partition = record->partition == HF_PARTITION_BY_KEY ? RD_KAFKA_PARTITION_UA : record->partition;
    for (;;) {
        rd_kafka_resp_err_t code =
            rd_kafka_producev(producer->client, RD_KAFKA_V_TOPIC(record->topic), RD_KAFKA_V_PARTITION(partition),
                              RD_KAFKA_V_KEY((void *)record->key, record->key_length),
                              RD_KAFKA_V_VALUE((void *)record->value, record->value_length),
                              RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (!code) /* headers now belong to the message */
            return HF_OK;
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_poll(producer->client, 50);
            continue;
        }
        if (headers)
            rd_kafka_headers_destroy(headers);
        return hf_error_set(error, HF_EIO, producer->is_transactional ? HF_ACTION_REBUILD : HF_ACTION_RETRY,
                            "produce to %s: %s", record->topic, rd_kafka_err2str(code));
    }
}

static int send_offsets(struct hf_producer *producer, struct hf_membership *membership,
                        const struct hf_topic_partition *offsets, size_t count, struct hf_error *error)
{
    rd_kafka_consumer_group_metadata_t *metadata = rd_kafka_consumer_group_metadata(hf_membership_handle(membership));
    if (!metadata)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "not a member of the group");
#if RD_KAFKA_VERSION >= 0x02040000
    if (rd_kafka_consumer_group_metadata_generation_id(metadata) < 0) {
        /* A broker takes offsets without a generation from anyone while the group is empty. */
        rd_kafka_consumer_group_metadata_destroy(metadata);
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "the group has not given this member a generation");
    }
#endif
    rd_kafka_topic_partition_list_t *list = hf_kafka_list(offsets, count);
    rd_kafka_error_t *failure = rd_kafka_send_offsets_to_transaction(producer->client, list, metadata, CALL_TIMEOUT_MS);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_consumer_group_metadata_destroy(metadata);
    return failure ? take_error(failure, "send_offsets_to_transaction", HF_ACTION_REBUILD, error) : HF_OK;
}

int hf_producer_commit(struct hf_producer *producer, struct hf_membership *membership,
                       const struct hf_topic_partition *offsets, size_t count, struct hf_error *error)
{
    if (count == 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "a commit without offsets would not be fenced");
    if (send_offsets(producer, membership, offsets, count, error) != HF_OK)
        return HF_EIO;
    return hf_producer_commit_records(producer, error);
}

int hf_producer_commit_records(struct hf_producer *producer, struct hf_error *error)
{
    rd_kafka_error_t *failure = rd_kafka_commit_transaction(producer->client, CALL_TIMEOUT_MS);
    rd_kafka_poll(producer->client, 0);
    if (failure) {
        take_error(failure, "commit_transaction", HF_ACTION_REBUILD, error);
        if (producer->delivery_failure[0])
            hf_error_prefix(error, "%s", producer->delivery_failure);
        return HF_EIO;
    }
    producer->in_transaction = 0;
    return HF_OK;
}

int hf_producer_flush(struct hf_producer *producer, int timeout_ms, struct hf_error *error)
{
    rd_kafka_resp_err_t code = rd_kafka_flush(producer->client, timeout_ms);
    if (code)
        return hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "not acknowledged within %d ms: %s", timeout_ms,
                            rd_kafka_err2str(code));
    if (producer->delivery_failure[0])
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s", producer->delivery_failure);
    return HF_OK;
}
