/* SPDX-License-Identifier: Apache-2.0 */
/* How many facts each day of a month has, in little memory. Internal to the day book. */
#ifndef HEADFRAME_DOMAIN_TALLIES_H
#define HEADFRAME_DOMAIN_TALLIES_H

#include <stdint.h>

enum { TALLIES_DAYS = 31 };

/* Value type; day i of the month is number i - 1. Zeroed memory has no facts; release with tallies_fini. */
struct tallies {
    uint32_t *many; /* by day, where one has more than 255; else NULL */
    uint8_t few[TALLIES_DAYS];
};

void tallies_fini(struct tallies *tallies);
uint32_t tallies_get(const struct tallies *tallies, int day);
void tallies_set(struct tallies *tallies, int day, uint32_t facts);

#endif
