/* SPDX-License-Identifier: Apache-2.0 */
/* Proves the shape of a record to the byte: keys in the contract's order, compact, nothing more and nothing less. */
#include "record.h"

#include <string.h>

#include "figures.h"

static void assert_record(struct view *view, const char *kind, const char *date, const char *key, const char *text)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    const struct hf_window window = window_of(view, kind, date);
    size_t length;
    g_autofree char *written_key = record_key(view, &window);
    g_autofree char *expected = g_strdelimit(g_strdup(text), "'", '"');
    hf_json_begin_array(writer, NULL); /* what the writer held is gone */
    record_write(view, &window, writer);
    assert_string_equal(written_key, key);
    assert_string_equal(hf_json_writer_text(writer, &length), expected);
    assert_int_equal(length, strlen(expected));
    hf_json_writer_free(&writer);
    view_free(&view);
}

static struct fixture *small_world(void)
{
    struct fixture *fixture = fixture_new();
    add_company(fixture, "acme", "'primary_metal':'silver','fiscal_year_start_month':7,'units':{'ore':'ST'}");
    add_mine(fixture, "gc", "silver", "acme 2000-01-01 0.5", "");
    add_mine(fixture, "lf", "silver", "acme 2000-01-01 1", "");
    produce(fixture, "gc", "2002-06-30", "silver PRODUCED 80 OZT");
    produce(fixture, "gc", "2003-06-30", "silver PRODUCED 100 OZT SETTLED");
    produce(fixture, "gc", "2003-06-30", "silver CONTAINED 125 OZT");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "MINING 300 USD");
    spend(fixture, "gc", "2003-06-01", "2003-06-30", "EXPLORATION 30 MXN");
    produce(fixture, "lf", "2003-06-20", "silver PRODUCED 7 OZT");
    settle(fixture);
    return fixture;
}

static void a_company_record_has_this_text(void **state)
{
    struct fixture *fixture = small_world();
    (void)state;
    assert_record(
        company_view(fixture, "acme"), "quarter", "2003-06-30", "acme|quarter|FY2003-Q4",
        "{'schema':'headframe.company-summary.v1','company':{'id':'acme','name':'acme Inc'},"
        "'window':{'kind':'quarter','label':'FY2003-Q4','from':'2003-04-01','through':'2003-06-30'},"
        "'state':'preliminary','reported_through':'2003-06-30','stale':['lf'],'restatements':0,'production':["
        "{'material':'silver','stage':'CONTAINED','unit':'OZT','attributable':'62.500',"
        "'hundred_percent':'125.000','majority_mine':'gc','prior_year':null,'mines':["
        "{'mine':'gc','attributable':'62.500','hundred_percent':'125.000','share':'1.000000'}]},"
        "{'material':'silver','stage':'PRODUCED','unit':'OZT','attributable':'57.000',"
        "'hundred_percent':'107.000','majority_mine':'gc','prior_year':{'from':'2002-04-01',"
        "'through':'2002-06-30','attributable':'40.000','current':'57.000','change':'17.000',"
        "'change_ratio':'0.425000'},'mines':["
        "{'mine':'gc','attributable':'50.000','hundred_percent':'100.000','share':'0.877193'},"
        "{'mine':'lf','attributable':'7.000','hundred_percent':'7.000','share':'0.122807'}]}],"
        "'unit_costs':[{'metal':'silver','method':'by_product','currency':'USD','unit':'OZT',"
        "'matched_through':'2003-06-30','unmatched':['lf'],'production':'50.000',"
        "'cash_operating':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':"
        "'3.0000'},"
        "'total_cash':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':'3.0000'},"
        "'total_production':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':"
        "'3.0000'},"
        "'all_in_sustaining':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':"
        "'3.0000'},'mines':["
        "{'mine':'gc','matched_through':'2003-06-30','production':'50.000',"
        "'cash_operating':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':"
        "'3.0000'},"
        "'total_cash':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':'3.0000'},"
        "'total_production':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':"
        "'3.0000'},"
        "'all_in_sustaining':{'before_credits':'150.00','credits':'0.00','after_credits':'150.00','per_unit':"
        "'3.0000'}},"
        "{'mine':'lf','matched_through':null,'production':null,'cash_operating':null,'total_cash':null,"
        "'total_production':null,'all_in_sustaining':null}]}],"
        "'other_costs':[{'element':'EXPLORATION','currency':'USD','amount':null}],"
        "'missing':['fx MXN 2003-06']}");
    fixture_free(fixture);
}

static void a_mine_record_has_this_text(void **state)
{
    struct fixture *fixture = small_world();
    (void)state;
    assert_record(
        mine_view(fixture, "gc"), "rolling-30d", NULL, "gc|rolling-30d|rolling-30d",
        "{'schema':'headframe.mine-summary.v1','mine':{'id':'gc','name':'gc mine'},"
        "'window':{'kind':'rolling-30d','label':'rolling-30d','from':'2003-06-01','through':'2003-06-30'},"
        "'state':'preliminary','reported_through':'2003-06-30','restatements':0,'production':["
        "{'material':'silver','stage':'CONTAINED','unit':'OZT','quantity':'125.000','events':1,"
        "'by_quality':{'ASSAYED':'125.000'},'prior_year':null},"
        "{'material':'silver','stage':'PRODUCED','unit':'OZT','quantity':'100.000','events':1,"
        "'by_quality':{'SETTLED':'100.000'},'prior_year':{'from':'2002-06-01','through':'2002-06-30',"
        "'quantity':'80.000','current':'100.000','change':'20.000','change_ratio':'0.250000'}}],"
        "'unit_costs':[{'metal':'silver','method':'by_product','currency':'USD','unit':'OZT',"
        "'matched_through':'2003-06-30','production':'100.000',"
        "'cash_operating':{'before_credits':'300.00','credits':'0.00','after_credits':'300.00','per_unit':"
        "'3.0000'},"
        "'total_cash':{'before_credits':'300.00','credits':'0.00','after_credits':'300.00','per_unit':'3.0000'},"
        "'total_production':{'before_credits':'300.00','credits':'0.00','after_credits':'300.00','per_unit':"
        "'3.0000'},"
        "'all_in_sustaining':{'before_credits':'300.00','credits':'0.00','after_credits':'300.00','per_unit':"
        "'3.0000'}}],"
        "'costs':[{'element':'EXPLORATION','currency':'MXN','amount':'30.00'},"
        "{'element':'MINING','currency':'USD','amount':'300.00'}],"
        "'metallurgy':[{'material':'silver','head_grade':null,'grade_unit':'OZT/T','recovery':'0.800000'}],"
        "'missing':[]}");
    fixture_free(fixture);
}

static void a_record_of_everything_has_no_dates(void **state)
{
    struct fixture *fixture = small_world();
    json_t *record = company_record(fixture, "acme", "all", "2003-06-30");
    (void)state;
    ASSERT_FIGURES(record, {"window.kind", "all"}, {"window.label", "all"}, {"window.from", "null"},
                   {"window.through", "null"}, {"state", "open"}, {"reported_through", "2003-06-30"},
                   {"production[stage=PRODUCED].attributable", "97.000"});
    json_decref(record);
    fixture_free(fixture);
}

static void a_window_is_open_until_the_clock_has_passed_it(void **state)
{
    static const struct {
        const char *kind, *date, *state, *reported_through;
    } cases[] = {
        {"month", "2003-06-01", "preliminary", "2003-06-30"},
        {"year", "2003-06-01", "preliminary", "2003-06-30"},
        {"half", "2003-07-01", "open", "null"},
        {"week", "2003-06-30", "open", "2003-06-30"},
        {"day", "2002-06-30", "preliminary", "2002-06-30"},
    };
    struct fixture *fixture = small_world();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *record = company_record(fixture, "acme", cases[i].kind, cases[i].date);
        ASSERT_FIGURES(record, {"state", cases[i].state}, {"reported_through", cases[i].reported_through},
                       {"restatements", "0"}, {"stale", "[\"lf\"]"}); /* the same list in every window */
        json_decref(record);
    }
    fixture_free(fixture);
}

static void names_are_written_as_json_strings(void **state)
{
    struct fixture *fixture = fixture_new();
    (void)state;
    assert_int_equal(apply_reference(fixture, HF_TOPIC_COMPANIES, "Grün",
                                     "{'company_id':'Grün','name':'Gold \\u0022&\\u0022 Söhne\\n'}", NULL),
                     HF_OK);
    add_mine(fixture, "a", "gold", "Grün 2000-01-01 1", "");
    produce(fixture, "a", "2003-06-30", "gold PRODUCED 1 OZT");
    settle(fixture);
    json_t *record = company_record(fixture, "Grün", "day", "2003-06-30");
    ASSERT_FIGURES(record, {"company.id", "Grün"}, {"company.name", "Gold \"&\" Söhne\n"});
    json_decref(record);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_company_record_has_this_text),
        cmocka_unit_test(a_mine_record_has_this_text),
        cmocka_unit_test(a_record_of_everything_has_no_dates),
        cmocka_unit_test(a_window_is_open_until_the_clock_has_passed_it),
        cmocka_unit_test(names_are_written_as_json_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
