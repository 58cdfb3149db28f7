/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which days of which mines count for a company or a mine, how far they are reported, and which state a window
 * is in. */
#include "view.h"

#include <string.h>

#include "conversion.h"
#include "headframe/vocabulary.h"

/* --- clocks ----------------------------------------------------------------------------------------------------- */

static void advance(struct clock *clock, int32_t date)
{
    if (!clock->is_set || date > clock->date)
        *clock = (struct clock){1, date};
}

/* Latest day from from through through on which any line has a live fact. */
static void advance_by_book(const struct hf_daybook *book, int32_t from, int32_t through, struct clock *clock)
{
    int32_t date;
    for (size_t i = 0; i < hf_daybook_line_count(book); i++)
        if (hf_daybook_latest(book, hf_daybook_line_at(book, i), from, through, &date))
            advance(clock, date);
}

static void set_costs_clock(struct member *member)
{
    const struct hf_daybook *costs = member->mine->costs;
    struct clock operating = {0, 0}, any = {0, 0};
    int32_t date;
    for (size_t i = 0; i < hf_daybook_line_count(costs); i++) {
        uint16_t line = hf_daybook_line_at(costs, i);
        enum hf_element element = hf_cost_line_element(line);
        int is_operating = element == HF_ELEMENT_MINING || element == HF_ELEMENT_PROCESSING;
        if (hf_daybook_latest(costs, line, HF_DATE_MIN, HF_DATE_MAX, &date))
            advance(is_operating ? &operating : &any, date);
    }
    member->costs_clock = operating.is_set ? operating : any;
    if (member->mine->costs_closed != HF_DATE_MIN)
        advance(&member->costs_clock, member->mine->costs_closed);
}

static int holds_on(const struct member *member, int32_t date)
{
    for (size_t i = 0; i < member->holding_count; i++)
        if (date >= member->holdings[i].from && date <= member->holdings[i].through)
            return 1;
    return 0;
}

/* What has happened to a mine is known on all its days; what a company sees of its clock, on the company's days only. */
static void set_clocks(struct member *member, enum view_kind kind)
{
    const struct hf_daybook *production = member->mine->production;
    int32_t closed = member->mine->production_closed;
    advance_by_book(production, HF_DATE_MIN, HF_DATE_MAX, &member->own_clock);
    if (closed != HF_DATE_MIN)
        advance(&member->own_clock, closed);
    set_costs_clock(member);
    if (kind == VIEW_MINE) {
        member->clock = member->own_clock;
        return;
    }
    if (member_is_corporate(member))
        return;
    for (size_t i = 0; i < member->holding_count; i++)
        advance_by_book(production, member->holdings[i].from, member->holdings[i].through, &member->clock);
    if (closed != HF_DATE_MIN && holds_on(member, closed))
        advance(&member->clock, closed);
}

int member_is_corporate(const struct member *member)
{
    return member->mine->reference->status == HF_MINE_CORPORATE;
}

/* The company's clock: of the mines it still owns on the furthest mine's date, the one that is least far, but for those
 * that are stale (contract, section 1). */
static void set_company_clock(struct view *view)
{
    struct clock furthest = {0, 0};
    for (size_t i = 0; i < view->member_count; i++)
        if (view->members[i].clock.is_set)
            advance(&furthest, view->members[i].clock.date);
    if (!furthest.is_set)
        return;
    view->clock = furthest;
    for (size_t i = 0; i < view->member_count; i++) {
        struct member *member = &view->members[i];
        if (!member->clock.is_set || !holds_on(member, furthest.date))
            continue;
        member->is_stale = member->clock.date < furthest.date - view->stale_after_days;
        if (!member->is_stale && member->clock.date < view->clock.date)
            view->clock.date = member->clock.date;
    }
}

/* --- making views ----------------------------------------------------------------------------------------------- */

static int compare_members(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->mine->id, ((const struct member *)b)->mine->id);
}

/* Makes every share that the company was ever given of the mine a whole number times the view's share_scale. */
static void suit_share_scale(struct view *view, const struct hf_mine *mine)
{
    for (size_t i = 0; i < mine->interest_count; i++)
        if (strcmp(mine->interests[i].company_id, view->id) == 0)
            mpz_lcm(view->share_scale, view->share_scale, mpq_denref(mine->interests[i].share));
}

static void set_holdings(const struct view *view, struct member *member)
{
    size_t count;
    struct hf_holding *held = hf_mine_holdings(member->mine->reference, view->id, &count);
    member->holdings = g_new0(struct holding, count);
    member->holding_count = count;
    for (size_t i = 0; i < count; i++) {
        struct holding *holding = &member->holdings[i];
        holding->from = held[i].from;
        holding->through = held[i].through;
        mpz_init(holding->share);
        mpz_divexact(holding->share, view->share_scale, mpq_denref(held[i].share));
        mpz_mul(holding->share, holding->share, mpq_numref(held[i].share));
    }
    hf_holdings_free(&held, count);
}

static void add_company_members(struct view *view)
{
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, view->world->mines);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct world_mine *mine = value;
        if (mine->reference)
            suit_share_scale(view, mine->reference);
    }
    g_hash_table_iter_init(&iterator, view->world->mines);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        struct member *member = &view->members[view->member_count];
        member->mine = value;
        if (!member->mine->reference)
            continue;
        set_holdings(view, member);
        if (member->holding_count > 0)
            view->member_count++;
    }
    qsort(view->members, view->member_count, sizeof *view->members, compare_members);
}

/* What follows from who the members are. */
static void complete(struct view *view)
{
    for (size_t i = 0; i < view->member_count; i++) {
        mine_lines_init(&view->members[i].lines, view->members[i].mine);
        set_clocks(&view->members[i], view->kind);
    }
    conversions_init(view);
}

struct view *view_of_company(const struct world *world, const struct world_company *company, int stale_after_days)
{
    const struct hf_company *reference = company->reference;
    struct view *view = g_new0(struct view, 1);
    *view = (struct view){
        .kind = VIEW_COMPANY,
        .world = world,
        .id = reference->id,
        .name = reference->name,
        .units = &reference->units,
        .fiscal_year_start_month = reference->fiscal_year_start_month,
        .reporting_currency = reference->reporting_currency,
        .primary_metal = reference->primary_metal,
        .members = g_new0(struct member, g_hash_table_size(world->mines) + 1),
        .stale_after_days = stale_after_days,
    };
    mpz_init_set_ui(view->share_scale, 1);
    add_company_members(view);
    complete(view);
    set_company_clock(view);
    return view;
}

struct view *view_of_mine(const struct world *world, const struct world_mine *mine)
{
    const struct hf_mine *reference = mine->reference;
    struct view *view = g_new0(struct view, 1);
    *view = (struct view){
        .kind = VIEW_MINE,
        .world = world,
        .id = reference->id,
        .name = reference->name,
        .units = &reference->units,
        .fiscal_year_start_month = 1,
        .reporting_currency = hf_currency_find("USD", 3),
        .primary_metal = -1,
        .members = g_new0(struct member, 1),
        .member_count = 1,
    };
    mpz_init_set_ui(view->share_scale, 1);
    struct member *member = &view->members[0];
    member->mine = mine;
    member->holdings = g_new0(struct holding, 1);
    member->holding_count = 1;
    member->holdings[0].from = HF_DATE_MIN;
    member->holdings[0].through = HF_DATE_MAX;
    mpz_init_set_ui(member->holdings[0].share, 1);
    complete(view);
    view->clock = member->clock;
    return view;
}

static void free_member(struct member *member)
{
    for (size_t i = 0; i < member->holding_count; i++)
        mpz_clear(member->holdings[i].share);
    g_free(member->holdings);
    mine_lines_fini(&member->lines);
}

void view_free(struct view **view)
{
    if (!*view)
        return;
    conversions_fini(*view);
    for (size_t i = 0; i < (*view)->member_count; i++)
        free_member(&(*view)->members[i]);
    mpz_clear((*view)->share_scale);
    g_free((*view)->members);
    g_free(*view);
    *view = NULL;
}

/* --- live facts ------------------------------------------------------------------------------------------------- */

int member_has_live_lines(const struct member *member, const struct line_set *set, int32_t from, int32_t through)
{
    int32_t date;
    from = MAX(from, set->earliest);
    through = MIN(through, set->latest);
    for (size_t i = 0; i < member->holding_count; i++)
        for (size_t j = 0; j < set->count; j++)
            if (hf_daybook_earliest(set->book, set->lines[j], MAX(from, member->holdings[i].from),
                                    MIN(through, member->holdings[i].through), &date))
                return 1;
    return 0;
}

int member_has_facts(const struct member *member, int32_t from, int32_t through)
{
    const struct mine_lines *lines = &member->lines;
    for (size_t i = 0; i < lines->stage_count; i++)
        if (member_has_live_lines(member, &lines->stages[i].set, from, through))
            return 1;
    for (size_t i = 0; i < lines->cost_count; i++)
        if (member_has_live_lines(member, &lines->costs[i].set, from, through))
            return 1;
    return 0;
}

/* --- windows ---------------------------------------------------------------------------------------------------- */

struct clock view_reported_through(const struct view *view, const struct hf_window *window)
{
    if (!view->clock.is_set || view->clock.date < window->from)
        return (struct clock){0, 0};
    return (struct clock){1, MIN(view->clock.date, window->through)};
}

int64_t view_restatements(const struct view *view, const struct hf_window *window)
{
    int64_t sum = 0;
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        g_autofree struct hf_stretch *days = g_new(struct hf_stretch, member->holding_count);
        for (size_t j = 0; j < member->holding_count; j++)
            days[j] = (struct hf_stretch){MAX(window->from, member->holdings[j].from),
                                          MIN(window->through, member->holdings[j].through)};
        sum += hf_restatements_count(member->mine->production_restated, days, member->holding_count) +
               hf_restatements_count(member->mine->costs_restated, days, member->holding_count);
    }
    return sum;
}

/* True where every mine with a live fact in the window is closed through its last date, and there is such a mine. */
static int is_closed(const struct view *view, const struct hf_window *window)
{
    int has_facts = 0;
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        const struct world_mine *mine = member->mine;
        if (!member_has_facts(member, window->from, window->through))
            continue;
        has_facts = 1;
        if (mine->costs_closed < window->through ||
            (mine->production_closed < window->through && !member_is_corporate(member)))
            return 0;
    }
    return has_facts;
}

const char *view_state(const struct view *view, const struct hf_window *window, int64_t restatements)
{
    if (window->spec.kind == HF_WINDOW_ALL || !view->clock.is_set || view->clock.date < window->through)
        return "open";
    if (!is_closed(view, window))
        return "preliminary";
    return restatements > 0 ? "restated" : "closed";
}
