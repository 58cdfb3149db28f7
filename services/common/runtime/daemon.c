/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a daemon from its options to its exit code. */
#include "headframe/daemon.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "health.h"

static atomic_int stop_requested;
static atomic_int state = HF_STATE_STARTING;

int hf_stop_requested(void)
{
    return atomic_load(&stop_requested);
}

enum hf_state hf_get_state(void)
{
    return (enum hf_state)atomic_load(&state);
}

const char *hf_state_name(int which)
{
    static const char *const names[] = {"starting", "kafka-unreachable", "restoring", "serving", "stopping"};
    return names[which];
}

void hf_set_state(enum hf_state new_state, const char *reason)
{
    if (atomic_exchange(&state, (int)new_state) == (int)new_state)
        return;
    enum hf_log_level level = new_state == HF_STATE_UNREACHABLE ? HF_LOG_WARN : HF_LOG_INFO;
    if (reason)
        hf_log(level, hf_state_name((int)new_state), "reason=%s", hf_log_quote(reason));
    else
        hf_log(level, hf_state_name((int)new_state), "%s", "");
}

int64_t hf_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int hf_sleep_ms(int ms)
{
    int64_t until = hf_monotonic_ms() + ms;
    while (!hf_stop_requested()) {
        int64_t left = until - hf_monotonic_ms();
        if (left <= 0)
            return HF_OK;
        struct timespec nap = {.tv_sec = 0, .tv_nsec = (left < 50 ? left : 50) * 1000000};
        nanosleep(&nap, NULL);
    }
    return HF_ECANCELED;
}

static void on_signal(int number)
{
    (void)number;
    atomic_store(&stop_requested, 1);
    hf_watchdog_stop_requested();
}

static void install_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    hf_watchdog_start();
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* librdkafka's levels are syslog's. Its errors are mended by its retries, so none is an ERROR of ours. */
static void on_kafka_log(void *context, int level, const char *text)
{
    (void)context;
    hf_log(level <= 4 ? HF_LOG_WARN : HF_LOG_DEBUG, "librdkafka", "text=%s", hf_log_quote(text));
}

static void on_kafka_unreachable(void *context, const char *text)
{
    (void)context;
    if (!hf_stop_requested())
        hf_set_state(HF_STATE_UNREACHABLE, text);
}

/* A call that is not back this long after its own time is up is not expected to come back. */
enum { GRACE_MS = 10000 };

static void on_kafka_wait(void *context, const char *call, int timeout_ms)
{
    (void)context;
    if (call)
        hf_watchdog_arm(call, timeout_ms + GRACE_MS);
    else
        hf_watchdog_disarm();
}

struct options {
    char *config_path;
    gboolean check, print, version;
};

/* Returns 0, or the exit code that ends the process. */
static int parse_options(int argc, char **argv, const struct hf_daemon *daemon, struct options *out)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &out->config_path,
         "Configuration file (default " HF_CONFIG_DEFAULT_PATH ")", "FILE"},
        {"check-config", 0, 0, G_OPTION_ARG_NONE, &out->check, "Check the configuration and end", NULL},
        {"print-config", 0, 0, G_OPTION_ARG_NONE, &out->print, "Print every key with its default and end", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &out->version, "Print the version and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_option_context_set_summary(context, daemon->summary);
    g_option_context_set_description(
        context,
        "Stops on SIGTERM after committing what it has read. Logs to standard error, one line for each change\n"
        "of state. Exit codes: 0 stopped, 1 failed, 2 wrong options, 70 a Kafka call hung or stopping took\n"
        "five seconds, 78 wrong configuration or another process of the same instance name.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, &argc, &argv, &error) && argc == 1)
        return 0;
    if (error)
        fprintf(stderr, "%s: %s\n", daemon->name, error->message);
    else
        fprintf(stderr, "%s: unexpected argument \"%s\"\n", daemon->name, argv[1]);
    fprintf(stderr, "Try '%s --help'.\n", daemon->name);
    return 2;
}

static int run(const struct hf_daemon *daemon, const struct hf_config *config)
{
    struct hf_error error = {0};
    struct hf_runtime runtime = {
        .config = config,
        .kafka = {config->kafka_properties, config->kafka_property_count, on_kafka_log, on_kafka_unreachable,
                  on_kafka_wait, NULL},
    };
    hf_log_init(daemon->name, config->log_level);
    install_signals();
    if (config->health_port && hf_health_start(config->health_address, config->health_port, &error) != HF_OK) {
        hf_log(HF_LOG_ERROR, "start", "reason=%s", hf_log_quote(error.text));
        return 1;
    }
    hf_log(HF_LOG_INFO, "start", "version=%s librdkafka=%s instance=%s bootstrap=%s", HEADFRAME_VERSION,
           hf_kafka_version(), hf_log_quote(config->instance),
           hf_log_quote(hf_config_kafka(config, "bootstrap.servers")));
    int result = daemon->run(&runtime, &error);
    hf_health_stop();
    if (result != HF_OK) {
        hf_log(HF_LOG_ERROR, "failed", "reason=%s", hf_log_quote(error.text));
        /* Where service managers do not restart after a wrong configuration, two processes do not drive each other out
         * in turns. */
        return result == HF_EFENCED ? HF_EXIT_CONFIG : 1;
    }
    hf_log(HF_LOG_INFO, "stopped", "%s", "");
    return 0;
}

int hf_daemon_main(int argc, char **argv, const struct hf_daemon *daemon)
{
    struct options options = {0};
    struct hf_error error;
    struct hf_config *config;
    int code = parse_options(argc, argv, daemon, &options);
    if (code)
        return code;
    if (options.version) {
        printf("%s %s (librdkafka %s)\n", daemon->name, HEADFRAME_VERSION, hf_kafka_version());
        return 0;
    }
    if (options.print) {
        hf_config_print_reference(stdout);
        return 0;
    }
    if (hf_config_load(options.config_path, &config, &error) != HF_OK) {
        fprintf(stderr, "%s: %s\n", daemon->name, error.text);
        g_free(options.config_path);
        return HF_EXIT_CONFIG;
    }
    code = options.check ? 0 : run(daemon, config);
    hf_config_free(&config);
    g_free(options.config_path);
    return code;
}
