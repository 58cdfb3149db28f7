/* SPDX-License-Identifier: Apache-2.0 */
/* Notices a partition whose records can not be read because a transaction on it stays open.
 *
 * Readers of committed records stop at the last stable offset: before the first record of the oldest open transaction,
 * whatever was committed behind it. A producer that begins one and neither commits nor aborts holds up everyone until
 * its transaction.timeout.ms, or for ever where the coordinator has forgotten it. */
#ifndef HEADFRAME_STANDSTILL_H
#define HEADFRAME_STANDSTILL_H

#include <stdint.h>

/* Of one partition; { .stable_end = -1 } at first, and whenever it is read anew. */
struct hf_standstill {
    int64_t stable_end; /* the last end that was read up to; -1: none yet */
    int64_t since_ms;   /* monotonic: records are behind held_at since then; 0: none are */
    int64_t held_at;
    int is_said;
};

enum hf_standstill_change { HF_STANDSTILL_SAME, HF_STANDSTILL_BEGAN, HF_STANDSTILL_ENDED };

/* Compares where reading is with the log's end (-1: not known yet), both the offset of the next record. BEGAN is told
 * once, after patience_ms at the same stable end with records behind it; and then ENDED when it moves on. */
enum hf_standstill_change hf_standstill_check(struct hf_standstill *standstill, int64_t position, int64_t log_end,
                                              int64_t now_ms, int64_t patience_ms);

/* The same, with the patience of a daemon, and logs what is told. topic is its full name. */
void hf_standstill_report(struct hf_standstill *standstill, const char *topic, int32_t partition, int64_t position,
                          int64_t log_end, int64_t now_ms);

#endif
