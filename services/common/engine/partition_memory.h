/* SPDX-License-Identifier: Apache-2.0 */
/* What a partition remembers; for the partition_*.c files only. */
#ifndef HEADFRAME_ENGINE_PARTITION_MEMORY_H
#define HEADFRAME_ENGINE_PARTITION_MEMORY_H

#include <glib.h>

#include "audit.h"
#include "headframe/dead_letter.h"
#include "headframe/partition.h"
#include "headframe/restatement.h"
#include "id_set.h"
#include "segment_log.h"

/* A mine's days on this topic. */
struct mine_book {
    char id[HF_ID_LIMIT + 1];
    struct hf_text key; /* the id, for hf_partition.books */
    /* What was found in the directory, as long as that is the same; the mine may be NULL. */
    const struct hf_mine_directory *directory;
    uint64_t directory_version;
    const struct hf_mine *mine;
    uint32_t number; /* its place in hf_partition.mines */
    struct hf_daybook *days;
    struct hf_restatements *restatements;
    struct hf_closes closes;
    int is_dirty, is_closes_dirty;
};

/* Writing every remembered fact anew, some with each transaction, so that older segments can go. */
struct sweep {
    int is_running;
    int64_t through; /* the input offset of the last segment that will have been swept */
    struct hf_ledger_cursor cursor;
    GArray *waiting;      /* of struct hf_fact_id: facts of which a version waited when the sweep began */
    int64_t bury_through; /* segments up to this input offset can go; -1: none are known to */
};

/* What is known while records are read back. */
struct restoration {
    struct hf_control state, days; /* input_offset -1: no control record seen */
    unsigned state_format;         /* of that control record */
    struct mine_book *book;        /* the book and date of the day record being read */
    int32_t date;
    enum hf_state_record record; /* the state record being read: its facts, and the ids or versions of them */
    size_t facts;
    GArray *ids, *versions;
    int has_earlier_held; /* format 1 said of versions that they do not stand, and no later record was seen */
};

/* What the next transaction writes of the versions that do not stand. */
struct held_changes {
    GHashTable *parts;     /* a set of parts; HF_HELD_ALL: the tombstone of a fact's record of format 2 */
    GPtrArray *order;      /* the same, borrowed, in the order in which they changed */
    GHashTable *undivided; /* a set of struct hf_held_part, HF_HELD_ALL: facts that have a record of format 2 */
    size_t bytes;          /* that publication would write for parts, roughly */
};

struct hf_partition {
    const struct hf_ledger_kind *kind;
    struct hf_ledger_rules rules;
    const char *topic;
    int32_t number, partition_count;
    int64_t input_offset;
    int has_changes;
    struct hf_ledger *ledger;
    GHashTable *books;        /* struct hf_text (inside the book) → struct mine_book */
    GPtrArray *mines;         /* of struct mine_book, borrowed, by number */
    GPtrArray *dirty;         /* of struct mine_book, borrowed */
    struct id_set touched;    /* facts to be written with the next transaction */
    struct held_changes held; /* of some of these */
    struct segment_log *segments;
    struct sweep sweep;
    int64_t published_offset; /* the input offset of the last publication; -1: none yet */
    int is_earlier_state;     /* what is held stands in segments of format 1 only */
    size_t changed_days;      /* days touched since the last publication, each as often as it was touched */
    struct hf_audit *audit;
    struct hf_dead_letters *dead_letters;
    struct hf_partition_counts counts;
    struct restoration restored;
};

/* The book of a mine, made where there is none yet. */
struct mine_book *partition_book(struct hf_partition *partition, const char *mine_id);
/* The same, or NULL where there is none. */
struct mine_book *partition_find_book(const struct hf_partition *partition, struct hf_text mine_id);

/* The id of a mine, for the codec; context is the partition. */
const char *partition_mine_id(void *context, uint32_t mine);

void held_changes_init(struct held_changes *changes);
void held_changes_fini(struct held_changes *changes);
/* The version of this revision, of a touched fact, began to be held or changed, or is held no more. */
void partition_touch_held(struct hf_partition *partition, struct hf_fact_id id, uint32_t revision);
/* Takes what a record says of the versions (of struct hf_fact) of a part, or of all; none: a tombstone. */
void partition_restore_held(struct hf_partition *partition, struct hf_held_part part, const GArray *versions);
/* True where all versions belong to the part. */
int partition_is_held_part(const GArray *versions, struct hf_held_part part);

/* A publication under way. */
struct publication {
    struct hf_partition *partition;
    const struct hf_sink *sink;
    struct hf_error *error;
    struct mine_book *book;
    int result;
};

/* Writes a record of the partition's own number, unless an earlier one failed; value NULL: a tombstone. */
void publication_write(struct publication *publication, enum hf_topic topic, const char *key, size_t key_length,
                       const uint8_t *value, size_t length);

/* Writes the versions that do not stand, as far as they changed. */
void publication_write_held(struct publication *publication);

/* Writes these, the touched facts, and what is merged or swept into the same segments. */
void publication_write_state(struct publication *publication);

#endif
