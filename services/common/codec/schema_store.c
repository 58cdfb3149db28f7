/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which Avro schema an id means. */
#include "headframe/schema_store.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>

struct hf_schema_store {
    GHashTable *by_id; /* id → struct hf_schema */
};

static void free_schema(gpointer data)
{
    struct hf_schema *schema = data;
    avro_schema_decref(schema->schema);
    g_free(schema->json);
    g_free(schema);
}

static int load_file(struct hf_schema_store *store, const char *directory, const char *name, struct hf_error *error)
{
    char *end;
    errno = 0;
    unsigned long id = strtoul(name, &end, 10);
    if (end == name || *end != '.' || errno || id > UINT32_MAX)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s/%s: a schema file is named ID.NAME.avsc", directory,
                            name);
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *json = NULL;
    gsize length;
    if (!g_file_get_contents(path, &json, &length, NULL))
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s: cannot be read: %s", path, g_strerror(errno));
    avro_schema_t parsed;
    if (avro_schema_from_json_length(json, length, &parsed) != 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s: not an Avro schema: %s", path, avro_strerror());
    struct hf_schema *schema = g_new0(struct hf_schema, 1);
    schema->id = (uint32_t)id;
    schema->schema = parsed;
    schema->json = g_steal_pointer(&json);
    if (!g_hash_table_insert(store->by_id, GUINT_TO_POINTER(schema->id), schema))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s: another file has the same id", path);
    return HF_OK;
}

int hf_schema_store_new(const char *directory, struct hf_schema_store **out_store, struct hf_error *error)
{
    GError *reason = NULL;
    GDir *entries = g_dir_open(directory, 0, &reason);
    if (!entries) {
        hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "schema directory: %s", reason->message);
        g_error_free(reason);
        return HF_EIO;
    }
    struct hf_schema_store *store = g_new0(struct hf_schema_store, 1);
    store->by_id = g_hash_table_new_full(NULL, NULL, NULL, free_schema);
    int result = HF_OK;
    for (const char *name; result == HF_OK && (name = g_dir_read_name(entries));)
        if (g_str_has_suffix(name, ".avsc"))
            result = load_file(store, directory, name, error);
    g_dir_close(entries);
    if (result != HF_OK)
        hf_schema_store_free(&store);
    else
        *out_store = store;
    return result;
}

void hf_schema_store_free(struct hf_schema_store **store)
{
    if (!*store)
        return;
    g_hash_table_destroy((*store)->by_id);
    g_free(*store);
    *store = NULL;
}

const struct hf_schema *hf_schema_store_get(const struct hf_schema_store *store, uint32_t id)
{
    return g_hash_table_lookup(store->by_id, GUINT_TO_POINTER(id));
}

const struct hf_schema *hf_schema_store_find(const struct hf_schema_store *store, const char *full_name)
{
    const struct hf_schema *found = NULL;
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, store->by_id);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct hf_schema *schema = value;
        if (!is_avro_record(schema->schema))
            continue;
        const char *space = avro_schema_namespace(schema->schema);
        g_autofree char *name = g_strdup_printf("%s%s%s", space ? space : "", space ? "." : "",
                                                avro_schema_name(schema->schema));
        if (strcmp(name, full_name) == 0 && (!found || schema->id > found->id))
            found = schema;
    }
    return found;
}

int hf_schema_decimal_scale(const struct hf_schema *schema, const char *field)
{
    json_t *root = json_loads(schema->json, 0, NULL);
    json_t *entry;
    size_t index;
    int scale = -1;
    json_array_foreach(json_object_get(root, "fields"), index, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        const json_t *type = json_object_get(entry, "type");
        const char *logical = json_string_value(json_object_get(type, "logicalType"));
        if (name && strcmp(name, field) == 0 && logical && strcmp(logical, "decimal") == 0)
            scale = (int)json_integer_value(json_object_get(type, "scale"));
    }
    json_decref(root);
    return scale;
}
