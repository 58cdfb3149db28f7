/* SPDX-License-Identifier: Apache-2.0 */
/* A company, a mine, and a publisher at work on them, for the tests of publishing. */
#ifndef HEADFRAME_TESTS_UNIT_STAGE_H
#define HEADFRAME_TESTS_UNIT_STAGE_H

#include "outlet.h"
#include "publisher.h"
#include "world_fixture.h"

struct stage {
    struct fixture *fixture;
    struct publisher *publisher;
    struct outlet *outlet;
};

/* The kinds of windows of a stage, with spaces between them. */
extern const char stage_kinds[];

/* A publisher of these kinds that owns everything, of 3 partitions of companies and 5 of mines. */
struct publisher *stage_publisher(struct fixture *fixture, const char *kinds);

/* Lets a publisher own everything and know nothing. */
void stage_own_everything(struct publisher *publisher);

/* The company acme with half of the mine gc, which produced gold on 2002-06-30, 2003-06-29 and 2003-06-30: 19 windows
 * each, published. Release with stage_free. */
struct stage stage_new(void);
void stage_free(struct stage *stage);

/* Another process: the same topics, a new publisher that has read what stands. */
void stage_restart(struct stage *stage, const char *kinds);

/* Holds where an independent publication from nothing comes to what stands. */
void assert_complete(const struct stage *stage, const char *kinds);

#endif
