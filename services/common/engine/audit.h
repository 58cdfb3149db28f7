/* SPDX-License-Identifier: Apache-2.0 */
/* What is published about closed days: versions that wait (headframe.quarantine) and restatements
 * (headframe.restatements), kept until the transaction that makes them true is written. The formats are
 * proto/json/quarantine.v1.schema.json and restatement.v1.schema.json. One thread. */
#ifndef HEADFRAME_ENGINE_AUDIT_H
#define HEADFRAME_ENGINE_AUDIT_H

#include "headframe/day_codec.h"
#include "headframe/event.h"
#include "headframe/ledger.h"
#include "headframe/output.h"
#include "headframe/reference.h"

struct hf_audit;

/* Which fact is meant, and the input record that is being applied. */
struct hf_audit_place {
    const char *topic; /* full name of the input */
    const struct hf_mine *mine;
    struct hf_text event_id;
    enum hf_line_kind lines;
    int32_t partition;
    int64_t offset;
};

/* New and empty; release with hf_audit_free, which clears the pointer and accepts NULL in it. */
struct hf_audit *hf_audit_new(void);
void hf_audit_free(struct hf_audit **audit);

/* version waits, for its days or those of before (NULL: nothing stands) are closed through closed_through. */
void hf_audit_quarantine(struct hf_audit *audit, const struct hf_audit_place *place, const struct hf_fact *before,
                         const struct hf_fact *version, int32_t closed_through, struct hf_text source);

/* The version no longer waits. */
void hf_audit_decided(struct hf_audit *audit, const struct hf_audit_place *place, uint32_t revision);

/* after took the place of before (NULL: nothing stood) on days that were closed. decided_by: who accepted it out of
 * quarantine; data NULL where nobody had to. */
void hf_audit_restatement(struct hf_audit *audit, const struct hf_audit_place *place, const struct hf_fact *before,
                          const struct hf_fact *after, const struct hf_closed_days *days, int32_t ever_closed_through,
                          struct hf_text decided_by);

/* Bytes held, for the commit's size limit. */
size_t hf_audit_bytes(const struct hf_audit *audit);

/* Writes all and forgets it. Returns 0 or sink's error. */
int hf_audit_publish(struct hf_audit *audit, const struct hf_sink *sink, struct hf_error *error);

#endif
