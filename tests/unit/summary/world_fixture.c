/* SPDX-License-Identifier: Apache-2.0 */
#include "world_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "headframe/day_codec.h"
#include "headframe/vocabulary.h"

/* A mine as a ledger daemon keeps it. */
struct ledger_mine {
    struct hf_daybook *book;
    struct hf_restatements *restatements;
    GArray *restated; /* of int32_t: days that are to be sent for a restatement */
    struct hf_closes closes;
    int is_closes_dirty;
};

static void free_ledger_mine(gpointer data)
{
    struct ledger_mine *mine = data;
    hf_daybook_free(&mine->book);
    hf_restatements_free(&mine->restatements);
    g_array_free(mine->restated, TRUE);
    g_free(mine);
}

struct fixture *fixture_new(void)
{
    struct fixture *fixture = g_new0(struct fixture, 1);
    fixture->world = world_new();
    fixture->production = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_ledger_mine);
    fixture->costs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_ledger_mine);
    return fixture;
}

void fixture_free(struct fixture *fixture)
{
    world_free(&fixture->world);
    g_hash_table_destroy(fixture->production);
    g_hash_table_destroy(fixture->costs);
    g_free(fixture);
}

/* --- reference data ----------------------------------------------------------------------------------------------- */

static int apply(struct fixture *fixture, enum hf_topic topic, const char *key, const void *value, size_t length,
                 struct hf_error *error)
{
    const struct hf_record record = {
        .key = key, .key_length = strlen(key), .value = value, .value_length = length, .timestamp_ms = -1};
    return world_apply(fixture->world, topic, &record, error);
}

int apply_reference(struct fixture *fixture, enum hf_topic topic, const char *key, const char *json,
                    struct hf_error *error)
{
    g_autofree char *text = json ? g_strdelimit(g_strdup(json), "'", '"') : NULL;
    return apply(fixture, topic, key, text, text ? strlen(text) : 0, error);
}

static void apply_good(struct fixture *fixture, enum hf_topic topic, const char *key, const char *json)
{
    struct hf_error error = {0};
    if (apply_reference(fixture, topic, key, json, &error) != HF_OK)
        fail_msg("%s: %s", key, error.text);
}

void add_company(struct fixture *fixture, const char *id, const char *extra)
{
    g_autofree char *json =
        g_strdup_printf("{'company_id':'%s','name':'%s Inc'%s%s}", id, id, *extra ? "," : "", extra);
    apply_good(fixture, HF_TOPIC_COMPANIES, id, json);
}

void add_mine(struct fixture *fixture, const char *id, const char *metal, const char *interests, const char *extra)
{
    GString *json = g_string_new(NULL);
    g_auto(GStrv) entries = g_strsplit(interests, ";", -1);
    g_string_append_printf(json, "{'mine_id':'%s','name':'%s mine','time_zone':'UTC','day_start':'00:00',", id, id);
    g_string_append_printf(json, "'primary_metal':'%s'%s%s,'interests':[", metal, *extra ? "," : "", extra);
    for (int i = 0; entries[i] && *entries[i]; i++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(entries[i]), " ", 3);
        assert_int_equal(g_strv_length(words), 3);
        g_string_append_printf(json, "%s{'company_id':'%s','from':'%s','share':'%s'}", i ? "," : "", words[0], words[1],
                               words[2]);
    }
    g_string_append(json, "]}");
    apply_good(fixture, HF_TOPIC_MINES, id, json->str);
    g_string_free(json, TRUE);
}

void add_rate(struct fixture *fixture, const char *currency, const char *month, const char *per_usd)
{
    g_autofree char *key = g_strdup_printf("%s|%s", currency, month);
    g_autofree char *json = g_strdup_printf("{'currency':'%s','month':'%s','per_usd':'%s'}", currency, month, per_usd);
    apply_good(fixture, HF_TOPIC_FX, key, json);
}

void add_price(struct fixture *fixture, const char *material, const char *month, const char *price)
{
    g_autofree char *key = g_strdup_printf("%s|%s", material, month);
    g_auto(GStrv) words = g_strsplit(price, " ", 3);
    assert_int_equal(g_strv_length(words), 3);
    g_autofree char *json = g_strdup_printf("{'material':'%s','month':'%s','price':'%s','currency':'%s','unit':'%s'}",
                                            material, month, words[0], words[1], words[2]);
    apply_good(fixture, HF_TOPIC_PRICES, key, json);
}

/* --- facts -------------------------------------------------------------------------------------------------------- */

static struct ledger_mine *ledger_mine_of(GHashTable *mines, const char *id)
{
    struct ledger_mine *mine = g_hash_table_lookup(mines, id);
    if (!mine) {
        mine = g_new0(struct ledger_mine, 1);
        mine->book = hf_daybook_new();
        mine->restatements = hf_restatements_new();
        mine->restated = g_array_new(FALSE, FALSE, sizeof(int32_t));
        mine->closes = (struct hf_closes){HF_DATE_MIN, HF_DATE_MIN};
        g_hash_table_insert(mines, g_strdup(id), mine);
    }
    return mine;
}

/* A word's number; the word must be known. */
static int number_of(int (*find)(const char *, size_t), const char *word)
{
    int number = find(word, strlen(word));
    if (number < 0)
        fail_msg("\"%s\" is not known", word);
    return number;
}

static hf_int128 micro(const char *text)
{
    hf_int128 value = 0;
    assert_int_equal(hf_decimal_parse(text, strlen(text), HF_MICRO_DIGITS, &value, NULL), HF_OK);
    return value;
}

static struct hf_effect production_effect(const char *date, const char *fact)
{
    g_auto(GStrv) words = g_strsplit(fact, " ", -1);
    guint count = g_strv_length(words);
    assert_in_range(count, 4, 5);
    int quality = count == 5 ? number_of(hf_quality_find, words[4]) : HF_QUALITY_ASSAYED;
    return (struct hf_effect){
        .amount = micro(words[2]) * hf_unit_micro_mass((enum hf_unit)number_of(hf_unit_find, words[3])),
        .date = date_of(date),
        .days = 1,
        .line = hf_production_line(number_of(hf_material_find, words[0]),
                                   (enum hf_stage)number_of(hf_stage_find, words[1]), (enum hf_quality)quality),
    };
}

static struct hf_effect cost_effect(const char *from, const char *through, const char *fact)
{
    g_auto(GStrv) words = g_strsplit(fact, " ", -1);
    assert_int_equal(g_strv_length(words), 3);
    return (struct hf_effect){
        .amount = micro(words[1]),
        .date = date_of(from),
        .days = (uint16_t)(date_of(through) - date_of(from) + 1),
        .line =
            hf_cost_line((enum hf_element)number_of(hf_element_find, words[0]), number_of(hf_currency_find, words[2])),
    };
}

static void change(GHashTable *mines, const char *mine, struct hf_effect effect, int is_withdrawn)
{
    const struct hf_effect none = {0};
    assert_int_equal(hf_daybook_replace(ledger_mine_of(mines, mine)->book, is_withdrawn ? &effect : &none,
                                        is_withdrawn ? &none : &effect),
                     HF_OK);
}

void produce(struct fixture *fixture, const char *mine, const char *date, const char *fact)
{
    change(fixture->production, mine, production_effect(date, fact), 0);
}

void spend(struct fixture *fixture, const char *mine, const char *from, const char *through, const char *fact)
{
    change(fixture->costs, mine, cost_effect(from, through, fact), 0);
}

void unproduce(struct fixture *fixture, const char *mine, const char *date, const char *fact)
{
    change(fixture->production, mine, production_effect(date, fact), 1);
}

void unspend(struct fixture *fixture, const char *mine, const char *from, const char *through, const char *fact)
{
    change(fixture->costs, mine, cost_effect(from, through, fact), 1);
}

/* --- closes ------------------------------------------------------------------------------------------------------- */

static void close_through(GHashTable *mines, const char *id, const char *through)
{
    struct ledger_mine *mine = ledger_mine_of(mines, id);
    mine->closes.closed_through = date_of(through);
    mine->closes.ever_closed_through = MAX(mine->closes.ever_closed_through, mine->closes.closed_through);
    mine->is_closes_dirty = 1;
}

void close_production(struct fixture *fixture, const char *mine, const char *through)
{
    close_through(fixture->production, mine, through);
}

void close_costs(struct fixture *fixture, const char *mine, const char *through)
{
    close_through(fixture->costs, mine, through);
}

static struct hf_stretch stretch_of(const char *text)
{
    g_auto(GStrv) ends = g_strsplit(text, "..", 2);
    return (struct hf_stretch){date_of(ends[0]), date_of(ends[1] ? ends[1] : ends[0])};
}

static void restate(GHashTable *mines, const char *id, const char *closed_days)
{
    struct ledger_mine *mine = ledger_mine_of(mines, id);
    g_auto(GStrv) stretches = g_strsplit(closed_days, " ", 2);
    struct hf_closed_days days = {stretch_of(stretches[0]), {0, -1}};
    if (stretches[1])
        days.second = stretch_of(stretches[1]);
    hf_restatements_add(mine->restatements, &days, 1);
    for (int32_t date = days.first.from; date <= days.first.through; date++)
        g_array_append_val(mine->restated, date);
    for (int32_t date = days.second.from; date <= days.second.through; date++)
        g_array_append_val(mine->restated, date);
}

void restate_production(struct fixture *fixture, const char *mine, const char *closed_days)
{
    restate(fixture->production, mine, closed_days);
}

void restate_costs(struct fixture *fixture, const char *mine, const char *closed_days)
{
    restate(fixture->costs, mine, closed_days);
}

/* --- the topics --------------------------------------------------------------------------------------------------- */

struct settlement {
    struct fixture *fixture;
    enum hf_topic topic;
    const char *id;
    struct ledger_mine *mine;
};

static void send_record(const struct settlement *settlement, const char *key, uint8_t *bytes, size_t length)
{
    struct hf_error error = {0};
    if (apply(settlement->fixture, settlement->topic, key, bytes, length, &error) != HF_OK)
        fail_msg("%s: %s", key, error.text);
    free(bytes);
}

static void send_day(void *context, int32_t date)
{
    const struct settlement *settlement = context;
    char key[HF_DAY_KEY];
    uint8_t *bytes;
    size_t length;
    hf_day_key(settlement->id, date, key);
    hf_day_encode(settlement->id, date, settlement->mine->book, settlement->mine->restatements,
                  settlement->topic == HF_TOPIC_PRODUCTION_DAYS ? HF_LINES_PRODUCTION : HF_LINES_COST, &bytes, &length);
    send_record(settlement, key, bytes, length);
}

static void send_closes(const struct settlement *settlement)
{
    char key[HF_DAY_KEY];
    uint8_t *bytes;
    size_t length;
    hf_closes_key(settlement->id, key);
    hf_day_encode_closes(settlement->id, &settlement->mine->closes, &bytes, &length);
    send_record(settlement, key, bytes, length);
}

static void send_days(struct fixture *fixture, enum hf_topic topic, GHashTable *mines)
{
    struct settlement settlement = {.fixture = fixture, .topic = topic};
    GHashTableIter iterator;
    gpointer id, mine;
    g_hash_table_iter_init(&iterator, mines);
    while (g_hash_table_iter_next(&iterator, &id, &mine)) {
        settlement.id = id;
        settlement.mine = mine;
        hf_daybook_take_dirty(settlement.mine->book, send_day, &settlement);
        for (guint i = 0; i < settlement.mine->restated->len; i++)
            send_day(&settlement, g_array_index(settlement.mine->restated, int32_t, i));
        g_array_set_size(settlement.mine->restated, 0);
        if (settlement.mine->is_closes_dirty)
            send_closes(&settlement);
        settlement.mine->is_closes_dirty = 0;
    }
}

static void send_control(struct fixture *fixture, enum hf_topic topic)
{
    const struct hf_control control = {.input_partitions = 1};
    uint8_t *bytes;
    size_t length;
    hf_day_encode_control(&control, &bytes, &length);
    assert_int_equal(apply(fixture, topic, HF_CONTROL_KEY, bytes, length, NULL), HF_OK);
    free(bytes);
}

void settle_half(struct fixture *fixture)
{
    send_days(fixture, HF_TOPIC_PRODUCTION_DAYS, fixture->production);
    send_days(fixture, HF_TOPIC_COST_DAYS, fixture->costs);
}

void settle(struct fixture *fixture)
{
    settle_half(fixture);
    send_control(fixture, HF_TOPIC_PRODUCTION_DAYS);
    send_control(fixture, HF_TOPIC_COST_DAYS);
}

/* --- views -------------------------------------------------------------------------------------------------------- */

struct view *company_view(const struct fixture *fixture, const char *company)
{
    const struct world_company *found = g_hash_table_lookup(fixture->world->companies, company);
    assert_non_null(found);
    return view_of_company(fixture->world, found, 7);
}

struct view *mine_view(const struct fixture *fixture, const char *mine)
{
    const struct world_mine *found = g_hash_table_lookup(fixture->world->mines, mine);
    assert_non_null(found);
    return view_of_mine(fixture->world, found);
}

struct hf_window window_of(const struct view *view, const char *kind, const char *date)
{
    struct hf_window_spec spec;
    assert_int_equal(hf_window_spec_parse(kind, &spec, NULL), HF_OK);
    if (spec.kind == HF_WINDOW_ROLLING_DAYS || spec.kind == HF_WINDOW_ROLLING_MONTHS) {
        assert_true(view->clock.is_set);
        return hf_window_rolling(spec, view->clock.date);
    }
    return hf_window_at(spec, view->fiscal_year_start_month, date_of(date));
}
