/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-costs: from cost events to day lines. */
#include "admit.h"
#include "headframe/ledger_loop.h"

static int run(struct hf_runtime *runtime, struct hf_error *error)
{
    return hf_ledger_loop_run(runtime, hf_costs_kind(), error);
}

int main(int argc, char **argv)
{
    static const struct hf_daemon daemon = {
        .name = "headframe-costs",
        .summary =
            "Keeps the ledger of cost facts: reads mine.costs and writes each mine's costs by day and currency to\n"
            "headframe.cost-days, exactly once.",
        .run = run,
    };
    return hf_daemon_main(argc, argv, &daemon);
}
