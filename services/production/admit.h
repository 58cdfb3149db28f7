/* SPDX-License-Identifier: Apache-2.0 */
/* Production events as facts. */
#ifndef HEADFRAME_PRODUCTION_ADMIT_H
#define HEADFRAME_PRODUCTION_ADMIT_H

#include "headframe/partition.h"

/* The production daemon for hf_ledger_loop_run: mass in 10^-13 g on one production date. */
const struct hf_ledger_kind *hf_production_kind(void);

#endif
