/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which version of a fact stands, and keeps it in 48 bytes.
 *
 * The table is 2^k stripes of open addressing with linear probing. The high half of the identity chooses the stripe, the
 * low half the slot. Only one stripe grows at a time, so no single event waits for the whole table to be moved; it grows
 * by half at four fifths full, so that a fact costs 60 to 90 bytes, where doubling would cost up to 120. An all-zero
 * identity marks an empty slot; the hash gives it to no fact (hf_ledger_id). Nothing is ever removed. */
#include "headframe/ledger.h"

#include <assert.h>
#include <glib.h>
#include <string.h>
#include <xxhash.h>

#include "headframe/vocabulary.h"

enum { STRIPES = 64, STRIPE_BITS = 6, FIRST_SLOTS = 16, LINE_BITS = 14 };

struct entry {
    uint64_t id_high, id_low;
    uint64_t digest;
    uint64_t amount_low;
    uint64_t amount_high_days; /* upper 48 bits: amount >> 64 (10^33 needs 111 bits in all); lower 16: days */
    uint32_t revision_voided;  /* upper 31 bits: revision; lowest: voided */
    uint32_t date_line;        /* upper 18 bits: date (±131 072 days: years 1611 to 2328); lower 14: line */
};

_Static_assert(HF_LINE_LIMIT == 1 << LINE_BITS, "a line fits its bits");
_Static_assert(sizeof(struct entry) == 48, "an entry is 48 bytes");

struct stripe {
    struct entry *slots;
    size_t capacity, used;
};

struct hf_ledger {
    uint64_t seed;
    size_t size;
    struct stripe stripes[STRIPES];
};

struct hf_ledger *hf_ledger_new(uint64_t seed)
{
    struct hf_ledger *ledger = g_new0(struct hf_ledger, 1);
    ledger->seed = seed;
    return ledger;
}

void hf_ledger_free(struct hf_ledger **ledger)
{
    if (!*ledger)
        return;
    for (int i = 0; i < STRIPES; i++)
        g_free((*ledger)->stripes[i].slots);
    g_free(*ledger);
    *ledger = NULL;
}

uint64_t hf_ledger_seed(const struct hf_ledger *ledger)
{
    return ledger->seed;
}

void hf_ledger_set_seed(struct hf_ledger *ledger, uint64_t seed)
{
    ledger->seed = seed;
}

size_t hf_ledger_size(const struct hf_ledger *ledger)
{
    return ledger->size;
}

size_t hf_ledger_memory_bytes(const struct hf_ledger *ledger)
{
    size_t bytes = sizeof *ledger;
    for (int i = 0; i < STRIPES; i++)
        bytes += ledger->stripes[i].capacity * sizeof(struct entry);
    return bytes;
}

struct hf_fact_id hf_ledger_id(const struct hf_ledger *ledger, const char *mine_id, size_t mine_length,
                               const char *event_id, size_t event_length)
{
    char text[129];
    assert(mine_length <= 64 && event_length <= 64);
    memcpy(text, mine_id, mine_length);
    text[mine_length] = '|';
    memcpy(text + mine_length + 1, event_id, event_length);
    XXH128_hash_t hash = XXH3_128bits_withSeed(text, mine_length + 1 + event_length, ledger->seed);
    struct hf_fact_id id = {hash.high64, hash.low64};
    if (id.high == 0 && id.low == 0)
        id.low = 1;
    return id;
}

/* The entry of an identity, or the empty slot where it would go. The stripe must have an empty slot. */
static struct entry *locate(const struct stripe *stripe, struct hf_fact_id id)
{
    /* low / 2^64 of the way along the slots, whatever their number (Lemire). */
    size_t first = (size_t)((hf_uint128)id.low * stripe->capacity >> 64);
    for (size_t i = first;; i = i + 1 == stripe->capacity ? 0 : i + 1) {
        struct entry *entry = &stripe->slots[i];
        if ((entry->id_high == id.high && entry->id_low == id.low) || (entry->id_high == 0 && entry->id_low == 0))
            return entry;
    }
}

static void grow(struct stripe *stripe)
{
    struct stripe larger = {.capacity = stripe->capacity ? stripe->capacity / 2 * 3 : FIRST_SLOTS,
                            .used = stripe->used};
    larger.slots = g_new0(struct entry, larger.capacity);
    for (size_t i = 0; i < stripe->capacity; i++) {
        const struct entry *entry = &stripe->slots[i];
        if (entry->id_high || entry->id_low)
            *locate(&larger, (struct hf_fact_id){entry->id_high, entry->id_low}) = *entry;
    }
    g_free(stripe->slots);
    *stripe = larger;
}

static void unpack(const struct entry *entry, struct hf_fact *out)
{
    *out = (struct hf_fact){
        .id = {entry->id_high, entry->id_low},
        .digest = entry->digest,
        .revision = entry->revision_voided >> 1,
        .voided = (int)(entry->revision_voided & 1U),
        .effect = {.amount =
                       (hf_int128)((hf_uint128)((int64_t)entry->amount_high_days >> 16) << 64 | entry->amount_low),
                   .date = (int32_t)entry->date_line >> LINE_BITS,
                   .days = (uint16_t)entry->amount_high_days,
                   .line = (uint16_t)(entry->date_line & (HF_LINE_LIMIT - 1U))},
    };
}

enum hf_verdict hf_ledger_judge(const struct hf_ledger *ledger, const struct hf_fact *fact,
                                struct hf_fact *out_standing)
{
    const struct stripe *stripe = &ledger->stripes[fact->id.high >> (64 - STRIPE_BITS)];
    const struct entry *entry = stripe->capacity ? locate(stripe, fact->id) : NULL;
    if (!entry || (entry->id_high == 0 && entry->id_low == 0)) {
        *out_standing = (struct hf_fact){.id = fact->id};
        return HF_VERDICT_NEW;
    }
    unpack(entry, out_standing);
    if (fact->revision != out_standing->revision)
        return fact->revision > out_standing->revision ? HF_VERDICT_REPLACES : HF_VERDICT_SUPERSEDED;
    return fact->digest == entry->digest ? HF_VERDICT_DUPLICATE : HF_VERDICT_CONFLICT;
}

void hf_ledger_put(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    struct stripe *stripe = &ledger->stripes[fact->id.high >> (64 - STRIPE_BITS)];
    if ((stripe->used + 1) * 5 > stripe->capacity * 4)
        grow(stripe);
    struct entry *entry = locate(stripe, fact->id);
    if (entry->id_high == 0 && entry->id_low == 0) {
        stripe->used++;
        ledger->size++;
    }
    *entry = (struct entry){
        .id_high = fact->id.high,
        .id_low = fact->id.low,
        .digest = fact->digest,
        .amount_low = (uint64_t)fact->effect.amount,
        .amount_high_days = (uint64_t)(fact->effect.amount >> 64) << 16 | fact->effect.days,
        .revision_voided = fact->revision << 1 | (fact->voided != 0),
        .date_line = (uint32_t)fact->effect.date << LINE_BITS | fact->effect.line,
    };
}
