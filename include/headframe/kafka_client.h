/* SPDX-License-Identifier: Apache-2.0 */
/* What every connection to Kafka shares: properties, where its messages go, and the partition of a key.
 *
 * Only services/common/kafka/ includes librdkafka. */
#ifndef HEADFRAME_KAFKA_CLIENT_H
#define HEADFRAME_KAFKA_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"

struct hf_kafka_property {
    const char *name, *value;
};

/* How to reach Kafka. Borrowed by every client for its lifetime. */
struct hf_kafka_settings {
    /* librdkafka properties of the user, applied after the defaults of each role. A client refuses those that would
     * break its guarantees (isolation.level, transactional.id, …). */
    const struct hf_kafka_property *properties;
    size_t property_count;
    /* Called from the client's own polling calls; each may be NULL. level is a syslog level. */
    void (*on_log)(void *context, int level, const char *text);
    void (*on_unreachable)(void *context, const char *text); /* no broker answers any more */
    /* Called before each librdkafka call that may wait for a broker, with the call's name (a literal) and the time
     * after which it should be back, and with NULL once it is: so that someone can watch it. Calls may nest. */
    void (*on_wait)(void *context, const char *call, int timeout_ms);
    void *context;
};

/* Version of the librdkafka that is linked, for instance "2.15.1". */
const char *hf_kafka_version(void);

/* Checks that librdkafka takes every property. Returns 0, or HF_EINVAL with an error that names the property. */
int hf_kafka_check_settings(const struct hf_kafka_settings *settings, struct hf_error *error);

/* The partition of a key among count partitions, as the Java client's default partitioner places it
 * (Murmur2, sign bit cleared). */
int32_t hf_kafka_partition_of(const void *key, size_t length, int32_t count);

#endif
