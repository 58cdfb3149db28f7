/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that an answer which says that an offset is out of range, however late, neither keeps a client from being
 * destroyed nor ends what was started since. */
#include "out_of_range.h"

#include <glib.h>
#include <stdatomic.h>
#include <unistd.h>

#include "../unit.h"
#include "headframe/kafka_reader.h"
#include "mock.h"

/* ANSWER_MS: after that the broker answers; HOLD_MS: so long a client that is destroyed stays where it takes no messages
 * any more. */
enum { ANSWER_MS = 500, HOLD_MS = 2000, PATIENCE_S = 30, BROKER_ID = 1 };

static atomic_int is_held;

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker asks for them
/* librdkafka's main thread calls it in rd_kafka_destroy, after it has taken its last message. */
void __wrap_rd_kafka_topic_partitions_remove(void *topic);
void __real_rd_kafka_topic_partitions_remove(void *topic);

void __wrap_rd_kafka_topic_partitions_remove(void *topic)
{
    if (atomic_load(&is_held))
        g_usleep(HOLD_MS * 1000L);
    __real_rd_kafka_topic_partitions_remove(topic);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

static void await_fetch(struct mock *mock)
{
    while (mock_left(mock, FETCH) > 0)
        g_usleep(10000);
}

static void a_reader_is_freed_while_the_answer_comes(void **state)
{
    struct mock mock;
    struct hf_reader *reader;
    struct hf_error error;
    (void)state;
    alarm(PATIENCE_S); /* what hangs can not be ended otherwise */
    mock_open(&mock);
    mock_write(&mock); /* at a partition's end librdkafka says that it is the end, whatever the broker says */
    rd_kafka_mock_broker_push_request_error_rtts(mock.cluster, BROKER_ID, FETCH, 1,
                                                 RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, ANSWER_MS);
    assert_int_equal(hf_reader_new(&mock.settings, HF_READ_COMMITTED, &reader, &error), HF_OK);
    assert_int_equal(hf_reader_add(reader, MOCK_INPUT, 0, 0, 0, &error), HF_OK);
    await_fetch(&mock);
    atomic_store(&is_held, 1);
    hf_reader_free(&reader);
    atomic_store(&is_held, 0);
    mock_close(&mock);
    alarm(0);
}

static rd_kafka_resp_err_t on_thread_start(rd_kafka_t *client, rd_kafka_thread_type_t type, const char *name,
                                           void *hearer)
{
    (void)client;
    (void)name;
    if (type == RD_KAFKA_THREAD_BROKER)
        out_of_range_bind(hearer);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *client, const rd_kafka_conf_t *conf, void *hearer, char *reason,
                                  size_t reason_size)
{
    (void)conf;
    (void)reason;
    (void)reason_size;
    return rd_kafka_interceptor_add_on_thread_start(client, "test", on_thread_start, hearer);
}

static rd_kafka_t *consumer_new(struct mock *mock, struct hearer *hearer)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const struct hf_kafka_property properties[] = {
        {"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock->cluster)},
        {"auto.offset.reset", "error"},
        {"fetch.error.backoff.ms", "10"},
    };
    for (size_t i = 0; i < COUNT(properties); i++)
        assert_int_equal(rd_kafka_conf_set(conf, properties[i].name, properties[i].value, reason, sizeof reason),
                         RD_KAFKA_CONF_OK);
    rd_kafka_conf_interceptor_add_on_new(conf, "test", on_new, hearer);
    return rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
}

/* What is first said of the partition after a broker has said that its first offset is out of range: the record there, or
 * an error. */
static rd_kafka_resp_err_t first_said(struct hearer *hearer)
{
    struct mock mock;
    mock_open(&mock);
    mock_write(&mock); /* at a partition's end librdkafka says that it is the end, whatever the broker says */
    mock_push(&mock, FETCH, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, 1);
    rd_kafka_t *client = consumer_new(&mock, hearer);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, MOCK_INPUT, NULL);
    assert_int_equal(rd_kafka_consume_start(topic, 0, 0), 0);
    rd_kafka_message_t *message = rd_kafka_consume(topic, 0, PATIENCE_S * 1000);
    assert_non_null(message);
    rd_kafka_resp_err_t said = message->err;
    rd_kafka_message_destroy(message);
    rd_kafka_consume_stop(topic, 0);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
    mock_close(&mock);
    return said;
}

static void one_that_hears_is_told(void **state)
{
    struct hearer hearer = {PTHREAD_MUTEX_INITIALIZER, 0};
    (void)state;
    assert_int_equal(first_said(&hearer), RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET);
}

static void a_deaf_one_goes_on(void **state)
{
    struct hearer hearer = {PTHREAD_MUTEX_INITIALIZER, 1};
    (void)state;
    assert_int_equal(first_said(&hearer), RD_KAFKA_RESP_ERR_NO_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_is_freed_while_the_answer_comes),
        cmocka_unit_test(one_that_hears_is_told),
        cmocka_unit_test(a_deaf_one_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
