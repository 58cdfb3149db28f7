/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON emitter in which a figure never passes through a binary float. */
#include "headframe/json_writer.h"

#include <glib.h>
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/decimal.h"

struct hf_json_writer {
    char *text; /* always followed by a NUL */
    size_t length, capacity;
    struct hf_quotient_space space;
    int needs_comma;
};

enum { FIRST_CAPACITY = 4096 };

struct hf_json_writer *hf_json_writer_new(void)
{
    struct hf_json_writer *writer = g_new0(struct hf_json_writer, 1);
    writer->capacity = FIRST_CAPACITY;
    writer->text = g_malloc(writer->capacity);
    hf_quotient_space_init(&writer->space);
    hf_json_writer_reset(writer);
    return writer;
}

void hf_json_writer_free(struct hf_json_writer **writer)
{
    if (!*writer)
        return;
    hf_quotient_space_fini(&(*writer)->space);
    g_free((*writer)->text);
    g_free(*writer);
    *writer = NULL;
}

void hf_json_writer_reset(struct hf_json_writer *writer)
{
    writer->length = 0;
    writer->text[0] = '\0';
    writer->needs_comma = 0;
}

const char *hf_json_writer_text(const struct hf_json_writer *writer, size_t *out_length)
{
    *out_length = writer->length;
    return writer->text;
}

/* --- text ------------------------------------------------------------------------------------------------------- */

/* Room for so many bytes and a NUL at the end of the text. Whoever fills it hands the new end to finish. */
static char *reserve(struct hf_json_writer *writer, size_t bytes)
{
    if (bytes >= writer->capacity - writer->length) {
        writer->capacity = 2 * writer->capacity + bytes;
        writer->text = g_realloc(writer->text, writer->capacity);
    }
    return writer->text + writer->length;
}

static void finish(struct hf_json_writer *writer, char *end)
{
    *end = '\0';
    writer->length = (size_t)(end - writer->text);
}

static char *put(char *end, const char *bytes, size_t count)
{
    memcpy(end, bytes, count);
    return end + count;
}

/* RFC 8259: quotation mark, backslash and control characters are escaped, all else stands as it is. */
static int needs_escape(char character)
{
    return character == '"' || character == '\\' || (unsigned char)character < 0x20;
}

static char *put_escaped(char *end, char character)
{
    static const char hexadecimal[] = "0123456789abcdef";
    *end++ = '\\';
    if (character == '"' || character == '\\') {
        *end++ = character;
        return end;
    }
    end = put(end, "u00", 3);
    *end++ = hexadecimal[character >> 4];
    *end++ = hexadecimal[character & 15];
    return end;
}

enum { ESCAPE_BYTES = 6 }; /* the most that a character takes */

/* Takes up to ESCAPE_BYTES × length + 2 bytes. */
static char *put_quoted(char *end, const char *text, size_t length)
{
    *end++ = '"';
    for (size_t i = 0; i < length; i++) {
        if (needs_escape(text[i]))
            end = put_escaped(end, text[i]);
        else
            *end++ = text[i];
    }
    *end++ = '"';
    return end;
}

/* --- values ----------------------------------------------------------------------------------------------------- */

/* Writes what stands before a value, makes room for the value, and returns where it goes. */
static char *begin_value(struct hf_json_writer *writer, const char *key, size_t value_bytes)
{
    size_t length = key ? strlen(key) : 0;
    char *end = reserve(writer, ESCAPE_BYTES * length + 4 + value_bytes); /* 4: comma, two quotation marks, colon */
    if (writer->needs_comma)
        *end++ = ',';
    if (key) {
        end = put_quoted(end, key, length);
        *end++ = ':';
    }
    writer->needs_comma = 1;
    return end;
}

static void open_bracket(struct hf_json_writer *writer, const char *key, char bracket)
{
    char *end = begin_value(writer, key, 1);
    *end++ = bracket;
    finish(writer, end);
    writer->needs_comma = 0;
}

static void close_bracket(struct hf_json_writer *writer, char bracket)
{
    char *end = reserve(writer, 1);
    *end++ = bracket;
    finish(writer, end);
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

void hf_json_raw(struct hf_json_writer *writer, const char *key, const char *json, size_t length)
{
    finish(writer, put(begin_value(writer, key, length), json, length));
}

void hf_json_null(struct hf_json_writer *writer, const char *key)
{
    hf_json_raw(writer, key, "null", 4);
}

void hf_json_boolean(struct hf_json_writer *writer, const char *key, int value)
{
    hf_json_raw(writer, key, value ? "true" : "false", value ? 4 : 5);
}

void hf_json_integer(struct hf_json_writer *writer, const char *key, int64_t value)
{
    char text[41];
    hf_json_raw(writer, key, text, strlen(hf_int128_format(value, text)));
}

void hf_json_text(struct hf_json_writer *writer, const char *key, const char *value, size_t length)
{
    if (!value) {
        hf_json_null(writer, key);
        return;
    }
    char *end = begin_value(writer, key, ESCAPE_BYTES * length + 2);
    finish(writer, put_quoted(end, value, length));
}

void hf_json_string(struct hf_json_writer *writer, const char *key, const char *value)
{
    hf_json_text(writer, key, value, value ? strlen(value) : 0);
}

void hf_json_quotient(struct hf_json_writer *writer, const char *key, const mpz_t numerator, const mpz_t denominator,
                      unsigned digits)
{
    char *end = begin_value(writer, key, hf_quotient_bound(numerator, digits) + 2);
    *end++ = '"';
    end += hf_quotient_format(numerator, denominator, digits, &writer->space, end);
    *end++ = '"';
    finish(writer, end);
}

void hf_json_decimal(struct hf_json_writer *writer, const char *key, const mpq_t value, unsigned digits)
{
    hf_json_quotient(writer, key, mpq_numref(value), mpq_denref(value), digits);
}

void hf_json_date(struct hf_json_writer *writer, const char *key, int has_date, int32_t date)
{
    char text[HF_DATE_TEXT];
    hf_json_string(writer, key, has_date ? hf_date_format(date, text) : NULL);
}
