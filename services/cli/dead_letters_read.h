/* SPDX-License-Identifier: Apache-2.0 */
/* Reads letters from headframe.dead-letters: all that are committed when the call is made, or those at given places. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_READ_H
#define HEADFRAME_CLI_DEAD_LETTERS_READ_H

#include <glib.h>
#include <stddef.h>

#include "dead_letters_filter.h"
#include "dead_letters_letter.h"
#include "headframe/kafka_reader.h"
#include "session.h"

struct hf_letters_query {
    const struct hf_letter_filter *filter; /* NULL: all */
    /* NULL: all; else the letters at these places only, in the order of hf_place_compare, no two alike. */
    const struct hf_place *places;
    size_t place_count;
    /* Called for each of them in the order of each partition; takes letter over, and borrows record. Anything but 0 ends
     * the reading. */
    int (*visit)(void *context, struct hf_letter *letter, const struct hf_record *record);
    void *context;
};

/* Returns HF_CONTINUE after the last letter or where visit ended it, or an exit code after saying what went wrong. A
 * place without letter is no error. Main thread. */
int hf_letters_read(struct hf_session *session, const struct hf_letters_query *query);

/* The full name of headframe.dead-letters; a new string: release with g_free. */
char *hf_letters_topic_name(const struct hf_session *session);

/* Reads the words as places: an array of struct hf_place in the order of hf_place_compare, each once. The array is new:
 * release with g_array_unref. Returns NULL with an error where a word is no place. */
GArray *hf_places_parse(char *const *words, int count, struct hf_error *error);

#endif
