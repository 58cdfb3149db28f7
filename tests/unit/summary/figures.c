/* SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"

static json_t *record_of(struct view *view, const char *kind, const char *date)
{
    struct hf_json_writer *writer = hf_json_writer_new();
    const struct hf_window window = window_of(view, kind, date);
    json_error_t reason;
    size_t length;
    record_write(view, &window, writer);
    const char *text = hf_json_writer_text(writer, &length);
    json_t *record = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason);
    if (!record)
        fail_msg("%s in %s", reason.text, text);
    hf_json_writer_free(&writer);
    view_free(&view);
    return record;
}

json_t *company_record(const struct fixture *fixture, const char *company, const char *kind, const char *date)
{
    return record_of(company_view(fixture, company), kind, date);
}

json_t *mine_record(const struct fixture *fixture, const char *mine, const char *kind, const char *date)
{
    return record_of(mine_view(fixture, mine), kind, date);
}

/* The element of array that has every KEY=VALUE of filter. */
static const json_t *find_element(const json_t *array, const char *filter)
{
    g_auto(GStrv) conditions = g_strsplit(filter, ",", -1);
    const json_t *element;
    size_t index;
    json_array_foreach((json_t *)array, index, element)
    {
        int matches = 1;
        for (int i = 0; conditions[i] && matches; i++) {
            g_auto(GStrv) sides = g_strsplit(conditions[i], "=", 2);
            matches = g_strcmp0(json_string_value(json_object_get(element, sides[0])), sides[1]) == 0;
        }
        if (matches)
            return element;
    }
    return NULL;
}

const json_t *json_at(const json_t *record, const char *path)
{
    g_auto(GStrv) steps = g_strsplit(path, ".", -1);
    for (int i = 0; steps[i] && record; i++) {
        char *bracket = strchr(steps[i], '[');
        if (bracket) {
            *bracket++ = '\0';
            bracket[strlen(bracket) - 1] = '\0';
        }
        record = json_object_get(record, steps[i]);
        if (bracket)
            record = find_element(record, bracket);
    }
    return record;
}

static char *show(const json_t *value)
{
    if (!value)
        return strdup("(not there)");
    return json_is_string(value) ? strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
}

void assert_figures(const json_t *record, const struct figure *figures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *shown = show(json_at(record, figures[i].path));
        if (strcmp(shown, figures[i].value ? figures[i].value : "(not there)") != 0)
            fail_msg("%s is %s, expected %s", figures[i].path, shown,
                     figures[i].value ? figures[i].value : "nothing there");
        free(shown);
    }
}
