/* SPDX-License-Identifier: Apache-2.0 */
/* Which topics must be made, which are right as they are, and what is wrong with the others. No I/O; any thread. */
#ifndef HEADFRAME_CLI_TOPICS_PLAN_H
#define HEADFRAME_CLI_TOPICS_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/kafka_client.h"
#include "headframe/topics.h"

enum { HF_TOPIC_SETTINGS_LIMIT = 8 };

/* The settings of a topic. */
struct hf_topic_settings {
    struct hf_kafka_property list[HF_TOPIC_SETTINGS_LIMIT];
    size_t count;
    size_t essential; /* the first of them: what an existing topic must have too */
};

/* What a topic is created with. replication is the copies asked for, or -1 for the broker's default. */
struct hf_topic_settings hf_topic_settings(enum hf_topic topic, int replication);

/* True where an existing topic's value of a setting will do in place of the wanted one. */
int hf_topic_setting_is_right(const struct hf_kafka_property *wanted, const char *actual);

/* What was found of a topic. */
struct hf_topic_found {
    int exists;
    int32_t partitions;
    /* Essential settings in the order of hf_topic_settings; NULL: the broker does not tell. Owned. */
    char *values[HF_TOPIC_SETTINGS_LIMIT];
};

enum hf_topic_verdict { HF_TOPIC_RIGHT, HF_TOPIC_MISSING, HF_TOPIC_WRONG };

struct hf_topic_plan {
    enum hf_topic_verdict verdict;
    int32_t partitions; /* that it has, or is to get */
    int is_untold;      /* RIGHT, but the broker told none of its settings */
    char *wrong;        /* WRONG: what is, and what to do; a new string */
};

/* What is asked for; partitions is 0 where the command line names none. */
struct hf_topics_wish {
    const char *prefix, *bootstrap; /* for the sentences */
    int32_t partitions, default_partitions;
};

/* Judges all HF_TOPIC_COUNT topics. Release with hf_topics_plan_fini. */
void hf_topics_plan(const struct hf_topic_found *found, const struct hf_topics_wish *wish,
                    struct hf_topic_plan *out_plans);
void hf_topics_plan_fini(struct hf_topic_plan *plans);

#endif
