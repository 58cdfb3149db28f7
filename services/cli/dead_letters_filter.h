/* SPDX-License-Identifier: Apache-2.0 */
/* Which letters are meant: the options --code, --topic, --key, --since and --limit, common to list and replay. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_FILTER_H
#define HEADFRAME_CLI_DEAD_LETTERS_FILTER_H

#include <glib.h>
#include <stdint.h>

#include "dead_letters_letter.h"
#include "headframe/error.h"

/* The options as given; NULL: not. */
struct hf_letter_words {
    char **codes;
    char *topic, *key, *since, *limit;
};

/* Entries that hf_letter_words_entries writes, the closing one included. */
enum { HF_LETTER_WORDS_ENTRIES = 6 };

/* Writes the options' entries for hf_session_parse, and the closing one. words is filled by the parsing. */
void hf_letter_words_entries(struct hf_letter_words *words, GOptionEntry *out_entries);
void hf_letter_words_fini(struct hf_letter_words *words);

/* True where any of the options was given. */
int hf_letter_words_are_given(const struct hf_letter_words *words);

struct hf_letter_filter {
    uint32_t codes;   /* a bit for each enum hf_refusal_code; 0: every code */
    char *topic;      /* the original topic's full name; NULL: every topic */
    const char *key;  /* borrowed from the words; NULL: every key */
    int64_t since_ms; /* letters written at or after it; INT64_MIN: all */
    int64_t limit;    /* at most so many, the oldest; INT64_MAX: all */
};

/* Reads the words; topics are named with or without prefix. Release with hf_letter_filter_fini. Returns 0, or
 * HF_EINVAL with an error that names option and value. */
int hf_letter_filter_init(struct hf_letter_filter *filter, const struct hf_letter_words *words, const char *prefix,
                          int64_t now_ms, struct hf_error *error);
void hf_letter_filter_fini(struct hf_letter_filter *filter);

/* True where filter lets letter through; the limit is the caller's to keep. */
int hf_letter_filter_takes(const struct hf_letter_filter *filter, const struct hf_letter *letter);

#endif
