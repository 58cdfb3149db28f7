/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how bytes go between a client and the mock broker: two threads a connection, one for each direction, and the
 * end of either direction ends both. A development broker has a dozen connections, so threads are the simplest thing. */
#include "forwarder.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

enum { BUFFER_BYTES = 64 * 1024, UNLIMITED_THREADS = -1 };

struct hf_forwarder {
    GSocketService *service;
    int port, target_port;
};

/* One direction of a connection. Both sockets are borrowed. */
struct pump {
    GSocket *from, *to;
};

static gboolean send_all(GSocket *socket, const char *bytes, gssize length)
{
    while (length > 0) {
        gssize sent = g_socket_send(socket, bytes, (gsize)length, NULL, NULL);
        if (sent <= 0)
            return FALSE;
        bytes += sent;
        length -= sent;
    }
    return TRUE;
}

static gpointer pump_bytes(gpointer data)
{
    struct pump *pump = data;
    g_autofree char *buffer = g_malloc(BUFFER_BYTES);
    gssize length;
    do
        length = g_socket_receive(pump->from, buffer, BUFFER_BYTES, NULL, NULL);
    while (length > 0 && send_all(pump->to, buffer, length));
    /* Wakes the other direction too. */
    g_socket_shutdown(pump->from, TRUE, TRUE, NULL);
    g_socket_shutdown(pump->to, TRUE, TRUE, NULL);
    return NULL;
}

static void set_no_delay(GSocket *socket)
{
    /* A request that waits for Nagle's timer would only be slower. */
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static gboolean on_connection(GThreadedSocketService *service, GSocketConnection *client, GObject *source,
                              gpointer user_data)
{
    const struct hf_forwarder *forwarder = user_data;
    (void)service;
    (void)source;
    g_autoptr(GSocketClient) connector = g_socket_client_new();
    g_autoptr(GSocketConnection) broker =
        g_socket_client_connect_to_host(connector, "127.0.0.1", (guint16)forwarder->target_port, NULL, NULL);
    if (!broker) /* it is stopping */
        return TRUE;
    GSocket *client_socket = g_socket_connection_get_socket(client);
    GSocket *broker_socket = g_socket_connection_get_socket(broker);
    set_no_delay(client_socket);
    set_no_delay(broker_socket);
    struct pump requests = {client_socket, broker_socket}, answers = {broker_socket, client_socket};
    GThread *thread = g_thread_new("answers", pump_bytes, &answers);
    pump_bytes(&requests);
    g_thread_join(thread);
    /* cppcheck-suppress memleak ; g_thread_join() releases the thread */
    return TRUE;
}

int hf_forwarder_new(int port, struct hf_forwarder **out_forwarder, struct hf_error *error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GSocketAddress) effective = NULL;
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string("127.0.0.1", (guint)port);
    g_autoptr(GSocketService) service = g_threaded_socket_service_new(UNLIMITED_THREADS);
    g_socket_service_stop(service);
    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                       NULL, &effective, &reason))
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL,
                            g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
                                ? "port %d of 127.0.0.1 is in use: stop what uses it, or give another --port"
                                : "port %d of 127.0.0.1 can not be listened on",
                            port);
    struct hf_forwarder *forwarder = g_new0(struct hf_forwarder, 1);
    forwarder->service = g_steal_pointer(&service);
    forwarder->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(effective));
    g_signal_connect(forwarder->service, "run", G_CALLBACK(on_connection), forwarder);
    *out_forwarder = forwarder;
    return HF_OK;
}

void hf_forwarder_free(struct hf_forwarder **forwarder)
{
    if (!*forwarder)
        return;
    g_socket_service_stop((*forwarder)->service);
    g_socket_listener_close(G_SOCKET_LISTENER((*forwarder)->service));
    g_object_unref((*forwarder)->service);
    g_free(*forwarder);
    *forwarder = NULL;
}

int hf_forwarder_port(const struct hf_forwarder *forwarder)
{
    return forwarder->port;
}

void hf_forwarder_start(struct hf_forwarder *forwarder, int target_port)
{
    forwarder->target_port = target_port;
    g_socket_service_start(forwarder->service);
}
