/* SPDX-License-Identifier: Apache-2.0 */
/* Decides in which order the parts start, and what clients are told about where the broker is. */
#include "devbroker.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

#include "cluster.h"
#include "forwarder.h"
#include "headframe/kafka_client.h"
#include "headframe/log.h"

struct parts {
    struct hf_forwarder *forwarder; /* NULL: clients come to the mock's own port */
    struct hf_mock *mock;
};

/* The forwarder comes first: a port in use is the likeliest failure. */
static int start(const struct hf_devbroker_options *options, struct parts *parts, int *out_port, struct hf_error *error)
{
    if (!hf_mock_can_advertise() && options->port != 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                            "librdkafka %s can not give the mock broker a port (2.10 can): use --port 0, and the port "
                            "that is printed",
                            hf_kafka_version());
    if (hf_mock_can_advertise() && hf_forwarder_new(options->port, &parts->forwarder, error) != HF_OK)
        return HF_EIO;
    if (hf_mock_new(options->prefix, options->partitions, &parts->mock, error) != HF_OK)
        return HF_EIO;
    *out_port = hf_mock_port(parts->mock);
    if (parts->forwarder) {
        *out_port = hf_forwarder_port(parts->forwarder);
        hf_mock_advertise(parts->mock, *out_port);
        hf_forwarder_start(parts->forwarder, hf_mock_port(parts->mock));
    }
    return HF_OK;
}

static gboolean on_signal(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static void serve(const struct hf_devbroker_options *options, int port)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    guint on_term = g_unix_signal_add(SIGTERM, on_signal, loop);
    guint on_interrupt = g_unix_signal_add(SIGINT, on_signal, loop);
    hf_log(HF_LOG_INFO, "start", "version=%s librdkafka=%s port=%d partitions=%d prefix=%s note=%s", HEADFRAME_VERSION,
           hf_kafka_version(), port, options->partitions, hf_log_quote(options->prefix),
           hf_log_quote("in-memory mock for demo and development only: forgets everything when it ends"));
    printf("bootstrap=127.0.0.1:%d\n", port);
    (void)fflush(stdout); /* whoever does not read the line knows the port */
    g_main_loop_run(loop);
    g_source_remove(on_term);
    g_source_remove(on_interrupt);
    hf_log(HF_LOG_INFO, "stopped", "%s", "");
}

int hf_devbroker_run(const struct hf_devbroker_options *options, struct hf_error *error)
{
    struct parts parts = {0};
    sigset_t ours, before;
    int port = 0;
    /* The mock's thread must not meet a signal: an interrupted poll ends it for good, and then nobody can stop it. */
    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ours, &before);
    int result = start(options, &parts, &port, error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result == HF_OK)
        serve(options, port);
    hf_mock_free(&parts.mock);
    hf_forwarder_free(&parts.forwarder);
    return result;
}
