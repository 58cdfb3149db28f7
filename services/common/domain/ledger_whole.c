/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what "all that is remembered of a fact" is, to be written down, read back and swept through.
 *
 * A sweep visits the stripes one by one, by the identities they hold, and each slot by slot. An entry moves only when its
 * stripe is rebuilt or split or a neighbour is removed; then the stripe is swept once more from its start, and what a
 * split took out of it stands in the next. So no fact that was there all the time is missed. */
#include <string.h>

#include "ledger_memory.h"

int hf_ledger_standing(const struct hf_ledger *ledger, struct hf_fact_id id, struct hf_fact *out)
{
    const struct entry *entry = ledger_find(ledger, id);
    if (!entry || ledger_is_forgotten(ledger, entry))
        return 0;
    ledger_unpack(ledger, entry, out);
    return 1;
}

void hf_ledger_set_standing(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    ledger_advance_newest(ledger, fact->mine, fact->latest);
    ledger_pack(ledger, ledger_place(ledger, fact->id), fact, fact->latest);
}

void hf_ledger_clear_standing(struct hf_ledger *ledger, struct hf_fact_id id)
{
    ledger_remove(ledger, id);
}

struct hf_held_part hf_held_part_of(struct hf_fact_id id, uint32_t revision)
{
    return (struct hf_held_part){id, held_part_number(revision)};
}

const struct hf_fact *hf_ledger_held(const struct hf_ledger *ledger, struct hf_held_part part, size_t *out_count)
{
    return held_part(ledger->held, part, out_count);
}

int hf_ledger_is_held(const struct hf_ledger *ledger, struct hf_fact_id id, uint32_t revision)
{
    return held_find(ledger->held, id, revision) != NULL;
}

int hf_ledger_has_waiting(const struct hf_ledger *ledger, struct hf_fact_id id)
{
    return held_has_waiting(ledger->held, id);
}

void hf_ledger_set_held(struct hf_ledger *ledger, struct hf_held_part part, const struct hf_fact *versions,
                        size_t count)
{
    held_clear(ledger->held, part);
    for (size_t i = 0; i < count; i++) {
        ledger_advance_newest(ledger, versions[i].mine, versions[i].latest);
        held_put(ledger->held, &versions[i]);
    }
}

void hf_ledger_clear_held(struct hf_ledger *ledger)
{
    held_clear_all(ledger->held);
}

void hf_ledger_visit_held(const struct hf_ledger *ledger, hf_ledger_visit *visit, void *context)
{
    held_visit(ledger->held, visit, context);
}

void hf_ledger_visit_held_parts(const struct hf_ledger *ledger, struct hf_fact_id id, hf_ledger_visit_part *visit,
                                void *context)
{
    held_visit_parts(ledger->held, id, visit, context);
}

int hf_ledger_sweep(const struct hf_ledger *ledger, struct hf_ledger_cursor *cursor, size_t limit,
                    hf_ledger_visit *visit, void *context)
{
    size_t visited = 0;
    while (!cursor->is_end) {
        const struct stripe *stripe = ledger_stripe(ledger, cursor->high);
        if (cursor->moves != stripe->moves)
            cursor->slot = 0;
        cursor->moves = stripe->moves;
        for (; cursor->slot < stripe->capacity; cursor->slot++) {
            const struct entry *entry = &stripe->slots[cursor->slot];
            if (ledger_entry_is_empty(entry) || ledger_is_forgotten(ledger, entry))
                continue;
            if (visited == limit)
                return 1;
            visit(context, (struct hf_fact_id){entry->id_high, entry->id_low});
            visited++;
        }
        cursor->slot = 0;
        cursor->high = ledger_behind(stripe, cursor->high);
        cursor->is_end = cursor->high == 0;
    }
    return 0;
}
