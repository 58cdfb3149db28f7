/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the world follows closes and restatements as it follows day lines: whole transactions, whole days, each
 * topic for itself; and that history leaves the world as its transactions would have. */
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/day_codec.h"
#include "world.h"
#include "world_fixture.h"

static const struct world_mine *mine_at(const struct fixture *fixture, const char *id)
{
    return g_hash_table_lookup(fixture->world->mines, id);
}

static void assert_date(int32_t date, const char *expected)
{
    char text[HF_DATE_TEXT];
    assert_string_equal(date == HF_DATE_MIN ? "never" : hf_date_format(date, text), expected);
}

static void assert_closed(const struct fixture *fixture, const char *id, const char *production, const char *costs)
{
    assert_date(mine_at(fixture, id)->production_closed, production);
    assert_date(mine_at(fixture, id)->costs_closed, costs);
}

/* The dates on which closes became or ceased to be; "" for none. */
static void assert_moved(const struct fixture *fixture, const char *id, const char *from, const char *through)
{
    struct hf_stretch moved = mine_at(fixture, id)->closes_moved;
    if (*from) {
        assert_date(moved.from, from);
        assert_date(moved.through, through);
    } else {
        assert_true(moved.through < moved.from);
    }
    assert_int_equal(world_mine_has_changes(mine_at(fixture, id)), *from != '\0');
}

/* How many restatements of production and of costs touch any date. */
static void assert_restated(const struct fixture *fixture, const char *id, int production, int costs)
{
    const struct hf_stretch all = {HF_DATE_MIN, HF_DATE_MAX};
    assert_int_equal(hf_restatements_count(mine_at(fixture, id)->production_restated, &all, 1), production);
    assert_int_equal(hf_restatements_count(mine_at(fixture, id)->costs_restated, &all, 1), costs);
}

/* --- closes ----------------------------------------------------------------------------------------------------- */

static void the_last_close_of_each_topic_stands(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    close_production(fixture, "gc", "2003-05-31"); /* before its reference record, before any fact */
    settle(fixture);
    assert_closed(fixture, "gc", "2003-05-31", "never");
    close_costs(fixture, "gc", "2003-04-30");
    close_production(fixture, "gc", "2003-06-30");
    close_production(fixture, "lf", "2003-01-31");
    settle(fixture);
    assert_closed(fixture, "gc", "2003-06-30", "2003-04-30");
    assert_closed(fixture, "lf", "2003-01-31", "never");
    close_production(fixture, "gc", "2003-05-15"); /* opened again */
    settle(fixture);
    assert_closed(fixture, "gc", "2003-05-15", "2003-04-30");
    fixture_free(fixture);
}

static void closes_wait_for_the_end_of_their_transaction(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    close_production(fixture, "gc", "2003-05-31");
    settle_half(fixture);
    assert_null(mine_at(fixture, "gc"));
    settle(fixture);
    assert_closed(fixture, "gc", "2003-05-31", "never");
    close_costs(fixture, "gc", "2003-05-31");
    settle_half(fixture);
    assert_closed(fixture, "gc", "2003-05-31", "never");
    settle(fixture);
    assert_closed(fixture, "gc", "2003-05-31", "2003-05-31");
    fixture_free(fixture);
}

/* From the earlier to the later of where a close was and is; both topics together, until it is published. */
static void what_closes_passed_is_remembered_until_it_is_cleared(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    close_production(fixture, "gc", "2003-05-31");
    settle(fixture);
    assert_moved(fixture, "gc", "never", "2003-05-31");
    world_clear_changes(fixture->world);
    assert_moved(fixture, "gc", "", "");
    close_production(fixture, "gc", "2003-07-31");
    settle(fixture);
    close_production(fixture, "gc", "2003-06-30");
    settle(fixture);
    assert_moved(fixture, "gc", "2003-05-31", "2003-07-31");
    world_clear_changes(fixture->world);
    close_production(fixture, "gc", "2003-04-30"); /* back */
    settle(fixture);
    assert_moved(fixture, "gc", "2003-04-30", "2003-06-30");
    close_costs(fixture, "gc", "2003-01-31");
    settle(fixture);
    assert_moved(fixture, "gc", "never", "2003-06-30");
    world_clear_changes(fixture->world);
    assert_moved(fixture, "gc", "", "");
    assert_closed(fixture, "gc", "2003-04-30", "2003-01-31"); /* only the memory of the change is gone */
    fixture_free(fixture);
}

/* --- restatements ----------------------------------------------------------------------------------------------- */

static void restatements_are_read_with_the_day_they_begin_on(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    produce(fixture, "gc", "2003-05-31", "gold PRODUCED 1 OZT");
    restate_production(fixture, "gc", "2003-05-31");
    restate_production(fixture, "gc", "2003-05-31 2003-06-15");
    restate_costs(fixture, "gc", "2003-04-01..2003-04-30");
    settle(fixture);
    assert_restated(fixture, "gc", 2, 1);
    restate_production(fixture, "gc", "2003-05-31");
    restate_production(fixture, "gc", "2003-06-15");
    settle(fixture); /* the day's record says all three: they are not added to the two */
    assert_restated(fixture, "gc", 4, 1);
    unproduce(fixture, "gc", "2003-05-31", "gold PRODUCED 1 OZT"); /* an emptied day keeps its restatements */
    settle(fixture);
    assert_restated(fixture, "gc", 4, 1);
    fixture_free(fixture);
}

static void restatements_wait_for_the_end_of_their_transaction(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    restate_costs(fixture, "gc", "2003-05-31");
    settle(fixture);
    restate_costs(fixture, "gc", "2003-05-31");
    settle_half(fixture);
    assert_restated(fixture, "gc", 0, 1);
    settle(fixture);
    assert_restated(fixture, "gc", 0, 2);
    assert_int_equal(mine_at(fixture, "gc")->changed_dates->len, 2);
    fixture_free(fixture);
}

/* --- history ---------------------------------------------------------------------------------------------------- */

static void apply_history(struct world *world, enum hf_topic topic, uint8_t *bytes, size_t length)
{
    const struct hf_record record = {.value = (const char *)bytes, .value_length = length, .timestamp_ms = -1};
    assert_int_equal(world_apply_history(world, topic, &record, NULL), HF_OK);
    free(bytes);
}

static void history_counts_at_once_and_notes_no_change(void **state)
{
    struct world *world = world_new();
    struct hf_daybook *book = hf_daybook_new();
    struct hf_restatements *restatements = hf_restatements_new();
    const int32_t date = date_of("2003-06-30");
    const struct hf_closed_days days = {{date, date}, {0, -1}};
    const struct hf_closes closes = {date, date};
    const struct hf_control control = {.input_partitions = 1};
    const struct hf_stretch all = {HF_DATE_MIN, HF_DATE_MAX};
    uint8_t *bytes;
    size_t length;
    (void)state;
    assert_true(world_is_between_transactions(world));
    hf_daybook_set(book, 5, date, (struct hf_day_total){7, 1});
    hf_restatements_add(restatements, &days, 3);
    hf_day_encode("gc", date, book, restatements, HF_LINES_PRODUCTION, &bytes, &length);
    apply_history(world, HF_TOPIC_PRODUCTION_DAYS, bytes, length);
    assert_false(world_is_between_transactions(world));
    hf_day_encode_closes("gc", &closes, &bytes, &length);
    apply_history(world, HF_TOPIC_COST_DAYS, bytes, length);
    const struct world_mine *mine = g_hash_table_lookup(world->mines, "gc");
    assert_int_equal(hf_daybook_sum(mine->production, 5, date, date).amount, 7);
    assert_int_equal(hf_restatements_count(mine->production_restated, &all, 1), 3);
    assert_int_equal(mine->costs_closed, date);
    assert_int_equal(mine->production_closed, HF_DATE_MIN);
    assert_false(world_mine_has_changes(mine));
    hf_day_encode_control(&control, &bytes, &length);
    apply_history(world, HF_TOPIC_PRODUCTION_DAYS, bytes, length);
    assert_false(world_is_between_transactions(world)); /* costs are not at an end */
    hf_day_encode_control(&control, &bytes, &length);
    apply_history(world, HF_TOPIC_COST_DAYS, bytes, length);
    assert_true(world_is_between_transactions(world));
    hf_restatements_free(&restatements);
    hf_daybook_free(&book);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_close_of_each_topic_stands),
        cmocka_unit_test(closes_wait_for_the_end_of_their_transaction),
        cmocka_unit_test(what_closes_passed_is_remembered_until_it_is_cleared),
        cmocka_unit_test(restatements_are_read_with_the_day_they_begin_on),
        cmocka_unit_test(restatements_wait_for_the_end_of_their_transaction),
        cmocka_unit_test(history_counts_at_once_and_notes_no_change),
    };
    return cmocka_run_group_tests_name("world_closes", tests, NULL, NULL);
}
