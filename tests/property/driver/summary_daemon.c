/* SPDX-License-Identifier: Apache-2.0 */
/* Decides when headframe-summary's world and publisher read, compare and publish. */
#include "summary_daemon.h"

#include "headframe/dead_letter.h"

static const char daemon_name[] = "headframe-summary";

/* Reference topics first. */
static const enum hf_topic inputs[] = {HF_TOPIC_COMPANIES, HF_TOPIC_MINES,           HF_TOPIC_PRICES,
                                       HF_TOPIC_FX,        HF_TOPIC_PRODUCTION_DAYS, HF_TOPIC_COST_DAYS};
static const enum hf_topic outputs[] = {HF_TOPIC_COMPANY_SUMMARIES, HF_TOPIC_MINE_SUMMARIES};
enum { REFERENCE_TOPICS = 4, INPUT_TOPICS = 6 };

struct summary_daemon {
    struct topic_log *log;
    struct publisher_settings settings;
    struct world *world;
    struct publisher *publisher;
    struct hf_dead_letters *letters;
    size_t read[HF_TOPIC_COUNT];      /* records of the inputs that were read, by topic */
    size_t committed[HF_TOPIC_COUNT]; /* of the reference topics: those whose dead letters are written */
    int must_compare;                 /* the outputs have not been read since the start */
    unsigned starts;
    GHashTable *standing[G_N_ELEMENTS(outputs)]; /* of company and mine summaries: see standing_of */
};

static void drop_memory(struct summary_daemon *daemon)
{
    publisher_free(&daemon->publisher);
    world_free(&daemon->world);
    hf_dead_letters_free(&daemon->letters);
}

static void start(struct summary_daemon *daemon)
{
    daemon->world = world_new();
    daemon->publisher = publisher_new(daemon->world, &daemon->settings);
    daemon->letters = hf_dead_letters_new(daemon_name);
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++)
        daemon->read[topic] = 0;
    daemon->must_compare = 1;
    daemon->starts++;
}

struct summary_daemon *summary_daemon_new(struct topic_log *log, const struct publisher_settings *settings)
{
    struct summary_daemon *daemon = g_new0(struct summary_daemon, 1);
    daemon->log = log;
    daemon->settings = *settings;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++)
        daemon->standing[i] = g_hash_table_new(g_str_hash, g_str_equal); /* keys are the log's */
    start(daemon);
    return daemon;
}

void summary_daemon_free(struct summary_daemon **daemon)
{
    if (!*daemon)
        return;
    drop_memory(*daemon);
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++)
        g_hash_table_destroy((*daemon)->standing[i]);
    g_free(*daemon);
    *daemon = NULL;
}

void summary_daemon_restart(struct summary_daemon *daemon, const struct publisher_settings *settings)
{
    drop_memory(daemon);
    daemon->settings = *settings;
    start(daemon);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static int is_reference(enum hf_topic topic)
{
    return topic != HF_TOPIC_PRODUCTION_DAYS && topic != HF_TOPIC_COST_DAYS;
}

static void refuse_reference(struct summary_daemon *daemon, const struct log_record *record, const struct hf_error *why)
{
    const struct hf_record view = log_record_view(record);
    struct hf_refusal refusal;
    (void)hf_refuse(&refusal, HF_REFUSAL_BAD_REFERENCE, "%s", why->text); /* always HF_EINVAL */
    hf_dead_letters_add(daemon->letters, hf_topic_info(record->topic)->name, &view, &refusal);
}

static int take_input(struct summary_daemon *daemon, const struct log_record *record, struct hf_error *error)
{
    const struct hf_record view = log_record_view(record);
    int result = world_apply(daemon->world, record->topic, &view, error);
    if (result == HF_OK || !is_reference(record->topic)) {
        if (result != HF_OK)
            hf_error_prefix(error, "%s [%d] offset %lld", hf_topic_info(record->topic)->name, record->partition,
                            (long long)record->offset);
        return result;
    }
    /* While a comparison is due, records are looked through for dead letters when it is made. */
    if (!daemon->must_compare)
        refuse_reference(daemon, record, error);
    return HF_OK;
}

/* Reads day records as compaction leaves them. A bad reference record must not be seen this way: the record that it
 * does not replace would be gone. */
static int read_compacted(struct summary_daemon *daemon, enum hf_topic topic, struct hf_error *error)
{
    g_autoptr(GPtrArray) records = topic_log_compacted(daemon->log, topic);
    int result = HF_OK;
    for (guint i = 0; i < records->len && result == HF_OK; i++)
        result = take_input(daemon, records->pdata[i], error);
    daemon->read[topic] = topic_log_count(daemon->log, topic);
    return result;
}

static int read_topic(struct summary_daemon *daemon, enum hf_topic topic, struct hf_error *error)
{
    size_t *position = &daemon->read[topic];
    int result = HF_OK;
    if (*position == 0 && daemon->starts % 2 == 0 && !is_reference(topic))
        return read_compacted(daemon, topic, error);
    while (*position < topic_log_count(daemon->log, topic) && result == HF_OK)
        result = take_input(daemon, topic_log_at(daemon->log, topic, (*position)++), error);
    return result;
}

static int read_inputs(struct summary_daemon *daemon, struct hf_error *error)
{
    int result = HF_OK;
    for (int i = 0; i < INPUT_TOPICS && result == HF_OK; i++)
        result = read_topic(daemon, inputs[daemon->starts % 2 == 0 ? INPUT_TOPICS - 1 - i : i], error);
    return result;
}

/* --- comparing -------------------------------------------------------------------------------------------------- */

static int owns_all(void *context, enum hf_topic topic, int32_t partition)
{
    (void)context;
    (void)topic;
    (void)partition;
    return 1;
}

static void check_reference(struct summary_daemon *daemon, const struct log_record *record)
{
    const struct hf_record view = log_record_view(record);
    struct hf_error error = {0};
    struct world *scratch = world_new(); /* the record is only judged: newer ones may have replaced it */
    if (world_apply(scratch, record->topic, &view, &error) != HF_OK)
        refuse_reference(daemon, record, &error);
    world_free(&scratch);
}

/* Reads what the outputs say and which bad reference records have no dead letter yet. */
static void prepare_comparison(struct summary_daemon *daemon)
{
    const struct topic_log *log = daemon->log;
    publisher_set_ownership(daemon->publisher, owns_all, NULL, log->partition_counts[HF_TOPIC_COMPANIES],
                            log->partition_counts[HF_TOPIC_MINES]);
    for (int i = 0; i < REFERENCE_TOPICS; i++)
        for (size_t at = daemon->committed[inputs[i]]; at < daemon->read[inputs[i]]; at++)
            check_reference(daemon, topic_log_at(log, inputs[i], at));
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++)
        for (size_t at = 0; at < topic_log_count(log, outputs[i]); at++) {
            const struct hf_record view = log_record_view(topic_log_at(log, outputs[i], at));
            publisher_note(daemon->publisher, outputs[i], &view);
        }
    daemon->must_compare = 0;
}

/* --- publishing ------------------------------------------------------------------------------------------------- */

/* What stands on an output topic: key → position of its last record + 1. */
static GHashTable *standing_of(struct summary_daemon *daemon, enum hf_topic topic)
{
    return daemon->standing[topic == HF_TOPIC_MINE_SUMMARIES];
}

/* Only what differs may be written, and once. */
static int check_record(struct summary_daemon *daemon, enum hf_topic topic, size_t at, size_t first,
                        struct hf_error *error)
{
    const struct log_record *record = topic_log_at(daemon->log, topic, at);
    size_t before = GPOINTER_TO_SIZE(g_hash_table_lookup(standing_of(daemon, topic), record->key));
    const struct log_record *standing = before ? topic_log_at(daemon->log, topic, before - 1) : NULL;
    g_hash_table_replace(standing_of(daemon, topic), record->key, GSIZE_TO_POINTER(at + 1));
    if (before > first)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s %s was written twice in one publication",
                            hf_topic_info(topic)->name, record->key);
    if (g_strcmp0(standing ? standing->value : NULL, record->value) == 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL, "%s %s was written, but says what it said before",
                            hf_topic_info(topic)->name, record->key);
    return HF_OK;
}

static int check_publication(struct summary_daemon *daemon, const size_t mark[HF_TOPIC_COUNT], size_t written,
                             struct hf_error *error)
{
    size_t count = 0;
    int result = HF_OK;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        enum hf_topic topic = outputs[i];
        for (size_t at = mark[topic]; at < topic_log_count(daemon->log, topic) && result == HF_OK; at++, count++)
            result = check_record(daemon, topic, at, mark[topic], error);
    }
    if (result != HF_OK || (count == written && !publisher_has_work(daemon->publisher)))
        return result;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                        "the publisher says that it wrote %zu records, and wrote %zu; it %s work left", written, count,
                        publisher_has_work(daemon->publisher) ? "has" : "has no");
}

int summary_daemon_publish(struct summary_daemon *daemon, struct hf_error *error)
{
    const struct hf_sink sink = topic_log_sink(daemon->log);
    size_t mark[HF_TOPIC_COUNT], written = 0;
    int result = read_inputs(daemon, error);
    if (result == HF_OK && daemon->must_compare)
        prepare_comparison(daemon);
    size_t letters = hf_dead_letters_count(daemon->letters);
    if (result != HF_OK || (letters == 0 && !publisher_has_work(daemon->publisher)))
        return result;
    topic_log_mark(daemon->log, mark);
    result = hf_dead_letters_publish(daemon->letters, &sink, error);
    if (result == HF_OK)
        result = publisher_publish(daemon->publisher, &sink, NULL, NULL, &written, error);
    if (result == HF_OK)
        result = check_publication(daemon, mark, written, error);
    /* The offsets move with a transaction, and there is none where nothing was written. */
    for (int i = 0; i < REFERENCE_TOPICS && letters + written > 0; i++)
        daemon->committed[inputs[i]] = daemon->read[inputs[i]];
    return result;
}
