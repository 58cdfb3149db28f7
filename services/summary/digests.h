/* SPDX-License-Identifier: Apache-2.0 */
/* What an output topic says of one company or mine: a digest for each window, in 16 bytes. Ten thousand mines with five
 * years of days have 22 million of them. */
#ifndef HEADFRAME_SUMMARY_DIGESTS_H
#define HEADFRAME_SUMMARY_DIGESTS_H

#include <glib.h>
#include <stdint.h>

struct digests;

/* New and empty, with room for so many; release with digests_free, which clears the pointer and accepts NULL in it. */
struct digests *digests_new(size_t room);
void digests_free(struct digests **digests);

/* Sets the digest of a window (window_name.h). Cheapest where names come in ascending order. */
void digests_put(struct digests *digests, uint64_t window_name, uint64_t digest);
void digests_remove(struct digests *digests, uint64_t window_name);

/* Returns 1 and the digest, or 0. */
int digests_find(const struct digests *digests, uint64_t window_name, uint64_t *out_digest);

/* Calls visit for each window of before that is not in now, until it returns other than 0; returns what it returned. */
typedef int digests_visit(void *context, uint64_t window_name);
int digests_visit_gone(const struct digests *before, const struct digests *now, digests_visit *visit, void *context);

#endif
