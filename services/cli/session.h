/* SPDX-License-Identifier: Apache-2.0 */
/* What every subcommand starts with: its options and the common ones, the configuration, and Kafka's answer. */
#ifndef HEADFRAME_CLI_SESSION_H
#define HEADFRAME_CLI_SESSION_H

#include <glib.h>
#include <stdint.h>

#include "headframe/config.h"
#include "headframe/error.h"
#include "headframe/kafka_admin.h"
#include "headframe/kafka_client.h"
#include "headframe/topics.h"

/* Exit codes of every subcommand; HF_EXIT_CONFIG (78) is the fourth. */
enum { HF_EXIT_OK = 0, HF_EXIT_FAILED = 1, HF_EXIT_USAGE = 2 };

/* What a step returns when the subcommand goes on: no exit code. */
enum { HF_CONTINUE = -1 };

/* A subcommand: one row of the table in command.c. */
struct hf_command {
    const char *name;
    const char *brief;       /* one line of 'headframe --help' */
    const char *arguments;   /* after the options, in the usage line */
    const char *description; /* above the options: what it does */
    const char *examples;    /* below them: examples and what else there is to know */
    int (*run)(const struct hf_command *command, int argc, char **argv);
};

struct hf_session {
    const struct hf_command *command;
    struct hf_config *config;
    struct hf_kafka_settings kafka;
    struct hf_admin *admin;
    char *config_path, *bootstrap, *prefix; /* as given; NULL: not */
    char complaint[256];                    /* what librdkafka said last */
    int is_unreachable;                     /* no broker answers; whoever hears of Kafka again clears it */
    int says_unreachable;                   /* set by commands that go on waiting: says once that they do */
};

/* Parses entries and the common options; --help is answered. Afterwards argc and argv hold what is left, the command's
 * name first. Returns HF_CONTINUE, HF_EXIT_OK or HF_EXIT_USAGE. Release with hf_session_fini in any case. */
int hf_session_parse(struct hf_session *session, const struct hf_command *command, const GOptionEntry *entries,
                     int *argc, char ***argv);

/* Loads the configuration, puts the options over it, and makes the admin client. Returns HF_CONTINUE, or
 * HF_EXIT_CONFIG or HF_EXIT_FAILED after saying why. */
int hf_session_open(struct hf_session *session);

/* NULL-safe, once or more. */
void hf_session_fini(struct hf_session *session);

/* Say what is wrong on standard error, and return the exit code. */
int hf_session_usage(const struct hf_session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));
int hf_session_fail(const struct hf_session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The value of an option that is a whole number from low to high, both included (high INT64_MAX: no upper bound).
 * Returns HF_CONTINUE, or HF_EXIT_USAGE after saying what is expected. */
int hf_session_whole(const struct hf_session *session, const char *option, const char *text, int64_t low, int64_t high,
                     int64_t *out_value);

/* The full name of a topic: of the contract's by its name there, with or without the prefix; else name itself. The
 * string is new: release with g_free. *out_topic is the topic or -1. */
char *hf_session_topic_name(const struct hf_session *session, const char *name, int *out_topic);

/* The number of partitions of a topic by its full name. Returns HF_CONTINUE, or HF_EXIT_FAILED after saying that Kafka
 * does not answer, in less than ten seconds, or that there is no such topic. */
int hf_session_find_topic(struct hf_session *session, const char *full_name, int32_t *out_partitions);

/* Says that Kafka does not answer, where and why, and returns HF_EXIT_FAILED. reason may be empty. */
int hf_session_unreachable(const struct hf_session *session, const char *reason);

#endif
