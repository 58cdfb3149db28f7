/* SPDX-License-Identifier: Apache-2.0 */
/* What a published figure needed and did not find: "fx MXN 2003-06", "price gold 2003-06", "corporate without silver". */
#ifndef HEADFRAME_SUMMARY_MISSING_H
#define HEADFRAME_SUMMARY_MISSING_H

#include <glib.h>

#include "headframe/json_writer.h"

struct missing {
    GPtrArray *notes; /* of char * */
};
void missing_init(struct missing *missing);
void missing_fini(struct missing *missing);

/* Adds a note; format is printf's. */
void missing_add(struct missing *missing, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes "missing":[…], sorted, each note once. */
void missing_write(struct missing *missing, struct hf_json_writer *writer);

#endif
