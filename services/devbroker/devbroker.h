/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the development broker. */
#ifndef HEADFRAME_DEVBROKER_DEVBROKER_H
#define HEADFRAME_DEVBROKER_DEVBROKER_H

#include "headframe/error.h"
#include "options.h"

/* Starts the broker, prints where it is on standard output, and serves until SIGTERM or SIGINT. Returns 0 after that,
 * or HF_EINVAL or HF_EIO where it could not start. Main thread. */
int hf_devbroker_run(const struct hf_devbroker_options *options, struct hf_error *error);

#endif
