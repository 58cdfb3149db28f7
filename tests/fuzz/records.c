/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes what the command line shows of records: any topic's value, key and headers as JSON and as text, dead letters
 * with whatever their records brought along, and summaries.
 *
 *   1 byte  the topic, of all there are and one unknown; 1 byte  how many headers (255: all that is left is headers)
 *   the key up to a line end; each header's name and value up to a line end each ("~": null); the value */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/engine/headers.h"
#include "dead_letters_filter.h"
#include "dead_letters_text.h"
#include "event_rules.h"
#include "fuzz.h"
#include "headframe/dead_letter.h"
#include "record_headers.h"
#include "record_json.h"
#include "summary_find.h"
#include "summary_text.h"

/* Hexadecimal digits, escapes of six bytes, jansson's trees; indents of JSON (bounded) are the most. */
const struct fuzz_limits fuzz_limits = {1 << 22, 1024};

enum { ONLY_HEADERS = 255 };

/* --- what must hold of what is shown ------------------------------------------------------------------------------- */

static json_t *hold_json_line(const char *text, size_t length)
{
    HOLD(strlen(text) == length && !strpbrk(text, "\r\n"));
    json_t *value = json_loadb(text, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    HOLD(value);
    return value;
}

/* What goes to a terminal: UTF-8, and nothing in it that acts. */
static void hold_harmless(char *text)
{
    HOLD(text && g_utf8_validate(text, -1, NULL));
    for (const char *c = text; *c; c = g_utf8_next_char(c))
        HOLD(*c == '\n' || !g_unichar_iscntrl(g_utf8_get_char(c)));
    g_free(text);
}

static void hold_indented(const char *json, size_t length)
{
    json_t *value = hold_json_line(json, length);
    char *indented = hf_json_indent(json, length);
    json_t *again = json_loads(indented, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    HOLD(again && json_equal(value, again));
    json_decref(value);
    json_decref(again);
    g_free(indented);
}

static void show(int topic, const struct hf_record *record)
{
    struct hf_record_json *json = hf_record_json_new(topic, event_rules_shipped());
    struct hf_error error = {0};
    size_t length;
    const char *text = hf_record_json_envelope(json, record, &length);
    json_decref(hold_json_line(text, length));
    text = hf_record_json_value(json, record, &length);
    hold_indented(text, length);
    if (record->value) {
        text = hf_record_json_decoded(json, record, &length, &error);
        if (text)
            hold_indented(text, length);
        else
            fuzz_hold_error(&error);
    }
    hf_record_json_free(&json);
}

/* --- dead letters -------------------------------------------------------------------------------------------------- */

static void read_letter(const struct hf_record *record)
{
    struct hf_letter *letter = hf_letter_new(record);
    const struct hf_letter_filter filter = {.key = "m", .since_ms = INT64_MIN, .limit = INT64_MAX, .codes = 2};
    g_autoptr(GArray) headers = hf_record_all_headers(record);
    g_autoptr(GPtrArray) letters = g_ptr_array_new();
    g_ptr_array_add(letters, letter);
    HOLD(letter->partition >= -1 && letter->offset >= -1);
    hold_harmless(hf_letters_table(letters));
    hold_harmless(hf_letter_head_text(letter, headers, "headframe.dead-letters"));
    hold_harmless(hf_printable(record->value, record->value_length));
    hold_harmless(hf_hex_dump(record->value, record->value_length));
    (void)hf_letter_filter_takes(&filter, letter);                       /* either is right */
    (void)hf_letter_topic_find(letter->topic ? letter->topic : "", "x"); /* likewise */
    hf_letter_free(&letter);
}

/* The letter of a record says just what it was told, whatever headers the record brought along. */
static int hold_letter(void *context, const struct hf_output *output, struct hf_error *error)
{
    const struct hf_record *original = context;
    const struct test_headers headers = {output->headers, output->header_count};
    struct hf_record record = {
        .key = output->key,
        .key_length = output->key_length,
        .value = output->value,
        .value_length = output->value_length,
        .message = (void *)&headers,
    };
    (void)error;
    HOLD(output->topic == HF_TOPIC_DEAD_LETTERS);
    HOLD(!record.value == !original->value && record.value_length == original->value_length);
    HOLD(!record.key == !original->key && record.key_length == original->key_length);
    struct hf_letter *letter = hf_letter_new(&record);
    HOLD(strcmp(letter->code, "BAD_ID") == 0 && strcmp(letter->detail, "a sentence") == 0);
    HOLD(strcmp(letter->topic, "mine.production") == 0 && strcmp(letter->daemon, "fuzz") == 0);
    HOLD(letter->partition == original->partition && letter->offset == original->offset);
    hf_letter_free(&letter);
    read_letter(&record);
    show(HF_TOPIC_DEAD_LETTERS, &record);
    return HF_OK;
}

static void write_letter(struct hf_record *record)
{
    struct hf_dead_letters *letters = hf_dead_letters_new("fuzz");
    struct hf_refusal refusal = {0};
    struct hf_error error = {0};
    const struct hf_sink sink = {hold_letter, record};
    hf_refuse(&refusal, HF_REFUSAL_BAD_ID, "a sentence");
    hf_dead_letters_add(letters, "mine.production", record, &refusal);
    HOLD(hf_dead_letters_publish(letters, &sink, &error) == HF_OK);
    hf_dead_letters_free(&letters);
}

/* --- summaries ----------------------------------------------------------------------------------------------------- */

static void read_summary(const struct hf_record *record)
{
    struct hf_summary_finder *finder = hf_summary_finder_new("aurora", "2012");
    hf_summary_finder_take(finder, record->key, record->key_length, record->value, record->value_length);
    const char *value = hf_summary_finder_value(finder);
    if (!value)
        g_free(hf_summary_finder_explain(finder));
    hf_summary_finder_free(&finder);
    json_t *parsed = record->value ? json_loadb(record->value, record->value_length, 0, NULL) : NULL;
    if (parsed)
        g_free(hf_summary_text(parsed, (struct hf_summary_extent){1, 1}));
    json_decref(parsed);
}

/* --- the input ----------------------------------------------------------------------------------------------------- */

static int is_null(struct hf_text text)
{
    return text.length == 1 && text.data[0] == '~';
}

static GArray *take_headers(struct fuzz_input *input, unsigned count)
{
    GArray *headers = g_array_new(FALSE, FALSE, sizeof(struct hf_header));
    for (unsigned i = 0; count == ONLY_HEADERS ? input->at < input->end : i < count; i++) {
        struct hf_text name = fuzz_until(input, '\n'), value = fuzz_until(input, '\n');
        struct hf_header header = {fuzz_string(name), is_null(value) ? NULL : value.data,
                                   is_null(value) ? 0 : value.length};
        g_array_append_val(headers, header);
    }
    return headers;
}

void fuzz_one(struct fuzz_input *input)
{
    int topic = fuzz_byte(input) % (HF_TOPIC_COUNT + 1) - 1;
    unsigned header_count = fuzz_byte(input);
    struct hf_text key = fuzz_until(input, '\n');
    GArray *headers = take_headers(input, header_count);
    struct test_headers all = {(const struct hf_header *)(void *)headers->data, headers->len};
    struct hf_text value = fuzz_rest(input);
    struct hf_record record = {
        .partition = 3,
        .offset = 41,
        .timestamp_ms = 1056978000000,
        .key = is_null(key) ? NULL : key.data,
        .key_length = is_null(key) ? 0 : key.length,
        .value = is_null(value) ? NULL : value.data,
        .value_length = is_null(value) ? 0 : value.length,
        .message = &all,
    };
    event_rules_bound_avro();
    show(topic, &record);
    read_letter(&record);
    write_letter(&record);
    read_summary(&record);
    for (guint i = 0; i < headers->len; i++)
        free((char *)g_array_index(headers, struct hf_header, i).name);
    g_array_unref(headers);
}
