/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the key and the fields of each kind of reference data, and that nothing is published that a daemon would
 * refuse. The daemons read over fields they do not know; here a misspelt one would pass for an absent one. */
#include "reference_record.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/json_text.h"
#include "headframe/reference_json.h"

/* --- keys ------------------------------------------------------------------------------------------------------- */

struct key_rule {
    enum hf_topic topic;
    const char *first, *second; /* fields of the key; the second may be NULL */
    const char *others;         /* all other fields of the contract, between spaces */
};

/* clang-format off */
static const struct key_rule key_rules[] = {
    {HF_TOPIC_COMPANIES, "company_id", NULL,
     " name reporting_currency fiscal_year_start_month units founded region listed primary_metal "},
    {HF_TOPIC_MINES, "mine_id", NULL,
     " name country subdivision time_zone day_start day_named_by primary_metal units status by_product_credits "
     "interests "},
    {HF_TOPIC_PRICES, "material", "month", " price currency unit "},
    {HF_TOPIC_FX, "currency", "month", " per_usd rate_type "},
    {HF_TOPIC_GUIDANCE, "guidance_id", NULL,
     " company_id metric metal window low high point bound unit issued_at supersedes "},
    {HF_TOPIC_PEERS, "company_id", NULL, " name region listed primary_metal figures "},
};
/* clang-format on */

static const struct key_rule *find_rule(enum hf_topic topic)
{
    for (size_t i = 0; i < G_N_ELEMENTS(key_rules); i++)
        if (key_rules[i].topic == topic)
            return &key_rules[i];
    return NULL;
}

int hf_reference_record_is_for(enum hf_topic topic)
{
    return find_rule(topic) != NULL;
}

/* A field of the key: an identifier, which no '|' can split. */
static const char *key_part(const json_t *record, const char *field, struct hf_error *error)
{
    const json_t *value = json_object_get(record, field);
    if (!value)
        hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s: is missing", field);
    else if (!json_is_string(value) || !hf_is_identifier(json_string_value(value), json_string_length(value)))
        hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                     "%s: is not a string of 1 to 64 bytes without control characters and '|'", field);
    else
        return json_string_value(value);
    return NULL;
}

static char *make_key(enum hf_topic topic, const json_t *record, struct hf_error *error)
{
    const struct key_rule *rule = find_rule(topic);
    const char *first = key_part(record, rule->first, error);
    const char *second = first && rule->second ? key_part(record, rule->second, error) : NULL;
    if (!first || (rule->second && !second))
        return NULL;
    return second ? g_strconcat(first, "|", second, NULL) : g_strdup(first);
}

static int check_fields(enum hf_topic topic, json_t *record, struct hf_error *error)
{
    const struct key_rule *rule = find_rule(topic);
    const char *name;
    json_t *value;
    json_object_foreach(record, name, value)
    {
        g_autofree char *word = g_strdup_printf(" %s ", name);
        if (g_strcmp0(name, rule->first) != 0 && g_strcmp0(name, rule->second) != 0 &&
            (strchr(name, ' ') || !strstr(rule->others, word)))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%.64s: a record of %s has no such field", name,
                                hf_topic_info(topic)->name);
    }
    return HF_OK;
}

/* --- values ----------------------------------------------------------------------------------------------------- */

/* The daemons' own opinion. Guidance and peers are the scorecard's, and have no parser yet. */
static int check_value(enum hf_topic topic, const char *key, const char *json, struct hf_error *error)
{
    struct hf_mine *mine = NULL;
    struct hf_company *company = NULL;
    struct hf_series *series = hf_series_new();
    int result = HF_OK;
    if (topic == HF_TOPIC_MINES)
        result = hf_mine_parse(key, strlen(key), json, strlen(json), &mine, error);
    else if (topic == HF_TOPIC_COMPANIES)
        result = hf_company_parse(key, strlen(key), json, strlen(json), &company, error);
    else if (topic == HF_TOPIC_PRICES || topic == HF_TOPIC_FX)
        result = hf_market_parse(key, strlen(key), json, strlen(json), topic == HF_TOPIC_PRICES, series, error);
    hf_mine_free(&mine);
    hf_company_free(&company);
    hf_series_free(&series);
    return result;
}

/* Returns 1 or 0, or HF_EINVAL. */
static int is_deleted(const json_t *record, struct hf_error *error)
{
    const json_t *deleted = json_object_get(record, "deleted");
    if (deleted && !json_is_boolean(deleted))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "deleted: is not true or false");
    return json_is_true(deleted);
}

int hf_reference_record_make(enum hf_topic topic, json_t *record, char **out_key, char **out_value,
                             struct hf_error *error)
{
    int deleted = is_deleted(record, error), subject;
    int32_t month;
    char *value = NULL;
    if (deleted < 0)
        return deleted;
    char *key = make_key(topic, record, error);
    if (!key)
        return HF_EINVAL;
    json_object_del(record, "deleted");
    int result = check_fields(topic, record, error);
    if (result != HF_OK) {
        g_free(key);
        return result;
    }
    if (!deleted) {
        value = json_dumps(record, JSON_COMPACT);
        result = check_value(topic, key, value, error);
    } else if (topic == HF_TOPIC_PRICES || topic == HF_TOPIC_FX) {
        result = hf_market_key_parse(key, strlen(key), topic == HF_TOPIC_PRICES, &subject, &month, error);
    }
    if (result != HF_OK) {
        g_free(key);
        free(value);
        return result;
    }
    *out_key = key;
    *out_value = value;
    return HF_OK;
}

/* --- cells of a CSV file ---------------------------------------------------------------------------------------- */

enum cell_kind { WHOLE, BOOLEAN, NESTED };

static const struct {
    const char *field;
    enum cell_kind kind;
} cells[] = {
    {"fiscal_year_start_month", WHOLE},
    {"founded", WHOLE},
    {"listed", BOOLEAN},
    {"approved", BOOLEAN},
    {"deleted", BOOLEAN},
    {"interests", NESTED},
    {"units", NESTED},
    {"window", NESTED},
    {"figures", NESTED},
};

/* The cell as JSON, or NULL; a new value. */
static json_t *convert(const char *text, enum cell_kind kind)
{
    size_t length;
    char *quoted = hf_json_quote_decimals(text, strlen(text), &length);
    json_t *value = json_loadb(quoted, length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    free(quoted);
    int is_right = kind == WHOLE     ? json_is_integer(value)
                   : kind == BOOLEAN ? json_is_boolean(value)
                                     : json_is_object(value) || json_is_array(value);
    if (is_right)
        return value;
    json_decref(value);
    return NULL;
}

int hf_reference_record_from_text(json_t *record, struct hf_error *error)
{
    static const char *const expected[] = {"a whole number", "true or false", "a list or an object in JSON"};
    for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
        const json_t *cell = json_object_get(record, cells[i].field);
        if (!cell)
            continue;
        json_t *value = convert(json_string_value(cell), cells[i].kind);
        if (!value)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s: \"%.60s\" is not %s", cells[i].field,
                                json_string_value(cell), expected[cells[i].kind]);
        json_object_set_new(record, cells[i].field, value);
    }
    return HF_OK;
}
