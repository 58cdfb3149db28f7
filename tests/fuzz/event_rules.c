/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what Avro C may read that we refuse: bytes that no writer writes, and contents that the contract refuses. */
#include "event_rules.h"

#include <stdlib.h>
#include <string.h>

#include "../unit/codec/oracle.h"
#include "fuzz.h"
#include "headframe/vocabulary.h"

enum { FRAME_LENGTH = 5, SCHEMA_DEPTH = 12, ALLOCATION_LIMIT = 1 << 20, ENCODER_LIMIT = 60000 };

const struct hf_schema_store *event_rules_shipped(void)
{
    static struct hf_schema_store *store;
    struct hf_error error = {0};
    if (!store && hf_schema_store_new(HEADFRAME_SCHEMAS, &store, &error) != HF_OK)
        fuzz_fail(error.text, __FILE__, __LINE__);
    return store;
}

/* What Avro C has allocated, in a list. Its readers and its parser forget memory where an input ends too soon, so what is
 * left of a section is released with it. */
struct chunk {
    struct chunk *previous, *next;
    size_t section, unused; /* 32 bytes: what follows is aligned */
};

static struct {
    struct chunk head;
    size_t section; /* the one that is open, of those within each other; 0: none */
} avro_memory = {{&avro_memory.head, &avro_memory.head, 0, 0}, 0};

static void unlink_chunk(struct chunk *chunk)
{
    chunk->previous->next = chunk->next;
    chunk->next->previous = chunk->previous;
}

static void link_chunk(struct chunk *chunk)
{
    chunk->previous = avro_memory.head.previous;
    chunk->next = &avro_memory.head;
    chunk->previous->next = chunk->next->previous = chunk;
}

static void *allocate(void *context, void *memory, size_t old_size, size_t new_size)
{
    struct chunk *chunk = memory ? (struct chunk *)memory - 1 : NULL;
    size_t section = chunk ? chunk->section : avro_memory.section;
    (void)context, (void)old_size;
    if (new_size > ALLOCATION_LIMIT)
        return NULL;
    if (chunk)
        unlink_chunk(chunk);
    if (new_size == 0) {
        free(chunk);
        return NULL;
    }
    struct chunk *moved = realloc(chunk, sizeof *chunk + new_size);
    HOLD(moved);
    chunk = moved;
    chunk->section = section;
    link_chunk(chunk);
    return chunk + 1;
}

/* What is allocated once, for ever, must not be in a section. */
void event_rules_bound_avro(void)
{
    static int is_bound;
    if (is_bound)
        return;
    is_bound = 1;
    avro_set_allocator(allocate, NULL);
    (void)avro_strerror();
    for (int type = 0; type < HF_EVENT_TYPE_COUNT; type++) {
        const struct hf_event empty = {.type = (enum hf_event_type)type};
        struct hf_error error = {0};
        uint8_t *bytes = NULL;
        size_t length;
        HOLD(hf_event_encode(event_rules_shipped(), &empty, &bytes, &length, &error) == HF_OK);
        free(bytes);
    }
}

void event_rules_begin_avro(void)
{
    avro_memory.section++;
}

size_t event_rules_end_avro(void)
{
    size_t count = 0;
    for (struct chunk *chunk = avro_memory.head.next, *next; chunk != &avro_memory.head; chunk = next) {
        next = chunk->next;
        if (chunk->section != avro_memory.section)
            continue;
        unlink_chunk(chunk);
        free(chunk);
        count++;
    }
    avro_memory.section--;
    return count;
}

/* --- events -------------------------------------------------------------------------------------------------------- */

static int is_same_text(struct hf_text a, struct hf_text b)
{
    if (!a.data || !b.data)
        return a.data == b.data;
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static int is_same(const struct hf_event *a, const struct hf_event *b)
{
    return a->type == b->type && is_same_text(a->event_id, b->event_id) && is_same_text(a->mine_id, b->mine_id) &&
           a->revision == b->revision && a->voided == b->voided && is_same_text(a->source, b->source) &&
           a->occurred_at_ms == b->occurred_at_ms && is_same_text(a->material, b->material) && a->stage == b->stage &&
           a->unit == b->unit && a->quality == b->quality && a->from == b->from && a->through == b->through &&
           a->element == b->element && is_same_text(a->metal, b->metal) && is_same_text(a->currency, b->currency) &&
           a->micro == b->micro && a->closed_through == b->closed_through && a->accept == b->accept &&
           is_same_text(a->by, b->by) && a->at_ms == b->at_ms;
}

static void hold_inside(struct hf_text text, const uint8_t *bytes, size_t length)
{
    const char *begin = (const char *)bytes, *end = begin + length;
    if (text.data)
        HOLD(text.data >= begin && text.data <= end && text.length <= (size_t)(end - text.data));
    else
        HOLD(text.length == 0);
}

static void hold_event(const struct hf_event *event, const uint8_t *bytes, size_t length)
{
    const struct hf_text texts[] = {event->event_id, event->mine_id,  event->source, event->material,
                                    event->metal,    event->currency, event->by};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        hold_inside(texts[i], bytes, length);
    HOLD(event->type >= 0 && event->type < HF_EVENT_TYPE_COUNT);
    HOLD(event->stage >= 0 && event->stage < HF_STAGE_COUNT && event->unit >= 0 && event->unit < HF_UNIT_COUNT);
    HOLD(event->quality >= 0 && event->quality < HF_QUALITY_COUNT);
    HOLD(event->element >= 0 && event->element < HF_ELEMENT_COUNT);
    HOLD((event->voided | event->accept | 1) == 1);
}

/* Below 10^28: what a decimal of scale 6 can hold. */
static int fits_shipped_scale(hf_int128 micro)
{
    hf_int128 limit = hf_amount_limit() / 100000;
    return micro < limit && micro > -limit;
}

static void hold_round_trip(const struct hf_event *event)
{
    static struct hf_event_decoder *decoder;
    struct hf_event again;
    struct hf_refusal refusal = {0};
    struct hf_error error = {0};
    uint8_t *bytes;
    size_t length;
    if (!decoder)
        decoder = hf_event_decoder_new(event_rules_shipped());
    if (hf_event_encode(event_rules_shipped(), event, &bytes, &length, &error) != HF_OK) {
        fuzz_hold_error(&error);
        HOLD(!fits_shipped_scale(event->micro) ||
             event->event_id.length + event->mine_id.length + event->source.length + event->material.length +
                     event->metal.length + event->currency.length + event->by.length >
                 ENCODER_LIMIT);
        return;
    }
    HOLD(hf_event_decode(decoder, bytes, length, &again, &refusal) == HF_OK && is_same(event, &again));
    free(bytes);
}

/* --- the oracle ---------------------------------------------------------------------------------------------------- */

/* The least bytes that a value takes; more than any input for a type that contains itself. */
static size_t least_bytes(avro_schema_t schema, int depth)
{
    size_t sum = 0;
    if (depth > SCHEMA_DEPTH)
        return SIZE_MAX / 4096;
    switch (avro_typeof(schema)) {
    case AVRO_LINK:
        return least_bytes(avro_schema_link_target(schema), depth + 1);
    case AVRO_NULL:
        return 0;
    case AVRO_FIXED:
        return (size_t)avro_schema_fixed_size(schema);
    case AVRO_RECORD:
        for (size_t i = 0; i < avro_schema_record_size(schema) && sum == 0; i++)
            sum += least_bytes(avro_schema_record_field_get_by_index(schema, (int)i), depth + 1);
        return sum;
    default:
        return 1;
    }
}

/* True where the oracle would count to any number: an array whose items take no bytes, or a type that goes deep. */
static int has_weightless_items(avro_schema_t schema, int depth)
{
    int found = depth > SCHEMA_DEPTH;
    if (found)
        return 1;
    switch (avro_typeof(schema)) {
    case AVRO_LINK:
        return has_weightless_items(avro_schema_link_target(schema), depth + 1);
    case AVRO_ARRAY:
        return least_bytes(avro_schema_array_items(schema), 0) == 0 ||
               has_weightless_items(avro_schema_array_items(schema), depth + 1);
    case AVRO_MAP:
        return has_weightless_items(avro_schema_map_values(schema), depth + 1);
    case AVRO_UNION:
        for (size_t i = 0; i < avro_schema_union_size(schema) && !found; i++)
            found = has_weightless_items(avro_schema_union_branch(schema, (int)i), depth + 1);
        return found;
    case AVRO_RECORD:
        for (size_t i = 0; i < avro_schema_record_size(schema) && !found; i++)
            found = has_weightless_items(avro_schema_record_field_get_by_index(schema, (int)i), depth + 1);
        return found;
    default:
        return 0;
    }
}

/* True where blocks may state their size: we pass over them by it, Avro C counts their items. */
static int has_blocks(avro_schema_t schema)
{
    int found = 0;
    switch (avro_typeof(schema)) {
    case AVRO_LINK:
        return has_blocks(avro_schema_link_target(schema));
    case AVRO_ARRAY:
    case AVRO_MAP:
        return 1;
    case AVRO_UNION:
        for (size_t i = 0; i < avro_schema_union_size(schema) && !found; i++)
            found = has_blocks(avro_schema_union_branch(schema, (int)i));
        return found;
    case AVRO_RECORD:
        for (size_t i = 0; i < avro_schema_record_size(schema) && !found; i++)
            found = has_blocks(avro_schema_record_field_get_by_index(schema, (int)i));
        return found;
    default:
        return 0;
    }
}

static avro_value_t unwrap(avro_value_t value)
{
    avro_value_t branch;
    while (avro_value_get_type(&value) == AVRO_UNION && avro_value_get_current_branch(&value, &branch) == 0)
        value = branch;
    return value;
}

/* True where the record holds what is refused whatever its form: a symbol or a text that is none, a decimal without
 * bytes or of too many digits. */
static int has_refused_content(avro_value_t *value, const char *name)
{
    avro_value_t inner = unwrap(*value), item;
    const char *text, *field = NULL;
    const void *bytes;
    size_t size = 0;
    int symbol = 0, truth = 0, found = 0;
    hf_int128 unscaled;
    switch (avro_value_get_type(&inner)) {
    case AVRO_STRING:
        return avro_value_get_string(&inner, &text, &size) != 0 || !g_utf8_validate(text, (gssize)size - 1, NULL);
    case AVRO_BOOLEAN:
        avro_value_get_boolean(&inner, &truth);
        return truth != 0 && truth != 1; /* Avro C keeps any byte */
    case AVRO_ENUM:
        avro_value_get_enum(&inner, &symbol);
        return symbol < 0 || symbol >= avro_schema_enum_number_of_symbols(avro_value_get_schema(&inner)) ||
               (strcmp(name, "stage") == 0 || strcmp(name, "unit") == 0 || strcmp(name, "quality") == 0 ||
                strcmp(name, "element") == 0);
    case AVRO_BYTES:
        avro_value_get_bytes(&inner, &bytes, &size);
        return (strcmp(name, "quantity") == 0 || strcmp(name, "amount") == 0) &&
               hf_decimal_from_bytes(bytes, size, &unscaled) != HF_OK;
    case AVRO_ARRAY:
    case AVRO_MAP:
    case AVRO_RECORD:
        avro_value_get_size(&inner, &size);
        for (size_t i = 0; i < size && !found; i++)
            if (avro_value_get_by_index(&inner, i, &item, &field) == 0)
                found = has_refused_content(&item, field ? field : "");
        return found;
    default:
        return 0;
    }
}

/* True where a writer would write just these bytes. */
static int is_canonical(avro_value_t *record, const uint8_t *bytes, size_t length)
{
    size_t size = 0;
    if (avro_value_sizeof(record, &size) != 0 || size != length - FRAME_LENGTH)
        return 0;
    char *written = malloc(size + 1);
    avro_writer_t writer = avro_writer_memory(written, (int64_t)size);
    int is_same_bytes =
        avro_value_write(writer, record) == 0 && (size == 0 || memcmp(written, bytes + FRAME_LENGTH, size) == 0);
    avro_writer_free(writer);
    free(written);
    return is_same_bytes;
}

static int scale_of(const struct hf_schema *schema)
{
    int scale = hf_schema_decimal_scale(schema, "quantity");
    return scale >= 0 ? scale : hf_schema_decimal_scale(schema, "amount");
}

static void hold_against_oracle(const struct hf_schema *schema, const uint8_t *bytes, size_t length, int result,
                                const struct hf_event *event)
{
    event_rules_begin_avro();
    avro_value_t record = oracle_record(schema->schema);
    int is_read = oracle_read(bytes, length, &record) == 0;
    int is_written_so = is_read && is_canonical(&record, bytes, length);
    if (result == HF_OK && (is_written_so || !has_blocks(schema->schema))) {
        HOLD(is_read);
        oracle_assert_same(event, &record, scale_of(schema));
    } else if (result != HF_OK && is_written_so) {
        HOLD(has_refused_content(&record, ""));
    }
    avro_value_decref(&record);
    (void)event_rules_end_avro(); /* what is left is Avro C's */
}

int event_rules_is_plain(const struct hf_schema *schema, const uint8_t *bytes, size_t length)
{
    if (has_weightless_items(schema->schema, 0))
        return 0;
    if (!has_blocks(schema->schema))
        return 1;
    event_rules_begin_avro();
    avro_value_t record = oracle_record(schema->schema);
    int is_plain = oracle_read(bytes, length, &record) == 0 && is_canonical(&record, bytes, length);
    avro_value_decref(&record);
    (void)event_rules_end_avro(); /* what is left is Avro C's */
    return is_plain;
}

int event_rules_hold(struct hf_event_decoder *decoder, const struct hf_schema *schema, const uint8_t *bytes,
                     size_t length, struct hf_event *out_event)
{
    struct hf_refusal refusal = {0};
    int result = hf_event_decode(decoder, bytes, length, out_event, &refusal);
    if (result == HF_OK) {
        hold_event(out_event, bytes, length);
        hold_round_trip(out_event);
    } else {
        fuzz_hold_refusal(&refusal);
    }
    /* A schema that is refused as a whole is not read at all. */
    int is_schema_refused = result != HF_OK && strstr(refusal.detail, "can not be read: ");
    if (length >= FRAME_LENGTH && bytes[0] == 0 && schema && refusal.code != HF_REFUSAL_UNKNOWN_SCHEMA &&
        !is_schema_refused && !has_weightless_items(schema->schema, 0))
        hold_against_oracle(schema, bytes, length, result, out_event);
    return result;
}
