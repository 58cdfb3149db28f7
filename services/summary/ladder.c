/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what enters each step of the cost ladder, and how a step is published (contract, section 5).
 *
 * Amounts are integers over the valuation's denominator L × D (money.c) and, where a cost was split, over the ladder's
 * divisor V as well. A quantity is an integer q over D × u, u the mass of the output unit. Per unit is then
 *
 *   (amount ÷ (L × D × V)) ÷ (q ÷ (D × u))  =  amount × u ÷ (L × V × q)
 *
 * so that each published figure is one quotient of two integers, rounded once. */
#include "ladder.h"

#include <assert.h>

#include "headframe/vocabulary.h"

enum { ALL_IN = 1 << HF_STEP_ALL_IN_SUSTAINING };
enum { MONEY_DIGITS = 2, UNIT_COST_DIGITS = 4, QUANTITY_DIGITS = 3 };

void ladder_init(struct ladder *ladder)
{
    for (int step = 0; step < HF_STEP_COUNT; step++)
        money_init(&ladder->before[step]);
    money_init(&ladder->credits);
    money_init(&ladder->office_credits);
    mpz_init_set_ui(ladder->divisor, 1);
}

void ladder_fini(struct ladder *ladder)
{
    for (int step = 0; step < HF_STEP_COUNT; step++)
        money_fini(&ladder->before[step]);
    money_fini(&ladder->credits);
    money_fini(&ladder->office_credits);
    mpz_clear(ladder->divisor);
}

/* --- sums ------------------------------------------------------------------------------------------------------- */

/* Multiplies all amounts and the divisor: the ladder is worth what it was. */
static void expand(struct ladder *ladder, const mpz_t factor)
{
    for (int step = 0; step < HF_STEP_COUNT; step++)
        mpz_mul(ladder->before[step].amount, ladder->before[step].amount, factor);
    mpz_mul(ladder->credits.amount, ladder->credits.amount, factor);
    mpz_mul(ladder->office_credits.amount, ladder->office_credits.amount, factor);
    mpz_mul(ladder->divisor, ladder->divisor, factor);
}

/* sum += part × factor. */
static void add_times(struct money *sum, const struct money *part, const mpz_t factor)
{
    mpz_addmul(sum->amount, part->amount, factor);
    sum->is_unknown |= part->is_unknown;
    sum->facts += part->facts;
}

void ladder_add(struct ladder *sum, const struct ladder *part)
{
    mpz_t factor; /* brings part to the sum's divisor */
    mpz_init_set_ui(factor, 1);
    if (mpz_cmp(sum->divisor, part->divisor) != 0) {
        mpz_set(factor, sum->divisor);
        expand(sum, part->divisor);
    }
    for (int step = 0; step < HF_STEP_COUNT; step++)
        add_times(&sum->before[step], &part->before[step], factor);
    add_times(&sum->credits, &part->credits, factor);
    add_times(&sum->office_credits, &part->office_credits, factor);
    mpz_clear(factor);
}

void ladder_set_part(struct ladder *out, const struct ladder *ladder, const mpz_t part, const mpz_t whole)
{
    mpz_t factor; /* part ÷ whole in lowest terms: divisors multiply when parts of several mines are added up */
    mpz_init(factor);
    mpz_gcd(factor, part, whole);
    mpz_divexact(out->divisor, whole, factor);
    mpz_divexact(factor, part, factor);
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        mpz_mul(out->before[step].amount, ladder->before[step].amount, factor);
        out->before[step].is_unknown = ladder->before[step].is_unknown;
    }
    mpz_clear(factor);
}

void ladder_set_unknown(struct ladder *out)
{
    for (int step = 0; step < HF_STEP_COUNT; step++)
        out->before[step].is_unknown = 1;
}

/* --- costs as they were spent ----------------------------------------------------------------------------------- */

/* What stands outside the ladder does not enter it: then a missing rate does not matter. Credits do, where they are not
 * priced instead. An office's costs enter the all-in step alone. */
static int enters(const struct cost_lines *costs, const struct member *member)
{
    if (costs->element == HF_ELEMENT_BY_PRODUCT_CREDIT)
        return member->mine->reference->credits != HF_CREDITS_PRICED;
    if (member_is_corporate(member))
        return (costs->steps & ALL_IN) != 0;
    return costs->steps != 0;
}

/* True of the PAYABLE lines whose value is the credit of a member that prices its by-products. */
static int is_priced_credit(const struct stage_lines *lines, const struct member *member)
{
    return lines->conversion >= 0 && lines->material != member->mine->reference->primary_metal &&
           member->mine->reference->credits == HF_CREDITS_PRICED;
}

/* An office's credits are priced like a mine's; a mine's come with the values of its metals (mine_cost.c). */
static void add_priced_office_credits(struct valuation *valuation, const struct member *office, int32_t from,
                                      int32_t through, struct money *credits)
{
    for (size_t i = 0; i < office->lines.stage_count; i++)
        if (is_priced_credit(&office->lines.stages[i], office))
            money_add_payable(valuation, office, &office->lines.stages[i], from, through, credits);
}

void ladder_add_spent(struct valuation *valuation, const struct member *member, int32_t from, int32_t through,
                      struct ladder *ladder)
{
    int is_office = member_is_corporate(member);
    struct money part;
    assert(mpz_cmp_ui(ladder->divisor, 1) == 0);
    money_init(&part);
    for (size_t i = 0; i < member->lines.cost_count; i++) {
        const struct cost_lines *costs = &member->lines.costs[i];
        if (!enters(costs, member))
            continue;
        money_reset(&part);
        money_add_costs(valuation, member, costs, from, through, &part);
        if (costs->element == HF_ELEMENT_BY_PRODUCT_CREDIT)
            money_add(is_office ? &ladder->office_credits : &ladder->credits, &part);
        unsigned steps = is_office ? costs->steps & ALL_IN : costs->steps;
        for (int step = 0; step < HF_STEP_COUNT; step++)
            if (steps >> step & 1U)
                money_add(&ladder->before[step], &part);
    }
    money_fini(&part);
    if (is_office)
        add_priced_office_credits(valuation, member, from, through, &ladder->office_credits);
}

int office_has_spent(const struct member *office, int32_t from, int32_t through)
{
    const struct mine_lines *lines = &office->lines;
    for (size_t i = 0; i < lines->cost_count; i++)
        if (enters(&lines->costs[i], office) && member_has_live_lines(office, &lines->costs[i].set, from, through))
            return 1;
    for (size_t i = 0; i < lines->stage_count; i++)
        if (is_priced_credit(&lines->stages[i], office) &&
            member_has_live_lines(office, &lines->stages[i].set, from, through))
            return 1;
    return 0;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

void ladder_writer_init(struct ladder_writer *writer, const struct valuation *valuation, int metal,
                        struct hf_json_writer *json)
{
    struct hf_int128_limbs limbs;
    const struct view *view = valuation->view;
    *writer = (struct ladder_writer){.valuation = valuation, .json = json};
    mpz_inits(writer->quantity_denominator, writer->money_denominator, writer->unit_denominator, writer->before,
              writer->credits, writer->after, NULL);
    mpz_init_set(writer->unit_mass, hf_int128_borrow(hf_unit_mass(hf_output_unit(view->units, metal)), &limbs));
    mpz_mul(writer->quantity_denominator, writer->unit_mass, view->share_scale);
}

void ladder_writer_fini(struct ladder_writer *writer)
{
    mpz_clears(writer->unit_mass, writer->quantity_denominator, writer->money_denominator, writer->unit_denominator,
               writer->before, writer->credits, writer->after, NULL);
}

static void write_money(const struct ladder_writer *writer, const char *key, const mpz_t amount)
{
    hf_json_quotient(writer->json, key, amount, writer->money_denominator, MONEY_DIGITS);
}

/* The step of writer->before and writer->credits. */
static void write_step(struct ladder_writer *writer, const char *key)
{
    mpz_sub(writer->after, writer->before, writer->credits);
    hf_json_begin_object(writer->json, key);
    write_money(writer, "before_credits", writer->before);
    write_money(writer, "credits", writer->credits);
    write_money(writer, "after_credits", writer->after);
    if (mpz_sgn(writer->unit_denominator) > 0) {
        mpz_mul(writer->after, writer->after, writer->unit_mass);
        hf_json_quotient(writer->json, "per_unit", writer->after, writer->unit_denominator, UNIT_COST_DIGITS);
    } else {
        hf_json_null(writer->json, "per_unit");
    }
    hf_json_end_object(writer->json);
}

/* Sets writer->before and writer->credits; returns 0 where either is unknown. */
static int take_step(struct ladder_writer *writer, const struct ladder *ladder, enum hf_step step)
{
    const struct money *before = &ladder->before[step], *more = &ladder->office_credits;
    int has_more = step == HF_STEP_ALL_IN_SUSTAINING;
    if (before->is_unknown || ladder->credits.is_unknown || (has_more && more->is_unknown))
        return 0;
    mpz_set(writer->before, before->amount);
    mpz_set(writer->credits, ladder->credits.amount);
    if (has_more)
        mpz_add(writer->credits, writer->credits, more->amount);
    return 1;
}

void ladder_write(struct ladder_writer *writer, const struct ladder *ladder, const mpz_t quantity)
{
    if (ladder) {
        hf_json_quotient(writer->json, "production", quantity, writer->quantity_denominator, QUANTITY_DIGITS);
        mpz_mul(writer->money_denominator, writer->valuation->denominator, ladder->divisor);
        mpz_mul(writer->unit_denominator, writer->valuation->scale, ladder->divisor);
        mpz_mul(writer->unit_denominator, writer->unit_denominator, quantity);
    } else {
        hf_json_null(writer->json, "production");
    }
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        const char *name = hf_step_name((enum hf_step)step);
        if (ladder && take_step(writer, ladder, (enum hf_step)step))
            write_step(writer, name);
        else
            hf_json_null(writer->json, name);
    }
}
