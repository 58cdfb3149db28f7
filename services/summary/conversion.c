/* SPDX-License-Identifier: Apache-2.0 */
/* Decides at which rates and price a month's money counts: its own ÷ the rate of its currency × that of the reporting
 * currency. US dollars need no rate, and the reporting currency none at all. */
#include "conversion.h"

#include <glib.h>

#include "headframe/vocabulary.h"

/* Of a conversion from currency to the view's reporting currency: the currencies whose rate it takes, -1 where it takes
 * none. */
struct sides {
    int divided_by, multiplied_by;
};

static struct sides sides_of(const struct view *view, int currency)
{
    const int dollar = hf_currency_find("USD", 3);
    if (currency == view->reporting_currency)
        return (struct sides){-1, -1};
    return (struct sides){currency == dollar ? -1 : currency,
                          view->reporting_currency == dollar ? -1 : view->reporting_currency};
}

static const struct hf_quote *rate_of(const struct view *view, int currency, int32_t month)
{
    return hf_series_get(view->world->fx, currency, month);
}

/* Multiplies factor by the exchange of the month; makes it 0 where a rate is missing. */
static void exchange(const struct view *view, int currency, int32_t month, mpq_t factor)
{
    struct sides sides = sides_of(view, currency);
    const struct hf_quote *own = NULL, *reporting = NULL;
    if ((sides.divided_by >= 0 && !(own = rate_of(view, sides.divided_by, month))) ||
        (sides.multiplied_by >= 0 && !(reporting = rate_of(view, sides.multiplied_by, month)))) {
        mpq_set_ui(factor, 0, 1);
        return;
    }
    if (own)
        mpq_div(factor, factor, own->value);
    if (reporting)
        mpq_mul(factor, factor, reporting->value);
}

static void set_factor(const struct view *view, const struct conversion *conversion, int32_t month, mpq_t factor)
{
    if (!conversion->is_priced) {
        mpq_set_ui(factor, 1, 1000000);
        exchange(view, conversion->subject, month, factor);
        return;
    }
    const struct hf_quote *price = hf_series_get(view->world->prices, conversion->subject, month);
    if (!price)
        return;
    hf_rational_set_int128(factor, hf_unit_mass(price->unit));
    mpq_div(factor, price->value, factor);
    exchange(view, price->currency, month, factor);
}

static void note_missing_rate(const struct view *view, int currency, int32_t month, struct missing *missing)
{
    char text[HF_DATE_TEXT];
    if (currency >= 0 && !rate_of(view, currency, month))
        missing_add(missing, "fx %s %s", hf_currency_code(currency), hf_month_format(month, text));
}

static void make_factors(const struct view *view, struct conversion *conversion)
{
    conversion->factors = g_new(mpq_t, conversion->month_count);
    for (int32_t i = 0; i < conversion->month_count; i++) {
        mpq_init(conversion->factors[i]);
        set_factor(view, conversion, conversion->first_month + i, conversion->factors[i]);
    }
}

mpq_srcptr conversion_factor(const struct view *view, struct conversion *conversion, int32_t month)
{
    if (!conversion->factors)
        make_factors(view, conversion);
    return conversion->factors[month - conversion->first_month];
}

void conversion_note_missing(const struct view *view, const struct conversion *conversion, int32_t month,
                             struct missing *missing)
{
    char text[HF_DATE_TEXT];
    int currency = conversion->subject;
    if (conversion->is_priced) {
        const struct hf_quote *price = hf_series_get(view->world->prices, conversion->subject, month);
        if (!price) {
            missing_add(missing, "price %s %s", hf_material_name(conversion->subject), hf_month_format(month, text));
            return;
        }
        currency = price->currency;
    }
    struct sides sides = sides_of(view, currency);
    note_missing_rate(view, sides.divided_by, month, missing);
    note_missing_rate(view, sides.multiplied_by, month, missing);
}

/* --- what a view needs ------------------------------------------------------------------------------------------ */

/* Index of the conversion among those collected so far, made to reach over the dates of set. */
static int need(GArray *conversions, int is_priced, int subject, const struct line_set *set)
{
    for (guint i = 0; i < conversions->len; i++) {
        struct conversion *conversion = &g_array_index(conversions, struct conversion, i);
        if (conversion->is_priced != is_priced || conversion->subject != subject)
            continue;
        conversion->earliest = MIN(conversion->earliest, set->earliest);
        conversion->latest = MAX(conversion->latest, set->latest);
        return (int)i;
    }
    const struct conversion conversion = {
        .is_priced = is_priced, .subject = subject, .earliest = set->earliest, .latest = set->latest};
    g_array_append_val(conversions, conversion);
    return (int)conversions->len - 1;
}

static void need_all(const struct view *view, GArray *conversions)
{
    for (size_t i = 0; i < view->member_count; i++) {
        struct mine_lines *lines = &view->members[i].lines;
        for (size_t j = 0; j < lines->stage_count; j++) {
            struct stage_lines *stage = &lines->stages[j];
            if (stage->stage == HF_STAGE_PAYABLE && material_is_metal(stage->material))
                stage->conversion = need(conversions, 1, stage->material, &stage->set);
        }
        for (size_t j = 0; j < lines->cost_count; j++) {
            struct cost_lines *costs = &lines->costs[j];
            if (costs->currency != view->reporting_currency)
                costs->conversion = need(conversions, 0, costs->currency, &costs->set);
        }
    }
}

void conversions_init(struct view *view)
{
    GArray *conversions = g_array_new(FALSE, TRUE, sizeof(struct conversion));
    need_all(view, conversions);
    view->conversion_count = conversions->len;
    view->conversions = (struct conversion *)g_array_free(conversions, FALSE);
    for (size_t i = 0; i < view->conversion_count; i++) {
        struct conversion *conversion = &view->conversions[i];
        conversion->first_month = hf_date_month(conversion->earliest);
        conversion->month_count = hf_date_month(conversion->latest) - conversion->first_month + 1;
    }
}

void conversions_fini(struct view *view)
{
    for (size_t i = 0; i < view->conversion_count; i++) {
        struct conversion *conversion = &view->conversions[i];
        for (int32_t j = 0; conversion->factors && j < conversion->month_count; j++)
            mpq_clear(conversion->factors[j]);
        g_free(conversion->factors);
    }
    g_free(view->conversions);
}
