/* SPDX-License-Identifier: Apache-2.0 */
/* Why a record went to the dead letters: a code of the contract and a sentence. */
#ifndef HEADFRAME_REFUSAL_H
#define HEADFRAME_REFUSAL_H

/* Codes of the header headframe-error (contract, section 4). */
enum hf_refusal_code {
    HF_REFUSAL_NONE,
    HF_REFUSAL_MALFORMED,
    HF_REFUSAL_UNKNOWN_SCHEMA,
    HF_REFUSAL_KEY_MISMATCH,
    HF_REFUSAL_WRONG_PARTITION,
    HF_REFUSAL_UNKNOWN_MINE,
    HF_REFUSAL_UNKNOWN_MATERIAL,
    HF_REFUSAL_UNKNOWN_CURRENCY,
    HF_REFUSAL_BAD_ID,
    HF_REFUSAL_BAD_UNIT,
    HF_REFUSAL_BAD_QUANTITY,
    HF_REFUSAL_BAD_TIME,
    HF_REFUSAL_BAD_PERIOD,
    HF_REFUSAL_REVISION_CONFLICT,
    HF_REFUSAL_PERIOD_CLOSED,
    HF_REFUSAL_TOO_LATE,
    HF_REFUSAL_BAD_REFERENCE
};

struct hf_refusal {
    enum hf_refusal_code code;
    char detail[320]; /* one English sentence that names field and value */
};

/* Fills refusal and returns HF_EINVAL. */
int hf_refuse(struct hf_refusal *refusal, enum hf_refusal_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "UNKNOWN_MINE" and so on; HF_REFUSAL_NONE gives "". */
const char *hf_refusal_name(enum hf_refusal_code code);

#endif
