/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that every word of the contract has one number and every number its word, and what the tables say of them. */
#include "headframe/vocabulary.h"

#include <stdio.h>
#include <string.h>

#include "../unit.h"
#include "headframe/refusal.h"

/* Holds where find gives each of count names its own index, and knows no other word. */
static void assert_words(int count, const char *(*name)(int), int (*find)(const char *, size_t))
{
    for (int i = 0; i < count; i++) {
        char longer[80];
        const char *word = name(i);
        size_t length = strlen(word);
        int written = snprintf(longer, sizeof longer, "%sX", word);
        assert_int_equal(find(word, length), i);
        assert_int_equal(find(longer, length), i); /* by length, not by NUL */
        assert_int_equal(find(longer, (size_t)written), -1);
        longer[0] = (char)(longer[0] ^ 0x20); /* the other case */
        assert_int_equal(find(longer, length), -1);
    }
    assert_int_equal(find("", 0), -1);
    assert_int_equal(find("\0\0\0", 3), -1);
    assert_int_equal(find("nothing", 7), -1);
    for (int i = 0; i < count; i++) { /* a word with NULs behind it is another word */
        char longer[200] = "";
        memcpy(longer, name(i), strlen(name(i)));
        assert_int_equal(find(longer, strlen(longer) + 1), -1);
        assert_int_equal(find(longer, sizeof longer), -1);
    }
}

static const char *stage_name(int i)
{
    return hf_stage_name((enum hf_stage)i);
}

static const char *quality_name(int i)
{
    return hf_quality_name((enum hf_quality)i);
}

static const char *unit_name(int i)
{
    return hf_unit_name((enum hf_unit)i);
}

static const char *element_name(int i)
{
    return hf_element_name((enum hf_element)i);
}

static void every_word_has_its_number(void **state)
{
    (void)state;
    assert_words(HF_STAGE_COUNT, stage_name, hf_stage_find);
    assert_words(HF_QUALITY_COUNT, quality_name, hf_quality_find);
    assert_words(HF_UNIT_COUNT, unit_name, hf_unit_find);
    assert_words(HF_ELEMENT_COUNT, element_name, hf_element_find);
    assert_words(hf_material_count(), hf_material_name, hf_material_find);
    assert_words(hf_currency_count(), hf_currency_code, hf_currency_find);
}

static void assert_ascending(int count, const char *(*name)(int))
{
    for (int i = 1; i < count; i++)
        if (strcmp(name(i - 1), name(i)) >= 0)
            fail_msg("%s does not come before %s", name(i - 1), name(i));
}

static void words_that_sort_output_ascend(void **state)
{
    (void)state;
    assert_ascending(HF_STAGE_COUNT, stage_name);
    assert_ascending(HF_ELEMENT_COUNT, element_name);
    assert_ascending(hf_material_count(), hf_material_name);
    assert_ascending(hf_currency_count(), hf_currency_code);
}

static void the_words_of_the_contract_are_there(void **state)
{
    static const char *const materials[] = {"ore", "gold", "silver", "platinum", "palladium", "copper", "lead", "zinc"};
    static const char *const currencies[] = {"USD", "CAD", "MXN", "MXP", "VEB", "VEF", "VES",
                                             "EUR", "DEM", "PEN", "PEI", "AUD", "ZAR", "CLP",
                                             "ARS", "BRL", "GBP", "JPY", "CNY", "KZT", "XOF"};
    static const char *const qualities[] = {"ESTIMATE", "WEIGHED", "ASSAYED", "SETTLED"};
    static const char *const steps[] = {"cash_operating", "total_cash", "total_production", "all_in_sustaining"};
    (void)state;
    for (size_t i = 0; i < COUNT(materials); i++)
        assert_true(hf_material_find(materials[i], strlen(materials[i])) >= 0);
    for (size_t i = 0; i < COUNT(currencies); i++)
        if (hf_currency_find(currencies[i], 3) < 0)
            fail_msg("%s is not known", currencies[i]);
    for (size_t i = 0; i < COUNT(qualities); i++) /* from first guess to settlement */
        assert_string_equal(hf_quality_name((enum hf_quality)i), qualities[i]);
    for (size_t i = 0; i < COUNT(steps); i++)
        assert_string_equal(hf_step_name((enum hf_step)i), steps[i]);
    assert_int_equal(hf_currency_find("usd", 3), -1);
    assert_int_equal(hf_currency_find("US", 2), -1);
    assert_int_equal(hf_currency_find("AAA", 3), -1);
    assert_int_equal(hf_currency_find("ZZZ", 3), -1);
}

/* List three of ISO 4217 as of 2026-01-01, whole; some of its codes are still current under another name. */
static void every_historic_currency_is_there(void **state)
{
    static const char codes[] =
        "ADP AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BEC BEF BEL BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR "
        "BUK BYB BYR CHC CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK ESA ESB ESP EUR FIM FRF GEK GHC GHP GNE GNS GQE GRD "
        "GWE GWP HRD HRK IDR IEP ILP ILR ISJ ITL LAJ LSM LTL LTT LUC LUF LUL LVL LVR MGF MLF MRO MTL MTP MVQ MWK MXP "
        "MZE MZM NIC NLG PEH PEI PEN PES PLZ PTE RHD ROK ROL RON RUR SDD SDG SDP SIT SKK SLL SRG STD SUR SZL TJR TMM "
        "TPE TRL TRY UAK UGS UGW USS UYN UYP VEB VEF VNC XEU XFO XFU XRE YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL "
        "ZWN ZWR ";
    static const char *const never_listed[] = {"ADF", "ARL", "ARM", "CNX", "MAF", "TLE"};
    (void)state;
    assert_int_equal(strlen(codes), 137 * 4);
    for (const char *code = codes; *code; code += 4)
        if (hf_currency_find(code, 3) < 0)
            fail_msg("%.3s is not known", code);
    for (size_t i = 0; i < COUNT(never_listed); i++) /* common in other tables, but never codes of the standard */
        assert_int_equal(hf_currency_find(never_listed[i], 3), -1);
}

static void only_four_metals_are_published_in_ounces(void **state)
{
    static const char *const ounces[] = {"gold", "palladium", "platinum", "silver"};
    int found = 0;
    (void)state;
    for (int i = 0; i < hf_material_count(); i++) {
        int is_ounce = 0;
        for (size_t j = 0; j < COUNT(ounces); j++)
            is_ounce |= strcmp(hf_material_name(i), ounces[j]) == 0;
        found += is_ounce;
        assert_int_equal(hf_material_default_unit(i), is_ounce ? HF_UNIT_OZT : HF_UNIT_T);
    }
    assert_int_equal(found, COUNT(ounces));
}

/* In 10^-13 g: grams of the contract with thirteen zeros. */
static void units_have_their_exact_masses(void **state)
{
    static const struct {
        const char *unit, *mass;
    } cases[] = {
        {"OZT", "311034768000000"},    /* 31.1034768 g */
        {"LB", "4535923700000000"},    /* 453.59237 g */
        {"ST", "9071847400000000000"}, /* 2 000 LB */
        {"KG", "10000000000000000"},   /* 1 000 g */
        {"G", "10000000000000"},       /* 1 g */
        {"T", "10000000000000000000"}, /* 1 000 000 g */
    };
    (void)state;
    assert_int_equal(COUNT(cases), HF_UNIT_COUNT);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int unit = hf_unit_find(cases[i].unit, strlen(cases[i].unit));
        assert_int128_equal(hf_unit_mass((enum hf_unit)unit), cases[i].mass);
        assert_true(hf_unit_micro_mass((enum hf_unit)unit) * 1000000 == hf_unit_mass((enum hf_unit)unit));
    }
}

/* The table of the contract, section 5: which steps an element enters before credits. */
static void elements_enter_the_steps_of_the_ladder(void **state)
{
    static const struct {
        const char *element;
        int cash_operating, total_cash, total_production, all_in_sustaining;
    } cases[] = {
        {"MINING", 1, 1, 1, 1},
        {"PROCESSING", 1, 1, 1, 1},
        {"SITE_ADMINISTRATION", 1, 1, 1, 1},
        {"DEVELOPMENT", 1, 1, 1, 1},
        {"TREATMENT_REFINING", 1, 1, 1, 1},
        {"INVENTORY_CHANGE", 1, 1, 1, 1},
        {"OTHER_OPERATING", 1, 1, 1, 1},
        {"ROYALTY", 0, 1, 1, 1},
        {"PRODUCTION_TAX", 0, 1, 1, 1},
        {"DEPRECIATION", 0, 0, 1, 0},
        {"RECLAMATION", 0, 0, 1, 1},
        {"SUSTAINING_CAPITAL", 0, 0, 0, 1},
        {"SUSTAINING_EXPLORATION", 0, 0, 0, 1},
        {"CORPORATE_ADMINISTRATION", 0, 0, 0, 1},
        {"BY_PRODUCT_CREDIT", 0, 0, 0, 0},
        {"EXPLORATION", 0, 0, 0, 0},
        {"GROWTH_CAPITAL", 0, 0, 0, 0},
    };
    (void)state;
    assert_int_equal(COUNT(cases), HF_ELEMENT_COUNT);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int element = hf_element_find(cases[i].element, strlen(cases[i].element));
        const int expected[] = {cases[i].cash_operating, cases[i].total_cash, cases[i].total_production,
                                cases[i].all_in_sustaining};
        assert_true(element >= 0);
        for (size_t step = 0; step < COUNT(expected); step++)
            if (hf_step_holds((enum hf_step)step, (enum hf_element)element) != expected[step])
                fail_msg("%s in %s", cases[i].element, hf_step_name((enum hf_step)step));
    }
}

static void lines_hold_what_they_were_made_of(void **state)
{
    static char taken[HF_LINE_LIMIT];
    (void)state;
    for (int material = 0; material < hf_material_count(); material++)
        for (int stage = 0; stage < HF_STAGE_COUNT; stage++)
            for (int quality = 0; quality < HF_QUALITY_COUNT; quality++) {
                uint16_t line = hf_production_line(material, (enum hf_stage)stage, (enum hf_quality)quality);
                assert_true(line < HF_LINE_LIMIT);
                assert_int_equal(taken[line]++, 0);
                assert_int_equal(hf_production_line_material(line), material);
                assert_int_equal(hf_production_line_stage(line), stage);
                assert_int_equal(hf_production_line_quality(line), quality);
            }
    memset(taken, 0, sizeof taken);
    for (int element = 0; element < HF_ELEMENT_COUNT; element++)
        for (int currency = 0; currency < hf_currency_count(); currency++) {
            uint16_t line = hf_cost_line((enum hf_element)element, currency);
            assert_true(line < HF_LINE_LIMIT);
            assert_int_equal(taken[line]++, 0);
            assert_int_equal(hf_cost_line_element(line), element);
            assert_int_equal(hf_cost_line_currency(line), currency);
        }
}

/* Output is sorted by material and stage, and by element and currency: so are the lines. */
static void lines_ascend_with_their_words(void **state)
{
    (void)state;
    assert_true(hf_production_line(1, HF_STAGE_CONTAINED, HF_QUALITY_ESTIMATE) >
                hf_production_line(0, HF_STAGE_SOLD, HF_QUALITY_SETTLED));
    assert_true(hf_production_line(1, HF_STAGE_MILLED, HF_QUALITY_ESTIMATE) >
                hf_production_line(1, HF_STAGE_CONTAINED, HF_QUALITY_SETTLED));
    assert_true(hf_cost_line(HF_ELEMENT_MINING, 0) >
                hf_cost_line(HF_ELEMENT_INVENTORY_CHANGE, hf_currency_count() - 1));
    assert_true(hf_cost_line(HF_ELEMENT_MINING, 1) > hf_cost_line(HF_ELEMENT_MINING, 0));
}

static void refusals_carry_the_codes_of_the_contract(void **state)
{
    static const char *const names[] = {
        "",
        "MALFORMED",
        "UNKNOWN_SCHEMA",
        "KEY_MISMATCH",
        "WRONG_PARTITION",
        "UNKNOWN_MINE",
        "UNKNOWN_MATERIAL",
        "UNKNOWN_CURRENCY",
        "BAD_ID",
        "BAD_UNIT",
        "BAD_QUANTITY",
        "BAD_TIME",
        "BAD_PERIOD",
        "REVISION_CONFLICT",
        "PERIOD_CLOSED",
        "TOO_LATE",
        "BAD_REFERENCE",
    };
    struct hf_refusal refusal;
    char value[1001];
    (void)state;
    assert_int_equal(COUNT(names), HF_REFUSAL_BAD_REFERENCE + 1);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(hf_refusal_name((enum hf_refusal_code)i), names[i]);
    assert_int_equal(hf_refuse(&refusal, HF_REFUSAL_BAD_UNIT, "unit \"%s\" is not known", "DWT"), HF_EINVAL);
    assert_int_equal(refusal.code, HF_REFUSAL_BAD_UNIT);
    assert_string_equal(refusal.detail, "unit \"DWT\" is not known");
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    hf_refuse(&refusal, HF_REFUSAL_BAD_ID, "%s", value);
    assert_int_equal(strlen(refusal.detail), sizeof refusal.detail - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_has_its_number),
        cmocka_unit_test(words_that_sort_output_ascend),
        cmocka_unit_test(the_words_of_the_contract_are_there),
        cmocka_unit_test(every_historic_currency_is_there),
        cmocka_unit_test(only_four_metals_are_published_in_ounces),
        cmocka_unit_test(units_have_their_exact_masses),
        cmocka_unit_test(elements_enter_the_steps_of_the_ladder),
        cmocka_unit_test(lines_hold_what_they_were_made_of),
        cmocka_unit_test(lines_ascend_with_their_words),
        cmocka_unit_test(refusals_carry_the_codes_of_the_contract),
    };
    return cmocka_run_group_tests_name("vocabulary", tests, NULL, NULL);
}
