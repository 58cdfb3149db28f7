/* SPDX-License-Identifier: Apache-2.0 */
#include "state_topic.h"

static int take(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct state_topic *topic = context;
    size_t length = output->key_length + output->value_length;
    (void)error; /* it has room for everything */
    if (output->topic != topic->topic)
        return HF_OK;
    char *key = g_strndup(output->key, output->key_length);
    topic->written_records++;
    topic->written_bytes += length;
    topic->live_bytes -= GPOINTER_TO_SIZE(g_hash_table_lookup(topic->lengths, key));
    if (output->value) {
        topic->live_bytes += length;
        g_hash_table_replace(topic->lengths, key, GSIZE_TO_POINTER(length));
    } else {
        g_hash_table_remove(topic->lengths, key);
        g_free(key);
    }
    return HF_OK;
}

void state_topic_init(struct state_topic *topic, enum hf_topic which)
{
    *topic = (struct state_topic){
        .topic = which,
        .lengths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .sink = {take, topic},
    };
}

void state_topic_fini(struct state_topic *topic)
{
    g_hash_table_destroy(topic->lengths);
}

size_t state_topic_count(const struct state_topic *topic)
{
    return g_hash_table_size(topic->lengths);
}
