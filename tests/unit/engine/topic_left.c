/* SPDX-License-Identifier: Apache-2.0 */
#include "topic_left.h"

#include "../../../services/common/engine/partition_memory.h"
#include "../unit.h"

static int has_later(const struct outputs *log, guint index, guint end)
{
    const struct output *output = output_at(log, index);
    for (guint i = index + 1; i < end; i++) {
        const struct output *later = output_at(log, i);
        if (later->topic == output->topic && later->key_length == output->key_length &&
            memcmp(later->key, output->key, output->key_length) == 0)
            return 1;
    }
    return 0;
}

struct outputs *topic_left(struct history *history, const struct outputs *log)
{
    struct outputs *left = outputs_new();
    guint clean_end = history_draw(history, log->list->len + 1);
    unsigned removed_of_100 = history_draw(history, 2) ? 100 : history_draw(history, 101);
    guint tombstones_end = history_draw(history, 2) && removed_of_100 == 100 ? clean_end : 0;
    for (guint i = 0; i < log->list->len; i++) {
        const struct output *output = output_at(log, i);
        const struct hf_output again = {
            .topic = output->topic,
            .partition = output->partition,
            .key = output->key,
            .key_length = output->key_length,
            .value = output->value,
            .value_length = output->value_length,
        };
        int is_stale = i < clean_end && has_later(log, i, clean_end) && history_draw(history, 100) < removed_of_100;
        if (!is_stale && (output->value || i >= tombstones_end))
            assert_int_equal(left->sink.write(left->sink.context, &again, NULL), HF_OK);
    }
    return left;
}

void use_shape(struct hf_partition *partition, const struct segment_shape *shape)
{
    segment_log_free(&partition->segments);
    partition->segments = segment_log_new(shape);
}

struct hf_partition *read_back(struct history *history, struct bench *bench, const struct outputs *log,
                               const struct segment_shape *shape)
{
    struct hf_partition *before = bench->partition;
    struct outputs *left = topic_left(history, log);
    int64_t at_state, at_days;
    struct hf_error error = {0};
    bench->partition = hf_partition_new(bench->kind, "mine.production", 0, 1, 99, &bench->rules);
    use_shape(bench->partition, shape);
    bench_restore(bench, left);
    if (hf_partition_restored(bench->partition, &at_state, &at_days, &error) != 1)
        fail_msg("%s", error.text);
    outputs_free(left);
    struct hf_partition *result = bench->partition;
    bench->partition = before;
    return result;
}
