/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a configuration file means what --print-config says, and that every mistake in it is told with its place. */
#include "headframe/config.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "../unit.h"

#define FILE_NAME HEADFRAME_SCRATCH "/test-config.conf"

static int load(const char *text, struct hf_config **out_config, struct hf_error *error)
{
    assert_true(g_file_set_contents(FILE_NAME, text, -1, NULL));
    int result = hf_config_load(FILE_NAME, out_config, error);
    assert_int_equal(g_unlink(FILE_NAME), 0);
    return result;
}

static struct hf_config *load_good(const char *text)
{
    struct hf_config *config = NULL;
    struct hf_error error = {0};
    if (load(text, &config, &error) != HF_OK)
        fail_msg("%s", error.text);
    return config;
}

/* The kinds of windows, separated by spaces; a new string. */
static char *windows_text(const struct hf_config *config)
{
    GString *text = g_string_new(NULL);
    char kind[HF_WINDOW_NAME];
    for (size_t i = 0; i < config->window_count; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "", hf_window_kind_format(config->windows[i], kind));
    return g_string_free(text, FALSE);
}

#define DEFAULT_WINDOWS "day week month quarter half year all rolling-7d rolling-30d rolling-90d rolling-12m"

static void assert_defaults(const struct hf_config *config)
{
    g_autofree char *windows = windows_text(config);
    assert_string_equal(config->prefix, "");
    assert_string_equal(config->instance, "0");
    assert_true(g_str_has_suffix(config->schema_directory, "/headframe/schemas"));
    assert_int_equal(config->commit_interval_ms, 100);
    assert_int_equal(config->commit_limit_kib, 16384);
    assert_int_equal(config->leave_group_on_stop, 1);
    assert_int_equal(config->publish_interval_ms, 1000);
    assert_int_equal(config->stale_after_days, 7);
    assert_int_equal(config->ledger_rules.after_close, HF_AFTER_CLOSE_QUARANTINE);
    assert_int_equal(config->ledger_rules.correction_horizon_days, 0);
    assert_string_equal(windows, DEFAULT_WINDOWS);
    assert_string_equal(config->health_address, "127.0.0.1");
    assert_int_equal(config->health_port, 0);
    assert_int_equal(config->log_level, HF_LOG_INFO);
    assert_int_equal(config->kafka_property_count, 1);
    assert_string_equal(hf_config_kafka(config, "bootstrap.servers"), "127.0.0.1:9092");
}

static void what_is_not_set_has_its_default(void **state)
{
    static const char *const texts[] = {"", "\n# nothing\n", "[headframe]\n", "[kafka]\n[headframe]\n"};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct hf_config *config = load_good(texts[i]);
        assert_defaults(config);
        hf_config_free(&config);
        assert_null(config);
        hf_config_free(&config); /* NULL is accepted */
    }
}

static void what_is_set_is_taken(void **state)
{
    struct hf_config *config = load_good("# all keys\n[headframe]\n"
                                         "prefix = test.\n"
                                         "instance=mill 2\n"
                                         "schema_directory=/srv/schemas\n"
                                         "commit_interval_ms=1\n"
                                         "commit_limit_kib=262144\n"
                                         "publish_interval_ms=600000\n"
                                         "stale_after_days=0\n"
                                         "after_close=reject\n"
                                         "correction_horizon_days=730\n"
                                         "windows=rolling-365d, half;day,\n"
                                         "health_address=::1\n"
                                         "health_port=65535\n"
                                         "log_level=debug\n"
                                         "[kafka]\n"
                                         "bootstrap.servers=a:1,b:2\n"
                                         "security.protocol=ssl\n");
    g_autofree char *windows = windows_text(config);
    (void)state;
    assert_string_equal(config->prefix, "test.");
    assert_string_equal(config->instance, "mill 2");
    assert_string_equal(config->schema_directory, "/srv/schemas");
    assert_int_equal(config->commit_interval_ms, 1);
    assert_int_equal(config->commit_limit_kib, 262144);
    assert_int_equal(config->publish_interval_ms, 600000);
    assert_int_equal(config->stale_after_days, 0);
    assert_int_equal(config->ledger_rules.after_close, HF_AFTER_CLOSE_REJECT);
    assert_int_equal(config->ledger_rules.correction_horizon_days, 730);
    assert_string_equal(windows, "rolling-365d half day");
    assert_string_equal(config->health_address, "::1");
    assert_int_equal(config->health_port, 65535);
    assert_int_equal(config->log_level, HF_LOG_DEBUG);
    assert_int_equal(config->kafka_property_count, 2);
    assert_string_equal(hf_config_kafka(config, "bootstrap.servers"), "a:1,b:2");
    assert_string_equal(hf_config_kafka(config, "security.protocol"), "ssl");
    assert_null(hf_config_kafka(config, "ssl.ca.location"));
    hf_config_free(&config);
}

static void each_way_to_treat_closed_days_has_its_word(void **state)
{
    static const struct {
        const char *word;
        enum hf_after_close after_close;
    } cases[] = {{"quarantine", HF_AFTER_CLOSE_QUARANTINE},
                 {"restate", HF_AFTER_CLOSE_RESTATE},
                 {"reject", HF_AFTER_CLOSE_REJECT}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = g_strdup_printf("[headframe]\nafter_close = %s \n", cases[i].word);
        struct hf_config *config = load_good(text);
        assert_int_equal(config->ledger_rules.after_close, cases[i].after_close);
        hf_config_free(&config);
    }
}

/* As --bootstrap does. */
static void a_kafka_property_can_be_set_over_the_files(void **state)
{
    struct hf_config *config = load_good("[kafka]\nbootstrap.servers=a:1\n");
    (void)state;
    hf_config_set_kafka(config, "bootstrap.servers", "b:2");
    hf_config_set_kafka(config, "client.rack", "x");
    assert_int_equal(config->kafka_property_count, 2);
    assert_string_equal(hf_config_kafka(config, "bootstrap.servers"), "b:2");
    assert_string_equal(hf_config_kafka(config, "client.rack"), "x");
    hf_config_free(&config);
}

/* --- mistakes --------------------------------------------------------------------------------------------------- */

#define UNREADABLE "has an escape that can not be read, or is not UTF-8; a backslash is written \\\\"

static void every_mistake_is_told_with_file_line_section_and_key(void **state)
{
    static const struct {
        const char *text;
        const char *message; /* after "FILE:" */
    } cases[] = {
        {"[headframe]\nhealth_port=65536\n",
         "2: [headframe] health_port: expected a whole number from 0 to 65535, got \"65536\""},
        {"\n\n[headframe]\nprefix=x\nhealth_port=-1\n",
         "5: [headframe] health_port: expected a whole number from 0 to 65535, got \"-1\""},
        {"[headframe]\ncommit_interval_ms=0\n",
         "2: [headframe] commit_interval_ms: expected a whole number from 1 to 5000 milliseconds, got \"0\""},
        {"[headframe]\ncommit_interval_ms=100ms\n",
         "2: [headframe] commit_interval_ms: expected a whole number from 1 to 5000 milliseconds, got \"100ms\""},
        {"[headframe]\ncommit_interval_ms=\n",
         "2: [headframe] commit_interval_ms: expected a whole number from 1 to 5000 milliseconds, got \"\""},
        {"[headframe]\ncommit_interval_ms=1.5\n",
         "2: [headframe] commit_interval_ms: expected a whole number from 1 to 5000 milliseconds, got \"1.5\""},
        {"[headframe]\ncommit_limit_kib=63\n",
         "2: [headframe] commit_limit_kib: expected a whole number from 64 to 262144 KiB, got \"63\""},
        {"[headframe]\nleave_group_on_stop=yes\n",
         "2: [headframe] leave_group_on_stop: expected true or false, got \"yes\""},
        {"[headframe]\npublish_interval_ms=99999999999999999999\n",
         "2: [headframe] publish_interval_ms: expected a whole number from 1 to 600000 milliseconds, got "
         "\"99999999999999999999\""},
        {"[headframe]\nstale_after_days=3661\n",
         "2: [headframe] stale_after_days: expected a whole number from 0 to 3660 days, got \"3661\""},
        {"[headframe]\nafter_close=Quarantine\n",
         "2: [headframe] after_close: expected quarantine, restate or reject, got \"Quarantine\""},
        {"[headframe]\nafter_close=\n", "2: [headframe] after_close: expected quarantine, restate or reject, got \"\""},
        {"[headframe]\ncorrection_horizon_days=-1\n",
         "2: [headframe] correction_horizon_days: expected a whole number from 0 to 200000 days, got \"-1\""},
        {"[headframe]\ncorrection_horizon_days=200001\n",
         "2: [headframe] correction_horizon_days: expected a whole number from 0 to 200000 days, got \"200001\""},
        {"[headframe]\nprefix=\ninstance=\n", "3: [headframe] instance: must not be empty"},
        {"[headframe]\nschema_directory= \n", "2: [headframe] schema_directory: must not be empty"},
        {"[headframe]\nwindows=\n", "2: [headframe] windows: expected at least one kind, for instance month"},
        {"[headframe]\nwindows= ; ,;\n", "2: [headframe] windows: expected at least one kind, for instance month"},
        {"[headframe]\nwindows=day;month;day\n", "2: [headframe] windows: \"day\" is named twice"},
        {"[headframe]\nwindows=rolling-7d;rolling-7m;rolling-7d\n",
         "2: [headframe] windows: \"rolling-7d\" is named twice"},
        {"[headframe]\nlog_level=verbose\n",
         "2: [headframe] log_level: expected error, warn, info or debug, got \"verbose\""},
        {"[headframe]\nwindows=day;fortnight\n",
         "2: [headframe] windows: \"fortnight\" is not a window kind (day, week, month, quarter, half, year, all, "
         "rolling-<N>d, rolling-<N>m)"},
        {"[headframe]\nwindows=rolling-0d\n",
         "2: [headframe] windows: \"rolling-0d\" is not a window kind (day, week, month, quarter, half, year, all, "
         "rolling-<N>d, rolling-<N>m)"},
        {"[headframe]\nprefx=test.\n", "2: [headframe] prefx: is not a known key; --print-config lists them"},
        {"[headframe]\n\n  # a comment\n  health-port = 1\n",
         "4: [headframe] health-port: is not a known key; --print-config lists them"},
        {"[headframe]\nprefix=a\\qb\n", "2: [headframe] prefix: " UNREADABLE},
        {"[headframe]\nprefix=\xff\n", "2: [headframe] prefix: " UNREADABLE},
        {"[kafka]\nsasl.password=a\\qb\n", "2: [kafka] sasl.password: " UNREADABLE},
        {"[headframe]\n[Kafka]\nx=1\n", "2: [Kafka]: is not a known section, expected [headframe] or [kafka]"},
        {"[headfram]\nprefix=x\n", "1: [headfram]: is not a known section, expected [headframe] or [kafka]"},
        {"[headframe]\nprefix=x\nnonsense\n", "3: expected [section], key=value or # comment"},
        {"prefix=x\n[headframe]\n", "1: expected [section], key=value or # comment"},
        {"[headframe]\n=x\n", "2: expected [section], key=value or # comment"},
        {"[headframe\n", "1: expected [section], key=value or # comment"},
        {"[kafka]\nsecurity.protocol=carrier-pigeon\n",
         "2: [kafka] security.protocol: Kafka property security.protocol=carrier-pigeon: Invalid value "
         "\"carrier-pigeon\" for configuration property \"security.protocol\""},
        {"[headframe]\n[kafka]\nno.such.property=1\n",
         "3: [kafka] no.such.property: Kafka property no.such.property=1: No such configuration property: "
         "\"no.such.property\""},
        {"[kafka]\nclient.rack=a\nisolation.level=read_uncommitted\n",
         "3: [kafka] isolation.level: Kafka property isolation.level is set by headframe itself and can not be "
         "changed"},
        /* A key of the other section does not mislead. */
        {"[kafka]\nclient.id=health_port\n[headframe]\nhealth_address=x\nhealth_port=x\n",
         "5: [headframe] health_port: expected a whole number from 0 to 65535, got \"x\""},
        /* Of two, the later counts. */
        {"[headframe]\nhealth_port=1\nhealth_port=x\n",
         "3: [headframe] health_port: expected a whole number from 0 to 65535, got \"x\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_config *config = NULL;
        struct hf_error error = {0};
        if (load(cases[i].text, &config, &error) != HF_EINVAL)
            fail_msg("taken: %s", cases[i].text);
        assert_null(config);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        g_autofree char *expected = g_strdup_printf(FILE_NAME ":%s", cases[i].message);
        assert_string_equal(error.text, expected);
    }
}

static void lines_no_parser_takes_are_told_with_a_line(void **state)
{
    static const struct {
        const char *text;
        int line;
    } cases[] = {
        {"[headframe]\nprefix=x\n[kafka] junk\n", 3},
        {"[headframe]\n\xff\xfe=1\n", 2},
        {"\xff[headframe]\n", 1},
        {"[]\n", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_config *config = NULL;
        struct hf_error error = {0};
        assert_int_equal(load(cases[i].text, &config, &error), HF_EINVAL);
        g_autofree char *expected = g_strdup_printf(FILE_NAME ":%d: ", cases[i].line);
        if (!g_str_has_prefix(error.text, expected))
            fail_msg("case %zu: \"%s\"", i, error.text);
    }
}

static void a_value_in_range_to_its_ends_is_taken(void **state)
{
    static const struct {
        const char *line;
        size_t offset;
        int value;
    } cases[] = {
        {"commit_interval_ms=5000", offsetof(struct hf_config, commit_interval_ms), 5000},
        {"commit_limit_kib=64", offsetof(struct hf_config, commit_limit_kib), 64},
        {"leave_group_on_stop=false", offsetof(struct hf_config, leave_group_on_stop), 0},
        {"leave_group_on_stop=true", offsetof(struct hf_config, leave_group_on_stop), 1},
        {"publish_interval_ms=1", offsetof(struct hf_config, publish_interval_ms), 1},
        {"stale_after_days=3660", offsetof(struct hf_config, stale_after_days), 3660},
        {"correction_horizon_days=200000", offsetof(struct hf_config, ledger_rules.correction_horizon_days), 200000},
        {"correction_horizon_days=0", offsetof(struct hf_config, ledger_rules.correction_horizon_days), 0},
        {"health_port = 8080 ", offsetof(struct hf_config, health_port), 8080},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = g_strdup_printf("[headframe]\n%s\n", cases[i].line);
        struct hf_config *config = load_good(text);
        assert_int_equal(*(const int *)((const char *)config + cases[i].offset), cases[i].value);
        hf_config_free(&config);
    }
}

/* As editors and other systems leave them; a blank that is meant is written \s. */
static void blanks_at_the_end_of_a_line_do_not_count(void **state)
{
    struct hf_config *config =
        load_good("[headframe] \t\r\nprefix = test. \t \r\nhealth_port=80 \n  \ninstance= a\\s b\\s \n"
                  "[kafka]\nsasl.password=p\\\\w\\s\t");
    (void)state;
    assert_string_equal(config->prefix, "test.");
    assert_int_equal(config->health_port, 80);
    assert_string_equal(config->instance, "a  b ");
    assert_string_equal(hf_config_kafka(config, "sasl.password"), "p\\w ");
    hf_config_free(&config);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct hf_config *config = NULL;
    struct hf_error error = {0};
    (void)state;
    assert_int_equal(hf_config_load(HEADFRAME_SCRATCH "/no-such.conf", &config, &error), HF_EIO);
    assert_null(config);
    assert_non_null(strstr(error.text, HEADFRAME_SCRATCH "/no-such.conf"));
}

/* --- windows ---------------------------------------------------------------------------------------------------- */

static void windows_are_a_list_of_at_most_32_kinds(void **state)
{
    GString *text = g_string_new("[headframe]\nwindows=");
    struct hf_config *config = NULL;
    struct hf_error error = {0};
    (void)state;
    for (int i = 1; i <= HF_CONFIG_WINDOWS; i++)
        g_string_append_printf(text, "rolling-%dd;", i);
    config = load_good(text->str);
    assert_int_equal(config->window_count, HF_CONFIG_WINDOWS);
    assert_int_equal(config->windows[HF_CONFIG_WINDOWS - 1].length, HF_CONFIG_WINDOWS);
    hf_config_free(&config);
    g_string_append(text, "day");
    assert_int_equal(load(text->str, &config, &error), HF_EINVAL);
    assert_string_equal(error.text, FILE_NAME ":2: [headframe] windows: expected at most 32 kinds");
    g_string_free(text, TRUE);
}

/* --- the reference ---------------------------------------------------------------------------------------------- */

static char *reference(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    hf_config_print_reference(out);
    fclose(out);
    return text;
}

static void the_printed_reference_is_a_file_with_the_defaults(void **state)
{
    char *text = reference();
    struct hf_config *config = load_good(text);
    (void)state;
    assert_defaults(config);
    hf_config_free(&config);
    free(text);
}

static void the_reference_tells_help_range_unit_and_default_of_every_key(void **state)
{
    static const char *const keys[] = {"prefix",
                                       "instance",
                                       "schema_directory",
                                       "commit_interval_ms",
                                       "commit_limit_kib",
                                       "leave_group_on_stop",
                                       "publish_interval_ms",
                                       "stale_after_days",
                                       "after_close",
                                       "correction_horizon_days",
                                       "windows",
                                       "health_address",
                                       "health_port",
                                       "log_level",
                                       "bootstrap.servers"};
    char *text = reference();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t found = 0;
    (void)state;
    for (int i = 0; lines[i]; i++) {
        if (*lines[i] == '#' || *lines[i] == '[' || !*lines[i])
            continue;
        assert_true(found < COUNT(keys)); /* a new key belongs into this list and into the tests above */
        g_autofree char *key = g_strdup_printf("%s=", keys[found++]);
        if (!g_str_has_prefix(lines[i], key))
            fail_msg("\"%s\", expected %s", lines[i], key);
        assert_true(i > 0 && (*lines[i - 1] == '#' || *lines[i - 1] == '['));
    }
    assert_int_equal(found, COUNT(keys));
    assert_non_null(strstr(text, "# 1 to 5000 milliseconds.\ncommit_interval_ms=100\n"));
    assert_non_null(strstr(text, "# 0 to 65535.\nhealth_port=0\n"));
    assert_non_null(strstr(text, "quarantine (it waits for a decision), restate or reject.\nafter_close=quarantine\n"));
    assert_non_null(strstr(text, "# 0 to 200000 days.\ncorrection_horizon_days=0\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_set_has_its_default),
        cmocka_unit_test(what_is_set_is_taken),
        cmocka_unit_test(each_way_to_treat_closed_days_has_its_word),
        cmocka_unit_test(a_kafka_property_can_be_set_over_the_files),
        cmocka_unit_test(every_mistake_is_told_with_file_line_section_and_key),
        cmocka_unit_test(lines_no_parser_takes_are_told_with_a_line),
        cmocka_unit_test(a_value_in_range_to_its_ends_is_taken),
        cmocka_unit_test(blanks_at_the_end_of_a_line_do_not_count),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(windows_are_a_list_of_at_most_32_kinds),
        cmocka_unit_test(the_printed_reference_is_a_file_with_the_defaults),
        cmocka_unit_test(the_reference_tells_help_range_unit_and_default_of_every_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
