/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how day totals and ledger segments look in JSON.
 *
 * The decoders call back while they read and may fail in the middle, so each value is written by a writer of its own
 * and copied when it is whole. */
#include "totals_json.h"

#include <glib.h>

#include "headframe/day_codec.h"
#include "headframe/state_codec.h"
#include "headframe/vocabulary.h"
#include "json_fields.h"

enum { MASS_DIGITS = 13 /* 10^-13 g */ };

struct totals {
    struct hf_json_writer *writer;
    enum hf_line_kind kind;
    int has_list;     /* of lines, restatements or facts, still open */
    int has_restated; /* the list is of restatements */
    GPtrArray *mines; /* of char *, by number */
};

static void write_line(struct totals *totals, uint16_t line)
{
    if (totals->kind == HF_LINES_PRODUCTION) {
        hf_json_string(totals->writer, "material", hf_material_name(hf_production_line_material(line)));
        hf_json_string(totals->writer, "stage", hf_stage_name(hf_production_line_stage(line)));
        hf_json_string(totals->writer, "quality", hf_quality_name(hf_production_line_quality(line)));
    } else {
        hf_json_string(totals->writer, "element", hf_element_name(hf_cost_line_element(line)));
        hf_json_string(totals->writer, "currency", hf_currency_code(hf_cost_line_currency(line)));
    }
}

static void write_amount(struct totals *totals, hf_int128 amount)
{
    if (totals->kind == HF_LINES_PRODUCTION) {
        hf_json_scaled_field(totals->writer, "amount", amount, MASS_DIGITS, 0);
        hf_json_string(totals->writer, "unit", hf_unit_name(HF_UNIT_G));
    } else {
        hf_json_scaled_field(totals->writer, "amount", amount, HF_MICRO_DIGITS, HF_MICRO_DIGITS);
    }
}

static void on_control(void *context, const struct hf_control *control)
{
    struct totals *totals = context;
    hf_json_begin_object(totals->writer, "control");
    hf_json_integer(totals->writer, "input_offset", control->input_offset);
    hf_json_integer(totals->writer, "input_partitions", control->input_partitions);
    g_autofree char *seed = g_strdup_printf("%016" G_GINT64_MODIFIER "x", control->hash_seed);
    hf_json_string(totals->writer, "hash_seed", seed);
    hf_json_end_object(totals->writer);
}

/* --- days ------------------------------------------------------------------------------------------------------- */

static void on_day(void *context, const char *mine_id, int32_t date)
{
    struct totals *totals = context;
    hf_json_string(totals->writer, "mine_id", mine_id);
    hf_json_date_field(totals->writer, "date", date);
    hf_json_begin_array(totals->writer, totals->kind == HF_LINES_PRODUCTION ? "production" : "costs");
    totals->has_list = 1;
}

static void on_day_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct totals *totals = context;
    hf_json_begin_object(totals->writer, NULL);
    write_line(totals, line);
    write_amount(totals, total.amount);
    hf_json_integer(totals->writer, "facts", total.facts);
    hf_json_end_object(totals->writer);
}

static void write_stretch(struct totals *totals, struct hf_stretch stretch)
{
    if (stretch.through < stretch.from)
        return;
    hf_json_begin_object(totals->writer, NULL);
    hf_json_date_field(totals->writer, "from", stretch.from);
    hf_json_date_field(totals->writer, "through", stretch.through);
    hf_json_end_object(totals->writer);
}

static void on_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    struct totals *totals = context;
    if (!totals->has_restated) {
        hf_json_end_array(totals->writer);
        hf_json_begin_array(totals->writer, "restated");
    }
    totals->has_restated = 1;
    hf_json_begin_object(totals->writer, NULL);
    hf_json_begin_array(totals->writer, "closed_days");
    write_stretch(totals, days->first);
    write_stretch(totals, days->second);
    hf_json_end_array(totals->writer);
    hf_json_integer(totals->writer, "count", count);
    hf_json_end_object(totals->writer);
}

static void on_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    const struct totals *totals = context;
    hf_json_string(totals->writer, "mine_id", mine_id);
    hf_json_date_field(totals->writer, "closed_through", closes->closed_through);
    hf_json_date_field(totals->writer, "ever_closed_through", closes->ever_closed_through);
}

/* --- state ------------------------------------------------------------------------------------------------------ */

static uint32_t on_mine(void *context, const char *mine_id)
{
    const struct totals *totals = context;
    g_ptr_array_add(totals->mines, g_strdup(mine_id));
    return totals->mines->len - 1;
}

static void on_state_control(void *context, const struct hf_control *control, unsigned format)
{
    (void)format;
    on_control(context, control);
}

/* A version of a fact; or that none of it stands, of which nothing else is said. */
static void on_fact(void *context, const struct hf_fact *fact)
{
    static const char *const statuses[] = {
        [HF_FACT_STANDING] = "standing", [HF_FACT_WAITING] = "waiting", [HF_FACT_REJECTED] = "rejected",
        [HF_FACT_DECIDED] = "decided",   [HF_FACT_ABSENT] = "absent",
    };
    struct totals *totals = context;
    g_autofree char *id =
        g_strdup_printf("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", fact->id.high, fact->id.low);
    g_autofree char *digest = g_strdup_printf("%016" G_GINT64_MODIFIER "x", fact->digest);
    if (!totals->has_list)
        hf_json_begin_array(totals->writer, "facts");
    totals->has_list = 1;
    hf_json_begin_object(totals->writer, NULL);
    hf_json_string(totals->writer, "id", id);
    if (fact->status == HF_FACT_ABSENT) {
        hf_json_string(totals->writer, "status", statuses[fact->status]);
        hf_json_end_object(totals->writer);
        return;
    }
    hf_json_string(totals->writer, "digest", digest);
    hf_json_string(totals->writer, "mine_id", totals->mines->pdata[fact->mine]);
    hf_json_string(totals->writer, "status", statuses[fact->status]);
    hf_json_integer(totals->writer, "revision", fact->revision);
    hf_json_boolean(totals->writer, "voided", fact->voided);
    hf_json_date_field(totals->writer, "date", fact->effect.date);
    hf_json_integer(totals->writer, "days", fact->effect.days);
    write_line(totals, fact->effect.line);
    write_amount(totals, fact->effect.amount);
    hf_json_end_object(totals->writer);
}

/* --- both ------------------------------------------------------------------------------------------------------- */

static int decode(struct totals *totals, enum hf_topic topic, const struct hf_record *record, struct hf_error *error)
{
    const uint8_t *bytes = (const uint8_t *)record->value;
    if (hf_topic_info(topic)->format == HF_FORMAT_DAYS) {
        const struct hf_day_reader reader = {on_day, on_day_line, on_restated, on_closes, on_control, totals};
        return hf_day_decode(bytes, record->value_length, totals->kind, &reader, error);
    }
    const struct hf_state_reader reader = {on_mine, on_fact, on_state_control, totals, NULL, NULL};
    return hf_state_decode(bytes, record->value_length, totals->kind, &reader, error);
}

int hf_totals_json_write(struct hf_json_writer *writer, const char *key, enum hf_topic topic,
                         const struct hf_record *record, struct hf_error *error)
{
    struct totals totals = {
        .writer = hf_json_writer_new(),
        .kind = hf_topic_info(topic)->follows == HF_TOPIC_PRODUCTION ? HF_LINES_PRODUCTION : HF_LINES_COST,
        .mines = g_ptr_array_new_with_free_func(g_free),
    };
    hf_json_begin_object(totals.writer, NULL);
    int result = decode(&totals, topic, record, error);
    if (totals.has_list)
        hf_json_end_array(totals.writer);
    hf_json_end_object(totals.writer);
    if (result == HF_OK) {
        size_t length;
        const char *text = hf_json_writer_text(totals.writer, &length);
        hf_json_raw(writer, key, text, length);
    }
    hf_json_writer_free(&totals.writer);
    g_ptr_array_free(totals.mines, TRUE);
    return result;
}
