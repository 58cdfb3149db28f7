/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes what reads short texts: decimals, dates, times, names of windows, places of letters, rows of CSV, and the
 * quoting of decimals in JSON. What was read and is written again must be read as the same. */
#include <gmp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "dead_letters_letter.h"
#include "fuzz.h"
#include "headframe/calendar.h"
#include "headframe/decimal.h"
#include "headframe/json_text.h"
#include "headframe/log.h"
#include "headframe/window_name.h"
#include "headframe/zone.h"
#include "iso_time.h"
#include "number_text.h"

const struct fuzz_limits fuzz_limits = {1 << 20, 64};

/* --- numbers ------------------------------------------------------------------------------------------------------- */

static void read_decimal(struct hf_text text)
{
    hf_int128 micro, again;
    struct hf_error error = {0};
    char shown[HF_NUMBER_TEXT];
    if (hf_decimal_parse(text.data, text.length, HF_MICRO_DIGITS, &micro, &error) != HF_OK) {
        fuzz_hold_error(&error);
        return;
    }
    const char *printed = hf_scaled_format(micro, HF_MICRO_DIGITS, 0, shown);
    HOLD(hf_decimal_parse(printed, strlen(printed), HF_MICRO_DIGITS, &again, NULL) == HF_OK && again == micro);
    HOLD(micro <= hf_amount_limit() * 10 && micro >= -hf_amount_limit() * 10);
}

static void read_decimal_bytes(struct hf_text text)
{
    hf_int128 unscaled, again;
    uint8_t bytes[16];
    mpz_t expected, bias;
    mpz_inits(expected, bias, NULL);
    mpz_import(expected, text.length, 1, 1, 0, 0, text.data);
    if (text.length > 0 && text.data[0] & 0x80) {
        mpz_setbit(bias, 8 * text.length);
        mpz_sub(expected, expected, bias);
    }
    int result = hf_decimal_from_bytes((const uint8_t *)text.data, text.length, &unscaled);
    mpz_ui_pow_ui(bias, 10, 28);
    HOLD((result == HF_OK) == (text.length > 0 && mpz_cmpabs(expected, bias) < 0));
    if (result == HF_OK) {
        struct hf_int128_limbs limbs;
        size_t length = hf_decimal_to_bytes(unscaled, bytes);
        HOLD(mpz_cmp(expected, hf_int128_borrow(unscaled, &limbs)) == 0);
        HOLD(length <= text.length);
        HOLD(hf_decimal_from_bytes(bytes, length, &again) == HF_OK && again == unscaled);
    }
    mpz_clears(expected, bias, NULL);
}

static void read_rational(struct hf_text text)
{
    mpq_t value, again;
    mpq_inits(value, again, NULL);
    if (hf_rational_parse(text.data, text.length, 40, value) == HF_OK) {
        char *printed = hf_rational_format(value, 12);
        HOLD(hf_rational_parse(printed, strlen(printed), 60, again) == HF_OK);
        mpq_sub(value, value, again);
        mpq_abs(value, value);
        mpq_set_ui(again, 1, UINT64_C(2000000000000)); /* half of the last of 12 places */
        mpq_canonicalize(again);
        HOLD(mpq_cmp(value, again) <= 0);
        free(printed);
    }
    mpq_clears(value, again, NULL);
}

/* --- dates and times ----------------------------------------------------------------------------------------------- */

static void read_date(struct hf_text text)
{
    char printed[HF_DATE_TEXT];
    struct hf_error error = {0};
    int32_t date, month, seconds;
    if (hf_date_parse(text.data, text.length, &date, &error) == HF_OK) {
        hf_date_format(date, printed);
        HOLD(strlen(printed) == text.length && memcmp(printed, text.data, text.length) == 0);
        HOLD(hf_date_from_civil(hf_date_to_civil(date)) == date);
    } else {
        fuzz_hold_error(&error);
    }
    if (hf_month_parse(text.data, text.length, &month) == HF_OK) {
        hf_month_format(month, printed);
        HOLD(strlen(printed) == text.length && memcmp(printed, text.data, text.length) == 0);
    }
    if (hf_day_start_parse(text.data, text.length, &seconds) == HF_OK)
        HOLD(text.length == 5 && seconds >= 0 && seconds < 86400 && seconds % 60 == 0);
}

static void read_time(struct hf_text text)
{
    char printed[HF_ISO_TIME_TEXT];
    struct hf_error error = {0};
    int64_t ms, again;
    if (hf_iso_time_parse(text.data, text.length, &ms, &error) != HF_OK) {
        fuzz_hold_error(&error);
        return;
    }
    hf_iso_time_format(ms, printed);
    if (strchr(printed, 'T')) /* a zone may lead out of the years of four digits */
        HOLD(hf_iso_time_parse(printed, strlen(printed), &again, NULL) == HF_OK && again == ms);
}

/* --- names --------------------------------------------------------------------------------------------------------- */

static void read_window(struct hf_text text)
{
    char kind[HF_WINDOW_NAME], label[HF_WINDOW_LABEL];
    const char *bar = memchr(text.data, '|', text.length);
    size_t kind_length = bar ? (size_t)(bar - text.data) : text.length, label_length = text.length - kind_length;
    struct hf_window_spec spec;
    struct hf_error error = {0};
    uint64_t name;
    char *word = fuzz_string((struct hf_text){text.data, kind_length});
    int is_kind = hf_window_spec_parse(word, &spec, &error) == HF_OK;
    if (is_kind)
        HOLD(strcmp(hf_window_kind_format(spec, kind), word) == 0);
    else
        fuzz_hold_error(&error);
    free(word);
    if (!bar || hf_window_name_parse(text.data, kind_length, bar + 1, label_length - 1, &name) != HF_OK)
        return;
    HOLD(is_kind && name > 0);
    hf_window_name_format(name, kind, label);
    HOLD(strlen(kind) == kind_length && memcmp(kind, text.data, kind_length) == 0);
    HOLD(strlen(label) == label_length - 1 && memcmp(label, bar + 1, label_length - 1) == 0);
}

static void read_place(struct hf_text text)
{
    char printed[HF_PLACE_TEXT];
    struct hf_place place, again;
    struct hf_error error = {0};
    if (hf_place_parse(text.data, text.length, &place, &error) != HF_OK) {
        fuzz_hold_error(&error);
        return;
    }
    hf_place_format(place, printed);
    HOLD(hf_place_parse(printed, strlen(printed), &again, NULL) == HF_OK && hf_place_compare(&place, &again) == 0);
}

static void read_zone(struct hf_text text)
{
    char *name = fuzz_string(text);
    struct hf_zone *zone = NULL;
    struct hf_error error = {0};
    if (hf_zone_new(name, &zone, &error) == HF_OK) {
        int32_t offset_s = hf_zone_offset_s(zone, (struct hf_event_time){1056978000000});
        HOLD(offset_s > -86400 && offset_s < 86400);
    } else {
        fuzz_hold_error(&error);
    }
    hf_zone_free(&zone);
    free(name);
}

/* --- CSV ----------------------------------------------------------------------------------------------------------- */

/* The rows that can be read, each field in quotes; *out_rows of them. A new string: release with g_string_free. */
static GString *rewrite_rows(const char *text, size_t length, int *out_rows)
{
    GString *out = g_string_new(NULL);
    FILE *file = fmemopen((void *)text, length, "r");
    HOLD(file);
    struct hf_csv *csv = hf_csv_new(file);
    struct hf_error error = {0};
    *out_rows = 0;
    for (int result; (result = hf_csv_read(csv, &error)) != 0;) {
        if (result < 0) {
            fuzz_hold_error(&error);
            continue;
        }
        HOLD(hf_csv_field_count(csv) > 0 && hf_csv_line(csv) > 0);
        for (size_t i = 0; i < hf_csv_field_count(csv); i++) {
            g_string_append(out, i ? ",\"" : "\"");
            for (const char *c = hf_csv_field(csv, i); *c; c++) {
                g_string_append_printf(out, *c == '"' ? "\"%c" : "%c", *c);
                if (c[0] == '\r' && c[1] == '\n') /* the two alone would be one line end */
                    g_string_append_c(out, '\r');
            }
            g_string_append_c(out, '"');
        }
        g_string_append_c(out, '\n');
        ++*out_rows;
    }
    hf_csv_free(&csv);
    fclose(file);
    return out;
}

static void read_csv(struct hf_text text)
{
    int rows, rows_again;
    if (text.length == 0) /* fmemopen takes none */
        return;
    GString *once = rewrite_rows(text.data, text.length, &rows);
    if (rows > 0) {
        GString *twice = rewrite_rows(once->str, once->len, &rows_again);
        HOLD(rows == rows_again && g_string_equal(once, twice));
        g_string_free(twice, TRUE);
    }
    g_string_free(once, TRUE);
}

/* --- JSON ---------------------------------------------------------------------------------------------------------- */

static int is_json(const char *text, size_t length)
{
    json_t *value = json_loadb(text, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    json_decref(value);
    return value != NULL;
}

static void quote_decimals(struct hf_text text)
{
    size_t length, length_again;
    char *once = hf_json_quote_decimals(text.data, text.length, &length);
    char *twice = hf_json_quote_decimals(once, length, &length_again);
    HOLD(length >= text.length && once[length] == '\0');
    if (!memchr(text.data, '\0', text.length) && is_json(text.data, text.length)) { /* its callers refuse those */
        HOLD(is_json(once, length));
        HOLD(length == length_again && memcmp(once, twice, length) == 0);
    }
    free(once);
    free(twice);
}

static void read_log_level(struct hf_text text)
{
    char *word = fuzz_string(text);
    enum hf_log_level level = HF_LOG_ERROR;
    if (hf_log_level_parse(word, &level))
        HOLD(level >= HF_LOG_ERROR && level <= HF_LOG_DEBUG);
    free(word);
}

void fuzz_one(struct fuzz_input *input)
{
    static void (*const readers[])(struct hf_text) = {
        read_decimal, read_decimal_bytes, read_rational, read_date,      read_time,      read_window,
        read_place,   read_zone,          read_csv,      quote_decimals, read_log_level,
    };
    unsigned choice = fuzz_byte(input) % G_N_ELEMENTS(readers);
    /* A copy, so that a reader that goes a byte too far is seen. */
    struct hf_text rest = fuzz_rest(input);
    char *copy = g_memdup2(rest.data, rest.length);
    readers[choice]((struct hf_text){copy ? copy : "", rest.length});
    g_free(copy);
}
