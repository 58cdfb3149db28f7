/* SPDX-License-Identifier: Apache-2.0 */
/* reference.mines, read whole before the first event and followed afterwards. */
#ifndef HEADFRAME_MINE_FEED_H
#define HEADFRAME_MINE_FEED_H

#include "headframe/cluster.h"
#include "headframe/mine_directory.h"

struct hf_mine_feed;

/* Reads the topic to its end. cluster is borrowed. Release with hf_mine_feed_free, which clears the pointer and accepts
 * NULL in it. Returns 0, HF_ECANCELED or HF_EIO. */
int hf_mine_feed_new(struct hf_cluster *cluster, struct hf_mine_feed **out_feed, struct hf_error *error);
void hf_mine_feed_free(struct hf_mine_feed **feed);

/* Takes what has come since. Never waits. Returns 0 or HF_EIO. */
int hf_mine_feed_poll(struct hf_mine_feed *feed, struct hf_error *error);

/* Reads as far as the topic goes at the moment of the call. Returns 0, HF_ECANCELED or HF_EIO. */
int hf_mine_feed_catch_up(struct hf_mine_feed *feed, struct hf_error *error);

const struct hf_mine_directory *hf_mine_feed_directory(const struct hf_mine_feed *feed);

#endif
