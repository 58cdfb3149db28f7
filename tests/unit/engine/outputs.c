/* SPDX-License-Identifier: Apache-2.0 */
#include "outputs.h"

#include <string.h>

#include "../unit.h"
#include "headframe/state_codec.h"
#include "headframe/vocabulary.h"

static void free_output(gpointer data)
{
    struct output *output = data;
    g_free(output->key);
    g_free(output->value);
    g_ptr_array_free(output->headers, TRUE);
    g_free(output);
}

static char *copy(const void *bytes, size_t length)
{
    char *text = bytes ? g_malloc(length + 1) : NULL;
    if (text) {
        memcpy(text, bytes, length);
        text[length] = '\0';
    }
    return text;
}

static int take(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct outputs *outputs = context;
    if (outputs->fails_after == 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "the sink of the test is full");
    outputs->fails_after -= outputs->fails_after > 0;
    struct output *taken = g_new0(struct output, 1);
    taken->topic = output->topic;
    taken->partition = output->partition;
    taken->key = copy(output->key, output->key_length);
    taken->key_length = output->key_length;
    taken->value = copy(output->value, output->value_length);
    taken->value_length = output->value_length;
    taken->headers = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < output->header_count; i++) {
        const struct hf_header *header = &output->headers[i];
        g_autofree char *value = copy(header->value ? header->value : "(null)", header->value ? header->length : 6);
        g_ptr_array_add(taken->headers, g_strdup_printf("%s=%s", header->name, value));
    }
    g_ptr_array_add(outputs->list, taken);
    return HF_OK;
}

struct outputs *outputs_new(void)
{
    struct outputs *outputs = g_new0(struct outputs, 1);
    outputs->list = g_ptr_array_new_with_free_func(free_output);
    outputs->fails_after = -1;
    outputs->sink = (struct hf_sink){take, outputs};
    return outputs;
}

void outputs_free(struct outputs *outputs)
{
    g_ptr_array_free(outputs->list, TRUE);
    g_free(outputs);
}

void outputs_clear(struct outputs *outputs)
{
    g_ptr_array_set_size(outputs->list, 0);
}

const struct output *output_at(const struct outputs *outputs, size_t index)
{
    assert_true(index < outputs->list->len);
    return outputs->list->pdata[index];
}

size_t outputs_count(const struct outputs *outputs, enum hf_topic topic)
{
    size_t count = 0;
    for (guint i = 0; i < outputs->list->len; i++)
        count += output_at(outputs, i)->topic == topic;
    return count;
}

const char *output_header(const struct output *output, const char *name)
{
    size_t length = strlen(name);
    for (guint i = 0; i < output->headers->len; i++) {
        const char *header = output->headers->pdata[i];
        if (strncmp(header, name, length) == 0 && header[length] == '=')
            return header + length + 1;
    }
    return NULL;
}

/* --- as text ---------------------------------------------------------------------------------------------------- */

struct rendering {
    GString *text;
    enum hf_line_kind lines;
    int facts;
    int is_control;
};

static void begin_day(void *context, const char *mine_id, int32_t date)
{
    (void)context; /* the key says both; that they agree is tested with the codec */
    (void)mine_id;
    (void)date;
}

static void render_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct rendering *rendering = context;
    char amount[41];
    if (rendering->lines == HF_LINES_PRODUCTION)
        g_string_append_printf(rendering->text, " %s %s %s", hf_material_name(hf_production_line_material(line)),
                               hf_stage_name(hf_production_line_stage(line)),
                               hf_quality_name(hf_production_line_quality(line)));
    else
        g_string_append_printf(rendering->text, " %s %s", hf_element_name(hf_cost_line_element(line)),
                               hf_currency_code(hf_cost_line_currency(line)));
    g_string_append_printf(rendering->text, " %s x%lld;", hf_int128_format(total.amount, amount),
                           (long long)total.facts);
}

static void render_control(void *context, const struct hf_control *control)
{
    struct rendering *rendering = context;
    rendering->is_control = 1;
    g_string_append_printf(rendering->text, " %lld/%u/%llu", (long long)control->input_offset,
                           control->input_partitions, (unsigned long long)control->hash_seed);
}

static void count_fact(void *context, const struct hf_fact *fact)
{
    (void)fact;
    ((struct rendering *)context)->facts++;
}

static void render(const struct output *output, struct rendering *rendering)
{
    const struct hf_day_reader days = {begin_day, render_line, render_control, rendering};
    const struct hf_state_reader state = {count_fact, render_control, rendering};
    const uint8_t *bytes = (const uint8_t *)output->value;
    switch (output->topic) {
    case HF_TOPIC_PRODUCTION_DAYS:
    case HF_TOPIC_COST_DAYS:
        g_string_append_printf(rendering->text, "days %s:", output->key);
        assert_non_null(bytes); /* an emptied day is no tombstone */
        assert_int_equal(hf_day_decode(bytes, output->value_length, rendering->lines, &days, NULL), HF_OK);
        break;
    case HF_TOPIC_PRODUCTION_STATE:
    case HF_TOPIC_COSTS_STATE:
        rendering->facts = 0;
        g_string_append_printf(rendering->text, "state %s:", output->key);
        assert_int_equal(hf_state_decode(bytes, output->value_length, rendering->lines, &state, NULL), HF_OK);
        if (rendering->facts)
            g_string_append_printf(rendering->text, " %d facts", rendering->facts);
        break;
    default:
        g_string_append_printf(rendering->text, "%s %s: %s", strchr(hf_topic_info(output->topic)->name, '.') + 1,
                               output->key ? output->key : "(null)", output_header(output, "headframe-error"));
    }
    g_string_append_c(rendering->text, '\n');
}

char *outputs_text(const struct outputs *outputs, enum hf_line_kind lines)
{
    struct rendering rendering = {g_string_new(NULL), lines, 0, 0};
    for (guint i = 0; i < outputs->list->len; i++)
        render(output_at(outputs, i), &rendering);
    return g_string_free(rendering.text, FALSE);
}

char *outputs_days_text(const struct outputs *outputs, enum hf_line_kind lines)
{
    struct rendering rendering = {g_string_new(NULL), lines, 0, 0};
    for (guint i = 0; i < outputs->list->len; i++) {
        const struct output *output = output_at(outputs, i);
        gsize length = rendering.text->len;
        if (output->topic != HF_TOPIC_PRODUCTION_DAYS && output->topic != HF_TOPIC_COST_DAYS)
            continue;
        rendering.is_control = 0;
        render(output, &rendering);
        if (rendering.is_control)
            g_string_truncate(rendering.text, length);
    }
    return g_string_free(rendering.text, FALSE);
}
