/* SPDX-License-Identifier: Apache-2.0 */
/* Avro C as the oracle: it fills, writes and reads records of any schema, and says what a decoded event must hold. */
#ifndef HEADFRAME_TESTS_UNIT_ORACLE_H
#define HEADFRAME_TESTS_UNIT_ORACLE_H

#include <avro.h>
#include <stdint.h>

#include "headframe/event.h"

/* A new record of that schema; release with avro_value_decref. */
avro_value_t oracle_record(avro_schema_t schema);

/* Fills a value of any schema with random content. quantity and amount become decimals of up to 28 digits, in the
 * shortest form or longer. */
void oracle_fill(avro_value_t *value, uint64_t *random);

/* The record in the Confluent wire format; release with free(). The memory ends where the record ends. */
uint8_t *oracle_frame(uint32_t id, avro_value_t *record, size_t *out_length);

/* Reads a framed record's body as a record of the writer's schema: 0 where all of it was read, else not. */
int oracle_read(const uint8_t *bytes, size_t length, avro_value_t *out_record);

/* Reads it into a record of the reader's schema by Avro's schema resolution. */
int oracle_resolve(const uint8_t *bytes, size_t length, avro_schema_t writer, avro_value_t *out_record);

/* Holds where each field of event is the record's field of that name, and those the record lacks are zero. scale is the
 * record's decimal's. */
void oracle_assert_same(const struct hf_event *event, avro_value_t *record, int scale);

#endif
