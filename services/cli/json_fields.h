/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a JSON object whose bytes come from a topic and may be anything. One thread, like the writer. */
#ifndef HEADFRAME_CLI_JSON_FIELDS_H
#define HEADFRAME_CLI_JSON_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/decimal.h"
#include "headframe/json_writer.h"

/* Milliseconds as ISO 8601, or as an integer where the year has not four digits. */
void hf_json_time_field(struct hf_json_writer *writer, const char *key, int64_t ms);

/* A date as YYYY-MM-DD, or the day number where the year has not four digits. */
void hf_json_date_field(struct hf_json_writer *writer, const char *key, int32_t date);

/* unscaled × 10^-scale as a decimal string with at least min_places decimals. */
void hf_json_scaled_field(struct hf_json_writer *writer, const char *key, hf_int128 unscaled, int scale,
                          int min_places);

/* Text that should be UTF-8: what is not is replaced. NULL writes null. */
void hf_json_text_field(struct hf_json_writer *writer, const char *key, const char *text, size_t length);

/* Bytes as hexadecimal digits. NULL writes null. */
void hf_json_hex_field(struct hf_json_writer *writer, const char *key, const void *bytes, size_t length);

#endif
