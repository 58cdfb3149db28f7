/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and frees a partition's memory, and tells about it. */
#include "headframe/partition.h"

#include <string.h>
#define XXH_INLINE_ALL /* of short inputs, which a call would cost as much as */
#include <xxhash.h>

#include "headframe/calendar.h"
#include "partition_memory.h"

static void free_book(gpointer data)
{
    struct mine_book *book = data;
    hf_daybook_free(&book->days);
    hf_restatements_free(&book->restatements);
    g_free(book);
}

static guint hash_text(gconstpointer text)
{
    const struct hf_text *key = text;
    return (guint)XXH3_64bits(key->data, key->length);
}

static gboolean equal_text(gconstpointer a, gconstpointer b)
{
    const struct hf_text *x = a, *y = b;
    return x->length == y->length && memcmp(x->data, y->data, x->length) == 0;
}

struct hf_partition *hf_partition_new(const struct hf_ledger_kind *kind, const char *topic, int32_t number,
                                      int32_t partition_count, uint64_t seed, const struct hf_ledger_rules *rules)
{
    struct hf_partition *partition = g_new0(struct hf_partition, 1);
    partition->kind = kind;
    partition->rules = *rules;
    partition->topic = topic;
    partition->number = number;
    partition->partition_count = partition_count;
    partition->input_offset = -1;
    partition->ledger = hf_ledger_new(seed);
    hf_ledger_set_horizon(partition->ledger, rules->correction_horizon_days);
    partition->books = g_hash_table_new_full(hash_text, equal_text, NULL, free_book);
    partition->mines = g_ptr_array_new();
    partition->dirty = g_ptr_array_new();
    id_set_init(&partition->touched);
    held_changes_init(&partition->held);
    partition->segments = segment_log_new(&segment_shape_default);
    partition->sweep.waiting = g_array_new(FALSE, FALSE, sizeof(struct hf_fact_id));
    partition->sweep.bury_through = -1;
    partition->published_offset = -1;
    partition->audit = hf_audit_new();
    partition->dead_letters = hf_dead_letters_new(kind->daemon);
    partition->restored.state.input_offset = partition->restored.days.input_offset = -1;
    partition->restored.ids = g_array_new(FALSE, FALSE, sizeof(struct hf_fact_id));
    partition->restored.versions = g_array_new(FALSE, FALSE, sizeof(struct hf_fact));
    return partition;
}

void hf_partition_free(struct hf_partition **partition)
{
    if (!*partition)
        return;
    hf_ledger_free(&(*partition)->ledger);
    g_ptr_array_free((*partition)->mines, TRUE);
    g_ptr_array_free((*partition)->dirty, TRUE);
    g_hash_table_destroy((*partition)->books);
    id_set_fini(&(*partition)->touched);
    held_changes_fini(&(*partition)->held);
    segment_log_free(&(*partition)->segments);
    g_array_free((*partition)->sweep.waiting, TRUE);
    g_array_free((*partition)->restored.ids, TRUE);
    g_array_free((*partition)->restored.versions, TRUE);
    hf_audit_free(&(*partition)->audit);
    hf_dead_letters_free(&(*partition)->dead_letters);
    g_free(*partition);
    *partition = NULL;
}

struct mine_book *partition_find_book(const struct hf_partition *partition, struct hf_text mine_id)
{
    return g_hash_table_lookup(partition->books, &mine_id);
}

struct mine_book *partition_book(struct hf_partition *partition, const char *mine_id)
{
    const struct hf_text key = {mine_id, strlen(mine_id)};
    struct mine_book *book = partition_find_book(partition, key);
    if (!book) {
        book = g_new0(struct mine_book, 1);
        g_strlcpy(book->id, mine_id, sizeof book->id);
        book->key = (struct hf_text){book->id, key.length};
        book->number = partition->mines->len;
        book->days = hf_daybook_new();
        book->restatements = hf_restatements_new();
        book->closes = (struct hf_closes){HF_DATE_MIN, HF_DATE_MIN};
        g_ptr_array_add(partition->mines, book);
        g_hash_table_insert(partition->books, &book->key, book);
    }
    return book;
}

const char *partition_mine_id(void *context, uint32_t mine)
{
    const struct hf_partition *partition = context;
    return ((const struct mine_book *)partition->mines->pdata[mine])->id;
}

int64_t hf_partition_input_offset(const struct hf_partition *partition)
{
    return partition->input_offset;
}

void hf_partition_set_input_offset(struct hf_partition *partition, int64_t offset)
{
    partition->input_offset = offset;
    partition->has_changes = 1;
}

int hf_partition_has_changes(const struct hf_partition *partition)
{
    return partition->has_changes;
}

size_t hf_partition_pending_bytes(const struct hf_partition *partition)
{
    /* A fact leaves about 60 bytes in a segment; a day record has about 50 for each of its lines. */
    return id_set_size(&partition->touched) * 64 + partition->changed_days * 128 + partition->held.bytes +
           hf_audit_bytes(partition->audit) + hf_dead_letters_bytes(partition->dead_letters);
}

struct hf_partition_counts hf_partition_counts(const struct hf_partition *partition)
{
    return partition->counts;
}

size_t hf_partition_facts(const struct hf_partition *partition)
{
    return hf_ledger_size(partition->ledger);
}

size_t hf_partition_waiting(const struct hf_partition *partition)
{
    return hf_ledger_waiting_count(partition->ledger);
}
