/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what happens when the group changes hands. Classic protocol, eager rebalances: all partitions go, then the
 * new set comes; what comes back keeps its memory (the caller compares positions). */
#include "headframe/kafka_membership.h"

#include <glib.h>

#include "internal.h"

struct hf_membership {
    struct hf_kafka_link link;
    rd_kafka_t *client;
    struct hf_membership_events events;
};

rd_kafka_t *hf_membership_handle(struct hf_membership *membership)
{
    return membership->client;
}

static void report_assigned(struct hf_membership *membership, const rd_kafka_topic_partition_list_t *list)
{
    g_autofree struct hf_topic_partition *partitions = g_new0(struct hf_topic_partition, (gsize)list->cnt + 1);
    for (int i = 0; i < list->cnt; i++)
        partitions[i] = (struct hf_topic_partition){list->elems[i].topic, list->elems[i].partition, -1};
    membership->events.assigned(membership->events.context, partitions, (size_t)list->cnt);
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list,
                         void *opaque)
{
    struct hf_membership *membership = ((struct hf_kafka_link *)opaque)->owner;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        /* Nothing is fetched here: an empty assignment completes the rebalance. */
        rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
        rd_kafka_assign(client, none);
        rd_kafka_topic_partition_list_destroy(none);
        report_assigned(membership, list);
        return;
    }
    if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || rd_kafka_assignment_lost(client))
        membership->events.lost(membership->events.context);
    else
        membership->events.revoked(membership->events.context);
    rd_kafka_assign(client, NULL);
}

static int subscribe(struct hf_membership *membership, const char *const *topics, size_t topic_count,
                     struct hf_error *error)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)topic_count);
    for (size_t i = 0; i < topic_count; i++)
        rd_kafka_topic_partition_list_add(list, topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(membership->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "subscribe: %s", rd_kafka_err2str(code));
    return HF_OK;
}

int hf_membership_new(const struct hf_kafka_settings *settings, const char *group, const char *instance,
                      const char *const *topics, size_t topic_count, const struct hf_membership_events *events,
                      struct hf_membership **out_membership, struct hf_error *error)
{
    static const struct hf_kafka_property defaults[] = {
        {"session.timeout.ms", "10000"},
        {"heartbeat.interval.ms", "2000"},
        {NULL, NULL},
    };
    const struct hf_kafka_property required[] = {
        {"group.id", group},
        {"group.instance.id", instance},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},
        /* rd_kafka_committed then asks for stable offsets only (KIP-447). */
        {"isolation.level", "read_committed"},
        {"partition.assignment.strategy", "range"},
#if RD_KAFKA_VERSION >= 0x02040000
        {"group.protocol", "classic"}, /* the default is announced to change, and rebalances with it */
#endif
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf;
    struct hf_membership *membership = g_new0(struct hf_membership, 1);
    membership->link = (struct hf_kafka_link){settings, membership};
    membership->events = *events;
    int result = hf_kafka_configure(&membership->link, defaults, required, &conf, error);
    if (result == HF_OK) {
        rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
        result = hf_kafka_create(RD_KAFKA_CONSUMER, conf, &membership->client, error);
    }
    if (result != HF_OK) {
        g_free(membership);
        return result;
    }
    rd_kafka_poll_set_consumer(membership->client);
    result = subscribe(membership, topics, topic_count, error);
    if (result != HF_OK)
        hf_membership_free(&membership);
    else
        *out_membership = membership;
    return result;
}

void hf_membership_free(struct hf_membership **membership)
{
    if (!*membership)
        return;
    rd_kafka_consumer_close((*membership)->client); /* calls on_rebalance */
    rd_kafka_destroy((*membership)->client);
    g_free(*membership);
    *membership = NULL;
}

int hf_membership_poll(struct hf_membership *membership, int timeout_ms, struct hf_error *error)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(membership->client, timeout_ms);
    if (message) /* an error event: nothing is fetched here; librdkafka mends all but the fatal ones */
        rd_kafka_message_destroy(message);
    char reason[256];
    rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(membership->client, reason, sizeof reason);
    if (fatal)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "group membership: %s: %s", rd_kafka_err2name(fatal),
                            reason);
    return HF_OK;
}

int hf_membership_committed(struct hf_membership *membership, struct hf_topic_partition *partitions, size_t count,
                            int timeout_ms, struct hf_error *error)
{
    rd_kafka_topic_partition_list_t *list = hf_kafka_list(partitions, count);
    rd_kafka_resp_err_t code = rd_kafka_committed(membership->client, list, timeout_ms);
    for (int i = 0; !code && i < list->cnt; i++)
        code = list->elems[i].err;
    if (!code)
        for (int i = 0; i < list->cnt; i++)
            partitions[i].offset = list->elems[i].offset < 0 ? -1 : list->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    if (code)
        return hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "committed offsets: %s", rd_kafka_err2str(code));
    return HF_OK;
}
