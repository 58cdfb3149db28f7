/* SPDX-License-Identifier: Apache-2.0 */
/* All topics of one installation in memory, in the place of Kafka: records with offsets, kept for ever, always committed.
 *
 * Records of a topic stand in the order in which they were appended, across its partitions. */
#ifndef HEADFRAME_TESTS_TOPIC_LOG_H
#define HEADFRAME_TESTS_TOPIC_LOG_H

#include <glib.h>

#include "headframe/kafka_reader.h"
#include "headframe/output.h"

enum { LOG_PARTITIONS = 64 };

/* A copy of what was written; texts end in NUL beyond their length. */
struct log_record {
    enum hf_topic topic;
    int32_t partition;
    int64_t offset;       /* counted from 0 in each partition */
    int64_t timestamp_ms; /* -1: none */
    char *key, *value;    /* NULL: null */
    size_t key_length, value_length;
    struct hf_header *headers;
    size_t header_count;
};

struct topic_log {
    int32_t partition_counts[HF_TOPIC_COUNT];
    GPtrArray *records[HF_TOPIC_COUNT]; /* of struct log_record */
    int64_t ends[HF_TOPIC_COUNT][LOG_PARTITIONS];
};

/* New empty log: what is read by the daemons has partition_count partitions (1 to LOG_PARTITIONS), what is read by
 * others one. Release with topic_log_free, which clears *log and accepts NULL in it. */
struct topic_log *topic_log_new(int32_t partition_count);
void topic_log_free(struct topic_log **log);

/* Appends a copy of output. Returns it, owned by the log; or NULL where there is no such partition. */
const struct log_record *topic_log_append(struct topic_log *log, const struct hf_output *output, int64_t timestamp_ms,
                                          struct hf_error *error);

/* Where the daemons write. What a broker would refuse is an error: a record too large, one without a key on a compacted
 * topic, a partition that is not there. */
struct hf_sink topic_log_sink(struct topic_log *log);

const struct log_record *topic_log_at(const struct topic_log *log, enum hf_topic topic, size_t index);
size_t topic_log_count(const struct topic_log *log, enum hf_topic topic);
/* Counts of all topics, to see later what was appended meanwhile. */
void topic_log_mark(const struct topic_log *log, size_t out_counts[HF_TOPIC_COUNT]);

/* What compaction may leave of a topic: the last record of each key, in order, tombstones included. A new array of
 * borrowed records: release with g_ptr_array_unref. */
GPtrArray *topic_log_compacted(const struct topic_log *log, enum hf_topic topic);

/* The record as a reader gives it, tagged with its topic; borrowed from the log. */
struct hf_record log_record_view(const struct log_record *record);

#endif
