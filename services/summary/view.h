/* SPDX-License-Identifier: Apache-2.0 */
/* What one company, or one mine, sees of the world: its mines with the stretches that count, its clock, its windows.
 *
 * A mine is seen at 100 % on all days; a company sees each mine on the days it holds an interest above 0, and no
 * others. Everything below (production, unit costs, windows) is computed on a view, so both kinds of summary are one
 * piece of code. Views borrow from the world and are made anew for each publication: what its windows have in common is
 * found once, when the view is made. */
#ifndef HEADFRAME_SUMMARY_VIEW_H
#define HEADFRAME_SUMMARY_VIEW_H

#include <gmp.h>

#include "headframe/calendar.h"
#include "lines.h"
#include "world.h"

/* A date that may be absent. */
struct clock {
    int is_set;
    int32_t date;
};

/* A stretch of dates, both included, on which the view counts a mine at one share above 0. */
struct holding {
    int32_t from, through;
    mpz_t share; /* times the view's share_scale */
};

struct member {
    const struct world_mine *mine;
    struct holding *holdings; /* ascending, disjoint */
    size_t holding_count;
    struct mine_lines lines;
    struct clock clock;       /* the mine's, as the view sees it; an office has none in a company's view */
    struct clock own_clock;   /* the mine's, whoever looks */
    struct clock costs_clock; /* likewise, of its costs */
    int is_stale;
};

enum view_kind { VIEW_COMPANY, VIEW_MINE };

struct view {
    enum view_kind kind;
    const struct world *world;
    const char *id, *name;
    const struct hf_unit_choice *units;
    int fiscal_year_start_month;
    int reporting_currency; /* currency number */
    int primary_metal;      /* of the company; -1: none */
    struct member *members; /* ascending by mine id */
    size_t member_count;
    mpz_t share_scale;              /* makes every share of the view a whole number */
    struct conversion *conversions; /* what the lines of its members need (conversion.h) */
    size_t conversion_count;
    struct clock clock;
    int32_t stale_after_days;
};

/* Makes the view of a company, or of a mine that has a reference record. Release with view_free, which clears the
 * pointer and accepts NULL in it. */
struct view *view_of_company(const struct world *world, const struct world_company *company, int stale_after_days);
struct view *view_of_mine(const struct world *world, const struct world_mine *mine);
void view_free(struct view **view);

/* True where the member's status is corporate. */
int member_is_corporate(const struct member *member);

/* True where a set of the member's lines has a live fact on counted days. */
int member_has_live_lines(const struct member *member, const struct line_set *set, int32_t from, int32_t through);

/* True where any line of production or costs has. */
int member_has_facts(const struct member *member, int32_t from, int32_t through);

/* The windows that exist for the view, in the order of specs: calendar windows that hold a live fact, rolling windows
 * where there is a clock. A new array of struct hf_window: release with g_array_unref. */
GArray *view_windows(const struct view *view, const struct hf_window_spec *specs, size_t spec_count);

/* reported_through of a window: the clock, or the window's last date if that is earlier; absent without a clock or
 * where the clock lies before the window. */
struct clock view_reported_through(const struct view *view, const struct hf_window *window);

/* How many versions were applied to closed days that the window holds and the view counts. */
int64_t view_restatements(const struct view *view, const struct hf_window *window);

/* The state of a window with so many restatements: "open", "preliminary", "closed" or "restated" (contract, section 3). */
const char *view_state(const struct view *view, const struct hf_window *window, int64_t restatements);

#endif
