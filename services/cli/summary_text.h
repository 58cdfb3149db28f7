/* SPDX-License-Identifier: Apache-2.0 */
/* A record of company.summaries as the table a person wants. No I/O; any thread. */
#ifndef HEADFRAME_CLI_SUMMARY_TEXT_H
#define HEADFRAME_CLI_SUMMARY_TEXT_H

#include <jansson.h>

/* What is shown beyond the usual: stages other than PRODUCED, and costs by the co-product method. */
struct hf_summary_extent {
    int all_stages;
    int co_product;
};

/* Every figure is the record's own text, with thousands separators. The text is new: release with g_free. */
char *hf_summary_text(const json_t *record, struct hf_summary_extent extent);

#endif
