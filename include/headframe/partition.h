/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger daemon's memory of one input partition, and what it decides about each record: no Kafka, no clock.
 *
 * apply() takes input records in order; publish() writes what they changed: day lines, closes, ledger segments, what
 * waits in quarantine, restatements, dead letters and, last on the days and the state partition, control records.
 * Together with the input offset they are one transaction. restore_*() read the same records back. One thread. */
#ifndef HEADFRAME_PARTITION_H
#define HEADFRAME_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/day_codec.h"
#include "headframe/event.h"
#include "headframe/kafka_reader.h"
#include "headframe/ledger.h"
#include "headframe/mine_directory.h"
#include "headframe/output.h"

/* What is particular to a ledger daemon. */
struct hf_ledger_kind {
    const char *daemon; /* "headframe-production" */
    enum hf_topic input, days, state;
    enum hf_line_kind lines;
    enum hf_event_type event_type;
    /* Turns a well-formed event of mine into a fact: digest, effect and latest (the caller sets the rest).
     * timestamp_ms is the record's own, -1 where it has none. Returns 0, or HF_EINVAL with the refusal filled. */
    int (*admit)(const struct hf_event *event, const struct hf_mine *mine, int64_t timestamp_ms, struct hf_fact *fact,
                 struct hf_refusal *refusal);
};

/* What happens to a version that touches a closed day (contract, section 2). */
enum hf_after_close { HF_AFTER_CLOSE_QUARANTINE, HF_AFTER_CLOSE_RESTATE, HF_AFTER_CLOSE_REJECT };

struct hf_ledger_rules {
    enum hf_after_close after_close;
    int correction_horizon_days; /* 0: no bound */
};

struct hf_partition;

/* What became of the input so far, since the partition was made or restored. */
struct hf_partition_counts {
    uint64_t applied, duplicates, superseded, dead_letters;
    uint64_t closes, quarantined, accepted, rejected, decisions_ignored, restatements;
};

/* New empty memory of input partition number of partition_count; topic (borrowed) is the input's full name, rules is
 * copied. seed keys the ids until a control record brings another. Release with hf_partition_free, which clears the
 * pointer and accepts NULL in it. */
struct hf_partition *hf_partition_new(const struct hf_ledger_kind *kind, const char *topic, int32_t number,
                                      int32_t partition_count, uint64_t seed, const struct hf_ledger_rules *rules);
void hf_partition_free(struct hf_partition **partition);

/* An input record on its way into a partition. Its fields are the engine's own. */
struct hf_arrival {
    struct hf_partition *partition;
    const struct hf_record *record;
    struct hf_event event;
    const struct hf_mine *mine; /* NULL: not known */
    struct mine_book *book;     /* of the mine */
    struct hf_fact fact;        /* of an event; of a decision its id alone */
    int result;                 /* HF_OK, or HF_EINVAL with the refusal filled */
    struct hf_refusal refusal;
};

/* Reads a record of partition's input, checks it, and has what it will touch fetched into the cache. Changes no figure:
 * records may be prepared some at a time and then applied, each once, in the order of their offsets. arrival need not
 * be initialised; it borrows all else until it is applied, and must be prepared anew where mines have changed. */
void hf_arrival_prepare(struct hf_arrival *arrival, struct hf_partition *partition, struct hf_event_decoder *decoder,
                        const struct hf_mine_directory *mines, const struct hf_record *record);

/* Applies an arrival that was prepared, as hf_partition_apply says. After HF_ENOENT it is prepared anew. */
int hf_arrival_apply(struct hf_arrival *arrival, int is_last_try);

/* Takes an input record, or a damaged batch of them: applies it, counts it, or keeps it as a dead letter, and moves the
 * input offset past it.
 * Returns 0; or HF_ENOENT, having done nothing, where the mine is not known and is_last_try is 0: the caller reads the
 * mines to their end and calls again. */
int hf_partition_apply(struct hf_partition *partition, struct hf_event_decoder *decoder,
                       const struct hf_mine_directory *mines, const struct hf_record *record, int is_last_try);

/* The next input offset to read; -1 until it is set, restored or a record was applied. */
int64_t hf_partition_input_offset(const struct hf_partition *partition);
/* Where a partition without history begins. It counts as a change: the first transaction that commits the offset must
 * carry control records too, or a later restore would find an offset without state. */
void hf_partition_set_input_offset(struct hf_partition *partition, int64_t offset);

/* True where something must be published with the next transaction. */
int hf_partition_has_changes(const struct hf_partition *partition);
/* About how many bytes publication would write. */
size_t hf_partition_pending_bytes(const struct hf_partition *partition);

/* Writes what changed since the last publication, and forgets that it did: if the transaction fails, this memory must
 * be dropped. Returns 0 or sink's error. */
int hf_partition_publish(struct hf_partition *partition, const struct hf_sink *sink, struct hf_error *error);

/* Reads back a record of the state or the days topic, from its partition of the same number, in offset order. Returns
 * 0, or HF_EINVAL where it can not be read by this version. */
int hf_partition_restore_state(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error);
int hf_partition_restore_day(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error);

/* Ends reading back. Returns 1 and the input offset of the control records; 0 where there are none; or HF_EINVAL where
 * the two topics disagree (*out_state and *out_days tell; -1: none) the number of input partitions has changed, or facts
 * were forgotten under a shorter correction horizon than today's. */
int hf_partition_restored(struct hf_partition *partition, int64_t *out_state, int64_t *out_days,
                          struct hf_error *error);

struct hf_partition_counts hf_partition_counts(const struct hf_partition *partition);
/* Facts that stand in memory, and versions that wait for a decision. */
size_t hf_partition_facts(const struct hf_partition *partition);
size_t hf_partition_waiting(const struct hf_partition *partition);

#endif
