/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which companies and mines are published, and writes the windows whose text changed.
 *
 * Which windows are computed at all is attention.c's business; what is written is decided by the digest. */
#include "publisher.h"

#include <string.h>
#include <xxhash.h>

#include "attention.h"
#include "digests.h"
#include "headframe/kafka_client.h"
#include "headframe/kafka_transaction.h"
#include "headframe/window_name.h"
#include "record.h"

/* A company or a mine that is ours. */
struct subject {
    struct digests *digests;   /* what the topic says */
    struct clock_notes *notes; /* of the last publication */
};

struct publisher {
    struct world *world;
    struct publisher_settings settings;
    publisher_owns *owns;
    void *owns_context;
    int32_t company_partitions, mine_partitions;
    GHashTable *companies, *mines; /* id → struct subject */
    struct hf_json_writer *writer;
    int is_fresh; /* ownership was set, nothing published since */
};

/* What one publication of one subject has to know. */
struct round {
    struct publisher *publisher;
    struct subject *subject;
    const char *id; /* of the company or mine */
    const struct view *view;
    enum hf_topic topic;
    const struct hf_sink *sink;
    publisher_go_on *go_on;
    void *go_on_context;
    struct hf_error *error;
    size_t written;
    int is_full; /* reference data changed: every window may have */
};

static void free_subject(gpointer data)
{
    struct subject *subject = data;
    digests_free(&subject->digests);
    clock_notes_free(&subject->notes);
    g_free(subject);
}

static GHashTable *new_subjects(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_subject);
}

struct publisher *publisher_new(struct world *world, const struct publisher_settings *settings)
{
    struct publisher *publisher = g_new0(struct publisher, 1);
    publisher->world = world;
    publisher->settings = *settings;
    publisher->companies = new_subjects();
    publisher->mines = new_subjects();
    publisher->writer = hf_json_writer_new();
    return publisher;
}

void publisher_free(struct publisher **publisher)
{
    if (!*publisher)
        return;
    g_hash_table_destroy((*publisher)->companies);
    g_hash_table_destroy((*publisher)->mines);
    hf_json_writer_free(&(*publisher)->writer);
    g_free(*publisher);
    *publisher = NULL;
}

void publisher_set_ownership(struct publisher *publisher, publisher_owns *owns, void *context,
                             int32_t company_partitions, int32_t mine_partitions)
{
    publisher->owns = owns;
    publisher->owns_context = context;
    publisher->company_partitions = company_partitions;
    publisher->mine_partitions = mine_partitions;
    g_hash_table_remove_all(publisher->companies);
    g_hash_table_remove_all(publisher->mines);
    publisher->is_fresh = 1;
}

static int is_ours(const struct publisher *publisher, enum hf_topic reference_topic, const char *id)
{
    int32_t count = reference_topic == HF_TOPIC_COMPANIES ? publisher->company_partitions : publisher->mine_partitions;
    return publisher->owns &&
           publisher->owns(publisher->owns_context, reference_topic, hf_kafka_partition_of(id, strlen(id), count));
}

static struct subject *subject_of(GHashTable *subjects, const char *id)
{
    struct subject *subject = g_hash_table_lookup(subjects, id);
    if (!subject) {
        subject = g_new0(struct subject, 1);
        subject->digests = digests_new(0);
        subject->notes = clock_notes_new();
        g_hash_table_insert(subjects, g_strdup(id), subject);
    }
    return subject;
}

void publisher_note(struct publisher *publisher, enum hf_topic topic, const struct hf_record *record)
{
    int is_company = topic == HF_TOPIC_COMPANY_SUMMARIES;
    uint64_t name;
    g_autofree char *key = g_strndup(record->key ? record->key : "", record->key_length);
    g_auto(GStrv) parts = g_strsplit(key, "|", 4); /* ID|KIND|LABEL */
    if (g_strv_length(parts) != 3 ||
        hf_window_name_parse(parts[1], strlen(parts[1]), parts[2], strlen(parts[2]), &name) != HF_OK ||
        !is_ours(publisher, is_company ? HF_TOPIC_COMPANIES : HF_TOPIC_MINES, parts[0]))
        return;
    struct subject *subject = subject_of(is_company ? publisher->companies : publisher->mines, parts[0]);
    if (record->value)
        digests_put(subject->digests, name, XXH3_64bits(record->value, record->value_length));
    else
        digests_remove(subject->digests, name);
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static int write_output(struct round *round, const char *key, const char *value, size_t length)
{
    const struct hf_output output = {
        .topic = round->topic,
        .partition = HF_PARTITION_BY_KEY,
        .key = key,
        .key_length = strlen(key),
        .value = value,
        .value_length = length,
    };
    round->written++;
    return round->sink->write(round->sink->context, &output, round->error);
}

/* Computes the window's record and writes it where the topic says otherwise, or nothing (known 0). */
static int write_window(struct round *round, const struct hf_window *window, int is_known, uint64_t *digest)
{
    size_t length;
    uint64_t before = *digest;
    struct hf_json_writer *writer = round->publisher->writer;
    record_write(round->view, window, writer);
    const char *text = hf_json_writer_text(writer, &length);
    *digest = XXH3_64bits(text, length);
    if (is_known && before == *digest)
        return HF_OK;
    g_autofree char *key = record_key(round->view, window);
    return write_output(round, key, text, length);
}

static int write_tombstone(void *context, uint64_t window_name)
{
    struct round *round = context;
    char kind[HF_WINDOW_NAME], label[HF_WINDOW_LABEL];
    hf_window_name_format(window_name, kind, label);
    g_autofree char *key = g_strdup_printf("%s|%s|%s", round->id, kind, label);
    return write_output(round, key, NULL, 0);
}

/* Takes now for what the topic says, once the windows that are not in it have their tombstones. */
static int replace_digests(struct round *round, struct digests *now)
{
    int result = digests_visit_gone(round->subject->digests, now, write_tombstone, round);
    digests_free(&round->subject->digests);
    round->subject->digests = now;
    return result;
}

/* Nothing is left to be said of the subject. */
static int withdraw(struct round *round)
{
    return replace_digests(round, digests_new(0));
}

/* Goes through the windows that there are, ascending by kind and label within a kind. */
static int write_windows(struct round *round, const struct attention *attention, const GArray *windows,
                         struct digests *now)
{
    int result = HF_OK;
    for (guint i = 0; i < windows->len && result == HF_OK; i++) {
        const struct hf_window *window = &g_array_index(windows, struct hf_window, i);
        uint64_t digest = 0, name = hf_window_name(window, round->view->fiscal_year_start_month);
        int is_known = digests_find(round->subject->digests, name, &digest);
        if (round->go_on && !round->go_on(round->go_on_context))
            return HF_ECANCELED;
        if (!is_known || attention_must_look(attention, window))
            result = write_window(round, window, is_known, &digest);
        digests_put(now, name, digest);
    }
    return result;
}

static int publish_view(struct round *round)
{
    const struct publisher_settings *settings = &round->publisher->settings;
    g_autoptr(GArray) windows = view_windows(round->view, settings->windows, settings->window_count);
    struct digests *now = digests_new(windows->len);
    struct attention *attention = attention_new(round->view, round->is_full, round->subject->notes);
    int result = write_windows(round, attention, windows, now);
    attention_free(&attention);
    if (result == HF_OK)
        return replace_digests(round, now);
    digests_free(&now); /* the caller has the topics read again */
    return result;
}

/* --- subjects --------------------------------------------------------------------------------------------------- */

struct changes {
    int is_everything; /* rates, prices or ownership changed */
    int is_any_mine;   /* some mine's reference record changed: interests may have moved */
};

static struct changes find_changes(const struct publisher *publisher)
{
    struct changes changes = {publisher->is_fresh || publisher->world->is_market_changed, 0};
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, publisher->world->mines);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        changes.is_any_mine |= ((const struct world_mine *)value)->is_reference_changed;
    return changes;
}

static int has_changed_member(const struct view *view)
{
    for (size_t i = 0; i < view->member_count; i++)
        if (world_mine_has_changes(view->members[i].mine))
            return 1;
    return 0;
}

static int publish_company(struct round *round, const char *id, const struct changes *changes)
{
    const struct world_company *company = g_hash_table_lookup(round->publisher->world->companies, id);
    round->topic = HF_TOPIC_COMPANY_SUMMARIES;
    if (!company || !company->reference)
        return withdraw(round);
    struct view *view = view_of_company(round->publisher->world, company, round->publisher->settings.stale_after_days);
    int result = HF_OK;
    round->view = view;
    round->is_full = changes->is_everything || changes->is_any_mine || company->is_changed;
    if (round->is_full || has_changed_member(view))
        result = publish_view(round);
    view_free(&view);
    return result;
}

static int publish_mine(struct round *round, const char *id, const struct changes *changes)
{
    const struct world_mine *mine = g_hash_table_lookup(round->publisher->world->mines, id);
    round->topic = HF_TOPIC_MINE_SUMMARIES;
    if (!mine || !mine->reference)
        return withdraw(round);
    int result = HF_OK;
    round->is_full = changes->is_everything || mine->is_reference_changed;
    if (!round->is_full && !world_mine_has_changes(mine))
        return HF_OK;
    struct view *view = view_of_mine(round->publisher->world, mine);
    round->view = view;
    result = publish_view(round);
    view_free(&view);
    return result;
}

/* Makes a subject for each id of the world that is ours. */
static void adopt(struct publisher *publisher, GHashTable *known, GHashTable *subjects, enum hf_topic reference_topic)
{
    GHashTableIter iterator;
    gpointer id;
    g_hash_table_iter_init(&iterator, known);
    while (g_hash_table_iter_next(&iterator, &id, NULL))
        if (is_ours(publisher, reference_topic, id))
            subject_of(subjects, id);
}

typedef int publish_subject(struct round *round, const char *id, const struct changes *changes);

/* Publishes each subject in a round of its own, begun as a copy of blank. */
static int publish_all(const struct round *blank, GHashTable *subjects, publish_subject *publish,
                       const struct changes *changes, size_t *out_written)
{
    GHashTableIter iterator;
    gpointer id, value;
    int result = HF_OK;
    g_hash_table_iter_init(&iterator, subjects);
    while (result == HF_OK && g_hash_table_iter_next(&iterator, &id, &value)) {
        struct round round = *blank;
        round.subject = value;
        round.id = id;
        result = publish(&round, id, changes);
        *out_written += round.written;
    }
    return result;
}

int publisher_has_work(const struct publisher *publisher)
{
    GHashTableIter iterator;
    gpointer value;
    struct changes changes = find_changes(publisher);
    if (changes.is_everything || changes.is_any_mine)
        return 1;
    g_hash_table_iter_init(&iterator, publisher->world->mines);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        if (world_mine_has_changes(value))
            return 1;
    g_hash_table_iter_init(&iterator, publisher->world->companies);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        if (((const struct world_company *)value)->is_changed)
            return 1;
    return 0;
}

int publisher_publish(struct publisher *publisher, const struct hf_sink *sink, publisher_go_on *go_on,
                      void *go_on_context, size_t *out_written, struct hf_error *error)
{
    struct changes changes = find_changes(publisher);
    const struct round blank = {
        .publisher = publisher,
        .sink = sink,
        .go_on = go_on,
        .go_on_context = go_on_context,
        .error = error,
    };
    *out_written = 0;
    adopt(publisher, publisher->world->companies, publisher->companies, HF_TOPIC_COMPANIES);
    adopt(publisher, publisher->world->mines, publisher->mines, HF_TOPIC_MINES);
    int result = publish_all(&blank, publisher->companies, publish_company, &changes, out_written);
    if (result == HF_OK)
        result = publish_all(&blank, publisher->mines, publish_mine, &changes, out_written);
    if (result == HF_OK) {
        world_clear_changes(publisher->world);
        publisher->is_fresh = 0;
    }
    return result;
}
