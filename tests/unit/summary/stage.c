/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include <string.h>

static int owns_all(void *context, enum hf_topic topic, int32_t partition)
{
    (void)context;
    assert_true(topic == HF_TOPIC_COMPANIES || topic == HF_TOPIC_MINES);
    assert_in_range(partition, 0, topic == HF_TOPIC_COMPANIES ? 2 : 4);
    return 1;
}

const char stage_kinds[] = "day week month quarter half year all rolling-7d rolling-30d rolling-90d rolling-12m";

void stage_own_everything(struct publisher *publisher)
{
    publisher_set_ownership(publisher, owns_all, NULL, 3, 5);
}

struct publisher *stage_publisher(struct fixture *fixture, const char *kinds)
{
    struct publisher_settings settings = {.stale_after_days = 7};
    g_auto(GStrv) words = g_strsplit(kinds, " ", -1);
    for (; words[settings.window_count]; settings.window_count++)
        assert_int_equal(
            hf_window_spec_parse(words[settings.window_count], &settings.windows[settings.window_count], NULL), HF_OK);
    struct publisher *publisher = publisher_new(fixture->world, &settings);
    stage_own_everything(publisher);
    return publisher;
}

struct stage stage_new(void)
{
    struct stage stage = {fixture_new(), NULL, outlet_new()};
    add_company(stage.fixture, "acme", "");
    add_mine(stage.fixture, "gc", "gold", "acme 2000-01-01 0.5", "");
    produce(stage.fixture, "gc", "2002-06-30", "gold PRODUCED 1 OZT");
    produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 2 OZT");
    produce(stage.fixture, "gc", "2003-06-30", "gold PRODUCED 3 OZT");
    settle(stage.fixture);
    stage.publisher = stage_publisher(stage.fixture, stage_kinds);
    assert_true(publisher_has_work(stage.publisher));
    outlet_publish(stage.outlet, stage.publisher);
    return stage;
}

void stage_restart(struct stage *stage, const char *kinds)
{
    publisher_free(&stage->publisher);
    assert_null(stage->publisher);
    stage->publisher = stage_publisher(stage->fixture, kinds);
    outlet_note(stage->outlet, stage->publisher);
}

void stage_free(struct stage *stage)
{
    publisher_free(&stage->publisher);
    publisher_free(&stage->publisher);
    outlet_free(stage->outlet);
    fixture_free(stage->fixture);
}

void assert_complete(const struct stage *stage, const char *kinds)
{
    struct publisher *publisher = stage_publisher(stage->fixture, kinds);
    struct outlet *outlet = outlet_new();
    GHashTableIter iterator;
    gpointer key, value;
    outlet_publish(outlet, publisher);
    assert_int_equal(g_hash_table_size(outlet->standing), g_hash_table_size(stage->outlet->standing));
    g_hash_table_iter_init(&iterator, outlet->standing);
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        const char *standing = g_hash_table_lookup(stage->outlet->standing, key);
        if (g_strcmp0(standing, value) != 0)
            fail_msg("%s is %s, expected %s", (const char *)key, standing ? standing : "not there",
                     (const char *)value);
    }
    outlet_free(outlet);
    publisher_free(&publisher);
}
