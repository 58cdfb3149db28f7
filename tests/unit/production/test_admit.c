/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which production events are usable, and that each is an exact mass on the right production date. */
#include "admit.h"

#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "headframe/reference_json.h"
#include "headframe/vocabulary.h"

#define TEXT(literal) ((struct hf_text){literal, sizeof(literal) - 1})
#define NOW_MS INT64_C(1057017600000) /* 2003-07-01T00:00:00Z */

static struct hf_mine *mine_new(const char *zone, const char *day_start, const char *named_by)
{
    char json[300];
    struct hf_mine *mine = NULL;
    int length = snprintf(json, sizeof json,
                          "{\"mine_id\":\"gc\",\"primary_metal\":\"silver\",\"time_zone\":\"%s\",\"day_start\":\"%s\","
                          "\"day_named_by\":\"%s\"}",
                          zone, day_start, named_by);
    assert_int_equal(hf_mine_parse("gc", 2, json, (size_t)length, &mine, NULL), HF_OK);
    return mine;
}

/* 1.5 kg of gold at noon UTC of 2003-06-30. */
static struct hf_event event_new(void)
{
    return (struct hf_event){
        .type = HF_EVENT_PRODUCTION,
        .event_id = TEXT("e"),
        .mine_id = TEXT("gc"),
        .occurred_at_ms = date_of("2003-06-30") * INT64_C(86400000) + 43200000,
        .material = TEXT("gold"),
        .stage = HF_STAGE_PRODUCED,
        .unit = HF_UNIT_KG,
        .quality = HF_QUALITY_ASSAYED,
        .micro = 1500000,
    };
}

static struct hf_fact admit(const struct hf_event *event)
{
    struct hf_mine *mine = mine_new("UTC", "00:00", "start");
    struct hf_fact fact = {.revision = 4};
    struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
    if (hf_production_kind()->admit(event, mine, NOW_MS, &fact, &refusal) != HF_OK)
        fail_msg("%s", refusal.detail);
    hf_mine_free(&mine);
    return fact;
}

static void a_quantity_is_an_exact_mass(void **state)
{
    static const struct {
        const char *quantity;
        enum hf_unit unit;
        const char *amount; /* in 10^-13 g */
    } cases[] = {
        {"1", HF_UNIT_OZT, "311034768000000"},
        {"0.000001", HF_UNIT_OZT, "311034768"},
        {"1", HF_UNIT_LB, "4535923700000000"},
        {"1", HF_UNIT_G, "10000000000000"},
        {"1.5", HF_UNIT_KG, "15000000000000000"},
        {"1", HF_UNIT_T, "10000000000000000000"},
        {"1", HF_UNIT_ST, "9071847400000000000"},
        {"-0.000001", HF_UNIT_LB, "-4535923700"},
        {"0", HF_UNIT_T, "0"},
        {"5364952", HF_UNIT_OZT, "1668686600651136000000"},
        {"100000000000000", HF_UNIT_T, "1000000000000000000000000000000000"}, /* the limit: 10^20 g */
        {"-100000000000000", HF_UNIT_T, "-1000000000000000000000000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event event = event_new();
        assert_int_equal(hf_decimal_parse(cases[i].quantity, strlen(cases[i].quantity), 6, &event.micro, NULL), HF_OK);
        event.unit = (int)cases[i].unit;
        struct hf_fact fact = admit(&event);
        assert_int128_equal(fact.effect.amount, cases[i].amount);
        assert_int_equal(fact.effect.days, 1);
    }
}

static void an_instant_falls_on_the_mines_own_production_date(void **state)
{
    static const struct {
        const char *zone, *day_start, *named_by;
        int64_t after_noon_s; /* of 2003-06-30, UTC */
        const char *date;
    } cases[] = {
        {"UTC", "00:00", "start", 0, "2003-06-30"},
        {"UTC", "00:00", "start", 43199, "2003-06-30"},
        {"UTC", "00:00", "start", 43200, "2003-07-01"},
        {"America/Juneau", "07:00", "start", 10799, "2003-06-29"}, /* 06:59:59, UTC-8 */
        {"America/Juneau", "07:00", "start", 10800, "2003-06-30"},
        {"America/Juneau", "07:00", "end", 10799, "2003-06-30"},
        {"America/Juneau", "07:00", "end", 10800, "2003-07-01"},
        {"America/Juneau", "00:00", "end", 0, "2003-06-30"},        /* no end to name it by */
        {"Australia/Perth", "06:00", "start", 35999, "2003-06-30"}, /* 05:59:59 of the next, UTC+8 */
        {"Australia/Perth", "06:00", "start", 36000, "2003-07-01"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_mine *mine = mine_new(cases[i].zone, cases[i].day_start, cases[i].named_by);
        struct hf_event event = event_new();
        struct hf_fact fact = {0};
        struct hf_refusal refusal;
        event.occurred_at_ms += cases[i].after_noon_s * 1000;
        assert_int_equal(hf_production_kind()->admit(&event, mine, NOW_MS, &fact, &refusal), HF_OK);
        assert_date_equal(fact.effect.date, cases[i].date);
        hf_mine_free(&mine);
    }
}

static void the_line_is_material_stage_and_quality(void **state)
{
    (void)state;
    for (int stage = 0; stage < HF_STAGE_COUNT; stage++)
        for (int quality = 0; quality < HF_QUALITY_COUNT; quality++) {
            struct hf_event event = event_new();
            event.material = TEXT("zinc");
            event.stage = stage;
            event.quality = quality;
            uint16_t line = admit(&event).effect.line;
            assert_string_equal(hf_material_name(hf_production_line_material(line)), "zinc");
            assert_int_equal(hf_production_line_stage(line), stage);
            assert_int_equal(hf_production_line_quality(line), quality);
        }
}

/* It is remembered with the date it would have had, and has no effect. */
static void a_voided_version_has_no_days(void **state)
{
    struct hf_event event = event_new();
    (void)state;
    event.voided = 1;
    struct hf_fact fact = admit(&event);
    assert_int_equal(fact.effect.days, 0);
    assert_date_equal(fact.effect.date, "2003-06-30");
    assert_date_equal(fact.latest, "2003-06-30"); /* it names its date all the same */
    assert_int_equal(fact.revision, 4);           /* the caller's fields stay */
}

static void every_field_but_the_identity_is_in_the_digest(void **state)
{
    enum { BODIES = 12 };
    struct hf_event bodies[BODIES], same = event_new();
    uint64_t digests[BODIES];
    (void)state;
    for (size_t i = 0; i < BODIES; i++)
        bodies[i] = event_new();
    bodies[1].voided = 1;
    bodies[2].occurred_at_ms++;
    bodies[3].material = TEXT("silver");
    bodies[4].stage = HF_STAGE_SOLD;
    bodies[5].micro++;
    bodies[6].unit = HF_UNIT_OZT;
    bodies[7].quality = HF_QUALITY_SETTLED;
    bodies[8].source = TEXT("");
    bodies[9].source = TEXT("SCADA");
    bodies[10].micro = -bodies[10].micro;
    bodies[11].micro = 0;
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

/* State topics keep digests: a later version must come to the same. Chained with xxHash alone over voided, occurred_at,
 * material, stage, quantity, unit, quality, source. */
static void the_digest_never_changes(void **state)
{
    struct hf_event event = event_new();
    (void)state;
    assert_int_equal(admit(&event).digest, 0xfa9c72b05d0e29cfU);
}

static void what_is_not_usable_is_refused(void **state)
{
    static const struct {
        const char *material;
        int64_t occurred_at_ms;
        int64_t tonnes;
        enum hf_refusal_code code;
        const char *words;
    } cases[] = {
        {"unobtainium", NOW_MS, 1, HF_REFUSAL_UNKNOWN_MATERIAL, "material \"unobtainium\""},
        {"", NOW_MS, 1, HF_REFUSAL_UNKNOWN_MATERIAL, "material \"\""},
        {"gol", NOW_MS, 1, HF_REFUSAL_UNKNOWN_MATERIAL, "material \"gol\""},
        {"GOLD", NOW_MS, 1, HF_REFUSAL_UNKNOWN_MATERIAL, "material \"GOLD\""},
        {"gold", NOW_MS + 86400001, 1, HF_REFUSAL_BAD_TIME, "occurred_at 1057104000001"},
        {"gold", -6000000000000, 1, HF_REFUSAL_BAD_TIME, "occurred_at -6000000000000"},
        {"gold", NOW_MS, 100000000000001, HF_REFUSAL_BAD_QUANTITY, "quantity is more than 10^20 g, in T"},
        {"gold", NOW_MS, -100000000000001, HF_REFUSAL_BAD_QUANTITY, "quantity is more than 10^20 g, in T"},
    };
    struct hf_mine *mine = mine_new("UTC", "00:00", "start");
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event event = event_new();
        struct hf_fact fact = {.digest = 1, .effect = {.days = 77}};
        struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
        event.material = (struct hf_text){cases[i].material, strlen(cases[i].material)};
        event.occurred_at_ms = cases[i].occurred_at_ms;
        event.unit = HF_UNIT_T;
        event.micro = (hf_int128)cases[i].tonnes * 1000000;
        assert_int_equal(hf_production_kind()->admit(&event, mine, NOW_MS, &fact, &refusal), HF_EINVAL);
        assert_string_equal(hf_refusal_name(refusal.code), hf_refusal_name(cases[i].code));
        if (!strstr(refusal.detail, cases[i].words))
            fail_msg("case %zu: \"%s\"", i, refusal.detail);
        assert_int_equal(fact.digest, 1); /* untouched */
        assert_int_equal(fact.effect.days, 77);
    }
    hf_mine_free(&mine);
}

static void a_long_material_is_shown_in_part(void **state)
{
    struct hf_mine *mine = mine_new("UTC", "00:00", "start");
    struct hf_event event = event_new();
    struct hf_fact fact = {0};
    struct hf_refusal refusal = {HF_REFUSAL_NONE, ""};
    char *long_name = malloc(100000);
    (void)state;
    memset(long_name, 'x', 100000);
    event.material = (struct hf_text){long_name, 100000};
    assert_int_equal(hf_production_kind()->admit(&event, mine, NOW_MS, &fact, &refusal), HF_EINVAL);
    assert_string_equal(hf_refusal_name(refusal.code), "UNKNOWN_MATERIAL");
    assert_non_null(strstr(refusal.detail, "is not known"));
    free(long_name);
    hf_mine_free(&mine);
}

static void the_kind_names_its_topics(void **state)
{
    const struct hf_ledger_kind *kind = hf_production_kind();
    (void)state;
    assert_string_equal(kind->daemon, "headframe-production");
    assert_string_equal(hf_topic_info(kind->input)->name, "mine.production");
    assert_string_equal(hf_topic_info(kind->days)->name, "headframe.production-days");
    assert_string_equal(hf_topic_info(kind->state)->name, "headframe.production.state");
    assert_int_equal(kind->lines, HF_LINES_PRODUCTION);
    assert_int_equal(kind->event_type, HF_EVENT_PRODUCTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quantity_is_an_exact_mass),
        cmocka_unit_test(an_instant_falls_on_the_mines_own_production_date),
        cmocka_unit_test(the_line_is_material_stage_and_quality),
        cmocka_unit_test(a_voided_version_has_no_days),
        cmocka_unit_test(every_field_but_the_identity_is_in_the_digest),
        cmocka_unit_test(the_digest_never_changes),
        cmocka_unit_test(what_is_not_usable_is_refused),
        cmocka_unit_test(a_long_material_is_shown_in_part),
        cmocka_unit_test(the_kind_names_its_topics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
