/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what a metal cost: the ladder, credits, matched days. All in US dollars; rates and prices are in
 * test_unit_cost_rates.c, co-products and corporate cost have files of their own. */
#include "unit_cost.h"

#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "headframe/vocabulary.h"

#define SILVER "unit_costs[metal=silver,method=by_product]"
#define GOLD "unit_costs[metal=gold,method=by_product]"
#define NO_STEPS(entry)                                                                              \
    {entry ".production", "null"}, {entry ".cash_operating", "null"}, {entry ".total_cash", "null"}, \
        {entry ".total_production", "null"},                                                         \
    {                                                                                                \
        entry ".all_in_sustaining", "null"                                                           \
    }

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

/* --- the ladder --------------------------------------------------------------------------------------------------- */

static void an_element_enters_the_steps_of_the_contract(void **state)
{
    static const struct {
        const char *element;
        const char *steps; /* one letter for each step in order: x where the 7 dollars are in it */
        int is_credit;
    } cases[] = {
        {"MINING", "xxxx", 0},
        {"PROCESSING", "xxxx", 0},
        {"SITE_ADMINISTRATION", "xxxx", 0},
        {"DEVELOPMENT", "xxxx", 0},
        {"TREATMENT_REFINING", "xxxx", 0},
        {"INVENTORY_CHANGE", "xxxx", 0},
        {"OTHER_OPERATING", "xxxx", 0},
        {"ROYALTY", "-xxx", 0},
        {"PRODUCTION_TAX", "-xxx", 0},
        {"DEPRECIATION", "--x-", 0},
        {"RECLAMATION", "--xx", 0},
        {"SUSTAINING_CAPITAL", "---x", 0},
        {"SUSTAINING_EXPLORATION", "---x", 0},
        {"CORPORATE_ADMINISTRATION", "---x", 0},
        {"EXPLORATION", "----", 0},
        {"GROWTH_CAPITAL", "----", 0},
        {"BY_PRODUCT_CREDIT", "----", 1},
    };
    (void)state;
    assert_int_equal(COUNT(cases), HF_ELEMENT_COUNT);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme_with_gc("1");
        g_autofree char *fact = g_strdup_printf("%s 7 USD", cases[i].element);
        add_june(fixture, "gc", "MINING 30 USD");
        spend(fixture, "gc", "2003-06-15", "2003-06-15", fact);
        settle(fixture);
        json_t *records[] = {company_record(fixture, "acme", "month", "2003-06-01"),
                             mine_record(fixture, "gc", "month", "2003-06-01")};
        print_message("  %s\n", cases[i].element);
        for (int step = 0; step < HF_STEP_COUNT; step++)
            for (size_t j = 0; j < COUNT(records); j++) {
                const char *name = hf_step_name((enum hf_step)step);
                int is_in = cases[i].steps[step] == 'x';
                g_autofree char *before = g_strdup_printf(SILVER ".%s.before_credits", name);
                g_autofree char *credits = g_strdup_printf(SILVER ".%s.credits", name);
                g_autofree char *after = g_strdup_printf(SILVER ".%s.after_credits", name);
                g_autofree char *per_unit = g_strdup_printf(SILVER ".%s.per_unit", name);
                ASSERT_FIGURES(records[j], {before, is_in ? "37.00" : "30.00"},
                               {credits, cases[i].is_credit ? "7.00" : "0.00"},
                               {after, is_in                ? "37.00"
                                       : cases[i].is_credit ? "23.00"
                                                            : "30.00"},
                               {per_unit, is_in                ? "0.3700"
                                          : cases[i].is_credit ? "0.2300"
                                                               : "0.3000"});
            }
        json_decref(records[0]);
        json_decref(records[1]);
        fixture_free(fixture);
    }
}

/* At 100 %: 1000 + 50 royalty, + 200 + 30, or + 30 + 70; credits of 1300 in every step; over 100 ounces. */
static void credits_may_make_a_metal_cost_less_than_nothing(void **state)
{
    static const char *const shares[] = {"1", "0.5"};
    static const char *const amounts[][9] = {
        {"100.000", "1000.00", "1300.00", "-300.00", "1050.00", "-250.00", "1280.00", "-20.00", "1150.00"},
        {"50.000", "500.00", "650.00", "-150.00", "525.00", "-125.00", "640.00", "-10.00", "575.00"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(shares); i++) {
        struct fixture *fixture = acme_with_gc(shares[i]);
        add_june(fixture, "gc", "MINING 1000 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "ROYALTY 50 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "DEPRECIATION 200 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "RECLAMATION 30 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "SUSTAINING_CAPITAL 70 USD");
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "BY_PRODUCT_CREDIT 1300 USD");
        settle(fixture);
        json_t *record = company_record(fixture, "acme", "half", "2003-06-01");
        ASSERT_FIGURES(
            record, {SILVER ".currency", "USD"}, {SILVER ".unit", "OZT"}, {SILVER ".matched_through", "2003-06-30"},
            {SILVER ".unmatched", "[]"}, {SILVER ".production", amounts[i][0]},
            {SILVER ".cash_operating.before_credits", amounts[i][1]}, {SILVER ".cash_operating.credits", amounts[i][2]},
            {SILVER ".cash_operating.after_credits", amounts[i][3]}, {SILVER ".cash_operating.per_unit", "-3.0000"},
            {SILVER ".total_cash.before_credits", amounts[i][4]}, {SILVER ".total_cash.after_credits", amounts[i][5]},
            {SILVER ".total_cash.per_unit", "-2.5000"}, {SILVER ".total_production.before_credits", amounts[i][6]},
            {SILVER ".total_production.after_credits", amounts[i][7]}, {SILVER ".total_production.per_unit", "-0.2000"},
            {SILVER ".all_in_sustaining.before_credits", amounts[i][8]},
            {SILVER ".all_in_sustaining.per_unit", "-1.5000"}, {SILVER ".mines[mine=gc].matched_through", "2003-06-30"},
            {SILVER ".mines[mine=gc].production", amounts[i][0]},
            {SILVER ".mines[mine=gc].total_cash.per_unit", "-2.5000"}, {"missing", "[]"});
        json_decref(record);
        fixture_free(fixture);
    }
}

static void a_companys_unit_cost_is_no_average_of_its_mines(void **state)
{
    struct fixture *fixture = acme_with_gc("0.5");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1", "");
    add_june(fixture, "gc", "MINING 1000 USD"); /* 500 over 50 ounces: 10 */
    produce(fixture, "lf", "2003-06-30", "silver PRODUCED 150 OZT");
    spend(fixture, "lf", "2003-06-01", "2003-06-30", "PROCESSING 600 USD"); /* 600 over 150 ounces: 4 */
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(record, {SILVER ".production", "200.000"}, {SILVER ".cash_operating.before_credits", "1100.00"},
                   {SILVER ".cash_operating.per_unit", "5.5000"},
                   {SILVER ".mines[mine=gc].cash_operating.per_unit", "10.0000"},
                   {SILVER ".mines[mine=lf].cash_operating.per_unit", "4.0000"});
    json_decref(record);
    fixture_free(fixture);
}

static void by_product_gold_is_not_in_the_denominator_of_golds_cost(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "lc", "gold", "acme 2000-01-01 1", "");
    add_june(fixture, "gc", "MINING 1000 USD");
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 40 OZT");
    produce(fixture, "lc", "2003-06-30", "gold PRODUCED 3 OZT");
    produce(fixture, "lc", "2003-06-30", "silver PRODUCED 5 OZT");
    spend(fixture, "lc", "2003-06-01", "2003-06-30", "MINING 900 USD");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(record, {GOLD ".production", "3.000"}, {GOLD ".cash_operating.per_unit", "300.0000"},
                   {GOLD ".mines[mine=gc]", NULL}, {SILVER ".production", "100.000"},
                   {SILVER ".cash_operating.per_unit", "10.0000"}, {SILVER ".mines[mine=lc]", NULL},
                   {"production[material=gold].attributable", "43.000"});
    json_decref(record);
    fixture_free(fixture);
}

/* Only what was PRODUCED of the metal: neither other stages nor other windows. */
static void only_production_of_the_window_is_the_denominator(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_june(fixture, "gc", "MINING 1000 USD");
    produce(fixture, "gc", "2003-06-30", "silver CONTAINED 900 OZT");
    produce(fixture, "gc", "2003-06-30", "silver SOLD 900 OZT");
    produce(fixture, "gc", "2003-06-29", "silver PRODUCED 25 OZT ESTIMATE"); /* every quality counts */
    produce(fixture, "gc", "2003-05-31", "silver PRODUCED 900 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(record, {SILVER ".production", "125.000"}, {SILVER ".cash_operating.per_unit", "8.0000"});
    json_decref(record);
    fixture_free(fixture);
}

/* --- matched days ------------------------------------------------------------------------------------------------- */

static void cost_and_production_count_up_to_the_earlier_clock(void **state)
{
    static const struct {
        const char *name;
        const char *costs_through; /* of 10 dollars a day from 2003-01-01 */
        const char *produced_on;   /* 90 ounces; 10 more on 2003-05-31 */
        const char *kind, *date;
        const char *matched, *production, *cost, *per_unit; /* matched NULL: null */
    } cases[] = {
        {"costs are behind", "2003-05-31", "2003-06-30", "half", "2003-06-30", "2003-05-31", "10.000", "1510.00",
         "151.0000"},
        {"costs are not there for the month", "2003-05-31", "2003-06-30", "month", "2003-06-30", NULL, NULL, NULL,
         NULL},
        {"production is behind", "2003-07-31", "2003-06-30", "year", "2003-06-30", "2003-06-30", "100.000", "1810.00",
         "18.1000"},
        {"production is not there for the month", "2003-07-31", "2003-06-30", "month", "2003-07-31", NULL, NULL, NULL,
         NULL},
        {"both are past the window", "2003-07-31", "2003-07-31", "half", "2003-06-30", "2003-06-30", "10.000",
         "1810.00", "181.0000"},
        {"matched on the window's first day", "2003-06-01", "2003-06-30", "month", "2003-06-30", "2003-06-01", "0.000",
         "10.00", "null"},
        {"everything", "2003-06-30", "2003-06-30", "all", "2003-06-30", "2003-06-30", "100.000", "1810.00", "18.1000"},
        {"seven days", "2003-06-28", "2003-06-30", "rolling-7d", NULL, "2003-06-28", "0.000", "50.00", "null"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme_with_gc("1");
        int days = date_of(cases[i].costs_through) - date_of("2003-01-01") + 1;
        g_autofree char *cost = g_strdup_printf("MINING %d USD", 10 * days);
        produce(fixture, "gc", "2003-05-31", "silver PRODUCED 10 OZT");
        produce(fixture, "gc", cases[i].produced_on, "silver PRODUCED 90 OZT");
        spend(fixture, "gc", "2003-01-01", cases[i].costs_through, cost);
        settle(fixture);
        print_message("  %s\n", cases[i].name);
        json_t *records[] = {company_record(fixture, "acme", cases[i].kind, cases[i].date),
                             mine_record(fixture, "gc", cases[i].kind, cases[i].date)};
        for (size_t j = 0; j < COUNT(records); j++)
            if (cases[i].matched)
                ASSERT_FIGURES(records[j], {SILVER ".matched_through", cases[i].matched},
                               {SILVER ".production", cases[i].production},
                               {SILVER ".cash_operating.before_credits", cases[i].cost},
                               {SILVER ".cash_operating.per_unit", cases[i].per_unit});
            else
                ASSERT_FIGURES(records[j], {SILVER ".matched_through", "null"}, NO_STEPS(SILVER));
        ASSERT_FIGURES(records[0], {SILVER ".unmatched", cases[i].matched ? "[]" : "[\"gc\"]"},
                       {SILVER ".mines[mine=gc].matched_through", cases[i].matched ? cases[i].matched : "null"});
        json_decref(records[0]);
        json_decref(records[1]);
        fixture_free(fixture);
    }
}

static void a_mine_without_matched_days_is_listed_and_counts_nowhere(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "a-no-costs", "silver", "acme 2000-01-01 1", "");
    add_mine(fixture, "b-no-production", "silver", "acme 2000-01-01 1", "");
    add_mine(fixture, "c-old-costs", "silver", "acme 2000-01-01 1", "");
    add_mine(fixture, "d-other-window", "silver", "acme 2000-01-01 1", "");
    add_june(fixture, "gc", "MINING 1000 USD");
    produce(fixture, "a-no-costs", "2003-06-30", "silver PRODUCED 7777 OZT");
    spend(fixture, "b-no-production", "2003-06-01", "2003-06-30", "MINING 7777 USD");
    produce(fixture, "c-old-costs", "2003-06-30", "silver PRODUCED 7777 OZT");
    spend(fixture, "c-old-costs", "2003-05-01", "2003-05-31", "MINING 7777 USD");
    produce(fixture, "d-other-window", "2003-05-31", "silver PRODUCED 7777 OZT");
    spend(fixture, "d-other-window", "2003-05-01", "2003-05-31", "MINING 7777 USD");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(record, {SILVER ".matched_through", "2003-06-30"},
                   {SILVER ".unmatched", "[\"a-no-costs\",\"b-no-production\",\"c-old-costs\"]"},
                   {SILVER ".production", "100.000"}, {SILVER ".cash_operating.per_unit", "10.0000"},
                   {SILVER ".mines[mine=a-no-costs].matched_through", "null"},
                   NO_STEPS(SILVER ".mines[mine=a-no-costs]"), NO_STEPS(SILVER ".mines[mine=b-no-production]"),
                   NO_STEPS(SILVER ".mines[mine=c-old-costs]"), {SILVER ".mines[mine=d-other-window]", NULL},
                   {SILVER ".mines[mine=gc].production", "100.000"}, {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

static void an_entry_is_matched_through_its_earliest_mine(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1", "");
    add_june(fixture, "gc", "MINING 1000 USD");
    produce(fixture, "lf", "2003-06-10", "silver PRODUCED 50 OZT");
    produce(fixture, "lf", "2003-06-30", "silver PRODUCED 7777 OZT");
    spend(fixture, "lf", "2003-06-01", "2003-06-20", "MINING 200 USD");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "half", "2003-06-01");
    /* Each mine up to its own day: 1200 over 150. */
    ASSERT_FIGURES(record, {SILVER ".matched_through", "2003-06-20"}, {SILVER ".unmatched", "[]"},
                   {SILVER ".production", "150.000"}, {SILVER ".cash_operating.before_credits", "1200.00"},
                   {SILVER ".cash_operating.per_unit", "8.0000"},
                   {SILVER ".mines[mine=gc].matched_through", "2003-06-30"},
                   {SILVER ".mines[mine=lf].matched_through", "2003-06-20"});
    json_decref(record);
    fixture_free(fixture);
}

static void there_is_an_entry_for_each_metal_of_a_mine_with_a_fact(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "lc", "gold", "acme 2000-01-01 1", "");
    add_mine(fixture, "zh", "zinc", "acme 2000-01-01 1;acme 2003-06-01 0", "");
    add_mine(fixture, "nl", "lead", "acme 2000-01-01 1", "");
    add_mine(fixture, "hq", "copper", "acme 2000-01-01 1", "'status':'corporate'");
    produce(fixture, "gc", "2003-06-30", "ore MILLED 0 T");                             /* any production fact */
    spend(fixture, "lc", "2003-06-01", "2003-06-30", "EXPLORATION 0 USD");              /* any cost fact */
    produce(fixture, "zh", "2003-06-30", "zinc PRODUCED 1 T");                          /* sold */
    produce(fixture, "nl", "2003-05-31", "lead PRODUCED 1 T");                          /* of another window */
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "CORPORATE_ADMINISTRATION 1 USD"); /* no mine */
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    assert_int_equal(json_array_size(json_at(record, "unit_costs")), 2);
    ASSERT_FIGURES(record, {GOLD ".unmatched", "[\"lc\"]"}, {SILVER ".unmatched", "[\"gc\"]"});
    json_decref(record);
    fixture_free(fixture);
}

static void without_production_above_0_there_is_no_cost_per_unit(void **state)
{
    static const char *const facts[] = {"silver PRODUCED 0 OZT", "silver PRODUCED -5 OZT", "ore MILLED 5 T"};
    static const char *const produced[] = {"0.000", "-5.000", "0.000"};
    (void)state;
    for (size_t i = 0; i < COUNT(facts); i++) {
        struct fixture *fixture = acme_with_gc("1");
        produce(fixture, "gc", "2003-06-30", facts[i]);
        spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 1000 USD");
        settle(fixture);
        json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
        ASSERT_FIGURES(record, {SILVER ".matched_through", "2003-06-30"}, {SILVER ".production", produced[i]},
                       {SILVER ".total_cash.after_credits", "1000.00"}, {SILVER ".total_cash.per_unit", "null"},
                       {SILVER ".mines[mine=gc].total_cash.after_credits", "1000.00"},
                       {SILVER ".mines[mine=gc].total_cash.per_unit", "null"});
        json_decref(record);
        fixture_free(fixture);
    }
}

/* 1.00 over three days is 0.333333, 0.333333 and 0.333334, cut where the window ends. */
static void a_window_takes_its_part_of_a_cost_and_rounds_once(void **state)
{
    static const struct {
        const char *kind, *date, *share, *before, *per_unit; /* over 3 ounces on each of the days */
    } cases[] = {
        {"day", "2003-06-29", "1", "0.33", "0.1111"},     {"month", "2003-06-01", "1", "0.67", "0.1111"},
        {"month", "2003-07-01", "1", "0.33", "0.1111"},   {"all", "2003-07-01", "1", "1.00", "0.1111"},
        {"all", "2003-07-01", "0.005", "0.00", "0.1111"}, /* half a cent, to even */
        {"all", "2003-07-01", "0.015", "0.02", "0.1111"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme_with_gc(cases[i].share);
        produce(fixture, "gc", "2003-06-29", "silver PRODUCED 3 OZT");
        produce(fixture, "gc", "2003-06-30", "silver PRODUCED 3 OZT");
        produce(fixture, "gc", "2003-07-01", "silver PRODUCED 3 OZT");
        spend(fixture, "gc", "2003-06-29", "2003-07-01", "MINING 1 USD");
        settle(fixture);
        json_t *record = company_record(fixture, "acme", cases[i].kind, cases[i].date);
        ASSERT_FIGURES(record, {SILVER ".cash_operating.before_credits", cases[i].before},
                       {SILVER ".cash_operating.per_unit", cases[i].per_unit});
        json_decref(record);
        fixture_free(fixture);
    }
}

/* --- a mine's own record ------------------------------------------------------------------------------------------ */

static void a_mine_sees_itself_whole_in_dollars(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "'primary_metal':'silver','reporting_currency':'CAD'");
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 0.25", "");
    add_rate(fixture, "CAD", "2003-06", "1.5");
    add_june(fixture, "gc", "MINING 1000 USD");
    spend(fixture, "gc", "2003-06-01", "2003-07-10", "EXPLORATION 40 USD");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 300 CAD");
    settle(fixture);
    json_t *mine = mine_record(fixture, "gc", "quarter", "2003-06-01");
    json_t *july = mine_record(fixture, "gc", "month", "2003-07-01");
    ASSERT_FIGURES(mine, {SILVER ".currency", "USD"}, {SILVER ".production", "100.000"},
                   {SILVER ".cash_operating.before_credits", "1200.00"}, {SILVER ".unmatched", NULL},
                   {SILVER ".mines", NULL}, {"other_costs", NULL}, {"stale", NULL},
                   /* costs: all days, as they were spent */
                   {"costs[element=EXPLORATION].amount", "30.00"}, {"costs[element=EXPLORATION].currency", "USD"},
                   {"costs[element=MINING,currency=CAD].amount", "300.00"},
                   {"costs[element=MINING,currency=USD].amount", "1000.00"});
    ASSERT_FIGURES(july, {SILVER ".matched_through", "null"}, {"costs[element=EXPLORATION].amount", "10.00"},
                   {"costs[element=MINING]", NULL});
    const json_t *costs = json_at(mine, "costs");
    assert_int_equal(json_array_size(costs), 3); /* sorted by element and currency */
    assert_string_equal(json_string_value(json_object_get(json_array_get(costs, 0), "element")), "EXPLORATION");
    assert_string_equal(json_string_value(json_object_get(json_array_get(costs, 1), "currency")), "CAD");
    json_decref(mine);
    json_decref(july);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_element_enters_the_steps_of_the_contract),
        cmocka_unit_test(credits_may_make_a_metal_cost_less_than_nothing),
        cmocka_unit_test(a_companys_unit_cost_is_no_average_of_its_mines),
        cmocka_unit_test(by_product_gold_is_not_in_the_denominator_of_golds_cost),
        cmocka_unit_test(only_production_of_the_window_is_the_denominator),
        cmocka_unit_test(cost_and_production_count_up_to_the_earlier_clock),
        cmocka_unit_test(a_mine_without_matched_days_is_listed_and_counts_nowhere),
        cmocka_unit_test(an_entry_is_matched_through_its_earliest_mine),
        cmocka_unit_test(there_is_an_entry_for_each_metal_of_a_mine_with_a_fact),
        cmocka_unit_test(without_production_above_0_there_is_no_cost_per_unit),
        cmocka_unit_test(a_window_takes_its_part_of_a_cost_and_rounds_once),
        cmocka_unit_test(a_mine_sees_itself_whole_in_dollars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
