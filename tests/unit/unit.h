/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test needs: cmocka with the headers it expects, seeded random numbers, 128-bit comparisons. */
#ifndef HEADFRAME_TESTS_UNIT_H
#define HEADFRAME_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "headframe/decimal.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Holds where the decimal text of a hf_int128 is text: both sides are shown where it does not. */
#define assert_int128_equal(value, text)                                \
    do {                                                                \
        char shown_[41];                                                \
        assert_string_equal(hf_int128_format((value), shown_), (text)); \
    } while (0)

/* SplitMix64: the same numbers on every machine, so that a failure can be repeated. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* A number from low to high, both included; the range is below 2^63. */
static inline int64_t random_between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(random_next(state) % ((uint64_t)(high - low) + 1));
}

/* A number of up to bits bits, 1 to 127, of either sign. */
static inline hf_int128 random_int128(uint64_t *state, int bits)
{
    hf_uint128 magnitude = ((hf_uint128)random_next(state) << 64 | random_next(state)) >> (128 - bits);
    return random_next(state) & 1U ? -(hf_int128)magnitude : (hf_int128)magnitude;
}

/* Adds text to the end of buffer, which must have the room. */
static inline void __attribute__((format(printf, 3, 4))) append(char *buffer, size_t capacity, const char *format, ...)
{
    size_t length = strlen(buffer);
    va_list args;
    va_start(args, format);
    int added = vsnprintf(buffer + length, capacity - length, format, args);
    va_end(args);
    assert_true(added >= 0 && (size_t)added < capacity - length);
}

/* A copy of text with " for each ', so that tables of JSON can be read. Release with free(). */
static inline char *quoted(const char *text)
{
    char *json = strdup(text);
    assert_non_null(json);
    for (char *c = json; *c; c++)
        if (*c == '\'')
            *c = '"';
    return json;
}

/* Bytes written as hexadecimal digits, spaces between them ignored. Returns how many; bytes must have the room. */
static inline size_t from_hex(const char *hex, uint8_t *bytes)
{
    size_t digits = 0;
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        int value = *hex <= '9' ? *hex - '0' : *hex - 'a' + 10;
        bytes[digits / 2] = (uint8_t)(digits % 2 ? bytes[digits / 2] << 4 | value : value);
        digits++;
    }
    assert_int_equal(digits % 2, 0);
    return digits / 2;
}

#endif
