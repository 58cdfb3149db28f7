/* SPDX-License-Identifier: Apache-2.0 */
/* Decides who holds which share of a mine on which dates, and keeps rates and prices by month. */
#include "headframe/reference.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/calendar.h"

struct hf_mine *hf_mine_new(size_t interest_count)
{
    struct hf_mine *mine = g_new0(struct hf_mine, 1);
    mine->primary_metal = -1;
    memset(mine->units.units, -1, sizeof mine->units.units);
    mine->interests = g_new0(struct hf_interest, interest_count);
    mine->interest_count = interest_count;
    for (size_t i = 0; i < interest_count; i++)
        mpq_init(mine->interests[i].share);
    return mine;
}

void hf_mine_free(struct hf_mine **mine)
{
    if (!*mine)
        return;
    for (size_t i = 0; i < (*mine)->interest_count; i++)
        mpq_clear((*mine)->interests[i].share);
    g_free((*mine)->interests);
    g_free((*mine)->name);
    hf_zone_free(&(*mine)->day_rule.zone);
    g_free(*mine);
    *mine = NULL;
}

struct hf_company *hf_company_new(void)
{
    struct hf_company *company = g_new0(struct hf_company, 1);
    company->primary_metal = -1;
    company->fiscal_year_start_month = 1;
    memset(company->units.units, -1, sizeof company->units.units);
    return company;
}

void hf_company_free(struct hf_company **company)
{
    if (!*company)
        return;
    g_free((*company)->name);
    g_free(*company);
    *company = NULL;
}

/* The same byte eight times. */
static uint64_t eightfold(unsigned char byte)
{
    return UINT64_C(0x0101010101010101) * byte;
}

/* Not 0 where one of the eight bytes is 0. */
static uint64_t has_zero(uint64_t bytes)
{
    return (bytes - eightfold(1)) & ~bytes & eightfold(0x80);
}

/* True where all is printable ASCII without '|', as most identifiers are. Eight bytes at a time. */
static int is_plain(const char *text, size_t length)
{
    uint64_t odd = 0;
    for (size_t i = 0; i < length; i += sizeof odd) {
        uint64_t bytes = eightfold('a');
        memcpy(&bytes, text + i, length - i < sizeof bytes ? length - i : sizeof bytes);
        odd |= bytes & eightfold(0x80);                             /* not ASCII */
        odd |= (bytes - eightfold(' ')) & ~bytes & eightfold(0x80); /* below ' ' */
        odd |= has_zero(bytes ^ eightfold('|')) | has_zero(bytes ^ eightfold(0x7f));
    }
    return odd == 0;
}

int hf_is_identifier(const char *text, size_t length)
{
    if (length < 1 || length > HF_ID_LIMIT)
        return 0;
    if (is_plain(text, length))
        return 1;
    if (!g_utf8_validate_len(text, length, NULL))
        return 0;
    for (const char *p = text; p < text + length; p = g_utf8_next_char(p))
        if (*p == '|' || g_unichar_iscntrl(g_utf8_get_char(p)))
            return 0;
    return 1;
}

enum hf_unit hf_output_unit(const struct hf_unit_choice *choice, int material)
{
    int unit = choice->units[material];
    return unit < 0 ? hf_material_default_unit(material) : (enum hf_unit)unit;
}

/* Orders pointers to interests by date, then by their place in the record. */
static int compare_interests(const void *a, const void *b)
{
    const struct hf_interest *x = *(const struct hf_interest *const *)a, *y = *(const struct hf_interest *const *)b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x > y) - (x < y);
}

static const struct hf_interest **sorted_interests(const struct hf_mine *mine, const char *company_id,
                                                   size_t *out_count)
{
    const struct hf_interest **sorted = g_new(const struct hf_interest *, mine->interest_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < mine->interest_count; i++)
        if (!company_id || strcmp(mine->interests[i].company_id, company_id) == 0)
            sorted[count++] = &mine->interests[i];
    qsort(sorted, count, sizeof *sorted, compare_interests);
    *out_count = count;
    return sorted;
}

struct hf_holding *hf_mine_holdings(const struct hf_mine *mine, const char *company_id, size_t *out_count)
{
    size_t entries, count = 0;
    const struct hf_interest **sorted = sorted_interests(mine, company_id, &entries);
    struct hf_holding *holdings = entries ? g_new0(struct hf_holding, entries) : NULL;
    for (size_t i = 0; i < entries; i++) {
        int32_t through = i + 1 < entries ? sorted[i + 1]->from - 1 : HF_DATE_MAX;
        if (through < sorted[i]->from || mpq_sgn(sorted[i]->share) <= 0)
            continue;
        struct hf_holding *holding = &holdings[count++];
        holding->from = sorted[i]->from;
        holding->through = through;
        mpq_init(holding->share);
        mpq_set(holding->share, sorted[i]->share);
    }
    g_free(sorted);
    *out_count = count;
    if (count == 0) {
        g_free(holdings);
        return NULL;
    }
    return holdings;
}

void hf_holdings_free(struct hf_holding **holdings, size_t count)
{
    for (size_t i = 0; *holdings && i < count; i++)
        mpq_clear((*holdings)[i].share);
    g_free(*holdings);
    *holdings = NULL;
}

int hf_mine_check_shares(const struct hf_mine *mine, struct hf_error *error)
{
    size_t count;
    const struct hf_interest **sorted = sorted_interests(mine, NULL, &count);
    GHashTable *standing = g_hash_table_new(g_str_hash, g_str_equal); /* company → its interest */
    mpq_t sum;
    mpq_init(sum);
    int result = HF_OK;
    for (size_t i = 0; i < count && result == HF_OK; i++) {
        const struct hf_interest *before = g_hash_table_lookup(standing, sorted[i]->company_id);
        if (before)
            mpq_sub(sum, sum, before->share);
        mpq_add(sum, sum, sorted[i]->share);
        g_hash_table_insert(standing, (gpointer)sorted[i]->company_id, (gpointer)sorted[i]);
        int is_last_of_date = i + 1 == count || sorted[i + 1]->from != sorted[i]->from;
        char date[HF_DATE_TEXT];
        if (is_last_of_date && mpq_cmp_ui(sum, 1, 1) > 0)
            result = hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "interests sum to more than 1 on %s",
                                  hf_date_format(sorted[i]->from, date));
    }
    mpq_clear(sum);
    g_hash_table_destroy(standing);
    g_free(sorted);
    return result;
}

/* --- monthly series --- */

struct hf_series {
    GHashTable *quotes; /* of (subject, month) packed into 64 bits → struct hf_quote */
};

static void free_quote(gpointer data)
{
    struct hf_quote *quote = data;
    mpq_clear(quote->value);
    g_free(quote);
}

static gint64 pack_key(int subject, int32_t month)
{
    return (gint64)((guint64)(guint32)subject << 32 | (guint32)month);
}

struct hf_series *hf_series_new(void)
{
    struct hf_series *series = g_new0(struct hf_series, 1);
    series->quotes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_quote);
    return series;
}

void hf_series_free(struct hf_series **series)
{
    if (!*series)
        return;
    g_hash_table_destroy((*series)->quotes);
    g_free(*series);
    *series = NULL;
}

void hf_series_set(struct hf_series *series, int subject, int32_t month, const mpq_t value, int currency,
                   enum hf_unit unit)
{
    struct hf_quote *quote = g_new0(struct hf_quote, 1);
    mpq_init(quote->value);
    mpq_set(quote->value, value);
    quote->currency = currency;
    quote->unit = unit;
    gint64 *key = g_new(gint64, 1);
    *key = pack_key(subject, month);
    g_hash_table_insert(series->quotes, key, quote);
}

void hf_series_remove(struct hf_series *series, int subject, int32_t month)
{
    gint64 key = pack_key(subject, month);
    g_hash_table_remove(series->quotes, &key);
}

const struct hf_quote *hf_series_get(const struct hf_series *series, int subject, int32_t month)
{
    gint64 key = pack_key(subject, month);
    return g_hash_table_lookup(series->quotes, &key);
}
