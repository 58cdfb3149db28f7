/* SPDX-License-Identifier: Apache-2.0 */
/* Proves on random worlds that publishing only what may have changed leaves no window behind. */
#include "stage.h"

/* One random change of facts, rates, interests or units. */
static void change_something(struct fixture *fixture, uint64_t *random)
{
    static const char *const mines[] = {"a", "b", "c"}, *const metals[] = {"gold", "silver"};
    static const char *const shares[] = {"0", "0.25", "1"}, *const elements[] = {"MINING", "ROYALTY",
                                                                                 "BY_PRODUCT_CREDIT"};
    const char *mine = mines[random_between(random, 0, 2)], *metal = metals[random_between(random, 0, 1)];
    char from[HF_DATE_TEXT], through[HF_DATE_TEXT], month[HF_DATE_TEXT];
    int32_t date = date_of("2002-02-01") + (int32_t)random_between(random, 0, 800);
    hf_date_format(date, from);
    hf_date_format(date + (int32_t)random_between(random, 0, 40), through);
    hf_month_format(hf_date_month(date), month);
    switch (random_between(random, 0, 9)) {
    case 0: {
        g_autofree char *interests =
            g_strdup_printf("acme 2002-01-01 %s;acme %s %s", shares[random_between(random, 0, 2)], from,
                            shares[random_between(random, 0, 2)]);
        add_mine(fixture, mine, metal, interests, random_next(random) % 2 ? "" : "'by_product_credits':'priced'");
        break;
    }
    case 1:
        add_rate(fixture, "MXN", month, random_next(random) % 2 ? "10" : "11");
        break;
    case 2:
        add_price(fixture, metal, month, random_next(random) % 2 ? "300 USD OZT" : "5 MXN G");
        break;
    case 3:
    case 4: {
        g_autofree char *fact =
            g_strdup_printf("%s %d %s", elements[random_between(random, 0, 2)], (int)random_between(random, -5, 100),
                            random_next(random) % 3 ? "USD" : "MXN");
        spend(fixture, mine, from, through, fact);
        break;
    }
    default: {
        g_autofree char *fact = g_strdup_printf("%s %s %d OZT", metal, random_next(random) % 3 ? "PRODUCED" : "PAYABLE",
                                                (int)random_between(random, -2, 20));
        produce(fixture, mine, from, fact);
        if (random_next(random) % 4 == 0)
            unproduce(fixture, mine, from, fact);
    }
    }
}

/* The rule that decides which windows are looked at must never leave one behind. */
static void after_any_change_the_topics_say_what_a_fresh_start_would(void **state)
{
    enum { WORLDS = 12, CHANGES = 40 };
    (void)state;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct stage stage = {fixture_new(), NULL, outlet_new()};
        uint64_t random = seed;
        add_company(stage.fixture, "acme", seed % 2 ? "'primary_metal':'gold'" : "'fiscal_year_start_month':7");
        for (int i = 0; i < 20; i++)
            change_something(stage.fixture, &random);
        settle(stage.fixture);
        stage.publisher = stage_publisher(stage.fixture, stage_kinds);
        outlet_publish(stage.outlet, stage.publisher);
        for (int i = 0; i < CHANGES; i++) {
            change_something(stage.fixture, &random);
            settle(stage.fixture);
            outlet_publish(stage.outlet, stage.publisher);
            assert_complete(&stage, stage_kinds);
        }
        stage_free(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_any_change_the_topics_say_what_a_fresh_start_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
