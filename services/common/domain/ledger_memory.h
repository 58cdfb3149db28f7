/* SPDX-License-Identifier: Apache-2.0 */
/* What a ledger remembers; for the ledger*.c files only. */
#ifndef HEADFRAME_DOMAIN_LEDGER_MEMORY_H
#define HEADFRAME_DOMAIN_LEDGER_MEMORY_H

#include <glib.h>

#include "headframe/ledger.h"
#include "headframe/vocabulary.h"
#include "held.h"

enum { LINE_BITS = 14, DAYS_BITS = 9, DIGEST_BITS = 44 };

/* Slots of a stripe: at first, when it splits instead of growing, and of each half then. DEPTH_LIMIT bounds the directory,
 * should all identities begin alike (the hash is keyed; nobody can make them). */
enum { FIRST_SLOTS = 16, STRIPE_SLOTS = 8192, HALF_SLOTS = 6144, DEPTH_LIMIT = 24 };

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

/* The entries of all identities that begin with the same bits. */
struct stripe {
    struct entry *slots;
    size_t capacity, used;
    unsigned moves; /* how often entries changed their slots */
    int depth;      /* how many bits of the identity they share */
};

struct hf_ledger {
    uint64_t seed;
    int horizon_days; /* 0: none */
    size_t size;
    struct stripe **directory; /* of 2^depth, by the first bits of the identity; a stripe of fewer bits stands there
                                  as often as it needs to */
    int depth;
    struct held *held;
    GHashTable *later; /* struct hf_fact_id → last date, of entries with WAS_LATER */
    GArray *newest;    /* of int32_t by mine; HF_DATE_MIN: none */
};

/* The table, with nothing in it; ledger_table_fini frees it. */
void ledger_table_init(struct hf_ledger *ledger);
void ledger_table_fini(struct hf_ledger *ledger);
size_t ledger_table_bytes(const struct hf_ledger *ledger);
/* The stripe of the identities that begin as high does. */
struct stripe *ledger_stripe(const struct hf_ledger *ledger, uint64_t high);
/* The first identity's upper half behind those of a stripe, which holds high; 0: there is none behind it. */
uint64_t ledger_behind(const struct stripe *stripe, uint64_t high);
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
