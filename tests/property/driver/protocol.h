/* SPDX-License-Identifier: Apache-2.0 */
/* The text protocol of headframe-worlds: one command a line, fields separated by one blank.
 *
 *   world PARTITIONS STALE_AFTER_DAYS AFTER_CLOSE HORIZON WINDOW;WINDOW;…   begins a world and drops the previous one
 *   record TOPIC PARTITION TIMESTAMP_MS KEY_HEX VALUE_HEX    "-": null, "." no bytes; partition "-": Murmur2 of the key
 *   commit | summarise | restart production|costs|summary | windows WINDOW;WINDOW;…
 *   end                                      commits, summarises, checks a restart of every daemon, answers
 *
 * Answers:
 *   fault SENTENCE                                                   at once, wherever something is wrong
 *   output TOPIC PARTITION OFFSET KEY_HEX VALUE_HEX NAME_HEX=VALUE_HEX,…    at the end: every record of each output topic
 *   day TOPIC MINE_HEX DATE LINE;…           at the end, in the place of records of the days topics that have lines
 *   done                                     the last line of each answer to "end"
 *
 * Of compacted topics only the last record of each key is shown, and no tombstone. A record without headers has "-" in
 * their place. After a fault the rest of the world is skipped: its "end" answers "done" and nothing else. A fault found
 * by "end" itself stands before the outputs. */
#ifndef HEADFRAME_TESTS_PROTOCOL_H
#define HEADFRAME_TESTS_PROTOCOL_H

#include <stdio.h>

#include "headframe/event.h"

struct session;

/* New session that answers to out; both are borrowed. Release with session_free, which clears the pointer. */
struct session *session_new(struct hf_event_decoder *decoder, FILE *out);
void session_free(struct session **session);

/* Takes a line without its end; changes it. */
void session_take_line(struct session *session, char *line);

#endif
