/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which days count for a company or a mine, how far they are reported, and which windows there are. */
#include "view.h"

#include <string.h>

#include "attributable.h"
#include "world_fixture.h"

/* The clock as text: "2003-06-30", or "none". */
static const char *clock_text(struct clock clock, char buffer[HF_DATE_TEXT])
{
    return clock.is_set ? hf_date_format(clock.date, buffer) : "none";
}

static void assert_clock(struct clock clock, const char *expected)
{
    char text[HF_DATE_TEXT];
    assert_string_equal(clock_text(clock, text), expected);
}

/* The stale members, separated by spaces; a new string. */
static char *stale_text(const struct view *view)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < view->member_count; i++)
        if (view->members[i].is_stale)
            g_string_append_printf(text, "%s%s", text->len ? " " : "", view->members[i].mine->id);
    return g_string_free(text, FALSE);
}

/* --- clocks ------------------------------------------------------------------------------------------------------- */

static void a_companys_clock_is_that_of_its_slowest_mine_that_is_not_stale(void **state)
{
    static const struct {
        const char *name;
        struct {
            const char *interests, *dates, *extra; /* dates of a fact of gold each, with spaces; ids are a, b, c */
        } mines[3];
        const char *clock, *stale;
    } cases[] = {
        {"no facts", {{"acme 2000-01-01 1", "", ""}, {"", "", ""}, {"", "", ""}}, "none", ""},
        {"no mines", {{"other 2000-01-01 1", "2003-06-30", ""}, {"", "", ""}, {"", "", ""}}, "none", ""},
        {"one mine",
         {{"acme 2000-01-01 1", "2003-06-30 2003-06-01", ""}, {"", "", ""}, {"", "", ""}},
         "2003-06-30",
         ""},
        {"the slower of two",
         {{"acme 2000-01-01 1", "2003-06-30", ""}, {"acme 2000-01-01 0.1", "2003-06-28", ""}, {"", "", ""}},
         "2003-06-28",
         ""},
        {"7 days behind is not stale",
         {{"acme 2000-01-01 1", "2003-06-30", ""}, {"acme 2000-01-01 1", "2003-06-23", ""}, {"", "", ""}},
         "2003-06-23",
         ""},
        {"8 days behind is",
         {{"acme 2000-01-01 1", "2003-06-30", ""}, {"acme 2000-01-01 1", "2003-06-22", ""}, {"", "", ""}},
         "2003-06-30",
         "b"},
        {"a stale mine does not shift what stale is measured by",
         {{"acme 2000-01-01 1", "2003-06-30", ""},
          {"acme 2000-01-01 1", "2003-06-25", ""},
          {"acme 2000-01-01 1", "2003-06-20", ""}},
         "2003-06-25",
         "c"},
        {"a mine without a fact has no clock",
         {{"acme 2000-01-01 1", "2003-06-30", ""}, {"acme 2000-01-01 1", "", ""}, {"", "", ""}},
         "2003-06-30",
         ""},
        {"a mine sold before the furthest day is left out, and is not stale",
         {{"acme 2000-01-01 1", "2003-06-30", ""},
          {"acme 2000-01-01 1;acme 2003-06-01 0", "2003-05-31 2003-06-30", ""},
          {"", "", ""}},
         "2003-06-30",
         ""},
        {"a mine sold the day after the furthest counts",
         {{"acme 2000-01-01 1", "2003-06-30", ""},
          {"acme 2000-01-01 1;acme 2003-07-01 0", "2003-06-27 2003-07-02", ""},
          {"", "", ""}},
         "2003-06-27",
         ""},
        {"the furthest may be one that was sold since",
         {{"acme 2000-01-01 1;acme 2003-06-15 0", "2003-06-14 2003-06-30", ""},
          {"acme 2000-01-01 1", "2003-06-10", ""},
          {"", "", ""}},
         "2003-06-10",
         ""},
        {"another company's days do not count",
         {{"other 2000-01-01 1;other 2003-06-15 0;acme 2003-06-15 1", "2003-06-14", ""}, {"", "", ""}, {"", "", ""}},
         "none",
         ""},
        {"a gap in the holdings does not count",
         {{"acme 2003-01-01 1;acme 2003-02-01 0;acme 2003-03-01 1", "2003-01-20 2003-02-15", ""},
          {"", "", ""},
          {"", "", ""}},
         "2003-01-20",
         ""},
        {"corporate offices have no clock",
         {{"acme 2000-01-01 1", "2003-06-30", ""},
          {"acme 2000-01-01 1", "2003-07-30", "'status':'corporate'"},
          {"", "", ""}},
         "2003-06-30",
         ""},
        {"nor are they stale",
         {{"acme 2000-01-01 1", "2003-06-30", ""},
          {"acme 2000-01-01 1", "2003-01-30", "'status':'corporate'"},
          {"", "", ""}},
         "2003-06-30",
         ""},
    };
    static const char *const ids[] = {"a", "b", "c"};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = fixture_new();
        add_company(fixture, "acme", "");
        for (size_t j = 0; j < COUNT(ids); j++) {
            g_auto(GStrv) dates = g_strsplit(cases[i].mines[j].dates, " ", -1);
            add_mine(fixture, ids[j], "gold", cases[i].mines[j].interests, cases[i].mines[j].extra);
            for (int k = 0; dates[k]; k++)
                produce(fixture, ids[j], dates[k], "gold PRODUCED 1 OZT");
        }
        settle(fixture);
        struct view *view = company_view(fixture, "acme");
        g_autofree char *stale = stale_text(view);
        print_message("  %s\n", cases[i].name);
        assert_clock(view->clock, cases[i].clock);
        assert_string_equal(stale, cases[i].stale);
        view_free(&view);
        assert_null(view);
        view_free(&view);
        fixture_free(fixture);
    }
}

static void how_far_behind_is_stale_is_a_setting(void **state)
{
    static const struct {
        int stale_after_days;
        const char *clock, *stale;
    } cases[] = {{0, "2003-06-30", "b"}, {1, "2003-06-29", ""}, {3660, "2003-06-29", ""}};
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    add_mine(fixture, "b", "gold", "acme 2000-01-01 1", "");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "b", "2003-06-29", "gold PRODUCED 1 OZT");
    settle(fixture);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct world_company *company = g_hash_table_lookup(fixture->world->companies, "acme");
        struct view *view = view_of_company(fixture->world, company, cases[i].stale_after_days);
        g_autofree char *stale = stale_text(view);
        assert_clock(view->clock, cases[i].clock);
        assert_string_equal(stale, cases[i].stale);
        view_free(&view);
    }
    fixture_free(fixture);
}

static void any_live_production_fact_moves_a_clock_and_no_other(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    spend(fixture, "a", "2003-07-01", "2003-07-31", "MINING 100 USD");
    settle(fixture);
    struct view *view = company_view(fixture, "acme");
    assert_clock(view->clock, "none");
    view_free(&view);
    produce(fixture, "a", "2003-06-30", "ore MILLED 0 T ESTIMATE"); /* be it 0 */
    produce(fixture, "a", "2003-07-02", "gold PRODUCED 1 OZT");
    settle(fixture);
    unproduce(fixture, "a", "2003-07-02", "gold PRODUCED 1 OZT");
    settle(fixture);
    view = company_view(fixture, "acme");
    assert_clock(view->clock, "2003-06-30");
    view_free(&view);
    fixture_free(fixture);
}

static void the_costs_clock_follows_mining_and_processing_where_there_are_any(void **state)
{
    static const struct {
        const char *costs; /* "FROM THROUGH ELEMENT;…" */
        const char *clock;
    } cases[] = {
        {"", "none"},
        {"2003-01-01 2003-06-30 MINING", "2003-06-30"},
        {"2003-01-01 2003-06-30 PROCESSING", "2003-06-30"},
        {"2003-01-01 2003-05-31 MINING;2003-01-01 2003-06-30 PROCESSING", "2003-06-30"},
        {"2003-01-01 2003-05-31 MINING;2003-01-01 2003-12-31 DEPRECIATION", "2003-05-31"},
        {"2003-01-01 2003-05-31 ROYALTY;2003-01-01 2003-06-15 EXPLORATION", "2003-06-15"},
        {"2003-06-01 2003-06-10 BY_PRODUCT_CREDIT", "2003-06-10"},
        {"2002-06-01 2002-06-10 MINING;2003-06-01 2003-06-30 ROYALTY", "2002-06-10"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = fixture_new();
        g_auto(GStrv) costs = g_strsplit(cases[i].costs, ";", -1);
        add_mine(fixture, "a", "gold", "", "");
        for (int j = 0; costs[j]; j++) {
            g_auto(GStrv) words = g_strsplit(costs[j], " ", 3);
            g_autofree char *fact = g_strdup_printf("%s 0 USD", words[2]);
            spend(fixture, "a", words[0], words[1], fact);
        }
        settle(fixture);
        struct view *view = mine_view(fixture, "a");
        assert_clock(view->members[0].costs_clock, cases[i].clock);
        assert_clock(view->clock, "none");
        view_free(&view);
        fixture_free(fixture);
    }
}

/* A company's clock knows the company's days only; how far a mine's days match is the mine's own matter. */
static void matched_days_go_by_the_mines_own_clocks(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1;acme 2003-06-16 0", "");
    spend(fixture, "a", "2003-06-01", "2003-06-30", "MINING 30 USD");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2003-06-14", "gold PRODUCED 1 OZT");
    settle(fixture);
    struct view *company = company_view(fixture, "acme"), *mine = mine_view(fixture, "a");
    assert_clock(company->members[0].clock, "2003-06-14");
    assert_clock(company->clock, "2003-06-14");
    assert_clock(company->members[0].own_clock, "2003-06-30");
    assert_clock(company->members[0].costs_clock, "2003-06-30");
    assert_clock(mine->members[0].clock, "2003-06-30"); /* the mine itself is seen whole */
    assert_clock(mine->members[0].own_clock, "2003-06-30");
    assert_clock(mine->members[0].costs_clock, "2003-06-30");
    assert_clock(mine->clock, "2003-06-30");
    view_free(&company);
    view_free(&mine);
    fixture_free(fixture);
}

/* The clock of a mine is that of its facts, whatever its status; only in a company's eyes an office has none. */
static void a_corporate_office_seen_alone_has_a_clock(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "hq", "gold", "acme 2000-01-01 1", "'status':'corporate'");
    produce(fixture, "hq", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(fixture);
    struct view *view = mine_view(fixture, "hq");
    assert_clock(view->clock, "2003-06-30");
    assert_true(member_is_corporate(&view->members[0]));
    view_free(&view);
    view = company_view(fixture, "acme");
    assert_clock(view->clock, "none");
    assert_clock(view->members[0].clock, "none");
    view_free(&view);
    fixture_free(fixture);
}

/* --- sums --------------------------------------------------------------------------------------------------------- */

static void a_sum_takes_each_day_at_the_share_of_that_day(void **state)
{
    static const struct {
        const char *from, *through;
        int attributable, hundred_percent, facts;
    } cases[] = {
        {"2003-06-01", "2003-06-30", 75, 200, 2}, /* 0.25 × 100 + 0.5 × 100; the 100 in between belong to nobody */
        {"2003-06-01", "2003-06-10", 25, 100, 1}, {"2003-06-11", "2003-06-20", 0, 0, 0},
        {"2003-06-21", "2003-06-30", 50, 100, 1}, {"2003-06-10", "2003-06-21", 75, 200, 2},
        {"2003-06-30", "2003-06-01", 0, 0, 0},
    };
    struct fixture *fixture = fixture_new();
    struct attributable sum;
    const uint16_t line = hf_production_line(hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_QUALITY_ASSAYED);
    struct hf_int128_limbs limbs;
    mpz_t unit, scaled_unit;
    (void)state;
    mpz_inits(unit, scaled_unit, NULL);
    mpz_set(unit, hf_int128_borrow(hf_unit_mass(HF_UNIT_OZT), &limbs));
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2003-06-01 0.25;acme 2003-06-11 0;acme 2003-06-21 0.5", "");
    produce(fixture, "a", "2003-06-10", "gold PRODUCED 100 OZT");
    produce(fixture, "a", "2003-06-15", "gold PRODUCED 100 OZT");
    produce(fixture, "a", "2003-06-21", "gold PRODUCED 100 OZT");
    settle(fixture);
    struct view *view = company_view(fixture, "acme");
    const struct member *member = &view->members[0];
    mpz_mul(scaled_unit, unit, view->share_scale);
    attributable_init(&sum);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int32_t from = date_of(cases[i].from), through = date_of(cases[i].through);
        attributable_reset(&sum);
        member_add(member, member->mine->production, line, from, through, &sum);
        mpz_divexact(sum.amount, sum.amount, scaled_unit);
        assert_int_equal(mpz_get_si(sum.amount), cases[i].attributable);
        mpz_divexact(sum.hundred_percent, sum.hundred_percent, unit);
        assert_int_equal(mpz_get_si(sum.hundred_percent), cases[i].hundred_percent);
        assert_int_equal(sum.facts, cases[i].facts);
        assert_int_equal(member_has_facts(member, from, through), cases[i].facts > 0);
    }
    attributable_fini(&sum);
    mpz_clears(unit, scaled_unit, NULL);
    view_free(&view);
    fixture_free(fixture);
}

static void members_are_the_mines_with_an_interest_in_order(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "zinc-hill", "zinc", "acme 2000-01-01 1", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 0", ""); /* an interest of 0 is none */
    add_mine(fixture, "b", "gold", "other 2000-01-01 1", "");
    add_mine(fixture, "B", "gold", "acme 2000-01-01 1;acme 2000-01-01 0.5", "");
    produce(fixture, "unknown", "2003-06-30", "gold PRODUCED 1 OZT"); /* not on reference.mines */
    settle(fixture);
    struct view *view = company_view(fixture, "acme");
    assert_int_equal(view->member_count, 2);
    assert_string_equal(view->members[0].mine->id, "B");
    assert_string_equal(view->members[1].mine->id, "zinc-hill");
    assert_int_equal(view->members[0].holding_count, 1);
    assert_int_equal(mpz_cmp_ui(view->share_scale, 2), 0);
    assert_int_equal(mpz_cmp_ui(view->members[0].holdings[0].share, 1), 0); /* 0.5, the later in the list */
    view_free(&view);
    fixture_free(fixture);
}

/* --- windows ------------------------------------------------------------------------------------------------------ */

/* The windows of the kinds as "KIND LABEL FROM THROUGH" lines without the dates of all. */
static char *windows_text(const struct view *view, const char *kinds)
{
    struct hf_window_spec specs[16];
    size_t count = 0;
    g_auto(GStrv) words = g_strsplit(kinds, " ", -1);
    for (; words[count]; count++)
        assert_int_equal(hf_window_spec_parse(words[count], &specs[count], NULL), HF_OK);
    g_autoptr(GArray) windows = view_windows(view, specs, count);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < windows->len; i++) {
        const struct hf_window *window = &g_array_index(windows, struct hf_window, i);
        char kind[HF_WINDOW_NAME], label[HF_WINDOW_LABEL], from[HF_DATE_TEXT], through[HF_DATE_TEXT];
        g_string_append_printf(text, "%s %s", hf_window_kind_format(window->spec, kind),
                               hf_window_label(window, view->fiscal_year_start_month, label));
        if (window->spec.kind != HF_WINDOW_ALL)
            g_string_append_printf(text, " %s %s", hf_date_format(window->from, from),
                                   hf_date_format(window->through, through));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static void assert_windows(struct view *view, const char *kinds, const char *expected)
{
    g_autofree char *text = windows_text(view, kinds);
    assert_string_equal(text, expected);
    view_free(&view);
}

#define ALL_KINDS "day week month quarter half year all rolling-7d rolling-12m"

static void a_calendar_window_is_there_while_it_holds_a_live_fact(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    produce(fixture, "a", "2002-12-30", "gold PRODUCED 0 OZT"); /* a fact of 0 is a fact */
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2003-06-30", "silver PRODUCED 1 OZT");
    spend(fixture, "a", "2003-07-15", "2003-08-02", "MINING 0 USD");
    settle(fixture);
    /* Costs alone make no day and no week. The week of 2002-12-30 belongs to 2003. */
    static const char expected[] = "day 2002-12-30 2002-12-30 2002-12-30\nday 2003-06-30 2003-06-30 2003-06-30\n"
                                   "week 2003-W01 2002-12-30 2003-01-05\nweek 2003-W27 2003-06-30 2003-07-06\n"
                                   "month 2002-12 2002-12-01 2002-12-31\nmonth 2003-06 2003-06-01 2003-06-30\n"
                                   "month 2003-07 2003-07-01 2003-07-31\nmonth 2003-08 2003-08-01 2003-08-31\n"
                                   "quarter 2002-Q4 2002-10-01 2002-12-31\nquarter 2003-Q2 2003-04-01 2003-06-30\n"
                                   "quarter 2003-Q3 2003-07-01 2003-09-30\n"
                                   "half 2002-H2 2002-07-01 2002-12-31\nhalf 2003-H1 2003-01-01 2003-06-30\n"
                                   "half 2003-H2 2003-07-01 2003-12-31\n"
                                   "year 2002 2002-01-01 2002-12-31\nyear 2003 2003-01-01 2003-12-31\n"
                                   "all all\n"
                                   "rolling-7d rolling-7d 2003-06-24 2003-06-30\n"
                                   "rolling-12m rolling-12m 2002-07-01 2003-06-30\n";
    assert_windows(company_view(fixture, "acme"), ALL_KINDS, expected);
    assert_windows(mine_view(fixture, "a"), ALL_KINDS, expected);
    unproduce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT"); /* silver is still there */
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), ALL_KINDS, expected);
    unproduce(fixture, "a", "2003-06-30", "silver PRODUCED 1 OZT");
    unspend(fixture, "a", "2003-07-15", "2003-08-02", "MINING 0 USD");
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), "day month year all rolling-7d",
                   "day 2002-12-30 2002-12-30 2002-12-30\nmonth 2002-12 2002-12-01 2002-12-31\n"
                   "year 2002 2002-01-01 2002-12-31\nall all\nrolling-7d rolling-7d 2002-12-24 2002-12-30\n");
    unproduce(fixture, "a", "2002-12-30", "gold PRODUCED 0 OZT");
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), ALL_KINDS, "");
    fixture_free(fixture);
}

static void without_a_clock_there_are_no_rolling_windows(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    spend(fixture, "a", "2003-06-01", "2003-06-30", "MINING 0 USD");
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), ALL_KINDS,
                   "month 2003-06 2003-06-01 2003-06-30\nquarter 2003-Q2 2003-04-01 2003-06-30\n"
                   "half 2003-H1 2003-01-01 2003-06-30\nyear 2003 2003-01-01 2003-12-31\nall all\n");
    fixture_free(fixture);
}

static void facts_outside_the_holdings_make_no_window(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2003-01-01 1;acme 2003-02-01 0;acme 2003-03-01 1", "");
    produce(fixture, "a", "2002-12-31", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2003-01-31", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2003-02-01", "gold PRODUCED 1 OZT");
    spend(fixture, "a", "2003-02-01", "2003-02-28", "MINING 1 USD");
    produce(fixture, "a", "2003-03-01", "gold PRODUCED 1 OZT");
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), "day month",
                   "day 2003-01-31 2003-01-31 2003-01-31\nday 2003-03-01 2003-03-01 2003-03-01\n"
                   "month 2003-01 2003-01-01 2003-01-31\nmonth 2003-03 2003-03-01 2003-03-31\n");
    assert_windows(mine_view(fixture, "a"), "month",
                   "month 2002-12 2002-12-01 2002-12-31\nmonth 2003-01 2003-01-01 2003-01-31\n"
                   "month 2003-02 2003-02-01 2003-02-28\nmonth 2003-03 2003-03-01 2003-03-31\n");
    fixture_free(fixture);
}

static void a_companys_year_is_fiscal_and_a_mines_is_not(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "'fiscal_year_start_month':7");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2003-07-01", "gold PRODUCED 1 OZT");
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), "quarter half year",
                   "quarter FY2003-Q4 2003-04-01 2003-06-30\nquarter FY2004-Q1 2003-07-01 2003-09-30\n"
                   "half FY2003-H2 2003-01-01 2003-06-30\nhalf FY2004-H1 2003-07-01 2003-12-31\n"
                   "year FY2003 2002-07-01 2003-06-30\nyear FY2004 2003-07-01 2004-06-30\n");
    assert_windows(mine_view(fixture, "a"), "year", "year 2003 2003-01-01 2003-12-31\n");
    fixture_free(fixture);
}

static void a_rolling_window_ends_on_the_clock_not_on_the_furthest_fact(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    add_mine(fixture, "b", "gold", "acme 2000-01-01 1", "");
    produce(fixture, "a", "2004-03-01", "gold PRODUCED 1 OZT");
    produce(fixture, "b", "2004-02-29", "gold PRODUCED 1 OZT");
    settle(fixture);
    assert_windows(company_view(fixture, "acme"), "rolling-1d rolling-30d rolling-1m rolling-12m",
                   "rolling-1d rolling-1d 2004-02-29 2004-02-29\nrolling-30d rolling-30d 2004-01-31 2004-02-29\n"
                   "rolling-1m rolling-1m 2004-02-01 2004-02-29\nrolling-12m rolling-12m 2003-03-01 2004-02-29\n");
    fixture_free(fixture);
}

/* --- how far a window is reported --------------------------------------------------------------------------------- */

static void a_window_is_reported_through_the_clock_or_its_own_end(void **state)
{
    static const struct {
        const char *kind, *date, *reported_through;
        int is_open;
    } cases[] = {
        {"day", "2003-06-14", "2003-06-14", 0},   {"day", "2003-06-15", "2003-06-15", 0},
        {"day", "2003-06-16", "none", 1},         {"month", "2003-05-01", "2003-05-31", 0},
        {"month", "2003-06-01", "2003-06-15", 1}, {"month", "2003-07-01", "none", 1},
        {"week", "2003-06-15", "2003-06-15", 0}, /* a Sunday */
        {"week", "2003-06-16", "none", 1},        {"half", "2003-01-01", "2003-06-15", 1},
        {"half", "2002-12-31", "2002-12-31", 0},  {"all", "2003-01-01", "2003-06-15", 1},
        {"rolling-7d", NULL, "2003-06-15", 0},
    };
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    produce(fixture, "a", "2003-06-15", "gold PRODUCED 1 OZT");
    settle(fixture);
    struct view *view = company_view(fixture, "acme");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_window window = window_of(view, cases[i].kind, cases[i].date);
        assert_clock(view_reported_through(view, &window), cases[i].reported_through);
        assert_string_equal(view_state(view, &window, 0), cases[i].is_open ? "open" : "preliminary");
    }
    view_free(&view);
    fixture_free(fixture);
}

static void without_a_clock_every_window_is_open_and_nothing_is_reported(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    spend(fixture, "a", "2003-01-01", "2003-01-31", "MINING 1 USD");
    settle(fixture);
    struct view *view = company_view(fixture, "acme");
    struct hf_window month = window_of(view, "month", "2003-01-01"), all = window_of(view, "all", "2003-01-01");
    assert_clock(view_reported_through(view, &month), "none");
    assert_clock(view_reported_through(view, &all), "none");
    assert_string_equal(view_state(view, &month, 0), "open");
    assert_string_equal(view_state(view, &all, 0), "open");
    view_free(&view);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_companys_clock_is_that_of_its_slowest_mine_that_is_not_stale),
        cmocka_unit_test(how_far_behind_is_stale_is_a_setting),
        cmocka_unit_test(any_live_production_fact_moves_a_clock_and_no_other),
        cmocka_unit_test(the_costs_clock_follows_mining_and_processing_where_there_are_any),
        cmocka_unit_test(matched_days_go_by_the_mines_own_clocks),
        cmocka_unit_test(a_corporate_office_seen_alone_has_a_clock),
        cmocka_unit_test(a_sum_takes_each_day_at_the_share_of_that_day),
        cmocka_unit_test(members_are_the_mines_with_an_interest_in_order),
        cmocka_unit_test(a_calendar_window_is_there_while_it_holds_a_live_fact),
        cmocka_unit_test(without_a_clock_there_are_no_rolling_windows),
        cmocka_unit_test(facts_outside_the_holdings_make_no_window),
        cmocka_unit_test(a_companys_year_is_fiscal_and_a_mines_is_not),
        cmocka_unit_test(a_rolling_window_ends_on_the_clock_not_on_the_furthest_fact),
        cmocka_unit_test(a_window_is_reported_through_the_clock_or_its_own_end),
        cmocka_unit_test(without_a_clock_every_window_is_open_and_nothing_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
