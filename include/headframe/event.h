/* SPDX-License-Identifier: Apache-2.0 */
/* Input records as the daemons see them, and how Confluent-framed Avro becomes them.
 *
 * Wire format: 0x00, schema id (4 bytes, big-endian), Avro body. Which record type it is is told by the full name of
 * the schema: headframe.ProductionEvent, CostEvent, PeriodClose, QuarantineDecision. */
#ifndef HEADFRAME_EVENT_H
#define HEADFRAME_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/decimal.h"
#include "headframe/refusal.h"
#include "headframe/schema_store.h"

enum hf_event_type {
    HF_EVENT_PRODUCTION,
    HF_EVENT_COST,
    HF_EVENT_PERIOD_CLOSE,
    HF_EVENT_QUARANTINE_DECISION,
    HF_EVENT_TYPE_COUNT
};

/* Bytes inside the record; not NUL-terminated. data is NULL where the field is null. */
struct hf_text {
    const char *data;
    size_t length;
};

/* One decoded record. Texts are borrowed from the record's bytes. Fields a type does not have are zero. */
struct hf_event {
    enum hf_event_type type;
    struct hf_text event_id, mine_id;
    int32_t revision;
    int voided;
    struct hf_text source;
    /* ProductionEvent */
    int64_t occurred_at_ms;
    struct hf_text material;
    int stage, unit, quality; /* vocabulary.h */
    /* CostEvent */
    int32_t from, through; /* dates */
    int element;           /* vocabulary.h */
    struct hf_text metal, currency;
    /* quantity or amount, in millionths of the unit */
    hf_int128 micro;
    /* PeriodClose, QuarantineDecision */
    int32_t closed_through; /* date */
    int accept;
    struct hf_text by;
    int64_t at_ms;
};

/* "ProductionEvent" and so on, without the namespace. */
const char *hf_event_type_name(enum hf_event_type type);

struct hf_event_decoder;

/* A decoder that compiles each writer schema of store (borrowed) into a flat plan when it first meets its id. One
 * thread. Release with hf_event_decoder_free, which clears the pointer and accepts NULL in it. */
struct hf_event_decoder *hf_event_decoder_new(const struct hf_schema_store *store);
void hf_event_decoder_free(struct hf_event_decoder **decoder);

/* Decodes a framed record. Returns 0, or HF_EINVAL with the refusal filled: MALFORMED, UNKNOWN_SCHEMA, BAD_UNIT or
 * BAD_QUANTITY. Reads no byte beyond length, whatever the bytes say. */
int hf_event_decode(struct hf_event_decoder *decoder, const uint8_t *bytes, size_t length, struct hf_event *out_event,
                    struct hf_refusal *refusal);

/* Encodes event with the store's schema of its type (Avro C's writer), framed. The bytes are new: release with free().
 * Returns 0, or HF_ENOENT where the store has no such schema, or HF_ERANGE where micro does not fit its scale. */
int hf_event_encode(const struct hf_schema_store *store, const struct hf_event *event, uint8_t **out_bytes,
                    size_t *out_length, struct hf_error *error);

#endif
