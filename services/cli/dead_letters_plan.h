/* SPDX-License-Identifier: Apache-2.0 */
/* Which letters may be replayed, and why the others may not. No I/O; one thread.
 *
 * Letters are added first. Then every record of the plan's ranges is taken: they tell what was replayed before and what
 * is newer. Then the plan is judged. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_PLAN_H
#define HEADFRAME_CLI_DEAD_LETTERS_PLAN_H

#include <glib.h>
#include <stdint.h>

#include "dead_letters_letter.h"
#include "headframe/kafka_reader.h"
#include "headframe/topics.h"

struct hf_replay_rules {
    int again; /* also what was replayed before */
    int force; /* also what replaces something newer */
    /* True where a record of mine.production or mine.costs is a PeriodClose. */
    int (*is_close)(void *context, const struct hf_record *record);
    void *context;
};

enum hf_replay_verdict {
    HF_REPLAY_SEND,
    HF_REPLAY_DONE,  /* it was replayed before */
    HF_REPLAY_REFUSE /* it cannot or should not be */
};

struct hf_replay {
    const struct hf_letter *letter; /* borrowed */
    enum hf_topic topic;            /* to which it goes; set where the verdict is not REFUSE */
    int32_t target;                 /* the partition of its key there */
    int64_t after;                  /* what is at or behind this offset of target came later than the original */
    int replaces;                   /* of its key the last record stands: reference data, PeriodClose */
    int64_t replayed_at;            /* offset of the record that it was replayed as; -1: none was found */
    enum hf_replay_verdict verdict;
    char *reason; /* where it is not to be sent: a sentence; owned by the plan */
};

struct hf_replay_plan;

/* rules is copied. Release with hf_replay_plan_free, which clears *plan and accepts NULL in it. */
struct hf_replay_plan *hf_replay_plan_new(const struct hf_replay_rules *rules);
void hf_replay_plan_free(struct hf_replay_plan **plan);

/* Adds a letter (borrowed by the plan) whose record came from topic, which has so many partitions; topic -1: from none
 * that headframe reads. No letter is added twice. */
void hf_replay_plan_add(struct hf_replay_plan *plan, const struct hf_letter *letter, int topic,
                        int32_t partition_count);

/* A stretch of a topic that has to be looked at. */
struct hf_replay_range {
    enum hf_topic topic;
    int32_t partition;
    int64_t from; /* up to the end */
};

/* The ranges, one for each partition: an array of struct hf_replay_range; release with g_array_unref. */
GArray *hf_replay_plan_ranges(const struct hf_replay_plan *plan);

/* Takes a record of a range, in the order of its offsets. */
void hf_replay_plan_take(struct hf_replay_plan *plan, enum hf_topic topic, const struct hf_record *record);

/* Decides about every letter. */
void hf_replay_plan_judge(struct hf_replay_plan *plan);

/* The letters in the order in which they were added; borrowed. */
size_t hf_replay_plan_count(const struct hf_replay_plan *plan);
const struct hf_replay *hf_replay_plan_get(const struct hf_replay_plan *plan, size_t index);

#endif
