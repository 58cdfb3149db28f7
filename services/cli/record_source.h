/* SPDX-License-Identifier: Apache-2.0 */
/* Records of a file as JSON objects: NDJSON lines, or CSV rows under a header of field names. */
#ifndef HEADFRAME_CLI_RECORD_SOURCE_H
#define HEADFRAME_CLI_RECORD_SOURCE_H

#include <jansson.h>

#include "headframe/error.h"

enum hf_source_format { HF_SOURCE_GUESS, HF_SOURCE_NDJSON, HF_SOURCE_CSV };

struct hf_record_source;

/* Opens path, or standard input where it is "-"; GUESS takes CSV where the name ends in .csv and NDJSON otherwise. For
 * CSV the header is read. Returns 0, or HF_EIO or HF_EINVAL with an error that does not name the file. Release with
 * hf_record_source_free, which clears *source and accepts NULL in it. One thread. */
int hf_record_source_new(const char *path, enum hf_source_format format, struct hf_record_source **out_source,
                         struct hf_error *error);
void hf_record_source_free(struct hf_record_source **source);

/* Reads the next record; empty lines are passed over. From NDJSON, numbers with a point or an exponent come as strings
 * with their digits; from CSV every value comes as a string, and an empty one not at all. Returns 1 with a new object
 * (json_decref), 0 at the end, HF_EINVAL where the line is no record (reading can go on), or HF_EIO. */
int hf_record_source_next(struct hf_record_source *source, json_t **out_record, struct hf_error *error);

/* The line on which the record, or the malformed one, began; the first is 1. */
long hf_record_source_line(const struct hf_record_source *source);

/* True for CSV: every value is text, numbers and booleans too. */
int hf_record_source_is_text(const struct hf_record_source *source);

#endif
