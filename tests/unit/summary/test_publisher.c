/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a publication writes what differs from the topics and nothing else, whatever changed. */
#include "publisher.h"

#include <string.h>

#include "headframe/kafka_client.h"
#include "outlet.h"
#include "world_fixture.h"

/* The company acme with the mine gc, three days of production, and a publisher that owns both. */
struct stage {
    struct fixture *fixture;
    struct publisher *publisher;
    struct outlet *outlet;
};

static int owns_all(void *context, enum hf_topic topic, int32_t partition)
{
    (void)context;
    assert_true(topic == HF_TOPIC_COMPANIES || topic == HF_TOPIC_MINES);
    assert_true(partition >= 0);
    return 1;
}

static const char all_kinds[] = "day week month quarter half year all rolling-7d rolling-30d rolling-90d rolling-12m";

static struct publisher *publisher_of(struct fixture *fixture, const char *kinds)
{
    struct publisher_settings settings = {.stale_after_days = 7};
    g_auto(GStrv) words = g_strsplit(kinds, " ", -1);
    for (; words[settings.window_count]; settings.window_count++)
        assert_int_equal(
            hf_window_spec_parse(words[settings.window_count], &settings.windows[settings.window_count], NULL), HF_OK);
    struct publisher *publisher = publisher_new(fixture->world, &settings);
    publisher_set_ownership(publisher, owns_all, NULL, 3, 5);
    return publisher;
}

static struct stage stage_new(void)
{
    struct stage stage = {fixture_new(), NULL, outlet_new()};
    add_company(stage.fixture, "acme", "");
    add_mine(stage.fixture, "gc", "gold", "acme 2000-01-01 0.5", "");
    produce(stage.fixture, "gc", "2002-06-30", "gold PRODUCED 1 OZT");
    produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 2 OZT");
    produce(stage.fixture, "gc", "2003-06-30", "gold PRODUCED 3 OZT");
    settle(stage.fixture);
    stage.publisher = publisher_of(stage.fixture, all_kinds);
    assert_true(publisher_has_work(stage.publisher));
    outlet_publish(stage.outlet, stage.publisher);
    return stage;
}

/* Another process: the same topics, a new publisher. */
static void restart(struct stage *stage, const char *kinds)
{
    publisher_free(&stage->publisher);
    assert_null(stage->publisher);
    stage->publisher = publisher_of(stage->fixture, kinds);
    outlet_note(stage->outlet, stage->publisher);
}

static void stage_free(struct stage *stage)
{
    publisher_free(&stage->publisher);
    publisher_free(&stage->publisher);
    outlet_free(stage->outlet);
    fixture_free(stage->fixture);
}

/* Holds where an independent publication from nothing comes to what stands. */
static void assert_complete(const struct stage *stage, const char *kinds)
{
    struct publisher *publisher = publisher_of(stage->fixture, kinds);
    struct outlet *outlet = outlet_new();
    GHashTableIter iterator;
    gpointer key, value;
    outlet_publish(outlet, publisher);
    assert_int_equal(g_hash_table_size(outlet->standing), g_hash_table_size(stage->outlet->standing));
    g_hash_table_iter_init(&iterator, outlet->standing);
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        const char *standing = g_hash_table_lookup(stage->outlet->standing, key);
        if (g_strcmp0(standing, value) != 0)
            fail_msg("%s is %s, expected %s", (const char *)key, standing ? standing : "not there", (const char *)value);
    }
    outlet_free(outlet);
    publisher_free(&publisher);
}

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
    restart(&stage, all_kinds);
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
    restart(&stage, all_kinds);
    outlet_publish(stage.outlet, stage.publisher);
    assert_written(stage.outlet, "c:acme|half|2003-H1 m:gc|year|2003 -m:gc|year|1999");
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
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
    produce(stage.fixture, "gc", "2003-06-30", "gold PRODUCED 3 OZT"); /* and they may come back */
    settle(stage.fixture);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 22);
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
    stage_free(&stage);
}

/* A process that never knew the company finds its records on the topic. */
static void a_company_removed_while_nobody_ran_gets_tombstones(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    assert_int_equal(apply_reference(stage.fixture, HF_TOPIC_COMPANIES, "acme", NULL, NULL), HF_OK);
    g_hash_table_replace(stage.outlet->standing, g_strdup("c:gone|half|2003-H1"), g_strdup("of a company long gone"));
    restart(&stage, all_kinds);
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 20);
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
    stage_free(&stage);
}

static void kinds_that_are_no_longer_configured_get_tombstones(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    restart(&stage, "half rolling-7d");
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 2 * (19 - 3));
    for (guint i = 0; i < stage.outlet->written->len; i++)
        assert_int_equal(*(const char *)stage.outlet->written->pdata[i], '-');
    assert_int_equal(g_hash_table_size(stage.outlet->standing), 6);
    assert_complete(&stage, "half rolling-7d");
    restart(&stage, "half rolling-14d"); /* and others come */
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
    assert_complete(&stage, all_kinds);
    add_mine(stage.fixture, "gc", "gold", "acme 2000-01-01 0.25", ""); /* the mine itself is at 100 % */
    assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 19);
    assert_complete(&stage, all_kinds);
    add_mine(stage.fixture, "gc", "gold", "acme 2003-01-01 0.25", ""); /* 2002 is no longer the company's */
    outlet_publish(stage.outlet, stage.publisher);
    assert_false(g_hash_table_contains(stage.outlet->standing, "c:acme|year|2002"));
    assert_true(g_hash_table_contains(stage.outlet->standing, "m:gc|year|2002"));
    assert_complete(&stage, all_kinds);
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
    assert_complete(&stage, all_kinds);
    stage_free(&stage);
}

/* --- ownership ----------------------------------------------------------------------------------------------------- */

static int owns_partition(void *context, enum hf_topic topic, int32_t partition)
{
    const int32_t *mine = context;
    (void)topic;
    return partition == *mine;
}

static void only_ids_of_owned_partitions_are_published_or_touched(void **state)
{
    enum { PARTITIONS = 2 };
    struct stage stage = stage_new();
    (void)state;
    for (int i = 0; i < 20; i++) { /* enough for ids on both partitions */
        char company[16], mine[16];
        snprintf(company, sizeof company, "company-%d", i);
        snprintf(mine, sizeof mine, "mine-%d", i);
        g_autofree char *interests = g_strdup_printf("%s 2000-01-01 1", company);
        add_company(stage.fixture, company, "");
        add_mine(stage.fixture, mine, "gold", interests, "");
        produce(stage.fixture, mine, "2003-06-30", "gold PRODUCED 1 OZT");
    }
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    GHashTable *all = stage.outlet->standing;
    guint seen[PARTITIONS] = {0};
    for (int32_t owned = 0; owned < PARTITIONS; owned++) {
        struct publisher *publisher = publisher_of(stage.fixture, all_kinds);
        struct outlet *outlet = outlet_new();
        GHashTableIter iterator;
        gpointer key;
        publisher_set_ownership(publisher, owns_partition, &owned, PARTITIONS, PARTITIONS);
        outlet_publish(outlet, publisher);
        g_hash_table_iter_init(&iterator, outlet->standing);
        while (g_hash_table_iter_next(&iterator, &key, NULL)) {
            const char *id = (const char *)key + 2;
            assert_int_equal(hf_kafka_partition_of(id, strcspn(id, "|"), PARTITIONS), owned);
            assert_true(g_hash_table_contains(all, key));
        }
        seen[owned] = g_hash_table_size(outlet->standing);
        assert_true(seen[owned] > 0);
        /* Records of others are on the topic too: they get neither tombstones nor new texts. */
        publisher_set_ownership(publisher, owns_partition, &owned, PARTITIONS, PARTITIONS);
        outlet_note(stage.outlet, publisher);
        assert_int_equal(outlet_publish(outlet, publisher), 0);
        publisher_set_ownership(publisher, owns_partition, &owned, PARTITIONS, PARTITIONS);
        outlet_note_other_text(stage.outlet, publisher);
        assert_int_equal(outlet_publish(outlet, publisher), seen[owned]);
        outlet_free(outlet);
        publisher_free(&publisher);
    }
    assert_int_equal(seen[0] + seen[1], g_hash_table_size(all));
    stage_free(&stage);
}

/* Companies follow the partitions of reference.companies, mines those of reference.mines. */
static int owns_companies(void *context, enum hf_topic topic, int32_t partition)
{
    (void)context;
    (void)partition;
    return topic == HF_TOPIC_COMPANIES;
}

static void companies_and_mines_are_owned_apart(void **state)
{
    struct stage stage = stage_new();
    struct outlet *outlet = outlet_new();
    (void)state;
    publisher_set_ownership(stage.publisher, owns_companies, NULL, 3, 5);
    assert_int_equal(outlet_publish(outlet, stage.publisher), 19);
    for (guint i = 0; i < outlet->written->len; i++)
        assert_true(g_str_has_prefix(outlet->written->pdata[i], "c:acme|"));
    outlet_free(outlet);
    stage_free(&stage);
}

static void a_publisher_that_was_given_nothing_writes_nothing(void **state)
{
    struct stage stage = stage_new();
    const struct publisher_settings settings = {.windows = {{HF_WINDOW_ALL, 0}}, .window_count = 1};
    struct publisher *publisher = publisher_new(stage.fixture->world, &settings);
    (void)state;
    outlet_note_other_text(stage.outlet, publisher);
    assert_int_equal(outlet_publish(stage.outlet, publisher), 0);
    publisher_free(&publisher);
    stage_free(&stage);
}

static void a_company_and_a_mine_may_have_one_id(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    add_mine(stage.fixture, "acme", "gold", "acme 2000-01-01 1", "");
    produce(stage.fixture, "acme", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(stage.fixture);
    outlet_publish(stage.outlet, stage.publisher);
    assert_true(g_hash_table_contains(stage.outlet->standing, "m:acme|all|all"));
    assert_complete(&stage, all_kinds);
    assert_int_equal(apply_reference(stage.fixture, HF_TOPIC_MINES, "acme", NULL, NULL), HF_OK);
    outlet_publish(stage.outlet, stage.publisher);
    assert_false(g_hash_table_contains(stage.outlet->standing, "m:acme|all|all"));
    assert_true(g_hash_table_contains(stage.outlet->standing, "c:acme|all|all"));
    assert_complete(&stage, all_kinds);
    stage_free(&stage);
}

/* --- failures ------------------------------------------------------------------------------------------------------ */

/* Nothing of it was committed: ownership is set anew, the topics are read again, and all of it is written again. */
static void after_a_failed_publication_everything_is_compared_again(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    for (int after = 0; after < 22; after++) {
        struct hf_error error = {0};
        size_t written;
        struct outlet *lost = outlet_new();
        restart(&stage, all_kinds);
        outlet_publish(stage.outlet, stage.publisher);
        produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 10 OZT");
        settle(stage.fixture);
        lost->fails_after = after;
        assert_int_equal(publisher_publish(stage.publisher, &lost->sink, NULL, NULL, &written, &error), HF_EIO);
        assert_int_equal(error.action, HF_ACTION_REBUILD);
        publisher_set_ownership(stage.publisher, owns_all, NULL, 3, 5);
        outlet_note(stage.outlet, stage.publisher);
        assert_true(publisher_has_work(stage.publisher));
        assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 22);
        assert_complete(&stage, all_kinds);
        outlet_free(lost);
    }
    stage_free(&stage);
}

static int goes_on(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

static void a_publication_can_be_called_off_between_windows(void **state)
{
    struct stage stage = stage_new();
    (void)state;
    for (int windows = 0; windows < 38; windows++) { /* 19 of each */
        struct outlet *lost = outlet_new();
        int left = windows;
        size_t written;
        publisher_set_ownership(stage.publisher, owns_all, NULL, 3, 5);
        assert_int_equal(publisher_publish(stage.publisher, &lost->sink, goes_on, &left, &written, NULL), HF_ECANCELED);
        assert_int_equal(lost->written->len, windows);
        assert_true(publisher_has_work(stage.publisher));
        outlet_free(lost);
    }
    int left = 38;
    size_t written;
    struct outlet *whole = outlet_new();
    publisher_set_ownership(stage.publisher, owns_all, NULL, 3, 5);
    assert_int_equal(publisher_publish(stage.publisher, &whole->sink, goes_on, &left, &written, NULL), HF_OK);
    assert_int_equal(written, 38);
    outlet_free(whole);
    stage_free(&stage);
}

/* --- whatever happens ----------------------------------------------------------------------------------------------- */

/* One random change of facts, rates, interests or units. */
static void change_something(struct fixture *fixture, uint64_t *random)
{
    static const char *const mines[] = {"a", "b", "c"}, *const metals[] = {"gold", "silver"};
    static const char *const shares[] = {"0", "0.25", "1"}, *const elements[] = {"MINING", "ROYALTY", "BY_PRODUCT_CREDIT"};
    const char *mine = mines[random_between(random, 0, 2)], *metal = metals[random_between(random, 0, 1)];
    char from[HF_DATE_TEXT], through[HF_DATE_TEXT], month[HF_DATE_TEXT];
    int32_t date = date_of("2002-02-01") + (int32_t)random_between(random, 0, 800);
    hf_date_format(date, from);
    hf_date_format(date + (int32_t)random_between(random, 0, 40), through);
    hf_month_format(hf_date_month(date), month);
    switch (random_between(random, 0, 9)) {
    case 0: {
        g_autofree char *interests =
            g_strdup_printf("acme 2002-01-01 %s;acme %s %s", shares[random_between(random, 0, 2)], from,
                            shares[random_between(random, 0, 2)]);
        add_mine(fixture, mine, metal, interests, random_next(random) % 2 ? "" : "'by_product_credits':'priced'");
        break;
    }
    case 1:
        add_rate(fixture, "MXN", month, random_next(random) % 2 ? "10" : "11");
        break;
    case 2:
        add_price(fixture, metal, month, random_next(random) % 2 ? "300 USD OZT" : "5 MXN G");
        break;
    case 3:
    case 4: {
        g_autofree char *fact = g_strdup_printf("%s %d %s", elements[random_between(random, 0, 2)],
                                                (int)random_between(random, -5, 100),
                                                random_next(random) % 3 ? "USD" : "MXN");
        spend(fixture, mine, from, through, fact);
        break;
    }
    default: {
        g_autofree char *fact = g_strdup_printf("%s %s %d OZT", metal, random_next(random) % 3 ? "PRODUCED" : "PAYABLE",
                                                (int)random_between(random, -2, 20));
        produce(fixture, mine, from, fact);
        if (random_next(random) % 4 == 0)
            unproduce(fixture, mine, from, fact);
    }
    }
}

/* The rule that decides which windows are looked at must never leave one behind. */
static void after_any_change_the_topics_say_what_a_fresh_start_would(void **state)
{
    enum { WORLDS = 12, CHANGES = 40 };
    (void)state;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct stage stage = {fixture_new(), NULL, outlet_new()};
        uint64_t random = seed;
        add_company(stage.fixture, "acme", seed % 2 ? "'primary_metal':'gold'" : "'fiscal_year_start_month':7");
        for (int i = 0; i < 20; i++)
            change_something(stage.fixture, &random);
        settle(stage.fixture);
        stage.publisher = publisher_of(stage.fixture, all_kinds);
        outlet_publish(stage.outlet, stage.publisher);
        for (int i = 0; i < CHANGES; i++) {
            change_something(stage.fixture, &random);
            settle(stage.fixture);
            outlet_publish(stage.outlet, stage.publisher);
            assert_complete(&stage, all_kinds);
        }
        stage_free(&stage);
    }
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
        cmocka_unit_test(only_ids_of_owned_partitions_are_published_or_touched),
        cmocka_unit_test(companies_and_mines_are_owned_apart),
        cmocka_unit_test(a_publisher_that_was_given_nothing_writes_nothing),
        cmocka_unit_test(a_company_and_a_mine_may_have_one_id),
        cmocka_unit_test(after_a_failed_publication_everything_is_compared_again),
        cmocka_unit_test(a_publication_can_be_called_off_between_windows),
        cmocka_unit_test(after_any_change_the_topics_say_what_a_fresh_start_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
