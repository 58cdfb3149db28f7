/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what a program that preloads this takes for the time of day: the host's, moved by the number of seconds in a
 * file, which may change at any moment. Waits until a time of day end when that clock says so, as they do in the kernel
 * when the host's clock is set: a jump ahead ends them, a jump back prolongs them. Debian's libfaketime knows no C11
 * threads (cnd_timedwait), by which librdkafka waits. The monotonic clock is as it is. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { SLICE_NS = 50000000, BILLION = 1000000000 };

/* Times before it are those of a monotonic clock: pthread_cond_timedwait does not say which clock it is for. */
static const time_t EARLIEST_TIME_OF_DAY = 500000000;

static const volatile int64_t *shift_s; /* the file, mapped; NULL: none */
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_cond_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*real_cnd_timedwait)(cnd_t *, mtx_t *, const struct timespec *);

static void start(void)
{
    const char *path = getenv("CHAOS_CLOCK_FILE");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    *(void **)&real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    *(void **)&real_cond_timedwait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    *(void **)&real_cnd_timedwait = dlsym(RTLD_NEXT, "cnd_timedwait");
    void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *shift_s, PROT_READ, MAP_SHARED, file, 0);
    shift_s = mapped == MAP_FAILED ? NULL : mapped;
    if (file >= 0)
        close(file);
}

static void prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    prepare();
    int result = real_clock_gettime(clock, now);
    if (result == 0 && shift_s && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *shift_s;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    *now = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out_now)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out_now)
        *out_now = exact.tv_sec;
    return exact.tv_sec;
}

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

/* The host's time of day when a wait must look again: in a slice, or when the moved clock reaches until. Returns 1
 * where it has. */
static int next_look(const struct timespec *until, struct timespec *out_look)
{
    struct timespec moved;
    clock_gettime(CLOCK_REALTIME, &moved);
    real_clock_gettime(CLOCK_REALTIME, out_look);
    __int128 left_ns = (__int128)(until->tv_sec - moved.tv_sec) * BILLION + (until->tv_nsec - moved.tv_nsec);
    if (left_ns <= 0)
        return 1;
    out_look->tv_nsec += left_ns < SLICE_NS ? (long)left_ns : SLICE_NS;
    if (out_look->tv_nsec >= BILLION) {
        out_look->tv_nsec -= BILLION;
        out_look->tv_sec++;
    }
    return 0;
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict lock, const struct timespec *restrict until)
{
    struct timespec look;
    int result, is_over;
    prepare();
    do {
        is_over = next_look(until, &look);
        result = real_cnd_timedwait(condition, lock, &look);
    } while (result == thrd_timedout && !is_over);
    return result;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict lock,
                           const struct timespec *restrict until)
{
    struct timespec look;
    int result, is_over;
    prepare();
    if (until->tv_sec < EARLIEST_TIME_OF_DAY)
        return real_cond_timedwait(condition, lock, until);
    do {
        is_over = next_look(until, &look);
        result = real_cond_timedwait(condition, lock, &look);
    } while (result == ETIMEDOUT && !is_over);
    return result;
}
