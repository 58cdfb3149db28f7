/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what a metal cost (contract, section 5).
 *
 * By-product: the costs of the mines whose primary metal it is, less credits, over those mines' production of it.
 * Co-product: each mine's cost before credits, split over its metals by the value of what is payable. */
#include "unit_cost.h"

#include "headframe/vocabulary.h"
#include "mine_cost.h"

struct costing {
    struct valuation *valuation;
    const struct view *view;
    const struct hf_window *window;
    struct mine_cost *mines; /* one for each member */
    struct hf_json_writer *json;
};

enum method { BY_PRODUCT, CO_PRODUCT };

/* What a mine brings to an entry. */
struct contribution {
    const struct mine_cost *mine;
    const struct ladder *ladder; /* the mine's, or split */
    struct ladder split;         /* of a co-product only */
    struct attributable produced;
};

struct entry {
    int metal;
    enum method method;
    struct contribution *contributions; /* in the order of the view's members */
    size_t count;
    struct clock earliest, latest; /* matched days of its matched mines */
};

/* --- making entries --------------------------------------------------------------------------------------------- */

static void entry_init(struct entry *entry, int metal, enum method method)
{
    *entry = (struct entry){.metal = metal, .method = method};
}

static void entry_fini(struct entry *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        if (entry->method == CO_PRODUCT)
            ladder_fini(&entry->contributions[i].split);
        attributable_fini(&entry->contributions[i].produced);
    }
    g_free(entry->contributions);
}

static struct contribution *entry_add(struct entry *entry, const struct costing *costing, const struct mine_cost *mine)
{
    if (!entry->contributions) /* most metals have no entry */
        entry->contributions = g_new(struct contribution, costing->view->member_count);
    struct contribution *contribution = &entry->contributions[entry->count++];
    contribution->mine = mine;
    contribution->ladder = &mine->ladder;
    attributable_init(&contribution->produced);
    if (!mine->matched.is_set)
        return contribution;
    member_add_stage(mine->member, entry->metal, HF_STAGE_PRODUCED, costing->window->from, mine->matched.date,
                     &contribution->produced);
    if (!entry->earliest.is_set || mine->matched.date < entry->earliest.date)
        entry->earliest = mine->matched;
    if (!entry->latest.is_set || mine->matched.date > entry->latest.date)
        entry->latest = mine->matched;
    return contribution;
}

/* The listed mines that have the metal as primary metal. */
static void add_by_product(struct entry *entry, const struct costing *costing)
{
    for (size_t i = 0; i < costing->view->member_count; i++) {
        const struct mine_cost *mine = &costing->mines[i];
        if (mine->is_listed && mine->member->mine->reference->primary_metal == entry->metal)
            (void)entry_add(entry, costing, mine); /* its own ladder is what it brings */
    }
}

/* The matched mines with a live PAYABLE fact of the metal. */
static void add_co_product(struct entry *entry, const struct costing *costing)
{
    for (size_t i = 0; i < costing->view->member_count; i++) {
        const struct mine_cost *mine = &costing->mines[i];
        const struct money *value = mine_cost_value(mine, entry->metal);
        if (!value)
            continue;
        struct contribution *contribution = entry_add(entry, costing, mine);
        ladder_init(&contribution->split);
        mine_cost_split(mine, value, &contribution->split);
        contribution->ladder = &contribution->split;
    }
}

/* --- corporate cost --------------------------------------------------------------------------------------------- */

/* What the company's offices spent up to through. */
static void add_corporate(const struct costing *costing, int32_t through, struct ladder *ladder)
{
    for (size_t i = 0; i < costing->view->member_count; i++)
        if (member_is_corporate(&costing->view->members[i]))
            ladder_add_spent(costing->valuation, &costing->view->members[i], costing->window->from, through, ladder);
}

/* Corporate costs that no entry took in are told. */
static void note_lost_corporate(const struct costing *costing)
{
    const struct view *view = costing->view;
    if (view->kind != VIEW_COMPANY || view->primary_metal < 0)
        return;
    for (size_t i = 0; i < view->member_count; i++)
        if (member_is_corporate(&view->members[i]) &&
            office_has_spent(&view->members[i], costing->window->from, costing->window->through)) {
            missing_add(costing->valuation->missing, "corporate without %s", hf_material_name(view->primary_metal));
            return;
        }
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static void begin_entry(const struct costing *costing, const struct entry *entry)
{
    struct hf_json_writer *json = costing->json;
    hf_json_begin_object(json, NULL);
    hf_json_string(json, "metal", hf_material_name(entry->metal));
    hf_json_string(json, "method", entry->method == BY_PRODUCT ? "by_product" : "co_product");
    hf_json_string(json, "currency", hf_currency_code(costing->view->reporting_currency));
    hf_json_string(json, "unit", hf_unit_name(hf_output_unit(costing->view->units, entry->metal)));
    hf_json_date(json, "matched_through", entry->earliest.is_set, entry->earliest.date);
}

static void write_unmatched(struct hf_json_writer *json, const struct entry *entry)
{
    hf_json_begin_array(json, "unmatched");
    for (size_t i = 0; i < entry->count; i++)
        if (!entry->contributions[i].mine->matched.is_set)
            hf_json_string(json, NULL, entry->contributions[i].mine->member->mine->id);
    hf_json_end_array(json);
}

static void write_mines(struct ladder_writer *writer, const struct entry *entry)
{
    struct hf_json_writer *json = writer->json;
    hf_json_begin_array(json, "mines");
    for (size_t i = 0; i < entry->count; i++) {
        const struct contribution *contribution = &entry->contributions[i];
        struct clock matched = contribution->mine->matched;
        hf_json_begin_object(json, NULL);
        hf_json_string(json, "mine", contribution->mine->member->mine->id);
        hf_json_date(json, "matched_through", matched.is_set, matched.date);
        ladder_write(writer, matched.is_set ? contribution->ladder : NULL, contribution->produced.amount);
        hf_json_end_object(json);
    }
    hf_json_end_array(json);
}

/* Whether corporate cost enters the entry. */
static int takes_corporate(const struct costing *costing, const struct entry *entry)
{
    return costing->view->kind == VIEW_COMPANY && entry->metal == costing->view->primary_metal &&
           entry->method == BY_PRODUCT && entry->latest.is_set;
}

static void write_total(struct ladder_writer *writer, const struct costing *costing, const struct entry *entry)
{
    struct ladder total;
    struct attributable produced;
    ladder_init(&total);
    attributable_init(&produced);
    for (size_t i = 0; i < entry->count; i++)
        if (entry->contributions[i].mine->matched.is_set) {
            ladder_add(&total, entry->contributions[i].ladder);
            attributable_add(&produced, &entry->contributions[i].produced);
        }
    if (takes_corporate(costing, entry))
        add_corporate(costing, entry->latest.date, &total);
    ladder_write(writer, entry->earliest.is_set ? &total : NULL, produced.amount);
    ladder_fini(&total);
    attributable_fini(&produced);
}

static void write_entry(const struct costing *costing, const struct entry *entry)
{
    int is_company = costing->view->kind == VIEW_COMPANY;
    struct ladder_writer writer;
    ladder_writer_init(&writer, costing->valuation, entry->metal, costing->json);
    begin_entry(costing, entry);
    if (is_company)
        write_unmatched(costing->json, entry);
    write_total(&writer, costing, entry);
    if (is_company)
        write_mines(&writer, entry);
    hf_json_end_object(costing->json);
    ladder_writer_fini(&writer);
}

/* Writes the entry of a metal and method, if any mine belongs to it. Returns whether one of them is matched. */
static int write_metal(const struct costing *costing, int metal, enum method method)
{
    struct entry entry;
    entry_init(&entry, metal, method);
    if (method == BY_PRODUCT)
        add_by_product(&entry, costing);
    else
        add_co_product(&entry, costing);
    if (entry.count > 0)
        write_entry(costing, &entry);
    int is_matched = entry.earliest.is_set;
    entry_fini(&entry);
    return is_matched;
}

void unit_costs_write(struct valuation *valuation, const struct hf_window *window, struct hf_json_writer *writer)
{
    const struct view *view = valuation->view;
    const struct costing costing = {valuation, view, window, g_new0(struct mine_cost, view->member_count), writer};
    int is_primary_matched = 0;
    for (size_t i = 0; i < view->member_count; i++)
        mine_cost_init(&costing.mines[i], valuation, window, &view->members[i]);
    hf_json_begin_array(writer, "unit_costs");
    for (int metal = 0; metal < hf_material_count(); metal++) {
        if (write_metal(&costing, metal, BY_PRODUCT) && metal == view->primary_metal)
            is_primary_matched = 1;
        (void)write_metal(&costing, metal, CO_PRODUCT); /* corporate costs are by-product's */
    }
    hf_json_end_array(writer);
    if (!is_primary_matched)
        note_lost_corporate(&costing);
    for (size_t i = 0; i < view->member_count; i++)
        mine_cost_fini(&costing.mines[i]);
    g_free(costing.mines);
}
