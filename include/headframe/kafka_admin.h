/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the cluster, and the making of topics. Calls block up to their timeout; one thread. */
#ifndef HEADFRAME_KAFKA_ADMIN_H
#define HEADFRAME_KAFKA_ADMIN_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/kafka_client.h"

struct hf_admin;

/* New client; does not wait for Kafka. Release with hf_admin_free, which clears *admin and accepts NULL in it. */
int hf_admin_new(const struct hf_kafka_settings *settings, struct hf_admin **out_admin, struct hf_error *error);
void hf_admin_free(struct hf_admin **admin);

/* The number of partitions of topic. Returns 0, HF_ENOENT where there is no such topic, or HF_EIO with
 * action RETRY where Kafka did not answer, or FATAL where no retry will help. */
int hf_admin_partition_count(struct hf_admin *admin, const char *topic, int timeout_ms, int32_t *out_count,
                             struct hf_error *error);

/* First offset and end of a partition, the end including records of open transactions (read_uncommitted): the high
 * watermark. Either output may be NULL. Returns 0, or HF_EIO with action RETRY or FATAL. */
int hf_admin_offsets(struct hf_admin *admin, const char *topic, int32_t partition, int timeout_ms, int64_t *out_first,
                     int64_t *out_end, struct hf_error *error);

struct hf_new_topic {
    const char *name;
    int32_t partitions;
    int replication; /* -1: the broker's default */
    const struct hf_kafka_property *configs;
    size_t config_count;
};

/* Creates a topic. Returns 0, or HF_EIO with the broker's reason. */
int hf_admin_create_topic(struct hf_admin *admin, const struct hf_new_topic *topic, int timeout_ms,
                          struct hf_error *error);

/* The value of a topic's setting; a new string, release with free(). Returns 0, HF_ENOENT where the broker does not
 * tell it, or HF_EIO. */
int hf_admin_topic_config(struct hf_admin *admin, const char *topic, const char *name, int timeout_ms, char **out_value,
                          struct hf_error *error);

#endif
