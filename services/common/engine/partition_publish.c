/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which records a transaction writes: what changed, and nothing else; controls last. */
#include <stdlib.h>
#include <string.h>

#include "headframe/state_codec.h"
#include "partition_memory.h"

void publication_write(struct publication *publication, enum hf_topic topic, const char *key, size_t key_length,
                       const uint8_t *value, size_t length)
{
    const struct hf_output output = {
        .topic = topic,
        .partition = publication->partition->number,
        .key = key,
        .key_length = key_length,
        .value = value,
        .value_length = length,
    };
    if (publication->result == HF_OK)
        publication->result = publication->sink->write(publication->sink->context, &output, publication->error);
}

/* The same, and releases value. */
static void write_record(struct publication *publication, enum hf_topic topic, const char *key, size_t key_length,
                         uint8_t *value, size_t length)
{
    publication_write(publication, topic, key, key_length, value, length);
    free(value);
}

static void publish_day(void *context, int32_t date)
{
    struct publication *publication = context;
    const struct hf_ledger_kind *kind = publication->partition->kind;
    char key[HF_DAY_KEY];
    uint8_t *value;
    size_t length, key_length = hf_day_key(publication->book->id, date, key);
    hf_day_encode(publication->book->id, date, publication->book->days, publication->book->restatements, kind->lines,
                  &value, &length);
    write_record(publication, kind->days, key, key_length, value, length);
}

static void publish_closes(struct publication *publication)
{
    struct mine_book *book = publication->book;
    char key[HF_DAY_KEY];
    uint8_t *value;
    size_t length, key_length = hf_closes_key(book->id, key);
    if (!book->is_closes_dirty)
        return;
    hf_day_encode_closes(book->id, &book->closes, &value, &length);
    write_record(publication, publication->partition->kind->days, key, key_length, value, length);
    book->is_closes_dirty = 0;
}

static void publish_days(struct publication *publication)
{
    GPtrArray *dirty = publication->partition->dirty;
    for (guint i = 0; i < dirty->len; i++) {
        struct mine_book *book = dirty->pdata[i];
        publication->book = book;
        hf_daybook_take_dirty(book->days, publish_day, publication);
        publish_closes(publication);
        book->is_dirty = 0;
    }
    g_ptr_array_set_size(dirty, 0);
}

static void publish_controls(struct publication *publication)
{
    const struct hf_partition *partition = publication->partition;
    const struct hf_control control = {
        .input_offset = partition->input_offset,
        .input_partitions = (uint32_t)partition->partition_count,
        .hash_seed = hf_ledger_seed(partition->ledger),
        .horizon_days = (uint32_t)partition->rules.correction_horizon_days,
    };
    uint8_t *value;
    size_t length;
    hf_day_encode_control(&control, &value, &length);
    write_record(publication, partition->kind->days, HF_CONTROL_KEY, strlen(HF_CONTROL_KEY), value, length);
    hf_state_encode_control(&control, &value, &length);
    write_record(publication, partition->kind->state, HF_CONTROL_KEY, strlen(HF_CONTROL_KEY), value, length);
}

int hf_partition_publish(struct hf_partition *partition, const struct hf_sink *sink, struct hf_error *error)
{
    struct publication publication = {partition, sink, error, NULL, HF_OK};
    publish_days(&publication);
    publication_write_state(&publication);
    if (publication.result == HF_OK)
        publication.result = hf_audit_publish(partition->audit, sink, error);
    if (publication.result == HF_OK)
        publication.result = hf_dead_letters_publish(partition->dead_letters, sink, error);
    publish_controls(&publication);
    partition->published_offset = partition->input_offset;
    partition->has_changes = 0;
    partition->changed_days = 0;
    return publication.result;
}
