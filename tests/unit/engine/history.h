/* SPDX-License-Identifier: Apache-2.0 */
/* Random histories of two mines: events, corrections, withdrawals, closes that move forth and back, and decisions. The
 * same seed makes the same history for ever: golden/ holds what one of them became under an earlier format. */
#ifndef HEADFRAME_TESTS_UNIT_HISTORY_H
#define HEADFRAME_TESTS_UNIT_HISTORY_H

#include "bench.h"

struct history {
    uint64_t random;
    int event_ids; /* how many there are to draw from; they repeat, and old ones give way to new ones as days pass */
    int32_t day;   /* the present one, counted from 2003-01-01 */
    int32_t revision_step; /* from one of the four revisions to the next; 1 at first */
};

/* A history from the seed on; event_ids above 0. */
struct history history_new(uint64_t seed, int event_ids);

/* The next random number below limit. */
unsigned history_draw(struct history *history, unsigned limit);

/* Applies the next record to the bench. */
void history_step(struct history *history, struct bench *bench);

#endif
