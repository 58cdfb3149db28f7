/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of headframe dead-letters. */
#ifndef HEADFRAME_CLI_DEAD_LETTERS_COMMAND_H
#define HEADFRAME_CLI_DEAD_LETTERS_COMMAND_H

#include "session.h"

extern const struct hf_command hf_dead_letters_list_command;
extern const struct hf_command hf_dead_letters_show_command;
extern const struct hf_command hf_dead_letters_replay_command;

#endif
