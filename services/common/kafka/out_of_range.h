/* SPDX-License-Identifier: Apache-2.0 */
/* Who hears that Kafka does not hold an offset; for the files of kafka/ only. */
#ifndef HEADFRAME_KAFKA_OUT_OF_RANGE_H
#define HEADFRAME_KAFKA_OUT_OF_RANGE_H

#include <pthread.h>

/* Whoever reads by a client. lock, which begins as PTHREAD_MUTEX_INITIALIZER, guards is_deaf. */
struct hearer {
    pthread_mutex_t lock;
    int is_deaf;
};

/* Binds the calling thread, one of librdkafka's that talk to a broker, to the one it fetches for, who outlives it. What a
 * deaf one does not hear, librdkafka forgets: it fetches from where the partition was last started. */
void out_of_range_bind(struct hearer *hearer);

/* From now on deaf: to be called before the client is destroyed. When it returns, no thread is telling it any more. Any
 * thread. */
void out_of_range_deafen(struct hearer *hearer);

#endif
