/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which cost events are usable, and that each is an amount over its own days. */
#include "admit.h"

#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "headframe/vocabulary.h"

#define TEXT(literal) ((struct hf_text){literal, sizeof(literal) - 1})
#define NOW_MS INT64_C(1057017600000) /* 2003-07-01T00:00:00Z */

/* 1,000.00 USD of MINING in June 2003. */
static struct hf_event event_new(void)
{
    return (struct hf_event){
        .type = HF_EVENT_COST,
        .event_id = TEXT("e"),
        .mine_id = TEXT("gc"),
        .from = date_of("2003-06-01"),
        .through = date_of("2003-06-30"),
        .element = HF_ELEMENT_MINING,
        .currency = TEXT("USD"),
        .micro = 1000000000,
    };
}

/* Costs are dated by the event itself: no mine is looked at. */
static struct hf_fact admit(const struct hf_event *event)
{
    struct hf_fact fact = {.revision = 4};
    struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
    if (hf_costs_kind()->admit(event, NULL, NOW_MS, &fact, &refusal) != HF_OK)
        fail_msg("%s", refusal.detail);
    return fact;
}

static void a_period_is_its_days_both_included(void **state)
{
    static const struct {
        const char *from, *through;
        int days;
    } cases[] = {
        {"2003-06-01", "2003-06-30", 30}, {"2003-06-30", "2003-06-30", 1}, {"2003-01-01", "2003-12-31", 365},
        {"2003-02-28", "2003-03-01", 2},  {"2004-02-28", "2004-03-01", 3}, {"2002-05-28", "2003-07-01", 400},
        {"1800-01-01", "1800-01-31", 31},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event event = event_new();
        event.from = date_of(cases[i].from);
        event.through = date_of(cases[i].through);
        struct hf_fact fact = admit(&event);
        assert_date_equal(fact.effect.date, cases[i].from);
        assert_int_equal(fact.effect.days, cases[i].days);
        assert_int128_equal(fact.effect.amount, "1000000000");
    }
}

static void the_line_is_element_and_currency(void **state)
{
    (void)state;
    for (int element = 0; element < HF_ELEMENT_COUNT; element++) {
        struct hf_event event = event_new();
        event.element = element;
        event.currency = TEXT("MXN");
        uint16_t line = admit(&event).effect.line;
        assert_int_equal(hf_cost_line_element(line), element);
        assert_string_equal(hf_currency_code(hf_cost_line_currency(line)), "MXN");
    }
}

static void amounts_up_to_10_to_the_27_are_taken(void **state)
{
    const hf_int128 limit = hf_amount_limit();
    (void)state;
    for (int sign = -1; sign <= 1; sign++) {
        struct hf_event event = event_new();
        struct hf_fact fact;
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        event.micro = sign * limit;
        assert_true(admit(&event).effect.amount == sign * limit);
        event.micro += sign;
        assert_int_equal(hf_costs_kind()->admit(&event, NULL, NOW_MS, &fact, &refusal), sign ? HF_EINVAL : HF_OK);
        assert_string_equal(hf_refusal_name(refusal.code), sign ? "BAD_QUANTITY" : "");
        assert_true(!sign || strstr(refusal.detail, "amount is more than 10^27 USD"));
    }
}

static void a_voided_version_has_no_days(void **state)
{
    struct hf_event event = event_new();
    (void)state;
    event.voided = 1;
    struct hf_fact fact = admit(&event);
    assert_int_equal(fact.effect.days, 0);
    assert_date_equal(fact.effect.date, "2003-06-01");
    assert_date_equal(fact.latest, "2003-06-30"); /* it names its dates all the same */
    assert_int_equal(fact.revision, 4);
}

static void every_field_but_the_identity_is_in_the_digest(void **state)
{
    enum { BODIES = 13 };
    struct hf_event bodies[BODIES], same = event_new();
    uint64_t digests[BODIES];
    (void)state;
    for (size_t i = 0; i < BODIES; i++)
        bodies[i] = event_new();
    bodies[1].voided = 1;
    bodies[2].from++;
    bodies[3].through++;
    bodies[4].element = HF_ELEMENT_ROYALTY;
    bodies[5].metal = TEXT("gold");
    bodies[6].micro++;
    bodies[7].currency = TEXT("MXN");
    bodies[8].source = TEXT("");
    bodies[9].source = TEXT("gold");
    bodies[10].from = bodies[10].through;
    bodies[11].micro = -bodies[11].micro;
    bodies[12].metal = TEXT("silver");
    for (size_t i = 0; i < BODIES; i++) {
        digests[i] = admit(&bodies[i]).digest;
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(digests[i], digests[j]);
    }
    same.event_id = TEXT("other");
    same.mine_id = TEXT("other");
    same.revision = 9;
    assert_int_equal(admit(&same).digest, digests[0]);
}

/* State topics keep digests: a later version must come to the same. Chained with xxHash alone over voided, from,
 * through, element, metal, amount, currency, source. */
static void the_digest_never_changes(void **state)
{
    struct hf_event event = event_new();
    (void)state;
    assert_int_equal(admit(&event).digest, 0x833e526b3ff6fe65U);
}

static void what_is_not_usable_is_refused(void **state)
{
    static const struct {
        const char *currency, *metal, *from, *through;
        enum hf_refusal_code code; /* HF_REFUSAL_NONE: taken */
        const char *words;
    } cases[] = {
        {"USD", NULL, "2003-06-01", "2003-06-30", HF_REFUSAL_NONE, ""},
        {"USD", "gold", "2003-06-01", "2003-06-30", HF_REFUSAL_NONE, ""},
        {"VEB", NULL, "2003-06-01", "2003-06-30", HF_REFUSAL_NONE, ""}, /* a historic code */
        {"US", NULL, "2003-06-01", "2003-06-30", HF_REFUSAL_UNKNOWN_CURRENCY, "currency \"US\""},
        {"usd", NULL, "2003-06-01", "2003-06-30", HF_REFUSAL_UNKNOWN_CURRENCY, "currency \"usd\""},
        {"", NULL, "2003-06-01", "2003-06-30", HF_REFUSAL_UNKNOWN_CURRENCY, "currency \"\""},
        {"USD", "mithril", "2003-06-01", "2003-06-30", HF_REFUSAL_UNKNOWN_MATERIAL, "metal \"mithril\""},
        {"USD", "", "2003-06-01", "2003-06-30", HF_REFUSAL_UNKNOWN_MATERIAL, "metal \"\""},
        {"USD", NULL, "2003-06-30", "2003-06-29", HF_REFUSAL_BAD_PERIOD,
         "from 2003-06-30 lies after through 2003-06-29"},
        {"USD", NULL, "2002-05-27", "2003-07-01", HF_REFUSAL_BAD_PERIOD, "400 days"},
        {"USD", NULL, "2004-08-04", "2004-08-04", HF_REFUSAL_NONE, ""},
        {"USD", NULL, "2004-08-05", "2004-08-05", HF_REFUSAL_BAD_PERIOD, "through 2004-08-05"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event event = event_new();
        struct hf_fact fact = {.digest = 1, .effect = {.days = 777}};
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        event.currency = (struct hf_text){cases[i].currency, strlen(cases[i].currency)};
        if (cases[i].metal)
            event.metal = (struct hf_text){cases[i].metal, strlen(cases[i].metal)};
        event.from = date_of(cases[i].from);
        event.through = date_of(cases[i].through);
        int result = hf_costs_kind()->admit(&event, NULL, NOW_MS, &fact, &refusal);
        assert_int_equal(result, cases[i].code == HF_REFUSAL_NONE ? HF_OK : HF_EINVAL);
        assert_string_equal(hf_refusal_name(refusal.code), hf_refusal_name(cases[i].code));
        if (!strstr(refusal.detail, cases[i].words))
            fail_msg("case %zu: \"%s\"", i, refusal.detail);
        assert_int_equal(fact.effect.days == 777, result != HF_OK); /* a refused fact is untouched */
    }
}

static void the_kind_names_its_topics(void **state)
{
    const struct hf_ledger_kind *kind = hf_costs_kind();
    (void)state;
    assert_string_equal(kind->daemon, "headframe-costs");
    assert_string_equal(hf_topic_info(kind->input)->name, "mine.costs");
    assert_string_equal(hf_topic_info(kind->days)->name, "headframe.cost-days");
    assert_string_equal(hf_topic_info(kind->state)->name, "headframe.costs.state");
    assert_int_equal(kind->lines, HF_LINES_COST);
    assert_int_equal(kind->event_type, HF_EVENT_COST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_is_its_days_both_included),
        cmocka_unit_test(the_line_is_element_and_currency),
        cmocka_unit_test(amounts_up_to_10_to_the_27_are_taken),
        cmocka_unit_test(a_voided_version_has_no_days),
        cmocka_unit_test(every_field_but_the_identity_is_in_the_digest),
        cmocka_unit_test(the_digest_never_changes),
        cmocka_unit_test(what_is_not_usable_is_refused),
        cmocka_unit_test(the_kind_names_its_topics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
