/* SPDX-License-Identifier: Apache-2.0 */
/* Waits that are said aloud once they are long, and pauses that grow. Values; the time is the caller's. One thread. */
#ifndef HEADFRAME_PATIENCE_H
#define HEADFRAME_PATIENCE_H

#include <stdint.h>

/* A wait for something; all zero: not waiting. */
struct hf_patience {
    int64_t since_ms;
    int is_waiting, is_said;
};

/* Goes on waiting, and begins with the first call. Returns 1 once in a wait: where patience_ms have passed. */
int hf_patience_ends(struct hf_patience *patience, int64_t now_ms, int patience_ms);

/* A pause after a failure; all zero: none. */
struct hf_pause {
    int64_t until_ms;
    int length_ms; /* of the last one; 0: there was none */
    int repeats;   /* how many in a row */
};

enum { HF_PAUSE_FIRST_MS = 500, HF_PAUSE_LONGEST_MS = 8000, HF_PAUSE_FORGET_MS = 60000 };

/* Begins a pause of at least least_ms: HF_PAUSE_FIRST_MS, and twice the last one up to HF_PAUSE_LONGEST_MS where that
 * ended less than HF_PAUSE_FORGET_MS ago. */
void hf_pause_begin(struct hf_pause *pause, int64_t now_ms, int least_ms);
int hf_pause_is_on(const struct hf_pause *pause, int64_t now_ms);

#endif
