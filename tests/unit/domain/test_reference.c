/* SPDX-License-Identifier: Apache-2.0 */
/* Proves who holds which share of a mine when, what an identifier is, and that a series gives back what it was given. */
#include "headframe/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "dates.h"

/* --- identifiers ---------------------------------------------------------------------------------------------------- */

#define X_64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X_65 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define E_ACUTE_32 "éééééééééééééééééééééééééééééééé" /* 64 bytes */
#define E_ACUTE_32_X "ééééééééééééééééééééééééééééééééx"
#define X_63_E_ACUTE \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé" /* the limit cuts the last character */

static void identifiers_are_1_to_64_bytes_of_plain_utf8(void **state)
{
    static const char *const taken[] = {
        "a",    "greens-creek",     "2003-06-30/gold/1", " ",  "a b",      "Grünberg",
        "鉱山", "\xf0\x9f\xaa\xa8", "\xc2\xa0",          X_64, E_ACUTE_32,
    };
    static const char *const refused[] = {
        "",
        X_65,
        E_ACUTE_32_X,
        "|",
        "a|b",
        "a|",
        "|control",
        "a\nb",
        "\t",
        "\x1f",
        "\x7f",
        "a\xc2\x80",
        "a\xc2\x9f", /* C0, DEL, C1 */
        "\xff",
        "a\xc3",
        "\xc0\xaf",
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "\x80",
        X_63_E_ACUTE,
    };
    (void)state;
    for (size_t i = 0; i < COUNT(taken); i++)
        if (!hf_is_identifier(taken[i], strlen(taken[i])))
            fail_msg("\"%s\" was refused", taken[i]);
    for (size_t i = 0; i < COUNT(refused); i++)
        if (hf_is_identifier(refused[i], strlen(refused[i])))
            fail_msg("\"%s\" was taken", refused[i]);
}

static void an_identifier_ends_at_its_length(void **state)
{
    (void)state;
    assert_true(hf_is_identifier("ab|", 2));
    assert_false(hf_is_identifier("a\0b", 3));
    assert_false(hf_is_identifier("\0", 1));
    assert_false(hf_is_identifier("é", 1));
    assert_false(hf_is_identifier(X_63_E_ACUTE, 64)); /* half a character */
}

/* --- interests ------------------------------------------------------------------------------------------------------- */

struct entry {
    const char *company, *from, *share;
};

static struct hf_mine *mine_of(const struct entry *entries, size_t count)
{
    struct hf_mine *mine = hf_mine_new(count);
    for (size_t i = 0; i < count; i++) {
        snprintf(mine->interests[i].company_id, HF_ID_LIMIT + 1, "%s", entries[i].company);
        mine->interests[i].from = date_of(entries[i].from);
        mpq_set_str(mine->interests[i].share, entries[i].share, 10);
        mpq_canonicalize(mine->interests[i].share);
    }
    return mine;
}

/* The holdings as "1/2 1987-05-01 2003-06-30; ". */
static void assert_holdings(const struct hf_mine *mine, const char *company, const char *expected)
{
    size_t count = 99, length = 0;
    char text[400] = "", from[HF_DATE_TEXT], through[HF_DATE_TEXT] = "ever";
    struct hf_holding *holdings = hf_mine_holdings(mine, company, &count);
    for (size_t i = 0; i < count; i++) {
        char *share = mpq_get_str(NULL, 10, holdings[i].share);
        if (holdings[i].through != HF_DATE_MAX)
            hf_date_format(holdings[i].through, through);
        else
            snprintf(through, sizeof through, "ever");
        length += (size_t)snprintf(text + length, sizeof text - length, "%s %s %s; ", share,
                                   hf_date_format(holdings[i].from, from), through);
        free(share);
    }
    assert_string_equal(text, expected);
    assert_true((holdings == NULL) == (count == 0));
    hf_holdings_free(&holdings, count);
    assert_null(holdings);
}

static void an_entry_holds_until_the_companys_next(void **state)
{
    static const struct entry entries[] = {
        {"hecla", "2003-07-01", "2973/10000"}, /* not in the order of dates */
        {"hecla", "1987-05-01", "1/4"},        {"rio", "1987-05-01", "3/4"}, {"rio", "2008-04-16", "0"},
        {"hecla", "2008-04-16", "1"},
    };
    struct hf_mine *mine = mine_of(entries, COUNT(entries));
    (void)state;
    assert_holdings(mine, "hecla", "1/4 1987-05-01 2003-06-30; 2973/10000 2003-07-01 2008-04-15; 1 2008-04-16 ever; ");
    assert_holdings(mine, "rio", "3/4 1987-05-01 2008-04-15; ");
    assert_holdings(mine, "hecl", "");
    assert_holdings(mine, "", "");
    hf_mine_free(&mine);
    assert_null(mine);
    hf_mine_free(&mine);
}

static void of_two_entries_of_a_date_the_later_in_the_list_counts(void **state)
{
    static const struct entry entries[] = {
        {"a", "2003-01-01", "1/2"}, {"a", "2003-06-01", "1/3"}, {"a", "2003-01-01", "1/4"}, {"a", "2003-06-01", "0"},
        {"b", "2003-01-01", "0"},   {"b", "2003-01-01", "1/8"}, {"c", "2003-01-01", "1/8"}, {"c", "2003-01-01", "0"},
    };
    struct hf_mine *mine = mine_of(entries, COUNT(entries));
    (void)state;
    assert_holdings(mine, "a", "1/4 2003-01-01 2003-05-31; ");
    assert_holdings(mine, "b", "1/8 2003-01-01 ever; ");
    assert_holdings(mine, "c", "");
    hf_mine_free(&mine);
}

static void a_share_of_zero_ends_an_interest_until_it_is_taken_up_again(void **state)
{
    static const struct entry entries[] = {
        {"a", "2002-12-31", "0"},
        {"a", "2003-01-01", "1/2"},
        {"a", "2003-01-02", "0"},
        {"a", "2004-01-01", "1/2"},
    };
    struct hf_mine *mine = mine_of(entries, COUNT(entries)), *empty = hf_mine_new(0);
    (void)state;
    assert_holdings(mine, "a", "1/2 2003-01-01 2003-01-01; 1/2 2004-01-01 ever; ");
    assert_holdings(empty, "a", "");
    hf_mine_free(&mine);
    hf_mine_free(&empty);
}

static void shares_never_sum_to_more_than_one(void **state)
{
    static const struct {
        struct entry entries[5];
        const char *date; /* on which they do, or NULL */
    } cases[] = {
        {{{"a", "2003-01-01", "1"}}, NULL},
        {{{"a", "2003-01-01", "2973/10000"}, {"b", "2003-01-01", "7027/10000"}}, NULL},
        {{{"a", "2003-01-01", "2973/10000"}, {"b", "2003-01-01", "7028/10000"}}, "2003-01-01"},
        {{{"a", "2003-01-01", "1/3"}, {"b", "2003-01-01", "1/3"}, {"c", "2003-01-01", "1/3"}}, NULL},
        /* both change on one date: the sum in between does not count */
        {{{"a", "2003-01-01", "1/4"},
          {"b", "2003-01-01", "3/4"},
          {"b", "2004-01-01", "1/4"},
          {"a", "2004-01-01", "3/4"}},
         NULL},
        {{{"a", "2003-01-01", "1/4"},
          {"b", "2003-01-01", "3/4"},
          {"a", "2004-01-01", "3/4"},
          {"b", "2004-01-01", "1/4"}},
         NULL},
        /* one sells a day too late */
        {{{"a", "2003-01-01", "1"}, {"b", "2004-01-01", "1"}, {"a", "2004-01-02", "0"}}, "2004-01-01"},
        {{{"b", "2004-01-01", "1"}, {"a", "2004-01-01", "0"}, {"a", "2003-01-01", "1"}}, NULL},
        /* too much for one day between two that are right */
        {{{"a", "2003-01-01", "1/2"},
          {"b", "2003-01-01", "1/2"},
          {"a", "2003-06-30", "2/3"},
          {"a", "2003-07-01", "1/2"}},
         "2003-06-30"},
        /* of two entries of a date the later counts */
        {{{"a", "2003-01-01", "1"}, {"a", "2003-01-01", "1/2"}, {"b", "2003-01-01", "1/2"}}, NULL},
        {{{"a", "2003-01-01", "1/2"}, {"a", "2003-01-01", "1"}, {"b", "2003-01-01", "1/2"}}, "2003-01-01"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t count = 0;
        while (count < COUNT(cases[i].entries) && cases[i].entries[count].company)
            count++;
        struct hf_mine *mine = mine_of(cases[i].entries, count);
        struct hf_error error = {0};
        int result = hf_mine_check_shares(mine, &error);
        if (result != (cases[i].date ? HF_EINVAL : HF_OK))
            fail_msg("case %zu gave %d: %s", i, result, error.text);
        if (cases[i].date)
            assert_non_null(strstr(error.text, cases[i].date));
        hf_mine_free(&mine);
    }
}

/* --- units, series --------------------------------------------------------------------------------------------------- */

static void a_material_is_published_in_the_unit_chosen_or_its_own(void **state)
{
    struct hf_mine *mine = hf_mine_new(0);
    struct hf_company *company = hf_company_new();
    int gold = hf_material_find("gold", 4), lead = hf_material_find("lead", 4);
    (void)state;
    assert_true(hf_material_count() <= HF_MATERIAL_LIMIT);
    assert_int_equal(hf_output_unit(&mine->units, gold), HF_UNIT_OZT);
    assert_int_equal(hf_output_unit(&company->units, lead), HF_UNIT_T);
    company->units.units[lead] = HF_UNIT_ST;
    company->units.units[gold] = HF_UNIT_G;
    assert_int_equal(hf_output_unit(&company->units, lead), HF_UNIT_ST);
    assert_int_equal(hf_output_unit(&company->units, gold), HF_UNIT_G);
    assert_int_equal(mine->primary_metal, -1);
    assert_int_equal(company->primary_metal, -1);
    assert_int_equal(company->fiscal_year_start_month, 1);
    hf_company_free(&company);
    assert_null(company);
    hf_company_free(&company);
    hf_mine_free(&mine);
}

static void set_quote(struct hf_series *series, int subject, int32_t month, const char *value, enum hf_unit unit)
{
    mpq_t number;
    mpq_init(number);
    mpq_set_str(number, value, 10);
    hf_series_set(series, subject, month, number, 7, unit);
    mpq_clear(number);
}

static void assert_quote(const struct hf_series *series, int subject, int32_t month, const char *value,
                         enum hf_unit unit)
{
    const struct hf_quote *quote = hf_series_get(series, subject, month);
    assert_non_null(quote);
    char *text = mpq_get_str(NULL, 10, quote->value);
    assert_string_equal(text, value);
    free(text);
    assert_int_equal(quote->currency, 7);
    assert_int_equal(quote->unit, unit);
}

static void a_series_keeps_one_quote_for_each_subject_and_month(void **state)
{
    struct hf_series *series = hf_series_new();
    const int32_t june = 2003 * 12 + 5;
    (void)state;
    set_quote(series, 3, june, "6927/20", HF_UNIT_OZT);
    set_quote(series, 3, june + 1, "351", HF_UNIT_OZT);
    set_quote(series, 4, june, "5", HF_UNIT_LB);
    set_quote(series, 0, -1, "9", HF_UNIT_T); /* before year 0: the month must not run into the subject */
    set_quote(series, 3, june, "347", HF_UNIT_KG);
    assert_quote(series, 3, june, "347", HF_UNIT_KG);
    assert_quote(series, 3, june + 1, "351", HF_UNIT_OZT);
    assert_quote(series, 4, june, "5", HF_UNIT_LB);
    assert_quote(series, 0, -1, "9", HF_UNIT_T);
    assert_null(hf_series_get(series, 4, june + 1));
    assert_null(hf_series_get(series, -1, -1));
    hf_series_remove(series, 3, june);
    hf_series_remove(series, 3, june);
    assert_null(hf_series_get(series, 3, june));
    assert_quote(series, 3, june + 1, "351", HF_UNIT_OZT);
    hf_series_free(&series);
    assert_null(series);
    hf_series_free(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_are_1_to_64_bytes_of_plain_utf8),
        cmocka_unit_test(an_identifier_ends_at_its_length),
        cmocka_unit_test(an_entry_holds_until_the_companys_next),
        cmocka_unit_test(of_two_entries_of_a_date_the_later_in_the_list_counts),
        cmocka_unit_test(a_share_of_zero_ends_an_interest_until_it_is_taken_up_again),
        cmocka_unit_test(shares_never_sum_to_more_than_one),
        cmocka_unit_test(a_material_is_published_in_the_unit_chosen_or_its_own),
        cmocka_unit_test(a_series_keeps_one_quote_for_each_subject_and_month),
    };
    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
