/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how a version that waits and a restatement look to whoever has to answer for the figures. */
#include "audit.h"

#include <glib.h>
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/json_writer.h"
#include "headframe/kafka_transaction.h"
#include "headframe/vocabulary.h"

enum { QUANTITY_DIGITS = 3, MONEY_DIGITS = 2, FREE_TEXT_BYTES = 4096 };

struct note {
    enum hf_topic topic;
    char *key;
    GBytes *value; /* NULL: a tombstone */
};

struct hf_audit {
    GPtrArray *notes;
    size_t bytes;
    struct hf_json_writer *writer;
};

static void free_note(gpointer data)
{
    struct note *note = data;
    g_free(note->key);
    g_clear_pointer(&note->value, g_bytes_unref);
    g_free(note);
}

struct hf_audit *hf_audit_new(void)
{
    struct hf_audit *audit = g_new0(struct hf_audit, 1);
    audit->notes = g_ptr_array_new_with_free_func(free_note);
    audit->writer = hf_json_writer_new();
    return audit;
}

void hf_audit_free(struct hf_audit **audit)
{
    if (!*audit)
        return;
    g_ptr_array_free((*audit)->notes, TRUE);
    hf_json_writer_free(&(*audit)->writer);
    g_free(*audit);
    *audit = NULL;
}

/* Takes key; the value is what the writer holds, or a tombstone. */
static void add_note(struct hf_audit *audit, enum hf_topic topic, char *key, int has_value)
{
    struct note *note = g_new0(struct note, 1);
    note->topic = topic;
    note->key = key;
    if (has_value) {
        size_t length;
        const char *text = hf_json_writer_text(audit->writer, &length);
        note->value = g_bytes_new(text, length);
        audit->bytes += length;
    }
    audit->bytes += strlen(key) + sizeof *note;
    g_ptr_array_add(audit->notes, note);
}

/* --- versions --------------------------------------------------------------------------------------------------- */

static void write_amount(struct hf_json_writer *writer, const char *key, hf_int128 amount, hf_int128 unit,
                         unsigned digits)
{
    mpq_t value, divisor;
    mpq_inits(value, divisor, NULL);
    hf_rational_set_int128(value, amount);
    hf_rational_set_int128(divisor, unit);
    mpq_div(value, value, divisor);
    hf_json_decimal(writer, key, value, digits);
    mpq_clears(value, divisor, NULL);
}

static void write_production(struct hf_json_writer *writer, const struct hf_effect *effect, const struct hf_mine *mine)
{
    int material = hf_production_line_material(effect->line);
    enum hf_unit unit = hf_output_unit(&mine->units, material);
    hf_json_date(writer, "date", 1, effect->date);
    hf_json_string(writer, "material", hf_material_name(material));
    hf_json_string(writer, "stage", hf_stage_name(hf_production_line_stage(effect->line)));
    hf_json_string(writer, "quality", hf_quality_name(hf_production_line_quality(effect->line)));
    write_amount(writer, "quantity", effect->amount, hf_unit_mass(unit), QUANTITY_DIGITS);
    hf_json_string(writer, "unit", hf_unit_name(unit));
}

static void write_cost(struct hf_json_writer *writer, const struct hf_effect *effect)
{
    hf_json_date(writer, "from", 1, effect->date);
    hf_json_date(writer, "through", 1, effect->date + effect->days - 1);
    hf_json_string(writer, "element", hf_element_name(hf_cost_line_element(effect->line)));
    hf_json_string(writer, "currency", hf_currency_code(hf_cost_line_currency(effect->line)));
    write_amount(writer, "amount", effect->amount, 1000000, MONEY_DIGITS);
}

static void write_version(struct hf_json_writer *writer, const char *key, const struct hf_fact *fact,
                          const struct hf_audit_place *place)
{
    if (!fact) {
        hf_json_null(writer, key);
        return;
    }
    hf_json_begin_object(writer, key);
    hf_json_integer(writer, "revision", fact->revision);
    hf_json_boolean(writer, "voided", fact->voided);
    if (!fact->voided && place->lines == HF_LINES_PRODUCTION)
        write_production(writer, &fact->effect, place->mine);
    else if (!fact->voided)
        write_cost(writer, &fact->effect);
    hf_json_end_object(writer);
}

/* --- records ---------------------------------------------------------------------------------------------------- */

static void begin_record(struct hf_json_writer *writer, const char *schema, const struct hf_audit_place *place,
                         uint32_t revision)
{
    hf_json_writer_reset(writer);
    hf_json_begin_object(writer, NULL);
    hf_json_string(writer, "schema", schema);
    hf_json_string(writer, "topic", place->topic);
    hf_json_string(writer, "mine", place->mine->id);
    hf_json_text(writer, "event_id", place->event_id.data, place->event_id.length);
    hf_json_integer(writer, "revision", revision);
}

static void end_record(struct hf_json_writer *writer, const struct hf_audit_place *place)
{
    hf_json_integer(writer, "partition", place->partition);
    hf_json_integer(writer, "offset", place->offset);
    hf_json_end_object(writer);
}

/* Free text of a producer; null where there is none. A NUL in it is shown as U+FFFD. A long one is cut where a character
 * ends: escaped, it could make the record larger than Kafka takes, and hold up its partition. */
static void write_free_text(struct hf_json_writer *writer, const char *key, struct hf_text text)
{
    size_t length = text.length;
    if (length > FREE_TEXT_BYTES)
        for (length = FREE_TEXT_BYTES; length > 0 && ((unsigned char)text.data[length] & 0xc0) == 0x80;)
            length--;
    g_autofree char *valid = text.data ? g_utf8_make_valid(text.data, (gssize)length) : NULL;
    hf_json_string(writer, key, valid);
}

static char *quarantine_key(const struct hf_audit_place *place, uint32_t revision)
{
    return g_strdup_printf("%s|%s|%.*s|%u", place->topic, place->mine->id, (int)place->event_id.length,
                           place->event_id.data, revision);
}

void hf_audit_quarantine(struct hf_audit *audit, const struct hf_audit_place *place, const struct hf_fact *before,
                         const struct hf_fact *version, int32_t closed_through, struct hf_text source)
{
    struct hf_json_writer *writer = audit->writer;
    begin_record(writer, "headframe.quarantine.v1", place, version->revision);
    hf_json_date(writer, "closed_through", 1, closed_through);
    write_free_text(writer, "source", source);
    write_version(writer, "before", before, place);
    write_version(writer, "after", version, place);
    end_record(writer, place);
    add_note(audit, HF_TOPIC_QUARANTINE, quarantine_key(place, version->revision), 1);
}

void hf_audit_decided(struct hf_audit *audit, const struct hf_audit_place *place, uint32_t revision)
{
    add_note(audit, HF_TOPIC_QUARANTINE, quarantine_key(place, revision), 0);
}

static void write_stretch(struct hf_json_writer *writer, struct hf_stretch stretch)
{
    if (stretch.through < stretch.from)
        return;
    hf_json_begin_object(writer, NULL);
    hf_json_date(writer, "from", 1, stretch.from);
    hf_json_date(writer, "through", 1, stretch.through);
    hf_json_end_object(writer);
}

void hf_audit_restatement(struct hf_audit *audit, const struct hf_audit_place *place, const struct hf_fact *before,
                          const struct hf_fact *after, const struct hf_closed_days *days, int32_t ever_closed_through,
                          struct hf_text decided_by)
{
    struct hf_json_writer *writer = audit->writer;
    begin_record(writer, "headframe.restatement.v1", place, after->revision);
    hf_json_date(writer, "ever_closed_through", 1, ever_closed_through);
    hf_json_begin_array(writer, "closed_days");
    write_stretch(writer, days->first);
    write_stretch(writer, days->second);
    hf_json_end_array(writer);
    write_version(writer, "before", before, place);
    write_version(writer, "after", after, place);
    write_free_text(writer, "decided_by", decided_by);
    end_record(writer, place);
    add_note(
        audit, HF_TOPIC_RESTATEMENTS,
        g_strdup_printf("%s|%s|%.*s", place->topic, place->mine->id, (int)place->event_id.length, place->event_id.data),
        1);
}

size_t hf_audit_bytes(const struct hf_audit *audit)
{
    return audit->bytes;
}

int hf_audit_publish(struct hf_audit *audit, const struct hf_sink *sink, struct hf_error *error)
{
    int result = HF_OK;
    for (guint i = 0; i < audit->notes->len && result == HF_OK; i++) {
        const struct note *note = audit->notes->pdata[i];
        struct hf_output output = {
            .topic = note->topic,
            .partition = HF_PARTITION_BY_KEY,
            .key = note->key,
            .key_length = strlen(note->key),
        };
        if (note->value)
            output.value = g_bytes_get_data(note->value, &output.value_length);
        result = sink->write(sink->context, &output, error);
    }
    g_ptr_array_set_size(audit->notes, 0);
    audit->bytes = 0;
    return result;
}
