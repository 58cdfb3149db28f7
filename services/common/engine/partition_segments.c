/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what a transaction writes to the state topic, so that it stays in proportion to what is remembered.
 *
 *   touched facts ─┐
 *   merged segments├─▶ what is remembered of each fact now ─▶ new segments, tombstones of the merged and the swept
 *   a sweep's turn ┘
 *
 * Invariant: what is remembered of a fact's standing version is what the last segment says that names the fact; or no
 * segment names it, or the last that does names a version that is forgotten, where nothing stands. Four things keep it:
 *  - a fact that is touched in any way is written;
 *  - a segment goes only when its facts are written anew, in the same transaction or, swept, since it was written;
 *  - a fact that stands no more, being forgotten, is not written: older segments that name it say what is out of reach
 *    still. But while a version of it waits nothing is out of reach, so then it is written as absent;
 *  - the versions that do not stand are written before the segments of the same transaction: whoever reads back never
 *    takes a fact for forgotten because it does not know yet that a version waits.
 *
 * The newest date of a mine needs no record: the fact that names it is never out of reach.
 *
 * Sweeping. Merging by size leaves full segments alone, so facts that were corrected or forgotten since stay in them.
 * When there are slack entries more than twice as many as facts, all facts are written anew, a part with each
 * transaction, and then all segments that were there before can go. Entries never exceed about three and a half times
 * the facts, plus slack; a fact is written once for that for each time it became superfluous elsewhere. */
#include <stdlib.h>

#include "partition_memory.h"

enum { AHEAD = 8 /* facts whose places are fetched before they are asked for */ };

/* --- segments --------------------------------------------------------------------------------------------------- */

/* Segments under construction. */
struct assembly {
    GArray *facts, *absent; /* of struct hf_fact and of struct hf_fact_id */
    unsigned part;
};

static void add_to_log(struct hf_partition *partition, struct hf_segment_place place, const struct assembly *assembly)
{
    g_autoptr(GArray) ids =
        g_array_sized_new(FALSE, FALSE, sizeof(struct hf_fact_id), assembly->facts->len + assembly->absent->len);
    for (guint i = 0; i < assembly->facts->len; i++)
        g_array_append_val(ids, g_array_index(assembly->facts, struct hf_fact, i).id);
    if (assembly->absent->len > 0)
        g_array_append_vals(ids, assembly->absent->data, assembly->absent->len);
    segment_log_add(partition->segments, place, (const struct hf_fact_id *)(const void *)ids->data, ids->len, 0);
}

static void write_segment(struct publication *publication, struct assembly *assembly)
{
    struct hf_partition *partition = publication->partition;
    const struct hf_segment_place place = {partition->input_offset, assembly->part++};
    char key[HF_STATE_KEY];
    uint8_t *value;
    size_t length, key_length = hf_segment_key(place, key);
    hf_segment_encode((const struct hf_fact *)(const void *)assembly->facts->data, assembly->facts->len,
                      (const struct hf_fact_id *)(const void *)assembly->absent->data, assembly->absent->len,
                      partition->kind->lines, partition_mine_id, partition, &value, &length);
    publication_write(publication, partition->kind->state, key, key_length, value, length);
    free(value);
    add_to_log(partition, place, assembly);
    g_array_set_size(assembly->facts, 0);
    g_array_set_size(assembly->absent, 0);
}

static void write_segments(struct publication *publication)
{
    struct hf_partition *partition = publication->partition;
    const struct id_set *ids = &partition->touched;
    size_t limit = segment_log_shape(partition->segments)->record;
    guint room = (guint)MIN(id_set_size(ids), limit);
    struct assembly assembly = {g_array_sized_new(FALSE, FALSE, sizeof(struct hf_fact), room),
                                g_array_new(FALSE, FALSE, sizeof(struct hf_fact_id)), 0};
    for (size_t i = 0; i < id_set_size(ids); i++) {
        struct hf_fact_id id = id_set_at(ids, i);
        struct hf_fact fact;
        if (i + AHEAD < id_set_size(ids))
            hf_ledger_prefetch(partition->ledger, id_set_at(ids, i + AHEAD));
        if (hf_ledger_standing(partition->ledger, id, &fact))
            g_array_append_val(assembly.facts, fact);
        else if (hf_ledger_has_waiting(partition->ledger, id))
            g_array_append_val(assembly.absent, id);
        if (assembly.facts->len + assembly.absent->len == limit)
            write_segment(publication, &assembly);
    }
    if (assembly.facts->len + assembly.absent->len > 0)
        write_segment(publication, &assembly);
    g_array_free(assembly.facts, TRUE);
    g_array_free(assembly.absent, TRUE);
}

static void write_tombstones(struct publication *publication, const GArray *dead)
{
    char key[HF_STATE_KEY];
    for (guint i = 0; i < dead->len; i++) {
        size_t key_length = hf_segment_key(g_array_index(dead, struct hf_segment_place, i), key);
        publication_write(publication, publication->partition->kind->state, key, key_length, NULL, 0);
    }
}

/* --- sweeping --------------------------------------------------------------------------------------------------- */

static int is_sweep_due(const struct hf_partition *partition)
{
    size_t entries = segment_log_entries(partition->segments);
    return partition->sweep.bury_through < 0 &&
           (segment_log_has_earlier_format(partition->segments) ||
            entries > 2 * (hf_ledger_size(partition->ledger) + hf_ledger_waiting_facts(partition->ledger)) +
                          segment_log_shape(partition->segments)->slack);
}

static void note_waiting(void *context, struct hf_fact_id id)
{
    struct hf_partition *partition = context;
    if (hf_ledger_has_waiting(partition->ledger, id))
        g_array_append_val(partition->sweep.waiting, id);
}

static void begin_sweep(struct hf_partition *partition)
{
    struct sweep *sweep = &partition->sweep;
    sweep->is_running = 1;
    sweep->through = partition->published_offset;
    sweep->cursor = (struct hf_ledger_cursor){0};
    hf_ledger_visit_held(partition->ledger, note_waiting, partition);
}

static void touch(void *context, struct hf_fact_id id)
{
    struct hf_partition *partition = context;
    id_set_add(&partition->touched, id);
}

/* Takes the waiting facts last: up to limit of them. Returns 1 where there are more. */
static int sweep_waiting(struct hf_partition *partition, size_t limit)
{
    GArray *waiting = partition->sweep.waiting;
    guint count = (guint)MIN(waiting->len, limit);
    for (guint i = waiting->len - count; i < waiting->len; i++)
        id_set_add(&partition->touched, g_array_index(waiting, struct hf_fact_id, i));
    g_array_set_size(waiting, waiting->len - count);
    return waiting->len > 0;
}

/* Adds a sweep's turn to the touched facts: twice as many as those, so that it ends however many facts are touched. */
static void sweep(struct hf_partition *partition)
{
    struct sweep *sweep = &partition->sweep;
    size_t limit = MAX(segment_log_shape(partition->segments)->chunk, 2 * id_set_size(&partition->touched));
    if (!sweep->is_running && is_sweep_due(partition))
        begin_sweep(partition);
    if (!sweep->is_running || hf_ledger_sweep(partition->ledger, &sweep->cursor, limit, touch, partition) ||
        sweep_waiting(partition, limit))
        return;
    sweep->is_running = 0;
    sweep->bury_through = sweep->through;
}

/* Takes out segments that have been swept. */
static void bury(struct hf_partition *partition, GArray *dead)
{
    struct sweep *sweep = &partition->sweep;
    size_t limit = segment_log_shape(partition->segments)->burial;
    if (sweep->bury_through >= 0 && !segment_log_take_through(partition->segments, sweep->bury_through, limit, dead))
        sweep->bury_through = -1;
}

void publication_write_state(struct publication *publication)
{
    struct hf_partition *partition = publication->partition;
    g_autoptr(GArray) dead = g_array_new(FALSE, FALSE, sizeof(struct hf_segment_place));
    publication_write_held(publication);
    /* Without progress in the input a segment would have the key of one that is there. */
    if (partition->input_offset > partition->published_offset) {
        sweep(partition);
        segment_log_take_small(partition->segments, &partition->touched, dead);
        bury(partition, dead);
        write_segments(publication);
        write_tombstones(publication, dead);
        id_set_clear(&partition->touched);
    }
}
