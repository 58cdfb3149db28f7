/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how the mock cluster of tests is set up. */
#include "mock.h"

#include <glib.h>
#include <stdlib.h>

/* BETWEEN_CALLS_US: the mock's thread serves a call and then empties its wake-up pipe; a call that comes in between is
 * seen a second later. */
enum { BROKER_ID = 1, BETWEEN_CALLS_US = 2000, PATIENCE_MS = 20000, SLICE_MS = 500, CALL_TIMEOUT_MS = 8000 };

static void ignore_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)text;
}

static void on_wait(void *context, const char *call, int timeout_ms)
{
    struct mock *mock = context;
    (void)timeout_ms;
    mock->waits += call != NULL;
    mock->depth += call ? 1 : -1;
}

void mock_open(struct mock *mock)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    *mock = (struct mock){0};
    rd_kafka_conf_set_log_cb(conf, ignore_log);
    mock->owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    mock->cluster = mock->owner ? rd_kafka_mock_cluster_new(mock->owner, 1) : NULL;
    if (!mock->cluster)
        abort();
    rd_kafka_mock_group_initial_rebalance_delay_ms(mock->cluster, 0);
    g_usleep(BETWEEN_CALLS_US);
    rd_kafka_mock_topic_create(mock->cluster, MOCK_INPUT, 1, 1);
    g_usleep(BETWEEN_CALLS_US);
    rd_kafka_mock_topic_create(mock->cluster, MOCK_OUTPUT, 1, 1);
    const struct hf_kafka_property properties[] = {
        {"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock->cluster)},
        {"heartbeat.interval.ms", "100"}, /* so that its errors come soon */
        {"session.timeout.ms", "2000"},   /* the mock waits so long for a static member that comes back */
        {"reconnect.backoff.ms", "20"},
        {"reconnect.backoff.max.ms", "100"},
        {"retry.backoff.ms", "20"},
        {"retry.backoff.max.ms", "100"},
    };
    memcpy(mock->properties, properties, sizeof properties);
    mock->settings = (struct hf_kafka_settings){
        .properties = mock->properties,
        .property_count = G_N_ELEMENTS(properties),
        .on_wait = on_wait,
        .context = mock,
    };
}

void mock_close(struct mock *mock)
{
    rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->owner);
}

void mock_push(struct mock *mock, enum request request, rd_kafka_resp_err_t error, int count)
{
    for (int i = 0; i < count; i++) {
        g_usleep(BETWEEN_CALLS_US);
        rd_kafka_mock_broker_push_request_error_rtts(mock->cluster, BROKER_ID, (int16_t)request, 1, error, 0);
    }
}

int mock_left(struct mock *mock, enum request request)
{
    size_t count = 0;
    g_usleep(BETWEEN_CALLS_US);
    rd_kafka_mock_broker_error_stack_cnt(mock->cluster, BROKER_ID, (int16_t)request, &count);
    return (int)count;
}

void mock_write(struct mock *mock)
{
    char reason[256], value[] = {'a'};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *servers = rd_kafka_mock_cluster_bootstraps(mock->cluster);
    rd_kafka_conf_set_log_cb(conf, ignore_log);
    if (rd_kafka_conf_set(conf, "bootstrap.servers", servers, reason, sizeof reason) != RD_KAFKA_CONF_OK)
        abort();
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    rd_kafka_topic_t *topic = producer ? rd_kafka_topic_new(producer, MOCK_INPUT, NULL) : NULL;
    if (!topic || rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value, sizeof value, NULL, 0, NULL) != 0 ||
        rd_kafka_flush(producer, PATIENCE_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        abort();
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
}

void mock_track(struct mock *mock)
{
    g_usleep(BETWEEN_CALLS_US);
    rd_kafka_mock_start_request_tracking(mock->cluster);
}

int mock_count(struct mock *mock, enum request request)
{
    size_t count;
    int found = 0;
    g_usleep(BETWEEN_CALLS_US);
    rd_kafka_mock_request_t **requests = rd_kafka_mock_get_requests(mock->cluster, &count);
    for (size_t i = 0; i < count; i++)
        found += rd_kafka_mock_request_api_key(requests[i]) == (int16_t)request;
    rd_kafka_mock_request_destroy_array(requests, count);
    return found;
}

static void on_assigned(void *context, const struct hf_topic_partition *partitions, size_t count)
{
    struct mock *mock = context;
    (void)partitions;
    mock->assigned += count > 0;
}

static void on_revoked(void *context)
{
    ((struct mock *)context)->revoked++;
}

static void on_lost(void *context)
{
    ((struct mock *)context)->lost++;
}

int mock_serve(struct hf_membership *membership, const int *counter, int seen, int timeout_ms, struct hf_error *error)
{
    gint64 deadline_us = g_get_monotonic_time() + timeout_ms * G_GINT64_CONSTANT(1000);
    int result = HF_OK;
    while (result == HF_OK && *counter <= seen && g_get_monotonic_time() < deadline_us)
        result = hf_membership_poll(membership, 20, error);
    return result != HF_OK ? result : *counter > seen;
}

int mock_join(struct mock *mock, struct hf_membership **out_membership, struct hf_error *error)
{
    static const char *const topics[] = {MOCK_INPUT};
    const struct hf_membership_events events = {on_assigned, on_revoked, on_lost, mock};
    int result = hf_membership_new(&mock->settings, "group", "group-one", topics, 1, &events, out_membership, error);
    if (result == HF_OK)
        result = mock_serve(*out_membership, &mock->assigned, 0, PATIENCE_MS, error);
    if (result == 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_NONE, "nothing was assigned");
    return result > 0 ? HF_OK : result;
}

int mock_start(struct mock *mock, struct hf_producer **out_producer, struct hf_error *error)
{
    gint64 deadline_us = g_get_monotonic_time() + PATIENCE_MS * G_GINT64_CONSTANT(1000);
    int result = hf_producer_new(&mock->settings, "group-one", out_producer, error);
    if (result != HF_OK)
        return result;
    do
        result = hf_producer_start(*out_producer, SLICE_MS, error);
    while (result != HF_OK && error->action == HF_ACTION_RETRY && g_get_monotonic_time() < deadline_us);
    return result;
}

int mock_commit(struct hf_producer *producer, struct hf_membership *membership, struct hf_error *error)
{
    const struct hf_outgoing record = {
        .topic = MOCK_OUTPUT, .key = "key", .key_length = 3, .value = "value", .value_length = 5};
    const struct hf_topic_partition offset = {MOCK_INPUT, 0, 7};
    int result = hf_producer_begin(producer, error);
    for (int i = 0; i < 3 && result == HF_OK; i++)
        result = hf_producer_send(producer, &record, error);
    return result == HF_OK ? hf_producer_commit(producer, membership, &offset, 1, CALL_TIMEOUT_MS, error) : result;
}
