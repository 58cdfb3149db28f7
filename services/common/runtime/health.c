/* SPDX-License-Identifier: Apache-2.0 */
/* Answers /livez (the process runs) and /readyz (it serves: 200, else 503 with the state's name). */
#include "health.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "headframe/daemon.h"

static struct MHD_Daemon *server;

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **request)
{
    (void)context;
    (void)version;
    (void)upload;
    (void)upload_size;
    (void)request;
    char text[32];
    int state = hf_get_state();
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
    if (strcmp(url, "/livez") == 0)
        return reply(connection, MHD_HTTP_OK, "alive\n");
    if (strcmp(url, "/readyz") != 0)
        return reply(connection, MHD_HTTP_NOT_FOUND, "/livez or /readyz\n");
    snprintf(text, sizeof text, "%s\n", hf_state_name(state));
    return reply(connection, state == HF_STATE_SERVING ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, text);
}

int hf_health_start(const char *address, int port, struct hf_error *error)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, address, &where.sin_addr) != 1)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "health_address \"%s\" is not an IPv4 address", address);
    server = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR,
                              (struct sockaddr *)&where, MHD_OPTION_CONNECTION_TIMEOUT, 10U,
                              MHD_OPTION_CONNECTION_LIMIT, 64U, MHD_OPTION_END);
    if (!server)
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "can not listen on %s:%d for health checks", address, port);
    return HF_OK;
}

void hf_health_stop(void)
{
    if (server)
        MHD_stop_daemon(server);
    server = NULL;
}
