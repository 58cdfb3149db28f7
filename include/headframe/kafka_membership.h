/* SPDX-License-Identifier: Apache-2.0 */
/* Membership of a consumer group: which partitions are ours, and the proof of it for transactions.
 *
 * The member fetches nothing. Records are read by a hf_reader from positions of our own; the group decides who may
 * commit which partition, and fences who may no longer. */
#ifndef HEADFRAME_KAFKA_MEMBERSHIP_H
#define HEADFRAME_KAFKA_MEMBERSHIP_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/kafka_client.h"

struct hf_membership;

struct hf_topic_partition {
    const char *topic; /* the full name; owned by whoever filled it in */
    int32_t partition;
    int64_t offset; /* -1: none */
};

/* Called from hf_membership_poll, on its thread. Topic names are borrowed for the call. */
struct hf_membership_events {
    /* These are ours from now on. */
    void (*assigned)(void *context, const struct hf_topic_partition *partitions, size_t count);
    /* All partitions are about to go; until the call returns they can still be committed. */
    void (*revoked)(void *context);
    /* All partitions are gone: nothing of them may be committed. */
    void (*lost)(void *context);
    void *context;
};

/* Joins group with the stable instance id (static membership) and subscribes to topics. events is copied. Release with
 * hf_membership_free, which calls revoked, waits for Kafka a second and a half at most, clears the pointer and accepts
 * NULL in it. The group keeps the partitions for whoever joins with the same instance id within the session's timeout,
 * unless hf_membership_leave was called before.
 * Returns 0, HF_EINVAL or HF_EIO. */
int hf_membership_new(const struct hf_kafka_settings *settings, const char *group, const char *instance,
                      const char *const *topics, size_t topic_count, const struct hf_membership_events *events,
                      struct hf_membership **out_membership, struct hf_error *error);
void hf_membership_free(struct hf_membership **membership);

/* Leaves the group, so that the partitions go to others at once: calls revoked. Waits up to timeout_ms for Kafka, which
 * then finds out by the session's timeout. Only hf_membership_free may follow. */
void hf_membership_leave(struct hf_membership *membership, int timeout_ms);

/* Serves the group protocol; must be called several times a minute. Says what librdkafka mends (on_log), each error
 * once. Joins again where the group has given the instance id to another member (calls lost), but for the third time
 * within a minute. Returns 0, or with action FATAL HF_EFENCED then, or HF_EIO where no retry will help. */
int hf_membership_poll(struct hf_membership *membership, int timeout_ms, struct hf_error *error);

/* The committed offsets of the partitions, stable ones only (no transaction over them is open). Fills in offset, -1
 * where there is none. Returns 0, or HF_EIO with action RETRY, or FATAL where no retry will help. */
int hf_membership_committed(struct hf_membership *membership, struct hf_topic_partition *partitions, size_t count,
                            int timeout_ms, struct hf_error *error);

#endif
