/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how wide a month's amounts are kept: as 64-bit counts of a unit they all are multiples of, or else as they are.
 *
 * Amounts arise from decimal quantities in tonnes or ounces, or from money: those of a day line share a large divisor, and
 * without it they fit 64 bits. The unit is found from the amounts themselves: 1 while that is enough, then their
 * greatest common divisor. So no list of units must be known here, and an odd amount costs memory, never exactness. */
#include "amounts.h"

#include <glib.h>

static hf_int128 magnitude(hf_int128 value)
{
    return value < 0 ? -value : value;
}

static hf_int128 common_divisor(hf_int128 a, hf_int128 b)
{
    a = magnitude(a);
    b = magnitude(b);
    while (b) {
        hf_int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int fits(hf_int128 value)
{
    return value >= INT64_MIN && value <= INT64_MAX;
}

void amounts_init(struct amounts *amounts)
{
    *amounts = (struct amounts){.unit = 1};
}

void amounts_fini(struct amounts *amounts)
{
    g_free(amounts->wide);
    amounts->wide = NULL;
}

hf_int128 amounts_get(const struct amounts *amounts, int day)
{
    return amounts->wide ? amounts->wide[day] : (hf_int128)amounts->counts[day] * amounts->unit;
}

/* Takes another unit for all days, or none at all: amount, which is to be day's, does not fit with this one. */
static void change_unit(struct amounts *amounts, int day, hf_int128 amount)
{
    hf_int128 all[AMOUNTS_DAYS], unit = 0, largest = 0;
    for (int i = 0; i < AMOUNTS_DAYS; i++) {
        all[i] = i == day ? amount : amounts_get(amounts, i);
        unit = common_divisor(unit, all[i]);
        largest = MAX(largest, magnitude(all[i]));
    }
    if (unit == 0 || !fits(unit) || !fits(largest / unit)) {
        amounts->wide = g_new(hf_int128, AMOUNTS_DAYS);
        for (int i = 0; i < AMOUNTS_DAYS; i++)
            amounts->wide[i] = all[i];
        return;
    }
    amounts->unit = (int64_t)unit;
    for (int i = 0; i < AMOUNTS_DAYS; i++)
        amounts->counts[i] = (int64_t)(all[i] / unit);
}

void amounts_set(struct amounts *amounts, int day, hf_int128 amount)
{
    if (amounts->wide) {
        amounts->wide[day] = amount;
        return;
    }
    /* One division of 128 bits, which takes longer than all else here, and none while the unit is 1. */
    hf_int128 count = amounts->unit == 1 ? amount : amount / amounts->unit;
    if (fits(count) && count * amounts->unit == amount)
        amounts->counts[day] = (int64_t)count;
    else
        change_unit(amounts, day, amount);
}

hf_int128 amounts_sum(const struct amounts *amounts, int low, int high)
{
    hf_int128 sum = 0;
    if (amounts->wide) {
        for (int day = low; day <= high; day++)
            sum += amounts->wide[day];
        return sum;
    }
    for (int day = low; day <= high; day++)
        sum += amounts->counts[day];
    return sum * amounts->unit;
}
