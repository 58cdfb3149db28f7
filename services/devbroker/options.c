/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what the command line may say, and what --help tells of the limits. */
#include "options.h"

#include <glib.h>
#include <stdio.h>

#include "headframe/kafka_client.h"

enum { DEFAULT_PORT = 9092, DEFAULT_PARTITIONS = 4, PARTITION_LIMIT = 1000 };

static const char summary[] = "An in-memory Kafka with every topic of Headframe, for demo and development only.\n"
                              "\n"
                              "It listens on 127.0.0.1, prints one line, bootstrap=127.0.0.1:PORT, on standard\n"
                              "output as soon as it can be used, and runs until SIGTERM or SIGINT.";

static const char description[] = "It is librdkafka's mock cluster, one broker, and no Kafka:\n"
                                  "  - it forgets everything when it ends\n"
                                  "  - it keeps at most 5 MB and 100,000 records a partition, and drops the oldest\n"
                                  "  - it never compacts a topic\n"
                                  "  - it does not hide the records of aborted transactions\n"
                                  "  - Java's console consumer can not read it; headframe cat and kcat can\n"
                                  "  - it has no settings of topics, no access control and no encryption\n"
                                  "Never keep records in it that are needed tomorrow: for them, run Apache Kafka.\n"
                                  "\n"
                                  "Examples:\n"
                                  "  headframe-devbroker\n"
                                  "  headframe-devbroker --port 0 --partitions 1 --prefix test.\n"
                                  "\n"
                                  "Exit codes: 0 stopped, 1 failed (for instance the port is in use), 2 wrong usage.\n";

static int refuse(const char *text)
{
    fprintf(stderr, "headframe-devbroker: %s\nTry 'headframe-devbroker --help'.\n", text);
    return 2;
}

static int check(const struct hf_devbroker_options *options, int argc, char **argv)
{
    if (argc > 1) {
        g_autofree char *text = g_strdup_printf("unexpected argument \"%s\"", argv[1]);
        return refuse(text);
    }
    if (options->port < 0 || options->port > 65535)
        return refuse("--port must be a number from 0 to 65535");
    if (options->partitions < 1 || options->partitions > PARTITION_LIMIT)
        return refuse("--partitions must be a number from 1 to 1000");
    return HF_OPTIONS_RUN;
}

int hf_devbroker_options_parse(int argc, char **argv, struct hf_devbroker_options *out)
{
    struct hf_devbroker_options options = {.port = DEFAULT_PORT, .partitions = DEFAULT_PARTITIONS};
    gboolean help = FALSE, version = FALSE;
    const GOptionEntry entries[] = {
        {"port", 'p', 0, G_OPTION_ARG_INT, &options.port, "Port on 127.0.0.1; 0 takes any free one (default 9092)",
         "N"},
        {"partitions", 0, 0, G_OPTION_ARG_INT, &options.partitions, "Partitions of every topic (default 4)", "N"},
        {"prefix", 0, 0, G_OPTION_ARG_FILENAME, &options.prefix, "Put before every topic's name (default none)", "P"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and end", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Print this text and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) reason = NULL;
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, entries, NULL);
    int code;
    if (!g_option_context_parse(context, &argc, &argv, &reason)) {
        code = refuse(reason->message);
    } else if (help) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
        code = fputs(text, stdout) < 0;
    } else if (version) {
        printf("headframe-devbroker %s (librdkafka %s)\n", HEADFRAME_VERSION, hf_kafka_version());
        code = 0;
    } else {
        code = check(&options, argc, argv);
    }
    if (!options.prefix)
        options.prefix = g_strdup("");
    if (code == HF_OPTIONS_RUN)
        *out = options;
    else
        hf_devbroker_options_fini(&options);
    return code;
}

void hf_devbroker_options_fini(struct hf_devbroker_options *options)
{
    g_free(options->prefix);
    options->prefix = NULL;
}
