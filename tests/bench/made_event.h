/* SPDX-License-Identifier: Apache-2.0 */
/* The events that measurements are made of: which mine, date and quantity an event has follows from its number alone,
 * so that every run sends the same and its sums are known without reading anything. */
#ifndef HEADFRAME_TESTS_BENCH_MADE_EVENT_H
#define HEADFRAME_TESTS_BENCH_MADE_EVENT_H

#include <stddef.h>
#include <stdint.h>

enum { MADE_RECORD_LIMIT = 160, MADE_MINE_LIMIT = 16 };

struct made_plan {
    int mines, days;
    int repeats_percent; /* of the records, that say again what an earlier one said */
    int64_t facts;
    int64_t first; /* the number of the first event */
};

struct made_event {
    uint64_t fact;
    int64_t revision;
    int mine;
    int32_t date; /* days since 1970-01-01 */
    int64_t occurred_at_ms;
    int64_t micro_ounces;
};

/* How far the records of a plan have been made; begins as {0}. */
struct made_walk {
    int64_t records;
    int64_t events; /* different ones among them */
};

/* The number of the event that the next record carries: a new one, or any of those before. */
int64_t made_next(const struct made_plan *plan, struct made_walk *walk);

/* Event number is revision number / facts of fact number % facts. A fact's mine follows Zipf's law (the k-th mine has
 * 1/k of the first one's facts), its date is one of so many days from 2024-01-01 on. */
struct made_event made_event(const struct made_plan *plan, int64_t number);

/* The id of a mine. Returns its length. */
int made_mine_id(int mine, char out_id[MADE_MINE_LIMIT]);

/* The event as framed Avro (schema id 1, proto/avro), silver PRODUCED and WEIGHED in ounces. Returns the length. */
size_t made_encode(const struct made_event *event, uint8_t out_bytes[MADE_RECORD_LIMIT]);

#endif
