/* SPDX-License-Identifier: Apache-2.0 */
/* How alike two words are, for "did you mean". Pure functions, any thread. */
#ifndef HEADFRAME_CLI_SIMILAR_H
#define HEADFRAME_CLI_SIMILAR_H

/* The number of single characters to insert, delete or replace that makes b out of a (Levenshtein), on bytes. Words
 * count up to their 63rd byte. */
int hf_similar_distance(const char *a, const char *b);

/* True where b could be a slip of the hand for a: at most a third of it differs, or it begins with a. */
int hf_similar_is_slip(const char *a, const char *b);

#endif
