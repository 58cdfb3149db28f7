/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how exact figures are spelled for people. */
#include "number_text.h"

#include <glib.h>
#include <string.h>

char *hf_scaled_format(hf_int128 unscaled, int scale, int min_places, char buffer[HF_NUMBER_TEXT])
{
    char digits[41];
    const char *text = hf_int128_format(unscaled, digits);
    char *out = buffer;
    if (*text == '-')
        *out++ = *text++;
    int length = (int)strlen(text);
    int whole = length > scale ? length - scale : 0;
    if (whole == 0)
        *out++ = '0';
    for (int i = 0; i < whole; i++)
        *out++ = *text++;
    char *point = out;
    *out++ = '.';
    for (int i = length - whole; i < scale; i++)
        *out++ = '0';
    while (*text)
        *out++ = *text++;
    while (out - point - 1 > min_places && out[-1] == '0')
        out--;
    if (out - point == 1)
        out--;
    *out = '\0';
    return buffer;
}

char *hf_thousands_format(const char *decimal)
{
    GString *out = g_string_new(NULL);
    if (*decimal == '-')
        g_string_append_c(out, *decimal++);
    size_t whole = strspn(decimal, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, decimal[i]);
    }
    g_string_append(out, decimal + whole);
    return g_string_free(out, FALSE);
}

char *hf_percent_format(const char *ratio)
{
    GString *out = g_string_new(NULL);
    int is_negative = *ratio == '-';
    ratio += is_negative;
    size_t whole = strspn(ratio, "0123456789");
    const char *fraction = ratio[whole] == '.' ? ratio + whole + 1 : "";
    g_string_append_len(out, ratio, (gssize)whole);
    for (int i = 0; i < 2; i++)
        g_string_append_c(out, *fraction ? *fraction++ : '0');
    size_t zeros = strspn(out->str, "0");
    g_string_erase(out, 0, (gssize)(zeros < out->len ? zeros : out->len - 1));
    if (*fraction)
        g_string_append_printf(out, ".%s", fraction);
    if (is_negative)
        g_string_prepend_c(out, '-');
    return g_string_free(out, FALSE);
}
