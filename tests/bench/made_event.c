/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what each event of a measurement says. */
#include "made_event.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_DATE = 19723, DAY_MS = 86400000 };

/* The same for the same number, in every run. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

int64_t made_next(const struct made_plan *plan, struct made_walk *walk)
{
    uint64_t chance = mix((uint64_t)walk->records ^ 0x5eed);
    walk->records++;
    if (walk->events > 0 && (int)(chance % 100) < plan->repeats_percent)
        return plan->first + (int64_t)((chance >> 8) % (uint64_t)walk->events);
    return plan->first + walk->events++;
}

static int mine_of(const struct made_plan *plan, uint64_t fact)
{
    double share = (double)(mix(fact) >> 11) / 9007199254740992.0; /* [0, 1) */
    return (int)(exp(share * log((double)plan->mines + 1.0)) - 1.0);
}

struct made_event made_event(const struct made_plan *plan, int64_t number)
{
    uint64_t fact = (uint64_t)(number % plan->facts), noise = mix(~fact);
    int64_t revision = number / plan->facts;
    int32_t date = FIRST_DATE + (int32_t)(noise % (uint64_t)plan->days);
    return (struct made_event){
        .fact = fact,
        .revision = revision,
        .mine = mine_of(plan, fact),
        .date = date,
        .occurred_at_ms = (int64_t)date * DAY_MS + (int64_t)(noise >> 40) % DAY_MS,
        .micro_ounces = (int64_t)((noise >> 32) % 1000000000) + revision % 1000,
    };
}

int made_mine_id(int mine, char out_id[MADE_MINE_LIMIT])
{
    return snprintf(out_id, MADE_MINE_LIMIT, "mine-%06d", mine);
}

/* --- Avro, by hand: this must not be what is measured ------------------------------------------------------------ */

static uint8_t *put_long(uint8_t *out, int64_t number)
{
    uint64_t rest = (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
    for (; rest > 127; rest >>= 7)
        *out++ = (uint8_t)(rest | 128);
    *out++ = (uint8_t)rest;
    return out;
}

static uint8_t *put_text(uint8_t *out, const char *text, int length)
{
    out = put_long(out, length);
    memcpy(out, text, (size_t)length);
    return out + length;
}

size_t made_encode(const struct made_event *event, uint8_t out_bytes[MADE_RECORD_LIMIT])
{
    static const char source[] = "weighbridge-2";
    char id[32], mine[MADE_MINE_LIMIT];
    uint8_t *out = out_bytes, amount[5];
    memcpy(out, "\0\0\0\0\1", 5);
    int id_length = snprintf(id, sizeof id, "shift-%010llu", (unsigned long long)event->fact);
    int mine_length = made_mine_id(event->mine, mine);
    out = put_text(out + 5, id, id_length);
    out = put_long(out, event->revision);
    *out++ = 0;
    out = put_text(out, mine, mine_length);
    out = put_long(out, event->occurred_at_ms);
    out = put_text(out, "silver", 6);
    out = put_long(out, 3); /* PRODUCED */
    for (int i = 0; i < 5; i++)
        amount[i] = (uint8_t)(event->micro_ounces >> (8 * (4 - i)));
    out = put_text(out, (const char *)amount, sizeof amount);
    out = put_long(out, 0); /* OZT */
    out = put_long(out, 1); /* WEIGHED */
    out = put_long(out, 1);
    out = put_text(out, source, sizeof source - 1);
    return (size_t)(out - out_bytes);
}
