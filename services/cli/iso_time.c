/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which notations of an instant are taken: those of ISO 8601 that leave no doubt. */
#include "iso_time.h"

#include <stdio.h>

#include "headframe/calendar.h"

enum { DATE_LENGTH = 10, MS_DIGITS = 3, ZONE_HOURS_LIMIT = 18 };

static const int64_t ms_per_day = 86400000;
static const int64_t ms_per_minute = 60000;
static const int64_t ms_per_second = 1000;

struct cursor {
    const char *at, *end;
};

static int take(struct cursor *cursor, char c)
{
    if (cursor->at == cursor->end || *cursor->at != c)
        return 0;
    cursor->at++;
    return 1;
}

/* Two digits of at most max. */
static int take_two(struct cursor *cursor, int max, int *out)
{
    if (cursor->end - cursor->at < 2 || cursor->at[0] < '0' || cursor->at[0] > '9' || cursor->at[1] < '0' ||
        cursor->at[1] > '9')
        return 0;
    int value = (cursor->at[0] - '0') * 10 + cursor->at[1] - '0';
    if (value > max)
        return 0;
    cursor->at += 2;
    *out = value;
    return 1;
}

/* The digits after the point in milliseconds. Returns 1, 0 where there is none, or -1 where they are finer. */
static int take_fraction(struct cursor *cursor, int *out_ms)
{
    int digits = 0, ms = 0, is_finer = 0;
    for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++, digits++) {
        if (digits < MS_DIGITS)
            ms = ms * 10 + (*cursor->at - '0');
        else
            is_finer |= *cursor->at != '0';
    }
    for (int i = digits; i < MS_DIGITS; i++)
        ms *= 10;
    *out_ms = ms;
    return is_finer ? -1 : digits > 0;
}

/* Minutes east of UTC. */
static int take_zone(struct cursor *cursor, int *out_minutes)
{
    int hours, minutes;
    *out_minutes = 0;
    if (take(cursor, 'Z') || take(cursor, 'z'))
        return 1;
    int is_west = cursor->at < cursor->end && *cursor->at == '-';
    if (!is_west && (cursor->at == cursor->end || *cursor->at != '+'))
        return 0;
    cursor->at++;
    if (!take_two(cursor, ZONE_HOURS_LIMIT, &hours) || !take(cursor, ':') || !take_two(cursor, 59, &minutes))
        return 0;
    *out_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return 1;
}

int hf_iso_time_parse(const char *text, size_t length, int64_t *out_ms, struct hf_error *error)
{
    struct cursor cursor = {text, text + length};
    int32_t date;
    int hour, minute, second = 0, ms = 0, zone, has_seconds;
    int shown = length < 60 ? (int)length : 60;
    if (length < DATE_LENGTH || hf_date_parse(text, DATE_LENGTH, &date, NULL) != HF_OK)
        goto malformed;
    cursor.at += DATE_LENGTH;
    if ((!take(&cursor, 'T') && !take(&cursor, 't') && !take(&cursor, ' ')) || !take_two(&cursor, 23, &hour) ||
        !take(&cursor, ':') || !take_two(&cursor, 59, &minute))
        goto malformed;
    has_seconds = take(&cursor, ':');
    if (has_seconds && !take_two(&cursor, 59, &second))
        goto malformed;
    int has_fraction = has_seconds && take(&cursor, '.') ? take_fraction(&cursor, &ms) : 1;
    if (has_fraction == 0)
        goto malformed;
    if (cursor.at == cursor.end)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "\"%.*s\" has no zone: add Z for UTC, or an offset such as -08:00", shown, text);
    if (!take_zone(&cursor, &zone) || cursor.at != cursor.end)
        goto malformed;
    if (has_fraction < 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "\"%.*s\" is more precise than a millisecond", shown,
                            text);
    *out_ms = date * ms_per_day + (hour * 60 + minute - zone) * ms_per_minute + second * ms_per_second + ms;
    return HF_OK;

malformed:
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                        "\"%.*s\" is not a time such as 2003-06-30T15:00:00Z or 2003-06-30T07:00:00-08:00", shown,
                        text);
}

char *hf_iso_time_format(int64_t ms, char buffer[HF_ISO_TIME_TEXT])
{
    static const int64_t first_ms = -62167219200000, last_ms = 253402300799999; /* years 0000 to 9999 */
    char date[HF_DATE_TEXT];
    if (ms < first_ms || ms > last_ms) {
        snprintf(buffer, HF_ISO_TIME_TEXT, "%lld", (long long)ms);
        return buffer;
    }
    int64_t day = ms / ms_per_day - (ms % ms_per_day < 0);
    int of_day = (int)(ms - day * ms_per_day);
    snprintf(buffer, HF_ISO_TIME_TEXT, "%sT%02d:%02d:%02d.%03dZ", hf_date_format((int32_t)day, date), of_day / 3600000,
             of_day / 60000 % 60, of_day / 1000 % 60, of_day % 1000);
    return buffer;
}
