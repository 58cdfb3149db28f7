/* SPDX-License-Identifier: Apache-2.0 */
/* Passages of partitions that are read once, apart from what a daemon follows. */
#ifndef HEADFRAME_SUMMARY_PASSAGE_H
#define HEADFRAME_SUMMARY_PASSAGE_H

#include <glib.h>

#include "headframe/cluster.h"

/* Records from first (or HF_OFFSET_BEGINNING) to end, which is not included. */
struct passage {
    enum hf_topic topic;
    int32_t partition;
    int64_t first, end;
    int64_t position; /* the next offset to come; 0 at first */
};

/* Makes all passages unread again. */
void passages_rewind(GArray *passages);

/* Called for each record; and after each batch, where other than 0 ends the reading with that result. */
typedef void passage_take(void *context, enum hf_topic topic, const struct hf_record *record);
typedef int passage_pause(void *context);

/* Reads committed records of all passages (an array of struct passage) with one reader: a new one takes a second to find
 * its brokers. Returns 0, pause's result or the reader's error. */
int passages_read(const struct hf_cluster *cluster, GArray *passages, passage_take *take, passage_pause *pause,
                  void *context, struct hf_error *error);

#endif
