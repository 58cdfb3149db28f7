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

/* Tell who watches that a call that may wait for a broker begins, and that it came back. HF_KAFKA_LOCAL_MS is for calls
 * that have no timeout of their own and wait for librdkafka's threads only. */
enum { HF_KAFKA_LOCAL_MS = 5000 };
void hf_kafka_wait_begin(const struct hf_kafka_settings *settings, const char *call, int timeout_ms);
void hf_kafka_wait_end(const struct hf_kafka_settings *settings);

/* Destroys a client, watched, and clears the pointer; NULL in it is accepted. */
void hf_kafka_destroy(const struct hf_kafka_settings *settings, rd_kafka_t **client);

/* True where no retry helps: someone must change rights or settings first. Returns what to do in words (static), or
 * NULL. */
const char *hf_kafka_remedy(rd_kafka_resp_err_t code);

/* "WHAT: the code in words": HF_EIO with action RETRY, or FATAL where there is a remedy, which is told. */
int hf_kafka_fail(struct hf_error *error, rd_kafka_resp_err_t code, const char *what, ...)
    __attribute__((format(printf, 3, 4)));

/* The handle of a membership. */
rd_kafka_t *hf_membership_handle(struct hf_membership *membership);

/* A librdkafka list of partitions with offsets; release with rd_kafka_topic_partition_list_destroy. */
rd_kafka_topic_partition_list_t *hf_kafka_list(const struct hf_topic_partition *partitions, size_t count);

#endif
