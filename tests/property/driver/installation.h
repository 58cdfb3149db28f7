/* SPDX-License-Identifier: Apache-2.0 */
/* One installation of the product in this process: topics, both ledger daemons, headframe-summary. */
#ifndef HEADFRAME_TESTS_INSTALLATION_H
#define HEADFRAME_TESTS_INSTALLATION_H

#include "ledger_daemon.h"
#include "summary_daemon.h"

struct installation_settings {
    int32_t partitions; /* of every topic that a daemon reads */
    struct hf_ledger_rules rules;
    struct publisher_settings summary;
};

struct installation;

/* New installation; decoder is borrowed. Release with installation_free, which clears the pointer and accepts NULL in
 * it. Returns 0, or HF_EINVAL where a daemon does not start. */
int installation_new(const struct installation_settings *settings, struct hf_event_decoder *decoder,
                     struct installation **out_installation, struct hf_error *error);
void installation_free(struct installation **installation);

/* A producer's record. The ledger daemons take it at once. Returns 0, or HF_EINVAL. */
int installation_record(struct installation *installation, const struct hf_output *output, int64_t timestamp_ms,
                        struct hf_error *error);

/* The ledger daemons publish what they have. */
int installation_commit(struct installation *installation, struct hf_error *error);
/* The same, and then headframe-summary reads and publishes. */
int installation_summarise(struct installation *installation, struct hf_error *error);

/* The daemon ("production", "costs", "summary") loses its memory and starts again. */
int installation_restart(struct installation *installation, const char *daemon, struct hf_error *error);
/* headframe-summary starts again with these windows. */
void installation_set_windows(struct installation *installation, const struct publisher_settings *settings);
/* How headframe-summary is set now. Borrowed. */
const struct publisher_settings *installation_summary_settings(const struct installation *installation);

/* Restarts every daemon and lets it publish again. Returns 0, or HF_EINVAL where that writes anything: after a
 * publication nothing may be left to say. */
int installation_check_restart(struct installation *installation, struct hf_error *error);

/* The topics. Borrowed. */
const struct topic_log *installation_log(const struct installation *installation);

#endif
