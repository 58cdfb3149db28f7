/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how records change the world, and remembers which mines, companies and dates they touched. */
#include "world.h"

#include <string.h>

#include "headframe/calendar.h"
#include "headframe/day_codec.h"
#include "headframe/reference_json.h"

static const struct hf_stretch no_dates = {0, -1};

/* A day record that waits for its transaction's end. */
struct waiting_day {
    char *value;
    size_t length;
};

static void free_waiting_day(gpointer data)
{
    struct waiting_day *day = data;
    g_free(day->value);
    g_free(day);
}

static void free_world_mine(gpointer data)
{
    struct world_mine *mine = data;
    hf_mine_free(&mine->reference);
    hf_daybook_free(&mine->production);
    hf_daybook_free(&mine->costs);
    hf_restatements_free(&mine->production_restated);
    hf_restatements_free(&mine->costs_restated);
    g_array_free(mine->changed_dates, TRUE);
    g_free(mine);
}

static void free_world_company(gpointer data)
{
    struct world_company *company = data;
    hf_company_free(&company->reference);
    g_free(company);
}

static void free_waiting_list(gpointer data)
{
    g_ptr_array_free(data, TRUE);
}

struct world *world_new(void)
{
    struct world *world = g_new0(struct world, 1);
    world->mines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_world_mine);
    world->companies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_world_company);
    world->prices = hf_series_new();
    world->fx = hf_series_new();
    world->waiting = g_hash_table_new_full(NULL, NULL, NULL, free_waiting_list);
    world->begun = g_hash_table_new(NULL, NULL);
    return world;
}

void world_free(struct world **world)
{
    if (!*world)
        return;
    g_hash_table_destroy((*world)->mines);
    g_hash_table_destroy((*world)->companies);
    hf_series_free(&(*world)->prices);
    hf_series_free(&(*world)->fx);
    g_hash_table_destroy((*world)->waiting);
    g_hash_table_destroy((*world)->begun);
    g_free(*world);
    *world = NULL;
}

static struct world_mine *mine_of(struct world *world, const char *id)
{
    struct world_mine *mine = g_hash_table_lookup(world->mines, id);
    if (!mine) {
        mine = g_new0(struct world_mine, 1);
        g_strlcpy(mine->id, id, sizeof mine->id);
        mine->production = hf_daybook_new();
        mine->costs = hf_daybook_new();
        mine->production_restated = hf_restatements_new();
        mine->costs_restated = hf_restatements_new();
        mine->production_closed = mine->costs_closed = HF_DATE_MIN;
        mine->closes_moved = no_dates;
        mine->changed_dates = g_array_new(FALSE, FALSE, sizeof(int32_t));
        g_hash_table_insert(world->mines, mine->id, mine);
    }
    return mine;
}

/* --- day lines -------------------------------------------------------------------------------------------------- */

struct day_application {
    struct world *world;
    enum hf_topic topic;
    struct world_mine *mine;
    int32_t date;
    int is_replay;  /* the lines are to be applied; otherwise a record is only sorted */
    int is_history; /* what changes need not be noted */
    int is_control; /* the record turned out to be a control record */
};

static struct hf_daybook *book_of(const struct day_application *application)
{
    return application->topic == HF_TOPIC_PRODUCTION_DAYS ? application->mine->production : application->mine->costs;
}

static struct hf_restatements *restated_of(const struct day_application *application)
{
    return application->topic == HF_TOPIC_PRODUCTION_DAYS ? application->mine->production_restated
                                                          : application->mine->costs_restated;
}

static void begin_day(void *context, const char *mine_id, int32_t date)
{
    struct day_application *application = context;
    if (!application->is_replay)
        return;
    application->mine = mine_of(application->world, mine_id);
    application->date = date;
    if (!application->is_history)
        g_array_append_val(application->mine->changed_dates, date);
    hf_daybook_clear_day(book_of(application), date);
    hf_restatements_clear_day(restated_of(application), date);
}

static void day_line(void *context, uint16_t line, struct hf_day_total total)
{
    struct day_application *application = context;
    if (application->is_replay)
        hf_daybook_set(book_of(application), line, application->date, total);
}

static void day_restated(void *context, const struct hf_closed_days *days, uint32_t count)
{
    struct day_application *application = context;
    if (!application->is_replay)
        return;
    hf_restatements_add(restated_of(application), days, count);
}

/* Remembers that what was closed through before is closed through now, or the other way round. */
static void note_moved_close(struct world_mine *mine, int32_t before, int32_t now)
{
    struct hf_stretch *moved = &mine->closes_moved;
    int32_t from = MIN(before, now), through = MAX(before, now);
    if (moved->through < moved->from)
        *moved = (struct hf_stretch){from, through};
    else
        *moved = (struct hf_stretch){MIN(moved->from, from), MAX(moved->through, through)};
}

static void mine_closes(void *context, const char *mine_id, const struct hf_closes *closes)
{
    struct day_application *application = context;
    if (!application->is_replay)
        return;
    struct world_mine *mine = mine_of(application->world, mine_id);
    int32_t *closed = application->topic == HF_TOPIC_PRODUCTION_DAYS ? &mine->production_closed : &mine->costs_closed;
    if (!application->is_history)
        note_moved_close(mine, *closed, closes->closed_through);
    *closed = closes->closed_through;
}

static void day_control(void *context, const struct hf_control *control)
{
    struct day_application *application = context;
    (void)control;
    application->is_control = 1;
}

static int decode_day(struct day_application *application, const char *value, size_t length, struct hf_error *error)
{
    const struct hf_day_reader reader = {begin_day, day_line, day_restated, mine_closes, day_control, application};
    enum hf_line_kind lines = application->topic == HF_TOPIC_PRODUCTION_DAYS ? HF_LINES_PRODUCTION : HF_LINES_COST;
    return hf_day_decode((const uint8_t *)value, length, lines, &reader, error);
}

/* The key of a topic's partition in the tables of the world. */
static gpointer place_of(enum hf_topic topic, int32_t partition)
{
    return GINT_TO_POINTER(partition * HF_TOPIC_COUNT + (int)topic + 1);
}

static int apply_day(struct world *world, enum hf_topic topic, const struct hf_record *record, struct hf_error *error)
{
    struct day_application application = {.world = world, .topic = topic};
    gpointer place = place_of(topic, record->partition);
    GPtrArray *waiting = g_hash_table_lookup(world->waiting, place);
    if (!record->value)
        return HF_OK;
    int result = decode_day(&application, record->value, record->value_length, error);
    if (result != HF_OK)
        return result;
    if (!waiting) {
        waiting = g_ptr_array_new_with_free_func(free_waiting_day);
        g_hash_table_insert(world->waiting, place, waiting);
    }
    if (!application.is_control) {
        struct waiting_day *day = g_new(struct waiting_day, 1);
        day->value = g_memdup2(record->value, record->value_length);
        day->length = record->value_length;
        g_ptr_array_add(waiting, day);
        return HF_OK;
    }
    g_hash_table_remove(world->begun, place);
    application.is_replay = 1;
    for (guint i = 0; i < waiting->len && result == HF_OK; i++) {
        const struct waiting_day *day = waiting->pdata[i];
        result = decode_day(&application, day->value, day->length, error);
    }
    g_ptr_array_set_size(waiting, 0);
    return result;
}

/* --- reference data --------------------------------------------------------------------------------------------- */

/* Even a tombstone needs a key that can be an id. */
static int check_key(const struct hf_record *record, struct hf_error *error)
{
    if (record->key && hf_is_identifier(record->key, record->key_length))
        return HF_OK;
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "the record's key is not an identifier");
}

static int apply_mine(struct world *world, const struct hf_record *record, struct hf_error *error)
{
    struct hf_mine *parsed = NULL;
    if (check_key(record, error) != HF_OK)
        return HF_EINVAL;
    g_autofree char *id = g_strndup(record->key, record->key_length);
    if (record->value &&
        hf_mine_parse(id, record->key_length, record->value, record->value_length, &parsed, error) != HF_OK)
        return HF_EINVAL;
    struct world_mine *mine = mine_of(world, id);
    hf_mine_free(&mine->reference);
    mine->reference = parsed;
    mine->is_reference_changed = 1;
    return HF_OK;
}

static int apply_company(struct world *world, const struct hf_record *record, struct hf_error *error)
{
    struct hf_company *parsed = NULL;
    if (check_key(record, error) != HF_OK)
        return HF_EINVAL;
    g_autofree char *id = g_strndup(record->key, record->key_length);
    if (record->value &&
        hf_company_parse(id, record->key_length, record->value, record->value_length, &parsed, error) != HF_OK)
        return HF_EINVAL;
    struct world_company *company = g_hash_table_lookup(world->companies, id);
    if (!company) {
        company = g_new0(struct world_company, 1);
        g_hash_table_insert(world->companies, g_strdup(id), company);
    }
    hf_company_free(&company->reference);
    company->reference = parsed; /* NULL: removed; its summaries get tombstones */
    company->is_changed = 1;
    return HF_OK;
}

static int apply_market(struct world *world, const struct hf_record *record, int is_price, struct hf_error *error)
{
    struct hf_series *series = is_price ? world->prices : world->fx;
    const char *key = record->key ? record->key : "";
    int subject;
    int32_t month;
    if (record->value &&
        hf_market_parse(key, record->key_length, record->value, record->value_length, is_price, series, error) != HF_OK)
        return HF_EINVAL;
    if (!record->value) {
        if (hf_market_key_parse(key, record->key_length, is_price, &subject, &month, error) != HF_OK)
            return HF_EINVAL;
        hf_series_remove(series, subject, month);
    }
    world->is_market_changed = 1;
    return HF_OK;
}

int world_apply_history(struct world *world, enum hf_topic topic, const struct hf_record *record,
                        struct hf_error *error)
{
    struct day_application application = {.world = world, .topic = topic, .is_replay = 1, .is_history = 1};
    if (topic != HF_TOPIC_PRODUCTION_DAYS && topic != HF_TOPIC_COST_DAYS)
        return world_apply(world, topic, record, error);
    if (!record->value)
        return HF_OK;
    int result = decode_day(&application, record->value, record->value_length, error);
    if (application.is_control)
        g_hash_table_remove(world->begun, place_of(topic, record->partition));
    else
        g_hash_table_add(world->begun, place_of(topic, record->partition));
    return result;
}

int world_is_between_transactions(const struct world *world)
{
    return g_hash_table_size(world->begun) == 0;
}

int world_apply(struct world *world, enum hf_topic topic, const struct hf_record *record, struct hf_error *error)
{
    switch (topic) {
    case HF_TOPIC_PRODUCTION_DAYS:
    case HF_TOPIC_COST_DAYS:
        return apply_day(world, topic, record, error);
    case HF_TOPIC_MINES:
        return apply_mine(world, record, error);
    case HF_TOPIC_COMPANIES:
        return apply_company(world, record, error);
    case HF_TOPIC_PRICES:
        return apply_market(world, record, 1, error);
    default:
        return apply_market(world, record, 0, error);
    }
}

int world_mine_has_changes(const struct world_mine *mine)
{
    return mine->changed_dates->len > 0 || mine->closes_moved.from <= mine->closes_moved.through;
}

void world_clear_changes(struct world *world)
{
    GHashTableIter iterator;
    gpointer value;
    world->is_market_changed = 0;
    g_hash_table_iter_init(&iterator, world->mines);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        struct world_mine *mine = value;
        g_array_set_size(mine->changed_dates, 0);
        mine->closes_moved = no_dates;
        mine->is_reference_changed = 0;
    }
    g_hash_table_iter_init(&iterator, world->companies);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        ((struct world_company *)value)->is_changed = 0;
}
