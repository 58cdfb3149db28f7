/* SPDX-License-Identifier: Apache-2.0 */
/* Writes what a history became under the format of the tree it is built in (README.md): not part of any build. */
#include <stdio.h>

#include "../../unit.h"
#include "../history.h"
#include "golden.h"

static void print_hex(const char *bytes, size_t length)
{
    if (!bytes)
        putchar('-');
    for (size_t i = 0; i < length; i++)
        printf("%02x", (unsigned char)bytes[i]);
}

int main(void)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct history history = history_new(GOLDEN_SEED, GOLDEN_EVENT_IDS);
    struct outputs *written = outputs_new();
    bench->rules.correction_horizon_days = GOLDEN_HORIZON;
    bench_renew(bench, 0, 1);
    for (int i = 0; i < GOLDEN_STEPS; i++) {
        history_step(&history, bench);
        if ((i + 1) % GOLDEN_STEPS_A_COMMIT == 0)
            assert_int_equal(hf_partition_publish(bench->partition, &written->sink, NULL), HF_OK);
    }
    for (guint i = 0; i < written->list->len; i++) {
        const struct output *output = output_at(written, i);
        if (output->topic != HF_TOPIC_PRODUCTION_STATE && output->topic != HF_TOPIC_PRODUCTION_DAYS)
            continue;
        printf("%s ", output->topic == HF_TOPIC_PRODUCTION_STATE ? "state" : "days");
        print_hex(output->key, output->key_length);
        putchar(' ');
        print_hex(output->value, output->value_length);
        putchar('\n');
    }
    fprintf(stderr, "facts %zu, waiting %zu\n", hf_partition_facts(bench->partition),
            hf_partition_waiting(bench->partition));
    outputs_free(written);
    bench_free(bench);
    return 0;
}
