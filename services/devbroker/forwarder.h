/* SPDX-License-Identifier: Apache-2.0 */
/* Hands every connection to one port of 127.0.0.1 on to another. */
#ifndef HEADFRAME_DEVBROKER_FORWARDER_H
#define HEADFRAME_DEVBROKER_FORWARDER_H

#include "headframe/error.h"

struct hf_forwarder;

/* Listens on 127.0.0.1:port (0: any free one). Connections wait until hf_forwarder_start. Returns 0, or HF_EIO where
 * the port can not be had. Release with hf_forwarder_free, which clears *forwarder and accepts NULL in it. */
int hf_forwarder_new(int port, struct hf_forwarder **out_forwarder, struct hf_error *error);
void hf_forwarder_free(struct hf_forwarder **forwarder);

/* The port it listens on. */
int hf_forwarder_port(const struct hf_forwarder *forwarder);

/* Forwards to 127.0.0.1:target_port from now on, while the default main loop runs. */
void hf_forwarder_start(struct hf_forwarder *forwarder, int target_port);

#endif
