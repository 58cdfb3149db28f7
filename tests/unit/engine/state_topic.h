/* SPDX-License-Identifier: Apache-2.0 */
/* A state topic on which compaction has done all it can: it counts what is left, and what was ever written. */
#ifndef HEADFRAME_TESTS_UNIT_STATE_TOPIC_H
#define HEADFRAME_TESTS_UNIT_STATE_TOPIC_H

#include <glib.h>

#include "headframe/output.h"

struct state_topic {
    enum hf_topic topic;
    GHashTable *lengths; /* key → bytes of key and value */
    size_t live_bytes;   /* of the records that are left, keys included */
    uint64_t written_records, written_bytes;
    struct hf_sink sink; /* takes outputs of all topics, and counts those of this one */
};

/* Empty; release with state_topic_fini. topic is a state topic. */
void state_topic_init(struct state_topic *topic, enum hf_topic which);
void state_topic_fini(struct state_topic *topic);

/* Records that are left. */
size_t state_topic_count(const struct state_topic *topic);

#endif
