/* SPDX-License-Identifier: Apache-2.0 */
/* Proves the production figures of a window: shares, majorities, the comparison with a year before, what is listed. */
#include "figures.h"

#include <stdlib.h>

#define SILVER "production[material=silver,stage=PRODUCED]"
#define GOLD "production[material=gold,stage=PRODUCED]"

/* A company acme with mines a and b of which it owns all. */
static struct fixture *acme_with_two_mines(void)
{
    struct fixture *fixture = fixture_new();
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 1990-01-01 1", "");
    add_mine(fixture, "b", "gold", "acme 1990-01-01 1", "");
    return fixture;
}

/* --- attributable ------------------------------------------------------------------------------------------------- */

/* The contract's own example: 5,364,952 × 0.2973 = 1,595,000.2296; with 3,210,000 4,805,000.2296; the share
 * 1,595,000.2296 ÷ 4,805,000.2296 = 0.33194592… */
static void the_contracts_example_of_attributable_production(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "hecla", "");
    add_mine(fixture, "greens-creek", "silver", "hecla 2000-01-01 0.2973;kennecott 2000-01-01 0.7027", "");
    add_mine(fixture, "lucky-friday", "silver", "hecla 2000-01-01 1", "");
    add_mine(fixture, "san-sebastian", "silver", "hecla 2000-01-01 1", "");
    produce(fixture, "greens-creek", "2003-03-31", "silver PRODUCED 2623613 OZT");
    produce(fixture, "greens-creek", "2003-06-30", "silver PRODUCED 2741339 OZT");
    produce(fixture, "lucky-friday", "2003-06-30", "silver PRODUCED 1215000 OZT");
    produce(fixture, "san-sebastian", "2003-06-30", "silver PRODUCED 1995000 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "hecla", "half", "2003-06-30");
    ASSERT_FIGURES(record, {SILVER ".unit", "OZT"}, {SILVER ".attributable", "4805000.230"},
                   {SILVER ".hundred_percent", "8574952.000"}, {SILVER ".majority_mine", "null"},
                   {SILVER ".prior_year", "null"}, {SILVER ".mines[mine=greens-creek].attributable", "1595000.230"},
                   {SILVER ".mines[mine=greens-creek].hundred_percent", "5364952.000"},
                   {SILVER ".mines[mine=greens-creek].share", "0.331946"},
                   {SILVER ".mines[mine=lucky-friday].share", "0.252862"},
                   {SILVER ".mines[mine=san-sebastian].share", "0.415192"});
    json_decref(record);
    fixture_free(fixture);
}

static void a_window_takes_each_day_at_the_share_of_that_day(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_company(fixture, "other", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 0.25;acme 2003-06-16 0.5;other 2003-06-16 0.5", "");
    produce(fixture, "a", "2003-06-15", "gold PRODUCED 100 OZT");
    produce(fixture, "a", "2003-06-16", "gold PRODUCED 10 OZT");
    settle(fixture);
    json_t *acme = company_record(fixture, "acme", "month", "2003-06-01");
    json_t *other = company_record(fixture, "other", "month", "2003-06-01");
    json_t *mine = mine_record(fixture, "a", "month", "2003-06-01");
    ASSERT_FIGURES(acme, {GOLD ".attributable", "30.000"}, {GOLD ".hundred_percent", "110.000"});
    ASSERT_FIGURES(other, {GOLD ".attributable", "5.000"}, {GOLD ".hundred_percent", "10.000"});
    ASSERT_FIGURES(mine, {GOLD ".quantity", "110.000"}, {GOLD ".events", "2"}, {GOLD ".attributable", NULL});
    json_decref(acme);
    json_decref(other);
    json_decref(mine);
    fixture_free(fixture);
}

static void a_majority_is_one_mine_with_more_than_half(void **state)
{
    static const struct {
        const char *quantities[3]; /* of mines a, b and c; NULL: no fact */
        const char *total, *majority, *shares[3];
    } cases[] = {
        {{"51", "49", NULL}, "100.000", "a", {"0.510000", "0.490000", NULL}},
        {{"50", "50", NULL}, "100.000", "null", {"0.500000", "0.500000", NULL}},
        {{"50", "25", "25"}, "100.000", "null", {"0.500000", "0.250000", "0.250000"}},      /* half is not above half */
        {{"50.000001", "49.999999", NULL}, "100.000", "a", {"0.500000", "0.500000", NULL}}, /* unrounded */
        {{NULL, "7", NULL}, "7.000", "b", {NULL, "1.000000", NULL}},
        {{"1", "1", "1"}, "3.000", "null", {"0.333333", "0.333333", "0.333333"}},
        {{"0", "0", "5"}, "5.000", "c", {"0.000000", "0.000000", "1.000000"}},
        {{"-5", "5", NULL}, "0.000", "null", {"null", "null", NULL}},
        {{"-5", "4", NULL}, "-1.000", "null", {"null", "null", NULL}},
        {{"-10", "15", NULL}, "5.000", "b", {"-2.000000", "3.000000", NULL}},
        /* Reading: beside an adjustment two mines may each pass one half; then no one mine does. */
        {{"-10", "20", "20"}, "30.000", "null", {"-0.333333", "0.666667", "0.666667"}},
        {{"0", NULL, NULL}, "0.000", "null", {"null", NULL, NULL}},
    };
    static const char *const ids[] = {"a", "b", "c"};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme_with_two_mines();
        add_mine(fixture, "c", "gold", "acme 1990-01-01 1", "");
        for (size_t j = 0; j < COUNT(ids); j++) {
            g_autofree char *fact = g_strdup_printf("gold PRODUCED %s OZT", cases[i].quantities[j]);
            if (cases[i].quantities[j])
                produce(fixture, ids[j], "2003-06-30", fact);
        }
        settle(fixture);
        json_t *record = company_record(fixture, "acme", "month", "2003-06-30");
        ASSERT_FIGURES(record, {GOLD ".attributable", cases[i].total}, {GOLD ".majority_mine", cases[i].majority},
                       {GOLD ".mines[mine=a].share", cases[i].shares[0]},
                       {GOLD ".mines[mine=b].share", cases[i].shares[1]},
                       {GOLD ".mines[mine=c].share", cases[i].shares[2]});
        json_decref(record);
        fixture_free(fixture);
    }
}

/* --- rounding and units ------------------------------------------------------------------------------------------- */

static void a_quantity_is_rounded_once_half_to_even(void **state)
{
    static const struct {
        const char *fact, *share, *attributable, *hundred_percent;
    } cases[] = {
        {"gold PRODUCED 0.0005 OZT", "1", "0.000", "0.000"},
        {"gold PRODUCED 0.0015 OZT", "1", "0.002", "0.002"},
        {"gold PRODUCED 0.0025 OZT", "1", "0.002", "0.002"},
        {"gold PRODUCED 0.002501 OZT", "1", "0.003", "0.003"},
        {"gold PRODUCED -0.0005 OZT", "1", "0.000", "0.000"}, /* never -0 */
        {"gold PRODUCED -0.0015 OZT", "1", "-0.002", "-0.002"},
        {"gold PRODUCED 0.0045 OZT", "0.1", "0.000", "0.004"}, /* 0.00045: not rounded twice */
        {"gold PRODUCED 1 KG", "1", "32.151", "32.151"},       /* 1000 ÷ 31.1034768 = 32.1507465… */
        {"gold PRODUCED 1 OZT", "0.3333333333", "0.333", "1.000"},
        {"lead PRODUCED 1 ST", "1", "0.907", "0.907"}, /* 0.90718474 t */
        {"lead PRODUCED 3 LB", "1", "0.001", "0.001"}, /* 0.00136077711 t */
        {"gold PRODUCED 99999999999999 T", "1", "3215074656862765901.463", "3215074656862765901.463"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = fixture_new();
        g_autofree char *interest = g_strdup_printf("acme 2000-01-01 %s", cases[i].share);
        const char *metal = g_str_has_prefix(cases[i].fact, "gold") ? "gold" : "lead";
        g_autofree char *own = g_strdup_printf("production[material=%s].attributable", metal);
        g_autofree char *whole = g_strdup_printf("production[material=%s].hundred_percent", metal);
        add_company(fixture, "acme", "");
        add_mine(fixture, "a", "gold", interest, "");
        produce(fixture, "a", "2003-06-30", cases[i].fact);
        settle(fixture);
        json_t *record = company_record(fixture, "acme", "day", "2003-06-30");
        ASSERT_FIGURES(record, {own, cases[i].attributable}, {whole, cases[i].hundred_percent});
        json_decref(record);
        fixture_free(fixture);
    }
}

static void a_company_publishes_in_its_own_units_and_a_mine_in_its(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "'units':{'lead':'ST','gold':'KG'}");
    add_mine(fixture, "a", "lead", "acme 2000-01-01 1", "'units':{'lead':'LB'}");
    produce(fixture, "a", "2003-06-30", "lead PRODUCED 1 ST");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1000 OZT");
    settle(fixture);
    json_t *company = company_record(fixture, "acme", "day", "2003-06-30");
    json_t *mine = mine_record(fixture, "a", "day", "2003-06-30");
    ASSERT_FIGURES(company, {"production[material=lead].unit", "ST"},
                   {"production[material=lead].attributable", "1.000"}, {"production[material=gold].unit", "KG"},
                   {"production[material=gold].attributable", "31.103"});
    ASSERT_FIGURES(mine, {"production[material=lead].unit", "LB"}, {"production[material=lead].quantity", "2000.000"},
                   {"production[material=gold].unit", "OZT"}, {"production[material=gold].quantity", "1000.000"});
    json_decref(company);
    json_decref(mine);
    fixture_free(fixture);
}

static void entries_are_sorted_by_material_and_stage_and_mines_by_id(void **state)
{
    static const char *const expected[] = {"gold PAYABLE", "gold PRODUCED", "ore MILLED",
                                           "ore MINED",    "silver SOLD",   "zinc CONTAINED"};
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "b", "2003-06-30", "zinc CONTAINED 1 T");
    produce(fixture, "b", "2003-06-30", "silver SOLD 1 OZT");
    produce(fixture, "b", "2003-06-30", "ore MINED 1 T");
    produce(fixture, "b", "2003-06-30", "ore MILLED 1 T");
    produce(fixture, "b", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "b", "2003-06-30", "gold PAYABLE 1 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "day", "2003-06-30");
    const json_t *production = json_at(record, "production");
    assert_int_equal(json_array_size(production), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const json_t *entry = json_array_get(production, i);
        g_autofree char *shown = g_strdup_printf("%s %s", json_string_value(json_object_get(entry, "material")),
                                                 json_string_value(json_object_get(entry, "stage")));
        assert_string_equal(shown, expected[i]);
    }
    const json_t *mines = json_at(record, GOLD ".mines");
    assert_string_equal(json_string_value(json_object_get(json_array_get(mines, 0), "mine")), "a");
    assert_string_equal(json_string_value(json_object_get(json_array_get(mines, 1), "mine")), "b");
    json_decref(record);
    fixture_free(fixture);
}

/* --- a year before ------------------------------------------------------------------------------------------------ */

/* Facts of a year before and now at mine a, and what a window says of them. */
static void each_date_maps_to_the_same_day_a_year_earlier(void **state)
{
    static const struct {
        const char *name;
        const char *clock;       /* the date of a fact of silver, which moves the clock and nothing else */
        const char *kind, *date; /* the window */
        const char *from, *through;
    } cases[] = {
        {"a closed half", "2003-07-15", "half", "2003-06-30", "2002-01-01", "2002-06-30"},
        {"a half to date", "2003-05-20", "half", "2003-06-30", "2002-01-01", "2002-05-20"},
        {"a half to the last of a month", "2003-02-28", "half", "2003-06-30", "2002-01-01", "2002-02-28"},
        {"a year to 28 February after a leap year", "2005-02-28", "year", "2005-06-30", "2004-01-01", "2004-02-29"},
        {"a year to 27 February after a leap year", "2005-02-27", "year", "2005-06-30", "2004-01-01", "2004-02-27"},
        {"a leap year to 29 February", "2004-02-29", "year", "2004-06-30", "2003-01-01", "2003-02-28"},
        {"a leap year to 28 February", "2004-02-28", "year", "2004-06-30", "2003-01-01", "2003-02-28"},
        {"a leap day", "2004-02-29", "day", "2004-02-29", "2003-02-28", "2003-02-28"},
        {"28 February after a leap year", "2005-02-28", "day", "2005-02-28", "2004-02-29", "2004-02-29"},
        {"28 February of a leap year", "2004-02-28", "day", "2004-02-28", "2003-02-28", "2003-02-28"},
        {"February after a leap year", "2005-03-01", "month", "2005-02-01", "2004-02-01", "2004-02-29"},
        {"February of a leap year", "2004-03-01", "month", "2004-02-01", "2003-02-01", "2003-02-28"},
        {"a week", "2003-07-06", "week", "2003-06-30", "2002-07-01", "2002-07-07"}, /* 364 days */
        {"a week to date", "2003-07-02", "week", "2003-06-30", "2002-07-01", "2002-07-03"},
        {"a week of a leap year", "2004-03-07", "week", "2004-03-01", "2003-03-03", "2003-03-09"},
        {"thirty days", "2003-06-30", "rolling-30d", NULL, "2002-06-01", "2002-06-30"},
        {"seven days to a leap day", "2004-02-29", "rolling-7d", NULL, "2003-02-23", "2003-02-28"},
        {"twelve months", "2003-06-30", "rolling-12m", NULL, "2001-07-01", "2002-06-30"},
        {"twelve months to a leap day", "2004-02-29", "rolling-12m", NULL, "2002-03-01", "2003-02-28"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = acme_with_two_mines();
        char before[HF_DATE_TEXT], after[HF_DATE_TEXT];
        produce(fixture, "a", cases[i].clock, "silver PRODUCED 1 OZT");
        /* Just inside the span 1 and 10, just outside it 100 and 1000. */
        produce(fixture, "a", cases[i].from, "gold PRODUCED 1 OZT");
        produce(fixture, "a", cases[i].through, "gold PRODUCED 10 OZT");
        produce(fixture, "a", hf_date_format(date_of(cases[i].from) - 1, before), "gold PRODUCED 100 OZT");
        produce(fixture, "a", hf_date_format(date_of(cases[i].through) + 1, after), "gold PRODUCED 1000 OZT");
        settle(fixture);
        print_message("  %s\n", cases[i].name);
        json_t *record = company_record(fixture, "acme", cases[i].kind, cases[i].date);
        json_t *mine = mine_record(fixture, "a", cases[i].kind, cases[i].date);
        ASSERT_FIGURES(record, {GOLD ".prior_year.from", cases[i].from}, {GOLD ".prior_year.through", cases[i].through},
                       {GOLD ".prior_year.attributable", "11.000"});
        ASSERT_FIGURES(mine, {GOLD ".prior_year.from", cases[i].from}, {GOLD ".prior_year.through", cases[i].through},
                       {GOLD ".prior_year.quantity", "11.000"}, {GOLD ".prior_year.attributable", NULL});
        json_decref(record);
        json_decref(mine);
        fixture_free(fixture);
    }
}

static void the_change_compares_the_same_dates_on_both_sides(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-05-31", "gold PRODUCED 90 OZT");
    produce(fixture, "b", "2003-06-03", "gold PRODUCED 25 OZT"); /* past the clock, which is a's */
    produce(fixture, "b", "2003-05-01", "gold PRODUCED 10 OZT");
    produce(fixture, "a", "2002-05-31", "gold PRODUCED 70 OZT");
    produce(fixture, "b", "2002-06-03", "gold PRODUCED 1000 OZT"); /* past it too */
    settle(fixture);
    json_t *half = company_record(fixture, "acme", "half", "2003-06-30");
    /* 100 − 70 = 30; ÷ 70 = 0.42857142… */
    ASSERT_FIGURES(half, {"state", "open"}, {"reported_through", "2003-05-31"}, {GOLD ".attributable", "125.000"},
                   {GOLD ".prior_year.attributable", "70.000"}, {GOLD ".prior_year.current", "100.000"},
                   {GOLD ".prior_year.change", "30.000"}, {GOLD ".prior_year.change_ratio", "0.428571"});
    json_decref(half);
    fixture_free(fixture);
}

static void a_year_before_counts_at_the_share_of_then(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 2000-01-01 0.8;acme 2003-01-01 0.2", "");
    produce(fixture, "a", "2002-06-30", "gold PRODUCED 100 OZT");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 100 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "day", "2003-06-30");
    ASSERT_FIGURES(record, {GOLD ".prior_year.attributable", "80.000"}, {GOLD ".prior_year.current", "20.000"},
                   {GOLD ".prior_year.change", "-60.000"}, {GOLD ".prior_year.change_ratio", "-0.750000"});
    json_decref(record);
    fixture_free(fixture);
}

static void there_is_no_comparison_without_a_fact_a_span_or_a_clock(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-06-15", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2002-06-15", "silver PRODUCED 1 OZT"); /* of another material */
    produce(fixture, "a", "2002-06-15", "gold SOLD 1 OZT");       /* of another stage */
    produce(fixture, "a", "2002-06-16", "gold PRODUCED 1 OZT");   /* after the day that the clock maps to */
    produce(fixture, "b", "2003-07-20", "gold PRODUCED 1 OZT");   /* b is far ahead: a is stale */
    produce(fixture, "b", "2003-08-01", "gold PRODUCED 1 OZT");
    settle(fixture);
    json_t *all = company_record(fixture, "acme", "all", "2003-06-15");
    json_t *day = mine_record(fixture, "a", "day", "2003-06-15"),
           *month = mine_record(fixture, "a", "month", "2003-06-01");
    ASSERT_FIGURES(all, {GOLD ".attributable", "4.000"}, {GOLD ".prior_year", "null"});
    ASSERT_FIGURES(day, {GOLD ".quantity", "1.000"}, {GOLD ".prior_year", "null"},
                   {"production[material=silver].prior_year.quantity", "1.000"});
    ASSERT_FIGURES(month, {GOLD ".prior_year", "null"}, {"production[stage=SOLD].prior_year.quantity", "1.000"});
    json_decref(all);
    json_decref(day);
    json_decref(month);
    fixture_free(fixture);
}

/* A window that lies wholly past the clock: reported_through is null, and so is the comparison. */
static void a_window_past_the_clock_compares_nothing(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "b", "2003-07-01", "gold PRODUCED 2 OZT");
    produce(fixture, "b", "2002-07-01", "gold PRODUCED 4 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "month", "2003-07-01");
    ASSERT_FIGURES(record, {"state", "open"}, {"reported_through", "null"}, {GOLD ".attributable", "2.000"},
                   {GOLD ".prior_year", "null"});
    json_decref(record);
    fixture_free(fixture);
}

/* --- what is listed ----------------------------------------------------------------------------------------------- */

static void a_figure_of_zero_is_not_absence(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 0 OZT");
    produce(fixture, "a", "2003-06-30", "silver PRODUCED 5 OZT");
    produce(fixture, "b", "2003-06-30", "silver PRODUCED 2 OZT");
    produce(fixture, "b", "2003-06-30", "silver PRODUCED -2 OZT"); /* two facts that come to 0 */
    produce(fixture, "a", "2003-06-30", "zinc PRODUCED 1 T");
    unproduce(fixture, "a", "2003-06-30", "zinc PRODUCED 1 T"); /* withdrawn */
    produce(fixture, "a", "2002-06-30", "silver PRODUCED 0 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "day", "2003-06-30");
    ASSERT_FIGURES(record, {GOLD ".attributable", "0.000"}, {GOLD ".hundred_percent", "0.000"},
                   {GOLD ".mines[mine=a].attributable", "0.000"}, {GOLD ".mines[mine=a].share", "null"},
                   {GOLD ".mines[mine=b]", NULL}, {SILVER ".attributable", "5.000"},
                   {SILVER ".mines[mine=b].attributable", "0.000"}, {SILVER ".mines[mine=b].share", "0.000000"},
                   {"production[material=zinc]", NULL},
                   /* a prior of 0: compared, but no ratio */
                   {SILVER ".prior_year.attributable", "0.000"}, {SILVER ".prior_year.change", "5.000"},
                   {SILVER ".prior_year.change_ratio", "null"});
    json_decref(record);
    fixture_free(fixture);
}

static void what_only_the_prior_span_holds_is_listed_without_mines(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    produce(fixture, "a", "2002-06-30", "silver PRODUCED 8 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "acme", "day", "2003-06-30"),
           *mine = mine_record(fixture, "a", "day", "2003-06-30");
    json_t *all = company_record(fixture, "acme", "all", "2003-06-30");
    ASSERT_FIGURES(record, {SILVER ".attributable", "0.000"}, {SILVER ".hundred_percent", "0.000"},
                   {SILVER ".majority_mine", "null"}, {SILVER ".mines", "[]"},
                   {SILVER ".prior_year.attributable", "8.000"}, {SILVER ".prior_year.current", "0.000"},
                   {SILVER ".prior_year.change", "-8.000"}, {SILVER ".prior_year.change_ratio", "-1.000000"});
    ASSERT_FIGURES(mine, {SILVER ".quantity", "0.000"}, {SILVER ".events", "0"}, {SILVER ".by_quality", "{}"},
                   {SILVER ".prior_year.quantity", "8.000"});
    ASSERT_FIGURES(all, {SILVER ".attributable", "8.000"});
    json_decref(record);
    json_decref(mine);
    json_decref(all);
    fixture_free(fixture);
}

/* --- what only a mine's summary has ------------------------------------------------------------------------------- */

static void a_mine_tells_events_and_how_firm_its_figure_is(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-06-01", "gold PRODUCED 5 OZT ESTIMATE");
    produce(fixture, "a", "2003-06-02", "gold PRODUCED 4 OZT ESTIMATE");
    produce(fixture, "a", "2003-06-02", "gold PRODUCED 3 OZT SETTLED");
    produce(fixture, "a", "2003-06-02", "gold PRODUCED 0 OZT WEIGHED");
    produce(fixture, "a", "2003-06-03", "gold PRODUCED 1 OZT");
    unproduce(fixture, "a", "2003-06-03", "gold PRODUCED 1 OZT");
    settle(fixture);
    json_t *record = mine_record(fixture, "a", "month", "2003-06-01");
    char *by_quality = json_dumps(json_at(record, GOLD ".by_quality"), JSON_COMPACT);
    ASSERT_FIGURES(record, {GOLD ".quantity", "12.000"}, {GOLD ".events", "4"});
    assert_string_equal(by_quality, "{\"ESTIMATE\":\"9.000\",\"WEIGHED\":\"0.000\",\"SETTLED\":\"3.000\"}");
    free(by_quality);
    json_decref(record);
    fixture_free(fixture);
}

static void metallurgy_is_a_quotient_of_output_units_or_null(void **state)
{
    static const struct {
        const char *facts; /* with semicolons */
        const char *extra; /* of the mine */
        const char *head_grade, *grade_unit, *recovery;
    } cases[] = {
        /* 15 OZT in 100 T of ore, 12 OZT won */
        {"gold CONTAINED 15 OZT;ore MILLED 100 T;gold PRODUCED 12 OZT", "", "0.1500", "OZT/T", "0.800000"},
        {"gold CONTAINED 15 OZT;ore MILLED 100 ST;gold PRODUCED 12 OZT", "'units':{'ore':'ST','gold':'G'}", "4.6655",
         "G/ST", "0.800000"}, /* 466.552152 g ÷ 100 */
        {"gold CONTAINED 15 OZT;gold PRODUCED 10 OZT", "", "null", "OZT/T", "0.666667"},
        {"gold CONTAINED 15 OZT;ore MILLED 100 T", "", "0.1500", "OZT/T", "null"},
        {"gold CONTAINED 15 OZT;ore MINED 100 T;ore MILLED 0 T;gold PRODUCED 0 OZT", "", "null", "OZT/T", "null"},
        {"gold CONTAINED 0 OZT;ore MILLED 100 T;gold PRODUCED 12 OZT", "", "null", "OZT/T", "null"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = fixture_new();
        g_auto(GStrv) facts = g_strsplit(cases[i].facts, ";", -1);
        add_mine(fixture, "a", "gold", "", cases[i].extra);
        for (int j = 0; facts[j]; j++)
            produce(fixture, "a", "2003-06-30", facts[j]);
        settle(fixture);
        json_t *record = mine_record(fixture, "a", "day", "2003-06-30");
        ASSERT_FIGURES(record, {"metallurgy[material=gold].head_grade", cases[i].head_grade},
                       {"metallurgy[material=gold].grade_unit", cases[i].grade_unit},
                       {"metallurgy[material=gold].recovery", cases[i].recovery}, {"metallurgy[material=ore]", NULL});
        json_decref(record);
        fixture_free(fixture);
    }
}

static void metallurgy_lists_what_has_a_contained_fact(void **state)
{
    struct fixture *fixture = acme_with_two_mines();
    (void)state;
    produce(fixture, "a", "2003-06-30", "silver PRODUCED 1 OZT");
    produce(fixture, "a", "2003-06-30", "zinc CONTAINED 2 T");
    produce(fixture, "a", "2003-06-30", "lead CONTAINED 0 T");
    produce(fixture, "a", "2003-05-31", "gold CONTAINED 1 OZT"); /* of another window */
    settle(fixture);
    json_t *record = mine_record(fixture, "a", "month", "2003-06-30");
    ASSERT_FIGURES(record, {"metallurgy[material=silver]", NULL}, {"metallurgy[material=gold]", NULL},
                   {"metallurgy[material=lead].recovery", "null"}, {"metallurgy[material=zinc].grade_unit", "T/T"});
    assert_int_equal(json_array_size(json_at(record, "metallurgy")), 2);
    json_decref(record);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_contracts_example_of_attributable_production),
        cmocka_unit_test(a_window_takes_each_day_at_the_share_of_that_day),
        cmocka_unit_test(a_majority_is_one_mine_with_more_than_half),
        cmocka_unit_test(a_quantity_is_rounded_once_half_to_even),
        cmocka_unit_test(a_company_publishes_in_its_own_units_and_a_mine_in_its),
        cmocka_unit_test(entries_are_sorted_by_material_and_stage_and_mines_by_id),
        cmocka_unit_test(each_date_maps_to_the_same_day_a_year_earlier),
        cmocka_unit_test(the_change_compares_the_same_dates_on_both_sides),
        cmocka_unit_test(a_year_before_counts_at_the_share_of_then),
        cmocka_unit_test(there_is_no_comparison_without_a_fact_a_span_or_a_clock),
        cmocka_unit_test(a_window_past_the_clock_compares_nothing),
        cmocka_unit_test(a_figure_of_zero_is_not_absence),
        cmocka_unit_test(what_only_the_prior_span_holds_is_listed_without_mines),
        cmocka_unit_test(a_mine_tells_events_and_how_firm_its_figure_is),
        cmocka_unit_test(metallurgy_is_a_quotient_of_output_units_or_null),
        cmocka_unit_test(metallurgy_lists_what_has_a_contained_fact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
