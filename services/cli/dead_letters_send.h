/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the records of letters back, in transactions of bounded size. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_SEND_H
#define HEADFRAME_CLI_DEAD_LETTERS_SEND_H

#include <stddef.h>

#include "dead_letters_letter.h"
#include "headframe/kafka_transaction.h"
#include "session.h"

/* The headers of a replayed record: those of its letter but for headframe-*, and HF_LETTER_REPLAYED_FROM with place_text.
 * An array of struct hf_header, borrowed from headers and place_text; release with g_array_unref. */
GArray *hf_replay_headers(const GArray *headers, const char *place_text);

/* Reads the letters at places (in the order of hf_place_compare) and writes each record to the topic that it came from,
 * to the partition of its key, with the time of now. producer is transactional. *out_sent is how many are committed, in
 * any case. Returns HF_CONTINUE, or an exit code after saying what went wrong. Main thread. */
int hf_letters_send(struct hf_session *session, struct hf_producer *producer, const struct hf_place *places,
                    size_t place_count, size_t *out_sent);

#endif
