/* SPDX-License-Identifier: Apache-2.0 */
/* How many letters there are of which code and topic. No I/O; one thread. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_COUNT_H
#define HEADFRAME_CLI_DEAD_LETTERS_COUNT_H

#include "dead_letters_letter.h"

struct hf_letter_counts;

/* Release with hf_letter_counts_free, which clears *counts and accepts NULL in it. */
struct hf_letter_counts *hf_letter_counts_new(void);
void hf_letter_counts_free(struct hf_letter_counts **counts);

void hf_letter_counts_add(struct hf_letter_counts *counts, const struct hf_letter *letter);

/* A heading, a line for each code and topic, most letters first, and their sum; as_json: a line of JSON for each, no
 * sum. A new string: release with g_free. */
char *hf_letter_counts_text(const struct hf_letter_counts *counts, int as_json);

#endif
