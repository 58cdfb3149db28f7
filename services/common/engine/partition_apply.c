/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what each input record does to the facts and day lines of its partition.
 *
 *   arrival ──┬─ event ── reach ── judge ── closed? ──┬── apply: the old effect out, the new one in
 *  (arrival.c)│                                       └── wait, or dead letter
 *             ├─ close ── move the closed date
 *             └─ decision ── apply or reject what waits
 *   Whatever is refused on the way goes to the dead letters.
 *
 * Invariant: every day total is the sum of the standing effects on it, at every moment between two records. */
#include <string.h>

#include "headframe/calendar.h"
#include "headframe/event_time.h"
#include "partition_memory.h"

static struct hf_audit_place place_of(const struct hf_arrival *arrival)
{
    return (struct hf_audit_place){
        .topic = arrival->partition->topic,
        .mine = arrival->mine,
        .event_id = arrival->event.event_id,
        .lines = arrival->partition->kind->lines,
        .partition = arrival->record->partition,
        .offset = arrival->record->offset,
    };
}

static void mark_dirty(struct hf_partition *partition, struct mine_book *book)
{
    if (book->is_dirty)
        return;
    book->is_dirty = 1;
    g_ptr_array_add(partition->dirty, book);
}

/* Puts a version into the ledger, and its fact among what the next transaction writes. */
static void take(struct hf_partition *partition, const struct hf_fact *fact, enum hf_fact_status status)
{
    struct hf_fact taken = *fact;
    int was_held = hf_ledger_is_held(partition->ledger, fact->id, fact->revision);
    taken.status = status;
    hf_ledger_put(partition->ledger, &taken);
    id_set_add(&partition->touched, taken.id);
    if (was_held || status != HF_FACT_STANDING)
        partition_touch_held(partition, taken.id, taken.revision);
}

/* --- applying a version ----------------------------------------------------------------------------------------- */

static void restate(struct hf_arrival *arrival, const struct hf_fact *before, const struct hf_fact *fact,
                    const struct hf_closed_days *days, struct hf_text decided_by)
{
    const struct hf_audit_place place = place_of(arrival);
    struct mine_book *book = arrival->book;
    hf_restatements_add(book->restatements, days, 1);
    hf_audit_restatement(arrival->partition->audit, &place, before, fact, days, book->closes.ever_closed_through,
                         decided_by);
    arrival->partition->counts.restatements++;
}

/* Puts fact in the place of standing, which has no effect where has_standing is 0. */
static int apply_version(struct hf_arrival *arrival, const struct hf_fact *fact, const struct hf_fact *standing,
                         int has_standing, struct hf_text decided_by)
{
    struct hf_partition *partition = arrival->partition;
    struct mine_book *book = arrival->book;
    struct hf_closed_days days;
    if (hf_daybook_replace(book->days, &standing->effect, &fact->effect) != HF_OK)
        return hf_refuse(&arrival->refusal, HF_REFUSAL_BAD_QUANTITY,
                         "the total of a day would overflow (more than 10^20 g or 10^27 currency units) with event_id "
                         "\"%.*s\"",
                         (int)arrival->event.event_id.length, arrival->event.event_id.data);
    take(partition, fact, HF_FACT_STANDING);
    partition->changed_days += standing->effect.days + fact->effect.days;
    mark_dirty(partition, book);
    partition->counts.applied++;
    if (hf_closed_days(&standing->effect, &fact->effect, book->closes.ever_closed_through, &days))
        restate(arrival, has_standing ? standing : NULL, fact, &days, decided_by);
    return HF_OK;
}

/* --- reach and closed days -------------------------------------------------------------------------------------- */

static int check_reach(struct hf_arrival *arrival, int32_t date)
{
    const struct hf_ledger *ledger = arrival->partition->ledger;
    char text[HF_DATE_TEXT], newest_text[HF_DATE_TEXT];
    int32_t newest;
    if (!hf_ledger_is_too_late(ledger, arrival->book->number, date) ||
        !hf_ledger_newest(ledger, arrival->book->number, &newest))
        return HF_OK;
    return hf_refuse(
        &arrival->refusal, HF_REFUSAL_TOO_LATE,
        "event_id \"%.*s\" touches %s, more than correction_horizon_days (%d) before %s, the newest day of "
        "the mine on this topic",
        (int)arrival->event.event_id.length, arrival->event.event_id.data, hf_date_format(date, text),
        arrival->partition->rules.correction_horizon_days, hf_date_format(newest, newest_text));
}

static int wait_for_decision(struct hf_arrival *arrival, const struct hf_fact *fact, const struct hf_fact *before)
{
    const struct hf_audit_place place = place_of(arrival);
    take(arrival->partition, fact, HF_FACT_WAITING);
    hf_audit_quarantine(arrival->partition->audit, &place, before, fact, arrival->book->closes.closed_through,
                        arrival->event.source);
    arrival->partition->counts.quarantined++;
    return HF_OK;
}

/* A version that is new or replaces the one that stands, and is in reach. */
static int apply_or_hold(struct hf_arrival *arrival, const struct hf_fact *fact, const struct hf_fact *standing,
                         int has_standing)
{
    int32_t closed_through = arrival->book->closes.closed_through;
    struct hf_closed_days days;
    char first[HF_DATE_TEXT], last[HF_DATE_TEXT];
    if (!hf_closed_days(&standing->effect, &fact->effect, closed_through, &days) ||
        arrival->partition->rules.after_close == HF_AFTER_CLOSE_RESTATE)
        return apply_version(arrival, fact, standing, has_standing, (struct hf_text){NULL, 0});
    if (arrival->partition->rules.after_close == HF_AFTER_CLOSE_QUARANTINE)
        return wait_for_decision(arrival, fact, has_standing ? standing : NULL);
    return hf_refuse(&arrival->refusal, HF_REFUSAL_PERIOD_CLOSED,
                     "event_id \"%.*s\" revision %u touches %s; mine_id \"%s\" is closed through %s",
                     (int)arrival->event.event_id.length, arrival->event.event_id.data, fact->revision,
                     hf_date_format(days.first.from, first), arrival->mine->id, hf_date_format(closed_through, last));
}

/* --- the three kinds of record ---------------------------------------------------------------------------------- */

static int apply_fact(struct hf_arrival *arrival)
{
    struct hf_partition *partition = arrival->partition;
    const struct hf_fact *fact = &arrival->fact;
    int has_standing;
    struct hf_fact standing;
    if (check_reach(arrival, fact->effect.date) != HF_OK)
        return HF_EINVAL;
    switch (hf_ledger_judge(partition->ledger, fact, &standing, &has_standing)) {
    case HF_VERDICT_DUPLICATE:
        partition->counts.duplicates++;
        return HF_OK;
    case HF_VERDICT_SUPERSEDED:
        partition->counts.superseded++;
        return HF_OK;
    case HF_VERDICT_CONFLICT:
        return hf_refuse(&arrival->refusal, HF_REFUSAL_REVISION_CONFLICT,
                         "event_id \"%.*s\" revision %u was read before with another body; the first stands",
                         (int)arrival->event.event_id.length, arrival->event.event_id.data, fact->revision);
    default:
        if (standing.effect.days > 0 && check_reach(arrival, standing.effect.date) != HF_OK)
            return HF_EINVAL;
        return apply_or_hold(arrival, fact, &standing, has_standing);
    }
}

static int apply_close(struct hf_arrival *arrival)
{
    struct mine_book *book = arrival->book;
    int32_t date = arrival->event.closed_through;
    if (hf_check_closed_through(date, arrival->record->timestamp_ms, &arrival->refusal) != HF_OK)
        return HF_EINVAL;
    book->closes.closed_through = date;
    book->closes.ever_closed_through = MAX(book->closes.ever_closed_through, date);
    book->is_closes_dirty = 1;
    mark_dirty(arrival->partition, book);
    arrival->partition->counts.closes++;
    return HF_OK;
}

static int accept(struct hf_arrival *arrival, const struct hf_fact *version)
{
    struct hf_partition *partition = arrival->partition;
    struct hf_fact standing;
    int has_standing;
    (void)hf_ledger_judge(partition->ledger, version, &standing, &has_standing); /* asked for what stands */
    if (has_standing && standing.revision > version->revision)
        take(partition, version, HF_FACT_DECIDED);
    else if (apply_version(arrival, version, &standing, has_standing, arrival->event.by) != HF_OK)
        return HF_EINVAL;
    partition->counts.accepted++;
    return HF_OK;
}

static int apply_decision(struct hf_arrival *arrival)
{
    struct hf_partition *partition = arrival->partition;
    const struct hf_audit_place place = place_of(arrival);
    const struct hf_fact *waiting =
        hf_ledger_waiting(partition->ledger, arrival->fact.id, (uint32_t)arrival->event.revision);
    if (!waiting) {
        partition->counts.decisions_ignored++;
        return HF_OK;
    }
    struct hf_fact version = *waiting;
    if (!arrival->event.accept) {
        take(partition, &version, HF_FACT_REJECTED);
        partition->counts.rejected++;
    } else if (accept(arrival, &version) != HF_OK) {
        return HF_EINVAL; /* it would overflow: the version waits on, the decision goes to the dead letters */
    }
    hf_audit_decided(partition->audit, &place, version.revision);
    return HF_OK;
}

static int apply_record(struct hf_arrival *arrival)
{
    switch (arrival->event.type) {
    case HF_EVENT_PERIOD_CLOSE:
        return apply_close(arrival);
    case HF_EVENT_QUARANTINE_DECISION:
        return apply_decision(arrival);
    default:
        return apply_fact(arrival);
    }
}

int hf_arrival_apply(struct hf_arrival *arrival, int is_last_try)
{
    struct hf_partition *partition = arrival->partition;
    int result = arrival->result;
    if (result == HF_OK && !arrival->mine && !is_last_try)
        return HF_ENOENT;
    if (result == HF_OK && !arrival->mine)
        result = hf_refuse(&arrival->refusal, HF_REFUSAL_UNKNOWN_MINE, "mine_id \"%.*s\" is not on reference.mines",
                           (int)arrival->event.mine_id.length, arrival->event.mine_id.data);
    else if (result == HF_OK)
        result = apply_record(arrival);
    if (result != HF_OK) {
        hf_dead_letters_add(partition->dead_letters, partition->topic, arrival->record, &arrival->refusal);
        partition->counts.dead_letters++;
    }
    partition->input_offset = hf_record_next(arrival->record);
    partition->has_changes = 1;
    return HF_OK;
}

int hf_partition_apply(struct hf_partition *partition, struct hf_event_decoder *decoder,
                       const struct hf_mine_directory *mines, const struct hf_record *record, int is_last_try)
{
    struct hf_arrival arrival;
    hf_arrival_prepare(&arrival, partition, decoder, mines, record);
    return hf_arrival_apply(&arrival, is_last_try);
}
