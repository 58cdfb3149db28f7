/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which daemon sees which record, and that a restart leaves nothing new to say. */
#include "installation.h"

#include <string.h>

#include "../../../services/costs/admit.h"
#include "../../../services/production/admit.h"

enum { LEDGERS = 2 };

struct installation {
    struct installation_settings settings;
    struct topic_log *log;
    struct ledger_daemon *ledgers[LEDGERS]; /* production, costs */
    struct summary_daemon *summary;
};

int installation_new(const struct installation_settings *settings, struct hf_event_decoder *decoder,
                     struct installation **out_installation, struct hf_error *error)
{
    const struct hf_ledger_kind *kinds[LEDGERS] = {hf_production_kind(), hf_costs_kind()};
    struct installation *installation = g_new0(struct installation, 1);
    int result = HF_OK;
    installation->settings = *settings;
    installation->log = topic_log_new(settings->partitions);
    for (int i = 0; i < LEDGERS && result == HF_OK; i++)
        result = ledger_daemon_new(kinds[i], installation->log, decoder, &installation->settings.rules,
                                   &installation->ledgers[i], error);
    installation->summary = summary_daemon_new(installation->log, &installation->settings.summary);
    *out_installation = installation;
    return result;
}

void installation_free(struct installation **installation)
{
    if (!*installation)
        return;
    for (int i = 0; i < LEDGERS; i++)
        ledger_daemon_free(&(*installation)->ledgers[i]);
    summary_daemon_free(&(*installation)->summary);
    topic_log_free(&(*installation)->log);
    g_free(*installation);
    *installation = NULL;
}

int installation_record(struct installation *installation, const struct hf_output *output, int64_t timestamp_ms,
                        struct hf_error *error)
{
    const struct log_record *record = topic_log_append(installation->log, output, timestamp_ms, error);
    if (!record)
        return HF_EINVAL;
    switch (record->topic) {
    case HF_TOPIC_PRODUCTION:
        return ledger_daemon_take_event(installation->ledgers[0], record, error);
    case HF_TOPIC_COSTS:
        return ledger_daemon_take_event(installation->ledgers[1], record, error);
    case HF_TOPIC_MINES:
        for (int i = 0; i < LEDGERS; i++)
            ledger_daemon_take_mine(installation->ledgers[i], record);
        return HF_OK;
    default:
        return HF_OK; /* headframe-summary reads it when it publishes */
    }
}

int installation_commit(struct installation *installation, struct hf_error *error)
{
    int result = HF_OK;
    for (int i = 0; i < LEDGERS && result == HF_OK; i++)
        result = ledger_daemon_commit(installation->ledgers[i], error);
    return result;
}

int installation_summarise(struct installation *installation, struct hf_error *error)
{
    int result = installation_commit(installation, error);
    return result == HF_OK ? summary_daemon_publish(installation->summary, error) : result;
}

int installation_restart(struct installation *installation, const char *daemon, struct hf_error *error)
{
    if (strcmp(daemon, "production") == 0)
        return ledger_daemon_restart(installation->ledgers[0], error);
    if (strcmp(daemon, "costs") == 0)
        return ledger_daemon_restart(installation->ledgers[1], error);
    if (strcmp(daemon, "summary") != 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "there is no daemon \"%s\"", daemon);
    summary_daemon_restart(installation->summary, &installation->settings.summary);
    return HF_OK;
}

void installation_set_windows(struct installation *installation, const struct publisher_settings *settings)
{
    installation->settings.summary = *settings;
    summary_daemon_restart(installation->summary, settings);
}

const struct publisher_settings *installation_summary_settings(const struct installation *installation)
{
    return &installation->settings.summary;
}

static int restart_ledger(struct ledger_daemon *ledger, struct hf_error *error)
{
    int result = ledger_daemon_restart(ledger, error);
    if (result == HF_OK && ledger_daemon_has_changes(ledger))
        result = hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                              "a ledger daemon that was restarted after a commit has something to write");
    return result;
}

static int check_nothing_written(const struct installation *installation, const size_t mark[HF_TOPIC_COUNT],
                                 struct hf_error *error)
{
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++)
        if (topic_log_count(installation->log, (enum hf_topic)topic) > mark[topic]) {
            const struct log_record *record = topic_log_at(installation->log, (enum hf_topic)topic, mark[topic]);
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                                "after a restart %s was written again, first with the key %.100s",
                                hf_topic_info((enum hf_topic)topic)->name, record->key ? record->key : "null");
        }
    return HF_OK;
}

int installation_check_restart(struct installation *installation, struct hf_error *error)
{
    size_t mark[HF_TOPIC_COUNT];
    int result = HF_OK;
    topic_log_mark(installation->log, mark);
    for (int i = 0; i < LEDGERS && result == HF_OK; i++)
        result = restart_ledger(installation->ledgers[i], error);
    summary_daemon_restart(installation->summary, &installation->settings.summary);
    if (result == HF_OK)
        result = installation_summarise(installation, error);
    return result == HF_OK ? check_nothing_written(installation, mark, error) : result;
}

const struct topic_log *installation_log(const struct installation *installation)
{
    return installation->log;
}
