/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how the money of a window is added up: in integers over one denominator.
 *
 *   money = Σ share × day totals of a month × factor of the month      (conversion.h)
 *
 * A share is a whole number over the view's share_scale D (attributable.h). A factor is a fraction; L, the valuation's
 * scale, is a common multiple of the denominators of all factors of the window's months, so that factor × L is a whole
 * number, its weight. Then money × L × D is a sum of products of integers: nothing is divided, and no fraction brought to
 * its lowest terms, until a figure is written. */
#include "money.h"

#include <glib.h>

/* --- valuation -------------------------------------------------------------------------------------------------- */

/* Which months of the conversion the window holds; makes scale a multiple of their denominators. */
static void suit_scale(struct valuation *valuation, struct conversion *conversion, const struct hf_window *window,
                       struct weights *weights)
{
    int32_t from = MAX(window->from, conversion->earliest), through = MIN(window->through, conversion->latest);
    if (from > through)
        return;
    weights->first_month = hf_date_month(from);
    weights->month_count = hf_date_month(through) - weights->first_month + 1;
    for (int32_t i = 0; i < weights->month_count; i++) {
        mpz_srcptr denominator = mpq_denref(conversion_factor(valuation->view, conversion, weights->first_month + i));
        if (!mpz_divisible_p(valuation->scale, denominator))
            mpz_lcm(valuation->scale, valuation->scale, denominator);
    }
}

static void set_weights(const struct valuation *valuation, struct conversion *conversion, struct weights *weights)
{
    weights->weights = g_new(mpz_t, weights->month_count);
    for (int32_t i = 0; i < weights->month_count; i++) {
        mpq_srcptr factor = conversion_factor(valuation->view, conversion, weights->first_month + i);
        mpz_init(weights->weights[i]);
        mpz_divexact(weights->weights[i], valuation->scale, mpq_denref(factor));
        mpz_mul(weights->weights[i], weights->weights[i], mpq_numref(factor));
    }
}

void valuation_init(struct valuation *valuation, const struct view *view, const struct hf_window *window,
                    struct missing *missing)
{
    *valuation = (struct valuation){.view = view, .missing = missing};
    valuation->weights = g_new0(struct weights, view->conversion_count);
    attributable_init(&valuation->part);
    mpz_init_set_ui(valuation->scale, 1000000); /* the books count millionths of a currency */
    for (size_t i = 0; i < view->conversion_count; i++)
        suit_scale(valuation, &view->conversions[i], window, &valuation->weights[i]);
    for (size_t i = 0; i < view->conversion_count; i++)
        set_weights(valuation, &view->conversions[i], &valuation->weights[i]);
    mpz_inits(valuation->denominator, valuation->own_weight, NULL);
    mpz_mul(valuation->denominator, valuation->scale, view->share_scale);
    mpz_divexact_ui(valuation->own_weight, valuation->scale, 1000000);
}

void valuation_fini(struct valuation *valuation)
{
    for (size_t i = 0; i < valuation->view->conversion_count; i++) {
        struct weights *weights = &valuation->weights[i];
        for (int32_t j = 0; j < weights->month_count; j++)
            mpz_clear(weights->weights[j]);
        g_free(weights->weights);
    }
    g_free(valuation->weights);
    attributable_fini(&valuation->part);
    mpz_clears(valuation->scale, valuation->denominator, valuation->own_weight, NULL);
}

/* --- money ------------------------------------------------------------------------------------------------------ */

void money_init(struct money *money)
{
    mpz_init(money->amount);
    money->is_unknown = 0;
    money->facts = 0;
}

void money_fini(struct money *money)
{
    mpz_clear(money->amount);
}

void money_reset(struct money *money)
{
    mpz_set_ui(money->amount, 0);
    money->is_unknown = 0;
    money->facts = 0;
}

void money_add(struct money *sum, const struct money *part)
{
    mpz_add(sum->amount, sum->amount, part->amount);
    sum->is_unknown |= part->is_unknown;
    sum->facts += part->facts;
}

/* What the set comes to on the days, into the valuation's part. */
static const struct attributable *take_part(struct valuation *valuation, const struct member *member,
                                            const struct line_set *set, int32_t from, int32_t through)
{
    attributable_reset(&valuation->part);
    member_add_lines(member, set, from, through, &valuation->part);
    return &valuation->part;
}

/* Adds a set whose conversion is the view's i-th, each month at its weight. */
static void add_converted(struct valuation *valuation, int i, const struct member *member, const struct line_set *set,
                          int32_t from, int32_t through, struct money *sum)
{
    const struct weights *weights = &valuation->weights[i];
    from = MAX(from, set->earliest);
    through = MIN(through, set->latest);
    while (from <= through) {
        int32_t month = hf_date_month(from), last = hf_month_last(month);
        const mpz_t *weight = &weights->weights[month - weights->first_month];
        const struct attributable *part = take_part(valuation, member, set, from, MIN(through, last));
        sum->facts += part->facts;
        if (mpz_sgn(*weight) != 0) {
            mpz_addmul(sum->amount, part->amount, *weight);
        } else if (part->facts > 0) {
            sum->is_unknown = 1;
            conversion_note_missing(valuation->view, &valuation->view->conversions[i], month, valuation->missing);
        }
        from = last + 1;
    }
}

void money_add_costs(struct valuation *valuation, const struct member *member, const struct cost_lines *costs,
                     int32_t from, int32_t through, struct money *sum)
{
    if (costs->conversion >= 0) {
        add_converted(valuation, costs->conversion, member, &costs->set, from, through, sum);
        return;
    }
    /* In the reporting currency months need not be told apart. */
    const struct attributable *part = take_part(valuation, member, &costs->set, from, through);
    sum->facts += part->facts;
    mpz_addmul(sum->amount, part->amount, valuation->own_weight);
}

void money_add_payable(struct valuation *valuation, const struct member *member, const struct stage_lines *payable,
                       int32_t from, int32_t through, struct money *sum)
{
    add_converted(valuation, payable->conversion, member, &payable->set, from, through, sum);
}
