/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the state topics (proto/protobuf/state.proto): the ledger's changelog in segments, and control records. */
#ifndef HEADFRAME_STATE_CODEC_H
#define HEADFRAME_STATE_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/day_codec.h"
#include "headframe/error.h"
#include "headframe/ledger.h"

/* Version written; readers take this one and all before it, and refuse later ones. */
enum { HF_STATE_FORMAT = 1 };

enum { HF_SEGMENT_KEY = 64 };

/* The key "|segment|OFFSET|PART" of a segment. Returns its length. */
size_t hf_segment_key(int64_t input_offset, unsigned part, char buffer[HF_SEGMENT_KEY]);

/* The id of the mine that a fact's number stands for; borrowed. */
typedef const char *hf_segment_mine(void *context, uint32_t mine);

/* Packs count facts (at most 12 288, so that a record stays below two megabytes). The bytes are new: release with
 * free(). */
enum { HF_SEGMENT_FACTS = 12288 };
void hf_segment_encode(const struct hf_fact *facts, size_t count, enum hf_line_kind kind, hf_segment_mine *mine_id,
                       void *context, uint8_t **out_bytes, size_t *out_length);

/* A control record for a state topic. The bytes are new: release with free(). */
void hf_state_encode_control(const struct hf_control *control, uint8_t **out_bytes, size_t *out_length);

struct hf_state_reader {
    /* The number of a mine, to be given to its facts. */
    uint32_t (*mine)(void *context, const char *mine_id);
    void (*fact)(void *context, const struct hf_fact *fact);
    void (*control)(void *context, const struct hf_control *control);
    void *context;
};

/* Decodes a state record and calls reader. Returns 0, or HF_EINVAL where the bytes are no such record or its format is
 * newer than HF_STATE_FORMAT. */
int hf_state_decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, const struct hf_state_reader *reader,
                    struct hf_error *error);

#endif
