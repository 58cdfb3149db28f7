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

/* record of a reference topic was bad. Returns 1 where nothing is known to stand for its key but a value was preserved:
 * *out_record, borrowed until the next call, is to be applied in its place (hf_standing_accept_instead). */
int hf_standing_refuse(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record,
                       struct hf_record *out_record);

/* Takes a record of HF_TOPIC_STANDING. Returns 1 where all that is known of its key is bad records: *out_record, a
 * tombstone where the value was withdrawn, is to be applied to *out_topic. */
int hf_standing_take(struct hf_standing *standing, const struct hf_record *record, enum hf_topic *out_topic,
                     struct hf_record *out_record);

/* record, from one of the two above, was applied. It gives way to a later record of HF_TOPIC_STANDING, until the
 * reference topic itself has a good one. */
void hf_standing_accept_instead(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record);

/* For the owner of the reference partition. The value that stands for the key of a bad record is to be written; where
 * none stands, what was preserved is to be withdrawn. */
void hf_standing_preserve(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record);

/* Likewise: record was good, so that nothing need be preserved for its key, and what was is to be withdrawn. */
void hf_standing_withdraw(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record);

/* Forgets what is to be written: ownership changed, or a transaction is in doubt, and the records that the group has not
 * committed are judged again. */
void hf_standing_forget_work(struct hf_standing *standing);

/* True where something is to be written. */
int hf_standing_has_work(const struct hf_standing *standing);

/* Writes what is to be written, and forgets that. Returns 0 or sink's error. */
int hf_standing_publish(struct hf_standing *standing, const struct hf_sink *sink, struct hf_error *error);

#endif
