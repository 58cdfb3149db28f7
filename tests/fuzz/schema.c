/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes writer schemas that no one should write: the input is a schema's JSON up to the first NUL, then the body of a
 * record of it. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event_rules.h"
#include "fuzz.h"
#include "schema_directory.h"

/* jansson and Avro C keep a tree of the schema each, and the plan one more. */
const struct fuzz_limits fuzz_limits = {1 << 23, 4096};

enum { FRAME_LENGTH = 5 };

/* A record is taken only where its decimal has a scale of 0 to 6, by the words of the schema. */
static void hold_scale(const struct hf_schema *schema, const char *decimal)
{
    json_t *root = json_loads(schema->json, 0, NULL), *field;
    size_t index;
    json_array_foreach(json_object_get(root, "fields"), index, field)
    {
        const json_t *type = json_object_get(field, "type");
        json_int_t scale = json_integer_value(json_object_get(type, "scale"));
        if (g_strcmp0(json_string_value(json_object_get(field, "name")), decimal) == 0)
            HOLD(scale >= 0 && scale <= HF_MICRO_DIGITS);
    }
    json_decref(root);
}

static void decode(const struct hf_schema_store *store, struct hf_text body)
{
    struct hf_event_decoder *decoder = hf_event_decoder_new(store);
    struct hf_event event;
    uint8_t *framed = malloc(FRAME_LENGTH + body.length);
    HOLD(framed);
    memcpy(framed, (const uint8_t[]){0, 0, 0, 0, 1}, FRAME_LENGTH);
    memcpy(framed + FRAME_LENGTH, body.data, body.length);
    const struct hf_schema *schema = hf_schema_store_get(store, 1);
    int result = event_rules_hold(decoder, schema, framed, FRAME_LENGTH + body.length, &event);
    if (result == HF_OK && event.type == HF_EVENT_PRODUCTION)
        hold_scale(schema, "quantity");
    if (result == HF_OK && event.type == HF_EVENT_COST)
        hold_scale(schema, "amount");
    free(framed);
    hf_event_decoder_free(&decoder);
}

void fuzz_one(struct fuzz_input *input)
{
    struct hf_schema_store *store = NULL;
    struct hf_error error = {0};
    event_rules_bound_avro();
    struct hf_text json = fuzz_until(input, '\0');
    event_rules_begin_avro();
    int result = hf_schema_store_new(schema_directory_with(json), &store, &error);
    if (result == HF_OK) {
        decode(store, fuzz_rest(input));
        (void)hf_schema_store_find(store, "headframe.ProductionEvent"); /* whichever: it must not fail */
    } else {
        fuzz_hold_error(&error);
    }
    hf_schema_store_free(&store);
    size_t left = event_rules_end_avro();
    HOLD(result != HF_OK || left == 0); /* of a schema that it refuses Avro C forgets parts */
}
