/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a publication writes what differs from the topics and nothing else, whatever changed. */
#include "publisher.h"

#include <string.h>

#include "stage.h"

/* The keys of both subjects: "day|2003-06-30" becomes "c:acme|day|2003-06-30 m:gc|day|2003-06-30". */
static char *of_both(const char *windows)
{
    GString *text = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit(windows, " ", -1);
    for (int i = 0; words[i]; i++) {
        const char *name = *words[i] == '-' ? words[i] + 1 : words[i];
        const char *sign = *words[i] == '-' ? "-" : "";
        g_string_append_printf(text, "%sc:acme|%s %sm:gc|%s ", sign, name, sign, name);
    }
    return g_string_free(text, FALSE);
}

static void assert_written_of_both(const struct stage *stage, const char *windows)
{
    g_autofree char *keys = of_both(windows);
    assert_written(stage->outlet, keys);
}

#define ROLLING "rolling-7d|rolling-7d rolling-30d|rolling-30d rolling-90d|rolling-90d rolling-12m|rolling-12m"
#define OF_2002 "day|2002-06-30 week|2002-W26 month|2002-06 quarter|2002-Q2 half|2002-H1 year|2002"

/* --- only differences --------------------------------------------------------------------------------------------- */

static void the_first_publication_writes_every_window(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    assert_written_of_both(&stage, OF_2002 " day|2003-06-29 day|2003-06-30 week|2003-W26 week|2003-W27 month|2003-06 "
                                           "quarter|2003-Q2 half|2003-H1 year|2003 all|all " ROLLING);
    const char *record = g_hash_table_lookup(stage.outlet->standing, "c:acme|half|2003-H1");
    assert_true(g_str_has_prefix(record, "{\"schema\":\"headframe.company-summary.v1\",\"company\":{\"id\":\"acme\""));
    stage_free(&stage);
}

static void a_second_publication_writes_nothing(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    assert_false(publisher_has_work(stage.publisher));
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0);
    settle(stage.fixture); /* a transaction that changed nothing */
    assert_false(publisher_has_work(stage.publisher));
    add_mine(stage.fixture, "gc", "gold", "acme 2000-01-01 0.5", ""); /* the same record again */
    assert_true(publisher_has_work(stage.publisher));
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0);
    stage_free(&stage);
}

static void a_restart_writes_nothing_that_stands_already(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    stage_restart(&stage, stage_kinds);
    assert_true(publisher_has_work(stage.publisher)); /* it must compare */
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0);
    stage_free(&stage);
}

/* A crash in the middle of a publication: what is not on the topics is written by the next process. */
static void a_restart_writes_what_the_topics_lack(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    g_hash_table_remove(stage.outlet->standing, "c:acme|half|2003-H1");
    g_hash_table_replace(stage.outlet->standing, g_strdup("m:gc|year|2003"), g_strdup("an old text"));
    g_hash_table_replace(stage.outlet->standing, g_strdup("m:gc|year|1999"), g_strdup("no longer there"));
    stage_restart(&stage, stage_kinds);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written(stage.outlet, "c:acme|half|2003-H1 m:gc|year|2003 -m:gc|year|1999");
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

/* --- which windows a change touches -------------------------------------------------------------------------------- */

static void a_change_of_one_day_is_written_to_the_windows_that_hold_it(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 10 OZT");
    settle(stage.fixture);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 22);
    assert_written_of_both(&stage, "day|2003-06-29 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1 year|2003 "
                                   "all|all " ROLLING);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

static void a_change_is_written_to_the_windows_that_compare_with_it_a_year_later(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    produce(stage.fixture, "gc", "2002-06-30", "gold PRODUCED 10 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    /* A year after it: the 30th and what holds it; of weeks, by 364 days, W26 and not W27. */
    assert_written_of_both(&stage, OF_2002 " day|2003-06-30 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1 "
                                           "year|2003 all|all " ROLLING);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

/* With another text noted under every key, whatever is looked at is written: so little is computed anew. */
static void other_windows_are_not_even_looked_at(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    outlet_note_other_text(stage.outlet, stage.publisher);
    produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 10 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, "day|2003-06-29 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1 year|2003 "
                                   "all|all " ROLLING);
    stage_free(&stage);
}

static void another_mines_change_does_not_look_at_this_one(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_company(stage.fixture, "other", "");
    add_mine(stage.fixture, "lf", "gold", "other 2000-01-01 1", "");
    produce(stage.fixture, "lf", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    outlet_note_other_text(stage.outlet, stage.publisher);
    produce(stage.fixture, "lf", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    for (guint i = 0; i < stage.outlet->written->len; i++) {
        const char *key = stage.outlet->written->pdata[i];
        assert_true(g_str_has_prefix(key, "c:other|") || g_str_has_prefix(key, "m:lf|"));
    }
    assert_true(stage.outlet->written->len > 0);
    stage_free(&stage);
}

static void a_leap_day_is_compared_with_the_28th_of_the_next_year(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    produce(stage.fixture, "gc", "2004-02-28", "gold PRODUCED 1 OZT");
    produce(stage.fixture, "gc", "2005-02-27", "gold PRODUCED 1 OZT");
    produce(stage.fixture, "gc", "2005-02-28", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    outlet_note_other_text(stage.outlet, stage.publisher);
    produce(stage.fixture, "gc", "2004-02-29", "gold PRODUCED 10 OZT"); /* a Sunday */
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, "day|2004-02-29 week|2004-W09 month|2004-02 quarter|2004-Q1 half|2004-H1 year|2004 "
                                   "day|2005-02-28 week|2005-W08 month|2005-02 quarter|2005-Q1 half|2005-H1 year|2005 "
                                   "all|all " ROLLING);
    stage_free(&stage);
}

static void a_clock_that_moves_touches_the_windows_after_it(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    outlet_note_other_text(stage.outlet, stage.publisher);
    produce(stage.fixture, "gc", "2003-07-01", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, "day|2003-07-01 week|2003-W27 month|2003-07 quarter|2003-Q3 half|2003-H2 year|2003 "
                                   "all|all " ROLLING);
    stage_free(&stage);
}

/* A cost of July moves the costs clock past June: June's costs are matched now, though none of its days changed. */
static void a_costs_clock_that_moves_touches_the_windows_it_passed(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    spend(stage.fixture, "gc", "2003-05-01", "2003-05-31", "MINING 31 USD");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    spend(stage.fixture, "gc", "2003-07-31", "2003-07-31", "MINING 1 USD");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, "day|2003-06-29 day|2003-06-30 week|2003-W26 week|2003-W27 month|2003-06 "
                                   "month|2003-07 quarter|2003-Q2 quarter|2003-Q3 half|2003-H1 half|2003-H2 year|2003 "
                                   "all|all " ROLLING);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

/* The clock of the company stands; that of one mine moves, and with it what is matched. */
static void a_mines_clock_that_moves_alone_is_seen_too(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_mine(stage.fixture, "lf", "gold", "acme 2000-01-01 1", "");
    produce(stage.fixture, "lf", "2003-06-29", "gold PRODUCED 1 OZT");
    spend(stage.fixture, "lf", "2003-06-30", "2003-06-30", "MINING 1 USD");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    produce(stage.fixture, "lf", "2003-07-05", "gold PRODUCED 1 OZT"); /* now gc holds the company's clock back */
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

static void a_mine_that_becomes_stale_is_told_in_every_window(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_mine(stage.fixture, "lf", "gold", "acme 2000-01-01 1", "");
    produce(stage.fixture, "lf", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    produce(stage.fixture, "lf", "2003-07-15", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    GHashTableIter iterator;
    gpointer key, value;
    g_hash_table_iter_init(&iterator, stage.outlet->standing);
    while (g_hash_table_iter_next(&iterator, &key, &value))
        if (g_str_has_prefix(key, "c:"))
            assert_non_null(strstr(value, "\"stale\":[\"gc\"]"));
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

/* --- tombstones ---------------------------------------------------------------------------------------------------- */

static void a_window_that_loses_its_last_fact_gets_a_tombstone(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    unproduce(stage.fixture, "gc", "2002-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, "-day|2002-06-30 -week|2002-W26 -month|2002-06 -quarter|2002-Q2 -half|2002-H1 "
                                   "-year|2002 day|2003-06-30 week|2003-W26 month|2003-06 quarter|2003-Q2 half|2003-H1 "
                                   "year|2003 all|all " ROLLING);
    unproduce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 2 OZT");
    unproduce(stage.fixture, "gc", "2003-06-30", "gold PRODUCED 3 OZT");
    settle(stage.fixture);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 26);
    assert_int_equal(g_hash_table_size(stage.outlet->standing), 0);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0); /* once each */
    produce(stage.fixture, "gc", "2003-06-30", "gold PRODUCED 3 OZT");  /* and they may come back */
    settle(stage.fixture);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 22);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

static void a_company_that_is_removed_gets_tombstones(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    assert_int_equal(apply_reference(stage.fixture, HF_TOPIC_COMPANIES, "acme", NULL, NULL), HF_OK);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 19);
    for (guint i = 0; i < stage.outlet->written->len; i++)
        assert_true(g_str_has_prefix(stage.outlet->written->pdata[i], "-c:acme|"));
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0);
    add_company(stage.fixture, "acme", "");
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 19);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

/* A process that never knew the company finds its records on the topic. */
static void a_company_removed_while_nobody_ran_gets_tombstones(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    assert_int_equal(apply_reference(stage.fixture, HF_TOPIC_COMPANIES, "acme", NULL, NULL), HF_OK);
    g_hash_table_replace(stage.outlet->standing, g_strdup("c:gone|half|2003-H1"), g_strdup("of a company long gone"));
    stage_restart(&stage, stage_kinds);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 20);
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

static void a_mine_that_is_removed_gets_tombstones_and_its_owners_lose_it(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_mine(stage.fixture, "lf", "gold", "acme 2000-01-01 1", "");
    produce(stage.fixture, "lf", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_int_equal(apply_reference(stage.fixture, HF_TOPIC_MINES, "gc", NULL, NULL), HF_OK);
    outlet_publish(stage.outlet, stage.publisher);
    assert_false(g_hash_table_contains(stage.outlet->standing, "m:gc|all|all"));
    assert_false(g_hash_table_contains(stage.outlet->standing, "c:acme|year|2002"));
    assert_true(g_hash_table_contains(stage.outlet->standing, "c:acme|year|2003"));
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

static void kinds_that_are_no_longer_configured_get_tombstones(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    stage_restart(&stage, "half rolling-7d");
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 2 * (19 - 3));
    for (guint i = 0; i < stage.outlet->written->len; i++)
        assert_int_equal(*(const char *)stage.outlet->written->pdata[i], '-');
    assert_int_equal(g_hash_table_size(stage.outlet->standing), 6);
    assert_complete(&stage, "half rolling-7d");
    stage_restart(&stage, "half rolling-14d"); /* and others come */
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, "-rolling-7d|rolling-7d rolling-14d|rolling-14d");
    stage_free(&stage);
}

/* --- reference data ------------------------------------------------------------------------------------------------ */

static void a_changed_reference_record_rewrites_what_it_touches(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_company(stage.fixture, "acme", "'units':{'gold':'KG'}");
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 19);
    assert_complete(&stage, stage_kinds);
    add_mine(stage.fixture, "gc", "gold", "acme 2000-01-01 0.25", ""); /* the mine itself is at 100 % */
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 19);
    assert_complete(&stage, stage_kinds);
    add_mine(stage.fixture, "gc", "gold", "acme 2003-01-01 0.25", ""); /* 2002 is no longer the company's */
    outlet_publish(stage.outlet, stage.publisher);
    assert_false(g_hash_table_contains(stage.outlet->standing, "c:acme|year|2002"));
    assert_true(g_hash_table_contains(stage.outlet->standing, "m:gc|year|2002"));
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

static void another_fiscal_year_renames_windows(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_company(stage.fixture, "acme", "'fiscal_year_start_month':7");
    outlet_publish(stage.outlet, stage.publisher);
    assert_written(stage.outlet,
                   "-c:acme|quarter|2002-Q2 -c:acme|half|2002-H1 -c:acme|year|2002 -c:acme|quarter|2003-Q2 "
                   "-c:acme|half|2003-H1 -c:acme|year|2003 c:acme|quarter|FY2002-Q4 c:acme|half|FY2002-H2 "
                   "c:acme|year|FY2002 c:acme|quarter|FY2003-Q4 c:acme|half|FY2003-H2 c:acme|year|FY2003");
    stage_free(&stage);
}

static void a_rate_that_arrives_fills_in_closed_windows(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    spend(stage.fixture, "gc", "2002-06-30", "2002-06-30", "MINING 10 MXN");
    spend(stage.fixture, "gc", "2003-06-30", "2003-06-30", "MINING 10 USD");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    add_rate(stage.fixture, "MXN", "2003-06", "10"); /* needed by nobody */
    assert_true(publisher_has_work(stage.publisher));
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 0);
    add_rate(stage.fixture, "MXN", "2002-06", "10");
    outlet_publish(stage.outlet, stage.publisher);
    assert_written_of_both(&stage, OF_2002 " all|all");
    assert_complete(&stage, stage_kinds);
    stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_publication_writes_every_window),
        cmocka_unit_test(a_second_publication_writes_nothing),
        cmocka_unit_test(a_restart_writes_nothing_that_stands_already),
        cmocka_unit_test(a_restart_writes_what_the_topics_lack),
        cmocka_unit_test(a_change_of_one_day_is_written_to_the_windows_that_hold_it),
        cmocka_unit_test(a_change_is_written_to_the_windows_that_compare_with_it_a_year_later),
        cmocka_unit_test(other_windows_are_not_even_looked_at),
        cmocka_unit_test(another_mines_change_does_not_look_at_this_one),
        cmocka_unit_test(a_leap_day_is_compared_with_the_28th_of_the_next_year),
        cmocka_unit_test(a_clock_that_moves_touches_the_windows_after_it),
        cmocka_unit_test(a_costs_clock_that_moves_touches_the_windows_it_passed),
        cmocka_unit_test(a_mines_clock_that_moves_alone_is_seen_too),
        cmocka_unit_test(a_mine_that_becomes_stale_is_told_in_every_window),
        cmocka_unit_test(a_window_that_loses_its_last_fact_gets_a_tombstone),
        cmocka_unit_test(a_company_that_is_removed_gets_tombstones),
        cmocka_unit_test(a_company_removed_while_nobody_ran_gets_tombstones),
        cmocka_unit_test(a_mine_that_is_removed_gets_tombstones_and_its_owners_lose_it),
        cmocka_unit_test(kinds_that_are_no_longer_configured_get_tombstones),
        cmocka_unit_test(a_changed_reference_record_rewrites_what_it_touches),
        cmocka_unit_test(another_fiscal_year_renames_windows),
        cmocka_unit_test(a_rate_that_arrives_fills_in_closed_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
