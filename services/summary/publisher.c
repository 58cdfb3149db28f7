/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which windows have to be looked at again, and writes those whose text changed.
 *
 * A change touches the windows that hold one of its dates, those whose comparison reaches it a year later, and, where a
 * clock moved from a to b, every window that ends after the earlier of the two. Reference data touches all. Looking at
 * too many windows costs time only: what is published is decided by the digest. */
#include "publisher.h"

#include <string.h>
#include <xxhash.h>

#include "headframe/kafka_client.h"
#include "headframe/kafka_transaction.h"
#include "record.h"

/* The clocks of a member when its owner was last published. */
struct clock_memory {
    struct clock clock, costs_clock;
};

/* A company or a mine that is ours. */
struct subject {
    GHashTable *digests; /* key → uint64_t *, what the topic says */
    GHashTable *clocks;  /* mine id → struct clock_memory; NULL: never published by this process */
    struct clock clock;
    char *stale;
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
    const struct view *view;
    enum hf_topic topic;
    const struct hf_sink *sink;
    publisher_go_on *go_on;
    void *go_on_context;
    struct hf_error *error;
    size_t written;
    int is_full;
    int32_t moved_from;    /* windows that end after it may have changed; HF_DATE_MAX: no clock moved */
    GArray *changed_dates; /* of int32_t, ascending */
};

static void free_subject(gpointer data)
{
    struct subject *subject = data;
    g_hash_table_destroy(subject->digests);
    g_clear_pointer(&subject->clocks, g_hash_table_destroy);
    g_free(subject->stale);
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
        subject->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_insert(subjects, g_strdup(id), subject);
    }
    return subject;
}

static void remember_digest(struct subject *subject, const char *key, uint64_t digest)
{
    uint64_t *value = g_new(uint64_t, 1);
    *value = digest;
    g_hash_table_replace(subject->digests, g_strdup(key), value);
}

void publisher_note(struct publisher *publisher, enum hf_topic topic, const struct hf_record *record)
{
    int is_company = topic == HF_TOPIC_COMPANY_SUMMARIES;
    g_autofree char *key = g_strndup(record->key ? record->key : "", record->key_length);
    const char *bar = strchr(key, '|');
    g_autofree char *id = bar ? g_strndup(key, (gsize)(bar - key)) : NULL;
    if (!id || !is_ours(publisher, is_company ? HF_TOPIC_COMPANIES : HF_TOPIC_MINES, id))
        return;
    struct subject *subject = subject_of(is_company ? publisher->companies : publisher->mines, id);
    if (record->value)
        remember_digest(subject, key, XXH3_64bits(record->value, record->value_length));
    else
        g_hash_table_remove(subject->digests, key);
}

/* --- what may have changed -------------------------------------------------------------------------------------- */

static gint compare_dates(gconstpointer a, gconstpointer b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void note_clock(struct round *round, struct clock before, struct clock now)
{
    if (before.is_set == now.is_set && before.date == now.date)
        return;
    int32_t from = before.is_set && now.is_set ? MIN(before.date, now.date) : HF_DATE_MIN;
    round->moved_from = MIN(round->moved_from, from);
}

static char *stale_list(const struct view *view)
{
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < view->member_count; i++)
        if (view->members[i].is_stale)
            g_string_append_printf(list, "%s|", view->members[i].mine->id);
    return g_string_free(list, FALSE);
}

/* Compares the view's clocks with those of the last publication and remembers the new ones. */
static void take_clocks(struct round *round)
{
    struct subject *subject = round->subject;
    const struct view *view = round->view;
    GHashTable *clocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        struct clock_memory *memory = g_new(struct clock_memory, 1);
        *memory = (struct clock_memory){member->clock, member->costs_clock};
        const struct clock_memory *before =
            subject->clocks ? g_hash_table_lookup(subject->clocks, member->mine->id) : NULL;
        note_clock(round, before ? before->clock : (struct clock){0, 0}, memory->clock);
        note_clock(round, before ? before->costs_clock : (struct clock){0, 0}, memory->costs_clock);
        g_hash_table_insert(clocks, g_strdup(member->mine->id), memory);
        g_array_append_vals(round->changed_dates, member->mine->changed_dates->data, member->mine->changed_dates->len);
    }
    note_clock(round, subject->clock, view->clock);
    g_array_sort(round->changed_dates, compare_dates);
    char *stale = stale_list(view);
    round->is_full |= !subject->clocks || g_strcmp0(stale, subject->stale) != 0;
    g_clear_pointer(&subject->clocks, g_hash_table_destroy);
    g_free(subject->stale);
    subject->clocks = clocks;
    subject->clock = view->clock;
    subject->stale = stale;
}

static int holds_change(const struct round *round, int32_t from, int32_t through)
{
    guint low = 0, high = round->changed_dates->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(round->changed_dates, int32_t, middle) < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < round->changed_dates->len && g_array_index(round->changed_dates, int32_t, low) <= through;
}

static int must_look(const struct round *round, const struct hf_window *window)
{
    if (round->is_full || window->through > round->moved_from || window->spec.kind >= HF_WINDOW_ALL)
        return 1;
    return holds_change(round, window->from, window->through) ||
           holds_change(round, hf_window_year_earlier(window, window->from),
                        hf_window_year_earlier(window, window->through));
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

static int write_window(struct round *round, const struct hf_window *window, const char *key)
{
    size_t length;
    struct hf_json_writer *writer = round->publisher->writer;
    record_write(round->view, window, writer);
    const char *text = hf_json_writer_text(writer, &length);
    uint64_t digest = XXH3_64bits(text, length);
    const uint64_t *before = g_hash_table_lookup(round->subject->digests, key);
    if (before && *before == digest)
        return HF_OK;
    remember_digest(round->subject, key, digest);
    return write_output(round, key, text, length);
}

/* Tombstones every key that is not in keep (NULL: keeps nothing). */
static int write_tombstones(struct round *round, GHashTable *keep)
{
    GHashTableIter iterator;
    gpointer key;
    int result = HF_OK;
    g_hash_table_iter_init(&iterator, round->subject->digests);
    while (result == HF_OK && g_hash_table_iter_next(&iterator, &key, NULL))
        if (!keep || !g_hash_table_contains(keep, key)) {
            result = write_output(round, key, NULL, 0);
            g_hash_table_iter_remove(&iterator);
        }
    return result;
}

static int publish_view(struct round *round)
{
    const struct publisher_settings *settings = &round->publisher->settings;
    g_autoptr(GArray) windows = view_windows(round->view, settings->windows, settings->window_count);
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int result = HF_OK;
    round->changed_dates = g_array_new(FALSE, FALSE, sizeof(int32_t));
    take_clocks(round);
    for (guint i = 0; i < windows->len && result == HF_OK; i++) {
        const struct hf_window *window = &g_array_index(windows, struct hf_window, i);
        char *key = record_key(round->view, window);
        g_hash_table_add(keys, key);
        if (round->go_on && !round->go_on(round->go_on_context))
            result = HF_ECANCELED;
        else if (must_look(round, window) || !g_hash_table_contains(round->subject->digests, key))
            result = write_window(round, window, key);
    }
    g_array_free(round->changed_dates, TRUE);
    return result == HF_OK ? write_tombstones(round, keys) : result;
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
        if (view->members[i].mine->changed_dates->len > 0)
            return 1;
    return 0;
}

static int publish_company(struct round *round, const char *id, const struct changes *changes)
{
    const struct world_company *company = g_hash_table_lookup(round->publisher->world->companies, id);
    round->topic = HF_TOPIC_COMPANY_SUMMARIES;
    if (!company || !company->reference)
        return write_tombstones(round, NULL);
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
        return write_tombstones(round, NULL);
    int result = HF_OK;
    round->is_full = changes->is_everything || mine->is_reference_changed;
    if (!round->is_full && mine->changed_dates->len == 0)
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
        if (((const struct world_mine *)value)->changed_dates->len > 0)
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
        .moved_from = HF_DATE_MAX,
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
