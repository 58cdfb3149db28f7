/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which records hold the versions that do not stand, and how they come back.
 *
 * A fact has one record for each part of them (headframe/ledger.h), which says all there is to say of that part. So a
 * record is small and a version rewrites no more than a part, however many of them a fact has; and in whatever order
 * parts were written and compacted, what is left is what is remembered.
 *
 * Up to format 2 a fact had one record for all of them. It stays until one of them changes; then its tombstone is
 * written, and behind it every part there is.
 *
 * Format 1 had no such records: versions stood in segments. The first transaction of a later format writes all that are
 * remembered, so that from its first record on nothing holds of what format 1 said of them. */
#include <stdlib.h>

#include "headframe/state_codec.h"
#include "partition_memory.h"

/* About what a part's record takes beside its versions, and a version in it. */
enum { PART_BYTES = 160, VERSION_BYTES = 96 };

static guint part_hash(gconstpointer data)
{
    const struct hf_held_part *part = data;
    return (guint)part->id.low ^ part->number * 2654435769U; /* spreads the parts of one fact (Fibonacci) */
}

static gboolean is_same_part(gconstpointer a, gconstpointer b)
{
    const struct hf_held_part *x = a, *y = b;
    return x->id.high == y->id.high && x->id.low == y->id.low && x->number == y->number;
}

void held_changes_init(struct held_changes *changes)
{
    *changes = (struct held_changes){
        .parts = g_hash_table_new_full(part_hash, is_same_part, g_free, NULL),
        .order = g_ptr_array_new(),
        .undivided = g_hash_table_new_full(part_hash, is_same_part, g_free, NULL),
    };
}

void held_changes_fini(struct held_changes *changes)
{
    g_hash_table_destroy(changes->parts);
    g_ptr_array_free(changes->order, TRUE);
    g_hash_table_destroy(changes->undivided);
}

/* --- what changed ----------------------------------------------------------------------------------------------- */

/* A part whose record is to be written; found by its first member. */
struct changed_part {
    struct hf_held_part part;
    size_t counted; /* versions of it in held_changes.bytes */
};

static struct changed_part *changed_part(struct held_changes *changes, struct hf_held_part part)
{
    struct changed_part *changed = g_hash_table_lookup(changes->parts, &part);
    if (!changed) {
        changed = g_new(struct changed_part, 1);
        *changed = (struct changed_part){part, 0};
        g_hash_table_add(changes->parts, changed);
        g_ptr_array_add(changes->order, changed);
        changes->bytes += PART_BYTES;
    }
    return changed;
}

static void touch_part(void *context, struct hf_held_part part)
{
    struct hf_partition *partition = context;
    struct changed_part *changed = changed_part(&partition->held, part);
    size_t count;
    (void)hf_ledger_held(partition->ledger, part, &count); /* for the count */
    if (count > changed->counted) {
        partition->held.bytes += (count - changed->counted) * VERSION_BYTES;
        changed->counted = count;
    }
}

void partition_touch_held(struct hf_partition *partition, struct hf_fact_id id, uint32_t revision)
{
    const struct hf_held_part all = {id, HF_HELD_ALL};
    if (g_hash_table_remove(partition->held.undivided, &all)) {
        touch_part(partition, all);
        hf_ledger_visit_held_parts(partition->ledger, id, touch_part, partition);
    }
    touch_part(partition, hf_held_part_of(id, revision));
}

static void touch_fact(void *context, struct hf_fact_id id)
{
    struct hf_partition *partition = context;
    id_set_add(&partition->touched, id);
    hf_ledger_visit_held_parts(partition->ledger, id, touch_part, partition);
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static void write_part(struct publication *publication, struct hf_held_part part)
{
    struct hf_partition *partition = publication->partition;
    char key[HF_STATE_KEY];
    uint8_t *value = NULL;
    size_t count, length = 0, key_length = hf_held_key(part, key);
    const struct hf_fact *versions = hf_ledger_held(partition->ledger, part, &count);
    if (count > 0)
        hf_held_encode(versions, count, partition->kind->lines, partition_mine_id, partition, &value, &length);
    publication_write(publication, partition->kind->state, key, key_length, value, length);
    free(value);
}

void publication_write_held(struct publication *publication)
{
    struct hf_partition *partition = publication->partition;
    struct held_changes *changes = &partition->held;
    if (partition->is_earlier_state) /* from now on the control records say that this has been done */
        hf_ledger_visit_held(partition->ledger, touch_fact, partition);
    partition->is_earlier_state = 0;
    for (guint i = 0; i < changes->order->len; i++)
        write_part(publication, ((const struct changed_part *)changes->order->pdata[i])->part);
    g_ptr_array_set_size(changes->order, 0);
    g_hash_table_remove_all(changes->parts);
    changes->bytes = 0;
}

/* --- reading back ----------------------------------------------------------------------------------------------- */

void partition_restore_held(struct hf_partition *partition, struct hf_held_part part, const GArray *versions)
{
    hf_ledger_set_held(partition->ledger, part, (const struct hf_fact *)(const void *)versions->data, versions->len);
    if (part.number == HF_HELD_ALL && versions->len > 0)
        g_hash_table_add(partition->held.undivided, g_memdup2(&part, sizeof part));
    else if (part.number == HF_HELD_ALL)
        g_hash_table_remove(partition->held.undivided, &part);
}

int partition_is_held_part(const GArray *versions, struct hf_held_part part)
{
    for (guint i = 0; i < versions->len; i++) {
        const struct hf_fact *version = &g_array_index(versions, struct hf_fact, i);
        struct hf_held_part of = hf_held_part_of(version->id, version->revision);
        if (part.number == HF_HELD_ALL)
            of.number = HF_HELD_ALL;
        if (!is_same_part(&of, &part))
            return 0;
    }
    return 1;
}
