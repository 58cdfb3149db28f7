/* SPDX-License-Identifier: Apache-2.0 */
/* The exactly-once loop of a ledger daemon around hf_partition. */
#ifndef HEADFRAME_LEDGER_LOOP_H
#define HEADFRAME_LEDGER_LOOP_H

#include "headframe/daemon.h"
#include "headframe/partition.h"

/* Runs until a stop is requested, then commits what was read and leaves. Returns 0, or an error that a human must see
 * to: topics of the wrong shape, state of a newer version, another process under the same instance name. */
int hf_ledger_loop_run(struct hf_runtime *runtime, const struct hf_ledger_kind *kind, struct hf_error *error);

#endif
