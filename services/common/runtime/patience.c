/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when a wait is long, and how long a pause is. */
#include "headframe/patience.h"

int hf_patience_ends(struct hf_patience *patience, int64_t now_ms, int patience_ms)
{
    if (!patience->is_waiting)
        *patience = (struct hf_patience){.since_ms = now_ms, .is_waiting = 1};
    if (patience->is_said || now_ms - patience->since_ms < patience_ms)
        return 0;
    patience->is_said = 1;
    return 1;
}

void hf_pause_begin(struct hf_pause *pause, int64_t now_ms, int least_ms)
{
    int is_repeat = pause->length_ms && now_ms - pause->until_ms < HF_PAUSE_FORGET_MS;
    int length_ms = is_repeat ? 2 * pause->length_ms : HF_PAUSE_FIRST_MS;
    if (length_ms > HF_PAUSE_LONGEST_MS)
        length_ms = HF_PAUSE_LONGEST_MS;
    pause->length_ms = length_ms;
    pause->repeats = is_repeat ? pause->repeats + 1 : 1;
    pause->until_ms = now_ms + (length_ms > least_ms ? length_ms : least_ms);
}

int hf_pause_is_on(const struct hf_pause *pause, int64_t now_ms)
{
    return now_ms < pause->until_ms;
}
