/* SPDX-License-Identifier: Apache-2.0 */
#include "ledgers.h"

#include <string.h>

#include "../../../services/common/engine/partition_memory.h"
#include "../unit.h"

struct listing {
    const struct hf_partition *partition;
    GPtrArray *lines;
};

static void add_version(struct listing *listing, const struct hf_fact *fact)
{
    char amount[41];
    const struct mine_book *book = listing->partition->mines->pdata[fact->mine];
    g_ptr_array_add(listing->lines,
                    g_strdup_printf("%s %016llx%016llx %u %s%s: %s on %d for %u of line %u, latest %d, digest %llx",
                                    book->id, (unsigned long long)fact->id.high, (unsigned long long)fact->id.low,
                                    fact->revision,
                                    fact->status == HF_FACT_STANDING  ? "stands"
                                    : fact->status == HF_FACT_WAITING ? "waits"
                                                                      : "was rejected",
                                    fact->voided ? " voided" : "", hf_int128_format(fact->effect.amount, amount),
                                    fact->effect.date, fact->effect.days, fact->effect.line, fact->latest,
                                    (unsigned long long)(fact->digest & HF_FACT_DIGEST_MASK)));
}

static void add_standing(void *context, struct hf_fact_id id)
{
    struct listing *listing = context;
    struct hf_fact fact;
    assert_true(hf_ledger_standing(listing->partition->ledger, id, &fact));
    add_version(listing, &fact);
}

static void add_part(void *context, struct hf_held_part part)
{
    struct listing *listing = context;
    size_t count;
    const struct hf_fact *versions = hf_ledger_held(listing->partition->ledger, part, &count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        add_version(listing, &versions[i]);
}

static void add_held(void *context, struct hf_fact_id id)
{
    const struct listing *listing = context;
    hf_ledger_visit_held_parts(listing->partition->ledger, id, add_part, context);
}

static void add_newest(struct listing *listing)
{
    for (guint i = 0; i < listing->partition->mines->len; i++) {
        const struct mine_book *book = listing->partition->mines->pdata[i];
        int32_t newest;
        if (hf_ledger_newest(listing->partition->ledger, book->number, &newest))
            g_ptr_array_add(listing->lines, g_strdup_printf("%s newest %d", book->id, newest));
    }
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *ledger_text(const struct hf_partition *partition)
{
    struct listing listing = {partition, g_ptr_array_new_with_free_func(g_free)};
    struct hf_ledger_cursor cursor = {0};
    add_newest(&listing);
    assert_int_equal(hf_ledger_sweep(partition->ledger, &cursor, SIZE_MAX, add_standing, &listing), 0);
    hf_ledger_visit_held(partition->ledger, add_held, &listing);
    g_ptr_array_sort(listing.lines, compare_texts);
    g_ptr_array_add(listing.lines, NULL);
    char *text = g_strjoinv("\n", (char **)listing.lines->pdata);
    g_ptr_array_free(listing.lines, TRUE);
    return text;
}

void assert_same_ledgers(const struct hf_partition *a, const struct hf_partition *b)
{
    g_autofree char *of_a = ledger_text(a), *of_b = ledger_text(b);
    assert_string_equal(of_a, of_b);
}
