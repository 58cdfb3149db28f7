/* SPDX-License-Identifier: Apache-2.0 */
/* headframe publish: every good record of a file goes out, every bad one is named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "event_json.h"
#include "headframe/kafka_transaction.h"
#include "headframe/schema_store.h"
#include "record_source.h"
#include "reference_record.h"

enum {
    FLUSH_TIMEOUT_MS = 120000,
    PROGRESS_US = 200000,
    PROGRESS_STEP = 256,
    RECORD_OVERHEAD_BYTES = 1024, /* of a batch around one record, rounded up */
};

struct publish {
    struct hf_session session;
    char *format_word, *type_word;
    enum hf_source_format format;
    int type;         /* enum hf_event_type, or -1 */
    const char *file; /* as named, for messages */
    enum hf_topic topic;
    char *topic_name; /* with the prefix */
    struct hf_schema_store *schemas;
    struct hf_record_source *source;
    struct hf_producer *producer;
    long published, refused;
    int has_progress; /* a counter line stands on the terminal */
    gint64 progress_due_us;
};

/* --- what is shown meanwhile ------------------------------------------------------------------------------------ */

static void show_progress(struct publish *publish)
{
    if ((publish->published + publish->refused) % PROGRESS_STEP != 0 || !isatty(STDERR_FILENO))
        return;
    gint64 now = g_get_monotonic_time();
    if (now < publish->progress_due_us)
        return;
    publish->progress_due_us = now + PROGRESS_US;
    publish->has_progress = 1;
    fprintf(stderr, "\r\033[K%ld records", publish->published);
}

static void clear_progress(struct publish *publish)
{
    if (publish->has_progress)
        fputs("\r\033[K", stderr);
    publish->has_progress = 0;
}

static void report(struct publish *publish, const struct hf_error *error)
{
    clear_progress(publish);
    fprintf(stderr, "%s:%ld: %s\n", strcmp(publish->file, "-") == 0 ? "stdin" : publish->file,
            hf_record_source_line(publish->source), error->text);
    publish->refused++;
}

/* --- one record ------------------------------------------------------------------------------------------------- */

struct message {
    char *key;
    size_t key_length;
    char *value; /* NULL: a tombstone */
    size_t value_length;
};

static void message_fini(struct message *message)
{
    free(message->key);
    free(message->value);
}

static int make_event(struct publish *publish, const json_t *record, struct message *out, struct hf_error *error)
{
    enum hf_event_type type;
    struct hf_event event;
    uint8_t *bytes;
    int is_text = hf_record_source_is_text(publish->source);
    int result = hf_event_json_type(record, publish->topic, publish->type, &type, error);
    if (result == HF_OK)
        result = hf_event_json_read(record, type, is_text, &event, error);
    if (result == HF_OK)
        result = hf_event_encode(publish->schemas, &event, &bytes, &out->value_length, error);
    if (result != HF_OK)
        return result;
    out->value = (char *)bytes;
    out->key = g_strndup(event.mine_id.data, event.mine_id.length);
    out->key_length = event.mine_id.length;
    return HF_OK;
}

static int make_reference(struct publish *publish, json_t *record, struct message *out, struct hf_error *error)
{
    int result = HF_OK;
    if (hf_record_source_is_text(publish->source))
        result = hf_reference_record_from_text(record, error);
    if (result == HF_OK)
        result = hf_reference_record_make(publish->topic, record, &out->key, &out->value, error);
    if (result != HF_OK)
        return result;
    out->key_length = strlen(out->key);
    out->value_length = out->value ? strlen(out->value) : 0;
    return HF_OK;
}

/* Returns 0, HF_EINVAL or HF_ERANGE where the record is at fault, or HF_EIO or HF_ENOENT where going on is no use. */
static int send_record(struct publish *publish, json_t *record, struct hf_error *error)
{
    struct message message = {0};
    int result = publish->schemas ? make_event(publish, record, &message, error)
                                  : make_reference(publish, record, &message, error);
    if (result == HF_OK && message.key_length + message.value_length + RECORD_OVERHEAD_BYTES > HF_RECORD_LIMIT_BYTES)
        result = hf_error_set(error, HF_ERANGE, HF_ACTION_BAD_INPUT, "the record is larger than %d bytes",
                              HF_RECORD_LIMIT_BYTES - RECORD_OVERHEAD_BYTES);
    if (result == HF_OK)
        result = hf_producer_send(publish->producer,
                                  &(struct hf_outgoing){
                                      .topic = publish->topic_name,
                                      .partition = HF_PARTITION_BY_KEY,
                                      .key = message.key,
                                      .key_length = message.key_length,
                                      .value = message.value,
                                      .value_length = message.value_length,
                                  },
                                  error);
    message_fini(&message);
    return result;
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

/* Returns HF_CONTINUE at the end of the file. */
static int send_all(struct publish *publish)
{
    struct hf_error error;
    json_t *record;
    for (int got; (got = hf_record_source_next(publish->source, &record, &error)) != 0; show_progress(publish)) {
        int result = got < 0 ? got : send_record(publish, record, &error);
        if (got > 0)
            json_decref(record);
        if (result == HF_OK) {
            publish->published++;
        } else if (result == HF_EINVAL || result == HF_ERANGE) {
            report(publish, &error);
        } else {
            clear_progress(publish);
            return hf_session_fail(&publish->session, "%s", error.text);
        }
    }
    return HF_CONTINUE;
}

/* Waits for Kafka's acknowledgement of all, and tells the outcome. */
static int finish(struct publish *publish, int code)
{
    struct hf_error error;
    int result = hf_producer_flush(publish->producer, FLUSH_TIMEOUT_MS, &error);
    clear_progress(publish);
    if (result != HF_OK) {
        hf_session_fail(&publish->session, "not all records were acknowledged: %s%s%s", error.text,
                        publish->session.complaint[0] ? ": " : "", publish->session.complaint);
        fprintf(stderr, "sent %ld records to %s, refused %ld\n", publish->published, publish->topic_name,
                publish->refused);
        return HF_EXIT_FAILED;
    }
    fprintf(stderr, "published %ld record%s to %s, refused %ld\n", publish->published,
            publish->published == 1 ? "" : "s", publish->topic_name, publish->refused);
    return code != HF_CONTINUE || publish->refused ? HF_EXIT_FAILED : HF_EXIT_OK;
}

/* --- the command ------------------------------------------------------------------------------------------------ */

static int parse_words(struct publish *publish)
{
    publish->type = -1;
    if (!publish->format_word)
        publish->format = HF_SOURCE_GUESS;
    else if (strcmp(publish->format_word, "ndjson") == 0)
        publish->format = HF_SOURCE_NDJSON;
    else if (strcmp(publish->format_word, "csv") == 0)
        publish->format = HF_SOURCE_CSV;
    else
        return hf_session_usage(&publish->session, "--format must be ndjson or csv, not \"%s\"", publish->format_word);
    if (publish->type_word && (publish->type = hf_event_type_find(publish->type_word)) < 0)
        return hf_session_usage(&publish->session,
                                "--type must be ProductionEvent, CostEvent, PeriodClose or QuarantineDecision, not "
                                "\"%s\"",
                                publish->type_word);
    return HF_CONTINUE;
}

static int choose_topic(struct publish *publish, const char *name)
{
    int topic;
    publish->topic_name = hf_session_topic_name(&publish->session, name, &topic);
    if (topic < 0)
        return hf_session_usage(&publish->session, "\"%s\" is no topic of headframe; --help lists them", name);
    publish->topic = (enum hf_topic)topic;
    int is_input = topic == HF_TOPIC_PRODUCTION || topic == HF_TOPIC_COSTS;
    if (!is_input && !hf_reference_record_is_for(publish->topic))
        return hf_session_usage(&publish->session, "%s is written by headframe itself", name);
    if (!is_input && publish->type >= 0)
        return hf_session_usage(&publish->session, "--type is for mine.production and mine.costs");
    if (publish->type >= 0 && !hf_event_type_fits((enum hf_event_type)publish->type, publish->topic))
        return hf_session_usage(&publish->session, "a %s does not belong on %s", publish->type_word, name);
    return HF_CONTINUE;
}

/* Everything that can fail before the first record. Kafka comes last: it takes longest to say no. */
static int prepare(struct publish *publish)
{
    struct hf_error error;
    int32_t partitions;
    int is_event = !hf_reference_record_is_for(publish->topic);
    if (is_event &&
        hf_schema_store_new(publish->session.config->schema_directory, &publish->schemas, &error) != HF_OK) {
        hf_session_fail(&publish->session, "%s; schema_directory in the configuration names it", error.text);
        return HF_EXIT_CONFIG;
    }
    int result = hf_record_source_new(publish->file, publish->format, &publish->source, &error);
    if (result != HF_OK)
        return hf_session_fail(&publish->session, "%s: %s", publish->file, error.text);
    int code = hf_session_find_topic(&publish->session, publish->topic_name, &partitions);
    if (code != HF_CONTINUE)
        return code;
    if (hf_producer_new(&publish->session.kafka, NULL, &publish->producer, &error) != HF_OK)
        return hf_session_fail(&publish->session, "%s", error.text);
    return HF_CONTINUE;
}

static int work(struct publish *publish, int argc, char **argv)
{
    if (argc < 2)
        return hf_session_usage(&publish->session, "which topic?");
    if (argc > 3)
        return hf_session_usage(&publish->session, "unexpected argument \"%s\"", argv[3]);
    publish->file = argc > 2 ? argv[2] : "-";
    int code = parse_words(publish);
    if (code == HF_CONTINUE)
        code = hf_session_open(&publish->session);
    if (code == HF_CONTINUE)
        code = choose_topic(publish, argv[1]);
    if (code == HF_CONTINUE)
        code = prepare(publish);
    if (code != HF_CONTINUE)
        return code;
    publish->session.says_unreachable = 1;
    return finish(publish, send_all(publish));
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct publish publish = {.type = -1};
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &publish.format_word,
         "ndjson or csv (default: csv for a FILE ending in .csv, else ndjson)", "FORMAT"},
        {"type", 't', 0, G_OPTION_ARG_FILENAME, &publish.type_word,
         "What the records are: ProductionEvent, CostEvent, PeriodClose or QuarantineDecision", "TYPE"},
        G_OPTION_ENTRY_NULL,
    };
    int code = hf_session_parse(&publish.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = work(&publish, argc, argv);
    hf_producer_free(&publish.producer);
    hf_record_source_free(&publish.source);
    hf_schema_store_free(&publish.schemas);
    g_free(publish.topic_name);
    g_free(publish.format_word);
    g_free(publish.type_word);
    hf_session_fini(&publish.session);
    return code;
}

const struct hf_command hf_publish_command = {
    .name = "publish",
    .brief = "Write records from a file to a topic of input or reference data",
    .arguments = "TOPIC [FILE|-]",
    .description = "Reads records from FILE, or from standard input, and writes them to TOPIC. FILE is\n"
                   "NDJSON, one JSON object a line, or CSV with a header row of field names (RFC 4180;\n"
                   "an empty field is an absent one). Fields are named as in the contract.\n"
                   "\n"
                   "A record that can not be used is reported as FILE:LINE: field: reason; all others\n"
                   "are published. The last line on standard error counts both.",
    .examples = "Topics:\n"
                "  mine.production      ProductionEvent, PeriodClose, QuarantineDecision\n"
                "  mine.costs           CostEvent, PeriodClose, QuarantineDecision\n"
                "  reference.companies  key company_id\n"
                "  reference.mines      key mine_id\n"
                "  market.prices        key material|month\n"
                "  market.fx            key currency|month\n"
                "  company.guidance     key guidance_id\n"
                "  market.peers         key company_id\n"
                "\n"
                "Values:\n"
                "  numbers  plain or in quotes, never rounded: 12.5 or \"12.5\", no exponent, at most\n"
                "           6 decimals\n"
                "  times    ISO 8601 with a zone, 2003-06-30T15:00:00Z or …-08:00; nothing finer\n"
                "           than a millisecond\n"
                "  dates    2003-06-30\n"
                "Records of mine.production and mine.costs become Avro with the newest schema of their\n"
                "type in schema_directory. The type is --type, else the record's field \"type\", else\n"
                "PeriodClose where there is closed_through, QuarantineDecision where there is accept,\n"
                "else the topic's own.\n"
                "Records of the other topics stay JSON. {\"mine_id\":\"x\",\"deleted\":true} deletes one. In\n"
                "CSV, lists and objects (interests, units, window, figures) stand as JSON in the cell.\n"
                "Whether a mine or material exists is for the daemons to say: what they can not use\n"
                "appears on headframe.dead-letters.\n"
                "\n"
                "Examples:\n"
                "  headframe publish reference.mines mines.ndjson\n"
                "  headframe publish mine.production june.csv\n"
                "  headframe publish reference.mines --format csv - <mines.csv\n"
                "  headframe cat mine.production -b old:9092 | headframe publish mine.production -b new:9092\n",
    .run = run,
};
