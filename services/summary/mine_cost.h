/* SPDX-License-Identifier: Apache-2.0 */
/* What one mine cost in a window on its matched days, and what its metals were worth. */
#ifndef HEADFRAME_SUMMARY_MINE_COST_H
#define HEADFRAME_SUMMARY_MINE_COST_H

#include "ladder.h"

struct metal_value {
    int metal;
    struct money value;
};

struct mine_cost {
    const struct member *member;
    int is_listed;              /* has a primary metal, is no office, and has a live fact in the window */
    struct clock matched;       /* absent: unmatched, then all below is nothing */
    struct ladder ladder;       /* of the matched days */
    struct metal_value *values; /* of each metal with PAYABLE lines, on the matched days */
    size_t value_count;
    struct money value; /* their sum */
};

/* Sets cost to that of a member in the valuation's window. */
void mine_cost_init(struct mine_cost *cost, struct valuation *valuation, const struct hf_window *window,
                    const struct member *member);
void mine_cost_fini(struct mine_cost *cost);

/* The metal's value on the matched days, or NULL where it has no live PAYABLE fact on them. */
const struct money *mine_cost_value(const struct mine_cost *cost, int metal);

/* Sets out, just initialised, to the part of the cost before credits that the metal bears whose value it is: value ÷ the
 * value of all. Unknown where a price is missing or the values do not sum to more than 0. */
void mine_cost_split(const struct mine_cost *cost, const struct money *value, struct ladder *out);

#endif
