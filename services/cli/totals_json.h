/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the days and state topics in readable JSON. */
#ifndef HEADFRAME_CLI_TOTALS_JSON_H
#define HEADFRAME_CLI_TOTALS_JSON_H

#include "headframe/error.h"
#include "headframe/json_writer.h"
#include "headframe/kafka_reader.h"
#include "headframe/topics.h"

/* Writes the value of a record of topic, one of the days or state topics. Masses come in grams with all their digits,
 * money with 6 decimals. Returns 0, or HF_EINVAL with nothing written. */
int hf_totals_json_write(struct hf_json_writer *writer, const char *key, enum hf_topic topic,
                         const struct hf_record *record, struct hf_error *error);

#endif
