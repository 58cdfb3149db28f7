/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what a window is called, in 64 bits and in text; no other file knows labels.
 *
 *   bits 47 …   the kind plus 1, so that 0 is no name
 *   bits 33-46  the length of a rolling window, else 0
 *   bit  32     fiscal: the year is one that does not start in January ("FY")
 *   bits 0-31   the ordinal of the window in its kind, of either sign */
#include "headframe/window_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FISCAL_SHIFT = 32, LENGTH_SHIFT = 33, KIND_SHIFT = 47, LENGTH_MASK = (1 << (KIND_SHIFT - LENGTH_SHIFT)) - 1 };

_Static_assert(HF_ROLLING_LIMIT < 1 << (KIND_SHIFT - LENGTH_SHIFT), "a rolling length fits its bits");

/* Turned over in an ordinal, so that names ascend with dates, those before 1970 included. */
#define SIGN_BIT (UINT32_C(1) << 31)

struct name {
    struct hf_window_spec spec;
    int is_fiscal;
    /* day: its date; week: its Monday; month, quarter, half, year: how many of them since year 0; all, rolling: 0 */
    int32_t ordinal;
};

static uint64_t pack(const struct name *name)
{
    return (uint64_t)(name->spec.kind + 1) << KIND_SHIFT | (uint64_t)name->spec.length << LENGTH_SHIFT |
           (uint64_t)name->is_fiscal << FISCAL_SHIFT | ((uint32_t)name->ordinal ^ SIGN_BIT);
}

static struct name unpack(uint64_t name)
{
    return (struct name){
        .spec = {(enum hf_window_kind)((name >> KIND_SHIFT) - 1), (int)(name >> LENGTH_SHIFT & LENGTH_MASK)},
        .is_fiscal = name >> FISCAL_SHIFT & 1U,
        .ordinal = (int32_t)((uint32_t)name ^ SIGN_BIT),
    };
}

static int parts_of_year(enum hf_window_kind kind)
{
    return kind == HF_WINDOW_QUARTER ? 4 : kind == HF_WINDOW_HALF ? 2 : 1;
}

static struct name name_of(const struct hf_window *window, int fiscal_start_month)
{
    struct name name = {.spec = window->spec};
    int offset = fiscal_start_month - 1;
    switch (window->spec.kind) {
    case HF_WINDOW_DAY:
    case HF_WINDOW_WEEK:
        name.ordinal = window->from;
        break;
    case HF_WINDOW_MONTH:
        name.ordinal = hf_date_month(window->from);
        break;
    case HF_WINDOW_QUARTER:
    case HF_WINDOW_HALF:
    case HF_WINDOW_YEAR:
        /* A fiscal year that does not start in January is named by the calendar year in which it ends. */
        name.is_fiscal = offset != 0;
        name.ordinal = (hf_date_month(window->from) - offset + (name.is_fiscal ? 12 : 0)) /
                       (12 / parts_of_year(window->spec.kind));
        break;
    default:
        break;
    }
    return name;
}

uint64_t hf_window_name(const struct hf_window *window, int fiscal_start_month)
{
    struct name name = name_of(window, fiscal_start_month);
    return pack(&name);
}

/* --- to text ----------------------------------------------------------------------------------------------------- */

static void format_iso_week(int32_t monday, char buffer[HF_WINDOW_LABEL])
{
    /* A week belongs to the year of its Thursday (ISO 8601). */
    int32_t thursday = monday + 3;
    int year = hf_date_to_civil(thursday).year;
    int32_t first_of_year = hf_date_from_civil((struct hf_civil){year, 1, 1});
    snprintf(buffer, HF_WINDOW_LABEL, "%04d-W%02d", year, (thursday - first_of_year) / 7 + 1);
}

static void format_part_of_year(const struct name *name, char buffer[HF_WINDOW_LABEL])
{
    const char *prefix = name->is_fiscal ? "FY" : "";
    int parts = parts_of_year(name->spec.kind);
    int year = name->ordinal / parts;
    if (parts == 1)
        snprintf(buffer, HF_WINDOW_LABEL, "%s%04d", prefix, year);
    else
        snprintf(buffer, HF_WINDOW_LABEL, "%s%04d-%c%d", prefix, year, name->spec.kind == HF_WINDOW_QUARTER ? 'Q' : 'H',
                 name->ordinal % parts + 1);
}

static void format_label(const struct name *name, char buffer[HF_WINDOW_LABEL])
{
    char date[HF_DATE_TEXT];
    switch (name->spec.kind) {
    case HF_WINDOW_DAY:
        snprintf(buffer, HF_WINDOW_LABEL, "%s", hf_date_format(name->ordinal, date));
        break;
    case HF_WINDOW_WEEK:
        format_iso_week(name->ordinal, buffer);
        break;
    case HF_WINDOW_MONTH:
        snprintf(buffer, HF_WINDOW_LABEL, "%s", hf_month_format(name->ordinal, date));
        break;
    case HF_WINDOW_QUARTER:
    case HF_WINDOW_HALF:
    case HF_WINDOW_YEAR:
        format_part_of_year(name, buffer);
        break;
    default:
        hf_window_kind_format(name->spec, buffer);
    }
}

char *hf_window_label(const struct hf_window *window, int fiscal_start_month, char buffer[HF_WINDOW_LABEL])
{
    struct name name = name_of(window, fiscal_start_month);
    format_label(&name, buffer);
    return buffer;
}

void hf_window_name_format(uint64_t packed, char kind[HF_WINDOW_NAME], char label[HF_WINDOW_LABEL])
{
    struct name name = unpack(packed);
    hf_window_kind_format(name.spec, kind);
    format_label(&name, label);
}

/* --- from text ----------------------------------------------------------------------------------------------------
 *
 * What is read here is only the one name that the text can mean. Whether the text is that name's, to the last byte,
 * is seen by printing it. */

/* "2003", "2003-Q2", "2003-W27": a year, and the number behind a hyphen and a letter (1 where nothing follows). */
static int read_year_and_part(const char *text, int *out_year, int *out_part)
{
    char *end;
    long year = strtol(text, &end, 10);
    long part = *end == '-' && end[1] ? strtol(end + 2, NULL, 10) : 1;
    if (year < 0 || year > 9999 || part < 0 || part > 99)
        return HF_EINVAL;
    *out_year = (int)year;
    *out_part = (int)part;
    return HF_OK;
}

static int read_iso_week(const char *label, struct name *name)
{
    int year, week;
    if (read_year_and_part(label, &year, &week) != HF_OK)
        return HF_EINVAL;
    /* 4 January is always in the first week. */
    int32_t in_first = hf_date_from_civil((struct hf_civil){year, 1, 4});
    name->ordinal = hf_window_at(name->spec, 1, in_first).from + 7 * (week - 1);
    return HF_OK;
}

static int read_part_of_year(const char *label, struct name *name)
{
    int year, part;
    name->is_fiscal = strncmp(label, "FY", 2) == 0;
    if (read_year_and_part(name->is_fiscal ? label + 2 : label, &year, &part) != HF_OK)
        return HF_EINVAL;
    name->ordinal = year * parts_of_year(name->spec.kind) + part - 1;
    return HF_OK;
}

static int read_label(const char *label, struct name *name)
{
    switch (name->spec.kind) {
    case HF_WINDOW_DAY:
        return hf_date_parse(label, strlen(label), &name->ordinal, NULL);
    case HF_WINDOW_WEEK:
        return read_iso_week(label, name);
    case HF_WINDOW_MONTH:
        return hf_month_parse(label, strlen(label), &name->ordinal);
    case HF_WINDOW_QUARTER:
    case HF_WINDOW_HALF:
    case HF_WINDOW_YEAR:
        return read_part_of_year(label, name);
    default:
        return HF_OK;
    }
}

static int is_text(const char *expected, const char *text, size_t length)
{
    return strlen(expected) == length && memcmp(expected, text, length) == 0;
}

int hf_window_name_parse(const char *kind, size_t kind_length, const char *label, size_t label_length,
                         uint64_t *out_name)
{
    struct name name = {0};
    char kind_text[HF_WINDOW_NAME] = "", label_text[HF_WINDOW_LABEL] = "";
    if (kind_length >= sizeof kind_text || label_length >= sizeof label_text)
        return HF_EINVAL;
    memcpy(kind_text, kind, kind_length);
    memcpy(label_text, label, label_length);
    if (hf_window_spec_parse(kind_text, &name.spec, NULL) != HF_OK || read_label(label_text, &name) != HF_OK)
        return HF_EINVAL;
    hf_window_name_format(pack(&name), kind_text, label_text);
    if (!is_text(kind_text, kind, kind_length) || !is_text(label_text, label, label_length))
        return HF_EINVAL;
    *out_name = pack(&name);
    return HF_OK;
}
