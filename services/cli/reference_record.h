/* SPDX-License-Identifier: Apache-2.0 */
/* Records of reference.*, market.* and company.guidance as they are published: key, checked value, deletion. */
#ifndef HEADFRAME_CLI_REFERENCE_RECORD_H
#define HEADFRAME_CLI_REFERENCE_RECORD_H

#include <jansson.h>

#include "headframe/error.h"
#include "headframe/topics.h"

/* True for the topics whose records are made here. */
int hf_reference_record_is_for(enum hf_topic topic);

/* Turns text cells into what the contract wants: whole numbers, booleans, and JSON in a cell for lists and objects.
 * Returns 0, or HF_EINVAL with an error "FIELD: reason". */
int hf_reference_record_from_text(json_t *record, struct hf_error *error);

/* Makes key and value of a record, checking both with the parser that the daemons use. A field "deleted" that is true
 * makes *out_value NULL, a tombstone; it never becomes part of the value. Both strings are new: release with free().
 * Returns 0, or HF_EINVAL with an error that names the field. */
int hf_reference_record_make(enum hf_topic topic, json_t *record, char **out_key, char **out_value,
                             struct hf_error *error);

#endif
