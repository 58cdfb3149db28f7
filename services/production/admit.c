/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which production events are usable, and what they do: a mass on the production date of their instant. */
#include "admit.h"

#include "headframe/body_digest.h"
#include "headframe/event_time.h"
#include "headframe/vocabulary.h"

static uint64_t digest_body(const struct hf_event *event)
{
    struct hf_body_digest digest;
    hf_body_digest_init(&digest);
    hf_body_digest_add_number(&digest, event->voided);
    hf_body_digest_add_number(&digest, event->occurred_at_ms);
    hf_body_digest_add_text(&digest, event->material);
    hf_body_digest_add_word(&digest, hf_stage_name((enum hf_stage)event->stage));
    hf_body_digest_add_amount(&digest, event->micro);
    hf_body_digest_add_word(&digest, hf_unit_name((enum hf_unit)event->unit));
    hf_body_digest_add_word(&digest, hf_quality_name((enum hf_quality)event->quality));
    hf_body_digest_add_text(&digest, event->source);
    return hf_body_digest_fini(&digest);
}

static int admit(const struct hf_event *event, const struct hf_mine *mine, int64_t timestamp_ms, struct hf_fact *fact,
                 struct hf_refusal *refusal)
{
    int material = hf_material_find(event->material.data, event->material.length);
    if (material < 0)
        return hf_refuse(refusal, HF_REFUSAL_UNKNOWN_MATERIAL, "material \"%.*s\" is not known",
                         event->material.length < 80 ? (int)event->material.length : 80, event->material.data);
    if (hf_check_occurred_at(event->occurred_at_ms, timestamp_ms, refusal) != HF_OK)
        return HF_EINVAL;
    struct hf_effect effect = {
        .date = hf_production_date(&mine->day_rule, (struct hf_event_time){event->occurred_at_ms}),
        .days = event->voided ? 0 : 1,
        .line = hf_production_line(material, (enum hf_stage)event->stage, (enum hf_quality)event->quality),
    };
    if (hf_amount_multiply(event->micro, hf_unit_micro_mass((enum hf_unit)event->unit), &effect.amount) != HF_OK)
        return hf_refuse(refusal, HF_REFUSAL_BAD_QUANTITY, "quantity is more than 10^20 g, in %s",
                         hf_unit_name((enum hf_unit)event->unit));
    fact->digest = digest_body(event);
    fact->effect = effect;
    fact->latest = effect.date;
    return HF_OK;
}

const struct hf_ledger_kind *hf_production_kind(void)
{
    static const struct hf_ledger_kind kind = {
        .daemon = "headframe-production",
        .input = HF_TOPIC_PRODUCTION,
        .days = HF_TOPIC_PRODUCTION_DAYS,
        .state = HF_TOPIC_PRODUCTION_STATE,
        .lines = HF_LINES_PRODUCTION,
        .event_type = HF_EVENT_PRODUCTION,
        .admit = admit,
    };
    return &kind;
}
