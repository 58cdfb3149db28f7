/* SPDX-License-Identifier: Apache-2.0 */
/* Avro schemas by id: a directory of files named ID.NAME.avsc. */
#ifndef HEADFRAME_SCHEMA_STORE_H
#define HEADFRAME_SCHEMA_STORE_H

#include <avro.h>
#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"

struct hf_schema_store;

/* A schema: everything is owned by the store. */
struct hf_schema {
    uint32_t id;
    avro_schema_t schema;
    char *json;                      /* the text: Avro C keeps no logical types */
    avro_value_iface_t *value_class; /* of the encoder, made when it first writes one */
};

/* Reads every ID.NAME.avsc of directory. Returns 0, or HF_EINVAL or HF_EIO with an error that names the file. The store
 * is new: release with hf_schema_store_free, which clears *store and accepts NULL in it. Afterwards read-only, any
 * thread. */
int hf_schema_store_new(const char *directory, struct hf_schema_store **out_store, struct hf_error *error);
void hf_schema_store_free(struct hf_schema_store **store);

/* The schema with that id, or NULL. */
const struct hf_schema *hf_schema_store_get(const struct hf_schema_store *store, uint32_t id);

/* The schema with the highest id whose full name is full_name ("headframe.CostEvent"), or NULL. */
const struct hf_schema *hf_schema_store_find(const struct hf_schema_store *store, const char *full_name);

/* The scale of a record's decimal field (bytes, logicalType decimal): 0 where the schema names none, -1 where the field
 * is not a decimal. */
int hf_schema_decimal_scale(const struct hf_schema *schema, const char *field);

#endif
