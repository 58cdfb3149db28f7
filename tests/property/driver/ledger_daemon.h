/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-production or headframe-costs without Kafka: the daemon's own partitions over a log in memory, driven as
 * services/common/runtime/ledger_loop.c drives them, with one instance that owns every partition.
 *
 * After every third commit each partition is read back from its topics, compacted or not, into a copy. The copy then
 * takes the same input, and at each commit both must write the same records. */
#ifndef HEADFRAME_TESTS_LEDGER_DAEMON_H
#define HEADFRAME_TESTS_LEDGER_DAEMON_H

#include "headframe/partition.h"
#include "topic_log.h"

struct ledger_daemon;

/* New daemon, started on log (borrowed, as are decoder and rules). Release with ledger_daemon_free, which clears the
 * pointer and accepts NULL in it. */
int ledger_daemon_new(const struct hf_ledger_kind *kind, struct topic_log *log, struct hf_event_decoder *decoder,
                      const struct hf_ledger_rules *rules, struct ledger_daemon **out_daemon, struct hf_error *error);
void ledger_daemon_free(struct ledger_daemon **daemon);

/* Takes a record of reference.mines. */
void ledger_daemon_take_mine(struct ledger_daemon *daemon, const struct log_record *record);
/* Takes a record of the input topic. Returns 0, or HF_EINVAL where the partition contradicts itself. */
int ledger_daemon_take_event(struct ledger_daemon *daemon, const struct log_record *record, struct hf_error *error);

/* True where the next commit would write something. */
int ledger_daemon_has_changes(const struct ledger_daemon *daemon);
/* Publishes what changed and remembers how far the input was read. Returns 0, or HF_EINVAL where a copy says otherwise. */
int ledger_daemon_commit(struct ledger_daemon *daemon, struct hf_error *error);

/* Drops the memory and starts again from the topics and the committed offsets. Returns 0, or HF_EINVAL where the topics
 * do not agree with the offsets. */
int ledger_daemon_restart(struct ledger_daemon *daemon, struct hf_error *error);

#endif
