/* SPDX-License-Identifier: Apache-2.0 */
/* Writes whole log lines. */
#include "headframe/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *program = "headframe";
static enum hf_log_level threshold = HF_LOG_INFO;
static const char *const level_names[] = {"error", "warn", "info", "debug"};

void hf_log_init(const char *name, enum hf_log_level level)
{
    program = name;
    threshold = level;
}

int hf_log_level_parse(const char *word, enum hf_log_level *out_level)
{
    for (unsigned i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (strcmp(word, level_names[i]) == 0) {
            *out_level = (enum hf_log_level)i;
            return 1;
        }
    return 0;
}

void hf_log(enum hf_log_level level, const char *event, const char *format, ...)
{
    if (level > threshold)
        return;
    char line[1024];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    length += (size_t)snprintf(line + length, sizeof line - length, ".%03ldZ level=%s daemon=%s event=%s ",
                               now.tv_nsec / 1000000, level_names[level], program, event);
    va_list args;
    va_start(args, format);
    int written = vsnprintf(line + length, sizeof line - length - 1, format, args);
    va_end(args);
    if (written > 0)
        length += (size_t)written;
    if (length > sizeof line - 2)
        length = sizeof line - 2;
    while (length > 0 && line[length - 1] == ' ')
        length--;
    line[length++] = '\n';
    /* A log line that cannot be written has nowhere else to go. */
    (void)!write(STDERR_FILENO, line, length);
}

const char *hf_log_quote(const char *value)
{
    static _Thread_local char buffers[8][400];
    static _Thread_local unsigned next;
    char *buffer = buffers[next++ % 8];
    size_t n = 0;
    buffer[n++] = '"';
    for (const char *p = value ? value : ""; *p && n < sizeof buffers[0] - 4; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            buffer[n++] = '\\';
        buffer[n++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
    }
    buffer[n++] = '"';
    buffer[n] = '\0';
    return buffer;
}
