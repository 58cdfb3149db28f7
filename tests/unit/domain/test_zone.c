/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that an instant falls on the production date that the mine's wall clock shows, whatever was asked before. */
#include "headframe/zone.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "dates.h"

enum { BLOCK_S = 1 << 22 }; /* the stretch of time that zone.c looks up at once */

/* The instant of "2003-04-06T14:59:59", or with thousandths after it. */
static struct hf_event_time instant_of(const char *text)
{
    int32_t date = 0, minutes_s = 0;
    char *end;
    assert_int_equal(hf_date_parse(text, 10, &date, NULL), HF_OK);
    assert_int_equal(hf_day_start_parse(text + 11, 5, &minutes_s), HF_OK);
    int64_t seconds = minutes_s + strtol(text + 17, &end, 10);
    return (struct hf_event_time){date * (int64_t)86400000 + seconds * 1000 + (*end ? strtol(end + 1, NULL, 10) : 0)};
}

static struct hf_zone *zone_of(const char *name)
{
    struct hf_zone *zone = NULL;
    struct hf_error error = {0};
    if (hf_zone_new(name, &zone, &error) != HF_OK)
        fail_msg("%s: %s", name, error.text);
    return zone;
}

/* Offsets worked with Python's zoneinfo. */
static void known_instants_have_their_offsets(void **state)
{
    static const struct {
        const char *zone, *when;
        int32_t offset_s;
    } cases[] = {
        {"UTC", "2003-01-01T00:00:00", 0},
        {"Asia/Kathmandu", "2003-01-01T00:00:00", 20700},
        {"Africa/Monrovia", "1950-01-01T00:00:00", -2670},
        /* local mean time: Alaska was on the Asian side of the date line until 1867 */
        {"America/Juneau", "1850-06-15T12:00:00", 54139},
        {"America/Juneau", "1867-10-18T23:00:00", 54139},
        {"America/Juneau", "1867-10-19T12:00:00", -32261},
        {"America/Caracas", "1850-01-01T00:00:00", -16064},
        {"America/Caracas", "1890-01-02T00:00:00", -16060},
        /* summer time, war time, and half an hour of it */
        {"America/Juneau", "1945-08-15T00:00:00", -25200},
        {"America/Juneau", "1945-09-30T08:59:59.999", -25200},
        {"America/Juneau", "1945-09-30T09:00:00", -28800},
        {"America/Juneau", "2003-04-06T10:59:59.999", -32400},
        {"America/Juneau", "2003-04-06T11:00:00", -28800},
        {"America/Juneau", "2003-10-26T09:59:59.999", -28800},
        {"America/Juneau", "2003-10-26T10:00:00", -32400},
        {"Australia/Lord_Howe", "2003-10-25T15:29:59.999", 37800},
        {"Australia/Lord_Howe", "2003-10-25T15:30:00", 39600},
        /* the changes of the standard time of Venezuela */
        {"America/Caracas", "2007-12-09T06:59:59.999", -14400},
        {"America/Caracas", "2007-12-09T07:00:00", -16200},
        {"America/Caracas", "2016-05-01T06:59:59.999", -16200},
        {"America/Caracas", "2016-05-01T07:00:00", -14400},
        /* beyond the transitions that zone files list one by one */
        {"America/Juneau", "2050-07-01T00:00:00", -28800},
        {"America/Juneau", "2050-01-01T00:00:00", -32400},
        {"Australia/Lord_Howe", "2060-01-01T00:00:00", 39600},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_zone *zone = zone_of(cases[i].zone);
        int32_t offset_s = hf_zone_offset_s(zone, instant_of(cases[i].when));
        if (offset_s != cases[i].offset_s)
            fail_msg("%s at %s: %d, expected %d", cases[i].zone, cases[i].when, offset_s, cases[i].offset_s);
        hf_zone_free(&zone);
        assert_null(zone);
    }
}

static void a_day_runs_from_its_start_to_the_next_on_the_wall_clock(void **state)
{
    static const struct {
        const char *zone;
        int32_t day_start_s;
        const char *when, *date;
    } cases[] = {
        /* Juneau, 07:00: 16:00 UTC in winter, 15:00 UTC in summer; 6 April 2003 had 23 hours before it */
        {"America/Juneau", 25200, "2003-04-05T15:59:59.999", "2003-04-04"},
        {"America/Juneau", 25200, "2003-04-05T16:00:00", "2003-04-05"},
        {"America/Juneau", 25200, "2003-04-06T14:59:59.999", "2003-04-05"},
        {"America/Juneau", 25200, "2003-04-06T15:00:00", "2003-04-06"},
        {"America/Juneau", 25200, "2003-10-25T14:59:59.999", "2003-10-24"},
        {"America/Juneau", 25200, "2003-10-25T15:00:00", "2003-10-25"},
        {"America/Juneau", 25200, "2003-10-26T15:59:59.999", "2003-10-25"},
        {"America/Juneau", 25200, "2003-10-26T16:00:00", "2003-10-26"},
        /* Juneau, 02:30, which the clocks skip on 6 April 2003: 01:59:59.999 is followed by 03:00 */
        {"America/Juneau", 9000, "2003-04-06T10:59:59.999", "2003-04-05"},
        {"America/Juneau", 9000, "2003-04-06T11:00:00", "2003-04-06"},
        /* Juneau, 01:30, which they show twice on 26 October: the day falls back for half an hour */
        {"America/Juneau", 5400, "2003-10-26T09:30:00", "2003-10-26"},
        {"America/Juneau", 5400, "2003-10-26T10:00:00", "2003-10-25"},
        {"America/Juneau", 5400, "2003-10-26T10:30:00", "2003-10-26"},
        /* Caracas, 07:00: 11:00 UTC, 11:30 UTC from 9 December 2007 to 30 April 2016 */
        {"America/Caracas", 25200, "2007-12-08T10:59:59.999", "2007-12-07"},
        {"America/Caracas", 25200, "2007-12-08T11:00:00", "2007-12-08"},
        {"America/Caracas", 25200, "2007-12-09T11:29:59.999", "2007-12-08"},
        {"America/Caracas", 25200, "2007-12-09T11:30:00", "2007-12-09"},
        {"America/Caracas", 25200, "2016-04-30T11:29:59.999", "2016-04-29"},
        {"America/Caracas", 25200, "2016-04-30T11:30:00", "2016-04-30"},
        {"America/Caracas", 25200, "2016-05-01T10:59:59.999", "2016-04-30"},
        {"America/Caracas", 25200, "2016-05-01T11:00:00", "2016-05-01"},
        /* a whole day that never was: Apia crossed the date line */
        {"Pacific/Apia", 0, "2011-12-30T09:59:59.999", "2011-12-29"},
        {"Pacific/Apia", 0, "2011-12-30T10:00:00", "2011-12-31"},
        /* before 1970, and before zones */
        {"UTC", 0, "1969-12-31T23:59:59.999", "1969-12-31"},
        {"UTC", 0, "1970-01-01T00:00:00", "1970-01-01"},
        {"UTC", 60, "1970-01-01T00:00:59.999", "1969-12-31"},
        {"UTC", 86340, "2003-06-30T23:58:59.999", "2003-06-29"},
        {"UTC", 86340, "2003-06-30T23:59:00", "2003-06-30"},
        {"America/Juneau", 25200, "1850-06-15T15:57:40.999", "1850-06-15"}, /* 06:59:59.999 on the 16th */
        {"America/Juneau", 25200, "1850-06-15T15:57:41", "1850-06-16"},
        {"America/Caracas", 25200, "1800-01-01T11:27:43.999", "1799-12-31"},
        {"America/Caracas", 25200, "1800-01-01T11:27:44", "1800-01-01"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_day_rule rule = {zone_of(cases[i].zone), cases[i].day_start_s, 0};
        char date[HF_DATE_TEXT];
        hf_date_format(hf_production_date(&rule, instant_of(cases[i].when)), date);
        if (strcmp(date, cases[i].date) != 0)
            fail_msg("%s at %s: %s, expected %s", cases[i].zone, cases[i].when, date, cases[i].date);
        hf_zone_free(&rule.zone);
    }
}

static void a_day_named_by_its_end_is_one_later_unless_it_starts_at_midnight(void **state)
{
    struct hf_zone *zone = zone_of("America/Juneau");
    struct hf_event_time when = instant_of("2003-06-30T15:00:00"); /* 07:00 */
    (void)state;
    assert_date_equal(hf_production_date(&(struct hf_day_rule){zone, 25200, 0}, when), "2003-06-30");
    assert_date_equal(hf_production_date(&(struct hf_day_rule){zone, 25200, 1}, when), "2003-07-01");
    assert_date_equal(hf_production_date(&(struct hf_day_rule){zone, 25260, 1}, when), "2003-06-30");
    assert_date_equal(hf_production_date(&(struct hf_day_rule){zone, 60, 1}, when), "2003-07-01");
    assert_date_equal(hf_production_date(&(struct hf_day_rule){zone, 0, 1}, when), "2003-06-30");
    assert_date_equal(hf_production_date(&(struct hf_day_rule){zone, 0, 0}, when), "2003-06-30");
    hf_zone_free(&zone);
}

/* An instant from 1850 to 2040; mostly at the ends of the cache's blocks and of what they are halved into. */
static int64_t random_second(uint64_t *random)
{
    int64_t second = random_between(random, -3786825600, 2208988800);
    int64_t size = (int64_t)BLOCK_S >> random_between(random, 0, 12);
    if (random_next(random) % 4 == 0)
        return second;
    return (second / size) * size + random_between(random, -1, 1);
}

/* GLib, asked afresh about every instant, is the oracle for what the cache remembers. */
static void the_order_of_questions_does_not_matter(void **state)
{
    static const char *const names[] = {"America/Juneau",   "America/Caracas",     "America/Mexico_City",
                                        "Europe/Dublin",    "Australia/Lord_Howe", "Pacific/Apia",
                                        "America/Santiago", "Asia/Tashkent"};
    uint64_t random = 3;
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct hf_zone *zone = zone_of(names[i]);
        GTimeZone *oracle = g_time_zone_new_identifier(names[i]);
        for (int j = 0; j < 20000; j++) {
            int64_t second = random_second(&random);
            int interval = g_time_zone_find_interval(oracle, G_TIME_TYPE_UNIVERSAL, second);
            int32_t expected = g_time_zone_get_offset(oracle, interval);
            struct hf_event_time when = {second * 1000 + random_between(&random, 0, 999)};
            if (hf_zone_offset_s(zone, when) != expected)
                fail_msg("%s at %lld s is not %d", names[i], (long long)second, expected);
        }
        g_time_zone_unref(oracle);
        hf_zone_free(&zone);
    }
}

static void one_zone_answers_across_its_changes_in_any_order(void **state)
{
    static const struct {
        const char *when;
        int32_t offset_s;
    } cases[] = {
        {"2003-04-06T10:59:59.999", -32400}, {"2003-04-06T11:00:00", -28800}, {"2003-10-26T10:00:00", -32400},
        {"2003-04-06T11:00:00", -28800},     {"1850-06-15T12:00:00", 54139},  {"2003-10-26T09:59:59.999", -28800},
        {"2003-04-06T10:59:59", -32400},     {"2050-07-01T00:00:00", -28800}, {"1945-08-15T00:00:00", -25200},
    };
    struct hf_zone *zone = zone_of("America/Juneau");
    (void)state;
    for (size_t round = 0; round < COUNT(cases); round++)
        for (size_t i = 0; i < COUNT(cases); i++)
            for (size_t j = 0; j < 2; j++) {
                size_t at = j ? i : round; /* every pair, one after the other */
                assert_int_equal(hf_zone_offset_s(zone, instant_of(cases[at].when)), cases[at].offset_s);
            }
    hf_zone_free(&zone);
}

static void zones_of_the_tz_database_are_known(void **state)
{
    static const char *const names[] = {
        "America/Argentina/San_Juan", "America/Port-au-Prince", "Etc/GMT+5", "EST5EDT", "GMT0", "US/Alaska", "Zulu"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct hf_zone *zone = zone_of(names[i]);
        hf_zone_free(&zone);
    }
}

static void what_is_no_iana_zone_is_refused_and_named(void **state)
{
    static const char *const names[] = {
        "",
        "Nowhere",
        "America/Nowhere",
        "America",
        "America/",
        "America/Juneau/",
        "america/juneau",
        "America/Juneau ",
        " America/Juneau",
        "America//Juneau",
        "America/../America/Juneau",
        "../zoneinfo/UTC",
        "/etc/localtime",
        /* what GLib would take besides: offsets and POSIX rules, whose sign is turned around */
        "+05:00",
        "-04",
        "05",
        "Z",
        "UTC+3",
        "UTC3",
        "XYZ3",
        "XYZ-3:30",
        "<+03>-3",
        "EST5EDT,M3.2.0,M11.1.0",
        ":UTC",
        /* what else lies among the zone files */
        "localtime",
        "posixrules",
        "posix/America/Juneau",
        "right/America/Juneau",
        "zone.tab",
        "tzdata.zi",
        "leapseconds",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct hf_zone *zone = NULL;
        struct hf_error error = {0};
        if (hf_zone_new(names[i], &zone, &error) != HF_EINVAL)
            fail_msg("\"%s\" was taken for a zone", names[i]);
        assert_null(zone);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        assert_non_null(strstr(error.text, names[i]));
    }
    struct hf_zone *none = NULL;
    hf_zone_free(&none);
}

static void the_start_of_a_day_is_read_as_seconds(void **state)
{
    static const char *const refused[] = {"",      "7:00",  "07:0",  "0700",  "07:000", "24:00", "07:60",   "-7:00",
                                          "+7:00", "07.00", "a7:00", "07:0a", "07:00 ", " 7:00", "07:00:00"};
    int32_t seconds = 4711;
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++)
        if (hf_day_start_parse(refused[i], strlen(refused[i]), &seconds) != HF_EINVAL)
            fail_msg("\"%s\" was taken for a time", refused[i]);
    assert_int_equal(seconds, 4711);
    assert_int_equal(hf_day_start_parse("00:00", 5, &seconds), HF_OK);
    assert_int_equal(seconds, 0);
    assert_int_equal(hf_day_start_parse("07:00", 5, &seconds), HF_OK);
    assert_int_equal(seconds, 25200);
    assert_int_equal(hf_day_start_parse("23:59", 5, &seconds), HF_OK);
    assert_int_equal(seconds, 86340);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants_have_their_offsets),
        cmocka_unit_test(a_day_runs_from_its_start_to_the_next_on_the_wall_clock),
        cmocka_unit_test(a_day_named_by_its_end_is_one_later_unless_it_starts_at_midnight),
        cmocka_unit_test(the_order_of_questions_does_not_matter),
        cmocka_unit_test(one_zone_answers_across_its_changes_in_any_order),
        cmocka_unit_test(zones_of_the_tz_database_are_known),
        cmocka_unit_test(what_is_no_iana_zone_is_refused_and_named),
        cmocka_unit_test(the_start_of_a_day_is_read_as_seconds),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
