/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-worlds: runs worlds through the daemons' own code without Kafka; protocol.h says what it reads and writes. */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "protocol.h"

enum { EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
    struct hf_schema_store *schemas;
    struct hf_error error = {0};
    g_autofree char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
        fputs("Usage: headframe-worlds [SCHEMA_DIRECTORY]\n", stderr);
        return EXIT_USAGE;
    }
    if (hf_schema_store_new(argc == 2 ? argv[1] : HEADFRAME_SCHEMAS, &schemas, &error) != HF_OK) {
        fprintf(stderr, "headframe-worlds: %s\n", error.text);
        return EXIT_FAILURE;
    }
    struct hf_event_decoder *decoder = hf_event_decoder_new(schemas);
    struct session *session = session_new(decoder, stdout);
    while ((length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        session_take_line(session, line);
    }
    session_free(&session);
    hf_event_decoder_free(&decoder);
    hf_schema_store_free(&schemas);
    return ferror(stdin) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
