/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON emitter in which a figure never passes through a binary float. */
#include "headframe/json_writer.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/decimal.h"

struct hf_json_writer {
    GString *text;
    int needs_comma;
};

struct hf_json_writer *hf_json_writer_new(void)
{
    struct hf_json_writer *writer = g_new0(struct hf_json_writer, 1);
    writer->text = g_string_sized_new(4096);
    return writer;
}

void hf_json_writer_free(struct hf_json_writer **writer)
{
    if (!*writer)
        return;
    g_string_free((*writer)->text, TRUE);
    g_free(*writer);
    *writer = NULL;
}

void hf_json_writer_reset(struct hf_json_writer *writer)
{
    g_string_truncate(writer->text, 0);
    writer->needs_comma = 0;
}

const char *hf_json_writer_text(const struct hf_json_writer *writer, size_t *out_length)
{
    *out_length = writer->text->len;
    return writer->text->str;
}

/* RFC 8259: quotation mark, backslash and control characters are escaped, all else stands as it is. */
static void append_quoted(GString *text, const char *value, size_t length)
{
    g_string_append_c(text, '"');
    for (const char *p = value; p < value + length; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\') {
            g_string_append_c(text, '\\');
            g_string_append_c(text, *p);
        } else if (c < 0x20) {
            g_string_append_printf(text, "\\u%04x", c);
        } else {
            g_string_append_c(text, *p);
        }
    }
    g_string_append_c(text, '"');
}

static void begin_value(struct hf_json_writer *writer, const char *key)
{
    if (writer->needs_comma)
        g_string_append_c(writer->text, ',');
    if (key) {
        append_quoted(writer->text, key, strlen(key));
        g_string_append_c(writer->text, ':');
    }
    writer->needs_comma = 1;
}

static void open_bracket(struct hf_json_writer *writer, const char *key, char bracket)
{
    begin_value(writer, key);
    g_string_append_c(writer->text, bracket);
    writer->needs_comma = 0;
}

static void close_bracket(struct hf_json_writer *writer, char bracket)
{
    g_string_append_c(writer->text, bracket);
    writer->needs_comma = 1;
}

void hf_json_begin_object(struct hf_json_writer *writer, const char *key)
{
    open_bracket(writer, key, '{');
}

void hf_json_end_object(struct hf_json_writer *writer)
{
    close_bracket(writer, '}');
}

void hf_json_begin_array(struct hf_json_writer *writer, const char *key)
{
    open_bracket(writer, key, '[');
}

void hf_json_end_array(struct hf_json_writer *writer)
{
    close_bracket(writer, ']');
}

void hf_json_null(struct hf_json_writer *writer, const char *key)
{
    begin_value(writer, key);
    g_string_append(writer->text, "null");
}

void hf_json_integer(struct hf_json_writer *writer, const char *key, int64_t value)
{
    begin_value(writer, key);
    g_string_append_printf(writer->text, "%lld", (long long)value);
}

void hf_json_string(struct hf_json_writer *writer, const char *key, const char *value)
{
    hf_json_text(writer, key, value, value ? strlen(value) : 0);
}

void hf_json_text(struct hf_json_writer *writer, const char *key, const char *value, size_t length)
{
    if (!value) {
        hf_json_null(writer, key);
        return;
    }
    begin_value(writer, key);
    append_quoted(writer->text, value, length);
}

void hf_json_boolean(struct hf_json_writer *writer, const char *key, int value)
{
    begin_value(writer, key);
    g_string_append(writer->text, value ? "true" : "false");
}

void hf_json_raw(struct hf_json_writer *writer, const char *key, const char *json, size_t length)
{
    begin_value(writer, key);
    g_string_append_len(writer->text, json, (gssize)length);
}

void hf_json_decimal(struct hf_json_writer *writer, const char *key, const mpq_t value, unsigned digits)
{
    char *text = hf_rational_format(value, digits);
    hf_json_string(writer, key, text);
    free(text);
}

void hf_json_date(struct hf_json_writer *writer, const char *key, int has_date, int32_t date)
{
    char text[HF_DATE_TEXT];
    hf_json_string(writer, key, has_date ? hf_date_format(date, text) : NULL);
}
