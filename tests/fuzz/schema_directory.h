/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of the process that holds one schema, with the id 1. */
#ifndef HEADFRAME_TESTS_FUZZ_SCHEMA_DIRECTORY_H
#define HEADFRAME_TESTS_FUZZ_SCHEMA_DIRECTORY_H

#include "headframe/event.h"

/* Gives the schema's file this content and returns the directory, which is removed at exit. Borrowed. */
const char *schema_directory_with(struct hf_text json);

#endif
