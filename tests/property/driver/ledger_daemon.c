/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when a ledger daemon's partitions read, commit and come back, and that what comes back is what was there. */
#include "ledger_daemon.h"

#include <string.h>

#include "record_text.h"

enum { COPY_LIVES = 3 /* commits */ };

struct ledger_daemon {
    const struct hf_ledger_kind *kind;
    struct topic_log *log;
    struct hf_event_decoder *decoder;
    const struct hf_ledger_rules *rules;
    struct hf_mine_directory *mines;
    struct hf_partition *partitions[LOG_PARTITIONS];
    struct hf_partition *copies[LOG_PARTITIONS]; /* read back at some commit since the start, or NULL */
    int64_t committed[LOG_PARTITIONS];           /* -1: nothing */
    int32_t count;
    unsigned commits;
    uint64_t seed; /* every memory begins with another; the topics must bring back the one that counts */
};

/* --- coming back ------------------------------------------------------------------------------------------------ */

typedef int restore_record(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error);

static int read_back(struct hf_partition *partition, int32_t number, const GPtrArray *records, restore_record *restore,
                     struct hf_error *error)
{
    int result = HF_OK;
    for (guint i = 0; i < records->len && result == HF_OK; i++) {
        const struct log_record *record = records->pdata[i];
        const struct hf_record view = log_record_view(record);
        if (record->partition == number)
            result = restore(partition, &view, error);
        if (result != HF_OK)
            hf_error_prefix(error, "%s [%d] offset %lld", hf_topic_info(record->topic)->name, number,
                            (long long)record->offset);
    }
    return result;
}

static int finish_restoring(const struct ledger_daemon *daemon, struct hf_partition *partition, int32_t number,
                            struct hf_error *error)
{
    int64_t state, days;
    int result = hf_partition_restored(partition, &state, &days, error);
    if (result < 0)
        return result;
    if (result == 0 && daemon->committed[number] < 0) {
        hf_partition_set_input_offset(partition, 0);
        return HF_OK;
    }
    if (result == 1 && state == daemon->committed[number] && hf_partition_input_offset(partition) == state)
        return HF_OK;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                        "%s partition %d: the committed offset is %lld, but the state says %lld, the days %lld and the "
                        "partition that was read back %lld",
                        daemon->kind->daemon, number, (long long)daemon->committed[number], (long long)state,
                        (long long)days, (long long)hf_partition_input_offset(partition));
}

/* Reads partition number back from these records; NULL with an error where that fails. */
static struct hf_partition *restore(struct ledger_daemon *daemon, int32_t number, const GPtrArray *state,
                                    const GPtrArray *days, struct hf_error *error)
{
    struct hf_partition *partition = hf_partition_new(daemon->kind, hf_topic_info(daemon->kind->input)->name, number,
                                                      daemon->count, ++daemon->seed, daemon->rules);
    int result = read_back(partition, number, state, hf_partition_restore_state, error);
    if (result == HF_OK)
        result = read_back(partition, number, days, hf_partition_restore_day, error);
    if (result == HF_OK)
        result = finish_restoring(daemon, partition, number, error);
    if (result != HF_OK)
        hf_partition_free(&partition);
    return partition;
}

static void drop_memory(struct ledger_daemon *daemon)
{
    for (int32_t i = 0; i < daemon->count; i++) {
        hf_partition_free(&daemon->partitions[i]);
        hf_partition_free(&daemon->copies[i]);
    }
    hf_mine_directory_free(&daemon->mines);
}

/* Reads the reference, the state and then the input that was not committed, as a process does that starts now. */
static int start(struct ledger_daemon *daemon, struct hf_error *error)
{
    const struct topic_log *log = daemon->log;
    int result = HF_OK;
    daemon->mines = hf_mine_directory_new();
    for (size_t i = 0; i < topic_log_count(log, HF_TOPIC_MINES); i++)
        ledger_daemon_take_mine(daemon, topic_log_at(log, HF_TOPIC_MINES, i));
    for (int32_t i = 0; i < daemon->count; i++) {
        daemon->partitions[i] =
            restore(daemon, i, log->records[daemon->kind->state], log->records[daemon->kind->days], error);
        if (!daemon->partitions[i])
            return HF_EINVAL;
    }
    for (size_t i = 0; i < topic_log_count(log, daemon->kind->input) && result == HF_OK; i++) {
        const struct log_record *record = topic_log_at(log, daemon->kind->input, i);
        if (record->offset >= hf_partition_input_offset(daemon->partitions[record->partition]))
            result = ledger_daemon_take_event(daemon, record, error);
    }
    return result;
}

int ledger_daemon_new(const struct hf_ledger_kind *kind, struct topic_log *log, struct hf_event_decoder *decoder,
                      const struct hf_ledger_rules *rules, struct ledger_daemon **out_daemon, struct hf_error *error)
{
    struct ledger_daemon *daemon = g_new0(struct ledger_daemon, 1);
    daemon->kind = kind;
    daemon->log = log;
    daemon->decoder = decoder;
    daemon->rules = rules;
    daemon->count = log->partition_counts[kind->input];
    for (int32_t i = 0; i < daemon->count; i++)
        daemon->committed[i] = -1;
    *out_daemon = daemon;
    return start(daemon, error);
}

void ledger_daemon_free(struct ledger_daemon **daemon)
{
    if (!*daemon)
        return;
    drop_memory(*daemon);
    g_free(*daemon);
    *daemon = NULL;
}

int ledger_daemon_restart(struct ledger_daemon *daemon, struct hf_error *error)
{
    drop_memory(daemon);
    return start(daemon, error);
}

/* --- input ------------------------------------------------------------------------------------------------------ */

void ledger_daemon_take_mine(struct ledger_daemon *daemon, const struct log_record *record)
{
    const struct hf_record view = log_record_view(record);
    struct hf_error error;
    (void)hf_mine_directory_apply(daemon->mines, &view,
                                  &error); /* a bad one is logged, and the previous value stands */
}

/* The daemon looks up an unknown mine once more before it gives up, so the first try must leave everything as it was. */
static int apply(const struct ledger_daemon *daemon, struct hf_partition *partition, const struct log_record *record,
                 struct hf_error *error)
{
    const struct hf_record view = log_record_view(record);
    int had_changes = hf_partition_has_changes(partition);
    if (hf_partition_apply(partition, daemon->decoder, daemon->mines, &view, 0) == HF_ENOENT &&
        (hf_partition_input_offset(partition) != record->offset || hf_partition_has_changes(partition) != had_changes ||
         hf_partition_apply(partition, daemon->decoder, daemon->mines, &view, 1) != HF_OK))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                            "%s partition %d offset %lld: the first try at an unknown mine did something, or the last "
                            "did not take the record",
                            daemon->kind->daemon, record->partition, (long long)record->offset);
    if (hf_partition_input_offset(partition) == record->offset + 1 && hf_partition_has_changes(partition))
        return HF_OK;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s partition %d offset %lld was not taken",
                        daemon->kind->daemon, record->partition, (long long)record->offset);
}

int ledger_daemon_take_event(struct ledger_daemon *daemon, const struct log_record *record, struct hf_error *error)
{
    struct hf_partition *copy = daemon->copies[record->partition];
    int result = apply(daemon, daemon->partitions[record->partition], record, error);
    return result == HF_OK && copy ? apply(daemon, copy, record, error) : result;
}

/* --- committing ------------------------------------------------------------------------------------------------- */

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Begins with what a person can read. */
static char *record_text(const struct log_record *record)
{
    GString *text = g_string_new(NULL);
    g_autofree char *key = g_strescape(record->key ? record->key : "null", NULL);
    g_string_append_printf(text, "\"%s\" ", key);
    append_record(text, record);
    return g_string_free(text, FALSE);
}

/* The records of a topic from index first on, in an order of their own: that of their writing is free. */
static GPtrArray *record_texts(const struct topic_log *log, enum hf_topic topic, size_t first)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = first; i < topic_log_count(log, topic); i++)
        g_ptr_array_add(texts, record_text(topic_log_at(log, topic, i)));
    g_ptr_array_sort(texts, compare_texts);
    return texts;
}

static int compare_topic(const struct ledger_daemon *daemon, enum hf_topic topic, size_t first,
                         const struct topic_log *other, struct hf_error *error)
{
    g_autoptr(GPtrArray) ours = record_texts(daemon->log, topic, first), theirs = record_texts(other, topic, 0);
    for (guint i = 0; i < MAX(ours->len, theirs->len); i++) {
        const char *our = i < ours->len ? ours->pdata[i] : "nothing";
        const char *their = i < theirs->len ? theirs->pdata[i] : "nothing";
        if (strcmp(our, their) != 0)
            return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                                "%s wrote to %s %.120s, but its copy that was read back before %.120s",
                                daemon->kind->daemon, hf_topic_info(topic)->name, our, their);
    }
    return HF_OK;
}

/* Publishes the copy elsewhere and compares with what the partition wrote after the mark. */
static int compare_copy(struct ledger_daemon *daemon, int32_t number, const size_t mark[HF_TOPIC_COUNT],
                        struct hf_error *error)
{
    struct topic_log *other = topic_log_new(daemon->count);
    const struct hf_sink sink = topic_log_sink(other);
    int result = hf_partition_publish(daemon->copies[number], &sink, error);
    for (int topic = 0; topic < HF_TOPIC_COUNT && result == HF_OK; topic++)
        result = compare_topic(daemon, (enum hf_topic)topic, mark[topic], other, error);
    topic_log_free(&other);
    return result;
}

static int publish(struct ledger_daemon *daemon, int32_t number, struct hf_error *error)
{
    size_t mark[HF_TOPIC_COUNT];
    struct hf_partition *partition = daemon->partitions[number];
    const struct hf_sink sink = topic_log_sink(daemon->log);
    topic_log_mark(daemon->log, mark);
    int result = hf_partition_publish(partition, &sink, error);
    if (result != HF_OK)
        return result;
    daemon->committed[number] = hf_partition_input_offset(partition);
    if (hf_partition_has_changes(partition))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s partition %d has changes after a publication",
                            daemon->kind->daemon, number);
    return daemon->copies[number] ? compare_copy(daemon, number, mark, error) : HF_OK;
}

static int renew_copy(struct ledger_daemon *daemon, int32_t number, const GPtrArray *state, const GPtrArray *days,
                      struct hf_error *error)
{
    const struct hf_partition *partition = daemon->partitions[number];
    hf_partition_free(&daemon->copies[number]);
    struct hf_partition *copy = daemon->copies[number] = restore(daemon, number, state, days, error);
    if (!copy)
        return HF_EINVAL;
    /* With a horizon the one may have tidied its table, and the other not yet. */
    int is_same_size =
        daemon->rules->correction_horizon_days > 0 || hf_partition_facts(copy) == hf_partition_facts(partition);
    if (is_same_size && hf_partition_waiting(copy) == hf_partition_waiting(partition) &&
        !hf_partition_has_changes(copy))
        return HF_OK;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                        "%s partition %d remembers %zu facts and %zu versions wait, but %zu and %zu after it was read "
                        "back%s",
                        daemon->kind->daemon, number, hf_partition_facts(partition), hf_partition_waiting(partition),
                        hf_partition_facts(copy), hf_partition_waiting(copy),
                        hf_partition_has_changes(copy) ? ", with changes to write" : "");
}

int ledger_daemon_has_changes(const struct ledger_daemon *daemon)
{
    for (int32_t i = 0; i < daemon->count; i++)
        if (hf_partition_has_changes(daemon->partitions[i]))
            return 1;
    return 0;
}

/* Whether a topic is compacted yet must not matter. */
static GPtrArray *records_of(const struct topic_log *log, enum hf_topic topic, int is_compacted)
{
    return is_compacted ? topic_log_compacted(log, topic) : g_ptr_array_ref(log->records[topic]);
}

/* A copy lives for some commits, for it shows only what input touches. */
static int renew_copies(struct ledger_daemon *daemon, struct hf_error *error)
{
    int is_compacted = daemon->commits / COPY_LIVES % 2 == 0, result = HF_OK;
    g_autoptr(GPtrArray) state = records_of(daemon->log, daemon->kind->state, is_compacted);
    g_autoptr(GPtrArray) days = records_of(daemon->log, daemon->kind->days, is_compacted);
    for (int32_t i = 0; i < daemon->count && result == HF_OK; i++)
        result = renew_copy(daemon, i, state, days, error);
    return result;
}

int ledger_daemon_commit(struct ledger_daemon *daemon, struct hf_error *error)
{
    int result = HF_OK;
    if (!ledger_daemon_has_changes(daemon))
        return HF_OK;
    for (int32_t i = 0; i < daemon->count && result == HF_OK; i++)
        if (hf_partition_has_changes(daemon->partitions[i]))
            result = publish(daemon, i, error);
    if (result == HF_OK && daemon->commits % COPY_LIVES == 0)
        result = renew_copies(daemon, error);
    daemon->commits++;
    return result;
}
