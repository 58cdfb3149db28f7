/* SPDX-License-Identifier: Apache-2.0 */
/* How far a batch reaches that can not be read; for the files of kafka/ only. */
#ifndef HEADFRAME_KAFKA_DAMAGE_H
#define HEADFRAME_KAFKA_DAMAGE_H

#include "internal.h"
#include "prefetch.h"

/* True for the errors by which librdkafka says that it can not read a batch: damaged, not to be decompressed, or of a
 * format that it does not know. */
int damage_is(rd_kafka_resp_err_t error);

/* Longer than damage_measure should ever take: each question may unpack the batch anew. */
enum { DAMAGE_MEASURE_MS = 300000 };

/* After an error of that kind: asks by client, which must fetch nothing else, what is at position in the partition, and
 * if it can not be read, where what follows begins. Takes some round trips; a few seconds where Kafka does not answer.
 * Returns 1 with the first offset of the batch that is not before position and the first one behind it, 0 where position
 * can be read after all, or HF_EIO where Kafka did not answer: nothing is known. */
int damage_measure(rd_kafka_t *client, const rd_kafka_message_t *error, int64_t position, int64_t *out_first,
                   int64_t *out_next);

#endif
