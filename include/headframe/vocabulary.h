/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the contract as small numbers: materials, stages, qualities, units, cost elements, currencies.
 *
 * Numbers are for memory only. On every topic the words stand, so a table may grow in the middle between versions.
 * Numbers follow the byte order of the words where output is sorted by them. All functions: any thread, no failure
 * but the one stated. */
#ifndef HEADFRAME_VOCABULARY_H
#define HEADFRAME_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/decimal.h"

/* Where in the flow a mass was measured; in byte order of the names. */
enum hf_stage {
    HF_STAGE_CONTAINED,
    HF_STAGE_MILLED,
    HF_STAGE_MINED,
    HF_STAGE_PAYABLE,
    HF_STAGE_PRODUCED,
    HF_STAGE_SOLD,
    HF_STAGE_COUNT
};

/* How firm a figure is; from first guess to settlement. */
enum hf_quality { HF_QUALITY_ESTIMATE, HF_QUALITY_WEIGHED, HF_QUALITY_ASSAYED, HF_QUALITY_SETTLED, HF_QUALITY_COUNT };

enum hf_unit { HF_UNIT_OZT, HF_UNIT_LB, HF_UNIT_KG, HF_UNIT_G, HF_UNIT_T, HF_UNIT_ST, HF_UNIT_COUNT };

/* Cost elements (contract, section 5); in byte order of the names. */
enum hf_element {
    HF_ELEMENT_BY_PRODUCT_CREDIT,
    HF_ELEMENT_CORPORATE_ADMINISTRATION,
    HF_ELEMENT_DEPRECIATION,
    HF_ELEMENT_DEVELOPMENT,
    HF_ELEMENT_EXPLORATION,
    HF_ELEMENT_GROWTH_CAPITAL,
    HF_ELEMENT_INVENTORY_CHANGE,
    HF_ELEMENT_MINING,
    HF_ELEMENT_OTHER_OPERATING,
    HF_ELEMENT_PROCESSING,
    HF_ELEMENT_PRODUCTION_TAX,
    HF_ELEMENT_RECLAMATION,
    HF_ELEMENT_ROYALTY,
    HF_ELEMENT_SITE_ADMINISTRATION,
    HF_ELEMENT_SUSTAINING_CAPITAL,
    HF_ELEMENT_SUSTAINING_EXPLORATION,
    HF_ELEMENT_TREATMENT_REFINING,
    HF_ELEMENT_COUNT
};

/* Steps of the cost ladder, in the order of publication. */
enum hf_step {
    HF_STEP_CASH_OPERATING,
    HF_STEP_TOTAL_CASH,
    HF_STEP_TOTAL_PRODUCTION,
    HF_STEP_ALL_IN_SUSTAINING,
    HF_STEP_COUNT
};

/* Names as published. The argument must be in range. */
const char *hf_stage_name(enum hf_stage stage);
const char *hf_quality_name(enum hf_quality quality);
const char *hf_unit_name(enum hf_unit unit);
const char *hf_element_name(enum hf_element element);
const char *hf_step_name(enum hf_step step);

/* Look-ups by name; the name need not end in NUL. Return the number, or -1 where there is no such word. */
int hf_stage_find(const char *name, size_t length);
int hf_quality_find(const char *name, size_t length);
int hf_unit_find(const char *name, size_t length);
int hf_element_find(const char *name, size_t length);

/* Materials: the table in vocabulary.c, in byte order of the names. Numbers run from 0 to hf_material_count() - 1. */
int hf_material_count(void);
int hf_material_find(const char *name, size_t length);
const char *hf_material_name(int material);
/* OZT for gold, silver, platinum and palladium, T for all others (contract, section 2). */
enum hf_unit hf_material_default_unit(int material);

/* Currencies: ISO 4217, its historic codes included; in byte order. */
int hf_currency_count(void);
int hf_currency_find(const char *code, size_t length);
const char *hf_currency_code(int currency);

/* One unit, in 10^-13 g; and one millionth of it, which is a whole number of 10^-13 g for each unit
 * (a troy ounce is 31.1034768 g, a pound 453.59237 g, a short ton 2,000 lb). */
hf_int128 hf_unit_mass(enum hf_unit unit);
hf_int128 hf_unit_micro_mass(enum hf_unit unit);

/* True where element's amounts enter the step before credits (contract, section 5). Credits enter none. */
int hf_step_holds(enum hf_step step, enum hf_element element);

/* --- lines: what one day total is about, in 14 bits ------------------------------------------------------------- */

/* A production line is (material, stage, quality), a cost line (element, currency). Both number spaces start at 0;
 * which one is meant is known from the topic. */
enum { HF_LINE_LIMIT = 1 << 14 };

uint16_t hf_production_line(int material, enum hf_stage stage, enum hf_quality quality);
int hf_production_line_material(uint16_t line);
enum hf_stage hf_production_line_stage(uint16_t line);
enum hf_quality hf_production_line_quality(uint16_t line);

uint16_t hf_cost_line(enum hf_element element, int currency);
enum hf_element hf_cost_line_element(uint16_t line);
int hf_cost_line_currency(uint16_t line);

#endif
