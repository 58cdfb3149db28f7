/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the cluster about topics, and makes them. */
#include "headframe/kafka_admin.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct hf_admin {
    struct hf_kafka_link link;
    rd_kafka_t *client;
};

int hf_admin_new(const struct hf_kafka_settings *settings, struct hf_admin **out_admin, struct hf_error *error)
{
    /* read_uncommitted: a watermark is the log's true end, not the last stable offset. */
    static const struct hf_kafka_property required[] = {{"isolation.level", "read_uncommitted"}, {NULL, NULL}};
    rd_kafka_conf_t *conf;
    struct hf_admin *admin = g_new0(struct hf_admin, 1);
    admin->link.settings = settings;
    int result = hf_kafka_configure(&admin->link, NULL, required, &conf, error);
    if (result == HF_OK)
        result = hf_kafka_create(RD_KAFKA_CONSUMER, conf, &admin->client, error);
    if (result != HF_OK)
        g_free(admin);
    else
        *out_admin = admin;
    return result;
}

void hf_admin_free(struct hf_admin **admin)
{
    if (!*admin)
        return;
    rd_kafka_destroy((*admin)->client);
    g_free(*admin);
    *admin = NULL;
}

int hf_admin_partition_count(struct hf_admin *admin, const char *name, int timeout_ms, int32_t *out_count,
                             struct hf_error *error)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(admin->client, name, NULL);
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(admin->client, 0, topic, &metadata, timeout_ms);
    rd_kafka_poll(admin->client, 0);
    rd_kafka_topic_destroy(topic);
    if (code)
        return hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "no answer about topic %s: %s", name,
                            rd_kafka_err2str(code));
    int result = HF_OK;
    rd_kafka_resp_err_t topic_code =
        metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (topic_code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        result = hf_error_set(error, HF_ENOENT, HF_ACTION_FATAL, "topic %s does not exist", name);
    else if (topic_code)
        result = hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "topic %s: %s", name, rd_kafka_err2str(topic_code));
    else
        *out_count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return result;
}

int hf_admin_offsets(struct hf_admin *admin, const char *topic, int32_t partition, int timeout_ms, int64_t *out_first,
                     int64_t *out_end, struct hf_error *error)
{
    int64_t first, end;
    rd_kafka_resp_err_t code =
        rd_kafka_query_watermark_offsets(admin->client, topic, partition, &first, &end, timeout_ms);
    if (code)
        return hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "end of %s [%d]: %s", topic, partition,
                            rd_kafka_err2str(code));
    if (out_first)
        *out_first = first;
    if (out_end)
        *out_end = end;
    return HF_OK;
}

/* Waits for the result of an admin request; the event is new (rd_kafka_event_destroy), or NULL after timeout_ms. */
static rd_kafka_event_t *await(rd_kafka_queue_t *queue, int timeout_ms)
{
    return rd_kafka_queue_poll(queue, timeout_ms + 1000);
}

int hf_admin_create_topic(struct hf_admin *admin, const struct hf_new_topic *topic, int timeout_ms,
                          struct hf_error *error)
{
    char reason[256];
    rd_kafka_NewTopic_t *request =
        rd_kafka_NewTopic_new(topic->name, topic->partitions, topic->replication, reason, sizeof reason);
    if (!request)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "topic %s: %s", topic->name, reason);
    for (size_t i = 0; i < topic->config_count; i++)
        rd_kafka_NewTopic_set_config(request, topic->configs[i].name, topic->configs[i].value);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(admin->client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, reason, sizeof reason);
    rd_kafka_AdminOptions_set_operation_timeout(options, timeout_ms, reason, sizeof reason);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(admin->client);
    rd_kafka_CreateTopics(admin->client, &request, 1, options, queue);
    rd_kafka_event_t *event = await(queue, timeout_ms);
    int result = HF_OK;
    size_t count = 0;
    const rd_kafka_CreateTopics_result_t *answer = event ? rd_kafka_event_CreateTopics_result(event) : NULL;
    const rd_kafka_topic_result_t **topics = answer ? rd_kafka_CreateTopics_result_topics(answer, &count) : NULL;
    if (!event || rd_kafka_event_error(event))
        result = hf_error_set(error, HF_EIO, HF_ACTION_RETRY, "topic %s: %s", topic->name,
                              event ? rd_kafka_event_error_string(event) : "no answer");
    else if (count == 1 && rd_kafka_topic_result_error(topics[0]))
        result = hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "topic %s: %s", topic->name,
                              rd_kafka_topic_result_error_string(topics[0]));
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_NewTopic_destroy(request);
    return result;
}

/* The value of entry name in a DescribeConfigs answer, or NULL. */
static const char *find_config(const rd_kafka_event_t *event, const char *name)
{
    size_t resources, entries;
    const rd_kafka_DescribeConfigs_result_t *answer = rd_kafka_event_DescribeConfigs_result((rd_kafka_event_t *)event);
    const rd_kafka_ConfigResource_t **list =
        answer ? rd_kafka_DescribeConfigs_result_resources(answer, &resources) : NULL;
    if (!list || resources != 1 || rd_kafka_ConfigResource_error(list[0]))
        return NULL;
    const rd_kafka_ConfigEntry_t **values = rd_kafka_ConfigResource_configs(list[0], &entries);
    for (size_t i = 0; i < entries; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(values[i]), name) == 0)
            return rd_kafka_ConfigEntry_value(values[i]);
    return NULL;
}

int hf_admin_topic_config(struct hf_admin *admin, const char *topic, const char *name, int timeout_ms, char **out_value,
                          struct hf_error *error)
{
    char reason[256];
    rd_kafka_ConfigResource_t *request = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(admin->client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, reason, sizeof reason);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(admin->client);
    rd_kafka_DescribeConfigs(admin->client, &request, 1, options, queue);
    rd_kafka_event_t *event = await(queue, timeout_ms);
    const char *value = event && !rd_kafka_event_error(event) ? find_config(event, name) : NULL;
    int result = HF_OK;
    if (value)
        *out_value = strdup(value);
    else
        result = hf_error_set(error, HF_ENOENT, HF_ACTION_NONE, "the broker does not tell %s of topic %s", name, topic);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy(request);
    return result;
}
