/* SPDX-License-Identifier: Apache-2.0 */
/* A dead letter as an operator sees it: where it lies, why its record was refused, where that record was read. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_LETTER_H
#define HEADFRAME_CLI_DEAD_LETTERS_LETTER_H

#include <glib.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/kafka_reader.h"

/* Begins the names of the headers that headframe adds. */
#define HF_LETTER_HEADER_PREFIX "headframe-"
/* On a replayed record: the place of the letter that it was. */
#define HF_LETTER_REPLAYED_FROM "headframe-replayed-from"

/* Where a letter lies on headframe.dead-letters: "PARTITION:OFFSET". */
struct hf_place {
    int32_t partition;
    int64_t offset;
};

/* Room for a place's text with its NUL. */
enum { HF_PLACE_TEXT = 36 };

/* Reads "0:12". Returns 0, or HF_EINVAL with an error that names text. error may be NULL. */
int hf_place_parse(const char *text, size_t length, struct hf_place *out_place, struct hf_error *error);

/* Writes it; returns buffer. */
char *hf_place_format(struct hf_place place, char buffer[HF_PLACE_TEXT]);

/* For qsort() and bsearch(): by partition, then offset. */
int hf_place_compare(const void *a, const void *b);

struct hf_letter {
    struct hf_place place;
    int64_t written_ms; /* the letter's own timestamp; -1 where it has none */
    /* By the headers that say so; NULL where there is no such header. */
    char *code, *detail, *topic, *daemon, *digest;
    int32_t partition; /* of the original record; -1 where no header tells */
    int64_t offset;    /* likewise */
    GBytes *key;       /* NULL: null */
    int is_close;      /* a PeriodClose; for whoever decodes the value to set */
};

/* The letter of a record of headframe.dead-letters, without its value; everything is copied. Release with
 * hf_letter_free, which clears *letter and accepts NULL in it; hf_letter_destroy is the same for GLib's containers. */
struct hf_letter *hf_letter_new(const struct hf_record *record);
void hf_letter_free(struct hf_letter **letter);
void hf_letter_destroy(void *letter);

/* The topic with that full name, where it is one that daemons read and letters come from; else -1. */
int hf_letter_topic_find(const char *full_name, const char *prefix);

/* For each header of a letter, whether it was added when its record was refused: its name is one of those that headframe
 * adds to every letter, and it is the last of that name. A new array: release with g_free. */
char *hf_letter_added_headers(const GArray *headers);

/* For g_ptr_array_sort(): by timestamp, then partition, then offset. */
gint hf_letter_compare(gconstpointer a, gconstpointer b);

#endif
