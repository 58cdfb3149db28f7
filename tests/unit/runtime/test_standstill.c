/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a partition is called blocked only where records stay unreadable behind one stable end for long. */
#include "../unit.h"
#include "headframe/standstill.h"

enum { PATIENCE = 5000 };
#define SAME HF_STANDSTILL_SAME
#define BEGAN HF_STANDSTILL_BEGAN
#define ENDED HF_STANDSTILL_ENDED

/* A look at second (from 1): the last end that was read up to, where reading is, where the log ends, what is told. */
struct look {
    int second;
    int64_t stable_end, position, log_end;
    enum hf_standstill_change told;
};

static void look_at(const struct look *looks, size_t count)
{
    struct hf_standstill standstill = {.stable_end = -1};
    for (size_t i = 0; i < count; i++) {
        standstill.stable_end = looks[i].stable_end;
        assert_int_equal(hf_standstill_check(&standstill, looks[i].position, looks[i].log_end,
                                             (int64_t)looks[i].second * 1000, PATIENCE),
                         looks[i].told);
    }
}

#define LOOK_AT(...)                                  \
    do {                                              \
        const struct look looks[] = {__VA_ARGS__};    \
        look_at(looks, sizeof looks / sizeof *looks); \
    } while (0)

static void an_open_transaction_is_told_once_and_its_end_too(void **state)
{
    (void)state;
    LOOK_AT({1, 10, 10, 10, SAME}, {2, 10, 10, 13, SAME}, {6, 10, 10, 20, SAME}, {7, 10, 10, 20, BEGAN},
            {8, 10, 10, 25, SAME}, {90, 10, 10, 30, SAME}, {91, 31, 31, 31, ENDED}, {92, 31, 31, 31, SAME});
}

static void what_moves_on_is_not_blocked(void **state)
{
    (void)state;
    /* Catching up: the log is ahead, but reading is behind no stable end. */
    LOOK_AT({1, -1, 0, 1000, SAME}, {9, -1, 500, 1000, SAME}, {20, 400, 700, 2000, SAME}, {30, 400, 900, 2000, SAME});
    /* Short transactions one after the other: the stable end moves each time. */
    LOOK_AT({1, 10, 10, 13, SAME}, {4, 14, 14, 17, SAME}, {8, 18, 18, 21, SAME}, {12, 22, 22, 25, SAME},
            {16, 26, 26, 29, SAME});
    /* Idle, and a log whose end was not fetched yet. */
    LOOK_AT({1, 10, 10, 10, SAME}, {60, 10, 10, 10, SAME}, {120, 10, 10, -1, SAME});
}

static void a_second_transaction_is_told_for_itself(void **state)
{
    (void)state;
    LOOK_AT({1, 10, 10, 13, SAME}, {6, 10, 10, 13, BEGAN}, {7, 14, 14, 18, ENDED}, {8, 14, 14, 18, SAME},
            {12, 14, 14, 18, SAME}, {13, 14, 14, 18, BEGAN}, {14, 19, 19, 19, ENDED});
}

/* Read anew, for instance after a rebalance: the position may be before the end that is known. */
static void records_not_yet_read_before_the_stable_end_do_not_hide_it(void **state)
{
    (void)state;
    LOOK_AT({1, 10, 8, 13, SAME}, {6, 10, 8, 13, BEGAN});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_transaction_is_told_once_and_its_end_too),
        cmocka_unit_test(what_moves_on_is_not_blocked),
        cmocka_unit_test(a_second_transaction_is_told_for_itself),
        cmocka_unit_test(records_not_yet_read_before_the_stable_end_do_not_hide_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
