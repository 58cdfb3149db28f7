/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which Avro schema an id means. */
#include "headframe/schema_store.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <limits.h>
#include <string.h>

struct hf_schema_store {
    GHashTable *by_id; /* id → struct entry */
};

/* A schema and what is asked of it for each record that is written. */
struct entry {
    struct hf_schema schema;
    char *full_name; /* "headframe.CostEvent"; NULL where it is no record */
    json_t *parsed;
};

static void free_schema(gpointer data)
{
    struct entry *entry = data;
    if (entry->schema.value_class)
        avro_value_iface_decref(entry->schema.value_class);
    avro_schema_decref(entry->schema.schema);
    json_decref(entry->parsed);
    g_free(entry->full_name);
    g_free(entry->schema.json);
    g_free(entry);
}

/* A new string, or NULL. */
static char *full_name_of(avro_schema_t schema)
{
    if (!is_avro_record(schema))
        return NULL;
    const char *space = avro_schema_namespace(schema);
    return g_strdup_printf("%s%s%s", space ? space : "", space ? "." : "", avro_schema_name(schema));
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
    struct entry *entry = g_new0(struct entry, 1);
    entry->schema = (struct hf_schema){.id = (uint32_t)id, .schema = parsed};
    entry->full_name = full_name_of(parsed);
    entry->parsed = json_loads(json, 0, NULL);
    entry->schema.json = g_steal_pointer(&json);
    if (!g_hash_table_insert(store->by_id, GUINT_TO_POINTER(entry->schema.id), entry))
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
        const struct entry *entry = value;
        if (g_strcmp0(entry->full_name, full_name) == 0 && (!found || entry->schema.id > found->id))
            found = &entry->schema;
    }
    return found;
}

int hf_schema_decimal_scale(const struct hf_schema *schema, const char *field)
{
    const json_t *root = ((const struct entry *)schema)->parsed; /* a store's schema is the first member of an entry */
    json_t *entry;
    size_t index;
    int scale = -1;
    json_array_foreach(json_object_get(root, "fields"), index, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (!name || strcmp(name, field) != 0)
            continue;
        const json_t *type = json_object_get(entry, "type");
        const char *logical = json_string_value(json_object_get(type, "logicalType"));
        json_int_t stated = json_integer_value(json_object_get(type, "scale"));
        if (logical && strcmp(logical, "decimal") == 0)
            scale = stated < 0 ? -1 : (int)MIN(stated, INT_MAX);
    }
    return scale;
}
