/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which record answers, what is said where none does, and that the table shows the record's own figures. */
#include <glib.h>
#include <string.h>

#include "../unit.h"
#include "summary_find.h"
#include "summary_text.h"
#include "table.h"

/* --- which record ----------------------------------------------------------------------------------------------- */

static void take(struct hf_summary_finder *finder, const char *key, const char *value)
{
    hf_summary_finder_take(finder, key, strlen(key), value, value ? strlen(value) : 0);
}

static void take_some(struct hf_summary_finder *finder)
{
    take(finder, "a|year|2002", "{2002}");
    take(finder, "a|year|2003", "{2003 old}");
    take(finder, "a|half|2003-H1", "{2003-H1}");
    take(finder, "a|quarter|2003-Q1", "{2003-Q1}");
    take(finder, "a|year|2003", "{2003}");
    take(finder, "a|year|2004", "{2004}");
    take(finder, "b|year|2009", "{b}");
    take(finder, "a|year|2004", NULL);
    take(finder, "no key of ours", "{}");
    take(finder, "a|half|2002-H1|x", "{}");
    hf_summary_finder_take(finder, NULL, 0, "{}", 2);
}

static void the_latest_record_of_a_window_answers(void **state)
{
    static const struct {
        const char *company, *window, *value;
    } cases[] = {
        {"a", NULL, "{2003}"}, {"a", "2003", "{2003}"}, {"a", "2003-H1", "{2003-H1}"},
        {"a", "2004", NULL},   {"a", "2003-H2", NULL},  {"b", NULL, "{b}"},
        {"c", NULL, NULL},     {"a", "", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_summary_finder *finder = hf_summary_finder_new(cases[i].company, cases[i].window);
        take_some(finder);
        const char *value = hf_summary_finder_value(finder);
        if (cases[i].value)
            assert_string_equal(value, cases[i].value);
        else
            assert_null(value);
        hf_summary_finder_free(&finder);
        assert_null(finder);
    }
}

static void what_there_is_instead_is_named(void **state)
{
    static const struct {
        const char *company, *window, *sentence;
    } cases[] = {
        {"a", "2003-H2", "a has no window \"2003-H2\"; the nearest are 2003-H1, 2003-Q1, 2003, 2002"},
        {"c", NULL, "there is no summary of company \"c\"; there is of b, a"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_summary_finder *finder = hf_summary_finder_new(cases[i].company, cases[i].window);
        take_some(finder);
        g_autofree char *sentence = hf_summary_finder_explain(finder);
        assert_string_equal(sentence, cases[i].sentence);
        hf_summary_finder_free(&finder);
    }
    struct hf_summary_finder *finder = hf_summary_finder_new("a", NULL);
    g_autofree char *empty = hf_summary_finder_explain(finder);
    assert_string_equal(empty, "company.summaries is empty: has headframe-summary run?");
    take(finder, "a|all|all", "{}");
    g_autofree char *no_year = hf_summary_finder_explain(finder);
    assert_string_equal(no_year, "a has no year; name one of its windows: all");
    hf_summary_finder_free(&finder);
}

/* --- the table -------------------------------------------------------------------------------------------------- */

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
    static const char *const cells[] = {"a", "1", "", "gr\xc3\xbcn", "22", "x", "", "", ""};
    struct hf_table *table = hf_table_new(3);
    GString *out = g_string_new(NULL);
    (void)state;
    for (size_t i = 0; i < COUNT(cells); i++)
        hf_table_add(table, cells[i]);
    hf_table_print(table, out);
    assert_string_equal(out->str, "a      1\ngr\xc3\xbcn  22  x\n\n");
    g_string_free(out, TRUE);
    hf_table_free(&table);
    assert_null(table);
}

#define STEP(figure)                \
    "{\"before_credits\":\"" figure \
    "\",\"credits\":\"1000.00\",\"after_credits\":\"-1000.00\",\"per_unit\":\"-0.5000\"}"
#define STEPS(first) \
    "\"cash_operating\":" first ",\"total_cash\":" STEP("2") ",\"total_production\":null,\"all_in_sustaining\":null"

static const char half_year[] =
    "{\"company\":{\"id\":\"a\",\"name\":\"A Mining\"},"
    "\"window\":{\"kind\":\"half\",\"label\":\"2003-H1\",\"from\":\"2003-01-01\",\"through\":\"2003-06-30\"},"
    "\"state\":\"restated\",\"reported_through\":\"2003-06-29\",\"stale\":[\"s1\",\"s2\"],\"restatements\":2,"
    "\"production\":["
    "{\"material\":\"gold\",\"stage\":\"PAYABLE\",\"unit\":\"OZT\",\"attributable\":\"1.000\","
    "\"hundred_percent\":\"1.000\",\"majority_mine\":null,\"prior_year\":null,\"mines\":[]},"
    "{\"material\":\"gold\",\"stage\":\"PRODUCED\",\"unit\":\"OZT\",\"attributable\":\"1234.500\","
    "\"hundred_percent\":\"2000.000\",\"majority_mine\":\"m\","
    "\"prior_year\":{\"from\":\"2002-01-01\",\"through\":\"2002-06-29\",\"attributable\":\"1000.000\","
    "\"current\":\"1234.500\",\"change\":\"234.500\",\"change_ratio\":\"0.234500\"},"
    "\"mines\":[{\"mine\":\"m\",\"attributable\":\"1234.500\",\"hundred_percent\":\"2000.000\",\"share\":\"1.000000\"},"
    "{\"mine\":\"n\",\"attributable\":\"0.000\",\"hundred_percent\":\"0.000\",\"share\":null}]}],"
    "\"unit_costs\":["
    "{\"metal\":\"gold\",\"method\":\"co_product\",\"currency\":\"USD\",\"unit\":\"OZT\",\"matched_through\":null,"
    "\"unmatched\":[\"m\"],\"production\":null," STEPS(
        "null") ",\"mines\":[]},"
                "{\"metal\":\"gold\",\"method\":\"by_product\",\"currency\":\"USD\",\"unit\":\"OZT\","
                "\"matched_through\":\"2003-06-29\",\"unmatched\":[\"n\"],\"production\":\"1234.500\"," STEPS(
                    STEP("1")) ","
                               "\"mines\":[{\"mine\":\"m\",\"matched_through\":\"2003-06-29\",\"production\":\"1234."
                               "500\"," STEPS(
                                   STEP("1")) "},"
                                              "{\"mine\":\"n\",\"matched_through\":null,\"production\":null," STEPS(
                                                  "null") "}]}],"
                                                          "\"other_costs\":[{\"element\":\"EXPLORATION\",\"currency\":"
                                                          "\"USD\",\"amount\":null}],"
                                                          "\"missing\":[\"fx MXN 2003-06\"]}";

static const char half_year_text[] =
    "A Mining (a)  2003-H1  2003-01-01 to 2003-06-30  restated\n"
    "Reported through 2003-06-29, restated 2 times\n"
    "Stale mines, left out of that date: s1, s2\n"
    "Missing: fx MXN 2003-06\n"
    "\n"
    "Production  attributable      100 %   share %  prior year  change %\n"
    "gold, OZT      1,234.500  2,000.000             1,000.000  +23.4500\n"
    "  m            1,234.500  2,000.000  100.0000\n"
    "  n                0.000      0.000       n/a\n"
    "Prior year: 2002-01-01 to 2002-06-29, compared with 2003-01-01 to 2003-06-29\n"
    "\n"
    "Cost of gold, by-product method, USD; production and cost matched through 2003-06-29\n"
    "Not matched: n\n"
    "                        production  before credits   credits  after credits  per OZT\n"
    "cash operating cost      1,234.500               1  1,000.00      -1,000.00  -0.5000\n"
    "  m                      1,234.500               1  1,000.00      -1,000.00  -0.5000\n"
    "total cash cost          1,234.500               2  1,000.00      -1,000.00  -0.5000\n"
    "  m                      1,234.500               2  1,000.00      -1,000.00  -0.5000\n"
    "total production cost    1,234.500             n/a       n/a            n/a      n/a\n"
    "  m                      1,234.500             n/a       n/a            n/a      n/a\n"
    "all-in sustaining cost   1,234.500             n/a       n/a            n/a      n/a\n"
    "  m                      1,234.500             n/a       n/a            n/a      n/a\n"
    "\n"
    "Cost of gold, co-product method, USD; no mine has both production and cost\n"
    "Not matched: m\n"
    "\n"
    "Other costs\n"
    "EXPLORATION  n/a  USD\n";

static void the_table_shows_the_records_own_figures(void **state)
{
    json_t *record = json_loads(half_year, 0, NULL);
    (void)state;
    assert_non_null(record);
    g_autofree char *text = hf_summary_text(record, (struct hf_summary_extent){0, 1});
    assert_string_equal(text, half_year_text);
    g_autofree char *all = hf_summary_text(record, (struct hf_summary_extent){1, 1});
    g_autofree char *usual = hf_summary_text(record, (struct hf_summary_extent){0, 0});
    assert_non_null(strstr(all, "\ngold PAYABLE, OZT "));
    assert_non_null(strstr(all, "\ngold PRODUCED, OZT "));
    assert_null(strstr(usual, "co-product"));
    assert_non_null(strstr(usual, "by-product"));
    json_decref(record);
}

static void a_record_of_another_shape_does_no_harm(void **state)
{
    static const char *const records[] = {
        "{}",
        "[]",
        "{\"production\":[{}],\"unit_costs\":[{}],\"other_costs\":[{}],\"missing\":[7]}",
        "{\"production\":{},\"unit_costs\":7,\"other_costs\":\"\",\"company\":[],\"window\":null,\"stale\":{}}",
        "{\"unit_costs\":[{\"matched_through\":\"x\",\"mines\":[{},7,{\"matched_through\":\"\"}]}]}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(records); i++) {
        json_t *record = json_loads(records[i], 0, NULL);
        assert_non_null(record);
        g_autofree char *text = hf_summary_text(record, (struct hf_summary_extent){0, 0});
        assert_non_null(text);
        json_decref(record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_record_of_a_window_answers),
        cmocka_unit_test(what_there_is_instead_is_named),
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(the_table_shows_the_records_own_figures),
        cmocka_unit_test(a_record_of_another_shape_does_no_harm),
    };
    return cmocka_run_group_tests_name("cli_summary", tests, NULL, NULL);
}
