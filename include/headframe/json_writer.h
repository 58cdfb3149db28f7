/* SPDX-License-Identifier: Apache-2.0 */
/* Writes one compact JSON value: keys in the order of the calls, decimals as exact strings. One thread. */
#ifndef HEADFRAME_JSON_WRITER_H
#define HEADFRAME_JSON_WRITER_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

struct hf_json_writer;

/* New writer; release with hf_json_writer_free, which clears the pointer and accepts NULL in it. */
struct hf_json_writer *hf_json_writer_new(void);
void hf_json_writer_free(struct hf_json_writer **writer);

/* Starts over, keeping the memory. */
void hf_json_writer_reset(struct hf_json_writer *writer);

/* The text so far, NUL-terminated, borrowed until the next call. */
const char *hf_json_writer_text(const struct hf_json_writer *writer, size_t *out_length);

/* In all of these key names the member of the object that is open, and is NULL in an array and at the top. */
void hf_json_begin_object(struct hf_json_writer *writer, const char *key);
void hf_json_end_object(struct hf_json_writer *writer);
void hf_json_begin_array(struct hf_json_writer *writer, const char *key);
void hf_json_end_array(struct hf_json_writer *writer);
void hf_json_null(struct hf_json_writer *writer, const char *key);
void hf_json_integer(struct hf_json_writer *writer, const char *key, int64_t value);
/* value is UTF-8; NULL writes null. */
void hf_json_string(struct hf_json_writer *writer, const char *key, const char *value);
/* The same for text that is not NUL-terminated. */
void hf_json_text(struct hf_json_writer *writer, const char *key, const char *value, size_t length);
void hf_json_boolean(struct hf_json_writer *writer, const char *key, int value);
/* A value that is compact JSON already. */
void hf_json_raw(struct hf_json_writer *writer, const char *key, const char *json, size_t length);
/* A decimal string with digits places, rounded once, half to even. */
void hf_json_decimal(struct hf_json_writer *writer, const char *key, const mpq_t value, unsigned digits);
/* The same of numerator ÷ denominator: denominator is not 0, and the two need not be in lowest terms. */
void hf_json_quotient(struct hf_json_writer *writer, const char *key, const mpz_t numerator, const mpz_t denominator,
                      unsigned digits);
/* YYYY-MM-DD, or null where has_date is 0. */
void hf_json_date(struct hf_json_writer *writer, const char *key, int has_date, int32_t date);

#endif
