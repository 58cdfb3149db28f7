/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the days topics (proto/protobuf/days.proto): one production date of one mine, how far a mine is closed, or a
 * control record. */
#ifndef HEADFRAME_DAY_CODEC_H
#define HEADFRAME_DAY_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/calendar.h"
#include "headframe/daybook.h"
#include "headframe/error.h"
#include "headframe/reference.h"
#include "headframe/restatement.h"

/* Version written; readers take this one and all before it, and refuse later ones. */
enum { HF_DAYS_FORMAT = 1 };

/* Which number space a book's lines are in. */
enum hf_line_kind { HF_LINES_PRODUCTION, HF_LINES_COST };

/* How far the input had been read at the end of a transaction. */
struct hf_control {
    int64_t input_offset; /* the next input record to read */
    uint32_t input_partitions;
    uint64_t hash_seed;
    uint32_t horizon_days; /* facts further back may have been forgotten; 0: none was (state topics only) */
};

/* How far a mine is closed on a topic; HF_DATE_MIN: never. */
struct hf_closes {
    int32_t closed_through;
    int32_t ever_closed_through; /* the furthest it ever was; not before closed_through */
};

/* The key of control records on the days and state topics. */
#define HF_CONTROL_KEY "|control"

/* Room for "MINE|YYYY-MM-DD" and a NUL. */
enum { HF_DAY_KEY = HF_ID_LIMIT + 1 + HF_DATE_TEXT };

/* The key of a day record. Returns its length. */
size_t hf_day_key(const char *mine_id, int32_t date, char buffer[HF_DAY_KEY]);

/* The record for date of mine_id's book and restatements. The bytes are new: release with free(). */
void hf_day_encode(const char *mine_id, int32_t date, const struct hf_daybook *book,
                   const struct hf_restatements *restatements, enum hf_line_kind kind, uint8_t **out_bytes,
                   size_t *out_length);

/* The key "MINE|closed" of a mine's closes. Returns its length. */
size_t hf_closes_key(const char *mine_id, char buffer[HF_DAY_KEY]);

/* The record of a mine that was closed. The bytes are new: release with free(). */
void hf_day_encode_closes(const char *mine_id, const struct hf_closes *closes, uint8_t **out_bytes, size_t *out_length);

/* A control record for a days topic. The bytes are new: release with free(). */
void hf_day_encode_control(const struct hf_control *control, uint8_t **out_bytes, size_t *out_length);

/* What a days record turned out to be. Calls come in the order begin, line …, restated …; or closes or control alone. */
struct hf_day_reader {
    /* A date of a mine, to be replaced whole by the lines that follow. */
    void (*begin)(void *context, const char *mine_id, int32_t date);
    void (*line)(void *context, uint16_t line, struct hf_day_total total);
    void (*restated)(void *context, const struct hf_closed_days *days, uint32_t count);
    void (*closes)(void *context, const char *mine_id, const struct hf_closes *closes);
    void (*control)(void *context, const struct hf_control *control);
    void *context;
};

/* Decodes a days record and calls reader. Returns 0, or HF_EINVAL where the bytes are no such record or its format is
 * newer than HF_DAYS_FORMAT; then reader may have been called for a part of it. */
int hf_day_decode(const uint8_t *bytes, size_t length, enum hf_line_kind kind, const struct hf_day_reader *reader,
                  struct hf_error *error);

#endif
