/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what of a company summary is shown, and in which order: who and when, production, the cost ladder, other
 * costs, what is missing. A figure that the record can not state is "n/a". */
#include "summary_text.h"

#include <glib.h>
#include <string.h>

#include "number_text.h"
#include "table.h"

static const char absent[] = "n/a";

static const struct {
    const char *name, *title;
} steps[] = {
    {"cash_operating", "cash operating cost"},
    {"total_cash", "total cash cost"},
    {"total_production", "total production cost"},
    {"all_in_sustaining", "all-in sustaining cost"},
};

/* --- pieces ----------------------------------------------------------------------------------------------------- */

/* A string member; fallback where it is null or not there. Borrowed. */
static const char *text_of(const json_t *object, const char *member, const char *fallback)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : fallback;
}

static void add_figure(struct hf_table *table, const json_t *object, const char *member)
{
    const char *text = text_of(object, member, NULL);
    if (text)
        hf_table_take(table, hf_thousands_format(text));
    else
        hf_table_add(table, absent);
}

/* A ratio in percent, with a sign where it is a change. */
static void add_percent(struct hf_table *table, const json_t *object, const char *member, int is_change)
{
    const char *ratio = text_of(object, member, NULL);
    g_autofree char *percent = ratio ? hf_percent_format(ratio) : NULL;
    if (percent)
        hf_table_take(table, g_strconcat(is_change && *percent != '-' ? "+" : "", percent, NULL));
    else
        hf_table_add(table, absent);
}

static void add_blanks(struct hf_table *table, int count)
{
    for (int i = 0; i < count; i++)
        hf_table_add(table, "");
}

/* "a, b" of a list of strings; a new string, empty where the list is. */
static char *join(const json_t *list)
{
    GString *out = g_string_new(NULL);
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        g_string_append_printf(out, "%s%s", i ? ", " : "", json_is_string(item) ? json_string_value(item) : "?");
    }
    return g_string_free(out, FALSE);
}

/* --- who and when ----------------------------------------------------------------------------------------------- */

static void write_title(GString *out, const json_t *record)
{
    const json_t *company = json_object_get(record, "company"), *window = json_object_get(record, "window");
    const char *id = text_of(company, "id", "?"), *from = text_of(window, "from", NULL);
    g_string_append_printf(out, "%s (%s)  %s", text_of(company, "name", id), id, text_of(window, "label", "?"));
    if (from)
        g_string_append_printf(out, "  %s to %s", from, text_of(window, "through", "?"));
    else
        g_string_append(out, "  all dates");
    g_string_append_printf(out, "  %s\n", text_of(record, "state", "?"));
}

static void write_list(GString *out, const char *title, const json_t *list)
{
    g_autofree char *items = join(list);
    if (*items)
        g_string_append_printf(out, "%s: %s\n", title, items);
}

static void write_standing(GString *out, const json_t *record)
{
    const char *through = text_of(record, "reported_through", NULL);
    json_int_t restatements = json_integer_value(json_object_get(record, "restatements"));
    if (through)
        g_string_append_printf(out, "Reported through %s", through);
    else
        g_string_append(out, "Nothing reported yet in these dates");
    if (restatements > 0)
        g_string_append_printf(out, ", restated %" JSON_INTEGER_FORMAT " time%s", restatements,
                               restatements == 1 ? "" : "s");
    g_string_append_c(out, '\n');
    write_list(out, "Stale mines, left out of that date", json_object_get(record, "stale"));
    write_list(out, "Missing", json_object_get(record, "missing"));
}

/* --- production ------------------------------------------------------------------------------------------------- */

enum { PRODUCTION_COLUMNS = 6 };

static void add_material(struct hf_table *table, const json_t *entry, int all_stages)
{
    const json_t *prior = json_object_get(entry, "prior_year");
    const char *material = text_of(entry, "material", "?"), *unit = text_of(entry, "unit", "?");
    size_t i;
    json_t *mine;
    hf_table_take(table, all_stages ? g_strdup_printf("%s %s, %s", material, text_of(entry, "stage", "?"), unit)
                                    : g_strdup_printf("%s, %s", material, unit));
    add_figure(table, entry, "attributable");
    add_figure(table, entry, "hundred_percent");
    add_blanks(table, 1);
    add_figure(table, prior, "attributable");
    add_percent(table, prior, "change_ratio", 1);
    json_array_foreach(json_object_get(entry, "mines"), i, mine)
    {
        hf_table_take(table, g_strdup_printf("  %s", text_of(mine, "mine", "?")));
        add_figure(table, mine, "attributable");
        add_figure(table, mine, "hundred_percent");
        add_percent(table, mine, "share", 0);
        add_blanks(table, 2);
    }
}

/* Which dates the columns of the year before are about: those of the whole table, since it is one window. */
static void write_comparison(GString *out, const json_t *record)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(record, "production"), i, entry)
    {
        const json_t *prior = json_object_get(entry, "prior_year");
        if (!json_is_object(prior))
            continue;
        g_string_append_printf(out, "Prior year: %s to %s, compared with %s to %s\n", text_of(prior, "from", "?"),
                               text_of(prior, "through", "?"), text_of(json_object_get(record, "window"), "from", "?"),
                               text_of(record, "reported_through", "?"));
        return;
    }
}

static void write_production(GString *out, const json_t *record, int all_stages)
{
    static const char *const heads[PRODUCTION_COLUMNS] = {"Production", "attributable", "100 %",
                                                          "share %",    "prior year",   "change %"};
    struct hf_table *table = hf_table_new(PRODUCTION_COLUMNS);
    size_t i, shown = 0;
    json_t *entry;
    for (i = 0; i < PRODUCTION_COLUMNS; i++)
        hf_table_add(table, heads[i]);
    json_array_foreach(json_object_get(record, "production"), i, entry)
    {
        if (!all_stages && strcmp(text_of(entry, "stage", ""), "PRODUCED") != 0)
            continue;
        add_material(table, entry, all_stages);
        shown++;
    }
    g_string_append_c(out, '\n');
    if (shown > 0)
        hf_table_print(table, out);
    else
        g_string_append(out, "No production.\n");
    write_comparison(out, record);
    hf_table_free(&table);
}

/* --- costs ------------------------------------------------------------------------------------------------------ */

enum { COST_COLUMNS = 6 };

static void add_step(struct hf_table *table, const char *title, const json_t *holder, const char *step)
{
    const json_t *figures = json_object_get(holder, step);
    hf_table_add(table, title);
    add_figure(table, holder, "production");
    add_figure(table, figures, "before_credits");
    add_figure(table, figures, "credits");
    add_figure(table, figures, "after_credits");
    add_figure(table, figures, "per_unit");
}

static int is_matched(const json_t *mine)
{
    return json_is_string(json_object_get(mine, "matched_through"));
}

static void add_ladder(struct hf_table *table, const json_t *entry)
{
    const json_t *mines = json_object_get(entry, "mines");
    for (size_t step = 0; step < G_N_ELEMENTS(steps); step++) {
        size_t i;
        json_t *mine;
        add_step(table, steps[step].title, entry, steps[step].name);
        json_array_foreach(mines, i, mine)
        {
            g_autofree char *title = g_strdup_printf("  %s", text_of(mine, "mine", "?"));
            if (is_matched(mine))
                add_step(table, title, mine, steps[step].name);
        }
    }
}

static int is_co_product(const json_t *entry)
{
    return strcmp(text_of(entry, "method", ""), "co_product") == 0;
}

static void write_unit_cost(GString *out, const json_t *entry)
{
    const char *through = text_of(entry, "matched_through", NULL);
    g_autofree char *unmatched = join(json_object_get(entry, "unmatched"));
    g_autofree char *per_unit = g_strdup_printf("per %s", text_of(entry, "unit", "?"));
    const char *const heads[COST_COLUMNS] = {"", "production", "before credits", "credits", "after credits", per_unit};
    g_string_append_printf(out, "\nCost of %s, %s method, %s; ", text_of(entry, "metal", "?"),
                           is_co_product(entry) ? "co-product" : "by-product", text_of(entry, "currency", "?"));
    if (through)
        g_string_append_printf(out, "production and cost matched through %s\n", through);
    else
        g_string_append(out, "no mine has both production and cost\n");
    if (*unmatched)
        g_string_append_printf(out, "Not matched: %s\n", unmatched);
    if (!through)
        return;
    struct hf_table *table = hf_table_new(COST_COLUMNS);
    for (int i = 0; i < COST_COLUMNS; i++)
        hf_table_add(table, heads[i]);
    add_ladder(table, entry);
    hf_table_print(table, out);
    hf_table_free(&table);
}

/* The by-product method first, of all metals: it is the one that companies report. */
static void write_costs(GString *out, const json_t *record, int with_co_product)
{
    size_t i;
    json_t *entry;
    for (int method = 0; method <= with_co_product; method++) {
        json_array_foreach(json_object_get(record, "unit_costs"), i, entry)
        {
            if (is_co_product(entry) == method)
                write_unit_cost(out, entry);
        }
    }
}

static void write_other_costs(GString *out, const json_t *record)
{
    const json_t *costs = json_object_get(record, "other_costs");
    struct hf_table *table = hf_table_new(3);
    size_t i;
    json_t *entry;
    json_array_foreach(costs, i, entry)
    {
        hf_table_add(table, text_of(entry, "element", "?"));
        add_figure(table, entry, "amount");
        hf_table_add(table, text_of(entry, "currency", "?"));
    }
    if (json_array_size(costs) > 0) {
        g_string_append(out, "\nOther costs\n");
        hf_table_print(table, out);
    }
    hf_table_free(&table);
}

char *hf_summary_text(const json_t *record, struct hf_summary_extent extent)
{
    GString *out = g_string_new(NULL);
    write_title(out, record);
    write_standing(out, record);
    write_production(out, record, extent.all_stages);
    write_costs(out, record, extent.co_product);
    write_other_costs(out, record);
    return g_string_free(out, FALSE);
}
