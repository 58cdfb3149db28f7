/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes records of the days topics: the first byte chooses production or costs, the rest is the record. What was
 * decoded goes into books, as on every restore; encoded and decoded again it gives the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "headframe/calendar.h"
#include "headframe/day_codec.h"

/* A line of two bytes on the wire is a struct of 80 for protobuf-c. A line of a book is a block of a month. */
const struct fuzz_limits fuzz_limits = {1 << 21, 200};

/* What a record says. */
struct days {
    char mine_id[HF_ID_LIMIT + 1];
    int32_t date;
    struct hf_daybook *book;
    struct hf_restatements *restatements;
    int has_day, has_closes, has_control;
    struct hf_closes closes;
    struct hf_control control;
};

static void name_mine(struct days *days, const char *mine_id)
{
    HOLD(hf_is_identifier(mine_id, strlen(mine_id)));
    g_strlcpy(days->mine_id, mine_id, sizeof days->mine_id);
}

static void on_begin(void *context, const char *mine_id, int32_t date)
{
    struct days *days = context;
    HOLD(hf_date_is_bookable(date) && !days->has_day);
    name_mine(days, mine_id);
    days->date = date;
    days->has_day = 1;
}

static void on_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct days *days = context;
    HOLD(days->has_day && line < HF_LINE_LIMIT);
    HOLD(total.amount <= hf_amount_limit() && total.amount >= -hf_amount_limit());
    HOLD(total.facts >= 0 && total.facts <= UINT32_MAX);
    hf_daybook_set(days->book, line, days->date, total);
}

static void on_restated(void *context, const struct hf_closed_days *closed, uint32_t count)
{
    struct days *days = context;
    HOLD(closed->first.from == days->date && closed->first.through >= closed->first.from && count > 0);
    HOLD(closed->second.from > closed->second.through || closed->second.from > closed->first.through + 1);
    hf_restatements_add(days->restatements, closed, count);
}

static void on_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    struct days *days = context;
    HOLD(closes->ever_closed_through >= closes->closed_through);
    name_mine(days, mine_id);
    days->closes = *closes;
    days->has_closes = 1;
}

static void on_control(void *context, const struct hf_control *control)
{
    struct days *days = context;
    days->control = *control;
    days->has_control = 1;
}

static void days_init(struct days *days)
{
    *days = (struct days){.book = hf_daybook_new(), .restatements = hf_restatements_new()};
}

static void days_fini(struct days *days)
{
    hf_daybook_free(&days->book);
    hf_restatements_free(&days->restatements);
}

static int decode(struct hf_text record, enum hf_line_kind kind, struct days *out, struct hf_error *error)
{
    const struct hf_day_reader reader = {
        .begin = on_begin,
        .line = on_line,
        .restated = on_restated,
        .closes = on_closes,
        .control = on_control,
        .context = out,
    };
    return hf_day_decode((const uint8_t *)record.data, record.length, kind, &reader, error);
}

static void encode(const struct days *days, enum hf_line_kind kind, uint8_t **out_bytes, size_t *out_length)
{
    if (days->has_control)
        hf_day_encode_control(&days->control, out_bytes, out_length);
    else if (days->has_closes)
        hf_day_encode_closes(days->mine_id, &days->closes, out_bytes, out_length);
    else
        hf_day_encode(days->mine_id, days->date, days->book, days->restatements, kind, out_bytes, out_length);
}

static void hold_round_trip(const struct days *days, enum hf_line_kind kind)
{
    struct days again;
    struct hf_error error = {0};
    uint8_t *once, *twice;
    size_t length_once, length_twice;
    days_init(&again);
    encode(days, kind, &once, &length_once);
    HOLD(decode((struct hf_text){(const char *)once, length_once}, kind, &again, &error) == HF_OK);
    encode(&again, kind, &twice, &length_twice);
    HOLD(length_once == length_twice && memcmp(once, twice, length_once) == 0);
    free(once);
    free(twice);
    days_fini(&again);
}

/* Sums of whatever the decoder lets through, as a publication takes them. */
static void hold_sums(const struct days *days)
{
    for (size_t i = 0; i < hf_daybook_line_count(days->book); i++) {
        struct hf_day_total total =
            hf_daybook_sum(days->book, hf_daybook_line_at(days->book, i), days->date, days->date);
        HOLD(total.amount <= hf_amount_limit() && total.amount >= -hf_amount_limit());
        HOLD(total.facts >= 0 && total.facts <= UINT32_MAX);
    }
    struct hf_stretch all = {HF_DATE_FIRST_BOOKABLE, HF_DATE_LAST_BOOKABLE};
    HOLD(hf_restatements_count(days->restatements, &all, 1) >= 0);
}

void fuzz_one(struct fuzz_input *input)
{
    enum hf_line_kind kind = fuzz_byte(input) & 1 ? HF_LINES_COST : HF_LINES_PRODUCTION;
    struct days days;
    struct hf_error error = {0};
    days_init(&days);
    if (decode(fuzz_rest(input), kind, &days, &error) == HF_OK) {
        HOLD(days.has_day + days.has_closes + days.has_control == 1);
        hold_round_trip(&days, kind);
        hold_sums(&days);
    } else {
        fuzz_hold_error(&error);
    }
    days_fini(&days);
}
