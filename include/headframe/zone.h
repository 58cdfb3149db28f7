/* SPDX-License-Identifier: Apache-2.0 */
/* From an instant to a production date: a mine's time zone, the hour its day starts, and which end names the day. */
#ifndef HEADFRAME_ZONE_H
#define HEADFRAME_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"

/* An instant as producers stamp it. Wrapped so that it cannot be taken for a date or a monotonic time. */
struct hf_event_time {
    int64_t ms; /* since 1970-01-01T00:00:00Z */
};

struct hf_zone;

/* Loads an IANA zone ("America/Juneau") from the system's zone files. Returns 0, or HF_EINVAL where there is no such
 * zone. The zone is new: release with hf_zone_free. Not thread-safe with itself; a zone belongs to one thread. */
int hf_zone_new(const char *name, struct hf_zone **out_zone, struct hf_error *error);
/* Releases and clears *zone; NULL inside is allowed. */
void hf_zone_free(struct hf_zone **zone);

/* Seconds east of UTC at that instant. Remembers the stretch of time around the last answer, so that a run of nearby
 * events costs one look-up. */
int32_t hf_zone_offset_s(struct hf_zone *zone, struct hf_event_time when);

/* How a mine turns time into production dates. Value type; zone is borrowed. */
struct hf_day_rule {
    struct hf_zone *zone;
    int32_t day_start_s; /* seconds after midnight, 0 to 86 399 */
    int named_by_end;    /* the day carries the date on which it ends (only where day_start is not 00:00) */
};

/* The local wall-clock date and time minus day_start; plus one day where the rule says so (contract, section 1). */
int32_t hf_production_date(const struct hf_day_rule *rule, struct hf_event_time when);

/* Reads "HH:MM" into seconds after midnight. Returns 0 or HF_EINVAL. */
int hf_day_start_parse(const char *text, size_t length, int32_t *out_seconds);

#endif
