/* SPDX-License-Identifier: Apache-2.0 */
/* A record of company.summaries as the table a person wants. No I/O; any thread. */
#ifndef HEADFRAME_CLI_SUMMARY_TEXT_H
#define HEADFRAME_CLI_SUMMARY_TEXT_H

#include <jansson.h>

/* Every figure is the record's own text, with thousands separators. Only PRODUCED is shown of the stages, unless
 * all_stages. The text is new: release with g_free. */
char *hf_summary_text(const json_t *record, int all_stages);

#endif
