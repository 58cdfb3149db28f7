/* SPDX-License-Identifier: Apache-2.0 */
/* The amounts of a month's days in little memory. Internal to the day book. */
#ifndef HEADFRAME_DOMAIN_AMOUNTS_H
#define HEADFRAME_DOMAIN_AMOUNTS_H

#include "headframe/decimal.h"

enum { AMOUNTS_DAYS = 31 };

/* Value type; day i of the month is number i - 1. */
struct amounts {
    int64_t counts[AMOUNTS_DAYS]; /* in units */
    int64_t unit;                 /* 1 or more */
    hf_int128 *wide;              /* the amounts themselves, where counts can not hold them; else NULL */
};

/* All days 0; release what they come to hold with amounts_fini. */
void amounts_init(struct amounts *amounts);
void amounts_fini(struct amounts *amounts);

/* Any amount within ±2^126. */
hf_int128 amounts_get(const struct amounts *amounts, int day);
void amounts_set(struct amounts *amounts, int day, hf_int128 amount);

/* The sum from day low through day high, 0 where low > high. */
hf_int128 amounts_sum(const struct amounts *amounts, int low, int high);

#endif
