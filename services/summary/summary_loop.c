/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when headframe-summary reads, compares and publishes.
 *
 * Every process reads all day lines and all reference data. The group, joined on the reference topics, says which
 * companies and mines each process publishes; the offsets of those partitions go into every transaction, so that the
 * group fences whoever no longer may. After every change of ownership, and after every doubt about a transaction, the
 * output topics are read to their end and everything is compared anew: start, crash and rebalance are one case.
 *
 * Bad reference records go to the dead letters of whoever owns their partition, in the transaction that moves the
 * partition's offset past them. What lay between the committed offset and our position when a partition became ours is
 * looked through again for that purpose; and for the bad ones among it, the dead letters are: the group's offsets may
 * have expired, or been deleted or set back. */
#include "summary_loop.h"

#include <glib.h>
#include <string.h>

#include "headframe/cluster.h"
#include "headframe/dead_letter.h"
#include "headframe/kafka_membership.h"
#include "headframe/kafka_reader.h"
#include "headframe/standing.h"
#include "headframe/standstill.h"
#include "letter_search.h"
#include "outbox.h"
#include "passage.h"
#include "publisher.h"

enum {
    BATCH = 2048,
    IDLE_POLL_MS = 50,
    ASK_TIMEOUT_MS = 2000,
    COMMIT_TIMEOUT_MS = 10000, /* transaction.timeout.ms: the broker gives up then, too */
    LAST_COMMIT_TIMEOUT_MS = 1500,
    LEAVE_TIMEOUT_MS = 1000,
    RETRY_MS = 500,
    TRANSACTION_BYTES = 8 * 1024 * 1024,
    STANDSTILL_LOOK_MS = 1000,
    RECORD_BYTES = HF_RECORD_LIMIT_BYTES - 1024, /* Kafka adds its own */
    TURN_MS = 100,
};

static const char daemon_name[] = "headframe-summary";

/* Reference topics first: their offsets are the group's. */
static const enum hf_topic inputs[] = {HF_TOPIC_COMPANIES,       HF_TOPIC_MINES,     HF_TOPIC_PRICES,  HF_TOPIC_FX,
                                       HF_TOPIC_PRODUCTION_DAYS, HF_TOPIC_COST_DAYS, HF_TOPIC_STANDING};
static const enum hf_topic outputs[] = {HF_TOPIC_COMPANY_SUMMARIES, HF_TOPIC_MINE_SUMMARIES};
enum { REFERENCE_TOPICS = 4, INPUT_TOPICS = 7 };

struct loop {
    struct hf_runtime *runtime;
    struct hf_cluster cluster;
    struct world *world;
    struct publisher *publisher;
    struct hf_dead_letters *letters;
    struct letter_search *search; /* while uncommitted reference records are looked through; elsewhere NULL */
    struct hf_standing *standing;
    struct hf_reader *input;
    struct hf_membership *membership;
    struct hf_producer *producer;
    int64_t *positions[HF_TOPIC_COUNT];                /* by partition: the next offset to come; input topics only */
    struct hf_standstill *standstills[HF_TOPIC_COUNT]; /* likewise */
    int64_t looked_ms;                                 /* when standstills were last looked for */
    int64_t *history_ends[HF_TOPIC_COUNT]; /* likewise: where the topic ended at the start; before it is history */
    uint8_t *owned[HF_TOPIC_COUNT];        /* by partition; reference topics only */
    int64_t *said[HF_TOPIC_COUNT];         /* likewise, of the owned: before it a former owner has said what is bad */
    int owns_any;
    int has_joined;          /* the group has assigned something, be it nothing */
    int64_t generation;      /* counts changes of ownership */
    int must_compare;        /* ownership changed, or a transaction is in doubt: read the outputs again */
    size_t outputs_read;     /* at the last comparison: records that said something of the outputs */
    int32_t offsets_missing; /* likewise: partitions with records of which the group has no offset */
    int64_t published_ms;
    int64_t turned_ms; /* when the group was last served during a long piece of work */
    struct outbox *outbox;
    int failure;            /* other than 0: ends the run */
    struct hf_error *error; /* of the whole run */
};

/* Takes a failure after which everything is compared anew, or that ends the run. */
static void take_failure(struct loop *loop, const char *during, int code, const struct hf_error *error)
{
    loop->must_compare = 1;
    if (error->action == HF_ACTION_FATAL) {
        *loop->error = *error;
        loop->failure = code;
        return;
    }
    if (hf_stop_requested()) {
        hf_log(HF_LOG_WARN, "not-committed", "during=%s reason=%s", during, hf_log_quote(error->text));
        return;
    }
    hf_cluster_begin_rebuild(&loop->cluster, during, code, error);
    hf_producer_free(&loop->producer);
    hf_set_state(HF_STATE_RESTORING, NULL);
}

/* Serves the group during work that may take long. Returns 0, or HF_ECANCELED where the work is no longer wanted: a
 * stop was requested, or ownership changed. */
static int take_turn(struct loop *loop)
{
    int was_current = !loop->must_compare;
    if (hf_monotonic_ms() - loop->turned_ms < TURN_MS)
        return HF_OK;
    loop->turned_ms = hf_monotonic_ms();
    int result = loop->membership ? hf_membership_poll(loop->membership, 0, loop->error) : HF_OK;
    if (result != HF_OK) {
        loop->failure = result; /* said once: the next step ends with it */
        return HF_ECANCELED;
    }
    return hf_stop_requested() || (was_current && loop->must_compare) ? HF_ECANCELED : HF_OK;
}

/* --- ownership -------------------------------------------------------------------------------------------------- */

static int find_topic(const struct loop *loop, const char *name)
{
    for (int i = 0; i < REFERENCE_TOPICS; i++)
        if (g_strcmp0(loop->cluster.names[inputs[i]], name) == 0)
            return (int)inputs[i];
    return -1;
}

static void disown(struct loop *loop)
{
    for (int i = 0; i < REFERENCE_TOPICS; i++)
        memset(loop->owned[inputs[i]], 0, (size_t)loop->cluster.partitions[inputs[i]]);
    loop->owns_any = loop->has_joined = 0;
    loop->generation++;
    loop->must_compare = 1;
}

static void on_assigned(void *context, const struct hf_topic_partition *partitions, size_t count)
{
    struct loop *loop = context;
    disown(loop);
    for (size_t i = 0; i < count; i++) {
        int topic = find_topic(loop, partitions[i].topic);
        if (topic >= 0 && partitions[i].partition < loop->cluster.partitions[topic])
            loop->owned[topic][partitions[i].partition] = 1;
    }
    loop->owns_any = count > 0;
    loop->has_joined = 1;
    hf_log(HF_LOG_INFO, "assigned", "partitions=%zu", count);
}

static void on_revoked(void *context)
{
    disown(context); /* what is not published yet, its next owner finds by comparing */
    hf_log(HF_LOG_INFO, "revoked", "%s", "");
}

static int owns(void *context, enum hf_topic topic, int32_t partition)
{
    const struct loop *loop = context;
    return loop->owned[topic][partition];
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static int is_reference(enum hf_topic topic)
{
    return topic != HF_TOPIC_PRODUCTION_DAYS && topic != HF_TOPIC_COST_DAYS;
}

/* True where it is ours to say that a reference record is bad, or no longer. We may read behind a former owner: what lies
 * before its offset it has said. While a comparison is due, records are looked through for that when it is made. */
static int is_ours_to_say(const struct loop *loop, enum hf_topic topic, const struct hf_record *record)
{
    return loop->owned[topic][record->partition] && !loop->must_compare &&
           record->offset >= loop->said[topic][record->partition];
}

/* Applies a record of an input topic. */
static int apply(struct loop *loop, enum hf_topic topic, const struct hf_record *record, struct hf_error *error)
{
    int is_history = record->offset < loop->history_ends[topic][record->partition];
    int result = (is_history ? world_apply_history : world_apply)(loop->world, topic, record, error);
    if (result == HF_OK && is_reference(topic)) {
        hf_standing_accept(loop->standing, topic, record);
        if (is_ours_to_say(loop, topic, record))
            hf_standing_withdraw(loop->standing, topic, record);
    }
    return result;
}

/* Applies what stands in the place of bad records. */
static void apply_instead(struct loop *loop, enum hf_topic topic, const struct hf_record *record)
{
    struct hf_error unused; /* it was good when it was written */
    if (world_apply(loop->world, topic, record, &unused) == HF_OK)
        hf_standing_accept_instead(loop->standing, topic, record);
}

/* Takes a value that was preserved for a key whose record is bad. */
static int take_standing(struct loop *loop, const struct hf_record *record)
{
    struct hf_record instead;
    enum hf_topic topic;
    if (record->is_damaged)
        return hf_record_fail(record, loop->cluster.names[HF_TOPIC_STANDING], loop->error);
    if (!record->is_end && hf_standing_take(loop->standing, record, &topic, &instead))
        apply_instead(loop, topic, &instead);
    return HF_OK;
}

static void write_letter(struct loop *loop, enum hf_topic topic, const struct hf_record *record,
                         const struct hf_error *why)
{
    struct hf_refusal refusal;
    (void)hf_refuse(&refusal, HF_REFUSAL_BAD_REFERENCE, "%s", why->text); /* always HF_EINVAL */
    hf_dead_letters_add(loop->letters, loop->cluster.names[topic], record, &refusal);
    hf_log(HF_LOG_WARN, "bad-reference", "topic=%s partition=%d offset=%lld reason=%s", loop->cluster.names[topic],
           record->partition, (long long)record->offset, hf_log_quote(why->text));
}

/* A batch that can not be read: of reference data it is a bad record; without day lines figures would be wrong. */
static int take_damage(struct loop *loop, enum hf_topic topic, const struct hf_record *record)
{
    struct hf_error error;
    (void)hf_record_fail(record, loop->cluster.names[topic], &error); /* always HF_EIO */
    if (!is_reference(topic)) {
        *loop->error = error;
        return HF_EIO;
    }
    if (is_ours_to_say(loop, topic, record))
        write_letter(loop, topic, record, &error);
    return HF_OK;
}

static int take_input(struct loop *loop, const struct hf_record *record)
{
    enum hf_topic topic = (enum hf_topic)record->tag;
    struct hf_error error = {0};
    struct hf_record instead;
    loop->positions[topic][record->partition] = hf_record_next(record);
    if (record->is_end)
        loop->standstills[topic][record->partition].stable_end = record->offset;
    if (topic == HF_TOPIC_STANDING)
        return take_standing(loop, record);
    if (record->is_damaged)
        return take_damage(loop, topic, record);
    if (record->is_end || apply(loop, topic, record, &error) == HF_OK)
        return HF_OK;
    if (!is_reference(topic)) {
        hf_error_prefix(&error, "%s [%d] offset %lld", loop->cluster.names[topic], record->partition,
                        (long long)record->offset);
        *loop->error = error;
        return HF_EINVAL;
    }
    if (is_ours_to_say(loop, topic, record)) {
        write_letter(loop, topic, record, &error);
        hf_standing_preserve(loop->standing, topic, record);
    }
    if (hf_standing_refuse(loop->standing, topic, record, &instead))
        apply_instead(loop, topic, &instead);
    return HF_OK;
}

static void look_for_standstills(struct loop *loop)
{
    int64_t now_ms = hf_monotonic_ms();
    if (now_ms - loop->looked_ms < STANDSTILL_LOOK_MS)
        return;
    loop->looked_ms = now_ms;
    for (int i = 0; i < INPUT_TOPICS; i++)
        for (int32_t partition = 0; partition < loop->cluster.partitions[inputs[i]]; partition++)
            hf_standstill_report(&loop->standstills[inputs[i]][partition], loop->cluster.names[inputs[i]], partition,
                                 loop->positions[inputs[i]][partition],
                                 hf_reader_log_end(loop->input, loop->cluster.names[inputs[i]], partition), now_ms);
}

static int read_input(struct loop *loop, int timeout_ms)
{
    struct hf_record records[BATCH];
    int result = HF_OK, count = hf_reader_poll(loop->input, timeout_ms, records, BATCH, loop->error);
    for (int i = 0; i < count && result == HF_OK; i++)
        result = take_input(loop, &records[i]);
    hf_reader_release(loop->input);
    look_for_standstills(loop);
    return count < 0 ? count : result;
}

/* Asks where the inputs end now, once: what was read as history must not be asked for again. */
static int find_history(struct loop *loop)
{
    for (int i = 0; i < INPUT_TOPICS; i++)
        for (int32_t partition = 0; partition < loop->cluster.partitions[inputs[i]]; partition++) {
            int64_t *end = &loop->history_ends[inputs[i]][partition];
            int result = *end >= 0 ? HF_OK
                                   : hf_admin_offsets(loop->cluster.admin, loop->cluster.names[inputs[i]], partition,
                                                      ASK_TIMEOUT_MS, NULL, end, loop->error);
            if (result != HF_OK)
                return result;
        }
    return HF_OK;
}

/* Reads a partition as far as it went at the start. */
static int catch_up_partition(struct loop *loop, enum hf_topic topic, int32_t partition)
{
    struct hf_patience wait = {0};
    int result = HF_OK;
    while (result == HF_OK && loop->positions[topic][partition] < loop->history_ends[topic][partition]) {
        int64_t position = loop->positions[topic][partition];
        if (hf_stop_requested())
            return HF_ECANCELED;
        result = read_input(loop, IDLE_POLL_MS);
        if (loop->positions[topic][partition] > position)
            wait = (struct hf_patience){0};
        hf_cluster_say_waiting(&loop->cluster, &wait, topic, partition,
                               "nothing of it comes: is a transaction open on it?");
    }
    return result;
}

/* Reads the history of the inputs. */
static int catch_up(struct loop *loop)
{
    struct hf_patience wait = {0};
    int result = find_history(loop);
    for (int i = 0; i < INPUT_TOPICS; i++)
        for (int32_t partition = 0; result == HF_OK && partition < loop->cluster.partitions[inputs[i]]; partition++)
            result = catch_up_partition(loop, inputs[i], partition);
    /* A transaction may reach over the end that was asked for. */
    while (result == HF_OK && !world_is_between_transactions(loop->world)) {
        result = hf_stop_requested() ? HF_ECANCELED : read_input(loop, IDLE_POLL_MS);
        hf_cluster_say_waiting(&loop->cluster, &wait, HF_TOPIC_PRODUCTION_DAYS, -1,
                               "it, or cost-days, ends amid the records of one commit: is its daemon about to go on?");
    }
    return result;
}

/* --- comparing -------------------------------------------------------------------------------------------------- */

static int pause_reading(void *context)
{
    return take_turn(context);
}

static void note_output(void *context, enum hf_topic topic, const struct hf_record *record)
{
    struct loop *loop = context;
    loop->outputs_read++;
    if (!record->is_damaged) /* what was published there is not known, so it is published again */
        publisher_note(loop->publisher, topic, record);
}

/* Adds all there is of a topic now. */
static int add_whole_topic(struct loop *loop, enum hf_topic topic, GArray *passages, struct hf_error *error)
{
    for (int32_t partition = 0; partition < loop->cluster.partitions[topic]; partition++) {
        struct passage passage = {topic, partition, HF_OFFSET_BEGINNING, 0, 0};
        int result = hf_admin_offsets(loop->cluster.admin, loop->cluster.names[topic], partition, ASK_TIMEOUT_MS, NULL,
                                      &passage.end, error);
        if (result != HF_OK)
            return result;
        g_array_append_val(passages, passage);
    }
    return HF_OK;
}

static int read_outputs(struct loop *loop, struct hf_error *error)
{
    g_autoptr(GArray) passages = g_array_new(FALSE, FALSE, sizeof(struct passage));
    loop->outputs_read = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        int result = add_whole_topic(loop, outputs[i], passages, error);
        if (result != HF_OK)
            return result;
    }
    return passages_read(&loop->cluster, passages, note_output, pause_reading, loop, error);
}

/* The record is only judged: newer ones may have replaced it. */
static int judge_reference(enum hf_topic topic, const struct hf_record *record, struct hf_error *error)
{
    if (record->is_damaged)
        return hf_record_fail(record, hf_topic_info(topic)->name, error);
    struct world *scratch = world_new();
    int result = world_apply(scratch, topic, record, error);
    world_free(&scratch);
    return result;
}

static void look_for_bad(void *context, enum hf_topic topic, const struct hf_record *record)
{
    struct loop *loop = context;
    struct hf_error unused;
    if (judge_reference(topic, record, &unused) == HF_OK) {
        hf_standing_withdraw(loop->standing, topic, record);
        return;
    }
    letter_search_add(loop->search, loop->cluster.names[topic], record);
    hf_standing_preserve(loop->standing, topic, record);
}

static void look_for_letter(void *context, enum hf_topic topic, const struct hf_record *record)
{
    const struct loop *loop = context;
    (void)topic;
    letter_search_take(loop->search, record);
}

static void write_missing_letter(void *context, enum hf_topic topic, const struct hf_record *record)
{
    struct loop *loop = context;
    struct hf_error error = {0};
    if (letter_search_is_missing(loop->search, loop->cluster.names[topic], record) &&
        judge_reference(topic, record, &error) != HF_OK)
        write_letter(loop, topic, record, &error);
}

static int read_letters(struct loop *loop, struct hf_error *error)
{
    g_autoptr(GArray) passages = g_array_new(FALSE, FALSE, sizeof(struct passage));
    int result = add_whole_topic(loop, HF_TOPIC_DEAD_LETTERS, passages, error);
    return result == HF_OK ? passages_read(&loop->cluster, passages, look_for_letter, pause_reading, loop, error)
                           : result;
}

/* Finds what the group has not committed of our partitions: from its offsets to our positions. */
static int find_uncommitted(struct loop *loop, GArray *passages, struct hf_error *error)
{
    loop->offsets_missing = 0;
    for (int i = 0; i < REFERENCE_TOPICS; i++)
        for (int32_t partition = 0; partition < loop->cluster.partitions[inputs[i]]; partition++) {
            struct hf_topic_partition where = {loop->cluster.names[inputs[i]], partition, -1};
            struct passage passage = {inputs[i], partition, 0, loop->positions[inputs[i]][partition], 0};
            if (!loop->owned[inputs[i]][partition])
                continue;
            int result = hf_membership_committed(loop->membership, &where, 1, ASK_TIMEOUT_MS, error);
            if (result != HF_OK)
                return result;
            passage.first = where.offset < 0 ? HF_OFFSET_BEGINNING : where.offset;
            loop->said[inputs[i]][partition] = where.offset;
            loop->offsets_missing += where.offset < 0 && passage.end > 0;
            if (where.offset < passage.end)
                g_array_append_val(passages, passage);
        }
    return HF_OK;
}

/* Finds the bad reference records that the group has not committed, and writes letters of those that have none yet. */
static int check_uncommitted_references(struct loop *loop, struct hf_error *error)
{
    g_autoptr(GArray) passages = g_array_new(FALSE, FALSE, sizeof(struct passage));
    loop->search = letter_search_new();
    int result = find_uncommitted(loop, passages, error);
    if (result == HF_OK)
        result = passages_read(&loop->cluster, passages, look_for_bad, pause_reading, loop, error);
    if (result == HF_OK && letter_search_count(loop->search) > 0)
        result = read_letters(loop, error);
    if (result == HF_OK && letter_search_count(loop->search) > 0) {
        passages_rewind(passages);
        result = passages_read(&loop->cluster, passages, write_missing_letter, pause_reading, loop, error);
    }
    letter_search_free(&loop->search);
    return result;
}

/* Reads what the outputs say. Afterwards the next publication compares everything. */
static int prepare_comparison(struct loop *loop, struct hf_error *error)
{
    publisher_set_ownership(loop->publisher, owns, loop, loop->cluster.partitions[HF_TOPIC_COMPANIES],
                            loop->cluster.partitions[HF_TOPIC_MINES]);
    hf_dead_letters_free(&loop->letters);
    loop->letters = hf_dead_letters_new(daemon_name);
    hf_standing_forget_work(loop->standing);
    int64_t generation = loop->generation, began_ms = hf_monotonic_ms();
    /* Stable committed offsets first: once they are known, nothing a former owner still sends can be committed, so what
     * the outputs say afterwards is what they will go on saying. */
    int result = check_uncommitted_references(loop, error);
    if (result == HF_OK)
        result = read_outputs(loop, error);
    if (result == HF_OK && loop->offsets_missing > 0 && loop->outputs_read > 0)
        hf_log(
            HF_LOG_WARN, "group-offset-missing",
            "partitions=%d reason=\"bad reference records are looked for from the beginning; those with a dead letter "
            "are left alone\"",
            loop->offsets_missing);
    if (result == HF_OK && generation == loop->generation) {
        hf_log(HF_LOG_INFO, "compared", "outputs_read=%zu took_ms=%lld", loop->outputs_read,
               (long long)(hf_monotonic_ms() - began_ms));
        loop->must_compare = 0;
        loop->published_ms = 0;
        hf_set_state(HF_STATE_SERVING, NULL);
    }
    return result;
}

/* --- publishing ------------------------------------------------------------------------------------------------- */

static int commit_timeout_ms(void)
{
    /* After a stop was asked for, two calls and what follows must share five seconds. */
    return hf_stop_requested() ? MIN(LAST_COMMIT_TIMEOUT_MS, hf_stop_left_ms() / 3) : COMMIT_TIMEOUT_MS;
}

static int commit(struct loop *loop, struct hf_error *error)
{
    g_autoptr(GArray) offsets = g_array_new(FALSE, FALSE, sizeof(struct hf_topic_partition));
    for (int i = 0; i < REFERENCE_TOPICS; i++)
        for (int32_t partition = 0; partition < loop->cluster.partitions[inputs[i]]; partition++)
            if (loop->owned[inputs[i]][partition]) {
                struct hf_topic_partition where = {
                    loop->cluster.names[inputs[i]], partition,
                    MAX(loop->positions[inputs[i]][partition], loop->said[inputs[i]][partition])};
                g_array_append_val(offsets, where);
            }
    return hf_producer_commit(loop->producer, loop->membership,
                              (const struct hf_topic_partition *)(void *)offsets->data, offsets->len,
                              commit_timeout_ms(), error);
}

static int send_output(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct loop *loop = context;
    return hf_cluster_send(&loop->cluster, loop->producer, output, error);
}

/* Writes what was computed in one transaction, which is open only for that. */
static int write_transaction(struct loop *loop, struct hf_error *error)
{
    const struct hf_sink sink = {send_output, loop};
    if (outbox_count(loop->outbox) == 0)
        return HF_OK;
    int result = hf_producer_begin(loop->producer, error);
    if (result == HF_OK)
        result = outbox_write(loop->outbox, &sink, error);
    if (result == HF_OK)
        result = commit(loop, error);
    outbox_clear(loop->outbox);
    return result;
}

/* Puts a record into the outbox, if Kafka would take it: it would refuse all that goes with it, too. */
static int keep_output(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct loop *loop = context;
    (void)error;
    if (output->key_length + output->value_length <= RECORD_BYTES)
        outbox_add(loop->outbox, output);
    else
        hf_log(HF_LOG_ERROR, "record-too-large", "topic=%s key=%.*s bytes=%zu limit=%d",
               loop->cluster.names[output->topic], (int)output->key_length, (const char *)output->key,
               output->value_length, RECORD_BYTES);
    return HF_OK;
}

/* What is said about reference records goes with the offsets that pass them, all in one transaction: or what came after
 * its first part would be lost with a crash, and never looked at again. */
static int publish_references(struct loop *loop, struct hf_error *error)
{
    const struct hf_sink sink = {keep_output, loop};
    int result = hf_dead_letters_publish(loop->letters, &sink, error);
    if (result == HF_OK)
        result = hf_standing_publish(loop->standing, &sink, error);
    return result == HF_OK ? write_transaction(loop, error) : result;
}

/* Every summary is final for its key, so a publication may be spread over several transactions of bounded size. */
static int take_output(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct loop *loop = context;
    (void)keep_output(loop, output, error); /* always succeeds */
    return outbox_bytes(loop->outbox) > TRANSACTION_BYTES ? write_transaction(loop, error) : HF_OK;
}

static int go_on(void *context)
{
    return take_turn(context) == HF_OK;
}

static void publish(struct loop *loop)
{
    const struct hf_sink sink = {take_output, loop};
    struct hf_error error = {0};
    size_t written = 0;
    loop->published_ms = hf_monotonic_ms();
    int result = publish_references(loop, &error);
    if (result == HF_OK)
        result = publisher_publish(loop->publisher, &sink, go_on, loop, &written, &error);
    if (result == HF_OK)
        result = write_transaction(loop, &error);
    if (result == HF_OK && written > 0)
        hf_log(HF_LOG_DEBUG, "published", "records=%zu", written);
    if (result == HF_OK)
        return;
    /* Digests are ahead of the topics now: whatever happened, the topics are read again. */
    outbox_clear(loop->outbox);
    loop->must_compare = 1;
    if (result != HF_ECANCELED)
        take_failure(loop, "publish", result, &error);
}

static int is_due(const struct loop *loop)
{
    if (!loop->owns_any || !(publisher_has_work(loop->publisher) || hf_dead_letters_count(loop->letters) > 0 ||
                             hf_standing_has_work(loop->standing)))
        return 0;
    return loop->published_ms == 0 ||
           hf_monotonic_ms() - loop->published_ms >= loop->runtime->config->publish_interval_ms;
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

static int step(struct loop *loop)
{
    struct hf_error error = {0};
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
    result = hf_cluster_ensure_producer(&loop->cluster, daemon_name, &loop->producer, loop->error);
    if (result <= 0)
        return result;
    result = read_input(loop, IDLE_POLL_MS);
    if (result != HF_OK)
        return result;
    if (loop->must_compare && loop->owns_any) {
        hf_set_state(HF_STATE_RESTORING, NULL);
        result = prepare_comparison(loop, &error);
        if (result != HF_OK && result != HF_ECANCELED)
            take_failure(loop, "compare", result, &error);
        return loop->failure;
    }
    if (!loop->owns_any)
        world_clear_changes(loop->world); /* whoever comes to own something compares everything */
    if (loop->has_joined)
        hf_set_state(HF_STATE_SERVING, NULL);
    if (!loop->must_compare && is_due(loop))
        publish(loop);
    return loop->failure;
}

static int prepare(struct loop *loop)
{
    static const enum hf_topic needed[] = {
        HF_TOPIC_COMPANIES,       HF_TOPIC_MINES,       HF_TOPIC_PRICES,         HF_TOPIC_FX,
        HF_TOPIC_PRODUCTION_DAYS, HF_TOPIC_COST_DAYS,   HF_TOPIC_MINE_SUMMARIES, HF_TOPIC_COMPANY_SUMMARIES,
        HF_TOPIC_STANDING,        HF_TOPIC_DEAD_LETTERS};
    struct publisher_settings settings = {.stale_after_days = loop->runtime->config->stale_after_days};
    settings.window_count = loop->runtime->config->window_count;
    memcpy(settings.windows, loop->runtime->config->windows, sizeof settings.windows);
    int result = hf_cluster_init(&loop->cluster, loop->runtime, loop->error);
    if (result == HF_OK)
        result = hf_cluster_await_topics(&loop->cluster, needed, G_N_ELEMENTS(needed), loop->error);
    if (result != HF_OK)
        return result;
    for (int i = 0; i < INPUT_TOPICS; i++) {
        loop->positions[inputs[i]] = g_new0(int64_t, (gsize)loop->cluster.partitions[inputs[i]]);
        loop->history_ends[inputs[i]] = g_new(int64_t, (gsize)loop->cluster.partitions[inputs[i]]);
        loop->standstills[inputs[i]] = g_new0(struct hf_standstill, (gsize)loop->cluster.partitions[inputs[i]]);
        for (int32_t partition = 0; partition < loop->cluster.partitions[inputs[i]]; partition++) {
            loop->history_ends[inputs[i]][partition] = -1;
            loop->standstills[inputs[i]][partition].stable_end = -1;
        }
        loop->owned[inputs[i]] = g_new0(uint8_t, (gsize)loop->cluster.partitions[inputs[i]]);
        loop->said[inputs[i]] = g_new0(int64_t, (gsize)loop->cluster.partitions[inputs[i]]);
    }
    loop->world = world_new();
    loop->publisher = publisher_new(loop->world, &settings);
    loop->letters = hf_dead_letters_new(daemon_name);
    loop->standing = hf_standing_new();
    loop->outbox = outbox_new();
    return HF_OK;
}

/* At the start there is nothing else to do: waits until Kafka answers. */
static int catch_up_patiently(struct loop *loop)
{
    for (;;) {
        int result = catch_up(loop);
        if (result != HF_EIO || loop->error->action != HF_ACTION_RETRY)
            return result;
        hf_log(HF_LOG_WARN, "waiting", "reason=%s", hf_log_quote(loop->error->text));
        if (hf_sleep_ms(RETRY_MS) != HF_OK)
            return HF_ECANCELED;
    }
}

static int open_clients(struct loop *loop)
{
    const struct hf_membership_events events = {on_assigned, on_revoked, on_revoked, loop};
    const char *topics[REFERENCE_TOPICS];
    g_autofree char *group = hf_cluster_group(&loop->cluster, daemon_name);
    g_autofree char *member = hf_cluster_member(&loop->cluster, daemon_name);
    for (int i = 0; i < REFERENCE_TOPICS; i++)
        topics[i] = loop->cluster.names[inputs[i]];
    int result = hf_reader_new(&loop->runtime->kafka, HF_READ_COMMITTED, &loop->input, loop->error);
    for (int i = 0; i < INPUT_TOPICS; i++)
        for (int32_t partition = 0; result == HF_OK && partition < loop->cluster.partitions[inputs[i]]; partition++)
            result = hf_reader_add(loop->input, loop->cluster.names[inputs[i]], (int)inputs[i], partition,
                                   HF_OFFSET_BEGINNING, loop->error);
    hf_set_state(HF_STATE_RESTORING, NULL);
    if (result == HF_OK)
        result = catch_up_patiently(loop);
    if (result == HF_OK)
        result = hf_membership_new(&loop->runtime->kafka, group, member, topics, REFERENCE_TOPICS, &events,
                                   &loop->membership, loop->error);
    return result;
}

/* What is not published yet is found again by comparing. */
static void close_all(struct loop *loop)
{
    int is_reachable = hf_get_state() != HF_STATE_UNREACHABLE;
    hf_watchdog_stop_requested(); /* also where an error ends the run */
    hf_set_state(HF_STATE_STOPPING, NULL);
    if (is_reachable && loop->membership && loop->runtime->config->leave_group_on_stop)
        hf_membership_leave(loop->membership, LEAVE_TIMEOUT_MS);
    hf_membership_free(&loop->membership);
    hf_producer_free(&loop->producer);
    hf_reader_free(&loop->input);
    publisher_free(&loop->publisher);
    world_free(&loop->world);
    hf_dead_letters_free(&loop->letters);
    hf_standing_free(&loop->standing);
    outbox_free(&loop->outbox);
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        g_free(loop->positions[i]);
        g_free(loop->history_ends[i]);
        g_free(loop->standstills[i]);
        g_free(loop->owned[i]);
        g_free(loop->said[i]);
    }
    hf_cluster_fini(&loop->cluster);
}

int summary_loop_run(struct hf_runtime *runtime, struct hf_error *error)
{
    struct loop loop = {.runtime = runtime, .error = error};
    int result = prepare(&loop);
    if (result == HF_OK)
        result = open_clients(&loop);
    while (result == HF_OK && !hf_stop_requested())
        result = step(&loop);
    close_all(&loop);
    return result == HF_ECANCELED ? HF_OK : result;
}
