/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the cluster about topics, and makes them. */
#include "headframe/kafka_admin.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { ADMIN_GRACE_MS = 1000 }; /* within which librdkafka tells that time is up */

struct hf_admin {
    struct hf_kafka_link link;
    rd_kafka_t *client;
};

int hf_admin_new(const struct hf_kafka_settings *settings, struct hf_admin **out_admin, struct hf_error *error)
{
    rd_kafka_conf_t *conf;
    struct hf_admin *admin = g_new0(struct hf_admin, 1);
    admin->link.settings = settings;
    int result = hf_kafka_configure(&admin->link, NULL, NULL, &conf, error);
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
    hf_kafka_destroy((*admin)->link.settings, &(*admin)->client);
    g_free(*admin);
    *admin = NULL;
}

int hf_admin_partition_count(struct hf_admin *admin, const char *name, int timeout_ms, int32_t *out_count,
                             struct hf_error *error)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(admin->client, name, NULL);
    const struct rd_kafka_metadata *metadata;
    hf_kafka_wait_begin(admin->link.settings, "metadata", timeout_ms);
    rd_kafka_resp_err_t code = rd_kafka_metadata(admin->client, 0, topic, &metadata, timeout_ms);
    hf_kafka_wait_end(admin->link.settings);
    rd_kafka_poll(admin->client, 0);
    rd_kafka_topic_destroy(topic);
    if (code)
        return hf_kafka_fail(error, code, "no answer about topic %s", name);
    int result = HF_OK;
    rd_kafka_resp_err_t topic_code =
        metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (topic_code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        result = hf_error_set(error, HF_ENOENT, HF_ACTION_FATAL, "topic %s does not exist", name);
    else if (topic_code)
        result = hf_kafka_fail(error, topic_code, "topic %s", name);
    else
        *out_count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return result;
}

/* Waits for the result of an admin request; the event is new (rd_kafka_event_destroy), or NULL after timeout_ms. */
static rd_kafka_event_t *await(rd_kafka_queue_t *queue, int timeout_ms)
{
    return rd_kafka_queue_poll(queue, timeout_ms + ADMIN_GRACE_MS);
}

/* The offset in a ListOffsets answer. */
static int take_offset(rd_kafka_event_t *event, int64_t *out_offset, rd_kafka_resp_err_t *out_code)
{
    size_t count = 0;
    const rd_kafka_ListOffsets_result_t *answer = event ? rd_kafka_event_ListOffsets_result(event) : NULL;
    const rd_kafka_ListOffsetsResultInfo_t **infos = answer ? rd_kafka_ListOffsets_result_infos(answer, &count) : NULL;
    *out_code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (!*out_code && count == 1) {
        const rd_kafka_topic_partition_t *partition = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[0]);
        /* Where the connection broke, librdkafka says neither an error nor an offset. */
        *out_code = partition->err ? partition->err : partition->offset < 0 ? RD_KAFKA_RESP_ERR__TRANSPORT : 0;
        *out_offset = partition->offset;
    } else if (!*out_code) {
        *out_code = RD_KAFKA_RESP_ERR__BAD_MSG;
    }
    return *out_code ? HF_EIO : HF_OK;
}

/* rd_kafka_query_watermark_offsets asks for both ends at once, and where the first answer is an error and the second is
 * there already it tells the one for both, and no error: input would be skipped. So each is asked for by itself. */
static int ask_offset(struct hf_admin *admin, const char *topic, int32_t partition, rd_kafka_OffsetSpec_t which,
                      int timeout_ms, int64_t *out_offset, rd_kafka_resp_err_t *out_code)
{
    char reason[256];
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = which;
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(admin->client, RD_KAFKA_ADMIN_OP_LISTOFFSETS);
    rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, reason, sizeof reason);
    /* The log's true end, not the last stable offset. */
    rd_kafka_error_destroy(
        rd_kafka_AdminOptions_set_isolation_level(options, RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED));
    rd_kafka_queue_t *queue = rd_kafka_queue_new(admin->client);
    hf_kafka_wait_begin(admin->link.settings, "list_offsets", timeout_ms + ADMIN_GRACE_MS);
    rd_kafka_ListOffsets(admin->client, list, options, queue);
    rd_kafka_event_t *event = await(queue, timeout_ms);
    hf_kafka_wait_end(admin->link.settings);
    int result = take_offset(event, out_offset, out_code);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_topic_partition_list_destroy(list);
    return result;
}

int hf_admin_offsets(struct hf_admin *admin, const char *topic, int32_t partition, int timeout_ms, int64_t *out_first,
                     int64_t *out_end, struct hf_error *error)
{
    int64_t first = 0, end = 0;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    int result = HF_OK;
    if (out_first)
        result = ask_offset(admin, topic, partition, RD_KAFKA_OFFSET_SPEC_EARLIEST, timeout_ms, &first, &code);
    if (result == HF_OK && out_end)
        result = ask_offset(admin, topic, partition, RD_KAFKA_OFFSET_SPEC_LATEST, timeout_ms, &end, &code);
    rd_kafka_poll(admin->client, 0);
    if (result != HF_OK)
        return hf_kafka_fail(error, code, "end of %s [%d]", topic, partition);
    if (out_first)
        *out_first = first;
    if (out_end)
        *out_end = end;
    return HF_OK;
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
