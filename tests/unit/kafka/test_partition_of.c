/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a key falls on the partition on which the Java client puts it, whichever client wrote it. */
#include <string.h>

#include "../unit.h"
#include "headframe/kafka_client.h"

/* Hashes of Utils.murmur2 as org.apache.kafka.common.utils.UtilsTest states them. */
static const struct {
    const char *key;
    int32_t hash;
} vectors[] = {
    {"21", -973932308},
    {"foobar", -790332482},
    {"a-little-bit-long-string", -985981536},
    {"a-little-bit-longer-string", -1486304829},
    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
    {"abc", 479470107},
};

static void a_partition_is_the_positive_hash_modulo_the_count(void **state)
{
    static const int32_t counts[] = {1, 2, 3, 4, 6, 7, 12, 16, 64, 100, 1000, 4096, 10007, INT32_MAX};
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++)
        for (size_t j = 0; j < COUNT(counts); j++) {
            int32_t expected = (int32_t)((uint32_t)vectors[i].hash & 0x7fffffffU) % counts[j];
            int32_t partition = hf_kafka_partition_of(vectors[i].key, strlen(vectors[i].key), counts[j]);
            if (partition != expected)
                fail_msg("\"%s\" of %d: %d, expected %d", vectors[i].key, counts[j], partition, expected);
        }
}

/* Worked out by hand: (-973932308 & 0x7fffffff) = 1173551340, (479470107) stays as it is. */
static void some_partitions_by_hand(void **state)
{
    (void)state;
    assert_int_equal(hf_kafka_partition_of("21", 2, 12), 0);
    assert_int_equal(hf_kafka_partition_of("21", 2, 7), 3);
    assert_int_equal(hf_kafka_partition_of("abc", 3, 12), 3);
    assert_int_equal(hf_kafka_partition_of("abc", 3, 10), 7);
}

/* The reference recomputed over every length around the four-byte step, bytes above 127 included (Java's are signed). */
static int32_t java_murmur2(const uint8_t *data, int length)
{
    const int32_t m = 0x5bd1e995;
    uint32_t h = (uint32_t)0x9747b28c ^ (uint32_t)length;
    for (int i = 0; i < length / 4; i++) {
        uint32_t k = 0;
        for (int j = 3; j >= 0; j--)
            k = k << 8 | data[i * 4 + j];
        k *= (uint32_t)m;
        k ^= k >> 24;
        k *= (uint32_t)m;
        h *= (uint32_t)m;
        h ^= k;
    }
    switch (length % 4) {
    case 3:
        h ^= (uint32_t)data[(length & ~3) + 2] << 16;
        /* fall through */
    case 2:
        h ^= (uint32_t)data[(length & ~3) + 1] << 8;
        /* fall through */
    case 1:
        h ^= data[length & ~3];
        h *= (uint32_t)m;
    }
    h ^= h >> 13;
    h *= (uint32_t)m;
    h ^= h >> 15;
    return (int32_t)h;
}

static void every_length_and_every_byte_agree_with_java(void **state)
{
    uint8_t key[64];
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) /* the transcription is right where the vectors say so */
        assert_int_equal(java_murmur2((const uint8_t *)vectors[i].key, (int)strlen(vectors[i].key)), vectors[i].hash);
    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)random_between(&random, 0, sizeof key);
        for (size_t i = 0; i < length; i++)
            key[i] = (uint8_t)random_next(&random);
        int32_t expected = (java_murmur2(key, (int)length) & 0x7fffffff) % 1009;
        assert_int_equal(hf_kafka_partition_of(key, length, 1009), expected);
    }
}

static void no_more_than_length_bytes_are_read(void **state)
{
    (void)state;
    assert_int_equal(hf_kafka_partition_of("abcX", 3, 1000000), hf_kafka_partition_of("abcY", 3, 1000000));
    assert_int_not_equal(hf_kafka_partition_of("abcX", 4, 1000000), hf_kafka_partition_of("abcY", 4, 1000000));
    assert_int_equal(hf_kafka_partition_of("", 0, 1000), (java_murmur2((const uint8_t *)"", 0) & 0x7fffffff) % 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_is_the_positive_hash_modulo_the_count),
        cmocka_unit_test(some_partitions_by_hand),
        cmocka_unit_test(every_length_and_every_byte_agree_with_java),
        cmocka_unit_test(no_more_than_length_bytes_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
