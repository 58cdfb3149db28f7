/* SPDX-License-Identifier: Apache-2.0 */
/* The "production" section of a summary: each material and stage, its mines, and the comparison with a year before. */
#ifndef HEADFRAME_SUMMARY_PRODUCTION_H
#define HEADFRAME_SUMMARY_PRODUCTION_H

#include "headframe/json_writer.h"
#include "view.h"

/* Writes "production":[…] of the window. */
void production_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer);

/* Writes "metallurgy":[…] of a mine's window: head grade and recovery of each material with a live CONTAINED fact. */
void metallurgy_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer);

#endif
