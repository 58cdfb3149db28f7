/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which version of a fact stands, and keeps it in 48 bytes.
 *
 * The table is extendible hashing over stripes, each of open addressing with linear probing. The first bits of the
 * identity choose the stripe by a directory, its low half the slot:
 *
 *     directory, depth 2      stripes
 *       00 ──────────────▶  00…   full: splits into 000… and 001…; the directory doubles
 *       01 ──────────────▶  01…
 *       10 ──────┬───────▶  1…    full: splits into 10… and 11…
 *       11 ──────┘
 *
 * A stripe grows by half at four fifths full, and at 8,192 slots it splits. So no single event waits for more than 6,554
 * entries to be moved, whatever the size of the table, and a fact costs 60 to 90 bytes, where doubling would cost up
 * to 120. An all-zero identity marks an empty slot; the hash gives it to no fact (hf_ledger_id).
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
#include <string.h>
#define XXH_INLINE_ALL /* of short inputs, which a call would cost as much as */
#include <xxhash.h>

#include "headframe/calendar.h"
#include "ledger_memory.h"

struct hf_ledger *hf_ledger_new(uint64_t seed)
{
    struct hf_ledger *ledger = g_new0(struct hf_ledger, 1);
    ledger->seed = seed;
    ledger_table_init(ledger);
    ledger->held = held_new();
    ledger->later = g_hash_table_new_full(fact_id_hash, fact_id_equal, g_free, NULL);
    ledger->newest = g_array_new(FALSE, FALSE, sizeof(int32_t));
    return ledger;
}

void hf_ledger_free(struct hf_ledger **ledger)
{
    if (!*ledger)
        return;
    ledger_table_fini(*ledger);
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

size_t hf_ledger_waiting_facts(const struct hf_ledger *ledger)
{
    return held_waiting_facts(ledger->held);
}

size_t hf_ledger_memory_bytes(const struct hf_ledger *ledger)
{
    return sizeof *ledger + ledger_table_bytes(ledger);
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

void ledger_advance_newest(struct hf_ledger *ledger, uint32_t mine, int32_t date)
{
    while (ledger->newest->len <= mine) {
        int32_t none = HF_DATE_MIN;
        g_array_append_val(ledger->newest, none);
    }
    int32_t *newest = &g_array_index(ledger->newest, int32_t, mine);
    *newest = MAX(*newest, date);
}

int ledger_is_forgotten(const struct hf_ledger *ledger, const struct entry *entry)
{
    struct hf_fact fact;
    if (ledger->horizon_days == 0)
        return 0;
    ledger_unpack(ledger, entry, &fact);
    return hf_ledger_is_too_late(ledger, fact.mine, fact.latest) && !held_has_waiting(ledger->held, fact.id);
}

/* --- judging and putting ---------------------------------------------------------------------------------------- */

static int is_same_body(const struct hf_fact *a, const struct hf_fact *b)
{
    return ((a->digest ^ b->digest) & HF_FACT_DIGEST_MASK) == 0;
}

enum hf_verdict hf_ledger_judge(const struct hf_ledger *ledger, const struct hf_fact *fact,
                                struct hf_fact *out_standing, int *out_has_standing)
{
    const struct entry *entry = ledger_find(ledger, fact->id);
    const struct hf_fact *held = held_find(ledger->held, fact->id, fact->revision);
    int stands = entry && !ledger_is_forgotten(ledger, entry);
    if (stands)
        ledger_unpack(ledger, entry, out_standing);
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

/* The last date any version of the fact named, once fact is put over entry. */
static int32_t latest_with(const struct hf_ledger *ledger, const struct entry *entry, const struct hf_fact *fact)
{
    int32_t latest = MAX(fact->latest, held_latest(ledger->held, fact->id));
    struct hf_fact before;
    if (ledger_entry_is_empty(entry))
        return latest;
    ledger_unpack(ledger, entry, &before);
    return MAX(latest, before.latest);
}

static void put_standing(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    struct entry *entry = ledger_place(ledger, fact->id);
    ledger_pack(ledger, entry, fact, latest_with(ledger, entry, fact));
}

/* A version that waits, and may be accepted below the one that stands: the fact must be remembered as long as it could
 * come again. */
static void keep_longer(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    struct entry *entry = ledger_find(ledger, fact->id);
    struct hf_fact standing;
    if (!entry)
        return;
    ledger_unpack(ledger, entry, &standing);
    if (fact->latest > standing.latest)
        ledger_pack(ledger, entry, &standing, fact->latest);
}

/* A fact that is forgotten stays so when a new version of it begins to wait. */
static void drop_forgotten(struct hf_ledger *ledger, struct hf_fact_id id)
{
    const struct entry *entry = ledger_find(ledger, id);
    if (entry && ledger_is_forgotten(ledger, entry))
        ledger_remove(ledger, id);
}

void hf_ledger_put(struct hf_ledger *ledger, const struct hf_fact *fact)
{
    if (fact->status == HF_FACT_WAITING)
        drop_forgotten(ledger, fact->id); /* as of before this version, which may advance the newest date */
    ledger_advance_newest(ledger, fact->mine, fact->latest);
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
