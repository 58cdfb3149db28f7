/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what two small partitions publish on headframe.quarantine and headframe.restatements as "KEY<TAB>VALUE" lines:
 * what check_schemas.py holds against the schemas. Each null, sign and kind of version that they allow occurs in it. */
#include <stdio.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/vocabulary.h"

static void print(struct bench *bench)
{
    bench_publish(bench);
    for (guint i = 0; i < bench->outputs->list->len; i++) {
        const struct output *output = output_at(bench->outputs, i);
        if ((output->topic == HF_TOPIC_QUARANTINE || output->topic == HF_TOPIC_RESTATEMENTS) && output->value)
            printf("%s\t%s\n", output->key, output->value);
    }
    bench_free(bench);
}

static void apply(struct bench *bench, const struct hf_event event)
{
    bench_apply(bench, &event);
}

static struct hf_event production(const char *event_id, int32_t revision, const char *date, int milligrams)
{
    struct hf_event event = production_event(event_id, revision);
    event.occurred_at_ms = noon_ms(date);
    event.unit = HF_UNIT_G;
    event.micro = milligrams * INT64_C(1000);
    return event;
}

static struct hf_event withdrawn(struct hf_event event)
{
    event.voided = 1;
    return event;
}

static struct hf_event sourced(struct hf_event event)
{
    event.source = TEXT("assay \"17\" | Grün\n");
    return event;
}

static void add_production(struct bench *bench)
{
    bench_add_mine(bench->mines, "flat", "UTC", "00:00", ",\"units\":{\"gold\":\"G\"}");
    apply(bench, production("Grün/1", 0, "2003-06-01", 1500));
    apply(bench, withdrawn(production("void", 0, "2003-06-01", 1)));
    apply(bench, close_event("2003-06-30"));
    apply(bench, sourced(production("Grün/1", 1, "2003-06-10", -1500)));
    apply(bench, decision_event("Grün/1", 1, 1)); /* two stretches */
    apply(bench, withdrawn(production("Grün/1", 2, "2003-06-10", 0)));
    apply(bench, decision_event("Grün/1", 2, 1));
    apply(bench, production("void", 1, "2003-06-02", 0)); /* in the place of a withdrawn one */
    apply(bench, decision_event("void", 1, 1));
    apply(bench, production("first", INT32_MAX, "2003-06-30", 1)); /* of nothing */
    apply(bench, decision_event("first", INT32_MAX, 1));
    apply(bench, close_event("2003-05-31"));
    apply(bench, production("first again", 0, "2003-06-30", 1)); /* nobody has to decide */
}

static void add_costs(struct bench *bench)
{
    struct hf_event cost = cost_event("e", 0);
    apply(bench, cost);
    apply(bench, close_event("2003-06-10"));
    cost.revision = 1;
    cost.micro = -1;
    apply(bench, cost);
    apply(bench, decision_event("e", 1, 1));
    cost.revision = 2;
    cost.currency = TEXT("MXN");
    cost.element = HF_ELEMENT_BY_PRODUCT_CREDIT;
    cost.micro = -1234567891234;
    apply(bench, sourced(cost));
    apply(bench, withdrawn(cost_event("e", 3)));
    apply(bench, decision_event("e", 3, 1));
}

int main(void)
{
    struct bench *production_bench = bench_new(hf_production_kind()), *costs_bench = bench_new(hf_costs_kind());
    add_production(production_bench);
    add_costs(costs_bench);
    print(production_bench);
    print(costs_bench);
    return 0;
}
