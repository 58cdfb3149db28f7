/* SPDX-License-Identifier: Apache-2.0 */
/* Sums by mine and date, to be compared: as made, or as read from a topic. */
#ifndef HEADFRAME_TESTS_BENCH_DAY_SUMS_H
#define HEADFRAME_TESTS_BENCH_DAY_SUMS_H

#include <glib.h>
#include <stdint.h>

struct day_sum {
    gint64 place; /* mine and date; the key, so the first member */
    int64_t micro_ounces, facts;
};

/* By place; release with g_hash_table_destroy. */
GHashTable *day_sums_new(void);

/* The sum of that mine and date (days since 1970-01-01), 0 where there is none yet. Borrowed from the table. */
struct day_sum *day_sums_at(GHashTable *sums, int mine, int32_t date);

/* Prints "MINE YYYY-MM-DD MICRO-OUNCES FACTS" for each, by mine and date. */
void day_sums_print(GHashTable *sums);

#endif
