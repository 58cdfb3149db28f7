/* SPDX-License-Identifier: Apache-2.0 */
/* Which segments a partition's state topic holds, and which of them are to be written anew.
 *
 * Because a segment says all there is to say of its facts, merging some is: write what is remembered now of the facts in
 * them into the new segment, and tombstone them; at any time, in any order. What segments can be merged into is decided
 * here, and nowhere is a fact looked at. */
#ifndef HEADFRAME_ENGINE_SEGMENT_LOG_H
#define HEADFRAME_ENGINE_SEGMENT_LOG_H

#include <glib.h>

#include "headframe/state_codec.h"
#include "id_set.h"

/* The sizes that decide; those of a daemon are segment_shape_default. */
struct segment_shape {
    size_t fanout; /* so many segments of a level are merged; a level's are fanout times as large as those below */
    size_t full;   /* facts from which on a segment is not merged for its size */
    size_t record; /* facts in a segment at most */
    size_t slack;  /* entries there may be beyond twice the facts that are remembered */
    size_t chunk;  /* facts a transaction sweeps at least */
    size_t burial; /* tombstones a transaction writes for swept segments at most */
};

extern const struct segment_shape segment_shape_default;

struct segment_log;

/* New and empty; release with segment_log_free, which clears *log and accepts NULL in it. shape is borrowed. */
struct segment_log *segment_log_new(const struct segment_shape *shape);
void segment_log_free(struct segment_log **log);

const struct segment_shape *segment_log_shape(const struct segment_log *log);

/* A segment of count facts was written or read. ids are copied where they are needed, which is not so for full ones.
 * One of an earlier format counts as full. */
void segment_log_add(struct segment_log *log, struct hf_segment_place place, const struct hf_fact_id *ids, size_t count,
                     int is_earlier_format);
/* Its tombstone was read. Nothing happens where it is not known. */
void segment_log_remove(struct segment_log *log, struct hf_segment_place place);

/* Segments there are, those of them that are not full, and facts in all of them, each as often as it is in one. */
size_t segment_log_count(const struct segment_log *log);
size_t segment_log_small_count(const struct segment_log *log);
size_t segment_log_entries(const struct segment_log *log);
/* True where one is of an earlier format. */
int segment_log_has_earlier_format(const struct segment_log *log);

/* Where a level has fanout segments: takes those of the highest such level and all below it out, adds their facts to
 * into and their places (struct hf_segment_place) to dead. */
void segment_log_take_small(struct segment_log *log, struct id_set *into, GArray *dead);

/* Takes out up to limit segments that were written before the input offset or at it; places go to dead. Returns 1 where
 * such segments are left. */
int segment_log_take_through(struct segment_log *log, int64_t offset, size_t limit, GArray *dead);

#endif
