/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps error texts bounded and whole. */
#include "headframe/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int hf_error_set(struct hf_error *error, int code, enum hf_action action, const char *format, ...)
{
    if (!error)
        return code;
    error->action = action;
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
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
}

const char *hf_action_name(enum hf_action action)
{
    static const char *const names[] = {"none", "retry", "rebuild", "fatal", "bad-input"};
    return (unsigned)action < sizeof names / sizeof *names ? names[action] : "unknown";
}
