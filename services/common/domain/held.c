/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the few versions that do not stand by fact; each fact has a short list of them. */
#include "held.h"

#include "headframe/calendar.h"

struct held {
    GHashTable *facts; /* struct hf_fact_id → GArray of struct hf_fact */
    size_t waiting;
};

guint fact_id_hash(gconstpointer id)
{
    return (guint)((const struct hf_fact_id *)id)->low; /* a hash already */
}

gboolean fact_id_equal(gconstpointer a, gconstpointer b)
{
    const struct hf_fact_id *x = a, *y = b;
    return x->high == y->high && x->low == y->low;
}

static void free_versions(gpointer data)
{
    g_array_free(data, TRUE);
}

struct held *held_new(void)
{
    struct held *held = g_new0(struct held, 1);
    held->facts = g_hash_table_new_full(fact_id_hash, fact_id_equal, g_free, free_versions);
    return held;
}

void held_free(struct held **held)
{
    if (!*held)
        return;
    g_hash_table_destroy((*held)->facts);
    g_free(*held);
    *held = NULL;
}

/* Every event asks; mostly nothing is held at all. */
static GArray *versions_of(const struct held *held, struct hf_fact_id id)
{
    return g_hash_table_size(held->facts) ? g_hash_table_lookup(held->facts, &id) : NULL;
}

static struct hf_fact *find(const struct held *held, struct hf_fact_id id, uint32_t revision)
{
    GArray *versions = versions_of(held, id);
    for (guint i = 0; versions && i < versions->len; i++) {
        struct hf_fact *version = &g_array_index(versions, struct hf_fact, i);
        if (version->revision == revision)
            return version;
    }
    return NULL;
}

void held_put(struct held *held, const struct hf_fact *fact)
{
    struct hf_fact *version = find(held, fact->id, fact->revision);
    held->waiting += fact->status == HF_FACT_WAITING;
    if (version) {
        held->waiting -= version->status == HF_FACT_WAITING;
        *version = *fact;
        return;
    }
    GArray *versions = versions_of(held, fact->id);
    if (!versions) {
        versions = g_array_new(FALSE, FALSE, sizeof(struct hf_fact));
        g_hash_table_insert(held->facts, g_memdup2(&fact->id, sizeof fact->id), versions);
    }
    g_array_append_val(versions, *fact);
}

void held_remove(struct held *held, struct hf_fact_id id, uint32_t revision)
{
    GArray *versions = versions_of(held, id);
    for (guint i = 0; versions && i < versions->len; i++) {
        const struct hf_fact *version = &g_array_index(versions, struct hf_fact, i);
        if (version->revision != revision)
            continue;
        held->waiting -= version->status == HF_FACT_WAITING;
        g_array_remove_index(versions, i);
        if (versions->len == 0)
            g_hash_table_remove(held->facts, &id);
        return;
    }
}

void held_clear(struct held *held, struct hf_fact_id id)
{
    GArray *versions = versions_of(held, id);
    for (guint i = 0; versions && i < versions->len; i++)
        held->waiting -= g_array_index(versions, struct hf_fact, i).status == HF_FACT_WAITING;
    if (versions)
        g_hash_table_remove(held->facts, &id);
}

const struct hf_fact *held_versions(const struct held *held, struct hf_fact_id id, size_t *out_count)
{
    const GArray *versions = versions_of(held, id);
    *out_count = versions ? versions->len : 0;
    return versions ? (const struct hf_fact *)(const void *)versions->data : NULL;
}

void held_visit(const struct held *held, hf_ledger_visit *visit, void *context)
{
    GHashTableIter iterator;
    gpointer id;
    g_hash_table_iter_init(&iterator, held->facts);
    while (g_hash_table_iter_next(&iterator, &id, NULL))
        visit(context, *(const struct hf_fact_id *)id);
}

const struct hf_fact *held_find(const struct held *held, struct hf_fact_id id, uint32_t revision)
{
    return find(held, id, revision);
}

int held_has_waiting(const struct held *held, struct hf_fact_id id)
{
    const GArray *versions = versions_of(held, id);
    for (guint i = 0; versions && i < versions->len; i++)
        if (g_array_index(versions, struct hf_fact, i).status == HF_FACT_WAITING)
            return 1;
    return 0;
}

int32_t held_latest(const struct held *held, struct hf_fact_id id)
{
    const GArray *versions = versions_of(held, id);
    int32_t latest = HF_DATE_MIN;
    for (guint i = 0; versions && i < versions->len; i++)
        latest = MAX(latest, g_array_index(versions, struct hf_fact, i).latest);
    return latest;
}

size_t held_waiting_count(const struct held *held)
{
    return held->waiting;
}
