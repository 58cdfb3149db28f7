/* SPDX-License-Identifier: Apache-2.0 */
/* Records that could not be used, kept until the transaction that consumes them is written (contract, section 4). */
#ifndef HEADFRAME_DEAD_LETTER_H
#define HEADFRAME_DEAD_LETTER_H

#include "headframe/kafka_reader.h"
#include "headframe/output.h"
#include "headframe/refusal.h"

struct hf_dead_letters;

/* New empty list; daemon (borrowed for ever) goes into the header headframe-daemon. Release with hf_dead_letters_free,
 * which clears the pointer and accepts NULL in it. One thread. */
struct hf_dead_letters *hf_dead_letters_new(const char *daemon);
void hf_dead_letters_free(struct hf_dead_letters **letters);

/* Copies the record with its headers and the reason. topic is the full name it was read from. A record too large to
 * be forwarded leaves its coordinates and a digest (header headframe-digest) instead of its bytes. A damaged batch
 * leaves its coordinates (headframe-offset to headframe-last-offset), and headframe-digest says that there is none. */
void hf_dead_letters_add(struct hf_dead_letters *letters, const char *topic, const struct hf_record *record,
                         const struct hf_refusal *refusal);

size_t hf_dead_letters_count(const struct hf_dead_letters *letters);
/* Bytes held, for the commit's size limit. */
size_t hf_dead_letters_bytes(const struct hf_dead_letters *letters);

/* Writes all of them to HF_TOPIC_DEAD_LETTERS and forgets them. Returns 0 or sink's error. */
int hf_dead_letters_publish(struct hf_dead_letters *letters, const struct hf_sink *sink, struct hf_error *error);

#endif
