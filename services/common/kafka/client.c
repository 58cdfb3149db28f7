/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the properties every client starts from, and which of them the user may not change. */
#include "headframe/kafka_client.h"

#include <glib.h>
#include <string.h>

#include "internal.h"

/* Properties our guarantees rest on. Each role sets what it needs of them. */
/* clang-format off */
static const char *const reserved[] = {
    "isolation.level",
    "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "enable.partition.eof",
    "enable.idempotence", "enable.gapless.guarantee", "acks", "request.required.acks", "transactional.id",
    "group.id", "group.instance.id", "group.protocol", "partition.assignment.strategy", "partitioner",
};
/* clang-format on */

const char *hf_kafka_version(void)
{
    return rd_kafka_version_str();
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    const struct hf_kafka_settings *settings = ((const struct hf_kafka_link *)rd_kafka_opaque(client))->settings;
    (void)facility; /* the text names it */
    if (settings->on_log)
        settings->on_log(settings->context, level, text);
}

static void on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    const struct hf_kafka_settings *settings = ((const struct hf_kafka_link *)opaque)->settings;
    (void)client;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && settings->on_unreachable)
        settings->on_unreachable(settings->context, reason);
    else if (settings->on_log)
        settings->on_log(settings->context, code == RD_KAFKA_RESP_ERR__FATAL ? 3 : 6, reason);
}

static int apply(rd_kafka_conf_t *conf, const char *name, const char *value, struct hf_error *error)
{
    char reason[256];
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) == RD_KAFKA_CONF_OK)
        return HF_OK;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "Kafka property %s=%s: %s", name, value, reason);
}

static int apply_list(rd_kafka_conf_t *conf, const struct hf_kafka_property *list, struct hf_error *error)
{
    int result = HF_OK;
    for (; result == HF_OK && list && list->name; list++)
        result = apply(conf, list->name, list->value, error);
    return result;
}

static int apply_user(rd_kafka_conf_t *conf, const struct hf_kafka_settings *settings, struct hf_error *error)
{
    int result = HF_OK;
    for (size_t i = 0; result == HF_OK && i < settings->property_count; i++) {
        const struct hf_kafka_property *property = &settings->properties[i];
        for (size_t j = 0; j < sizeof reserved / sizeof *reserved; j++)
            if (strcmp(property->name, reserved[j]) == 0)
                return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                                    "Kafka property %s is set by headframe itself and can not be changed",
                                    property->name);
        result = apply(conf, property->name, property->value, error);
    }
    return result;
}

int hf_kafka_configure(struct hf_kafka_link *link, const struct hf_kafka_property *defaults,
                       const struct hf_kafka_property *required, rd_kafka_conf_t **out_conf, struct hf_error *error)
{
    static const struct hf_kafka_property common[] = {
        {"client.id", "headframe"},
        {"log.queue", "true"},
        {"log.connection.close", "false"},
        {"topic.metadata.refresh.interval.ms", "30000"},
        {"allow.auto.create.topics", "false"},
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int result = apply_list(conf, common, error);
    if (result == HF_OK)
        result = apply_list(conf, defaults, error);
    if (result == HF_OK)
        result = apply_user(conf, link->settings, error);
    if (result == HF_OK)
        result = apply_list(conf, required, error);
    if (result != HF_OK) {
        rd_kafka_conf_destroy(conf);
        return result;
    }
    rd_kafka_conf_set_opaque(conf, link);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    *out_conf = conf;
    return HF_OK;
}

int hf_kafka_create(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **out_client, struct hf_error *error)
{
    char reason[256];
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!client) {
        rd_kafka_conf_destroy(conf);
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "Kafka client: %s", reason);
    }
    rd_kafka_set_log_queue(client, NULL);
    *out_client = client;
    return HF_OK;
}

void hf_kafka_wait_begin(const struct hf_kafka_settings *settings, const char *call, int timeout_ms)
{
    if (settings->on_wait)
        settings->on_wait(settings->context, call, timeout_ms);
}

void hf_kafka_wait_end(const struct hf_kafka_settings *settings)
{
    if (settings->on_wait)
        settings->on_wait(settings->context, NULL, 0);
}

void hf_kafka_destroy(const struct hf_kafka_settings *settings, rd_kafka_t **client)
{
    if (!*client)
        return;
    hf_kafka_wait_begin(settings, "destroy", HF_KAFKA_LOCAL_MS);
    rd_kafka_destroy(*client);
    hf_kafka_wait_end(settings);
    *client = NULL;
}

const char *hf_kafka_remedy(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return "give the Kafka user this right";
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
        return "lower transaction.timeout.ms, or raise the brokers' transaction.max.timeout.ms";
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
        return "the brokers are too old: Kafka 2.5 or later is needed";
    default:
        return NULL;
    }
}

int hf_kafka_fail(struct hf_error *error, rd_kafka_resp_err_t code, const char *what, ...)
{
    const char *remedy = hf_kafka_remedy(code);
    va_list args;
    va_start(args, what);
    g_autofree char *text = g_strdup_vprintf(what, args);
    va_end(args);
    return hf_error_set(error, HF_EIO, remedy ? HF_ACTION_FATAL : HF_ACTION_RETRY, "%s: %s%s%s", text,
                        rd_kafka_err2str(code), remedy ? "; " : "", remedy ? remedy : "");
}

int hf_kafka_check_settings(const struct hf_kafka_settings *settings, struct hf_error *error)
{
    rd_kafka_conf_t *conf;
    struct hf_kafka_link link = {settings, NULL};
    int result = hf_kafka_configure(&link, NULL, NULL, &conf, error);
    if (result == HF_OK)
        rd_kafka_conf_destroy(conf);
    return result;
}

rd_kafka_topic_partition_list_t *hf_kafka_list(const struct hf_topic_partition *partitions, size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, partitions[i].topic, partitions[i].partition)->offset =
            partitions[i].offset < 0 ? RD_KAFKA_OFFSET_INVALID : partitions[i].offset;
    return list;
}

/* Murmur2 with the seed and mixing constants of org.apache.kafka.common.utils.Utils.murmur2. */
static uint32_t murmur2(const uint8_t *data, size_t length)
{
    const uint32_t m = 0x5bd1e995;
    uint32_t h = 0x9747b28c ^ (uint32_t)length;
    for (; length >= 4; data += 4, length -= 4) {
        uint32_t k = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        k *= m;
        k ^= k >> 24;
        h = h * m ^ k * m;
    }
    for (size_t i = length; i-- > 0;)
        h ^= (uint32_t)data[i] << (8 * i);
    if (length > 0)
        h *= m;
    h ^= h >> 13;
    h *= m;
    return h ^ h >> 15;
}

int32_t hf_kafka_partition_of(const void *key, size_t length, int32_t count)
{
    return (int32_t)(murmur2(key, length) & 0x7fffffff) % count;
}
