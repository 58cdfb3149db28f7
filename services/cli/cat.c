/* SPDX-License-Identifier: Apache-2.0 */
/* headframe cat: any topic as JSON, a record a line. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "record_json.h"
#include "scan.h"

enum { EVERY_PARTITION = -1 };

struct cat {
    struct hf_session session;
    struct hf_scan scan;
    gboolean from_beginning, from_end, follow, uncommitted, with_keys;
    char *partition_word, *limit_word, *key; /* as given; NULL: not */
    int64_t partition;
    int64_t limit; /* 0: none */
    char *topic_name;
    struct hf_schema_store *schemas;
    struct hf_record_json *json;
    gint64 printed;
};

static int print_record(void *context, const struct hf_record *record)
{
    struct cat *cat = context;
    size_t length;
    if (cat->key && (!record->key || record->key_length != strlen(cat->key) ||
                     memcmp(record->key, cat->key, record->key_length) != 0))
        return 0;
    const char *line = cat->with_keys ? hf_record_json_envelope(cat->json, record, &length)
                                      : hf_record_json_value(cat->json, record, &length);
    cat->printed++;
    return fwrite(line, 1, length, stdout) != length || putchar('\n') == EOF ||
           (cat->limit > 0 && cat->printed >= cat->limit);
}

static int check_options(struct cat *cat, int argc, char **argv)
{
    if (argc < 2)
        return hf_session_usage(&cat->session, "which topic?");
    if (argc > 2)
        return hf_session_usage(&cat->session, "unexpected argument \"%s\"", argv[2]);
    if (cat->from_beginning && cat->from_end)
        return hf_session_usage(&cat->session, "--from-beginning and --from-end exclude each other");
    int code = HF_CONTINUE;
    if (cat->partition_word)
        code = hf_session_whole(&cat->session, "--partition", cat->partition_word, 0, INT32_MAX, &cat->partition);
    if (code == HF_CONTINUE && cat->limit_word)
        code = hf_session_whole(&cat->session, "--limit", cat->limit_word, 1, INT64_MAX, &cat->limit);
    return code;
}

static int prepare(struct cat *cat, const char *name)
{
    struct hf_error error;
    int topic;
    cat->topic_name = hf_session_topic_name(&cat->session, name, &topic);
    enum hf_topic_format format = topic < 0 ? HF_FORMAT_JSON : hf_topic_info((enum hf_topic)topic)->format;
    if ((format == HF_FORMAT_AVRO || format == HF_FORMAT_ORIGINAL) &&
        hf_schema_store_new(cat->session.config->schema_directory, &cat->schemas, &error) != HF_OK) {
        hf_session_fail(&cat->session, "%s; schema_directory in the configuration names it", error.text);
        return HF_EXIT_CONFIG;
    }
    cat->json = hf_record_json_new(topic, cat->schemas);
    cat->scan = (struct hf_scan){
        .topic = cat->topic_name,
        .partition = (int32_t)cat->partition,
        .isolation = cat->uncommitted ? HF_READ_UNCOMMITTED : HF_READ_COMMITTED,
        .from_end = cat->from_end,
        .follow = cat->follow,
        .visit = print_record,
        .context = cat,
    };
    return HF_CONTINUE;
}

static int work(struct cat *cat, int argc, char **argv)
{
    int code = check_options(cat, argc, argv);
    if (code == HF_CONTINUE)
        code = hf_session_open(&cat->session);
    if (code == HF_CONTINUE)
        code = prepare(cat, argv[1]);
    if (code != HF_CONTINUE)
        return code;
    if (cat->follow) /* a reader waits for each line */
        setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    code = hf_scan_run(&cat->session, &cat->scan);
    if (fflush(stdout) != 0 || ferror(stdout))
        return hf_session_fail(&cat->session, "standard output can not be written");
    return code == HF_CONTINUE ? HF_EXIT_OK : code;
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct cat cat = {.partition = EVERY_PARTITION};
    const GOptionEntry entries[] = {
        {"from-beginning", 0, 0, G_OPTION_ARG_NONE, &cat.from_beginning, "Begin with the oldest record (default)",
         NULL},
        {"from-end", 0, 0, G_OPTION_ARG_NONE, &cat.from_end, "Begin with the next record; for --follow", NULL},
        {"follow", 'f', 0, G_OPTION_ARG_NONE, &cat.follow, "Go on after the end, until interrupted", NULL},
        {"key", 'k', 0, G_OPTION_ARG_FILENAME, &cat.key, "Only records with this key", "K"},
        {"partition", 0, 0, G_OPTION_ARG_FILENAME, &cat.partition_word, "Only this partition, from 0", "N"},
        {"uncommitted", 0, 0, G_OPTION_ARG_NONE, &cat.uncommitted,
         "Also records of transactions that are open or were aborted", NULL},
        {"keys", 0, 0, G_OPTION_ARG_NONE, &cat.with_keys,
         "Print partition, offset, timestamp, key and headers around each value", NULL},
        {"limit", 'n', 0, G_OPTION_ARG_FILENAME, &cat.limit_word, "End after so many records, 1 or more", "N"},
        G_OPTION_ENTRY_NULL,
    };
    int code = hf_session_parse(&cat.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = work(&cat, argc, argv);
    hf_record_json_free(&cat.json);
    hf_schema_store_free(&cat.schemas);
    g_free(cat.topic_name);
    g_free(cat.key);
    g_free(cat.partition_word);
    g_free(cat.limit_word);
    hf_session_fini(&cat.session);
    return code;
}

const struct hf_command hf_cat_command = {
    .name = "cat",
    .brief = "Print a topic as JSON, a record a line",
    .arguments = "TOPIC",
    .description = "Prints the records of TOPIC on standard output, one line of JSON each, from the\n"
                   "oldest to the end the topic has when it starts. Records keep their order within a\n"
                   "partition, not across partitions. Deletions (tombstones) are printed as null.\n"
                   "\n"
                   "TOPIC is a name of the contract, with or without the prefix, or any other topic.",
    .examples = "What is printed:\n"
                "  mine.production, mine.costs   the event, with \"type\"; headframe publish takes it back\n"
                "  headframe.*-days              the lines of one mine and day: masses in grams with all\n"
                "                                digits, money with 6 decimals; or how far it was read\n"
                "  headframe.*.state             the facts of one transaction, likewise\n"
                "  headframe.dead-letters        always with --keys: why is in the headers, the bytes in\n"
                "                                value_hex, and what they say, if anything, in value\n"
                "  others                        the JSON as it is; what is no JSON as a JSON string\n"
                "A value that can not be decoded is printed as {\"undecodable\": why, \"value_hex\": …}.\n"
                "With --keys, headers are an object; a name that comes twice has a list.\n"
                "\n"
                "Examples:\n"
                "  headframe cat company.summaries --key 'hecla|half|2003-H1' | tail -n 1 | jq .state\n"
                "  headframe cat headframe.dead-letters | jq -r '.headers[\"headframe-detail\"]'\n"
                "  headframe cat mine.production --follow --from-end\n",
    .run = run,
};
