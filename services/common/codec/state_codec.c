/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how the fact ledger looks on the wire. A segment names each line and each mine once; its facts point into
 * these lists, so that a line's or a mine's number in memory may change. */
#include "headframe/state_codec.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/vocabulary.h"
#include "state.pb-c.h"

size_t hf_segment_key(int64_t input_offset, unsigned part, char buffer[HF_SEGMENT_KEY])
{
    return (size_t)g_snprintf(buffer, HF_SEGMENT_KEY, "|segment|%lld|%u", (long long)input_offset, part);
}

static void pack(const Headframe__StateRecord *record, uint8_t **out_bytes, size_t *out_length)
{
    size_t length = headframe__state_record__get_packed_size(record);
    uint8_t *bytes = malloc(length ? length : 1);
    if (!bytes)
        abort();
    *out_length = headframe__state_record__pack(record, bytes);
    *out_bytes = bytes;
}

static void describe_line(Headframe__Line *message, uint16_t line, enum hf_line_kind kind)
{
    headframe__line__init(message);
    if (kind == HF_LINES_PRODUCTION) {
        message->material = (char *)hf_material_name(hf_production_line_material(line));
        message->stage = (char *)hf_stage_name(hf_production_line_stage(line));
        message->quality = (char *)hf_quality_name(hf_production_line_quality(line));
    } else {
        message->element = (char *)hf_element_name(hf_cost_line_element(line));
        message->currency = (char *)hf_currency_code(hf_cost_line_currency(line));
    }
}

/* Numbers the distinct lines of facts in order of appearance: out_index[i] is the place of fact i's line. */
static size_t collect_lines(const struct hf_fact *facts, size_t count, enum hf_line_kind kind, Headframe__Line *lines,
                            uint32_t *out_index)
{
    size_t line_count = 0;
    g_autofree uint32_t *places = g_new0(uint32_t, HF_LINE_LIMIT); /* line → place + 1 */
    for (size_t i = 0; i < count; i++) {
        uint16_t line = facts[i].effect.line;
        if (!places[line]) {
            describe_line(&lines[line_count], line, kind);
            places[line] = (uint32_t)++line_count;
        }
        out_index[i] = places[line] - 1;
    }
    return line_count;
}

/* The same for mines, whose numbers have no small bound. Returns the distinct ids, borrowed from mine_id. */
static GPtrArray *collect_mines(const struct hf_fact *facts, size_t count, hf_segment_mine *mine_id, void *context,
                                uint32_t *out_index)
{
    GPtrArray *ids = g_ptr_array_new();
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL); /* mine → place + 1 */
    for (size_t i = 0; i < count; i++) {
        gpointer mine = GUINT_TO_POINTER(facts[i].mine);
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, mine));
        if (!place) {
            g_ptr_array_add(ids, (gpointer)mine_id(context, facts[i].mine));
            place = ids->len;
            g_hash_table_insert(places, mine, GUINT_TO_POINTER(place));
        }
        out_index[i] = place - 1;
    }
    return ids;
}

/* The last day of an effect, or the only date of one without days. */
static int32_t last_day(const struct hf_effect *effect)
{
    return effect->date + (effect->days > 0 ? effect->days - 1 : 0);
}

static void describe_fact(Headframe__Fact *message, const struct hf_fact *fact, uint32_t line, uint32_t mine)
{
    headframe__fact__init(message);
    message->id_high = fact->id.high;
    message->id_low = fact->id.low;
    message->digest = fact->digest;
    message->revision = fact->revision;
    message->voided = fact->voided;
    message->line = line;
    message->date = fact->effect.date;
    message->days = fact->effect.days;
    message->amount_high = (int64_t)(fact->effect.amount >> 64);
    message->amount_low = (uint64_t)fact->effect.amount;
    message->mine = mine;
    message->status = (Headframe__FactStatus)fact->status; /* the same numbers: see below */
    message->later = (uint32_t)MAX(fact->latest - last_day(&fact->effect), 0);
}

_Static_assert((int)HF_FACT_STANDING == (int)HEADFRAME__FACT_STATUS__STANDING &&
                   (int)HF_FACT_WAITING == (int)HEADFRAME__FACT_STATUS__WAITING &&
                   (int)HF_FACT_REJECTED == (int)HEADFRAME__FACT_STATUS__REJECTED &&
                   (int)HF_FACT_DECIDED == (int)HEADFRAME__FACT_STATUS__DECIDED,
               "statuses have the numbers of state.proto");

void hf_segment_encode(const struct hf_fact *facts, size_t count, enum hf_line_kind kind, hf_segment_mine *mine_id,
                       void *context, uint8_t **out_bytes, size_t *out_length)
{
    g_autofree Headframe__Line *lines = g_new(Headframe__Line, count + 1);
    g_autofree Headframe__Line **line_pointers = g_new(Headframe__Line *, count + 1);
    g_autofree Headframe__Fact *messages = g_new(Headframe__Fact, count + 1);
    g_autofree Headframe__Fact **message_pointers = g_new(Headframe__Fact *, count + 1);
    g_autofree uint32_t *places = g_new(uint32_t, count + 1), *mine_places = g_new(uint32_t, count + 1);
    g_autoptr(GPtrArray) mines = collect_mines(facts, count, mine_id, context, mine_places);
    Headframe__Segment segment = HEADFRAME__SEGMENT__INIT;
    segment.n_lines = collect_lines(facts, count, kind, lines, places);
    for (size_t i = 0; i < segment.n_lines; i++)
        line_pointers[i] = &lines[i];
    for (size_t i = 0; i < count; i++) {
        describe_fact(&messages[i], &facts[i], places[i], mine_places[i]);
        message_pointers[i] = &messages[i];
    }
    segment.n_mines = mines->len;
    segment.mines = (char **)mines->pdata;
    segment.lines = line_pointers;
    segment.n_facts = count;
    segment.facts = message_pointers;
    Headframe__StateRecord record = HEADFRAME__STATE_RECORD__INIT;
    record.format_version = HF_STATE_FORMAT;
    record.body_case = HEADFRAME__STATE_RECORD__BODY_SEGMENT;
    record.segment = &segment;
    pack(&record, out_bytes, out_length);
}

void hf_state_encode_control(const struct hf_control *control, uint8_t **out_bytes, size_t *out_length)
{
    Headframe__Control message = HEADFRAME__CONTROL__INIT;
    message.input_offset = control->input_offset;
    message.input_partitions = control->input_partitions;
    message.hash_seed = control->hash_seed;
    Headframe__StateRecord record = HEADFRAME__STATE_RECORD__INIT;
    record.format_version = HF_STATE_FORMAT;
    record.body_case = HEADFRAME__STATE_RECORD__BODY_CONTROL;
    record.control = &message;
    pack(&record, out_bytes, out_length);
}

/* The number of a described line, or -1. */
static int find_line(const Headframe__Line *line, enum hf_line_kind kind)
{
    if (kind == HF_LINES_PRODUCTION) {
        int material = hf_material_find(line->material, strlen(line->material));
        int stage = hf_stage_find(line->stage, strlen(line->stage));
        int quality = hf_quality_find(line->quality, strlen(line->quality));
        return material < 0 || stage < 0 || quality < 0
                   ? -1
                   : hf_production_line(material, (enum hf_stage)stage, (enum hf_quality)quality);
    }
    int element = hf_element_find(line->element, strlen(line->element));
    int currency = hf_currency_find(line->currency, strlen(line->currency));
    return element < 0 || currency < 0 ? -1 : hf_cost_line((enum hf_element)element, currency);
}

/* The fact without its mine and line; returns 0 where a field is out of range. */
static int read_fact(const Headframe__Fact *message, struct hf_fact *out)
{
    *out = (struct hf_fact){
        .id = {message->id_high, message->id_low},
        .digest = message->digest,
        .revision = message->revision,
        .voided = message->voided,
        .effect = {.amount = (hf_int128)((hf_uint128)(hf_int128)message->amount_high << 64 | message->amount_low),
                   .date = message->date,
                   .days = (uint16_t)message->days},
        .status = (enum hf_fact_status)message->status,
    };
    if (message->days > HF_SPREAD_LIMIT || !hf_date_is_bookable(message->date) || message->revision > INT32_MAX ||
        (message->id_high == 0 && message->id_low == 0)) /* which no fact has */
        return 0;
    int64_t latest = (int64_t)last_day(&out->effect) + message->later;
    if (latest >= HF_DATE_MAX || !hf_date_is_bookable((int32_t)latest) || out->effect.amount > hf_amount_limit() ||
        out->effect.amount < -hf_amount_limit() || out->status < HF_FACT_STANDING || out->status > HF_FACT_DECIDED)
        return 0;
    out->latest = (int32_t)latest;
    return 1;
}

static int read_segment(const Headframe__Segment *segment, enum hf_line_kind kind, const struct hf_state_reader *reader,
                        struct hf_error *error)
{
    g_autofree int *lines = g_new(int, segment->n_lines + 1);
    g_autofree uint32_t *mines = g_new(uint32_t, segment->n_mines + 1);
    for (size_t i = 0; i < segment->n_mines; i++) {
        if (!hf_is_identifier(segment->mines[i], strlen(segment->mines[i])))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the segment names a mine that is no identifier");
        mines[i] = reader->mine(reader->context, segment->mines[i]);
    }
    for (size_t i = 0; i < segment->n_lines; i++) {
        lines[i] = find_line(segment->lines[i], kind);
        if (lines[i] < 0)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                                "the segment has a line that is not known to this version");
    }
    for (size_t i = 0; i < segment->n_facts; i++) {
        const Headframe__Fact *message = segment->facts[i];
        struct hf_fact fact;
        if (message->line >= segment->n_lines || message->mine >= segment->n_mines)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment has no line or no mine");
        if (!read_fact(message, &fact))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment is out of range");
        fact.effect.line = (uint16_t)lines[message->line];
        fact.mine = mines[message->mine];
        reader->fact(reader->context, &fact);
    }
    return HF_OK;
}

int hf_state_decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, const struct hf_state_reader *reader,
                    struct hf_error *error)
{
    Headframe__StateRecord *record = headframe__state_record__unpack(NULL, length, bytes);
    int result = HF_OK;
    if (!record)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the bytes are not a state record");
    if (record->format_version < 1 || record->format_version > HF_STATE_FORMAT)
        result = hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "state format %u is newer than this version (%d)",
                              record->format_version, HF_STATE_FORMAT);
    else if (record->body_case == HEADFRAME__STATE_RECORD__BODY_SEGMENT)
        result = read_segment(record->segment, kind, reader, error);
    else if (record->body_case == HEADFRAME__STATE_RECORD__BODY_CONTROL)
        reader->control(reader->context,
                        &(struct hf_control){record->control->input_offset, record->control->input_partitions,
                                             record->control->hash_seed});
    else
        result = hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the state record is neither segment nor control");
    headframe__state_record__free_unpacked(record, NULL);
    return result;
}
