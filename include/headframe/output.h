/* SPDX-License-Identifier: Apache-2.0 */
/* Where a daemon's pure part writes: records by topic number, before anyone thinks of Kafka. */
#ifndef HEADFRAME_OUTPUT_H
#define HEADFRAME_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/kafka_reader.h"
#include "headframe/topics.h"

struct hf_output {
    enum hf_topic topic;
    int32_t partition; /* or HF_PARTITION_BY_KEY */
    const void *key;   /* NULL: null */
    size_t key_length;
    const void *value; /* NULL: a tombstone */
    size_t value_length;
    const struct hf_header *headers;
    size_t header_count;
};

/* write copies what it is given; it returns 0, or an error that ends the publication. */
struct hf_sink {
    int (*write)(void *context, const struct hf_output *output, struct hf_error *error);
    void *context;
};

#endif
