/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when a ledger daemon reads, commits, restores and rebuilds.
 *
 *            assigned                 ends reached, offsets agree
 *   (none) ───────────▶ RESTORING ───────────────────────────────▶ READY ◀──┐
 *      ▲                    ▲                                       │       │ assigned again, and the
 *      │ lost               │ any doubt about a transaction         │       │ committed offset is still
 *      │                    └──────────────────────────────────────┤       │ ours
 *      └─────────────── not owned, memory kept ◀───────────────────┘───────┘
 *                                         revoked, after a last commit; dropped after a while with another
 *
 * Restoring. The end of a transaction is answered before its markers are written, so state read "to the end" may be
 * older than the offsets already committed. Therefore, in this order: the stable committed offsets; the true ends
 * (read_uncommitted) of the state and days partitions; read both, committed records only, until the last stable offset
 * has passed those ends; and then the input offset in the last control record must equal the committed one. If it does
 * not, begin again. Where the group has no offset (expired), the control record's counts.
 *
 * Everything runs on one thread; a transaction is open only while it is being written. */
#include "headframe/ledger_loop.h"

#include <glib.h>
#include <stdlib.h>
#include <sys/random.h>

#include "headframe/cluster.h"
#include "headframe/kafka_membership.h"
#include "headframe/kafka_reader.h"
#include "headframe/kafka_transaction.h"
#include "headframe/standstill.h"
#include "mine_feed.h"

enum {
    BATCH = 2048,
    WINDOW = 32,        /* arrivals of it fit the first caches */
    RESTORE_BATCH = 32, /* a segment may hold 12 288 facts */
    RESTORE_TURN_MS = 200,
    IDLE_POLL_MS = 50,
    RESTORE_POLL_MS = 20,
    ASK_TIMEOUT_MS = 2000,
    COMMIT_TIMEOUT_MS = 10000, /* transaction.timeout.ms: the broker gives up then, too */
    LAST_COMMIT_TIMEOUT_MS = 1500,
    LEAVE_TIMEOUT_MS = 1000,
    RETRY_MS = 200,
    RESTORE_PATIENCE_MS = 30000,
    STANDSTILL_LOOK_MS = 1000,
    KEEP_MS = 60000, /* the memory of what another member has: a member that comes for a moment changes little */
};

enum phase { IDLE, RESTORING, READY };

/* An input partition; slot i is partition i. */
struct slot {
    int32_t number;
    int is_owned;
    enum phase phase;
    struct hf_partition *memory; /* IDLE: kept from when it was ours, or NULL */
    int64_t committed;           /* RESTORING: what the group had committed; -1: nothing */
    int64_t state_end, days_end; /* RESTORING: true ends when reading began */
    int is_state_read, is_days_read;
    int64_t away_ms;                 /* IDLE, with memory: since when another member has it; 0: none has */
    int64_t since_ms;                /* when the first attempt to restore began; 0: none yet */
    struct hf_patience wait;         /* RESTORING: since a record of it came; else since Kafka answered */
    struct hf_standstill standstill; /* READY: of the input */
};

enum { TAG_INPUT, TAG_STATE, TAG_DAYS };

struct loop {
    struct hf_runtime *runtime;
    const struct hf_ledger_kind *kind;
    struct hf_cluster cluster;
    struct hf_schema_store *schemas;
    struct hf_event_decoder *decoder;
    struct hf_mine_feed *mines;
    struct hf_reader *input, *restorer;
    struct hf_membership *membership;
    struct hf_producer *producer;
    struct slot *slots;
    int32_t slot_count;
    int64_t first_change_ms; /* when the batch that waits for its commit began; 0: nothing waits */
    size_t pending_bytes;    /* what that commit would write, roughly */
    int64_t retry_ms;        /* do not try to restore before */
    int64_t looked_ms;       /* when standstills were last looked for */
    int has_joined;          /* the group has assigned something, be it nothing */
    int needs_rebuild;
    int failure;            /* other than 0: ends the run */
    struct hf_error *error; /* of the whole run */
};

static const char *input_name(const struct loop *loop)
{
    return loop->cluster.names[loop->kind->input];
}

/* --- slots ------------------------------------------------------------------------------------------------------ */

static void stop_reading(struct loop *loop, struct slot *slot)
{
    if (slot->phase == READY)
        hf_reader_remove(loop->input, input_name(loop), slot->number);
    if (slot->phase == RESTORING) {
        hf_reader_remove(loop->restorer, loop->cluster.names[loop->kind->state], slot->number);
        hf_reader_remove(loop->restorer, loop->cluster.names[loop->kind->days], slot->number);
        hf_partition_free(&slot->memory); /* half read */
    }
    slot->phase = IDLE;
}

static void drop_memory(struct loop *loop, struct slot *slot)
{
    stop_reading(loop, slot);
    hf_partition_free(&slot->memory);
    slot->away_ms = 0;
}

static void update_state(struct loop *loop)
{
    if (!loop->has_joined)
        return;
    for (int32_t i = 0; i < loop->slot_count; i++)
        if (loop->slots[i].is_owned && loop->slots[i].phase != READY) {
            hf_set_state(HF_STATE_RESTORING, NULL);
            return;
        }
    hf_set_state(HF_STATE_SERVING, NULL);
}

static uint64_t random_seed(void)
{
    uint64_t seed = 0;
    /* Any number will do if the kernel has none to give: the seed guards against hostile ids only. */
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed = (uint64_t)hf_monotonic_ms();
    return seed;
}

/* --- committing ------------------------------------------------------------------------------------------------- */

static int send_output(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct loop *loop = context;
    return hf_cluster_send(&loop->cluster, loop->producer, output, error);
}

static int commit_timeout_ms(void)
{
    /* After a stop was asked for, two calls and what follows must share five seconds. */
    return hf_stop_requested() ? MIN(LAST_COMMIT_TIMEOUT_MS, hf_stop_left_ms() / 3) : COMMIT_TIMEOUT_MS;
}

static int write_transaction(struct loop *loop, struct hf_error *error)
{
    const struct hf_sink sink = {send_output, loop};
    g_autofree struct hf_topic_partition *offsets = g_new0(struct hf_topic_partition, (gsize)loop->slot_count);
    size_t count = 0;
    int result = hf_producer_begin(loop->producer, error);
    /* The offsets of all partitions go in, changed or not, but of those that are still being restored: there is none to
     * name yet. They are not missed: the group holds member and generation against its own, so that one offset fences
     * all that the transaction writes, and of a partition that is not READY it writes nothing. */
    for (int32_t i = 0; i < loop->slot_count && result == HF_OK; i++) {
        struct slot *slot = &loop->slots[i];
        if (!slot->is_owned || slot->phase != READY)
            continue;
        if (hf_partition_has_changes(slot->memory))
            result = hf_partition_publish(slot->memory, &sink, error);
        offsets[count++] = (struct hf_topic_partition){input_name(loop), i, hf_partition_input_offset(slot->memory)};
    }
    return result == HF_OK
               ? hf_producer_commit(loop->producer, loop->membership, offsets, count, commit_timeout_ms(), error)
               : result;
}

/* Takes a failure that puts memory in doubt, or that ends the run. */
static void take_failure(struct loop *loop, const char *during, int code, const struct hf_error *error)
{
    loop->needs_rebuild = 1;
    if (error->action == HF_ACTION_FATAL) {
        *loop->error = *error;
        loop->failure = code;
    } else if (hf_stop_requested()) {
        hf_log(HF_LOG_WARN, "not-committed", "during=%s reason=%s", during, hf_log_quote(error->text));
    } else {
        hf_cluster_begin_rebuild(&loop->cluster, during, code, error);
    }
}

/* Commits what was read. On any failure memory is in doubt: it is dropped by the rebuild that follows. */
static void commit(struct loop *loop)
{
    struct hf_error error = {0};
    if (!loop->first_change_ms || loop->needs_rebuild)
        return;
    loop->first_change_ms = 0;
    loop->pending_bytes = 0;
    int result = write_transaction(loop, &error);
    if (result != HF_OK)
        take_failure(loop, "commit", result, &error);
}

/* Drops producer and memory; the next steps make a new producer, after a pause, and restore. */
static void rebuild(struct loop *loop)
{
    for (int32_t i = 0; i < loop->slot_count; i++)
        drop_memory(loop, &loop->slots[i]);
    hf_producer_free(&loop->producer);
    loop->first_change_ms = 0;
    loop->pending_bytes = 0;
    loop->needs_rebuild = 0;
    if (hf_get_state() == HF_STATE_SERVING)
        hf_set_state(HF_STATE_RESTORING, NULL);
}

/* --- rebalances ------------------------------------------------------------------------------------------------- */

static void on_assigned(void *context, const struct hf_topic_partition *partitions, size_t count)
{
    struct loop *loop = context;
    for (size_t i = 0; i < count; i++)
        if (partitions[i].partition < loop->slot_count) {
            struct slot *slot = &loop->slots[partitions[i].partition];
            slot->is_owned = 1;
            slot->since_ms = slot->away_ms = 0;
        } else {
            hf_log(HF_LOG_ERROR, "partitions-added",
                   "topic=%s partition=%d reason=\"the topic has more partitions than at the start; mines would move "
                   "between partitions, so the new ones are not read\"",
                   input_name(loop), partitions[i].partition);
        }
    for (int32_t i = 0; i < loop->slot_count; i++)
        if (!loop->slots[i].is_owned && loop->slots[i].memory && !loop->slots[i].away_ms)
            loop->slots[i].away_ms = hf_monotonic_ms();
    loop->has_joined = 1;
    hf_log(HF_LOG_INFO, "assigned", "partitions=%zu", count);
}

static void on_revoked(void *context)
{
    struct loop *loop = context;
    commit(loop);
    for (int32_t i = 0; i < loop->slot_count; i++) {
        stop_reading(loop, &loop->slots[i]);
        loop->slots[i].is_owned = 0;
    }
    loop->has_joined = 0;
    hf_log(HF_LOG_INFO, "revoked", "%s", "");
}

/* Drops the memory of partitions that will hardly come back as they were. */
static void drop_long_away(struct loop *loop)
{
    for (int32_t i = 0; i < loop->slot_count; i++)
        if (loop->slots[i].away_ms && hf_monotonic_ms() - loop->slots[i].away_ms >= KEEP_MS)
            drop_memory(loop, &loop->slots[i]);
}

static void on_lost(void *context)
{
    struct loop *loop = context;
    for (int32_t i = 0; i < loop->slot_count; i++) {
        drop_memory(loop, &loop->slots[i]);
        loop->slots[i].is_owned = 0;
    }
    loop->first_change_ms = 0;
    loop->pending_bytes = 0;
    loop->has_joined = 0;
    hf_log(HF_LOG_WARN, "lost", "reason=\"the group took the partitions away; what was not committed is dropped\"");
}

/* --- restoring -------------------------------------------------------------------------------------------------- */

/* source: where the memory came from, for the log. */
static int become_ready(struct loop *loop, struct slot *slot, const char *source)
{
    int64_t offset = hf_partition_input_offset(slot->memory);
    hf_log(HF_LOG_INFO, "restored", "partition=%d source=%s input_offset=%lld facts=%zu waiting=%zu took_ms=%lld",
           slot->number, source, (long long)offset, hf_partition_facts(slot->memory),
           hf_partition_waiting(slot->memory), (long long)(hf_monotonic_ms() - slot->since_ms));
    slot->phase = READY;
    slot->since_ms = 0;
    slot->wait = (struct hf_patience){0};
    slot->standstill = (struct hf_standstill){.stable_end = -1};
    return hf_reader_add(loop->input, input_name(loop), TAG_INPUT, slot->number, offset, loop->error);
}

/* Kafka did not answer: all slots wait, so that the loop goes on turning. Where no answer will help, the run ends. */
static int try_later(struct loop *loop, struct slot *slot, const struct hf_error *why)
{
    if (why->action == HF_ACTION_FATAL) {
        *loop->error = *why;
        return HF_EIO;
    }
    hf_cluster_say_waiting(&loop->cluster, &slot->wait, loop->kind->input, slot->number, why->text);
    loop->retry_ms = hf_monotonic_ms() + RETRY_MS;
    return HF_OK;
}

static int start_reading_state(struct loop *loop, struct slot *slot)
{
    const char *state = loop->cluster.names[loop->kind->state], *days = loop->cluster.names[loop->kind->days];
    struct hf_error error;
    if (hf_admin_offsets(loop->cluster.admin, state, slot->number, ASK_TIMEOUT_MS, NULL, &slot->state_end, &error) !=
            HF_OK ||
        hf_admin_offsets(loop->cluster.admin, days, slot->number, ASK_TIMEOUT_MS, NULL, &slot->days_end, &error) !=
            HF_OK)
        return try_later(loop, slot, &error);
    hf_partition_free(&slot->memory);
    slot->memory = hf_partition_new(loop->kind, input_name(loop), slot->number, loop->slot_count, random_seed(),
                                    &loop->runtime->config->ledger_rules);
    slot->is_state_read = slot->is_days_read = 0;
    slot->phase = RESTORING;
    slot->wait = (struct hf_patience){0};
    int result = hf_reader_add(loop->restorer, state, TAG_STATE, slot->number, HF_OFFSET_BEGINNING, loop->error);
    if (result == HF_OK)
        result = hf_reader_add(loop->restorer, days, TAG_DAYS, slot->number, HF_OFFSET_BEGINNING, loop->error);
    return result;
}

static int start_restoring(struct loop *loop, struct slot *slot)
{
    struct hf_error error;
    struct hf_topic_partition where = {input_name(loop), slot->number, -1};
    if (hf_membership_committed(loop->membership, &where, 1, ASK_TIMEOUT_MS, &error) != HF_OK)
        return try_later(loop, slot, &error);
    slot->committed = where.offset;
    if (!slot->since_ms)
        slot->since_ms = hf_monotonic_ms();
    if (slot->memory && hf_partition_input_offset(slot->memory) == slot->committed)
        return become_ready(loop, slot, "memory"); /* nobody committed since it was ours */
    return hf_stop_requested() ? HF_OK : start_reading_state(loop, slot);
}

/* Nothing was ever committed: the beginning of the input. */
static int start_from_nothing(struct loop *loop, struct slot *slot)
{
    int64_t first;
    struct hf_error error;
    if (hf_admin_offsets(loop->cluster.admin, input_name(loop), slot->number, ASK_TIMEOUT_MS, &first, NULL, &error) !=
        HF_OK) {
        hf_partition_free(&slot->memory);
        return try_later(loop, slot, &error);
    }
    hf_partition_set_input_offset(slot->memory, first);
    return become_ready(loop, slot, "nothing");
}

/* The state topics have been read to their ends: does what they say agree with the group? */
static int finish_restoring(struct loop *loop, struct slot *slot)
{
    struct hf_error error = {0};
    int64_t state, days;
    struct hf_partition *memory = slot->memory;
    int result = hf_partition_restored(memory, &state, &days, &error);
    slot->memory = NULL; /* stop_reading drops what is half read */
    stop_reading(loop, slot);
    slot->memory = memory;
    if (result < 0 && error.action == HF_ACTION_FATAL) {
        *loop->error = error;
        return result;
    }
    if (result == 0 && slot->committed < 0)
        return start_from_nothing(loop, slot);
    if (result == 1 && slot->committed < 0)
        hf_log(HF_LOG_WARN, "group-offset-missing", "partition=%d input_offset=%lld reason=\"taken from the state\"",
               slot->number, (long long)state);
    if (result == 1 && (slot->committed < 0 || slot->committed == state))
        return become_ready(loop, slot, "topic");
    hf_partition_free(&slot->memory);
    hf_error_set(
        &error, HF_EINVAL, HF_ACTION_RETRY,
        "%s [%d]: the group's committed offset is %lld, but the state topic ends at %lld and the days topic at "
        "%lld (-1: empty); group offsets and state must not be changed by hand",
        input_name(loop), slot->number, (long long)slot->committed, (long long)state, (long long)days);
    if (hf_monotonic_ms() - slot->since_ms < RESTORE_PATIENCE_MS)
        return try_later(loop, slot, &error);
    error.action = HF_ACTION_FATAL;
    return try_later(loop, slot, &error);
}

static int take_state_record(struct loop *loop, const struct hf_record *record)
{
    struct slot *slot = &loop->slots[record->partition];
    int is_state = record->tag == TAG_STATE;
    int result = HF_OK;
    if (slot->phase != RESTORING)
        return HF_OK;
    if (record->is_damaged)
        return hf_record_fail(record, loop->cluster.names[is_state ? loop->kind->state : loop->kind->days],
                              loop->error);
    if (!record->is_end)
        slot->wait = (struct hf_patience){0};
    if (!record->is_end)
        result = is_state ? hf_partition_restore_state(slot->memory, record, loop->error)
                          : hf_partition_restore_day(slot->memory, record, loop->error);
    if (result != HF_OK) {
        hf_error_prefix(loop->error, "%s [%d] offset %lld",
                        loop->cluster.names[is_state ? loop->kind->state : loop->kind->days], record->partition,
                        (long long)record->offset);
        return result;
    }
    if (record->is_end && is_state)
        slot->is_state_read |= record->offset >= slot->state_end;
    else if (record->is_end)
        slot->is_days_read |= record->offset >= slot->days_end;
    return slot->is_state_read && slot->is_days_read ? finish_restoring(loop, slot) : HF_OK;
}

/* Returns how many records were read, or an error that ends the process. */
static int read_state_batch(struct loop *loop, int timeout_ms)
{
    struct hf_record records[RESTORE_BATCH];
    int result = HF_OK, count = hf_reader_poll(loop->restorer, timeout_ms, records, RESTORE_BATCH, loop->error);
    if (count < 0 && loop->error->action == HF_ACTION_FATAL)
        return count;
    if (count < 0)
        take_failure(loop, "restore", count, loop->error);
    for (int i = 0; i < count && result == HF_OK; i++)
        result = take_state_record(loop, &records[i]);
    hf_reader_release(loop->restorer);
    return result == HF_OK ? MAX(count, 0) : result;
}

/* A turn of reading back, bounded by time: the group, the watchdog and the other partitions wait for it. */
static int read_state(struct loop *loop)
{
    int64_t end_ms = hf_monotonic_ms() + RESTORE_TURN_MS;
    int count = read_state_batch(loop, RESTORE_POLL_MS);
    while (count == RESTORE_BATCH && hf_monotonic_ms() < end_ms)
        count = read_state_batch(loop, 0);
    return count < 0 ? count : HF_OK;
}

/* Moves every owned slot that is not READY one step on. Returns 1 where there was one, 0, or an error. */
static int restore(struct loop *loop)
{
    int is_restoring = 0, is_reading = 0;
    for (int32_t i = 0; i < loop->slot_count; i++) {
        struct slot *slot = &loop->slots[i];
        if (!slot->is_owned || slot->phase == READY)
            continue;
        if (slot->phase == IDLE && hf_monotonic_ms() >= loop->retry_ms && !hf_stop_requested()) {
            int result = start_restoring(loop, slot);
            if (result != HF_OK)
                return result;
        }
        is_restoring |= slot->phase != READY;
        is_reading |= slot->phase == RESTORING;
        if (slot->phase == RESTORING)
            hf_cluster_say_waiting(&loop->cluster, &slot->wait,
                                   slot->is_state_read ? loop->kind->days : loop->kind->state, slot->number,
                                   "nothing of it comes: is a transaction open on it?");
    }
    if (is_reading) {
        int result = read_state(loop);
        if (result != HF_OK)
            return result;
    }
    return is_restoring;
}

/* --- reading input ---------------------------------------------------------------------------------------------- */

/* Records of the input that are prepared together. */
struct window {
    const struct hf_record *records;
    int count;
    struct hf_arrival arrivals[WINDOW];
};

/* True where it is a record that has not been applied yet. */
static int is_wanted(const struct loop *loop, const struct hf_record *record)
{
    const struct slot *slot = &loop->slots[record->partition];
    return !record->is_end && slot->phase == READY && hf_record_next(record) > hf_partition_input_offset(slot->memory);
}

static void prepare_window(struct loop *loop, struct window *window, int first)
{
    const struct hf_mine_directory *mines = hf_mine_feed_directory(loop->mines);
    for (int i = first; i < window->count; i++)
        if (is_wanted(loop, &window->records[i]))
            hf_arrival_prepare(&window->arrivals[i], loop->slots[window->records[i].partition].memory, loop->decoder,
                               mines, &window->records[i]);
}

static int take_input(struct loop *loop, struct window *window, int index, int *mines_are_current)
{
    const struct hf_record *record = &window->records[index];
    struct slot *slot = &loop->slots[record->partition];
    if (record->is_end && slot->phase == READY)
        slot->standstill.stable_end = record->offset;
    if (!is_wanted(loop, record))
        return HF_OK;
    if (!loop->first_change_ms)
        loop->first_change_ms = hf_monotonic_ms();
    size_t bytes = hf_partition_pending_bytes(slot->memory);
    int result = HF_OK;
    if (hf_arrival_apply(&window->arrivals[index], *mines_are_current) != HF_OK) {
        /* The mine may have been announced a moment ago: look once more, once for each batch that was fetched. */
        result = hf_mine_feed_catch_up(loop->mines, loop->error);
        if (result == HF_OK) {
            *mines_are_current = 1;
            prepare_window(loop, window, index);
            (void)hf_arrival_apply(&window->arrivals[index], 1); /* the last try takes it */
        }
    }
    loop->pending_bytes += hf_partition_pending_bytes(slot->memory) - bytes;
    return result;
}

/* One record may change 400 days, so this is asked after each: what one batch changes would be too much for a
 * transaction. */
static int is_commit_full(const struct loop *loop)
{
    return loop->pending_bytes >= (size_t)loop->runtime->config->commit_limit_kib * 1024;
}

static int take_window(struct loop *loop, const struct hf_record *records, int count, int *mines_are_current)
{
    struct window window;
    int result = HF_OK;
    window.records = records;
    window.count = count;
    prepare_window(loop, &window, 0);
    for (int i = 0; i < count && result == HF_OK && !loop->needs_rebuild; i++) {
        result = take_input(loop, &window, i, mines_are_current);
        if (result == HF_OK && is_commit_full(loop))
            commit(loop);
    }
    return result;
}

static void read_input(struct loop *loop, int timeout_ms)
{
    struct hf_record records[BATCH];
    struct hf_error error = {0};
    int mines_are_current = 0;
    int count = hf_reader_poll(loop->input, timeout_ms, records, BATCH, &error);
    int result = count < 0 ? count : HF_OK;
    for (int at = 0; at < count && result == HF_OK && !loop->needs_rebuild; at += WINDOW)
        result = take_window(loop, &records[at], MIN(count - at, WINDOW), &mines_are_current);
    hf_reader_release(loop->input);
    if (result != HF_OK && result != HF_ECANCELED)
        take_failure(loop, "read", result, count < 0 ? &error : loop->error);
}

static void commit_when_due(struct loop *loop)
{
    if (loop->first_change_ms && hf_monotonic_ms() - loop->first_change_ms >= loop->runtime->config->commit_interval_ms)
        commit(loop);
}

static void look_for_standstills(struct loop *loop)
{
    int64_t now_ms = hf_monotonic_ms();
    if (now_ms - loop->looked_ms < STANDSTILL_LOOK_MS)
        return;
    loop->looked_ms = now_ms;
    for (int32_t i = 0; i < loop->slot_count; i++)
        if (loop->slots[i].is_owned && loop->slots[i].phase == READY)
            hf_standstill_report(&loop->slots[i].standstill, input_name(loop), i,
                                 hf_partition_input_offset(loop->slots[i].memory),
                                 hf_reader_log_end(loop->input, input_name(loop), i), now_ms);
}

static int poll_timeout_ms(const struct loop *loop, int is_restoring)
{
    if (is_restoring)
        return 0;
    if (!loop->first_change_ms)
        return IDLE_POLL_MS;
    int64_t left = loop->first_change_ms + loop->runtime->config->commit_interval_ms - hf_monotonic_ms();
    return (int)CLAMP(left, 0, IDLE_POLL_MS);
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

static int step(struct loop *loop)
{
    if (loop->needs_rebuild)
        rebuild(loop);
    int result = hf_membership_poll(loop->membership, 0, loop->error);
    if (result != HF_OK)
        return result;
    if (hf_cluster_is_unreachable(&loop->cluster)) {
        (void)hf_sleep_ms(IDLE_POLL_MS); /* a stop is seen by the loop */
        return HF_OK;
    }
    if (hf_cluster_is_pausing(&loop->cluster)) {
        (void)hf_sleep_ms(IDLE_POLL_MS);
        return HF_OK;
    }
    result = hf_cluster_ensure_producer(&loop->cluster, loop->kind->daemon, &loop->producer, loop->error);
    if (result <= 0)
        return result;
    result = hf_mine_feed_poll(loop->mines, loop->error);
    if (result != HF_OK)
        return result;
    drop_long_away(loop);
    int is_restoring = restore(loop);
    if (is_restoring < 0)
        return is_restoring;
    update_state(loop);
    read_input(loop, poll_timeout_ms(loop, is_restoring));
    commit_when_due(loop);
    look_for_standstills(loop);
    return loop->failure;
}

static int open_clients(struct loop *loop)
{
    struct hf_runtime *runtime = loop->runtime;
    const struct hf_membership_events events = {on_assigned, on_revoked, on_lost, loop};
    g_autofree char *group = hf_cluster_group(&loop->cluster, loop->kind->daemon);
    g_autofree char *member = hf_cluster_member(&loop->cluster, loop->kind->daemon);
    const char *topic = input_name(loop);
    int result = hf_mine_feed_new(&loop->cluster, &loop->mines, loop->error);
    if (result == HF_OK)
        result = hf_reader_new(&runtime->kafka, HF_READ_COMMITTED, &loop->input, loop->error);
    if (result == HF_OK)
        result = hf_reader_new(&runtime->kafka, HF_READ_COMMITTED, &loop->restorer, loop->error);
    if (result == HF_OK)
        result = hf_membership_new(&runtime->kafka, group, member, &topic, 1, &events, &loop->membership, loop->error);
    return result;
}

static int prepare(struct loop *loop)
{
    const enum hf_topic needed[] = {loop->kind->input, loop->kind->days,     loop->kind->state,
                                    HF_TOPIC_MINES,    HF_TOPIC_QUARANTINE,  HF_TOPIC_RESTATEMENTS,
                                    HF_TOPIC_STANDING, HF_TOPIC_DEAD_LETTERS};
    int result = hf_schema_store_new(loop->runtime->config->schema_directory, &loop->schemas, loop->error);
    if (result == HF_OK)
        result = hf_cluster_init(&loop->cluster, loop->runtime, loop->error);
    if (result == HF_OK)
        result = hf_cluster_await_topics(&loop->cluster, needed, G_N_ELEMENTS(needed), loop->error);
    if (result != HF_OK)
        return result;
    loop->decoder = hf_event_decoder_new(loop->schemas);
    loop->slot_count = loop->cluster.partitions[loop->kind->input];
    loop->slots = g_new0(struct slot, (gsize)loop->slot_count);
    for (int32_t i = 0; i < loop->slot_count; i++)
        loop->slots[i].number = i;
    return open_clients(loop);
}

/* What became of the input since the partitions were restored. */
static void log_totals(const struct loop *loop)
{
    struct hf_partition_counts sum = {0};
    for (int32_t i = 0; i < loop->slot_count; i++) {
        if (!loop->slots[i].memory)
            continue;
        struct hf_partition_counts counts = hf_partition_counts(loop->slots[i].memory);
        sum.applied += counts.applied;
        sum.duplicates += counts.duplicates;
        sum.superseded += counts.superseded;
        sum.dead_letters += counts.dead_letters;
        sum.closes += counts.closes;
        sum.quarantined += counts.quarantined;
        sum.accepted += counts.accepted;
        sum.rejected += counts.rejected;
        sum.restatements += counts.restatements;
        sum.decisions_ignored += counts.decisions_ignored;
    }
    hf_log(HF_LOG_INFO, "totals",
           "applied=%llu duplicates=%llu superseded=%llu dead_letters=%llu closes=%llu quarantined=%llu accepted=%llu "
           "rejected=%llu decisions_ignored=%llu restatements=%llu",
           (unsigned long long)sum.applied, (unsigned long long)sum.duplicates, (unsigned long long)sum.superseded,
           (unsigned long long)sum.dead_letters, (unsigned long long)sum.closes, (unsigned long long)sum.quarantined,
           (unsigned long long)sum.accepted, (unsigned long long)sum.rejected,
           (unsigned long long)sum.decisions_ignored, (unsigned long long)sum.restatements);
}

/* What was read and is not committed is read again by whoever comes next. */
static void close_all(struct loop *loop, int result)
{
    int is_reachable = hf_get_state() != HF_STATE_UNREACHABLE;
    hf_watchdog_stop_requested(); /* also where an error ends the run */
    if (is_reachable && result == HF_OK)
        commit(loop);
    loop->first_change_ms = 0;
    hf_set_state(HF_STATE_STOPPING, NULL);
    log_totals(loop);
    if (is_reachable && loop->membership && !loop->needs_rebuild && loop->runtime->config->leave_group_on_stop)
        hf_membership_leave(loop->membership, LEAVE_TIMEOUT_MS);
    hf_membership_free(&loop->membership);
    hf_producer_free(&loop->producer);
    hf_reader_free(&loop->input);
    hf_reader_free(&loop->restorer);
    hf_mine_feed_free(&loop->mines);
    for (int32_t i = 0; i < loop->slot_count; i++)
        hf_partition_free(&loop->slots[i].memory);
    g_free(loop->slots);
    hf_event_decoder_free(&loop->decoder);
    hf_schema_store_free(&loop->schemas);
    hf_cluster_fini(&loop->cluster);
}

int hf_ledger_loop_run(struct hf_runtime *runtime, const struct hf_ledger_kind *kind, struct hf_error *error)
{
    struct loop loop = {.runtime = runtime, .kind = kind, .error = error};
    int result = prepare(&loop);
    while (result == HF_OK && !hf_stop_requested())
        result = step(&loop);
    close_all(&loop, result);
    if (result == HF_OK)
        result = loop.failure; /* of the last commit */
    return result == HF_ECANCELED ? HF_OK : result;
}
