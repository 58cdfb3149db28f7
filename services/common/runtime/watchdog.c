/* SPDX-License-Identifier: Apache-2.0 */
/* Ends the process when a call does not come back. Kafka is the only store, so the restart that follows loses nothing,
 * while a daemon that hangs inside a library loses its mines their figures. */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "headframe/daemon.h"
#include "headframe/log.h"

enum { EXIT_HANGING = 70 /* EX_SOFTWARE */ };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *watched; /* NULL: nothing is armed */
static int64_t deadline_ms;

static struct timespec to_timespec(int64_t ms)
{
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

static void *watch(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        if (!watched) {
            pthread_cond_wait(&changed, &lock);
        } else if (hf_monotonic_ms() >= deadline_ms) {
            hf_log(HF_LOG_ERROR, "watchdog", "call=%s reason=\"did not return in time; ending the process\"", watched);
            _exit(EXIT_HANGING);
        } else {
            struct timespec until = to_timespec(deadline_ms);
            pthread_cond_timedwait(&changed, &lock, &until);
        }
    }
    return NULL;
}

static void start(void)
{
    pthread_t thread;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&thread, NULL, watch, NULL) == 0)
        pthread_detach(thread);
    else
        hf_log(HF_LOG_WARN, "watchdog", "reason=\"no thread for it; hanging calls will not be noticed\"");
}

void hf_watchdog_arm(const char *what, int timeout_ms)
{
    pthread_once(&once, start);
    pthread_mutex_lock(&lock);
    watched = what;
    deadline_ms = hf_monotonic_ms() + timeout_ms;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

void hf_watchdog_disarm(void)
{
    pthread_mutex_lock(&lock);
    watched = NULL;
    pthread_mutex_unlock(&lock);
}
