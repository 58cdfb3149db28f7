/* SPDX-License-Identifier: Apache-2.0 */
/* librdkafka's mock cluster as a place for injected errors, and our clients on it. It proves what our code makes of a
 * broker's answer, never exactly-once: it shows aborted records to everyone. */
#ifndef HEADFRAME_TESTS_KAFKA_MOCK_H
#define HEADFRAME_TESTS_KAFKA_MOCK_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "headframe/kafka_membership.h"
#include "headframe/kafka_transaction.h"

/* Kafka's numbers of the requests that errors are injected into. */
enum request {
    PRODUCE = 0,
    FETCH = 1,
    LIST_OFFSETS = 2,
    METADATA = 3,
    OFFSET_FETCH = 9,
    FIND_COORDINATOR = 10,
    JOIN_GROUP = 11,
    HEARTBEAT = 12,
    LEAVE_GROUP = 13,
    SYNC_GROUP = 14,
    INIT_PRODUCER_ID = 22,
    ADD_PARTITIONS_TO_TXN = 24,
    ADD_OFFSETS_TO_TXN = 25,
    END_TXN = 26,
    TXN_OFFSET_COMMIT = 28
};

#define MOCK_INPUT "input"
#define MOCK_OUTPUT "output"

/* A cluster of one broker with two topics of one partition, and what its clients are made with. */
struct mock {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *cluster;
    struct hf_kafka_property properties[7];
    struct hf_kafka_settings settings;
    /* Counted by the members of mock_join. */
    int assigned, revoked, lost;
    int waits, depth; /* calls that were watched, and how deep we are in them now */
};

/* Fills in *mock, which must stay where it is until mock_close. Any thread; aborts where there is no memory or port. */
void mock_open(struct mock *mock);
void mock_close(struct mock *mock);

/* The next count requests of this kind get the error; _TRANSPORT closes the connection. */
void mock_push(struct mock *mock, enum request request, rd_kafka_resp_err_t error, int count);

/* How many of them have not come yet. */
int mock_left(struct mock *mock, enum request request);

/* Writes a record of one byte to partition 0 of the input. */
void mock_write(struct mock *mock);

/* How many requests of a kind have come since mock_track. */
void mock_track(struct mock *mock);
int mock_count(struct mock *mock, enum request request);

/* Joins the group "group" and serves it until partitions are assigned. Returns 0 or the membership's failure; the
 * membership is new either way unless NULL. */
int mock_join(struct mock *mock, struct hf_membership **out_membership, struct hf_error *error);

/* Serves a membership until *counter is more than seen, at most timeout_ms. Returns 1, 0 where it is not, or an error. */
int mock_serve(struct hf_membership *membership, const int *counter, int seen, int timeout_ms, struct hf_error *error);

/* Starts a new producer with a transactional id, as the loops do. */
int mock_start(struct mock *mock, struct hf_producer **out_producer, struct hf_error *error);

/* Writes three records and one offset in a transaction. */
int mock_commit(struct hf_producer *producer, struct hf_membership *membership, struct hf_error *error);

#endif
