/* SPDX-License-Identifier: Apache-2.0 */
/* The cost sections of a summary: unit costs by metal and method, costs outside the ladder, and what was missing. */
#ifndef HEADFRAME_SUMMARY_UNIT_COST_H
#define HEADFRAME_SUMMARY_UNIT_COST_H

#include "headframe/json_writer.h"
#include "money.h"
#include "view.h"

/* Writes "unit_costs":[…] of the window and adds what was needed and not found to missing. */
void unit_costs_write(const struct view *view, const struct hf_window *window, struct missing *missing,
                      struct hf_json_writer *writer);

/* Writes "other_costs":[…] of a company: attributable exploration and growth capital on all days of the window. */
void other_costs_write(const struct view *view, const struct hf_window *window, struct missing *missing,
                       struct hf_json_writer *writer);

/* Writes "costs":[…] of a mine: every element in the currencies in which it was spent. */
void costs_spent_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer);

#endif
