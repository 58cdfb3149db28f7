/* SPDX-License-Identifier: Apache-2.0 */
/* The mines that are known: reference.mines as it stands. */
#ifndef HEADFRAME_MINE_DIRECTORY_H
#define HEADFRAME_MINE_DIRECTORY_H

#include "headframe/error.h"
#include "headframe/kafka_reader.h"
#include "headframe/reference.h"

struct hf_mine_directory;

/* New empty directory; release with hf_mine_directory_free, which clears the pointer and accepts NULL in it. One
 * thread. */
struct hf_mine_directory *hf_mine_directory_new(void);
void hf_mine_directory_free(struct hf_mine_directory **directory);

/* Applies a record of reference.mines: a mine, or a tombstone that removes it. Returns 0, or HF_EINVAL with an error
 * that names field and value; then what stood before stands. */
int hf_mine_directory_apply(struct hf_mine_directory *directory, const struct hf_record *record,
                            struct hf_error *error);

/* Grows with each record that is applied: while it stays, mines that were found stay where they are. 0 at first. */
uint64_t hf_mine_directory_version(const struct hf_mine_directory *directory);

/* The mine, borrowed until the directory changes, or NULL. id need not end in NUL. */
const struct hf_mine *hf_mine_directory_find(const struct hf_mine_directory *directory, const char *id, size_t length);

#endif
