/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which times and periods are plausible. */
#include "headframe/event_time.h"

#include "headframe/calendar.h"
#include "headframe/daybook.h"
#include "headframe/error.h"

enum {
    PERIOD_LIMIT_DAYS = HF_SPREAD_LIMIT,
    REACH_LIMIT_DAYS = 400,
    FIRST_DATE = -62091, /* 1800-01-01 */
    LAST_DATE = 120529,  /* 2299-12-31 */
};

#define DAY_MS INT64_C(86400000)

int hf_check_occurred_at(int64_t occurred_at_ms, int64_t timestamp_ms, struct hf_refusal *refusal)
{
    if (occurred_at_ms < FIRST_DATE * DAY_MS)
        return hf_refuse(refusal, HF_REFUSAL_BAD_TIME, "occurred_at %lld lies before 1800", (long long)occurred_at_ms);
    if (occurred_at_ms >= (LAST_DATE + 1) * DAY_MS)
        return hf_refuse(refusal, HF_REFUSAL_BAD_TIME, "occurred_at %lld lies after 2299", (long long)occurred_at_ms);
    if (timestamp_ms >= 0 && occurred_at_ms - DAY_MS > timestamp_ms) /* a timestamp may be any number */
        return hf_refuse(refusal, HF_REFUSAL_BAD_TIME,
                         "occurred_at %lld is more than a day after the record's timestamp %lld",
                         (long long)occurred_at_ms, (long long)timestamp_ms);
    return HF_OK;
}

int hf_check_period(int32_t from, int32_t through, int64_t timestamp_ms, struct hf_refusal *refusal)
{
    char first[HF_DATE_TEXT], last[HF_DATE_TEXT];
    if (from < FIRST_DATE || from > LAST_DATE || through > LAST_DATE)
        return hf_refuse(refusal, HF_REFUSAL_BAD_PERIOD, "from day %d through day %d lies outside 1800 to 2299", from,
                         through);
    if (from > through)
        return hf_refuse(refusal, HF_REFUSAL_BAD_PERIOD, "from %s lies after through %s", hf_date_format(from, first),
                         through < FIRST_DATE ? "a day before 1800" : hf_date_format(through, last));
    if (through - from + 1 > PERIOD_LIMIT_DAYS)
        return hf_refuse(refusal, HF_REFUSAL_BAD_PERIOD, "from %s through %s is longer than %d days",
                         hf_date_format(from, first), hf_date_format(through, last), PERIOD_LIMIT_DAYS);
    if (timestamp_ms >= 0 && through > timestamp_ms / DAY_MS + REACH_LIMIT_DAYS)
        return hf_refuse(refusal, HF_REFUSAL_BAD_PERIOD, "through %s is more than %d days past the record's timestamp",
                         hf_date_format(through, last), REACH_LIMIT_DAYS);
    return HF_OK;
}

int hf_check_closed_through(int32_t closed_through, int64_t timestamp_ms, struct hf_refusal *refusal)
{
    char date[HF_DATE_TEXT];
    if (closed_through < FIRST_DATE || closed_through > LAST_DATE)
        return hf_refuse(refusal, HF_REFUSAL_BAD_TIME, "closed_through day %d lies outside 1800 to 2299",
                         closed_through);
    if (timestamp_ms >= 0 && closed_through > timestamp_ms / DAY_MS + 1)
        return hf_refuse(refusal, HF_REFUSAL_BAD_TIME,
                         "closed_through %s is more than a day after the record's timestamp",
                         hf_date_format(closed_through, date));
    return HF_OK;
}
