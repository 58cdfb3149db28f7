/* SPDX-License-Identifier: Apache-2.0 */
/* Proves how a mine's cost is split over its metals by what is payable of them. */
#include "unit_cost.h"

#include "figures.h"

#define SILVER "unit_costs[metal=silver,method=by_product]"
#define CO_SILVER "unit_costs[metal=silver,method=co_product]"
#define CO_GOLD "unit_costs[metal=gold,method=co_product]"

/* The company acme, whose metal is silver, with the silver mine gc. */
static struct fixture *acme_with_gc(const char *share)
{
    struct fixture *fixture = fixture_new();
    g_autofree char *interest = g_strdup_printf("acme 2000-01-01 %s", share);
    add_company(fixture, "acme", "'primary_metal':'silver'");
    add_mine(fixture, "gc", "silver", interest, "");
    return fixture;
}

/* June at a mine: 100 ounces of silver on its last day, and mining cost through it. */
static void add_june(struct fixture *fixture, const char *mine, const char *mining)
{
    produce(fixture, mine, "2003-06-30", "silver PRODUCED 100 OZT");
    spend(fixture, mine, "2003-06-01", "2003-06-30", mining);
}

/* The record of June. */
static json_t *june_of(struct fixture *fixture)
{
    settle(fixture);
    return company_record(fixture, "acme", "month", "2003-06-01");
}

/* Silver 1000 × 5 and gold 30 × 500: a quarter of the value is silver. Cost 4000, credits aside. */
static void co_product_cost_is_split_by_payable_value(void **state)
{
    static const char *const shares[] = {"1", "0.5"};
    static const char *const amounts[][5] = {{"800.000", "1000.00", "20.000", "3000.00", "1100.00"},
                                             {"400.000", "500.00", "10.000", "1500.00", "550.00"}};
    (void)state;
    for (size_t i = 0; i < COUNT(shares); i++) {
        struct fixture *fixture = acme_with_gc(shares[i]);
        add_price(fixture, "silver", "2003-06", "5 USD OZT");
        add_price(fixture, "gold", "2003-06", "500 USD OZT");
        produce(fixture, "gc", "2003-06-30", "silver PRODUCED 800 OZT");
        produce(fixture, "gc", "2003-06-30", "gold PRODUCED 20 OZT");
        produce(fixture, "gc", "2003-06-30", "silver PAYABLE 1000 OZT");
        produce(fixture, "gc", "2003-06-30", "gold PAYABLE 30 OZT");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 4000 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "ROYALTY 400 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "BY_PRODUCT_CREDIT 7777 USD");
        settle(fixture);
        json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
        ASSERT_FIGURES(
            record, {CO_SILVER ".production", amounts[i][0]},
            {CO_SILVER ".cash_operating.before_credits", amounts[i][1]}, {CO_SILVER ".cash_operating.credits", "0.00"},
            {CO_SILVER ".cash_operating.after_credits", amounts[i][1]},
            {CO_SILVER ".cash_operating.per_unit", "1.2500"}, {CO_SILVER ".total_cash.before_credits", amounts[i][4]},
            {CO_SILVER ".total_cash.per_unit", "1.3750"}, {CO_GOLD ".production", amounts[i][2]},
            {CO_GOLD ".cash_operating.before_credits", amounts[i][3]}, {CO_GOLD ".cash_operating.per_unit", "150.0000"},
            {CO_GOLD ".unit", "OZT"}, {CO_GOLD ".matched_through", "2003-06-30"}, {CO_GOLD ".unmatched", "[]"},
            {CO_GOLD ".mines[mine=gc].cash_operating.per_unit", "150.0000"}, {"missing", "[]"});
        json_decref(record);
        fixture_free(fixture);
    }
}

/* A third of 1000 and three sevenths of half of 1400: neither is a decimal, nor have they a denominator in common. */
static void a_company_adds_up_mines_that_split_differently(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 0.5", "");
    add_price(fixture, "silver", "2003-06", "5 USD OZT");
    add_price(fixture, "gold", "2003-06", "500 USD OZT");
    add_june(fixture, "gc", "MINING 1000 USD");
    add_june(fixture, "lf", "MINING 1400 USD");
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 100 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 2 OZT");
    produce(fixture, "lf", "2003-06-30", "silver PAYABLE 300 OZT");
    produce(fixture, "lf", "2003-06-30", "gold PAYABLE 4 OZT");
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {CO_SILVER ".mines[mine=gc].total_cash.before_credits", "333.33"},
                   {CO_SILVER ".mines[mine=lf].total_cash.before_credits", "300.00"},
                   {CO_SILVER ".production", "150.000"}, {CO_SILVER ".total_cash.before_credits", "633.33"},
                   {CO_SILVER ".total_cash.per_unit", "4.2222"}, {CO_GOLD ".total_cash.before_credits", "1066.67"},
                   {CO_GOLD ".total_cash.per_unit", "null"}, {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

static void co_product_entries_stand_beside_by_product_in_order(void **state)
{
    static const char *const expected[] = {"gold co_product", "silver by_product", "silver co_product",
                                           "zinc by_product", "zinc co_product"};
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "zh", "zinc", "acme 2000-01-01 1", "");
    add_june(fixture, "gc", "MINING 1000 USD");
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 1 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 0 OZT"); /* a live fact, be it 0 */
    produce(fixture, "gc", "2003-07-01", "lead PAYABLE 1 T");   /* past the matched day */
    produce(fixture, "gc", "2003-06-30", "ore PAYABLE 1 T");    /* no metal */
    produce(fixture, "zh", "2003-06-30", "zinc PAYABLE 1 T");
    spend(fixture, "zh", "2003-06-01", "2003-06-30", "MINING 1000 USD");
    add_price(fixture, "silver", "2003-06", "5 USD OZT");
    add_price(fixture, "gold", "2003-06", "350 USD OZT");
    add_price(fixture, "zinc", "2003-06", "800 USD T");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "half", "2003-06-01");
    const json_t *entries = json_at(record, "unit_costs");
    assert_int_equal(json_array_size(entries), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const json_t *entry = json_array_get(entries, i);
        g_autofree char *shown = g_strdup_printf("%s %s", json_string_value(json_object_get(entry, "metal")),
                                                 json_string_value(json_object_get(entry, "method")));
        assert_string_equal(shown, expected[i]);
    }
    ASSERT_FIGURES(record, {CO_GOLD ".cash_operating.before_credits", "0.00"},
                   {CO_GOLD ".cash_operating.per_unit", "null"}, {CO_SILVER ".mines[mine=zh]", NULL},
                   {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

static void an_unmatched_mine_is_in_no_co_product_entry(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 1 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(record, {CO_SILVER, NULL}, {SILVER ".unmatched", "[\"gc\"]"}, {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

/* Reading: where the values do not sum to more than 0 there is nothing to split by. */
static void values_that_do_not_sum_above_0_split_nothing(void **state)
{
    static const char *const payable[] = {"silver PAYABLE 0 OZT", "silver PAYABLE -1 OZT"};
    (void)state;
    for (size_t i = 0; i < COUNT(payable); i++) {
        struct fixture *fixture = acme_with_gc("1");
        add_june(fixture, "gc", "MINING 1000 USD");
        produce(fixture, "gc", "2003-06-30", payable[i]);
        add_price(fixture, "silver", "2003-06", "5 USD OZT");
        settle(fixture);
        json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
        ASSERT_FIGURES(record, {CO_SILVER ".production", "100.000"}, {CO_SILVER ".cash_operating", "null"},
                       {CO_SILVER ".all_in_sustaining", "null"}, {SILVER ".cash_operating.per_unit", "10.0000"},
                       {"missing", "[]"});
        json_decref(record);
        fixture_free(fixture);
    }
}

static void a_co_product_without_every_price_states_no_cost(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_june(fixture, "gc", "MINING 1000 USD");
    add_price(fixture, "silver", "2003-06", "5 USD OZT");
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 10 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 1 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 2 OZT");
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {CO_SILVER ".production", "100.000"}, {CO_SILVER ".cash_operating", "null"},
                   {CO_GOLD ".production", "2.000"}, {CO_GOLD ".total_cash", "null"},
                   {SILVER ".total_cash.per_unit", "10.0000"}, {"missing", "[\"price gold 2003-06\"]"});
    json_decref(record);
    fixture_free(fixture);
}

/* 10 ounces of gold at 300 in May and 10 at 500 in June against 800 of silver at 5: 8000 to 4000, of 3000 dollars. */
static void payable_metal_is_valued_month_by_month(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_june(fixture, "gc", "MINING 1000 USD");
    add_price(fixture, "gold", "2003-05", "300 USD OZT");
    add_price(fixture, "gold", "2003-06", "500 USD OZT");
    add_price(fixture, "silver", "2003-06", "5 USD OZT");
    produce(fixture, "gc", "2003-05-31", "gold PAYABLE 10 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 10 OZT");
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 800 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 10 OZT");
    spend(fixture, "gc", "2003-05-01", "2003-05-31", "MINING 2000 USD");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "quarter", "2003-06-01");
    ASSERT_FIGURES(record, {CO_GOLD ".cash_operating.before_credits", "2000.00"},
                   {CO_GOLD ".cash_operating.per_unit", "200.0000"},
                   {CO_SILVER ".cash_operating.before_credits", "1000.00"},
                   {CO_SILVER ".cash_operating.per_unit", "10.0000"}, {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(co_product_cost_is_split_by_payable_value),
        cmocka_unit_test(a_company_adds_up_mines_that_split_differently),
        cmocka_unit_test(co_product_entries_stand_beside_by_product_in_order),
        cmocka_unit_test(an_unmatched_mine_is_in_no_co_product_entry),
        cmocka_unit_test(values_that_do_not_sum_above_0_split_nothing),
        cmocka_unit_test(a_co_product_without_every_price_states_no_cost),
        cmocka_unit_test(payable_metal_is_valued_month_by_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
