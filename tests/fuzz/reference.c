/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes reference data: a byte chooses the topic, then comes the key up to a line end, then the value. */
#include <string.h>

#include "fuzz.h"
#include "headframe/calendar.h"
#include "headframe/reference_json.h"

/* jansson takes some 70 bytes for each of JSON that is all empty objects; nothing of ours may come on top of that. */
const struct fuzz_limits fuzz_limits = {1 << 22, 90};

enum { COMPANIES_LOOKED_AT = 8 };

static void hold_units(const struct hf_unit_choice *choice)
{
    for (int material = 0; material < hf_material_count(); material++)
        HOLD(hf_output_unit(choice, material) < HF_UNIT_COUNT);
}

static void hold_holdings(const struct hf_mine *mine, const char *company_id)
{
    size_t count;
    struct hf_holding *holdings = hf_mine_holdings(mine, company_id, &count);
    for (size_t i = 0; i < count; i++) {
        HOLD(holdings[i].from <= holdings[i].through && (i == 0 || holdings[i - 1].through < holdings[i].from));
        HOLD(mpq_sgn(holdings[i].share) > 0 && mpq_cmp_ui(holdings[i].share, 1, 1) <= 0);
    }
    hf_holdings_free(&holdings, count);
}

static int read_mine(struct hf_text key, struct hf_text value, struct hf_error *error)
{
    struct hf_mine *mine = NULL;
    int result = hf_mine_parse(key.data, key.length, value.data, value.length, &mine, error);
    if (result != HF_OK)
        return result;
    HOLD(strlen(mine->id) == key.length && memcmp(mine->id, key.data, key.length) == 0);
    HOLD(hf_is_identifier(mine->id, key.length) && mine->primary_metal < hf_material_count());
    HOLD(mine->primary_metal >= 0 || mine->status == HF_MINE_CORPORATE);
    hold_units(&mine->units);
    for (size_t i = 0; i < mine->interest_count && i < COMPANIES_LOOKED_AT; i++)
        hold_holdings(mine, mine->interests[i].company_id);
    int32_t date = hf_production_date(&mine->day_rule, (struct hf_event_time){1056978000000});
    HOLD(date >= 12231 && date <= 12235); /* 2003-06-30 in some zone, give or take a day */
    hf_mine_free(&mine);
    return result;
}

static int read_company(struct hf_text key, struct hf_text value, struct hf_error *error)
{
    struct hf_company *company = NULL;
    int result = hf_company_parse(key.data, key.length, value.data, value.length, &company, error);
    if (result != HF_OK)
        return result;
    HOLD(strlen(company->id) == key.length && memcmp(company->id, key.data, key.length) == 0);
    HOLD(company->fiscal_year_start_month >= 1 && company->fiscal_year_start_month <= 12);
    HOLD(company->reporting_currency >= 0 && company->reporting_currency < hf_currency_count());
    hold_units(&company->units);
    hf_company_free(&company);
    return result;
}

static int read_market(struct hf_text key, struct hf_text value, int is_price, struct hf_error *error)
{
    struct hf_series *series = hf_series_new();
    int subject;
    int32_t month;
    int result = hf_market_parse(key.data, key.length, value.data, value.length, is_price, series, error);
    if (result == HF_OK) {
        HOLD(hf_market_key_parse(key.data, key.length, is_price, &subject, &month, NULL) == HF_OK);
        const struct hf_quote *quote = hf_series_get(series, subject, month);
        HOLD(quote && mpq_sgn(quote->value) > 0 && quote->currency < hf_currency_count());
    }
    hf_series_free(&series);
    return result;
}

void fuzz_one(struct fuzz_input *input)
{
    struct hf_error error = {0};
    uint8_t topic = fuzz_byte(input) % 4;
    struct hf_text key = fuzz_until(input, '\n'), value = fuzz_rest(input);
    int result = topic == 0   ? read_mine(key, value, &error)
                 : topic == 1 ? read_company(key, value, &error)
                              : read_market(key, value, topic == 3, &error);
    HOLD(result == HF_OK || result == HF_EINVAL);
    HOLD(result != HF_OK || !memchr(value.data, '\0', value.length));
    if (result != HF_OK)
        fuzz_hold_error(&error);
}
