/* SPDX-License-Identifier: Apache-2.0 */
/* The digest that tells whether two versions of a fact say the same. By value: 1.5 and 1.500000 are one amount. */
#ifndef HEADFRAME_BODY_DIGEST_H
#define HEADFRAME_BODY_DIGEST_H

#include <stdint.h>

#include "headframe/decimal.h"
#include "headframe/event.h"

/* 64 bits mixed field by field (XXH3), each field closed off from the next. State topics keep digests: the order of
 * fields and the function may only change with the state format. */
struct hf_body_digest {
    uint64_t value;
};

void hf_body_digest_init(struct hf_body_digest *digest);
void hf_body_digest_add_number(struct hf_body_digest *digest, int64_t number);
void hf_body_digest_add_amount(struct hf_body_digest *digest, hf_int128 amount);
/* null (data NULL) and "" differ. */
void hf_body_digest_add_text(struct hf_body_digest *digest, struct hf_text text);
/* A word of the vocabulary: its number may change between versions, the word does not. */
void hf_body_digest_add_word(struct hf_body_digest *digest, const char *word);
uint64_t hf_body_digest_fini(struct hf_body_digest *digest);

#endif
