/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that each record is handed out once, whatever librdkafka says between records. */
#include "headframe/kafka_reader.h"

#include <stdlib.h>

#include "../unit.h"
#include "mock.h"

enum { RECORDS = 3, PATIENCE_MS = 30000, POLL_MS = 100, BATCH = 16 };

/* What was taken from the queue and is handed out behind the next thing in it. */
static rd_kafka_message_t *kept;
static int is_swapping;

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker asks for them
rd_kafka_message_t *__wrap_rd_kafka_consume_queue(rd_kafka_queue_t *queue, int timeout_ms);
rd_kafka_message_t *__real_rd_kafka_consume_queue(rd_kafka_queue_t *queue, int timeout_ms);
ssize_t __wrap_rd_kafka_consume_batch_queue(rd_kafka_queue_t *queue, int timeout_ms, rd_kafka_message_t **messages,
                                            size_t size);
ssize_t __real_rd_kafka_consume_batch_queue(rd_kafka_queue_t *queue, int timeout_ms, rd_kafka_message_t **messages,
                                            size_t size);

rd_kafka_message_t *__wrap_rd_kafka_consume_queue(rd_kafka_queue_t *queue, int timeout_ms)
{
    if (!is_swapping)
        return __real_rd_kafka_consume_queue(queue, timeout_ms);
    is_swapping = 0;
    kept = __real_rd_kafka_consume_queue(queue, PATIENCE_MS);
    return __real_rd_kafka_consume_queue(queue, PATIENCE_MS);
}

ssize_t __wrap_rd_kafka_consume_batch_queue(rd_kafka_queue_t *queue, int timeout_ms, rd_kafka_message_t **messages,
                                            size_t size)
{
    if (!kept)
        return __real_rd_kafka_consume_batch_queue(queue, timeout_ms, messages, size);
    messages[0] = kept;
    kept = NULL;
    return 1;
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

/* Polls until the end of the partition; adds the records' offsets to seen, each as a digit. */
static void read_to_end(struct hf_reader *reader, char *seen, size_t room)
{
    struct hf_record records[BATCH];
    struct hf_error error;
    int is_end = 0;
    for (int waited_ms = 0; !is_end && waited_ms < PATIENCE_MS; waited_ms += POLL_MS) {
        int count = hf_reader_poll(reader, POLL_MS, records, BATCH, &error);
        assert_true(count >= 0);
        for (int i = 0; i < count; i++) {
            is_end = is_end || records[i].is_end;
            size_t length = strlen(seen);
            if (!records[i].is_end)
                snprintf(seen + length, room - length, "%lld", (long long)records[i].offset);
        }
        hf_reader_release(reader);
    }
    assert_true(is_end);
}

/* The first record was fetched by a start that came after the fetch which is answered late: librdkafka's main thread puts
 * the error before it. */
static void an_error_before_a_record_does_not_double_it(void **state)
{
    struct mock mock;
    struct hf_reader *reader;
    struct hf_error error;
    char seen[64] = "";
    (void)state;
    mock_open(&mock);
    for (int i = 0; i < RECORDS; i++)
        mock_write(&mock);
    mock_push(&mock, FETCH, RD_KAFKA_RESP_ERR_NO_ERROR, 1);
    mock_push(&mock, FETCH, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, 1);
    is_swapping = 1;
    assert_int_equal(hf_reader_new(&mock.settings, HF_READ_COMMITTED, &reader, &error), HF_OK);
    assert_int_equal(hf_reader_add(reader, MOCK_INPUT, 0, 0, 0, &error), HF_OK);
    read_to_end(reader, seen, sizeof seen);
    assert_string_equal(seen, "012");
    hf_reader_free(&reader);
    mock_close(&mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_error_before_a_record_does_not_double_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
