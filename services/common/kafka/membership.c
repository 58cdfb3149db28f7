/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what happens when the group changes hands. Classic protocol, eager rebalances: all partitions go, then the
 * new set comes; what comes back keeps its memory (the caller compares positions).
 *
 * FENCED_INSTANCE_ID says that someone else has the instance id. It also meets a member that is alone: a coordinator
 * that goes down with its answer to JoinGroup has given the id to a member that nobody is. So the member joins again,
 * and gives up where that happens for the third time within a minute: of two processes of one name each drives the other
 * out, and the older one, driven out first, gives up first. */
#include "headframe/kafka_membership.h"

#include <glib.h>

#include "internal.h"

/* CLOSE_MS: what leaving may take; a coordinator that does not answer by then finds out by the session's timeout. */
enum { CLOSE_MS = 1500, POLL_MS = 50, FENCED_LIMIT = 3, FENCED_WINDOW_S = 60 };

struct hf_membership {
    struct hf_kafka_link link;
    rd_kafka_t *client;
    struct hf_membership_events events;
    char *group, *instance;
    rd_kafka_topic_partition_list_t *topics;
    int is_assigned;                /* be it nothing */
    rd_kafka_resp_err_t said_error; /* the last one that was logged */
    int fenced_count;               /* in the window that began at */
    gint64 fenced_us;               /* this time */
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
    membership->is_assigned = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
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

/* Makes the client and subscribes. */
static int join(struct hf_membership *membership, struct hf_error *error)
{
    static const struct hf_kafka_property defaults[] = {
        {"session.timeout.ms", "10000"},
        {"heartbeat.interval.ms", "2000"},
        {NULL, NULL},
    };
    const struct hf_kafka_property required[] = {
        {"group.id", membership->group},
        {"group.instance.id", membership->instance},
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
    int result = hf_kafka_configure(&membership->link, defaults, required, &conf, error);
    if (result != HF_OK)
        return result;
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    result = hf_kafka_create(RD_KAFKA_CONSUMER, conf, &membership->client, error);
    if (result != HF_OK)
        return result;
    rd_kafka_poll_set_consumer(membership->client);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(membership->client, membership->topics);
    return code ? hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "subscribe: %s", rd_kafka_err2str(code)) : HF_OK;
}

int hf_membership_new(const struct hf_kafka_settings *settings, const char *group, const char *instance,
                      const char *const *topics, size_t topic_count, const struct hf_membership_events *events,
                      struct hf_membership **out_membership, struct hf_error *error)
{
    struct hf_membership *membership = g_new0(struct hf_membership, 1);
    membership->link = (struct hf_kafka_link){settings, membership};
    membership->events = *events;
    membership->group = g_strdup(group);
    membership->instance = g_strdup(instance);
    membership->topics = rd_kafka_topic_partition_list_new((int)topic_count);
    for (size_t i = 0; i < topic_count; i++)
        rd_kafka_topic_partition_list_add(membership->topics, topics[i], RD_KAFKA_PARTITION_UA);
    int result = join(membership, error);
    if (result != HF_OK)
        hf_membership_free(&membership);
    else
        *out_membership = membership;
    return result;
}

/* rd_kafka_consumer_close waits for ever; this serves what it would serve (on_rebalance), but gives up. */
static void close_client(struct hf_membership *membership)
{
    gint64 deadline_us = g_get_monotonic_time() + CLOSE_MS * G_GINT64_CONSTANT(1000);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(membership->client);
    hf_kafka_wait_begin(membership->link.settings, "consumer_close", CLOSE_MS);
    rd_kafka_error_t *failure = rd_kafka_consumer_close_queue(membership->client, queue);
    while (!failure && !rd_kafka_consumer_closed(membership->client) && g_get_monotonic_time() < deadline_us)
        rd_kafka_queue_poll_callback(queue, POLL_MS);
    if (failure) /* fatal: the group has thrown it out already */
        rd_kafka_error_destroy(failure);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy_flags(membership->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    hf_kafka_wait_end(membership->link.settings);
}

void hf_membership_free(struct hf_membership **membership)
{
    if (!*membership)
        return;
    if ((*membership)->client)
        close_client(*membership);
    rd_kafka_topic_partition_list_destroy((*membership)->topics);
    g_free((*membership)->group);
    g_free((*membership)->instance);
    g_free(*membership);
    *membership = NULL;
}

void hf_membership_leave(struct hf_membership *membership, int timeout_ms)
{
    char unused[8];
    if (!membership->client || rd_kafka_fatal_error(membership->client, unused, sizeof unused))
        return;
    gint64 deadline_us = g_get_monotonic_time() + timeout_ms * G_GINT64_CONSTANT(1000);
    hf_kafka_wait_begin(membership->link.settings, "unsubscribe", timeout_ms);
    rd_kafka_unsubscribe(membership->client); /* fails for share groups only */
    /* The request is sent once the revocation has been served. */
    while (membership->is_assigned && g_get_monotonic_time() < deadline_us) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(membership->client, POLL_MS);
        if (message)
            rd_kafka_message_destroy(message);
    }
    hf_kafka_wait_end(membership->link.settings);
}

/* Joins again under the same name, unless that has failed too often. */
static int take_fencing(struct hf_membership *membership, struct hf_error *error)
{
    const struct hf_kafka_settings *settings = membership->link.settings;
    gint64 now_us = g_get_monotonic_time();
    if (now_us - membership->fenced_us > (gint64)FENCED_WINDOW_S * G_USEC_PER_SEC) {
        membership->fenced_us = now_us;
        membership->fenced_count = 0;
    }
    if (++membership->fenced_count >= FENCED_LIMIT)
        return hf_error_set(error, HF_EFENCED, HF_ACTION_FATAL,
                            "a newer process has joined group %s as %s, so this one ends; two processes of one kind "
                            "need two names: set instance in [headframe] of one of them",
                            membership->group, membership->instance);
    g_autofree char *text = g_strdup_printf("FENCED_INSTANCE_ID: group %s has given the name %s to another member; "
                                            "joining again",
                                            membership->group, membership->instance);
    if (settings->on_log)
        settings->on_log(settings->context, 4, text);
    if (membership->is_assigned)
        membership->events.lost(membership->events.context);
    membership->is_assigned = 0;
    close_client(membership);
    membership->client = NULL;
    return join(membership, error);
}

static int take_fatal(struct hf_membership *membership, rd_kafka_resp_err_t code, const char *reason,
                      struct hf_error *error)
{
    if (code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
        return take_fencing(membership, error);
    return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "member %s of group %s: %s: %s", membership->instance,
                        membership->group, rd_kafka_err2name(code), reason);
}

/* An error event; nothing is fetched here. Where librdkafka goes on trying it is said once. */
static int take_event(struct hf_membership *membership, const rd_kafka_message_t *message, struct hf_error *error)
{
    const struct hf_kafka_settings *settings = membership->link.settings;
    const char *remedy = hf_kafka_remedy(message->err);
    if (remedy)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "member %s of group %s: %s; %s", membership->instance,
                            membership->group, rd_kafka_message_errstr(message), remedy);
    if (message->err && message->err != membership->said_error && settings->on_log)
        settings->on_log(settings->context, 4, rd_kafka_message_errstr(message));
    membership->said_error = message->err;
    return HF_OK;
}

int hf_membership_poll(struct hf_membership *membership, int timeout_ms, struct hf_error *error)
{
    if (!membership->client) /* joining again has failed, and no retry helped */
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "group %s could not be joined again", membership->group);
    rd_kafka_message_t *message = rd_kafka_consumer_poll(membership->client, timeout_ms);
    char reason[256];
    rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(membership->client, reason, sizeof reason);
    int result = HF_OK;
    if (message && !fatal)
        result = take_event(membership, message, error);
    if (message) /* before its client may be destroyed */
        rd_kafka_message_destroy(message);
    return fatal ? take_fatal(membership, fatal, reason, error) : result;
}

int hf_membership_committed(struct hf_membership *membership, struct hf_topic_partition *partitions, size_t count,
                            int timeout_ms, struct hf_error *error)
{
    rd_kafka_topic_partition_list_t *list = hf_kafka_list(partitions, count);
    hf_kafka_wait_begin(membership->link.settings, "committed", timeout_ms);
    rd_kafka_resp_err_t code = rd_kafka_committed(membership->client, list, timeout_ms);
    hf_kafka_wait_end(membership->link.settings);
    for (int i = 0; !code && i < list->cnt; i++)
        code = list->elems[i].err;
    if (!code)
        for (int i = 0; i < list->cnt; i++)
            partitions[i].offset = list->elems[i].offset < 0 ? -1 : list->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    if (code)
        return hf_kafka_fail(error, code, "committed offsets of group %s", membership->group);
    return HF_OK;
}
