/* SPDX-License-Identifier: Apache-2.0 */
/* One line for each change of state, as key=value on standard error. Libraries below runtime/ do not log. */
#ifndef HEADFRAME_LOG_H
#define HEADFRAME_LOG_H

enum hf_log_level {
    HF_LOG_ERROR = 0, /* a human must act */
    HF_LOG_WARN,      /* degraded, and handled */
    HF_LOG_INFO,      /* a change of state, never a record */
    HF_LOG_DEBUG
};

/* Sets the program name each line carries and the highest level that is printed. Call once, before threads start.
 * name is borrowed for ever. */
void hf_log_init(const char *name, enum hf_log_level level);

/* Prints one line: time, level, program, event=EVENT, then the formatted key=value pairs. Quote values that may hold
 * spaces with hf_log_quote. One write(2), so lines of several threads do not mix. Any thread. */
void hf_log(enum hf_log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Parses "error", "warn", "info" or "debug". Returns 1 and the level, or 0 where the word is none of them. */
int hf_log_level_parse(const char *word, enum hf_log_level *out_level);

/* value in double quotes, with quotes and backslashes escaped and control characters made spaces, in one of eight rotating buffers of
 * the calling thread: usable as an argument of hf_log, not to be kept. NULL gives "". */
const char *hf_log_quote(const char *value);

#endif
