/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how compressed batches are unpacked where librdkafka would not do it well.
 *
 * The linker puts the functions __wrap_X below in the place of librdkafka's X, and leaves the original as __real_X. Three
 * things are mended so, all seen on a real broker, which lets such batches in:
 *
 * - A kilobyte of zstd becomes 100 MB, a kilobyte of gzip a megabyte without any limit, and a record of 7 bytes becomes
 *   an object of some 300. All batches of an answer are unpacked before the first record is handed on. So what an answer
 *   costs is limited: a batch beyond it is refused as if it were damaged. The reader asks for it again alone, and then it
 *   has the whole limit for itself; what does not fit even then can not be read.
 * - Of a gzip stream of several members librdkafka reads the first and drops the records in the others without a word.
 * - At a gzip stream that ends too early it turns in a loop for ever, and with it all partitions of that broker. */
#include "unpack.h"

#include <errno.h>
#include <lz4frame.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "prefetch.h"

enum { ANY_HEADER = 15 + 32 /* window bits: the largest, gzip or zlib */, LEAST_ROOM = 4096, GZIP_HEADER_BYTES = 10 };

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker asks for them
/* librdkafka's names and types; it keeps them to itself. */
enum { NO_ERROR = 0, BAD_COMPRESSION = -198 };
void *__wrap_rd_gz_decompress(const void *packed, int length, uint64_t *out_length);
int __wrap_rd_kafka_zstd_decompress(void *broker, char *packed, size_t length, void **out, size_t *out_length);
int __real_rd_kafka_zstd_decompress(void *broker, char *packed, size_t length, void **out, size_t *out_length);
int __wrap_rd_kafka_lz4_decompress(void *broker, int is_proper, int64_t offset, char *packed, size_t length, void **out,
                                   size_t *out_length);
int __real_rd_kafka_lz4_decompress(void *broker, int is_proper, int64_t offset, char *packed, size_t length, void **out,
                                   size_t *out_length);
bool __wrap_rd_kafka_snappy_uncompressed_length(const char *packed, size_t length, size_t *out_length);
bool __real_rd_kafka_snappy_uncompressed_length(const char *packed, size_t length, size_t *out_length);
int __wrap_rd_kafka_snappy_uncompress(const char *packed, size_t length, char *out);
int __real_rd_kafka_snappy_uncompress(const char *packed, size_t length, char *out);
char *__wrap_rd_kafka_snappy_java_uncompress(const char *packed, size_t length, size_t *out_length, char *reason,
                                             size_t reason_size);
char *__real_rd_kafka_snappy_java_uncompress(const char *packed, size_t length, size_t *out_length, char *reason,
                                             size_t reason_size);

/* --- the limit -------------------------------------------------------------------------------------------------- */

/* Each broker has its thread in librdkafka, and asks for one answer at a time. */
static _Thread_local size_t admitted_bytes;

void unpack_begin(void)
{
    admitted_bytes = 0;
}

/* A record begins with the length of the rest of it, a zig-zag varint. Returns where the next one begins, or end where
 * there is none: it is for librdkafka to say that the batch is damaged. */
static const uint8_t *next_record(const uint8_t *at, const uint8_t *end)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 35 && at < end; shift += 7) {
        uint8_t byte = *at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return !(value & 1) && value / 2 <= (uint64_t)(end - at) ? at + value / 2 : end;
    }
    return end;
}

int unpack_admit(const void *data, size_t length)
{
    const uint8_t *at = data, *end = at + length;
    size_t cost = length;
    for (; at < end && cost <= UNPACK_LIMIT_BYTES; at = next_record(at, end))
        cost += UNPACK_RECORD_BYTES;
    if (cost > UNPACK_LIMIT_BYTES - admitted_bytes)
        return 0;
    admitted_bytes += cost;
    prefetch_add(cost);
    return 1;
}

/* --- room ------------------------------------------------------------------------------------------------------- */

struct output {
    uint8_t *data;
    size_t length, room, limit;
};

/* Makes room for more. Returns 0 at the limit. */
static int grow(struct output *output)
{
    size_t room = output->room * 2 < output->limit ? output->room * 2 : output->limit;
    void *data = room > output->room ? realloc(output->data, room) : NULL;
    if (!data)
        return 0;
    output->data = data;
    output->room = room;
    return 1;
}

/* Returns 0 where there is no memory. */
static int output_init(struct output *output, size_t limit)
{
    *output = (struct output){.room = LEAST_ROOM < limit ? LEAST_ROOM : limit, .limit = limit};
    output->data = malloc(output->room + !output->room);
    return output->data != NULL;
}

/* The data if it is whole, or NULL. */
static void *output_take(struct output *output, int is_whole, size_t *out_length)
{
    if (!is_whole) {
        free(output->data);
        return NULL;
    }
    *out_length = output->length;
    return output->data;
}

/* --- gzip ------------------------------------------------------------------------------------------------------- */

/* Unpacks up to the end of a member. Returns 0 where there is none. */
static int unpack_member(z_stream *stream, struct output *output)
{
    int result = Z_OK;
    while (result == Z_OK) {
        if (output->length == output->room && !grow(output))
            return 0;
        size_t room = output->room - output->length;
        stream->next_out = output->data + output->length;
        stream->avail_out = (uInt)room;
        result = inflate(stream, Z_NO_FLUSH);
        output->length += room - stream->avail_out;
    }
    return result == Z_STREAM_END;
}

/* True where another member follows. */
static int is_member_next(const z_stream *stream)
{
    return stream->avail_in > GZIP_HEADER_BYTES && stream->next_in[0] == 0x1f && stream->next_in[1] == 0x8b;
}

void *unpack_gzip(const void *packed, size_t length, size_t limit, size_t *out_length)
{
    z_stream stream = {.next_in = (Bytef *)packed, .avail_in = (uInt)length};
    struct output output;
    if (!output_init(&output, limit))
        return NULL;
    if (inflateInit2(&stream, ANY_HEADER) != Z_OK)
        return output_take(&output, 0, out_length);
    int is_whole = unpack_member(&stream, &output);
    while (is_whole && is_member_next(&stream))
        is_whole = inflateReset(&stream) == Z_OK && unpack_member(&stream, &output);
    inflateEnd(&stream);
    return output_take(&output, is_whole, out_length);
}

/* --- LZ4 -------------------------------------------------------------------------------------------------------- */

/* Unpacks up to the end of the frame. Returns 0 where there is none. */
static int unpack_frame(LZ4F_dctx *context, const char *packed, size_t length, struct output *output)
{
    size_t at = 0, left = 1;
    while (left != 0) {
        if (output->length == output->room && !grow(output))
            return 0;
        size_t taken = length - at, made = output->room - output->length;
        left = LZ4F_decompress(context, output->data + output->length, &made, packed + at, &taken, NULL);
        if (LZ4F_isError(left) || (taken == 0 && made == 0))
            return 0;
        at += taken;
        output->length += made;
    }
    return 1;
}

void *unpack_lz4(const void *packed, size_t length, size_t limit, size_t *out_length)
{
    LZ4F_dctx *context;
    struct output output;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        return NULL;
    if (!output_init(&output, limit)) {
        LZ4F_freeDecompressionContext(context);
        return NULL;
    }
    int is_whole = unpack_frame(context, packed, length, &output);
    LZ4F_freeDecompressionContext(context);
    return output_take(&output, is_whole, out_length);
}

/* --- in the place of librdkafka's functions --------------------------------------------------------------------- */

/* Keeps what was unpacked, if it is admitted; NULL is passed on. */
static void *admitted(void *data, size_t length)
{
    if (!data || unpack_admit(data, length))
        return data;
    free(data);
    return NULL;
}

void *__wrap_rd_gz_decompress(const void *packed, int length, uint64_t *out_length)
{
    size_t unpacked = 0;
    void *data = unpack_gzip(packed, (size_t)length, UNPACK_LIMIT_BYTES - admitted_bytes, &unpacked);
    *out_length = unpacked;
    return admitted(data, unpacked);
}

int __wrap_rd_kafka_zstd_decompress(void *broker, char *packed, size_t length, void **out, size_t *out_length)
{
    int error = __real_rd_kafka_zstd_decompress(broker, packed, length, out, out_length);
    if (error != NO_ERROR)
        return error;
    *out = admitted(*out, *out_length);
    return *out ? NO_ERROR : BAD_COMPRESSION;
}

int __wrap_rd_kafka_lz4_decompress(void *broker, int is_proper, int64_t offset, char *packed, size_t length, void **out,
                                   size_t *out_length)
{
    if (!is_proper) /* of the first brokers, which none of today's sends */
        return __real_rd_kafka_lz4_decompress(broker, is_proper, offset, packed, length, out, out_length);
    size_t unpacked = 0; /* C does not say in which order arguments are evaluated */
    void *data = unpack_lz4(packed, length, UNPACK_LIMIT_BYTES - admitted_bytes, &unpacked);
    *out_length = unpacked;
    *out = admitted(data, unpacked);
    return *out ? NO_ERROR : BAD_COMPRESSION;
}

bool __wrap_rd_kafka_snappy_uncompressed_length(const char *packed, size_t length, size_t *out_length)
{
    return __real_rd_kafka_snappy_uncompressed_length(packed, length, out_length) &&
           *out_length <= UNPACK_LIMIT_BYTES - admitted_bytes;
}

int __wrap_rd_kafka_snappy_uncompress(const char *packed, size_t length, char *out)
{
    size_t unpacked;
    int error = __real_rd_kafka_snappy_uncompress(packed, length, out);
    if (error == 0 && __real_rd_kafka_snappy_uncompressed_length(packed, length, &unpacked) &&
        !unpack_admit(out, unpacked))
        return -ENOMEM;
    return error;
}

char *__wrap_rd_kafka_snappy_java_uncompress(const char *packed, size_t length, size_t *out_length, char *reason,
                                             size_t reason_size)
{
    char *data = __real_rd_kafka_snappy_java_uncompress(packed, length, out_length, reason, reason_size);
    if (data && !unpack_admit(data, *out_length)) {
        strncpy(reason, "too large", reason_size);
        free(data);
        data = NULL;
    }
    return data;
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
