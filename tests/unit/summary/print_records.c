/* SPDX-License-Identifier: Apache-2.0 */
/* Prints every summary of a small world as "KEY<TAB>VALUE" lines: what check_schemas.py holds against the schemas. Each
 * null, sign and section that the contract allows occurs in it. */
#include <stdio.h>

#include "outlet.h"
#include "world_fixture.h"

static void add_world(struct fixture *fixture)
{
    add_company(fixture, "acme", "'primary_metal':'silver','units':{'lead':'ST','ore':'ST'}");
    add_company(fixture, "Grün", "'primary_metal':'gold','reporting_currency':'CAD','fiscal_year_start_month':7");
    add_company(fixture, "lone", "'primary_metal':'copper'");
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 0.2973;Grün 2001-01-01 0.7027", "");
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1;acme 2003-06-01 0", "'by_product_credits':'priced'");
    add_mine(fixture, "lc", "gold", "Grün 2000-01-01 1", "'by_product_credits':'priced'");
    add_mine(fixture, "dormant", "zinc", "acme 2000-01-01 0.5", "");
    add_mine(fixture, "hq", "silver", "acme 2000-01-01 1", "'status':'corporate'");
    add_mine(fixture, "lone-hq", "copper", "lone 2000-01-01 1", "'status':'corporate'");
    add_price(fixture, "gold", "2003-06", "355.68 USD OZT");
    add_price(fixture, "silver", "2003-06", "4.53 USD OZT");
    add_price(fixture, "lead", "2003-06", "0.21 CAD LB");
    add_rate(fixture, "CAD", "2003-06", "1.3525");
    add_rate(fixture, "MXN", "2003-06", "10.4956");
}

static void add_facts(struct fixture *fixture)
{
    produce(fixture, "gc", "2002-06-30", "silver PRODUCED 1000 OZT");
    produce(fixture, "gc", "2002-06-30", "zinc PRODUCED 3 T");
    produce(fixture, "gc", "2002-06-29", "gold PRODUCED 0 OZT");
    produce(fixture, "gc", "2003-06-29", "gold PRODUCED -3 OZT");
    produce(fixture, "gc", "2003-06-30", "silver PRODUCED 1234.5678 OZT ESTIMATE");
    produce(fixture, "gc", "2003-06-30", "silver PRODUCED -0.0001 OZT SETTLED");
    produce(fixture, "gc", "2003-06-30", "silver CONTAINED 1500 OZT");
    produce(fixture, "gc", "2003-06-30", "gold CONTAINED 0 OZT");
    produce(fixture, "gc", "2003-06-30", "ore MILLED 100 ST");
    produce(fixture, "gc", "2003-06-30", "silver PAYABLE 1100 OZT");
    produce(fixture, "gc", "2003-06-30", "gold PAYABLE 9 OZT");
    produce(fixture, "gc", "2003-06-30", "lead PAYABLE 2 T WEIGHED");
    produce(fixture, "lf", "2003-05-20", "silver PRODUCED 80 OZT");
    produce(fixture, "lf", "2003-05-20", "gold PAYABLE 1 OZT"); /* no price in May */
    produce(fixture, "lc", "2003-06-20", "gold PRODUCED 7 OZT");
    produce(fixture, "lc", "2003-06-20", "gold PAYABLE 7 OZT");
    produce(fixture, "dormant", "2002-03-31", "zinc PRODUCED 0 T");
    spend(fixture, "gc", "2003-01-01", "2003-06-30", "MINING 9000 USD");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "BY_PRODUCT_CREDIT 12000.005 USD");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "ROYALTY 300 MXN");
    spend(fixture, "gc", "2003-05-01", "2003-07-31", "EXPLORATION 92 MXN"); /* no rate in May and July */
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "GROWTH_CAPITAL 0 USD");
    spend(fixture, "lf", "2003-05-01", "2003-05-31", "PROCESSING 3100 USD");
    spend(fixture, "lc", "2003-06-01", "2003-06-15", "MINING 150 CAD");
    spend(fixture, "lc", "2003-06-01", "2003-06-15", "DEPRECIATION 15 VEB"); /* no rate at all */
    spend(fixture, "dormant", "2003-06-01", "2003-06-30", "RECLAMATION 30 USD");
    spend(fixture, "hq", "2003-01-01", "2003-06-30", "CORPORATE_ADMINISTRATION 181 USD");
    spend(fixture, "lone-hq", "2003-06-01", "2003-06-30", "CORPORATE_ADMINISTRATION 30 USD");
}

static int owns_all(void *context, enum hf_topic topic, int32_t partition)
{
    (void)context;
    (void)topic;
    return partition >= 0;
}

static gint compare_keys(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(a, b);
}

int main(void)
{
    static const char *const kinds[] = {"day",  "week", "month",      "quarter",    "half",
                                        "year", "all",  "rolling-7d", "rolling-12m"};
    struct publisher_settings settings = {.window_count = COUNT(kinds), .stale_after_days = 7};
    struct fixture *fixture = fixture_new();
    struct outlet *outlet = outlet_new();
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (hf_window_spec_parse(kinds[i], &settings.windows[i], NULL) != HF_OK)
            return 1;
    add_world(fixture);
    add_facts(fixture);
    settle(fixture);
    struct publisher *publisher = publisher_new(fixture->world, &settings);
    publisher_set_ownership(publisher, owns_all, NULL, 1, 1);
    outlet_publish(outlet, publisher);
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(outlet->standing), compare_keys);
    for (const GList *key = keys; key; key = key->next)
        printf("%s\t%s\n", (const char *)key->data + 2, (const char *)g_hash_table_lookup(outlet->standing, key->data));
    publisher_free(&publisher);
    outlet_free(outlet);
    fixture_free(fixture);
    return 0;
}
