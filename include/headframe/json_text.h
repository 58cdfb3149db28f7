/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps decimals exact on their way through a JSON parser that knows only binary floats. */
#ifndef HEADFRAME_JSON_TEXT_H
#define HEADFRAME_JSON_TEXT_H

#include <stddef.h>

/* A copy of json in which every number with a point or an exponent stands in quotes ({"a":0.10} becomes {"a":"0.10"}),
 * so that its digits survive parsing. Text that is not JSON comes out changed no further and fails in the parser. The
 * string is new and NUL-terminated: release with free(). */
char *hf_json_quote_decimals(const char *json, size_t length, size_t *out_length);

#endif
