/* SPDX-License-Identifier: Apache-2.0 */
/* Money of several currencies and months in one currency, exactly, or not at all where a rate or price is missing. */
#ifndef HEADFRAME_SUMMARY_MONEY_H
#define HEADFRAME_SUMMARY_MONEY_H

#include <glib.h>

#include "view.h"

/* What a published figure needed and did not find: "fx MXN 2003-06", "price gold 2003-06", "corporate without silver".
 */
struct missing {
    GPtrArray *notes; /* of char * */
};
void missing_init(struct missing *missing);
void missing_fini(struct missing *missing);
/* Adds a note; format is printf's. */
void missing_add(struct missing *missing, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes "missing":[…], sorted, each note once. */
struct hf_json_writer;
void missing_write(struct missing *missing, struct hf_json_writer *writer);

/* An amount in the view's reporting currency, or unknown. */
struct money {
    mpq_t amount; /* in whole units of the currency */
    int is_unknown;
    int64_t facts; /* live facts on counted days behind it */
};
void money_init(struct money *money);
void money_fini(struct money *money);
void money_reset(struct money *money);
/* sum += part; unknown where either is. */
void money_add(struct money *sum, const struct money *part);

/* Adds a cost line of the member over the days: each month's part ÷ that month's rate of its currency × that of the
 * reporting currency. A month with a live fact and without a rate makes sum unknown and is noted. */
void money_add_costs(const struct view *view, const struct member *member, uint16_t line, int32_t from, int32_t through,
                     struct missing *missing, struct money *sum);

/* Adds the value of a material's PAYABLE quantity at each month's price, likewise. */
void money_add_payable(const struct view *view, const struct member *member, int material, int32_t from,
                       int32_t through, struct missing *missing, struct money *sum);

#endif
