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

static void lz4_frames_are_unpacked_within_the_limit(void **state)
{
    size_t length = LZ4F_compressFrame(packed, ROOM, text, sizeof text, NULL), unpacked;
    (void)state;
    assert_false(LZ4F_isError(length));
    assert_text(unpack_lz4(packed, length, PLENTY, &unpacked), &unpacked, sizeof text);
    assert_null(unpack_lz4(packed, length, sizeof text - 1, &unpacked));
    for (size_t cut = 0; cut < length; cut += 997)
        assert_null(unpack_lz4(packed, cut, PLENTY, &unpacked));
    memset(packed + length, 0xee, 100);
    assert_text(unpack_lz4(packed, length + 100, PLENTY, &unpacked), &unpacked, sizeof text);
}

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
        cmocka_unit_test(lz4_frames_are_unpacked_within_the_limit),
        cmocka_unit_test(small_records_cost_more_than_their_bytes),
        cmocka_unit_test(every_answer_has_the_whole_limit),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
