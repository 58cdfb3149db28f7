/* SPDX-License-Identifier: Apache-2.0 */
/* Proves where the cost of corporate offices goes, and what is told of costs outside the ladder. */
#include "unit_cost.h"

#include <string.h>

#include "figures.h"

#define SILVER "unit_costs[metal=silver,method=by_product]"
#define GOLD "unit_costs[metal=gold,method=by_product]"
#define CO_SILVER "unit_costs[metal=silver,method=co_product]"

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

/* An office hq that spends 10 dollars a day on administration from 2003-01-01 to through. */
static void add_office(struct fixture *fixture, const char *share, const char *through)
{
    g_autofree char *interest = g_strdup_printf("acme 2000-01-01 %s", share);
    g_autofree char *cost =
        g_strdup_printf("CORPORATE_ADMINISTRATION %d USD", 10 * (date_of(through) - date_of("2003-01-01") + 1));
    add_mine(fixture, "hq", "silver", interest, "'status':'corporate'");
    spend(fixture, "hq", "2003-01-01", through, cost);
}

static void corporate_cost_enters_the_all_in_step_of_the_companys_metal_only(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "lc", "gold", "acme 2000-01-01 1", "");
    add_june(fixture, "gc", "MINING 1000 USD");
    produce(fixture, "lc", "2003-06-30", "gold PRODUCED 3 OZT");
    spend(fixture, "lc", "2003-06-01", "2003-06-30", "MINING 900 USD");
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 100 OZT");
    add_price(fixture, "silver", "2003-06", "5 USD OZT");
    add_office(fixture, "0.5", "2003-06-30");                                     /* 150 of June */
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "RECLAMATION 60 USD");       /* 30 */
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "BY_PRODUCT_CREDIT 20 USD"); /* 10 off */
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "DEPRECIATION 7777 USD");    /* of no all-in step */
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "EXPLORATION 8 USD");
    produce(fixture, "hq", "2003-06-30", "silver PRODUCED 7777 OZT"); /* an office is no mine */
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(
        record, {SILVER ".production", "100.000"}, {SILVER ".total_cash.after_credits", "1000.00"},
        {SILVER ".total_production.after_credits", "1000.00"}, {SILVER ".total_cash.credits", "0.00"},
        {SILVER ".all_in_sustaining.before_credits", "1180.00"}, {SILVER ".all_in_sustaining.credits", "10.00"},
        {SILVER ".all_in_sustaining.after_credits", "1170.00"}, {SILVER ".all_in_sustaining.per_unit", "11.7000"},
        {SILVER ".mines[mine=gc].all_in_sustaining.after_credits", "1000.00"}, {SILVER ".mines[mine=hq]", NULL},
        {GOLD ".all_in_sustaining.after_credits", "900.00"}, {CO_SILVER ".all_in_sustaining.after_credits", "1000.00"},
        {"other_costs[element=EXPLORATION].amount", "4.00"}, {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

static void corporate_cost_counts_up_to_the_latest_matched_day(void **state)
{
    struct fixture *fixture = acme_with_gc("1");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1", "");
    produce(fixture, "gc", "2003-06-10", "silver PRODUCED 100 OZT");
    spend(fixture, "gc", "2003-06-01", "2003-06-10", "MINING 1000 USD");
    produce(fixture, "lf", "2003-06-20", "silver PRODUCED 100 OZT");
    spend(fixture, "lf", "2003-06-01", "2003-06-20", "MINING 1000 USD");
    add_office(fixture, "1", "2003-06-30");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(record, {SILVER ".matched_through", "2003-06-10"},
                   {SILVER ".all_in_sustaining.before_credits", "2200.00"}); /* 20 days of 10 */
    json_decref(record);
    fixture_free(fixture);
}

static void corporate_cost_that_no_entry_takes_is_told(void **state)
{
    static const struct {
        const char *name;
        const char *primary_metal; /* of the company */
        const char *office;        /* what it spends in June */
        const char *silver;        /* what the silver mine has in June: "produces", "spends" or both */
        const char *missing;
    } cases[] = {
        {"no mine matched", "silver", "CORPORATE_ADMINISTRATION 1 USD", "produces", "[\"corporate without silver\"]"},
        {"be it 0", "silver", "CORPORATE_ADMINISTRATION 0 USD", "spends", "[\"corporate without silver\"]"},
        {"no mine at all", "silver", "SUSTAINING_CAPITAL 1 USD", "", "[\"corporate without silver\"]"},
        {"credits alone", "silver", "BY_PRODUCT_CREDIT 1 USD", "", "[\"corporate without silver\"]"},
        {"another metal", "gold", "CORPORATE_ADMINISTRATION 1 USD", "produces spends", "[\"corporate without gold\"]"},
        {"taken", "silver", "CORPORATE_ADMINISTRATION 1 USD", "produces spends", "[]"},
        {"outside the step", "silver", "DEPRECIATION 1 USD", "", "[]"},
        {"outside the ladder", "silver", "EXPLORATION 1 USD", "", "[]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = fixture_new();
        g_autofree char *metal = g_strdup_printf("'primary_metal':'%s'", cases[i].primary_metal);
        add_company(fixture, "acme", metal);
        add_mine(fixture, "gc", "silver", "acme 2000-01-01 1", "");
        add_mine(fixture, "hq", "silver", "acme 2000-01-01 1", "'status':'corporate'");
        spend(fixture, "hq", "2003-06-01", "2003-06-30", cases[i].office);
        if (strstr(cases[i].silver, "produces"))
            produce(fixture, "gc", "2003-06-30", "silver PRODUCED 1 OZT");
        if (strstr(cases[i].silver, "spends"))
            spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 1 USD");
        settle(fixture);
        print_message("  %s\n", cases[i].name);
        json_t *record = company_record(fixture, "acme", "month", "2003-06-01");
        json_t *office = mine_record(fixture, "hq", "month", "2003-06-01");
        ASSERT_FIGURES(record, {"missing", cases[i].missing});
        ASSERT_FIGURES(office, {"missing", "[]"}, {"unit_costs", "[]"}); /* a mine's record has no company */
        json_decref(record);
        json_decref(office);
        fixture_free(fixture);
    }
}

/* --- outside the ladder ------------------------------------------------------------------------------------------- */

static void exploration_and_growth_are_told_for_all_mines_and_days(void **state)
{
    struct fixture *fixture = acme_with_gc("0.5");
    (void)state;
    add_mine(fixture, "bb", "gold", "acme 2000-01-01 1;acme 2003-06-16 0", "'status':'exploration'");
    add_june(fixture, "gc", "MINING 1000 USD");
    spend(fixture, "gc", "2003-06-01", "2003-07-10", "EXPLORATION 400 USD"); /* past the matched day too */
    spend(fixture, "bb", "2003-06-01", "2003-06-30", "EXPLORATION 300 USD");
    spend(fixture, "bb", "2003-06-01", "2003-06-01", "GROWTH_CAPITAL 0 USD");
    settle(fixture);
    json_t *quarter = company_record(fixture, "acme", "year", "2003-06-01");
    json_t *july = company_record(fixture, "acme", "month", "2003-07-01");
    /* 0.5 × 400 + 150, up to the day bb was sold */
    ASSERT_FIGURES(quarter, {"other_costs[element=EXPLORATION].amount", "350.00"},
                   {"other_costs[element=EXPLORATION].currency", "USD"},
                   {"other_costs[element=GROWTH_CAPITAL].amount", "0.00"},
                   {SILVER ".cash_operating.before_credits", "500.00"});
    ASSERT_FIGURES(july, {"other_costs[element=EXPLORATION].amount", "50.00"},
                   {"other_costs[element=GROWTH_CAPITAL]", NULL});
    json_decref(quarter);
    json_decref(july);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corporate_cost_enters_the_all_in_step_of_the_companys_metal_only),
        cmocka_unit_test(corporate_cost_counts_up_to_the_latest_matched_day),
        cmocka_unit_test(corporate_cost_that_no_entry_takes_is_told),
        cmocka_unit_test(exploration_and_growth_are_told_for_all_mines_and_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
