/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how day totals are kept and summed.
 *
 *   book ── lines, ascending ── blocks, ascending by month ── 31 days: amount, facts; the month's total; dirty bits
 *
 * Invariants: a block's total is the sum of its days; every day's amount lies within ±hf_amount_limit() and a line has at
 * most MONTHS_LIMIT months, so that no sum of its days can overflow 128 bits (5 400 × 31 × 10^33 < 2^127); no block is
 * ever removed. How amounts are kept is
 * amounts.c's business, how facts are counted tallies.c's. */
#include "headframe/daybook.h"

#include <glib.h>
#include <string.h>

#include "amounts.h"
#include "headframe/calendar.h"
#include "tallies.h"

enum { DAYS = AMOUNTS_DAYS, MONTHS_LIMIT = 5400, EFFECT_MONTHS = HF_SPREAD_LIMIT / 28 + 2 };

struct block {
    struct hf_day_total total;
    int32_t month;
    int32_t first, last;    /* the month's dates */
    uint32_t dirty;         /* bit i: day i + 1 */
    struct amounts amounts; /* by day of the month */
    struct tallies facts;   /* likewise */
};

struct line {
    GPtrArray *blocks;    /* of struct block, ascending by month */
    struct block *recent; /* the one that changed last, for the next event is mostly of that month too; or NULL */
    int32_t recent_first, recent_last; /* its dates */
    uint16_t id;
};

struct hf_daybook {
    GArray *lines; /* of struct line, ascending by id */
};

hf_int128 hf_spread_amount(hf_int128 amount, int i, int n)
{
    if (n == 1)
        return amount; /* every production fact */
    /* floor(A·k/n) without overflow: A = q·n + r with 0 <= r < n gives q·k + floor(r·k/n). */
    hf_int128 quotient = amount / n, rest = amount % n;
    if (rest < 0) {
        quotient--;
        rest += n;
    }
    return quotient + (rest * (i + 1)) / n - (rest * i) / n;
}

static void free_block(gpointer data)
{
    struct block *block = data;
    amounts_fini(&block->amounts);
    tallies_fini(&block->facts);
    g_free(block);
}

struct hf_daybook *hf_daybook_new(void)
{
    struct hf_daybook *book = g_new0(struct hf_daybook, 1);
    book->lines = g_array_new(FALSE, TRUE, sizeof(struct line));
    return book;
}

void hf_daybook_free(struct hf_daybook **book)
{
    if (!*book)
        return;
    for (guint i = 0; i < (*book)->lines->len; i++)
        g_ptr_array_free(g_array_index((*book)->lines, struct line, i).blocks, TRUE);
    g_array_free((*book)->lines, TRUE);
    g_free(*book);
    *book = NULL;
}

/* Index of the first line whose id is not below id. */
static guint line_position(const struct hf_daybook *book, uint16_t id)
{
    guint low = 0, high = book->lines->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(book->lines, struct line, middle).id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct line *find_line(const struct hf_daybook *book, uint16_t id)
{
    guint at = line_position(book, id);
    if (at == book->lines->len || g_array_index(book->lines, struct line, at).id != id)
        return NULL;
    return &g_array_index(book->lines, struct line, at);
}

/* Index of the first block whose month is not below month. */
static guint block_position(const struct line *line, int32_t month)
{
    guint low = 0, high = line->blocks->len;
    if (high > 0 && ((struct block *)line->blocks->pdata[high - 1])->month < month)
        return high; /* time mostly moves forward */
    while (low < high) {
        guint middle = (low + high) / 2;
        if (((struct block *)line->blocks->pdata[middle])->month < month)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct block *find_block(const struct line *line, int32_t month)
{
    guint at = block_position(line, month);
    if (at == line->blocks->len)
        return NULL;
    struct block *block = line->blocks->pdata[at];
    return block->month == month ? block : NULL;
}

static int is_in_recent(const struct line *line, int32_t date)
{
    return line->recent && date >= line->recent_first && date <= line->recent_last;
}

static struct block *find_block_of(const struct line *line, int32_t date)
{
    return is_in_recent(line, date) ? line->recent : find_block(line, hf_date_month(date));
}

void hf_daybook_prefetch(const struct hf_daybook *book, uint16_t id, int32_t date)
{
    const struct line *line = find_line(book, id);
    if (!line || !is_in_recent(line, date))
        return;
    int day = date - line->recent_first;
    __builtin_prefetch(line->recent, 1);
    __builtin_prefetch(&line->recent->amounts.counts[day], 1);
    __builtin_prefetch(&line->recent->facts.few[day], 1);
}

static struct block *add_block(struct line *line, int32_t month)
{
    struct block *block = g_new0(struct block, 1);
    block->month = month;
    block->first = hf_month_first(month);
    block->last = hf_month_last(month);
    amounts_init(&block->amounts);
    g_ptr_array_insert(line->blocks, (gint)block_position(line, month), block);
    return block;
}

static struct block *make_block(struct hf_daybook *book, uint16_t id, int32_t date)
{
    guint at = line_position(book, id);
    if (at == book->lines->len || g_array_index(book->lines, struct line, at).id != id) {
        struct line line = {.id = id, .blocks = g_ptr_array_new_with_free_func(free_block)};
        g_array_insert_val(book->lines, at, line);
    }
    struct line *line = &g_array_index(book->lines, struct line, at);
    if (is_in_recent(line, date))
        return line->recent;
    struct block *block = find_block(line, hf_date_month(date));
    line->recent = block ? block : add_block(line, hf_date_month(date));
    line->recent_first = line->recent->first;
    line->recent_last = line->recent->last;
    return line->recent;
}

static void change_day(struct block *block, int day, hf_int128 amount, int64_t facts)
{
    amounts_set(&block->amounts, day, amounts_get(&block->amounts, day) + amount);
    tallies_set(&block->facts, day, tallies_get(&block->facts, day) + (uint32_t)facts);
    block->total.amount += amount;
    block->total.facts += facts;
    block->dirty |= 1U << day;
}

static void apply(struct hf_daybook *book, const struct hf_effect *effect, int sign)
{
    struct block *block = NULL;
    for (int i = 0; i < effect->days; i++) {
        int32_t date = effect->date + i;
        if (!block || date > block->last)
            block = make_block(book, effect->line, date);
        change_day(block, date - block->first, sign * hf_spread_amount(effect->amount, i, effect->days), sign);
    }
}

/* What effect puts on a date of line. */
static hf_int128 part_on(const struct hf_effect *effect, uint16_t line, int32_t date)
{
    int day = date - effect->date;
    return line == effect->line && day >= 0 && day < effect->days ? hf_spread_amount(effect->amount, day, effect->days)
                                                                  : 0;
}

/* Months with facts, as far as they matter: a book that was read back has no blocks of others. */
static guint live_months(const struct line *line)
{
    guint count = 0;
    if (line->blocks->len <= MONTHS_LIMIT - EFFECT_MONTHS)
        return 0;
    for (guint i = 0; i < line->blocks->len; i++)
        count += ((const struct block *)line->blocks->pdata[i])->total.facts > 0;
    return count;
}

/* True where the days of effect, one of the two, stay within the limit once the one is out and the other in. */
static int stays_within_limit(const struct hf_daybook *book, const struct hf_effect *effect,
                              const struct hf_effect *old_effect, const struct hf_effect *new_effect)
{
    const hf_int128 limit = hf_amount_limit();
    const struct line *line = effect->days ? find_line(book, effect->line) : NULL;
    if (line && live_months(line) > MONTHS_LIMIT - EFFECT_MONTHS)
        return 0; /* facts in each month of four and a half centuries */
    for (int i = 0; i < effect->days; i++) {
        int32_t date = effect->date + i;
        const struct block *block = line ? find_block_of(line, date) : NULL;
        /* Three amounts within the limit: 128 bits hold their sum. */
        hf_int128 amount = (block ? amounts_get(&block->amounts, date - block->first) : 0) -
                           part_on(old_effect, effect->line, date) + part_on(new_effect, effect->line, date);
        if (amount > limit || amount < -limit)
            return 0;
    }
    return 1;
}

int hf_daybook_replace(struct hf_daybook *book, const struct hf_effect *old_effect, const struct hf_effect *new_effect)
{
    /* Looked at first: a refused fact leaves no dirty day and no empty block behind. */
    if (!stays_within_limit(book, old_effect, old_effect, new_effect) ||
        !stays_within_limit(book, new_effect, old_effect, new_effect))
        return HF_ERANGE;
    apply(book, old_effect, -1);
    apply(book, new_effect, 1);
    return HF_OK;
}

void hf_daybook_set(struct hf_daybook *book, uint16_t line, int32_t date, struct hf_day_total total)
{
    struct block *block = make_block(book, line, date);
    int day = date - block->first;
    uint32_t dirty = block->dirty;
    change_day(block, day, total.amount - amounts_get(&block->amounts, day),
               total.facts - tallies_get(&block->facts, day));
    block->dirty = dirty;
}

void hf_daybook_clear_day(struct hf_daybook *book, int32_t date)
{
    int32_t month = hf_date_month(date);
    for (guint i = 0; i < book->lines->len; i++) {
        const struct line *line = &g_array_index(book->lines, struct line, i);
        if (find_block(line, month))
            hf_daybook_set(book, line->id, date, (struct hf_day_total){0, 0});
    }
}

void hf_daybook_visit_day(const struct hf_daybook *book, int32_t date, hf_daybook_visit *visit, void *context)
{
    int32_t month = hf_date_month(date);
    for (guint i = 0; i < book->lines->len; i++) {
        const struct line *line = &g_array_index(book->lines, struct line, i);
        const struct block *block = find_block(line, month);
        if (!block)
            continue;
        int day = date - block->first;
        hf_int128 amount = amounts_get(&block->amounts, day);
        if (tallies_get(&block->facts, day) || amount)
            visit(context, line->id, (struct hf_day_total){amount, tallies_get(&block->facts, day)});
    }
}

/* All dirty days of a month at once, whichever lines they came from: a date is visited once. */
static uint32_t take_dirty_month(struct hf_daybook *book, int32_t month)
{
    uint32_t dirty = 0;
    for (guint i = 0; i < book->lines->len; i++) {
        struct block *block = find_block(&g_array_index(book->lines, struct line, i), month);
        if (block) {
            dirty |= block->dirty;
            block->dirty = 0;
        }
    }
    return dirty;
}

void hf_daybook_take_dirty(struct hf_daybook *book, hf_daybook_visit_date *visit, void *context)
{
    for (guint i = 0; i < book->lines->len; i++) {
        const GPtrArray *blocks = g_array_index(book->lines, struct line, i).blocks;
        for (guint j = 0; j < blocks->len; j++) {
            const struct block *block = blocks->pdata[j];
            if (!block->dirty)
                continue;
            uint32_t dirty = take_dirty_month(book, block->month);
            for (int day = 0; day < DAYS; day++)
                if (dirty >> day & 1U)
                    visit(context, block->first + day);
        }
    }
}

size_t hf_daybook_line_count(const struct hf_daybook *book)
{
    return book->lines->len;
}

uint16_t hf_daybook_line_at(const struct hf_daybook *book, size_t index)
{
    return g_array_index(book->lines, struct line, index).id;
}

struct hf_day_total hf_daybook_sum(const struct hf_daybook *book, uint16_t id, int32_t from, int32_t through)
{
    struct hf_day_total total = {0, 0};
    const struct line *line = find_line(book, id);
    if (!line || from > through)
        return total;
    int32_t first_month = from == HF_DATE_MIN ? HF_DATE_MIN : hf_date_month(from);
    for (guint i = block_position(line, first_month); i < line->blocks->len; i++) {
        const struct block *block = line->blocks->pdata[i];
        if (block->first > through)
            break;
        if (from <= block->first && block->first + DAYS - 1 <= through) {
            total.amount += block->total.amount;
            total.facts += block->total.facts;
            continue;
        }
        int low = from <= block->first ? 0 : from - block->first; /* from may be HF_DATE_MIN */
        int high = through >= block->first + DAYS ? DAYS - 1 : through - block->first;
        total.amount += amounts_sum(&block->amounts, low, high);
        for (int day = low; day <= high; day++)
            total.facts += tallies_get(&block->facts, day);
    }
    return total;
}

int hf_daybook_earliest(const struct hf_daybook *book, uint16_t id, int32_t from, int32_t through, int32_t *out_date)
{
    const struct line *line = find_line(book, id);
    if (!line || from > through)
        return 0;
    int32_t first_month = from == HF_DATE_MIN ? HF_DATE_MIN : hf_date_month(from);
    for (guint i = block_position(line, first_month); i < line->blocks->len; i++) {
        const struct block *block = line->blocks->pdata[i];
        for (int day = 0; block->total.facts > 0 && day < DAYS; day++) {
            int32_t date = block->first + day;
            if (tallies_get(&block->facts, day) && date >= from && date <= through) {
                *out_date = date;
                return 1;
            }
        }
        if (block->first > through)
            return 0;
    }
    return 0;
}

int hf_daybook_latest(const struct hf_daybook *book, uint16_t id, int32_t from, int32_t through, int32_t *out_date)
{
    const struct line *line = find_line(book, id);
    for (guint i = line ? line->blocks->len : 0; i-- > 0;) {
        const struct block *block = line->blocks->pdata[i];
        if (block->first > through || block->total.facts == 0)
            continue;
        if (block->first + DAYS - 1 < from)
            return 0;
        for (int day = DAYS - 1; day >= 0; day--) {
            int32_t date = block->first + day;
            if (tallies_get(&block->facts, day) && date >= from && date <= through) {
                *out_date = date;
                return 1;
            }
        }
    }
    return 0;
}

void hf_daybook_visit_live_dates(const struct hf_daybook *book, int32_t from, int32_t through,
                                 hf_daybook_visit_date *visit, void *context)
{
    for (guint i = 0; i < book->lines->len; i++) {
        const GPtrArray *blocks = g_array_index(book->lines, struct line, i).blocks;
        for (guint j = 0; j < blocks->len; j++) {
            const struct block *block = blocks->pdata[j];
            for (int day = 0; block->total.facts && day < DAYS; day++) {
                int32_t date = block->first + day;
                if (tallies_get(&block->facts, day) && date >= from && date <= through)
                    visit(context, date);
            }
        }
    }
}
