/* SPDX-License-Identifier: Apache-2.0 */
/* Waits for a cluster and its topics, and says so. */
#include "headframe/cluster.h"

#include <glib.h>
#include <stdlib.h>

/* ASK_TIMEOUT_MS: short enough that a stop meanwhile leaves time for what must follow it. FENCED_PAUSE_MS: longer than a
 * heartbeat. */
enum {
    ASK_TIMEOUT_MS = 2000,
    WAIT_MS = 1000,
    PRODUCER_TIMEOUT_MS = 500,
    FENCED_PAUSE_MS = 3000,
    WAIT_PATIENCE_MS = 5000,
    MANY_REBUILDS = 5,
};

int hf_cluster_init(struct hf_cluster *cluster, struct hf_runtime *runtime, struct hf_error *error)
{
    *cluster = (struct hf_cluster){.runtime = runtime};
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        cluster->names[i] = hf_topic_name(runtime->config->prefix, (enum hf_topic)i);
    return hf_admin_new(&runtime->kafka, &cluster->admin, error);
}

void hf_cluster_fini(struct hf_cluster *cluster)
{
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        free(cluster->names[i]);
    hf_admin_free(&cluster->admin);
}

/* Waits until one topic exists. */
static int await_topic(struct hf_cluster *cluster, enum hf_topic topic, struct hf_error *error)
{
    int is_said = 0;
    for (;;) {
        int result = hf_admin_partition_count(cluster->admin, cluster->names[topic], ASK_TIMEOUT_MS,
                                              &cluster->partitions[topic], error);
        if (result == HF_OK) {
            hf_set_state(HF_STATE_STARTING, NULL);
            return HF_OK;
        }
        if (error->action == HF_ACTION_FATAL && result == HF_EIO)
            return result;
        if (result == HF_EIO)
            hf_set_state(HF_STATE_UNREACHABLE, error->text);
        else if (!is_said)
            hf_log(HF_LOG_WARN, "waiting", "topic=%s reason=\"it does not exist; headframe topics creates it\"",
                   cluster->names[topic]);
        is_said = result == HF_ENOENT;
        if (hf_sleep_ms(WAIT_MS) != HF_OK)
            return HF_ECANCELED;
    }
}

int hf_cluster_await_topics(struct hf_cluster *cluster, const enum hf_topic *topics, size_t count,
                            struct hf_error *error)
{
    for (size_t i = 0; i < count; i++) {
        int result = await_topic(cluster, topics[i], error);
        if (result != HF_OK)
            return result;
    }
    for (size_t i = 0; i < count; i++) {
        enum hf_topic leader = hf_topic_info(topics[i])->follows;
        if (cluster->partitions[leader] && cluster->partitions[leader] != cluster->partitions[topics[i]])
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                                "topic %s has %d partitions and %s has %d; they must have the same number: delete %s "
                                "and run headframe topics",
                                cluster->names[topics[i]], cluster->partitions[topics[i]], cluster->names[leader],
                                cluster->partitions[leader], cluster->names[topics[i]]);
    }
    return HF_OK;
}

int hf_cluster_is_unreachable(struct hf_cluster *cluster)
{
    struct hf_error ignored;
    int32_t partitions;
    if (hf_get_state() != HF_STATE_UNREACHABLE)
        return 0;
    int64_t now_ms = hf_monotonic_ms();
    if (now_ms - cluster->asked_ms < WAIT_MS)
        return 1;
    cluster->asked_ms = now_ms;
    return hf_admin_partition_count(cluster->admin, cluster->names[HF_TOPIC_MINES], WAIT_MS, &partitions, &ignored) !=
           HF_OK;
}

int hf_cluster_ensure_producer(struct hf_cluster *cluster, const char *daemon, struct hf_producer **producer,
                               struct hf_error *error)
{
    struct hf_error reason = {0};
    g_autofree char *id = NULL;
    int result = HF_OK;
    if (!*producer) {
        id = hf_cluster_member(cluster, daemon);
        result = hf_producer_new(&cluster->runtime->kafka, id, producer, &reason);
    }
    if (result == HF_OK)
        result = hf_producer_start(*producer, PRODUCER_TIMEOUT_MS, &reason);
    if (result == HF_OK) {
        cluster->producer_wait = (struct hf_patience){0};
        return 1;
    }
    if (reason.action == HF_ACTION_RETRY) {
        if (hf_patience_ends(&cluster->producer_wait, hf_monotonic_ms(), WAIT_PATIENCE_MS))
            hf_log(HF_LOG_WARN, "waiting", "for=producer reason=%s", hf_log_quote(reason.text));
        return 0;
    }
    if (reason.action == HF_ACTION_REBUILD) {
        hf_cluster_begin_rebuild(cluster, "start", result, &reason);
        hf_producer_free(producer);
        return 0;
    }
    *error = reason;
    return result;
}

void hf_cluster_begin_rebuild(struct hf_cluster *cluster, const char *during, int code, const struct hf_error *why)
{
    hf_pause_begin(&cluster->pause, hf_monotonic_ms(), code == HF_EFENCED ? FENCED_PAUSE_MS : 0);
    hf_log(cluster->pause.repeats < MANY_REBUILDS ? HF_LOG_WARN : HF_LOG_ERROR, "rebuild",
           "during=%s action=%s in_a_row=%d reason=%s", during, hf_action_name(why->action), cluster->pause.repeats,
           hf_log_quote(why->text));
}

int hf_cluster_is_pausing(const struct hf_cluster *cluster)
{
    return hf_pause_is_on(&cluster->pause, hf_monotonic_ms());
}

void hf_cluster_say_waiting(const struct hf_cluster *cluster, struct hf_patience *wait, enum hf_topic topic,
                            int32_t partition, const char *why)
{
    if (hf_patience_ends(wait, hf_monotonic_ms(), WAIT_PATIENCE_MS))
        hf_log(HF_LOG_WARN, "waiting", "topic=%s partition=%d reason=%s", cluster->names[topic], partition,
               hf_log_quote(why));
}

int hf_cluster_send(const struct hf_cluster *cluster, struct hf_producer *producer, const struct hf_output *output,
                    struct hf_error *error)
{
    const struct hf_outgoing record = {
        .topic = cluster->names[output->topic],
        .partition = output->partition,
        .key = output->key,
        .key_length = output->key_length,
        .value = output->value,
        .value_length = output->value_length,
        .headers = output->headers,
        .header_count = output->header_count,
    };
    return hf_producer_send(producer, &record, error);
}

char *hf_cluster_group(const struct hf_cluster *cluster, const char *daemon)
{
    return g_strconcat(cluster->runtime->config->prefix, daemon, NULL);
}

char *hf_cluster_member(const struct hf_cluster *cluster, const char *daemon)
{
    return g_strconcat(cluster->runtime->config->prefix, daemon, "-", cluster->runtime->config->instance, NULL);
}
