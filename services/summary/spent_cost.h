/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of costs that are no unit costs: those outside the ladder, and all of a mine's as they were spent. */
#ifndef HEADFRAME_SUMMARY_SPENT_COST_H
#define HEADFRAME_SUMMARY_SPENT_COST_H

#include "headframe/json_writer.h"
#include "money.h"

/* Writes "other_costs":[…] of a company: attributable exploration and growth capital on all days of the valuation's
 * window. */
void other_costs_write(struct valuation *valuation, const struct hf_window *window, struct hf_json_writer *writer);

/* Writes "costs":[…] of a mine: every element in the currencies in which it was spent. */
void costs_spent_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer);

#endif
