/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzz target shares: its entry, the input as a cursor, properties that must hold, a bound on memory.
 *
 * A target is one file with fuzz_limits and fuzz_one. libFuzzer drives it where it is built by clang; replay.c feeds it
 * files in every other build. */
#ifndef HEADFRAME_TESTS_FUZZ_H
#define HEADFRAME_TESTS_FUZZ_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "headframe/error.h"
#include "headframe/event.h"
#include "headframe/refusal.h"

/* What is left of an input. */
struct fuzz_input {
    const uint8_t *at, *end;
};

/* Memory that a target may hold at once: base_bytes and per_byte for each byte of its input. Checked where
 * AddressSanitizer counts; memory that a target keeps from input to input does not count. */
struct fuzz_limits {
    size_t base_bytes, per_byte;
};

/* A target's own. */
extern const struct fuzz_limits fuzz_limits;
void fuzz_one(struct fuzz_input *input);

/* libFuzzer's entry. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Ends the process with a message where a property does not hold. */
#define HOLD(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))
void fuzz_fail(const char *condition, const char *file, int line) __attribute__((noreturn));

/* The next byte, 0 behind the end; a number of 8 bytes; the bytes before the next separator, which is passed over; all
 * that is left. Texts are borrowed from the input, and never NULL. */
uint8_t fuzz_byte(struct fuzz_input *input);
uint64_t fuzz_number(struct fuzz_input *input);
struct hf_text fuzz_until(struct fuzz_input *input, char separator);
struct hf_text fuzz_rest(struct fuzz_input *input);

/* A copy that ends in NUL, in memory that ends there too; release with free(). */
char *fuzz_string(struct hf_text text);

/* Hold where a sentence is what logs, dead letters and terminals take: UTF-8, not empty; of a refusal on one line. */
void fuzz_hold_error(const struct hf_error *error);
void fuzz_hold_refusal(const struct hf_refusal *refusal);

/* Gives a file of the process the content of text and returns its path, which stays the same. Borrowed. */
const char *fuzz_file(struct hf_text text);

#endif
