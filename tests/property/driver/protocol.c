/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what each line asks for and how it is answered. */
#include "protocol.h"

#include <stdlib.h>
#include <string.h>

#include "headframe/kafka_transaction.h"
#include "installation.h"
#include "record_text.h"

struct session {
    struct hf_event_decoder *decoder;
    FILE *out;
    struct installation *installation; /* NULL: no world */
    int is_skipping;                   /* the world had a fault */
    int line;                          /* of the world, from 1 */
};

/* Fields of a command, without its name. */
enum { FIELDS = 5 };

static const enum hf_topic inputs[] = {HF_TOPIC_PRODUCTION, HF_TOPIC_COSTS,  HF_TOPIC_COMPANIES,
                                       HF_TOPIC_MINES,      HF_TOPIC_PRICES, HF_TOPIC_FX};
static const enum hf_topic outputs[] = {HF_TOPIC_COMPANY_SUMMARIES, HF_TOPIC_MINE_SUMMARIES, HF_TOPIC_QUARANTINE,
                                        HF_TOPIC_RESTATEMENTS, HF_TOPIC_DEAD_LETTERS};
static const enum hf_topic days[] = {HF_TOPIC_PRODUCTION_DAYS, HF_TOPIC_COST_DAYS};

struct session *session_new(struct hf_event_decoder *decoder, FILE *out)
{
    struct session *session = g_new0(struct session, 1);
    session->decoder = decoder;
    session->out = out;
    return session;
}

void session_free(struct session **session)
{
    installation_free(&(*session)->installation);
    g_free(*session);
    *session = NULL;
}

static int misread(struct hf_error *error, const char *what, const char *text)
{
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "%s \"%.80s\" can not be read", what, text);
}

static int parse_number(const char *what, const char *text, int64_t low, int64_t high, int64_t *out,
                        struct hf_error *error)
{
    char *end;
    *out = g_ascii_strtoll(text, &end, 10);
    return *text == '\0' || *end != '\0' || *out < low || *out > high ? misread(error, what, text) : HF_OK;
}

/* --- settings --------------------------------------------------------------------------------------------------- */

static int parse_windows(const char *text, struct publisher_settings *settings, struct hf_error *error)
{
    g_auto(GStrv) words = g_strsplit(text, ";", -1);
    settings->window_count = 0;
    for (int i = 0; words[i]; i++) {
        if (*words[i] == '\0')
            continue;
        if (settings->window_count == G_N_ELEMENTS(settings->windows) ||
            hf_window_spec_parse(words[i], &settings->windows[settings->window_count++], NULL) != HF_OK)
            return misread(error, "window", words[i]);
    }
    return HF_OK;
}

static int parse_after_close(const char *text, enum hf_after_close *out, struct hf_error *error)
{
    static const char *const words[] = {
        [HF_AFTER_CLOSE_QUARANTINE] = "quarantine",
        [HF_AFTER_CLOSE_RESTATE] = "restate",
        [HF_AFTER_CLOSE_REJECT] = "reject",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(text, words[i]) == 0) {
            *out = (enum hf_after_close)i;
            return HF_OK;
        }
    return misread(error, "after_close", text);
}

static int begin_world(struct session *session, char **fields, struct hf_error *error)
{
    struct installation_settings settings = {0};
    int64_t partitions = 0, stale_after_days = 0, horizon_days = 0;
    installation_free(&session->installation);
    int result = parse_number("number of partitions", fields[0], 1, LOG_PARTITIONS, &partitions, error);
    if (result == HF_OK)
        result = parse_number("stale_after_days", fields[1], 0, G_MAXINT16, &stale_after_days, error);
    if (result == HF_OK)
        result = parse_after_close(fields[2], &settings.rules.after_close, error);
    if (result == HF_OK)
        result = parse_number("correction_horizon_days", fields[3], 0, G_MAXINT32, &horizon_days, error);
    if (result == HF_OK)
        result = parse_windows(fields[4], &settings.summary, error);
    if (result != HF_OK)
        return result;
    settings.partitions = (int32_t)partitions;
    settings.rules.correction_horizon_days = (int)horizon_days;
    settings.summary.stale_after_days = (int)stale_after_days;
    return installation_new(&settings, session->decoder, &session->installation, error);
}

static int change_windows(struct session *session, char **fields, struct hf_error *error)
{
    struct publisher_settings settings = *installation_summary_settings(session->installation);
    int result = parse_windows(fields[0], &settings, error);
    if (result == HF_OK)
        installation_set_windows(session->installation, &settings);
    return result;
}

/* --- records ---------------------------------------------------------------------------------------------------- */

static int parse_place(char **fields, struct hf_output *output, struct hf_error *error)
{
    int64_t partition = HF_PARTITION_BY_KEY;
    int topic = hf_topic_find(fields[0]);
    for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++)
        if (topic == (int)inputs[i]) {
            output->topic = inputs[i];
            if (strcmp(fields[1], "-") != 0 &&
                parse_number("partition", fields[1], 0, LOG_PARTITIONS - 1, &partition, error) != HF_OK)
                return HF_EINVAL;
            output->partition = (int32_t)partition;
            return HF_OK;
        }
    return misread(error, "input topic", fields[0]);
}

static int take_record(struct session *session, char **fields, struct hf_error *error)
{
    struct hf_output output = {0};
    int64_t timestamp_ms;
    g_autofree char *key = NULL, *value = NULL;
    if (parse_place(fields, &output, error) != HF_OK ||
        parse_number("timestamp", fields[2], G_MININT64, G_MAXINT64, &timestamp_ms, error) != HF_OK)
        return HF_EINVAL;
    if (parse_hex(fields[3], &key, &output.key_length) != HF_OK)
        return misread(error, "key", fields[3]);
    if (parse_hex(fields[4], &value, &output.value_length) != HF_OK)
        return misread(error, "value", fields[4]);
    output.key = key;
    output.value = value;
    return installation_record(session->installation, &output, timestamp_ms, error);
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

static void answer_fault(struct session *session, const struct hf_error *error)
{
    fprintf(session->out, "fault %s (line %d of the world)\n", error->text, session->line);
}

static void write_text(struct session *session, GString *text)
{
    g_string_append_c(text, '\n');
    (void)fwrite(text->str, 1, text->len, session->out); /* main asks ferror at the end */
    g_string_truncate(text, 0);
}

static void answer_topic(struct session *session, enum hf_topic topic)
{
    const struct topic_log *log = installation_log(session->installation);
    const struct hf_topic_info *info = hf_topic_info(topic);
    g_autoptr(GPtrArray) records =
        info->is_compacted ? topic_log_compacted(log, topic) : g_ptr_array_ref(log->records[topic]);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < records->len; i++) {
        const struct log_record *record = records->pdata[i];
        if (!record->value && info->is_compacted)
            continue;
        g_string_append_printf(text, "output %s %d %lld ", info->name, record->partition, (long long)record->offset);
        append_record(text, record);
        write_text(session, text);
    }
    g_string_free(text, TRUE);
}

static int answer_days(struct session *session, enum hf_topic topic, struct hf_error *error)
{
    g_autoptr(GPtrArray) records = topic_log_compacted(installation_log(session->installation), topic);
    GString *text = g_string_new(NULL);
    int result = HF_OK;
    for (guint i = 0; i < records->len && result == HF_OK; i++) {
        g_string_append_printf(text, "day %s ", hf_topic_info(topic)->name);
        gsize empty = text->len;
        result = append_day(text, records->pdata[i], error);
        if (result == HF_OK && text->len > empty)
            write_text(session, text);
        g_string_truncate(text, 0);
    }
    g_string_free(text, TRUE);
    return result;
}

static int end_world(struct session *session, char **fields, struct hf_error *error)
{
    (void)fields;
    int result = installation_summarise(session->installation, error);
    if (result == HF_OK)
        result = installation_check_restart(session->installation, error);
    if (result != HF_OK)
        answer_fault(session, error);
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++)
        answer_topic(session, outputs[i]);
    result = HF_OK;
    for (size_t i = 0; i < G_N_ELEMENTS(days) && result == HF_OK; i++)
        result = answer_days(session, days[i], error);
    return result;
}

/* --- commands --------------------------------------------------------------------------------------------------- */

static int commit(struct session *session, char **fields, struct hf_error *error)
{
    (void)fields;
    return installation_commit(session->installation, error);
}

static int summarise(struct session *session, char **fields, struct hf_error *error)
{
    (void)fields;
    return installation_summarise(session->installation, error);
}

static int restart(struct session *session, char **fields, struct hf_error *error)
{
    return installation_restart(session->installation, fields[0], error);
}

static const struct command {
    const char *name;
    int field_count;
    int (*run)(struct session *session, char **fields, struct hf_error *error);
} commands[] = {
    {"world", 5, begin_world}, {"record", 5, take_record},     {"commit", 0, commit}, {"summarise", 0, summarise},
    {"restart", 1, restart},   {"windows", 1, change_windows}, {"end", 0, end_world},
};

static const struct command *find_command(const char *name, int field_count, struct hf_error *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i].name, name) == 0 && commands[i].field_count == field_count)
            return &commands[i];
    (void)hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "there is no command \"%.80s\" with %d fields", name,
                       field_count);
    return NULL;
}

/* Cuts line at its blanks. Returns how many fields follow the name; of more than FIELDS the rest is not cut. */
static int cut(char *line, char *fields[FIELDS])
{
    int count = 0;
    for (char *blank = strchr(line, ' '); blank && count < FIELDS; blank = strchr(fields[count - 1], ' ')) {
        *blank = '\0';
        fields[count++] = blank + 1;
    }
    return count;
}

static int run_command(struct session *session, char *line, struct hf_error *error)
{
    char *fields[FIELDS];
    int field_count = cut(line, fields), is_begin = strcmp(line, "world") == 0;
    session->line = is_begin ? 1 : session->line + 1;
    session->is_skipping &= !is_begin;
    if (session->is_skipping)
        return HF_OK;
    if (!session->installation && !is_begin)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "no world has begun");
    const struct command *command = find_command(line, field_count, error);
    return command ? command->run(session, fields, error) : HF_EINVAL;
}

void session_take_line(struct session *session, char *line)
{
    struct hf_error error = {0};
    if (run_command(session, line, &error) != HF_OK) {
        answer_fault(session, &error);
        session->is_skipping = 1;
        installation_free(&session->installation);
    }
    if (strcmp(line, "end") == 0) {
        fputs("done\n", session->out);
        session->is_skipping = session->line = 0;
        installation_free(&session->installation);
    }
    (void)fflush(session->out);
}
