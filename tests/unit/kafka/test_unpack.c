/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that what is unpacked is whole, ends, and stays within a limit. */
#include <lz4frame.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../../../services/common/kafka/unpack.h"
#include "../unit.h"

enum { ROOM = 1 << 20, PLENTY = 1 << 24 };

static uint8_t packed[ROOM], text[300000];

/* --- gzip ------------------------------------------------------------------------------------------------------- */

/* Appends text as a gzip member; returns the new length. */
static size_t gzip(size_t at, const void *data, size_t length)
{
    z_stream stream = {.next_in = (Bytef *)data, .avail_in = (uInt)length, .next_out = packed + at};
    stream.avail_out = (uInt)(ROOM - at);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    at += stream.total_out;
    deflateEnd(&stream);
    return at;
}

static void fill_text(void)
{
    uint32_t number = 1;
    for (size_t i = 0; i < sizeof text; i++) {
        number = number * 1664525 + 1013904223;
        text[i] = (uint8_t)(number >> 29); /* eight values: it packs to less than half */
    }
}

static void assert_text(void *unpacked, const size_t *length, size_t expected)
{
    assert_non_null(unpacked);
    assert_int_equal(*length, expected);
    assert_memory_equal(unpacked, text, expected);
    free(unpacked);
}

static void all_members_are_read(void **state)
{
    size_t length = gzip(0, text, 1000), unpacked;
    (void)state;
    assert_text(unpack_gzip(packed, length, PLENTY, &unpacked), &unpacked, 1000);
    length = gzip(length, text + 1000, sizeof text - 1000);
    assert_text(unpack_gzip(packed, length, PLENTY, &unpacked), &unpacked, sizeof text);
    memset(packed + length, 0xee, 100); /* bytes that are no member */
    assert_text(unpack_gzip(packed, length + 100, PLENTY, &unpacked), &unpacked, sizeof text);
}

static void nothing_packed_is_nothing_unpacked(void **state)
{
    size_t unpacked = 1, length = gzip(0, "", 0);
    void *data = unpack_gzip(packed, length, PLENTY, &unpacked);
    (void)state;
    assert_non_null(data);
    assert_int_equal(unpacked, 0);
    free(data);
}

/* librdkafka would never come back from most of these. */
static void a_stream_cut_anywhere_is_refused(void **state)
{
    size_t length = gzip(0, text, 2000), unpacked;
    (void)state;
    for (size_t cut = 0; cut < length; cut++)
        assert_null(unpack_gzip(packed, cut, PLENTY, &unpacked));
    size_t both = gzip(length, text, 2000);
    for (size_t cut = length + 20; cut < both; cut++)
        assert_null(unpack_gzip(packed, cut, PLENTY, &unpacked));
}

static void a_changed_byte_is_refused_or_ignored(void **state)
{
    size_t length = gzip(0, text, 2000), unpacked;
    (void)state;
    for (size_t at = 0; at < length; at++) {
        packed[at] ^= 0x55;
        void *data = unpack_gzip(packed, length, PLENTY, &unpacked);
        if (data) /* the header holds bytes that mean nothing: time, system */
            assert_in_range(at, 3, 9);
        free(data);
        packed[at] ^= 0x55;
    }
}

static void the_limit_holds_to_the_byte(void **state)
{
    size_t length = gzip(0, text, sizeof text), unpacked;
    (void)state;
    assert_text(unpack_gzip(packed, length, sizeof text, &unpacked), &unpacked, sizeof text);
    assert_null(unpack_gzip(packed, length, sizeof text - 1, &unpacked));
    assert_null(unpack_gzip(packed, length, 0, &unpacked));
}

/* --- LZ4 -------------------------------------------------------------------------------------------------------- */

/* How producers pack: Java's in blocks of 64 KiB that stand alone, others as liblz4 likes best. text is cut into pieces
 * of flush bytes, each of which ends a block; 0: it is left to liblz4. */
static const struct lz4_shape {
    const char *what;
    LZ4F_blockSizeID_t block;
    LZ4F_blockMode_t mode;
    LZ4F_contentChecksum_t checksum;
    LZ4F_blockChecksum_t block_checksum;
    int has_size;
    size_t flush;
} lz4_shapes[] = {
    {"as it comes", LZ4F_default, LZ4F_blockLinked, LZ4F_noContentChecksum, LZ4F_noBlockChecksum, 0, 0},
    {"as Java does", LZ4F_max64KB, LZ4F_blockIndependent, LZ4F_noContentChecksum, LZ4F_noBlockChecksum, 0, 0},
    {"sure of itself", LZ4F_max64KB, LZ4F_blockLinked, LZ4F_contentChecksumEnabled, LZ4F_blockChecksumEnabled, 1, 0},
    {"one large block", LZ4F_max4MB, LZ4F_blockIndependent, LZ4F_contentChecksumEnabled, LZ4F_noBlockChecksum, 1, 0},
    {"many small blocks", LZ4F_max64KB, LZ4F_blockLinked, LZ4F_contentChecksumEnabled, LZ4F_noBlockChecksum, 0, 777},
    {"small and alone", LZ4F_max256KB, LZ4F_blockIndependent, LZ4F_noContentChecksum, LZ4F_blockChecksumEnabled, 0, 50},
};

static size_t lz4_checked(size_t result)
{
    if (LZ4F_isError(result))
        fail_msg("%s", LZ4F_getErrorName(result));
    return result;
}

/* Packs data as a frame of that shape behind what is packed up to at; returns the new length. */
static size_t lz4(size_t at, const uint8_t *data, size_t length, const struct lz4_shape *shape)
{
    const LZ4F_preferences_t preferences = {
        .frameInfo = {.blockSizeID = shape->block,
                      .blockMode = shape->mode,
                      .contentChecksumFlag = shape->checksum,
                      .blockChecksumFlag = shape->block_checksum,
                      .contentSize = shape->has_size ? length : 0},
    };
    size_t piece = shape->flush ? shape->flush : length;
    LZ4F_cctx *context;
    (void)lz4_checked(LZ4F_createCompressionContext(&context, LZ4F_VERSION));
    at += lz4_checked(LZ4F_compressBegin(context, packed + at, ROOM - at, &preferences));
    for (size_t done = 0; done < length; done += piece) {
        size_t next = piece < length - done ? piece : length - done;
        at += lz4_checked(LZ4F_compressUpdate(context, packed + at, ROOM - at, data + done, next, NULL));
        at += lz4_checked(LZ4F_flush(context, packed + at, ROOM - at, NULL));
    }
    at += lz4_checked(LZ4F_compressEnd(context, packed + at, ROOM - at, NULL));
    (void)LZ4F_freeCompressionContext(context);
    return at;
}

static void lz4_frames_of_every_shape_are_unpacked(void **state)
{
    static const size_t lengths[] = {1, 50, 4095, 4096, 4097, 65536, 65537, 8 << 12, sizeof text};
    (void)state;
    for (size_t i = 0; i < COUNT(lz4_shapes); i++)
        for (size_t j = 0; j < COUNT(lengths); j++) {
            size_t length = lz4(0, text, lengths[j], &lz4_shapes[i]), unpacked;
            assert_text(unpack_lz4(packed, length, PLENTY, &unpacked), &unpacked, lengths[j]);
        }
}

/* Of what can not be packed the blocks are stored; of what is all the same each becomes some hundred times as large. */
static void lz4_blocks_may_be_stored_or_packed_hard(void **state)
{
    static uint8_t noise[200000], same[sizeof noise];
    uint64_t random = 5;
    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)random_next(&random);
    for (size_t i = 0; i < COUNT(lz4_shapes); i++) {
        size_t unpacked, length = lz4(0, noise, sizeof noise, &lz4_shapes[i]);
        assert_true(length > sizeof noise);
        void *data = unpack_lz4(packed, length, PLENTY, &unpacked);
        assert_non_null(data);
        assert_int_equal(unpacked, sizeof noise);
        assert_memory_equal(data, noise, sizeof noise);
        free(data);
        length = lz4(0, same, sizeof same, &lz4_shapes[i]);
        data = unpack_lz4(packed, length, PLENTY, &unpacked);
        assert_non_null(data);
        assert_int_equal(unpacked, sizeof same);
        assert_memory_equal(data, same, sizeof same);
        free(data);
    }
}

static void an_empty_lz4_frame_is_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lz4_shapes); i++) {
        size_t unpacked = 1, length = lz4(0, text, 0, &lz4_shapes[i]);
        void *data = unpack_lz4(packed, length, PLENTY, &unpacked);
        assert_non_null(data);
        assert_int_equal(unpacked, 0);
        free(data);
    }
}

/* What was cut off is never taken for the whole: an end mark of four bytes, and the checksums, belong to the frame. */
static void an_lz4_frame_cut_anywhere_is_refused(void **state)
{
    size_t unpacked;
    (void)state;
    for (size_t i = 0; i < COUNT(lz4_shapes); i++) {
        size_t length = lz4(0, text, 2000, &lz4_shapes[i]);
        for (size_t cut = 0; cut < length; cut++)
            if (unpack_lz4(packed, cut, PLENTY, &unpacked))
                fail_msg("%s: %zu bytes of %zu were taken for a frame", lz4_shapes[i].what, cut, length);
        length = lz4(0, text, sizeof text, &lz4_shapes[i]); /* of several blocks */
        for (size_t cut = 0; cut < length; cut += 997)
            assert_null(unpack_lz4(packed, cut, PLENTY, &unpacked));
        assert_null(unpack_lz4(packed, length - 1, PLENTY, &unpacked));
        assert_null(unpack_lz4(packed, length - 4, PLENTY, &unpacked));
    }
}

static void the_limit_of_an_lz4_frame_holds_to_the_byte(void **state)
{
    static const size_t lengths[] = {1, 4096, 5000, 65536, 131072, sizeof text};
    (void)state;
    for (size_t i = 0; i < COUNT(lz4_shapes); i++)
        for (size_t j = 0; j < COUNT(lengths); j++) {
            size_t length = lz4(0, text, lengths[j], &lz4_shapes[i]), unpacked;
            assert_text(unpack_lz4(packed, length, lengths[j], &unpacked), &unpacked, lengths[j]);
            assert_null(unpack_lz4(packed, length, lengths[j] - 1, &unpacked));
            assert_null(unpack_lz4(packed, length, lengths[j] / 2, &unpacked));
            assert_null(unpack_lz4(packed, length, 0, &unpacked));
        }
}

/* As Java's reader has it: what follows the frame is not looked at, be it another frame. */
static void what_follows_an_lz4_frame_is_not_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lz4_shapes); i++) {
        size_t length = lz4(0, text, 70000, &lz4_shapes[i]), unpacked;
        memset(packed + length, 0xee, 100);
        assert_text(unpack_lz4(packed, length + 100, PLENTY, &unpacked), &unpacked, 70000);
        memset(packed + length, 0, 100);
        assert_text(unpack_lz4(packed, length + 1, PLENTY, &unpacked), &unpacked, 70000);
        length = lz4(length, text, 500, &lz4_shapes[i]);
        assert_text(unpack_lz4(packed, length, PLENTY, &unpacked), &unpacked, 70000);
    }
}

/* The header has a checksum of its own, and here the content has one. */
static void a_changed_byte_of_an_lz4_frame_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lz4_shapes); i++) {
        size_t length = lz4(0, text, 2000, &lz4_shapes[i]), unpacked;
        for (size_t at = 0; at < length; at++) {
            packed[at] ^= 0x55;
            void *data = unpack_lz4(packed, length, PLENTY, &unpacked);
            if (data && lz4_shapes[i].checksum)
                fail_msg("%s: byte %zu was changed unseen", lz4_shapes[i].what, at);
            free(data);
            packed[at] ^= 0x55;
        }
    }
}

/* --- the cost of records ---------------------------------------------------------------------------------------- */

/* Records of length bytes each, one byte of which says so. */
static size_t admitted_records(size_t length)
{
    size_t count = 0;
    uint8_t records[1000];
    for (size_t at = 0; at + length <= sizeof records; at += length) {
        memset(records + at, 0, length);
        records[at] = (uint8_t)((length - 1) << 1); /* zig-zag */
        count++;
    }
    size_t times = 0;
    unpack_begin();
    while (unpack_admit(records, count * length))
        times++;
    return times * count;
}

static void small_records_cost_more_than_their_bytes(void **state)
{
    (void)state;
    assert_in_range(admitted_records(7), UNPACK_LIMIT_BYTES / (UNPACK_RECORD_BYTES + 7) - 142,
                    UNPACK_LIMIT_BYTES / (UNPACK_RECORD_BYTES + 7));
    assert_in_range(admitted_records(50), UNPACK_LIMIT_BYTES / (UNPACK_RECORD_BYTES + 50) - 20,
                    UNPACK_LIMIT_BYTES / (UNPACK_RECORD_BYTES + 50));
}

static void every_answer_has_the_whole_limit(void **state)
{
    static uint8_t large[UNPACK_LIMIT_BYTES / 2];
    (void)state;
    large[0] = 1; /* a negative length: no further record is looked for */
    unpack_begin();
    assert_true(unpack_admit(large, sizeof large));
    assert_false(unpack_admit(large, sizeof large));
    assert_true(unpack_admit(large, sizeof large - 4096));
    unpack_begin();
    assert_true(unpack_admit(large, sizeof large));
}

static int set_up(void **state)
{
    (void)state;
    fill_text();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_members_are_read),
        cmocka_unit_test(nothing_packed_is_nothing_unpacked),
        cmocka_unit_test(a_stream_cut_anywhere_is_refused),
        cmocka_unit_test(a_changed_byte_is_refused_or_ignored),
        cmocka_unit_test(the_limit_holds_to_the_byte),
        cmocka_unit_test(lz4_frames_of_every_shape_are_unpacked),
        cmocka_unit_test(lz4_blocks_may_be_stored_or_packed_hard),
        cmocka_unit_test(an_empty_lz4_frame_is_nothing),
        cmocka_unit_test(an_lz4_frame_cut_anywhere_is_refused),
        cmocka_unit_test(the_limit_of_an_lz4_frame_holds_to_the_byte),
        cmocka_unit_test(what_follows_an_lz4_frame_is_not_read),
        cmocka_unit_test(a_changed_byte_of_an_lz4_frame_is_refused),
        cmocka_unit_test(small_records_cost_more_than_their_bytes),
        cmocka_unit_test(every_answer_has_the_whole_limit),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
