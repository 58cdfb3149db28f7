/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes framed records of the shipped schemas: the input is the record's value. */
#include <stdlib.h>

#include "event_rules.h"
#include "fuzz.h"

const struct fuzz_limits fuzz_limits = {1 << 21, 64};

static struct hf_event_decoder *start(void)
{
    event_rules_bound_avro();
    return hf_event_decoder_new(event_rules_shipped());
}

void fuzz_one(struct fuzz_input *input)
{
    static struct hf_event_decoder *decoder;
    struct hf_event event;
    struct hf_text value = fuzz_rest(input);
    const uint8_t *bytes = (const uint8_t *)value.data;
    if (!decoder)
        decoder = start();
    uint32_t id = value.length >= 5
                      ? (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4]
                      : 0;
    (void)event_rules_hold(decoder, hf_schema_store_get(event_rules_shipped(), id), bytes, value.length,
                           &event); /* either is right here; the rules are held inside */
}
