/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when passages have been read: when each position has reached its end. */
#include "passage.h"

enum { BATCH = 2048, POLL_MS = 50 };

static struct passage *find(GArray *passages, const struct hf_record *record)
{
    for (guint i = 0; i < passages->len; i++) {
        struct passage *passage = &g_array_index(passages, struct passage, i);
        if ((int)passage->topic == record->tag && passage->partition == record->partition)
            return passage;
    }
    return NULL;
}

/* The first passage that has not been read to its end, or NULL. */
static const struct passage *first_unread(const GArray *passages)
{
    for (guint i = 0; i < passages->len; i++) {
        const struct passage *passage = &g_array_index(passages, struct passage, i);
        if (passage->position < passage->end)
            return passage;
    }
    return NULL;
}

void passages_rewind(GArray *passages)
{
    for (guint i = 0; i < passages->len; i++)
        g_array_index(passages, struct passage, i).position = 0;
}

static int add_all(const struct hf_cluster *cluster, struct hf_reader *reader, const GArray *passages,
                   struct hf_error *error)
{
    int result = HF_OK;
    for (guint i = 0; i < passages->len && result == HF_OK; i++) {
        const struct passage *passage = &g_array_index(passages, struct passage, i);
        result = hf_reader_add(reader, cluster->names[passage->topic], (int)passage->topic, passage->partition,
                               passage->first, error);
    }
    return result;
}

int passages_read(const struct hf_cluster *cluster, GArray *passages, passage_take *take, passage_pause *pause,
                  void *context, struct hf_error *error)
{
    struct hf_reader *reader = NULL;
    struct hf_record records[BATCH];
    struct hf_patience wait = {0};
    const struct passage *unread = first_unread(passages);
    if (!unread)
        return HF_OK;
    int result = hf_reader_new(&cluster->runtime->kafka, HF_READ_COMMITTED, &reader, error);
    if (result == HF_OK)
        result = add_all(cluster, reader, passages, error);
    while (result == HF_OK && (unread = first_unread(passages))) {
        int count = hf_reader_poll(reader, POLL_MS, records, BATCH, error);
        result = count < 0 ? count : pause(context);
        if (count > 0)
            wait = (struct hf_patience){0};
        hf_cluster_say_waiting(cluster, &wait, unread->topic, unread->partition,
                               "nothing of it comes: is a transaction open on it?");
        for (int i = 0; i < count; i++) {
            struct passage *passage = find(passages, &records[i]);
            passage->position = hf_record_next(&records[i]);
            if (!records[i].is_end && records[i].offset < passage->end)
                take(context, passage->topic, &records[i]);
        }
        hf_reader_release(reader);
    }
    hf_reader_free(&reader);
    return result;
}
