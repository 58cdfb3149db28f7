/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how decimals become exact integers and rationals, and how they are rounded when they are printed.
 *
 * Half to even, on a quotient n/d at k places: with q = floor(|n|·10^k ÷ d) and r the remainder, r is held against
 * d - r. What is below a half, above it or a tie is so decided in integers, whether or not n/d is in lowest terms. */
#include "headframe/decimal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DIGITS 28

static hf_int128 power_of_ten(int exponent)
{
    hf_int128 value = 1;
    while (exponent-- > 0)
        value *= 10;
    return value;
}

hf_int128 hf_amount_limit(void)
{
    return (hf_int128)1000000000000000000 * 1000000000000000;
}

int hf_amount_multiply(hf_int128 a, hf_int128 b, hf_int128 *out)
{
    hf_int128 product;
    if (__builtin_mul_overflow(a, b, &product) || product > hf_amount_limit() || product < -hf_amount_limit())
        return HF_ERANGE;
    *out = product;
    return HF_OK;
}

int hf_decimal_parse(const char *text, size_t length, int max_scale, hf_int128 *out_micro, struct hf_error *error)
{
    int shown = length < 60 ? (int)length : 60;
    size_t i = 0;
    int negative = length > 0 && text[0] == '-';
    if (length > 0 && (text[0] == '-' || text[0] == '+'))
        i++;
    hf_int128 value = 0;
    int digits = 0, significant = 0, scale = 0, in_fraction = 0;
    for (; i < length; i++) {
        char c = text[i];
        if (c == '.' && !in_fraction && digits > 0 && i + 1 < length) {
            in_fraction = 1;
            continue;
        }
        if (c < '0' || c > '9')
            return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "\"%.*s\" is not a decimal number", shown, text);
        digits++;
        if (significant > 0 || c != '0')
            significant++;
        if (in_fraction)
            scale++;
        if (significant > MAX_DIGITS)
            return hf_error_set(error, HF_ERANGE, HF_ACTION_BAD_INPUT, "\"%.*s\" has more than %d digits", shown, text,
                                MAX_DIGITS);
        if (scale > max_scale)
            return hf_error_set(error, HF_ERANGE, HF_ACTION_BAD_INPUT, "\"%.*s\" has more than %d decimals", shown,
                                text, max_scale);
        value = value * 10 + (c - '0');
    }
    if (digits == 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "\"%.*s\" is not a decimal number", shown, text);
    value *= power_of_ten(HF_MICRO_DIGITS - scale);
    *out_micro = negative ? -value : value;
    return HF_OK;
}

int hf_decimal_from_bytes(const uint8_t *bytes, size_t length, hf_int128 *out_unscaled)
{
    if (length == 0)
        return HF_EINVAL;
    if (length <= sizeof(int64_t)) { /* as most are; it has at most 19 digits */
        uint64_t low = bytes[0] & 0x80 ? UINT64_MAX : 0;
        for (size_t i = 0; i < length; i++)
            low = low << 8 | bytes[i];
        *out_unscaled = (int64_t)low;
        return HF_OK;
    }
    /* Longer forms are legal where the extra bytes only repeat the sign. */
    uint8_t sign = bytes[0] & 0x80 ? 0xff : 0;
    while (length > 16) {
        if (*bytes != sign || (bytes[1] & 0x80) != (sign & 0x80))
            return HF_ERANGE;
        bytes++;
        length--;
    }
    hf_uint128 value = sign ? ~(hf_uint128)0 : 0;
    for (size_t i = 0; i < length; i++)
        value = (value << 8) | bytes[i];
    hf_int128 limit = power_of_ten(MAX_DIGITS);
    if ((hf_int128)value >= limit || (hf_int128)value <= -limit)
        return HF_ERANGE;
    *out_unscaled = (hf_int128)value;
    return HF_OK;
}

size_t hf_decimal_to_bytes(hf_int128 value, uint8_t out_bytes[16])
{
    uint8_t all[16];
    for (int i = 15; i >= 0; i--) {
        all[i] = (uint8_t)value;
        value >>= 8;
    }
    size_t first = 0;
    while (first < 15 &&
           ((all[first] == 0 && !(all[first + 1] & 0x80)) || (all[first] == 0xff && (all[first + 1] & 0x80))))
        first++;
    memcpy(out_bytes, all + first, 16 - first);
    return 16 - first;
}

/* Writes the digits of value, with zeros before them to make least, so that they end at end. Returns where they begin.
 * Two digits at a time: each division has to wait for the one before. */
static char *put_digits(uint64_t value, int least, char *end)
{
    char *first = end;
    while (value >= 100 || least > 2) {
        unsigned pair = (unsigned)(value % 100);
        value /= 100;
        least -= 2;
        *--first = (char)('0' + pair % 10);
        *--first = (char)('0' + pair / 10);
    }
    do {
        *--first = (char)('0' + value % 10);
        value /= 10;
        least--;
    } while (value || least > 0);
    return first;
}

/* The decimal digits of value, the first of them not 0 unless it is the only one, into out. Returns how many there are. */
static size_t write_digits(hf_uint128 value, char out[39])
{
    static const uint64_t chunk = 1000000000000000000;
    char text[39], *first = text + sizeof text;
    for (; value >> 64; value /= chunk) /* divisions of 128 bits are slow */
        first = put_digits((uint64_t)(value % chunk), 18, first);
    first = put_digits((uint64_t)value, 1, first);
    size_t count = (size_t)(text + sizeof text - first);
    memcpy(out, first, count);
    return count;
}

char *hf_int128_format(hf_int128 value, char buffer[41])
{
    int negative = value < 0;
    if (negative)
        buffer[0] = '-';
    size_t length = write_digits(negative ? -(hf_uint128)value : (hf_uint128)value, buffer + negative);
    buffer[(size_t)negative + length] = '\0';
    return buffer;
}

int hf_rational_parse(const char *text, size_t length, size_t max_digits, mpq_t out)
{
    char digits[128];
    size_t n = 0, scale = 0, i = 0;
    int in_fraction = 0;
    if (length == 0 || max_digits > sizeof digits - 2)
        return HF_EINVAL;
    if (text[0] == '-') {
        digits[n++] = '-';
        i++;
    }
    size_t sign = n;
    for (; i < length; i++) {
        if (text[i] == '.' && !in_fraction && n > sign && i + 1 < length) {
            in_fraction = 1;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || n - sign >= max_digits)
            return HF_EINVAL;
        digits[n++] = text[i];
        scale += (size_t)in_fraction;
    }
    if (n == sign)
        return HF_EINVAL;
    digits[n] = '\0';
    mpz_set_str(mpq_numref(out), digits, 10);
    mpz_ui_pow_ui(mpq_denref(out), 10, scale);
    mpq_canonicalize(out);
    return HF_OK;
}

/* --- 128-bit integers as GMP's --------------------------------------------------------------------------------- */

_Static_assert(GMP_NUMB_BITS == 64, "two limbs hold 128 bits");

mpz_srcptr hf_int128_borrow(hf_int128 value, struct hf_int128_limbs *space)
{
    hf_uint128 magnitude = value < 0 ? -(hf_uint128)value : (hf_uint128)value;
    space->limbs[0] = (mp_limb_t)magnitude;
    space->limbs[1] = (mp_limb_t)(magnitude >> 64);
    return mpz_roinit_n(space->integer, space->limbs, value < 0 ? -2 : 2);
}

void hf_rational_set_int128(mpq_t out, hf_int128 value)
{
    struct hf_int128_limbs limbs;
    mpz_set(mpq_numref(out), hf_int128_borrow(value, &limbs));
    mpz_set_ui(mpq_denref(out), 1);
}

/* |integer|, which fits 128 bits. */
static hf_uint128 magnitude_of(const mpz_t integer)
{
    return (hf_uint128)mpz_getlimbn(integer, 1) << 64 | mpz_getlimbn(integer, 0);
}

/* --- rounding --------------------------------------------------------------------------------------------------- */

void hf_quotient_space_init(struct hf_quotient_space *space)
{
    mpz_inits(space->scaled, space->quotient, space->remainder, NULL);
}

void hf_quotient_space_fini(struct hf_quotient_space *space)
{
    mpz_clears(space->scaled, space->quotient, space->remainder, NULL);
}

/* |numerator|·scale ÷ |denominator|, half to even, where all of it fits 128 bits. Returns 0, with *out untouched, where
 * it does not. */
static int divide_small(const mpz_t numerator, const mpz_t denominator, uint64_t scale, hf_uint128 *out)
{
    hf_uint128 scaled;
    if (mpz_size(numerator) > 2 || mpz_size(denominator) > 2 ||
        __builtin_mul_overflow(magnitude_of(numerator), (hf_uint128)scale, &scaled))
        return 0;
    hf_uint128 divisor = magnitude_of(denominator), quotient = scaled / divisor;
    hf_uint128 remainder = scaled - quotient * divisor, to_next = divisor - remainder;
    *out = quotient + (remainder > to_next || (remainder == to_next && (quotient & 1)));
    return 1;
}

/* The same for integers of any size, into space->quotient. */
static void divide_large(const mpz_t numerator, const mpz_t denominator, uint64_t scale,
                         struct hf_quotient_space *space)
{
    mpz_mul_ui(space->scaled, numerator, scale);
    mpz_abs(space->scaled, space->scaled);
    mpz_tdiv_qr(space->quotient, space->remainder, space->scaled, denominator);
    mpz_mul_2exp(space->remainder, space->remainder, 1);
    mpz_abs(space->quotient, space->quotient);
    int against_half = mpz_cmpabs(space->remainder, denominator);
    if (against_half > 0 || (against_half == 0 && mpz_odd_p(space->quotient)))
        mpz_add_ui(space->quotient, space->quotient, 1);
}

/* Puts a point before the last digits of the count digits at number ("5" at two places becomes "0.05") and a NUL at the
 * end. Returns the new length. */
static size_t put_point(char *number, size_t count, unsigned digits)
{
    if (count <= digits) {
        size_t zeros = digits + 1 - count;
        memmove(number + zeros, number, count);
        memset(number, '0', zeros);
        count += zeros;
    }
    if (digits > 0) {
        memmove(number + count - digits + 1, number + count - digits, digits);
        number[count - digits] = '.';
        count++;
    }
    number[count] = '\0';
    return count;
}

size_t hf_quotient_bound(const mpz_t numerator, unsigned digits)
{
    return 20 * mpz_size(numerator) + digits + 4; /* 64 bits are 20 digits; sign, 0 before the point, point, NUL */
}

size_t hf_quotient_format(const mpz_t numerator, const mpz_t denominator, unsigned digits,
                          struct hf_quotient_space *space, char *buffer)
{
    uint64_t scale = (uint64_t)power_of_ten((int)digits);
    hf_uint128 rounded;
    int is_small = divide_small(numerator, denominator, scale, &rounded);
    if (!is_small) {
        divide_large(numerator, denominator, scale, space);
        is_small = mpz_size(space->quotient) <= 2;
        rounded = magnitude_of(space->quotient);
    }
    int is_zero = is_small && rounded == 0, negative = mpz_sgn(numerator) * mpz_sgn(denominator) < 0 && !is_zero;
    char *number = buffer + negative;
    size_t count;
    if (negative)
        buffer[0] = '-';
    if (is_small)
        count = write_digits(rounded, number);
    else
        count = strlen(mpz_get_str(number, 10, space->quotient));
    return (size_t)negative + put_point(number, count, digits);
}

char *hf_rational_format(const mpq_t value, unsigned digits)
{
    struct hf_quotient_space space;
    char *text = malloc(hf_quotient_bound(mpq_numref(value), digits));
    if (!text)
        abort();
    hf_quotient_space_init(&space);
    (void)hf_quotient_format(mpq_numref(value), mpq_denref(value), digits, &space, text); /* the string ends in NUL */
    hf_quotient_space_fini(&space);
    return text;
}
