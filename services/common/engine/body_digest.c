/* SPDX-License-Identifier: Apache-2.0 */
/* Chains XXH3 over the fields of a body: each field is hashed with the digest so far as its seed. */
#include "headframe/body_digest.h"

#include <string.h>
#define XXH_INLINE_ALL /* of short inputs, which a call would cost as much as */
#include <xxhash.h>

void hf_body_digest_init(struct hf_body_digest *digest)
{
    digest->value = 0;
}

void hf_body_digest_add_number(struct hf_body_digest *digest, int64_t number)
{
    digest->value = XXH3_64bits_withSeed(&number, sizeof number, digest->value);
}

void hf_body_digest_add_amount(struct hf_body_digest *digest, hf_int128 amount)
{
    digest->value = XXH3_64bits_withSeed(&amount, sizeof amount, digest->value);
}

void hf_body_digest_add_text(struct hf_body_digest *digest, struct hf_text text)
{
    hf_body_digest_add_number(digest, text.data ? (int64_t)text.length : -1);
    if (text.data)
        digest->value = XXH3_64bits_withSeed(text.data, text.length, digest->value);
}

void hf_body_digest_add_word(struct hf_body_digest *digest, const char *word)
{
    hf_body_digest_add_text(digest, (struct hf_text){word, strlen(word)});
}

uint64_t hf_body_digest_fini(struct hf_body_digest *digest)
{
    return digest->value;
}
