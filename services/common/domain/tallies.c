/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps counts of facts in a byte a day while they fit: most lines have a few facts a day. */
#include "tallies.h"

#include <glib.h>

void tallies_fini(struct tallies *tallies)
{
    g_clear_pointer(&tallies->many, g_free);
}

uint32_t tallies_get(const struct tallies *tallies, int day)
{
    return tallies->many ? tallies->many[day] : tallies->few[day];
}

void tallies_set(struct tallies *tallies, int day, uint32_t facts)
{
    if (!tallies->many && facts <= UINT8_MAX) {
        tallies->few[day] = (uint8_t)facts;
        return;
    }
    if (!tallies->many) {
        tallies->many = g_new(uint32_t, TALLIES_DAYS);
        for (int i = 0; i < TALLIES_DAYS; i++)
            tallies->many[i] = tallies->few[i];
    }
    tallies->many[day] = facts;
}
