/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how wide columns are: as wide as their widest cell, two spaces apart. */
#include "table.h"

enum { GAP = 2 };

struct hf_table {
    int columns;
    guint32 left;     /* a bit for each column that is aligned to the left */
    GPtrArray *cells; /* strings, row by row */
};

struct hf_table *hf_table_new(int columns)
{
    struct hf_table *table = g_new0(struct hf_table, 1);
    table->columns = columns;
    table->left = 1;
    table->cells = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void hf_table_free(struct hf_table **table)
{
    if (!*table)
        return;
    g_ptr_array_free((*table)->cells, TRUE);
    g_free(*table);
    *table = NULL;
}

void hf_table_align_left(struct hf_table *table, int column)
{
    table->left |= 1U << column;
}

void hf_table_add(struct hf_table *table, const char *text)
{
    g_ptr_array_add(table->cells, g_strdup(text));
}

void hf_table_take(struct hf_table *table, char *text)
{
    g_ptr_array_add(table->cells, text);
}

static const char *cell(const struct hf_table *table, guint index)
{
    return index < table->cells->len ? g_ptr_array_index(table->cells, index) : "";
}

static int column_width(const struct hf_table *table, int column)
{
    glong width = 0;
    for (guint i = (guint)column; i < table->cells->len; i += (guint)table->columns)
        width = MAX(width, g_utf8_strlen(cell(table, i), -1));
    return (int)width;
}

void hf_table_print(const struct hf_table *table, GString *out)
{
    g_autofree int *widths = g_new(int, table->columns);
    for (int i = 0; i < table->columns; i++)
        widths[i] = column_width(table, i);
    for (guint row = 0; row < table->cells->len; row += (guint)table->columns) {
        for (int i = 0; i < table->columns; i++) {
            const char *text = cell(table, row + (guint)i);
            int padding = widths[i] - (int)g_utf8_strlen(text, -1);
            int before = table->left >> i & 1U ? 0 : padding;
            g_string_append_printf(out, "%*s%s%*s", (i > 0 ? GAP : 0) + before, "", text, padding - before, "");
        }
        while (out->len > 0 && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
}
