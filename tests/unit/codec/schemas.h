/* SPDX-License-Identifier: Apache-2.0 */
/* Schemas of a test: a directory of its own below the build directory, its store and a decoder. */
#ifndef HEADFRAME_TESTS_UNIT_SCHEMAS_H
#define HEADFRAME_TESTS_UNIT_SCHEMAS_H

#include "headframe/event.h"
#include "headframe/schema_store.h"

/* Ids of the schemas that are shipped. */
enum { SHIPPED_PRODUCTION = 1, SHIPPED_COST = 2, SHIPPED_CLOSE = 3, SHIPPED_DECISION = 4 };

struct schemas {
    char *directory; /* NULL for the shipped ones */
    struct hf_schema_store *store;
    struct hf_event_decoder *decoder;
};

/* The schemas of proto/avro. */
struct schemas schemas_shipped(void);

/* Writes json as the schema with id 1 into a new directory and loads it. */
struct schemas schemas_of(const char *json);
/* The same for a schema written with ' for ". */
struct schemas schemas_quoted(const char *text);

/* A new empty directory below the build directory, and what removes it with its files; the name is released. */
char *scratch_new(void);
void scratch_write(const char *directory, const char *name, const char *text);
void scratch_free(char *directory);

void schemas_free(struct schemas *schemas);

/* The shipped schema with that id as JSON text, its field with the name changed: left out where type is NULL, else given
 * that type. Release with free(). */
char *schema_with_field(uint32_t id, const char *field, const char *type);

#endif
