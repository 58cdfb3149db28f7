/* SPDX-License-Identifier: Apache-2.0 */
/* Decides by which headers a letter is known: the last of each name, because the refused record may have brought the
 * same names along. */
#include "letter_search.h"

#include <glib.h>
#include <string.h>

enum { FIRST_ROOM = 32 };

struct letter_search {
    GHashTable *missing; /* set of "TOPIC|PARTITION|OFFSET" */
};

struct letter_search *letter_search_new(void)
{
    struct letter_search *search = g_new0(struct letter_search, 1);
    search->missing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return search;
}

void letter_search_free(struct letter_search **search)
{
    if (!*search)
        return;
    g_hash_table_destroy((*search)->missing);
    g_free(*search);
    *search = NULL;
}

static char *place_of(const char *topic, const struct hf_record *record)
{
    return g_strdup_printf("%s|%d|%lld", topic, record->partition, (long long)record->offset);
}

void letter_search_add(struct letter_search *search, const char *topic, const struct hf_record *record)
{
    g_hash_table_add(search->missing, place_of(topic, record));
}

size_t letter_search_count(const struct letter_search *search)
{
    return g_hash_table_size(search->missing);
}

int letter_search_is_missing(const struct letter_search *search, const char *topic, const struct hf_record *record)
{
    g_autofree char *place = place_of(topic, record);
    return g_hash_table_contains(search->missing, place);
}

/* All headers of the record, borrowed from it. */
static GArray *borrow_headers(const struct hf_record *record)
{
    GArray *headers = g_array_new(FALSE, TRUE, sizeof(struct hf_header));
    size_t room = FIRST_ROOM, count;
    do {
        room *= 2;
        g_array_set_size(headers, (guint)room);
        count = hf_record_headers(record, (struct hf_header *)(void *)headers->data, room);
    } while (count == room);
    g_array_set_size(headers, (guint)count);
    return headers;
}

/* The last header with that name, or an empty one. */
static struct hf_header find_last(const GArray *headers, const char *name)
{
    for (guint i = headers->len; i-- > 0;) {
        struct hf_header header = g_array_index(headers, struct hf_header, i);
        if (header.value && strcmp(header.name, name) == 0)
            return header;
    }
    return (struct hf_header){name, "", 0};
}

void letter_search_take(struct letter_search *search, const struct hf_record *letter)
{
    g_autoptr(GArray) headers = borrow_headers(letter);
    struct hf_header topic = find_last(headers, "headframe-topic");
    struct hf_header partition = find_last(headers, "headframe-partition");
    struct hf_header offset = find_last(headers, "headframe-offset");
    g_autofree char *place =
        g_strdup_printf("%.*s|%.*s|%.*s", (int)topic.length, (const char *)topic.value, (int)partition.length,
                        (const char *)partition.value, (int)offset.length, (const char *)offset.value);
    g_hash_table_remove(search->missing, place);
}
