/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how a line becomes a record, so that what follows need not know the file's format. */
#include "record_source.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "headframe/json_text.h"
#include "headframe/topics.h"

struct hf_record_source {
    FILE *file;
    long line;
    struct hf_csv *csv; /* NULL: NDJSON */
    GPtrArray *header;  /* CSV: field names */
    GString *text;      /* NDJSON: the line */
};

/* --- NDJSON ----------------------------------------------------------------------------------------------------- */

static int is_blank(const char *text, size_t length)
{
    return strspn(text, " \t\r\n") == length;
}

/* Reads a line without its end; of one that is too long only as much as shows that. Returns 0 at the end of the file. */
static int read_line(struct hf_record_source *source)
{
    int c = getc_unlocked(source->file);
    g_string_truncate(source->text, 0);
    if (c == EOF)
        return 0;
    for (; c != EOF && c != '\n'; c = getc_unlocked(source->file))
        if (source->text->len <= HF_RECORD_LIMIT_BYTES)
            g_string_append_c(source->text, (char)c);
    source->line++;
    return 1;
}

static int next_line(struct hf_record_source *source, json_t **out_record, struct hf_error *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    do {
        if (!read_line(source))
            return ferror(source->file)
                       ? hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "can not be read: %s", g_strerror(errno))
                       : 0;
        if (source->line == 1 && g_str_has_prefix(source->text->str, mark))
            g_string_erase(source->text, 0, 3);
    } while (is_blank(source->text->str, source->text->len));
    const char *text = source->text->str;
    size_t length = source->text->len;
    if (length > HF_RECORD_LIMIT_BYTES)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the line is longer than %d bytes",
                            HF_RECORD_LIMIT_BYTES);
    if (memchr(text, '\0', length)) /* jansson passes over one behind a number */
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the line is no JSON: it holds a NUL");
    size_t quoted_length;
    json_error_t reason;
    char *quoted = hf_json_quote_decimals(text, length, &quoted_length);
    json_t *record = json_loadb(quoted, quoted_length, JSON_REJECT_DUPLICATES, &reason);
    free(quoted);
    if (json_is_object(record)) {
        *out_record = record;
        return 1;
    }
    if (record) {
        json_decref(record);
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the line is no JSON object");
    }
    if (json_error_code(&reason) == json_error_numeric_overflow)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "an integer of more than 18 digits must stand in quotes");
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the line is no JSON: %s", reason.text);
}

/* --- CSV -------------------------------------------------------------------------------------------------------- */

static int read_header(struct hf_record_source *source, struct hf_error *error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int result = hf_csv_read(source->csv, error);
    source->line = hf_csv_line(source->csv);
    if (result == 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "has no header row with the names of the fields");
    for (size_t i = 0; result == 1 && i < hf_csv_field_count(source->csv); i++) {
        const char *name = hf_csv_field(source->csv, i);
        if (!*name)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "column %zu of the header has no name", i + 1);
        if (!g_utf8_validate(name, -1, NULL))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "column %zu of the header is no UTF-8", i + 1);
        if (!g_hash_table_add(names, g_strdup(name)))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the header has \"%.60s\" twice", name);
        g_ptr_array_add(source->header, g_strdup(name));
    }
    return result == 1 ? HF_OK : result;
}

static int next_row(struct hf_record_source *source, json_t **out_record, struct hf_error *error)
{
    int result = hf_csv_read(source->csv, error);
    source->line = hf_csv_line(source->csv);
    if (result != 1)
        return result == 0 && ferror(source->file)
                   ? hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "can not be read: %s", g_strerror(errno))
                   : result;
    size_t count = hf_csv_field_count(source->csv);
    if (count != source->header->len)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the row has %zu field%s, the header %u", count,
                            count == 1 ? "" : "s", source->header->len);
    json_t *record = json_object();
    for (size_t i = 0; i < count; i++) {
        const char *name = g_ptr_array_index(source->header, i), *text = hf_csv_field(source->csv, i);
        if (*text && json_object_set_new(record, name, json_string(text)) != 0) {
            json_decref(record);
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s: is no UTF-8", name);
        }
    }
    *out_record = record;
    return 1;
}

/* --- both ------------------------------------------------------------------------------------------------------- */

int hf_record_source_new(const char *path, enum hf_source_format format, struct hf_record_source **out_source,
                         struct hf_error *error)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s", g_strerror(errno));
    struct hf_record_source *source = g_new0(struct hf_record_source, 1);
    int result = HF_OK;
    source->file = file;
    g_autofree char *lower = g_ascii_strdown(path, -1);
    if (format == HF_SOURCE_CSV || (format == HF_SOURCE_GUESS && g_str_has_suffix(lower, ".csv"))) {
        source->csv = hf_csv_new(file);
        source->header = g_ptr_array_new_with_free_func(g_free);
        result = read_header(source, error);
    } else {
        source->text = g_string_new(NULL);
    }
    if (result != HF_OK)
        hf_record_source_free(&source);
    else
        *out_source = source;
    return result;
}

void hf_record_source_free(struct hf_record_source **source)
{
    if (!*source)
        return;
    if ((*source)->file != stdin)
        fclose((*source)->file);
    hf_csv_free(&(*source)->csv);
    if ((*source)->header)
        g_ptr_array_free((*source)->header, TRUE);
    if ((*source)->text)
        g_string_free((*source)->text, TRUE);
    g_free(*source);
    *source = NULL;
}

int hf_record_source_next(struct hf_record_source *source, json_t **out_record, struct hf_error *error)
{
    return source->csv ? next_row(source, out_record, error) : next_line(source, out_record, error);
}

long hf_record_source_line(const struct hf_record_source *source)
{
    return source->line;
}

int hf_record_source_is_text(const struct hf_record_source *source)
{
    return source->csv != NULL;
}
