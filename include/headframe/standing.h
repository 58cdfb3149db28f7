/* SPDX-License-Identifier: Apache-2.0 */
/* Which value of a reference record stands when a bad one has taken its place (contract, section 4: BAD_REFERENCE, the
 * previous value stands).
 *
 * Compaction removes the previous record of a key, although the bad one that replaced it says nothing. Therefore whoever
 * refuses a bad record writes the value that stands to HF_TOPIC_STANDING, under "TOPIC|KEY", in the transaction of its
 * dead letter; and whoever starts later and meets the bad record alone takes the value from there. The topics may be read
 * in any order. One thread. */
#ifndef HEADFRAME_STANDING_H
#define HEADFRAME_STANDING_H

#include "headframe/kafka_reader.h"
#include "headframe/output.h"

struct hf_standing;

/* New and empty; release with hf_standing_free, which clears the pointer and accepts NULL in it. */
struct hf_standing *hf_standing_new(void);
void hf_standing_free(struct hf_standing **standing);

/* record of a reference topic was good: its value stands from now on; a tombstone's key has none. */
void hf_standing_accept(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record);

/* record of a reference topic was bad. Returns 1 where its key has no value although one was preserved: *out_record,
 * borrowed until the next call, is to be applied in its place and then accepted. */
int hf_standing_refuse(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record,
                       struct hf_record *out_record);

/* Takes a record of HF_TOPIC_STANDING. Returns 1 where a bad record waited for it: *out_record is to be applied to
 * *out_topic and then accepted. */
int hf_standing_take(struct hf_standing *standing, const struct hf_record *record, enum hf_topic *out_topic,
                     struct hf_record *out_record);

/* The value that stands for the key of a bad record is to be written; nothing happens where there is none. */
void hf_standing_preserve(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record);

/* Writes what is to be written, and forgets that. Returns 0 or sink's error. */
int hf_standing_publish(struct hf_standing *standing, const struct hf_sink *sink, struct hf_error *error);

#endif
