/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which reference records are usable.
 *
 * A failed check writes the first message and every later one is skipped, so that the parsers below read as lists of
 * fields. A share, rate or price may be a string or a number; its digits are kept (json_text.h). */
#include "headframe/reference_json.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/json_text.h"

enum { RATIONAL_DIGITS = 40, TEXT_LIMIT_BYTES = 1024, INTEREST_LIMIT = 10000 };

struct parser {
    json_t *root;
    struct hf_error *error;
    int result;
};

static void fail(struct parser *parser, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fail(struct parser *parser, const char *format, ...)
{
    if (parser->result != HF_OK)
        return;
    char text[300];
    va_list args;
    va_start(args, format);
    g_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    parser->result = hf_error_set(parser->error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s", text);
}

/* The value as compact JSON, for messages; a new string. */
static char *show(const json_t *value)
{
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    char *shown = g_strdup_printf("%.80s", text ? text : "nothing");
    free(text);
    return shown;
}

static void fail_field(struct parser *parser, const char *field, const json_t *value, const char *expected)
{
    g_autofree char *shown = show(value);
    fail(parser, "%s is %s, expected %s", field, shown, expected);
}

static void start(struct parser *parser, const char *json, size_t length, struct hf_error *error)
{
    json_error_t reason;
    *parser = (struct parser){.error = error};
    size_t quoted_length;
    char *quoted = hf_json_quote_decimals(json, length, &quoted_length);
    int has_nul = memchr(quoted, '\0', quoted_length) != NULL; /* jansson passes over one behind a number */
    parser->root = has_nul ? NULL : json_loadb(quoted, quoted_length, JSON_REJECT_DUPLICATES, &reason);
    free(quoted);
    if (has_nul)
        fail(parser, "the value is not JSON: it holds a NUL");
    else if (!parser->root)
        fail(parser, "the value is not JSON: %s at byte %d", reason.text, reason.position);
    else if (!json_is_object(parser->root))
        fail_field(parser, "the value", parser->root, "a JSON object");
}

/* A string field; fallback (may be NULL: required) where it is absent or null. Borrowed from the document. */
static const char *text_field(struct parser *parser, const char *field, const char *fallback)
{
    const json_t *value = json_object_get(parser->root, field);
    if (json_is_string(value) && json_string_length(value) > TEXT_LIMIT_BYTES) {
        fail(parser, "%s is longer than %d bytes", field, TEXT_LIMIT_BYTES);
        return "";
    }
    if (json_is_string(value))
        return json_string_value(value);
    if ((!value || json_is_null(value)) && fallback)
        return fallback;
    fail_field(parser, field, value, "a string");
    return "";
}

/* The identifier, which must be the key too; copied into out. */
static void identity(struct parser *parser, const char *field, const char *key, size_t key_length, char *out)
{
    const char *id = text_field(parser, field, NULL);
    if (!hf_is_identifier(id, strlen(id)))
        fail(parser, "%s \"%.80s\" is not an identifier (1 to 64 bytes of UTF-8 without control characters and '|')",
             field, id);
    else if (strlen(id) != key_length || memcmp(id, key, key_length) != 0)
        fail(parser, "%s \"%s\" is not the record's key \"%.*s\"", field, id, key_length < 80 ? (int)key_length : 80,
             key);
    else
        g_strlcpy(out, id, HF_ID_LIMIT + 1);
}

static int word_field(struct parser *parser, const char *field, const char *fallback, const char *const *words,
                      const char *expected)
{
    const char *word = text_field(parser, field, fallback);
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    fail_field(parser, field, json_object_get(parser->root, field), expected);
    return 0;
}

static int material_field(struct parser *parser, const char *field, int is_required)
{
    const char *name = text_field(parser, field, is_required ? NULL : "");
    if (!*name && !is_required)
        return -1;
    int material = hf_material_find(name, strlen(name));
    if (material < 0)
        fail(parser, "%s \"%.80s\" is not a known material", field, name);
    return material;
}

static int currency_field(struct parser *parser, const char *field, const char *fallback)
{
    const char *code = text_field(parser, field, fallback);
    int currency = hf_currency_find(code, strlen(code));
    if (currency < 0)
        fail(parser, "%s \"%.80s\" is not a currency code of ISO 4217", field, code);
    return currency;
}

static void units_field(struct parser *parser, struct hf_unit_choice *out)
{
    json_t *units = json_object_get(parser->root, "units");
    const char *name;
    json_t *value;
    memset(out->units, -1, sizeof out->units);
    if (units && !json_is_null(units) && !json_is_object(units))
        fail_field(parser, "units", units, "an object of material to unit");
    json_object_foreach(units, name, value)
    {
        const char *unit_name = json_is_string(value) ? json_string_value(value) : "";
        int material = hf_material_find(name, strlen(name)), unit = hf_unit_find(unit_name, strlen(unit_name));
        if (material < 0)
            fail(parser, "units names \"%.80s\", which is not a known material", name);
        else if (unit < 0)
            fail(parser, "units gives %s the unit \"%.20s\", expected OZT, LB, KG, G, T or ST", name, unit_name);
        else
            out->units[material] = (int8_t)unit;
    }
}

/* A decimal given as a string or an integer, into out (initialised). */
static void rational_value(struct parser *parser, const char *field, const json_t *value, mpq_t out)
{
    char integer[24];
    const char *text = "";
    if (json_is_string(value))
        text = json_string_value(value);
    else if (json_is_integer(value)) {
        g_snprintf(integer, sizeof integer, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text = integer;
    }
    if (hf_rational_parse(text, strlen(text), RATIONAL_DIGITS, out) != HF_OK)
        fail_field(parser, field, value, "a decimal in a string");
}

/* --- mines --- */

static void interest(struct parser *parser, const json_t *entry, struct hf_interest *out)
{
    const char *company = json_string_value(json_object_get(entry, "company_id"));
    const char *from = json_string_value(json_object_get(entry, "from"));
    if (!company || !hf_is_identifier(company, strlen(company)))
        fail_field(parser, "interests.company_id", json_object_get(entry, "company_id"), "an identifier");
    else
        g_strlcpy(out->company_id, company, sizeof out->company_id);
    if (!from || hf_date_parse(from, strlen(from), &out->from, NULL) != HF_OK)
        fail_field(parser, "interests.from", json_object_get(entry, "from"), "a date (YYYY-MM-DD)");
    rational_value(parser, "interests.share", json_object_get(entry, "share"), out->share);
    if (mpq_sgn(out->share) < 0 || mpq_cmp_ui(out->share, 1, 1) > 0)
        fail_field(parser, "interests.share", json_object_get(entry, "share"), "0 to 1");
}

static void interests_field(struct parser *parser, struct hf_mine *mine)
{
    const json_t *interests = json_object_get(parser->root, "interests");
    if (interests && !json_is_null(interests) && !json_is_array(interests))
        fail_field(parser, "interests", interests, "a list");
    for (size_t i = 0; parser->result == HF_OK && i < mine->interest_count; i++)
        interest(parser, json_array_get(interests, i), &mine->interests[i]);
    if (parser->result == HF_OK)
        parser->result = hf_mine_check_shares(mine, parser->error);
}

static void day_rule_fields(struct parser *parser, struct hf_day_rule *out)
{
    static const char *const ends[] = {"start", "end", NULL};
    const char *zone = text_field(parser, "time_zone", NULL);
    const char *start_of_day = text_field(parser, "day_start", "07:00");
    if (hf_day_start_parse(start_of_day, strlen(start_of_day), &out->day_start_s) != HF_OK)
        fail_field(parser, "day_start", json_object_get(parser->root, "day_start"), "HH:MM");
    out->named_by_end = word_field(parser, "day_named_by", "start", ends, "\"start\" or \"end\"");
    if (parser->result == HF_OK)
        parser->result = hf_zone_new(zone, &out->zone, parser->error);
}

int hf_mine_parse(const char *key, size_t key_length, const char *json, size_t length, struct hf_mine **out_mine,
                  struct hf_error *error)
{
    static const char *const statuses[] = {"operating", "development", "exploration", "corporate", NULL};
    static const char *const credits[] = {"reported", "priced", NULL};
    struct parser parser;
    start(&parser, json, length, error);
    size_t interest_count = json_array_size(json_object_get(parser.root, "interests"));
    if (interest_count > INTEREST_LIMIT) /* before memory is taken for them, several times that of the record */
        fail(&parser, "interests has %zu entries, expected at most %d", interest_count, INTEREST_LIMIT);
    struct hf_mine *mine = hf_mine_new(parser.result == HF_OK ? interest_count : 0);
    identity(&parser, "mine_id", key, key_length, mine->id);
    mine->name = g_strdup(text_field(&parser, "name", mine->id));
    mine->status = (enum hf_mine_status)word_field(&parser, "status", "operating", statuses,
                                                   "operating, development, exploration or corporate");
    mine->credits =
        (enum hf_credits)word_field(&parser, "by_product_credits", "reported", credits, "\"reported\" or \"priced\"");
    mine->primary_metal = material_field(&parser, "primary_metal", mine->status != HF_MINE_CORPORATE);
    units_field(&parser, &mine->units);
    interests_field(&parser, mine);
    day_rule_fields(&parser, &mine->day_rule);
    json_decref(parser.root);
    if (parser.result != HF_OK)
        hf_mine_free(&mine);
    else
        *out_mine = mine;
    return parser.result;
}

/* --- companies --- */

static int fiscal_month_field(struct parser *parser)
{
    const json_t *value = json_object_get(parser->root, "fiscal_year_start_month");
    if (!value || json_is_null(value))
        return 1;
    json_int_t month = json_is_integer(value) ? json_integer_value(value) : 0;
    if (month < 1 || month > 12)
        fail_field(parser, "fiscal_year_start_month", value, "1 to 12");
    return (int)month;
}

int hf_company_parse(const char *key, size_t key_length, const char *json, size_t length,
                     struct hf_company **out_company, struct hf_error *error)
{
    struct parser parser;
    start(&parser, json, length, error);
    struct hf_company *company = hf_company_new();
    identity(&parser, "company_id", key, key_length, company->id);
    company->name = g_strdup(text_field(&parser, "name", company->id));
    company->reporting_currency = currency_field(&parser, "reporting_currency", "USD");
    company->fiscal_year_start_month = fiscal_month_field(&parser);
    company->primary_metal = material_field(&parser, "primary_metal", 0);
    units_field(&parser, &company->units);
    json_decref(parser.root);
    if (parser.result != HF_OK)
        hf_company_free(&company);
    else
        *out_company = company;
    return parser.result;
}

/* --- rates and prices --- */

int hf_market_key_parse(const char *key, size_t key_length, int is_price, int *out_subject, int32_t *out_month,
                        struct hf_error *error)
{
    const char *bar = key ? memchr(key, '|', key_length) : NULL;
    size_t subject_length = bar ? (size_t)(bar - key) : 0;
    int32_t month;
    if (!bar || hf_month_parse(bar + 1, key_length - subject_length - 1, &month) != HF_OK)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the key \"%.*s\" is not of the form %s|YYYY-MM",
                            key_length < 80 ? (int)key_length : 80, key ? key : "", is_price ? "MATERIAL" : "CURRENCY");
    int subject = is_price ? hf_material_find(key, subject_length) : hf_currency_find(key, subject_length);
    if (subject < 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the key's %s \"%.*s\" is not known",
                            is_price ? "material" : "currency", subject_length < 80 ? (int)subject_length : 80, key);
    *out_subject = subject;
    *out_month = month;
    return HF_OK;
}

int hf_market_parse(const char *key, size_t key_length, const char *json, size_t length, int is_price,
                    struct hf_series *series, struct hf_error *error)
{
    int subject;
    int32_t month, value_month = 0;
    if (hf_market_key_parse(key, key_length, is_price, &subject, &month, error) != HF_OK)
        return HF_EINVAL;
    struct parser parser;
    mpq_t value;
    mpq_init(value);
    start(&parser, json, length, error);
    const char *field = is_price ? "price" : "per_usd";
    int value_subject = is_price ? material_field(&parser, "material", 1) : currency_field(&parser, "currency", NULL);
    const char *month_text = text_field(&parser, "month", NULL);
    if (hf_month_parse(month_text, strlen(month_text), &value_month) != HF_OK)
        fail_field(&parser, "month", json_object_get(parser.root, "month"), "YYYY-MM");
    if (value_subject != subject || value_month != month)
        fail(&parser, "the key \"%.*s\" does not agree with the value's %s and month", (int)key_length, key,
             is_price ? "material" : "currency");
    rational_value(&parser, field, json_object_get(parser.root, field), value);
    if (mpq_sgn(value) <= 0)
        fail_field(&parser, field, json_object_get(parser.root, field), "a number above 0");
    int currency = is_price ? currency_field(&parser, "currency", NULL) : subject;
    const char *unit_name = is_price ? text_field(&parser, "unit", NULL) : "T";
    int unit = hf_unit_find(unit_name, strlen(unit_name));
    if (unit < 0)
        fail_field(&parser, "unit", json_object_get(parser.root, "unit"), "OZT, LB, KG, G, T or ST");
    if (parser.result == HF_OK)
        hf_series_set(series, subject, month, value, currency, (enum hf_unit)unit);
    json_decref(parser.root);
    mpq_clear(value);
    return parser.result;
}
