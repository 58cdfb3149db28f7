/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how dead letters look, and that what came from a stranger's record cannot steer the terminal it is shown on. */
#include "dead_letters_text.h"

#include <inttypes.h>
#include <string.h>

#include "iso_time.h"
#include "table.h"

/* --- text of a record ------------------------------------------------------------------------------------------- */

/* The length of the printable character that begins text, 0 where there is none. */
static size_t printable_length(const char *text, size_t length)
{
    gunichar c = g_utf8_get_char_validated(text, (gssize)length);
    if (c == (gunichar)-1 || c == (gunichar)-2 || !g_unichar_isprint(c))
        return 0;
    return (size_t)(g_utf8_next_char(text) - text);
}

char *hf_printable(const void *bytes, size_t length)
{
    const char *text = bytes;
    if (!text)
        return g_strdup("(none)");
    if (length == 0)
        return g_strdup("(empty)");
    GString *out = g_string_sized_new(length);
    for (size_t i = 0, taken; i < length; i += taken) {
        taken = printable_length(text + i, length - i);
        if (taken > 0)
            g_string_append_len(out, text + i, (gssize)taken);
        else
            g_string_append_printf(out, "\\x%02x", (unsigned char)text[i]);
        taken = MAX(taken, 1);
    }
    return g_string_free(out, FALSE);
}

static char *printable_text(const char *text)
{
    return text ? hf_printable(text, strlen(text)) : g_strdup("?");
}

char *hf_letter_key_text(const struct hf_letter *letter)
{
    gsize length;
    if (!letter->key)
        return hf_printable(NULL, 0);
    const void *bytes = g_bytes_get_data(letter->key, &length);
    return hf_printable(bytes ? bytes : "", length);
}

char *hf_letter_origin_text(const struct hf_letter *letter)
{
    g_autofree char *topic = printable_text(letter->topic);
    if (letter->partition < 0 || letter->offset < 0)
        return g_strdup(topic);
    return g_strdup_printf("%s [%" PRId32 "] %" PRId64, topic, letter->partition, letter->offset);
}

static char *written_text(const struct hf_letter *letter)
{
    char buffer[HF_ISO_TIME_TEXT];
    return g_strdup(letter->written_ms < 0 ? "?" : hf_iso_time_format(letter->written_ms, buffer));
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

char *hf_letters_table(const GPtrArray *letters)
{
    static const char *const headings[] = {"PLACE", "WRITTEN", "CODE", "RECORD", "KEY", "SENTENCE"};
    struct hf_table *table = hf_table_new(G_N_ELEMENTS(headings));
    for (int i = 0; i < (int)G_N_ELEMENTS(headings); i++) {
        hf_table_align_left(table, i);
        hf_table_add(table, headings[i]);
    }
    for (guint i = 0; i < letters->len; i++) {
        const struct hf_letter *letter = g_ptr_array_index(letters, i);
        char place[HF_PLACE_TEXT];
        hf_table_add(table, hf_place_format(letter->place, place));
        hf_table_take(table, written_text(letter));
        hf_table_take(table, printable_text(letter->code));
        hf_table_take(table, hf_letter_origin_text(letter));
        hf_table_take(table, hf_letter_key_text(letter));
        hf_table_take(table, printable_text(letter->detail));
    }
    GString *out = g_string_new(NULL);
    hf_table_print(table, out);
    hf_table_free(&table);
    return g_string_free(out, FALSE);
}

/* --- one letter ------------------------------------------------------------------------------------------------- */

/* The headers that headframe added, or the others. */
static void append_headers(GString *out, const GArray *headers, int are_added, const char *heading)
{
    struct hf_table *table = hf_table_new(2);
    g_autofree char *is_added = hf_letter_added_headers(headers);
    int count = 0;
    hf_table_align_left(table, 1);
    for (guint i = 0; i < headers->len; i++) {
        const struct hf_header *header = &g_array_index(headers, struct hf_header, i);
        if (is_added[i] != are_added)
            continue;
        g_autofree char *name = hf_printable(header->name, strlen(header->name));
        hf_table_take(table, g_strconcat("  ", name, NULL));
        hf_table_take(table, hf_printable(header->value, header->length));
        count++;
    }
    g_string_append_printf(out, "\n%s%s\n", heading, count ? "" : ": none");
    hf_table_print(table, out);
    hf_table_free(&table);
}

char *hf_letter_head_text(const struct hf_letter *letter, const GArray *headers, const char *topic)
{
    char place[HF_PLACE_TEXT];
    g_autofree char *written = written_text(letter), *code = printable_text(letter->code);
    g_autofree char *detail = printable_text(letter->detail), *daemon = printable_text(letter->daemon);
    g_autofree char *origin = hf_letter_origin_text(letter), *key = hf_letter_key_text(letter);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "Letter    %s of %s, written %s\n", hf_place_format(letter->place, place), topic,
                           written);
    g_string_append_printf(out, "Code      %s\nSentence  %s\n", code, detail);
    g_string_append_printf(out, "Record    %s, refused by %s\nKey       %s\n", origin, daemon,
                           letter->digest ? "not kept" : key);
    append_headers(out, headers, 0, "Headers of the record");
    append_headers(out, headers, 1, "Headers that headframe added");
    return g_string_free(out, FALSE);
}

/* --- values ----------------------------------------------------------------------------------------------------- */

enum { DUMP_WIDTH = 16, DEEPEST_INDENT = 40 /* what lies deeper in a stranger's JSON would be all blanks */ };

static void dump_line(GString *out, const unsigned char *bytes, size_t offset, size_t count)
{
    g_string_append_printf(out, "%08zx ", offset);
    for (size_t i = 0; i < DUMP_WIDTH; i++) {
        const char *gap = i == DUMP_WIDTH / 2 ? "  " : " ";
        if (i < count)
            g_string_append_printf(out, "%s%02x", gap, bytes[offset + i]);
        else
            g_string_append_printf(out, "%s  ", gap);
    }
    g_string_append(out, "  |");
    for (size_t i = 0; i < count; i++)
        g_string_append_c(out, g_ascii_isprint(bytes[offset + i]) ? (char)bytes[offset + i] : '.');
    g_string_append(out, "|\n");
}

char *hf_hex_dump(const void *bytes, size_t length)
{
    GString *out = g_string_new(NULL);
    for (size_t offset = 0; offset < length; offset += DUMP_WIDTH)
        dump_line(out, bytes, offset, MIN(length - offset, DUMP_WIDTH));
    return g_string_free(out, FALSE);
}

/* The end of the string whose opening quote is at json[at]: just behind the closing one. */
static size_t string_end(const char *json, size_t at, size_t length)
{
    for (at++; at < length && json[at] != '"'; at++)
        if (json[at] == '\\')
            at++;
    return MIN(at + 1, length);
}

char *hf_json_indent(const char *json, size_t length)
{
    GString *out = g_string_new(NULL);
    int level = 0;
    char before = '\0'; /* the last character that is no white space */
    for (size_t at = 0, end; at < length; at = end) {
        char c = json[at];
        end = c == '"' ? string_end(json, at, length) : at + 1;
        if (g_ascii_isspace(c))
            continue;
        int follows_opening = before == '{' || before == '[', is_closing = c == '}' || c == ']';
        level -= is_closing;
        if (before == ',' || follows_opening != is_closing) /* {} stays together */
            g_string_append_printf(out, "\n%*s", 2 * MIN(level, DEEPEST_INDENT), "");
        g_string_append_len(out, json + at, (gssize)(end - at));
        if (c == ':')
            g_string_append_c(out, ' ');
        level += c == '{' || c == '[';
        before = c;
    }
    return g_string_free(out, FALSE);
}
