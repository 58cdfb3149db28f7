/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which lines of a mine's books are summed together. */
#include "lines.h"

#include <glib.h>
#include <string.h>

#include "headframe/calendar.h"

/* The dates between which a line has live facts; 0 where it has none. */
static int live_dates(const struct hf_daybook *book, uint16_t line, int32_t *out_earliest, int32_t *out_latest)
{
    return hf_daybook_earliest(book, line, HF_DATE_MIN, HF_DATE_MAX, out_earliest) &&
           hf_daybook_latest(book, line, HF_DATE_MIN, HF_DATE_MAX, out_latest);
}

static void set_add(struct line_set *set, const struct hf_daybook *book, uint16_t line, int32_t earliest,
                    int32_t latest)
{
    set->book = book;
    set->earliest = set->count ? MIN(set->earliest, earliest) : earliest;
    set->latest = set->count ? MAX(set->latest, latest) : latest;
    set->lines[set->count++] = line;
}

/* A book's lines ascend by material, then stage: those of one stage stand side by side. */
static void find_stages(struct mine_lines *lines, const struct hf_daybook *book)
{
    int32_t earliest, latest;
    lines->stages = g_new0(struct stage_lines, hf_daybook_line_count(book));
    for (size_t i = 0; i < hf_daybook_line_count(book); i++) {
        uint16_t line = hf_daybook_line_at(book, i);
        int material = hf_production_line_material(line);
        enum hf_stage stage = hf_production_line_stage(line);
        if (!live_dates(book, line, &earliest, &latest))
            continue;
        struct stage_lines *last = lines->stage_count ? &lines->stages[lines->stage_count - 1] : NULL;
        if (!last || last->material != material || last->stage != stage) {
            last = &lines->stages[lines->stage_count++];
            *last = (struct stage_lines){.material = material, .stage = stage, .conversion = -1};
        }
        set_add(&last->set, book, line, earliest, latest);
    }
}

static unsigned steps_of(enum hf_element element)
{
    unsigned steps = 0;
    for (int step = 0; step < HF_STEP_COUNT; step++)
        if (hf_step_holds((enum hf_step)step, element))
            steps |= 1U << step;
    return steps;
}

/* The costs that line belongs to; new ones where there are none yet. */
static struct cost_lines *costs_of(struct mine_lines *lines, uint16_t line)
{
    int currency = hf_cost_line_currency(line), element = (int)hf_cost_line_element(line);
    unsigned steps = steps_of((enum hf_element)element);
    if (steps)
        element = -1;
    for (size_t i = 0; i < lines->cost_count; i++) {
        struct cost_lines *costs = &lines->costs[i];
        if (costs->steps == steps && costs->element == element && costs->currency == currency)
            return costs;
    }
    struct cost_lines *costs = &lines->costs[lines->cost_count++];
    *costs = (struct cost_lines){.steps = steps, .element = element, .currency = currency, .conversion = -1};
    return costs;
}

static void find_costs(struct mine_lines *lines, const struct hf_daybook *book)
{
    int32_t earliest, latest;
    lines->costs = g_new0(struct cost_lines, hf_daybook_line_count(book));
    for (size_t i = 0; i < hf_daybook_line_count(book); i++) {
        uint16_t line = hf_daybook_line_at(book, i);
        if (live_dates(book, line, &earliest, &latest))
            set_add(&costs_of(lines, line)->set, book, line, earliest, latest);
    }
}

void mine_lines_init(struct mine_lines *lines, const struct world_mine *mine)
{
    *lines = (struct mine_lines){0};
    find_stages(lines, mine->production);
    find_costs(lines, mine->costs);
}

void mine_lines_fini(struct mine_lines *lines)
{
    g_free(lines->stages);
    g_free(lines->costs);
}

const struct stage_lines *mine_lines_stage(const struct mine_lines *lines, int material, enum hf_stage stage)
{
    for (size_t i = 0; i < lines->stage_count; i++)
        if (lines->stages[i].material == material && lines->stages[i].stage == stage)
            return &lines->stages[i];
    return NULL;
}

int material_is_metal(int material)
{
    const char *name = hf_material_name(material);
    return strcmp(name, "ore") != 0 && strcmp(name, "waste") != 0;
}
