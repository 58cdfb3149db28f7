/* SPDX-License-Identifier: Apache-2.0 */
/* What lines of a member come to over some days: at 100 %, and at the shares of the view. */
#ifndef HEADFRAME_SUMMARY_ATTRIBUTABLE_H
#define HEADFRAME_SUMMARY_ATTRIBUTABLE_H

#include <gmp.h>

#include "view.h"

struct attributable {
    mpz_t amount;          /* Σ share × day totals, times the view's share_scale */
    mpz_t hundred_percent; /* Σ day totals */
    int64_t facts;         /* live facts on counted days */
};
void attributable_init(struct attributable *sum);
void attributable_fini(struct attributable *sum);
void attributable_reset(struct attributable *sum);
/* sum += part. */
void attributable_add(struct attributable *sum, const struct attributable *part);

/* Adds a line of one of the member's books from from through through (counted days only) to sum. */
void member_add(const struct member *member, const struct hf_daybook *book, uint16_t line, int32_t from,
                int32_t through, struct attributable *sum);

/* The same of a set of the member's lines. */
void member_add_lines(const struct member *member, const struct line_set *set, int32_t from, int32_t through,
                      struct attributable *sum);

/* The same of a material and stage, in the mass unit of the books (10^-13 g); adds nothing where the member has none. */
void member_add_stage(const struct member *member, int material, enum hf_stage stage, int32_t from, int32_t through,
                      struct attributable *sum);

#endif
