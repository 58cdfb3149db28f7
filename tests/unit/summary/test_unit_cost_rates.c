/* SPDX-License-Identifier: Apache-2.0 */
/* Proves at which rate and price money counts, and that what is missing makes null what needs it and nothing else. */
#include <string.h>

#include "figures.h"

#define SILVER "unit_costs[metal=silver,method=by_product]"

/* The company acme, whose metal is silver, with the silver mine gc: 100 ounces on 2003-06-30, and mining cost of 1000
 * dollars in June, so that June is matched. */
static struct fixture *acme_with_gc(const char *company, const char *mine)
{
    struct fixture *fixture = fixture_new();
    g_autofree char *extra = g_strdup_printf("'primary_metal':'silver'%s", company);
    add_company(fixture, "acme", extra);
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 1", mine);
    produce(fixture, "gc", "2003-06-30", "silver PRODUCED 100 OZT");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 1000 USD");
    return fixture;
}

/* The record of June. */
static json_t *june_of(struct fixture *fixture)
{
    settle(fixture);
    return company_record(fixture, "acme", "month", "2003-06-01");
}

/* --- currencies --------------------------------------------------------------------------------------------------- */

static void each_days_cost_counts_at_its_months_rate(void **state)
{
    struct fixture *fixture = acme_with_gc("", "");
    (void)state;
    add_rate(fixture, "MXN", "2003-05", "10");
    add_rate(fixture, "MXN", "2003-06", "12");
    spend(fixture, "gc", "2003-05-01", "2003-06-30", "ROYALTY 6100 MXN"); /* 3100 ÷ 10 + 3000 ÷ 12 */
    settle(fixture);
    json_t *quarter = company_record(fixture, "acme", "quarter", "2003-06-01");
    json_t *june = company_record(fixture, "acme", "month", "2003-06-01");
    json_t *mine = mine_record(fixture, "gc", "quarter", "2003-06-01");
    ASSERT_FIGURES(quarter, {SILVER ".total_cash.before_credits", "1560.00"},
                   {SILVER ".total_cash.per_unit", "15.6000"}, {"missing", "[]"});
    ASSERT_FIGURES(june, {SILVER ".total_cash.before_credits", "1250.00"});
    ASSERT_FIGURES(mine, {SILVER ".total_cash.before_credits", "1560.00"}, {"costs[element=ROYALTY].currency", "MXN"},
                   {"costs[element=ROYALTY].amount", "6100.00"});
    json_decref(quarter);
    json_decref(june);
    json_decref(mine);
    fixture_free(fixture);
}

/* 1000 pesos ÷ 3 per dollar × 7 = 2333.333… Canadian; 1000 dollars × 7; 100 Canadian as they are. */
static void another_reporting_currency_goes_through_the_dollar(void **state)
{
    struct fixture *fixture = acme_with_gc(",'reporting_currency':'CAD'", "");
    (void)state;
    add_rate(fixture, "MXN", "2003-06", "3");
    add_rate(fixture, "CAD", "2003-06", "7");
    spend(fixture, "gc", "2003-06-10", "2003-06-10", "PROCESSING 1000 MXN");
    spend(fixture, "gc", "2003-06-10", "2003-06-10", "ROYALTY 100 CAD");
    spend(fixture, "gc", "2003-06-10", "2003-06-10", "EXPLORATION 30 MXN");
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {SILVER ".currency", "CAD"}, {SILVER ".cash_operating.before_credits", "9333.33"},
                   {SILVER ".cash_operating.per_unit", "93.3333"}, {SILVER ".total_cash.before_credits", "9433.33"},
                   {"other_costs[element=EXPLORATION].currency", "CAD"},
                   {"other_costs[element=EXPLORATION].amount", "70.00"}, {"missing", "[]"});
    json_decref(record);
    fixture_free(fixture);
}

static void the_reporting_currency_itself_and_the_dollar_need_no_rate(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "'reporting_currency':'CAD'");
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 1", "");
    produce(fixture, "gc", "2003-06-30", "silver PRODUCED 100 OZT");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 500 CAD");
    json_t *record = june_of(fixture), *mine = mine_record(fixture, "gc", "month", "2003-06-01");
    ASSERT_FIGURES(record, {SILVER ".cash_operating.per_unit", "5.0000"}, {"missing", "[]"});
    ASSERT_FIGURES(mine, {SILVER ".cash_operating", "null"}, {"missing", "[\"fx CAD 2003-06\"]"}); /* in dollars */
    json_decref(record);
    json_decref(mine);
    fixture_free(fixture);
}

/* --- missing rates ------------------------------------------------------------------------------------------------ */

static void a_missing_rate_makes_null_the_steps_that_need_it(void **state)
{
    static const struct {
        const char *fact;                                   /* in June, beside 1000 dollars of mining */
        const char *cash, *total, *production, *sustaining; /* per unit; "null": the whole step */
        const char *exploration;                            /* NULL: no entry */
        const char *missing;
    } cases[] = {
        {"MINING 5 MXN", "null", "null", "null", "null", NULL, "[\"fx MXN 2003-06\"]"},
        {"ROYALTY 5 MXN", "10.0000", "null", "null", "null", NULL, "[\"fx MXN 2003-06\"]"},
        {"DEPRECIATION 5 MXN", "10.0000", "10.0000", "null", "10.0000", NULL, "[\"fx MXN 2003-06\"]"},
        {"RECLAMATION 5 MXN", "10.0000", "10.0000", "null", "null", NULL, "[\"fx MXN 2003-06\"]"},
        {"SUSTAINING_CAPITAL 5 MXN", "10.0000", "10.0000", "10.0000", "null", NULL, "[\"fx MXN 2003-06\"]"},
        {"BY_PRODUCT_CREDIT 5 MXN", "null", "null", "null", "null", NULL, "[\"fx MXN 2003-06\"]"},
        {"EXPLORATION 5 MXN", "10.0000", "10.0000", "10.0000", "10.0000", "null", "[\"fx MXN 2003-06\"]"},
        {"ROYALTY 0 MXN", "10.0000", "null", "null", "null", NULL, "[\"fx MXN 2003-06\"]"}, /* be it 0 */
        {"ROYALTY 5 USD", "10.0000", "10.0500", "10.0500", "10.0500", NULL, "[]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme_with_gc("", "");
        const struct {
            const char *step, *per_unit;
        } steps[] = {{"cash_operating", cases[i].cash},
                     {"total_cash", cases[i].total},
                     {"total_production", cases[i].production},
                     {"all_in_sustaining", cases[i].sustaining}};
        add_rate(fixture, "MXN", "2003-05", "10"); /* of another month */
        add_rate(fixture, "CAD", "2003-06", "10"); /* of another currency */
        spend(fixture, "gc", "2003-06-15", "2003-06-15", cases[i].fact);
        json_t *record = june_of(fixture);
        print_message("  %s\n", cases[i].fact);
        for (size_t j = 0; j < COUNT(steps); j++) {
            int is_null = strcmp(steps[j].per_unit, "null") == 0;
            g_autofree char *company = g_strdup_printf(SILVER ".%s%s", steps[j].step, is_null ? "" : ".per_unit");
            g_autofree char *mine =
                g_strdup_printf(SILVER ".mines[mine=gc].%s%s", steps[j].step, is_null ? "" : ".per_unit");
            ASSERT_FIGURES(record, {company, steps[j].per_unit}, {mine, steps[j].per_unit});
        }
        ASSERT_FIGURES(record, {"other_costs[element=EXPLORATION].amount", cases[i].exploration},
                       {"missing", cases[i].missing}, {SILVER ".production", "100.000"},
                       {SILVER ".matched_through", "2003-06-30"});
        json_decref(record);
        fixture_free(fixture);
    }
}

static void a_missing_rate_of_one_mine_leaves_the_others_their_figures(void **state)
{
    struct fixture *fixture = acme_with_gc("", "");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1", "");
    add_mine(fixture, "lc", "gold", "acme 2000-01-01 1", "");
    produce(fixture, "lf", "2003-06-30", "silver PRODUCED 50 OZT");
    spend(fixture, "lf", "2003-06-01", "2003-06-30", "MINING 5 MXN");
    produce(fixture, "lc", "2003-06-30", "gold PRODUCED 5 OZT");
    spend(fixture, "lc", "2003-06-01", "2003-06-30", "MINING 5 USD");
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {SILVER ".cash_operating", "null"}, {SILVER ".production", "150.000"},
                   {SILVER ".mines[mine=lf].cash_operating", "null"}, {SILVER ".mines[mine=lf].production", "50.000"},
                   {SILVER ".mines[mine=gc].cash_operating.per_unit", "10.0000"},
                   {"unit_costs[metal=gold,method=by_product].cash_operating.per_unit", "1.0000"},
                   {"missing", "[\"fx MXN 2003-06\"]"});
    json_decref(record);
    fixture_free(fixture);
}

static void a_missing_corporate_rate_touches_the_companys_all_in_step_only(void **state)
{
    struct fixture *fixture = acme_with_gc("", "");
    (void)state;
    add_mine(fixture, "hq", "silver", "acme 2000-01-01 1", "'status':'corporate'");
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "CORPORATE_ADMINISTRATION 5 MXN");
    spend(fixture, "hq", "2003-06-01", "2003-06-30", "DEPRECIATION 5 VEB"); /* of no step: its rate is not needed */
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {SILVER ".total_production.per_unit", "10.0000"}, {SILVER ".all_in_sustaining", "null"},
                   {SILVER ".mines[mine=gc].all_in_sustaining.per_unit", "10.0000"},
                   {"missing", "[\"fx MXN 2003-06\"]"});
    json_decref(record);
    fixture_free(fixture);
}

static void what_is_not_needed_is_not_missing(void **state)
{
    struct fixture *fixture = acme_with_gc("", "");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1;acme 2003-06-10 0", "");
    spend(fixture, "gc", "2003-07-01", "2003-07-31", "MINING 5 MXN");      /* past the matched day */
    spend(fixture, "gc", "2003-05-01", "2003-05-31", "MINING 5 MXN");      /* of another window */
    spend(fixture, "lf", "2003-06-01", "2003-06-09", "MINING 5 MXN");      /* of a mine that is not matched */
    spend(fixture, "lf", "2003-06-10", "2003-06-30", "EXPLORATION 5 MXN"); /* sold */
    json_t *june = june_of(fixture), *may = company_record(fixture, "acme", "month", "2003-05-01");
    ASSERT_FIGURES(june, {SILVER ".cash_operating.per_unit", "10.0000"}, {SILVER ".unmatched", "[\"lf\"]"},
                   {"missing", "[]"});
    ASSERT_FIGURES(may, {SILVER ".cash_operating", "null"}, {"missing", "[\"fx MXN 2003-05\"]"});
    json_decref(june);
    json_decref(may);
    fixture_free(fixture);
}

static void what_is_missing_is_told_once_each_in_order(void **state)
{
    struct fixture *fixture = acme_with_gc(",'reporting_currency':'CAD'", "");
    (void)state;
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1", "'by_product_credits':'priced'");
    produce(fixture, "lf", "2003-06-30", "gold PAYABLE 1 OZT");
    spend(fixture, "lf", "2003-06-01", "2003-06-30", "MINING 5 VEB");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 5 MXN");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "ROYALTY 5 MXN");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "EXPLORATION 5 ZAR");
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {"missing", "[\"fx CAD 2003-06\",\"fx MXN 2003-06\",\"fx VEB 2003-06\",\"fx ZAR 2003-06\","
                                       "\"price gold 2003-06\"]"});
    json_decref(record);
    fixture_free(fixture);
}

/* --- priced credits ----------------------------------------------------------------------------------------------- */

static void priced_credits_are_payable_metal_at_the_months_price(void **state)
{
    struct fixture *fixture = acme_with_gc("", "'by_product_credits':'priced'");
    (void)state;
    add_price(fixture, "gold", "2003-06", "350 USD OZT");
    add_price(fixture, "gold", "2003-05", "340 USD OZT");
    add_price(fixture, "lead", "2003-06", "0.20 USD LB");
    add_price(fixture, "zinc", "2003-06", "1200 CAD T");
    add_rate(fixture, "CAD", "2003-06", "1.5");
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 1 OZT");   /* 350 */
    produce(fixture, "gc", "2003-05-31", "gold PAYABLE 2 OZT");   /* 680 */
    produce(fixture, "gc", "2003-06-30", "lead PAYABLE 1 ST");    /* 2000 lb: 400 */
    produce(fixture, "gc", "2003-06-30", "zinc PAYABLE 0.5 T");   /* 600 Canadian: 400 */
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 9 OZT"); /* the primary metal earns no credit */
    produce(fixture, "gc", "2003-06-30", "gold PRODUCED 9 OZT");  /* nor do other stages */
    produce(fixture, "gc", "2003-07-01", "gold PAYABLE 9 OZT");   /* nor what is past the matched day */
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "BY_PRODUCT_CREDIT 7777 USD"); /* nor what is reported */
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "BY_PRODUCT_CREDIT 7777 MXN");
    add_price(fixture, "silver", "2003-06", "5 USD OZT");
    settle(fixture);
    json_t *quarter = company_record(fixture, "acme", "quarter", "2003-06-01");
    json_t *june = company_record(fixture, "acme", "month", "2003-06-01");
    ASSERT_FIGURES(june, {SILVER ".cash_operating.credits", "1150.00"}, {SILVER ".total_cash.credits", "1150.00"},
                   {SILVER ".all_in_sustaining.after_credits", "-150.00"}, {SILVER ".total_cash.per_unit", "-1.5000"},
                   {"missing", "[]"});
    ASSERT_FIGURES(quarter, {SILVER ".cash_operating.credits", "1830.00"});
    json_decref(quarter);
    json_decref(june);
    fixture_free(fixture);
}

static void priced_credits_count_at_the_companys_share(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 0.25;acme 2003-06-16 0.5", "'by_product_credits':'priced'");
    add_price(fixture, "gold", "2003-06", "350 USD OZT");
    produce(fixture, "gc", "2003-06-15", "gold PAYABLE 4 OZT"); /* 350 */
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 4 OZT"); /* 700 */
    spend(fixture, "gc", "2003-06-30", "2003-06-30", "MINING 2000 USD");
    json_t *record = june_of(fixture);
    ASSERT_FIGURES(record, {SILVER ".cash_operating.before_credits", "1000.00"},
                   {SILVER ".cash_operating.credits", "1050.00"}, {SILVER ".cash_operating.after_credits", "-50.00"});
    json_decref(record);
    fixture_free(fixture);
}

static void a_missing_price_is_treated_like_a_missing_rate(void **state)
{
    static const struct {
        const char *credits; /* of the mine */
        const char *price;   /* of gold in June; NULL: none */
        const char *fact;    /* of gold */
        const char *total_cash, *missing;
    } cases[] = {
        {"priced", NULL, "gold PAYABLE 1 OZT", "null", "[\"price gold 2003-06\"]"},
        {"priced", NULL, "gold PAYABLE 0 OZT", "null", "[\"price gold 2003-06\"]"}, /* be it 0 */
        {"priced", "350 CAD OZT", "gold PAYABLE 1 OZT", "null", "[\"fx CAD 2003-06\"]"},
        {"priced", NULL, "gold PRODUCED 1 OZT", "10.0000", "[]"},
        {"priced", "350 USD OZT", "gold PAYABLE 1 OZT", "6.5000", "[]"},
        /* reported: only the co-product entry asks for the price */
        {"reported", NULL, "gold PAYABLE 1 OZT", "10.0000", "[\"price gold 2003-06\"]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *credits = g_strdup_printf("'by_product_credits':'%s'", cases[i].credits);
        struct fixture *fixture = acme_with_gc("", credits);
        int is_null = strcmp(cases[i].total_cash, "null") == 0;
        add_price(fixture, "gold", "2003-05", "340 USD OZT");
        if (cases[i].price)
            add_price(fixture, "gold", "2003-06", cases[i].price);
        produce(fixture, "gc", "2003-06-30", cases[i].fact);
        json_t *record = june_of(fixture);
        ASSERT_FIGURES(
            record, {is_null ? SILVER ".total_cash" : SILVER ".total_cash.per_unit", cases[i].total_cash},
            {is_null ? SILVER ".all_in_sustaining" : SILVER ".all_in_sustaining.per_unit", cases[i].total_cash},
            {"missing", cases[i].missing});
        json_decref(record);
        fixture_free(fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_days_cost_counts_at_its_months_rate),
        cmocka_unit_test(another_reporting_currency_goes_through_the_dollar),
        cmocka_unit_test(the_reporting_currency_itself_and_the_dollar_need_no_rate),
        cmocka_unit_test(a_missing_rate_makes_null_the_steps_that_need_it),
        cmocka_unit_test(a_missing_rate_of_one_mine_leaves_the_others_their_figures),
        cmocka_unit_test(a_missing_corporate_rate_touches_the_companys_all_in_step_only),
        cmocka_unit_test(what_is_not_needed_is_not_missing),
        cmocka_unit_test(what_is_missing_is_told_once_each_in_order),
        cmocka_unit_test(priced_credits_are_payable_metal_at_the_months_price),
        cmocka_unit_test(priced_credits_count_at_the_companys_share),
        cmocka_unit_test(a_missing_price_is_treated_like_a_missing_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
