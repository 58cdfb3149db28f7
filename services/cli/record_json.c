/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how each format looks in JSON, and that whatever is on a topic comes out as one valid line. */
#include "record_json.h"

#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "event_json.h"
#include "json_fields.h"
#include "record_headers.h"
#include "totals_json.h"

struct hf_record_json {
    int topic;
    struct hf_json_writer *writer;
    struct hf_event_decoder *decoder; /* NULL: no schemas */
};

struct hf_record_json *hf_record_json_new(int topic, const struct hf_schema_store *schemas)
{
    struct hf_record_json *json = g_new0(struct hf_record_json, 1);
    json->topic = topic;
    json->writer = hf_json_writer_new();
    json->decoder = schemas ? hf_event_decoder_new(schemas) : NULL;
    return json;
}

void hf_record_json_free(struct hf_record_json **json)
{
    if (!*json)
        return;
    hf_event_decoder_free(&(*json)->decoder);
    hf_json_writer_free(&(*json)->writer);
    g_free(*json);
    *json = NULL;
}

/* --- values ----------------------------------------------------------------------------------------------------- */

/* What can not be read: why, and the bytes. */
static void write_undecodable(struct hf_json_writer *writer, const char *key, const char *reason,
                              const struct hf_record *record)
{
    hf_json_begin_object(writer, key);
    hf_json_string(writer, "undecodable", reason);
    hf_json_hex_field(writer, "value_hex", record->value, record->value_length);
    hf_json_end_object(writer);
}

static int is_json(const char *text, size_t length)
{
    if (memchr(text, '\0', length)) /* jansson passes over one behind a number */
        return 0;
    /* INT_AS_REAL: only the form matters here, however long its integers are. */
    json_t *value = json_loadb(text, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    json_decref(value);
    return value != NULL;
}

/* JSON as it is, on one line: its strings hold no raw line ends. Returns 0 where it is no JSON. */
static int write_json(struct hf_json_writer *writer, const char *key, const struct hf_record *record)
{
    if (!is_json(record->value, record->value_length))
        return 0;
    g_autofree char *line = g_strndup(record->value, record->value_length);
    for (char *p = line; (p = strpbrk(p, "\r\n")); p++)
        *p = ' ';
    hf_json_raw(writer, key, line, strlen(line));
    return 1;
}

static void write_text(struct hf_json_writer *writer, const char *key, const struct hf_record *record)
{
    if (g_utf8_validate_len(record->value, record->value_length, NULL))
        hf_json_text(writer, key, record->value, record->value_length);
    else
        write_undecodable(writer, key, "neither JSON nor UTF-8", record);
}

/* Returns 0 where it can not be decoded, with the reason. */
static int write_event(struct hf_record_json *json, const char *key, const struct hf_record *record,
                       struct hf_error *error)
{
    struct hf_event event;
    struct hf_refusal refusal;
    if (!json->decoder) {
        hf_error_set(error, HF_ENOENT, HF_ACTION_NONE, "there are no schemas");
        return 0;
    }
    if (hf_event_decode(json->decoder, (const uint8_t *)record->value, record->value_length, &event, &refusal) !=
        HF_OK) {
        hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s: %s", hf_refusal_name(refusal.code), refusal.detail);
        return 0;
    }
    hf_event_json_write(json->writer, key, &event);
    return 1;
}

static enum hf_topic_format format_of(int topic)
{
    return topic < 0 ? HF_FORMAT_JSON : hf_topic_info((enum hf_topic)topic)->format;
}

/* The value of a record as it would be on topic. Returns 0 with the reason, and nothing written, where it is not. */
static int write_decoded(struct hf_record_json *json, int topic, const char *key, const struct hf_record *record,
                         struct hf_error *error)
{
    switch (format_of(topic)) {
    case HF_FORMAT_AVRO:
        return write_event(json, key, record, error);
    case HF_FORMAT_DAYS:
    case HF_FORMAT_STATE:
        return hf_totals_json_write(json->writer, key, (enum hf_topic)topic, record, error) == HF_OK;
    default:
        hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "no JSON");
        return write_json(json->writer, key, record);
    }
}

static void write_value(struct hf_record_json *json, const char *key, const struct hf_record *record)
{
    struct hf_error error;
    if (!record->value)
        hf_json_null(json->writer, key);
    else if (write_decoded(json, json->topic, key, record, &error))
        return;
    else if (format_of(json->topic) == HF_FORMAT_JSON)
        write_text(json->writer, key, record);
    else
        write_undecodable(json->writer, key, error.text, record);
}

/* --- headers ---------------------------------------------------------------------------------------------------- */

static void write_header_value(struct hf_json_writer *writer, const char *key, const struct hf_header *header)
{
    if (!header->value)
        hf_json_null(writer, key);
    else
        hf_json_text_field(writer, key, header->value, header->length);
}

/* For each header, 1 more than the index of the next of its name, or 0; *out_is_first tells which are the first. New
 * arrays: release with g_free. A record can bring a million headers along, so no name is looked for in all of them. */
static size_t *chain_headers(const struct hf_header *headers, size_t count, char **out_is_first)
{
    g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal); /* name → 1 more than its index */
    size_t *next = g_new0(size_t, count + 1);
    *out_is_first = g_new0(char, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t before = GPOINTER_TO_SIZE(g_hash_table_lookup(last, headers[i].name));
        if (before)
            next[before - 1] = i + 1;
        else
            (*out_is_first)[i] = 1;
        g_hash_table_insert(last, (gpointer)headers[i].name, GSIZE_TO_POINTER(i + 1));
    }
    return next;
}

/* An object of names and values; a name that comes more than once has a list. */
static void write_headers(struct hf_json_writer *writer, const struct hf_header *headers, size_t count)
{
    g_autofree char *is_first = NULL;
    g_autofree size_t *next = chain_headers(headers, count, &is_first);
    hf_json_begin_object(writer, "headers");
    for (size_t i = 0; i < count; i++) {
        if (!is_first[i])
            continue;
        g_autofree char *name = g_utf8_make_valid(headers[i].name, -1);
        if (!next[i]) {
            write_header_value(writer, name, &headers[i]);
            continue;
        }
        hf_json_begin_array(writer, name);
        for (size_t j = i + 1; j; j = next[j - 1])
            write_header_value(writer, NULL, &headers[j - 1]);
        hf_json_end_array(writer);
    }
    hf_json_end_object(writer);
}

/* The topic from which a dead letter came, by its header; -1 where it is none of ours. */
static int origin(const struct hf_header *headers, size_t count)
{
    static const char name[] = "headframe-topic";
    for (size_t i = count; i-- > 0;) { /* ours comes behind what the record brought along */
        if (strcmp(headers[i].name, name) != 0 || !headers[i].value)
            continue;
        g_autofree char *full = g_strndup(headers[i].value, headers[i].length);
        for (int topic = 0; topic < HF_TOPIC_COUNT; topic++) /* the header has the name with the prefix */
            if (g_str_has_suffix(full, hf_topic_info((enum hf_topic)topic)->name))
                return topic;
    }
    return -1;
}

/* --- envelopes -------------------------------------------------------------------------------------------------- */

static void write_dead_value(struct hf_record_json *json, const struct hf_record *record,
                             const struct hf_header *headers, size_t header_count)
{
    struct hf_error ignored; /* why is in the headers */
    hf_json_hex_field(json->writer, "value_hex", record->value, record->value_length);
    if (!record->value || !write_decoded(json, origin(headers, header_count), "value", record, &ignored))
        hf_json_null(json->writer, "value");
}

const char *hf_record_json_envelope(struct hf_record_json *json, const struct hf_record *record, size_t *out_length)
{
    g_autoptr(GArray) all = hf_record_all_headers(record);
    const struct hf_header *headers = (const struct hf_header *)(void *)all->data;
    size_t header_count = all->len;
    struct hf_json_writer *writer = json->writer;
    hf_json_writer_reset(writer);
    hf_json_begin_object(writer, NULL);
    hf_json_integer(writer, "partition", record->partition);
    hf_json_integer(writer, "offset", record->offset);
    if (record->timestamp_ms < 0)
        hf_json_null(writer, "timestamp");
    else
        hf_json_time_field(writer, "timestamp", record->timestamp_ms);
    hf_json_text_field(writer, "key", record->key, record->key_length);
    write_headers(writer, headers, header_count);
    if (format_of(json->topic) == HF_FORMAT_ORIGINAL)
        write_dead_value(json, record, headers, header_count);
    else
        write_value(json, "value", record);
    hf_json_end_object(writer);
    return hf_json_writer_text(writer, out_length);
}

const char *hf_record_json_decoded(struct hf_record_json *json, const struct hf_record *record, size_t *out_length,
                                   struct hf_error *error)
{
    hf_json_writer_reset(json->writer);
    return write_decoded(json, json->topic, NULL, record, error) ? hf_json_writer_text(json->writer, out_length) : NULL;
}

const char *hf_record_json_value(struct hf_record_json *json, const struct hf_record *record, size_t *out_length)
{
    if (format_of(json->topic) == HF_FORMAT_ORIGINAL)
        return hf_record_json_envelope(json, record, out_length);
    hf_json_writer_reset(json->writer);
    write_value(json, NULL, record);
    return hf_json_writer_text(json->writer, out_length);
}
