/* SPDX-License-Identifier: Apache-2.0 */
/* What the loops ask of the cluster: that it answers, that their topics are there, and a producer. */
#ifndef HEADFRAME_CLUSTER_H
#define HEADFRAME_CLUSTER_H

#include "headframe/daemon.h"
#include "headframe/kafka_admin.h"
#include "headframe/kafka_transaction.h"
#include "headframe/output.h"
#include "headframe/patience.h"
#include "headframe/topics.h"

/* Names and partition counts of all topics under the configured prefix. */
struct hf_cluster {
    struct hf_runtime *runtime;
    struct hf_admin *admin;
    char *names[HF_TOPIC_COUNT];
    int32_t partitions[HF_TOPIC_COUNT]; /* 0 until asked */
    int64_t asked_ms;                   /* when an unreachable cluster was last asked */
    struct hf_pause pause;              /* after a rebuild */
    struct hf_patience producer_wait;
};

/* Fills in names and an admin client. Release with hf_cluster_fini. */
int hf_cluster_init(struct hf_cluster *cluster, struct hf_runtime *runtime, struct hf_error *error);
void hf_cluster_fini(struct hf_cluster *cluster);

/* Waits until every topic of the list exists, saying once what it waits for, and learns the partition counts. Returns
 * 0, HF_ECANCELED, or HF_EINVAL where a topic that follows another has another number of partitions. */
int hf_cluster_await_topics(struct hf_cluster *cluster, const enum hf_topic *topics, size_t count,
                            struct hf_error *error);

/* True where Kafka has been found unreachable and still is: asks at most once a second. */
int hf_cluster_is_unreachable(struct hf_cluster *cluster);

/* Makes the transactional producer of a daemon where *producer is NULL, and starts it, which fences off what a
 * predecessor left. Waits half a second at most. Returns 1 when it is there, 0 where Kafka did not give one yet (said in
 * the log once it takes long; call again), or an error. */
int hf_cluster_ensure_producer(struct hf_cluster *cluster, const char *daemon, struct hf_producer **producer,
                               struct hf_error *error);

/* Logs why a rebuild is needed and begins the pause that must pass before the next producer is made; the caller serves
 * the group meanwhile. It grows while rebuilds follow each other, and after code HF_EFENCED it is long enough for the
 * group to tell whether a newer process of the same instance name did it: then this one ends, and does not fence the
 * newer one in turn. A cause that repeats itself is logged as an error. */
void hf_cluster_begin_rebuild(struct hf_cluster *cluster, const char *during, int code, const struct hf_error *why);
int hf_cluster_is_pausing(const struct hf_cluster *cluster);

/* Where a wait has lasted five seconds: says once what is waited for, and why. */
void hf_cluster_say_waiting(const struct hf_cluster *cluster, struct hf_patience *wait, enum hf_topic topic,
                            int32_t partition, const char *why);

/* Queues an output record under the topic's full name. Returns 0 or hf_producer_send's error. */
int hf_cluster_send(const struct hf_cluster *cluster, struct hf_producer *producer, const struct hf_output *output,
                    struct hf_error *error);

/* A new string: the prefix and the daemon's name, as group or, with the instance, as transactional id. */
char *hf_cluster_group(const struct hf_cluster *cluster, const char *daemon);
char *hf_cluster_member(const struct hf_cluster *cluster, const char *daemon);

#endif
