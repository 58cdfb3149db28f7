/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit of a book is worth in a view's reporting currency, month by month: of a cost in another currency, at the
 * month's rates; of a metal's PAYABLE mass, at the month's price. Found once for all the windows of a view. */
#ifndef HEADFRAME_SUMMARY_CONVERSION_H
#define HEADFRAME_SUMMARY_CONVERSION_H

#include <gmp.h>

#include "missing.h"
#include "view.h"

/* Costs in one currency are counted in millionths of it, masses of a metal in 10^-13 g: times the factor of its month,
 * either is whole units of the reporting currency. */
struct conversion {
    int is_priced;            /* a metal; else a currency, not the reporting one */
    int subject;              /* material or currency number */
    int32_t earliest, latest; /* dates with live facts of any member to convert */
    int32_t first_month;      /* that of earliest */
    int32_t month_count;
    mpq_t *factors; /* by month from first_month on; NULL until the first is asked for */
};

/* Sets the view's conversions and, in the lines of its members, which of them each needs. */
void conversions_init(struct view *view);
void conversions_fini(struct view *view);

/* The factor of a month from that of earliest to that of latest: above 0, or 0 where a rate or the price is missing.
 * Borrowed from the view, whose conversion this is. */
mpq_srcptr conversion_factor(const struct view *view, struct conversion *conversion, int32_t month);

/* Notes what the factor of a month would have needed and did not find. */
void conversion_note_missing(const struct view *view, const struct conversion *conversion, int32_t month,
                             struct missing *missing);

#endif
