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

/* New producer with a stable transactional id; NULL gives a plain idempotent producer (for publish). Does not wait for
 * Kafka. Release with hf_producer_free, which aborts a transaction that is open where Kafka answers within a second,
 * drops what is not committed, clears *producer and accepts NULL in it. One thread. Returns 0 or HF_EINVAL. */
int hf_producer_new(const struct hf_kafka_settings *settings, const char *transactional_id,
                    struct hf_producer **out_producer, struct hf_error *error);
void hf_producer_free(struct hf_producer **producer);

/* Fences and aborts what a predecessor of the same transactional id left behind; must have succeeded before the first
 * transaction. Waits up to timeout_ms for Kafka and may be called again to go on waiting. Of a plain producer, or once
 * it has succeeded, does nothing. Returns 0, HF_EIO or HF_EFENCED, with action RETRY (call again), REBUILD (free this
 * producer and make another) or FATAL. */
int hf_producer_start(struct hf_producer *producer, int timeout_ms, struct hf_error *error);

/* The failures of all calls that follow: HF_EIO with action REBUILD (the outcome is unknown or the transaction failed;
 * memory and producer must be dropped) or FATAL (and no retry will help: the sentence says what to change), or
 * HF_EFENCED, likewise, where a producer of the same id has taken over, or the broker gave the transaction up. */

/* Begins a transaction. */
int hf_producer_begin(struct hf_producer *producer, struct hf_error *error);

/* Queues a record; waits while the local queue is full. Of a plain producer the action of a failure is RETRY. */
int hf_producer_send(struct hf_producer *producer, const struct hf_outgoing *record, struct hf_error *error);

/* Commits the transaction with the input offsets of membership's group. count must not be 0: an empty list would not be
 * fenced. One offset is enough to fence all that the transaction writes: the group holds member and generation against
 * its own, not the partition. Each of the two calls it takes waits up to timeout_ms; the first has been seen to wait
 * for ever where the group's coordinator is down (on_wait tells). */
int hf_producer_commit(struct hf_producer *producer, struct hf_membership *membership,
                       const struct hf_topic_partition *offsets, size_t count, int timeout_ms, struct hf_error *error);

/* Commits the transaction of a producer that consumes nothing, so that its transactional id alone fences it. Waits up
 * to timeout_ms. */
int hf_producer_commit_records(struct hf_producer *producer, int timeout_ms, struct hf_error *error);

/* Of a plain producer: waits until everything queued is acknowledged. Returns 0, or HF_EIO where a record failed or
 * timeout_ms passed. */
int hf_producer_flush(struct hf_producer *producer, int timeout_ms, struct hf_error *error);

#endif
