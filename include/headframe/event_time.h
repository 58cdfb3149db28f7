/* SPDX-License-Identifier: Apache-2.0 */
/* Which times and periods a fact may have, measured against its record's own timestamp (contract, section 4). */
#ifndef HEADFRAME_EVENT_TIME_H
#define HEADFRAME_EVENT_TIME_H

#include <stdint.h>

#include "headframe/refusal.h"

/* BAD_TIME where occurred_at lies before 1800, more than a day after timestamp_ms (-1: no timestamp, not checked), or
 * after 2299, where dates end. Returns 0 or HF_EINVAL with the refusal filled. */
int hf_check_occurred_at(int64_t occurred_at_ms, int64_t timestamp_ms, struct hf_refusal *refusal);

/* BAD_PERIOD where from lies after through, the period is longer than 400 days, or it reaches more than 400 days past
 * timestamp_ms; also where it begins before 1800 or ends after 2299. */
int hf_check_period(int32_t from, int32_t through, int64_t timestamp_ms, struct hf_refusal *refusal);

/* BAD_TIME where closed_through lies before 1800, more than a day after timestamp_ms (-1: not checked), or after 2299. */
int hf_check_closed_through(int32_t closed_through, int64_t timestamp_ms, struct hf_refusal *refusal);

#endif
