/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how a partition's memory comes back from what its transactions wrote. Records are read in the order of their
 * topics: what was said later of a fact or a day holds. */
#include "headframe/state_codec.h"
#include "partition_memory.h"

enum { EARLIER_FORMAT = 1 }; /* whose segments hold versions that do not stand */

static uint32_t restore_mine(void *context, const char *mine_id)
{
    return partition_book(context, mine_id)->number;
}

/* What format 1 said of versions that do not stand ends with the first record of a later one (partition_held.c). */
static void end_earlier_held(struct hf_partition *partition)
{
    if (partition->restored.has_earlier_held)
        hf_ledger_clear_held(partition->ledger);
    partition->restored.has_earlier_held = 0;
}

static void restore_control(void *context, const struct hf_control *control, unsigned format)
{
    struct hf_partition *partition = context;
    if (format > EARLIER_FORMAT)
        end_earlier_held(partition);
    partition->restored.state = *control;
    partition->restored.state_format = format;
}

static void restore_record(void *context, enum hf_state_record record, size_t facts)
{
    struct hf_partition *partition = context;
    if (record != HF_STATE_VERSIONS)
        end_earlier_held(partition);
    partition->restored.record = record;
    partition->restored.facts = facts;
}

/* A version as format 1 wrote it: one of many that were taken. */
static void restore_version(struct hf_partition *partition, const struct hf_fact *fact)
{
    hf_ledger_put(partition->ledger, fact);
    if (fact->status == HF_FACT_WAITING || fact->status == HF_FACT_REJECTED)
        partition->restored.has_earlier_held = 1;
}

static void restore_standing(struct hf_partition *partition, const struct hf_fact *fact)
{
    if (fact->status == HF_FACT_ABSENT)
        hf_ledger_clear_standing(partition->ledger, fact->id);
    else
        hf_ledger_set_standing(partition->ledger, fact);
    if (partition->restored.facts < segment_log_shape(partition->segments)->full)
        g_array_append_val(partition->restored.ids, fact->id);
}

static void restore_fact(void *context, const struct hf_fact *fact)
{
    struct hf_partition *partition = context;
    switch (partition->restored.record) {
    case HF_STATE_VERSIONS:
        restore_version(partition, fact);
        break;
    case HF_STATE_SEGMENT:
        restore_standing(partition, fact);
        break;
    default:
        g_array_append_val(partition->restored.versions, *fact);
    }
}

static void expect_fact(void *context, struct hf_fact_id id)
{
    hf_ledger_prefetch(((const struct hf_partition *)context)->ledger, id);
}

/* Decodes the record and does what its key says. */
static int restore_value(struct hf_partition *partition, const struct hf_record *record, enum hf_state_key key,
                         struct hf_segment_place place, struct hf_held_part part, struct hf_error *error)
{
    const struct hf_state_reader reader = {restore_mine, restore_fact,   restore_control,
                                           partition,    restore_record, expect_fact};
    struct restoration *restored = &partition->restored;
    enum hf_state_key expected = HF_STATE_KEY_OTHER;
    restored->facts = 0;
    g_array_set_size(restored->ids, 0);
    g_array_set_size(restored->versions, 0);
    int result =
        hf_state_decode((const uint8_t *)record->value, record->value_length, partition->kind->lines, &reader, error);
    if (result != HF_OK)
        return result;
    if (restored->facts > 0)
        expected = restored->record == HF_STATE_HELD ? HF_STATE_KEY_HELD : HF_STATE_KEY_SEGMENT;
    if (key != expected || (key == HF_STATE_KEY_HELD && !partition_is_held_part(restored->versions, part)))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the state record is not what its key \"%.*s\" says",
                            (int)record->key_length, record->key ? record->key : "");
    if (key == HF_STATE_KEY_SEGMENT)
        segment_log_add(partition->segments, place, (const struct hf_fact_id *)(const void *)restored->ids->data,
                        restored->facts, restored->record == HF_STATE_VERSIONS);
    if (key == HF_STATE_KEY_HELD)
        partition_restore_held(partition, part, restored->versions);
    return HF_OK;
}

int hf_partition_restore_state(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error)
{
    struct hf_segment_place place = {0, 0};
    struct hf_held_part part = {{0, 0}, 0};
    enum hf_state_key key = HF_STATE_KEY_OTHER;
    if (record->key)
        key = hf_state_key_parse(record->key, record->key_length, &place, &part);
    if (record->value)
        return restore_value(partition, record, key, place, part, error);
    g_array_set_size(partition->restored.versions, 0);
    if (key == HF_STATE_KEY_SEGMENT)
        segment_log_remove(partition->segments, place);
    if (key == HF_STATE_KEY_HELD)
        partition_restore_held(partition, part, partition->restored.versions);
    return HF_OK;
}

static void restore_begin(void *context, const char *mine_id, int32_t date)
{
    struct hf_partition *partition = context;
    partition->restored.book = partition_book(partition, mine_id);
    partition->restored.date = date;
    hf_daybook_clear_day(partition->restored.book->days, date);
    hf_restatements_clear_day(partition->restored.book->restatements, date);
}

static void restore_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct hf_partition *partition = context;
    hf_daybook_set(partition->restored.book->days, line, partition->restored.date, total);
}

static void restore_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    const struct hf_partition *partition = context;
    hf_restatements_add(partition->restored.book->restatements, days, count);
}

static void restore_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    partition_book(context, mine_id)->closes = *closes;
}

static void restore_days_control(void *context, const struct hf_control *control)
{
    struct hf_partition *partition = context;
    partition->restored.days = *control;
}

int hf_partition_restore_day(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error)
{
    const struct hf_day_reader reader = {restore_begin,  restore_line,         restore_restated,
                                         restore_closes, restore_days_control, partition};
    if (!record->value)
        return HF_OK;
    return hf_day_decode((const uint8_t *)record->value, record->value_length, partition->kind->lines, &reader, error);
}

/* Whether what was forgotten under the horizon of the last transaction is out of reach still. */
static int check_horizon(const struct hf_partition *partition, struct hf_error *error)
{
    uint32_t written = partition->restored.state.horizon_days;
    uint32_t now = (uint32_t)partition->rules.correction_horizon_days;
    if (written == 0 || (now > 0 && now <= written))
        return HF_OK;
    return hf_error_set(
        error, HF_EINVAL, HF_ACTION_FATAL,
        "correction_horizon_days is %u, but the state of %s [%d] was written with %u: what lies further "
        "back is forgotten and would count twice; set it to %u or less, or start over with new topics",
        now, partition->topic, partition->number, written, written);
}

int hf_partition_restored(struct hf_partition *partition, int64_t *out_state, int64_t *out_days, struct hf_error *error)
{
    const struct hf_control *state = &partition->restored.state, *days = &partition->restored.days;
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
    if (check_horizon(partition, error) != HF_OK)
        return HF_EINVAL;
    hf_ledger_set_seed(partition->ledger, state->hash_seed);
    partition->is_earlier_state = partition->restored.state_format == EARLIER_FORMAT;
    partition->published_offset = partition->input_offset = state->input_offset;
    return 1;
}
