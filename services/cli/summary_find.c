/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which summary answers "COMPANY [WINDOW]". Values are kept only of records that could be it; of the others the
 * labels, for the sentence that says what there is. */
#include "summary_find.h"

#include <glib.h>
#include <string.h>

#include "similar.h"

enum { NAMED = 8 /* windows or companies in a sentence */ };

struct hf_summary_finder {
    const char *company, *window;
    GHashTable *labels;    /* of the company: label → value, or "" where it was not kept */
    GHashTable *companies; /* id → number of its records */
};

struct hf_summary_finder *hf_summary_finder_new(const char *company, const char *window)
{
    struct hf_summary_finder *finder = g_new0(struct hf_summary_finder, 1);
    finder->company = company;
    finder->window = window;
    finder->labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    finder->companies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return finder;
}

void hf_summary_finder_free(struct hf_summary_finder **finder)
{
    if (!*finder)
        return;
    g_hash_table_destroy((*finder)->labels);
    g_hash_table_destroy((*finder)->companies);
    g_free(*finder);
    *finder = NULL;
}

static int is_wanted(const struct hf_summary_finder *finder, const char *kind, const char *label)
{
    return finder->window ? strcmp(label, finder->window) == 0 : strcmp(kind, "year") == 0;
}

void hf_summary_finder_take(struct hf_summary_finder *finder, const char *key, size_t key_length, const char *value,
                            size_t value_length)
{
    g_autofree char *copy = g_strndup(key ? key : "", key_length);
    g_auto(GStrv) parts = g_strsplit(copy, "|", -1); /* company, kind, label */
    if (g_strv_length(parts) != 3)
        return;
    if (value)
        g_hash_table_add(finder->companies, g_strdup(parts[0]));
    if (strcmp(parts[0], finder->company) != 0)
        return;
    if (!value)
        g_hash_table_remove(finder->labels, parts[2]);
    else
        g_hash_table_replace(finder->labels, g_strdup(parts[2]),
                             is_wanted(finder, parts[1], parts[2]) ? g_strndup(value, value_length) : g_strdup(""));
}

const char *hf_summary_finder_value(const struct hf_summary_finder *finder)
{
    const char *latest = NULL, *found = NULL;
    GHashTableIter iterator;
    gpointer label, value;
    g_hash_table_iter_init(&iterator, finder->labels);
    while (g_hash_table_iter_next(&iterator, &label, &value))
        if (*(char *)value && (!latest || strcmp(label, latest) > 0)) {
            latest = label;
            found = value;
        }
    return found;
}

static gint by_likeness(gconstpointer a, gconstpointer b, gpointer wanted)
{
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    int difference = wanted ? hf_similar_distance(wanted, left) - hf_similar_distance(wanted, right) : 0;
    return difference ? difference : strcmp(right, left); /* of equals the later */
}

/* The keys of set most like wanted, "a, b, …"; a new string. */
static char *name_nearest(GHashTable *set, const char *wanted)
{
    GString *out = g_string_new(NULL);
    GPtrArray *words = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer word;
    g_hash_table_iter_init(&iterator, set);
    while (g_hash_table_iter_next(&iterator, &word, NULL))
        g_ptr_array_add(words, word);
    g_ptr_array_sort_with_data(words, by_likeness, (gpointer)wanted);
    for (guint i = 0; i < words->len && i < NAMED; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", (const char *)g_ptr_array_index(words, i));
    if (words->len > NAMED)
        g_string_append_printf(out, " and %u more", words->len - NAMED);
    g_ptr_array_free(words, TRUE);
    return g_string_free(out, FALSE);
}

char *hf_summary_finder_explain(const struct hf_summary_finder *finder)
{
    if (g_hash_table_size(finder->companies) == 0)
        return g_strdup("company.summaries is empty: has headframe-summary run?");
    if (g_hash_table_size(finder->labels) == 0) {
        g_autofree char *companies = name_nearest(finder->companies, finder->company);
        return g_strdup_printf("there is no summary of company \"%s\"; there is of %s", finder->company, companies);
    }
    g_autofree char *labels = name_nearest(finder->labels, finder->window);
    if (!finder->window)
        return g_strdup_printf("%s has no year; name one of its windows: %s", finder->company, labels);
    return g_strdup_printf("%s has no window \"%s\"; the nearest are %s", finder->company, finder->window, labels);
}
