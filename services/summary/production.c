/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the production figures of a window. */
#include "production.h"

#include "attributable.h"
#include "headframe/vocabulary.h"

enum { QUANTITY_DIGITS = 3, RATIO_DIGITS = 6, GRADE_DIGITS = 4 };

/* A material and stage over a window, and over the same dates a year before. */
struct entry {
    int material;
    enum hf_stage stage;
    mpz_t unit;              /* the output unit's mass: what quantities at 100 % are to be divided by */
    mpz_t attributable_unit; /* that times the view's share_scale: likewise of quantities at the view's shares */
    struct attributable total;
    struct attributable *members; /* one for each member of the view */
    int has_comparison;           /* there is a prior span */
    int32_t prior_from, prior_through;
    struct attributable current, prior;
};

static void entry_init(struct entry *entry, const struct view *view)
{
    mpz_inits(entry->unit, entry->attributable_unit, NULL);
    attributable_init(&entry->total);
    attributable_init(&entry->current);
    attributable_init(&entry->prior);
    entry->members = g_new0(struct attributable, view->member_count);
    for (size_t i = 0; i < view->member_count; i++)
        attributable_init(&entry->members[i]);
}

static void entry_fini(struct entry *entry, const struct view *view)
{
    for (size_t i = 0; i < view->member_count; i++)
        attributable_fini(&entry->members[i]);
    g_free(entry->members);
    attributable_fini(&entry->prior);
    attributable_fini(&entry->current);
    attributable_fini(&entry->total);
    mpz_clears(entry->unit, entry->attributable_unit, NULL);
}

static void add_members(const struct entry *entry, const struct view *view, int32_t from, int32_t through,
                        struct attributable *sum)
{
    attributable_reset(sum);
    for (size_t i = 0; i < view->member_count; i++)
        member_add_stage(&view->members[i], entry->material, entry->stage, from, through, sum);
}

/* The dates of the comparison: the window's own while it is closed, up to reported_through while it is open. */
static void set_comparison(struct entry *entry, const struct view *view, const struct hf_window *window)
{
    struct clock reported = view_reported_through(view, window);
    entry->has_comparison = window->spec.kind != HF_WINDOW_ALL && reported.is_set;
    if (!entry->has_comparison)
        return;
    entry->prior_from = hf_window_year_earlier(window, window->from);
    entry->prior_through = hf_window_year_earlier(window, reported.date);
    add_members(entry, view, entry->prior_from, entry->prior_through, &entry->prior);
    if (entry->prior.facts > 0)
        add_members(entry, view, window->from, reported.date, &entry->current);
}

static void compute(struct entry *entry, const struct view *view, const struct hf_window *window, int material,
                    enum hf_stage stage)
{
    struct hf_int128_limbs limbs;
    entry->material = material;
    entry->stage = stage;
    mpz_set(entry->unit, hf_int128_borrow(hf_unit_mass(hf_output_unit(view->units, material)), &limbs));
    mpz_mul(entry->attributable_unit, entry->unit, view->share_scale);
    attributable_reset(&entry->total);
    for (size_t i = 0; i < view->member_count; i++) {
        struct attributable *sum = &entry->members[i];
        attributable_reset(sum);
        member_add_stage(&view->members[i], material, stage, window->from, window->through, sum);
        attributable_add(&entry->total, sum);
    }
    set_comparison(entry, view, window);
}

/* Masses as quantities in the entry's unit: at the view's shares, and at 100 %. */
static void write_attributable(struct hf_json_writer *writer, const char *key, const struct entry *entry,
                               const mpz_t amount)
{
    hf_json_quotient(writer, key, amount, entry->attributable_unit, QUANTITY_DIGITS);
}

static void write_hundred_percent(struct hf_json_writer *writer, const char *key, const struct entry *entry,
                                  const struct attributable *sum)
{
    hf_json_quotient(writer, key, sum->hundred_percent, entry->unit, QUANTITY_DIGITS);
}

static void write_ratio(struct hf_json_writer *writer, const char *key, const mpz_t part, const mpz_t whole)
{
    if (mpz_sgn(whole) == 0)
        hf_json_null(writer, key);
    else
        hf_json_quotient(writer, key, part, whole, RATIO_DIGITS);
}

static void write_prior_year(struct hf_json_writer *writer, const struct entry *entry, enum view_kind kind)
{
    mpz_t change;
    if (!entry->has_comparison || entry->prior.facts == 0) {
        hf_json_null(writer, "prior_year");
        return;
    }
    mpz_init(change);
    mpz_sub(change, entry->current.amount, entry->prior.amount);
    hf_json_begin_object(writer, "prior_year");
    hf_json_date(writer, "from", 1, entry->prior_from);
    hf_json_date(writer, "through", 1, entry->prior_through);
    write_attributable(writer, kind == VIEW_COMPANY ? "attributable" : "quantity", entry, entry->prior.amount);
    write_attributable(writer, "current", entry, entry->current.amount);
    write_attributable(writer, "change", entry, change);
    write_ratio(writer, "change_ratio", change, entry->prior.amount);
    hf_json_end_object(writer);
    mpz_clear(change);
}

/* The one mine with more than half, or NULL. Without a total above 0 nobody has a share; and where an adjustment makes
 * a mine negative, two others can each pass one half: then no one mine does. */
static const char *majority_mine(const struct entry *entry, const struct view *view)
{
    mpz_t twice;
    const char *found = NULL;
    int count = 0;
    if (mpz_sgn(entry->total.amount) <= 0)
        return NULL;
    mpz_init(twice);
    for (size_t i = 0; i < view->member_count; i++) {
        mpz_mul_2exp(twice, entry->members[i].amount, 1);
        if (mpz_cmp(twice, entry->total.amount) > 0) {
            found = view->members[i].mine->id;
            count++;
        }
    }
    mpz_clear(twice);
    return count == 1 ? found : NULL;
}

static void write_mines(struct hf_json_writer *writer, const struct entry *entry, const struct view *view)
{
    hf_json_begin_array(writer, "mines");
    for (size_t i = 0; i < view->member_count; i++) {
        const struct attributable *sum = &entry->members[i];
        if (sum->facts == 0)
            continue;
        hf_json_begin_object(writer, NULL);
        hf_json_string(writer, "mine", view->members[i].mine->id);
        write_attributable(writer, "attributable", entry, sum->amount);
        write_hundred_percent(writer, "hundred_percent", entry, sum);
        if (mpz_sgn(entry->total.amount) > 0)
            write_ratio(writer, "share", sum->amount, entry->total.amount);
        else
            hf_json_null(writer, "share");
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
}

/* How firm a mine's figure is: the part of each quality that has a live fact. */
static void write_by_quality(struct hf_json_writer *writer, const struct entry *entry, const struct view *view,
                             const struct hf_window *window)
{
    struct attributable sum;
    attributable_init(&sum);
    hf_json_begin_object(writer, "by_quality");
    for (int quality = 0; quality < HF_QUALITY_COUNT; quality++) {
        const struct member *member = &view->members[0];
        attributable_reset(&sum);
        member_add(member, member->mine->production,
                   hf_production_line(entry->material, entry->stage, (enum hf_quality)quality), window->from,
                   window->through, &sum);
        if (sum.facts > 0)
            write_hundred_percent(writer, hf_quality_name((enum hf_quality)quality), entry, &sum);
    }
    hf_json_end_object(writer);
    attributable_fini(&sum);
}

static void write_entry(struct hf_json_writer *writer, const struct entry *entry, const struct view *view,
                        const struct hf_window *window)
{
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, "material", hf_material_name(entry->material));
    hf_json_string(writer, "stage", hf_stage_name(entry->stage));
    hf_json_string(writer, "unit", hf_unit_name(hf_output_unit(view->units, entry->material)));
    if (view->kind == VIEW_COMPANY) {
        write_attributable(writer, "attributable", entry, entry->total.amount);
        write_hundred_percent(writer, "hundred_percent", entry, &entry->total);
        hf_json_string(writer, "majority_mine", majority_mine(entry, view));
        write_prior_year(writer, entry, view->kind);
        write_mines(writer, entry, view);
    } else {
        write_hundred_percent(writer, "quantity", entry, &entry->total);
        hf_json_integer(writer, "events", entry->total.facts);
        write_by_quality(writer, entry, view, window);
        write_prior_year(writer, entry, view->kind);
    }
    hf_json_end_object(writer);
}

/* Marks each material and stage that any member has a line of. */
static void find_stages(const struct view *view, uint8_t present[HF_MATERIAL_LIMIT][HF_STAGE_COUNT])
{
    for (size_t i = 0; i < view->member_count; i++) {
        const struct mine_lines *lines = &view->members[i].lines;
        for (size_t j = 0; j < lines->stage_count; j++)
            present[lines->stages[j].material][lines->stages[j].stage] = 1;
    }
}

void production_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer)
{
    uint8_t present[HF_MATERIAL_LIMIT][HF_STAGE_COUNT] = {0};
    struct entry entry = {0};
    entry_init(&entry, view);
    find_stages(view, present);
    hf_json_begin_array(writer, "production");
    for (int material = 0; material < hf_material_count(); material++)
        for (int stage = 0; stage < HF_STAGE_COUNT; stage++) {
            if (!present[material][stage])
                continue;
            compute(&entry, view, window, material, (enum hf_stage)stage);
            if (entry.total.facts > 0 || (entry.has_comparison && entry.prior.facts > 0))
                write_entry(writer, &entry, view, window);
        }
    hf_json_end_array(writer);
    entry_fini(&entry, view);
}

/* --- metallurgy ------------------------------------------------------------------------------------------------- */

static void sum_stage(const struct view *view, const struct hf_window *window, int material, enum hf_stage stage,
                      struct attributable *sum)
{
    attributable_reset(sum);
    member_add_stage(&view->members[0], material, stage, window->from, window->through, sum);
}

/* (numerator ÷ numerator_unit) ÷ (denominator ÷ denominator_unit), or null where an input is absent or 0. */
static void write_quotient(struct hf_json_writer *writer, const char *key, const struct attributable *numerator,
                           enum hf_unit numerator_unit, const struct attributable *denominator,
                           enum hf_unit denominator_unit, unsigned digits)
{
    struct hf_int128_limbs limbs;
    mpz_t dividend, divisor;
    if (mpz_sgn(numerator->hundred_percent) == 0 || mpz_sgn(denominator->hundred_percent) == 0) {
        hf_json_null(writer, key);
        return;
    }
    mpz_inits(dividend, divisor, NULL);
    mpz_mul(dividend, numerator->hundred_percent, hf_int128_borrow(hf_unit_mass(denominator_unit), &limbs));
    mpz_mul(divisor, denominator->hundred_percent, hf_int128_borrow(hf_unit_mass(numerator_unit), &limbs));
    hf_json_quotient(writer, key, dividend, divisor, digits);
    mpz_clears(dividend, divisor, NULL);
}

void metallurgy_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer)
{
    int ore = hf_material_find("ore", 3);
    enum hf_unit ore_unit = hf_output_unit(view->units, ore);
    struct attributable milled, contained, produced;
    attributable_init(&milled);
    attributable_init(&contained);
    attributable_init(&produced);
    sum_stage(view, window, ore, HF_STAGE_MILLED, &milled);
    hf_json_begin_array(writer, "metallurgy");
    for (int material = 0; material < hf_material_count(); material++) {
        sum_stage(view, window, material, HF_STAGE_CONTAINED, &contained);
        if (contained.facts == 0)
            continue;
        enum hf_unit unit = hf_output_unit(view->units, material);
        g_autofree char *grade_unit = g_strdup_printf("%s/%s", hf_unit_name(unit), hf_unit_name(ore_unit));
        sum_stage(view, window, material, HF_STAGE_PRODUCED, &produced);
        hf_json_begin_object(writer, NULL);
        hf_json_string(writer, "material", hf_material_name(material));
        write_quotient(writer, "head_grade", &contained, unit, &milled, ore_unit, GRADE_DIGITS);
        hf_json_string(writer, "grade_unit", grade_unit);
        write_quotient(writer, "recovery", &produced, unit, &contained, unit, RATIO_DIGITS);
        hf_json_end_object(writer);
    }
    hf_json_end_array(writer);
    attributable_fini(&milled);
    attributable_fini(&contained);
    attributable_fini(&produced);
}
