/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-production: from production events to day lines. */
#include "admit.h"
#include "headframe/ledger_loop.h"

static int run(struct hf_runtime *runtime, struct hf_error *error)
{
    return hf_ledger_loop_run(runtime, hf_production_kind(), error);
}

int main(int argc, char **argv)
{
    static const struct hf_daemon daemon = {
        .name = "headframe-production",
        .summary = "Keeps the ledger of production facts: reads mine.production and writes each mine's production by\n"
                   "day to headframe.production-days, exactly once.",
        .run = run,
    };
    return hf_daemon_main(argc, argv, &daemon);
}
