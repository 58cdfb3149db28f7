/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headframe/vocabulary.h"

enum { FRAME_LENGTH = 5, BUFFER_LENGTH = 65536 };

avro_value_t oracle_record(avro_schema_t schema)
{
    avro_value_iface_t *interface = avro_generic_class_from_schema(schema);
    avro_value_t record;
    assert_int_equal(avro_generic_value_new(interface, &record), 0);
    avro_value_iface_decref(interface);
    return record;
}

/* --- random content -------------------------------------------------------------------------------------------------- */

static int64_t random_long(uint64_t *random)
{
    return (int64_t)random_next(random) >> random_between(random, 0, 63);
}

static void fill_string(avro_value_t *value, uint64_t *random)
{
    static const char *const letters[] = {"a", "Z",  "7", " ", "|", "\"", "\n", "ü", "鉱", "\xf0\x9f\xaa\xa8",
                                          "",  "xyz"};
    char text[400] = "";
    for (int64_t i = random_between(random, 0, 70); i > 0; i--)
        append(text, sizeof text, "%s", letters[random_next(random) % COUNT(letters)]);
    avro_value_set_string_len(value, text, strlen(text) + 1);
}

/* Up to 28 digits (2^93 is below 10^28), with up to 20 bytes that repeat the sign. */
static void fill_decimal(avro_value_t *value, uint64_t *random)
{
    uint8_t bytes[40];
    hf_int128 unscaled = random_int128(random, (int)random_between(random, 1, 93));
    size_t extra = random_next(random) % 4 ? 0 : (size_t)random_between(random, 0, 20);
    memset(bytes, unscaled < 0 ? 0xff : 0, extra);
    avro_value_set_bytes(value, bytes, extra + hf_decimal_to_bytes(unscaled, bytes + extra));
}

static void fill_bytes(avro_value_t *value, uint64_t *random, int is_fixed)
{
    uint8_t bytes[64];
    size_t length = (size_t)random_between(random, 0, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)random_next(random);
    if (is_fixed)
        avro_value_set_fixed(value, bytes, (size_t)avro_schema_fixed_size(avro_value_get_schema(value)));
    else
        avro_value_set_bytes(value, bytes, length);
}

static void fill_record(avro_value_t *value, uint64_t *random)
{
    size_t count = 0;
    avro_value_get_size(value, &count);
    for (size_t i = 0; i < count; i++) {
        avro_value_t field;
        const char *name;
        if (avro_value_get_by_index(value, i, &field, &name) != 0)
            fail();
        else if (avro_value_get_type(&field) == AVRO_BYTES &&
                 (strcmp(name, "quantity") == 0 || strcmp(name, "amount") == 0))
            fill_decimal(&field, random);
        else
            oracle_fill(&field, random);
    }
}

static void fill_items(avro_value_t *value, uint64_t *random)
{
    int64_t count = random_between(random, 0, 3);
    for (char key[2] = "a"; *key < 'a' + count; (*key)++) {
        avro_value_t item;
        int failed = avro_value_get_type(value) == AVRO_ARRAY ? avro_value_append(value, &item, NULL)
                                                              : avro_value_add(value, key, &item, NULL, NULL);
        if (failed)
            fail();
        else
            oracle_fill(&item, random);
    }
}

void oracle_fill(avro_value_t *value, uint64_t *random)
{
    avro_schema_t schema = avro_value_get_schema(value);
    avro_value_t branch;
    switch (avro_value_get_type(value)) {
    case AVRO_BOOLEAN:
        avro_value_set_boolean(value, random_next(random) & 1U);
        break;
    case AVRO_INT32:
        avro_value_set_int(value, (int32_t)random_long(random));
        break;
    case AVRO_INT64:
        avro_value_set_long(value, random_long(random));
        break;
    case AVRO_FLOAT:
        avro_value_set_float(value, (float)random_long(random));
        break;
    case AVRO_DOUBLE:
        avro_value_set_double(value, (double)random_long(random));
        break;
    case AVRO_STRING:
        fill_string(value, random);
        break;
    case AVRO_BYTES:
    case AVRO_FIXED:
        fill_bytes(value, random, avro_value_get_type(value) == AVRO_FIXED);
        break;
    case AVRO_ENUM:
        avro_value_set_enum(value, (int)random_between(random, 0, avro_schema_enum_number_of_symbols(schema) - 1));
        break;
    case AVRO_UNION:
        if (avro_value_set_branch(value, (int)random_between(random, 0, (int64_t)avro_schema_union_size(schema) - 1),
                                  &branch) == 0)
            oracle_fill(&branch, random);
        break;
    case AVRO_RECORD:
        fill_record(value, random);
        break;
    case AVRO_ARRAY:
    case AVRO_MAP:
        fill_items(value, random);
        break;
    default:
        avro_value_set_null(value);
    }
}

/* --- bytes ------------------------------------------------------------------------------------------------------------ */

uint8_t *oracle_frame(uint32_t id, avro_value_t *record, size_t *out_length)
{
    char *buffer = calloc(1, BUFFER_LENGTH);
    avro_writer_t writer = avro_writer_memory(buffer, BUFFER_LENGTH);
    if (avro_value_write(writer, record) != 0)
        fail_msg("%s", avro_strerror());
    size_t written = (size_t)avro_writer_tell(writer);
    uint8_t *bytes = malloc(FRAME_LENGTH + written);
    for (int i = 0; i < FRAME_LENGTH; i++)
        bytes[i] = (uint8_t)((uint64_t)id >> (32 - 8 * i)); /* the first byte is the id's fifth: 0 */
    memcpy(bytes + FRAME_LENGTH, buffer, written);
    avro_writer_free(writer);
    free(buffer);
    *out_length = FRAME_LENGTH + written;
    return bytes;
}

/* A reader gives no position: the body was read whole where a byte less of it cannot be read. */
static int read_exactly(const uint8_t *bytes, size_t length, avro_value_t *value)
{
    avro_reader_t reader = avro_reader_memory((const char *)bytes + FRAME_LENGTH, (int64_t)(length - FRAME_LENGTH));
    char left;
    int result = avro_value_read(reader, value) != 0 || avro_read(reader, &left, 1) == 0;
    avro_reader_free(reader);
    return result;
}

int oracle_read(const uint8_t *bytes, size_t length, avro_value_t *out_record)
{
    avro_value_reset(out_record);
    return read_exactly(bytes, length, out_record);
}

int oracle_resolve(const uint8_t *bytes, size_t length, avro_schema_t writer, avro_value_t *out_record)
{
    avro_value_iface_t *interface = avro_resolved_writer_new(writer, avro_value_get_schema(out_record));
    avro_value_t resolved;
    if (!interface) {
        fail_msg("%s", avro_strerror());
        return -1;
    }
    avro_value_reset(out_record);
    avro_resolved_writer_new_value(interface, &resolved);
    avro_resolved_writer_set_dest(&resolved, out_record);
    int result = read_exactly(bytes, length, &resolved);
    avro_value_decref(&resolved);
    avro_value_iface_decref(interface);
    return result;
}

/* --- comparison ------------------------------------------------------------------------------------------------------- */

enum kind { TEXT, INT, LONG, BOOLEAN, DECIMAL, STAGE, UNIT, QUALITY, ELEMENT };

#define AT(member) offsetof(struct hf_event, member)

static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
} fields[] = {
    {"event_id", TEXT, AT(event_id)},  {"mine_id", TEXT, AT(mine_id)}, {"revision", INT, AT(revision)},
    {"voided", BOOLEAN, AT(voided)},   {"source", TEXT, AT(source)},   {"occurred_at", LONG, AT(occurred_at_ms)},
    {"material", TEXT, AT(material)},  {"stage", STAGE, AT(stage)},    {"unit", UNIT, AT(unit)},
    {"quality", QUALITY, AT(quality)}, {"from", INT, AT(from)},        {"through", INT, AT(through)},
    {"element", ELEMENT, AT(element)}, {"metal", TEXT, AT(metal)},     {"currency", TEXT, AT(currency)},
    {"quantity", DECIMAL, AT(micro)},  {"amount", DECIMAL, AT(micro)}, {"closed_through", INT, AT(closed_through)},
    {"accept", BOOLEAN, AT(accept)},   {"by", TEXT, AT(by)},           {"at", LONG, AT(at_ms)},
};

static void same_text(const struct hf_text *text, avro_value_t *value)
{
    const char *expected = NULL;
    size_t size = 0;
    if (avro_value_get_type(value) == AVRO_NULL) {
        assert_null(text->data);
        return;
    }
    assert_int_equal(avro_value_get_string(value, &expected, &size), 0); /* size counts the NUL */
    assert_int_equal(text->length, size - 1);
    assert_memory_equal(text->data, expected, text->length);
}

static void same_decimal(hf_int128 micro, avro_value_t *value, int scale)
{
    const void *bytes = NULL;
    size_t size = 0;
    char shown[41];
    mpz_t expected, factor;
    mpz_inits(expected, factor, NULL);
    assert_int_equal(avro_value_get_bytes(value, &bytes, &size), 0);
    mpz_import(expected, size, 1, 1, 0, 0, bytes);
    if (bytes && *(const uint8_t *)bytes & 0x80) {
        mpz_setbit(factor, 8 * size);
        mpz_sub(expected, expected, factor);
    }
    mpz_ui_pow_ui(factor, 10, (unsigned long)(HF_MICRO_DIGITS - scale));
    mpz_mul(expected, expected, factor);
    char *text = mpz_get_str(NULL, 10, expected);
    assert_string_equal(hf_int128_format(micro, shown), text);
    free(text);
    mpz_clears(expected, factor, NULL);
}

static void same_symbol(enum kind kind, int number, avro_value_t *value)
{
    int index = 0;
    assert_int_equal(avro_value_get_enum(value, &index), 0);
    const char *expected = avro_schema_enum_get(avro_value_get_schema(value), index);
    const char *name = kind == STAGE     ? hf_stage_name((enum hf_stage)number)
                       : kind == UNIT    ? hf_unit_name((enum hf_unit)number)
                       : kind == QUALITY ? hf_quality_name((enum hf_quality)number)
                                         : hf_element_name((enum hf_element)number);
    assert_string_equal(name, expected);
}

static void same_number(enum kind kind, const void *member, avro_value_t *value)
{
    int32_t small = 0;
    int64_t large = 0;
    int truth = 0;
    if (kind == BOOLEAN) {
        assert_int_equal(avro_value_get_boolean(value, &truth), 0);
        assert_int_equal(*(const int *)member, truth);
    } else if (kind == INT) {
        assert_int_equal(avro_value_get_int(value, &small), 0);
        assert_int_equal(*(const int32_t *)member, small);
    } else if (avro_value_get_type(value) == AVRO_INT32) {
        assert_int_equal(avro_value_get_int(value, &small), 0);
        assert_int_equal(*(const int64_t *)member, small);
    } else {
        assert_int_equal(avro_value_get_long(value, &large), 0);
        assert_int_equal(*(const int64_t *)member, large);
    }
}

static size_t size_of(enum kind kind)
{
    return kind == TEXT      ? sizeof(struct hf_text)
           : kind == DECIMAL ? sizeof(hf_int128)
           : kind == LONG    ? sizeof(int64_t)
                             : sizeof(int32_t);
}

/* The record's field of that name, of a union its branch. Returns 0, or not where there is none. */
static int find_field(avro_value_t *record, const char *name, avro_value_t *out)
{
    avro_value_t branch;
    int result = avro_value_get_by_name(record, name, out, NULL);
    while (result == 0 && avro_value_get_type(out) == AVRO_UNION) {
        result = avro_value_get_current_branch(out, &branch);
        *out = branch;
    }
    return result;
}

void oracle_assert_same(const struct hf_event *event, avro_value_t *record, int scale)
{
    static const struct hf_event zeros;
    struct hf_event rest = *event;
    const char *name = avro_schema_name(avro_value_get_schema(record));
    assert_string_equal(hf_event_type_name(event->type), name);
    for (size_t i = 0; i < COUNT(fields); i++) {
        avro_value_t value;
        const void *member = (const char *)event + fields[i].offset;
        if (find_field(record, fields[i].name, &value) != 0)
            continue;
        if (fields[i].kind == TEXT)
            same_text(member, &value);
        else if (fields[i].kind == DECIMAL)
            same_decimal(*(const hf_int128 *)member, &value, scale);
        else if (fields[i].kind >= STAGE)
            same_symbol(fields[i].kind, *(const int *)member, &value);
        else
            same_number(fields[i].kind, member, &value);
        memset((char *)&rest + fields[i].offset, 0, size_of(fields[i].kind));
    }
    /* What the record does not have is left at zero. */
    for (size_t i = 0; i < COUNT(fields); i++)
        assert_memory_equal((const char *)&rest + fields[i].offset, &zeros, size_of(fields[i].kind));
}
