/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes configuration files. */
#include "headframe/config.h"

#include <string.h>

#include "fuzz.h"

/* GLib keeps each line, librdkafka some 100 KB for a check of a property. */
const struct fuzz_limits fuzz_limits = {1 << 22, 512};

static void hold_loaded(const struct hf_config *config)
{
    HOLD(config->prefix && config->health_address && *config->instance && *config->schema_directory);
    HOLD(config->commit_interval_ms >= 1 && config->commit_interval_ms <= 5000);
    HOLD(config->commit_limit_kib >= 64 && config->publish_interval_ms >= 1 && config->stale_after_days >= 0);
    HOLD(config->health_port >= 0 && config->health_port <= 65535);
    HOLD(config->window_count >= 1 && config->window_count <= HF_CONFIG_WINDOWS);
    for (size_t i = 0; i < config->window_count; i++) {
        char kind[HF_WINDOW_NAME];
        struct hf_window_spec spec;
        HOLD(hf_window_spec_parse(hf_window_kind_format(config->windows[i], kind), &spec, NULL) == HF_OK);
        HOLD(spec.kind == config->windows[i].kind && spec.length == config->windows[i].length);
    }
    HOLD(hf_config_kafka(config, "bootstrap.servers"));
    for (size_t i = 0; i < config->kafka_property_count; i++)
        HOLD(hf_config_kafka(config, config->kafka_properties[i].name) == config->kafka_properties[i].value);
}

/* "PATH:LINE: …", with a line that is there. */
static void hold_refused(const char *path, struct hf_text text, const struct hf_error *error)
{
    int lines = 1;
    for (size_t i = 0; i < text.length; i++)
        lines += text.data[i] == '\n';
    fuzz_hold_error(error);
    HOLD(strncmp(error->text, path, strlen(path)) == 0 && error->text[strlen(path)] == ':');
    guint64 line;
    g_auto(GStrv) parts = g_strsplit(error->text + strlen(path) + 1, ":", 2);
    HOLD(g_ascii_string_to_unsigned(parts[0], 10, 0, (guint64)lines, &line, NULL));
}

void fuzz_one(struct fuzz_input *input)
{
    struct hf_text text = fuzz_rest(input);
    const char *path = fuzz_file(text);
    struct hf_config *config = NULL;
    struct hf_error error = {0};
    if (hf_config_load(path, &config, &error) == HF_OK)
        hold_loaded(config);
    else
        hold_refused(path, text, &error);
    hf_config_free(&config);
}
