/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what each error of a broker comes to, and that work goes on afterwards: docs/kafka-errors.md as a test.
 *
 * Each row has a mock cluster of its own; several run at once, since most of their time is waiting. */
#include <glib.h>
#include <stdlib.h>

#include "../unit.h"
#include "headframe/kafka_admin.h"
#include "headframe/kafka_reader.h"
#include "mock.h"

/* What the daemon must do. */
enum outcome {
    GOES_ON,  /* librdkafka tries again: nobody notices */
    JOINS,    /* partitions are revoked or lost, and assigned again */
    LATER,    /* the loop asks again */
    REBUILDS, /* new producer, memory read back */
    FENCED,   /* likewise, after a pause in which the group can tell whether a newer process did it */
    ENDS,     /* FATAL: a sentence says what to change */
    REPLACED  /* FATAL, HF_EFENCED: a newer process has the name, and keeps it */
};

struct row {
    enum request request;
    rd_kafka_resp_err_t error;
    int count; /* how many requests in a row get it */
    enum outcome outcome;
    const char *words; /* in the sentence; NULL: none is checked */
};

#define ERR(name) RD_KAFKA_RESP_ERR_##name

/* clang-format off */
static const struct row starting[] = {
    {INIT_PRODUCER_ID, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {INIT_PRODUCER_ID, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {INIT_PRODUCER_ID, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {INIT_PRODUCER_ID, ERR(CONCURRENT_TRANSACTIONS), 3, GOES_ON, NULL},
    {INIT_PRODUCER_ID, ERR(REQUEST_TIMED_OUT), 1, GOES_ON, NULL},
    {INIT_PRODUCER_ID, ERR(_TRANSPORT), 2, GOES_ON, NULL},
    {INIT_PRODUCER_ID, ERR(PRODUCER_FENCED), 1, FENCED, "_FENCED"},
    {INIT_PRODUCER_ID, ERR(INVALID_PRODUCER_EPOCH), 1, FENCED, "_FENCED"},
    {INIT_PRODUCER_ID, ERR(INVALID_TRANSACTION_TIMEOUT), 5, ENDS, "transaction.max.timeout.ms"},
    {INIT_PRODUCER_ID, ERR(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {INIT_PRODUCER_ID, ERR(CLUSTER_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {FIND_COORDINATOR, ERR(COORDINATOR_NOT_AVAILABLE), 3, GOES_ON, NULL},
    {FIND_COORDINATOR, ERR(_TRANSPORT), 2, GOES_ON, NULL},
    {FIND_COORDINATOR, ERR(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
};

static const struct row committing[] = {
    {ADD_PARTITIONS_TO_TXN, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(CONCURRENT_TRANSACTIONS), 3, GOES_ON, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(UNKNOWN_TOPIC_OR_PART), 2, GOES_ON, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(_TRANSPORT), 2, GOES_ON, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(INVALID_PRODUCER_EPOCH), 1, FENCED, "_FENCED"},
    {ADD_PARTITIONS_TO_TXN, ERR(PRODUCER_FENCED), 1, FENCED, "_FENCED"},
    {ADD_PARTITIONS_TO_TXN, ERR(INVALID_TXN_STATE), 1, REBUILDS, "INVALID_TXN_STATE"},
    {ADD_PARTITIONS_TO_TXN, ERR(UNKNOWN_PRODUCER_ID), 1, REBUILDS, "UNKNOWN_PRODUCER_ID"},
    {ADD_PARTITIONS_TO_TXN, ERR(INVALID_PRODUCER_ID_MAPPING), 1, REBUILDS, "INVALID_PRODUCER_ID_MAPPING"},
    {ADD_PARTITIONS_TO_TXN, ERR(OPERATION_NOT_ATTEMPTED), 1, REBUILDS, NULL},
    {ADD_PARTITIONS_TO_TXN, ERR(TOPIC_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {ADD_PARTITIONS_TO_TXN, ERR(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), 5, ENDS, "this right"},

    {PRODUCE, ERR(NOT_LEADER_FOR_PARTITION), 2, GOES_ON, NULL},
    {PRODUCE, ERR(LEADER_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {PRODUCE, ERR(NOT_ENOUGH_REPLICAS), 3, GOES_ON, NULL},
    {PRODUCE, ERR(NOT_ENOUGH_REPLICAS_AFTER_APPEND), 2, GOES_ON, NULL},
    {PRODUCE, ERR(KAFKA_STORAGE_ERROR), 2, GOES_ON, NULL},
    {PRODUCE, ERR(REQUEST_TIMED_OUT), 2, GOES_ON, NULL},
    {PRODUCE, ERR(UNKNOWN_TOPIC_OR_PART), 2, GOES_ON, NULL},
    {PRODUCE, ERR(INVALID_MSG), 2, GOES_ON, NULL},
    {PRODUCE, ERR(_TRANSPORT), 2, GOES_ON, NULL},
    {PRODUCE, ERR(OUT_OF_ORDER_SEQUENCE_NUMBER), 1, REBUILDS, NULL},
    {PRODUCE, ERR(UNKNOWN_PRODUCER_ID), 1, REBUILDS, NULL},
    {PRODUCE, ERR(INVALID_PRODUCER_EPOCH), 1, FENCED, NULL},
    {PRODUCE, ERR(MSG_SIZE_TOO_LARGE), 1, REBUILDS, "output: Broker: Message size too large"},
    {PRODUCE, ERR(RECORD_LIST_TOO_LARGE), 1, REBUILDS, "output: "},
    {PRODUCE, ERR(INVALID_RECORD), 1, REBUILDS, "output: Broker: "},
    {PRODUCE, ERR(TOPIC_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {PRODUCE, ERR(CLUSTER_AUTHORIZATION_FAILED), 5, ENDS, "this right"},

    {ADD_OFFSETS_TO_TXN, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {ADD_OFFSETS_TO_TXN, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {ADD_OFFSETS_TO_TXN, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {ADD_OFFSETS_TO_TXN, ERR(CONCURRENT_TRANSACTIONS), 2, GOES_ON, NULL},
    {ADD_OFFSETS_TO_TXN, ERR(REQUEST_TIMED_OUT), 2, GOES_ON, NULL},
    {ADD_OFFSETS_TO_TXN, ERR(_TRANSPORT), 2, GOES_ON, NULL},
    {ADD_OFFSETS_TO_TXN, ERR(INVALID_PRODUCER_EPOCH), 1, FENCED, "_FENCED"},
    {ADD_OFFSETS_TO_TXN, ERR(PRODUCER_FENCED), 1, FENCED, "_FENCED"},
    {ADD_OFFSETS_TO_TXN, ERR(INVALID_TXN_STATE), 1, REBUILDS, "INVALID_TXN_STATE"},
    {ADD_OFFSETS_TO_TXN, ERR(INVALID_PRODUCER_ID_MAPPING), 1, REBUILDS, "INVALID_PRODUCER_ID_MAPPING"},
    {ADD_OFFSETS_TO_TXN, ERR(GROUP_AUTHORIZATION_FAILED), 5, ENDS, "this right"},

    {TXN_OFFSET_COMMIT, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(CONCURRENT_TRANSACTIONS), 2, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(UNKNOWN_TOPIC_OR_PART), 2, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(REQUEST_TIMED_OUT), 1, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(_TRANSPORT), 1, GOES_ON, NULL},
    {TXN_OFFSET_COMMIT, ERR(ILLEGAL_GENERATION), 1, REBUILDS, "ILLEGAL_GENERATION"},
    {TXN_OFFSET_COMMIT, ERR(UNKNOWN_MEMBER_ID), 1, REBUILDS, "UNKNOWN_MEMBER_ID"},
    {TXN_OFFSET_COMMIT, ERR(REBALANCE_IN_PROGRESS), 1, REBUILDS, "REBALANCE_IN_PROGRESS"},
    {TXN_OFFSET_COMMIT, ERR(FENCED_INSTANCE_ID), 1, FENCED, "FENCED_INSTANCE_ID"},
    {TXN_OFFSET_COMMIT, ERR(INVALID_PRODUCER_EPOCH), 1, FENCED, "_FENCED"},
    {TXN_OFFSET_COMMIT, ERR(PRODUCER_FENCED), 1, FENCED, "_FENCED"},
    {TXN_OFFSET_COMMIT, ERR(INVALID_TXN_STATE), 1, REBUILDS, "INVALID_TXN_STATE"},
    {TXN_OFFSET_COMMIT, ERR(INVALID_PRODUCER_ID_MAPPING), 1, REBUILDS, "INVALID_PRODUCER_ID_MAPPING"},
    {TXN_OFFSET_COMMIT, ERR(GROUP_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {TXN_OFFSET_COMMIT, ERR(TOPIC_AUTHORIZATION_FAILED), 5, ENDS, "this right"},

    {END_TXN, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {END_TXN, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {END_TXN, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {END_TXN, ERR(CONCURRENT_TRANSACTIONS), 2, GOES_ON, NULL},
    {END_TXN, ERR(_TRANSPORT), 1, GOES_ON, NULL},
    {END_TXN, ERR(REQUEST_TIMED_OUT), 1, REBUILDS, "REQUEST_TIMED_OUT"},
    {END_TXN, ERR(UNKNOWN_PRODUCER_ID), 1, REBUILDS, "UNKNOWN_PRODUCER_ID"},
    {END_TXN, ERR(INVALID_PRODUCER_ID_MAPPING), 1, REBUILDS, "INVALID_PRODUCER_ID_MAPPING"},
    {END_TXN, ERR(UNKNOWN), 1, REBUILDS, NULL},
    {END_TXN, ERR(INVALID_PRODUCER_EPOCH), 1, FENCED, "_FENCED"},
    {END_TXN, ERR(PRODUCER_FENCED), 1, FENCED, "_FENCED"},
    {END_TXN, ERR(INVALID_TXN_STATE), 1, REBUILDS, "INVALID_TXN_STATE"},
    {END_TXN, ERR(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
};

static const struct row joining[] = {
    {JOIN_GROUP, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {JOIN_GROUP, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {JOIN_GROUP, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {JOIN_GROUP, ERR(REBALANCE_IN_PROGRESS), 2, GOES_ON, NULL},
    {JOIN_GROUP, ERR(UNKNOWN_MEMBER_ID), 1, GOES_ON, NULL},
    {JOIN_GROUP, ERR(GROUP_MAX_SIZE_REACHED), 1, GOES_ON, NULL},
    {JOIN_GROUP, ERR(_TRANSPORT), 1, GOES_ON, NULL},
    {JOIN_GROUP, ERR(FENCED_INSTANCE_ID), 2, GOES_ON, NULL},
    {JOIN_GROUP, ERR(FENCED_INSTANCE_ID), 3, REPLACED, "set instance in [headframe]"},
    {JOIN_GROUP, ERR(GROUP_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {SYNC_GROUP, ERR(NOT_COORDINATOR), 1, GOES_ON, NULL},
    {SYNC_GROUP, ERR(REBALANCE_IN_PROGRESS), 1, GOES_ON, NULL},
    {SYNC_GROUP, ERR(ILLEGAL_GENERATION), 1, GOES_ON, NULL},
    {SYNC_GROUP, ERR(UNKNOWN_MEMBER_ID), 1, GOES_ON, NULL},
    {SYNC_GROUP, ERR(FENCED_INSTANCE_ID), 2, GOES_ON, NULL},
    {SYNC_GROUP, ERR(FENCED_INSTANCE_ID), 3, REPLACED, "set instance in [headframe]"},
    {FIND_COORDINATOR, ERR(COORDINATOR_NOT_AVAILABLE), 3, GOES_ON, NULL},
    {FIND_COORDINATOR, ERR(GROUP_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
};

static const struct row belonging[] = {
    {HEARTBEAT, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {HEARTBEAT, ERR(COORDINATOR_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {HEARTBEAT, ERR(NOT_COORDINATOR), 2, GOES_ON, NULL},
    {HEARTBEAT, ERR(_TRANSPORT), 1, GOES_ON, NULL},
    {HEARTBEAT, ERR(REBALANCE_IN_PROGRESS), 1, JOINS, "revoked"},
    {HEARTBEAT, ERR(ILLEGAL_GENERATION), 1, JOINS, "lost"},
    {HEARTBEAT, ERR(UNKNOWN_MEMBER_ID), 1, JOINS, "lost"},
    {HEARTBEAT, ERR(FENCED_INSTANCE_ID), 1, JOINS, "lost"},
};

static const struct row asking[] = {
    {OFFSET_FETCH, ERR(UNSTABLE_OFFSET_COMMIT), 3, GOES_ON, NULL},
    {OFFSET_FETCH, ERR(COORDINATOR_LOAD_IN_PROGRESS), 2, GOES_ON, NULL},
    {OFFSET_FETCH, ERR(NOT_COORDINATOR), 1, LATER, NULL},
    {OFFSET_FETCH, ERR(_TRANSPORT), 1, GOES_ON, NULL},
    {OFFSET_FETCH, ERR(UNKNOWN_MEMBER_ID), 1, LATER, NULL},
    {OFFSET_FETCH, ERR(GROUP_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
};

static const struct row ends[] = {
    {LIST_OFFSETS, ERR(NOT_LEADER_FOR_PARTITION), 1, LATER, NULL},
    {LIST_OFFSETS, ERR(UNKNOWN_TOPIC_OR_PART), 1, LATER, NULL},
    {LIST_OFFSETS, ERR(LEADER_NOT_AVAILABLE), 1, LATER, NULL},
    {LIST_OFFSETS, ERR(_TRANSPORT), 1, LATER, NULL},
    {LIST_OFFSETS, ERR(TOPIC_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
};

static const struct row reading[] = {
    {FETCH, ERR(NOT_LEADER_FOR_PARTITION), 2, GOES_ON, NULL},
    {FETCH, ERR(LEADER_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {FETCH, ERR(REPLICA_NOT_AVAILABLE), 2, GOES_ON, NULL},
    {FETCH, ERR(KAFKA_STORAGE_ERROR), 2, GOES_ON, NULL},
    {FETCH, ERR(UNKNOWN_LEADER_EPOCH), 2, GOES_ON, NULL},
    {FETCH, ERR(FENCED_LEADER_EPOCH), 2, GOES_ON, NULL},
    {FETCH, ERR(UNKNOWN_TOPIC_OR_PART), 1, GOES_ON, NULL},
    {FETCH, ERR(INVALID_MSG), 2, GOES_ON, NULL},
    {FETCH, ERR(REQUEST_TIMED_OUT), 2, GOES_ON, NULL},
    {FETCH, ERR(_TRANSPORT), 2, GOES_ON, NULL},
    {FETCH, ERR(OFFSET_OUT_OF_RANGE), 1, GOES_ON, NULL},
    {FETCH, ERR(TOPIC_AUTHORIZATION_FAILED), 5, ENDS, "this right"},
    {LIST_OFFSETS, ERR(NOT_LEADER_FOR_PARTITION), 2, GOES_ON, NULL},
    {LIST_OFFSETS, ERR(UNKNOWN_TOPIC_OR_PART), 2, GOES_ON, NULL},
    {LIST_OFFSETS, ERR(_TRANSPORT), 1, GOES_ON, NULL},
};
/* clang-format on */

/* --- what is seen ----------------------------------------------------------------------------------------------- */

/* What became of a row; an outcome of -1 is none that a row may ask for. */
struct seen {
    int outcome;
    const char *stage; /* where it went wrong; NULL: nowhere */
    struct hf_error error;
};

static int outcome_of(int result, const struct hf_error *error)
{
    if (result == HF_OK)
        return GOES_ON;
    switch (error->action) {
    case HF_ACTION_RETRY:
        return LATER;
    case HF_ACTION_REBUILD:
        return result == HF_EFENCED ? FENCED : REBUILDS;
    case HF_ACTION_FATAL:
        return result == HF_EFENCED ? REPLACED : ENDS;
    default:
        return -1;
    }
}

/* After a failure that is no end: a new producer, as a rebuild makes one, must work; after success the same one. */
static void see_work_go_on(struct mock *mock, struct hf_membership *membership, struct hf_producer **producer,
                           struct seen *seen)
{
    struct hf_error error = {0};
    int result = HF_OK;
    if (seen->outcome == ENDS || seen->outcome == REPLACED)
        return;
    if (seen->outcome != GOES_ON && seen->outcome != JOINS) {
        hf_producer_free(producer);
        result = mock_start(mock, producer, &error);
    }
    for (int i = 0; i < 2 && result == HF_OK; i++) /* of some errors the next transaction fails, too */
        result = mock_commit(*producer, membership, &error);
    if (result != HF_OK) {
        seen->stage = "afterwards";
        seen->error = error;
    }
}

static void see_start(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_producer *producer = NULL;
    mock_push(mock, row->request, row->error, row->count);
    seen->outcome = outcome_of(mock_start(mock, &producer, &seen->error), &seen->error);
    hf_producer_free(&producer);
}

static void see_commit(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_membership *membership = NULL;
    struct hf_producer *producer = NULL;
    seen->stage = "start";
    if (mock_join(mock, &membership, &seen->error) == HF_OK && mock_start(mock, &producer, &seen->error) == HF_OK) {
        seen->stage = NULL;
        mock_push(mock, row->request, row->error, row->count);
        seen->outcome = outcome_of(mock_commit(producer, membership, &seen->error), &seen->error);
        see_work_go_on(mock, membership, &producer, seen);
    }
    hf_producer_free(&producer);
    hf_membership_free(&membership);
}

static void see_join(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_membership *membership = NULL;
    mock_push(mock, row->request, row->error, row->count);
    seen->outcome = outcome_of(mock_join(mock, &membership, &seen->error), &seen->error);
    hf_membership_free(&membership);
}

/* Serves the group until the heartbeat's error has had its effect. */
static int await_effect(struct mock *mock, struct hf_membership *membership, struct hf_error *error)
{
    enum { EFFECT_MS = 1500, JOIN_MS = 15000 };
    int dropped = 0, result = HF_OK;
    gint64 deadline_us = g_get_monotonic_time() + EFFECT_MS * G_GINT64_CONSTANT(1000);
    while (result == HF_OK && !dropped && g_get_monotonic_time() < deadline_us) {
        result = hf_membership_poll(membership, 20, error);
        dropped = mock->revoked + mock->lost;
    }
    return result == HF_OK && dropped ? mock_serve(membership, &mock->assigned, 1, JOIN_MS, error) : result;
}

static void see_heartbeat(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_membership *membership = NULL;
    struct hf_producer *producer = NULL;
    seen->stage = "start";
    if (mock_join(mock, &membership, &seen->error) == HF_OK) {
        seen->stage = NULL;
        mock_push(mock, row->request, row->error, row->count);
        int result = await_effect(mock, membership, &seen->error);
        seen->outcome = result > 0 ? JOINS : outcome_of(result, &seen->error);
        if (mock->revoked + mock->lost && result == 0)
            seen->stage = "not assigned again";
        struct hf_error error;
        if (result >= 0 && mock_start(mock, &producer, &error) != HF_OK)
            seen->stage = "producer";
        else if (result >= 0)
            see_work_go_on(mock, membership, &producer, seen);
        if (result > 0 && !seen->stage)
            g_strlcpy(seen->error.text, mock->lost ? "lost" : "revoked", sizeof seen->error.text);
    }
    hf_producer_free(&producer);
    hf_membership_free(&membership);
}

static void see_committed(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_membership *membership = NULL;
    struct hf_topic_partition where = {MOCK_INPUT, 0, 0};
    seen->stage = "start";
    if (mock_join(mock, &membership, &seen->error) == HF_OK) {
        seen->stage = NULL;
        mock_push(mock, row->request, row->error, row->count);
        seen->outcome = outcome_of(hf_membership_committed(membership, &where, 1, 5000, &seen->error), &seen->error);
        if (seen->outcome == GOES_ON && where.offset != -1)
            seen->stage = "an offset out of nowhere";
    }
    hf_membership_free(&membership);
}

enum { RECORDS = 5 };

static int fill_input(struct mock *mock, struct hf_error *error)
{
    struct hf_producer *producer = NULL;
    const struct hf_outgoing record = {.topic = MOCK_INPUT, .value = "value", .value_length = 5};
    int result = hf_producer_new(&mock->settings, NULL, &producer, error);
    for (int i = 0; i < RECORDS && result == HF_OK; i++)
        result = hf_producer_send(producer, &record, error);
    if (result == HF_OK)
        result = hf_producer_flush(producer, 10000, error);
    hf_producer_free(&producer);
    return result;
}

static void see_ends(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_admin *admin = NULL;
    int64_t first = -1, end = -1;
    int result = fill_input(mock, &seen->error);
    mock_push(mock, row->request, row->error, row->count);
    if (result == HF_OK)
        result = hf_admin_new(&mock->settings, &admin, &seen->error);
    if (result == HF_OK)
        result = hf_admin_offsets(admin, MOCK_INPUT, 0, 5000, &first, &end, &seen->error);
    seen->outcome = outcome_of(result, &seen->error);
    if (result == HF_OK && (first != 0 || end != RECORDS))
        seen->stage = "wrong ends";
    if (seen->stage)
        snprintf(seen->error.text, sizeof seen->error.text, "%d, %d", (int)first, (int)end);
    hf_admin_free(&admin);
}

/* Reads all records in their order. */
static int read_all(struct hf_reader *reader, struct hf_error *error)
{
    struct hf_record records[RECORDS];
    gint64 deadline_us = g_get_monotonic_time() + 15 * G_USEC_PER_SEC;
    int64_t next = 0;
    while (next < RECORDS && g_get_monotonic_time() < deadline_us) {
        int count = hf_reader_poll(reader, 100, records, RECORDS, error);
        for (int i = 0; i < count; i++)
            if (!records[i].is_end && records[i].offset != next++)
                count = hf_error_set(error, HF_EIO, HF_ACTION_NONE, "offset %lld", (long long)records[i].offset);
        hf_reader_release(reader);
        if (count < 0)
            return count;
    }
    return next == RECORDS ? HF_OK : hf_error_set(error, HF_EIO, HF_ACTION_NONE, "%d records", (int)next);
}

static void see_reading(struct mock *mock, const struct row *row, struct seen *seen)
{
    struct hf_reader *reader = NULL;
    int64_t from = row->request == LIST_OFFSETS ? HF_OFFSET_BEGINNING : 0;
    int result = fill_input(mock, &seen->error);
    mock_push(mock, row->request, row->error, row->count);
    if (result == HF_OK)
        result = hf_reader_new(&mock->settings, HF_READ_COMMITTED, &reader, &seen->error);
    if (result == HF_OK)
        result = hf_reader_add(reader, MOCK_INPUT, 0, 0, from, &seen->error);
    if (result == HF_OK)
        result = read_all(reader, &seen->error);
    seen->outcome = outcome_of(result, &seen->error);
    hf_reader_free(&reader);
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

typedef void see_row(struct mock *mock, const struct row *row, struct seen *seen);

struct task {
    see_row *see;
    const struct row *row;
    struct seen seen;
};

static void work(gpointer data, gpointer unused)
{
    struct task *task = data;
    struct mock mock;
    (void)unused;
    mock_open(&mock);
    task->seen.outcome = -1;
    task->see(&mock, task->row, &task->seen);
    /* Whoever ends meets the first of them. */
    int left = mock_left(&mock, task->row->request);
    if (!task->seen.stage && left != 0 && (task->seen.outcome != ENDS || left == task->row->count))
        task->seen.stage = "not all errors were met";
    if (mock.depth != 0)
        task->seen.stage = "a call is watched for ever";
    mock_close(&mock);
}

static const char *request_name(enum request request)
{
    static const char *const names[] = {
        [PRODUCE] = "Produce",
        [FETCH] = "Fetch",
        [LIST_OFFSETS] = "ListOffsets",
        [OFFSET_FETCH] = "OffsetFetch",
        [FIND_COORDINATOR] = "FindCoordinator",
        [JOIN_GROUP] = "JoinGroup",
        [HEARTBEAT] = "Heartbeat",
        [SYNC_GROUP] = "SyncGroup",
        [INIT_PRODUCER_ID] = "InitProducerId",
        [ADD_PARTITIONS_TO_TXN] = "AddPartitionsToTxn",
        [ADD_OFFSETS_TO_TXN] = "AddOffsetsToTxn",
        [END_TXN] = "EndTxn",
        [TXN_OFFSET_COMMIT] = "TxnOffsetCommit",
    };
    return names[request];
}

static const char *outcome_name(int outcome)
{
    static const char *const names[] = {"goes on",           "joins again", "asks later",     "rebuilds",
                                        "rebuilds (fenced)", "ends",        "ends (replaced)"};
    return outcome < 0 ? "none of them" : names[outcome];
}

/* Returns how many rows came out otherwise, saying which. */
static int judge(const struct task *tasks, size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct row *row = tasks[i].row;
        const struct seen *seen = &tasks[i].seen;
        if (seen->outcome == (int)row->outcome && !seen->stage && (!row->words || strstr(seen->error.text, row->words)))
            continue;
        print_error("%s <- %s: %s, expected %s%s%s: %s\n", request_name(row->request), rd_kafka_err2name(row->error),
                    outcome_name(seen->outcome), outcome_name((int)row->outcome), seen->stage ? "; " : "",
                    seen->stage ? seen->stage : "", seen->error.text);
        wrong++;
    }
    return wrong;
}

/* --- tables ----------------------------------------------------------------------------------------------------- */

static const struct {
    see_row *see;
    const struct row *rows;
    size_t count;
} tables[] = {
    {see_start, starting, COUNT(starting)}, {see_commit, committing, COUNT(committing)},
    {see_join, joining, COUNT(joining)},    {see_heartbeat, belonging, COUNT(belonging)},
    {see_committed, asking, COUNT(asking)}, {see_ends, ends, COUNT(ends)},
    {see_reading, reading, COUNT(reading)},
};

static struct task *tasks[COUNT(tables)];

/* Runs all rows of all tables. */
static int see_all(void **state)
{
    enum { AT_ONCE = 24 };
    GThreadPool *pool = g_thread_pool_new(work, NULL, AT_ONCE, FALSE, NULL);
    (void)state;
    for (size_t table = 0; table < COUNT(tables); table++) {
        tasks[table] = g_new0(struct task, tables[table].count);
        for (size_t i = 0; i < tables[table].count; i++) {
            tasks[table][i] = (struct task){.see = tables[table].see, .row = &tables[table].rows[i]};
            g_thread_pool_push(pool, &tasks[table][i], NULL);
        }
    }
    g_thread_pool_free(pool, FALSE, TRUE);
    return 0;
}

static int forget_all(void **state)
{
    (void)state;
    for (size_t table = 0; table < COUNT(tables); table++)
        g_free(tasks[table]);
    return 0;
}

static void judge_table(see_row *see)
{
    for (size_t table = 0; table < COUNT(tables); table++)
        if (tables[table].see == see)
            assert_int_equal(judge(tasks[table], tables[table].count), 0);
}

static void a_producer_starts(void **state)
{
    (void)state;
    judge_table(see_start);
}

static void a_transaction_commits_or_is_rebuilt(void **state)
{
    (void)state;
    judge_table(see_commit);
}

static void a_member_joins(void **state)
{
    (void)state;
    judge_table(see_join);
}

static void a_member_stays_or_joins_again(void **state)
{
    (void)state;
    judge_table(see_heartbeat);
}

static void committed_offsets_are_told(void **state)
{
    (void)state;
    judge_table(see_committed);
}

static void ends_of_partitions_are_told(void **state)
{
    (void)state;
    judge_table(see_ends);
}

static void records_are_read_once_each(void **state)
{
    (void)state;
    judge_table(see_reading);
}

/* docs/kafka-errors.md has one line for each row. */
static void the_document_says_the_same(void **state)
{
    g_autofree char *document = NULL;
    int missing = 0;
    (void)state;
    assert_true(g_file_get_contents(HEADFRAME_DOCUMENT, &document, NULL, NULL));
    for (size_t table = 0; table < COUNT(tables); table++)
        for (size_t i = 0; i < tables[table].count; i++) {
            const struct row *row = &tables[table].rows[i];
            g_autofree char *line = g_strdup_printf("\n| %s | %s | %s |", request_name(row->request),
                                                    rd_kafka_err2name(row->error), outcome_name((int)row->outcome));
            if (!strstr(document, line)) {
                print_error("not in the document:%s\n", line);
                missing++;
            }
        }
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_producer_starts),
        cmocka_unit_test(a_transaction_commits_or_is_rebuilt),
        cmocka_unit_test(a_member_joins),
        cmocka_unit_test(a_member_stays_or_joins_again),
        cmocka_unit_test(committed_offsets_are_told),
        cmocka_unit_test(ends_of_partitions_are_told),
        cmocka_unit_test(records_are_read_once_each),
        cmocka_unit_test(the_document_says_the_same),
    };
    return cmocka_run_group_tests(tests, see_all, forget_all);
}
