/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which closed days a restatement touched, and counts restatements by stretches of dates.
 *
 * Invariant: rows ascend by (first, second); rows with the same days are one row with a count. */
#include "headframe/restatement.h"

#include <glib.h>

#include "headframe/calendar.h"

struct row {
    struct hf_closed_days days;
    uint32_t count;
};

struct hf_restatements {
    GArray *rows;  /* of struct row */
    int32_t reach; /* no row's last day lies more days behind its first */
};

static const struct hf_stretch nothing = {0, -1};

static int is_empty(struct hf_stretch stretch)
{
    return stretch.through < stretch.from;
}

static struct hf_stretch closed_part(const struct hf_effect *effect, int32_t closed_through)
{
    if (effect->days == 0 || effect->date > closed_through)
        return nothing;
    return (struct hf_stretch){effect->date, MIN(effect->date + effect->days - 1, closed_through)};
}

int hf_closed_days(const struct hf_effect *before, const struct hf_effect *after, int32_t closed_through,
                   struct hf_closed_days *out_days)
{
    struct hf_stretch a = closed_part(before, closed_through), b = closed_part(after, closed_through);
    if (is_empty(a) || (!is_empty(b) && b.from < a.from)) {
        struct hf_stretch swap = a;
        a = b;
        b = swap;
    }
    if (is_empty(a))
        return 0;
    if (!is_empty(b) && b.from <= a.through + 1) {
        a.through = MAX(a.through, b.through);
        b = nothing;
    }
    *out_days = (struct hf_closed_days){a, is_empty(b) ? nothing : b};
    return 1;
}

struct hf_restatements *hf_restatements_new(void)
{
    struct hf_restatements *restatements = g_new0(struct hf_restatements, 1);
    restatements->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
    return restatements;
}

void hf_restatements_free(struct hf_restatements **restatements)
{
    if (!*restatements)
        return;
    g_array_free((*restatements)->rows, TRUE);
    g_free(*restatements);
    *restatements = NULL;
}

static int compare_stretches(struct hf_stretch a, struct hf_stretch b)
{
    if (a.from != b.from)
        return a.from < b.from ? -1 : 1;
    return (a.through > b.through) - (a.through < b.through);
}

static int compare_days(const struct hf_closed_days *a, const struct hf_closed_days *b)
{
    int order = compare_stretches(a->first, b->first);
    return order ? order : compare_stretches(a->second, b->second);
}

static struct row *row_at(const struct hf_restatements *restatements, guint i)
{
    return &g_array_index(restatements->rows, struct row, i);
}

/* Index of the first row that is not below days. */
static guint position(const struct hf_restatements *restatements, const struct hf_closed_days *days)
{
    guint low = 0, high = restatements->rows->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (compare_days(&row_at(restatements, middle)->days, days) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Index of the first row whose first day is not before date. */
static guint day_position(const struct hf_restatements *restatements, int32_t date)
{
    const struct hf_closed_days least = {{date, HF_DATE_MIN}, {HF_DATE_MIN, HF_DATE_MIN}};
    return position(restatements, &least);
}

void hf_restatements_add(struct hf_restatements *restatements, const struct hf_closed_days *days, uint32_t count)
{
    guint at = position(restatements, days);
    if (at < restatements->rows->len && compare_days(&row_at(restatements, at)->days, days) == 0) {
        row_at(restatements, at)->count += count;
        return;
    }
    struct row row = {*days, count};
    restatements->reach = MAX(restatements->reach, MAX(days->first.through, days->second.through) - days->first.from);
    g_array_insert_val(restatements->rows, at, row);
}

void hf_restatements_clear_day(struct hf_restatements *restatements, int32_t date)
{
    guint from = day_position(restatements, date), to = from;
    while (to < restatements->rows->len && row_at(restatements, to)->days.first.from == date)
        to++;
    if (to > from)
        g_array_remove_range(restatements->rows, from, to - from);
}

void hf_restatements_visit_day(const struct hf_restatements *restatements, int32_t date, hf_restatements_visit *visit,
                               void *context)
{
    for (guint i = day_position(restatements, date);
         i < restatements->rows->len && row_at(restatements, i)->days.first.from == date; i++)
        visit(context, &row_at(restatements, i)->days, row_at(restatements, i)->count);
}

static int overlaps(struct hf_stretch a, struct hf_stretch b)
{
    return !is_empty(a) && !is_empty(b) && a.from <= b.through && b.from <= a.through;
}

int64_t hf_restatements_count(const struct hf_restatements *restatements, const struct hf_stretch *stretches,
                              size_t count)
{
    int64_t sum = 0;
    int32_t first = HF_DATE_MAX, last = HF_DATE_MIN;
    for (size_t j = 0; j < count; j++)
        if (!is_empty(stretches[j])) {
            first = MIN(first, stretches[j].from);
            last = MAX(last, stretches[j].through);
        }
    int32_t reaching = first < HF_DATE_MIN + restatements->reach ? HF_DATE_MIN : first - restatements->reach;
    for (guint i = day_position(restatements, reaching); i < restatements->rows->len; i++) {
        const struct row *row = row_at(restatements, i);
        if (row->days.first.from > last)
            break; /* rows ascend */
        for (size_t j = 0; j < count; j++)
            if (overlaps(row->days.first, stretches[j]) || overlaps(row->days.second, stretches[j])) {
                sum += row->count;
                break;
            }
    }
    return sum;
}
