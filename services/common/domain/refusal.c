/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the dead-letter codes, and a sentence that stays one line of text whatever bytes it quotes. */
#include "headframe/refusal.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

#include "headframe/error.h"

/* Puts '?' for what is no UTF-8, a character cut off at the end included, and a blank for each control character. */
static void make_one_line(char *text)
{
    const char *bad;
    for (char *p = text; !g_utf8_validate(p, -1, &bad); p++) {
        p += bad - p;
        *p = '?';
    }
    for (char *p = text; *p; p++)
        if (g_ascii_iscntrl(*p))
            *p = ' ';
}

int hf_refuse(struct hf_refusal *refusal, enum hf_refusal_code code, const char *format, ...)
{
    refusal->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(refusal->detail, sizeof refusal->detail, format, args);
    va_end(args);
    make_one_line(refusal->detail);
    return HF_EINVAL;
}

const char *hf_refusal_name(enum hf_refusal_code code)
{
    static const char *const names[] = {
        [HF_REFUSAL_NONE] = "",
        [HF_REFUSAL_MALFORMED] = "MALFORMED",
        [HF_REFUSAL_UNKNOWN_SCHEMA] = "UNKNOWN_SCHEMA",
        [HF_REFUSAL_KEY_MISMATCH] = "KEY_MISMATCH",
        [HF_REFUSAL_WRONG_PARTITION] = "WRONG_PARTITION",
        [HF_REFUSAL_UNKNOWN_MINE] = "UNKNOWN_MINE",
        [HF_REFUSAL_UNKNOWN_MATERIAL] = "UNKNOWN_MATERIAL",
        [HF_REFUSAL_UNKNOWN_CURRENCY] = "UNKNOWN_CURRENCY",
        [HF_REFUSAL_BAD_ID] = "BAD_ID",
        [HF_REFUSAL_BAD_UNIT] = "BAD_UNIT",
        [HF_REFUSAL_BAD_QUANTITY] = "BAD_QUANTITY",
        [HF_REFUSAL_BAD_TIME] = "BAD_TIME",
        [HF_REFUSAL_BAD_PERIOD] = "BAD_PERIOD",
        [HF_REFUSAL_REVISION_CONFLICT] = "REVISION_CONFLICT",
        [HF_REFUSAL_PERIOD_CLOSED] = "PERIOD_CLOSED",
        [HF_REFUSAL_TOO_LATE] = "TOO_LATE",
        [HF_REFUSAL_BAD_REFERENCE] = "BAD_REFERENCE",
    };
    return names[code];
}
