/* SPDX-License-Identifier: Apache-2.0 */
#include "outputs.h"

#include <string.h>

#include "../unit.h"
#include "headframe/calendar.h"
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
    unsigned facts[HF_FACT_ABSENT + 1]; /* by status */
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

static void render_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    struct rendering *rendering = context;
    const struct hf_stretch stretches[] = {days->first, days->second};
    char from[HF_DATE_TEXT], through[HF_DATE_TEXT];
    g_string_append(rendering->text, " restated");
    for (size_t i = 0; i < COUNT(stretches); i++)
        if (stretches[i].from <= stretches[i].through)
            g_string_append_printf(rendering->text, " %s..%s", hf_date_format(stretches[i].from, from),
                                   hf_date_format(stretches[i].through, through));
    g_string_append_printf(rendering->text, " x%u;", count);
}

static void render_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    struct rendering *rendering = context;
    char through[HF_DATE_TEXT], ever[HF_DATE_TEXT];
    (void)mine_id; /* in the key */
    g_string_append_printf(rendering->text, " through %s, ever %s", hf_date_format(closes->closed_through, through),
                           hf_date_format(closes->ever_closed_through, ever));
}

static void render_control(void *context, const struct hf_control *control)
{
    struct rendering *rendering = context;
    rendering->is_control = 1;
    g_string_append_printf(rendering->text, " %lld/%u/%llu", (long long)control->input_offset,
                           control->input_partitions, (unsigned long long)control->hash_seed);
}

static void render_state_control(void *context, const struct hf_control *control, unsigned format)
{
    assert_int_equal(format, HF_STATE_FORMAT);
    render_control(context, control);
}

static uint32_t number_mine(void *context, const char *mine_id)
{
    (void)context; /* only statuses are shown */
    (void)mine_id;
    return 0;
}

static void count_fact(void *context, const struct hf_fact *fact)
{
    ((struct rendering *)context)->facts[fact->status]++;
}

static void render_counts(struct rendering *rendering)
{
    static const char *const names[] = {"facts", "waiting", "rejected", "decided", "absent"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (rendering->facts[i])
            g_string_append_printf(rendering->text, " %u %s", rendering->facts[i], names[i]);
    memset(rendering->facts, 0, sizeof rendering->facts);
}

/* The key of held versions is a hash, which no test can spell out. */
static void render_state(const struct output *output, struct rendering *rendering)
{
    const struct hf_state_reader state = {number_mine, count_fact, render_state_control, rendering, NULL, NULL};
    const uint8_t *bytes = (const uint8_t *)output->value;
    int is_held = g_str_has_prefix(output->key, "|held|");
    g_string_append_printf(rendering->text, "state %s:", is_held ? "held" : output->key);
    if (!bytes)
        g_string_append(rendering->text, " tombstone");
    else
        assert_int_equal(hf_state_decode(bytes, output->value_length, rendering->lines, &state, NULL), HF_OK);
    render_counts(rendering);
}

static void render(const struct output *output, struct rendering *rendering)
{
    const struct hf_day_reader days = {begin_day,     render_line,    render_restated,
                                       render_closes, render_control, rendering};
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
        render_state(output, rendering);
        break;
    case HF_TOPIC_QUARANTINE:
    case HF_TOPIC_RESTATEMENTS:
        g_string_append_printf(rendering->text, "%s %s: %s", strchr(hf_topic_info(output->topic)->name, '.') + 1,
                               output->key, output->value ? "published" : "tombstone");
        break;
    default:
        g_string_append_printf(rendering->text, "%s %s: %s", strchr(hf_topic_info(output->topic)->name, '.') + 1,
                               output->key ? output->key : "(null)", output_header(output, "headframe-error"));
    }
    g_string_append_c(rendering->text, '\n');
}

char *outputs_text(const struct outputs *outputs, enum hf_line_kind lines)
{
    struct rendering rendering = {.text = g_string_new(NULL), .lines = lines};
    for (guint i = 0; i < outputs->list->len; i++)
        render(output_at(outputs, i), &rendering);
    return g_string_free(rendering.text, FALSE);
}

char *outputs_days_text(const struct outputs *outputs, enum hf_line_kind lines)
{
    struct rendering rendering = {.text = g_string_new(NULL), .lines = lines};
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

char *outputs_values(const struct outputs *outputs, enum hf_topic topic)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < outputs->list->len; i++) {
        const struct output *output = output_at(outputs, i);
        if (output->topic == topic)
            g_string_append_printf(text, "%s %s\n", output->key, output->value ? output->value : "tombstone");
    }
    return g_string_free(text, FALSE);
}

/* --- as topics -------------------------------------------------------------------------------------------------- */

static int is_same_key(const struct output *a, const struct output *b)
{
    return a->topic == b->topic && a->key_length == b->key_length && memcmp(a->key, b->key, a->key_length) == 0;
}

struct outputs *outputs_compacted(const struct outputs *outputs)
{
    struct outputs *left = outputs_new();
    for (guint i = 0; i < outputs->list->len; i++) {
        const struct output *output = output_at(outputs, i);
        int is_last = 1;
        for (guint j = i + 1; j < outputs->list->len && is_last; j++)
            is_last = !is_same_key(output_at(outputs, j), output);
        const struct hf_output again = {
            .topic = output->topic,
            .partition = output->partition,
            .key = output->key,
            .key_length = output->key_length,
            .value = output->value,
            .value_length = output->value_length,
        };
        if (is_last)
            assert_int_equal(left->sink.write(left->sink.context, &again, NULL), HF_OK);
    }
    return left;
}

void assert_same_outputs(const struct outputs *a, const struct outputs *b)
{
    assert_int_equal(a->list->len, b->list->len);
    for (guint i = 0; i < a->list->len; i++) {
        const struct output *x = output_at(a, i), *y = output_at(b, i);
        assert_true(is_same_key(x, y));
        assert_int_equal(x->partition, y->partition);
        assert_int_equal(x->value_length, y->value_length);
        assert_int_equal(x->value != NULL, y->value != NULL);
        if (x->value)
            assert_memory_equal(x->value, y->value, x->value_length);
        assert_int_equal(x->headers->len, y->headers->len);
        for (guint j = 0; j < x->headers->len; j++)
            assert_string_equal(x->headers->pdata[j], y->headers->pdata[j]);
    }
}
