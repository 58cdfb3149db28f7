/* SPDX-License-Identifier: Apache-2.0 */
/* The table of configuration keys, and how a file is held against it.
 *
 * GLib parses the file; it does not tell lines, so a message finds its key's line by looking at the text again. */
#include "headframe/config.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum key_type { TEXT, NAME, NUMBER, BOOLEAN, WINDOWS, LEVEL, AFTER_CLOSE }; /* NAME: a text that must not be empty */

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    int min, max; /* NUMBER */
    const char *default_value;
    const char *unit;
    const char *help;
};

#define AT(member) offsetof(struct hf_config, member)
#ifndef HEADFRAME_SCHEMA_DIRECTORY
#define HEADFRAME_SCHEMA_DIRECTORY "/usr/share/headframe/schemas"
#endif

static const char section[] = "headframe";

static const struct key keys[] = {
    {"prefix", TEXT, AT(prefix), 0, 0, "", NULL,
     "Put before the name of every topic, group and transactional id, for instance \"test.\"."},
    {"instance", NAME, AT(instance), 0, 0, "0", NULL,
     "Name of this process within its group. Two processes of one kind need two names; a restarted one keeps its own."},
    {"schema_directory", NAME, AT(schema_directory), 0, 0, HEADFRAME_SCHEMA_DIRECTORY, NULL,
     "Directory of the Avro schemas, files named ID.NAME.avsc."},
    {"commit_interval_ms", NUMBER, AT(commit_interval_ms), 1, 5000, "100", "milliseconds",
     "How long a ledger daemon gathers records before it commits them in one transaction."},
    {"commit_limit_kib", NUMBER, AT(commit_limit_kib), 64, 262144, "16384", "KiB",
     "Commits earlier once this much is waiting to be written."},
    {"leave_group_on_stop", BOOLEAN, AT(leave_group_on_stop), 0, 0, "true", NULL,
     "Whether SIGTERM hands the partitions to other processes at once: true or false. false suits rolling restarts of "
     "the same instances, which come back within the session timeout (10 s) and find their partitions kept."},
    {"publish_interval_ms", NUMBER, AT(publish_interval_ms), 1, 600000, "1000", "milliseconds",
     "The least time between two publications of changed summaries."},
    {"stale_after_days", NUMBER, AT(stale_after_days), 0, 3660, "7", "days",
     "A mine whose clock is further behind the company's furthest is left out of the company's clock."},
    {"after_close", AFTER_CLOSE, AT(ledger_rules.after_close), 0, 0, "quarantine", NULL,
     "What happens to a version that touches a closed day: quarantine (it waits for a decision), restate or reject."},
    {"correction_horizon_days", NUMBER, AT(ledger_rules.correction_horizon_days), 0, 200000, "0", "days",
     "Versions that touch a day further before the mine's newest are refused (TOO_LATE) and their facts forgotten; 0: "
     "no bound. It can be lowered, not raised. A cost that reaches into the future takes the newest day of the mine's "
     "costs with it."},
    {"windows", WINDOWS, AT(windows), 0, 0,
     "day;week;month;quarter;half;year;all;rolling-7d;rolling-30d;rolling-90d;rolling-12m", NULL,
     "The kinds of windows that are published: day, week, month, quarter, half, year, all, rolling-<N>d, "
     "rolling-<N>m."},
    {"health_address", TEXT, AT(health_address), 0, 0, "127.0.0.1", NULL,
     "Address on which /livez and /readyz are served."},
    {"health_port", NUMBER, AT(health_port), 0, 65535, "0", NULL, "Port for /livez and /readyz; 0 serves none."},
    {"log_level", LEVEL, AT(log_level), 0, 0, "info", NULL, "error, warn, info or debug."},
};

/* Kafka properties set where the file sets none. */
static const struct hf_kafka_property kafka_defaults[] = {{"bootstrap.servers", "127.0.0.1:9092"}};

/* --- where a line is -------------------------------------------------------------------------------------------- */

static int is_group_line(const char *line, const char *group)
{
    size_t length = strlen(group);
    return line[0] == '[' && strncmp(line + 1, group, length) == 0 && line[1 + length] == ']';
}

static int is_key_line(const char *line, const char *key)
{
    size_t length = strlen(key);
    return strncmp(line, key, length) == 0 && strchr("= \t", line[length]) != NULL && line[length];
}

/* The line of a key (of several the last, which counts), or of its group's first heading where key is NULL; 0 where it
 * is not found. */
static int find_line(const char *text, const char *group, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    int in_group = 0, found = 0;
    for (int i = 0; lines[i]; i++) {
        const char *line = g_strchug(lines[i]);
        if (line[0] == '[') {
            in_group = is_group_line(line, group);
            if (in_group && !key)
                return i + 1;
        } else if (in_group && key && is_key_line(line, key)) {
            found = i + 1;
        }
    }
    return found;
}

/* The line at which GLib stops: the end of the shortest text, in whole lines, that it does not take. What it does not
 * take it does not take with more lines either, so half of the text is put aside each time. */
static int find_malformed_line(const char *text)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (const char *end = text; *end;) {
        const char *feed = strchr(end, '\n');
        end = feed ? feed + 1 : end + strlen(end);
        gsize length = (gsize)(end - text);
        g_array_append_val(ends, length);
    }
    guint low = 0, high = ends->len;
    while (low + 1 < high) {
        g_autoptr(GKeyFile) file = g_key_file_new();
        guint middle = (low + high) / 2;
        if (g_key_file_load_from_data(file, text, g_array_index(ends, gsize, middle - 1), G_KEY_FILE_NONE, NULL))
            low = middle;
        else
            high = middle;
    }
    return (int)high;
}

/* --- loading ---------------------------------------------------------------------------------------------------- */

struct source {
    const char *path;
    const char *text;
    struct hf_error *error;
};

static int fail(const struct source *source, const char *group, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static int fail(const struct source *source, const char *group, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return hf_error_set(source->error, HF_EINVAL, HF_ACTION_FATAL, "%s:%d: [%s]%s%s: %s", source->path,
                        find_line(source->text, group, key), group, key ? " " : "", key ? key : "", text);
}

static int set_number(struct hf_config *config, const struct key *key, const char *value, const struct source *source)
{
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (end == value || *end || errno || number < key->min || number > key->max)
        return fail(source, section, key->name, "expected a whole number from %d to %d%s%s, got \"%s\"", key->min,
                    key->max, key->unit ? " " : "", key->unit ? key->unit : "", value);
    *(int *)((char *)config + key->offset) = (int)number;
    return HF_OK;
}

static int set_windows(struct hf_config *config, const struct key *key, const char *value, const struct source *source)
{
    g_auto(GStrv) words = g_strsplit_set(value, ";,", -1);
    struct hf_error reason;
    config->window_count = 0;
    for (int i = 0; words[i]; i++) {
        const char *word = g_strstrip(words[i]);
        if (!*word)
            continue;
        if (config->window_count == HF_CONFIG_WINDOWS)
            return fail(source, section, key->name, "expected at most %d kinds", HF_CONFIG_WINDOWS);
        if (hf_window_spec_parse(word, &config->windows[config->window_count], &reason) != HF_OK)
            return fail(source, section, key->name, "%s", reason.text);
        for (size_t j = 0; j < config->window_count; j++)
            if (config->windows[j].kind == config->windows[config->window_count].kind &&
                config->windows[j].length == config->windows[config->window_count].length)
                return fail(source, section, key->name, "\"%s\" is named twice", word);
        config->window_count++;
    }
    if (config->window_count == 0) /* it would withdraw every summary */
        return fail(source, section, key->name, "expected at least one kind, for instance month");
    return HF_OK;
}

static int set_after_close(struct hf_config *config, const struct key *key, const char *value,
                           const struct source *source)
{
    static const char *const words[] = {
        [HF_AFTER_CLOSE_QUARANTINE] = "quarantine",
        [HF_AFTER_CLOSE_RESTATE] = "restate",
        [HF_AFTER_CLOSE_REJECT] = "reject",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i], value) == 0) {
            config->ledger_rules.after_close = (enum hf_after_close)i;
            return HF_OK;
        }
    return fail(source, section, key->name, "expected quarantine, restate or reject, got \"%s\"", value);
}

static int set_boolean(struct hf_config *config, const struct key *key, const char *value, const struct source *source)
{
    int is_true = strcmp(value, "true") == 0;
    if (!is_true && strcmp(value, "false") != 0)
        return fail(source, section, key->name, "expected true or false, got \"%s\"", value);
    *(int *)((char *)config + key->offset) = is_true;
    return HF_OK;
}

static int set_text(struct hf_config *config, const struct key *key, const char *value, const struct source *source)
{
    char **text = (char **)((char *)config + key->offset);
    if (key->type == NAME && !*value)
        return fail(source, section, key->name, "must not be empty");
    g_free(*text);
    *text = g_strdup(value);
    return HF_OK;
}

static int set_value(struct hf_config *config, const struct key *key, const char *value, const struct source *source)
{
    switch (key->type) {
    case TEXT:
    case NAME:
        return set_text(config, key, value, source);
    case AFTER_CLOSE:
        return set_after_close(config, key, value, source);
    case NUMBER:
        return set_number(config, key, value, source);
    case BOOLEAN:
        return set_boolean(config, key, value, source);
    case WINDOWS:
        return set_windows(config, key, value, source);
    case LEVEL:
        if (!hf_log_level_parse(value, &config->log_level))
            return fail(source, section, key->name, "expected error, warn, info or debug, got \"%s\"", value);
        return HF_OK;
    }
    return HF_OK;
}

static const struct key *find_key(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

/* The value of a key; a new string, or NULL where it has an escape that GLib does not know, or is no UTF-8. */
static char *read_value(GKeyFile *file, const char *group, const char *key)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *value = g_key_file_get_string(file, group, key, &reason);
    return reason ? NULL : g_steal_pointer(&value);
}

static const char unreadable[] = "has an escape that can not be read, or is not UTF-8; a backslash is written \\\\";

static int read_own(struct hf_config *config, GKeyFile *file, const struct source *source)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, section, NULL, NULL);
    int result = HF_OK;
    for (int i = 0; names && names[i] && result == HF_OK; i++) {
        const struct key *key = find_key(names[i]);
        g_autofree char *value = read_value(file, section, names[i]);
        if (!key)
            result = fail(source, section, names[i], "is not a known key; --print-config lists them");
        else if (!value)
            result = fail(source, section, names[i], "%s", unreadable);
        else
            result = set_value(config, key, value, source);
    }
    return result;
}

static int read_kafka(struct hf_config *config, GKeyFile *file, const struct source *source)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, "kafka", NULL, NULL);
    struct hf_error reason;
    for (int i = 0; names && names[i]; i++) {
        g_autofree char *value = read_value(file, "kafka", names[i]);
        if (!value)
            return fail(source, "kafka", names[i], "%s", unreadable);
        struct hf_kafka_property property = {names[i], value};
        struct hf_kafka_settings alone = {.properties = &property, .property_count = 1};
        if (hf_kafka_check_settings(&alone, &reason) != HF_OK)
            return fail(source, "kafka", names[i], "%s", reason.text);
        hf_config_set_kafka(config, names[i], property.value);
    }
    return HF_OK;
}

/* Takes blanks off the ends of lines, where GLib would keep them in the value; one that is meant is written \s. */
static void strip_line_ends(char *text)
{
    char *out = text;
    for (const char *in = text;; in++) {
        while ((*in == '\n' || !*in) && out > text && strchr(" \t\r", out[-1]))
            out--;
        *out++ = *in;
        if (!*in)
            return;
    }
}

static int read_file(struct hf_config *config, const char *path, struct hf_error *error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    if (!g_file_get_contents(path, &text, NULL, &reason))
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s", reason->message);
    strip_line_ends(text);
    struct source source = {path, text, error};
    g_autoptr(GKeyFile) file = g_key_file_new();
    if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s:%d: expected [section], key=value or # comment",
                            path, find_malformed_line(text));
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (int i = 0; groups[i]; i++)
        if (strcmp(groups[i], section) != 0 && strcmp(groups[i], "kafka") != 0)
            return fail(&source, groups[i], NULL, "is not a known section, expected [headframe] or [kafka]");
    int result = read_own(config, file, &source);
    return result == HF_OK ? read_kafka(config, file, &source) : result;
}

int hf_config_load(const char *path, struct hf_config **out_config, struct hf_error *error)
{
    struct hf_config *config = g_new0(struct hf_config, 1);
    struct source defaults = {"(defaults)", "", error};
    int result = HF_OK;
    for (size_t i = 0; i < G_N_ELEMENTS(keys) && result == HF_OK; i++)
        result = set_value(config, &keys[i], keys[i].default_value, &defaults);
    for (size_t i = 0; i < G_N_ELEMENTS(kafka_defaults); i++)
        hf_config_set_kafka(config, kafka_defaults[i].name, kafka_defaults[i].value);
    if (result == HF_OK && (path || g_file_test(HF_CONFIG_DEFAULT_PATH, G_FILE_TEST_EXISTS)))
        result = read_file(config, path ? path : HF_CONFIG_DEFAULT_PATH, error);
    if (result != HF_OK)
        hf_config_free(&config);
    else
        *out_config = config;
    return result;
}

void hf_config_free(struct hf_config **config)
{
    if (!*config)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i].type == TEXT || keys[i].type == NAME)
            g_free(*(char **)((char *)*config + keys[i].offset));
    for (size_t i = 0; i < (*config)->kafka_property_count; i++) {
        g_free((char *)(*config)->kafka_properties[i].name);
        g_free((char *)(*config)->kafka_properties[i].value);
    }
    g_free((*config)->kafka_properties);
    g_free(*config);
    *config = NULL;
}

void hf_config_set_kafka(struct hf_config *config, const char *name, const char *value)
{
    for (size_t i = 0; i < config->kafka_property_count; i++)
        if (strcmp(config->kafka_properties[i].name, name) == 0) {
            g_free((char *)config->kafka_properties[i].value);
            config->kafka_properties[i].value = g_strdup(value);
            return;
        }
    config->kafka_properties =
        g_renew(struct hf_kafka_property, config->kafka_properties, config->kafka_property_count + 1);
    config->kafka_properties[config->kafka_property_count++] =
        (struct hf_kafka_property){g_strdup(name), g_strdup(value)};
}

const char *hf_config_kafka(const struct hf_config *config, const char *name)
{
    for (size_t i = 0; i < config->kafka_property_count; i++)
        if (strcmp(config->kafka_properties[i].name, name) == 0)
            return config->kafka_properties[i].value;
    return NULL;
}

void hf_config_print_reference(FILE *out)
{
    fprintf(out, "# Every key of a headframe configuration file, with its default.\n\n[%s]\n", section);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        fprintf(out, "\n# %s\n", keys[i].help);
        if (keys[i].type == NUMBER)
            fprintf(out, "# %d to %d%s%s.\n", keys[i].min, keys[i].max, keys[i].unit ? " " : "",
                    keys[i].unit ? keys[i].unit : "");
        fprintf(out, "%s=%s\n", keys[i].name, keys[i].default_value);
    }
    fprintf(out, "\n# Any property of librdkafka, for instance security.protocol or sasl.mechanisms.\n[kafka]\n");
    for (size_t i = 0; i < G_N_ELEMENTS(kafka_defaults); i++)
        fprintf(out, "%s=%s\n", kafka_defaults[i].name, kafka_defaults[i].value);
}
