/* SPDX-License-Identifier: Apache-2.0 */
/* Decides whether an identity came before: open addressing over places in a list, for the ids are hashes already. */
#include "id_set.h"

#include <string.h>

enum { FIRST_SLOTS = 64 };

void id_set_init(struct id_set *set)
{
    set->ids = g_array_new(FALSE, FALSE, sizeof(struct hf_fact_id));
    set->slot_count = FIRST_SLOTS;
    set->slots = g_new0(uint32_t, set->slot_count);
}

void id_set_fini(struct id_set *set)
{
    g_array_free(set->ids, TRUE);
    g_free(set->slots);
}

/* The slot of id, or the empty one where it would go. */
static uint32_t *locate(const struct id_set *set, struct hf_fact_id id)
{
    for (size_t i = id.low & (set->slot_count - 1);; i = (i + 1) & (set->slot_count - 1)) {
        uint32_t place = set->slots[i];
        if (!place)
            return &set->slots[i];
        struct hf_fact_id other = id_set_at(set, place - 1);
        if (other.low == id.low && other.high == id.high)
            return &set->slots[i];
    }
}

static void grow(struct id_set *set)
{
    g_free(set->slots);
    set->slot_count *= 2;
    set->slots = g_new0(uint32_t, set->slot_count);
    for (guint i = 0; i < set->ids->len; i++)
        *locate(set, id_set_at(set, i)) = i + 1;
}

void id_set_prefetch(const struct id_set *set, struct hf_fact_id id)
{
    __builtin_prefetch(&set->slots[id.low & (set->slot_count - 1)], 1);
}

void id_set_add(struct id_set *set, struct hf_fact_id id)
{
    uint32_t *slot = locate(set, id);
    if (*slot)
        return;
    g_array_append_val(set->ids, id);
    *slot = set->ids->len;
    if (set->ids->len * (size_t)2 >= set->slot_count)
        grow(set);
}

int id_set_has(const struct id_set *set, struct hf_fact_id id)
{
    return *locate(set, id) != 0;
}

/* A set that was large once, for a merge, does not stay so: clearing it would take as long each time. */
void id_set_clear(struct id_set *set)
{
    if (set->slot_count > FIRST_SLOTS && set->ids->len * (size_t)8 < set->slot_count) {
        set->slot_count /= 2;
        set->slots = g_renew(uint32_t, set->slots, set->slot_count);
    }
    g_array_set_size(set->ids, 0);
    memset(set->slots, 0, set->slot_count * sizeof *set->slots);
}

size_t id_set_size(const struct id_set *set)
{
    return set->ids->len;
}

struct hf_fact_id id_set_at(const struct id_set *set, size_t index)
{
    return g_array_index(set->ids, struct hf_fact_id, index);
}
