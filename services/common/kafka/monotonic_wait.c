/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how long librdkafka's timed waits last: as long as was asked for, whatever becomes of the time of day.
 *
 * librdkafka waits until a time of day (cnd_timedwait). Where the host's clock is set back meanwhile, that comes hours
 * later, and a daemon without traffic would neither send heartbeats nor see SIGTERM. The linker gives us its calls
 * (--wrap=cnd_timedwait), and we wait by the monotonic clock. It looks at what is left by itself, so a jump between its
 * look at the clock and ours makes one wait too short or too long, by the microseconds between. */
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

/* glibc's condition variables and mutexes of C11 are those of POSIX. */
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "cnd_t is not pthread_cond_t");
_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "mtx_t is not pthread_mutex_t");

/* The name is the linker's: see --wrap in ld(1). until: a time of day. Any thread. */
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
int __wrap_cnd_timedwait(cnd_t *condition, mtx_t *lock, const struct timespec *until);

int __wrap_cnd_timedwait(cnd_t *condition, mtx_t *lock, const struct timespec *until)
{
    struct timespec now, end;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += until->tv_sec - now.tv_sec;
    end.tv_nsec += until->tv_nsec - now.tv_nsec;
    if (end.tv_nsec < 0) {
        end.tv_nsec += NS_PER_S;
        end.tv_sec--;
    } else if (end.tv_nsec >= NS_PER_S) {
        end.tv_nsec -= NS_PER_S;
        end.tv_sec++;
    }
    int result = pthread_cond_clockwait((pthread_cond_t *)condition, (pthread_mutex_t *)lock, CLOCK_MONOTONIC, &end);
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
