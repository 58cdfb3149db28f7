/* SPDX-License-Identifier: Apache-2.0 */
/* Cost events as facts. */
#ifndef HEADFRAME_COSTS_ADMIT_H
#define HEADFRAME_COSTS_ADMIT_H

#include "headframe/partition.h"

/* The costs daemon for hf_ledger_loop_run: money in millionths, earned evenly over up to 400 dates. */
const struct hf_ledger_kind *hf_costs_kind(void);

#endif
