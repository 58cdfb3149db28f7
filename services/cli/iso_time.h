/* SPDX-License-Identifier: Apache-2.0 */
/* Instants as people and programs write them: ISO 8601 with a zone. Pure functions, any thread. */
#ifndef HEADFRAME_CLI_ISO_TIME_H
#define HEADFRAME_CLI_ISO_TIME_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"

/* "2003-06-30T15:00:00.000Z" and its NUL; a number of milliseconds where the year has not four digits. */
enum { HF_ISO_TIME_TEXT = 28 };

/* Reads YYYY-MM-DDTHH:MM[:SS[.fraction]] and a zone, Z or ±HH:MM, into milliseconds since 1970-01-01T00:00:00Z.
 * Returns 0, or HF_EINVAL with a reason: a time without zone could be meant anywhere, and one finer than a millisecond
 * could not be kept. */
int hf_iso_time_parse(const char *text, size_t length, int64_t *out_ms, struct hf_error *error);

/* Writes ms in UTC to the millisecond; returns buffer. */
char *hf_iso_time_format(int64_t ms, char buffer[HF_ISO_TIME_TEXT]);

#endif
