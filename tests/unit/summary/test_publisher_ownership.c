/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a publisher touches its own ids only, and that after a failure everything is compared again. */
#include "publisher.h"

#include <stdio.h>
#include <string.h>

#include "headframe/kafka_client.h"
#include "stage.h"

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
        char company[24], mine[24];
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
        struct publisher *publisher = stage_publisher(stage.fixture, stage_kinds);
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
    assert_complete(&stage, stage_kinds);
    assert_int_equal(apply_reference(stage.fixture, HF_TOPIC_MINES, "acme", NULL, NULL), HF_OK);
    outlet_publish(stage.outlet, stage.publisher);
    assert_false(g_hash_table_contains(stage.outlet->standing, "m:acme|all|all"));
    assert_true(g_hash_table_contains(stage.outlet->standing, "c:acme|all|all"));
    assert_complete(&stage, stage_kinds);
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
        stage_restart(&stage, stage_kinds);
        outlet_publish(stage.outlet, stage.publisher);
        produce(stage.fixture, "gc", "2003-06-29", "gold PRODUCED 10 OZT");
        settle(stage.fixture);
        lost->fails_after = after;
        assert_int_equal(publisher_publish(stage.publisher, &lost->sink, NULL, NULL, &written, &error), HF_EIO);
        assert_int_equal(error.action, HF_ACTION_REBUILD);
        stage_own_everything(stage.publisher);
        outlet_note(stage.outlet, stage.publisher);
        assert_true(publisher_has_work(stage.publisher));
        assert_int_equal(outlet_publish(stage.outlet, stage.publisher), 22);
        assert_complete(&stage, stage_kinds);
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
        stage_own_everything(stage.publisher);
        assert_int_equal(publisher_publish(stage.publisher, &lost->sink, goes_on, &left, &written, NULL), HF_ECANCELED);
        assert_int_equal(lost->written->len, windows);
        assert_true(publisher_has_work(stage.publisher));
        outlet_free(lost);
    }
    int left = 38;
    size_t written;
    struct outlet *whole = outlet_new();
    stage_own_everything(stage.publisher);
    assert_int_equal(publisher_publish(stage.publisher, &whole->sink, goes_on, &left, &written, NULL), HF_OK);
    assert_int_equal(written, 38);
    outlet_free(whole);
    stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ids_of_owned_partitions_are_published_or_touched),
        cmocka_unit_test(companies_and_mines_are_owned_apart),
        cmocka_unit_test(a_publisher_that_was_given_nothing_writes_nothing),
        cmocka_unit_test(a_company_and_a_mine_may_have_one_id),
        cmocka_unit_test(after_a_failed_publication_everything_is_compared_again),
        cmocka_unit_test(a_publication_can_be_called_off_between_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
