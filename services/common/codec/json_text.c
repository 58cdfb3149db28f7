/* SPDX-License-Identifier: Apache-2.0 */
/* Puts fractional numbers of a JSON text in quotes. */
#include "headframe/json_text.h"

#include <stdlib.h>
#include <string.h>

/* True for a number of RFC 8259 that has a fraction or an exponent. */
static int is_fractional(const char *text, size_t length)
{
    size_t i = length > 0 && text[0] == '-', digits = 0;
    int is_fraction = 0;
    size_t first = i;
    for (; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        digits++;
    if (digits == 0 || (digits > 1 && text[first] == '0'))
        return 0;
    if (i < length && text[i] == '.') {
        is_fraction = 1;
        for (digits = 0, i++; i < length && text[i] >= '0' && text[i] <= '9'; i++)
            digits++;
        if (digits == 0)
            return 0;
    }
    if (i < length && (text[i] == 'e' || text[i] == 'E')) {
        is_fraction = 1;
        i++;
        i += i < length && (text[i] == '+' || text[i] == '-');
        for (digits = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
            digits++;
        if (digits == 0)
            return 0;
    }
    return is_fraction && i == length;
}

static int is_number_char(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* Index after the string that starts at json[i] == '"'. */
static size_t string_end(const char *json, size_t length, size_t i)
{
    for (i++; i < length && json[i] != '"'; i++)
        if (json[i] == '\\' && i + 1 < length)
            i++;
    return i < length ? i + 1 : length;
}

char *hf_json_quote_decimals(const char *json, size_t length, size_t *out_length)
{
    char *out = malloc(length * 2 + 1); /* the shortest such number, "1.", has two characters and gets two more */
    size_t n = 0;
    if (!out)
        abort();
    for (size_t i = 0; i < length;) {
        size_t end = i + 1;
        int is_fraction = 0;
        if (json[i] == '"') {
            end = string_end(json, length, i);
        } else if (json[i] == '-' || (json[i] >= '0' && json[i] <= '9')) {
            while (end < length && is_number_char(json[end]))
                end++;
            is_fraction = is_fractional(json + i, end - i);
        }
        if (is_fraction)
            out[n++] = '"';
        memcpy(out + n, json + i, end - i);
        n += end - i;
        if (is_fraction)
            out[n++] = '"';
        i = end;
    }
    out[n] = '\0';
    *out_length = n;
    return out;
}
