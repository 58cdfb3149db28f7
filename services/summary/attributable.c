/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how day totals become sums at the shares of a view.
 *
 * Sums are integers. A share is a decimal, so there is a number, the view's share_scale D, by which every share of the
 * view is a whole number: member->holdings keep share × D, and Σ share × total is kept times D. It is divided by D once,
 * when it is published.
 *
 * The total of one line fits 128 bits however many days it has (daybook.c); that of several may not, so a sum that would
 * not is carried over before the next line. */
#include "attributable.h"

void attributable_init(struct attributable *sum)
{
    mpz_inits(sum->amount, sum->hundred_percent, NULL);
    sum->facts = 0;
}

void attributable_fini(struct attributable *sum)
{
    mpz_clears(sum->amount, sum->hundred_percent, NULL);
}

void attributable_reset(struct attributable *sum)
{
    mpz_set_ui(sum->amount, 0);
    mpz_set_ui(sum->hundred_percent, 0);
    sum->facts = 0;
}

void attributable_add(struct attributable *sum, const struct attributable *part)
{
    mpz_add(sum->amount, sum->amount, part->amount);
    mpz_add(sum->hundred_percent, sum->hundred_percent, part->hundred_percent);
    sum->facts += part->facts;
}

static void carry(struct attributable *sum, hf_int128 total, const mpz_t share)
{
    struct hf_int128_limbs limbs;
    if (total == 0)
        return;
    mpz_srcptr part = hf_int128_borrow(total, &limbs);
    mpz_add(sum->hundred_percent, sum->hundred_percent, part);
    mpz_addmul(sum->amount, part, share);
}

static void add_lines(const struct member *member, const struct hf_daybook *book, const uint16_t *lines, size_t count,
                      int32_t from, int32_t through, struct attributable *sum)
{
    for (size_t i = 0; i < member->holding_count; i++) {
        const struct holding *holding = &member->holdings[i];
        int32_t low = MAX(from, holding->from), high = MIN(through, holding->through);
        hf_int128 total = 0, next;
        for (size_t j = 0; low <= high && j < count; j++) {
            struct hf_day_total line = hf_daybook_sum(book, lines[j], low, high);
            sum->facts += line.facts;
            if (__builtin_add_overflow(total, line.amount, &next)) {
                carry(sum, total, holding->share);
                next = line.amount;
            }
            total = next;
        }
        carry(sum, total, holding->share);
    }
}

void member_add(const struct member *member, const struct hf_daybook *book, uint16_t line, int32_t from,
                int32_t through, struct attributable *sum)
{
    add_lines(member, book, &line, 1, from, through, sum);
}

void member_add_lines(const struct member *member, const struct line_set *set, int32_t from, int32_t through,
                      struct attributable *sum)
{
    add_lines(member, set->book, set->lines, set->count, MAX(from, set->earliest), MIN(through, set->latest), sum);
}

void member_add_stage(const struct member *member, int material, enum hf_stage stage, int32_t from, int32_t through,
                      struct attributable *sum)
{
    const struct stage_lines *lines = mine_lines_stage(&member->lines, material, stage);
    if (lines)
        member_add_lines(member, &lines->set, from, through, sum);
}
