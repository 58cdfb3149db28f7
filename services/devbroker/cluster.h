/* SPDX-License-Identifier: Apache-2.0 */
/* The mock cluster: one broker with every topic of the contract, on a loopback port of its own choice. */
#ifndef HEADFRAME_DEVBROKER_CLUSTER_H
#define HEADFRAME_DEVBROKER_CLUSTER_H

#include "headframe/error.h"

struct hf_mock;

/* Starts the cluster and creates the topics. Returns 0 or HF_EIO. Release with hf_mock_free, which closes every
 * connection, clears *mock and accepts NULL in it. */
int hf_mock_new(const char *prefix, int partitions, struct hf_mock **out_mock, struct hf_error *error);
void hf_mock_free(struct hf_mock **mock);

/* The port on 127.0.0.1 that the broker itself listens on. */
int hf_mock_port(const struct hf_mock *mock);

/* True where the linked librdkafka can advertise another port than its own (since 2.10). */
int hf_mock_can_advertise(void);

/* Tells clients to come to 127.0.0.1:port from now on. Only where hf_mock_can_advertise(). */
void hf_mock_advertise(struct hf_mock *mock, int port);

#endif
