/* SPDX-License-Identifier: Apache-2.0 */
/* A sink that keeps what is written, and shows it as text that a test can spell out. */
#ifndef HEADFRAME_TESTS_UNIT_OUTPUTS_H
#define HEADFRAME_TESTS_UNIT_OUTPUTS_H

#include <glib.h>

#include "headframe/day_codec.h"
#include "headframe/output.h"

/* A copy of what was written; texts end in NUL beyond their length. */
struct output {
    enum hf_topic topic;
    int32_t partition;
    char *key, *value; /* NULL: null */
    size_t key_length, value_length;
    GPtrArray *headers; /* "name=value" */
};

struct outputs {
    GPtrArray *list; /* of struct output, in the order of writing */
    int fails_after; /* writes that still succeed; -1: all do */
    struct hf_sink sink;
};

/* A sink that takes everything. Release with outputs_free. */
struct outputs *outputs_new(void);
void outputs_free(struct outputs *outputs);
void outputs_clear(struct outputs *outputs);
const struct output *output_at(const struct outputs *outputs, size_t index);
size_t outputs_count(const struct outputs *outputs, enum hf_topic topic);

/* The value of a header, or NULL. */
const char *output_header(const struct output *output, const char *name);

/* One line for each output, in order; a new string:
 *   days KEY: MATERIAL STAGE QUALITY AMOUNT xFACTS; …   or   days KEY: ELEMENT CURRENCY AMOUNT xFACTS; …
 *     with "restated FROM..THROUGH [FROM..THROUGH] xCOUNT;" after them for each set of closed days
 *   days MINE|closed: through DATE, ever DATE
 *   days |control: OFFSET/PARTITIONS/SEED
 *   state KEY: N facts, N absent without the comma, where there are any; facts stand   or   state KEY: tombstone
 *   state held: N waiting, N rejected likewise   or   state held: tombstone
 *   state |control: OFFSET/PARTITIONS/SEED
 *   quarantine KEY: published   or   quarantine KEY: tombstone; restatements likewise
 *   dead-letters KEY: CODE */
char *outputs_text(const struct outputs *outputs, enum hf_line_kind lines);

/* The same for outputs of the days topic that are no control records. */
char *outputs_days_text(const struct outputs *outputs, enum hf_line_kind lines);

/* "KEY VALUE" of each output of a topic, one a line, a null value as "tombstone"; a new string. */
char *outputs_values(const struct outputs *outputs, enum hf_topic topic);

/* What is left once the topics were compacted: the last record of each key, where it stood. Release with
 * outputs_free. */
struct outputs *outputs_compacted(const struct outputs *outputs);

/* Holds where both are the same records, byte for byte. */
void assert_same_outputs(const struct outputs *a, const struct outputs *b);

#endif
