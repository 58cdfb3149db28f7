/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the contract's words, and which cost element enters which step of the ladder. */
#include "headframe/vocabulary.h"

#include <string.h>

struct material {
    const char *name;
    enum hf_unit unit;
};

/* In byte order of the names. To add a material, add its row. */
/* clang-format off */
static const struct material materials[] = {
    {"antimony", HF_UNIT_T},
    {"cobalt", HF_UNIT_T},
    {"copper", HF_UNIT_T},
    {"gold", HF_UNIT_OZT},
    {"iron", HF_UNIT_T},
    {"lead", HF_UNIT_T},
    {"lithium", HF_UNIT_T},
    {"manganese", HF_UNIT_T},
    {"molybdenum", HF_UNIT_T},
    {"nickel", HF_UNIT_T},
    {"ore", HF_UNIT_T},
    {"palladium", HF_UNIT_OZT},
    {"platinum", HF_UNIT_OZT},
    {"rhodium", HF_UNIT_T},
    {"silver", HF_UNIT_OZT},
    {"tin", HF_UNIT_T},
    {"tungsten", HF_UNIT_T},
    {"uranium", HF_UNIT_T},
    {"waste", HF_UNIT_T},
    {"zinc", HF_UNIT_T},
};
/* clang-format on */

/* In byte order: list one of ISO 4217 (current codes) without its units of account and test codes (XAD, XBA to XBD,
 * XDR, XSU, XTS, XUA, XXX), and all of its list three (historic denominations) for books of the past: VEB until 2007,
 * MXP until 1992, the currencies the euro replaced. To add one, add it in its place. */
static const char *const currencies[] = {
    "ADP", "AED", "AFA", "AFN", "ALK", "ALL", "AMD", "ANG", "AOA", "AOK", "AON", "AOR", "ARA", "ARP", "ARS", "ARY",
    "ATS", "AUD", "AWG", "AYM", "AZM", "AZN", "BAD", "BAM", "BBD", "BDT", "BEC", "BEF", "BEL", "BGJ", "BGK", "BGL",
    "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BOP", "BOV", "BRB", "BRC", "BRE", "BRL", "BRN", "BRR", "BSD", "BTN",
    "BUK", "BWP", "BYB", "BYN", "BYR", "BZD", "CAD", "CDF", "CHC", "CHE", "CHF", "CHW", "CLF", "CLP", "CNY", "COP",
    "COU", "CRC", "CSD", "CSJ", "CSK", "CUC", "CUP", "CVE", "CYP", "CZK", "DDM", "DEM", "DJF", "DKK", "DOP", "DZD",
    "ECS", "ECV", "EEK", "EGP", "ERN", "ESA", "ESB", "ESP", "ETB", "EUR", "FIM", "FJD", "FKP", "FRF", "GBP", "GEK",
    "GEL", "GHC", "GHP", "GHS", "GIP", "GMD", "GNE", "GNF", "GNS", "GQE", "GRD", "GTQ", "GWE", "GWP", "GYD", "HKD",
    "HNL", "HRD", "HRK", "HTG", "HUF", "IDR", "IEP", "ILP", "ILR", "ILS", "INR", "IQD", "IRR", "ISJ", "ISK", "ITL",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAJ", "LAK", "LBP", "LKR",
    "LRD", "LSL", "LSM", "LTL", "LTT", "LUC", "LUF", "LUL", "LVL", "LVR", "LYD", "MAD", "MDL", "MGA", "MGF", "MKD",
    "MLF", "MMK", "MNT", "MOP", "MRO", "MRU", "MTL", "MTP", "MUR", "MVQ", "MVR", "MWK", "MXN", "MXP", "MXV", "MYR",
    "MZE", "MZM", "MZN", "NAD", "NGN", "NIC", "NIO", "NLG", "NOK", "NPR", "NZD", "OMR", "PAB", "PEH", "PEI", "PEN",
    "PES", "PGK", "PHP", "PKR", "PLN", "PLZ", "PTE", "PYG", "QAR", "RHD", "ROK", "ROL", "RON", "RSD", "RUB", "RUR",
    "RWF", "SAR", "SBD", "SCR", "SDD", "SDG", "SDP", "SEK", "SGD", "SHP", "SIT", "SKK", "SLE", "SLL", "SOS", "SRD",
    "SRG", "SSP", "STD", "STN", "SUR", "SVC", "SYP", "SZL", "THB", "TJR", "TJS", "TMM", "TMT", "TND", "TOP", "TPE",
    "TRL", "TRY", "TTD", "TWD", "TZS", "UAH", "UAK", "UGS", "UGW", "UGX", "USD", "USN", "USS", "UYI", "UYN", "UYP",
    "UYU", "UYW", "UZS", "VEB", "VED", "VEF", "VES", "VNC", "VND", "VUV", "WST", "XAF", "XAG", "XAU", "XCD", "XCG",
    "XEU", "XFO", "XFU", "XOF", "XPD", "XPF", "XPT", "XRE", "YDD", "YER", "YUD", "YUM", "YUN", "ZAL", "ZAR", "ZMK",
    "ZMW", "ZRN", "ZRZ", "ZWC", "ZWD", "ZWG", "ZWL", "ZWN", "ZWR",
};

static const char *const stages[] = {"CONTAINED", "MILLED", "MINED", "PAYABLE", "PRODUCED", "SOLD"};
static const char *const qualities[] = {"ESTIMATE", "WEIGHED", "ASSAYED", "SETTLED"};
static const char *const units[] = {"OZT", "LB", "KG", "G", "T", "ST"};
static const char *const steps[] = {"cash_operating", "total_cash", "total_production", "all_in_sustaining"};

enum {
    IN_CASH_OPERATING = 1 << HF_STEP_CASH_OPERATING,
    IN_TOTAL_CASH = 1 << HF_STEP_TOTAL_CASH,
    IN_TOTAL_PRODUCTION = 1 << HF_STEP_TOTAL_PRODUCTION,
    IN_ALL_IN_SUSTAINING = 1 << HF_STEP_ALL_IN_SUSTAINING,
    IN_ALL = IN_CASH_OPERATING | IN_TOTAL_CASH | IN_TOTAL_PRODUCTION | IN_ALL_IN_SUSTAINING
};

static const struct {
    const char *name;
    unsigned steps;
} elements[HF_ELEMENT_COUNT] = {
    [HF_ELEMENT_BY_PRODUCT_CREDIT] = {"BY_PRODUCT_CREDIT", 0},
    [HF_ELEMENT_CORPORATE_ADMINISTRATION] = {"CORPORATE_ADMINISTRATION", IN_ALL_IN_SUSTAINING},
    [HF_ELEMENT_DEPRECIATION] = {"DEPRECIATION", IN_TOTAL_PRODUCTION},
    [HF_ELEMENT_DEVELOPMENT] = {"DEVELOPMENT", IN_ALL},
    [HF_ELEMENT_EXPLORATION] = {"EXPLORATION", 0},
    [HF_ELEMENT_GROWTH_CAPITAL] = {"GROWTH_CAPITAL", 0},
    [HF_ELEMENT_INVENTORY_CHANGE] = {"INVENTORY_CHANGE", IN_ALL},
    [HF_ELEMENT_MINING] = {"MINING", IN_ALL},
    [HF_ELEMENT_OTHER_OPERATING] = {"OTHER_OPERATING", IN_ALL},
    [HF_ELEMENT_PROCESSING] = {"PROCESSING", IN_ALL},
    [HF_ELEMENT_PRODUCTION_TAX] = {"PRODUCTION_TAX", IN_TOTAL_CASH | IN_TOTAL_PRODUCTION | IN_ALL_IN_SUSTAINING},
    [HF_ELEMENT_RECLAMATION] = {"RECLAMATION", IN_TOTAL_PRODUCTION | IN_ALL_IN_SUSTAINING},
    [HF_ELEMENT_ROYALTY] = {"ROYALTY", IN_TOTAL_CASH | IN_TOTAL_PRODUCTION | IN_ALL_IN_SUSTAINING},
    [HF_ELEMENT_SITE_ADMINISTRATION] = {"SITE_ADMINISTRATION", IN_ALL},
    [HF_ELEMENT_SUSTAINING_CAPITAL] = {"SUSTAINING_CAPITAL", IN_ALL_IN_SUSTAINING},
    [HF_ELEMENT_SUSTAINING_EXPLORATION] = {"SUSTAINING_EXPLORATION", IN_ALL_IN_SUSTAINING},
    [HF_ELEMENT_TREATMENT_REFINING] = {"TREATMENT_REFINING", IN_ALL},
};

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

_Static_assert(COUNT(materials) * HF_STAGE_COUNT * HF_QUALITY_COUNT <= HF_LINE_LIMIT, "a production line has 14 bits");
_Static_assert(COUNT(currencies) * HF_ELEMENT_COUNT <= HF_LINE_LIMIT, "a cost line has 14 bits");

static int is_word(const char *word, const char *name, size_t length)
{
    return strlen(word) == length && memcmp(word, name, length) == 0;
}

/* Negative, 0 or positive where word comes before name in byte order, is it, or comes after it. */
static int compare_word(const char *word, const char *name, size_t length)
{
    size_t own_length = strlen(word);
    int order = memcmp(word, name, own_length < length ? own_length : length);
    return order != 0 ? order : (own_length > length) - (own_length < length);
}

static int find_word(const char *const *words, int count, const char *name, size_t length)
{
    for (int i = 0; i < count; i++)
        if (is_word(words[i], name, length))
            return i;
    return -1;
}

const char *hf_stage_name(enum hf_stage stage)
{
    return stages[stage];
}

const char *hf_quality_name(enum hf_quality quality)
{
    return qualities[quality];
}

const char *hf_unit_name(enum hf_unit unit)
{
    return units[unit];
}

const char *hf_element_name(enum hf_element element)
{
    return elements[element].name;
}

const char *hf_step_name(enum hf_step step)
{
    return steps[step];
}

int hf_stage_find(const char *name, size_t length)
{
    return find_word(stages, COUNT(stages), name, length);
}

int hf_quality_find(const char *name, size_t length)
{
    return find_word(qualities, COUNT(qualities), name, length);
}

int hf_unit_find(const char *name, size_t length)
{
    return find_word(units, COUNT(units), name, length);
}

int hf_element_find(const char *name, size_t length)
{
    for (int i = 0; i < COUNT(elements); i++)
        if (is_word(elements[i].name, name, length))
            return i;
    return -1;
}

int hf_material_count(void)
{
    return COUNT(materials);
}

int hf_material_find(const char *name, size_t length)
{
    int low = 0, high = COUNT(materials);
    while (low < high) {
        int middle = (low + high) / 2, order = compare_word(materials[middle].name, name, length);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

const char *hf_material_name(int material)
{
    return materials[material].name;
}

enum hf_unit hf_material_default_unit(int material)
{
    return materials[material].unit;
}

int hf_currency_count(void)
{
    return COUNT(currencies);
}

int hf_currency_find(const char *code, size_t length)
{
    int low = 0, high = COUNT(currencies);
    if (length != 3)
        return -1;
    while (low < high) {
        int middle = (low + high) / 2;
        int order = memcmp(currencies[middle], code, 3);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

const char *hf_currency_code(int currency)
{
    return currencies[currency];
}

hf_int128 hf_unit_micro_mass(enum hf_unit unit)
{
    static const int64_t micro_mass[HF_UNIT_COUNT] = {
        [HF_UNIT_OZT] = 311034768, [HF_UNIT_LB] = 4535923700,    [HF_UNIT_KG] = 10000000000,
        [HF_UNIT_G] = 10000000,    [HF_UNIT_T] = 10000000000000, [HF_UNIT_ST] = 9071847400000,
    };
    return micro_mass[unit];
}

hf_int128 hf_unit_mass(enum hf_unit unit)
{
    return hf_unit_micro_mass(unit) * 1000000;
}

int hf_step_holds(enum hf_step step, enum hf_element element)
{
    return (elements[element].steps >> step & 1U) != 0;
}

uint16_t hf_production_line(int material, enum hf_stage stage, enum hf_quality quality)
{
    return (uint16_t)((material * HF_STAGE_COUNT + (int)stage) * HF_QUALITY_COUNT + (int)quality);
}

int hf_production_line_material(uint16_t line)
{
    return line / (HF_STAGE_COUNT * HF_QUALITY_COUNT);
}

enum hf_stage hf_production_line_stage(uint16_t line)
{
    return (enum hf_stage)(line / HF_QUALITY_COUNT % HF_STAGE_COUNT);
}

enum hf_quality hf_production_line_quality(uint16_t line)
{
    return (enum hf_quality)(line % HF_QUALITY_COUNT);
}

uint16_t hf_cost_line(enum hf_element element, int currency)
{
    return (uint16_t)((int)element * COUNT(currencies) + currency);
}

enum hf_element hf_cost_line_element(uint16_t line)
{
    return (enum hf_element)(line / COUNT(currencies));
}

int hf_cost_line_currency(uint16_t line)
{
    return line % COUNT(currencies);
}
