/* SPDX-License-Identifier: Apache-2.0 */
/* Every fact of one partition, remembered once: its standing revision, its body's digest, and its effect.
 *
 * Duplicates, corrections and withdrawals are one operation, "replace the standing version's effect by the new one".
 * A ledger belongs to one thread. */
#ifndef HEADFRAME_LEDGER_H
#define HEADFRAME_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/daybook.h"

struct hf_ledger;

/* Identity of a fact: a 128-bit keyed hash of (mine_id, event_id). Two facts of one partition share it with a chance of
 * n²/2^129: for 10^9 facts 10^-21. */
struct hf_fact_id {
    uint64_t high, low;
};

/* A version of a fact, as it arrives and as it stands. */
struct hf_fact {
    struct hf_fact_id id;
    uint64_t digest;   /* of all fields but the identity, by value */
    uint32_t revision; /* 0 to 2^31 - 1 */
    int voided;
    struct hf_effect effect; /* days 0 when voided */
};

/* What the ledger says of a version that arrives. */
enum hf_verdict {
    HF_VERDICT_NEW,        /* the first version of its fact */
    HF_VERDICT_REPLACES,   /* its revision is above the one that stands */
    HF_VERDICT_DUPLICATE,  /* the standing revision, with the same body */
    HF_VERDICT_SUPERSEDED, /* a revision below the one that stands */
    HF_VERDICT_CONFLICT    /* the standing revision, with another body */
};

/* New empty ledger whose ids are hashed with seed; release with hf_ledger_free, which clears *ledger and accepts NULL
 * in it. */
struct hf_ledger *hf_ledger_new(uint64_t seed);
void hf_ledger_free(struct hf_ledger **ledger);

uint64_t hf_ledger_seed(const struct hf_ledger *ledger);
/* Takes the seed under which facts that are being read back were hashed. Before the first hf_ledger_id. */
void hf_ledger_set_seed(struct hf_ledger *ledger, uint64_t seed);
size_t hf_ledger_size(const struct hf_ledger *ledger);
/* Bytes the table holds. */
size_t hf_ledger_memory_bytes(const struct hf_ledger *ledger);

/* The identity under this ledger's seed. mine_id and event_id hold no '|' (contract, section 2), which separates them
 * in the hash. */
struct hf_fact_id hf_ledger_id(const struct hf_ledger *ledger, const char *mine_id, size_t mine_length,
                               const char *event_id, size_t event_length);

/* Says what fact is to the version that stands; *out_standing receives that version where there is one, else a version
 * without effect. Changes nothing. */
enum hf_verdict hf_ledger_judge(const struct hf_ledger *ledger, const struct hf_fact *fact,
                                struct hf_fact *out_standing);

/* Makes fact the standing version of its identity, whatever stood before. effect.amount must lie within
 * ±hf_amount_limit(). */
void hf_ledger_put(struct hf_ledger *ledger, const struct hf_fact *fact);

#endif
