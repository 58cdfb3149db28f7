/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what each field of an input record may look like, in tables that reading and writing share. */
#include "event_json.h"

#include <glib.h>
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/reference.h"
#include "headframe/vocabulary.h"
#include "iso_time.h"
#include "json_fields.h"

enum field_kind { IDENTIFIER, TEXT, WHOLE, BOOLEAN, TIME, DATE, DECIMAL, STAGE, UNIT, QUALITY, ELEMENT };

struct field {
    const char *name;
    size_t offset; /* in struct hf_event */
    enum field_kind kind;
    int is_optional;
};

#define AT(member) offsetof(struct hf_event, member)

static const struct field production_fields[] = {
    {"event_id", AT(event_id), IDENTIFIER, 0},
    {"revision", AT(revision), WHOLE, 1},
    {"voided", AT(voided), BOOLEAN, 1},
    {"mine_id", AT(mine_id), IDENTIFIER, 0},
    {"occurred_at", AT(occurred_at_ms), TIME, 0},
    {"material", AT(material), TEXT, 0},
    {"stage", AT(stage), STAGE, 0},
    {"quantity", AT(micro), DECIMAL, 0},
    {"unit", AT(unit), UNIT, 0},
    {"quality", AT(quality), QUALITY, 0},
    {"source", AT(source), TEXT, 1},
    {NULL, 0, TEXT, 0},
};

static const struct field cost_fields[] = {
    {"event_id", AT(event_id), IDENTIFIER, 0}, {"revision", AT(revision), WHOLE, 1}, {"voided", AT(voided), BOOLEAN, 1},
    {"mine_id", AT(mine_id), IDENTIFIER, 0},   {"from", AT(from), DATE, 0},          {"through", AT(through), DATE, 0},
    {"element", AT(element), ELEMENT, 0},      {"metal", AT(metal), TEXT, 1},        {"amount", AT(micro), DECIMAL, 0},
    {"currency", AT(currency), TEXT, 0},       {"source", AT(source), TEXT, 1},      {NULL, 0, TEXT, 0},
};

static const struct field close_fields[] = {
    {"mine_id", AT(mine_id), IDENTIFIER, 0},
    {"closed_through", AT(closed_through), DATE, 0},
    {"by", AT(by), TEXT, 0},
    {"at", AT(at_ms), TIME, 0},
    {NULL, 0, TEXT, 0},
};

static const struct field decision_fields[] = {
    {"mine_id", AT(mine_id), IDENTIFIER, 0},
    {"event_id", AT(event_id), IDENTIFIER, 0},
    {"revision", AT(revision), WHOLE, 0},
    {"accept", AT(accept), BOOLEAN, 0},
    {"by", AT(by), TEXT, 0},
    {"at", AT(at_ms), TIME, 0},
    {NULL, 0, TEXT, 0},
};

static const struct field *const fields_of[HF_EVENT_TYPE_COUNT] = {
    [HF_EVENT_PRODUCTION] = production_fields,
    [HF_EVENT_COST] = cost_fields,
    [HF_EVENT_PERIOD_CLOSE] = close_fields,
    [HF_EVENT_QUARANTINE_DECISION] = decision_fields,
};

/* --- which type ------------------------------------------------------------------------------------------------- */

int hf_event_type_find(const char *name)
{
    for (int i = 0; i < HF_EVENT_TYPE_COUNT; i++)
        if (strcmp(hf_event_type_name((enum hf_event_type)i), name) == 0)
            return i;
    return -1;
}

int hf_event_type_fits(enum hf_event_type type, enum hf_topic topic)
{
    return (type != HF_EVENT_PRODUCTION || topic == HF_TOPIC_PRODUCTION) &&
           (type != HF_EVENT_COST || topic == HF_TOPIC_COSTS);
}

int hf_event_json_type(const json_t *record, enum hf_topic topic, int asked_type, enum hf_event_type *out_type,
                       struct hf_error *error)
{
    const json_t *stated = json_object_get(record, "type");
    const char *name = json_string_value(stated);
    int type = asked_type;
    if (stated && (!name || hf_event_type_find(name) < 0))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "type: expected ProductionEvent, CostEvent, PeriodClose or QuarantineDecision");
    if (name && asked_type >= 0 && hf_event_type_find(name) != asked_type)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "type: is %s, but --type says %s", name,
                            hf_event_type_name((enum hf_event_type)asked_type));
    if (type < 0 && name)
        type = hf_event_type_find(name);
    else if (type < 0 && json_object_get(record, "closed_through"))
        type = HF_EVENT_PERIOD_CLOSE;
    else if (type < 0 && json_object_get(record, "accept"))
        type = HF_EVENT_QUARANTINE_DECISION;
    else if (type < 0)
        type = topic == HF_TOPIC_PRODUCTION ? HF_EVENT_PRODUCTION : HF_EVENT_COST;
    *out_type = (enum hf_event_type)type;
    if (!hf_event_type_fits(*out_type, topic))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "type: a %s does not belong on %s",
                            hf_event_type_name(*out_type), hf_topic_info(topic)->name);
    return HF_OK;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

struct reading {
    struct hf_event *event;
    int is_text;
    struct hf_error *error;
};

static int expected(const struct reading *reading, const json_t *value, const char *what)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    hf_error_set(reading->error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%.80s is not %s", text ? text : "this", what);
    free(text);
    return HF_EINVAL;
}

static int read_whole(const struct reading *reading, const json_t *value, int32_t *out)
{
    char *end = NULL;
    json_int_t number = -1;
    if (json_is_integer(value))
        number = json_integer_value(value);
    else if (reading->is_text && g_ascii_isdigit(*json_string_value(value)))
        number = g_ascii_strtoll(json_string_value(value), &end, 10);
    if (number < 0 || number > INT32_MAX || (end && *end))
        return expected(reading, value, "a whole number from 0 to 2147483647");
    *out = (int32_t)number;
    return HF_OK;
}

static int read_boolean(const struct reading *reading, const json_t *value, int *out)
{
    const char *text = reading->is_text ? json_string_value(value) : "";
    if (!json_is_boolean(value) && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return expected(reading, value, "true or false");
    *out = json_is_true(value) || strcmp(text, "true") == 0;
    return HF_OK;
}

static int read_time(const struct reading *reading, const json_t *value, int64_t *out)
{
    const char *text = json_string_value(value);
    if (!text) /* a bare number could count seconds, milliseconds, or be a date without its dashes */
        return expected(reading, value, "a time in ISO 8601");
    return hf_iso_time_parse(text, json_string_length(value), out, reading->error);
}

static int read_date(const struct reading *reading, const json_t *value, int32_t *out)
{
    if (!json_is_string(value) ||
        hf_date_parse(json_string_value(value), json_string_length(value), out, NULL) != HF_OK)
        return expected(reading, value, "a date (YYYY-MM-DD)");
    return HF_OK;
}

static int read_decimal(const struct reading *reading, const json_t *value, hf_int128 *out)
{
    char integer[24];
    if (json_is_integer(value)) {
        g_snprintf(integer, sizeof integer, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return hf_decimal_parse(integer, strlen(integer), HF_MICRO_DIGITS, out, reading->error);
    }
    if (!json_is_string(value))
        return expected(reading, value, "a decimal number");
    return hf_decimal_parse(json_string_value(value), json_string_length(value), HF_MICRO_DIGITS, out, reading->error);
}

static int read_text(const struct reading *reading, const json_t *value, int is_identifier, struct hf_text *out)
{
    if (!json_is_string(value))
        return expected(reading, value, "a string");
    *out = (struct hf_text){json_string_value(value), json_string_length(value)};
    if (is_identifier && !hf_is_identifier(out->data, out->length))
        return expected(reading, value, "an identifier (1 to 64 bytes without control characters and '|')");
    return HF_OK;
}

static int read_word(const struct reading *reading, const json_t *value, int (*find)(const char *, size_t),
                     const char *what, int *out)
{
    int word = json_is_string(value) ? find(json_string_value(value), json_string_length(value)) : -1;
    if (word < 0)
        return expected(reading, value, what);
    *out = word;
    return HF_OK;
}

static int read_field(const struct reading *reading, const struct field *field, const json_t *value)
{
    void *to = (char *)reading->event + field->offset;
    switch (field->kind) {
    case IDENTIFIER:
    case TEXT:
        return read_text(reading, value, field->kind == IDENTIFIER, to);
    case WHOLE:
        return read_whole(reading, value, to);
    case BOOLEAN:
        return read_boolean(reading, value, to);
    case TIME:
        return read_time(reading, value, to);
    case DATE:
        return read_date(reading, value, to);
    case DECIMAL:
        return read_decimal(reading, value, to);
    case STAGE:
        return read_word(reading, value, hf_stage_find, "MINED, MILLED, CONTAINED, PRODUCED, PAYABLE or SOLD", to);
    case UNIT:
        return read_word(reading, value, hf_unit_find, "OZT, LB, KG, G, T or ST", to);
    case QUALITY:
        return read_word(reading, value, hf_quality_find, "ESTIMATE, WEIGHED, ASSAYED or SETTLED", to);
    case ELEMENT:
        return read_word(reading, value, hf_element_find, "a cost element, such as MINING or BY_PRODUCT_CREDIT", to);
    }
    return HF_EINVAL;
}

static int find_field(const struct field *fields, const char *name)
{
    for (int i = 0; fields[i].name; i++)
        if (strcmp(fields[i].name, name) == 0)
            return i;
    return -1;
}

int hf_event_json_read(const json_t *record, enum hf_event_type type, int is_text, struct hf_event *out_event,
                       struct hf_error *error)
{
    const struct field *fields = fields_of[type];
    struct hf_event event = {.type = type};
    struct reading reading = {&event, is_text, error};
    unsigned seen = 0; /* a bit for each field */
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)record, name, value)
    {
        int i = find_field(fields, name);
        if (strcmp(name, "type") == 0)
            continue;
        if (i < 0)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%.80s: a %s has no such field", name,
                                hf_event_type_name(type));
        if (json_is_null(value) && fields[i].is_optional && fields[i].kind == TEXT)
            continue;
        if (read_field(&reading, &fields[i], value) != HF_OK) {
            hf_error_prefix(error, "%s", name);
            return HF_EINVAL;
        }
        seen |= 1U << i;
    }
    for (int i = 0; fields[i].name; i++)
        if (!fields[i].is_optional && !(seen & 1U << i))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s: is missing", fields[i].name);
    *out_event = event;
    return HF_OK;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static void write_field(struct hf_json_writer *writer, const struct field *field, const struct hf_event *event)
{
    const void *from = (const char *)event + field->offset;
    switch (field->kind) {
    case IDENTIFIER:
    case TEXT:
        hf_json_text_field(writer, field->name, ((const struct hf_text *)from)->data,
                           ((const struct hf_text *)from)->length);
        break;
    case WHOLE:
        hf_json_integer(writer, field->name, *(const int32_t *)from);
        break;
    case BOOLEAN:
        hf_json_boolean(writer, field->name, *(const int *)from);
        break;
    case TIME:
        hf_json_time_field(writer, field->name, *(const int64_t *)from);
        break;
    case DATE:
        hf_json_date_field(writer, field->name, *(const int32_t *)from);
        break;
    case DECIMAL:
        hf_json_scaled_field(writer, field->name, *(const hf_int128 *)from, HF_MICRO_DIGITS, 0);
        break;
    case STAGE:
        hf_json_string(writer, field->name, hf_stage_name(*(const int *)from));
        break;
    case UNIT:
        hf_json_string(writer, field->name, hf_unit_name(*(const int *)from));
        break;
    case QUALITY:
        hf_json_string(writer, field->name, hf_quality_name(*(const int *)from));
        break;
    case ELEMENT:
        hf_json_string(writer, field->name, hf_element_name(*(const int *)from));
        break;
    }
}

void hf_event_json_write(struct hf_json_writer *writer, const char *key, const struct hf_event *event)
{
    hf_json_begin_object(writer, key);
    hf_json_string(writer, "type", hf_event_type_name(event->type));
    for (const struct field *field = fields_of[event->type]; field->name; field++)
        write_field(writer, field, event);
    hf_json_end_object(writer);
}
