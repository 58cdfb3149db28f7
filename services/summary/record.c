/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the sections of a summary together, in the contract's order. */
#include "record.h"

#include "production.h"
#include "spent_cost.h"
#include "unit_cost.h"

char *record_key(const struct view *view, const struct hf_window *window)
{
    char kind[HF_WINDOW_NAME], label[HF_WINDOW_LABEL];
    return g_strdup_printf("%s|%s|%s", view->id, hf_window_kind_format(window->spec, kind),
                           hf_window_label(window, view->fiscal_year_start_month, label));
}

static void write_window(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer)
{
    char kind[HF_WINDOW_NAME], label[HF_WINDOW_LABEL];
    int has_dates = window->spec.kind != HF_WINDOW_ALL;
    hf_json_begin_object(writer, "window");
    hf_json_string(writer, "kind", hf_window_kind_format(window->spec, kind));
    hf_json_string(writer, "label", hf_window_label(window, view->fiscal_year_start_month, label));
    hf_json_date(writer, "from", has_dates, window->from);
    hf_json_date(writer, "through", has_dates, window->through);
    hf_json_end_object(writer);
}

static void write_stale(const struct view *view, struct hf_json_writer *writer)
{
    hf_json_begin_array(writer, "stale");
    for (size_t i = 0; i < view->member_count; i++)
        if (view->members[i].is_stale)
            hf_json_string(writer, NULL, view->members[i].mine->id);
    hf_json_end_array(writer);
}

void record_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer)
{
    int is_company = view->kind == VIEW_COMPANY;
    struct clock reported = view_reported_through(view, window);
    int64_t restatements = view_restatements(view, window);
    struct missing missing;
    struct valuation valuation;
    missing_init(&missing);
    valuation_init(&valuation, view, window, &missing);
    hf_json_writer_reset(writer);
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, "schema", is_company ? "headframe.company-summary.v1" : "headframe.mine-summary.v1");
    hf_json_begin_object(writer, is_company ? "company" : "mine");
    hf_json_string(writer, "id", view->id);
    hf_json_string(writer, "name", view->name);
    hf_json_end_object(writer);
    write_window(view, window, writer);
    hf_json_string(writer, "state", view_state(view, window, restatements));
    hf_json_date(writer, "reported_through", reported.is_set, reported.date);
    if (is_company)
        write_stale(view, writer);
    hf_json_integer(writer, "restatements", restatements);
    production_write(view, window, writer);
    unit_costs_write(&valuation, window, writer);
    if (is_company) {
        other_costs_write(&valuation, window, writer);
    } else {
        costs_spent_write(view, window, writer);
        metallurgy_write(view, window, writer);
    }
    missing_write(&missing, writer);
    hf_json_end_object(writer);
    valuation_fini(&valuation);
    missing_fini(&missing);
}
