/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes decode plans: a valid writer schema of one of our types is made from a seed, and a body of it.
 *
 *   8 bytes  seed of the schema: order of the fields, types, unknown fields of any type between them
 *   1 byte   even: the rest is the body; odd: a valid body is made from the 8 bytes that follow, and the rest changes it
 *
 * Avro C is the oracle twice: reading by the writer's schema, and resolved to the reader's. */
#include <stdlib.h>
#include <string.h>

#include "../unit/codec/oracle.h"
#include "../unit/unit.h"
#include "event_rules.h"
#include "fuzz.h"
#include "schema_directory.h"
#undef fail /* cmocka's */

const struct fuzz_limits fuzz_limits = {1 << 24, 256};

enum { NESTING = 3, KEPT = 16, FRAME_LENGTH = 5, BODY_LIMIT = 16384 };

/* --- a schema ------------------------------------------------------------------------------------------------------ */

enum kind { TEXT, NULLABLE, INT, LONG, BOOLEAN, DECIMAL, ENUM };

struct field {
    const char *name;
    enum kind kind;
    int is_optional;
    const char *symbols, *type; /* of an ENUM: as in our schema, and its name there */
};

static const struct field production[] = {
    {"event_id", TEXT, 0, NULL, NULL},
    {"revision", INT, 1, NULL, NULL},
    {"voided", BOOLEAN, 1, NULL, NULL},
    {"mine_id", TEXT, 0, NULL, NULL},
    {"occurred_at", LONG, 0, NULL, NULL},
    {"material", TEXT, 0, NULL, NULL},
    {"stage", ENUM, 0, "\"MINED\",\"MILLED\",\"CONTAINED\",\"PRODUCED\",\"PAYABLE\",\"SOLD\"", "Stage"},
    {"quantity", DECIMAL, 0, NULL, NULL},
    {"unit", ENUM, 0, "\"OZT\",\"LB\",\"KG\",\"G\",\"T\",\"ST\"", "Unit"},
    {"quality", ENUM, 0, "\"ESTIMATE\",\"WEIGHED\",\"ASSAYED\",\"SETTLED\"", "Quality"},
    {"source", NULLABLE, 1, NULL, NULL},
    {NULL, TEXT, 0, NULL, NULL},
};
static const struct field cost[] = {
    {"event_id", TEXT, 0, NULL, NULL},
    {"revision", INT, 1, NULL, NULL},
    {"voided", BOOLEAN, 1, NULL, NULL},
    {"mine_id", TEXT, 0, NULL, NULL},
    {"from", INT, 0, NULL, NULL},
    {"through", INT, 0, NULL, NULL},
    {"element", ENUM, 0,
     "\"MINING\",\"PROCESSING\",\"SITE_ADMINISTRATION\",\"DEVELOPMENT\",\"TREATMENT_REFINING\",\"INVENTORY_CHANGE\","
     "\"OTHER_OPERATING\",\"ROYALTY\",\"PRODUCTION_TAX\",\"DEPRECIATION\",\"RECLAMATION\",\"SUSTAINING_CAPITAL\","
     "\"SUSTAINING_EXPLORATION\",\"CORPORATE_ADMINISTRATION\",\"BY_PRODUCT_CREDIT\",\"EXPLORATION\",\"GROWTH_CAPITAL\"",
     "Element"},
    {"metal", NULLABLE, 1, NULL, NULL},
    {"amount", DECIMAL, 0, NULL, NULL},
    {"currency", TEXT, 0, NULL, NULL},
    {"source", NULLABLE, 1, NULL, NULL},
    {NULL, TEXT, 0, NULL, NULL},
};
static const struct field close_of_period[] = {
    {"mine_id", TEXT, 0, NULL, NULL}, {"closed_through", INT, 0, NULL, NULL},
    {"by", TEXT, 0, NULL, NULL},      {"at", LONG, 0, NULL, NULL},
    {NULL, TEXT, 0, NULL, NULL},
};
static const struct field decision[] = {
    {"mine_id", TEXT, 0, NULL, NULL},   {"event_id", TEXT, 0, NULL, NULL}, {"revision", INT, 0, NULL, NULL},
    {"accept", BOOLEAN, 0, NULL, NULL}, {"by", TEXT, 0, NULL, NULL},       {"at", LONG, 0, NULL, NULL},
    {NULL, TEXT, 0, NULL, NULL},
};

struct builder {
    GString *json;
    uint64_t random;
    int names;         /* given so far */
    int is_resolvable; /* Avro C can resolve it to our schema: no field is missing, every symbol is ours */
};

static int chance(struct builder *builder, int of)
{
    return random_between(&builder->random, 1, of) == 1;
}

static void add_any(struct builder *builder, int depth);

/* Branches of different types, as a union must have them. */
static void add_union(struct builder *builder, int depth)
{
    static const char *const types[] = {"null", "boolean", "int", "long", "float", "double", "string", "bytes"};
    uint64_t chosen = random_next(&builder->random);
    g_string_append_c(builder->json, '[');
    for (size_t i = 0; i < COUNT(types); i++)
        if (chosen >> i & 1)
            g_string_append_printf(builder->json, "\"%s\",", types[i]);
    g_string_append(builder->json, "{\"type\":\"array\",\"items\":");
    add_any(builder, depth + 1);
    g_string_append(builder->json, "}]");
}

/* Of a field at least: Avro C cannot hold a list of what takes no memory. */
static void add_record(struct builder *builder, int depth)
{
    int64_t count = random_between(&builder->random, 1, 3);
    g_string_append_printf(builder->json, "{\"type\":\"record\",\"name\":\"N%d\",\"fields\":[", builder->names++);
    for (int64_t i = 0; i < count; i++) {
        g_string_append_printf(builder->json, "%s{\"name\":\"f%d\",\"type\":", i ? "," : "", (int)i);
        add_any(builder, depth + 1);
        g_string_append_c(builder->json, '}');
    }
    g_string_append(builder->json, "]}");
}

static void add_holder(struct builder *builder, const char *type, const char *member, int depth)
{
    g_string_append_printf(builder->json, "{\"type\":\"%s\",\"%s\":", type, member);
    add_any(builder, depth + 1);
    g_string_append_c(builder->json, '}');
}

static void add_any(struct builder *builder, int depth)
{
    static const char *const plain[] = {"null", "boolean", "int", "long", "float", "double", "string", "bytes"};
    switch (random_between(&builder->random, 0, depth < NESTING ? 13 : 7)) {
    case 8:
        g_string_append_printf(builder->json, "{\"type\":\"fixed\",\"name\":\"N%d\",\"size\":%d}", builder->names++,
                               (int)random_between(&builder->random, 1, 40));
        break;
    case 9:
        g_string_append_printf(builder->json, "{\"type\":\"enum\",\"name\":\"N%d\",\"symbols\":[\"A\",\"B\"]}",
                               builder->names++);
        break;
    case 10:
        add_holder(builder, "array", "items", depth);
        break;
    case 11:
        add_holder(builder, "map", "values", depth);
        break;
    case 12:
        add_union(builder, depth);
        break;
    case 13:
        add_record(builder, depth);
        break;
    default:
        g_string_append_printf(builder->json, "\"%s\"", plain[random_next(&builder->random) % COUNT(plain)]);
    }
}

static void add_enum(struct builder *builder, const struct field *field)
{
    int has_unknown = chance(builder, 4);
    if (has_unknown)
        builder->is_resolvable = 0; /* Avro C takes only the very same symbols */
    g_string_append_printf(builder->json, "{\"type\":\"enum\",\"name\":\"%s\",\"symbols\":[%s%s]}", field->type,
                           has_unknown ? "\"OTHER\"," : "", field->symbols);
}

static void add_type(struct builder *builder, const struct field *field)
{
    static const char *const plain[] = {
        [TEXT] = "\"string\"", [INT] = "\"int\"", [LONG] = "\"long\"", [BOOLEAN] = "\"boolean\""};
    switch (field->kind) {
    case NULLABLE:
        g_string_append(builder->json, chance(builder, 2)   ? "[\"null\",\"string\"]"
                                       : chance(builder, 2) ? "[\"string\",\"null\"]"
                                                            : "\"string\"");
        break;
    case DECIMAL:
        g_string_append_printf(builder->json,
                               "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":%d}",
                               (int)random_between(&builder->random, 0, 6));
        break;
    case ENUM:
        add_enum(builder, field);
        break;
    default:
        g_string_append(builder->json, field->kind == LONG && chance(builder, 3) ? "\"int\"" : plain[field->kind]);
    }
}

static void add_field(struct builder *builder, const struct field *field)
{
    if (field->is_optional && chance(builder, 4)) {
        builder->is_resolvable = 0;
        return;
    }
    g_string_append_printf(builder->json, "{\"name\":\"%s\",\"type\":", field->name);
    int is_wrapped = field->kind != NULLABLE && chance(builder, 8);
    g_string_append(builder->json, is_wrapped ? "[" : "");
    add_type(builder, field);
    g_string_append(builder->json, is_wrapped ? "]}," : "},");
    while (chance(builder, 4)) {
        g_string_append_printf(builder->json, "{\"name\":\"x%d\",\"type\":", builder->names++);
        add_any(builder, 0);
        g_string_append(builder->json, "},");
    }
}

/* A writer's schema; a new string. */
static char *build_schema(uint64_t seed, int *out_type, int *out_is_resolvable)
{
    static const struct field *const types[] = {
        [HF_EVENT_PRODUCTION] = production,
        [HF_EVENT_COST] = cost,
        [HF_EVENT_PERIOD_CLOSE] = close_of_period,
        [HF_EVENT_QUARANTINE_DECISION] = decision,
    };
    struct builder builder = {.json = g_string_new(NULL), .random = seed, .is_resolvable = 1};
    int type = (int)random_between(&builder.random, 0, HF_EVENT_TYPE_COUNT - 1), count = 1;
    while (types[type][count].name)
        count++;
    int64_t first = random_between(&builder.random, 0, count - 1);
    g_string_append_printf(builder.json,
                           "{\"type\":\"record\",\"name\":\"%s\",\"namespace\":\"headframe\",\"fields\":[",
                           hf_event_type_name((enum hf_event_type)type));
    for (int64_t i = 0; i < count; i++)
        add_field(&builder, &types[type][(first + i) % count]);
    if (builder.json->str[builder.json->len - 1] == ',')
        g_string_truncate(builder.json, builder.json->len - 1);
    g_string_append(builder.json, "]}");
    *out_type = type;
    *out_is_resolvable = builder.is_resolvable;
    return g_string_free(builder.json, FALSE);
}

/* A schema and what reads it, kept from input to input: bodies are changed more often than schemas. */
struct writer {
    uint64_t seed;
    struct hf_schema_store *store;
    struct hf_event_decoder *decoder;
    int type, is_resolvable;
};

static struct writer *writer_of(uint64_t seed)
{
    static struct writer kept[KEPT];
    struct writer *writer = &kept[seed % KEPT];
    struct hf_error error = {0};
    if (writer->store && writer->seed == seed)
        return writer;
    hf_event_decoder_free(&writer->decoder);
    hf_schema_store_free(&writer->store);
    g_autofree char *json = build_schema(seed, &writer->type, &writer->is_resolvable);
    if (hf_schema_store_new(schema_directory_with((struct hf_text){json, strlen(json)}), &writer->store, &error) !=
        HF_OK)
        fuzz_fail(error.text, json, 0);
    writer->decoder = hf_event_decoder_new(writer->store);
    writer->seed = seed;
    return writer;
}

/* --- a body -------------------------------------------------------------------------------------------------------- */

/* A record with random content, framed; a new array. */
static GByteArray *make_record(const struct writer *writer, uint64_t seed)
{
    avro_value_t record = oracle_record(hf_schema_store_get(writer->store, 1)->schema);
    size_t length;
    oracle_fill(&record, &seed);
    uint8_t *bytes = oracle_frame(1, &record, &length);
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, bytes, (guint)length);
    free(bytes);
    avro_value_decref(&record);
    return out;
}

/* Changes the body as the input says, four bytes a change: where (two), how, and a byte. */
static void change(GByteArray *record, struct fuzz_input *input)
{
    while (input->at < input->end && record->len > FRAME_LENGTH && record->len < BODY_LIMIT) {
        guint where = fuzz_byte(input) * 256U;
        where = FRAME_LENGTH + (where + fuzz_byte(input)) % (record->len - FRAME_LENGTH);
        uint8_t how = fuzz_byte(input), byte = fuzz_byte(input);
        if (how % 4 == 0)
            record->data[where] = byte;
        else if (how % 4 == 1)
            record->data[where] ^= (uint8_t)(1U << byte % 8);
        else if (how % 4 == 2)
            g_byte_array_remove_range(record, where, MIN(1U + byte % 16, record->len - where));
        else
            for (int i = 0; i < 1 + how / 4 % 10; i++) {
                g_byte_array_append(record, &byte, 1);
                memmove(record->data + where + 1, record->data + where, record->len - where - 1);
                record->data[where] = byte;
            }
    }
}

static GByteArray *body_of(const struct writer *writer, struct fuzz_input *input)
{
    GByteArray *record;
    if (fuzz_byte(input) % 2) {
        record = make_record(writer, fuzz_number(input));
        change(record, input);
        return record;
    }
    struct hf_text body = fuzz_rest(input);
    record = g_byte_array_new();
    g_byte_array_append(record, (const uint8_t[]){0, 0, 0, 0, 1}, FRAME_LENGTH);
    g_byte_array_append(record, (const uint8_t *)body.data, (guint)body.length);
    return record;
}

/* --- what must hold ------------------------------------------------------------------------------------------------ */

static void hold_resolved(const struct writer *writer, const uint8_t *bytes, size_t length,
                          const struct hf_event *event)
{
    static const uint32_t ids[] = {
        [HF_EVENT_PRODUCTION] = 1,
        [HF_EVENT_COST] = 2,
        [HF_EVENT_PERIOD_CLOSE] = 3,
        [HF_EVENT_QUARANTINE_DECISION] = 4,
    };
    const struct hf_schema *schema = hf_schema_store_get(writer->store, 1);
    int scale = hf_schema_decimal_scale(schema, event->type == HF_EVENT_COST ? "amount" : "quantity");
    avro_value_t record = oracle_record(hf_schema_store_get(event_rules_shipped(), ids[writer->type])->schema);
    HOLD(oracle_resolve(bytes, length, schema->schema, &record) == 0);
    oracle_assert_same(event, &record, scale);
    avro_value_decref(&record);
}

void fuzz_one(struct fuzz_input *input)
{
    struct hf_event event;
    event_rules_bound_avro();
    struct writer *writer = writer_of(fuzz_number(input));
    GByteArray *record = body_of(writer, input);
    uint8_t *bytes = g_memdup2(record->data, record->len); /* ends where the record ends */
    const struct hf_schema *schema = hf_schema_store_get(writer->store, 1);
    if (event_rules_hold(writer->decoder, schema, bytes, record->len, &event) == HF_OK && writer->is_resolvable &&
        event_rules_is_plain(schema, bytes, record->len))
        hold_resolved(writer, bytes, record->len, &event);
    g_free(bytes);
    g_byte_array_unref(record);
}
