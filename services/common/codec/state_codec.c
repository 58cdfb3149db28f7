/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how the fact ledger is cut into records, and reads those of format 1. */
#include "headframe/state_codec.h"

#include <stdlib.h>
#include <string.h>

#include "state_tables.h"

/* --- keys ------------------------------------------------------------------------------------------------------- */

#define SEGMENT_PREFIX "|segment|"
#define HELD_PREFIX "|held|"
enum { ID_DIGITS = 32 };

size_t hf_segment_key(struct hf_segment_place place, char buffer[HF_STATE_KEY])
{
    return (size_t)g_snprintf(buffer, HF_STATE_KEY, SEGMENT_PREFIX "%lld|%u", (long long)place.offset, place.part);
}

size_t hf_held_key(struct hf_held_part part, char buffer[HF_STATE_KEY])
{
    int length = g_snprintf(buffer, HF_STATE_KEY, HELD_PREFIX "%016llx%016llx", (unsigned long long)part.id.high,
                            (unsigned long long)part.id.low);
    if (part.number != HF_HELD_ALL)
        length += g_snprintf(buffer + length, (gulong)(HF_STATE_KEY - length), "|%u", part.number);
    return (size_t)length;
}

/* Reads digits of base, which must not run over; returns where they end, NULL where there are none. */
static const char *read_number(const char *text, int base, uint64_t limit, uint64_t *out)
{
    char *end;
    if (!g_ascii_isxdigit(*text))
        return NULL;
    *out = g_ascii_strtoull(text, &end, (guint)base);
    return end != text && *out <= limit ? end : NULL;
}

static int parse_place(const char *text, struct hf_segment_place *out)
{
    uint64_t offset, part;
    const char *end = read_number(text, 10, INT64_MAX, &offset);
    if (!end || *end != '|' || !(end = read_number(end + 1, 10, UINT32_MAX, &part)) || *end)
        return 0;
    *out = (struct hf_segment_place){(int64_t)offset, (unsigned)part};
    return 1;
}

static int parse_id(const char *text, struct hf_fact_id *out)
{
    char high[ID_DIGITS / 2 + 1] = {0}, low[ID_DIGITS / 2 + 1] = {0};
    if (strspn(text, "0123456789abcdef") != ID_DIGITS)
        return 0;
    memcpy(high, text, ID_DIGITS / 2);
    memcpy(low, text + ID_DIGITS / 2, ID_DIGITS / 2);
    return read_number(high, 16, UINT64_MAX, &out->high) && read_number(low, 16, UINT64_MAX, &out->low);
}

static int parse_part(const char *text, struct hf_held_part *out)
{
    struct hf_held_part part = {.number = HF_HELD_ALL};
    uint64_t number;
    if (!parse_id(text, &part.id))
        return 0;
    text += ID_DIGITS;
    if (*text) {
        const char *end = *text == '|' ? read_number(text + 1, 10, INT32_MAX / HF_HELD_PART, &number) : NULL;
        if (!end || *end)
            return 0;
        part.number = (uint32_t)number;
    }
    *out = part;
    return 1;
}

enum hf_state_key hf_state_key_parse(const char *key, size_t length, struct hf_segment_place *out_place,
                                     struct hf_held_part *out_part)
{
    char text[HF_STATE_KEY];
    if (length >= sizeof text)
        return HF_STATE_KEY_OTHER;
    memcpy(text, key, length);
    text[length] = '\0';
    if (strlen(text) != length)
        return HF_STATE_KEY_OTHER;
    if (g_str_has_prefix(text, SEGMENT_PREFIX) && parse_place(text + strlen(SEGMENT_PREFIX), out_place))
        return HF_STATE_KEY_SEGMENT;
    if (g_str_has_prefix(text, HELD_PREFIX) && parse_part(text + strlen(HELD_PREFIX), out_part))
        return HF_STATE_KEY_HELD;
    return HF_STATE_KEY_OTHER;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

void state_pack(Headframe__StateRecord *record, uint8_t **out_bytes, size_t *out_length)
{
    record->format_version = HF_STATE_FORMAT;
    size_t length = headframe__state_record__get_packed_size(record);
    uint8_t *bytes = malloc(length ? length : 1);
    if (!bytes)
        abort();
    *out_length = headframe__state_record__pack(record, bytes);
    *out_bytes = bytes;
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
    message->later = state_later(fact);
}

_Static_assert((int)HF_FACT_STANDING == (int)HEADFRAME__FACT_STATUS__STANDING &&
                   (int)HF_FACT_WAITING == (int)HEADFRAME__FACT_STATUS__WAITING &&
                   (int)HF_FACT_REJECTED == (int)HEADFRAME__FACT_STATUS__REJECTED &&
                   (int)HF_FACT_DECIDED == (int)HEADFRAME__FACT_STATUS__DECIDED,
               "statuses have the numbers of state.proto");

void hf_held_encode(const struct hf_fact *versions, size_t count, enum hf_line_kind kind, hf_segment_mine *mine_id,
                    void *context, uint8_t **out_bytes, size_t *out_length)
{
    struct written_tables tables;
    g_autofree Headframe__Fact *messages = g_new(Headframe__Fact, count + 1);
    g_autofree Headframe__Fact **message_pointers = g_new(Headframe__Fact *, count + 1);
    Headframe__Versions held = HEADFRAME__VERSIONS__INIT;
    written_tables_init(&tables, versions, count, kind, mine_id, context);
    for (size_t i = 0; i < count; i++) {
        describe_fact(&messages[i], &versions[i], tables.line_places[i], tables.mine_places[i]);
        message_pointers[i] = &messages[i];
    }
    held.n_mines = tables.mines->len;
    held.mines = (char **)tables.mines->pdata;
    held.n_lines = tables.line_count;
    held.lines = tables.line_pointers;
    held.n_facts = count;
    held.facts = message_pointers;
    Headframe__StateRecord record = HEADFRAME__STATE_RECORD__INIT;
    record.body_case = HEADFRAME__STATE_RECORD__BODY_HELD;
    record.held = &held;
    state_pack(&record, out_bytes, out_length);
    written_tables_fini(&tables);
}

void hf_state_encode_control(const struct hf_control *control, uint8_t **out_bytes, size_t *out_length)
{
    Headframe__Control message = HEADFRAME__CONTROL__INIT;
    message.input_offset = control->input_offset;
    message.input_partitions = control->input_partitions;
    message.hash_seed = control->hash_seed;
    message.horizon_days = control->horizon_days;
    Headframe__StateRecord record = HEADFRAME__STATE_RECORD__INIT;
    record.body_case = HEADFRAME__STATE_RECORD__BODY_CONTROL;
    record.control = &message;
    state_pack(&record, out_bytes, out_length);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* The fact without its mine and line; returns 0 where a field is out of range. */
static int read_fact(const Headframe__Fact *message, struct hf_fact *out)
{
    *out = (struct hf_fact){
        .id = {message->id_high, message->id_low},
        .digest = message->digest,
        .revision = message->revision,
        .voided = message->voided,
        .effect = {.amount = (hf_int128)((hf_uint128)(hf_int128)message->amount_high << 64 | message->amount_low),
                   .date = message->date},
        .status = (enum hf_fact_status)message->status,
    };
    return out->status >= HF_FACT_STANDING && out->status <= HF_FACT_DECIDED &&
           state_complete(out, message->days, message->later);
}

static int read_facts(const Headframe__Versions *versions, const struct read_tables *tables, int is_held,
                      const struct hf_state_reader *reader, struct hf_error *error)
{
    for (size_t i = 0; i < versions->n_facts; i++) {
        const Headframe__Fact *message = versions->facts[i];
        struct hf_fact fact;
        if (message->line >= tables->line_count || message->mine >= tables->mine_count)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment has no line or no mine");
        if (!read_fact(message, &fact) ||
            (is_held && fact.status != HF_FACT_WAITING && fact.status != HF_FACT_REJECTED))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "a fact of the segment is out of range");
        fact.effect.line = tables->lines[message->line];
        fact.mine = tables->mines[message->mine];
        reader->fact(reader->context, &fact);
    }
    return HF_OK;
}

static int read_versions(const Headframe__Versions *versions, enum hf_state_record what, enum hf_line_kind kind,
                         const struct hf_state_reader *reader, struct hf_error *error)
{
    struct read_tables tables;
    int result = read_tables_init(&tables, versions->lines, versions->n_lines, versions->mines, versions->n_mines, kind,
                                  reader, error);
    if (reader->begin && result == HF_OK)
        reader->begin(reader->context, what, versions->n_facts);
    if (result == HF_OK)
        result = read_facts(versions, &tables, what == HF_STATE_HELD, reader, error);
    read_tables_fini(&tables);
    return result;
}

static int read_record(const Headframe__StateRecord *record, enum hf_line_kind kind,
                       const struct hf_state_reader *reader, struct hf_error *error)
{
    const Headframe__Control *control = record->control;
    int is_first = record->format_version == 1;
    if (record->body_case == HEADFRAME__STATE_RECORD__BODY_CONTROL) {
        reader->control(reader->context,
                        &(struct hf_control){control->input_offset, control->input_partitions, control->hash_seed,
                                             control->horizon_days},
                        record->format_version);
        return HF_OK;
    }
    if (is_first && record->body_case == HEADFRAME__STATE_RECORD__BODY_VERSIONS)
        return read_versions(record->versions, HF_STATE_VERSIONS, kind, reader, error);
    if (!is_first && record->body_case == HEADFRAME__STATE_RECORD__BODY_SEGMENT)
        return segment_read(record->segment, kind, reader, error);
    if (!is_first && record->body_case == HEADFRAME__STATE_RECORD__BODY_HELD)
        return read_versions(record->held, HF_STATE_HELD, kind, reader, error);
    return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                        "the state record of format %u is neither a segment nor held versions nor a control",
                        record->format_version);
}

int hf_state_decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, const struct hf_state_reader *reader,
                    struct hf_error *error)
{
    Headframe__StateRecord *record = headframe__state_record__unpack(NULL, length, bytes);
    int result = HF_OK;
    if (!record)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the bytes are not a state record");
    if (record->format_version < 1 || record->format_version > HF_STATE_FORMAT)
        result = hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                              "the record has state format %u, newer than this version reads (%d): run the version "
                              "that wrote it or a later one; nothing was changed",
                              record->format_version, HF_STATE_FORMAT);
    else
        result = read_record(record, kind, reader, error);
    headframe__state_record__free_unpacked(record, NULL);
    return result;
}
