/* SPDX-License-Identifier: Apache-2.0 */
/* Decides at which rate or price a day's money counts: that of its month. Exact rationals throughout. */
#include "money.h"

#include <stdarg.h>
#include <string.h>

#include "headframe/json_writer.h"
#include "headframe/vocabulary.h"
#include "production.h"

/* --- what is missing -------------------------------------------------------------------------------------------- */

void missing_init(struct missing *missing)
{
    missing->notes = g_ptr_array_new_with_free_func(g_free);
}

void missing_fini(struct missing *missing)
{
    g_ptr_array_free(missing->notes, TRUE);
}

void missing_add(struct missing *missing, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(missing->notes, g_strdup_vprintf(format, args));
    va_end(args);
}

static gint compare_notes(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void missing_write(struct missing *missing, struct hf_json_writer *writer)
{
    const char *last = NULL;
    g_ptr_array_sort(missing->notes, compare_notes);
    hf_json_begin_array(writer, "missing");
    for (guint i = 0; i < missing->notes->len; i++) {
        const char *note = missing->notes->pdata[i];
        if (g_strcmp0(note, last) != 0)
            hf_json_string(writer, NULL, note);
        last = note;
    }
    hf_json_end_array(writer);
}

/* --- money ------------------------------------------------------------------------------------------------------ */

void money_init(struct money *money)
{
    mpq_init(money->amount);
    money->is_unknown = 0;
    money->facts = 0;
}

void money_fini(struct money *money)
{
    mpq_clear(money->amount);
}

void money_reset(struct money *money)
{
    mpq_set_ui(money->amount, 0, 1);
    money->is_unknown = 0;
    money->facts = 0;
}

void money_add(struct money *sum, const struct money *part)
{
    mpq_add(sum->amount, sum->amount, part->amount);
    sum->is_unknown |= part->is_unknown;
    sum->facts += part->facts;
}

/* The factor from currency to the view's reporting currency in a month, into out. Returns 0 and notes what is missing
 * where a rate is. US dollars need none. */
static int exchange_factor(const struct view *view, int currency, int32_t month, struct missing *missing, mpq_t out)
{
    const int dollar = hf_currency_find("USD", 3);
    const int sides[] = {currency, view->reporting_currency};
    int is_found = 1;
    mpq_set_ui(out, 1, 1);
    if (currency == view->reporting_currency)
        return 1;
    for (int i = 0; i < 2; i++) {
        char text[HF_DATE_TEXT];
        if (sides[i] == dollar)
            continue;
        const struct hf_quote *rate = hf_series_get(view->world->fx, sides[i], month);
        if (!rate) {
            missing_add(missing, "fx %s %s", hf_currency_code(sides[i]), hf_month_format(month, text));
            is_found = 0;
        } else if (i == 0) {
            mpq_div(out, out, rate->value);
        } else {
            mpq_mul(out, out, rate->value);
        }
    }
    return is_found;
}

/* First and last month with a counted day of the range, clipped to where the book has live facts of the line. */
static int month_range(const struct member *member, const struct hf_daybook *book, uint16_t line, int32_t from,
                       int32_t through, int32_t *out_first, int32_t *out_last)
{
    int32_t first = HF_DATE_MAX, last = HF_DATE_MIN, date;
    for (size_t i = 0; i < member->holding_count; i++) {
        int32_t low = MAX(from, member->holdings[i].from), high = MIN(through, member->holdings[i].through);
        if (hf_daybook_earliest(book, line, low, high, &date))
            first = MIN(first, date);
        if (hf_daybook_latest(book, line, low, high, &date))
            last = MAX(last, date);
    }
    if (first > last)
        return 0;
    *out_first = hf_date_month(first);
    *out_last = hf_date_month(last);
    return 1;
}

void money_add_costs(const struct view *view, const struct member *member, uint16_t line, int32_t from, int32_t through,
                     struct missing *missing, struct money *sum)
{
    const struct hf_daybook *book = member->mine->costs;
    int32_t first, last;
    if (!month_range(member, book, line, from, through, &first, &last))
        return;
    struct attributable part;
    mpq_t factor;
    attributable_init(&part);
    mpq_init(factor);
    int currency = hf_cost_line_currency(line);
    int is_same = currency == view->reporting_currency; /* then months need not be told apart */
    for (int32_t month = first; month <= last; month = is_same ? last + 1 : month + 1) {
        attributable_reset(&part);
        member_add(member, book, line, is_same ? from : MAX(from, hf_month_first(month)),
                   is_same ? through : MIN(through, hf_month_last(month)), &part);
        if (part.facts == 0)
            continue;
        sum->facts += part.facts;
        if (!exchange_factor(view, currency, month, missing, factor)) {
            sum->is_unknown = 1;
            continue;
        }
        mpq_mul(part.amount, part.amount, factor);
        mpq_set_ui(factor, 1, 1000000); /* the book counts millionths */
        mpq_mul(part.amount, part.amount, factor);
        mpq_add(sum->amount, sum->amount, part.amount);
    }
    attributable_fini(&part);
    mpq_clear(factor);
}

/* Value of a mass in the month: mass ÷ the price's unit × price × exchange, added to sum. */
static void add_priced(const struct view *view, int material, int32_t month, const struct attributable *mass,
                       struct missing *missing, struct money *sum)
{
    char text[HF_DATE_TEXT];
    const struct hf_quote *price = hf_series_get(view->world->prices, material, month);
    mpq_t factor, value;
    sum->facts += mass->facts;
    if (!price) {
        missing_add(missing, "price %s %s", hf_material_name(material), hf_month_format(month, text));
        sum->is_unknown = 1;
        return;
    }
    mpq_inits(factor, value, NULL);
    if (exchange_factor(view, price->currency, month, missing, factor)) {
        hf_rational_set_int128(value, hf_unit_mass(price->unit));
        mpq_div(value, mass->amount, value);
        mpq_mul(value, value, price->value);
        mpq_mul(value, value, factor);
        mpq_add(sum->amount, sum->amount, value);
    } else {
        sum->is_unknown = 1;
    }
    mpq_clears(factor, value, NULL);
}

void money_add_payable(const struct view *view, const struct member *member, int material, int32_t from,
                       int32_t through, struct missing *missing, struct money *sum)
{
    int32_t first = HF_DATE_MAX, last = HF_DATE_MIN, low, high;
    for (int quality = 0; quality < HF_QUALITY_COUNT; quality++)
        if (month_range(member, member->mine->production,
                        hf_production_line(material, HF_STAGE_PAYABLE, (enum hf_quality)quality), from, through, &low,
                        &high)) {
            first = MIN(first, low);
            last = MAX(last, high);
        }
    struct attributable mass;
    attributable_init(&mass);
    for (int32_t month = first; first <= last && month <= last; month++) {
        attributable_reset(&mass);
        member_add_stage(member, material, HF_STAGE_PAYABLE, MAX(from, hf_month_first(month)),
                         MIN(through, hf_month_last(month)), &mass);
        if (mass.facts > 0)
            add_priced(view, material, month, &mass, missing, sum);
    }
    attributable_fini(&mass);
}
