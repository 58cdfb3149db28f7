/* SPDX-License-Identifier: Apache-2.0 */
/* What a partition remembers; for the partition_*.c files only. */
#ifndef HEADFRAME_ENGINE_PARTITION_MEMORY_H
#define HEADFRAME_ENGINE_PARTITION_MEMORY_H

#include <glib.h>

#include "audit.h"
#include "headframe/dead_letter.h"
#include "headframe/partition.h"
#include "headframe/restatement.h"

/* A mine's days on this topic. */
struct mine_book {
    char id[HF_ID_LIMIT + 1];
    uint32_t number; /* its place in hf_partition.mines */
    struct hf_daybook *days;
    struct hf_restatements *restatements;
    struct hf_closes closes;
    int is_dirty, is_closes_dirty;
};

struct hf_partition {
    const struct hf_ledger_kind *kind;
    struct hf_ledger_rules rules;
    const char *topic;
    int32_t number, partition_count;
    int64_t input_offset;
    int has_changes;
    struct hf_ledger *ledger;
    GHashTable *books;   /* id (inside the book) → struct mine_book */
    GPtrArray *mines;    /* of struct mine_book, borrowed, by number */
    GPtrArray *dirty;    /* of struct mine_book, borrowed */
    GArray *changed;     /* of struct hf_fact, in order; a fact may come twice */
    size_t changed_days; /* days touched since the last publication, each as often as it was touched */
    struct hf_audit *audit;
    struct hf_dead_letters *dead_letters;
    struct hf_partition_counts counts;
    struct hf_control restored_state, restored_days; /* input_offset -1: no control record seen */
    struct mine_book *restoring;                     /* the book and date of the day record being read */
    int32_t restoring_date;
};

/* The book of a mine, made where there is none yet. */
struct mine_book *partition_book(struct hf_partition *partition, const char *mine_id);

#endif
