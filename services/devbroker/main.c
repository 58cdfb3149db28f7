/* SPDX-License-Identifier: Apache-2.0 */
/* headframe-devbroker: an in-memory Kafka for demo and development. */
#include <stdio.h>

#include "devbroker.h"
#include "headframe/log.h"
#include "options.h"

int main(int argc, char **argv)
{
    struct hf_devbroker_options options;
    struct hf_error error;
    int code = hf_devbroker_options_parse(argc, argv, &options);
    if (code != HF_OPTIONS_RUN)
        return code;
    hf_log_init("headframe-devbroker", HF_LOG_INFO);
    code = hf_devbroker_run(&options, &error) == HF_OK ? 0 : 1;
    if (code != 0)
        fprintf(stderr, "headframe-devbroker: %s\n", error.text);
    hf_devbroker_options_fini(&options);
    return code;
}
