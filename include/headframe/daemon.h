/* SPDX-License-Identifier: Apache-2.0 */
/* What every daemon's main() does: options, configuration, logging, signals, health endpoint, watchdog, exit codes. */
#ifndef HEADFRAME_DAEMON_H
#define HEADFRAME_DAEMON_H

#include "headframe/config.h"
#include "headframe/error.h"
#include "headframe/kafka_client.h"

/* The exit code where the watchdog ended the process. */
enum { HF_EXIT_HANGING = 70 /* EX_SOFTWARE */ };

/* What a daemon is doing, as /readyz tells it. Only SERVING is ready. */
enum hf_state { HF_STATE_STARTING, HF_STATE_UNREACHABLE, HF_STATE_RESTORING, HF_STATE_SERVING, HF_STATE_STOPPING };

/* What a running daemon works with; owned by hf_daemon_main. */
struct hf_runtime {
    const struct hf_config *config;
    struct hf_kafka_settings kafka; /* logs what librdkafka says, and when no broker answers */
};

struct hf_daemon {
    const char *name;    /* "headframe-production" */
    const char *summary; /* one sentence for --help */
    /* Works until hf_stop_requested(). Returns 0 after a clean stop, or an error that ends the process. */
    int (*run)(struct hf_runtime *runtime, struct hf_error *error);
};

/* Parses options (--config, --check-config, --print-config, --version, --help), loads the configuration and runs the
 * daemon. Returns the exit code: 0, 1 (failed), 2 (wrong options) or 78 (wrong configuration, another process under the
 * same instance name included). Main thread. */
int hf_daemon_main(int argc, char **argv, const struct hf_daemon *daemon);

/* True once SIGTERM or SIGINT has come. From then on the process has five seconds: then the watchdog ends it. Any thread. */
int hf_stop_requested(void);

/* What is left of that time, in milliseconds; all of it where no stop was requested. Any thread. */
int hf_stop_left_ms(void);

/* Tells the health endpoint and, where it changed, the log. reason may be NULL. Any thread. */
void hf_set_state(enum hf_state state, const char *reason);
enum hf_state hf_get_state(void);

/* Milliseconds of a clock that never goes back. */
int64_t hf_monotonic_ms(void);

/* Sleeps, waking early when a stop is requested. Returns 0, or HF_ECANCELED. */
int hf_sleep_ms(int ms);

/* The process ends with HF_EXIT_HANGING and one log line that names what if hf_watchdog_disarm is not called within
 * timeout_ms: some librdkafka calls have been seen to ignore their timeout, and a restart loses nothing. Nests: each
 * disarm ends the latest arm. what is borrowed until then. Main thread. */
void hf_watchdog_arm(const char *what, int timeout_ms);
void hf_watchdog_disarm(void);

/* Makes the watchdog's thread; arming does it too. Main thread. */
void hf_watchdog_start(void);

/* Begins the five seconds after which the process is ended, once. After hf_watchdog_start; safe in a signal handler. */
void hf_watchdog_stop_requested(void);

#endif
