/* SPDX-License-Identifier: Apache-2.0 */
/* What a broker may have left of a log of records. */
#ifndef HEADFRAME_TESTS_UNIT_TOPIC_LEFT_H
#define HEADFRAME_TESTS_UNIT_TOPIC_LEFT_H

#include "../../../services/common/engine/segment_log.h"
#include "history.h"
#include "outputs.h"

/* The log cleaned up to some record, tombstones in there gone or not; or, as while the cleaner is at work, without a
 * part of what can go. history decides. Release with outputs_free. */
struct outputs *topic_left(struct history *history, const struct outputs *log);

/* Reads the log as topic_left leaves it into a new partition of the bench's kind and rules whose segment log has the
 * shape, and ends reading back. Release with hf_partition_free. */
struct hf_partition *read_back(struct history *history, struct bench *bench, const struct outputs *log,
                               const struct segment_shape *shape);

/* Gives an empty partition a segment log of that shape (borrowed). */
void use_shape(struct hf_partition *partition, const struct segment_shape *shape);

#endif
