/* SPDX-License-Identifier: Apache-2.0 */
/* A set of fact identities that keeps the order in which they came. */
#ifndef HEADFRAME_ENGINE_ID_SET_H
#define HEADFRAME_ENGINE_ID_SET_H

#include <glib.h>

#include "headframe/ledger.h"

struct id_set {
    GArray *ids;     /* of struct hf_fact_id, each once */
    uint32_t *slots; /* places in ids + 1; 0: empty. slot_count is a power of two, more than twice as many as ids */
    size_t slot_count;
};

void id_set_init(struct id_set *set);
void id_set_fini(struct id_set *set);
/* Says that id will be added soon: its place is fetched into the cache. */
void id_set_prefetch(const struct id_set *set, struct hf_fact_id id);
/* Nothing happens where it is in the set. */
void id_set_add(struct id_set *set, struct hf_fact_id id);
int id_set_has(const struct id_set *set, struct hf_fact_id id);
void id_set_clear(struct id_set *set);

size_t id_set_size(const struct id_set *set);
struct hf_fact_id id_set_at(const struct id_set *set, size_t index);

#endif
