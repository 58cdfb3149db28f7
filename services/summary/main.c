/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-summary: from day lines to the windows of companies and mines. */
#include "headframe/daemon.h"
#include "summary_loop.h"

int main(int argc, char **argv)
{
    static const struct hf_daemon daemon = {
        .name = "headframe-summary",
        .summary = "Publishes the windows of every company and mine: reads the days topics, reference data, rates and\n"
                   "prices, and writes what changed to company.summaries and mine.summaries, exactly once.",
        .run = summary_loop_run,
    };
    return hf_daemon_main(argc, argv, &daemon);
}
