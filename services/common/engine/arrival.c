/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what an input record says, before it is applied: what depends on the record and on reference data alone.
 *
 *   record ── decode ── checks ── mine ── admit ── fact
 *
 * A ledger is larger than any cache, and each event asks for another place in it. So records are prepared some at a time
 * and their places are fetched into the cache; by the time the last is prepared, the first one's place has come. */
#include "event_check.h"
#include "partition_memory.h"

static int refuse_batch(struct hf_arrival *arrival)
{
    const struct hf_record *record = arrival->record;
    return hf_refuse(&arrival->refusal, HF_REFUSAL_MALFORMED, "offsets %lld to %lld can not be read: %.*s",
                     (long long)record->offset, (long long)record->last_offset, (int)record->value_length,
                     record->value);
}

/* Finds the mine, and its book: by the book alone where the directory has not changed since. */
static void find_mine(struct hf_arrival *arrival, const struct hf_mine_directory *mines)
{
    const struct hf_text id = arrival->event.mine_id;
    struct mine_book *book = partition_find_book(arrival->partition, id);
    uint64_t version = hf_mine_directory_version(mines);
    arrival->mine = book && book->directory == mines && book->directory_version == version
                        ? book->mine
                        : hf_mine_directory_find(mines, id.data, id.length);
    if (!book && arrival->mine)
        book = partition_book(arrival->partition, arrival->mine->id);
    arrival->book = book;
    if (!book)
        return;
    book->directory = mines;
    book->directory_version = version;
    book->mine = arrival->mine;
}

static int prepare_fact(struct hf_arrival *arrival)
{
    struct hf_partition *partition = arrival->partition;
    const struct hf_event *event = &arrival->event;
    struct hf_fact *fact = &arrival->fact;
    *fact = (struct hf_fact){
        .id = hf_ledger_id(partition->ledger, event->mine_id.data, event->mine_id.length, event->event_id.data,
                           event->event_id.length),
        .revision = (uint32_t)event->revision,
        .voided = event->voided,
        .mine = arrival->book->number,
    };
    hf_ledger_prefetch(partition->ledger, fact->id);
    id_set_prefetch(&partition->touched, fact->id);
    if (event->type == HF_EVENT_QUARANTINE_DECISION)
        return HF_OK;
    int result = partition->kind->admit(event, arrival->mine, arrival->record->timestamp_ms, fact, &arrival->refusal);
    if (result == HF_OK)
        hf_daybook_prefetch(arrival->book->days, fact->effect.line, fact->effect.date);
    return result;
}

void hf_arrival_prepare(struct hf_arrival *arrival, struct hf_partition *partition, struct hf_event_decoder *decoder,
                        const struct hf_mine_directory *mines, const struct hf_record *record)
{
    struct hf_event *event = &arrival->event;
    arrival->partition = partition;
    arrival->record = record;
    arrival->mine = NULL;
    arrival->book = NULL;
    if (record->is_damaged) {
        arrival->result = refuse_batch(arrival);
        return;
    }
    arrival->result =
        hf_event_decode(decoder, (const uint8_t *)record->value, record->value_length, event, &arrival->refusal);
    if (arrival->result == HF_OK)
        arrival->result = event_check(partition->kind, partition->number, partition->partition_count, event, record,
                                      &arrival->refusal);
    if (arrival->result == HF_OK)
        find_mine(arrival, mines);
    if (arrival->mine && event->type != HF_EVENT_PERIOD_CLOSE)
        arrival->result = prepare_fact(arrival);
}
