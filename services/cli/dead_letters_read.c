/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how much of headframe.dead-letters is read: for places no more than lies between the first and the last of each
 * partition. */
#include "dead_letters_read.h"

#include <stdlib.h>
#include <string.h>

#include "scan.h"

struct reading {
    const struct hf_letters_query *query;
    const struct hf_place *places; /* of one partition; NULL: all */
    size_t place_count;
    int is_ended; /* by the visitor */
};

static int take(void *context, const struct hf_record *record)
{
    struct reading *reading = context;
    const struct hf_letters_query *query = reading->query;
    const struct hf_place place = {record->partition, record->offset};
    if (reading->places) {
        const struct hf_place *last = &reading->places[reading->place_count - 1];
        if (record->offset > last->offset)
            return 1;
        if (!bsearch(&place, reading->places, reading->place_count, sizeof place, hf_place_compare))
            return 0;
    }
    struct hf_letter *letter = hf_letter_new(record);
    if (query->filter && !hf_letter_filter_takes(query->filter, letter))
        hf_letter_free(&letter);
    else
        reading->is_ended = query->visit(query->context, letter, record) != 0;
    return reading->is_ended;
}

static int read_topic(struct hf_session *session, struct reading *reading)
{
    g_autofree char *topic = hf_letters_topic_name(session);
    const struct hf_scan scan = {
        .topic = topic,
        .partition = reading->places ? reading->places->partition : -1,
        .isolation = HF_READ_COMMITTED,
        .from = reading->places ? reading->places->offset : 0,
        .visit = take,
        .context = reading,
    };
    return hf_scan_run(session, &scan);
}

int hf_letters_read(struct hf_session *session, const struct hf_letters_query *query)
{
    struct reading reading = {.query = query};
    if (!query->places)
        return read_topic(session, &reading);
    int code = HF_CONTINUE;
    for (size_t i = 0; i < query->place_count && code == HF_CONTINUE && !reading.is_ended; i += reading.place_count) {
        reading.places = &query->places[i];
        reading.place_count = 1;
        while (i + reading.place_count < query->place_count &&
               reading.places[reading.place_count].partition == reading.places->partition)
            reading.place_count++;
        code = read_topic(session, &reading);
    }
    return code;
}

char *hf_letters_topic_name(const struct hf_session *session)
{
    int topic;
    return hf_session_topic_name(session, hf_topic_info(HF_TOPIC_DEAD_LETTERS)->name, &topic);
}

GArray *hf_places_parse(char *const *words, int count, struct hf_error *error)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(struct hf_place));
    for (int i = 0; i < count; i++) {
        struct hf_place place;
        if (hf_place_parse(words[i], strlen(words[i]), &place, error) != HF_OK)
            return NULL;
        g_array_append_val(places, place);
    }
    g_array_sort(places, hf_place_compare);
    for (guint i = 1; i < places->len; i++)
        if (hf_place_compare(&g_array_index(places, struct hf_place, i - 1),
                             &g_array_index(places, struct hf_place, i)) == 0)
            g_array_remove_index(places, i--);
    return g_steal_pointer(&places);
}
