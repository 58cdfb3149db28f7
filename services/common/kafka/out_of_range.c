/* SPDX-License-Identifier: Apache-2.0 */
/* Decides whether librdkafka acts on a broker's answer that it does not hold an offset.
 *
 * The thread that talks to the broker leaves that to the client's main thread, by a message that names the partition and
 * nothing else. Two things go wrong with it (seen in 2.15.1):
 *
 * - While a client is destroyed, its main thread takes no message any more. One that is refused is undone by the very
 *   function that carries it out, which sends it once more, with the partition's lock held: the second refusal waits for
 *   that lock for ever, and so does rd_kafka_destroy (librdkafka #4514).
 * - It may be about a fetch from before the partition was stopped and started elsewhere, and then ends the new one.
 *
 * Both are common behind a batch with a wrong checksum, because librdkafka goes on at whatever number it finds there. So a
 * client that is destroyed hears nothing of it, nor does one that asks how far a batch reaches (damage.c).
 *
 * Like those of unpack.c, the function __wrap_X is put in the place of librdkafka's X by the linker. */
#include "out_of_range.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum { REASON_BYTES = 512 }; /* librdkafka's own limit */

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker asks for them
/* librdkafka's names and types; it keeps them to itself. */
struct fetch_position {
    int64_t offset;
    int32_t leader_epoch;
    uint8_t is_validated;
};
void __wrap_rd_kafka_offset_reset(void *partition, int32_t broker, struct fetch_position position, int error,
                                  const char *format, ...) __attribute__((format(printf, 5, 6)));
void __real_rd_kafka_offset_reset(void *partition, int32_t broker, struct fetch_position position, int error,
                                  const char *format, ...) __attribute__((format(printf, 5, 6)));

static _Thread_local struct hearer *bound;

void out_of_range_bind(struct hearer *hearer)
{
    bound = hearer;
}

void out_of_range_deafen(struct hearer *hearer)
{
    pthread_mutex_lock(&hearer->lock);
    hearer->is_deaf = 1;
    pthread_mutex_unlock(&hearer->lock);
}

void __wrap_rd_kafka_offset_reset(void *partition, int32_t broker, struct fetch_position position, int error,
                                  const char *format, ...)
{
    char reason[REASON_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments); /* cut off where it is longer */
    va_end(arguments);
    /* Held while it is sent, so that nobody becomes deaf in between and destroys the client. */
    if (bound)
        pthread_mutex_lock(&bound->lock);
    if (!bound || !bound->is_deaf)
        __real_rd_kafka_offset_reset(partition, broker, position, error, "%s", reason);
    if (bound)
        pthread_mutex_unlock(&bound->lock);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
