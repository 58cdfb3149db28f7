/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how notes of what is missing are published: each once, in byte order. */
#include "missing.h"

#include <stdarg.h>
#include <string.h>

void missing_init(struct missing *missing)
{
    missing->notes = g_ptr_array_new_with_free_func(g_free);
}

void missing_fini(struct missing *missing)
{
    g_ptr_array_free(missing->notes, TRUE);
}

void missing_add(struct missing *missing, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(missing->notes, g_strdup_vprintf(format, args));
    va_end(args);
}

static gint compare_notes(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void missing_write(struct missing *missing, struct hf_json_writer *writer)
{
    const char *last = NULL;
    g_ptr_array_sort(missing->notes, compare_notes);
    hf_json_begin_array(writer, "missing");
    for (guint i = 0; i < missing->notes->len; i++) {
        const char *note = missing->notes->pdata[i];
        if (g_strcmp0(note, last) != 0)
            hf_json_string(writer, NULL, note);
        last = note;
    }
    hf_json_end_array(writer);
}
