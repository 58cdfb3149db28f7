/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what the bytes of an input record mean.
 *
 * A writer's schema is compiled once into a plan: a node for each of its fields, in the writer's order, that says how
 * the bytes are laid out and which member of struct hf_event they fill, if any. Decoding walks the plan with a cursor
 * that never passes the record's end. What the plan can not read (a field of ours that the writer lacks and that has no
 * default, a type that does not fit, a recursive schema) refuses the schema with a sentence; the record waits in the
 * dead letters. */
#include <avro.h>
#include <glib.h>
#include <string.h>

#include "headframe/event.h"
#include "headframe/vocabulary.h"

enum { FRAME_LENGTH = 5, DECIMAL_SCALE_LIMIT = HF_MICRO_DIGITS, NODE_LIMIT = 10000 };

/* --- which fields we want -------------------------------------------------------------------------------------- */

enum target_kind { WANT_ID, WANT_TEXT, WANT_INT, WANT_LONG, WANT_BOOLEAN, WANT_DECIMAL, WANT_ENUM };

struct target {
    const char *name;
    enum target_kind kind;
    size_t offset;   /* in struct hf_event */
    int is_optional; /* has a default in our schema, which is the zero of struct hf_event */
    int is_nullable;
    int (*find)(const char *name, size_t length); /* WANT_ENUM: symbol to number */
};

#define AT(member) offsetof(struct hf_event, member)

static const struct target production_targets[] = {
    {"event_id", WANT_ID, AT(event_id), 0, 0, NULL},
    {"revision", WANT_INT, AT(revision), 1, 0, NULL},
    {"voided", WANT_BOOLEAN, AT(voided), 1, 0, NULL},
    {"mine_id", WANT_ID, AT(mine_id), 0, 0, NULL},
    {"occurred_at", WANT_LONG, AT(occurred_at_ms), 0, 0, NULL},
    {"material", WANT_TEXT, AT(material), 0, 0, NULL},
    {"stage", WANT_ENUM, AT(stage), 0, 0, hf_stage_find},
    {"quantity", WANT_DECIMAL, AT(micro), 0, 0, NULL},
    {"unit", WANT_ENUM, AT(unit), 0, 0, hf_unit_find},
    {"quality", WANT_ENUM, AT(quality), 0, 0, hf_quality_find},
    {"source", WANT_TEXT, AT(source), 1, 1, NULL},
    {NULL, WANT_TEXT, 0, 0, 0, NULL},
};

static const struct target cost_targets[] = {
    {"event_id", WANT_ID, AT(event_id), 0, 0, NULL},
    {"revision", WANT_INT, AT(revision), 1, 0, NULL},
    {"voided", WANT_BOOLEAN, AT(voided), 1, 0, NULL},
    {"mine_id", WANT_ID, AT(mine_id), 0, 0, NULL},
    {"from", WANT_INT, AT(from), 0, 0, NULL},
    {"through", WANT_INT, AT(through), 0, 0, NULL},
    {"element", WANT_ENUM, AT(element), 0, 0, hf_element_find},
    {"metal", WANT_TEXT, AT(metal), 1, 1, NULL},
    {"amount", WANT_DECIMAL, AT(micro), 0, 0, NULL},
    {"currency", WANT_TEXT, AT(currency), 0, 0, NULL},
    {"source", WANT_TEXT, AT(source), 1, 1, NULL},
    {NULL, WANT_TEXT, 0, 0, 0, NULL},
};

static const struct target close_targets[] = {
    {"mine_id", WANT_ID, AT(mine_id), 0, 0, NULL},
    {"closed_through", WANT_INT, AT(closed_through), 0, 0, NULL},
    {"by", WANT_TEXT, AT(by), 0, 0, NULL},
    {"at", WANT_LONG, AT(at_ms), 0, 0, NULL},
    {NULL, WANT_TEXT, 0, 0, 0, NULL},
};

static const struct target decision_targets[] = {
    {"mine_id", WANT_ID, AT(mine_id), 0, 0, NULL},
    {"event_id", WANT_ID, AT(event_id), 0, 0, NULL},
    {"revision", WANT_INT, AT(revision), 0, 0, NULL},
    {"accept", WANT_BOOLEAN, AT(accept), 0, 0, NULL},
    {"by", WANT_TEXT, AT(by), 0, 0, NULL},
    {"at", WANT_LONG, AT(at_ms), 0, 0, NULL},
    {NULL, WANT_TEXT, 0, 0, 0, NULL},
};

static const struct {
    const char *name;
    const struct target *targets;
} types[HF_EVENT_TYPE_COUNT] = {
    [HF_EVENT_PRODUCTION] = {"ProductionEvent", production_targets},
    [HF_EVENT_COST] = {"CostEvent", cost_targets},
    [HF_EVENT_PERIOD_CLOSE] = {"PeriodClose", close_targets},
    [HF_EVENT_QUARANTINE_DECISION] = {"QuarantineDecision", decision_targets},
};

const char *hf_event_type_name(enum hf_event_type type)
{
    return types[type].name;
}

/* --- the plan --------------------------------------------------------------------------------------------------- */

struct node {
    avro_type_t type;
    const struct target *target; /* NULL: read over it */
    int8_t *symbols;             /* AVRO_ENUM with a target: writer's index → our number, or -1 */
    avro_schema_t schema;        /* borrowed; for names in messages */
    int64_t size;                /* AVRO_FIXED: bytes; AVRO_ENUM: symbols */
    int scale;                   /* WANT_DECIMAL: factor to millionths is 10^(6 - scale) */
    struct node *children;       /* fields of a record, branches of a union, the item of an array or map */
    size_t child_count;
};

struct plan {
    enum hf_event_type type;
    struct node root;
    char *refusal; /* why this schema can not be read, or NULL */
    enum hf_refusal_code code;
};

struct hf_event_decoder {
    const struct hf_schema_store *store;
    GHashTable *plans;         /* schema id → struct plan */
    const struct plan *recent; /* the plan of recent_id, asked for last, or NULL */
    uint32_t recent_id;
};

static void free_node(struct node *node)
{
    for (size_t i = 0; i < node->child_count; i++)
        free_node(&node->children[i]);
    g_free(node->children);
    g_free(node->symbols);
}

static void free_plan(gpointer data)
{
    struct plan *plan = data;
    free_node(&plan->root);
    g_free(plan->refusal);
    g_free(plan);
}

struct hf_event_decoder *hf_event_decoder_new(const struct hf_schema_store *store)
{
    struct hf_event_decoder *decoder = g_new0(struct hf_event_decoder, 1);
    decoder->store = store;
    decoder->plans = g_hash_table_new_full(NULL, NULL, NULL, free_plan);
    return decoder;
}

void hf_event_decoder_free(struct hf_event_decoder **decoder)
{
    if (!*decoder)
        return;
    g_hash_table_destroy((*decoder)->plans);
    g_free(*decoder);
    *decoder = NULL;
}

static int fits(avro_type_t type, const struct target *target)
{
    switch (target->kind) {
    case WANT_ID:
    case WANT_TEXT:
        return type == AVRO_STRING || (type == AVRO_NULL && target->is_nullable);
    case WANT_INT:
        return type == AVRO_INT32;
    case WANT_LONG:
        return type == AVRO_INT64 || type == AVRO_INT32;
    case WANT_BOOLEAN:
        return type == AVRO_BOOLEAN;
    case WANT_DECIMAL:
        return type == AVRO_BYTES;
    case WANT_ENUM:
        return type == AVRO_ENUM;
    }
    return 0;
}

/* True where a value takes no bytes. */
static int is_weightless(const struct node *node)
{
    return node->type == AVRO_NULL || (node->type == AVRO_FIXED && node->size == 0) ||
           (node->type == AVRO_RECORD && node->child_count == 0);
}

/* Leaves out the fields of a record that take no bytes, so that what is read over takes time by its bytes alone. */
static void drop_weightless_fields(struct node *record)
{
    size_t kept = 0;
    for (size_t i = 0; i < record->child_count; i++) {
        if (is_weightless(&record->children[i]))
            free_node(&record->children[i]);
        else
            record->children[kept++] = record->children[i];
    }
    record->child_count = kept;
}

/* Compiles schema into node. A type that is named again is compiled again, so a short schema could make a large plan:
 * *left is how many nodes it may still have. Returns NULL, or why it can not be read (a new string). */
static char *compile(struct node *node, avro_schema_t schema, const struct target *target, int depth, size_t *left)
{
    /* A link is a type named before; a schema that links to itself soon is too deep. */
    while (avro_typeof(schema) == AVRO_LINK)
        schema = avro_schema_link_target(schema);
    node->type = avro_typeof(schema);
    node->schema = schema;
    node->target = target;
    if (depth > 8)
        return g_strdup("its types are nested too deeply or refer to themselves");
    if (target && node->type != AVRO_UNION && !fits(node->type, target))
        return g_strdup_printf("field %s has type %s", target->name, avro_schema_type_name(schema));
    switch (node->type) {
    case AVRO_ENUM:
        node->size = avro_schema_enum_number_of_symbols(schema);
        node->symbols = target ? g_new(int8_t, (gsize)node->size + 1) : NULL;
        for (int i = 0; target && i < node->size; i++) {
            const char *symbol = avro_schema_enum_get(schema, i);
            node->symbols[i] = (int8_t)target->find(symbol, strlen(symbol));
        }
        return NULL;
    case AVRO_FIXED:
        node->size = avro_schema_fixed_size(schema);
        return NULL;
    case AVRO_UNION:
        node->child_count = avro_schema_union_size(schema);
        break;
    case AVRO_RECORD:
        node->child_count = avro_schema_record_size(schema);
        break;
    case AVRO_ARRAY:
    case AVRO_MAP:
        node->child_count = 1;
        break;
    default:
        return NULL;
    }
    if (node->child_count > *left) {
        node->child_count = 0;
        return g_strdup_printf("it has more than %d types", NODE_LIMIT);
    }
    *left -= node->child_count;
    node->children = g_new0(struct node, node->child_count);
    for (size_t i = 0; i < node->child_count; i++) {
        avro_schema_t child = node->type == AVRO_UNION    ? avro_schema_union_branch(schema, (int)i)
                              : node->type == AVRO_RECORD ? avro_schema_record_field_get_by_index(schema, (int)i)
                              : node->type == AVRO_ARRAY  ? avro_schema_array_items(schema)
                                                          : avro_schema_map_values(schema);
        char *refusal = compile(&node->children[i], child, node->type == AVRO_UNION ? target : NULL, depth + 1, left);
        if (refusal)
            return refusal;
    }
    if (node->type == AVRO_RECORD)
        drop_weightless_fields(node);
    return NULL;
}

static const struct target *find_target(const struct target *targets, const char *name)
{
    for (const struct target *target = targets; target->name; target++)
        if (strcmp(target->name, name) == 0)
            return target;
    return NULL;
}

static char *compile_fields(struct plan *plan, const struct hf_schema *schema)
{
    const struct target *targets = types[plan->type].targets;
    size_t left = NODE_LIMIT;
    plan->root.type = AVRO_RECORD;
    plan->root.child_count = avro_schema_record_size(schema->schema);
    plan->root.children = g_new0(struct node, plan->root.child_count);
    for (const struct target *target = targets; target->name; target++)
        if (!target->is_optional && avro_schema_record_field_get_index(schema->schema, target->name) < 0)
            return g_strdup_printf("field %s is missing", target->name);
    for (size_t i = 0; i < plan->root.child_count; i++) {
        const char *name = avro_schema_record_field_name(schema->schema, (int)i);
        const struct target *target = find_target(targets, name);
        struct node *node = &plan->root.children[i];
        char *refusal = compile(node, avro_schema_record_field_get_by_index(schema->schema, (int)i), target, 0, &left);
        if (refusal)
            return refusal;
        if (target && target->kind == WANT_DECIMAL) {
            node->scale = hf_schema_decimal_scale(schema, name);
            if (node->scale > DECIMAL_SCALE_LIMIT)
                plan->code = HF_REFUSAL_BAD_QUANTITY;
            if (node->scale < 0 || node->scale > DECIMAL_SCALE_LIMIT)
                return g_strdup_printf("field %s is not a decimal of scale 0 to 6", name);
        }
    }
    return NULL;
}

static struct plan *compile_plan(const struct hf_schema *schema)
{
    struct plan *plan = g_new0(struct plan, 1);
    plan->code = HF_REFUSAL_UNKNOWN_SCHEMA;
    const char *name = is_avro_record(schema->schema) ? avro_schema_name(schema->schema) : "";
    const char *space = is_avro_record(schema->schema) ? avro_schema_namespace(schema->schema) : NULL;
    for (int type = 0; type < HF_EVENT_TYPE_COUNT; type++)
        if (space && strcmp(space, "headframe") == 0 && strcmp(types[type].name, name) == 0) {
            plan->type = (enum hf_event_type)type;
            plan->refusal = compile_fields(plan, schema);
            return plan;
        }
    plan->refusal = g_strdup_printf("\"%.80s\" is not a record type of headframe", name);
    return plan;
}

static const struct plan *find_plan(struct hf_event_decoder *decoder, uint32_t id, struct hf_refusal *refusal)
{
    if (decoder->recent && decoder->recent_id == id)
        return decoder->recent;
    struct plan *plan = g_hash_table_lookup(decoder->plans, GUINT_TO_POINTER(id));
    if (!plan) {
        const struct hf_schema *schema = hf_schema_store_get(decoder->store, id);
        if (!schema) {
            hf_refuse(refusal, HF_REFUSAL_UNKNOWN_SCHEMA, "schema id %u is not known", id);
            return NULL;
        }
        plan = compile_plan(schema);
        g_hash_table_insert(decoder->plans, GUINT_TO_POINTER(id), plan);
    }
    if (plan->refusal) {
        hf_refuse(refusal, plan->code, "schema id %u can not be read: %s", id, plan->refusal);
        return NULL;
    }
    decoder->recent = plan;
    decoder->recent_id = id;
    return plan;
}

/* --- walking the bytes ------------------------------------------------------------------------------------------ */

struct cursor {
    const uint8_t *at, *end;
    const char *field; /* the field being read, for messages */
    struct hf_refusal *refusal;
};

static int malformed(struct cursor *cursor, const char *what)
{
    return hf_refuse(cursor->refusal, HF_REFUSAL_MALFORMED, "field %s: %s", cursor->field, what);
}

static int64_t unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* Zig-zag varint of at most ten bytes. */
static int read_varint(struct cursor *cursor, int64_t *out)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && cursor->at < cursor->end; shift += 7) {
        uint8_t byte = *cursor->at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *out = unzigzag(value);
            return HF_OK;
        }
    }
    return malformed(cursor, "its number does not end within the record or is longer than 64 bits");
}

/* The same; lengths, branches and symbols mostly are one byte. */
static inline int read_long(struct cursor *cursor, int64_t *out)
{
    if (cursor->at == cursor->end || *cursor->at & 0x80)
        return read_varint(cursor, out);
    *out = unzigzag(*cursor->at++);
    return HF_OK;
}

static int read_span(struct cursor *cursor, int64_t length, struct hf_text *out)
{
    if (length < 0 || length > cursor->end - cursor->at)
        return malformed(cursor, "its length reaches beyond the record");
    *out = (struct hf_text){(const char *)cursor->at, (size_t)length};
    cursor->at += length;
    return HF_OK;
}

static int read_bytes(struct cursor *cursor, struct hf_text *out)
{
    int64_t length;
    return read_long(cursor, &length) == HF_OK ? read_span(cursor, length, out) : HF_EINVAL;
}

static int is_ascii(const struct hf_text *text)
{
    static const uint64_t high_bits = UINT64_C(0x8080808080808080);
    uint64_t bits = 0, eight;
    size_t i = 0;
    for (; i + sizeof eight <= text->length; i += sizeof eight) {
        memcpy(&eight, text->data + i, sizeof eight);
        bits |= eight;
    }
    for (; i < text->length; i++)
        bits |= (unsigned char)text->data[i];
    return !(bits & high_bits);
}

static int is_utf8(const struct hf_text *text)
{
    const char *at = text->data, *end = at + text->length;
    /* GLib ends at a NUL, which is UTF-8 like any other character. */
    while (at < end && !g_utf8_validate_len(at, (gsize)(end - at), &at) && *at == '\0')
        at++;
    return at == end;
}

/* Of an id that is not UTF-8, event_check says so. */
static int read_text(struct cursor *cursor, const struct target *target, struct hf_text *out)
{
    if (read_bytes(cursor, out) != HF_OK)
        return HF_EINVAL;
    return !target || target->kind == WANT_ID || is_ascii(out) || is_utf8(out) ? HF_OK
                                                                               : malformed(cursor, "it is not UTF-8");
}

static int read_node(struct cursor *cursor, const struct node *node, struct hf_event *event);

/* Blocks of items: a count, negated where a size in bytes follows, then the items; a count of 0 ends. */
static int read_over_blocks(struct cursor *cursor, const struct node *node, struct hf_event *event)
{
    for (;;) {
        int64_t count, size;
        struct hf_text skipped;
        if (read_long(cursor, &count) != HF_OK)
            return HF_EINVAL;
        if (count == 0)
            return HF_OK;
        if (count < 0) {
            if (read_long(cursor, &size) != HF_OK || read_span(cursor, size, &skipped) != HF_OK)
                return HF_EINVAL;
            continue;
        }
        /* Items without bytes could be claimed in any number, and one of them is like the next. */
        if (count > cursor->end - cursor->at)
            return malformed(cursor, "it claims more items than the record has bytes");
        for (int64_t i = 0; i < count; i++) {
            const uint8_t *before = cursor->at;
            if ((node->type == AVRO_MAP && read_bytes(cursor, &skipped) != HF_OK) ||
                read_node(cursor, &node->children[0], event) != HF_OK)
                return HF_EINVAL;
            if (cursor->at == before)
                break;
        }
    }
}

static int read_decimal(struct cursor *cursor, const struct node *node, hf_int128 *out)
{
    struct hf_text bytes;
    hf_int128 unscaled;
    if (read_bytes(cursor, &bytes) != HF_OK)
        return HF_EINVAL;
    if (bytes.length == 0)
        return malformed(cursor, "a decimal has at least one byte");
    if (hf_decimal_from_bytes((const uint8_t *)bytes.data, bytes.length, &unscaled) != HF_OK)
        return hf_refuse(cursor->refusal, HF_REFUSAL_BAD_QUANTITY, "%s has more than 28 digits", cursor->field);
    for (int scale = node->scale; scale < HF_MICRO_DIGITS; scale++)
        unscaled *= 10; /* below 10^34 */
    *out = unscaled;
    return HF_OK;
}

static int read_enum(struct cursor *cursor, const struct node *node, int *out)
{
    int64_t index;
    if (read_long(cursor, &index) != HF_OK)
        return HF_EINVAL;
    if (index < 0 || index >= node->size)
        return malformed(cursor, "its symbol is not in the schema");
    if (!node->target)
        return HF_OK;
    if (node->symbols[index] < 0)
        return hf_refuse(cursor->refusal,
                         strcmp(cursor->field, "unit") == 0 ? HF_REFUSAL_BAD_UNIT : HF_REFUSAL_MALFORMED,
                         "%s \"%.64s\" is not known", cursor->field, avro_schema_enum_get(node->schema, (int)index));
    *out = node->symbols[index];
    return HF_OK;
}

static int read_int(struct cursor *cursor, const struct target *target, struct hf_event *event)
{
    int64_t value;
    if (read_long(cursor, &value) != HF_OK)
        return HF_EINVAL;
    if (value < INT32_MIN || value > INT32_MAX)
        return malformed(cursor, "its number does not fit 32 bits");
    if (target && target->kind == WANT_LONG)
        *(int64_t *)((char *)event + target->offset) = value;
    else if (target)
        *(int32_t *)((char *)event + target->offset) = (int32_t)value;
    return HF_OK;
}

static int read_union(struct cursor *cursor, const struct node *node, struct hf_event *event)
{
    int64_t branch;
    if (read_long(cursor, &branch) != HF_OK)
        return HF_EINVAL;
    if (branch < 0 || branch >= (int64_t)node->child_count)
        return malformed(cursor, "its union branch is not in the schema");
    return read_node(cursor, &node->children[branch], event);
}

static int read_node(struct cursor *cursor, const struct node *node, struct hf_event *event)
{
    union {
        struct hf_text text;
        int64_t number;
        int symbol;
        hf_int128 decimal;
    } ignored;
    void *to = node->target ? (char *)event + node->target->offset : (char *)&ignored;
    switch (node->type) {
    case AVRO_NULL:
        return HF_OK;
    case AVRO_BOOLEAN:
        if (cursor->at == cursor->end || *cursor->at > 1)
            return malformed(cursor, "it is not a boolean");
        *(int *)to = *cursor->at++;
        return HF_OK;
    case AVRO_INT32:
        return read_int(cursor, node->target, event);
    case AVRO_INT64:
        return read_long(cursor, to);
    case AVRO_FLOAT:
        return read_span(cursor, 4, to);
    case AVRO_DOUBLE:
        return read_span(cursor, 8, to);
    case AVRO_FIXED:
        return read_span(cursor, node->size, to);
    case AVRO_STRING:
        return read_text(cursor, node->target, to);
    case AVRO_BYTES:
        return node->target ? read_decimal(cursor, node, to) : read_bytes(cursor, to);
    case AVRO_ENUM:
        return read_enum(cursor, node, to);
    case AVRO_UNION:
        return read_union(cursor, node, event);
    case AVRO_RECORD:
        for (size_t i = 0; i < node->child_count; i++)
            if (read_node(cursor, &node->children[i], event) != HF_OK)
                return HF_EINVAL;
        return HF_OK;
    case AVRO_ARRAY:
    case AVRO_MAP:
        return read_over_blocks(cursor, node, event);
    default:
        return malformed(cursor, "its type can not be read");
    }
}

int hf_event_decode(struct hf_event_decoder *decoder, const uint8_t *bytes, size_t length, struct hf_event *out_event,
                    struct hf_refusal *refusal)
{
    if (length < FRAME_LENGTH || bytes[0] != 0)
        return hf_refuse(refusal, HF_REFUSAL_MALFORMED,
                         length == 0 ? "the record has no value"
                                     : "the value does not start with 0x00 and a schema id (Confluent wire format)");
    uint32_t id = (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
    const struct plan *plan = find_plan(decoder, id, refusal);
    if (!plan)
        return HF_EINVAL;
    struct hf_event event = {.type = plan->type};
    struct cursor cursor = {bytes + FRAME_LENGTH, bytes + length, "", refusal};
    for (size_t i = 0; i < plan->root.child_count; i++) {
        const struct node *node = &plan->root.children[i];
        cursor.field = node->target ? node->target->name : "(unused)";
        if (read_node(&cursor, node, &event) != HF_OK)
            return HF_EINVAL;
    }
    if (cursor.at != cursor.end)
        return hf_refuse(refusal, HF_REFUSAL_MALFORMED, "%ld bytes follow the record's last field",
                         (long)(cursor.end - cursor.at));
    *out_event = event;
    return HF_OK;
}
