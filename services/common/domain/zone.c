/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the production date of an instant. Zone rules come from GLib.
 *
 * GLib numbers the intervals of constant offset in a zone. Two instants with the same number have the same offset, and
 * so has every instant between them: a block of 2^22 s (48 days) whose ends agree is cached whole, and a block that
 * holds a change is halved until its ends agree around the instant asked for. */
#include "headframe/zone.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "headframe/calendar.h"

struct hf_zone {
    GTimeZone *rules;
    int64_t cached_from_s, cached_through_s; /* both included */
    int32_t cached_offset_s;
};

enum { BLOCK_BITS = 22 };

/* True where the zone files hold a zone of that name. GLib takes more: POSIX rules ("UTC+3" is three hours west of
 * Greenwich there), "Z", and whatever a path leads to; the contract allows IANA names only. */
static int is_iana_zone(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    if (!g_ascii_isalpha(name[0]) || name[strspn(name, letters)] != '\0' || strstr(name, "//"))
        return 0;
    /* Copies of the database by other rules, and links of the system's own. */
    if (g_str_has_prefix(name, "posix") || g_str_has_prefix(name, "right/") || strcmp(name, "localtime") == 0)
        return 0;
    const char *directory = g_getenv("TZDIR");
    g_autofree char *path = g_build_filename(directory ? directory : "/usr/share/zoneinfo", name, NULL);
    FILE *file = fopen(path, "rb");
    char magic[4] = "";
    size_t length = file ? fread(magic, 1, sizeof magic, file) : 0;
    if (file)
        fclose(file);
    return length == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

int hf_zone_new(const char *name, struct hf_zone **out_zone, struct hf_error *error)
{
    GTimeZone *rules = is_iana_zone(name) ? g_time_zone_new_identifier(name) : NULL;
    if (rules && g_strcmp0(g_time_zone_get_identifier(rules), name) != 0) {
        g_time_zone_unref(rules);
        rules = NULL;
    }
    if (!rules)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "time_zone \"%.64s\" is not an IANA time zone",
                            name);
    struct hf_zone *zone = g_new0(struct hf_zone, 1);
    zone->rules = rules;
    zone->cached_through_s = -1;
    *out_zone = zone;
    return HF_OK;
}

void hf_zone_free(struct hf_zone **zone)
{
    if (!*zone)
        return;
    g_time_zone_unref((*zone)->rules);
    g_free(*zone);
    *zone = NULL;
}

static void look_up(struct hf_zone *zone, int64_t second)
{
    int interval = g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, second);
    zone->cached_offset_s = g_time_zone_get_offset(zone->rules, interval);
    for (int bits = BLOCK_BITS;; bits--) {
        int64_t block = (int64_t)1 << bits, from = second & -block, through = from + block - 1;
        if (bits == 0 || (g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, from) == interval &&
                          g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, through) == interval)) {
            zone->cached_from_s = from;
            zone->cached_through_s = through;
            return;
        }
    }
}

static int64_t floor_div64(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int32_t hf_zone_offset_s(struct hf_zone *zone, struct hf_event_time when)
{
    int64_t second = floor_div64(when.ms, 1000);
    if (second < zone->cached_from_s || second > zone->cached_through_s)
        look_up(zone, second);
    return zone->cached_offset_s;
}

int32_t hf_production_date(const struct hf_day_rule *rule, struct hf_event_time when)
{
    int64_t local_ms = when.ms + (int64_t)hf_zone_offset_s(rule->zone, when) * 1000;
    int64_t date = floor_div64(local_ms - (int64_t)rule->day_start_s * 1000, 86400000);
    return (int32_t)date + (rule->named_by_end && rule->day_start_s != 0);
}

int hf_day_start_parse(const char *text, size_t length, int32_t *out_seconds)
{
    if (length != 5 || text[2] != ':')
        return HF_EINVAL;
    for (int i = 0; i < 5; i++)
        if (i != 2 && !g_ascii_isdigit(text[i]))
            return HF_EINVAL;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour > 23 || minute > 59)
        return HF_EINVAL;
    *out_seconds = hour * 3600 + minute * 60;
    return HF_OK;
}
