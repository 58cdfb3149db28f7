/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what each input record does to the facts and day lines of its partition.
 *
 *   record ── decode ── checks ── admit ── judge ── replace the old effect by the new ── remember
 *                 └────────┴────────┴────────┴── dead letter
 *
 * Invariant: every day total is the sum of the standing effects in the ledger, at every moment between two records. */
#include "headframe/partition.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/dead_letter.h"
#include "headframe/state_codec.h"

struct mine_book {
    char id[HF_ID_LIMIT + 1];
    struct hf_daybook *days;
    int is_dirty;
};

struct hf_partition {
    const struct hf_ledger_kind *kind;
    const char *topic;
    int32_t number, partition_count;
    int64_t input_offset;
    int has_changes;
    struct hf_ledger *ledger;
    GHashTable *books;   /* id (inside the book) → struct mine_book */
    GPtrArray *dirty;    /* of struct mine_book, borrowed */
    GArray *changed;     /* of struct hf_fact, in order; a fact may come twice */
    size_t changed_days; /* days touched since the last publication, each as often as it was touched */
    struct hf_dead_letters *dead_letters;
    struct hf_partition_counts counts;
    struct hf_control restored_state, restored_days; /* input_offset -1: no control record seen */
    struct mine_book *restoring;                     /* the book and date of the day record being read */
    int32_t restoring_date;
};

static void free_book(gpointer data)
{
    struct mine_book *book = data;
    hf_daybook_free(&book->days);
    g_free(book);
}

struct hf_partition *hf_partition_new(const struct hf_ledger_kind *kind, const char *topic, int32_t number,
                                      int32_t partition_count, uint64_t seed)
{
    struct hf_partition *partition = g_new0(struct hf_partition, 1);
    partition->kind = kind;
    partition->topic = topic;
    partition->number = number;
    partition->partition_count = partition_count;
    partition->input_offset = -1;
    partition->ledger = hf_ledger_new(seed);
    partition->books = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_book);
    partition->dirty = g_ptr_array_new();
    partition->changed = g_array_new(FALSE, FALSE, sizeof(struct hf_fact));
    partition->dead_letters = hf_dead_letters_new(kind->daemon);
    partition->restored_state.input_offset = partition->restored_days.input_offset = -1;
    return partition;
}

void hf_partition_free(struct hf_partition **partition)
{
    if (!*partition)
        return;
    hf_ledger_free(&(*partition)->ledger);
    g_hash_table_destroy((*partition)->books);
    g_ptr_array_free((*partition)->dirty, TRUE);
    g_array_free((*partition)->changed, TRUE);
    hf_dead_letters_free(&(*partition)->dead_letters);
    g_free(*partition);
    *partition = NULL;
}

static struct mine_book *book_of(struct hf_partition *partition, const char *mine_id)
{
    struct mine_book *book = g_hash_table_lookup(partition->books, mine_id);
    if (!book) {
        book = g_new0(struct mine_book, 1);
        g_strlcpy(book->id, mine_id, sizeof book->id);
        book->days = hf_daybook_new();
        g_hash_table_insert(partition->books, book->id, book);
    }
    return book;
}

/* --- checks that need no mine ----------------------------------------------------------------------------------- */

static int check_type(const struct hf_partition *partition, const struct hf_event *event, struct hf_refusal *refusal)
{
    if (event->type == partition->kind->event_type)
        return HF_OK;
    if (event->type == HF_EVENT_PERIOD_CLOSE || event->type == HF_EVENT_QUARANTINE_DECISION)
        return hf_refuse(refusal, HF_REFUSAL_UNKNOWN_SCHEMA, "%s is not applied by version %s of %s",
                         hf_event_type_name(event->type), HEADFRAME_VERSION, partition->kind->daemon);
    return hf_refuse(refusal, HF_REFUSAL_UNKNOWN_SCHEMA, "%s does not belong on topic %s",
                     hf_event_type_name(event->type), hf_topic_info(partition->kind->input)->name);
}

static int check_identifier(const char *field, struct hf_text text, struct hf_refusal *refusal)
{
    if (hf_is_identifier(text.data, text.length))
        return HF_OK;
    g_autofree char *shown = g_utf8_make_valid(text.data, text.length < 80 ? (gssize)text.length : 80);
    return hf_refuse(refusal, HF_REFUSAL_BAD_ID,
                     "%s \"%s\" is not 1 to 64 bytes of UTF-8 without control characters and '|'", field, shown);
}

static int check_place(const struct hf_partition *partition, const struct hf_event *event,
                       const struct hf_record *record, struct hf_refusal *refusal)
{
    struct hf_text mine = event->mine_id;
    if (!record->key || record->key_length != mine.length || memcmp(record->key, mine.data, mine.length) != 0) {
        g_autofree char *shown =
            record->key ? g_utf8_make_valid(record->key, record->key_length < 80 ? (gssize)record->key_length : 80)
                        : g_strdup("");
        return hf_refuse(refusal, HF_REFUSAL_KEY_MISMATCH, "the record's key \"%s\" is not its mine_id \"%.*s\"", shown,
                         (int)mine.length, mine.data);
    }
    int32_t right = hf_kafka_partition_of(record->key, record->key_length, partition->partition_count);
    if (right != partition->number)
        return hf_refuse(refusal, HF_REFUSAL_WRONG_PARTITION,
                         "mine_id \"%.*s\" belongs on partition %d (Murmur2 of the key), the record came on %d",
                         (int)mine.length, mine.data, right, partition->number);
    return HF_OK;
}

static int check_event(const struct hf_partition *partition, const struct hf_event *event,
                       const struct hf_record *record, struct hf_refusal *refusal)
{
    if (check_type(partition, event, refusal) != HF_OK ||
        check_identifier("mine_id", event->mine_id, refusal) != HF_OK ||
        check_identifier("event_id", event->event_id, refusal) != HF_OK ||
        check_place(partition, event, record, refusal) != HF_OK)
        return HF_EINVAL;
    if (event->revision < 0)
        return hf_refuse(refusal, HF_REFUSAL_MALFORMED, "revision is %d, expected 0 or more", event->revision);
    return HF_OK;
}

/* --- applying --------------------------------------------------------------------------------------------------- */

static void mark_dirty(struct hf_partition *partition, struct mine_book *book)
{
    if (book->is_dirty)
        return;
    book->is_dirty = 1;
    g_ptr_array_add(partition->dirty, book);
}

/* Puts the fact in the place of the version that stands. */
static int replace(struct hf_partition *partition, const struct hf_event *event, const struct hf_mine *mine,
                   const struct hf_fact *fact, const struct hf_fact *standing, struct hf_refusal *refusal)
{
    struct mine_book *book = book_of(partition, mine->id);
    if (hf_daybook_replace(book->days, &standing->effect, &fact->effect) != HF_OK)
        return hf_refuse(refusal, HF_REFUSAL_BAD_QUANTITY,
                         "the total of a day would overflow (more than 10^20 g or 10^27 currency units) with event_id "
                         "\"%.*s\"",
                         (int)event->event_id.length, event->event_id.data);
    hf_ledger_put(partition->ledger, fact);
    g_array_append_val(partition->changed, *fact);
    partition->changed_days += standing->effect.days + fact->effect.days;
    mark_dirty(partition, book);
    partition->counts.applied++;
    return HF_OK;
}

static int apply_fact(struct hf_partition *partition, const struct hf_event *event, const struct hf_mine *mine,
                      const struct hf_record *record, struct hf_refusal *refusal)
{
    struct hf_fact standing, fact = {
                                 .id = hf_ledger_id(partition->ledger, event->mine_id.data, event->mine_id.length,
                                                    event->event_id.data, event->event_id.length),
                                 .revision = (uint32_t)event->revision,
                                 .voided = event->voided,
                             };
    if (partition->kind->admit(event, mine, record->timestamp_ms, &fact, refusal) != HF_OK)
        return HF_EINVAL;
    switch (hf_ledger_judge(partition->ledger, &fact, &standing)) {
    case HF_VERDICT_DUPLICATE:
        partition->counts.duplicates++;
        return HF_OK;
    case HF_VERDICT_SUPERSEDED:
        partition->counts.superseded++;
        return HF_OK;
    case HF_VERDICT_CONFLICT:
        return hf_refuse(refusal, HF_REFUSAL_REVISION_CONFLICT,
                         "event_id \"%.*s\" revision %d was read before with another body; the first stands",
                         (int)event->event_id.length, event->event_id.data, event->revision);
    default:
        return replace(partition, event, mine, &fact, &standing, refusal);
    }
}

int hf_partition_apply(struct hf_partition *partition, struct hf_event_decoder *decoder,
                       const struct hf_mine_directory *mines, const struct hf_record *record, int is_last_try)
{
    struct hf_event event;
    struct hf_refusal refusal = {.code = HF_REFUSAL_NONE};
    const struct hf_mine *mine = NULL;
    int result = hf_event_decode(decoder, (const uint8_t *)record->value, record->value_length, &event, &refusal);
    if (result == HF_OK)
        result = check_event(partition, &event, record, &refusal);
    if (result == HF_OK) {
        mine = hf_mine_directory_find(mines, event.mine_id.data, event.mine_id.length);
        if (!mine && !is_last_try)
            return HF_ENOENT;
        if (!mine)
            result = hf_refuse(&refusal, HF_REFUSAL_UNKNOWN_MINE, "mine_id \"%.*s\" is not on reference.mines",
                               (int)event.mine_id.length, event.mine_id.data);
    }
    if (result == HF_OK)
        result = apply_fact(partition, &event, mine, record, &refusal);
    if (result != HF_OK) {
        hf_dead_letters_add(partition->dead_letters, partition->topic, record, &refusal);
        partition->counts.dead_letters++;
    }
    partition->input_offset = record->offset + 1;
    partition->has_changes = 1;
    return HF_OK;
}

int64_t hf_partition_input_offset(const struct hf_partition *partition)
{
    return partition->input_offset;
}

void hf_partition_set_input_offset(struct hf_partition *partition, int64_t offset)
{
    partition->input_offset = offset;
    partition->has_changes = 1;
}

int hf_partition_has_changes(const struct hf_partition *partition)
{
    return partition->has_changes;
}

size_t hf_partition_pending_bytes(const struct hf_partition *partition)
{
    /* A fact leaves about 60 bytes in a segment; a day record has about 50 for each of its lines. */
    return partition->changed->len * (size_t)64 + partition->changed_days * 128 +
           hf_dead_letters_bytes(partition->dead_letters);
}

struct hf_partition_counts hf_partition_counts(const struct hf_partition *partition)
{
    return partition->counts;
}

size_t hf_partition_facts(const struct hf_partition *partition)
{
    return hf_ledger_size(partition->ledger);
}

/* --- publishing ------------------------------------------------------------------------------------------------- */

struct publication {
    struct hf_partition *partition;
    const struct hf_sink *sink;
    struct hf_error *error;
    const struct mine_book *book;
    int result;
};

/* Writes a record of the partition's own number and releases value. */
static void write_record(struct publication *publication, enum hf_topic topic, const char *key, size_t key_length,
                         uint8_t *value, size_t length)
{
    const struct hf_output output = {
        .topic = topic,
        .partition = publication->partition->number,
        .key = key,
        .key_length = key_length,
        .value = value,
        .value_length = length,
    };
    if (publication->result == HF_OK)
        publication->result = publication->sink->write(publication->sink->context, &output, publication->error);
    free(value);
}

static void publish_day(void *context, int32_t date)
{
    struct publication *publication = context;
    const struct hf_ledger_kind *kind = publication->partition->kind;
    char key[HF_DAY_KEY];
    uint8_t *value;
    size_t length, key_length = hf_day_key(publication->book->id, date, key);
    hf_day_encode(publication->book->id, date, publication->book->days, kind->lines, &value, &length);
    write_record(publication, kind->days, key, key_length, value, length);
}

static void publish_days(struct publication *publication)
{
    GPtrArray *dirty = publication->partition->dirty;
    for (guint i = 0; i < dirty->len; i++) {
        struct mine_book *book = dirty->pdata[i];
        publication->book = book;
        hf_daybook_take_dirty(book->days, publish_day, publication);
        book->is_dirty = 0;
    }
    g_ptr_array_set_size(dirty, 0);
}

static void publish_segments(struct publication *publication)
{
    struct hf_partition *partition = publication->partition;
    for (guint at = 0, part = 0; at < partition->changed->len; part++) {
        guint count = MIN(partition->changed->len - at, HF_SEGMENT_FACTS);
        char key[HF_SEGMENT_KEY];
        uint8_t *value;
        size_t length, key_length = hf_segment_key(partition->input_offset, part, key);
        hf_segment_encode(&g_array_index(partition->changed, struct hf_fact, at), count, partition->kind->lines, &value,
                          &length);
        write_record(publication, partition->kind->state, key, key_length, value, length);
        at += count;
    }
    g_array_set_size(partition->changed, 0);
}

static void publish_controls(struct publication *publication)
{
    const struct hf_partition *partition = publication->partition;
    const struct hf_control control = {
        .input_offset = partition->input_offset,
        .input_partitions = (uint32_t)partition->partition_count,
        .hash_seed = hf_ledger_seed(partition->ledger),
    };
    uint8_t *value;
    size_t length;
    hf_day_encode_control(&control, &value, &length);
    write_record(publication, partition->kind->days, HF_CONTROL_KEY, strlen(HF_CONTROL_KEY), value, length);
    hf_state_encode_control(&control, &value, &length);
    write_record(publication, partition->kind->state, HF_CONTROL_KEY, strlen(HF_CONTROL_KEY), value, length);
}

int hf_partition_publish(struct hf_partition *partition, const struct hf_sink *sink, struct hf_error *error)
{
    struct publication publication = {partition, sink, error, NULL, HF_OK};
    publish_days(&publication);
    publish_segments(&publication);
    if (publication.result == HF_OK)
        publication.result = hf_dead_letters_publish(partition->dead_letters, sink, error);
    publish_controls(&publication);
    partition->has_changes = 0;
    partition->changed_days = 0;
    return publication.result;
}

/* --- reading back ----------------------------------------------------------------------------------------------- */

static void restore_fact(void *context, const struct hf_fact *fact)
{
    struct hf_partition *partition = context;
    struct hf_fact standing;
    enum hf_verdict verdict = hf_ledger_judge(partition->ledger, fact, &standing);
    if (verdict == HF_VERDICT_NEW || verdict == HF_VERDICT_REPLACES)
        hf_ledger_put(partition->ledger, fact);
}

static void restore_state_control(void *context, const struct hf_control *control)
{
    struct hf_partition *partition = context;
    partition->restored_state = *control;
}

int hf_partition_restore_state(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error)
{
    const struct hf_state_reader reader = {restore_fact, restore_state_control, partition};
    if (!record->value)
        return HF_OK; /* a merged segment */
    return hf_state_decode((const uint8_t *)record->value, record->value_length, partition->kind->lines, &reader,
                           error);
}

static void restore_begin(void *context, const char *mine_id, int32_t date)
{
    struct hf_partition *partition = context;
    partition->restoring = book_of(partition, mine_id);
    partition->restoring_date = date;
    hf_daybook_clear_day(partition->restoring->days, date);
}

static void restore_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct hf_partition *partition = context;
    hf_daybook_set(partition->restoring->days, line, partition->restoring_date, total);
}

static void restore_days_control(void *context, const struct hf_control *control)
{
    struct hf_partition *partition = context;
    partition->restored_days = *control;
}

int hf_partition_restore_day(struct hf_partition *partition, const struct hf_record *record, struct hf_error *error)
{
    const struct hf_day_reader reader = {restore_begin, restore_line, restore_days_control, partition};
    if (!record->value)
        return HF_OK;
    return hf_day_decode((const uint8_t *)record->value, record->value_length, partition->kind->lines, &reader, error);
}

int hf_partition_restored(struct hf_partition *partition, int64_t *out_state, int64_t *out_days, struct hf_error *error)
{
    const struct hf_control *state = &partition->restored_state, *days = &partition->restored_days;
    *out_state = state->input_offset;
    *out_days = days->input_offset;
    if (state->input_offset != days->input_offset)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_RETRY,
                            "the state of %s [%d] ends at input offset %lld, its days at %lld", partition->topic,
                            partition->number, (long long)state->input_offset, (long long)days->input_offset);
    if (state->input_offset < 0)
        return 0;
    if (state->input_partitions != (uint32_t)partition->partition_count)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_FATAL,
                            "%s had %u partitions when its state was written and has %d now; mines would move between "
                            "partitions: recreate it with %u, or start over with new topics",
                            partition->topic, state->input_partitions, partition->partition_count,
                            state->input_partitions);
    hf_ledger_set_seed(partition->ledger, state->hash_seed);
    partition->input_offset = state->input_offset;
    return 1;
}
