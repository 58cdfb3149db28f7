/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what a metal cost (contract, section 5).
 *
 * By-product: the costs of the mines whose primary metal it is, less credits, over those mines' production of it.
 * Co-product: each mine's cost before credits, split over its metals by the value of what is payable. Either way every
 * mine counts cost and production only up to its matched day: the earlier of its clock and its costs clock, so that a
 * month whose costs are not in yet does not look cheap. */
#include "unit_cost.h"

#include <string.h>

#include "headframe/vocabulary.h"
#include "production.h"

enum { MONEY_DIGITS = 2, UNIT_COST_DIGITS = 4, QUANTITY_DIGITS = 3 };

/* Cost before credits, and credits, by ladder step. A mine's credits are the same in every step; a company's corporate
 * offices bring theirs to the all-in step only. */
struct ladder {
    struct money before[HF_STEP_COUNT];
    struct money credits[HF_STEP_COUNT];
};

/* A mine of the view with what all its entries need. */
struct costed {
    const struct member *member;
    int is_listed;        /* has a primary metal, is no office, and has a live fact in the window */
    struct clock matched; /* absent: unmatched */
    struct ladder ladder; /* of the matched days */
    struct money *values; /* payable value by material, for co-product; HF_MATERIAL_LIMIT of them */
    struct money value;   /* their sum */
};

struct costing {
    const struct view *view;
    const struct hf_window *window;
    struct missing *missing;
    struct costed *mines; /* one for each member */
};

static void ladder_init(struct ladder *ladder)
{
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        money_init(&ladder->before[step]);
        money_init(&ladder->credits[step]);
    }
}

static void ladder_fini(struct ladder *ladder)
{
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        money_fini(&ladder->before[step]);
        money_fini(&ladder->credits[step]);
    }
}

static void ladder_add(struct ladder *sum, const struct ladder *part)
{
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        money_add(&sum->before[step], &part->before[step]);
        money_add(&sum->credits[step], &part->credits[step]);
    }
}

static void add_credits(struct ladder *ladder, const struct money *credits)
{
    for (int step = 0; step < HF_STEP_COUNT; step++)
        money_add(&ladder->credits[step], credits);
}

/* Materials that can be sold for credit: all but rock. */
static int is_metal(int material)
{
    const char *name = hf_material_name(material);
    return strcmp(name, "ore") != 0 && strcmp(name, "waste") != 0;
}

/* --- costs of one mine ------------------------------------------------------------------------------------------ */

/* The ladder of the costs a member spent from from through through; credits as reported. */
static void add_spent(const struct costing *costing, const struct member *member, int32_t from, int32_t through,
                      struct ladder *ladder)
{
    const struct hf_daybook *book = member->mine->costs;
    struct money part;
    money_init(&part);
    for (size_t i = 0; i < hf_daybook_line_count(book); i++) {
        uint16_t line = hf_daybook_line_at(book, i);
        enum hf_element element = hf_cost_line_element(line);
        if (element == HF_ELEMENT_EXPLORATION || element == HF_ELEMENT_GROWTH_CAPITAL)
            continue; /* outside the ladder: a missing rate does not matter to it */
        if (member_is_corporate(member) && element != HF_ELEMENT_BY_PRODUCT_CREDIT &&
            !hf_step_holds(HF_STEP_ALL_IN_SUSTAINING, element))
            continue; /* an office's costs enter that step alone */
        if (element == HF_ELEMENT_BY_PRODUCT_CREDIT && member->mine->reference->credits == HF_CREDITS_PRICED)
            continue;
        money_reset(&part);
        money_add_costs(costing->view, member, line, from, through, costing->missing, &part);
        if (element == HF_ELEMENT_BY_PRODUCT_CREDIT)
            add_credits(ladder, &part);
        for (int step = 0; step < HF_STEP_COUNT; step++)
            if (hf_step_holds((enum hf_step)step, element))
                money_add(&ladder->before[step], &part);
    }
    money_fini(&part);
}

/* Credits of a mine that prices its by-products: payable quantity × the month's price. */
static void add_priced_credits(const struct costing *costing, const struct costed *mine, struct ladder *ladder)
{
    int primary = mine->member->mine->reference->primary_metal;
    struct money credits;
    money_init(&credits);
    for (int material = 0; material < hf_material_count(); material++)
        if (material != primary && is_metal(material))
            money_add_payable(costing->view, mine->member, material, costing->window->from, mine->matched.date,
                              costing->missing, &credits);
    add_credits(ladder, &credits);
    money_fini(&credits);
}

static void set_matched(const struct costing *costing, struct costed *mine)
{
    const struct member *member = mine->member;
    if (!member->own_clock.is_set || !member->costs_clock.is_set)
        return;
    int32_t matched = MIN(MIN(member->own_clock.date, member->costs_clock.date), costing->window->through);
    if (matched >= costing->window->from)
        mine->matched = (struct clock){1, matched};
}

static void cost_mine(const struct costing *costing, struct costed *mine, const struct member *member)
{
    const struct hf_window *window = costing->window;
    mine->member = member;
    ladder_init(&mine->ladder);
    money_init(&mine->value);
    mine->values = g_new0(struct money, HF_MATERIAL_LIMIT);
    for (int material = 0; material < HF_MATERIAL_LIMIT; material++)
        money_init(&mine->values[material]);
    mine->is_listed = !member_is_corporate(member) && member->mine->reference->primary_metal >= 0 &&
                      (member_has_facts(member, member->mine->production, window->from, window->through) ||
                       member_has_facts(member, member->mine->costs, window->from, window->through));
    if (!mine->is_listed)
        return;
    set_matched(costing, mine);
    if (!mine->matched.is_set)
        return;
    add_spent(costing, member, window->from, mine->matched.date, &mine->ladder);
    if (member->mine->reference->credits == HF_CREDITS_PRICED)
        add_priced_credits(costing, mine, &mine->ladder);
    for (int material = 0; material < hf_material_count(); material++)
        if (is_metal(material)) {
            money_add_payable(costing->view, member, material, window->from, mine->matched.date, costing->missing,
                              &mine->values[material]);
            money_add(&mine->value, &mine->values[material]);
        }
}

static void costed_fini(struct costed *mine)
{
    ladder_fini(&mine->ladder);
    money_fini(&mine->value);
    for (int material = 0; material < HF_MATERIAL_LIMIT; material++)
        money_fini(&mine->values[material]);
    g_free(mine->values);
}

/* --- corporate cost --------------------------------------------------------------------------------------------- */

/* Adds what the company's offices spent up to through to the all-in step of ladder (may be NULL); returns whether any
 * live fact of theirs that counts falls in the days. */
static int add_corporate(const struct costing *costing, int32_t through, struct ladder *ladder)
{
    struct ladder offices;
    ladder_init(&offices);
    for (size_t i = 0; i < costing->view->member_count; i++)
        if (member_is_corporate(&costing->view->members[i]))
            add_spent(costing, &costing->view->members[i], costing->window->from, through, &offices);
    const struct money *before = &offices.before[HF_STEP_ALL_IN_SUSTAINING];
    const struct money *credits = &offices.credits[HF_STEP_ALL_IN_SUSTAINING];
    int has_facts = before->facts + credits->facts > 0;
    if (ladder) {
        money_add(&ladder->before[HF_STEP_ALL_IN_SUSTAINING], before);
        money_add(&ladder->credits[HF_STEP_ALL_IN_SUSTAINING], credits);
    }
    ladder_fini(&offices);
    return has_facts;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

/* One step: before credits, credits, after credits, and per unit of quantity (in output units); null as a whole where
 * any of it is unknown. */
static void write_step(struct hf_json_writer *writer, const char *key, const struct money *before,
                       const struct money *credits, const mpq_t quantity)
{
    mpq_t after;
    if (before->is_unknown || credits->is_unknown) {
        hf_json_null(writer, key);
        return;
    }
    mpq_init(after);
    mpq_sub(after, before->amount, credits->amount);
    hf_json_begin_object(writer, key);
    hf_json_decimal(writer, "before_credits", before->amount, MONEY_DIGITS);
    hf_json_decimal(writer, "credits", credits->amount, MONEY_DIGITS);
    hf_json_decimal(writer, "after_credits", after, MONEY_DIGITS);
    if (mpq_sgn(quantity) > 0) {
        mpq_div(after, after, quantity);
        hf_json_decimal(writer, "per_unit", after, UNIT_COST_DIGITS);
    } else {
        hf_json_null(writer, "per_unit");
    }
    hf_json_end_object(writer);
    mpq_clear(after);
}

/* Production and all steps; all null where ladder is NULL. */
static void write_ladder(struct hf_json_writer *writer, const struct ladder *ladder, const mpq_t quantity)
{
    if (ladder)
        hf_json_decimal(writer, "production", quantity, QUANTITY_DIGITS);
    else
        hf_json_null(writer, "production");
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        const char *name = hf_step_name((enum hf_step)step);
        if (ladder)
            write_step(writer, name, &ladder->before[step], &ladder->credits[step], quantity);
        else
            hf_json_null(writer, name);
    }
}

static void begin_entry(const struct costing *costing, struct hf_json_writer *writer, int metal, const char *method,
                        struct clock matched)
{
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, "metal", hf_material_name(metal));
    hf_json_string(writer, "method", method);
    hf_json_string(writer, "currency", hf_currency_code(costing->view->reporting_currency));
    hf_json_string(writer, "unit", hf_unit_name(hf_output_unit(costing->view->units, metal)));
    hf_json_date(writer, "matched_through", matched.is_set, matched.date);
}

/* What a mine brings to an entry. */
struct share_of_entry {
    const struct costed *mine;
    struct ladder ladder;
    mpq_t quantity; /* PRODUCED, in the output unit */
};

struct entry {
    int metal;
    const char *method;
    struct share_of_entry *shares; /* in the order of the view's members */
    size_t count;
    struct clock earliest, latest; /* matched days of its matched mines */
};

static void set_quantity(const struct costing *costing, const struct costed *mine, int metal, mpq_t out)
{
    struct attributable produced;
    mpq_t unit;
    mpq_init(unit);
    attributable_init(&produced);
    member_add_stage(mine->member, metal, HF_STAGE_PRODUCED, costing->window->from, mine->matched.date, &produced);
    hf_rational_set_int128(unit, hf_unit_mass(hf_output_unit(costing->view->units, metal)));
    mpq_div(out, produced.amount, unit);
    attributable_fini(&produced);
    mpq_clear(unit);
}

static void entry_init(struct entry *entry, const struct costing *costing, int metal, const char *method)
{
    *entry = (struct entry){.metal = metal, .method = method};
    entry->shares = g_new0(struct share_of_entry, costing->view->member_count + 1);
}

static struct share_of_entry *entry_add(struct entry *entry, const struct costing *costing, const struct costed *mine)
{
    struct share_of_entry *share = &entry->shares[entry->count++];
    share->mine = mine;
    ladder_init(&share->ladder);
    mpq_init(share->quantity);
    if (!mine->matched.is_set)
        return share;
    set_quantity(costing, mine, entry->metal, share->quantity);
    if (!entry->earliest.is_set || mine->matched.date < entry->earliest.date)
        entry->earliest = mine->matched;
    if (!entry->latest.is_set || mine->matched.date > entry->latest.date)
        entry->latest = mine->matched;
    return share;
}

static void entry_fini(struct entry *entry)
{
    for (size_t i = 0; i < entry->count; i++) {
        ladder_fini(&entry->shares[i].ladder);
        mpq_clear(entry->shares[i].quantity);
    }
    g_free(entry->shares);
}

static void write_mines(struct hf_json_writer *writer, const struct entry *entry)
{
    hf_json_begin_array(writer, "mines");
    for (size_t i = 0; i < entry->count; i++) {
        const struct share_of_entry *share = &entry->shares[i];
        hf_json_begin_object(writer, NULL);
        hf_json_string(writer, "mine", share->mine->member->mine->id);
        hf_json_date(writer, "matched_through", share->mine->matched.is_set, share->mine->matched.date);
        write_ladder(writer, share->mine->matched.is_set ? &share->ladder : NULL, share->quantity);
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
}

static void write_unmatched(struct hf_json_writer *writer, const struct entry *entry)
{
    hf_json_begin_array(writer, "unmatched");
    for (size_t i = 0; i < entry->count; i++)
        if (!entry->shares[i].mine->matched.is_set)
            hf_json_string(writer, NULL, entry->shares[i].mine->member->mine->id);
    hf_json_end_array(writer);
}

static void write_entry(const struct costing *costing, const struct entry *entry, struct hf_json_writer *writer)
{
    int is_company = costing->view->kind == VIEW_COMPANY;
    struct ladder total;
    mpq_t quantity;
    ladder_init(&total);
    mpq_init(quantity);
    for (size_t i = 0; i < entry->count; i++)
        if (entry->shares[i].mine->matched.is_set) {
            ladder_add(&total, &entry->shares[i].ladder);
            mpq_add(quantity, quantity, entry->shares[i].quantity);
        }
    if (is_company && entry->metal == costing->view->primary_metal && strcmp(entry->method, "by_product") == 0 &&
        entry->latest.is_set)
        (void)add_corporate(costing, entry->latest.date, &total); /* whether there was any matters elsewhere */
    begin_entry(costing, writer, entry->metal, entry->method, entry->earliest);
    if (is_company)
        write_unmatched(writer, entry);
    write_ladder(writer, entry->earliest.is_set ? &total : NULL, quantity);
    if (is_company)
        write_mines(writer, entry);
    hf_json_end_object(writer);
    ladder_fini(&total);
    mpq_clear(quantity);
}

/* --- entries ---------------------------------------------------------------------------------------------------- */

/* Writes the by-product entry of a metal where a listed mine has it as primary metal. Returns whether one of them is
 * matched. */
static int write_by_product(const struct costing *costing, int metal, struct hf_json_writer *writer)
{
    struct entry entry;
    entry_init(&entry, costing, metal, "by_product");
    for (size_t i = 0; i < costing->view->member_count; i++) {
        const struct costed *mine = &costing->mines[i];
        if (!mine->is_listed || mine->member->mine->reference->primary_metal != metal)
            continue;
        struct share_of_entry *share = entry_add(&entry, costing, mine);
        ladder_add(&share->ladder, &mine->ladder);
    }
    if (entry.count > 0)
        write_entry(costing, &entry, writer);
    int is_matched = entry.earliest.is_set;
    entry_fini(&entry);
    return is_matched;
}

/* The part of a mine's cost before credits that a metal bears: its value ÷ the value of all. Unknown where a price is
 * missing or the values do not sum to more than 0. */
static void split_cost(const struct costed *mine, int metal, struct ladder *out)
{
    mpq_t part;
    mpq_init(part);
    int is_known = !mine->value.is_unknown && mpq_sgn(mine->value.amount) > 0;
    if (is_known)
        mpq_div(part, mine->values[metal].amount, mine->value.amount);
    for (int step = 0; step < HF_STEP_COUNT; step++) {
        money_add(&out->before[step], &mine->ladder.before[step]);
        mpq_mul(out->before[step].amount, out->before[step].amount, part);
        out->before[step].is_unknown |= !is_known;
    }
    mpq_clear(part);
}

static void write_co_product(const struct costing *costing, int metal, struct hf_json_writer *writer)
{
    struct entry entry;
    entry_init(&entry, costing, metal, "co_product");
    for (size_t i = 0; i < costing->view->member_count; i++) {
        const struct costed *mine = &costing->mines[i];
        if (!mine->is_listed || !mine->matched.is_set || mine->values[metal].facts == 0)
            continue;
        struct share_of_entry *share = entry_add(&entry, costing, mine);
        split_cost(mine, metal, &share->ladder);
    }
    if (entry.count > 0)
        write_entry(costing, &entry, writer);
    entry_fini(&entry);
}

/* Corporate costs that no entry took in are told. */
static void note_lost_corporate(const struct costing *costing)
{
    int metal = costing->view->primary_metal;
    struct missing unused;
    missing_init(&unused);
    const struct costing silent = {costing->view, costing->window, &unused, costing->mines};
    if (costing->view->kind == VIEW_COMPANY && metal >= 0 && add_corporate(&silent, costing->window->through, NULL))
        missing_add(costing->missing, "corporate without %s", hf_material_name(metal));
    missing_fini(&unused);
}

void unit_costs_write(const struct view *view, const struct hf_window *window, struct missing *missing,
                      struct hf_json_writer *writer)
{
    struct costing costing = {view, window, missing, g_new0(struct costed, view->member_count + 1)};
    int is_primary_matched = 0;
    for (size_t i = 0; i < view->member_count; i++)
        cost_mine(&costing, &costing.mines[i], &view->members[i]);
    hf_json_begin_array(writer, "unit_costs");
    for (int metal = 0; metal < hf_material_count(); metal++) {
        if (write_by_product(&costing, metal, writer) && metal == view->primary_metal)
            is_primary_matched = 1;
        write_co_product(&costing, metal, writer);
    }
    hf_json_end_array(writer);
    if (!is_primary_matched)
        note_lost_corporate(&costing);
    for (size_t i = 0; i < view->member_count; i++)
        costed_fini(&costing.mines[i]);
    g_free(costing.mines);
}

/* --- costs outside the ladder, and as spent --------------------------------------------------------------------- */

void other_costs_write(const struct view *view, const struct hf_window *window, struct missing *missing,
                       struct hf_json_writer *writer)
{
    static const enum hf_element outside[] = {HF_ELEMENT_EXPLORATION, HF_ELEMENT_GROWTH_CAPITAL};
    struct money sum;
    money_init(&sum);
    hf_json_begin_array(writer, "other_costs");
    for (size_t i = 0; i < G_N_ELEMENTS(outside); i++) {
        money_reset(&sum);
        for (size_t j = 0; j < view->member_count; j++) {
            const struct member *member = &view->members[j];
            for (size_t k = 0; k < hf_daybook_line_count(member->mine->costs); k++) {
                uint16_t line = hf_daybook_line_at(member->mine->costs, k);
                if (hf_cost_line_element(line) == outside[i])
                    money_add_costs(view, member, line, window->from, window->through, missing, &sum);
            }
        }
        if (sum.facts == 0)
            continue;
        hf_json_begin_object(writer, NULL);
        hf_json_string(writer, "element", hf_element_name(outside[i]));
        hf_json_string(writer, "currency", hf_currency_code(view->reporting_currency));
        if (sum.is_unknown)
            hf_json_null(writer, "amount");
        else
            hf_json_decimal(writer, "amount", sum.amount, MONEY_DIGITS);
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
    money_fini(&sum);
}

void costs_spent_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer)
{
    const struct member *member = &view->members[0];
    struct attributable sum;
    mpq_t million;
    attributable_init(&sum);
    mpq_init(million);
    mpq_set_ui(million, 1000000, 1);
    hf_json_begin_array(writer, "costs");
    for (size_t i = 0; i < hf_daybook_line_count(member->mine->costs); i++) {
        uint16_t line = hf_daybook_line_at(member->mine->costs, i);
        attributable_reset(&sum);
        member_add(member, member->mine->costs, line, window->from, window->through, &sum);
        if (sum.facts == 0)
            continue;
        mpq_div(sum.amount, sum.amount, million);
        hf_json_begin_object(writer, NULL);
        hf_json_string(writer, "element", hf_element_name(hf_cost_line_element(line)));
        hf_json_string(writer, "currency", hf_currency_code(hf_cost_line_currency(line)));
        hf_json_decimal(writer, "amount", sum.amount, MONEY_DIGITS);
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
    attributable_fini(&sum);
    mpq_clear(million);
}
