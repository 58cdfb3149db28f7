/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how much room the headers of a record need. */
#include "record_headers.h"

#include <string.h>

enum { FIRST_ROOM = 64 };

GArray *hf_record_all_headers(const struct hf_record *record)
{
    GArray *headers = g_array_new(FALSE, TRUE, sizeof(struct hf_header));
    size_t room = FIRST_ROOM / 2, count;
    do {
        room *= 2;
        g_array_set_size(headers, (guint)room);
        count = hf_record_headers(record, (struct hf_header *)(void *)headers->data, room);
    } while (count == room);
    g_array_set_size(headers, (guint)count);
    return headers;
}

const struct hf_header *hf_header_find_last(const GArray *headers, const char *name)
{
    for (guint i = headers->len; i-- > 0;) {
        const struct hf_header *header = &g_array_index(headers, struct hf_header, i);
        if (strcmp(header->name, name) == 0)
            return header;
    }
    return NULL;
}
