/* SPDX-License-Identifier: Apache-2.0 */
#include "history.h"

#include <stdio.h>
#include <string.h>

#include "../domain/dates.h"

static const struct hf_text mines[] = {TEXT("flat"), TEXT("other")};

struct history history_new(uint64_t seed, int event_ids)
{
    return (struct history){.random = seed, .event_ids = event_ids, .revision_step = 1};
}

unsigned history_draw(struct history *history, unsigned limit)
{
    return (unsigned)(random_next(&history->random) % limit);
}

static int32_t past_date(struct history *history, unsigned days)
{
    return date_of("2003-01-01") + history->day - (int32_t)history_draw(history, days);
}

static int32_t revision(struct history *history)
{
    return (int32_t)history_draw(history, 4) * history->revision_step;
}

/* A version of one of the event_ids that are in use on the present day: most are of the last days, some are old. */
static void version(struct history *history, struct bench *bench)
{
    char id[24];
    snprintf(id, sizeof id, "e%d", history->day / 20 + (int)history_draw(history, (unsigned)history->event_ids));
    struct hf_event event = production_event(id, revision(history));
    event.mine_id = mines[history_draw(history, COUNT(mines))];
    event.occurred_at_ms = past_date(history, history_draw(history, 3) ? 10 : 60) * INT64_C(86400000);
    event.micro = history_draw(history, 4) * INT64_C(1000000);
    event.voided = history_draw(history, 8) == 0;
    bench_apply(bench, &event);
}

static void close_mine(struct history *history, struct bench *bench)
{
    struct hf_event event = close_event("2003-01-01");
    event.mine_id = mines[history_draw(history, COUNT(mines))];
    event.closed_through = past_date(history, 30);
    bench_apply(bench, &event);
}

static void decision(struct history *history, struct bench *bench)
{
    char id[24];
    snprintf(id, sizeof id, "e%d", history->day / 20 + (int)history_draw(history, (unsigned)history->event_ids));
    int accept = (int)history_draw(history, 2); /* the order of draws is part of the history */
    struct hf_event event = decision_event(id, revision(history), accept);
    event.mine_id = mines[history_draw(history, COUNT(mines))];
    bench_apply(bench, &event);
}

void history_step(struct history *history, struct bench *bench)
{
    unsigned kind = history_draw(history, 20);
    history->day += history_draw(history, 4) == 0;
    bench->timestamp_ms = (date_of("2003-01-01") + history->day) * INT64_C(86400000);
    if (kind < 11)
        version(history, bench);
    else if (kind < 13)
        close_mine(history, bench);
    else
        decision(history, bench);
}
