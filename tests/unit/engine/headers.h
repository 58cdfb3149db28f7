/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of records that never saw Kafka. */
#ifndef HEADFRAME_TESTS_UNIT_HEADERS_H
#define HEADFRAME_TESTS_UNIT_HEADERS_H

#include "headframe/kafka_reader.h"

/* What a test's hf_record.message points to; NULL there: no headers. The test links this hf_record_headers in the
 * place of the reader's, which asks librdkafka. */
struct test_headers {
    const struct hf_header *headers;
    size_t count;
};

#endif
