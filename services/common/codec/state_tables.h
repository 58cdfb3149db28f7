/* SPDX-License-Identifier: Apache-2.0 */
/* The lines and mines of a state record: named once each, so that a line's or a mine's number in memory may change;
 * for the state codec's files only. */
#ifndef HEADFRAME_CODEC_STATE_TABLES_H
#define HEADFRAME_CODEC_STATE_TABLES_H

#include <glib.h>

#include "headframe/state_codec.h"
#include "state.pb-c.h"

/* What facts name, in order of appearance. */
struct written_tables {
    Headframe__Line *lines, **line_pointers;
    size_t line_count;
    GPtrArray *mines;                    /* of ids, borrowed */
    uint32_t *line_places, *mine_places; /* by fact: its place in the two above */
};

/* Collects them. Release with written_tables_fini. */
void written_tables_init(struct written_tables *tables, const struct hf_fact *facts, size_t count,
                         enum hf_line_kind kind, hf_segment_mine *mine_id, void *context);
void written_tables_fini(struct written_tables *tables);

/* The reader's numbers of what a record names, by place. */
struct read_tables {
    uint16_t *lines;
    uint32_t *mines;
    size_t line_count, mine_count;
};

/* Finds them, and asks reader for the mines. Release with read_tables_fini, also after HF_EINVAL. */
int read_tables_init(struct read_tables *tables, Headframe__Line *const *lines, size_t line_count, char *const *mines,
                     size_t mine_count, enum hf_line_kind kind, const struct hf_state_reader *reader,
                     struct hf_error *error);
void read_tables_fini(struct read_tables *tables);

/* The days by which the last date a version names lies behind the last day of its effect. */
uint32_t state_later(const struct hf_fact *fact);

/* Checks that every field but line and mine is in its range, and fills latest from later. Returns 0 where one is not. */
int state_complete(struct hf_fact *fact, uint32_t days, uint32_t later);

/* Reads the facts of a segment of format 2. Returns 0 or HF_EINVAL. */
int segment_read(const Headframe__Segment *segment, enum hf_line_kind kind, const struct hf_state_reader *reader,
                 struct hf_error *error);

/* Packs a record, setting its format. The bytes are new: release with free(). */
void state_pack(Headframe__StateRecord *record, uint8_t **out_bytes, size_t *out_length);

#endif
