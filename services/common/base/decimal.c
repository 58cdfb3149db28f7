/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how decimals become exact integers and rationals, and how they are rounded when they are printed.
 *
 * Half to even, on a rational n/d at k places: floor and remainder of 2·|n|·10^k by 2·d decide against the half
 * without ever forming it in floating point. */
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

char *hf_int128_format(hf_int128 value, char buffer[41])
{
    char reversed[41];
    size_t n = 0;
    hf_uint128 rest = value < 0 ? -(hf_uint128)value : (hf_uint128)value;
    do {
        reversed[n++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest);
    if (value < 0)
        reversed[n++] = '-';
    for (size_t i = 0; i < n; i++)
        buffer[i] = reversed[n - 1 - i];
    buffer[n] = '\0';
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

void hf_rational_set_int128(mpq_t out, hf_int128 value)
{
    hf_uint128 magnitude = value < 0 ? -(hf_uint128)value : (hf_uint128)value;
    uint64_t words[2] = {(uint64_t)(magnitude >> 64), (uint64_t)magnitude};
    mpz_import(mpq_numref(out), 2, 1, sizeof words[0], 0, 0, words);
    if (value < 0)
        mpz_neg(mpq_numref(out), mpq_numref(out));
    mpz_set_ui(mpq_denref(out), 1);
}

/* |value|·10^digits rounded half to even, into out. */
static void round_half_even(const mpq_t value, unsigned digits, mpz_t out)
{
    mpz_t scaled, remainder;
    mpz_inits(scaled, remainder, NULL);
    mpz_ui_pow_ui(scaled, 10, digits);
    mpz_mul(scaled, scaled, mpq_numref(value));
    mpz_abs(scaled, scaled);
    mpz_fdiv_qr(out, remainder, scaled, mpq_denref(value));
    mpz_mul_2exp(remainder, remainder, 1);
    int against_half = mpz_cmp(remainder, mpq_denref(value));
    if (against_half > 0 || (against_half == 0 && mpz_odd_p(out)))
        mpz_add_ui(out, out, 1);
    mpz_clears(scaled, remainder, NULL);
}

char *hf_rational_format(const mpq_t value, unsigned digits)
{
    mpz_t rounded;
    mpz_init(rounded);
    round_half_even(value, digits, rounded);
    int negative = mpq_sgn(value) < 0 && mpz_sgn(rounded) != 0;
    size_t capacity = mpz_sizeinbase(rounded, 10) + digits + 4;
    char *text = malloc(capacity);
    if (!text)
        abort();
    char *number = text + negative;
    mpz_get_str(number, 10, rounded);
    mpz_clear(rounded);
    if (negative)
        text[0] = '-';
    size_t length = strlen(number);
    if (length <= digits) { /* "5" at two places becomes "005" */
        size_t zeros = digits + 1 - length;
        memmove(number + zeros, number, length + 1);
        memset(number, '0', zeros);
        length += zeros;
    }
    if (digits > 0) {
        memmove(number + length - digits + 1, number + length - digits, digits + 1);
        number[length - digits] = '.';
    }
    return text;
}
