/* SPDX-License-Identifier: Apache-2.0 */
/* Publishes by difference: what the summaries should say now, against a digest of what their topics say. Pure. */
#ifndef HEADFRAME_SUMMARY_PUBLISHER_H
#define HEADFRAME_SUMMARY_PUBLISHER_H

#include "headframe/calendar.h"
#include "headframe/output.h"
#include "world.h"

struct publisher;

struct publisher_settings {
    struct hf_window_spec windows[32];
    size_t window_count;
    int stale_after_days;
};

/* New publisher over world (borrowed) that owns nothing. Release with publisher_free, which clears the pointer and
 * accepts NULL in it. */
struct publisher *publisher_new(struct world *world, const struct publisher_settings *settings);
void publisher_free(struct publisher **publisher);

/* Says which companies and mines are this process's: those whose ids fall on partitions for which owns returns true,
 * of reference.companies or reference.mines with so many partitions. Forgets all digests: the output topics must be
 * read again with publisher_note, and everything is compared anew. */
typedef int publisher_owns(void *context, enum hf_topic reference_topic, int32_t partition);
void publisher_set_ownership(struct publisher *publisher, publisher_owns *owns, void *context,
                             int32_t company_partitions, int32_t mine_partitions);

/* Takes a record of company.summaries or mine.summaries as it stands on the topic. Those of others are ignored. */
void publisher_note(struct publisher *publisher, enum hf_topic topic, const struct hf_record *record);

/* True where the world changed since the last publication, or ownership did. */
int publisher_has_work(const struct publisher *publisher);

/* Asked before each window: true to go on. Computing many windows takes seconds, and other things must be served. */
typedef int publisher_go_on(void *context);

/* Writes to sink what differs, tombstones included, and takes it as published; *out_written counts the records. If what
 * was written is not committed, or this fails, publisher_set_ownership must be called again. go_on may be NULL. Returns
 * 0, HF_ECANCELED where go_on said so, or sink's error. */
int publisher_publish(struct publisher *publisher, const struct hf_sink *sink, publisher_go_on *go_on,
                      void *go_on_context, size_t *out_written, struct hf_error *error);

#endif
