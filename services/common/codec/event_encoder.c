/* SPDX-License-Identifier: Apache-2.0 */
/* Writes input records with Avro C's own writer, so that the decoder is never tested against itself. */
#include <avro.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/event.h"
#include "headframe/vocabulary.h"

enum { FRAME_LENGTH = 5, BUFFER_LENGTH = 64 * 1024 };

struct encoding {
    avro_value_t record;
    const struct hf_schema *schema;
    struct hf_error *error;
    int result;
};

static int field(struct encoding *encoding, const char *name, avro_value_t *out)
{
    if (avro_value_get_by_name(&encoding->record, name, out, NULL) == 0)
        return 1;
    encoding->result = hf_error_set(encoding->error, HF_ENOENT, HF_ACTION_FATAL, "schema %u has no field %s",
                                    encoding->schema->id, name);
    return 0;
}

static void put_text(struct encoding *encoding, const char *name, struct hf_text text)
{
    avro_value_t value, branch;
    if (!field(encoding, name, &value))
        return;
    if (avro_value_get_type(&value) == AVRO_UNION) { /* ["null", "string"] in our schemas */
        if (avro_value_set_branch(&value, text.data ? 1 : 0, &branch) != 0) {
            encoding->result = hf_error_set(encoding->error, HF_EINVAL, HF_ACTION_FATAL,
                                            "schema %u has no [null, string] at %s", encoding->schema->id, name);
            return;
        }
        if (!text.data) {
            avro_value_set_null(&branch);
            return;
        }
        value = branch;
    }
    g_autofree char *copy = g_malloc0(text.length + 1); /* a text may hold NULs */
    if (text.length > 0)
        memcpy(copy, text.data, text.length);
    avro_value_set_string_len(&value, copy, text.length + 1);
}

static void put_int(struct encoding *encoding, const char *name, int32_t number)
{
    avro_value_t value;
    if (field(encoding, name, &value))
        avro_value_set_int(&value, number);
}

static void put_long(struct encoding *encoding, const char *name, int64_t number)
{
    avro_value_t value;
    if (field(encoding, name, &value))
        avro_value_set_long(&value, number);
}

static void put_boolean(struct encoding *encoding, const char *name, int truth)
{
    avro_value_t value;
    if (field(encoding, name, &value))
        avro_value_set_boolean(&value, truth);
}

static void put_enum(struct encoding *encoding, const char *name, const char *symbol)
{
    avro_value_t value;
    if (!field(encoding, name, &value))
        return;
    int index = avro_schema_enum_get_by_name(avro_value_get_schema(&value), symbol);
    if (index < 0)
        encoding->result = hf_error_set(encoding->error, HF_EINVAL, HF_ACTION_BAD_INPUT, "schema %u has no %s \"%s\"",
                                        encoding->schema->id, name, symbol);
    else
        avro_value_set_enum(&value, index);
}

static void put_decimal(struct encoding *encoding, const char *name, hf_int128 micro)
{
    avro_value_t value;
    uint8_t bytes[16];
    hf_int128 read_back;
    int scale = hf_schema_decimal_scale(encoding->schema, name);
    if (!field(encoding, name, &value))
        return;
    if (scale < 0 || scale > HF_MICRO_DIGITS) {
        encoding->result = hf_error_set(encoding->error, HF_EINVAL, HF_ACTION_FATAL,
                                        "%s of schema %u is not a decimal of scale 0 to 6", name, encoding->schema->id);
        return;
    }
    for (; scale < HF_MICRO_DIGITS; scale++) {
        if (micro % 10 != 0) {
            encoding->result = hf_error_set(encoding->error, HF_ERANGE, HF_ACTION_BAD_INPUT,
                                            "%s has more decimals than schema %u keeps", name, encoding->schema->id);
            return;
        }
        micro /= 10;
    }
    size_t length = hf_decimal_to_bytes(micro, bytes);
    if (hf_decimal_from_bytes(bytes, length, &read_back) != HF_OK) {
        encoding->result =
            hf_error_set(encoding->error, HF_ERANGE, HF_ACTION_BAD_INPUT,
                         "%s has more than 28 digits at the scale of schema %u", name, encoding->schema->id);
        return;
    }
    avro_value_set_bytes(&value, bytes, length);
}

static void put_fact(struct encoding *encoding, const struct hf_event *event)
{
    put_text(encoding, "event_id", event->event_id);
    put_int(encoding, "revision", event->revision);
    put_boolean(encoding, "voided", event->voided);
    put_text(encoding, "mine_id", event->mine_id);
    put_text(encoding, "source", event->source);
}

static void put_event(struct encoding *encoding, const struct hf_event *event)
{
    switch (event->type) {
    case HF_EVENT_PRODUCTION:
        put_fact(encoding, event);
        put_long(encoding, "occurred_at", event->occurred_at_ms);
        put_text(encoding, "material", event->material);
        put_enum(encoding, "stage", hf_stage_name((enum hf_stage)event->stage));
        put_decimal(encoding, "quantity", event->micro);
        put_enum(encoding, "unit", hf_unit_name((enum hf_unit)event->unit));
        put_enum(encoding, "quality", hf_quality_name((enum hf_quality)event->quality));
        break;
    case HF_EVENT_COST:
        put_fact(encoding, event);
        put_int(encoding, "from", event->from);
        put_int(encoding, "through", event->through);
        put_enum(encoding, "element", hf_element_name((enum hf_element)event->element));
        put_text(encoding, "metal", event->metal);
        put_decimal(encoding, "amount", event->micro);
        put_text(encoding, "currency", event->currency);
        break;
    case HF_EVENT_PERIOD_CLOSE:
        put_text(encoding, "mine_id", event->mine_id);
        put_int(encoding, "closed_through", event->closed_through);
        put_text(encoding, "by", event->by);
        put_long(encoding, "at", event->at_ms);
        break;
    default:
        put_text(encoding, "mine_id", event->mine_id);
        put_text(encoding, "event_id", event->event_id);
        put_int(encoding, "revision", event->revision);
        put_boolean(encoding, "accept", event->accept);
        put_text(encoding, "by", event->by);
        put_long(encoding, "at", event->at_ms);
        break;
    }
}

static int write_framed(struct encoding *encoding, uint8_t **out_bytes, size_t *out_length)
{
    static _Thread_local char body[BUFFER_LENGTH];
    uint32_t id = encoding->schema->id;
    avro_writer_t writer = avro_writer_memory(body, BUFFER_LENGTH);
    int failed = avro_value_write(writer, &encoding->record);
    size_t length = (size_t)avro_writer_tell(writer);
    avro_writer_free(writer);
    if (failed)
        return hf_error_set(encoding->error, HF_ERANGE, HF_ACTION_BAD_INPUT, "the record is too large: %s",
                            avro_strerror());
    uint8_t *bytes = malloc(FRAME_LENGTH + length);
    if (!bytes)
        abort();
    memcpy(bytes, (uint8_t[]){0, (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id},
           FRAME_LENGTH);
    memcpy(bytes + FRAME_LENGTH, body, length);
    *out_bytes = bytes;
    *out_length = FRAME_LENGTH + length;
    return HF_OK;
}

/* Avro C's class of a schema takes long to make and is kept with it; the store's schemas are shared by threads. */
static avro_value_iface_t *value_class(const struct hf_schema *schema)
{
    gsize *once = (gsize *)&schema->value_class;
    if (g_once_init_enter(once))
        g_once_init_leave(once, (gsize)avro_generic_class_from_schema(schema->schema));
    return schema->value_class;
}

int hf_event_encode(const struct hf_schema_store *store, const struct hf_event *event, uint8_t **out_bytes,
                    size_t *out_length, struct hf_error *error)
{
    char name[64];
    g_snprintf(name, sizeof name, "headframe.%s", hf_event_type_name(event->type));
    struct encoding encoding = {.schema = hf_schema_store_find(store, name), .error = error};
    if (!encoding.schema)
        return hf_error_set(error, HF_ENOENT, HF_ACTION_FATAL, "no schema file holds %s", name);
    avro_generic_value_new(value_class(encoding.schema), &encoding.record);
    put_event(&encoding, event);
    int result = encoding.result == HF_OK ? write_framed(&encoding, out_bytes, out_length) : encoding.result;
    avro_value_decref(&encoding.record);
    return result;
}
