/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which instants and periods a fact may have, and through which dates a mine may be closed, to the millisecond and
 * the day. */
#include "headframe/event_time.h"

#include <string.h>

#include "../domain/dates.h"

#define DAY_MS INT64_C(86400000)
#define NO_TIMESTAMP (-1)

static int64_t midnight_ms(const char *date)
{
    return date_of(date) * DAY_MS;
}

static void an_instant_lies_from_1800_to_a_day_after_its_record(void **state)
{
    const int64_t now = midnight_ms("2003-07-01") + 1;
    const struct {
        int64_t occurred_at_ms, timestamp_ms;
        const char *words; /* NULL: taken */
    } cases[] = {
        {now, now, NULL},
        {0, now, NULL},
        {-1, now, NULL}, /* before 1970 */
        {now + DAY_MS, now, NULL},
        {now + DAY_MS + 1, now, "more than a day after the record's timestamp 1057017600001"},
        {midnight_ms("2299-12-31"), NO_TIMESTAMP, NULL},
        {midnight_ms("2299-12-31") + DAY_MS - 1, NO_TIMESTAMP, NULL},
        {midnight_ms("2300-01-01"), NO_TIMESTAMP, "2299"},
        {INT64_MAX, NO_TIMESTAMP, "9223372036854775807"},
        {INT64_MAX, now, "9223372036854775807"},
        {INT64_MAX, INT64_MAX, "9223372036854775807"},
        {midnight_ms("1800-01-01"), now, NULL},
        {midnight_ms("1800-01-01") - 1, now, "-5364662400001 lies before 1800"},
        {INT64_MIN, now, "-9223372036854775808 lies before 1800"},
        {now, INT64_MAX, NULL}, /* the producer stamps what it likes */
        {DAY_MS, 0, NULL},      /* a record stamped at the epoch has a timestamp */
        {DAY_MS + 1, 0, "timestamp 0"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        int result = hf_check_occurred_at(cases[i].occurred_at_ms, cases[i].timestamp_ms, &refusal);
        if (result != (cases[i].words ? HF_EINVAL : HF_OK))
            fail_msg("case %zu: %d \"%s\"", i, result, refusal.detail);
        assert_int_equal(refusal.code, cases[i].words ? HF_REFUSAL_BAD_TIME : HF_REFUSAL_NONE);
        if (cases[i].words) {
            assert_non_null(strstr(refusal.detail, "occurred_at"));
            assert_non_null(strstr(refusal.detail, cases[i].words));
        }
    }
}

static void a_period_has_1_to_400_days_and_reaches_400_past_its_record(void **state)
{
    const int64_t morning = midnight_ms("2003-07-01"), night = midnight_ms("2003-07-02") - 1;
    const struct {
        const char *from, *through;
        int64_t timestamp_ms;
        const char *words; /* NULL: taken */
    } cases[] = {
        {"2003-06-30", "2003-06-30", morning, NULL},
        {"2002-05-28", "2003-07-01", morning, NULL}, /* 400 days */
        {"2002-05-27", "2003-07-01", morning, "from 2002-05-27 through 2003-07-01 is longer than 400 days"},
        {"2003-07-01", "2003-06-30", morning, "from 2003-07-01 lies after through 2003-06-30"},
        {"2004-08-04", "2004-08-04", morning, NULL}, /* 400 days past 2003-07-01, whatever the hour */
        {"2004-08-04", "2004-08-04", night, NULL},
        {"2004-08-05", "2004-08-05", morning, "through 2004-08-05 is more than 400 days past the record's timestamp"},
        {"2004-08-05", "2004-08-05", night, "through 2004-08-05"},
        {"2004-08-05", "2004-08-05", NO_TIMESTAMP, NULL},
        {"1971-02-05", "1971-02-05", 0, NULL},
        {"1971-02-06", "1971-02-06", 0, "through 1971-02-06"},
        {"1800-01-01", "1800-01-01", morning, NULL},
        {"1799-12-31", "1800-01-01", morning, "outside 1800 to 2299"},
        {"1800-01-02", "1799-12-31", morning, "before 1800"},
        {"2299-12-31", "2299-12-31", NO_TIMESTAMP, NULL},
        {"2003-06-30", "2003-06-30", INT64_MAX, NULL},
        {"2299-12-31", "2300-01-01", NO_TIMESTAMP, "outside 1800 to 2299"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        int result =
            hf_check_period(date_of(cases[i].from), date_of(cases[i].through), cases[i].timestamp_ms, &refusal);
        if (result != (cases[i].words ? HF_EINVAL : HF_OK))
            fail_msg("case %zu: %d \"%s\"", i, result, refusal.detail);
        assert_int_equal(refusal.code, cases[i].words ? HF_REFUSAL_BAD_PERIOD : HF_REFUSAL_NONE);
        if (cases[i].words && !strstr(refusal.detail, cases[i].words))
            fail_msg("case %zu: \"%s\"", i, refusal.detail);
    }
}

static void a_close_lies_from_1800_to_the_day_after_its_record(void **state)
{
    const int64_t morning = midnight_ms("2003-07-01"), night = midnight_ms("2003-07-02") - 1;
    const struct {
        const char *closed_through;
        int64_t timestamp_ms;
        const char *words; /* NULL: taken */
    } cases[] = {
        {"2003-06-30", morning, NULL},
        {"2003-07-02", morning, NULL},
        {"2003-07-02", night, NULL},
        {"2003-07-03", morning, "closed_through 2003-07-03 is more than a day after the record's timestamp"},
        {"2003-07-03", night, "closed_through 2003-07-03"},
        {"2003-07-03", night + 1, NULL},
        {"1970-01-02", 0, NULL}, /* a record stamped at the epoch has a timestamp */
        {"1970-01-03", 0, "closed_through 1970-01-03"},
        {"2299-12-31", NO_TIMESTAMP, NULL},
        {"2300-01-01", NO_TIMESTAMP, "outside 1800 to 2299"},
        {"2300-01-01", INT64_MAX, "outside 1800 to 2299"},
        {"2299-12-31", INT64_MAX, NULL},
        {"1800-01-01", morning, NULL},
        {"1799-12-31", morning, "outside 1800 to 2299"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        int result = hf_check_closed_through(date_of(cases[i].closed_through), cases[i].timestamp_ms, &refusal);
        if (result != (cases[i].words ? HF_EINVAL : HF_OK))
            fail_msg("case %zu: %d \"%s\"", i, result, refusal.detail);
        assert_int_equal(refusal.code, cases[i].words ? HF_REFUSAL_BAD_TIME : HF_REFUSAL_NONE);
        if (cases[i].words && !strstr(refusal.detail, cases[i].words))
            fail_msg("case %zu: \"%s\"", i, refusal.detail);
    }
}

/* Whatever 32 bits an Avro date holds. */
static void no_date_is_too_odd_to_be_refused(void **state)
{
    const int32_t odd[] = {INT32_MIN, INT32_MIN + 1, -1000000, 1000000, INT32_MAX - 1, INT32_MAX};
    const int32_t ordinary = date_of("2003-06-30");
    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        assert_int_equal(hf_check_period(odd[i], ordinary, 0, &refusal), HF_EINVAL);
        assert_int_equal(hf_check_period(ordinary, odd[i], 0, &refusal), HF_EINVAL);
        assert_int_equal(refusal.code, HF_REFUSAL_BAD_PERIOD);
        assert_int_equal(hf_check_closed_through(odd[i], 0, &refusal), HF_EINVAL);
        assert_int_equal(hf_check_closed_through(odd[i], NO_TIMESTAMP, &refusal), HF_EINVAL);
        assert_int_equal(refusal.code, HF_REFUSAL_BAD_TIME);
        for (size_t j = 0; j < COUNT(odd); j++)
            assert_int_equal(hf_check_period(odd[i], odd[j], 0, &refusal), HF_EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instant_lies_from_1800_to_a_day_after_its_record),
        cmocka_unit_test(a_period_has_1_to_400_days_and_reaches_400_past_its_record),
        cmocka_unit_test(a_close_lies_from_1800_to_the_day_after_its_record),
        cmocka_unit_test(no_date_is_too_odd_to_be_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
