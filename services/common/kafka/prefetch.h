/* SPDX-License-Identifier: Apache-2.0 */
/* How much a reader holds that was fetched and not yet handed out; for the files of kafka/ only. */
#ifndef HEADFRAME_KAFKA_PREFETCH_H
#define HEADFRAME_KAFKA_PREFETCH_H

#include <stdatomic.h>
#include <stddef.h>

/* What one reader holds, at most: about that much is fetched before the first is asked for again. An answer to a fetch
 * is counted as the largest batch that Kafka takes, and what was unpacked of it besides. */
enum { PREFETCH_LIMIT_BYTES = 192 * 1024 * 1024, PREFETCH_ANSWER_BYTES = 8 * 1024 * 1024 };

struct prefetch {
    atomic_size_t held_bytes;
    atomic_int is_closing; /* nobody will ask again */
};

/* Binds the calling thread, one of librdkafka's that talk to a broker, to the reader it fetches for. */
void prefetch_bind(struct prefetch *prefetch);

/* Counts memory that the bound thread has filled; without a reader it is not counted. */
void prefetch_add(size_t bytes);

/* Nothing waits any more: all was handed out. Any thread. */
void prefetch_drained(struct prefetch *prefetch);

#endif
