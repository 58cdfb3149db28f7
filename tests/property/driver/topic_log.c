/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which partition and offset a record gets, and what a broker would not take. */
#include "topic_log.h"

#include <string.h>

#include "headframe/kafka_client.h"
#include "headframe/kafka_transaction.h"

static void *copy_bytes(const void *bytes, size_t length)
{
    char *copy = bytes ? g_malloc(length + 1) : NULL;
    if (copy) {
        memcpy(copy, bytes, length);
        copy[length] = '\0';
    }
    return copy;
}

static void free_record(gpointer data)
{
    struct log_record *record = data;
    for (size_t i = 0; i < record->header_count; i++) {
        g_free((char *)record->headers[i].name);
        g_free((void *)record->headers[i].value);
    }
    g_free(record->headers);
    g_free(record->key);
    g_free(record->value);
    g_free(record);
}

static int is_read_by_daemons(enum hf_topic topic)
{
    switch (topic) {
    case HF_TOPIC_PRODUCTION:
    case HF_TOPIC_COSTS:
    case HF_TOPIC_COMPANIES:
    case HF_TOPIC_MINES:
    case HF_TOPIC_PRICES:
    case HF_TOPIC_FX:
    case HF_TOPIC_PRODUCTION_DAYS:
    case HF_TOPIC_COST_DAYS:
    case HF_TOPIC_PRODUCTION_STATE:
    case HF_TOPIC_COSTS_STATE:
        return 1;
    default:
        return 0;
    }
}

struct topic_log *topic_log_new(int32_t partition_count)
{
    struct topic_log *log = g_new0(struct topic_log, 1);
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++) {
        log->partition_counts[topic] = is_read_by_daemons((enum hf_topic)topic) ? partition_count : 1;
        log->records[topic] = g_ptr_array_new_with_free_func(free_record);
    }
    return log;
}

void topic_log_free(struct topic_log **log)
{
    if (!*log)
        return;
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++)
        g_ptr_array_free((*log)->records[topic], TRUE);
    g_free(*log);
    *log = NULL;
}

static struct hf_header *copy_headers(const struct hf_output *output)
{
    struct hf_header *headers = g_new0(struct hf_header, output->header_count);
    for (size_t i = 0; i < output->header_count; i++) {
        const struct hf_header *header = &output->headers[i];
        headers[i] =
            (struct hf_header){g_strdup(header->name), copy_bytes(header->value, header->length), header->length};
    }
    return headers;
}

static int32_t place(const struct topic_log *log, const struct hf_output *output)
{
    if (output->partition != HF_PARTITION_BY_KEY)
        return output->partition;
    return output->key ? hf_kafka_partition_of(output->key, output->key_length, log->partition_counts[output->topic])
                       : 0;
}

const struct log_record *topic_log_append(struct topic_log *log, const struct hf_output *output, int64_t timestamp_ms,
                                          struct hf_error *error)
{
    int32_t partition = place(log, output);
    if (partition < 0 || partition >= log->partition_counts[output->topic]) {
        (void)hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s has no partition %d",
                           hf_topic_info(output->topic)->name, partition);
        return NULL;
    }
    struct log_record *record = g_new(struct log_record, 1);
    *record = (struct log_record){
        .topic = output->topic,
        .partition = partition,
        .offset = log->ends[output->topic][partition]++,
        .timestamp_ms = timestamp_ms,
        .key = copy_bytes(output->key, output->key_length),
        .value = copy_bytes(output->value, output->value_length),
        .key_length = output->key_length,
        .value_length = output->value_length,
        .headers = copy_headers(output),
        .header_count = output->header_count,
    };
    g_ptr_array_add(log->records[output->topic], record);
    return record;
}

static int write_output(void *context, const struct hf_output *output, struct hf_error *error)
{
    const struct hf_topic_info *info = hf_topic_info(output->topic);
    size_t bytes = output->key_length + output->value_length;
    if (bytes > HF_RECORD_LIMIT_BYTES)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a record of %zu bytes was written to %s", bytes,
                            info->name);
    if (!output->key && info->is_compacted)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a record without a key was written to %s", info->name);
    return topic_log_append(context, output, -1, error) ? HF_OK : HF_EINVAL;
}

struct hf_sink topic_log_sink(struct topic_log *log)
{
    return (struct hf_sink){write_output, log};
}

const struct log_record *topic_log_at(const struct topic_log *log, enum hf_topic topic, size_t index)
{
    return log->records[topic]->pdata[index];
}

size_t topic_log_count(const struct topic_log *log, enum hf_topic topic)
{
    return log->records[topic]->len;
}

void topic_log_mark(const struct topic_log *log, size_t out_counts[HF_TOPIC_COUNT])
{
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++)
        out_counts[topic] = topic_log_count(log, (enum hf_topic)topic);
}

/* Keys are compacted within their partition: each has a control record of its own. */
static GBytes *place_and_key(const struct log_record *record)
{
    GByteArray *bytes = g_byte_array_sized_new((guint)(sizeof record->partition + record->key_length));
    g_byte_array_append(bytes, (const guint8 *)&record->partition, sizeof record->partition);
    g_byte_array_append(bytes, (const guint8 *)record->key, (guint)record->key_length);
    return g_byte_array_free_to_bytes(bytes);
}

GPtrArray *topic_log_compacted(const struct topic_log *log, enum hf_topic topic)
{
    g_autoptr(GHashTable) last =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    GPtrArray *compacted = g_ptr_array_new();
    for (size_t i = 0; i < topic_log_count(log, topic); i++)
        g_hash_table_replace(last, place_and_key(topic_log_at(log, topic, i)), GSIZE_TO_POINTER(i));
    for (size_t i = 0; i < topic_log_count(log, topic); i++) {
        const struct log_record *record = topic_log_at(log, topic, i);
        g_autoptr(GBytes) key = place_and_key(record);
        if (GPOINTER_TO_SIZE(g_hash_table_lookup(last, key)) == i)
            g_ptr_array_add(compacted, (gpointer)record);
    }
    return compacted;
}

struct hf_record log_record_view(const struct log_record *record)
{
    return (struct hf_record){
        .tag = (int)record->topic,
        .partition = record->partition,
        .offset = record->offset,
        .timestamp_ms = record->timestamp_ms,
        .key = record->key,
        .key_length = record->key_length,
        .value = record->value,
        .value_length = record->value_length,
    };
}
