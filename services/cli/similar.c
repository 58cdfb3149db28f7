/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which words are near each other. */
#include "similar.h"

#include <glib.h>
#include <string.h>

enum { WORD_LIMIT = 63 };

int hf_similar_distance(const char *a, const char *b)
{
    int row[WORD_LIMIT + 1] = {0}; /* distances of a's first i bytes to every beginning of b */
    int a_length = MIN((int)strlen(a), WORD_LIMIT), b_length = MIN((int)strlen(b), WORD_LIMIT);
    for (int j = 0; j <= b_length; j++)
        row[j] = j;
    for (int i = 1; i <= a_length; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            int replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

int hf_similar_is_slip(const char *a, const char *b)
{
    return hf_similar_distance(a, b) * 3 <= (int)strlen(b) + 1 || (strlen(a) >= 2 && g_str_has_prefix(b, a));
}
