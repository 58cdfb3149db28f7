/* SPDX-License-Identifier: Apache-2.0 */
/* The section of unit costs: by metal and method. */
#ifndef HEADFRAME_SUMMARY_UNIT_COST_H
#define HEADFRAME_SUMMARY_UNIT_COST_H

#include "headframe/json_writer.h"
#include "money.h"

/* Writes "unit_costs":[…] of the valuation's window; what was needed and not found goes to the valuation's missing. */
void unit_costs_write(struct valuation *valuation, const struct hf_window *window, struct hf_json_writer *writer);

#endif
