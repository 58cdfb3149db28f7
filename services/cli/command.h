/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of headframe. */
#ifndef HEADFRAME_CLI_COMMAND_H
#define HEADFRAME_CLI_COMMAND_H

#include "session.h"

extern const struct hf_command hf_topics_command;
extern const struct hf_command hf_publish_command;
extern const struct hf_command hf_cat_command;
extern const struct hf_command hf_summary_command;
extern const struct hf_command hf_dead_letters_command;

/* Runs what the command line names. Returns the exit code of the process. Main thread. */
int hf_command_main(int argc, char **argv);

#endif
