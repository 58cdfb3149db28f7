/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory the batches of one fetch may become, and unpacking within that; for the files of kafka/ and its tests. */
#ifndef HEADFRAME_KAFKA_UNPACK_H
#define HEADFRAME_KAFKA_UNPACK_H

#include <stddef.h>

/* What one batch, and all compressed batches of one answer to a fetch, may cost together. */
enum { UNPACK_LIMIT_BYTES = 256 * 1024 * 1024, UNPACK_RECORD_BYTES = 400 };

/* Of each thread: forgets what was admitted, because an answer was handed on; no further one is asked for while much of
 * it waits. */
void unpack_begin(void);

/* Admits the records in data, length bytes as they stand in a batch: returns 1 and counts what they will cost, their
 * bytes and UNPACK_RECORD_BYTES for each; or 0 where that would pass the limit. */
int unpack_admit(const void *data, size_t length);

/* Unpacks all members of a gzip stream, or one zlib stream; bytes behind the last member are ignored, as Java does.
 * Returns a new buffer, release with free(), or NULL where the stream is damaged, ends too early, or becomes more than
 * limit bytes. */
void *unpack_gzip(const void *packed, size_t length, size_t limit, size_t *out_length);

/* The same for one LZ4 frame; bytes behind it are ignored, as Java does. */
void *unpack_lz4(const void *packed, size_t length, size_t limit, size_t *out_length);

#endif
