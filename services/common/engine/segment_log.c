/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when segments are merged for their size: the logarithmic method.
 *
 *   level     0          1            2            3
 *   facts     1..7       8..63        64..511      512..4095     from 4096 on: full
 *             ▪▪▪▪▪▪▪▪ ──▶ ■ … eight of them ──▶ ■ …
 *
 * A transaction adds one small segment at most, and first takes out the highest level that has FANOUT of them, with all
 * below it. So between transactions one level may have FANOUT segments and every other has fewer: there are at most
 * levels · (FANOUT - 1) + 1 small ones, and a fact is written about once for each level until it lies in a full one. The
 * facts of small segments are kept by identity: with the default shape at most 8 · (7 + 63 + 511 + 4095) of them in 16
 * bytes each, 600 kB. */
#include "segment_log.h"

const struct segment_shape segment_shape_default = {
    .fanout = 8,
    .full = HF_SEGMENT_FACTS / 3,
    .record = HF_SEGMENT_FACTS,
    .slack = 65536,
    .chunk = HF_SEGMENT_FACTS / 3,
    .burial = 4096,
};

struct segment {
    struct hf_segment_place place;
    unsigned is_earlier_format;
    size_t count;
    struct hf_fact_id *ids; /* NULL: full */
};

struct segment_log {
    const struct segment_shape *shape;
    GArray *full, *small; /* of struct segment, by place */
    size_t entries, earlier;
};

struct segment_log *segment_log_new(const struct segment_shape *shape)
{
    struct segment_log *log = g_new0(struct segment_log, 1);
    log->shape = shape;
    log->full = g_array_new(FALSE, FALSE, sizeof(struct segment));
    log->small = g_array_new(FALSE, FALSE, sizeof(struct segment));
    return log;
}

void segment_log_free(struct segment_log **log)
{
    if (!*log)
        return;
    for (guint i = 0; i < (*log)->small->len; i++)
        g_free(g_array_index((*log)->small, struct segment, i).ids);
    g_array_free((*log)->full, TRUE);
    g_array_free((*log)->small, TRUE);
    g_free(*log);
    *log = NULL;
}

const struct segment_shape *segment_log_shape(const struct segment_log *log)
{
    return log->shape;
}

static int compare_places(struct hf_segment_place a, struct hf_segment_place b)
{
    if (a.offset != b.offset)
        return a.offset < b.offset ? -1 : 1;
    return a.part < b.part ? -1 : a.part > b.part;
}

/* The index of the segment of a place, or of the first behind it. */
static guint search(const GArray *segments, struct hf_segment_place place)
{
    guint low = 0, high = segments->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (compare_places(g_array_index(segments, struct segment, middle).place, place) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void segment_log_add(struct segment_log *log, struct hf_segment_place place, const struct hf_fact_id *ids, size_t count,
                     int is_earlier_format)
{
    struct segment segment = {place, is_earlier_format != 0, count, NULL};
    int is_full = is_earlier_format || count >= log->shape->full;
    GArray *segments = is_full ? log->full : log->small;
    segment_log_remove(log, place); /* a key that is read once more has replaced itself */
    if (!is_full)
        segment.ids = g_memdup2(ids, count * sizeof *ids);
    g_array_insert_val(segments, search(segments, place), segment);
    log->entries += count;
    log->earlier += segment.is_earlier_format;
}

/* Takes out count segments from first on. */
static void remove_range(struct segment_log *log, GArray *segments, guint first, guint count)
{
    for (guint i = first; i < first + count; i++) {
        const struct segment *segment = &g_array_index(segments, struct segment, i);
        log->entries -= segment->count;
        log->earlier -= segment->is_earlier_format;
        g_free(segment->ids);
    }
    if (count > 0)
        g_array_remove_range(segments, first, count);
}

void segment_log_remove(struct segment_log *log, struct hf_segment_place place)
{
    GArray *const both[] = {log->full, log->small};
    for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
        guint at = search(both[i], place);
        if (at < both[i]->len && compare_places(g_array_index(both[i], struct segment, at).place, place) == 0)
            remove_range(log, both[i], at, 1);
    }
}

size_t segment_log_count(const struct segment_log *log)
{
    return (size_t)log->full->len + log->small->len;
}

size_t segment_log_small_count(const struct segment_log *log)
{
    return log->small->len;
}

size_t segment_log_entries(const struct segment_log *log)
{
    return log->entries;
}

int segment_log_has_earlier_format(const struct segment_log *log)
{
    return log->earlier > 0;
}

/* --- merging ---------------------------------------------------------------------------------------------------- */

/* The facts below which a segment belongs to the level whose segments are above floor or at it. */
static size_t level_end(const struct segment_shape *shape, size_t floor)
{
    return MIN(floor * shape->fanout, shape->full);
}

/* The count below which segments are to be merged; 0: none are. */
static size_t merge_below(const struct segment_log *log)
{
    const struct segment_shape *shape = log->shape;
    size_t result = 0;
    for (size_t floor = 1; floor < shape->full; floor = level_end(shape, floor)) {
        size_t segments = 0, end = level_end(shape, floor);
        for (guint i = 0; i < log->small->len; i++) {
            size_t count = g_array_index(log->small, struct segment, i).count;
            segments += count >= floor && count < end;
        }
        if (segments >= shape->fanout)
            result = end;
    }
    return result;
}

void segment_log_take_small(struct segment_log *log, struct id_set *into, GArray *dead)
{
    size_t below = merge_below(log);
    for (guint i = 0; i < log->small->len;) {
        const struct segment *segment = &g_array_index(log->small, struct segment, i);
        if (segment->count >= below) {
            i++;
            continue;
        }
        for (size_t j = 0; j < segment->count; j++)
            id_set_add(into, segment->ids[j]);
        g_array_append_val(dead, segment->place);
        remove_range(log, log->small, i, 1);
    }
}

int segment_log_take_through(struct segment_log *log, int64_t offset, size_t limit, GArray *dead)
{
    GArray *const both[] = {log->small, log->full};
    for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
        guint count = 0;
        for (; count < both[i]->len; count++) {
            struct hf_segment_place place = g_array_index(both[i], struct segment, count).place;
            if (place.offset > offset)
                break;
            if (limit == 0) {
                remove_range(log, both[i], 0, count);
                return 1;
            }
            g_array_append_val(dead, place);
            limit--;
        }
        remove_range(log, both[i], 0, count);
    }
    return 0;
}
