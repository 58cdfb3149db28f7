/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when an input is at fault: a property does not hold, or memory grew out of proportion. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- memory -------------------------------------------------------------------------------------------------------- */

/* AddressSanitizer's; absent from builds without it. */
extern int install_hooks(void (*on_malloc)(const volatile void *, size_t),
                         void (*on_free)(const volatile void *)) __asm__("__sanitizer_install_malloc_and_free_hooks")
    __attribute__((weak));
extern size_t allocated_size(const volatile void *memory) __asm__("__sanitizer_get_allocated_size")
    __attribute__((weak));

static struct {
    int64_t live, peak;
    int is_counting;
} memory;

static void on_malloc(const volatile void *allocated, size_t bytes)
{
    (void)allocated;
    if (!memory.is_counting)
        return;
    memory.live += (int64_t)bytes;
    memory.peak = MAX(memory.peak, memory.live);
}

static void on_free(const volatile void *freed)
{
    if (memory.is_counting && freed)
        memory.live -= (int64_t)allocated_size(freed);
}

static void begin_counting(void)
{
    static int is_installed;
    if (!is_installed && install_hooks)
        (void)install_hooks(on_malloc, on_free); /* without them nothing is counted */
    is_installed = 1;
    memory.live = memory.peak = 0;
    memory.is_counting = 1;
}

static void end_counting(size_t length)
{
    int64_t bound = (int64_t)(fuzz_limits.base_bytes + fuzz_limits.per_byte * length);
    memory.is_counting = 0;
    if (memory.peak > bound) {
        fprintf(stderr, "fuzz: %zu bytes of input held %lld bytes of memory, more than %lld\n", length,
                (long long)memory.peak, (long long)bound);
        abort();
    }
}

/* --- entry --------------------------------------------------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = {bytes, bytes + length};
    begin_counting();
    fuzz_one(&input);
    end_counting(length);
    return 0;
}

void fuzz_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* --- input --------------------------------------------------------------------------------------------------------- */

uint8_t fuzz_byte(struct fuzz_input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

uint64_t fuzz_number(struct fuzz_input *input)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | fuzz_byte(input);
    return number;
}

struct hf_text fuzz_rest(struct fuzz_input *input)
{
    struct hf_text text = {(const char *)input->at, (size_t)(input->end - input->at)};
    input->at = input->end;
    return text.data ? text : (struct hf_text){"", 0};
}

struct hf_text fuzz_until(struct fuzz_input *input, char separator)
{
    size_t left = (size_t)(input->end - input->at);
    const uint8_t *found = left ? memchr(input->at, separator, left) : NULL;
    if (!found)
        return fuzz_rest(input);
    struct hf_text text = {(const char *)input->at, (size_t)(found - input->at)};
    input->at = found + 1;
    return text;
}

char *fuzz_string(struct hf_text text)
{
    char *copy = malloc(text.length + 1);
    HOLD(copy);
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return copy;
}

/* --- what is common to many properties ----------------------------------------------------------------------------- */

void fuzz_hold_error(const struct hf_error *error)
{
    HOLD(error->text[0]);
    HOLD(memchr(error->text, '\0', sizeof error->text));
    HOLD(g_utf8_validate(error->text, -1, NULL));
}

void fuzz_hold_refusal(const struct hf_refusal *refusal)
{
    HOLD(*hf_refusal_name(refusal->code));
    HOLD(refusal->detail[0]);
    HOLD(memchr(refusal->detail, '\0', sizeof refusal->detail));
    HOLD(g_utf8_validate(refusal->detail, -1, NULL));
    HOLD(!strpbrk(refusal->detail, "\r\n\t\033"));
}

const char *fuzz_file(struct hf_text text)
{
    static char path[40];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("fuzz", MFD_CLOEXEC);
        g_snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    HOLD(ftruncate(file, 0) == 0);
    HOLD(pwrite(file, text.data, text.length, 0) == (ssize_t)text.length);
    return path;
}
