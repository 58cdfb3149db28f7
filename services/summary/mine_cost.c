/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which days of a mine are matched, and what it cost on them (contract, section 5).
 *
 * Every mine counts cost and production only up to its matched day: the earlier of its clock and its costs clock, so that
 * a month whose costs are not in yet does not look cheap. */
#include "mine_cost.h"

static struct clock matched_through(const struct member *member, const struct hf_window *window)
{
    if (!member->own_clock.is_set || !member->costs_clock.is_set)
        return (struct clock){0, 0};
    int32_t matched = MIN(MIN(member->own_clock.date, member->costs_clock.date), window->through);
    return matched >= window->from ? (struct clock){1, matched} : (struct clock){0, 0};
}

static void add_values(struct mine_cost *cost, struct valuation *valuation, int32_t from)
{
    const struct mine_lines *lines = &cost->member->lines;
    cost->values = g_new0(struct metal_value, lines->stage_count);
    for (size_t i = 0; i < lines->stage_count; i++) {
        const struct stage_lines *payable = &lines->stages[i];
        if (payable->conversion < 0)
            continue;
        struct metal_value *value = &cost->values[cost->value_count++];
        value->metal = payable->material;
        money_init(&value->value);
        money_add_payable(valuation, cost->member, payable, from, cost->matched.date, &value->value);
        money_add(&cost->value, &value->value);
    }
}

/* Credits of a mine that prices its by-products: the value of all metals but its primary one. */
static void add_priced_credits(struct mine_cost *cost)
{
    for (size_t i = 0; i < cost->value_count; i++)
        if (cost->values[i].metal != cost->member->mine->reference->primary_metal)
            money_add(&cost->ladder.credits, &cost->values[i].value);
}

void mine_cost_init(struct mine_cost *cost, struct valuation *valuation, const struct hf_window *window,
                    const struct member *member)
{
    *cost = (struct mine_cost){.member = member};
    ladder_init(&cost->ladder);
    money_init(&cost->value);
    cost->is_listed = !member_is_corporate(member) && member->mine->reference->primary_metal >= 0 &&
                      member_has_facts(member, window->from, window->through);
    if (!cost->is_listed)
        return;
    cost->matched = matched_through(member, window);
    if (!cost->matched.is_set)
        return;
    ladder_add_spent(valuation, member, window->from, cost->matched.date, &cost->ladder);
    add_values(cost, valuation, window->from);
    if (member->mine->reference->credits == HF_CREDITS_PRICED)
        add_priced_credits(cost);
}

void mine_cost_fini(struct mine_cost *cost)
{
    ladder_fini(&cost->ladder);
    money_fini(&cost->value);
    for (size_t i = 0; i < cost->value_count; i++)
        money_fini(&cost->values[i].value);
    g_free(cost->values);
}

const struct money *mine_cost_value(const struct mine_cost *cost, int metal)
{
    for (size_t i = 0; i < cost->value_count; i++)
        if (cost->values[i].metal == metal)
            return cost->values[i].value.facts > 0 ? &cost->values[i].value : NULL;
    return NULL;
}

void mine_cost_split(const struct mine_cost *cost, const struct money *value, struct ladder *out)
{
    if (!cost->value.is_unknown && mpz_sgn(cost->value.amount) > 0)
        ladder_set_part(out, &cost->ladder, value->amount, cost->value.amount);
    else
        ladder_set_unknown(out);
}
