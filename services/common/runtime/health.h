/* SPDX-License-Identifier: Apache-2.0 */
/* The listener for /livez and /readyz. */
#ifndef HEADFRAME_HEALTH_H
#define HEADFRAME_HEALTH_H

#include "headframe/error.h"

/* Serves on address:port from a thread of its own until hf_health_stop. Returns 0, or HF_EIO. Main thread. */
int hf_health_start(const char *address, int port, struct hf_error *error);
void hf_health_stop(void);

/* The word for a state in /readyz and the log: "restoring", "serving" … */
const char *hf_state_name(int state);

#endif
