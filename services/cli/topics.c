/* SPDX-License-Identifier: Apache-2.0 */
/* headframe topics: looks at all topics first and touches none if one of them must not be used. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "topics_plan.h"

enum {
    NOT_GIVEN = -1,
    DEFAULT_PARTITIONS = 4,
    PARTITION_LIMIT = 10000,
    REPLICATION_LIMIT = 100,
    ANSWER_TIMEOUT_MS = 8000,
    CALL_TIMEOUT_MS = 15000,
    APPEAR_TIMEOUT_MS = 10000
};

struct topics {
    struct hf_session session;
    int partitions, replication;
    gboolean dry_run;
    int is_untold; /* the broker does not tell the settings of topics */
    struct hf_topic_found found[HF_TOPIC_COUNT];
    struct hf_topic_plan plans[HF_TOPIC_COUNT];
};

/* --- looking ---------------------------------------------------------------------------------------------------- */

/* A broker that does not tell is no failure; it is not asked again, for its silence may last until the timeout. */
static void look_at_settings(struct topics *topics, enum hf_topic topic, const char *name)
{
    struct hf_topic_settings settings = hf_topic_settings(topic, NOT_GIVEN);
    struct hf_error ignored;
    for (size_t i = 0; i < settings.essential && !topics->is_untold; i++)
        topics->is_untold = hf_admin_topic_config(topics->session.admin, name, settings.list[i].name, ANSWER_TIMEOUT_MS,
                                                  &topics->found[topic].values[i], &ignored) != HF_OK;
}

/* Returns HF_CONTINUE or an exit code. */
static int look(struct topics *topics)
{
    struct hf_error error;
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        struct hf_topic_found *found = &topics->found[i];
        g_autofree char *name = hf_topic_name(topics->session.config->prefix, (enum hf_topic)i);
        int result =
            hf_admin_partition_count(topics->session.admin, name, ANSWER_TIMEOUT_MS, &found->partitions, &error);
        if (result != HF_OK && result != HF_ENOENT)
            return hf_session_unreachable(&topics->session, error.text);
        found->exists = result == HF_OK;
        if (found->exists)
            look_at_settings(topics, (enum hf_topic)i, name);
    }
    return HF_CONTINUE;
}

/* --- acting ----------------------------------------------------------------------------------------------------- */

static void print_line(const char *name, const char *what, const struct hf_topic_plan *plan, enum hf_topic topic)
{
    printf("%-34s %-13s %d partition%s, %s%s\n", name, what, plan->partitions, plan->partitions == 1 ? "" : "s",
           hf_topic_info(topic)->is_compacted ? "compacted" : "kept for ever",
           plan->is_untold ? " (the broker tells no settings)" : "");
}

static int create(struct topics *topics, enum hf_topic topic, const char *name, struct hf_error *error)
{
    struct hf_topic_settings settings = hf_topic_settings(topic, topics->replication);
    struct hf_new_topic request = {name, topics->plans[topic].partitions, topics->replication, settings.list,
                                   settings.count};
    int result = hf_admin_create_topic(topics->session.admin, &request, CALL_TIMEOUT_MS, error);
    /* A topic is made before every broker knows it, and the next command would not find it. */
    gint64 until = g_get_monotonic_time() + (gint64)APPEAR_TIMEOUT_MS * 1000;
    int32_t ignored;
    while (result == HF_OK && g_get_monotonic_time() < until &&
           hf_admin_partition_count(topics->session.admin, name, CALL_TIMEOUT_MS, &ignored, error) == HF_ENOENT)
        g_usleep(20000);
    return result;
}

static int act(struct topics *topics)
{
    struct hf_error error;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* a topic takes a while to make: each is told as it comes */
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        const struct hf_topic_plan *plan = &topics->plans[i];
        g_autofree char *name = hf_topic_name(topics->session.config->prefix, (enum hf_topic)i);
        if (plan->verdict == HF_TOPIC_MISSING && !topics->dry_run &&
            create(topics, (enum hf_topic)i, name, &error) != HF_OK)
            return hf_session_fail(&topics->session, "%s", error.text);
        print_line(name,
                   plan->verdict == HF_TOPIC_RIGHT ? "ok"
                   : topics->dry_run               ? "would create"
                                                   : "created",
                   plan, (enum hf_topic)i);
    }
    return HF_EXIT_OK;
}

/* Returns HF_CONTINUE, or HF_EXIT_FAILED after naming every topic that is wrong. */
static int refuse_wrong(const struct topics *topics)
{
    int count = 0;
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        if (topics->plans[i].verdict == HF_TOPIC_WRONG) {
            hf_session_fail(&topics->session, "%s", topics->plans[i].wrong);
            count++;
        }
    return count ? hf_session_fail(&topics->session, "%d topic%s must be mended first; nothing was created", count,
                                   count == 1 ? "" : "s")
                 : HF_CONTINUE;
}

/* --- the command ------------------------------------------------------------------------------------------------ */

static int check_options(const struct topics *topics, int argc, char **argv)
{
    if (argc > 1)
        return hf_session_usage(&topics->session, "unexpected argument \"%s\"", argv[1]);
    if (topics->partitions != NOT_GIVEN && (topics->partitions < 1 || topics->partitions > PARTITION_LIMIT))
        return hf_session_usage(&topics->session, "--partitions must be a number from 1 to %d", PARTITION_LIMIT);
    if (topics->replication != NOT_GIVEN && (topics->replication < 1 || topics->replication > REPLICATION_LIMIT))
        return hf_session_usage(&topics->session, "--replication must be a number from 1 to %d", REPLICATION_LIMIT);
    return HF_CONTINUE;
}

static int work(struct topics *topics)
{
    int code = hf_session_open(&topics->session);
    if (code == HF_CONTINUE)
        code = look(topics);
    if (code != HF_CONTINUE)
        return code;
    struct hf_topics_wish wish = {
        .prefix = topics->session.config->prefix,
        .bootstrap = hf_config_kafka(topics->session.config, "bootstrap.servers"),
        .partitions = topics->partitions == NOT_GIVEN ? 0 : topics->partitions,
        .default_partitions = DEFAULT_PARTITIONS,
    };
    hf_topics_plan(topics->found, &wish, topics->plans);
    code = refuse_wrong(topics);
    return code == HF_CONTINUE ? act(topics) : code;
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct topics topics = {.partitions = NOT_GIVEN, .replication = NOT_GIVEN};
    const GOptionEntry entries[] = {
        {"partitions", 'p', 0, G_OPTION_ARG_INT, &topics.partitions, "Partitions of new topics (default 4)", "N"},
        {"replication", 'r', 0, G_OPTION_ARG_INT, &topics.replication,
         "Copies of each partition (default: the broker's default.replication.factor)", "N"},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &topics.dry_run, "Only say what would be created", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = hf_session_parse(&topics.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = check_options(&topics, argc, argv);
    if (code == HF_CONTINUE)
        code = work(&topics);
    hf_topics_plan_fini(topics.plans);
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        for (int j = 0; j < HF_TOPIC_SETTINGS_LIMIT; j++)
            free(topics.found[i].values[j]);
    hf_session_fini(&topics.session);
    return code;
}

const struct hf_command hf_topics_command = {
    .name = "topics",
    .brief = "Create every topic that is missing, and check those that are there",
    .arguments = NULL,
    .description = "Creates every topic of Headframe that is missing, with the partitions and settings\n"
                   "it needs, and checks those that are there. Running it again changes nothing.\n"
                   "\n"
                   "Prints a line for each topic: created, ok or would create. If a topic has another\n"
                   "number of partitions than it may have, or settings under which records would be\n"
                   "lost, it says so, says what to do, and creates nothing.",
    .examples = "How topics are made:\n"
                "  compacted      cleanup.policy=compact and nothing else, cleaned once a tenth is stale\n"
                "                 and in segments of a day or 64 MiB: daemons read these topics whole\n"
                "                 when they start\n"
                "  kept for ever  retention.ms=-1, retention.bytes=-1: input and records of what happened\n"
                "  reference data min.compaction.lag.ms of a day: headframe-summary reads what a bad\n"
                "                 record replaced before it is cleaned away\n"
                "  all but events message.timestamp.type=LogAppendTime: nothing depends on the clock\n"
                "                 of a host\n"
                "  all            max.message.bytes=8388608; min.insync.replicas=2 where --replication\n"
                "                 is 3 or more\n"
                "The days and state topics get as many partitions as the input they follow. The number\n"
                "can not be changed once mines have reported: choose it for the load to come. One\n"
                "partition is worked on by one process at a time.\n"
                "\n"
                "Examples:\n"
                "  headframe topics --dry-run\n"
                "  headframe topics --bootstrap kafka-1:9092 --partitions 12 --replication 3\n",
    .run = run,
};
