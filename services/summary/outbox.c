/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps copies of output records. */
#include "outbox.h"

#include <glib.h>

#include "headframe/kafka_transaction.h"

struct outgoing {
    enum hf_topic topic;
    GBytes *key, *value; /* NULL: null */
    GArray *headers;     /* of struct hf_header with owned texts; NULL: none */
};

struct outbox {
    GPtrArray *records; /* of struct outgoing */
    size_t bytes;
};

static void free_outgoing(gpointer data)
{
    struct outgoing *record = data;
    g_clear_pointer(&record->key, g_bytes_unref);
    g_clear_pointer(&record->value, g_bytes_unref);
    for (guint i = 0; record->headers && i < record->headers->len; i++) {
        struct hf_header *header = &g_array_index(record->headers, struct hf_header, i);
        g_free((char *)header->name);
        g_free((void *)header->value);
    }
    g_clear_pointer(&record->headers, g_array_unref);
    g_free(record);
}

struct outbox *outbox_new(void)
{
    struct outbox *outbox = g_new0(struct outbox, 1);
    outbox->records = g_ptr_array_new_with_free_func(free_outgoing);
    return outbox;
}

void outbox_free(struct outbox **outbox)
{
    if (!*outbox)
        return;
    g_ptr_array_free((*outbox)->records, TRUE);
    g_free(*outbox);
    *outbox = NULL;
}

static GArray *copy_headers(const struct hf_output *output)
{
    if (output->header_count == 0)
        return NULL;
    GArray *headers = g_array_new(FALSE, FALSE, sizeof(struct hf_header));
    for (size_t i = 0; i < output->header_count; i++) {
        const struct hf_header *header = &output->headers[i];
        struct hf_header copy = {g_strdup(header->name), NULL, header->length};
        if (header->value) /* of no bytes: "", which is not null */
            copy.value = g_memdup2(header->length ? header->value : "", header->length ? header->length : 1);
        g_array_append_val(headers, copy);
    }
    return headers;
}

void outbox_add(struct outbox *outbox, const struct hf_output *output)
{
    struct outgoing *record = g_new0(struct outgoing, 1);
    record->topic = output->topic;
    record->key = output->key ? g_bytes_new(output->key, output->key_length) : NULL;
    record->value = output->value ? g_bytes_new(output->value, output->value_length) : NULL;
    record->headers = copy_headers(output);
    g_ptr_array_add(outbox->records, record);
    outbox->bytes += output->key_length + output->value_length;
}

size_t outbox_count(const struct outbox *outbox)
{
    return outbox->records->len;
}

size_t outbox_bytes(const struct outbox *outbox)
{
    return outbox->bytes;
}

static int write_outgoing(const struct outgoing *record, const struct hf_sink *sink, struct hf_error *error)
{
    struct hf_output output = {.topic = record->topic, .partition = HF_PARTITION_BY_KEY};
    if (record->key)
        output.key = g_bytes_get_data(record->key, &output.key_length);
    if (record->value)
        output.value = g_bytes_get_data(record->value, &output.value_length);
    /* GLib has no pointer for no bytes, and a NULL is null: a tombstone, or no key. */
    if (record->key && !output.key)
        output.key = "";
    if (record->value && !output.value)
        output.value = "";
    if (record->headers) {
        output.headers = (const struct hf_header *)(void *)record->headers->data;
        output.header_count = record->headers->len;
    }
    return sink->write(sink->context, &output, error);
}

int outbox_write(const struct outbox *outbox, const struct hf_sink *sink, struct hf_error *error)
{
    int result = HF_OK;
    for (guint i = 0; i < outbox->records->len && result == HF_OK; i++)
        result = write_outgoing(outbox->records->pdata[i], sink, error);
    return result;
}

void outbox_clear(struct outbox *outbox)
{
    g_ptr_array_set_size(outbox->records, 0);
    outbox->bytes = 0;
}
