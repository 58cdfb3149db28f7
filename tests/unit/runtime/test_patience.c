/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a long wait is said once, and that pauses grow while failures follow each other. */
#include "headframe/patience.h"

#include "../unit.h"

static void a_wait_is_said_once_when_it_is_long(void **state)
{
    struct hf_patience wait = {0};
    (void)state;
    assert_int_equal(hf_patience_ends(&wait, 1000, 5000), 0);
    assert_int_equal(hf_patience_ends(&wait, 5999, 5000), 0);
    assert_int_equal(hf_patience_ends(&wait, 6000, 5000), 1);
    assert_int_equal(hf_patience_ends(&wait, 60000, 5000), 0);
    wait = (struct hf_patience){0}; /* it ended, and another begins */
    assert_int_equal(hf_patience_ends(&wait, 60000, 5000), 0);
    assert_int_equal(hf_patience_ends(&wait, 65000, 5000), 1);
}

/* A clock that begins at 0 is no special case. */
static void a_wait_may_begin_at_zero(void **state)
{
    struct hf_patience wait = {0};
    (void)state;
    assert_int_equal(hf_patience_ends(&wait, 0, 10), 0);
    assert_int_equal(hf_patience_ends(&wait, 10, 10), 1);
}

static void pauses_double_up_to_a_limit(void **state)
{
    static const int expected_ms[] = {500, 1000, 2000, 4000, 8000, 8000};
    struct hf_pause pause = {0};
    int64_t now_ms = 100;
    (void)state;
    assert_int_equal(hf_pause_is_on(&pause, now_ms), 0);
    for (size_t i = 0; i < COUNT(expected_ms); i++) {
        hf_pause_begin(&pause, now_ms, 0);
        assert_int_equal(pause.repeats, i + 1);
        assert_int_equal(hf_pause_is_on(&pause, now_ms + expected_ms[i] - 1), 1);
        assert_int_equal(hf_pause_is_on(&pause, now_ms + expected_ms[i]), 0);
        now_ms += expected_ms[i] + 59999;
    }
}

static void after_a_minute_of_peace_they_begin_anew(void **state)
{
    struct hf_pause pause = {0};
    (void)state;
    hf_pause_begin(&pause, 0, 0);
    hf_pause_begin(&pause, 500, 0); /* to 1500 */
    hf_pause_begin(&pause, 1500 + HF_PAUSE_FORGET_MS, 0);
    assert_int_equal(pause.repeats, 1);
    assert_int_equal(hf_pause_is_on(&pause, 1500 + HF_PAUSE_FORGET_MS + 500), 0);
}

static void a_pause_may_have_to_be_longer(void **state)
{
    struct hf_pause pause = {0};
    (void)state;
    hf_pause_begin(&pause, 0, 3000);
    assert_int_equal(hf_pause_is_on(&pause, 2999), 1);
    assert_int_equal(hf_pause_is_on(&pause, 3000), 0);
    hf_pause_begin(&pause, 3000, 0); /* what grows is not that */
    assert_int_equal(hf_pause_is_on(&pause, 3999), 1);
    assert_int_equal(hf_pause_is_on(&pause, 4000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_is_said_once_when_it_is_long),
        cmocka_unit_test(a_wait_may_begin_at_zero),
        cmocka_unit_test(pauses_double_up_to_a_limit),
        cmocka_unit_test(after_a_minute_of_peace_they_begin_anew),
        cmocka_unit_test(a_pause_may_have_to_be_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
