/* SPDX-License-Identifier: Apache-2.0 */
/* What a ledger remembers; for the ledger*.c files only. */
#ifndef HEADFRAME_DOMAIN_LEDGER_MEMORY_H
#define HEADFRAME_DOMAIN_LEDGER_MEMORY_H

#include <glib.h>

#include "headframe/ledger.h"
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
    unsigned moves; /* how often entries changed their slots */
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

/* The stripe of an identity. */
struct stripe *ledger_stripe(const struct hf_ledger *ledger, struct hf_fact_id id);
int ledger_entry_is_empty(const struct entry *entry);
/* The entry of an identity; NULL where there is none. */
struct entry *ledger_find(const struct hf_ledger *ledger, struct hf_fact_id id);
/* The same, or the empty entry where it is to go, which counts as used from now on. */
struct entry *ledger_place(struct hf_ledger *ledger, struct hf_fact_id id);
/* Takes an entry out and closes the gap; other entries of the stripe may move. */
void ledger_remove(struct hf_ledger *ledger, struct hf_fact_id id);

void ledger_unpack(const struct hf_ledger *ledger, const struct entry *entry, struct hf_fact *out);
/* Makes entry what fact says, and its last date latest. */
void ledger_pack(struct hf_ledger *ledger, struct entry *entry, const struct hf_fact *fact, int32_t latest);
void ledger_advance_newest(struct hf_ledger *ledger, uint32_t mine, int32_t date);
/* True where the entry's fact is out of reach and none of its versions waits. */
int ledger_is_forgotten(const struct hf_ledger *ledger, const struct entry *entry);

#endif
