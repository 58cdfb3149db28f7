/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the sections "other_costs" and "costs": costs element by element. */
#include "spent_cost.h"

#include "headframe/vocabulary.h"

enum { MONEY_DIGITS = 2 };

static void write_entry(struct hf_json_writer *writer, int element, int currency)
{
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, "element", hf_element_name((enum hf_element)element));
    hf_json_string(writer, "currency", hf_currency_code(currency));
}

static void add_element(struct valuation *valuation, const struct hf_window *window, int element, struct money *sum)
{
    const struct view *view = valuation->view;
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        for (size_t j = 0; j < member->lines.cost_count; j++)
            if (member->lines.costs[j].element == element)
                money_add_costs(valuation, member, &member->lines.costs[j], window->from, window->through, sum);
    }
}

void other_costs_write(struct valuation *valuation, const struct hf_window *window, struct hf_json_writer *writer)
{
    static const int outside[] = {HF_ELEMENT_EXPLORATION, HF_ELEMENT_GROWTH_CAPITAL};
    struct money sum;
    money_init(&sum);
    hf_json_begin_array(writer, "other_costs");
    for (size_t i = 0; i < G_N_ELEMENTS(outside); i++) {
        money_reset(&sum);
        add_element(valuation, window, outside[i], &sum);
        if (sum.facts == 0)
            continue;
        write_entry(writer, outside[i], valuation->view->reporting_currency);
        if (sum.is_unknown)
            hf_json_null(writer, "amount");
        else
            hf_json_quotient(writer, "amount", sum.amount, valuation->denominator, MONEY_DIGITS);
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
    money_fini(&sum);
}

void costs_spent_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer)
{
    const struct member *member = &view->members[0];
    const struct hf_daybook *book = member->mine->costs;
    struct attributable sum;
    mpz_t million;
    attributable_init(&sum);
    mpz_init_set_ui(million, 1000000);
    hf_json_begin_array(writer, "costs");
    for (size_t i = 0; i < hf_daybook_line_count(book); i++) {
        uint16_t line = hf_daybook_line_at(book, i);
        attributable_reset(&sum);
        member_add(member, book, line, window->from, window->through, &sum);
        if (sum.facts == 0)
            continue;
        write_entry(writer, (int)hf_cost_line_element(line), hf_cost_line_currency(line));
        hf_json_quotient(writer, "amount", sum.hundred_percent, million, MONEY_DIGITS);
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
    attributable_fini(&sum);
    mpz_clear(million);
}
