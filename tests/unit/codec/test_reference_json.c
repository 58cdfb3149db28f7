/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that good reference records are read whole, and that of a bad one the field at fault is named. */
#include "headframe/reference_json.h"

#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "../unit.h"

static int parse_mine(const char *key, const char *text, struct hf_mine **out_mine, struct hf_error *error)
{
    char *json = quoted(text);
    int result = hf_mine_parse(key, strlen(key), json, strlen(json), out_mine, error);
    free(json);
    return result;
}

static int parse_company(const char *key, const char *text, struct hf_company **out_company, struct hf_error *error)
{
    char *json = quoted(text);
    int result = hf_company_parse(key, strlen(key), json, strlen(json), out_company, error);
    free(json);
    return result;
}

static int parse_market(const char *key, const char *text, int is_price, struct hf_series *series,
                        struct hf_error *error)
{
    char *json = quoted(text);
    int result = hf_market_parse(key, strlen(key), json, strlen(json), is_price, series, error);
    free(json);
    return result;
}

static int material(const char *name)
{
    return hf_material_find(name, strlen(name));
}

static int currency(const char *code)
{
    return hf_currency_find(code, strlen(code));
}

static void assert_rational(const mpq_t value, const char *fraction)
{
    char *text = mpq_get_str(NULL, 10, value);
    assert_string_equal(text, fraction);
    free(text);
}

/* --- mines ------------------------------------------------------------------------------------------------------------- */

static void a_whole_mine_is_read(void **state)
{
    struct hf_mine *mine = NULL;
    (void)state;
    assert_int_equal(
        parse_mine("greens-creek",
                   "{'mine_id':'greens-creek','name':'Greens Creek','country':'US','subdivision':'US-AK',"
                   "'time_zone':'America/Juneau','day_start':'06:30','day_named_by':'end','primary_metal':'silver',"
                   "'units':{'lead':'ST','zinc':'LB'},'status':'development','by_product_credits':'priced',"
                   "'interests':[{'company_id':'hecla','from':'1988-02-29','share':0.2973},"
                   "{'company_id':'rio','from':'1988-02-29','share':'0.7027'},{'company_id':'rio','from':'2008-04-16',"
                   "'share':0},{'company_id':'hecla','from':'2008-04-16','share':1}],'later_field':[{}]}",
                   &mine, NULL),
        HF_OK);
    assert_string_equal(mine->id, "greens-creek");
    assert_string_equal(mine->name, "Greens Creek");
    assert_int_equal(mine->day_rule.day_start_s, 23400);
    assert_int_equal(mine->day_rule.named_by_end, 1);
    assert_int_equal(hf_zone_offset_s(mine->day_rule.zone, (struct hf_event_time){1049626800000}), -28800);
    assert_int_equal(mine->primary_metal, material("silver"));
    assert_int_equal(hf_output_unit(&mine->units, material("lead")), HF_UNIT_ST);
    assert_int_equal(hf_output_unit(&mine->units, material("zinc")), HF_UNIT_LB);
    assert_int_equal(hf_output_unit(&mine->units, material("gold")), HF_UNIT_OZT);
    assert_int_equal(mine->status, HF_MINE_DEVELOPMENT);
    assert_int_equal(mine->credits, HF_CREDITS_PRICED);
    assert_int_equal(mine->interest_count, 4);
    assert_string_equal(mine->interests[1].company_id, "rio");
    assert_date_equal(mine->interests[0].from, "1988-02-29");
    assert_rational(mine->interests[0].share, "2973/10000");
    assert_rational(mine->interests[2].share, "0");
    assert_rational(mine->interests[3].share, "1");
    hf_mine_free(&mine);
}

static void a_mine_of_few_fields_takes_the_defaults(void **state)
{
    static const char *const records[] = {
        "{'mine_id':'m','time_zone':'UTC','primary_metal':'gold'}",
        "{'mine_id':'m','time_zone':'UTC','primary_metal':'gold','name':null,'day_start':null,'day_named_by':null,"
        "'units':null,'status':null,'by_product_credits':null,'interests':null}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(records); i++) {
        struct hf_mine *mine = NULL;
        assert_int_equal(parse_mine("m", records[i], &mine, NULL), HF_OK);
        assert_string_equal(mine->name, "m");
        assert_int_equal(mine->day_rule.day_start_s, 25200); /* 07:00 */
        assert_int_equal(mine->day_rule.named_by_end, 0);
        assert_int_equal(mine->status, HF_MINE_OPERATING);
        assert_int_equal(mine->credits, HF_CREDITS_REPORTED);
        assert_int_equal(mine->interest_count, 0);
        assert_int_equal(hf_output_unit(&mine->units, material("gold")), HF_UNIT_OZT);
        hf_mine_free(&mine);
    }
}

static void only_a_corporate_office_needs_no_metal(void **state)
{
    struct hf_mine *mine = NULL;
    struct hf_error error = {0};
    (void)state;
    assert_int_equal(parse_mine("m", "{'mine_id':'m','time_zone':'UTC','status':'corporate'}", &mine, NULL), HF_OK);
    assert_int_equal(mine->status, HF_MINE_CORPORATE);
    assert_int_equal(mine->primary_metal, -1);
    hf_mine_free(&mine);
    assert_int_equal(parse_mine("m", "{'mine_id':'m','time_zone':'UTC'}", &mine, &error), HF_EINVAL);
    assert_non_null(strstr(error.text, "primary_metal"));
}

#define MINE(more) "{'mine_id':'m','time_zone':'UTC','primary_metal':'gold'," more "}"
#define INTEREST(entry) MINE("'interests':[{'company_id':'a','from':'2003-01-01','share':'0.5'}," entry "]")

static void of_a_bad_mine_the_field_is_named(void **state)
{
    static const struct {
        const char *key, *json, *field, *value;
    } cases[] = {
        {"m", "", "not JSON", ""},
        {"m", "{", "not JSON", ""},
        {"m", "{'mine_id':'m'}{}", "not JSON", ""},
        {"m", "{'mine_id':'m','mine_id':'m'}", "not JSON", ""}, /* a field twice */
        {"m", "{'mine_id':'m\\u0000x'}", "not JSON", ""},
        {"m", "{'name':'\xff'}", "not JSON", ""},
        {"m", "[]", "the value", "[]"},
        {"m", "null", "not JSON", ""},
        {"m", "{}", "mine_id", "nothing"},
        {"m", "{'mine_id':7}", "mine_id", "7"},
        {"m", "{'mine_id':null}", "mine_id", "null"},
        {"", "{'mine_id':''}", "mine_id", "\"\""},
        {"a|b", "{'mine_id':'a|b'}", "mine_id", "a|b"},
        {"m", "{'mine_id':'n'}", "mine_id", "\"n\""},
        {"mm", "{'mine_id':'m'}", "mine_id", "\"mm\""},
        {"m", MINE("'name':7"), "name", "7"},
        {"m", "{'mine_id':'m','primary_metal':'gold'}", "time_zone", "nothing"},
        {"m", "{'mine_id':'m','primary_metal':'gold','time_zone':'UTC+3'}", "time_zone", "UTC+3"},
        {"m", "{'mine_id':'m','time_zone':'UTC','primary_metal':'unobtainium'}", "primary_metal", "unobtainium"},
        {"m", "{'mine_id':'m','time_zone':'UTC','primary_metal':''}", "primary_metal", "\"\""},
        {"m", MINE("'day_start':'7:00'"), "day_start", "7:00"},
        {"m", MINE("'day_start':7"), "day_start", "7"},
        {"m", MINE("'day_named_by':'middle'"), "day_named_by", "middle"},
        {"m", MINE("'status':'closed'"), "status", "closed"},
        {"m", MINE("'status':''"), "status", "\"\""},
        {"m", MINE("'by_product_credits':'none'"), "by_product_credits", "none"},
        {"m", MINE("'units':['ST']"), "units", "[\"ST\"]"},
        {"m", MINE("'units':{'lead':'DWT'}"), "units", "DWT"},
        {"m", MINE("'units':{'lead':7}"), "units", "lead"},
        {"m", MINE("'units':{'mithril':'KG'}"), "units", "mithril"},
        {"m", MINE("'interests':{}"), "interests", "{}"},
        {"m", MINE("'interests':'all'"), "interests", "all"},
        {"m", INTEREST("7"), "interests.company_id", "nothing"},
        {"m", INTEREST("{'from':'2003-01-01','share':'0.5'}"), "interests.company_id", "nothing"},
        {"m", INTEREST("{'company_id':'a|b','from':'2003-01-01','share':'0.5'}"), "interests.company_id", "a|b"},
        {"m", INTEREST("{'company_id':'b','share':'0.5'}"), "interests.from", "nothing"},
        {"m", INTEREST("{'company_id':'b','from':'2003-02-29','share':'0.5'}"), "interests.from", "2003-02-29"},
        {"m", INTEREST("{'company_id':'b','from':'2003-01-01'}"), "interests.share", "nothing"},
        {"m", INTEREST("{'company_id':'b','from':'2003-01-01','share':'half'}"), "interests.share", "half"},
        {"m", INTEREST("{'company_id':'b','from':'2003-01-01','share':5e-1}"), "interests.share", "5e-1"},
        {"m", INTEREST("{'company_id':'b','from':'2003-01-01','share':'-0.1'}"), "interests.share", "-0.1"},
        {"m", INTEREST("{'company_id':'b','from':'2003-01-01','share':'1.000001'}"), "interests.share", "1.000001"},
        {"m", INTEREST("{'company_id':'b','from':'2003-06-30','share':'0.500001'}"), "interests", "2003-06-30"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_mine *mine = NULL;
        struct hf_error error = {0};
        if (parse_mine(cases[i].key, cases[i].json, &mine, &error) != HF_EINVAL ||
            !strstr(error.text, cases[i].field) || !strstr(error.text, cases[i].value))
            fail_msg("%s: \"%s\", expected %s and %s", cases[i].json, error.text, cases[i].field, cases[i].value);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        assert_null(mine);
    }
}

/* --- companies ---------------------------------------------------------------------------------------------------------- */

static void a_company_is_read_with_its_defaults(void **state)
{
    struct hf_company *company = NULL;
    (void)state;
    assert_int_equal(parse_company("hecla",
                                   "{'company_id':'hecla','name':'Hecla Mining Company','reporting_currency':'CAD',"
                                   "'fiscal_year_start_month':7,'units':{'lead':'ST'},'founded':1891,'region':'NA',"
                                   "'listed':true,'primary_metal':'silver'}",
                                   &company, NULL),
                     HF_OK);
    assert_string_equal(company->id, "hecla");
    assert_string_equal(company->name, "Hecla Mining Company");
    assert_int_equal(company->reporting_currency, currency("CAD"));
    assert_int_equal(company->fiscal_year_start_month, 7);
    assert_int_equal(company->primary_metal, material("silver"));
    assert_int_equal(hf_output_unit(&company->units, material("lead")), HF_UNIT_ST);
    hf_company_free(&company);
    assert_int_equal(parse_company("h", "{'company_id':'h','fiscal_year_start_month':null}", &company, NULL), HF_OK);
    assert_string_equal(company->name, "h");
    assert_int_equal(company->reporting_currency, currency("USD"));
    assert_int_equal(company->fiscal_year_start_month, 1);
    assert_int_equal(company->primary_metal, -1);
    assert_int_equal(hf_output_unit(&company->units, material("lead")), HF_UNIT_T);
    hf_company_free(&company);
}

static void of_a_bad_company_the_field_is_named(void **state)
{
    static const struct {
        const char *key, *json, *field, *value;
    } cases[] = {
        {"h", "nonsense", "not JSON", ""},
        {"h", "'h'", "not JSON", ""},
        {"h", "{}", "company_id", "nothing"},
        {"h", "{'company_id':'H'}", "company_id", "\"H\""},
        {"h", "{'company_id':'h','name':[]}", "name", "[]"},
        {"h", "{'company_id':'h','reporting_currency':'usd'}", "reporting_currency", "usd"},
        {"h", "{'company_id':'h','reporting_currency':1}", "reporting_currency", "1"},
        {"h", "{'company_id':'h','fiscal_year_start_month':0}", "fiscal_year_start_month", "0"},
        {"h", "{'company_id':'h','fiscal_year_start_month':13}", "fiscal_year_start_month", "13"},
        {"h", "{'company_id':'h','fiscal_year_start_month':'7'}", "fiscal_year_start_month", "\"7\""},
        {"h", "{'company_id':'h','fiscal_year_start_month':4294967297}", "fiscal_year_start_month", "4294967297"},
        {"h", "{'company_id':'h','fiscal_year_start_month':7.0}", "fiscal_year_start_month", "7.0"},
        {"h", "{'company_id':'h','primary_metal':'Silver'}", "primary_metal", "Silver"},
        {"h", "{'company_id':'h','units':{'gold':'oz'}}", "units", "oz"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_company *company = NULL;
        struct hf_error error = {0};
        if (parse_company(cases[i].key, cases[i].json, &company, &error) != HF_EINVAL ||
            !strstr(error.text, cases[i].field) || !strstr(error.text, cases[i].value))
            fail_msg("%s: \"%s\", expected %s and %s", cases[i].json, error.text, cases[i].field, cases[i].value);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        assert_null(company);
    }
}

/* --- rates and prices ----------------------------------------------------------------------------------------------------- */

static void rates_and_prices_are_kept_by_subject_and_month(void **state)
{
    struct hf_series *rates = hf_series_new(), *prices = hf_series_new();
    const int32_t june = 2003 * 12 + 5;
    (void)state;
    assert_int_equal(parse_market("MXN|2003-06",
                                  "{'currency':'MXN','month':'2003-06','per_usd':'10.5037','rate_type':'avg'}", 0,
                                  rates, NULL),
                     HF_OK);
    assert_int_equal(parse_market("VEB|2003-06", "{'currency':'VEB','month':'2003-06','per_usd':1600}", 0, rates, NULL),
                     HF_OK);
    assert_int_equal(
        parse_market("gold|2003-06",
                     "{'material':'gold','month':'2003-06','price':'356.35','currency':'USD','unit':'OZT'}", 1, prices,
                     NULL),
        HF_OK);
    assert_int_equal(parse_market("lead|2003-06",
                                  "{'material':'lead','month':'2003-06','price':0.2125,'currency':'CAD','unit':'LB'}",
                                  1, prices, NULL),
                     HF_OK);
    assert_rational(hf_series_get(rates, currency("MXN"), june)->value, "105037/10000");
    assert_rational(hf_series_get(rates, currency("VEB"), june)->value, "1600");
    assert_null(hf_series_get(rates, currency("MXN"), june + 1));
    const struct hf_quote *gold = hf_series_get(prices, material("gold"), june);
    assert_rational(gold->value, "7127/20");
    assert_int_equal(gold->currency, currency("USD"));
    assert_int_equal(gold->unit, HF_UNIT_OZT);
    const struct hf_quote *lead = hf_series_get(prices, material("lead"), june);
    assert_rational(lead->value, "17/80");
    assert_int_equal(lead->currency, currency("CAD"));
    assert_int_equal(lead->unit, HF_UNIT_LB);
    hf_series_free(&rates);
    hf_series_free(&prices);
}

#define RATE(more) "{'currency':'MXN','month':'2003-06'," more "}"
#define PRICE(more) "{'material':'gold','month':'2003-06','price':'356.35'," more "}"

static void of_a_bad_rate_or_price_the_field_is_named(void **state)
{
    static const struct {
        int is_price;
        const char *key, *json, *field, *value;
    } cases[] = {
        {0, "MXN", RATE("'per_usd':'10'"), "key", "CURRENCY|YYYY-MM"},
        {0, "MXN|2003-6", RATE("'per_usd':'10'"), "key", "MXN|2003-6"},
        {0, "|2003-06", RATE("'per_usd':'10'"), "key's currency", "\"\""},
        {0, "XXX|2003-06", RATE("'per_usd':'10'"), "key's currency", "XXX"},
        {0, "CAD|2003-06", RATE("'per_usd':'10'"), "key", "CAD|2003-06"},
        {0, "MXN|2003-07", RATE("'per_usd':'10'"), "key", "MXN|2003-07"},
        {0, "MXN|2003-06", "[]", "the value", "[]"},
        {0, "MXN|2003-06", "{", "not JSON", ""},
        {0, "MXN|2003-06", "{'month':'2003-06','per_usd':'10'}", "currency", "nothing"},
        {0, "MXN|2003-06", "{'currency':'mxn','month':'2003-06','per_usd':'10'}", "currency", "mxn"},
        {0, "MXN|2003-06", "{'currency':'MXN','per_usd':'10'}", "month", "nothing"},
        {0, "MXN|2003-06", "{'currency':'MXN','month':'June','per_usd':'10'}", "month", "June"},
        {0, "MXN|2003-06", "{'currency':'MXN','month':'2003-06'}", "per_usd", "nothing"},
        {0, "MXN|2003-06", RATE("'per_usd':'0'"), "per_usd", "\"0\""},
        {0, "MXN|2003-06", RATE("'per_usd':'-10'"), "per_usd", "-10"},
        {0, "MXN|2003-06", RATE("'per_usd':'ten'"), "per_usd", "ten"},
        {0, "MXN|2003-06", RATE("'per_usd':1.05e1"), "per_usd", "1.05e1"},
        {0, "MXN|2003-06", RATE("'per_usd':null"), "per_usd", "null"},
        {1, "gold", PRICE("'currency':'USD','unit':'OZT'"), "key", "MATERIAL|YYYY-MM"},
        {1, "mithril|2003-06", PRICE("'currency':'USD','unit':'OZT'"), "key's material", "mithril"},
        {1, "silver|2003-06", PRICE("'currency':'USD','unit':'OZT'"), "key", "silver|2003-06"},
        {1, "gold|2003-06", PRICE("'unit':'OZT'"), "currency", "nothing"},
        {1, "gold|2003-06", PRICE("'currency':'EURO','unit':'OZT'"), "currency", "EURO"},
        {1, "gold|2003-06", PRICE("'currency':'USD'"), "unit", "nothing"},
        {1, "gold|2003-06", PRICE("'currency':'USD','unit':'DWT'"), "unit", "DWT"},
        {1, "gold|2003-06", "{'material':'gold','month':'2003-06','currency':'USD','unit':'OZT'}", "price", "nothing"},
        {1, "gold|2003-06", "{'material':7,'month':'2003-06'}", "material", "7"},
    };
    struct hf_series *series = hf_series_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_error error = {0};
        if (parse_market(cases[i].key, cases[i].json, cases[i].is_price, series, &error) != HF_EINVAL ||
            !strstr(error.text, cases[i].field) || !strstr(error.text, cases[i].value))
            fail_msg("%s: \"%s\", expected %s and %s", cases[i].json, error.text, cases[i].field, cases[i].value);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
    }
    assert_null(hf_series_get(series, currency("MXN"), 2003 * 12 + 5));
    assert_null(hf_series_get(series, material("gold"), 2003 * 12 + 5));
    hf_series_free(&series);
}

static void a_key_is_split_at_its_bar(void **state)
{
    int subject = -1;
    int32_t month = -1;
    (void)state;
    assert_int_equal(hf_market_key_parse("palladium|1999-12", 17, 1, &subject, &month, NULL), HF_OK);
    assert_int_equal(subject, material("palladium"));
    assert_int_equal(month, 1999 * 12 + 11);
    assert_int_equal(hf_market_key_parse("USD|2003-06xx", 11, 0, &subject, &month, NULL), HF_OK); /* by its length */
    assert_int_equal(subject, currency("USD"));
    assert_int_equal(hf_market_key_parse(NULL, 0, 0, &subject, &month, NULL), HF_EINVAL);
    assert_int_equal(hf_market_key_parse("USD|2003-06|", 12, 0, &subject, &month, NULL), HF_EINVAL);
    assert_int_equal(month, 2003 * 12 + 5);
}

static void records_without_a_key_are_refused(void **state)
{
    struct hf_mine *mine = NULL;
    struct hf_company *company = NULL;
    static const char json[] =
        "{\"mine_id\":\"m\",\"company_id\":\"m\",\"time_zone\":\"UTC\",\"primary_metal\":\"gold\"}";
    (void)state;
    assert_int_equal(hf_mine_parse(NULL, 0, json, sizeof json - 1, &mine, NULL), HF_EINVAL);
    assert_int_equal(hf_company_parse(NULL, 0, json, sizeof json - 1, &company, NULL), HF_EINVAL);
    assert_int_equal(hf_mine_parse("m", 1, json, sizeof json - 1, &mine, NULL), HF_OK);
    hf_mine_free(&mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_mine_is_read),
        cmocka_unit_test(a_mine_of_few_fields_takes_the_defaults),
        cmocka_unit_test(only_a_corporate_office_needs_no_metal),
        cmocka_unit_test(of_a_bad_mine_the_field_is_named),
        cmocka_unit_test(a_company_is_read_with_its_defaults),
        cmocka_unit_test(of_a_bad_company_the_field_is_named),
        cmocka_unit_test(rates_and_prices_are_kept_by_subject_and_month),
        cmocka_unit_test(of_a_bad_rate_or_price_the_field_is_named),
        cmocka_unit_test(a_key_is_split_at_its_bar),
        cmocka_unit_test(records_without_a_key_are_refused),
    };
    return cmocka_run_group_tests_name("reference_json", tests, NULL, NULL);
}
