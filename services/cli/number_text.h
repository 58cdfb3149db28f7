/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal text from decimal text: figures are shown without ever becoming a binary float. Any thread. */
#ifndef HEADFRAME_CLI_NUMBER_TEXT_H
#define HEADFRAME_CLI_NUMBER_TEXT_H

#include "headframe/decimal.h"

/* Room for any hf_int128 with sign, point and NUL. */
enum { HF_NUMBER_TEXT = 64 };

/* unscaled × 10^-scale, exactly: at least min_places decimals, beyond them no trailing zeros. scale is 0 to 20,
 * min_places at most scale. Returns buffer. */
char *hf_scaled_format(hf_int128 unscaled, int scale, int min_places, char buffer[HF_NUMBER_TEXT]);

/* "-1234567.890" becomes "-1,234,567.890". The string is new: release with g_free. */
char *hf_thousands_format(const char *decimal);

/* A ratio in percent, by moving the point: "-0.123582" becomes "-12.3582". The string is new: release with g_free. */
char *hf_percent_format(const char *ratio);

#endif
