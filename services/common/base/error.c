/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps error texts bounded and whole. */
#include "headframe/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the UTF-8 character that text begins with; 0 where there is no whole one. */
static size_t character_length(const char *text)
{
    unsigned char lead = (unsigned char)text[0];
    size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : 4;
    if (lead >= 0x80 && (lead < 0xc2 || lead > 0xf4))
        return 0;
    /* Longer forms than need be, halves of UTF-16 pairs and what lies above U+10FFFF are told by the second byte. */
    unsigned char second = (unsigned char)text[1];
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f))
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

void hf_text_drop_parts(char *text)
{
    char *out = text;
    for (const char *in = text; *in;) {
        size_t length = character_length(in);
        memmove(out, in, length);
        out += length;
        in += length ? length : 1;
    }
    *out = '\0';
}

int hf_error_set(struct hf_error *error, int code, enum hf_action action, const char *format, ...)
{
    if (!error)
        return code;
    error->action = action;
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    hf_text_drop_parts(error->text);
    return code;
}

void hf_error_prefix(struct hf_error *error, const char *format, ...)
{
    if (!error)
        return;
    char text[sizeof error->text];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0 || (size_t)length + 3 > sizeof text)
        return;
    size_t room = sizeof text - (size_t)length - 3;
    snprintf(text + length, sizeof text - (size_t)length, ": %.*s", (int)room, error->text);
    memcpy(error->text, text, sizeof text);
    hf_text_drop_parts(error->text);
}

const char *hf_action_name(enum hf_action action)
{
    static const char *const names[] = {"none", "retry", "rebuild", "fatal", "bad-input"};
    return (unsigned)action < sizeof names / sizeof *names ? names[action] : "unknown";
}
