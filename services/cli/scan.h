/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over a topic: from its beginning to the end it has now, or on and on. */
#ifndef HEADFRAME_CLI_SCAN_H
#define HEADFRAME_CLI_SCAN_H

#include "headframe/kafka_reader.h"
#include "session.h"

struct hf_scan {
    const char *topic; /* the full name */
    int32_t partition; /* -1: all */
    enum hf_isolation isolation;
    int64_t from; /* begins at this offset, or with the oldest record where that comes later */
    int from_end; /* only what comes after now */
    int follow;   /* goes on after the end */
    /* Called for each record, in the order of each partition. Anything but 0 ends the scan. */
    int (*visit)(void *context, const struct hf_record *record);
    /* NULL; or, of a read_committed scan of one partition, where to write the offset from which on an open transaction
     * hides what is before the end. Untouched where nothing is hidden. */
    int64_t *out_hidden_from;
    void *context;
};

/* Returns HF_CONTINUE after the last record or where visit ended it, or an exit code after saying what went wrong:
 * there is no such topic or partition, or Kafka does not answer. Main thread. */
int hf_scan_run(struct hf_session *session, const struct hf_scan *scan);

#endif
