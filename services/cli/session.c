/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what is common to all subcommands: options, help, exit codes, and how Kafka's silence is reported. */
#include "session.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_TIMEOUT_MS = 8000 };

static const char common_text[] = "\nExit codes:\n"
                                  "  0   done\n"
                                  "  1   failed, or done in part; standard error says what and why\n"
                                  "  2   wrong usage\n"
                                  "  78  wrong configuration\n"
                                  "\n"
                                  "The configuration is " HF_CONFIG_DEFAULT_PATH " where that file exists and no\n"
                                  "--config names another; without one, Kafka is looked for at 127.0.0.1:9092.\n";

/* --- options ---------------------------------------------------------------------------------------------------- */

static GOptionContext *new_context(const struct hf_command *command, const GOptionEntry *entries,
                                   const GOptionEntry *common)
{
    GOptionContext *context = g_option_context_new(command->arguments);
    g_autofree char *footer = g_strconcat(command->examples, common_text, NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, command->description);
    g_option_context_set_description(context, footer);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, common, NULL);
    return context;
}

int hf_session_parse(struct hf_session *session, const struct hf_command *command, const GOptionEntry *entries,
                     int *argc, char ***argv)
{
    gboolean help = FALSE;
    const GOptionEntry common[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &session->config_path, "Configuration file", "FILE"},
        {"bootstrap", 'b', 0, G_OPTION_ARG_FILENAME, &session->bootstrap,
         "Where Kafka is; goes before the file's bootstrap.servers", "HOST:PORT"},
        {"prefix", 0, 0, G_OPTION_ARG_FILENAME, &session->prefix,
         "Put before every topic's name; goes before the file's prefix", "P"},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Print this text and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    *session = (struct hf_session){.command = command};
    g_autofree char *program = g_strdup_printf("headframe %s", command->name);
    g_set_prgname(program);
    g_autoptr(GOptionContext) context = new_context(command, entries, common);
    g_autoptr(GError) reason = NULL;
    if (!g_option_context_parse(context, argc, argv, &reason))
        return hf_session_usage(session, "%s", reason->message);
    if (!help)
        return HF_CONTINUE;
    g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
    return fputs(text, stdout) < 0 ? HF_EXIT_FAILED : HF_EXIT_OK;
}

/* --- what is said ----------------------------------------------------------------------------------------------- */

int hf_session_usage(const struct hf_session *session, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "headframe: %s\nTry 'headframe %s --help'.\n", text, session->command->name);
    return HF_EXIT_USAGE;
}

int hf_session_fail(const struct hf_session *session, const char *format, ...)
{
    va_list args;
    (void)session; /* as its sister: whoever fails has one */
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "headframe: %s\n", text);
    return HF_EXIT_FAILED;
}

int hf_session_unreachable(const struct hf_session *session, const char *reason)
{
    const char *said = session->complaint[0] ? session->complaint : reason;
    return hf_session_fail(session, "Kafka does not answer at %s%s%s",
                           hf_config_kafka(session->config, "bootstrap.servers"), *said ? ": " : "", said);
}

int hf_session_whole(const struct hf_session *session, const char *option, const char *text, int64_t low, int64_t high,
                     int64_t *out_value)
{
    gint64 value;
    if (g_ascii_string_to_signed(text, 10, low, high, &value, NULL)) {
        *out_value = value;
        return HF_CONTINUE;
    }
    if (high == INT64_MAX)
        return hf_session_usage(session, "%s must be a whole number of %" PRId64 " or more, not \"%s\"", option, low,
                                text);
    return hf_session_usage(session, "%s must be a whole number from %" PRId64 " to %" PRId64 ", not \"%s\"", option,
                            low, high, text);
}

/* --- Kafka ------------------------------------------------------------------------------------------------------ */

/* Keeps what is wrong of "[thrd:HOST/bootstrap]: HOST/bootstrap: Connect to … failed: … (after 0ms in state …)". */
static void on_log(void *context, int level, const char *text)
{
    struct hf_session *session = context;
    const char *thread_end = strstr(text, "]: ");
    const char *name_end = thread_end ? strstr(thread_end + 3, ": ") : NULL;
    if (level > 4)
        return;
    g_strlcpy(session->complaint, name_end ? name_end + 2 : text, sizeof session->complaint);
    char *state = strstr(session->complaint, " (after ");
    if (state)
        *state = '\0';
}

static void on_unreachable(void *context, const char *text)
{
    struct hf_session *session = context;
    (void)text; /* says only that all brokers are down; what was logged before says why */
    if (session->says_unreachable && !session->is_unreachable)
        fprintf(stderr, "headframe: Kafka does not answer any more; still trying\n");
    session->is_unreachable = 1;
}

int hf_session_open(struct hf_session *session)
{
    struct hf_error error;
    if (hf_config_load(session->config_path, &session->config, &error) != HF_OK) {
        fprintf(stderr, "headframe: %s\n", error.text);
        return HF_EXIT_CONFIG;
    }
    if (session->bootstrap)
        hf_config_set_kafka(session->config, "bootstrap.servers", session->bootstrap);
    if (session->prefix) {
        g_free(session->config->prefix);
        session->config->prefix = g_strdup(session->prefix);
    }
    session->kafka = (struct hf_kafka_settings){session->config->kafka_properties,
                                                session->config->kafka_property_count,
                                                on_log,
                                                on_unreachable,
                                                NULL,
                                                session};
    if (hf_admin_new(&session->kafka, &session->admin, &error) != HF_OK) {
        fprintf(stderr, "headframe: %s\n", error.text);
        return HF_EXIT_CONFIG;
    }
    return HF_CONTINUE;
}

void hf_session_fini(struct hf_session *session)
{
    hf_admin_free(&session->admin);
    hf_config_free(&session->config);
    g_clear_pointer(&session->config_path, g_free);
    g_clear_pointer(&session->bootstrap, g_free);
    g_clear_pointer(&session->prefix, g_free);
}

char *hf_session_topic_name(const struct hf_session *session, const char *name, int *out_topic)
{
    const char *prefix = session->config->prefix;
    *out_topic = hf_topic_find(name); /* first: a prefix may begin like a topic's own name */
    if (*out_topic >= 0)
        return g_strconcat(prefix, name, NULL);
    if (g_str_has_prefix(name, prefix))
        *out_topic = hf_topic_find(name + strlen(prefix));
    return g_strdup(name);
}

int hf_session_find_topic(struct hf_session *session, const char *full_name, int32_t *out_partitions)
{
    struct hf_error error;
    int result = hf_admin_partition_count(session->admin, full_name, ANSWER_TIMEOUT_MS, out_partitions, &error);
    if (result == HF_OK)
        return HF_CONTINUE;
    if (result == HF_ENOENT)
        return hf_session_fail(session, "topic %s does not exist%s", full_name,
                               hf_topic_find(full_name + (g_str_has_prefix(full_name, session->config->prefix)
                                                              ? strlen(session->config->prefix)
                                                              : 0)) < 0
                                   ? ""
                                   : ": 'headframe topics' creates what is missing");
    return hf_session_unreachable(session, error.text);
}
