/* SPDX-License-Identifier: Apache-2.0 */
/* Exact numbers: 128-bit integers in the hot path, rationals at publication, decimal text at both ends. */
#ifndef HEADFRAME_DECIMAL_H
#define HEADFRAME_DECIMAL_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"

__extension__ typedef __int128 hf_int128;
__extension__ typedef unsigned __int128 hf_uint128;

/* Scale of every stored amount: millionths ("micro"). */
#define HF_MICRO_DIGITS 6

/* Bound on the magnitude of a fact and of a day's total: 10^33. In 10^-13 g that is 10^20 g, in millionths of a
 * currency unit 10^27 units. 170 141 days of it still fit 128 bits, so no sum of one line's days can overflow once its
 * days have been checked and counted (daybook.c). */
hf_int128 hf_amount_limit(void);

/* a × b into out. Returns 0, or HF_ERANGE with *out untouched where the product leaves ±hf_amount_limit(). */
int hf_amount_multiply(hf_int128 a, hf_int128 b, hf_int128 *out);

/* Reads an optional sign, digits, and up to max_scale digits after a point, such as "-12.50"; no exponent, no
 * separators, at most 28 significant digits. The result counts millionths. max_scale is 0 to 6.
 * Returns 0, HF_EINVAL (not a decimal) or HF_ERANGE (too many digits); error (may be NULL) names the value. */
int hf_decimal_parse(const char *text, size_t length, int max_scale, hf_int128 *out_micro, struct hf_error *error);

/* Two's-complement big-endian bytes of an Avro decimal into an integer. length 0 is refused, as are values of more than
 * 28 digits (the contract's precision). Returns 0, HF_EINVAL or HF_ERANGE. */
int hf_decimal_from_bytes(const uint8_t *bytes, size_t length, hf_int128 *out_unscaled);

/* The shortest two's-complement big-endian form of value. Returns the number of bytes, 1 to 16. */
size_t hf_decimal_to_bytes(hf_int128 value, uint8_t out_bytes[16]);

/* Decimal text of an integer; buffer of at least 41 bytes. Returns buffer. */
char *hf_int128_format(hf_int128 value, char buffer[41]);

/* Parses any decimal text ("0.2973", "1600", "-1.5", at most max_digits digits in all) into an exact rational.
 * out must be initialised. Returns 0 or HF_EINVAL with out untouched. */
int hf_rational_parse(const char *text, size_t length, size_t max_digits, mpq_t out);

/* Sets out (initialised) to value. */
void hf_rational_set_int128(mpq_t out, hf_int128 value);

/* An hf_int128 that GMP can read. */
struct hf_int128_limbs {
    mp_limb_t limbs[2];
    mpz_t integer; /* points to limbs: neither to be changed nor to be cleared */
};
/* value as an integer to read from, which lives as long as space and stays in its place; allocates nothing. */
mpz_srcptr hf_int128_borrow(hf_int128 value, struct hf_int128_limbs *space);

/* Room for the intermediate results of hf_quotient_format, kept from call to call so that it need not allocate. */
struct hf_quotient_space {
    mpz_t scaled, quotient, remainder;
};
void hf_quotient_space_init(struct hf_quotient_space *space);
void hf_quotient_space_fini(struct hf_quotient_space *space);

/* Decimal text of numerator ÷ denominator with exactly digits places (0 to 12), rounded once, half to even; never "-0".
 * denominator is not 0; the two need not be in lowest terms. The text and its NUL go to buffer, which has room for
 * hf_quotient_bound(numerator, digits) bytes. Returns the text's length. */
size_t hf_quotient_bound(const mpz_t numerator, unsigned digits);
size_t hf_quotient_format(const mpz_t numerator, const mpz_t denominator, unsigned digits,
                          struct hf_quotient_space *space, char *buffer);

/* The same of value, as a new string: release with free(). */
char *hf_rational_format(const mpq_t value, unsigned digits);

#endif
