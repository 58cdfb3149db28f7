/* SPDX-License-Identifier: Apache-2.0 */
/* Money of several currencies and months of a window in one currency, exactly, or not at all where a rate or price is
 * missing. */
#ifndef HEADFRAME_SUMMARY_MONEY_H
#define HEADFRAME_SUMMARY_MONEY_H

#include "attributable.h"
#include "conversion.h"

/* The factors of a conversion in the months of a window, times the valuation's scale. */
struct weights {
    int32_t first_month;
    int32_t month_count;
    mpz_t *weights; /* 0 where there is no factor */
};

/* By what the money of one window is counted. */
struct valuation {
    const struct view *view;
    struct missing *missing;  /* takes what was needed and not found */
    mpz_t scale;              /* makes every factor of the window a whole number */
    mpz_t denominator;        /* what every money of the window is to be divided by */
    mpz_t own_weight;         /* of a millionth of the reporting currency */
    struct weights *weights;  /* one for each conversion of the view */
    struct attributable part; /* room for the sum at hand */
};
void valuation_init(struct valuation *valuation, const struct view *view, const struct hf_window *window,
                    struct missing *missing);
void valuation_fini(struct valuation *valuation);

/* An amount in the view's reporting currency, or unknown. */
struct money {
    mpz_t amount; /* in whole units of the currency, times the valuation's denominator */
    int is_unknown;
    int64_t facts; /* live facts on counted days behind it */
};
void money_init(struct money *money);
void money_fini(struct money *money);
void money_reset(struct money *money);
/* sum += part; unknown where either is. */
void money_add(struct money *sum, const struct money *part);

/* Adds what the member spent on a set of lines from from through through, days of the valuation's window. A month with a
 * live fact and without a rate makes sum unknown and is noted. */
void money_add_costs(struct valuation *valuation, const struct member *member, const struct cost_lines *costs,
                     int32_t from, int32_t through, struct money *sum);

/* Adds the value of a metal's PAYABLE quantity at each month's price, likewise. */
void money_add_payable(struct valuation *valuation, const struct member *member, const struct stage_lines *payable,
                       int32_t from, int32_t through, struct money *sum);

#endif
