/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the values of reference records as bytes: those that stand, and those that were preserved.
 *
 * A key is "open" while all that was read of it on its reference topic is bad: then what stands, if anything, is what was
 * preserved last. A good record closes it. A key that was deleted since has nothing that could stand. */
#include "headframe/standing.h"

#include <glib.h>
#include <string.h>

#include "headframe/kafka_transaction.h"

struct hf_standing {
    GHashTable *values;    /* "TOPIC|KEY" → GBytes: what stands */
    GHashTable *preserved; /* the same: what HF_TOPIC_STANDING says */
    GHashTable *open;      /* set of "TOPIC|KEY" */
    GHashTable *deleted;   /* set of "TOPIC|KEY": by a tombstone that was read */
    GHashTable *unwritten; /* "TOPIC|KEY" → whether the value is to be written, or else a tombstone */
};

static void unref_bytes(gpointer bytes)
{
    g_bytes_unref(bytes);
}

struct hf_standing *hf_standing_new(void)
{
    struct hf_standing *standing = g_new0(struct hf_standing, 1);
    standing->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_bytes);
    standing->preserved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_bytes);
    standing->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    standing->deleted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    standing->unwritten = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return standing;
}

void hf_standing_free(struct hf_standing **standing)
{
    if (!*standing)
        return;
    g_hash_table_destroy((*standing)->values);
    g_hash_table_destroy((*standing)->preserved);
    g_hash_table_destroy((*standing)->open);
    g_hash_table_destroy((*standing)->deleted);
    g_hash_table_destroy((*standing)->unwritten);
    g_free(*standing);
    *standing = NULL;
}

/* "TOPIC|KEY", a new string; NULL where the key is no text: such a record can have no previous value. */
static char *name_of(enum hf_topic topic, const struct hf_record *record)
{
    if (!record->key || !g_utf8_validate_len(record->key, record->key_length, NULL))
        return NULL;
    return g_strdup_printf("%s|%.*s", hf_topic_info(topic)->name, (int)record->key_length, record->key);
}

/* The record that bytes (NULL: a tombstone) would make under the key in name. */
static void describe(const char *name, GBytes *bytes, struct hf_record *out_record)
{
    const char *key = strchr(name, '|') + 1;
    *out_record = (struct hf_record){.timestamp_ms = -1, .key = key, .key_length = strlen(key)};
    if (bytes)
        out_record->value = g_bytes_get_data(bytes, &out_record->value_length);
}

static void set_value(struct hf_standing *standing, const char *name, const struct hf_record *record)
{
    if (record->value)
        g_hash_table_replace(standing->values, g_strdup(name), g_bytes_new(record->value, record->value_length));
    else
        g_hash_table_remove(standing->values, name);
}

void hf_standing_accept(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record)
{
    g_autofree char *name = name_of(topic, record);
    if (!name)
        return;
    set_value(standing, name, record);
    g_hash_table_remove(standing->open, name);
    if (record->value)
        g_hash_table_remove(standing->deleted, name);
    else
        g_hash_table_add(standing->deleted, g_strdup(name));
}

void hf_standing_accept_instead(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record)
{
    g_autofree char *name = name_of(topic, record);
    if (name)
        set_value(standing, name, record);
}

int hf_standing_refuse(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record,
                       struct hf_record *out_record)
{
    gpointer kept_name, bytes;
    g_autofree char *name = name_of(topic, record);
    if (!name || g_hash_table_contains(standing->values, name) || g_hash_table_contains(standing->deleted, name))
        return 0;
    int is_preserved = g_hash_table_lookup_extended(standing->preserved, name, &kept_name, &bytes);
    if (is_preserved)
        describe(kept_name, bytes, out_record);
    g_hash_table_add(standing->open, g_steal_pointer(&name));
    return is_preserved;
}

/* The reference topic that name begins with, or -1. */
static int topic_of(const char *name)
{
    const char *bar = strchr(name, '|');
    g_autofree char *topic = bar ? g_strndup(name, (gsize)(bar - name)) : NULL;
    return topic ? hf_topic_find(topic) : -1;
}

int hf_standing_take(struct hf_standing *standing, const struct hf_record *record, enum hf_topic *out_topic,
                     struct hf_record *out_record)
{
    gpointer kept_name;
    g_autofree char *name = g_strndup(record->key ? record->key : "", record->key ? record->key_length : 0);
    int topic = topic_of(name);
    if (topic < 0)
        return 0;
    GBytes *bytes = record->value ? g_bytes_new(record->value, record->value_length) : NULL;
    int is_open = g_hash_table_lookup_extended(standing->open, name, &kept_name, NULL);
    if (is_open) {
        *out_topic = (enum hf_topic)topic;
        describe(kept_name, bytes, out_record);
    }
    if (bytes)
        g_hash_table_replace(standing->preserved, g_steal_pointer(&name), bytes);
    else
        g_hash_table_remove(standing->preserved, name);
    return is_open;
}

void hf_standing_preserve(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record)
{
    char *name = name_of(topic, record);
    int has_value = name && g_hash_table_contains(standing->values, name);
    if (has_value || (name && g_hash_table_contains(standing->preserved, name)))
        g_hash_table_replace(standing->unwritten, name, GINT_TO_POINTER(has_value));
    else
        g_free(name);
}

void hf_standing_withdraw(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record)
{
    char *name = name_of(topic, record);
    if (name && (g_hash_table_contains(standing->preserved, name) || g_hash_table_contains(standing->unwritten, name)))
        g_hash_table_replace(standing->unwritten, name, GINT_TO_POINTER(0));
    else
        g_free(name);
}

void hf_standing_forget_work(struct hf_standing *standing)
{
    g_hash_table_remove_all(standing->unwritten);
}

int hf_standing_has_work(const struct hf_standing *standing)
{
    return g_hash_table_size(standing->unwritten) > 0;
}

int hf_standing_publish(struct hf_standing *standing, const struct hf_sink *sink, struct hf_error *error)
{
    GHashTableIter iterator;
    gpointer name, has_value;
    int result = HF_OK;
    g_hash_table_iter_init(&iterator, standing->unwritten);
    while (result == HF_OK && g_hash_table_iter_next(&iterator, &name, &has_value)) {
        GBytes *bytes = has_value ? g_hash_table_lookup(standing->values, name) : NULL;
        struct hf_output output = {
            .topic = HF_TOPIC_STANDING,
            .partition = HF_PARTITION_BY_KEY,
            .key = name,
            .key_length = strlen(name),
        };
        if (bytes)
            output.value = g_bytes_get_data(bytes, &output.value_length);
        result = sink->write(sink->context, &output, error);
    }
    g_hash_table_remove_all(standing->unwritten);
    return result;
}
