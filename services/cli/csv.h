/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a CSV file, RFC 4180: quoted fields may hold commas, doubled quotes and line ends. */
#ifndef HEADFRAME_CLI_CSV_H
#define HEADFRAME_CLI_CSV_H

#include <stddef.h>
#include <stdio.h>

#include "headframe/error.h"

struct hf_csv;

/* A reader of file (borrowed), whose first row comes next. A byte order mark is passed over. Release with hf_csv_free,
 * which clears *csv and accepts NULL in it. One thread. */
struct hf_csv *hf_csv_new(FILE *file);
void hf_csv_free(struct hf_csv **csv);

/* Reads the next row; empty lines are passed over. Returns 1, 0 at the end of the file, or HF_EINVAL with an error where
 * the row is malformed; the next call goes on after the line on which that was found. */
int hf_csv_read(struct hf_csv *csv, struct hf_error *error);

/* The row that was read: its first line in the file (from 1), its fields. A field is NUL-terminated and holds no other
 * NUL; borrowed until the next read. */
long hf_csv_line(const struct hf_csv *csv);
size_t hf_csv_field_count(const struct hf_csv *csv);
const char *hf_csv_field(const struct hf_csv *csv, size_t index);

#endif
