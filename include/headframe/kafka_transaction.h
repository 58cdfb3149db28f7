/* SPDX-License-Identifier: Apache-2.0 */
/* A transactional producer: records and input offsets become visible together or not at all. */
#ifndef HEADFRAME_KAFKA_TRANSACTION_H
#define HEADFRAME_KAFKA_TRANSACTION_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/kafka_client.h"
#include "headframe/kafka_membership.h"
#include "headframe/kafka_reader.h"

struct hf_producer;

/* Any partition: chosen from the key as the Java client does. */
enum { HF_PARTITION_BY_KEY = -1 };

/* A record to be written. Everything is copied by hf_producer_send. */
struct hf_outgoing {
    const char *topic;
    int32_t partition; /* or HF_PARTITION_BY_KEY */
    const void *key;   /* NULL: null */
    size_t key_length;
    const void *value; /* NULL: a tombstone */
    size_t value_length;
    const struct hf_header *headers;
    size_t header_count;
};

/* New producer with a stable transactional id, which fences and aborts what a predecessor left behind. NULL gives a
 * plain idempotent producer (for publish). Waits up to timeout_ms for Kafka. Release with hf_producer_free, which drops
 * what is not committed, clears *producer and accepts NULL in it. One thread.
 * Returns 0, HF_EINVAL, or HF_EIO (action RETRY where Kafka did not answer). */
int hf_producer_new(const struct hf_kafka_settings *settings, const char *transactional_id, int timeout_ms,
                    struct hf_producer **out_producer, struct hf_error *error);
void hf_producer_free(struct hf_producer **producer);

/* Begins a transaction. Returns 0 or HF_EIO with action REBUILD. */
int hf_producer_begin(struct hf_producer *producer, struct hf_error *error);

/* Queues a record; waits while the local queue is full. Returns 0 or HF_EIO. */
int hf_producer_send(struct hf_producer *producer, const struct hf_outgoing *record, struct hf_error *error);

/* Commits the transaction with the input offsets of membership's group. count must not be 0: an empty list would not be
 * fenced. Returns 0, or HF_EIO with action REBUILD: the outcome is unknown or the transaction failed, and memory must
 * be dropped. */
int hf_producer_commit(struct hf_producer *producer, struct hf_membership *membership,
                       const struct hf_topic_partition *offsets, size_t count, struct hf_error *error);

/* Commits the transaction of a producer that consumes nothing, so that its transactional id alone fences it. Returns 0,
 * or HF_EIO with action REBUILD: the outcome is unknown or the transaction failed. */
int hf_producer_commit_records(struct hf_producer *producer, struct hf_error *error);

/* Of a plain producer: waits until everything queued is acknowledged. Returns 0, or HF_EIO where a record failed or
 * timeout_ms passed. */
int hf_producer_flush(struct hf_producer *producer, int timeout_ms, struct hf_error *error);

#endif
