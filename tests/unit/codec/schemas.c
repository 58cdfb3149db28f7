/* SPDX-License-Identifier: Apache-2.0 */
#include "schemas.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"

static struct schemas load(char *directory, const char *path)
{
    struct schemas schemas = {.directory = directory};
    struct hf_error error = {0};
    if (hf_schema_store_new(path, &schemas.store, &error) != HF_OK)
        fail_msg("%s", error.text);
    schemas.decoder = hf_event_decoder_new(schemas.store);
    return schemas;
}

struct schemas schemas_shipped(void)
{
    return load(NULL, HEADFRAME_SCHEMAS);
}

struct schemas schemas_of(const char *json)
{
    char *directory = scratch_new();
    scratch_write(directory, "1.Test.avsc", json);
    return load(directory, directory);
}

struct schemas schemas_quoted(const char *text)
{
    char *json = quoted(text);
    struct schemas schemas = schemas_of(json);
    free(json);
    return schemas;
}

void schemas_free(struct schemas *schemas)
{
    hf_event_decoder_free(&schemas->decoder);
    hf_schema_store_free(&schemas->store);
    if (schemas->directory)
        scratch_free(schemas->directory);
    schemas->directory = NULL;
}

char *scratch_new(void)
{
    char *directory = g_strdup(HEADFRAME_SCRATCH "/scratch-XXXXXX");
    assert_non_null(g_mkdtemp(directory));
    return directory;
}

void scratch_write(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

void scratch_free(char *directory)
{
    GDir *entries = g_dir_open(directory, 0, NULL);
    for (const char *name; entries && (name = g_dir_read_name(entries));) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_remove(path);
    }
    g_dir_close(entries);
    assert_int_equal(g_rmdir(directory), 0);
    g_free(directory);
}

char *schema_with_field(uint32_t id, const char *field, const char *type)
{
    struct schemas shipped = schemas_shipped();
    json_t *root = json_loads(hf_schema_store_get(shipped.store, id)->json, 0, NULL);
    json_t *fields = json_object_get(root, "fields"), *entry;
    size_t index, found = json_array_size(fields);
    json_array_foreach(fields, index, entry) if (strcmp(json_string_value(json_object_get(entry, "name")), field) == 0)
        found = index;
    assert_true(found < json_array_size(fields));
    if (type) {
        json_object_set_new(json_array_get(fields, found), "type", json_loads(type, JSON_DECODE_ANY, NULL));
        json_object_del(json_array_get(fields, found), "default");
    } else {
        json_array_remove(fields, found);
    }
    char *text = json_dumps(root, 0);
    json_decref(root);
    schemas_free(&shipped);
    return text;
}
