/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines of a mine's books are summed together: found once for all the windows of a view.
 *
 * Of production, the lines of a material and stage, whatever their quality; of costs, the lines of one currency whose
 * elements enter the same steps of the cost ladder. */
#ifndef HEADFRAME_SUMMARY_LINES_H
#define HEADFRAME_SUMMARY_LINES_H

#include "headframe/daybook.h"
#include "headframe/vocabulary.h"
#include "world.h"

enum { LINE_SET_LIMIT = HF_ELEMENT_COUNT };
_Static_assert((int)LINE_SET_LIMIT >= (int)HF_QUALITY_COUNT, "a set holds all qualities as well as all elements");

/* Lines of one book, one at least, each with a live fact. */
struct line_set {
    const struct hf_daybook *book;
    int32_t earliest, latest; /* dates with a live fact of any line */
    uint16_t count;
    uint16_t lines[LINE_SET_LIMIT]; /* ascending */
};

struct stage_lines {
    int material;
    enum hf_stage stage;
    struct line_set set;
    int conversion; /* of a metal's PAYABLE: which of the view's conversions prices it; -1 of all else */
};

struct cost_lines {
    unsigned steps; /* bit i: enters step i */
    int element;    /* of lines that enter no step: credits, and what stands outside the ladder; else -1 */
    int currency;
    struct line_set set;
    int conversion; /* which of the view's conversions; -1: they are in the reporting currency */
};

struct mine_lines {
    struct stage_lines *stages; /* ascending by material and stage */
    size_t stage_count;
    struct cost_lines *costs;
    size_t cost_count;
};

/* Sets lines to those of the mine, without conversions. The books must not change before mine_lines_fini. */
void mine_lines_init(struct mine_lines *lines, const struct world_mine *mine);
void mine_lines_fini(struct mine_lines *lines);

/* The lines of a material and stage, or NULL. */
const struct stage_lines *mine_lines_stage(const struct mine_lines *lines, int material, enum hf_stage stage);

/* True of materials that have a price: all but rock. */
int material_is_metal(int material);

#endif
