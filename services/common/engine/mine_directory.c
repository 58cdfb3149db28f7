/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the mines of reference.mines by id. */
#include "headframe/mine_directory.h"

#include <glib.h>
#include <string.h>

#include "headframe/reference_json.h"

struct hf_mine_directory {
    GHashTable *mines; /* id (inside the mine) → struct hf_mine */
    uint64_t version;
};

static void free_mine(gpointer data)
{
    struct hf_mine *mine = data;
    hf_mine_free(&mine);
}

struct hf_mine_directory *hf_mine_directory_new(void)
{
    struct hf_mine_directory *directory = g_new0(struct hf_mine_directory, 1);
    directory->mines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_mine);
    return directory;
}

void hf_mine_directory_free(struct hf_mine_directory **directory)
{
    if (!*directory)
        return;
    g_hash_table_destroy((*directory)->mines);
    g_free(*directory);
    *directory = NULL;
}

int hf_mine_directory_apply(struct hf_mine_directory *directory, const struct hf_record *record, struct hf_error *error)
{
    if (!record->key || !hf_is_identifier(record->key, record->key_length))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the record's key is not an identifier");
    directory->version++;
    if (!record->value) {
        g_autofree char *id = g_strndup(record->key, record->key_length);
        g_hash_table_remove(directory->mines, id);
        return HF_OK;
    }
    struct hf_mine *mine;
    if (hf_mine_parse(record->key, record->key_length, record->value, record->value_length, &mine, error) != HF_OK)
        return HF_EINVAL;
    g_hash_table_replace(directory->mines, mine->id, mine);
    return HF_OK;
}

uint64_t hf_mine_directory_version(const struct hf_mine_directory *directory)
{
    return directory->version;
}

const struct hf_mine *hf_mine_directory_find(const struct hf_mine_directory *directory, const char *id, size_t length)
{
    char text[HF_ID_LIMIT + 1];
    if (length > HF_ID_LIMIT)
        return NULL;
    memcpy(text, id, length);
    text[length] = '\0';
    return g_hash_table_lookup(directory->mines, text);
}
