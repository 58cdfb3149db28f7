/* SPDX-License-Identifier: Apache-2.0 */
/* Text in aligned columns: the first to the left, the others to the right unless asked otherwise. One thread. */
#ifndef HEADFRAME_CLI_TABLE_H
#define HEADFRAME_CLI_TABLE_H

#include <glib.h>

struct hf_table;

/* New table without rows; release with hf_table_free, which clears *table and accepts NULL in it. */
struct hf_table *hf_table_new(int columns);
void hf_table_free(struct hf_table **table);

/* Aligns a column, counted from 0 and below 32, to the left. */
void hf_table_align_left(struct hf_table *table, int column);

/* The next cell, row by row; text is UTF-8 and copied. */
void hf_table_add(struct hf_table *table, const char *text);
/* The same, taking text over (g_free). */
void hf_table_take(struct hf_table *table, char *text);

/* Appends the rows to out, each with a line end and without trailing spaces. */
void hf_table_print(const struct hf_table *table, GString *out);

#endif
