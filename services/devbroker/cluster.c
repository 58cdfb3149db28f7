/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what the mock cluster holds and how it differs from librdkafka's defaults. */
#include "cluster.h"

#include <glib.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/log.h"
#include "headframe/topics.h"

#define ADVERTISE_SINCE 0x020a0000
#define REBALANCE_DELAY_SINCE 0x02060000
#define CONTROLLER_SINCE 0x020f0100

/* BETWEEN_CALLS_US: the mock's thread serves a call and then empties its wake-up pipe; a call that comes in between is
 * seen a second later. */
enum { BROKER_ID = 1, REPLICATION = 1, BETWEEN_CALLS_US = 2000 };

struct hf_mock {
    rd_kafka_t *owner; /* a producer that produces nothing: the mock lives in its threads */
    rd_kafka_mock_cluster_t *cluster;
    int port;
};

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    (void)facility; /* the text names it */
    hf_log(level <= 3 ? HF_LOG_WARN : HF_LOG_DEBUG, "librdkafka", "text=%s", hf_log_quote(text));
}

static int create_topics(struct hf_mock *mock, const char *prefix, int partitions, struct hf_error *error)
{
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        g_usleep(BETWEEN_CALLS_US);
        char *name = hf_topic_name(prefix, (enum hf_topic)i);
        rd_kafka_resp_err_t code = rd_kafka_mock_topic_create(mock->cluster, name, partitions, REPLICATION);
        if (code)
            hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "topic %s can not be created: %s", name,
                         rd_kafka_err2str(code));
        free(name);
        if (code)
            return HF_EIO;
    }
    return HF_OK;
}

static int start(struct hf_mock *mock, const char *prefix, int partitions, struct hf_error *error)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, on_log);
    mock->owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!mock->owner) {
        rd_kafka_conf_destroy(conf);
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "librdkafka: %s", reason);
    }
    mock->cluster = rd_kafka_mock_cluster_new(mock->owner, 1);
    if (!mock->cluster)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "librdkafka's mock cluster does not start");
    const char *colon = strrchr(rd_kafka_mock_cluster_bootstraps(mock->cluster), ':');
    mock->port = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
#if RD_KAFKA_VERSION >= REBALANCE_DELAY_SINCE
    /* The default of three seconds is for many members to gather; here one or two come. */
    rd_kafka_mock_group_initial_rebalance_delay_ms(mock->cluster, 0);
#endif
#if RD_KAFKA_VERSION >= CONTROLLER_SINCE
    /* By default no broker is it, and clients wait in vain for one to answer questions about topics. */
    g_usleep(BETWEEN_CALLS_US);
    rd_kafka_mock_set_controller_id(mock->cluster, BROKER_ID);
#endif
    return create_topics(mock, prefix, partitions, error);
}

int hf_mock_new(const char *prefix, int partitions, struct hf_mock **out_mock, struct hf_error *error)
{
    struct hf_mock *mock = g_new0(struct hf_mock, 1);
    int result = start(mock, prefix, partitions, error);
    if (result != HF_OK)
        hf_mock_free(&mock);
    else
        *out_mock = mock;
    return result;
}

void hf_mock_free(struct hf_mock **mock)
{
    if (!*mock)
        return;
    if ((*mock)->cluster)
        rd_kafka_mock_cluster_destroy((*mock)->cluster);
    if ((*mock)->owner)
        rd_kafka_destroy((*mock)->owner);
    g_free(*mock);
    *mock = NULL;
}

int hf_mock_port(const struct hf_mock *mock)
{
    return mock->port;
}

int hf_mock_can_advertise(void)
{
    return RD_KAFKA_VERSION >= ADVERTISE_SINCE;
}

void hf_mock_advertise(struct hf_mock *mock, int port)
{
#if RD_KAFKA_VERSION >= ADVERTISE_SINCE
    rd_kafka_mock_broker_set_host_port(mock->cluster, BROKER_ID, "127.0.0.1", port);
#else
    (void)mock;
    (void)port;
#endif
}
