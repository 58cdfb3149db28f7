/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of a record, however many it has. */
#ifndef HEADFRAME_CLI_RECORD_HEADERS_H
#define HEADFRAME_CLI_RECORD_HEADERS_H

#include <glib.h>

#include "headframe/kafka_reader.h"

/* All headers of record in their order: an array of struct hf_header, whose names and values are borrowed from record.
 * The array is new: release with g_array_unref. */
GArray *hf_record_all_headers(const struct hf_record *record);

/* The last header with that name, or NULL; borrowed from headers. Where a record brought a name along that was then
 * added, the last is the one that was added. */
const struct hf_header *hf_header_find_last(const GArray *headers, const char *name);

#endif
