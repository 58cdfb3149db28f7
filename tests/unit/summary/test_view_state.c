/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what closes do to clocks and to the state of a window, and which restatements a window counts. */
#include <string.h>

#include "figures.h"
#include "view.h"
#include "world_fixture.h"

static void spend_between(struct fixture *fixture, const char *mine, const char *dates)
{
    g_auto(GStrv) ends = g_strsplit(dates, "..", 2);
    spend(fixture, mine, ends[0], ends[1], "MINING 30 USD");
}

/* Applies words to the fixture, separated by semicolons:
 *   MINE DATE            a fact of gold on DATE
 *   MINE FROM..THROUGH   a cost of MINING
 *   MINE P DATE          production closed through DATE; C for costs
 *   MINE RP DAYS         a restatement of production; RC of costs; DAYS as in restate_production */
static void happen(struct fixture *fixture, const char *text)
{
    g_auto(GStrv) events = g_strsplit(text, "; ", -1);
    for (int i = 0; events[i] && *events[i]; i++) {
        g_auto(GStrv) words = g_strsplit(events[i], " ", 3);
        const char *mine = words[0], *what = words[1];
        if (strcmp(what, "P") == 0)
            close_production(fixture, mine, words[2]);
        else if (strcmp(what, "C") == 0)
            close_costs(fixture, mine, words[2]);
        else if (strcmp(what, "RP") == 0)
            restate_production(fixture, mine, words[2]);
        else if (strcmp(what, "RC") == 0)
            restate_costs(fixture, mine, words[2]);
        else if (strstr(what, ".."))
            spend_between(fixture, mine, what);
        else
            produce(fixture, mine, what, "gold PRODUCED 1 OZT");
    }
    settle(fixture);
}

/* acme owns a and b, c until 2003-06-15 and again from 2003-07-01, and the office hq. */
static struct fixture *acme(void)
{
    struct fixture *fixture = fixture_new();
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 1", "");
    add_mine(fixture, "b", "gold", "acme 2000-01-01 0.5", "");
    add_mine(fixture, "c", "gold", "acme 2000-01-01 1;acme 2003-06-16 0;acme 2003-07-01 0.25", "");
    add_mine(fixture, "hq", "gold", "acme 2000-01-01 1", "'status':'corporate'");
    return fixture;
}

static const char *clock_text(struct clock clock)
{
    static char text[HF_DATE_TEXT];
    return clock.is_set ? hf_date_format(clock.date, text) : "none";
}

/* --- clocks ----------------------------------------------------------------------------------------------------- */

static void a_close_carries_a_clock_on_and_never_back(void **state)
{
    static const struct {
        const char *events;
        const char *mine;                       /* whose clocks these are: */
        const char *own, *costs, *seen, *acmes; /* the mine's, of its costs, as acme sees it; acme's */
    } cases[] = {
        {"a 2003-06-15", "a", "2003-06-15", "none", "2003-06-15", "2003-06-15"},
        {"a 2003-06-15; a P 2003-06-30", "a", "2003-06-30", "none", "2003-06-30", "2003-06-30"},
        {"a 2003-06-15; a P 2003-06-14", "a", "2003-06-15", "none", "2003-06-15", "2003-06-15"},
        {"a 2003-06-15; a P 2003-06-30; a P 2003-05-31", "a", "2003-06-15", "none", "2003-06-15", "2003-06-15"},
        {"a P 2003-06-30", "a", "2003-06-30", "none", "2003-06-30", "2003-06-30"}, /* without any fact */
        {"a 2003-06-15; a C 2003-06-30", "a", "2003-06-15", "2003-06-30", "2003-06-15", "2003-06-15"},
        {"a 2003-05-01..2003-05-31; a C 2003-06-30", "a", "none", "2003-06-30", "none", "none"},
        {"a 2003-05-01..2003-05-31; a C 2003-05-30", "a", "none", "2003-05-31", "none", "none"},
        {"a 2003-05-01..2003-05-31; a P 2003-06-30", "a", "2003-06-30", "2003-05-31", "2003-06-30", "2003-06-30"},
        /* The close must be a day of the company to carry its clock. */
        {"c 2003-06-10; c P 2003-06-15", "c", "2003-06-15", "none", "2003-06-15", "2003-06-15"},
        {"c 2003-06-10; c P 2003-06-16", "c", "2003-06-16", "none", "2003-06-10", "2003-06-10"},
        {"c 2003-06-10; c P 2003-06-30", "c", "2003-06-30", "none", "2003-06-10", "2003-06-10"},
        {"c 2003-06-10; c P 2003-07-01", "c", "2003-07-01", "none", "2003-07-01", "2003-07-01"},
        {"c P 2003-06-20", "c", "2003-06-20", "none", "none", "none"},
        /* An office has clocks of its own, and none in the company's eyes. */
        {"hq P 2003-06-30; hq C 2003-06-30", "hq", "2003-06-30", "2003-06-30", "none", "none"},
        /* The company's: the slowest that is not stale, wherever a close carried it. */
        {"a 2003-06-30; b 2003-06-20", "b", "2003-06-20", "none", "2003-06-20", "2003-06-30"}, /* b is stale */
        {"a 2003-06-30; b 2003-06-20; b P 2003-06-25", "b", "2003-06-25", "none", "2003-06-25", "2003-06-25"},
        {"a 2003-06-30; b 2003-06-20; a P 2003-07-31", "a", "2003-07-31", "none", "2003-07-31", "2003-07-31"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme();
        print_message("  %s\n", cases[i].events);
        happen(fixture, cases[i].events);
        struct view *company = company_view(fixture, "acme"), *mine = mine_view(fixture, cases[i].mine);
        assert_string_equal(clock_text(mine->clock), cases[i].own);
        assert_string_equal(clock_text(mine->members[0].costs_clock), cases[i].costs);
        for (size_t j = 0; j < company->member_count; j++) {
            const struct member *member = &company->members[j];
            if (strcmp(member->mine->id, cases[i].mine) != 0)
                continue;
            assert_string_equal(clock_text(member->clock), cases[i].seen);
            assert_string_equal(clock_text(member->own_clock), cases[i].own);
            assert_string_equal(clock_text(member->costs_clock), cases[i].costs);
        }
        assert_string_equal(clock_text(company->clock), cases[i].acmes);
        view_free(&company);
        view_free(&mine);
        fixture_free(fixture);
    }
}

/* Nothing was spent in June, and that is known: its cost is 0, and so is that of each ounce. */
static void a_close_says_that_days_without_costs_cost_nothing(void **state)
{
    struct fixture *fixture = acme();
    (void)state;
    happen(fixture, "a 2003-06-30; a 2003-05-01..2003-05-31");
    json_t *record = mine_record(fixture, "a", "month", "2003-06-01");
    ASSERT_FIGURES(record, {"unit_costs[metal=gold].matched_through", "null"});
    json_decref(record);
    happen(fixture, "a C 2003-06-30");
    record = mine_record(fixture, "a", "month", "2003-06-01");
    ASSERT_FIGURES(record, {"unit_costs[metal=gold].matched_through", "2003-06-30"},
                   {"unit_costs[metal=gold].production", "1.000"},
                   {"unit_costs[metal=gold].total_cash.after_credits", "0.00"},
                   {"unit_costs[metal=gold].total_cash.per_unit", "0.0000"});
    json_decref(record);
    fixture_free(fixture);
}

/* --- state ------------------------------------------------------------------------------------------------------ */

static void a_window_is_open_then_preliminary_then_closed(void **state)
{
    static const struct {
        const char *events, *kind, *date;
        const char *state, *mines; /* of acme's window, and of the mine a's */
    } cases[] = {
        {"a 2003-06-15", "month", "2003-06-01", "open", "open"},
        {"a 2003-06-15; a P 2003-06-15; a C 2003-06-30", "month", "2003-06-01", "open", "open"},
        {"a 2003-06-30", "month", "2003-06-01", "preliminary", "preliminary"},
        {"a 2003-06-30; a P 2003-06-30", "month", "2003-06-01", "preliminary", "preliminary"},
        {"a 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "preliminary", "preliminary"},
        {"a 2003-06-30; a P 2003-06-29; a C 2003-06-30", "month", "2003-06-01", "preliminary", "preliminary"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-29", "month", "2003-06-01", "preliminary", "preliminary"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "closed", "closed"},
        {"a 2003-06-15; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "closed", "closed"},
        {"a 2003-06-15; a P 2003-07-31; a C 2003-07-31", "month", "2003-06-01", "closed", "closed"},
        {"a 2003-06-15; a P 2003-07-31; a C 2003-07-31", "year", "2003-06-01", "open", "open"},
        {"a 2003-06-15; a P 2003-06-30; a C 2003-06-30; a P 2003-05-31", "month", "2003-06-01", "open", "open"},
        {"a 2003-07-01; a P 2003-06-30; a C 2003-06-30; a C 2003-05-31", "day", "2003-07-01", "preliminary",
         "preliminary"},
        /* The window's last date counts, not the last fact. */
        {"a 2003-06-15; a P 2003-06-15; a C 2003-06-15", "day", "2003-06-15", "closed", "closed"},
        {"a 2003-06-15; a P 2003-06-15; a C 2003-06-15", "week", "2003-06-15", "closed", "closed"}, /* a Sunday */
        {"a 2003-06-15; a P 2003-06-15; a C 2003-06-15", "rolling-7d", NULL, "closed", "closed"},
        {"a 2003-06-15; a P 2003-06-15; a C 2003-06-15", "all", "2003-06-15", "open", "open"},
        /* All mines with a fact in the window, be it of costs alone; others need not be closed. */
        {"a 2003-06-15; b 2003-06-15; a P 2003-06-30; a C 2003-06-30; b P 2003-06-30", "month", "2003-06-01",
         "preliminary", "closed"},
        {"a 2003-06-15; b 2003-06-15; a P 2003-06-30; a C 2003-06-30; b P 2003-06-30; b C 2003-07-31", "month",
         "2003-06-01", "closed", "closed"},
        {"a 2003-06-15; b 2003-06-01..2003-06-02; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "preliminary",
         "closed"},
        {"a 2003-06-15; b 2003-06-01..2003-06-02; a P 2003-06-30; a C 2003-06-30; b C 2003-06-30", "month",
         "2003-06-01", "preliminary", "closed"},
        {"a 2003-06-30; b 2003-05-31; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "closed", "closed"},
        /* A mine that was sold counts by the days the company had it; it must be closed through the window all the same. */
        {"a 2003-06-30; c 2003-06-16; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "closed", "closed"},
        {"a 2003-06-30; c 2003-06-15; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01", "preliminary", "closed"},
        {"a 2003-06-30; c 2003-06-15; a P 2003-06-30; a C 2003-06-30; c P 2003-06-15; c C 2003-06-15", "month",
         "2003-06-01", "preliminary", "closed"},
        {"a 2003-06-30; c 2003-06-15; a P 2003-06-30; a C 2003-06-30; c P 2003-06-30; c C 2003-06-30", "month",
         "2003-06-01", "closed", "closed"},
        /* An office has no production to close. */
        {"a 2003-06-30; hq 2003-06-01..2003-06-30; a P 2003-06-30; a C 2003-06-30", "month", "2003-06-01",
         "preliminary", "closed"},
        {"a 2003-06-30; hq 2003-06-01..2003-06-30; a P 2003-06-30; a C 2003-06-30; hq C 2003-06-30", "month",
         "2003-06-01", "closed", "closed"},
        {"a 2003-06-30; hq 2003-06-15; a P 2003-06-30; a C 2003-06-30; hq C 2003-06-30", "month", "2003-06-01",
         "closed", "closed"},
        /* Nobody said anything that could be closed. */
        {"a 2003-05-01; a P 2003-06-30; a C 2003-06-30", "rolling-7d", NULL, "preliminary", "preliminary"},
        /* Restated: closed, and touched since. */
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30; a RP 2003-06-30", "month", "2003-06-01", "restated",
         "restated"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30; a RC 2003-06-01", "month", "2003-06-01", "restated",
         "restated"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30; a RP 2003-05-31", "month", "2003-06-01", "closed", "closed"},
        {"a 2003-06-30; a P 2003-06-30; a RP 2003-06-30", "month", "2003-06-01", "preliminary", "preliminary"},
        {"a 2003-06-15; a RP 2003-06-10", "month", "2003-06-01", "open", "open"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30; b RP 2003-06-30", "month", "2003-06-01", "restated", "closed"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30; c RP 2003-06-30", "month", "2003-06-01", "closed", "closed"},
        {"a 2003-06-30; a P 2003-06-30; a C 2003-06-30; a RP 2003-06-30", "all", "2003-06-01", "open", "open"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme();
        print_message("  %s: %s\n", cases[i].events, cases[i].kind);
        happen(fixture, cases[i].events);
        json_t *company = company_record(fixture, "acme", cases[i].kind, cases[i].date);
        json_t *mine = mine_record(fixture, "a", cases[i].kind, cases[i].date);
        ASSERT_FIGURES(company, {"state", cases[i].state});
        ASSERT_FIGURES(mine, {"state", cases[i].mines});
        json_decref(company);
        json_decref(mine);
        fixture_free(fixture);
    }
}

/* --- restatements ----------------------------------------------------------------------------------------------- */

static void a_restatement_counts_in_every_window_that_holds_one_of_its_days(void **state)
{
    static const struct {
        const char *kind, *date, *a, *acme; /* counts of the mine a, and of the company */
    } cases[] = {
        {"day", "2003-05-31", "2", "2"},   {"day", "2003-06-30", "1", "2"},     {"day", "2003-06-29", "0", "0"},
        {"month", "2003-05-01", "2", "2"}, {"month", "2003-06-01", "1", "2"},   {"month", "2003-04-01", "1", "1"},
        {"month", "2003-07-01", "0", "0"}, {"quarter", "2003-05-01", "3", "4"}, {"half", "2003-01-01", "3", "4"},
        {"year", "2003-01-01", "3", "4"},  {"year", "2002-01-01", "0", "0"},    {"all", "2003-01-01", "3", "4"},
        {"rolling-7d", NULL, "1", "2"},
    };
    struct fixture *fixture = acme();
    (void)state;
    happen(fixture, "a 2003-05-31; a 2003-06-30; b 2003-06-30; a RP 2003-05-31; a RP 2003-05-31 2003-06-30; "
                    "a RC 2003-04-01..2003-04-30; b RC 2003-06-30");
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *company = company_record(fixture, "acme", cases[i].kind, cases[i].date);
        json_t *mine = mine_record(fixture, "a", cases[i].kind, cases[i].date);
        print_message("  %s %s\n", cases[i].kind, cases[i].date ? cases[i].date : "");
        ASSERT_FIGURES(company, {"restatements", cases[i].acme});
        ASSERT_FIGURES(mine, {"restatements", cases[i].a});
        json_decref(company);
        json_decref(mine);
    }
    fixture_free(fixture);
}

/* acme has c through 2003-06-15 and from 2003-07-01. */
static void a_company_counts_restatements_of_its_own_days_only(void **state)
{
    static const struct {
        const char *days, *june, *july, *year; /* acme's counts */
    } cases[] = {
        {"2003-06-15", "1", "0", "1"},
        {"2003-06-16", "0", "0", "0"},
        {"2003-06-16..2003-06-30", "0", "0", "0"},
        {"2003-06-10..2003-06-20", "1", "0", "1"},
        {"2003-06-10..2003-07-20", "1", "1", "1"}, /* days of both holdings, counted once */
        {"2003-06-20..2003-07-01", "0", "1", "1"},
        {"2003-06-15 2003-07-01", "1", "1", "1"},
        {"2003-06-16 2003-07-01", "0", "1", "1"},
        {"2003-06-16 2003-06-30", "0", "0", "0"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme();
        g_autofree char *events = g_strdup_printf("c 2003-06-15; c 2003-07-31; c RP %s", cases[i].days);
        happen(fixture, events);
        json_t *june = company_record(fixture, "acme", "month", "2003-06-01");
        json_t *july = company_record(fixture, "acme", "month", "2003-07-01");
        json_t *year = company_record(fixture, "acme", "year", "2003-01-01");
        json_t *mine = mine_record(fixture, "c", "year", "2003-01-01");
        print_message("  %s\n", cases[i].days);
        ASSERT_FIGURES(june, {"restatements", cases[i].june});
        ASSERT_FIGURES(july, {"restatements", cases[i].july});
        ASSERT_FIGURES(year, {"restatements", cases[i].year});
        ASSERT_FIGURES(mine, {"restatements", "1"});
        json_decref(june);
        json_decref(july);
        json_decref(year);
        json_decref(mine);
        fixture_free(fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_close_carries_a_clock_on_and_never_back),
        cmocka_unit_test(a_close_says_that_days_without_costs_cost_nothing),
        cmocka_unit_test(a_window_is_open_then_preliminary_then_closed),
        cmocka_unit_test(a_restatement_counts_in_every_window_that_holds_one_of_its_days),
        cmocka_unit_test(a_company_counts_restatements_of_its_own_days_only),
    };
    return cmocka_run_group_tests_name("view_state", tests, NULL, NULL);
}
