/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how the facts of a state record name their lines and mines, and which values their fields may have. */
#include "state_tables.h"

#include <string.h>

#include "headframe/calendar.h"
#include "headframe/vocabulary.h"

/* --- writing ---------------------------------------------------------------------------------------------------- */

static void describe_line(Headframe__Line *message, uint16_t line, enum hf_line_kind kind)
{
    headframe__line__init(message);
    if (kind == HF_LINES_PRODUCTION) {
        message->material = (char *)hf_material_name(hf_production_line_material(line));
        message->stage = (char *)hf_stage_name(hf_production_line_stage(line));
        message->quality = (char *)hf_quality_name(hf_production_line_quality(line));
    } else {
        message->element = (char *)hf_element_name(hf_cost_line_element(line));
        message->currency = (char *)hf_currency_code(hf_cost_line_currency(line));
    }
}

/* Lines have a small bound: the table of places is an array on the stack. */
static void collect_lines(struct written_tables *tables, const struct hf_fact *facts, size_t count,
                          enum hf_line_kind kind)
{
    uint16_t places[HF_LINE_LIMIT] = {0}; /* line → place + 1 */
    g_autofree uint16_t *lines = g_new(uint16_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        uint16_t line = facts[i].effect.line;
        if (!places[line]) {
            lines[tables->line_count] = line;
            places[line] = (uint16_t)++tables->line_count;
        }
        tables->line_places[i] = places[line] - 1U;
    }
    tables->lines = g_new(Headframe__Line, tables->line_count + 1);
    tables->line_pointers = g_new(Headframe__Line *, tables->line_count + 1);
    for (size_t i = 0; i < tables->line_count; i++) {
        describe_line(&tables->lines[i], lines[i], kind);
        tables->line_pointers[i] = &tables->lines[i];
    }
}

/* The numbers of mines have none. */
static void collect_mines(struct written_tables *tables, const struct hf_fact *facts, size_t count,
                          hf_segment_mine *mine_id, void *context)
{
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL); /* mine → place + 1 */
    for (size_t i = 0; i < count; i++) {
        gpointer mine = GUINT_TO_POINTER(facts[i].mine);
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, mine));
        if (!place) {
            g_ptr_array_add(tables->mines, (gpointer)mine_id(context, facts[i].mine));
            place = tables->mines->len;
            g_hash_table_insert(places, mine, GUINT_TO_POINTER(place));
        }
        tables->mine_places[i] = place - 1;
    }
}

void written_tables_init(struct written_tables *tables, const struct hf_fact *facts, size_t count,
                         enum hf_line_kind kind, hf_segment_mine *mine_id, void *context)
{
    *tables = (struct written_tables){
        .mines = g_ptr_array_new(),
        .line_places = g_new(uint32_t, count + 1),
        .mine_places = g_new(uint32_t, count + 1),
    };
    collect_lines(tables, facts, count, kind);
    collect_mines(tables, facts, count, mine_id, context);
}

void written_tables_fini(struct written_tables *tables)
{
    g_free(tables->lines);
    g_free(tables->line_pointers);
    g_ptr_array_free(tables->mines, TRUE);
    g_free(tables->line_places);
    g_free(tables->mine_places);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* The number of a described line, or -1. */
static int find_line(const Headframe__Line *line, enum hf_line_kind kind)
{
    if (kind == HF_LINES_PRODUCTION) {
        int material = hf_material_find(line->material, strlen(line->material));
        int stage = hf_stage_find(line->stage, strlen(line->stage));
        int quality = hf_quality_find(line->quality, strlen(line->quality));
        return material < 0 || stage < 0 || quality < 0
                   ? -1
                   : hf_production_line(material, (enum hf_stage)stage, (enum hf_quality)quality);
    }
    int element = hf_element_find(line->element, strlen(line->element));
    int currency = hf_currency_find(line->currency, strlen(line->currency));
    return element < 0 || currency < 0 ? -1 : hf_cost_line((enum hf_element)element, currency);
}

int read_tables_init(struct read_tables *tables, Headframe__Line *const *lines, size_t line_count, char *const *mines,
                     size_t mine_count, enum hf_line_kind kind, const struct hf_state_reader *reader,
                     struct hf_error *error)
{
    *tables = (struct read_tables){
        g_new(uint16_t, line_count + 1),
        g_new(uint32_t, mine_count + 1),
        line_count,
        mine_count,
    };
    for (size_t i = 0; i < mine_count; i++) {
        if (!hf_is_identifier(mines[i], strlen(mines[i])))
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "the segment names a mine that is no identifier");
        tables->mines[i] = reader->mine(reader->context, mines[i]);
    }
    for (size_t i = 0; i < line_count; i++) {
        int line = find_line(lines[i], kind);
        if (line < 0)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                                "the segment has a line that is not known to this version");
        tables->lines[i] = (uint16_t)line;
    }
    return HF_OK;
}

void read_tables_fini(struct read_tables *tables)
{
    g_free(tables->lines);
    g_free(tables->mines);
}

/* --- ranges ----------------------------------------------------------------------------------------------------- */

/* The last day of an effect, or the only date of one without days. */
static int32_t last_day(const struct hf_effect *effect)
{
    return effect->date + (effect->days > 0 ? effect->days - 1 : 0);
}

uint32_t state_later(const struct hf_fact *fact)
{
    return (uint32_t)MAX(fact->latest - last_day(&fact->effect), 0);
}

int state_complete(struct hf_fact *fact, uint32_t days, uint32_t later)
{
    if (days > HF_SPREAD_LIMIT || !hf_date_is_bookable(fact->effect.date) || fact->revision > INT32_MAX ||
        (fact->id.high == 0 && fact->id.low == 0)) /* which no fact has */
        return 0;
    fact->effect.days = (uint16_t)days;
    int64_t latest = (int64_t)last_day(&fact->effect) + later;
    if (latest >= HF_DATE_MAX || !hf_date_is_bookable((int32_t)latest) || fact->effect.amount > hf_amount_limit() ||
        fact->effect.amount < -hf_amount_limit())
        return 0;
    fact->latest = (int32_t)latest;
    return 1;
}
