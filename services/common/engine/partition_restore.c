/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how a partition's memory comes back from what its transactions wrote. Records are read in the order of their
 * topics: what was said later holds. */
#include "headframe/state_codec.h"
#include "partition_memory.h"

static void restore_fact(void *context, const struct hf_fact *fact)
{
    const struct hf_partition *partition = context;
    hf_ledger_put(partition->ledger, fact);
}

static uint32_t restore_mine(void *context, const char *mine_id)
{
    return partition_book(context, mine_id)->number;
}

static void restore_state_control(void *context, const struct hf_control *control)
{
    struct hf_partition *partition = context;
    partition->restored_state = *control;
}

int hf_partition_restore_state(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error)
{
    const struct hf_state_reader reader = {restore_mine, restore_fact, restore_state_control, partition};
    if (!record->value)
        return HF_OK; /* a merged segment */
    return hf_state_decode((const uint8_t *)record->value, record->value_length, partition->kind->lines, &reader,
                           error);
}

static void restore_begin(void *context, const char *mine_id, int32_t date)
{
    struct hf_partition *partition = context;
    partition->restoring = partition_book(partition, mine_id);
    partition->restoring_date = date;
    hf_daybook_clear_day(partition->restoring->days, date);
    hf_restatements_clear_day(partition->restoring->restatements, date);
}

static void restore_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct hf_partition *partition = context;
    hf_daybook_set(partition->restoring->days, line, partition->restoring_date, total);
}

static void restore_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    const struct hf_partition *partition = context;
    hf_restatements_add(partition->restoring->restatements, days, count);
}

static void restore_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    partition_book(context, mine_id)->closes = *closes;
}

static void restore_days_control(void *context, const struct hf_control *control)
{
    struct hf_partition *partition = context;
    partition->restored_days = *control;
}

int hf_partition_restore_day(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error)
{
    const struct hf_day_reader reader = {restore_begin,  restore_line,         restore_restated,
                                         restore_closes, restore_days_control, partition};
    if (!record->value)
        return HF_OK;
    return hf_day_decode((const uint8_t *)record->value, record->value_length, partition->kind->lines, &reader, error);
}

int hf_partition_restored(struct hf_partition *partition, int64_t *out_state, int64_t *out_days, struct hf_error *error)
{
    const struct hf_control *state = &partition->restored_state, *days = &partition->restored_days;
    *out_state = state->input_offset;
    *out_days = days->input_offset;
    if (state->input_offset != days->input_offset)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_RETRY,
                            "the state of %s [%d] ends at input offset %lld, its days at %lld", partition->topic,
                            partition->number, (long long)state->input_offset, (long long)days->input_offset);
    if (state->input_offset < 0)
        return 0;
    if (state->input_partitions != (uint32_t)partition->partition_count)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                            "%s had %u partitions when its state was written and has %d now; mines would move between "
                            "partitions: recreate it with %u, or start over with new topics",
                            partition->topic, state->input_partitions, partition->partition_count,
                            state->input_partitions);
    hf_ledger_set_seed(partition->ledger, state->hash_seed);
    partition->input_offset = state->input_offset;
    return 1;
}
