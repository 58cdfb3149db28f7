/* SPDX-License-Identifier: Apache-2.0 */
/* Dead letters for people: rows, one letter in full, bytes. Whatever a record holds, nothing of it acts on a terminal.
 * No I/O; any thread. Strings are new: release with g_free. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_TEXT_H
#define HEADFRAME_CLI_DEAD_LETTERS_TEXT_H

#include <glib.h>
#include <stddef.h>

#include "dead_letters_letter.h"

/* The text as it is where it can be printed, \xNN for every other byte. NULL gives "(none)", no bytes "(empty)". */
char *hf_printable(const void *bytes, size_t length);

/* The same for a letter's key. */
char *hf_letter_key_text(const struct hf_letter *letter);

/* Where the original record was read: "mine.production [2] 41". */
char *hf_letter_origin_text(const struct hf_letter *letter);

/* A heading and a line for each letter (struct hf_letter), in their order. */
char *hf_letters_table(const GPtrArray *letters);

/* What show prints above the value: where, why, whence, the key, the headers told apart. headers are the letter's, topic
 * is the full name of headframe.dead-letters. */
char *hf_letter_head_text(const struct hf_letter *letter, const GArray *headers, const char *topic);

/* Lines of 16 bytes: offset, hexadecimal digits, and what of them is ASCII. */
char *hf_hex_dump(const void *bytes, size_t length);

/* Valid JSON laid out with two blanks a level; nothing but white space between its values changes. */
char *hf_json_indent(const char *json, size_t length);

#endif
