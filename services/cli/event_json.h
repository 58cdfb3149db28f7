/* SPDX-License-Identifier: Apache-2.0 */
/* Input records as JSON objects with the contract's field names, both ways. */
#ifndef HEADFRAME_CLI_EVENT_JSON_H
#define HEADFRAME_CLI_EVENT_JSON_H

#include <jansson.h>

#include "headframe/error.h"
#include "headframe/event.h"
#include "headframe/json_writer.h"
#include "headframe/topics.h"

/* The type with that name ("PeriodClose"), or -1. */
int hf_event_type_find(const char *name);

/* True where records of type belong on topic. */
int hf_event_type_fits(enum hf_event_type type, enum hf_topic topic);

/* Which type a record of topic is: asked_type where it is not -1, else its field "type", else PeriodClose or
 * QuarantineDecision where it has closed_through or accept, else the topic's own. Returns 0, or HF_EINVAL with an error
 * "type: reason". */
int hf_event_json_type(const json_t *record, enum hf_topic topic, int asked_type, enum hf_event_type *out_type,
                       struct hf_error *error);

/* Reads a record of that type; is_text: every value is a string, as from CSV. Decimals are strings or integers, times
 * ISO 8601 or milliseconds, dates YYYY-MM-DD. A field "type" is passed over. The texts of *out_event are borrowed from
 * record. Returns 0, or HF_EINVAL with an error "FIELD: reason" where a field is unknown, missing or not what it must
 * be. Whether the mine, the material or the currency exist is for the daemons to say. */
int hf_event_json_read(const json_t *record, enum hf_event_type type, int is_text, struct hf_event *out_event,
                       struct hf_error *error);

/* Writes event as an object whose first field is "type"; hf_event_json_read takes it back unchanged. */
void hf_event_json_write(struct hf_json_writer *writer, const char *key, const struct hf_event *event);

#endif
