/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how day totals look on the wire.
 *
 * Example: greens-creek, 2003-06-30, one line gold PRODUCED ASSAYED of 311 034 768 000 000 (one troy ounce), 1 fact:
 *   08 01                                format_version 1
 *   12 .. 0a 0c "greens-creek" 10 92 bf 01   day: mine_id, date 12 233
 *         1a .. 0a 04 "gold" 12 08 "PRODUCED" 1a 07 "ASSAYED" 29 (8 bytes, little-endian) 30 01 */
#include "headframe/day_codec.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "days.pb-c.h"
#include "headframe/calendar.h"
#include "headframe/vocabulary.h"
#include "wire.h"

size_t hf_day_key(const char *mine_id, int32_t date, char buffer[HF_DAY_KEY])
{
    size_t length = strlen(mine_id);
    memcpy(buffer, mine_id, length);
    buffer[length] = '|';
    hf_date_format(date, buffer + length + 1);
    return length + 1 + strlen(buffer + length + 1);
}

/* New memory that free() releases. */
static uint8_t *new_bytes(size_t length)
{
    uint8_t *bytes = malloc(length ? length : 1);
    if (!bytes)
        abort();
    return bytes;
}

static void pack(const Headframe__DaysRecord *record, uint8_t **out_bytes, size_t *out_length)
{
    *out_bytes = new_bytes(headframe__days_record__get_packed_size(record));
    *out_length = headframe__days_record__pack(record, *out_bytes);
}

size_t hf_closes_key(const char *mine_id, char buffer[HF_DAY_KEY])
{
    return (size_t)g_snprintf(buffer, HF_DAY_KEY, "%s|closed", mine_id);
}

/* What a day holds, in the order in which it is visited. */
struct day_parts {
    GArray *lines;    /* of struct day_line */
    GArray *restated; /* of struct restated */
};

struct day_line {
    struct hf_day_total total;
    uint16_t line;
};

struct restated {
    struct hf_closed_days days;
    uint32_t count;
};

static void add_line(void *context, uint16_t line, struct hf_day_total total)
{
    const struct day_line part = {total, line};
    g_array_append_val(((struct day_parts *)context)->lines, part);
}

static void add_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    const struct restated part = {*days, count};
    g_array_append_val(((struct day_parts *)context)->restated, part);
}

static void put_word(struct wire *wire, unsigned field, const char *word)
{
    wire_put_text(wire, field, word, strlen(word));
}

static void put_production(struct wire *wire, const struct day_line *part)
{
    wire_put_varint(wire, 6, (uint32_t)part->total.facts);
    wire_put_fixed64(wire, 5, (uint64_t)part->total.amount);
    wire_put_signed(wire, 4, (int64_t)(part->total.amount >> 64));
    put_word(wire, 3, hf_quality_name(hf_production_line_quality(part->line)));
    put_word(wire, 2, hf_stage_name(hf_production_line_stage(part->line)));
    put_word(wire, 1, hf_material_name(hf_production_line_material(part->line)));
}

static void put_cost(struct wire *wire, const struct day_line *part)
{
    wire_put_varint(wire, 5, (uint32_t)part->total.facts);
    wire_put_fixed64(wire, 4, (uint64_t)part->total.amount);
    wire_put_signed(wire, 3, (int64_t)(part->total.amount >> 64));
    put_word(wire, 2, hf_currency_code(hf_cost_line_currency(part->line)));
    put_word(wire, 1, hf_element_name(hf_cost_line_element(part->line)));
}

static void put_restated(struct wire *wire, const struct restated *part)
{
    const struct hf_closed_days *days = &part->days;
    wire_put_varint(wire, 4, part->count);
    if (days->second.from <= days->second.through) {
        wire_put_varint(wire, 3, (uint32_t)(days->second.through - days->second.from + 1));
        wire_put_varint(wire, 2, (uint32_t)(days->second.from - days->first.through - 1));
    }
    wire_put_varint(wire, 1, (uint32_t)(days->first.through - days->first.from + 1));
}

/* DaysRecord with a Day (proto/protobuf/days.proto), its last field first (wire.h). */
static void put_day(struct wire *wire, const char *mine_id, int32_t date, enum hf_line_kind kind,
                    const struct day_parts *parts)
{
    for (guint i = parts->restated->len; i-- > 0;) {
        size_t inner = wire_length(wire);
        put_restated(wire, &g_array_index(parts->restated, struct restated, i));
        wire_put_message(wire, 5, inner);
    }
    for (guint i = parts->lines->len; i-- > 0;) {
        const struct day_line *part = &g_array_index(parts->lines, struct day_line, i);
        size_t inner = wire_length(wire);
        if (kind == HF_LINES_PRODUCTION)
            put_production(wire, part);
        else
            put_cost(wire, part);
        wire_put_message(wire, kind == HF_LINES_PRODUCTION ? 3 : 4, inner);
    }
    wire_put_signed(wire, 2, date);
    put_word(wire, 1, mine_id);
    wire_put_message(wire, 2, 0);
    wire_put_varint(wire, 1, HF_DAYS_FORMAT);
}

void hf_day_encode(const char *mine_id, int32_t date, const struct hf_daybook *book,
                   const struct hf_restatements *restatements, enum hf_line_kind kind, uint8_t **out_bytes,
                   size_t *out_length)
{
    struct day_parts parts = {g_array_new(FALSE, FALSE, sizeof(struct day_line)),
                              g_array_new(FALSE, FALSE, sizeof(struct restated))};
    struct wire wire;
    hf_daybook_visit_day(book, date, add_line, &parts);
    hf_restatements_visit_day(restatements, date, add_restated, &parts);
    wire_init(&wire);
    put_day(&wire, mine_id, date, kind, &parts);
    *out_length = wire_length(&wire);
    *out_bytes = new_bytes(*out_length);
    memcpy(*out_bytes, wire.at, *out_length);
    wire_fini(&wire);
    g_array_free(parts.lines, TRUE);
    g_array_free(parts.restated, TRUE);
}

void hf_day_encode_closes(const char *mine_id, const struct hf_closes *closes, uint8_t **out_bytes, size_t *out_length)
{
    Headframe__Closes message = HEADFRAME__CLOSES__INIT;
    message.mine_id = (char *)mine_id;
    message.closed_through = closes->closed_through;
    message.ever_closed_through = closes->ever_closed_through;
    Headframe__DaysRecord record = HEADFRAME__DAYS_RECORD__INIT;
    record.format_version = HF_DAYS_FORMAT;
    record.body_case = HEADFRAME__DAYS_RECORD__BODY_CLOSES;
    record.closes = &message;
    pack(&record, out_bytes, out_length);
}

void hf_day_encode_control(const struct hf_control *control, uint8_t **out_bytes, size_t *out_length)
{
    Headframe__Control message = HEADFRAME__CONTROL__INIT;
    message.input_offset = control->input_offset;
    message.input_partitions = control->input_partitions;
    message.hash_seed = control->hash_seed;
    Headframe__DaysRecord record = HEADFRAME__DAYS_RECORD__INIT;
    record.format_version = HF_DAYS_FORMAT;
    record.body_case = HEADFRAME__DAYS_RECORD__BODY_CONTROL;
    record.control = &message;
    pack(&record, out_bytes, out_length);
}

/* Returns 0, or HF_EINVAL where no day can have come to such a total: sums of it would leave 128 bits. */
static int read_total(int64_t high, uint64_t low, uint32_t facts, struct hf_day_total *out, struct hf_error *error)
{
    hf_int128 amount = (hf_int128)((hf_uint128)(hf_int128)high << 64 | low);
    if (amount > hf_amount_limit() || amount < -hf_amount_limit())
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a total of the day record is out of range");
    *out = (struct hf_day_total){amount, facts};
    return HF_OK;
}

static int read_production(const Headframe__ProductionLine *line, const struct hf_day_reader *reader,
                           struct hf_error *error)
{
    int material = hf_material_find(line->material, strlen(line->material));
    int stage = hf_stage_find(line->stage, strlen(line->stage));
    int quality = hf_quality_find(line->quality, strlen(line->quality));
    struct hf_day_total total;
    if (material < 0 || stage < 0 || quality < 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                            "production line \"%.20s\" \"%.20s\" \"%.20s\" is not known to this version",
                            line->material, line->stage, line->quality);
    if (read_total(line->high, line->low, line->facts, &total, error) != HF_OK)
        return HF_EINVAL;
    reader->line(reader->context, hf_production_line(material, (enum hf_stage)stage, (enum hf_quality)quality), total);
    return HF_OK;
}

static int read_cost(const Headframe__CostLine *line, const struct hf_day_reader *reader, struct hf_error *error)
{
    int element = hf_element_find(line->element, strlen(line->element));
    int currency = hf_currency_find(line->currency, strlen(line->currency));
    struct hf_day_total total;
    if (element < 0 || currency < 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                            "cost line \"%.40s\" \"%.8s\" is not known to this version", line->element, line->currency);
    if (read_total(line->high, line->low, line->facts, &total, error) != HF_OK)
        return HF_EINVAL;
    reader->line(reader->context, hf_cost_line((enum hf_element)element, currency), total);
    return HF_OK;
}

static int read_restated(int32_t date, const Headframe__Restated *message, const struct hf_day_reader *reader,
                         struct hf_error *error)
{
    int is_valid = message->days >= 1 && message->days <= 2 * HF_SPREAD_LIMIT && message->count >= 1;
    struct hf_closed_days days = {{date, is_valid ? date + (int32_t)message->days - 1 : date}, {0, -1}};
    if (message->second_days > 0) {
        int64_t from = (int64_t)days.first.through + message->gap + 1;
        int64_t through = from + message->second_days - 1;
        is_valid &= message->gap >= 1 && message->second_days <= HF_SPREAD_LIMIT && through < HF_DATE_MAX &&
                    hf_date_is_bookable((int32_t)through);
        if (is_valid)
            days.second = (struct hf_stretch){(int32_t)from, (int32_t)through};
    }
    if (!is_valid || !hf_date_is_bookable(days.first.through))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a restatement of the day record is out of range");
    reader->restated(reader->context, &days, message->count);
    return HF_OK;
}

static int read_closes(const Headframe__Closes *message, const struct hf_day_reader *reader, struct hf_error *error)
{
    const struct hf_closes closes = {message->closed_through, message->ever_closed_through};
    if (!hf_is_identifier(message->mine_id, strlen(message->mine_id)) || !hf_date_is_bookable(closes.closed_through) ||
        !hf_date_is_bookable(closes.ever_closed_through) || closes.ever_closed_through < closes.closed_through)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the closes record is out of range: \"%.80s\" %d %d",
                            message->mine_id, closes.closed_through, closes.ever_closed_through);
    reader->closes(reader->context, message->mine_id, &closes);
    return HF_OK;
}

static int read_day(const Headframe__Day *day, enum hf_line_kind kind, const struct hf_day_reader *reader,
                    struct hf_error *error)
{
    int result = HF_OK;
    if (!hf_is_identifier(day->mine_id, strlen(day->mine_id)) || !hf_date_is_bookable(day->date))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the day record names no mine and date: \"%.80s\" %d",
                            day->mine_id, day->date);
    reader->begin(reader->context, day->mine_id, day->date);
    if (kind == HF_LINES_PRODUCTION)
        for (size_t i = 0; result == HF_OK && i < day->n_production; i++)
            result = read_production(day->production[i], reader, error);
    else
        for (size_t i = 0; result == HF_OK && i < day->n_costs; i++)
            result = read_cost(day->costs[i], reader, error);
    for (size_t i = 0; result == HF_OK && i < day->n_restated; i++)
        result = read_restated(day->date, day->restated[i], reader, error);
    return result;
}

int hf_day_decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, const struct hf_day_reader *reader,
                  struct hf_error *error)
{
    Headframe__DaysRecord *record = headframe__days_record__unpack(NULL, length, bytes);
    int result = HF_OK;
    if (!record)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the bytes are not a days record");
    if (record->format_version < 1 || record->format_version > HF_DAYS_FORMAT)
        result = hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                              "the record has days format %u, newer than this version reads (%d): run the version "
                              "that wrote it or a later one; nothing was changed",
                              record->format_version, HF_DAYS_FORMAT);
    else if (record->body_case == HEADFRAME__DAYS_RECORD__BODY_DAY)
        result = read_day(record->day, kind, reader, error);
    else if (record->body_case == HEADFRAME__DAYS_RECORD__BODY_CLOSES)
        result = read_closes(record->closes, reader, error);
    else if (record->body_case == HEADFRAME__DAYS_RECORD__BODY_CONTROL)
        reader->control(reader->context, &(struct hf_control){.input_offset = record->control->input_offset,
                                                              .input_partitions = record->control->input_partitions,
                                                              .hash_seed = record->control->hash_seed});
    else
        result = hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                              "the days record is neither a day nor closes nor a control");
    headframe__days_record__free_unpacked(record, NULL);
    return result;
}
