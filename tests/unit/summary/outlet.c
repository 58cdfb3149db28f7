/* SPDX-License-Identifier: Apache-2.0 */
#include "outlet.h"

#include <string.h>

#include "../unit.h"
#include "headframe/kafka_transaction.h"

static int take(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct outlet *outlet = context;
    if (outlet->fails_after == 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "the sink of the test is full");
    outlet->fails_after -= outlet->fails_after > 0;
    assert_true(output->topic == HF_TOPIC_COMPANY_SUMMARIES || output->topic == HF_TOPIC_MINE_SUMMARIES);
    assert_int_equal(output->partition, HF_PARTITION_BY_KEY);
    assert_int_equal(output->header_count, 0);
    char *key = g_strdup_printf("%s:%.*s", output->topic == HF_TOPIC_COMPANY_SUMMARIES ? "c" : "m",
                                (int)output->key_length, (const char *)output->key);
    g_ptr_array_add(outlet->written, g_strdup_printf("%s%s", output->value ? "" : "-", key));
    if (output->value) {
        g_hash_table_replace(outlet->standing, key, g_strndup(output->value, output->value_length));
    } else {
        assert_true(g_hash_table_remove(outlet->standing, key)); /* only what stands gets a tombstone */
        g_free(key);
    }
    return HF_OK;
}

struct outlet *outlet_new(void)
{
    struct outlet *outlet = g_new0(struct outlet, 1);
    outlet->standing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    outlet->written = g_ptr_array_new_with_free_func(g_free);
    outlet->fails_after = -1;
    outlet->sink = (struct hf_sink){take, outlet};
    return outlet;
}

void outlet_free(struct outlet *outlet)
{
    g_hash_table_destroy(outlet->standing);
    g_ptr_array_free(outlet->written, TRUE);
    g_free(outlet);
}

size_t outlet_publish(struct outlet *outlet, struct publisher *publisher)
{
    struct hf_error error = {0};
    size_t written = 77;
    g_ptr_array_set_size(outlet->written, 0);
    if (publisher_publish(publisher, &outlet->sink, NULL, NULL, &written, &error) != HF_OK)
        fail_msg("%s", error.text);
    assert_int_equal(written, outlet->written->len);
    assert_false(publisher_has_work(publisher));
    return written;
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts of array, sorted, one a line; a new string. */
static char *sorted_lines(GPtrArray *array)
{
    GString *text = g_string_new(NULL);
    g_ptr_array_sort(array, compare_texts);
    for (guint i = 0; i < array->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)array->pdata[i]);
    return g_string_free(text, FALSE);
}

void assert_written(const struct outlet *outlet, const char *keys)
{
    g_auto(GStrv) words = g_strsplit(keys, " ", -1);
    g_autoptr(GPtrArray) expected = g_ptr_array_new(), written = g_ptr_array_new();
    for (int i = 0; words[i]; i++)
        if (*words[i])
            g_ptr_array_add(expected, words[i]);
    for (guint i = 0; i < outlet->written->len; i++)
        g_ptr_array_add(written, outlet->written->pdata[i]);
    g_autofree char *expected_text = sorted_lines(expected), *written_text = sorted_lines(written);
    assert_string_equal(written_text, expected_text);
}

static void note_all(const struct outlet *outlet, struct publisher *publisher, const char *other_text)
{
    GHashTableIter iterator;
    gpointer key, value;
    g_hash_table_iter_init(&iterator, outlet->standing);
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        const char *text = other_text ? other_text : value;
        const struct hf_record record = {.key = (const char *)key + 2,
                                         .key_length = strlen(key) - 2,
                                         .value = text,
                                         .value_length = strlen(text),
                                         .timestamp_ms = -1};
        publisher_note(publisher, *(const char *)key == 'c' ? HF_TOPIC_COMPANY_SUMMARIES : HF_TOPIC_MINE_SUMMARIES,
                       &record);
    }
}

void outlet_note(const struct outlet *outlet, struct publisher *publisher)
{
    note_all(outlet, publisher, NULL);
}

void outlet_note_other_text(const struct outlet *outlet, struct publisher *publisher)
{
    note_all(outlet, publisher, "another text");
}
