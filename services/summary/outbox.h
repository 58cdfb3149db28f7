/* SPDX-License-Identifier: Apache-2.0 */
/* Output records that were computed and wait for their transaction, so that one is open only while it is written. */
#ifndef HEADFRAME_SUMMARY_OUTBOX_H
#define HEADFRAME_SUMMARY_OUTBOX_H

#include "headframe/output.h"

struct outbox;

/* New and empty; release with outbox_free, which clears the pointer and accepts NULL in it. One thread. */
struct outbox *outbox_new(void);
void outbox_free(struct outbox **outbox);

/* Copies the record. */
void outbox_add(struct outbox *outbox, const struct hf_output *output);

size_t outbox_count(const struct outbox *outbox);
size_t outbox_bytes(const struct outbox *outbox);

/* Writes all records in the order they came; they stay. Returns 0 or sink's error. */
int outbox_write(const struct outbox *outbox, const struct hf_sink *sink, struct hf_error *error);

void outbox_clear(struct outbox *outbox);

#endif
