/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the versions that do not stand by fact, part and revision. Mostly a fact has one or two of them; but a producer
 * can send as many as there are revisions, so nothing here takes time in proportion to those of one fact, except to
 * forget or visit them all.
 *
 *   id ──▶ fact: versions that wait, last date ──▶ part number ──▶ at most HF_HELD_PART versions, by revision
 *
 * The last date of a fact does not go back when the version that named it leaves. It need not: a version leaves as it
 * comes to stand, or is decided below one that stands, and the standing version has remembered that date (ledger.c). */
#include "held.h"

#include "headframe/calendar.h"

struct held_fact {
    GTree *parts; /* number → GArray of struct hf_fact; none is empty */
    size_t waiting;
    int32_t latest;
};

struct held {
    GHashTable *facts; /* struct hf_fact_id → struct held_fact, of which none is without parts */
    size_t waiting, waiting_facts;
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

static gint compare_numbers(gconstpointer a, gconstpointer b, gpointer context)
{
    guint x = GPOINTER_TO_UINT(a), y = GPOINTER_TO_UINT(b);
    (void)context;
    return x < y ? -1 : x > y;
}

static struct held_fact *fact_new(void)
{
    struct held_fact *fact = g_new(struct held_fact, 1);
    *fact = (struct held_fact){g_tree_new_full(compare_numbers, NULL, NULL, free_versions), 0, HF_DATE_MIN};
    return fact;
}

static void free_fact(gpointer data)
{
    struct held_fact *fact = data;
    g_tree_destroy(fact->parts);
    g_free(fact);
}

struct held *held_new(void)
{
    struct held *held = g_new0(struct held, 1);
    held->facts = g_hash_table_new_full(fact_id_hash, fact_id_equal, g_free, free_fact);
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

/* --- places ----------------------------------------------------------------------------------------------------- */

uint32_t held_part_number(uint32_t revision)
{
    return revision / HF_HELD_PART;
}

/* Every event asks; mostly nothing is held at all. */
static struct held_fact *fact_of(const struct held *held, struct hf_fact_id id)
{
    return g_hash_table_size(held->facts) ? g_hash_table_lookup(held->facts, &id) : NULL;
}

static GArray *part_of(const struct held_fact *fact, uint32_t number)
{
    return fact ? g_tree_lookup(fact->parts, GUINT_TO_POINTER(number)) : NULL;
}

static struct hf_fact *version_at(const GArray *part, guint at)
{
    return &g_array_index(part, struct hf_fact, at);
}

/* The index of the revision, or of the first above it. */
static guint search(const GArray *part, uint32_t revision)
{
    guint at = 0;
    while (at < part->len && version_at(part, at)->revision < revision)
        at++;
    return at;
}

static struct hf_fact *find(const struct held *held, struct hf_fact_id id, uint32_t revision)
{
    const GArray *part = part_of(fact_of(held, id), held_part_number(revision));
    guint at = part ? search(part, revision) : 0;
    return part && at < part->len && version_at(part, at)->revision == revision ? version_at(part, at) : NULL;
}

static struct held_fact *fact_made(struct held *held, struct hf_fact_id id)
{
    struct held_fact *fact = fact_of(held, id);
    if (!fact) {
        fact = fact_new();
        g_hash_table_insert(held->facts, g_memdup2(&id, sizeof id), fact);
    }
    return fact;
}

static GArray *part_made(const struct held_fact *fact, uint32_t number)
{
    GArray *part = part_of(fact, number);
    if (!part) {
        part = g_array_new(FALSE, FALSE, sizeof(struct hf_fact));
        g_tree_insert(fact->parts, GUINT_TO_POINTER(number), part);
    }
    return part;
}

/* --- changes ---------------------------------------------------------------------------------------------------- */

static void add_waiting(struct held *held, struct held_fact *fact, size_t count)
{
    held->waiting_facts += fact->waiting == 0 && count > 0;
    held->waiting += count;
    fact->waiting += count;
}

static void subtract_waiting(struct held *held, struct held_fact *fact, size_t count)
{
    held->waiting -= count;
    fact->waiting -= count;
    held->waiting_facts -= fact->waiting == 0 && count > 0;
}

void held_put(struct held *held, const struct hf_fact *version)
{
    struct held_fact *fact = fact_made(held, version->id);
    GArray *part = part_made(fact, held_part_number(version->revision));
    guint at = search(part, version->revision);
    if (at < part->len && version_at(part, at)->revision == version->revision) {
        subtract_waiting(held, fact, version_at(part, at)->status == HF_FACT_WAITING);
        *version_at(part, at) = *version;
    } else {
        g_array_insert_val(part, at, *version);
    }
    add_waiting(held, fact, version->status == HF_FACT_WAITING);
    fact->latest = MAX(fact->latest, version->latest);
}

/* Takes the part out, and with the last one the fact. */
static void drop_part(struct held *held, struct held_fact *fact, struct hf_held_part part)
{
    g_tree_remove(fact->parts, GUINT_TO_POINTER(part.number));
    if (g_tree_nnodes(fact->parts) == 0)
        g_hash_table_remove(held->facts, &part.id);
}

void held_remove(struct held *held, struct hf_fact_id id, uint32_t revision)
{
    const struct hf_fact *version = find(held, id, revision);
    const struct hf_held_part place = {id, held_part_number(revision)};
    struct held_fact *fact = fact_of(held, id);
    GArray *part = part_of(fact, place.number);
    if (!version)
        return;
    subtract_waiting(held, fact, version->status == HF_FACT_WAITING);
    g_array_remove_index(part, search(part, revision));
    if (part->len == 0)
        drop_part(held, fact, place);
}

static void clear_fact(struct held *held, struct held_fact *fact, struct hf_fact_id id)
{
    subtract_waiting(held, fact, fact->waiting);
    g_hash_table_remove(held->facts, &id);
}

static void clear_part(struct held *held, struct held_fact *fact, struct hf_held_part place)
{
    const GArray *part = part_of(fact, place.number);
    if (!part)
        return;
    for (guint i = 0; i < part->len; i++)
        subtract_waiting(held, fact, version_at(part, i)->status == HF_FACT_WAITING);
    drop_part(held, fact, place);
}

void held_clear(struct held *held, struct hf_held_part place)
{
    struct held_fact *fact = fact_of(held, place.id);
    if (fact && place.number == HF_HELD_ALL)
        clear_fact(held, fact, place.id);
    else if (fact)
        clear_part(held, fact, place);
}

void held_clear_all(struct held *held)
{
    g_hash_table_remove_all(held->facts);
    held->waiting = held->waiting_facts = 0;
}

/* --- questions -------------------------------------------------------------------------------------------------- */

const struct hf_fact *held_part(const struct held *held, struct hf_held_part place, size_t *out_count)
{
    const GArray *part = part_of(fact_of(held, place.id), place.number);
    *out_count = part ? part->len : 0;
    return part ? version_at(part, 0) : NULL;
}

void held_visit(const struct held *held, hf_ledger_visit *visit, void *context)
{
    GHashTableIter iterator;
    gpointer id;
    g_hash_table_iter_init(&iterator, held->facts);
    while (g_hash_table_iter_next(&iterator, &id, NULL))
        visit(context, *(const struct hf_fact_id *)id);
}

struct part_visit {
    struct hf_fact_id id;
    hf_ledger_visit_part *visit;
    void *context;
};

static gboolean visit_part(gpointer number, gpointer versions, gpointer data)
{
    const struct part_visit *visit = data;
    (void)versions;
    visit->visit(visit->context, (struct hf_held_part){visit->id, GPOINTER_TO_UINT(number)});
    return FALSE; /* go on */
}

void held_visit_parts(const struct held *held, struct hf_fact_id id, hf_ledger_visit_part *visit, void *context)
{
    const struct held_fact *fact = fact_of(held, id);
    struct part_visit of_parts = {id, visit, context};
    if (fact)
        g_tree_foreach(fact->parts, visit_part, &of_parts);
}

const struct hf_fact *held_find(const struct held *held, struct hf_fact_id id, uint32_t revision)
{
    return find(held, id, revision);
}

int held_has_waiting(const struct held *held, struct hf_fact_id id)
{
    const struct held_fact *fact = fact_of(held, id);
    return fact && fact->waiting > 0;
}

int32_t held_latest(const struct held *held, struct hf_fact_id id)
{
    const struct held_fact *fact = fact_of(held, id);
    return fact ? fact->latest : HF_DATE_MIN;
}

size_t held_waiting_count(const struct held *held)
{
    return held->waiting;
}

size_t held_waiting_facts(const struct held *held)
{
    return held->waiting_facts;
}
