/* SPDX-License-Identifier: Apache-2.0 */
/* What must be right about an input record before its mine is looked up. */
#ifndef HEADFRAME_ENGINE_EVENT_CHECK_H
#define HEADFRAME_ENGINE_EVENT_CHECK_H

#include "headframe/partition.h"

/* Holds a decoded record against the topic and partition it came on: its type, its identifiers, its key, its place,
 * its revision. Returns 0, or HF_EINVAL with the refusal filled. */
int event_check(const struct hf_ledger_kind *kind, int32_t partition, int32_t partition_count,
                const struct hf_event *event, const struct hf_record *record, struct hf_refusal *refusal);

#endif
