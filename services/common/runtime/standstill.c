/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how long records may be waited for before it is said. */
#include "headframe/standstill.h"

#include <glib.h>

#include "headframe/log.h"

enum { PATIENCE_MS = 5000 }; /* longer than a transaction of ours takes, shorter than a broker waits for any */

enum hf_standstill_change hf_standstill_check(struct hf_standstill *standstill, int64_t position, int64_t log_end,
                                              int64_t now_ms, int64_t patience_ms)
{
    int is_held = standstill->stable_end >= 0 && position <= standstill->stable_end && log_end > standstill->stable_end;
    int has_moved = standstill->since_ms && standstill->held_at != standstill->stable_end;
    if (!is_held || has_moved) {
        int was_said = standstill->is_said;
        standstill->is_said = 0;
        standstill->since_ms = 0;
        return was_said ? HF_STANDSTILL_ENDED : HF_STANDSTILL_SAME;
    }
    if (!standstill->since_ms) {
        standstill->since_ms = now_ms;
        standstill->held_at = standstill->stable_end;
    }
    if (standstill->is_said || now_ms - standstill->since_ms < patience_ms)
        return HF_STANDSTILL_SAME;
    standstill->is_said = 1;
    return HF_STANDSTILL_BEGAN;
}

void hf_standstill_report(struct hf_standstill *standstill, const char *topic, int32_t partition, int64_t position,
                          int64_t log_end, int64_t now_ms)
{
    int64_t since_ms = standstill->since_ms;
    enum hf_standstill_change change = hf_standstill_check(standstill, position, log_end, now_ms, PATIENCE_MS);
    if (change == HF_STANDSTILL_SAME)
        return;
    if (change == HF_STANDSTILL_ENDED) {
        hf_log(HF_LOG_INFO, "unblocked", "topic=%s partition=%d after_ms=%lld", topic, partition,
               (long long)(now_ms - since_ms));
        return;
    }
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autoptr(GDateTime) since = g_date_time_add(now, (since_ms - now_ms) * 1000);
    g_autofree char *text = g_date_time_format(since, "%Y-%m-%dT%H:%M:%SZ");
    hf_log(
        HF_LOG_WARN, "blocked",
        "topic=%s partition=%d since=%s stable_end=%lld log_end=%lld lag=%lld reason=\"a transaction stays open there, "
        "and nothing behind its first record can be read before it ends; kafka-transactions.sh describe-producers "
        "names it\"",
        topic, partition, text, (long long)standstill->stable_end, (long long)log_end, (long long)(log_end - position));
}
