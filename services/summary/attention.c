/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which windows have to be looked at again.
 *
 * A change of day lines touches the windows that hold one of its dates, and those whose comparison reaches it a year
 * later. Where a clock moved from a to b, it touches every window that ends after the earlier of the two, and the rolling
 * ones, which end on a clock. Where a close moved, the windows that end on a date which it passed. Reference data touches
 * all. Looking at too many windows costs time only. */
#include "attention.h"

/* The clocks of a member. */
struct member_clocks {
    struct clock seen, own, costs;
};

struct clock_notes {
    GHashTable *members; /* mine id → struct member_clocks; NULL: never published */
    struct clock clock;
    char *stale;
};

struct attention {
    int is_full;
    int32_t moved_from;             /* windows that end after it may have changed; HF_DATE_MAX: no clock moved */
    struct hf_stretch closes_moved; /* windows that end on these dates may have another state */
    GArray *changed_dates;          /* of int32_t, ascending */
};

struct clock_notes *clock_notes_new(void)
{
    return g_new0(struct clock_notes, 1);
}

void clock_notes_free(struct clock_notes **notes)
{
    if (!*notes)
        return;
    g_clear_pointer(&(*notes)->members, g_hash_table_destroy);
    g_free((*notes)->stale);
    g_free(*notes);
    *notes = NULL;
}

static gint compare_dates(gconstpointer a, gconstpointer b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void note_clock(struct attention *attention, struct clock before, struct clock now)
{
    if (before.is_set == now.is_set && before.date == now.date)
        return;
    int32_t from = before.is_set && now.is_set ? MIN(before.date, now.date) : HF_DATE_MIN;
    attention->moved_from = MIN(attention->moved_from, from);
}

static void note_moved_closes(struct attention *attention, struct hf_stretch moved)
{
    if (moved.through < moved.from)
        return;
    attention->closes_moved.from = MIN(attention->closes_moved.from, moved.from);
    attention->closes_moved.through = MAX(attention->closes_moved.through, moved.through);
}

static char *stale_list(const struct view *view)
{
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < view->member_count; i++)
        if (view->members[i].is_stale)
            g_string_append_printf(list, "%s|", view->members[i].mine->id);
    return g_string_free(list, FALSE);
}

static void note_member(struct attention *attention, const struct member *member, const struct member_clocks *before,
                        const struct member_clocks *now)
{
    static const struct member_clocks none = {{0, 0}, {0, 0}, {0, 0}};
    if (!before)
        before = &none;
    note_clock(attention, before->seen, now->seen);
    note_clock(attention, before->own, now->own);
    note_clock(attention, before->costs, now->costs);
    note_moved_closes(attention, member->mine->closes_moved);
    g_array_append_vals(attention->changed_dates, member->mine->changed_dates->data, member->mine->changed_dates->len);
}

struct attention *attention_new(const struct view *view, int is_full, struct clock_notes *notes)
{
    struct attention *attention = g_new(struct attention, 1);
    GHashTable *members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    char *stale = stale_list(view);
    *attention = (struct attention){
        .is_full = is_full || !notes->members || g_strcmp0(stale, notes->stale) != 0,
        .moved_from = HF_DATE_MAX,
        .closes_moved = {HF_DATE_MAX, HF_DATE_MIN},
        .changed_dates = g_array_new(FALSE, FALSE, sizeof(int32_t)),
    };
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        struct member_clocks *now = g_new(struct member_clocks, 1);
        *now = (struct member_clocks){member->clock, member->own_clock, member->costs_clock};
        note_member(attention, member, notes->members ? g_hash_table_lookup(notes->members, member->mine->id) : NULL,
                    now);
        g_hash_table_insert(members, g_strdup(member->mine->id), now);
    }
    note_clock(attention, notes->clock, view->clock);
    g_array_sort(attention->changed_dates, compare_dates);
    g_clear_pointer(&notes->members, g_hash_table_destroy);
    g_free(notes->stale);
    *notes = (struct clock_notes){members, view->clock, stale};
    return attention;
}

void attention_free(struct attention **attention)
{
    if (!*attention)
        return;
    g_array_free((*attention)->changed_dates, TRUE);
    g_free(*attention);
    *attention = NULL;
}

static int holds_change(const struct attention *attention, int32_t from, int32_t through)
{
    const GArray *dates = attention->changed_dates;
    guint low = 0, high = dates->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(dates, int32_t, middle) < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < dates->len && g_array_index(dates, int32_t, low) <= through;
}

int attention_must_look(const struct attention *attention, const struct hf_window *window)
{
    int is_rolling = window->spec.kind == HF_WINDOW_ROLLING_DAYS || window->spec.kind == HF_WINDOW_ROLLING_MONTHS;
    if (attention->is_full || window->through > attention->moved_from ||
        (is_rolling && attention->moved_from != HF_DATE_MAX))
        return 1;
    if (window->through >= attention->closes_moved.from && window->through <= attention->closes_moved.through)
        return 1;
    if (holds_change(attention, window->from, window->through))
        return 1;
    return window->spec.kind != HF_WINDOW_ALL && /* which holds everything, and is compared with nothing */
           holds_change(attention, hf_window_year_earlier(window, window->from),
                        hf_window_year_earlier(window, window->through));
}
