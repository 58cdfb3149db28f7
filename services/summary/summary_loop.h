/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of headframe-summary around world and publisher. */
#ifndef HEADFRAME_SUMMARY_LOOP_H
#define HEADFRAME_SUMMARY_LOOP_H

#include "headframe/daemon.h"

/* Runs until a stop is requested. Returns 0, or an error that a human must see to. Main thread. */
int summary_loop_run(struct hf_runtime *runtime, struct hf_error *error);

#endif
