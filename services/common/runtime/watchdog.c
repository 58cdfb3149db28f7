/* SPDX-License-Identifier: Apache-2.0 */
/* Ends the process when a call does not come back, or a stop takes too long. Kafka is the only store, so the restart
 * that follows loses nothing, while a daemon that hangs inside a library loses its mines their figures.
 *
 * What is watched nests: a transaction, and within it the call that is being made. The earliest of all deadlines
 * counts; the innermost name is told. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "headframe/daemon.h"
#include "headframe/log.h"

enum {
    DEPTH = 8,           /* deeper ones are counted, not watched */
    STOP_LIMIT_MS = 4500 /* from the signal; with what ending takes it is below five seconds */
};

struct watch {
    const char *what;
    int64_t deadline_ms;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t changed;
static struct watch watches[DEPTH];
static int depth;
static int64_t looked_at_until_ms;       /* when the thread looks again by itself */
static _Atomic int64_t stop_deadline_ms; /* 0: no stop was requested */

/* The name that is told, and the deadline that comes first, INT64_MAX where there is none. */
static struct watch find_next(void)
{
    struct watch next = {"none", INT64_MAX};
    pthread_mutex_lock(&lock);
    for (int i = 0; i < depth && i < DEPTH; i++) {
        next.what = watches[i].what;
        if (watches[i].deadline_ms < next.deadline_ms)
            next.deadline_ms = watches[i].deadline_ms;
    }
    looked_at_until_ms = next.deadline_ms;
    pthread_mutex_unlock(&lock);
    return next;
}

static void wait_for_change(int64_t deadline_ms)
{
    struct timespec until = {.tv_sec = deadline_ms / 1000, .tv_nsec = deadline_ms % 1000 * 1000000};
    if (deadline_ms == INT64_MAX)
        while (sem_wait(&changed) != 0 && errno == EINTR)
            ;
    else
        (void)sem_clockwait(&changed, CLOCK_MONOTONIC, &until); /* whatever it says, the deadlines are looked at */
}

static void *watch(void *unused)
{
    (void)unused;
    for (;;) {
        struct watch next = find_next();
        int64_t stop_ms = atomic_load(&stop_deadline_ms), now_ms = hf_monotonic_ms();
        if (now_ms >= next.deadline_ms) {
            hf_log(HF_LOG_ERROR, "watchdog", "call=%s reason=\"did not return in time; ending the process\"",
                   next.what);
            _exit(HF_EXIT_HANGING);
        }
        if (stop_ms && now_ms >= stop_ms) {
            hf_log(HF_LOG_ERROR, "watchdog",
                   "call=%s during=stop reason=\"did not end in time after the signal; ending the process, and what is "
                   "not committed is read again\"",
                   next.what);
            _exit(HF_EXIT_HANGING);
        }
        wait_for_change(stop_ms && stop_ms < next.deadline_ms ? stop_ms : next.deadline_ms);
    }
    return NULL;
}

static void start(void)
{
    pthread_t thread;
    sem_init(&changed, 0, 0);
    if (pthread_create(&thread, NULL, watch, NULL) == 0)
        pthread_detach(thread);
    else
        hf_log(HF_LOG_WARN, "watchdog", "reason=\"no thread for it; hanging calls will not be noticed\"");
}

void hf_watchdog_start(void)
{
    pthread_once(&once, start);
}

void hf_watchdog_arm(const char *what, int timeout_ms)
{
    hf_watchdog_start();
    int64_t deadline_ms = hf_monotonic_ms() + timeout_ms;
    pthread_mutex_lock(&lock);
    if (depth < DEPTH)
        watches[depth] = (struct watch){what, deadline_ms};
    depth++;
    int is_earlier = deadline_ms < looked_at_until_ms;
    pthread_mutex_unlock(&lock);
    if (is_earlier) /* not for each call of each transaction */
        sem_post(&changed);
}

void hf_watchdog_disarm(void)
{
    pthread_mutex_lock(&lock);
    if (depth > 0)
        depth--;
    pthread_mutex_unlock(&lock);
}

void hf_watchdog_stop_requested(void)
{
    int64_t none = 0;
    if (atomic_compare_exchange_strong(&stop_deadline_ms, &none, hf_monotonic_ms() + STOP_LIMIT_MS))
        sem_post(&changed);
}

int hf_stop_left_ms(void)
{
    int64_t deadline_ms = atomic_load(&stop_deadline_ms), left_ms = deadline_ms - hf_monotonic_ms();
    return !deadline_ms ? STOP_LIMIT_MS : left_ms > 0 ? (int)left_ms : 0;
}
