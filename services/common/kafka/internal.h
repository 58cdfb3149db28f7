/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of kafka/ only: librdkafka configurations and their callbacks. */
#ifndef HEADFRAME_KAFKA_INTERNAL_H
#define HEADFRAME_KAFKA_INTERNAL_H

#include <librdkafka/rdkafka.h>

#include "headframe/error.h"
#include "headframe/kafka_client.h"
#include "headframe/kafka_membership.h"

/* What librdkafka hands to our callbacks; lives in the owner, as long as the client. */
struct hf_kafka_link {
    const struct hf_kafka_settings *settings;
    void *owner; /* struct hf_membership or struct hf_producer, for their own callbacks */
};

/* A configuration with defaults, then the user's properties, then required ones; the first and last list end with a
 * NULL name and may be NULL. Log and error callbacks are set, link (borrowed by the client) is their opaque. Returns 0
 * or HF_EINVAL; the configuration is new. */
int hf_kafka_configure(struct hf_kafka_link *link, const struct hf_kafka_property *defaults,
                       const struct hf_kafka_property *required, rd_kafka_conf_t **out_conf, struct hf_error *error);

/* Makes a client of conf, which is consumed either way, with its log messages served by poll. */
int hf_kafka_create(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **out_client, struct hf_error *error);

/* The handle of a membership. */
rd_kafka_t *hf_membership_handle(struct hf_membership *membership);

/* A librdkafka list of partitions with offsets; release with rd_kafka_topic_partition_list_destroy. */
rd_kafka_topic_partition_list_t *hf_kafka_list(const struct hf_topic_partition *partitions, size_t count);

#endif
