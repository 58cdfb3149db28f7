/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes files that `headframe publish` reads, up to the bytes that it would send.
 *
 *   1 byte  the topic, and whether the rest is CSV or NDJSON */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event_json.h"
#include "event_rules.h"
#include "fuzz.h"
#include "headframe/reference_json.h"
#include "record_source.h"
#include "reference_record.h"

/* A row of empty cells takes two bytes a cell and no object; jansson's objects of short members take the most. */
const struct fuzz_limits fuzz_limits = {1 << 22, 600};

static const enum hf_topic topics[] = {HF_TOPIC_PRODUCTION, HF_TOPIC_COSTS, HF_TOPIC_COMPANIES, HF_TOPIC_MINES,
                                       HF_TOPIC_PRICES,     HF_TOPIC_FX,    HF_TOPIC_GUIDANCE,  HF_TOPIC_PEERS};

/* What was written as JSON is read as the same event. */
static void hold_json(const struct hf_event *event, const uint8_t *bytes, size_t length)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    struct hf_event again;
    struct hf_error error = {0};
    uint8_t *bytes_again;
    size_t text_length, length_again;
    hf_event_json_write(writer, NULL, event);
    const char *text = hf_json_writer_text(writer, &text_length);
    json_t *record = json_loadb(text, text_length, 0, NULL);
    HOLD(record && hf_event_json_read(record, event->type, 0, &again, &error) == HF_OK);
    HOLD(hf_event_encode(event_rules_shipped(), &again, &bytes_again, &length_again, &error) == HF_OK);
    HOLD(length_again == length && memcmp(bytes, bytes_again, length) == 0);
    free(bytes_again);
    json_decref(record);
    hf_json_writer_free(&writer);
}

/* What is sent is decoded as what was read. */
static int make_event(const json_t *record, enum hf_topic topic, int is_text, struct hf_error *error)
{
    static struct hf_event_decoder *decoder;
    enum hf_event_type type;
    struct hf_event event, decoded;
    uint8_t *bytes;
    size_t length;
    int result = hf_event_json_type(record, topic, -1, &type, error);
    if (result == HF_OK)
        result = hf_event_json_read(record, type, is_text, &event, error);
    if (result == HF_OK)
        result = hf_event_encode(event_rules_shipped(), &event, &bytes, &length, error);
    if (result != HF_OK)
        return result;
    if (!decoder)
        decoder = hf_event_decoder_new(event_rules_shipped());
    HOLD(event_rules_hold(decoder, hf_schema_store_get(event_rules_shipped(), bytes[4]), bytes, length, &decoded) ==
         HF_OK);
    HOLD(decoded.micro == event.micro && decoded.from == event.from && decoded.through == event.through &&
         decoded.occurred_at_ms == event.occurred_at_ms && decoded.revision == event.revision);
    hold_json(&event, bytes, length);
    free(bytes);
    return HF_OK;
}

/* What is sent is what the daemons take. */
static int make_reference(json_t *record, enum hf_topic topic, int is_text, struct hf_error *error)
{
    char *key = NULL, *value = NULL;
    struct hf_mine *mine = NULL;
    struct hf_company *company = NULL;
    int result = is_text ? hf_reference_record_from_text(record, error) : HF_OK;
    if (result == HF_OK)
        result = hf_reference_record_make(topic, record, &key, &value, error);
    if (result != HF_OK)
        return result;
    HOLD(*key && g_utf8_validate(key, -1, NULL));
    if (value && topic == HF_TOPIC_MINES)
        HOLD(hf_mine_parse(key, strlen(key), value, strlen(value), &mine, NULL) == HF_OK);
    if (value && topic == HF_TOPIC_COMPANIES)
        HOLD(hf_company_parse(key, strlen(key), value, strlen(value), &company, NULL) == HF_OK);
    hf_mine_free(&mine);
    hf_company_free(&company);
    free(key);
    free(value);
    return HF_OK;
}

static void read_all(struct hf_record_source *source, enum hf_topic topic)
{
    struct hf_error error = {0};
    json_t *record;
    int is_event = !hf_reference_record_is_for(topic), is_text = hf_record_source_is_text(source);
    for (int got; (got = hf_record_source_next(source, &record, &error)) != 0;) {
        int result = got < 0    ? got
                     : is_event ? make_event(record, topic, is_text, &error)
                                : make_reference(record, topic, is_text, &error);
        if (got > 0)
            json_decref(record);
        HOLD(hf_record_source_line(source) > 0);
        HOLD(result == HF_OK || result == HF_EINVAL || result == HF_ERANGE);
        if (result != HF_OK)
            fuzz_hold_error(&error);
    }
}

void fuzz_one(struct fuzz_input *input)
{
    uint8_t choice = fuzz_byte(input);
    enum hf_topic topic = topics[choice / 2 % G_N_ELEMENTS(topics)];
    struct hf_record_source *source = NULL;
    struct hf_error error = {0};
    event_rules_bound_avro();
    const char *path = fuzz_file(fuzz_rest(input));
    if (hf_record_source_new(path, choice % 2 ? HF_SOURCE_CSV : HF_SOURCE_NDJSON, &source, &error) == HF_OK)
        read_all(source, topic);
    else
        fuzz_hold_error(&error);
    hf_record_source_free(&source);
}
