/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration of daemons and command line: one INI file, one table of keys (services/common/runtime/config.c).
 *
 * [headframe] holds our keys. [kafka] is handed to librdkafka property by property. */
#ifndef HEADFRAME_CONFIG_H
#define HEADFRAME_CONFIG_H

#include <stddef.h>
#include <stdio.h>

#include "headframe/calendar.h"
#include "headframe/error.h"
#include "headframe/kafka_client.h"
#include "headframe/log.h"
#include "headframe/partition.h"

enum { HF_CONFIG_WINDOWS = 32, HF_EXIT_CONFIG = 78 /* EX_CONFIG */ };

/* Where a configuration is looked for when none is named. */
#define HF_CONFIG_DEFAULT_PATH "/etc/headframe/headframe.conf"

struct hf_config {
    char *prefix;   /* before every topic and group name; may be "" */
    char *instance; /* stable name of this process within its group */
    char *schema_directory;
    int commit_interval_ms;
    int commit_limit_kib;
    int leave_group_on_stop;
    int publish_interval_ms;
    int stale_after_days;
    struct hf_ledger_rules ledger_rules;
    struct hf_window_spec windows[HF_CONFIG_WINDOWS];
    size_t window_count;
    char *health_address;
    int health_port; /* 0: no listener */
    enum hf_log_level log_level;
    struct hf_kafka_property *kafka_properties;
    size_t kafka_property_count;
};

/* Reads path; NULL reads HF_CONFIG_DEFAULT_PATH where it exists and takes the defaults where it does not. Returns 0, or
 * HF_EINVAL or HF_EIO with an error of the form "FILE:LINE: [section] key: what was expected". The configuration is
 * new: release with hf_config_free, which clears *config and accepts NULL in it. */
int hf_config_load(const char *path, struct hf_config **out_config, struct hf_error *error);
void hf_config_free(struct hf_config **config);

/* Sets a Kafka property over the file's, as the command line's --bootstrap does. */
void hf_config_set_kafka(struct hf_config *config, const char *name, const char *value);

/* The value of a Kafka property, or NULL. Borrowed. */
const char *hf_config_kafka(const struct hf_config *config, const char *name);

/* Writes the reference: every key with its help, range, unit and default, as a file that can be used. */
void hf_config_print_reference(FILE *out);

#endif
