/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which version of a fact stands, and keeps it in 48 bytes.
 *
 * The table is 2^k stripes of open addressing with linear probing. The high half of the identity chooses the stripe, the
 * low half the slot. Only one stripe grows at a time, so no single event waits for the whole table to be moved; it grows
 * by half at four fifths full, so that a fact costs 60 to 90 bytes, where doubling would cost up to 120. An all-zero
 * identity marks an empty slot; the hash gives it to no fact (hf_ledger_id).
 *
 * Beside it, small because they are rare: versions that wait or were rejected (held.c), and the last dates of facts that
 * once named a later date than their standing version does. Without the latter an old version could come back from
 * beyond the horizon and count again.
 *
 * Forgetting is a matter of judgement, not of memory: a fact out of reach is judged as unknown from that moment on,
 * whether its slot has been cleared (when its stripe is next full) or not, so that what is counted does not depend on
 * when memory was tidied. */
#include "headframe/ledger.h"

#include <assert.h>
#include <glib.h>
#include <string.h>
#include <xxhash.h>

#include "headframe/calendar.h"
#include "headframe/vocabulary.h"
#include "held.h"

enum { STRIPES = 64, STRIPE_BITS = 6, FIRST_SLOTS = 16, LINE_BITS = 14, DAYS_BITS = 9, DIGEST_BITS = 44 };

struct entry {
    uint64_t id_high, id_low;
    uint64_t digest_mine; /* upper 20 bits: low bits of the mine; lower 44: digest */
    uint64_t amount_low;
    uint64_t
        amount_high_days; /* upper 48 bits: amount >> 64 (10^33 needs 111 bits in all); then 6 bits: high bits of the
                                  mine; 1 bit: was_later; lowest 9: days */
    uint32_t revision_voided; /* upper 31 bits: revision; lowest: voided */
    uint32_t date_line;       /* upper 18 bits: date (±131 072 days: years 1611 to 2328); lower 14: line */
};

enum { WAS_LATER = 1 << DAYS_BITS, MINE_LOW_BITS = 20, MINE_HIGH_SHIFT = DAYS_BITS + 1 };

_Static_assert(HF_LINE_LIMIT == 1 << LINE_BITS, "a line fits its bits");
_Static_assert(HF_SPREAD_LIMIT < 1 << DAYS_BITS, "days fit their bits");
_Static_assert(sizeof(struct entry) == 48, "an entry is 48 bytes");

struct stripe {
    struct entry *slots;
    size_t capacity, used;
};

struct hf_ledger {
    uint64_t seed;
    int horizon_days; /* 0: none */
    size_t size;
    struct stripe stripes[STRIPES];
    struct held *held;
    GHashTable *later; /* struct hf_fact_id → last date, of entries with WAS_LATER */
    GArray *newest;    /* of int32_t by mine; HF_DATE_MIN: none */
};

struct hf_ledger *hf_ledger_new(uint64_t seed)
{
    struct hf_ledger *ledger = g_new0(struct hf_ledger, 1);
    ledger->seed = seed;
    ledger->held = held_new();
    ledger->later = g_hash_table_new_full(fact_id_hash, fact_id_equal, g_free, NULL);
    ledger->newest = g_array_new(FALSE, FALSE, sizeof(int32_t));
    return ledger;
}

void hf_ledger_free(struct hf_ledger **ledger)
{
    if (!*ledger)
        return;
    for (int i = 0; i < STRIPES; i++)
        g_free((*ledger)->stripes[i].slots);
    held_free(&(*ledger)->held);
    g_hash_table_destroy((*ledger)->later);
    g_array_free((*ledger)->newest, TRUE);
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

void hf_ledger_set_horizon(struct hf_ledger *ledger, int days)
{
    ledger->horizon_days = days;
}

size_t hf_ledger_size(const struct hf_ledger *ledger)
{
    return ledger->size;
}

size_t hf_ledger_waiting_count(const struct hf_ledger *ledger)
{
    return held_waiting_count(ledger->held);
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

/* --- entries ---------------------------------------------------------------------------------------------------- */

static int is_empty(const struct entry *entry)
{
    return entry->id_high == 0 && entry->id_low == 0;
}

static struct hf_fact_id id_of(const struct entry *entry)
{
    return (struct hf_fact_id){entry->id_high, entry->id_low};
}

/* The entry of an identity, or the empty slot where it would go. The stripe must have an empty slot. */
static struct entry *locate(const struct stripe *stripe, struct hf_fact_id id)
{
    /* low / 2^64 of the way along the slots, whatever their number (Lemire). */
    size_t first = (size_t)((hf_uint128)id.low * stripe->capacity >> 64);
    for (size_t i = first;; i = i + 1 == stripe->capacity ? 0 : i + 1) {
        struct entry *entry = &stripe->slots[i];
        if ((entry->id_high == id.high && entry->id_low == id.low) || is_empty(entry))
            return entry;
    }
}

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

static void unpack(const struct hf_ledger *ledger, const struct entry *entry, struct hf_fact *out)
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

static void pack(struct entry *entry, const struct hf_fact *fact, int was_later)
{
    assert(fact->mine < HF_FACT_MINE_LIMIT);
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

/* --- the horizon ------------------------------------------------------------------------------------------------ */

int hf_ledger_newest(const struct hf_ledger *ledger, uint32_t mine, int32_t *out_date)
{
    if (mine >= ledger->newest->len || g_array_index(ledger->newest, int32_t, mine) == HF_DATE_MIN)
        return 0;
    *out_date = g_array_index(ledger->newest, int32_t, mine);
    return 1;
}

int hf_ledger_is_too_late(const struct hf_ledger *ledger, uint32_t mine, int32_t date)
{
    int32_t newest;
    return ledger->horizon_days > 0 && hf_ledger_newest(ledger, mine, &newest) && date < newest - ledger->horizon_days;
}

static void advance_newest(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    while (ledger->newest->len <= fact->mine) {
        int32_t none = HF_DATE_MIN;
        g_array_append_val(ledger->newest, none);
    }
    int32_t *newest = &g_array_index(ledger->newest, int32_t, fact->mine);
    *newest = MAX(*newest, fact->latest);
}

static int is_forgotten(const struct hf_ledger *ledger, const struct entry *entry)
{
    struct hf_fact fact;
    if (ledger->horizon_days == 0)
        return 0;
    unpack(ledger, entry, &fact);
    return hf_ledger_is_too_late(ledger, fact.mine, fact.latest) && !held_has_waiting(ledger->held, fact.id);
}

/* --- judging and putting ---------------------------------------------------------------------------------------- */

static struct stripe *stripe_of(const struct hf_ledger *ledger, struct hf_fact_id id)
{
    return (struct stripe *)&ledger->stripes[id.high >> (64 - STRIPE_BITS)];
}

static int is_same_body(const struct hf_fact *a, const struct hf_fact *b)
{
    return ((a->digest ^ b->digest) & HF_FACT_DIGEST_MASK) == 0;
}

enum hf_verdict hf_ledger_judge(const struct hf_ledger *ledger, const struct hf_fact *fact,
                                struct hf_fact *out_standing, int *out_has_standing)
{
    const struct stripe *stripe = stripe_of(ledger, fact->id);
    const struct entry *entry = stripe->capacity ? locate(stripe, fact->id) : NULL;
    const struct hf_fact *held = held_find(ledger->held, fact->id, fact->revision);
    int stands = entry && !is_empty(entry) && !is_forgotten(ledger, entry);
    if (stands)
        unpack(ledger, entry, out_standing);
    else
        *out_standing = (struct hf_fact){.id = fact->id};
    if (out_has_standing)
        *out_has_standing = stands;
    if (held)
        return is_same_body(fact, held) ? HF_VERDICT_DUPLICATE : HF_VERDICT_CONFLICT;
    if (!stands)
        return HF_VERDICT_NEW;
    if (fact->revision != out_standing->revision)
        return fact->revision > out_standing->revision ? HF_VERDICT_REPLACES : HF_VERDICT_SUPERSEDED;
    return is_same_body(fact, out_standing) ? HF_VERDICT_DUPLICATE : HF_VERDICT_CONFLICT;
}

/* Moves what is still in reach into a new table, larger where that does not make room enough. */
static void make_room(struct hf_ledger *ledger, struct stripe *stripe)
{
    size_t kept = 0;
    for (size_t i = 0; i < stripe->capacity; i++) {
        struct entry *entry = &stripe->slots[i];
        if (is_empty(entry))
            continue;
        if (is_forgotten(ledger, entry)) {
            struct hf_fact_id id = id_of(entry);
            g_hash_table_remove(ledger->later, &id);
            *entry = (struct entry){0};
        } else {
            kept++;
        }
    }
    struct stripe next = {.capacity = stripe->capacity ? stripe->capacity : FIRST_SLOTS, .used = kept};
    if (kept * 5 >= next.capacity * 3)
        next.capacity = next.capacity / 2 * 3;
    next.slots = g_new0(struct entry, next.capacity);
    for (size_t i = 0; i < stripe->capacity; i++)
        if (!is_empty(&stripe->slots[i]))
            *locate(&next, id_of(&stripe->slots[i])) = stripe->slots[i];
    ledger->size -= stripe->used - kept;
    g_free(stripe->slots);
    *stripe = next;
}

/* The last date any version of the fact named, once fact is put over entry. */
static int32_t latest_with(const struct hf_ledger *ledger, const struct entry *entry, const struct hf_fact *fact)
{
    int32_t latest = MAX(fact->latest, held_latest(ledger->held, fact->id));
    struct hf_fact before;
    if (is_empty(entry))
        return latest;
    unpack(ledger, entry, &before);
    return MAX(latest, before.latest);
}

static void put_standing(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    struct stripe *stripe = stripe_of(ledger, fact->id);
    if ((stripe->used + 1) * 5 > stripe->capacity * 4)
        make_room(ledger, stripe);
    struct entry *entry = locate(stripe, fact->id);
    int32_t latest = latest_with(ledger, entry, fact);
    int was_later = latest > last_date_of(&fact->effect);
    if (is_empty(entry)) {
        stripe->used++;
        ledger->size++;
    } else if (!was_later && entry->amount_high_days & WAS_LATER) {
        g_hash_table_remove(ledger->later, &fact->id);
    }
    if (was_later)
        g_hash_table_insert(ledger->later, g_memdup2(&fact->id, sizeof fact->id), GINT_TO_POINTER(latest));
    pack(entry, fact, was_later);
}

/* A version that waits, and may be accepted below the one that stands: the fact must be remembered as long as it could
 * come again. */
static void keep_longer(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    const struct stripe *stripe = stripe_of(ledger, fact->id);
    struct entry *entry = stripe->capacity ? locate(stripe, fact->id) : NULL;
    struct hf_fact standing;
    if (!entry || is_empty(entry))
        return;
    unpack(ledger, entry, &standing);
    if (fact->latest <= standing.latest)
        return;
    entry->amount_high_days |= WAS_LATER;
    g_hash_table_insert(ledger->later, g_memdup2(&fact->id, sizeof fact->id), GINT_TO_POINTER(fact->latest));
}

/* A fact that is forgotten stays so when a new version of it begins to wait. */
static void drop_forgotten(struct hf_ledger *ledger, struct hf_fact_id id)
{
    struct stripe *stripe = stripe_of(ledger, id);
    const struct entry *entry = stripe->capacity ? locate(stripe, id) : NULL;
    if (entry && !is_empty(entry) && is_forgotten(ledger, entry))
        make_room(ledger, stripe);
}

void hf_ledger_put(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    if (fact->status == HF_FACT_WAITING)
        drop_forgotten(ledger, fact->id); /* as of before this version, which may advance the newest date */
    advance_newest(ledger, fact);
    switch (fact->status) {
    case HF_FACT_STANDING:
        put_standing(ledger, fact);
        held_remove(ledger->held, fact->id, fact->revision);
        break;
    case HF_FACT_DECIDED:
        held_remove(ledger->held, fact->id, fact->revision);
        break;
    default:
        keep_longer(ledger, fact);
        held_put(ledger->held, fact);
    }
}

const struct hf_fact *hf_ledger_waiting(const struct hf_ledger *ledger, struct hf_fact_id id, uint32_t revision)
{
    const struct hf_fact *held = held_find(ledger->held, id, revision);
    return held && held->status == HF_FACT_WAITING ? held : NULL;
}
