/* SPDX-License-Identifier: Apache-2.0 */
/* Any record of any topic as one line of JSON. */
#ifndef HEADFRAME_CLI_RECORD_JSON_H
#define HEADFRAME_CLI_RECORD_JSON_H

#include "headframe/error.h"
#include "headframe/event.h"
#include "headframe/json_writer.h"
#include "headframe/kafka_reader.h"
#include "headframe/topics.h"

struct hf_record_json;

/* A renderer of records of topic (-1: none of ours). schemas is borrowed and may be NULL: then no Avro is decoded.
 * Release with hf_record_json_free, which clears the pointer and accepts NULL in it. One thread. */
struct hf_record_json *hf_record_json_new(int topic, const struct hf_schema_store *schemas);
void hf_record_json_free(struct hf_record_json **json);

/* The value alone; of a dead letter always the envelope. The text is NUL-terminated, without a line end, and borrowed
 * until the next call. */
const char *hf_record_json_value(struct hf_record_json *json, const struct hf_record *record, size_t *out_length);

/* The value alone, where it can be decoded; else NULL, with the reason in error. The value is not null. Borrowed
 * likewise. */
const char *hf_record_json_decoded(struct hf_record_json *json, const struct hf_record *record, size_t *out_length,
                                   struct hf_error *error);

/* {"partition","offset","timestamp","key","headers","value"}; of a dead letter also "value_hex". Borrowed likewise. */
const char *hf_record_json_envelope(struct hf_record_json *json, const struct hf_record *record, size_t *out_length);

#endif
