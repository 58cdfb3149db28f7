/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a close, moved forward or back, and a restatement are written to the windows they change, and that no more
 * are looked at than those they may. */
#include <string.h>

#include "publisher.h"
#include "stage.h"

/* The keys of acme and of its mine gc: "day|2003-06-30" becomes "c:acme|day|2003-06-30 m:gc|day|2003-06-30". */
static void assert_written_of_both(const struct stage *stage, const char *windows)
{
    GString *keys = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit(windows, " ", -1);
    for (int i = 0; words[i] && *words[i]; i++)
        g_string_append_printf(keys, "%sc:acme|%s m:gc|%s", keys->len ? " " : "", words[i], words[i]);
    assert_written(stage->outlet, keys->str);
    g_string_free(keys, TRUE);
}

#define ROLLING "rolling-7d|rolling-7d rolling-30d|rolling-30d rolling-90d|rolling-90d rolling-12m|rolling-12m"
/* Those of a stage (stage.h) that have ended by 2003-06-30, and those that have not. */
#define OF_2002 "day|2002-06-30 week|2002-W26 month|2002-06 quarter|2002-Q2 half|2002-H1 year|2002"
#define OF_2003 "day|2003-06-29 day|2003-06-30 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1"
#define GOING_ON "week|2003-W27 year|2003 all|all"

/* A stage whose mine is closed through 2003-06-30 on both topics, published. */
static struct stage closed_stage(void)
{
    struct stage stage = stage_new();
    close_production(stage.fixture, "gc", "2003-06-30");
    close_costs(stage.fixture, "gc", "2003-06-30");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    return stage;
}

/* Publishes what happened, and holds the topics against a publication from nothing. */
static void publish(struct stage *stage)
{
    settle(stage->fixture);
    assert_true(publisher_has_work(stage->publisher));
    outlet_publish(stage->outlet, stage->publisher);
    assert_complete(stage, stage_kinds);
}

static void assert_state(const struct stage *stage, const char *key, const char *state)
{
    g_autofree char *member = g_strdup_printf("\"state\":\"%s\"", state);
    const char *record = g_hash_table_lookup(stage->outlet->standing, key);
    assert_non_null(record);
    if (!strstr(record, member))
        fail_msg("%s is not %s: %s", key, state, record);
}

/* --- what is written -------------------------------------------------------------------------------------------- */

/* Costs are not closed yet, and the clock stands on the date: no text changes. */
static void a_close_of_one_topic_alone_writes_nothing(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    close_production(stage.fixture, "gc", "2003-06-30");
    publish(&stage);
    assert_written_of_both(&stage, "");
    assert_false(publisher_has_work(stage.publisher));
    stage_free(&stage);
}

/* With the costs' close there is a matched day in every window, and those that have ended are closed. */
static void the_second_close_closes_what_has_ended(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    close_production(stage.fixture, "gc", "2003-06-30");
    publish(&stage);
    close_costs(stage.fixture, "gc", "2003-06-30");
    publish(&stage);
    assert_written_of_both(&stage, OF_2002 " " OF_2003 " " GOING_ON " " ROLLING);
    assert_state(&stage, "c:acme|half|2003-H1", "closed");
    assert_state(&stage, "m:gc|day|2002-06-30", "closed");
    assert_state(&stage, "m:gc|rolling-7d|rolling-7d", "closed");
    assert_state(&stage, "c:acme|year|2003", "open");
    stage_free(&stage);
}

static void a_close_moved_back_opens_the_windows_that_end_between(void **state)
{
    struct stage stage = closed_stage();
    (void)state;
    close_production(stage.fixture, "gc", "2003-06-29");
    publish(&stage);
    assert_written_of_both(&stage, "day|2003-06-30 month|2003-06 quarter|2003-Q2 half|2003-H1 " ROLLING);
    assert_state(&stage, "c:acme|half|2003-H1", "preliminary");
    assert_state(&stage, "c:acme|day|2003-06-29", "closed");
    close_production(stage.fixture, "gc", "2003-05-31");
    publish(&stage);
    assert_written_of_both(&stage, "day|2003-06-29 week|2003-W26");
    close_production(stage.fixture, "gc", "2001-12-31");
    publish(&stage);
    assert_written_of_both(&stage, OF_2002);
    close_production(stage.fixture, "gc", "2003-06-30"); /* all at once again */
    publish(&stage);
    assert_written_of_both(&stage, OF_2002 " " OF_2003 " " ROLLING);
    stage_free(&stage);
}

static void a_close_that_carries_the_clock_moves_the_rolling_windows(void **state)
{
    struct stage stage = closed_stage();
    (void)state;
    close_production(stage.fixture, "gc", "2003-07-07"); /* week W27 ends on 2003-07-06 */
    publish(&stage);
    assert_written_of_both(&stage, GOING_ON " " ROLLING);
    assert_state(&stage, "c:acme|week|2003-W27", "preliminary");
    close_costs(stage.fixture, "gc", "2003-07-07");
    publish(&stage);
    assert_state(&stage, "c:acme|week|2003-W27", "closed");
    assert_state(&stage, "m:gc|rolling-30d|rolling-30d", "closed");
    assert_state(&stage, "m:gc|rolling-7d|rolling-7d", "preliminary"); /* it holds no fact */
    close_production(stage.fixture, "gc", "2003-06-30");               /* the clock goes back */
    publish(&stage);
    assert_state(&stage, "c:acme|week|2003-W27", "open");
    assert_state(&stage, "m:gc|rolling-7d|rolling-7d", "closed");
    stage_free(&stage);
}

static void the_same_close_again_writes_nothing(void **state)
{
    struct stage stage = closed_stage();
    (void)state;
    close_production(stage.fixture, "gc", "2003-06-30");
    settle(stage.fixture);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0);
    stage_free(&stage);
}

static void a_restatement_is_written_to_the_windows_that_hold_its_days(void **state)
{
    struct stage stage = closed_stage();
    (void)state;
    produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 4 OZT");
    restate_production(stage.fixture, "gc", "2003-06-29");
    publish(&stage);
    assert_written_of_both(&stage, "day|2003-06-29 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1 year|2003 "
                                   "all|all " ROLLING);
    assert_state(&stage, "c:acme|month|2003-06", "restated");
    assert_state(&stage, "c:acme|day|2003-06-30", "closed");
    assert_state(&stage, "c:acme|year|2003", "open");
    stage_free(&stage);
}

static void a_company_restates_only_what_it_owned(void **state)
{
    struct stage stage = closed_stage();
    (void)state;
    add_mine(stage.fixture, "gc", "gold", "acme 2000-01-01 0.5;acme 2003-06-30 0", "");
    publish(&stage);
    restate_production(stage.fixture, "gc", "2003-06-30");
    publish(&stage);
    assert_state(&stage, "m:gc|month|2003-06", "restated");
    assert_state(&stage, "c:acme|day|2003-06-29", "closed");
    assert_null(strstr(g_hash_table_lookup(stage.outlet->standing, "c:acme|all|all"), "\"restatements\":1"));
    assert_non_null(strstr(g_hash_table_lookup(stage.outlet->standing, "m:gc|all|all"), "\"restatements\":1"));
    stage_free(&stage);
}

/* --- what is looked at ------------------------------------------------------------------------------------------ */

/* With another text noted under every key, whatever is looked at is written. */
static void only_windows_that_end_where_a_close_passed_are_looked_at(void **state)
{
    static const struct {
        const char *closed_through, *windows;
    } moves[] = {
        {"2003-06-15",
         "day|2003-06-29 day|2003-06-30 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1 " ROLLING},
        {"2003-06-20", ""},
        {"2002-12-30", "year|2002"},
        {"2002-12-31", "year|2002"},
        {"2002-06-29", OF_2002},
        {"2003-06-30", OF_2002 " " OF_2003 " " ROLLING},
    };
    struct stage stage = closed_stage();
    (void)state;
    for (size_t i = 0; i < COUNT(moves); i++) {
        outlet_note_other_text(stage.outlet, stage.publisher);
        close_production(stage.fixture, "gc", moves[i].closed_through);
        settle(stage.fixture);
        outlet_publish(stage.outlet, stage.publisher);
        print_message("  %s\n", moves[i].closed_through);
        assert_written_of_both(&stage, moves[i].windows);
    }
    stage_free(&stage);
}

static void another_mines_close_does_not_look_at_this_one(void **state)
{
    struct stage stage = closed_stage();
    (void)state;
    add_company(stage.fixture, "other", "");
    add_mine(stage.fixture, "lf", "gold", "other 2000-01-01 1", "");
    produce(stage.fixture, "lf", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    outlet_note_other_text(stage.outlet, stage.publisher);
    close_production(stage.fixture, "lf", "2003-06-30");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_true(stage.outlet->written->len > 0);
    for (guint i = 0; i < stage.outlet->written->len; i++) {
        const char *key = stage.outlet->written->pdata[i];
        if (!g_str_has_prefix(key, "c:other|") && !g_str_has_prefix(key, "m:lf|"))
            fail_msg("%s was looked at", key);
    }
    stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_close_of_one_topic_alone_writes_nothing),
        cmocka_unit_test(the_second_close_closes_what_has_ended),
        cmocka_unit_test(a_close_moved_back_opens_the_windows_that_end_between),
        cmocka_unit_test(a_close_that_carries_the_clock_moves_the_rolling_windows),
        cmocka_unit_test(the_same_close_again_writes_nothing),
        cmocka_unit_test(a_restatement_is_written_to_the_windows_that_hold_its_days),
        cmocka_unit_test(a_company_restates_only_what_it_owned),
        cmocka_unit_test(only_windows_that_end_where_a_close_passed_are_looked_at),
        cmocka_unit_test(another_mines_close_does_not_look_at_this_one),
    };
    return cmocka_run_group_tests_name("publisher_closes", tests, NULL, NULL);
}
