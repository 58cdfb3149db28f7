/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which cost events are usable, and what they do: an amount earned evenly from one date through another. */
#include "admit.h"

#include "headframe/body_digest.h"
#include "headframe/event_time.h"
#include "headframe/vocabulary.h"

static uint64_t digest_body(const struct hf_event *event)
{
    struct hf_body_digest digest;
    hf_body_digest_init(&digest);
    hf_body_digest_add_number(&digest, event->voided);
    hf_body_digest_add_number(&digest, event->from);
    hf_body_digest_add_number(&digest, event->through);
    hf_body_digest_add_word(&digest, hf_element_name((enum hf_element)event->element));
    hf_body_digest_add_text(&digest, event->metal);
    hf_body_digest_add_amount(&digest, event->micro);
    hf_body_digest_add_text(&digest, event->currency);
    hf_body_digest_add_text(&digest, event->source);
    return hf_body_digest_fini(&digest);
}

static int check_words(const struct hf_event *event, int *out_currency, struct hf_refusal *refusal)
{
    *out_currency = hf_currency_find(event->currency.data, event->currency.length);
    if (*out_currency < 0)
        return hf_refuse(refusal, HF_REFUSAL_UNKNOWN_CURRENCY, "currency \"%.*s\" is not a code of ISO 4217",
                         event->currency.length < 80 ? (int)event->currency.length : 80, event->currency.data);
    if (event->metal.data && hf_material_find(event->metal.data, event->metal.length) < 0)
        return hf_refuse(refusal, HF_REFUSAL_UNKNOWN_MATERIAL, "metal \"%.*s\" is not known",
                         event->metal.length < 80 ? (int)event->metal.length : 80, event->metal.data);
    return HF_OK;
}

static int admit(const struct hf_event *event, const struct hf_mine *mine, int64_t timestamp_ms, struct hf_fact *fact,
                 struct hf_refusal *refusal)
{
    int currency;
    (void)mine; /* costs are dated by the event itself */
    if (check_words(event, &currency, refusal) != HF_OK ||
        hf_check_period(event->from, event->through, timestamp_ms, refusal) != HF_OK)
        return HF_EINVAL;
    if (event->micro > hf_amount_limit() || event->micro < -hf_amount_limit())
        return hf_refuse(refusal, HF_REFUSAL_BAD_QUANTITY, "amount is more than 10^27 %s", hf_currency_code(currency));
    fact->digest = digest_body(event);
    fact->effect = (struct hf_effect){
        .amount = event->micro,
        .date = event->from,
        .days = event->voided ? 0 : (uint16_t)(event->through - event->from + 1),
        .line = hf_cost_line((enum hf_element)event->element, currency),
    };
    fact->latest = event->through;
    return HF_OK;
}

const struct hf_ledger_kind *hf_costs_kind(void)
{
    static const struct hf_ledger_kind kind = {
        .daemon = "headframe-costs",
        .input = HF_TOPIC_COSTS,
        .days = HF_TOPIC_COST_DAYS,
        .state = HF_TOPIC_COSTS_STATE,
        .lines = HF_LINES_COST,
        .event_type = HF_EVENT_COST,
        .admit = admit,
    };
    return &kind;
}
