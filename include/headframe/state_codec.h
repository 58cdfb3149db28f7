/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the state topics (proto/protobuf/state.proto): the ledger in segments, the versions that do not stand, and
 * control records. */
#ifndef HEADFRAME_STATE_CODEC_H
#define HEADFRAME_STATE_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/day_codec.h"
#include "headframe/error.h"
#include "headframe/ledger.h"

/* Version written; readers take this one and all before it, and refuse later ones. */
enum { HF_STATE_FORMAT = 3 };

/* Where a segment came from: the input offset that its transaction reached, and its number in the transaction. */
struct hf_segment_place {
    int64_t offset;
    unsigned part;
};

/* What a key of a state topic names. */
enum hf_state_key { HF_STATE_KEY_OTHER, HF_STATE_KEY_SEGMENT, HF_STATE_KEY_HELD };

/* Room for any key and a NUL. */
enum { HF_STATE_KEY = 64 };

/* The key "|segment|OFFSET|PART" of a segment. Returns its length. */
size_t hf_segment_key(struct hf_segment_place place, char buffer[HF_STATE_KEY]);
/* The key "|held|HIGHLOW|NUMBER" of a part of a fact's versions that do not stand; format 2 had "|held|HIGHLOW" for
 * HF_HELD_ALL of them. Returns its length. */
size_t hf_held_key(struct hf_held_part part, char buffer[HF_STATE_KEY]);
/* Says which of them key (not NULL) is, and fills what belongs to it. */
enum hf_state_key hf_state_key_parse(const char *key, size_t length, struct hf_segment_place *out_place,
                                     struct hf_held_part *out_part);

/* The id of the mine that a fact's number stands for; borrowed. */
typedef const char *hf_segment_mine(void *context, uint32_t mine);

/* Packs count facts (at most 12 288, so that a record stays below one megabyte) that stand, each once, and behind them
 * the ids of absent_count of which none stands. The bytes are new: release with free(). */
enum { HF_SEGMENT_FACTS = 12288 };
void hf_segment_encode(const struct hf_fact *facts, size_t count, const struct hf_fact_id *absent, size_t absent_count,
                       enum hf_line_kind kind, hf_segment_mine *mine_id, void *context, uint8_t **out_bytes,
                       size_t *out_length);

/* The same for versions that wait or were rejected: of one fact, a part of them. */
void hf_held_encode(const struct hf_fact *versions, size_t count, enum hf_line_kind kind, hf_segment_mine *mine_id,
                    void *context, uint8_t **out_bytes, size_t *out_length);

/* A control record for a state topic. The bytes are new: release with free(). */
void hf_state_encode_control(const struct hf_control *control, uint8_t **out_bytes, size_t *out_length);

/* What a state record holds. */
enum hf_state_record {
    HF_STATE_VERSIONS, /* format 1: versions as they were taken; what is said later of a fact holds */
    HF_STATE_SEGMENT,  /* the version that stands of each fact; HF_FACT_ABSENT: none does, and only the id is filled */
    HF_STATE_HELD      /* a part of the versions of a fact that do not stand, or in format 2 all of them */
};

struct hf_state_reader {
    /* The number of a mine, to be given to its facts. */
    uint32_t (*mine)(void *context, const char *mine_id);
    void (*fact)(void *context, const struct hf_fact *fact);
    /* format is that of the record. */
    void (*control)(void *context, const struct hf_control *control, unsigned format);
    void *context;
    /* Called before the facts of a record, if not NULL. */
    void (*begin)(void *context, enum hf_state_record record, size_t facts);
    /* Called with the id of a fact some facts before it comes, so that what it will touch can be fetched; if not NULL. */
    void (*soon)(void *context, struct hf_fact_id id);
};

/* Decodes a state record and calls reader. Returns 0, or HF_EINVAL where the bytes are no such record or its format is
 * newer than HF_STATE_FORMAT; then reader may have been called for a part of it. */
int hf_state_decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, const struct hf_state_reader *reader,
                    struct hf_error *error);

#endif
