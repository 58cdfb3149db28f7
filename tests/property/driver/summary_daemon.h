/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-summary without Kafka: the daemon's own world and publisher over a log in memory, driven as
 * services/summary/summary_loop.c drives them, with one instance that owns everything. */
#ifndef HEADFRAME_TESTS_SUMMARY_DAEMON_H
#define HEADFRAME_TESTS_SUMMARY_DAEMON_H

#include "publisher.h"
#include "topic_log.h"

struct summary_daemon;

/* New daemon over log (borrowed) that has read nothing. Release with summary_daemon_free, which clears the pointer and
 * accepts NULL in it. */
struct summary_daemon *summary_daemon_new(struct topic_log *log, const struct publisher_settings *settings);
void summary_daemon_free(struct summary_daemon **daemon);

/* Reads all there is and publishes what differs, bad reference records among it. Returns 0, or HF_EINVAL. */
int summary_daemon_publish(struct summary_daemon *daemon, struct hf_error *error);

/* Drops the memory; the next publication reads everything from the beginning and compares. How the inputs are read is
 * free, and alternates: topics in another order, and day records as compaction leaves them. */
void summary_daemon_restart(struct summary_daemon *daemon, const struct publisher_settings *settings);

#endif
