/* SPDX-License-Identifier: Apache-2.0 */
/* Reads partitions from given offsets, outside any consumer group: the caller keeps the positions. */
#ifndef HEADFRAME_KAFKA_READER_H
#define HEADFRAME_KAFKA_READER_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/kafka_client.h"

struct hf_reader;

enum hf_isolation { HF_READ_COMMITTED, HF_READ_UNCOMMITTED };

/* Where to start: an offset, or one of these. */
#define HF_OFFSET_BEGINNING ((int64_t)-2)

struct hf_header {
    const char *name;
    const void *value; /* NULL: null */
    size_t length;
};

/* One record, the end of a partition, or a batch that can not be read. Borrowed until hf_reader_release. */
struct hf_record {
    int tag; /* the caller's number for the topic */
    int32_t partition;
    int64_t offset;       /* at an end: where the next record will be */
    int64_t last_offset;  /* of a damaged batch */
    int64_t timestamp_ms; /* -1 where there is none */
    const char *key;      /* NULL: null */
    size_t key_length;
    const char *value; /* NULL: a tombstone */
    size_t value_length;
    int is_end; /* no record: everything committed up to offset has been read */
    /* No record: offset to last_offset, both included, can not be read (damaged, not to be decompressed, of an unknown
     * format). value is a sentence that says why; there is no key. */
    int is_damaged;
    void *message;
};

/* New reader without partitions; release with hf_reader_free, which clears *reader and accepts NULL in it. One thread.
 * Returns 0, or HF_EINVAL or HF_EIO. */
int hf_reader_new(const struct hf_kafka_settings *settings, enum hf_isolation isolation, struct hf_reader **out_reader,
                  struct hf_error *error);
void hf_reader_free(struct hf_reader **reader);

/* Starts reading a partition; records carry tag. topic is copied. Returns 0 or HF_EIO. */
int hf_reader_add(struct hf_reader *reader, const char *topic, int tag, int32_t partition, int64_t offset,
                  struct hf_error *error);

/* Stops reading it: no record of it comes after this call, whatever was fetched ahead. */
void hf_reader_remove(struct hf_reader *reader, const char *topic, int32_t partition);

/* Waits up to timeout_ms for a record, then takes what is there, at most limit. Returns how many (0: none came), or
 * HF_EIO with an error whose action says what to do: REBUILD where a partition is not there, FATAL where records are
 * lost (the position is no longer in the log). Records stay valid until hf_reader_release, which must be called before
 * the next poll. A batch that can not be read takes some round trips more; what follows it is read as ever. */
int hf_reader_poll(struct hf_reader *reader, int timeout_ms, struct hf_record *out_records, int limit,
                   struct hf_error *error);
void hf_reader_release(struct hf_reader *reader);

/* Where the log of a partition that is read ended when it was last fetched: committed or not, the offset of the next
 * record. -1: not fetched yet. Asks nobody. */
int64_t hf_reader_log_end(struct hf_reader *reader, const char *topic, int32_t partition);

/* The offset behind a record or a batch; at an end, the end. */
static inline int64_t hf_record_next(const struct hf_record *record)
{
    return record->is_end ? record->offset : (record->is_damaged ? record->last_offset : record->offset) + 1;
}

/* For topics without which nothing can go on: fills error (action FATAL) for a damaged batch of topic and returns
 * HF_EIO. */
int hf_record_fail(const struct hf_record *record, const char *topic, struct hf_error *error);

/* The headers of a record, at most limit; names and values are borrowed like the record. Returns how many; 0
 * of a damaged batch. */
size_t hf_record_headers(const struct hf_record *record, struct hf_header *out_headers, size_t limit);

#endif
