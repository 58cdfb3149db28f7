/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how values that JSON has no word for are written, so that every line stays valid JSON. */
#include "json_fields.h"

#include <glib.h>
#include <string.h>

#include "iso_time.h"
#include "number_text.h"

void hf_json_time_field(struct hf_json_writer *writer, const char *key, int64_t ms)
{
    char text[HF_ISO_TIME_TEXT];
    if (strchr(hf_iso_time_format(ms, text), 'T'))
        hf_json_string(writer, key, text);
    else
        hf_json_integer(writer, key, ms);
}

void hf_json_date_field(struct hf_json_writer *writer, const char *key, int32_t date)
{
    static const int32_t first = -719528, last = 2932896; /* 0000-01-01 and 9999-12-31 */
    if (date < first || date > last)
        hf_json_integer(writer, key, date);
    else
        hf_json_date(writer, key, 1, date);
}

void hf_json_scaled_field(struct hf_json_writer *writer, const char *key, hf_int128 unscaled, int scale, int min_places)
{
    char text[HF_NUMBER_TEXT];
    hf_json_string(writer, key, hf_scaled_format(unscaled, scale, min_places, text));
}

void hf_json_text_field(struct hf_json_writer *writer, const char *key, const char *text, size_t length)
{
    if (!text || g_utf8_validate_len(text, length, NULL)) {
        hf_json_text(writer, key, text, length);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
    hf_json_string(writer, key, valid);
}

void hf_json_hex_field(struct hf_json_writer *writer, const char *key, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    if (!bytes) {
        hf_json_null(writer, key);
        return;
    }
    g_autofree char *text = g_malloc(2 * length + 1);
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[((const uint8_t *)bytes)[i] >> 4];
        text[2 * i + 1] = digits[((const uint8_t *)bytes)[i] & 15];
    }
    hf_json_text(writer, key, text, 2 * length);
}
