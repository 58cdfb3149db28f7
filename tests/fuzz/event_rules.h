/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of any decoded event and any refusal, with Avro C as the oracle. */
#ifndef HEADFRAME_TESTS_FUZZ_EVENT_RULES_H
#define HEADFRAME_TESTS_FUZZ_EVENT_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/event.h"
#include "headframe/schema_store.h"

/* The shipped schemas, loaded once; borrowed. */
const struct hf_schema_store *event_rules_shipped(void);

/* Makes Avro C refuse to allocate more than a record could need: its own reader takes any length at its word. Before
 * anything of Avro C is used; later calls change nothing. */
void event_rules_bound_avro(void);

/* Between the two, sections within each other, Avro C's allocations are counted; the second releases those that are left
 * and returns how many they were. */
void event_rules_begin_avro(void);
size_t event_rules_end_avro(void);

/* Decodes a framed record of the schema and holds the outcome:
 *   - an event's texts lie within the bytes, its words in their tables; written with our own schema of its type it is
 *     decoded as the same;
 *   - Avro C's reader gives the same values;
 *   - where we refuse what Avro C reads, the bytes are not those that a writer would write, or hold something that is
 *     refused on purpose (README.md).
 * Returns what hf_event_decode returned. */
int event_rules_hold(struct hf_event_decoder *decoder, const struct hf_schema *schema, const uint8_t *bytes,
                     size_t length, struct hf_event *out_event);

/* True where the record has no arrays or maps but such as a writer would write: of others we and Avro C may read different
 * things (README.md). */
int event_rules_is_plain(const struct hf_schema *schema, const uint8_t *bytes, size_t length);

#endif
