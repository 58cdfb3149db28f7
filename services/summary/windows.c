/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which windows there are: those that hold a live fact on a day that counts, and rolling ones where there is a
 * clock. */

#include "headframe/calendar.h"
#include "view.h"

/* A set of bookable dates: a bit for each. A company of ten thousand mines has tens of millions of live lines and dates,
 * but few dates. */
enum { DATE_COUNT = HF_DATE_LAST_BOOKABLE - HF_DATE_FIRST_BOOKABLE + 1, WORD_BITS = 64 };

struct dates {
    uint64_t words[DATE_COUNT / WORD_BITS + 1];
};

static void add_date(void *context, int32_t date)
{
    struct dates *dates = context;
    int32_t bit = date - HF_DATE_FIRST_BOOKABLE;
    dates->words[bit / WORD_BITS] |= UINT64_C(1) << bit % WORD_BITS;
}

/* The dates in ascending order; a new array of int32_t. */
static GArray *list_dates(const struct dates *dates)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(int32_t));
    for (int32_t i = 0; i <= DATE_COUNT / WORD_BITS; i++)
        for (uint64_t word = dates->words[i]; word; word &= word - 1) {
            int32_t date = HF_DATE_FIRST_BOOKABLE + i * WORD_BITS + __builtin_ctzll(word);
            g_array_append_val(list, date);
        }
    return list;
}

/* Counted dates with a live fact of each member's production, and with_costs of its costs. */
static GArray *live_dates(const struct view *view, int with_costs)
{
    struct dates *dates = g_new0(struct dates, 1);
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        for (size_t j = 0; j < member->holding_count; j++) {
            const struct holding *holding = &member->holdings[j];
            hf_daybook_visit_live_dates(member->mine->production, holding->from, holding->through, add_date, dates);
            if (with_costs)
                hf_daybook_visit_live_dates(member->mine->costs, holding->from, holding->through, add_date, dates);
        }
    }
    GArray *list = list_dates(dates);
    g_free(dates);
    return list;
}

static void add_calendar_windows(const struct view *view, struct hf_window_spec spec, const GArray *dates,
                                 GArray *windows)
{
    int has_window = 0;
    struct hf_window window = {.spec = spec};
    for (guint i = 0; i < dates->len; i++) {
        int32_t date = g_array_index(dates, int32_t, i);
        if (has_window && date <= window.through)
            continue;
        window = hf_window_at(spec, view->fiscal_year_start_month, date);
        g_array_append_val(windows, window);
        has_window = 1;
    }
}

GArray *view_windows(const struct view *view, const struct hf_window_spec *specs, size_t spec_count)
{
    GArray *windows = g_array_new(FALSE, FALSE, sizeof(struct hf_window));
    g_autoptr(GArray) production = live_dates(view, 0), any = live_dates(view, 1);
    for (size_t i = 0; i < spec_count; i++) {
        switch (specs[i].kind) {
        case HF_WINDOW_ROLLING_DAYS:
        case HF_WINDOW_ROLLING_MONTHS:
            if (view->clock.is_set) {
                struct hf_window window = hf_window_rolling(specs[i], view->clock.date);
                g_array_append_val(windows, window);
            }
            break;
        case HF_WINDOW_DAY:
        case HF_WINDOW_WEEK:
            add_calendar_windows(view, specs[i], production, windows);
            break;
        default:
            add_calendar_windows(view, specs[i], any, windows);
        }
    }
    return windows;
}
