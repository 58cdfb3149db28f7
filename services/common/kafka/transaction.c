/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how a transaction is written, and that every doubt about its outcome ends in REBUILD: a commit may have
 * succeeded on the broker although it failed here, so nothing is ever inferred from a failure. Only where no retry can
 * help (rights, settings) is it FATAL. docs/kafka-errors.md lists what each broker error comes to. */
#include "headframe/kafka_transaction.h"

#include <glib.h>
#include <stdio.h>

#include "headframe/topics.h"
#include "internal.h"

/* ABORT_MS: when a producer is freed, what it left open is worth a short wait, so that readers need not wait for the
 * transaction's timeout. QUEUE_MS: a full queue empties as soon as records are sent, or fail by their timeout. */
enum { ABORT_MS = 1000, QUEUE_MS = 20000, QUEUE_POLL_MS = 50 };

struct hf_producer {
    struct hf_kafka_link link;
    rd_kafka_t *client;
    int is_transactional;
    int is_started;
    int in_transaction;
    rd_kafka_resp_err_t delivery_code; /* of the first record that failed; 0: none did */
    char delivery_failure[256];
};

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct hf_producer *producer = ((struct hf_kafka_link *)opaque)->owner;
    (void)client;
    /* What is purged only follows from what failed before. */
    if (!message->err || producer->delivery_code || message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
        message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        return;
    producer->delivery_code = message->err;
    g_snprintf(producer->delivery_failure, sizeof producer->delivery_failure, "%s: %s",
               rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
}

/* --- what a failure comes to ------------------------------------------------------------------------------------ */

static int is_fenced(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH || code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

/* Turns a librdkafka error into ours and destroys it. action is what it comes to where the code says nothing else. */
static int take_error(struct hf_producer *producer, rd_kafka_error_t *failure, const char *call, enum hf_action action,
                      struct hf_error *error)
{
    rd_kafka_resp_err_t code = rd_kafka_error_code(failure);
    /* Why a record was refused only its report tells. */
    if (producer->delivery_code && !hf_kafka_remedy(code))
        code = producer->delivery_code;
    const char *remedy = hf_kafka_remedy(code);
    int result = is_fenced(code) ? HF_EFENCED : HF_EIO;
    hf_error_set(error, result, remedy ? HF_ACTION_FATAL : action, "%s%s%s: %s: %s%s%s", producer->delivery_failure,
                 producer->delivery_code ? ": " : "", call, rd_kafka_error_name(failure),
                 rd_kafka_error_string(failure), remedy ? "; " : "", remedy ? remedy : "");
    rd_kafka_error_destroy(failure);
    return result;
}

/* --- life ------------------------------------------------------------------------------------------------------- */

int hf_producer_new(const struct hf_kafka_settings *settings, const char *transactional_id,
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
    if (result != HF_OK) {
        g_free(producer);
        return result;
    }
    *out_producer = producer;
    return HF_OK;
}

int hf_producer_start(struct hf_producer *producer, int timeout_ms, struct hf_error *error)
{
    if (producer->is_started || !producer->is_transactional)
        return HF_OK;
    hf_kafka_wait_begin(producer->link.settings, "init_transactions", timeout_ms);
    rd_kafka_error_t *failure = rd_kafka_init_transactions(producer->client, timeout_ms);
    hf_kafka_wait_end(producer->link.settings);
    rd_kafka_poll(producer->client, 0);
    if (failure) /* librdkafka goes on in the background unless the error is fatal; the next call waits for it again */
        return take_error(producer, failure, "init_transactions",
                          rd_kafka_error_is_fatal(failure) ? HF_ACTION_REBUILD : HF_ACTION_RETRY, error);
    producer->is_started = 1;
    return HF_OK;
}

/* Aborts what was left open, so that readers of committed records need not wait until the broker does it after
 * transaction.timeout.ms: the next producer of the same id would abort it too, but may be long in coming. Where this
 * fails, nothing is lost but that time. */
static void abort_transaction(struct hf_producer *producer)
{
    char unused[8];
    if (!producer->in_transaction || rd_kafka_fatal_error(producer->client, unused, sizeof unused))
        return;
    hf_kafka_wait_begin(producer->link.settings, "abort_transaction", ABORT_MS);
    rd_kafka_error_t *failure = rd_kafka_abort_transaction(producer->client, ABORT_MS);
    hf_kafka_wait_end(producer->link.settings);
    if (failure)
        rd_kafka_error_destroy(failure);
}

void hf_producer_free(struct hf_producer **producer)
{
    if (!*producer)
        return;
    abort_transaction(*producer);
    rd_kafka_purge((*producer)->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll((*producer)->client, 0);
    hf_kafka_destroy((*producer)->link.settings, &(*producer)->client);
    g_free(*producer);
    *producer = NULL;
}

/* --- a transaction ---------------------------------------------------------------------------------------------- */

int hf_producer_begin(struct hf_producer *producer, struct hf_error *error)
{
    producer->delivery_code = RD_KAFKA_RESP_ERR_NO_ERROR;
    producer->delivery_failure[0] = '\0';
    hf_kafka_wait_begin(producer->link.settings, "begin_transaction", HF_KAFKA_LOCAL_MS);
    rd_kafka_error_t *failure = rd_kafka_begin_transaction(producer->client);
    hf_kafka_wait_end(producer->link.settings);
    if (failure)
        return take_error(producer, failure, "begin_transaction", HF_ACTION_REBUILD, error);
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

static rd_kafka_resp_err_t enqueue(struct hf_producer *producer, const struct hf_outgoing *record,
                                   rd_kafka_headers_t *headers)
{
    int32_t partition = record->partition == HF_PARTITION_BY_KEY ? RD_KAFKA_PARTITION_UA : record->partition;
    return rd_kafka_producev(producer->client, RD_KAFKA_V_TOPIC(record->topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_KEY((void *)record->key, record->key_length),
                             RD_KAFKA_V_VALUE((void *)record->value, record->value_length), RD_KAFKA_V_HEADERS(headers),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
}

int hf_producer_send(struct hf_producer *producer, const struct hf_outgoing *record, struct hf_error *error)
{
    rd_kafka_headers_t *headers = copy_headers(record);
    rd_kafka_resp_err_t code = enqueue(producer, record, headers);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        hf_kafka_wait_begin(producer->link.settings, "produce", QUEUE_MS);
        while ((code = enqueue(producer, record, headers)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(producer->client, QUEUE_POLL_MS);
        hf_kafka_wait_end(producer->link.settings);
    }
    if (!code) /* headers now belong to the message */
        return HF_OK;
    if (headers)
        rd_kafka_headers_destroy(headers);
    return hf_error_set(error, HF_EIO, producer->is_transactional ? HF_ACTION_REBUILD : HF_ACTION_RETRY,
                        "%s%sproduce to %s: %s", producer->delivery_failure, producer->delivery_code ? ": " : "",
                        record->topic, rd_kafka_err2str(code));
}

/* The metadata of the group as it is now; a new object. */
static rd_kafka_consumer_group_metadata_t *current_group(struct hf_membership *membership, struct hf_error *error)
{
    rd_kafka_consumer_group_metadata_t *metadata = rd_kafka_consumer_group_metadata(hf_membership_handle(membership));
    if (!metadata)
        hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "not a member of the group");
#if RD_KAFKA_VERSION >= 0x02040000
    else if (rd_kafka_consumer_group_metadata_generation_id(metadata) < 0) {
        /* A broker takes offsets without a generation from anyone while the group is empty. */
        rd_kafka_consumer_group_metadata_destroy(metadata);
        metadata = NULL;
        hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "the group has not given this member a generation");
    }
#endif
    return metadata;
}

static rd_kafka_error_t *ask_to_take(struct hf_producer *producer, const rd_kafka_topic_partition_list_t *offsets,
                                     const rd_kafka_consumer_group_metadata_t *group, int timeout_ms)
{
    hf_kafka_wait_begin(producer->link.settings, "send_offsets_to_transaction", timeout_ms);
    rd_kafka_error_t *failure = rd_kafka_send_offsets_to_transaction(producer->client, offsets, group, timeout_ms);
    hf_kafka_wait_end(producer->link.settings);
    return failure;
}

static int send_offsets(struct hf_producer *producer, struct hf_membership *membership,
                        const struct hf_topic_partition *offsets, size_t count, int timeout_ms, struct hf_error *error)
{
    rd_kafka_consumer_group_metadata_t *metadata = current_group(membership, error);
    if (!metadata)
        return HF_EIO;
    rd_kafka_topic_partition_list_t *list = hf_kafka_list(offsets, count);
    rd_kafka_error_t *failure = ask_to_take(producer, list, metadata, timeout_ms);
    /* Another request failed the transaction while this one was under way; only the next call tells why. */
    if (failure && rd_kafka_error_code(failure) == RD_KAFKA_RESP_ERR__STATE) {
        rd_kafka_error_destroy(failure);
        failure = ask_to_take(producer, list, metadata, timeout_ms);
    }
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_consumer_group_metadata_destroy(metadata);
    rd_kafka_poll(producer->client, 0); /* for the report of what may have failed the transaction */
    return failure ? take_error(producer, failure, "send_offsets_to_transaction", HF_ACTION_REBUILD, error) : HF_OK;
}

int hf_producer_commit(struct hf_producer *producer, struct hf_membership *membership,
                       const struct hf_topic_partition *offsets, size_t count, int timeout_ms, struct hf_error *error)
{
    if (count == 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "a commit without offsets would not be fenced");
    int result = send_offsets(producer, membership, offsets, count, timeout_ms, error);
    return result == HF_OK ? hf_producer_commit_records(producer, timeout_ms, error) : result;
}

int hf_producer_commit_records(struct hf_producer *producer, int timeout_ms, struct hf_error *error)
{
    hf_kafka_wait_begin(producer->link.settings, "commit_transaction", timeout_ms);
    rd_kafka_error_t *failure = rd_kafka_commit_transaction(producer->client, timeout_ms);
    hf_kafka_wait_end(producer->link.settings);
    rd_kafka_poll(producer->client, 0);
    if (failure)
        return take_error(producer, failure, "commit_transaction", HF_ACTION_REBUILD, error);
    producer->in_transaction = 0;
    return HF_OK;
}

int hf_producer_flush(struct hf_producer *producer, int timeout_ms, struct hf_error *error)
{
    rd_kafka_resp_err_t code = rd_kafka_flush(producer->client, timeout_ms);
    if (code)
        return hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "not acknowledged within %d ms: %s", timeout_ms,
                            rd_kafka_err2str(code));
    if (producer->delivery_code)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s", producer->delivery_failure);
    return HF_OK;
}
