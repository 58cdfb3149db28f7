/* SPDX-License-Identifier: Apache-2.0 */
/* Restatements of one mine on one topic: which closed days each version touched that was applied after their close
 * (contract, section 2). They are counted by windows, so only the days are kept, and how often.
 *
 * Pure; one thread. Every stretch of dates includes both ends. */
#ifndef HEADFRAME_RESTATEMENT_H
#define HEADFRAME_RESTATEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/daybook.h"

/* A stretch of dates; empty where through lies before from. */
struct hf_stretch {
    int32_t from, through;
};

/* The closed days of one restatement: one stretch, or two that do not touch, ascending. */
struct hf_closed_days {
    struct hf_stretch first, second; /* second: empty where there is but one */
};

/* The days of the two effects on or before closed_through (HF_DATE_MIN: nothing was closed). Returns 1 and the days, or
 * 0 where none is. */
int hf_closed_days(const struct hf_effect *before, const struct hf_effect *after, int32_t closed_through,
                   struct hf_closed_days *out_days);

struct hf_restatements;

/* New and empty; release with hf_restatements_free, which clears the pointer and accepts NULL in it. */
struct hf_restatements *hf_restatements_new(void);
void hf_restatements_free(struct hf_restatements **restatements);

/* Adds count restatements of the same days. */
void hf_restatements_add(struct hf_restatements *restatements, const struct hf_closed_days *days, uint32_t count);

/* Forgets those whose first day is date, as before reading that day's record back. */
void hf_restatements_clear_day(struct hf_restatements *restatements, int32_t date);

/* Calls visit for each set of days whose first day is date. */
typedef void hf_restatements_visit(void *context, const struct hf_closed_days *days, uint32_t count);
void hf_restatements_visit_day(const struct hf_restatements *restatements, int32_t date, hf_restatements_visit *visit,
                               void *context);

/* How many touch at least one day of the stretches, which are count many. */
int64_t hf_restatements_count(const struct hf_restatements *restatements, const struct hf_stretch *stretches,
                              size_t count);

#endif
