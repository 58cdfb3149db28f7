/* SPDX-License-Identifier: Apache-2.0 */
/* Decides where the fields of a CSV row begin and end.
 *
 *   row    = field *("," field) (LF / CRLF / end)
 *   field  = plain / DQUOTE *(any but DQUOTE / 2DQUOTE) DQUOTE
 *   plain  = *(any but "," DQUOTE CR LF)
 *
 * A field's text is gathered in one buffer for the row; its beginnings are kept as offsets, since the buffer moves. */
#include "csv.h"

#include <glib.h>
#include <string.h>

#include "headframe/topics.h"

struct hf_csv {
    FILE *file;
    long line, next_line; /* first line of the row; line of the next character */
    GString *text;        /* the row's fields, each with its NUL */
    GArray *starts;       /* size_t */
    int is_begun;
};

struct hf_csv *hf_csv_new(FILE *file)
{
    struct hf_csv *csv = g_new0(struct hf_csv, 1);
    csv->file = file;
    csv->next_line = 1;
    csv->text = g_string_sized_new(1024);
    csv->starts = g_array_new(FALSE, FALSE, sizeof(size_t));
    return csv;
}

void hf_csv_free(struct hf_csv **csv)
{
    if (!*csv)
        return;
    g_string_free((*csv)->text, TRUE);
    g_array_free((*csv)->starts, TRUE);
    g_free(*csv);
    *csv = NULL;
}

/* The next character; a line end of either kind comes as '\n'. */
static int next(struct hf_csv *csv)
{
    int c = getc_unlocked(csv->file);
    if (c == '\r') {
        int after = getc_unlocked(csv->file);
        if (after == '\n')
            c = after;
        else if (after != EOF)
            ungetc(after, csv->file);
    }
    csv->next_line += c == '\n';
    return c;
}

/* Passes over a byte order mark, which spreadsheets write. */
static void begin(struct hf_csv *csv)
{
    static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
    size_t matched = 0;
    csv->is_begun = 1;
    int c = getc_unlocked(csv->file);
    for (; matched < sizeof mark && c == mark[matched]; matched++)
        c = getc_unlocked(csv->file);
    if (c != EOF)
        ungetc(c, csv->file);
    while (matched < sizeof mark && matched > 0) /* only the beginning of one: glibc takes several back */
        ungetc(mark[--matched], csv->file);
}

static int refuse(struct hf_csv *csv, int last, struct hf_error *error, const char *text)
{
    while (last != '\n' && last != EOF)
        last = next(csv);
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s", text);
}

static void start_field(struct hf_csv *csv)
{
    size_t start = csv->text->len;
    g_array_append_val(csv->starts, start);
}

/* Beyond it no record can be sent. A quote that is never closed would otherwise take the whole file into memory. */
static int is_too_long(const struct hf_csv *csv)
{
    return csv->text->len > HF_RECORD_LIMIT_BYTES;
}

/* The rest of a quoted field; *out_last is the character after the closing quote. Returns 0 where there is none. */
static int read_quoted(struct hf_csv *csv, int *out_last)
{
    for (int c = next(csv); c != EOF && !is_too_long(csv); c = next(csv)) {
        if (c == '"') {
            c = next(csv);
            if (c != '"') {
                *out_last = c;
                return 1;
            }
        }
        g_string_append_c(csv->text, (char)c);
    }
    *out_last = is_too_long(csv) ? '"' : EOF; /* then the rest of the line is passed over */
    return 0;
}

static const char too_long[] = "the row is longer than any record may be";

/* The fields from first (already read) on. */
static int read_row(struct hf_csv *csv, int first, struct hf_error *error)
{
    int c = first;
    for (;;) {
        start_field(csv);
        size_t start = csv->text->len;
        if (c == '"') {
            if (!read_quoted(csv, &c))
                return is_too_long(csv)
                           ? refuse(csv, c, error, too_long)
                           : refuse(csv, c, error, "a quote is opened and not closed until the end of the file");
            if (c != ',' && c != '\n' && c != EOF)
                return refuse(csv, c, error, "a closing quote is followed by something else than a comma");
        } else {
            for (; c != ',' && c != '\n' && c != EOF && c != '"' && !is_too_long(csv); c = next(csv))
                g_string_append_c(csv->text, (char)c);
            if (is_too_long(csv))
                return refuse(csv, c, error, too_long);
            if (c == '"')
                return refuse(csv, c, error, "a quote stands within a field that does not begin with one");
        }
        if (memchr(csv->text->str + start, '\0', csv->text->len - start))
            return refuse(csv, c, error, "a field holds a NUL character");
        g_string_append_c(csv->text, '\0');
        if (is_too_long(csv)) /* of empty fields */
            return refuse(csv, c, error, too_long);
        if (c != ',')
            return 1;
        c = next(csv);
    }
}

int hf_csv_read(struct hf_csv *csv, struct hf_error *error)
{
    if (!csv->is_begun)
        begin(csv);
    g_string_truncate(csv->text, 0);
    g_array_set_size(csv->starts, 0);
    int c;
    do {
        csv->line = csv->next_line;
        c = next(csv);
    } while (c == '\n');
    return c == EOF ? 0 : read_row(csv, c, error);
}

long hf_csv_line(const struct hf_csv *csv)
{
    return csv->line;
}

size_t hf_csv_field_count(const struct hf_csv *csv)
{
    return csv->starts->len;
}

const char *hf_csv_field(const struct hf_csv *csv, size_t index)
{
    return csv->text->str + g_array_index(csv->starts, size_t, index);
}
