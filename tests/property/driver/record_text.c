/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how records are shown. */
#include "record_text.h"

#include <string.h>

#include "headframe/calendar.h"
#include "headframe/day_codec.h"
#include "headframe/decimal.h"
#include "headframe/vocabulary.h"

void append_hex(GString *text, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    if (!bytes || length == 0) {
        g_string_append_c(text, bytes ? '.' : '-');
        return;
    }
    gsize start = text->len;
    g_string_set_size(text, start + 2 * length);
    for (size_t i = 0; i < length; i++) {
        unsigned byte = ((const unsigned char *)bytes)[i];
        text->str[start + 2 * i] = digits[byte >> 4];
        text->str[start + 2 * i + 1] = digits[byte & 15];
    }
}

int parse_hex(const char *text, char **out_bytes, size_t *out_length)
{
    *out_bytes = NULL;
    *out_length = 0;
    if (strcmp(text, "-") == 0)
        return HF_OK;
    size_t digits = strcmp(text, ".") == 0 ? 0 : strlen(text);
    char *bytes = g_malloc(digits / 2 + 1);
    int is_hex = digits % 2 == 0 && (digits > 0 || text[0] == '.');
    for (size_t i = 0; i < digits / 2 && is_hex; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
        is_hex = high >= 0 && low >= 0;
        bytes[i] = (char)(high * 16 + low);
    }
    if (!is_hex) {
        g_free(bytes);
        return HF_EINVAL;
    }
    *out_bytes = bytes;
    *out_length = digits / 2;
    return HF_OK;
}

void append_record(GString *text, const struct log_record *record)
{
    append_hex(text, record->key, record->key_length);
    g_string_append_c(text, ' ');
    append_hex(text, record->value, record->value_length);
    g_string_append(text, record->header_count ? " " : " -");
    for (size_t i = 0; i < record->header_count; i++) {
        const struct hf_header *header = &record->headers[i];
        if (i > 0)
            g_string_append_c(text, ',');
        append_hex(text, header->name, strlen(header->name));
        g_string_append_c(text, '=');
        append_hex(text, header->value, header->length);
    }
}

/* --- days ------------------------------------------------------------------------------------------------------- */

struct day_text {
    GString *text;
    gsize start;
    enum hf_line_kind lines;
    size_t line_count;
};

static void begin_day(void *context, const char *mine_id, int32_t date)
{
    struct day_text *day = context;
    char buffer[HF_DATE_TEXT];
    append_hex(day->text, mine_id, strlen(mine_id));
    g_string_append_printf(day->text, " %s ", hf_date_format(date, buffer));
}

static void day_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct day_text *day = context;
    char amount[41];
    if (day->line_count++ > 0)
        g_string_append_c(day->text, ';');
    if (day->lines == HF_LINES_PRODUCTION)
        g_string_append_printf(day->text, "%s/%s/%s", hf_material_name(hf_production_line_material(line)),
                               hf_stage_name(hf_production_line_stage(line)),
                               hf_quality_name(hf_production_line_quality(line)));
    else
        g_string_append_printf(day->text, "%s/%s", hf_element_name(hf_cost_line_element(line)),
                               hf_currency_code(hf_cost_line_currency(line)));
    g_string_append_printf(day->text, "=%s:%lld", hf_int128_format(total.amount, amount), (long long)total.facts);
}

static void ignore_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    (void)context;
    (void)days;
    (void)count;
}

static void ignore_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    (void)context;
    (void)mine_id;
    (void)closes;
}

static void ignore_control(void *context, const struct hf_control *control)
{
    (void)context;
    (void)control;
}

int append_day(GString *text, const struct log_record *record, struct hf_error *error)
{
    struct day_text day = {
        .text = text,
        .start = text->len,
        .lines = record->topic == HF_TOPIC_PRODUCTION_DAYS ? HF_LINES_PRODUCTION : HF_LINES_COST,
    };
    const struct hf_day_reader reader = {
        .begin = begin_day,
        .line = day_line,
        .restated = ignore_restated,
        .closes = ignore_closes,
        .control = ignore_control,
        .context = &day,
    };
    if (!record->value)
        return HF_OK;
    int result = hf_day_decode((const uint8_t *)record->value, record->value_length, day.lines, &reader, error);
    if (day.line_count == 0)
        g_string_truncate(text, day.start);
    return result;
}
