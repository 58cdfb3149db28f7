/* SPDX-License-Identifier: Apache-2.0 */
/* The day lines of one mine on one topic: for each line and production date an exact total and the number of live
 * facts behind it. Every window is a sum of these.
 *
 * Days are kept in blocks of a month, so a single date in 1800 costs one block, not a century. A book belongs to one
 * thread. Amounts are masses in 10^-13 g or money in millionths of a currency unit; the book does not care. */
#ifndef HEADFRAME_DAYBOOK_H
#define HEADFRAME_DAYBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/decimal.h"
#include "headframe/error.h"

struct hf_daybook;

/* Total of some days of a line. */
struct hf_day_total {
    hf_int128 amount;
    int64_t facts; /* live facts, counted once on each of the days */
};

/* What a version of a fact does to the days: amount spread evenly over days dates from date on. A voided version has
 * days 0 and no effect. A production event has days 1. */
struct hf_effect {
    hf_int128 amount;
    int32_t date;
    uint16_t days; /* 0 to HF_SPREAD_LIMIT */
    uint16_t line; /* vocabulary.h */
};

/* The most days an effect spreads over (contract, section 2). */
enum { HF_SPREAD_LIMIT = 400 };

/* The part of amount A that day i of n (0-based) earns: floor(A·(i+1)/n) - floor(A·i/n) (contract, section 2). The
 * parts sum to A. amount within ±hf_amount_limit(), 1 <= n <= 400. */
hf_int128 hf_spread_amount(hf_int128 amount, int i, int n);

/* New empty book; release with hf_daybook_free, which clears *book and accepts NULL in it. */
struct hf_daybook *hf_daybook_new(void);
void hf_daybook_free(struct hf_daybook **book);

/* Takes the old effect out and puts the new one in, all days or none, and marks the days dirty. Either effect may have
 * days 0. Returns 0, or HF_ERANGE with the book unchanged where a day's total would leave ±hf_amount_limit(), or the line
 * would have facts in more than some 5 380 months. */
int hf_daybook_replace(struct hf_daybook *book, const struct hf_effect *old_effect, const struct hf_effect *new_effect);

/* Says that a date of a line will be changed soon: it is fetched into the cache where it is easily found. */
void hf_daybook_prefetch(const struct hf_daybook *book, uint16_t line, int32_t date);

/* Sets a line's day, as when reading it back from a topic; does not mark it dirty. */
void hf_daybook_set(struct hf_daybook *book, uint16_t line, int32_t date, struct hf_day_total total);

/* Sets every line of a date to nothing. */
void hf_daybook_clear_day(struct hf_daybook *book, int32_t date);

/* Calls visit for each line with a live fact or an amount on date, in ascending order of lines. */
typedef void hf_daybook_visit(void *context, uint16_t line, struct hf_day_total total);
void hf_daybook_visit_day(const struct hf_daybook *book, int32_t date, hf_daybook_visit *visit, void *context);

/* Calls visit for each dirty date, ascending within a month, and cleans it. visit must not change the book. */
typedef void hf_daybook_visit_date(void *context, int32_t date);
void hf_daybook_take_dirty(struct hf_daybook *book, hf_daybook_visit_date *visit, void *context);

/* The lines that were ever set, in ascending order; *out_count of them. Borrowed until the book changes. */
size_t hf_daybook_line_count(const struct hf_daybook *book);
uint16_t hf_daybook_line_at(const struct hf_daybook *book, size_t index);

/* Total of a line from from to through, both included. Zero for a line that is not there. */
struct hf_day_total hf_daybook_sum(const struct hf_daybook *book, uint16_t line, int32_t from, int32_t through);

/* The earliest and the latest date in [from, through] on which the line has a live fact. Return 1 and the date, or 0. */
int hf_daybook_earliest(const struct hf_daybook *book, uint16_t line, int32_t from, int32_t through, int32_t *out_date);
int hf_daybook_latest(const struct hf_daybook *book, uint16_t line, int32_t from, int32_t through, int32_t *out_date);

/* Calls visit for each date in [from, through] on which any line has a live fact; ascending within each line, so a
 * date may come more than once. */
void hf_daybook_visit_live_dates(const struct hf_daybook *book, int32_t from, int32_t through,
                                 hf_daybook_visit_date *visit, void *context);

#endif
