/* SPDX-License-Identifier: Apache-2.0 */
/* Where a publisher under test writes: both summary topics as they stand, and what the last publication wrote.
 *
 * Keys here begin with "c:" on company.summaries and "m:" on mine.summaries. */
#ifndef HEADFRAME_TESTS_UNIT_OUTLET_H
#define HEADFRAME_TESTS_UNIT_OUTLET_H

#include "publisher.h"

struct outlet {
    GHashTable *standing; /* key → value, a string */
    GPtrArray *written;   /* keys of the last publication, tombstones with "-" before them, in order */
    int fails_after;      /* writes that still succeed; -1: all do */
    struct hf_sink sink;
};

struct outlet *outlet_new(void);
void outlet_free(struct outlet *outlet);

/* Publishes and returns how many records were written; the publisher must say the same. */
size_t outlet_publish(struct outlet *outlet, struct publisher *publisher);

/* Holds where the last publication wrote these keys, in any order; keys with spaces between them. */
void assert_written(const struct outlet *outlet, const char *keys);

/* Notes everything that stands, as a restarted process reads its topics. */
void outlet_note(const struct outlet *outlet, struct publisher *publisher);
/* Notes another text under every key that stands: a window that is looked at again is then written again. */
void outlet_note_other_text(const struct outlet *outlet, struct publisher *publisher);

#endif
