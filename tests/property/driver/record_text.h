/* SPDX-License-Identifier: Apache-2.0 */
/* Records as text: bytes in hexadecimal, day records as the words and numbers in them. */
#ifndef HEADFRAME_TESTS_RECORD_TEXT_H
#define HEADFRAME_TESTS_RECORD_TEXT_H

#include "topic_log.h"

/* Appends bytes in hexadecimal; "-" for NULL, "." for none. */
void append_hex(GString *text, const void *bytes, size_t length);

/* Reads what append_hex writes. Returns 0 with new bytes (NULL of "-"; release with g_free), or HF_EINVAL. */
int parse_hex(const char *text, char **out_bytes, size_t *out_length);

/* Appends "KEY VALUE NAME=VALUE,…" of a record; "-" without headers. */
void append_record(GString *text, const struct log_record *record);

/* Appends "MINE DATE LINE;…", the mine in hexadecimal, a line being "gold/PRODUCED/ASSAYED=123:2" or "MINING/USD=123:2" (amount and facts), of a
 * record of a days topic that holds a date with lines; of any other record nothing. Returns 0, or HF_EINVAL where it can
 * not be read. */
int append_day(GString *text, const struct log_record *record, struct hf_error *error);

#endif
