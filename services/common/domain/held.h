/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of facts that do not stand: they wait in quarantine, or were rejected. Internal to the ledger. */
#ifndef HEADFRAME_DOMAIN_HELD_H
#define HEADFRAME_DOMAIN_HELD_H

#include <glib.h>

#include "headframe/ledger.h"

struct held;

/* New and empty; release with held_free, which clears the pointer and accepts NULL in it. */
struct held *held_new(void);
void held_free(struct held **held);

/* Keeps fact, whose status is WAITING or REJECTED, in the place of the one with its revision. */
void held_put(struct held *held, const struct hf_fact *fact);
/* Forgets the version; nothing happens where there is none. */
void held_remove(struct held *held, struct hf_fact_id id, uint32_t revision);

/* Forgets all versions of the part, which may be HF_HELD_ALL; or all there are. */
void held_clear(struct held *held, struct hf_held_part part);
void held_clear_all(struct held *held);

/* The number of the part that a revision is in. */
uint32_t held_part_number(uint32_t revision);
/* All versions of the part by revision, *out_count of them, borrowed until the next change; NULL where there are none. */
const struct hf_fact *held_part(const struct held *held, struct hf_held_part part, size_t *out_count);
/* Calls visit for each fact that has versions here, in no order; and for each part of a fact, by number. */
void held_visit(const struct held *held, hf_ledger_visit *visit, void *context);
void held_visit_parts(const struct held *held, struct hf_fact_id id, hf_ledger_visit_part *visit, void *context);
/* The version, borrowed until the next change, or NULL. */
const struct hf_fact *held_find(const struct held *held, struct hf_fact_id id, uint32_t revision);
int held_has_waiting(const struct held *held, struct hf_fact_id id);
/* The last date that a version of the fact names that is held, or was while others were; HF_DATE_MIN where none is. */
int32_t held_latest(const struct held *held, struct hf_fact_id id);
size_t held_waiting_count(const struct held *held);
/* Facts of which a version waits. */
size_t held_waiting_facts(const struct held *held);

/* For hash tables keyed by struct hf_fact_id. */
guint fact_id_hash(gconstpointer id);
gboolean fact_id_equal(gconstpointer a, gconstpointer b);

#endif
