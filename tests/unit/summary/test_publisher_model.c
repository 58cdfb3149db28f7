/* SPDX-License-Identifier: Apache-2.0 */
/* Proves on random worlds that publishing only what may have changed leaves no window behind. */
#include "stage.h"

/* A production fact that was given and not withdrawn yet. */
struct given {
    const char *mine;
    char date[HF_DATE_TEXT];
    char *fact;
};

static void give(struct fixture *fixture, GArray *facts, const char *mine, const char *date, char *fact)
{
    struct given given = {.mine = mine, .fact = fact};
    g_strlcpy(given.date, date, sizeof given.date);
    produce(fixture, mine, date, fact);
    g_array_append_val(facts, given);
}

/* Withdraws one of the facts, or the last of all: a clock goes back. */
static void withdraw(struct fixture *fixture, GArray *facts, uint64_t *random)
{
    guint at = 0;
    if (facts->len == 0)
        return;
    if (random_next(random) % 2)
        at = (guint)random_between(random, 0, facts->len - 1);
    else
        for (guint i = 1; i < facts->len; i++)
            if (strcmp(g_array_index(facts, struct given, i).date, g_array_index(facts, struct given, at).date) > 0)
                at = i;
    struct given *given = &g_array_index(facts, struct given, at);
    unproduce(fixture, given->mine, given->date, given->fact);
    g_free(given->fact);
    g_array_remove_index(facts, at);
}

/* One random close, forward or back, or restatement. */
static void close_or_restate(struct fixture *fixture, const char *mine, const char *date, uint64_t *random)
{
    char text[30], second[HF_DATE_TEXT];
    snprintf(text, sizeof text, "%s", date);
    switch (random_between(random, 0, 3)) {
    case 0:
        close_production(fixture, mine, date);
        return;
    case 1:
        close_costs(fixture, mine, date);
        return;
    case 2: /* often both: only then a window is closed */
        close_production(fixture, mine, date);
        close_costs(fixture, mine, date);
        return;
    default:
        if (random_next(random) % 2)
            snprintf(text, sizeof text, "%s %s", date,
                     hf_date_format(date_of(date) + (int32_t)random_between(random, 2, 60), second));
        if (random_next(random) % 2)
            restate_production(fixture, mine, text);
        else
            restate_costs(fixture, mine, text);
    }
}

/* One random change of facts, closes, rates, interests or units. */
static void change_something(struct fixture *fixture, GArray *facts, uint64_t *random)
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
    switch (random_between(random, 0, 13)) {
    case 10:
    case 11:
    case 12:
        close_or_restate(fixture, mine, from, random);
        break;
    case 13:
        withdraw(fixture, facts, random);
        break;
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
        char *fact = g_strdup_printf("%s %s %d OZT", metal, random_next(random) % 3 ? "PRODUCED" : "PAYABLE",
                                     (int)random_between(random, -2, 20));
        give(fixture, facts, mine, from, fact);
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
        GArray *facts = g_array_new(FALSE, FALSE, sizeof(struct given));
        add_company(stage.fixture, "acme", seed % 2 ? "'primary_metal':'gold'" : "'fiscal_year_start_month':7");
        for (int i = 0; i < 20; i++)
            change_something(stage.fixture, facts, &random);
        settle(stage.fixture);
        stage.publisher = stage_publisher(stage.fixture, stage_kinds);
        outlet_publish(stage.outlet, stage.publisher);
        for (int i = 0; i < CHANGES; i++) {
            change_something(stage.fixture, facts, &random);
            settle(stage.fixture);
            outlet_publish(stage.outlet, stage.publisher);
            assert_complete(&stage, stage_kinds);
        }
        for (guint i = 0; i < facts->len; i++)
            g_free(g_array_index(facts, struct given, i).fact);
        g_array_free(facts, TRUE);
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
