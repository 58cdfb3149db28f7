/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what the correction horizon puts out of reach, and which facts are forgotten from which moment on, whether
 * memory was tidied since or not. */
#include <string.h>

#include "dates.h"
#include "headframe/ledger.h"

enum { HORIZON = 30 };

static struct hf_ledger *ledger_new(void)
{
    struct hf_ledger *ledger = hf_ledger_new(5);
    hf_ledger_set_horizon(ledger, HORIZON);
    return ledger;
}

/* A version of a fact of mine 0 with one day on date. */
static struct hf_fact version(const struct hf_ledger *ledger, const char *event, uint32_t revision, const char *date)
{
    return (struct hf_fact){
        .id = hf_ledger_id(ledger, "m", 1, event, strlen(event)),
        .digest = revision,
        .revision = revision,
        .effect = {.amount = revision, .date = date_of(date), .days = 1},
        .latest = date_of(date),
    };
}

static void put(struct hf_ledger *ledger, const char *event, uint32_t revision, enum hf_fact_status status,
                const char *date)
{
    struct hf_fact fact = version(ledger, event, revision, date);
    fact.status = status;
    hf_ledger_put(ledger, &fact);
}

/* Another fact of the mine on date. */
static void advance_to(struct hf_ledger *ledger, const char *date)
{
    put(ledger, date, 0, HF_FACT_STANDING, date);
}

/* What stands of a fact, "5" or "none", as a version of revision would see it, and the verdict on that version. */
static void assert_judged(const struct hf_ledger *ledger, const char *event, uint32_t revision,
                          enum hf_verdict expected, const char *standing)
{
    const struct hf_fact fact = version(ledger, event, revision, "2003-01-01");
    struct hf_fact out;
    char text[20] = "none";
    int has_standing;
    assert_int_equal(hf_ledger_judge(ledger, &fact, &out, &has_standing), expected);
    if (has_standing)
        snprintf(text, sizeof text, "%u", out.revision);
    else
        assert_int_equal(out.effect.days, 0);
    assert_string_equal(text, standing);
}

/* --- the newest date, and reach --------------------------------------------------------------------------------- */

static void assert_newest(const struct hf_ledger *ledger, uint32_t mine, const char *expected)
{
    int32_t date = 0;
    char text[HF_DATE_TEXT] = "none";
    if (hf_ledger_newest(ledger, mine, &date))
        hf_date_format(date, text);
    assert_string_equal(text, expected);
}

static void the_newest_date_is_the_last_that_any_version_named(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    struct hf_fact fact = version(ledger, "costs", 0, "2003-06-01");
    (void)state;
    assert_newest(ledger, 0, "none");
    put(ledger, "e", 0, HF_FACT_STANDING, "2003-05-31");
    assert_newest(ledger, 0, "2003-05-31");
    put(ledger, "f", 0, HF_FACT_STANDING, "2003-05-01"); /* it never goes back */
    assert_newest(ledger, 0, "2003-05-31");
    fact.effect.days = 20;
    fact.latest = date_of("2003-06-20"); /* the last of its days */
    hf_ledger_put(ledger, &fact);
    assert_newest(ledger, 0, "2003-06-20");
    fact.revision = 1;
    fact.voided = 1;
    fact.effect.days = 0;
    fact.latest = date_of("2003-06-25"); /* named without effect */
    hf_ledger_put(ledger, &fact);
    assert_newest(ledger, 0, "2003-06-25");
    put(ledger, "w", 0, HF_FACT_WAITING, "2003-06-26");
    assert_newest(ledger, 0, "2003-06-26");
    put(ledger, "r", 0, HF_FACT_REJECTED, "2003-06-27");
    assert_newest(ledger, 0, "2003-06-27");
    hf_ledger_free(&ledger);
}

static void each_mine_has_a_newest_date_of_its_own(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    struct hf_fact fact = version(ledger, "e", 0, "2003-06-30");
    (void)state;
    fact.mine = 5; /* before the mines below it */
    hf_ledger_put(ledger, &fact);
    assert_newest(ledger, 5, "2003-06-30");
    assert_newest(ledger, 4, "none");
    assert_newest(ledger, 6, "none");
    advance_to(ledger, "1803-02-01");
    assert_newest(ledger, 0, "1803-02-01");
    assert_newest(ledger, 5, "2003-06-30");
    assert_false(hf_ledger_is_too_late(ledger, 0, date_of("1803-01-02")));
    assert_true(hf_ledger_is_too_late(ledger, 5, date_of("1803-01-02")));
    assert_false(hf_ledger_is_too_late(ledger, 4, date_of("1803-01-02")));
    hf_ledger_free(&ledger);
}

static void a_date_is_too_late_more_than_the_horizon_before_the_newest(void **state)
{
    static const struct {
        int horizon;
        const char *date;
        int is_too_late;
    } cases[] = {
        {30, "2003-05-31", 0},  {30, "2003-05-30", 1}, {30, "2003-06-30", 0},     {30, "2003-07-31", 0},
        {1, "2003-06-29", 0},   {1, "2003-06-28", 1},  {200000, "1800-01-01", 0}, {400, "2002-05-26", 0},
        {400, "2002-05-25", 1}, {0, "1800-01-01", 0}, /* no bound */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_ledger *ledger = hf_ledger_new(5);
        hf_ledger_set_horizon(ledger, cases[i].horizon);
        assert_false(hf_ledger_is_too_late(ledger, 0, date_of(cases[i].date))); /* nothing is newer yet */
        advance_to(ledger, "2003-06-30");
        if (hf_ledger_is_too_late(ledger, 0, date_of(cases[i].date)) != cases[i].is_too_late)
            fail_msg("%s, %d days", cases[i].date, cases[i].horizon);
        hf_ledger_free(&ledger);
    }
}

/* --- forgetting ------------------------------------------------------------------------------------------------- */

static void a_fact_out_of_reach_is_new_again(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    (void)state;
    put(ledger, "e", 5, HF_FACT_STANDING, "2003-05-31");
    advance_to(ledger, "2003-06-30"); /* reach begins on 2003-05-31 */
    assert_judged(ledger, "e", 5, HF_VERDICT_DUPLICATE, "5");
    assert_judged(ledger, "e", 4, HF_VERDICT_SUPERSEDED, "5");
    advance_to(ledger, "2003-07-01");
    for (uint32_t revision = 4; revision <= 6; revision++)
        assert_judged(ledger, "e", revision, HF_VERDICT_NEW, "none");
    put(ledger, "e", 0, HF_FACT_STANDING, "2003-06-15"); /* a new fact under the old name */
    assert_judged(ledger, "e", 0, HF_VERDICT_DUPLICATE, "0");
    assert_judged(ledger, "e", 5, HF_VERDICT_REPLACES, "0");
    hf_ledger_free(&ledger);
}

static void without_a_horizon_nothing_is_forgotten(void **state)
{
    struct hf_ledger *ledger = hf_ledger_new(5);
    (void)state;
    put(ledger, "e", 5, HF_FACT_STANDING, "1800-01-01");
    advance_to(ledger, "2299-12-31");
    assert_judged(ledger, "e", 5, HF_VERDICT_DUPLICATE, "5");
    hf_ledger_free(&ledger);
}

static void another_mines_newest_date_forgets_nothing(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    struct hf_fact fact = version(ledger, "other", 0, "2003-12-31");
    (void)state;
    put(ledger, "e", 5, HF_FACT_STANDING, "2003-05-31");
    fact.mine = 1;
    hf_ledger_put(ledger, &fact);
    assert_judged(ledger, "e", 5, HF_VERDICT_DUPLICATE, "5");
    hf_ledger_free(&ledger);
}

/* Fills every stripe of the table several times over with facts that stay in reach of newest. */
static void tidy(struct hf_ledger *ledger, const char *newest)
{
    char event[32];
    for (int i = 0; i < 20000; i++) {
        snprintf(event, sizeof event, "n%d", i);
        put(ledger, event, 0, HF_FACT_STANDING, newest);
    }
}

static void what_is_forgotten_does_not_depend_on_when_memory_is_tidied(void **state)
{
    enum { OLD = 1000, NEW = 20001 };
    struct hf_ledger *ledger = ledger_new();
    char event[32];
    (void)state;
    for (int i = 0; i < OLD; i++) {
        snprintf(event, sizeof event, "o%d", i);
        put(ledger, event, 1, HF_FACT_STANDING, i % 2 ? "2003-05-30" : "2003-05-31");
    }
    advance_to(ledger, "2003-06-30"); /* the odd ones are out of reach */
    assert_int_equal(hf_ledger_size(ledger), OLD + 1);
    for (int is_tidy = 0; is_tidy < 2; is_tidy++) {
        for (int i = 0; i < OLD; i++) {
            snprintf(event, sizeof event, "o%d", i);
            assert_judged(ledger, event, 1, i % 2 ? HF_VERDICT_NEW : HF_VERDICT_DUPLICATE, i % 2 ? "none" : "1");
        }
        tidy(ledger, "2003-06-30");
    }
    assert_int_equal(hf_ledger_size(ledger), OLD / 2 + NEW); /* and memory was made free */
    hf_ledger_free(&ledger);
}

static void memory_is_used_again(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    char event[32], date[HF_DATE_TEXT];
    size_t largest = 0;
    (void)state;
    for (int day = 0; day < 400; day++)
        for (int i = 0; i < 100; i++) { /* 31 days are in reach: 3 100 facts */
            snprintf(event, sizeof event, "%d/%d", day, i);
            put(ledger, event, 0, HF_FACT_STANDING, hf_date_format(date_of("2003-01-01") + day, date));
            if (day == 100)
                largest = hf_ledger_memory_bytes(ledger);
        }
    assert_true(hf_ledger_memory_bytes(ledger) <= largest + largest / 2);
    assert_true(hf_ledger_size(ledger) < 3 * 3100);
    hf_ledger_free(&ledger);
}

/* --- the last date a fact named --------------------------------------------------------------------------------- */

static void a_fact_is_remembered_as_long_as_the_latest_of_its_versions_is_in_reach(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    struct hf_fact fact, out;
    (void)state;
    put(ledger, "e", 1, HF_FACT_STANDING, "2003-06-30");
    put(ledger, "e", 2, HF_FACT_STANDING, "2003-06-01"); /* moved back */
    put(ledger, "e", 3, HF_FACT_STANDING, "2003-06-10");
    fact = version(ledger, "e", 3, "2003-06-10");
    assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_DUPLICATE);
    assert_date_equal(out.latest, "2003-06-30");
    assert_date_equal(out.effect.date, "2003-06-10");
    advance_to(ledger, "2003-07-30"); /* reach begins on 2003-06-30 */
    assert_judged(ledger, "e", 1, HF_VERDICT_SUPERSEDED, "3");
    advance_to(ledger, "2003-07-31");
    assert_judged(ledger, "e", 1, HF_VERDICT_NEW, "none");
    hf_ledger_free(&ledger);
}

static void a_fact_that_moves_on_needs_no_later_date(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    struct hf_fact fact, out;
    (void)state;
    put(ledger, "e", 1, HF_FACT_STANDING, "2003-06-10");
    put(ledger, "e", 2, HF_FACT_STANDING, "2003-06-01");
    put(ledger, "e", 3, HF_FACT_STANDING, "2003-06-20");
    fact = version(ledger, "e", 3, "2003-06-20");
    assert_int_equal(hf_ledger_judge(ledger, &fact, &out, NULL), HF_VERDICT_DUPLICATE);
    assert_date_equal(out.latest, "2003-06-20");
    advance_to(ledger, "2003-07-21");
    assert_judged(ledger, "e", 3, HF_VERDICT_NEW, "none");
    hf_ledger_free(&ledger);
}

static void a_withdrawn_fact_is_remembered_by_the_dates_it_named(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    struct hf_fact withdrawn = version(ledger, "e", 1, "2003-06-01");
    (void)state;
    put(ledger, "e", 0, HF_FACT_STANDING, "2003-06-01");
    withdrawn.voided = 1;
    withdrawn.effect.days = 0;
    withdrawn.latest = date_of("2003-06-15"); /* from 2003-06-01 through 2003-06-15 */
    hf_ledger_put(ledger, &withdrawn);
    advance_to(ledger, "2003-07-15");
    assert_judged(ledger, "e", 0, HF_VERDICT_SUPERSEDED, "1");
    advance_to(ledger, "2003-07-16");
    assert_judged(ledger, "e", 0, HF_VERDICT_NEW, "none");
    hf_ledger_free(&ledger);
}

/* --- versions that wait ----------------------------------------------------------------------------------------- */

static void a_fact_is_not_forgotten_while_a_version_waits(void **state)
{
    static const enum hf_fact_status decisions[] = {HF_FACT_REJECTED, HF_FACT_DECIDED};
    (void)state;
    for (size_t i = 0; i < COUNT(decisions); i++) {
        struct hf_ledger *ledger = ledger_new();
        put(ledger, "e", 5, HF_FACT_STANDING, "2003-06-01");
        put(ledger, "e", 2, HF_FACT_WAITING, "2003-06-01");
        put(ledger, "e", 3, HF_FACT_WAITING, "2003-06-01");
        advance_to(ledger, "2003-12-31");
        tidy(ledger, "2003-12-31");
        assert_judged(ledger, "e", 6, HF_VERDICT_REPLACES, "5");
        put(ledger, "e", 2, decisions[i], "2003-06-01");
        assert_judged(ledger, "e", 6, HF_VERDICT_REPLACES, "5"); /* one still waits */
        put(ledger, "e", 3, HF_FACT_REJECTED, "2003-06-01");
        assert_judged(ledger, "e", 6, HF_VERDICT_NEW, "none");
        assert_judged(ledger, "e", 3, HF_VERDICT_DUPLICATE, "none"); /* a rejected version is remembered for ever */
        tidy(ledger, "2003-12-31");
        assert_judged(ledger, "e", 5, HF_VERDICT_NEW, "none");
        assert_judged(ledger, "e", 3, HF_VERDICT_DUPLICATE, "none");
        hf_ledger_free(&ledger);
    }
}

static void the_dates_of_versions_that_waited_keep_a_fact_in_mind(void **state)
{
    /* Versions 2 of 2003-06-20 and 5 of 2003-06-01, in several orders: W waits, R rejected, D decided, S stands. */
    static const char *const orders[] = {"S5 W2 R2", "S5 W2 D2", "W2 S5 R2", "W2 S5 D2", "W2 R2 S5"};
    (void)state;
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct hf_ledger *ledger = ledger_new();
        for (const char *word = orders[i]; *word; word += 2 + strspn(word + 2, " "))
            put(ledger, "e", (uint32_t)(word[1] - '0'),
                *word == 'S'   ? HF_FACT_STANDING
                : *word == 'W' ? HF_FACT_WAITING
                : *word == 'R' ? HF_FACT_REJECTED
                               : HF_FACT_DECIDED,
                word[1] == '2' ? "2003-06-20" : "2003-06-01");
        put(ledger, "e", 6, HF_FACT_STANDING, "2003-06-02");
        advance_to(ledger, "2003-07-20"); /* reach begins on 2003-06-20 */
        assert_judged(ledger, "e", 6, HF_VERDICT_DUPLICATE, "6");
        advance_to(ledger, "2003-07-21");
        assert_judged(ledger, "e", 6, HF_VERDICT_NEW, "none");
        hf_ledger_free(&ledger);
    }
}

static void a_forgotten_fact_stays_so_when_a_new_version_waits(void **state)
{
    static const enum hf_fact_status decisions[] = {HF_FACT_REJECTED, HF_FACT_STANDING};
    (void)state;
    for (size_t i = 0; i < COUNT(decisions); i++) {
        struct hf_ledger *ledger = ledger_new();
        put(ledger, "e", 5, HF_FACT_STANDING, "2003-01-31");
        advance_to(ledger, "2003-06-30");
        put(ledger, "e", 0, HF_FACT_WAITING, "2003-06-30");
        assert_judged(ledger, "e", 1, HF_VERDICT_NEW, "none");
        assert_judged(ledger, "e", 0, HF_VERDICT_DUPLICATE, "none");
        assert_int_equal(hf_ledger_size(ledger), 1); /* the fact of 2003-06-30 */
        put(ledger, "e", 0, decisions[i], "2003-06-30");
        assert_judged(ledger, "e", 1, i ? HF_VERDICT_REPLACES : HF_VERDICT_NEW, i ? "0" : "none");
        hf_ledger_free(&ledger);
    }
}

/* Forgetting is as of before the version that begins to wait, however far it carries the newest date. */
static void a_version_that_waits_does_not_put_its_own_fact_out_of_reach(void **state)
{
    struct hf_ledger *ledger = ledger_new();
    (void)state;
    put(ledger, "e", 5, HF_FACT_STANDING, "2003-05-31");
    advance_to(ledger, "2003-06-30");
    put(ledger, "e", 6, HF_FACT_WAITING, "2003-08-31");
    assert_newest(ledger, 0, "2003-08-31");
    assert_judged(ledger, "e", 7, HF_VERDICT_REPLACES, "5");
    put(ledger, "e", 6, HF_FACT_REJECTED, "2003-08-31");
    assert_judged(ledger, "e", 7, HF_VERDICT_REPLACES, "5"); /* 2003-08-31 is in reach */
    advance_to(ledger, "2003-10-01");
    assert_judged(ledger, "e", 7, HF_VERDICT_NEW, "none");
    assert_judged(ledger, "e", 6, HF_VERDICT_DUPLICATE, "none");
    hf_ledger_free(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_date_is_the_last_that_any_version_named),
        cmocka_unit_test(each_mine_has_a_newest_date_of_its_own),
        cmocka_unit_test(a_date_is_too_late_more_than_the_horizon_before_the_newest),
        cmocka_unit_test(a_fact_out_of_reach_is_new_again),
        cmocka_unit_test(without_a_horizon_nothing_is_forgotten),
        cmocka_unit_test(another_mines_newest_date_forgets_nothing),
        cmocka_unit_test(what_is_forgotten_does_not_depend_on_when_memory_is_tidied),
        cmocka_unit_test(memory_is_used_again),
        cmocka_unit_test(a_fact_is_remembered_as_long_as_the_latest_of_its_versions_is_in_reach),
        cmocka_unit_test(a_fact_that_moves_on_needs_no_later_date),
        cmocka_unit_test(a_withdrawn_fact_is_remembered_by_the_dates_it_named),
        cmocka_unit_test(a_fact_is_not_forgotten_while_a_version_waits),
        cmocka_unit_test(the_dates_of_versions_that_waited_keep_a_fact_in_mind),
        cmocka_unit_test(a_forgotten_fact_stays_so_when_a_new_version_waits),
        cmocka_unit_test(a_version_that_waits_does_not_put_its_own_fact_out_of_reach),
    };
    return cmocka_run_group_tests_name("ledger_horizon", tests, NULL, NULL);
}
