/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when a broker is asked for more.
 *
 * librdkafka stops fetching ahead at a number of records or of bytes in their values (queued.min.messages,
 * queued.max.messages.kbytes), but does not count keys and headers: of records whose bytes are in their headers it would
 * hold a hundred thousand, of up to 8 MiB each. So here the answers are counted that came since everything was handed
 * out, and after too many of them the thread waits until it has been.
 *
 * Like those of unpack.c, the functions __wrap_X are put in the place of librdkafka's X by the linker. */
#include "prefetch.h"

#include <stdint.h>
#include <time.h>

#include "unpack.h"

enum { PAUSE_NS = 1000000, PAUSES = 500 };

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker asks for them
/* librdkafka's names and types; it keeps them to itself. */
int __wrap_rd_kafka_broker_fetch_toppars(void *broker, int64_t now);
int __real_rd_kafka_broker_fetch_toppars(void *broker, int64_t now);
int __wrap_rd_kafka_msgset_parse(void *buffer, void *request, void *partition, void *aborted, const void *version);
int __real_rd_kafka_msgset_parse(void *buffer, void *request, void *partition, void *aborted, const void *version);

/* Each broker has its thread in librdkafka, and asks for one answer at a time. */
static _Thread_local struct prefetch *bound;
static _Thread_local int is_counted; /* the answer that is being read */

void prefetch_bind(struct prefetch *prefetch)
{
    bound = prefetch;
}

void prefetch_add(size_t bytes)
{
    if (bound)
        atomic_fetch_add(&bound->held_bytes, bytes);
}

void prefetch_drained(struct prefetch *prefetch)
{
    atomic_store(&prefetch->held_bytes, 0);
}

/* Returns 0 where it has waited long enough for the thread to look after other things. */
static int await_room(void)
{
    const struct timespec pause = {0, PAUSE_NS};
    for (int i = 0; bound && i < PAUSES && !atomic_load(&bound->is_closing); i++) {
        if (atomic_load(&bound->held_bytes) < PREFETCH_LIMIT_BYTES)
            return 1;
        (void)nanosleep(&pause, NULL); /* woken early, it looks early */
    }
    return !bound;
}

int __wrap_rd_kafka_broker_fetch_toppars(void *broker, int64_t now)
{
    if (!await_room())
        return 0;
    is_counted = 0;
    unpack_begin();
    return __real_rd_kafka_broker_fetch_toppars(broker, now);
}

int __wrap_rd_kafka_msgset_parse(void *buffer, void *request, void *partition, void *aborted, const void *version)
{
    if (!is_counted)
        prefetch_add(PREFETCH_ANSWER_BYTES);
    is_counted = 1;
    return __real_rd_kafka_msgset_parse(buffer, request, partition, aborted, version);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
