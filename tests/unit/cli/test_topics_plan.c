/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which topics are made, and that none is used under which mines would move or records be lost. */
#include "topics_plan.h"

#include <glib.h>
#include <string.h>

#include "../unit.h"

struct cluster {
    struct hf_topic_found found[HF_TOPIC_COUNT];
    struct hf_topic_plan plans[HF_TOPIC_COUNT];
};

/* A topic as headframe topics makes it. */
static void make(struct cluster *cluster, enum hf_topic topic, int32_t partitions)
{
    struct hf_topic_settings settings = hf_topic_settings(topic, -1);
    cluster->found[topic].exists = 1;
    cluster->found[topic].partitions = partitions;
    for (size_t i = 0; i < settings.essential; i++)
        cluster->found[topic].values[i] = g_strdup(settings.list[i].value);
}

static void set(struct cluster *cluster, enum hf_topic topic, const char *name, const char *value)
{
    struct hf_topic_settings settings = hf_topic_settings(topic, -1);
    for (size_t i = 0; i < settings.essential; i++)
        if (strcmp(settings.list[i].name, name) == 0) {
            g_free(cluster->found[topic].values[i]);
            cluster->found[topic].values[i] = g_strdup(value);
            return;
        }
    fail_msg("%s is no essential setting", name);
}

static void plan(struct cluster *cluster, int32_t asked_partitions)
{
    const struct hf_topics_wish wish = {"x.", "k:9092", asked_partitions, 4};
    hf_topics_plan_fini(cluster->plans);
    hf_topics_plan(cluster->found, &wish, cluster->plans);
}

static void fini(struct cluster *cluster)
{
    hf_topics_plan_fini(cluster->plans);
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        for (int j = 0; j < HF_TOPIC_SETTINGS_LIMIT; j++)
            g_free(cluster->found[i].values[j]);
}

static int count(const struct cluster *cluster, enum hf_topic_verdict verdict)
{
    int n = 0;
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        n += cluster->plans[i].verdict == verdict;
    return n;
}

static const char *value_of(const struct hf_topic_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->list[i].name, name) == 0)
            return settings->list[i].value;
    return NULL;
}

static void topics_are_compacted_only_or_kept_for_ever(void **state)
{
    (void)state;
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        struct hf_topic_settings settings = hf_topic_settings((enum hf_topic)i, 1);
        int is_compacted = hf_topic_info((enum hf_topic)i)->is_compacted;
        assert_string_equal(value_of(&settings, "cleanup.policy"), is_compacted ? "compact" : "delete");
        assert_string_equal(value_of(&settings, "max.message.bytes"), "8388608");
        if (!is_compacted) {
            assert_string_equal(value_of(&settings, "retention.ms"), "-1");
            assert_string_equal(value_of(&settings, "retention.bytes"), "-1");
        }
        /* The time of an event is its sender's and decides about BAD_TIME; nothing else may depend on a clock. */
        int is_event = i == HF_TOPIC_PRODUCTION || i == HF_TOPIC_COSTS;
        if (is_event)
            assert_null(value_of(&settings, "message.timestamp.type"));
        else
            assert_string_equal(value_of(&settings, "message.timestamp.type"), "LogAppendTime");
        if (!is_event && i <= HF_TOPIC_PEERS)
            assert_string_equal(value_of(&settings, "min.compaction.lag.ms"), "86400000");
        else
            assert_null(value_of(&settings, "min.compaction.lag.ms"));
        assert_null(value_of(&settings, "min.insync.replicas"));
        settings = hf_topic_settings((enum hf_topic)i, 3);
        assert_string_equal(value_of(&settings, "min.insync.replicas"), "2");
    }
}

static void an_empty_cluster_gets_all_topics(void **state)
{
    struct cluster cluster = {0};
    (void)state;
    plan(&cluster, 0);
    assert_int_equal(count(&cluster, HF_TOPIC_MISSING), HF_TOPIC_COUNT);
    assert_int_equal(cluster.plans[HF_TOPIC_COSTS_STATE].partitions, 4);
    plan(&cluster, 12);
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        assert_int_equal(cluster.plans[i].partitions, 12);
    fini(&cluster);
}

static void what_is_right_stays(void **state)
{
    struct cluster cluster = {0};
    (void)state;
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        make(&cluster, (enum hf_topic)i, 6);
    set(&cluster, HF_TOPIC_FX, "max.message.bytes", "16777216"); /* more is no harm */
    set(&cluster, HF_TOPIC_FX, "min.compaction.lag.ms", "604800000");
    plan(&cluster, 0);
    assert_int_equal(count(&cluster, HF_TOPIC_RIGHT), HF_TOPIC_COUNT);
    assert_int_equal(cluster.plans[HF_TOPIC_FX].is_untold, 0);
    plan(&cluster, 6);
    assert_int_equal(count(&cluster, HF_TOPIC_RIGHT), HF_TOPIC_COUNT);
    fini(&cluster);
}

static void new_followers_take_the_number_of_their_input(void **state)
{
    struct cluster cluster = {0};
    (void)state;
    make(&cluster, HF_TOPIC_PRODUCTION, 7);
    plan(&cluster, 0);
    assert_int_equal(cluster.plans[HF_TOPIC_PRODUCTION_DAYS].partitions, 7);
    assert_int_equal(cluster.plans[HF_TOPIC_PRODUCTION_STATE].partitions, 7);
    assert_int_equal(cluster.plans[HF_TOPIC_COST_DAYS].partitions, 4);
    fini(&cluster);
}

static void a_follower_with_another_number_is_refused(void **state)
{
    struct cluster cluster = {0};
    (void)state;
    make(&cluster, HF_TOPIC_PRODUCTION, 4);
    make(&cluster, HF_TOPIC_PRODUCTION_DAYS, 6);
    make(&cluster, HF_TOPIC_COSTS_STATE, 6);
    plan(&cluster, 0);
    assert_int_equal(count(&cluster, HF_TOPIC_WRONG), 2);
    const char *wrong = cluster.plans[HF_TOPIC_PRODUCTION_DAYS].wrong;
    assert_non_null(strstr(wrong, "x.headframe.production-days has 6 partitions and x.mine.production has 4;"));
    assert_non_null(strstr(wrong, "kafka-topics.sh --bootstrap-server k:9092 --delete --topic "
                                  "x.headframe.production-days"));
    wrong = cluster.plans[HF_TOPIC_COSTS_STATE].wrong;
    assert_non_null(strstr(wrong, "x.headframe.costs.state has 6 partitions and x.mine.costs is to get 4;"));
    fini(&cluster);
}

static void an_asked_number_must_be_the_one_there_is(void **state)
{
    struct cluster cluster = {0};
    (void)state;
    make(&cluster, HF_TOPIC_PRODUCTION, 4);
    make(&cluster, HF_TOPIC_PRODUCTION_DAYS, 4);
    plan(&cluster, 8);
    assert_int_equal(count(&cluster, HF_TOPIC_WRONG), 1);
    assert_non_null(strstr(cluster.plans[HF_TOPIC_PRODUCTION].wrong, "x.mine.production has 4 partitions, not 8"));
    fini(&cluster);
}

static void settings_that_lose_records_are_refused_with_the_command_that_mends_them(void **state)
{
    static const struct {
        enum hf_topic topic;
        const char *name, *value, *mends;
    } cases[] = {
        {HF_TOPIC_MINES, "cleanup.policy", "delete",
         "--entity-name x.reference.mines --add-config cleanup.policy=compact"},
        {HF_TOPIC_MINES, "cleanup.policy", "compact,delete", "--add-config cleanup.policy=compact"},
        {HF_TOPIC_COSTS, "cleanup.policy", "compact", "--entity-name x.mine.costs --add-config cleanup.policy=delete"},
        {HF_TOPIC_COSTS, "retention.ms", "604800000", "--add-config retention.ms=-1"},
        {HF_TOPIC_DEAD_LETTERS, "retention.bytes", "1000000", "--add-config retention.bytes=-1"},
        {HF_TOPIC_COST_DAYS, "message.timestamp.type", "CreateTime",
         "--add-config message.timestamp.type=LogAppendTime"},
        {HF_TOPIC_MINES, "min.compaction.lag.ms", "0", "--add-config min.compaction.lag.ms=86400000"},
        {HF_TOPIC_FX, "max.message.bytes", "1048588", "--add-config max.message.bytes=8388608"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cluster cluster = {0};
        make(&cluster, cases[i].topic, 4);
        set(&cluster, cases[i].topic, cases[i].name, cases[i].value);
        plan(&cluster, 0);
        assert_int_equal(cluster.plans[cases[i].topic].verdict, HF_TOPIC_WRONG);
        const char *wrong = cluster.plans[cases[i].topic].wrong;
        g_autofree char *is = g_strdup_printf(" has %s=%s, which", cases[i].name, cases[i].value);
        assert_non_null(strstr(wrong, is));
        assert_true(g_str_has_suffix(wrong, cases[i].mends));
        assert_non_null(strstr(wrong, "kafka-configs.sh --bootstrap-server k:9092 --alter"));
        fini(&cluster);
    }
}

static void a_broker_that_tells_nothing_is_believed(void **state)
{
    struct cluster cluster = {0};
    (void)state;
    cluster.found[HF_TOPIC_FX].exists = 1;
    cluster.found[HF_TOPIC_FX].partitions = 4;
    plan(&cluster, 0);
    assert_int_equal(cluster.plans[HF_TOPIC_FX].verdict, HF_TOPIC_RIGHT);
    assert_int_equal(cluster.plans[HF_TOPIC_FX].is_untold, 1);
    fini(&cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_are_compacted_only_or_kept_for_ever),
        cmocka_unit_test(an_empty_cluster_gets_all_topics),
        cmocka_unit_test(what_is_right_stays),
        cmocka_unit_test(new_followers_take_the_number_of_their_input),
        cmocka_unit_test(a_follower_with_another_number_is_refused),
        cmocka_unit_test(an_asked_number_must_be_the_one_there_is),
        cmocka_unit_test(settings_that_lose_records_are_refused_with_the_command_that_mends_them),
        cmocka_unit_test(a_broker_that_tells_nothing_is_believed),
    };
    return cmocka_run_group_tests_name("cli_topics_plan", tests, NULL, NULL);
}
