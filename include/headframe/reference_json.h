/* SPDX-License-Identifier: Apache-2.0 */
/* Reference data: JSON records to the structs of reference.h. Every function takes the record's key and value; the key
 * must agree with the value. On failure it returns HF_EINVAL with an error that names field and value, and the outputs
 * are untouched. Unknown fields are allowed: other programs may read them. Any thread. */
#ifndef HEADFRAME_REFERENCE_JSON_H
#define HEADFRAME_REFERENCE_JSON_H

#include <stddef.h>

#include "headframe/error.h"
#include "headframe/reference.h"

/* The mine is new: release with hf_mine_free. Loads its time zone. */
int hf_mine_parse(const char *key, size_t key_length, const char *json, size_t length, struct hf_mine **out_mine,
                  struct hf_error *error);

/* The company is new: release with hf_company_free. */
int hf_company_parse(const char *key, size_t key_length, const char *json, size_t length,
                     struct hf_company **out_company, struct hf_error *error);

/* Splits a key "SUBJECT|YYYY-MM" of market.fx (subjects are currencies) or market.prices (materials) into the subject's
 * number and the month. */
int hf_market_key_parse(const char *key, size_t key_length, int is_price, int *out_subject, int32_t *out_month,
                        struct hf_error *error);

/* Reads a rate or a price and stores it in series. */
int hf_market_parse(const char *key, size_t key_length, const char *json, size_t length, int is_price,
                    struct hf_series *series, struct hf_error *error);

#endif
