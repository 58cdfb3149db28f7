/* SPDX-License-Identifier: Apache-2.0 */
/* Which records that are refused have a dead letter already.
 *
 * The group's offsets say how far letters were written, but they expire, and people delete and reset them. The letters
 * themselves do not: each names the place of its record. One thread. */
#ifndef HEADFRAME_SUMMARY_LETTER_SEARCH_H
#define HEADFRAME_SUMMARY_LETTER_SEARCH_H

#include <stddef.h>

#include "headframe/kafka_reader.h"

struct letter_search;

/* New and empty; release with letter_search_free, which clears the pointer and accepts NULL in it. */
struct letter_search *letter_search_new(void);
void letter_search_free(struct letter_search **search);

/* Looks for a letter about record, whose partition and offset count, of the topic with that full name. */
void letter_search_add(struct letter_search *search, const char *topic, const struct hf_record *record);

/* How many records no letter was found for yet. */
size_t letter_search_count(const struct letter_search *search);

/* Takes a record of HF_TOPIC_DEAD_LETTERS. What is no letter is passed over. */
void letter_search_take(struct letter_search *search, const struct hf_record *letter);

/* True where record was added and no letter about it was taken. */
int letter_search_is_missing(const struct letter_search *search, const char *topic, const struct hf_record *record);

#endif
