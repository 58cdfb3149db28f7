/* SPDX-License-Identifier: Apache-2.0 */
/* Every fact of one partition, remembered once: its standing version, the versions of it that wait for a decision, and
 * those that were rejected (contract, section 2).
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

/* What a version is to its fact. */
enum hf_fact_status {
    HF_FACT_STANDING, /* its effect is on the days */
    HF_FACT_WAITING,  /* in quarantine */
    HF_FACT_REJECTED, /* by a decision; remembered, so that it is known when it comes again */
    HF_FACT_DECIDED,  /* waits no longer and stands no longer: accepted below the version that stands */
    HF_FACT_ABSENT    /* no version of the fact stands (in state records only) */
};

/* Of the versions of a fact that wait or were rejected, those whose revisions are HF_HELD_PART times number, and the
 * HF_HELD_PART - 1 above it. So a part is small however many versions there are, and a version is in one part for ever. */
struct hf_held_part {
    struct hf_fact_id id;
    uint32_t number;
};
enum { HF_HELD_PART = 64 };
/* In the place of a number: all versions of the fact that wait or were rejected. */
#define HF_HELD_ALL UINT32_MAX

/* The bits of a digest that are compared and kept. */
#define HF_FACT_DIGEST_MASK ((UINT64_C(1) << 44) - 1)
enum { HF_FACT_MINE_LIMIT = 1 << 26 };

/* A version of a fact, as it arrives and as it stands. */
struct hf_fact {
    struct hf_fact_id id;
    uint64_t digest;   /* of all fields but the identity, by value; HF_FACT_DIGEST_MASK of it count */
    uint32_t revision; /* 0 to 2^31 - 1 */
    int voided;
    struct hf_effect effect; /* days 0 when voided */
    uint32_t mine;           /* the caller's number of the mine, below HF_FACT_MINE_LIMIT */
    int32_t latest;          /* the last date the version names, effect or not; of a standing version the last that any
                                version of the fact named */
    enum hf_fact_status status;
};

/* What the ledger says of a version that arrives. */
enum hf_verdict {
    HF_VERDICT_NEW,        /* the first version of its fact */
    HF_VERDICT_REPLACES,   /* its revision is above the one that stands */
    HF_VERDICT_DUPLICATE,  /* the revision that stands, waits or was rejected, with the same body */
    HF_VERDICT_SUPERSEDED, /* a revision below the one that stands */
    HF_VERDICT_CONFLICT    /* the revision that stands, waits or was rejected, with another body */
};

/* New empty ledger whose ids are hashed with seed; release with hf_ledger_free, which clears *ledger and accepts NULL
 * in it. */
struct hf_ledger *hf_ledger_new(uint64_t seed);
void hf_ledger_free(struct hf_ledger **ledger);

uint64_t hf_ledger_seed(const struct hf_ledger *ledger);
/* Takes the seed under which facts that are being read back were hashed. Before the first hf_ledger_id. */
void hf_ledger_set_seed(struct hf_ledger *ledger, uint64_t seed);
/* Facts that have a standing version in memory. */
size_t hf_ledger_size(const struct hf_ledger *ledger);
/* Versions that wait for a decision, and facts that have such versions. */
size_t hf_ledger_waiting_count(const struct hf_ledger *ledger);
size_t hf_ledger_waiting_facts(const struct hf_ledger *ledger);
/* Bytes the table holds. */
size_t hf_ledger_memory_bytes(const struct hf_ledger *ledger);

/* The identity under this ledger's seed. mine_id and event_id hold no '|' (contract, section 2), which separates them
 * in the hash. */
struct hf_fact_id hf_ledger_id(const struct hf_ledger *ledger, const char *mine_id, size_t mine_length,
                               const char *event_id, size_t event_length);

/* Says what fact is to the versions that are remembered; *out_standing receives the one that stands where there is one,
 * else a version without effect. *out_has_standing (may be NULL) tells which. Changes nothing. */
enum hf_verdict hf_ledger_judge(const struct hf_ledger *ledger, const struct hf_fact *fact,
                                struct hf_fact *out_standing, int *out_has_standing);

/* Takes a version for what its status says: the standing one, whatever stood before; one that waits or is rejected; or
 * no longer any of these. A standing or decided version waits no longer. effect.amount must lie within
 * ±hf_amount_limit(). Taking the versions of a partition again in their order gives the same ledger. */
void hf_ledger_put(struct hf_ledger *ledger, const struct hf_fact *fact);

/* The version of a fact that waits under this revision, borrowed until the next put, or NULL. */
const struct hf_fact *hf_ledger_waiting(const struct hf_ledger *ledger, struct hf_fact_id id, uint32_t revision);

/* --- the correction horizon (contract, section 4: TOO_LATE) ------------------------------------------------------- */

/* Dates more than days before a mine's newest date are out of reach (0: none are), and a fact may be forgotten when all
 * its versions named dates out of reach only and none of them waits. Before the first hf_ledger_put. */
void hf_ledger_set_horizon(struct hf_ledger *ledger, int days);

/* The last date that any version of any fact of mine named, as far as it was put. Returns 1, or 0 where there is
 * none. It never goes back. */
int hf_ledger_newest(const struct hf_ledger *ledger, uint32_t mine, int32_t *out_date);

/* True where date lies out of reach. */
int hf_ledger_is_too_late(const struct hf_ledger *ledger, uint32_t mine, int32_t date);

/* --- all that is remembered of a fact: to be written, and read back -------------------------------------------------
 *
 * The standing version and the versions that do not stand are written apart and read back apart, each as a whole. A fact
 * out of reach has no standing version to be written. Read back in any order, provided that after
 * the last reading of a standing version the fact's other versions do not change. */

/* The version that stands; latest is the last date that any version named. Returns 1, or 0 where none stands. */
int hf_ledger_standing(const struct hf_ledger *ledger, struct hf_fact_id id, struct hf_fact *out);
/* Makes fact, with its latest, the one that stands, whatever was known before; or no version at all. */
void hf_ledger_set_standing(struct hf_ledger *ledger, const struct hf_fact *fact);
/* Says that id will be set soon: its place is fetched into the cache. */
void hf_ledger_prefetch(const struct hf_ledger *ledger, struct hf_fact_id id);
void hf_ledger_clear_standing(struct hf_ledger *ledger, struct hf_fact_id id);

/* The part that a version of this revision is in, if it waits or was rejected. */
struct hf_held_part hf_held_part_of(struct hf_fact_id id, uint32_t revision);
/* The versions of a part (not of HF_HELD_ALL) by revision, *out_count of them; borrowed until the next change. NULL:
 * none. */
const struct hf_fact *hf_ledger_held(const struct hf_ledger *ledger, struct hf_held_part part, size_t *out_count);
/* True where the version of this revision waits or was rejected. */
int hf_ledger_is_held(const struct hf_ledger *ledger, struct hf_fact_id id, uint32_t revision);
int hf_ledger_has_waiting(const struct hf_ledger *ledger, struct hf_fact_id id);
/* Makes these the versions of a part, or of all parts of a fact; they must belong there. count may be 0. */
void hf_ledger_set_held(struct hf_ledger *ledger, struct hf_held_part part, const struct hf_fact *versions,
                        size_t count);
/* Forgets all versions that wait or were rejected, of all facts. */
void hf_ledger_clear_held(struct hf_ledger *ledger);

typedef void hf_ledger_visit(void *context, struct hf_fact_id id);
/* Calls visit for each fact of which a version waits or was rejected, in no order. visit must not change the ledger. */
void hf_ledger_visit_held(const struct hf_ledger *ledger, hf_ledger_visit *visit, void *context);
typedef void hf_ledger_visit_part(void *context, struct hf_held_part part);
/* The same for each part of a fact in which there is a version, by number. */
void hf_ledger_visit_held_parts(const struct hf_ledger *ledger, struct hf_fact_id id, hf_ledger_visit_part *visit,
                                void *context);

/* How far a sweep has come; all zero at its start. */
struct hf_ledger_cursor {
    uint64_t high; /* the least upper half of an identity in the part of the table where it stands */
    size_t slot;
    unsigned moves;
    int is_end;
};

/* Calls visit for up to limit of the facts that have a standing version in reach, and moves the cursor past them. Each
 * such fact that is there from the first call of a sweep to its last is visited at least once, whatever is put in
 * between. visit must not change the ledger. Returns 1 where there are more, 0 at the end. */
int hf_ledger_sweep(const struct hf_ledger *ledger, struct hf_ledger_cursor *cursor, size_t limit,
                    hf_ledger_visit *visit, void *context);

#endif
