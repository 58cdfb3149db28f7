/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how letters are counted: by code and original topic. */
#include "dead_letters_count.h"

#include <inttypes.h>
#include <string.h>

#include "dead_letters_text.h"
#include "headframe/json_writer.h"
#include "json_fields.h"
#include "table.h"

struct count {
    char *code, *topic;
    int64_t letters;
};

struct hf_letter_counts {
    GHashTable *rows; /* "CODE\nTOPIC" → struct count */
};

static void free_count(gpointer data)
{
    struct count *count = data;
    g_free(count->code);
    g_free(count->topic);
    g_free(count);
}

struct hf_letter_counts *hf_letter_counts_new(void)
{
    struct hf_letter_counts *counts = g_new(struct hf_letter_counts, 1);
    counts->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_count);
    return counts;
}

void hf_letter_counts_free(struct hf_letter_counts **counts)
{
    if (!*counts)
        return;
    g_hash_table_destroy((*counts)->rows);
    g_free(*counts);
    *counts = NULL;
}

void hf_letter_counts_add(struct hf_letter_counts *counts, const struct hf_letter *letter)
{
    const char *code = letter->code ? letter->code : "?", *topic = letter->topic ? letter->topic : "?";
    g_autofree char *key = g_strconcat(code, "\n", topic, NULL);
    struct count *count = g_hash_table_lookup(counts->rows, key);
    if (!count) {
        count = g_new0(struct count, 1);
        count->code = g_strdup(code);
        count->topic = g_strdup(topic);
        g_hash_table_insert(counts->rows, g_steal_pointer(&key), count);
    }
    count->letters++;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const struct count *left = a, *right = b;
    if (left->letters != right->letters)
        return left->letters > right->letters ? -1 : 1;
    int order = strcmp(left->code, right->code);
    return order ? order : strcmp(left->topic, right->topic);
}

static void append_json(GString *out, const struct count *count)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    size_t length;
    hf_json_begin_object(writer, NULL);
    hf_json_text_field(writer, "code", count->code, strlen(count->code));
    hf_json_text_field(writer, "topic", count->topic, strlen(count->topic));
    hf_json_integer(writer, "letters", count->letters);
    hf_json_end_object(writer);
    g_string_append_printf(out, "%s\n", hf_json_writer_text(writer, &length));
    hf_json_writer_free(&writer);
}

static void add_row(struct hf_table *table, const struct count *count)
{
    hf_table_take(table, hf_printable(count->code, strlen(count->code)));
    hf_table_take(table, hf_printable(count->topic, strlen(count->topic)));
    hf_table_take(table, g_strdup_printf("%" PRId64, count->letters));
}

char *hf_letter_counts_text(const struct hf_letter_counts *counts, int as_json)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GList) rows = g_list_sort(g_hash_table_get_values(counts->rows), compare);
    struct hf_table *table = hf_table_new(3);
    int64_t sum = 0;
    hf_table_align_left(table, 1);
    hf_table_add(table, "CODE");
    hf_table_add(table, "TOPIC");
    hf_table_add(table, "LETTERS");
    for (const GList *row = rows; row; row = row->next) {
        const struct count *count = row->data;
        if (as_json)
            append_json(out, count);
        else
            add_row(table, count);
        sum += count->letters;
    }
    hf_table_add(table, "all");
    hf_table_add(table, "");
    hf_table_take(table, g_strdup_printf("%" PRId64, sum));
    if (!as_json)
        hf_table_print(table, out);
    hf_table_free(&table);
    return g_string_free(out, FALSE);
}
