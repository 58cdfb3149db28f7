/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the records of company.summaries is asked for, and what to say where it is not there. No I/O; one thread. */
#ifndef HEADFRAME_CLI_SUMMARY_FIND_H
#define HEADFRAME_CLI_SUMMARY_FIND_H

#include <stddef.h>

struct hf_summary_finder;

/* A finder for window (a label; NULL: the latest year) of company. Both are borrowed. Release with
 * hf_summary_finder_free, which clears *finder and accepts NULL in it. */
struct hf_summary_finder *hf_summary_finder_new(const char *company, const char *window);
void hf_summary_finder_free(struct hf_summary_finder **finder);

/* Takes the topic's records in their order; a later one of a key replaces the earlier, and value NULL removes it. */
void hf_summary_finder_take(struct hf_summary_finder *finder, const char *key, size_t key_length, const char *value,
                            size_t value_length);

/* The value, NUL-terminated and borrowed, or NULL where there is no such record. */
const char *hf_summary_finder_value(const struct hf_summary_finder *finder);

/* Why there is none, naming what is near: a sentence; a new string, release with g_free. */
char *hf_summary_finder_explain(const struct hf_summary_finder *finder);

#endif
