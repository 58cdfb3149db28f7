/* SPDX-License-Identifier: Apache-2.0 */
/* Decides where the entry of a fact is, and how a fact fits its 48 bytes (ledger.c begins with the picture). */
#include <assert.h>
#include <string.h>

#include "headframe/calendar.h"
#include "ledger_memory.h"

int ledger_entry_is_empty(const struct entry *entry)
{
    return entry->id_high == 0 && entry->id_low == 0;
}

static struct hf_fact_id id_of(const struct entry *entry)
{
    return (struct hf_fact_id){entry->id_high, entry->id_low};
}

/* --- packing ---------------------------------------------------------------------------------------------------- */

static uint32_t mine_of(const struct entry *entry)
{
    return (uint32_t)(entry->digest_mine >> DIGEST_BITS) | (uint32_t)(entry->amount_high_days >> MINE_HIGH_SHIFT & 63U)
                                                               << MINE_LOW_BITS;
}

/* The last date of an effect, or its only date where it is voided. */
static int32_t last_date_of(const struct hf_effect *effect)
{
    return effect->date + (effect->days > 0 ? effect->days - 1 : 0);
}

void ledger_unpack(const struct hf_ledger *ledger, const struct entry *entry, struct hf_fact *out)
{
    *out = (struct hf_fact){
        .id = id_of(entry),
        .digest = entry->digest_mine & HF_FACT_DIGEST_MASK,
        .revision = entry->revision_voided >> 1,
        .voided = (int)(entry->revision_voided & 1U),
        .effect = {.amount =
                       (hf_int128)((hf_uint128)((int64_t)entry->amount_high_days >> 16) << 64 | entry->amount_low),
                   .date = (int32_t)entry->date_line >> LINE_BITS,
                   .days = (uint16_t)(entry->amount_high_days & ((1U << DAYS_BITS) - 1)),
                   .line = (uint16_t)(entry->date_line & (HF_LINE_LIMIT - 1U))},
        .mine = mine_of(entry),
        .status = HF_FACT_STANDING,
    };
    out->latest = last_date_of(&out->effect);
    if (entry->amount_high_days & WAS_LATER)
        out->latest = GPOINTER_TO_INT(g_hash_table_lookup(ledger->later, &out->id));
}

void ledger_pack(struct hf_ledger *ledger, struct entry *entry, const struct hf_fact *fact, int32_t latest)
{
    int was_later = latest > last_date_of(&fact->effect);
    assert(fact->mine < HF_FACT_MINE_LIMIT);
    if (was_later)
        g_hash_table_insert(ledger->later, g_memdup2(&fact->id, sizeof fact->id), GINT_TO_POINTER(latest));
    else if (entry->amount_high_days & WAS_LATER)
        g_hash_table_remove(ledger->later, &fact->id);
    *entry = (struct entry){
        .id_high = fact->id.high,
        .id_low = fact->id.low,
        .digest_mine = (uint64_t)fact->mine << DIGEST_BITS | (fact->digest & HF_FACT_DIGEST_MASK),
        .amount_low = (uint64_t)fact->effect.amount,
        .amount_high_days = (uint64_t)(fact->effect.amount >> 64) << 16 |
                            (uint64_t)(fact->mine >> MINE_LOW_BITS) << MINE_HIGH_SHIFT |
                            (was_later ? (uint64_t)WAS_LATER : 0) | fact->effect.days,
        .revision_voided = fact->revision << 1 | (fact->voided != 0),
        .date_line = (uint32_t)fact->effect.date << LINE_BITS | fact->effect.line,
    };
}

/* --- places ----------------------------------------------------------------------------------------------------- */

/* The first bits of an identity's upper half, as a number. */
static size_t prefix(uint64_t high, int bits)
{
    return bits ? (size_t)(high >> (64 - bits)) : 0;
}

struct stripe *ledger_stripe(const struct hf_ledger *ledger, uint64_t high)
{
    return ledger->directory[prefix(high, ledger->depth)];
}

uint64_t ledger_behind(const struct stripe *stripe, uint64_t high)
{
    return stripe->depth ? (uint64_t)(prefix(high, stripe->depth) + 1) << (64 - stripe->depth) : 0;
}

/* The slot an identity would like: low / 2^64 of the way along the slots, whatever their number (Lemire). */
static size_t home_of(const struct stripe *stripe, uint64_t id_low)
{
    return (size_t)((hf_uint128)id_low * stripe->capacity >> 64);
}

static size_t next_slot(const struct stripe *stripe, size_t slot)
{
    return slot + 1 == stripe->capacity ? 0 : slot + 1;
}

/* The entry of an identity, or the empty slot where it would go. The stripe must have an empty slot. */
static struct entry *locate(const struct stripe *stripe, struct hf_fact_id id)
{
    for (size_t i = home_of(stripe, id.low);; i = next_slot(stripe, i)) {
        struct entry *entry = &stripe->slots[i];
        if ((entry->id_high == id.high && entry->id_low == id.low) || ledger_entry_is_empty(entry))
            return entry;
    }
}

void hf_ledger_prefetch(const struct hf_ledger *ledger, struct hf_fact_id id)
{
    const struct stripe *stripe = ledger_stripe(ledger, id.high);
    if (!stripe->capacity)
        return;
    const char *home = (const char *)&stripe->slots[home_of(stripe, id.low)];
    __builtin_prefetch(home, 1);
    __builtin_prefetch(home + 64, 1);
}

struct entry *ledger_find(const struct hf_ledger *ledger, struct hf_fact_id id)
{
    const struct stripe *stripe = ledger_stripe(ledger, id.high);
    struct entry *entry = stripe->capacity ? locate(stripe, id) : NULL;
    return entry && !ledger_entry_is_empty(entry) ? entry : NULL;
}

/* Takes out what is no longer in reach; leaves the gaps, so that what is left must be moved. */
static void forget(struct hf_ledger *ledger, struct stripe *stripe)
{
    for (size_t i = 0; i < stripe->capacity; i++) {
        struct entry *entry = &stripe->slots[i];
        if (ledger_entry_is_empty(entry) || !ledger_is_forgotten(ledger, entry))
            continue;
        struct hf_fact_id id = id_of(entry);
        g_hash_table_remove(ledger->later, &id);
        *entry = (struct entry){0};
        stripe->used--;
        ledger->size--;
    }
}

/* Gives a stripe new slots, all empty, and returns the old ones. */
static struct entry *renew(struct stripe *stripe, size_t capacity)
{
    struct entry *old = stripe->slots;
    stripe->slots = g_new0(struct entry, capacity);
    stripe->capacity = capacity;
    stripe->moves++;
    return old;
}

static void rehash(struct stripe *stripe, size_t capacity)
{
    size_t old_capacity = stripe->capacity;
    g_autofree struct entry *old = renew(stripe, capacity);
    for (size_t i = 0; i < old_capacity; i++)
        if (!ledger_entry_is_empty(&old[i]))
            *locate(stripe, id_of(&old[i])) = old[i];
}

static void double_directory(struct hf_ledger *ledger)
{
    size_t size = (size_t)1 << ledger->depth;
    struct stripe **next = g_new(struct stripe *, 2 * size);
    for (size_t i = 0; i < 2 * size; i++)
        next[i] = ledger->directory[i / 2];
    g_free(ledger->directory);
    ledger->directory = next;
    ledger->depth++;
}

/* Makes two of a stripe, of which high is an identity's upper half: the lower half stays where it is, so that a sweep
 * which stands in it comes to the upper half afterwards. */
static void split(struct hf_ledger *ledger, struct stripe *lower, uint64_t high)
{
    if (lower->depth == ledger->depth)
        double_directory(ledger);
    struct stripe *upper = g_new0(struct stripe, 1);
    upper->depth = ++lower->depth;
    size_t old_capacity = lower->capacity, half = (size_t)1 << (ledger->depth - lower->depth);
    size_t place = (prefix(high, lower->depth) | 1) * half;
    for (size_t i = place; i < place + half; i++)
        ledger->directory[i] = upper;
    (void)renew(upper, HALF_SLOTS); /* there were none */
    g_autofree struct entry *old = renew(lower, HALF_SLOTS);
    lower->used = 0;
    for (size_t i = 0; i < old_capacity; i++) {
        if (ledger_entry_is_empty(&old[i]))
            continue;
        struct stripe *stripe = ledger_stripe(ledger, old[i].id_high);
        if ((stripe->used + 1) * 5 > stripe->capacity * 4)
            rehash(stripe, stripe->capacity / 2 * 3); /* the halves are far from equal */
        *locate(stripe, id_of(&old[i])) = old[i];
        stripe->used++;
    }
}

/* Makes room in the stripe of high, which is four fifths full: by forgetting, by growing, or by splitting. */
static void make_room(struct hf_ledger *ledger, uint64_t high)
{
    struct stripe *stripe = ledger_stripe(ledger, high);
    forget(ledger, stripe);
    if (stripe->capacity && stripe->used * 5 < stripe->capacity * 3)
        rehash(stripe, stripe->capacity);
    else if (stripe->capacity < STRIPE_SLOTS)
        rehash(stripe, stripe->capacity ? MIN(stripe->capacity / 2 * 3, STRIPE_SLOTS) : FIRST_SLOTS);
    else if (stripe->depth < DEPTH_LIMIT)
        split(ledger, stripe, high);
    else
        rehash(stripe, stripe->capacity / 2 * 3);
}

struct entry *ledger_place(struct hf_ledger *ledger, struct hf_fact_id id)
{
    struct stripe *stripe = ledger_stripe(ledger, id.high);
    while ((stripe->used + 1) * 5 > stripe->capacity * 4) {
        make_room(ledger, id.high);
        stripe = ledger_stripe(ledger, id.high);
    }
    struct entry *entry = locate(stripe, id);
    if (ledger_entry_is_empty(entry)) {
        stripe->used++;
        ledger->size++;
    }
    return entry;
}

/* True where the entry in slot is found although gap is empty: the slot it would like lies behind the gap. */
static int stays(size_t home, size_t gap, size_t slot)
{
    return gap <= slot ? gap < home && home <= slot : gap < home || home <= slot;
}

void ledger_remove(struct hf_ledger *ledger, struct hf_fact_id id)
{
    struct stripe *stripe = ledger_stripe(ledger, id.high);
    const struct entry *entry = ledger_find(ledger, id);
    if (!entry)
        return;
    size_t gap = (size_t)(entry - stripe->slots);
    for (size_t i = next_slot(stripe, gap); !ledger_entry_is_empty(&stripe->slots[i]); i = next_slot(stripe, i))
        if (!stays(home_of(stripe, stripe->slots[i].id_low), gap, i)) {
            stripe->slots[gap] = stripe->slots[i];
            gap = i;
        }
    stripe->slots[gap] = (struct entry){0};
    stripe->used--;
    stripe->moves++;
    ledger->size--;
    g_hash_table_remove(ledger->later, &id);
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

void ledger_table_init(struct hf_ledger *ledger)
{
    ledger->directory = g_new(struct stripe *, 1);
    ledger->directory[0] = g_new0(struct stripe, 1);
}

void ledger_table_fini(struct hf_ledger *ledger)
{
    uint64_t high = 0;
    do {
        struct stripe *stripe = ledger_stripe(ledger, high);
        high = ledger_behind(stripe, high);
        g_free(stripe->slots);
        g_free(stripe);
    } while (high);
    g_free(ledger->directory);
}

size_t ledger_table_bytes(const struct hf_ledger *ledger)
{
    size_t bytes = sizeof *ledger->directory << ledger->depth;
    uint64_t high = 0;
    do {
        const struct stripe *stripe = ledger_stripe(ledger, high);
        bytes += sizeof *stripe + stripe->capacity * sizeof *stripe->slots;
        high = ledger_behind(stripe, high);
    } while (high);
    return bytes;
}
