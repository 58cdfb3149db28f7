/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the world follows its topics: whole transactions of days, the last record of each key, nothing from a bad
 * one. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/day_codec.h"
#include "world_fixture.h"

static const struct world_mine *mine_at(const struct fixture *fixture, const char *id)
{
    return g_hash_table_lookup(fixture->world->mines, id);
}

/* All gold PRODUCED, ASSAYED, of a mine, in millionths of an ounce. */
static int64_t gold_of(const struct fixture *fixture, const char *id)
{
    const struct world_mine *mine = mine_at(fixture, id);
    uint16_t line = hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED);
    if (!mine)
        return -1;
    return (int64_t)(hf_daybook_sum(mine->production, line, HF_DATE_MIN, HF_DATE_MAX).amount /
                     hf_unit_micro_mass(HF_UNIT_OZT));
}

/* --- days --------------------------------------------------------------------------------------------------------- */

static void days_wait_for_the_end_of_their_transaction(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 0.000007 OZT");
    settle_half(fixture);
    assert_int_equal(gold_of(fixture, "gc"), -1);
    settle(fixture);
    assert_int_equal(gold_of(fixture, "gc"), 7);
    /* A fact that moves from one day to another is never seen twice, nor not at all. */
    unproduce(fixture, "gc", "2003-06-30", "gold PRODUCED 0.000007 OZT");
    produce(fixture, "gc", "2003-05-31", "gold PRODUCED 0.000007 OZT");
    settle_half(fixture);
    assert_int_equal(gold_of(fixture, "gc"), 7);
    assert_int_equal(mine_at(fixture, "gc")->changed_dates->len, 1);
    settle(fixture);
    assert_int_equal(gold_of(fixture, "gc"), 7);
    assert_int_equal(mine_at(fixture, "gc")->changed_dates->len, 3);
    fixture_free(fixture);
}

/* The record of one fact of gold, and a control record, on a partition. */
static void send(struct world *world, enum hf_topic topic, int32_t partition, const char *mine, int64_t amount)
{
    struct hf_daybook *book = hf_daybook_new();
    const struct hf_control control = {.input_partitions = 8};
    const uint16_t line = topic == HF_TOPIC_PRODUCTION_DAYS
                              ? hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED)
                              : hf_cost_line(HF_ELEMENT_MINING, hf_currency_find("USD", 3));
    struct hf_record record = {.partition = partition, .timestamp_ms = -1};
    uint8_t *bytes;
    hf_daybook_set(book, line, date_of("2003-06-30"), (struct hf_day_total){amount, 1});
    struct hf_restatements *none = hf_restatements_new();
    if (mine)
        hf_day_encode(mine, date_of("2003-06-30"), book, none,
                      topic == HF_TOPIC_PRODUCTION_DAYS ? HF_LINES_PRODUCTION : HF_LINES_COST, &bytes,
                      &record.value_length);
    else
        hf_day_encode_control(&control, &bytes, &record.value_length);
    record.value = (const char *)bytes;
    assert_int_equal(world_apply(world, topic, &record, NULL), HF_OK);
    free(bytes);
    hf_restatements_free(&none);
    hf_daybook_free(&book);
}

static void each_partition_of_each_topic_waits_for_its_own_end(void **state)
{
    struct world *world = world_new();
    (void)state;
    send(world, HF_TOPIC_PRODUCTION_DAYS, 0, "a", 1);
    send(world, HF_TOPIC_PRODUCTION_DAYS, 5, "b", 1);
    send(world, HF_TOPIC_COST_DAYS, 0, "c", 1);
    send(world, HF_TOPIC_COST_DAYS, 5, "d", 1);
    assert_int_equal(g_hash_table_size(world->mines), 0);
    send(world, HF_TOPIC_COST_DAYS, 5, NULL, 0);
    assert_true(g_hash_table_contains(world->mines, "d"));
    assert_int_equal(g_hash_table_size(world->mines), 1);
    send(world, HF_TOPIC_PRODUCTION_DAYS, 0, NULL, 0);
    assert_true(g_hash_table_contains(world->mines, "a"));
    assert_int_equal(g_hash_table_size(world->mines), 2);
    send(world, HF_TOPIC_PRODUCTION_DAYS, 5, NULL, 0);
    send(world, HF_TOPIC_COST_DAYS, 0, NULL, 0);
    assert_int_equal(g_hash_table_size(world->mines), 4);
    world_free(&world);
    assert_null(world);
    world_free(&world);
}

static void production_and_costs_of_a_mine_are_two_books(void **state)
{
    struct world *world = world_new();
    (void)state;
    send(world, HF_TOPIC_PRODUCTION_DAYS, 0, "a", 1);
    send(world, HF_TOPIC_PRODUCTION_DAYS, 0, NULL, 0);
    send(world, HF_TOPIC_COST_DAYS, 0, "a", 1);
    send(world, HF_TOPIC_COST_DAYS, 0, NULL, 0);
    const struct world_mine *mine = g_hash_table_lookup(world->mines, "a");
    assert_int_equal(hf_daybook_line_count(mine->production), 1);
    assert_int_equal(hf_daybook_line_count(mine->costs), 1);
    world_free(&world);
}

/* A record is the whole date: lines that are no longer in it are gone. */
static void a_day_is_replaced_whole(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 0.000007 OZT");
    produce(fixture, "gc", "2003-06-30", "silver PRODUCED 1 OZT");
    produce(fixture, "gc", "2003-06-29", "gold PRODUCED 0.000001 OZT");
    settle(fixture);
    unproduce(fixture, "gc", "2003-06-30", "gold PRODUCED 0.000007 OZT");
    settle(fixture);
    assert_int_equal(gold_of(fixture, "gc"), 1);
    fixture_free(fixture);
}

static void a_days_record_that_can_not_be_read_is_told(void **state)
{
    struct world *world = world_new();
    const struct hf_record garbage = {.value = "\xff\xff", .value_length = 2, .timestamp_ms = -1};
    const struct hf_record newer = {.value = "\x08\x02", .value_length = 2, .timestamp_ms = -1};
    struct hf_error error = {0};
    (void)state;
    assert_int_equal(world_apply(world, HF_TOPIC_PRODUCTION_DAYS, &garbage, &error), HF_EINVAL);
    assert_int_equal(world_apply(world, HF_TOPIC_COST_DAYS, &newer, &error), HF_EINVAL);
    assert_non_null(strstr(error.text, "newer"));
    world_free(&world);
}

/* --- reference data ----------------------------------------------------------------------------------------------- */

static void the_last_record_of_a_key_stands_and_a_tombstone_removes(void **state)
{
    struct fixture *fixture = fixture_new();
    const int gold = hf_material_find("gold", 4), peso = hf_currency_find("MXN", 3), june = 2003 * 12 + 5;
    (void)state;
    add_company(fixture, "acme", "'fiscal_year_start_month':4");
    add_company(fixture, "acme", "'fiscal_year_start_month':7");
    const struct world_company *company = g_hash_table_lookup(fixture->world->companies, "acme");
    assert_int_equal(company->reference->fiscal_year_start_month, 7);
    assert_int_equal(apply_reference(fixture, HF_TOPIC_COMPANIES, "acme", NULL, NULL), HF_OK);
    assert_null(company->reference);

    add_mine(fixture, "gc", "silver", "", "");
    add_mine(fixture, "gc", "gold", "", "");
    assert_int_equal(mine_at(fixture, "gc")->reference->primary_metal, gold);
    assert_int_equal(apply_reference(fixture, HF_TOPIC_MINES, "gc", NULL, NULL), HF_OK);
    assert_null(mine_at(fixture, "gc")->reference);

    add_price(fixture, "gold", "2003-06", "350 USD OZT");
    add_price(fixture, "gold", "2003-06", "12.25 CAD G");
    const struct hf_quote *price = hf_series_get(fixture->world->prices, gold, june);
    assert_int_equal(mpq_cmp_ui(price->value, 49, 4), 0);
    assert_string_equal(hf_currency_code(price->currency), "CAD");
    assert_int_equal(price->unit, HF_UNIT_G);
    assert_int_equal(apply_reference(fixture, HF_TOPIC_PRICES, "gold|2003-06", NULL, NULL), HF_OK);
    assert_null(hf_series_get(fixture->world->prices, gold, june));

    add_rate(fixture, "MXN", "2003-06", "10.5");
    assert_int_equal(mpq_cmp_ui(hf_series_get(fixture->world->fx, peso, june)->value, 21, 2), 0);
    assert_int_equal(apply_reference(fixture, HF_TOPIC_FX, "MXN|2003-06", NULL, NULL), HF_OK);
    assert_null(hf_series_get(fixture->world->fx, peso, june));
    fixture_free(fixture);
}

static void a_bad_record_leaves_what_stood(void **state)
{
    static const struct {
        enum hf_topic topic;
        const char *key, *json, *words;
    } cases[] = {
        {HF_TOPIC_COMPANIES, "acme", "{", "JSON"},
        {HF_TOPIC_COMPANIES, "acme", "{'company_id':'acme','fiscal_year_start_month':13}",
         "fiscal_year_start_month is 13"},
        {HF_TOPIC_COMPANIES, "acme", "{'company_id':'other'}", "company_id \"other\""},
        {HF_TOPIC_COMPANIES, "", NULL, "key"},
        {HF_TOPIC_COMPANIES, "a|b", "{'company_id':'a|b'}", "key"},
        {HF_TOPIC_MINES, "gc", "{'mine_id':'gc','time_zone':'UTC'}", "primary_metal"},
        {HF_TOPIC_MINES, "gc",
         "{'mine_id':'gc','time_zone':'UTC','primary_metal':'gold','interests':["
         "{'company_id':'a','from':'2000-01-01','share':'0.6'},{'company_id':'b','from':'2001-01-01','share':'0.6'}]}",
         "more than 1 on 2001-01-01"},
        {HF_TOPIC_MINES, "", NULL, "key"},
        {HF_TOPIC_PRICES, "gold|2003-06",
         "{'material':'gold','month':'2003-06','price':'0','currency':'USD','unit':'OZT'}", "price is \"0\""},
        {HF_TOPIC_PRICES, "gold|2003-06",
         "{'material':'gold','month':'2003-07','price':'1','currency':'USD','unit':'OZT'}", "gold|2003-06"},
        {HF_TOPIC_PRICES, "gold", NULL, "\"gold\""},
        {HF_TOPIC_PRICES, "mithril|2003-06", NULL, "mithril"},
        {HF_TOPIC_FX, "MXN|2003-06", "{'currency':'MXN','month':'2003-06','per_usd':'-1'}", "per_usd is \"-1\""},
        {HF_TOPIC_FX, "MXN|2003-13", NULL, "2003-13"},
        {HF_TOPIC_FX, "", NULL, "\"\""},
    };
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "'fiscal_year_start_month':7");
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 0.5", "");
    add_price(fixture, "gold", "2003-06", "350 USD OZT");
    add_rate(fixture, "MXN", "2003-06", "10.5");
    world_clear_changes(fixture->world);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_error error = {0};
        assert_int_equal(apply_reference(fixture, cases[i].topic, cases[i].key, cases[i].json, &error), HF_EINVAL);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        if (!strstr(error.text, cases[i].words))
            fail_msg("case %zu: \"%s\"", i, error.text);
    }
    const struct world_company *company = g_hash_table_lookup(fixture->world->companies, "acme");
    assert_int_equal(company->reference->fiscal_year_start_month, 7);
    assert_false(company->is_changed);
    assert_int_equal(mine_at(fixture, "gc")->reference->interest_count, 1);
    assert_false(mine_at(fixture, "gc")->is_reference_changed);
    assert_non_null(hf_series_get(fixture->world->prices, hf_material_find("gold", 4), 2003 * 12 + 5));
    assert_non_null(hf_series_get(fixture->world->fx, hf_currency_find("MXN", 3), 2003 * 12 + 5));
    assert_false(fixture->world->is_market_changed);
    assert_int_equal(g_hash_table_size(fixture->world->mines), 1);
    assert_int_equal(g_hash_table_size(fixture->world->companies), 1);
    fixture_free(fixture);
}

static void what_changed_is_remembered_until_it_is_cleared(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 1 OZT"); /* days may come before the mine itself */
    settle(fixture);
    const struct world_mine *mine = mine_at(fixture, "gc");
    assert_null(mine->reference);
    assert_false(mine->is_reference_changed);
    assert_int_equal(mine->changed_dates->len, 1);
    assert_date_equal(g_array_index(mine->changed_dates, int32_t, 0), "2003-06-30");
    add_mine(fixture, "gc", "gold", "", "");
    assert_true(mine->is_reference_changed);
    add_company(fixture, "acme", "");
    const struct world_company *company = g_hash_table_lookup(fixture->world->companies, "acme");
    assert_true(company->is_changed);
    assert_false(fixture->world->is_market_changed);
    add_rate(fixture, "MXN", "2003-06", "10");
    assert_true(fixture->world->is_market_changed);
    world_clear_changes(fixture->world);
    assert_int_equal(mine->changed_dates->len, 0);
    assert_false(mine->is_reference_changed || company->is_changed || fixture->world->is_market_changed);
    assert_int_equal(gold_of(fixture, "gc"), 1000000); /* only the memory of the change is gone */
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_wait_for_the_end_of_their_transaction),
        cmocka_unit_test(each_partition_of_each_topic_waits_for_its_own_end),
        cmocka_unit_test(production_and_costs_of_a_mine_are_two_books),
        cmocka_unit_test(a_day_is_replaced_whole),
        cmocka_unit_test(a_days_record_that_can_not_be_read_is_told),
        cmocka_unit_test(the_last_record_of_a_key_stands_and_a_tombstone_removes),
        cmocka_unit_test(a_bad_record_leaves_what_stood),
        cmocka_unit_test(what_changed_is_remembered_until_it_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
