/* SPDX-License-Identifier: Apache-2.0 */
/* One record of company.summaries or mine.summaries (contract, section 4). */
#ifndef HEADFRAME_SUMMARY_RECORD_H
#define HEADFRAME_SUMMARY_RECORD_H

#include "headframe/json_writer.h"
#include "view.h"

/* The key "ID|KIND|LABEL"; a new string, release with g_free. */
char *record_key(const struct view *view, const struct hf_window *window);

/* Writes the record of the window into writer, which is reset first. */
void record_write(const struct view *view, const struct hf_window *window, struct hf_json_writer *writer);

#endif
