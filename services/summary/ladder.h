/* SPDX-License-Identifier: Apache-2.0 */
/* The cost ladder: what each step comes to before credits, the credits, and how both are published. */
#ifndef HEADFRAME_SUMMARY_LADDER_H
#define HEADFRAME_SUMMARY_LADDER_H

#include "headframe/json_writer.h"
#include "money.h"

struct ladder {
    struct money before[HF_STEP_COUNT];
    struct money credits;        /* of mines: the same in every step */
    struct money office_credits; /* of corporate offices: in the all-in step alone */
    mpz_t divisor;               /* above 0: all amounts are to be divided by it too; 1 unless a cost was split */
};
void ladder_init(struct ladder *ladder);
void ladder_fini(struct ladder *ladder);

/* sum += part. */
void ladder_add(struct ladder *sum, const struct ladder *part);

/* Sets out, just initialised, to part ÷ whole of the ladder before credits, without credits. whole is above 0. */
void ladder_set_part(struct ladder *out, const struct ladder *ladder, const mpz_t part, const mpz_t whole);
/* Sets out, just initialised, to a ladder of which no step is known. */
void ladder_set_unknown(struct ladder *out);

/* Adds what the member's costs from from through through, days of the valuation's window, bring to each step, and
 * credits as reported; of a corporate office to the all-in step alone, and its credits reported or priced. The ladder's
 * divisor is 1. */
void ladder_add_spent(struct valuation *valuation, const struct member *member, int32_t from, int32_t through,
                      struct ladder *ladder);
/* True where ladder_add_spent would find a live fact of a corporate office. */
int office_has_spent(const struct member *office, int32_t from, int32_t through);

/* Writes ladders of one metal. */
struct ladder_writer {
    const struct valuation *valuation;
    struct hf_json_writer *json;
    mpz_t unit_mass;                           /* of the metal's output unit */
    mpz_t quantity_denominator;                /* of a quantity, to be in that unit */
    mpz_t money_denominator, unit_denominator; /* of the ladder at hand: of its amounts, and of those per unit */
    mpz_t before, credits, after;              /* of the step at hand */
};
void ladder_writer_init(struct ladder_writer *writer, const struct valuation *valuation, int metal,
                        struct hf_json_writer *json);
void ladder_writer_fini(struct ladder_writer *writer);

/* Writes "production" (in 10^-13 g times the view's share_scale) and every step of ladder. Where ladder is NULL
 * everything is null, as is a step of which anything is unknown. */
void ladder_write(struct ladder_writer *writer, const struct ladder *ladder, const mpz_t quantity);

#endif
