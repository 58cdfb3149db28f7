/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong, in words, and what the caller should do about it. */
#ifndef HEADFRAME_ERROR_H
#define HEADFRAME_ERROR_H

/* Return values of functions that can fail: 0, or one of these. */
enum {
    HF_OK = 0,
    HF_EINVAL = -1,    /* the input is not usable; the error says which field and value */
    HF_ERANGE = -2,    /* a number would leave its range */
    HF_EIO = -3,       /* Kafka, a file or a socket did not do what was asked */
    HF_ENOENT = -4,    /* what was asked for is not there */
    HF_ECANCELED = -5, /* asked to stop while waiting */
    HF_EFENCED = -6    /* another process has taken this one's place */
};

/* What to do after a failure. Decided once, where the failure is met. */
enum hf_action {
    HF_ACTION_NONE = 0,
    HF_ACTION_RETRY,    /* the same call may succeed */
    HF_ACTION_REBUILD,  /* memory and producer are in doubt: drop both, read the state again */
    HF_ACTION_FATAL,    /* the process must end: a human or the service manager acts */
    HF_ACTION_BAD_INPUT /* the record, file or argument is at fault */
};

/* Detail of a failure. Owned by the caller; the text is one English sentence without a final stop. */
struct hf_error {
    enum hf_action action;
    char text[320];
};

/* Takes the bytes out of text that are not part of a whole UTF-8 character, as where a word was cut short. Any thread. */
void hf_text_drop_parts(char *text);

/* Writes action and text, truncating, and returns code, so that callers can write
 * `return hf_error_set(error, HF_EINVAL, …)`. error may be NULL. Any thread. */
int hf_error_set(struct hf_error *error, int code, enum hf_action action, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "prefix: " before the text that is there. error may be NULL. */
void hf_error_prefix(struct hf_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The name of an action as it appears in logs, for instance "rebuild". Never NULL. */
const char *hf_action_name(enum hf_action action);

#endif
