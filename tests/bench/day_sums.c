/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how sums are written down, so that equal ones are equal texts. */
#include "day_sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "made_event.h"

enum { DATE_BITS = 32, DAY_S = 86400 };

GHashTable *day_sums_new(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
}

struct day_sum *day_sums_at(GHashTable *sums, int mine, int32_t date)
{
    gint64 place = (gint64)mine << DATE_BITS | date;
    struct day_sum *sum = g_hash_table_lookup(sums, &place);
    if (!sum) {
        sum = g_new0(struct day_sum, 1);
        sum->place = place;
        g_hash_table_insert(sums, &sum->place, sum);
    }
    return sum;
}

static int by_place(const void *left, const void *right)
{
    gint64 a = (*(struct day_sum *const *)left)->place, b = (*(struct day_sum *const *)right)->place;
    return (a > b) - (a < b);
}

static void print_sum(const struct day_sum *sum)
{
    char mine[MADE_MINE_LIMIT], date[16];
    struct tm parts;
    time_t second = (time_t)(sum->place & UINT32_MAX) * DAY_S;
    (void)made_mine_id((int)(sum->place >> DATE_BITS), mine);
    (void)strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&second, &parts));
    printf("%s %s %lld %lld\n", mine, date, (long long)sum->micro_ounces, (long long)sum->facts);
}

void day_sums_print(GHashTable *sums)
{
    GHashTableIter iterator;
    gpointer sum;
    g_autoptr(GPtrArray) ordered = g_ptr_array_new();
    g_hash_table_iter_init(&iterator, sums);
    while (g_hash_table_iter_next(&iterator, NULL, &sum))
        g_ptr_array_add(ordered, sum);
    qsort(ordered->pdata, ordered->len, sizeof *ordered->pdata, by_place);
    for (guint i = 0; i < ordered->len; i++)
        print_sum(ordered->pdata[i]);
}
