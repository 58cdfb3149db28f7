/* SPDX-License-Identifier: Apache-2.0 */
/* Every topic of the contract: name, how it is cleaned up, which topic it must have as many partitions as. */
#ifndef HEADFRAME_TOPICS_H
#define HEADFRAME_TOPICS_H

#include <stddef.h>

enum hf_topic {
    HF_TOPIC_PRODUCTION,
    HF_TOPIC_COSTS,
    HF_TOPIC_COMPANIES,
    HF_TOPIC_MINES,
    HF_TOPIC_PRICES,
    HF_TOPIC_FX,
    HF_TOPIC_GUIDANCE,
    HF_TOPIC_PEERS,
    HF_TOPIC_PRODUCTION_DAYS,
    HF_TOPIC_COST_DAYS,
    HF_TOPIC_PRODUCTION_STATE,
    HF_TOPIC_COSTS_STATE,
    HF_TOPIC_STANDING,
    HF_TOPIC_MINE_SUMMARIES,
    HF_TOPIC_COMPANY_SUMMARIES,
    HF_TOPIC_SCORECARDS,
    HF_TOPIC_RELEASES,
    HF_TOPIC_QUARANTINE,
    HF_TOPIC_RESTATEMENTS,
    HF_TOPIC_DEAD_LETTERS,
    HF_TOPIC_COUNT
};

/* What the values on a topic are. */
enum hf_topic_format { HF_FORMAT_AVRO, HF_FORMAT_JSON, HF_FORMAT_DAYS, HF_FORMAT_STATE, HF_FORMAT_ORIGINAL };

struct hf_topic_info {
    const char *name;      /* without the prefix */
    int is_compacted;      /* cleanup.policy=compact and nothing else; otherwise kept for ever */
    int is_ours;           /* written by our programs alone, and not by those of the mines and offices */
    enum hf_topic follows; /* must have as many partitions as this one; itself where it stands alone */
    enum hf_topic_format format;
    const char *holds; /* a few words for help texts */
};

/* Largest record any topic takes; topics, producers and consumers agree on it. */
enum { HF_RECORD_LIMIT_BYTES = 8 * 1024 * 1024 };

/* The row of a topic. Never NULL. */
const struct hf_topic_info *hf_topic_info(enum hf_topic topic);

/* The topic's name under prefix ("" for none). The string is new: release with free(). */
char *hf_topic_name(const char *prefix, enum hf_topic topic);

/* The topic with that name without prefix, or -1. */
int hf_topic_find(const char *name);

#endif
