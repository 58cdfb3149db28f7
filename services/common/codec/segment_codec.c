/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how facts that stand become the columns of a segment. */
#include <stdlib.h>

#include "state_tables.h"

/* --- writing ---------------------------------------------------------------------------------------------------- */

/* The columns of a segment, which protobuf-c wants as arrays. */
static void make_columns(Headframe__Segment *segment, size_t count)
{
    segment->id_high = g_new(uint64_t, count + 1);
    segment->id_low = g_new(uint64_t, count + 1);
    segment->digest = g_new(uint64_t, count + 1);
    segment->revision = g_new(uint32_t, count + 1);
    segment->date = g_new(int32_t, count + 1);
    segment->days = g_new(uint32_t, count + 1);
    segment->amount_high = g_new(int64_t, count + 1);
    segment->amount_low = g_new(uint64_t, count + 1);
    segment->later = g_new(uint32_t, count + 1);
    segment->n_id_high = segment->n_id_low = segment->n_digest = segment->n_revision = segment->n_line =
        segment->n_mine = segment->n_date = segment->n_days = segment->n_amount_high = segment->n_amount_low =
            segment->n_later = count;
}

static void free_columns(Headframe__Segment *segment)
{
    g_free(segment->id_high);
    g_free(segment->id_low);
    g_free(segment->digest);
    g_free(segment->revision);
    g_free(segment->date);
    g_free(segment->days);
    g_free(segment->amount_high);
    g_free(segment->amount_low);
    g_free(segment->later);
    g_free(segment->absent_high);
    g_free(segment->absent_low);
}

static void fill_columns(Headframe__Segment *segment, const struct hf_fact *facts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct hf_fact *fact = &facts[i];
        segment->id_high[i] = fact->id.high;
        segment->id_low[i] = fact->id.low;
        segment->digest[i] = fact->digest;
        segment->revision[i] = fact->revision << 1 | (fact->voided != 0);
        segment->date[i] = fact->effect.date;
        segment->days[i] = fact->effect.days;
        segment->amount_high[i] = (int64_t)(fact->effect.amount >> 64);
        segment->amount_low[i] = (uint64_t)fact->effect.amount;
        segment->later[i] = state_later(fact);
    }
}

static void fill_absent(Headframe__Segment *segment, const struct hf_fact_id *absent, size_t count)
{
    segment->absent_high = g_new(uint64_t, count + 1);
    segment->absent_low = g_new(uint64_t, count + 1);
    segment->n_absent_high = segment->n_absent_low = count;
    for (size_t i = 0; i < count; i++) {
        segment->absent_high[i] = absent[i].high;
        segment->absent_low[i] = absent[i].low;
    }
}

void hf_segment_encode(const struct hf_fact *facts, size_t count, const struct hf_fact_id *absent, size_t absent_count,
                       enum hf_line_kind kind, hf_segment_mine *mine_id, void *context, uint8_t **out_bytes,
                       size_t *out_length)
{
    struct written_tables tables;
    Headframe__Segment segment = HEADFRAME__SEGMENT__INIT;
    written_tables_init(&tables, facts, count, kind, mine_id, context);
    make_columns(&segment, count);
    fill_columns(&segment, facts, count);
    fill_absent(&segment, absent, absent_count);
    segment.line = tables.line_places;
    segment.mine = tables.mine_places;
    segment.n_lines = tables.line_count;
    segment.lines = tables.line_pointers;
    segment.n_mines = tables.mines->len;
    segment.mines = (char **)tables.mines->pdata;
    Headframe__StateRecord record = HEADFRAME__STATE_RECORD__INIT;
    record.body_case = HEADFRAME__STATE_RECORD__BODY_SEGMENT;
    record.segment = &segment;
    state_pack(&record, out_bytes, out_length);
    free_columns(&segment);
    written_tables_fini(&tables);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static int is_rectangular(const Headframe__Segment *segment)
{
    size_t count = segment->n_id_high;
    return segment->n_id_low == count && segment->n_digest == count && segment->n_revision == count &&
           segment->n_line == count && segment->n_mine == count && segment->n_date == count &&
           segment->n_days == count && segment->n_amount_high == count && segment->n_amount_low == count &&
           segment->n_later == count && segment->n_absent_high == segment->n_absent_low;
}

/* Facts from the announcement of one to its reading: the time of as many reads from memory. */
enum { AHEAD = 12 };

static int read_facts(const Headframe__Segment *segment, const struct read_tables *tables,
                      const struct hf_state_reader *reader, struct hf_error *error)
{
    for (size_t i = 0; i < segment->n_id_high; i++) {
        if (reader->soon && i + AHEAD < segment->n_id_high)
            reader->soon(reader->context, (struct hf_fact_id){segment->id_high[i + AHEAD], segment->id_low[i + AHEAD]});
        hf_uint128 high = (hf_uint128)(hf_int128)segment->amount_high[i] << 64;
        struct hf_fact fact = {
            .id = {segment->id_high[i], segment->id_low[i]},
            .digest = segment->digest[i],
            .revision = segment->revision[i] >> 1,
            .voided = (int)(segment->revision[i] & 1U),
            .effect = {.amount = (hf_int128)(high | segment->amount_low[i]), .date = segment->date[i]},
            .status = HF_FACT_STANDING,
        };
        if (segment->line[i] >= tables->line_count || segment->mine[i] >= tables->mine_count)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment has no line or no mine");
        if (!state_complete(&fact, segment->days[i], segment->later[i]))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment is out of range");
        fact.effect.line = tables->lines[segment->line[i]];
        fact.mine = tables->mines[segment->mine[i]];
        reader->fact(reader->context, &fact);
    }
    return HF_OK;
}

static int read_absent(const Headframe__Segment *segment, const struct hf_state_reader *reader, struct hf_error *error)
{
    for (size_t i = 0; i < segment->n_absent_high; i++) {
        const struct hf_fact fact = {
            .id = {segment->absent_high[i], segment->absent_low[i]},
            .status = HF_FACT_ABSENT,
        };
        if (fact.id.high == 0 && fact.id.low == 0)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment is out of range");
        reader->fact(reader->context, &fact);
    }
    return HF_OK;
}

int segment_read(const Headframe__Segment *segment, enum hf_line_kind kind, const struct hf_state_reader *reader,
                 struct hf_error *error)
{
    struct read_tables tables;
    if (!is_rectangular(segment))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the columns of the segment differ in length");
    int result = read_tables_init(&tables, segment->lines, segment->n_lines, segment->mines, segment->n_mines, kind,
                                  reader, error);
    if (reader->begin && result == HF_OK)
        reader->begin(reader->context, HF_STATE_SEGMENT, segment->n_id_high + segment->n_absent_high);
    if (result == HF_OK)
        result = read_facts(segment, &tables, reader, error);
    if (result == HF_OK)
        result = read_absent(segment, reader, error);
    read_tables_fini(&tables);
    return result;
}
