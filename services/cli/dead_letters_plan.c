/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which letters may be replayed.
 *
 *     original topic, the partition of the key:   … [original] ─ a ─ b ─ [replayed] ─ c ─ …  end
 *                                                              └── read: what came after ──┘
 *
 * A replayed record names the letter that it was, so it is its own receipt: it is written in the transaction of the
 * replay, and stands where the letter's record belongs, behind the original. Reading what came after the original
 * therefore tells with certainty whether the letter was replayed before. The same records tell whether the key has
 * something newer, which an old record of reference data, or an old PeriodClose, would push aside: of those the last
 * one stands. Facts have revisions; replaying one twice changes nothing. */
#include "dead_letters_plan.h"

#include <inttypes.h>
#include <string.h>

#include "record_headers.h"
#include "reference_record.h"

/* All letters of one key and topic. */
struct group {
    int has_close;
    int64_t latest;              /* offset of the last record that replaces others; -1: none */
    struct hf_place latest_from; /* the letter that it was; partition -1: none */
};

struct hf_replay_plan {
    struct hf_replay_rules rules;
    GPtrArray *replays;                 /* struct hf_replay */
    GHashTable *by_place;               /* struct hf_place → struct hf_replay */
    GHashTable *groups[HF_TOPIC_COUNT]; /* key as GBytes → struct group */
};

/* --- the plan --------------------------------------------------------------------------------------------------- */

static guint hash_place(gconstpointer data)
{
    const struct hf_place *place = data;
    return g_int64_hash(&place->offset) * 31U + (guint)place->partition;
}

static gboolean equal_places(gconstpointer a, gconstpointer b)
{
    return hf_place_compare(a, b) == 0;
}

static void free_replay(gpointer data)
{
    struct hf_replay *replay = data;
    g_free(replay->reason);
    g_free(replay);
}

static void unref_key(gpointer key)
{
    g_bytes_unref(key);
}

struct hf_replay_plan *hf_replay_plan_new(const struct hf_replay_rules *rules)
{
    struct hf_replay_plan *plan = g_new0(struct hf_replay_plan, 1);
    plan->rules = *rules;
    plan->replays = g_ptr_array_new_with_free_func(free_replay);
    plan->by_place = g_hash_table_new(hash_place, equal_places);
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        plan->groups[i] = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref_key, g_free);
    return plan;
}

void hf_replay_plan_free(struct hf_replay_plan **plan)
{
    if (!*plan)
        return;
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        g_hash_table_destroy((*plan)->groups[i]);
    g_hash_table_destroy((*plan)->by_place);
    g_ptr_array_unref((*plan)->replays);
    g_free(*plan);
    *plan = NULL;
}

size_t hf_replay_plan_count(const struct hf_replay_plan *plan)
{
    return plan->replays->len;
}

const struct hf_replay *hf_replay_plan_get(const struct hf_replay_plan *plan, size_t index)
{
    return g_ptr_array_index(plan->replays, index);
}

/* --- letters ---------------------------------------------------------------------------------------------------- */

/* Why the letter can not be replayed whatever else there is; NULL: it can. A new string. */
static char *find_obstacle(const struct hf_letter *letter, int topic)
{
    if (letter->digest)
        return g_strdup_printf("its bytes were not kept (%s): publish the record again from its source",
                               letter->digest);
    if (!letter->topic || letter->offset < 0 || letter->partition < 0)
        return g_strdup("its headers do not tell where its record was read: it is no letter of headframe");
    if (topic < 0)
        return g_strdup_printf("its record came from %s, which is no topic that headframe reads under this prefix",
                               letter->topic);
    if (!letter->key)
        return g_strdup("it has no key, without which its record would be refused again");
    return NULL;
}

static struct group *ensure_group(struct hf_replay_plan *plan, enum hf_topic topic, GBytes *key)
{
    struct group *group = g_hash_table_lookup(plan->groups[topic], key);
    if (!group) {
        group = g_new(struct group, 1);
        *group = (struct group){.latest = -1, .latest_from = {-1, -1}};
        g_hash_table_insert(plan->groups[topic], g_bytes_ref(key), group);
    }
    return group;
}

void hf_replay_plan_add(struct hf_replay_plan *plan, const struct hf_letter *letter, int topic, int32_t partition_count)
{
    struct hf_replay *replay = g_new(struct hf_replay, 1);
    *replay = (struct hf_replay){.letter = letter, .replayed_at = -1, .reason = find_obstacle(letter, topic)};
    g_ptr_array_add(plan->replays, replay);
    if (replay->reason) {
        replay->verdict = HF_REPLAY_REFUSE;
        return;
    }
    gsize length;
    const void *key = g_bytes_get_data(letter->key, &length);
    replay->topic = (enum hf_topic)topic;
    replay->target = hf_kafka_partition_of(key, length, partition_count);
    replay->after = letter->partition == replay->target ? letter->offset + 1 : 0;
    replay->replaces = letter->is_close || hf_reference_record_is_for(replay->topic);
    ensure_group(plan, replay->topic, letter->key)->has_close |= letter->is_close;
    g_hash_table_insert(plan->by_place, (gpointer)&letter->place, replay);
}

/* --- what came after -------------------------------------------------------------------------------------------- */

static int must_look(const struct hf_replay_plan *plan, const struct hf_replay *replay)
{
    return replay->verdict != HF_REPLAY_REFUSE && (!plan->rules.again || (replay->replaces && !plan->rules.force));
}

static void widen(GArray *ranges, const struct hf_replay *replay)
{
    for (guint i = 0; i < ranges->len; i++) {
        struct hf_replay_range *range = &g_array_index(ranges, struct hf_replay_range, i);
        if (range->topic == replay->topic && range->partition == replay->target) {
            range->from = MIN(range->from, replay->after);
            return;
        }
    }
    const struct hf_replay_range range = {replay->topic, replay->target, replay->after};
    g_array_append_val(ranges, range);
}

GArray *hf_replay_plan_ranges(const struct hf_replay_plan *plan)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(struct hf_replay_range));
    for (guint i = 0; i < plan->replays->len; i++) {
        const struct hf_replay *replay = g_ptr_array_index(plan->replays, i);
        if (must_look(plan, replay))
            widen(ranges, replay);
    }
    return ranges;
}

/* The letter that a record was; partition -1 where it was none. */
static struct hf_place replayed_from(const struct hf_record *record)
{
    g_autoptr(GArray) headers = hf_record_all_headers(record);
    const struct hf_header *header = hf_header_find_last(headers, HF_LETTER_REPLAYED_FROM);
    struct hf_place place = {-1, -1};
    if (header && header->value)
        (void)hf_place_parse(header->value, header->length, &place, NULL); /* a stranger's header tells nothing */
    return place;
}

static int replaces_others(const struct hf_replay_plan *plan, const struct group *group, enum hf_topic topic,
                           const struct hf_record *record)
{
    return hf_reference_record_is_for(topic) || (group->has_close && plan->rules.is_close(plan->rules.context, record));
}

void hf_replay_plan_take(struct hf_replay_plan *plan, enum hf_topic topic, const struct hf_record *record)
{
    if (!record->key)
        return;
    g_autoptr(GBytes) key = g_bytes_new_static(record->key, record->key_length);
    struct group *group = g_hash_table_lookup(plan->groups[topic], key);
    if (!group)
        return;
    const struct hf_place from = replayed_from(record);
    struct hf_replay *replay = g_hash_table_lookup(plan->by_place, &from);
    if (replay && replay->topic == topic && g_bytes_equal(replay->letter->key, key) && record->offset >= replay->after)
        replay->replayed_at = record->offset;
    if (replaces_others(plan, group, topic, record)) {
        group->latest = record->offset;
        group->latest_from = from;
    }
}

/* --- verdicts --------------------------------------------------------------------------------------------------- */

/* "mine.production [2] 41", the record behind the letter's topic. */
static char *name_record(const struct hf_replay *replay, int64_t offset)
{
    return g_strdup_printf("%s [%" PRId32 "] %" PRId64, replay->letter->topic, replay->target, offset);
}

static void judge(const struct hf_replay_plan *plan, struct hf_replay *replay)
{
    const struct group *group = g_hash_table_lookup(plan->groups[replay->topic], replay->letter->key);
    int is_newer = group->latest >= replay->after && !equal_places(&group->latest_from, &replay->letter->place);
    if (replay->replayed_at >= 0 && !plan->rules.again) {
        g_autofree char *record = name_record(replay, replay->replayed_at);
        replay->verdict = HF_REPLAY_DONE;
        replay->reason = g_strdup_printf("it was replayed before, as %s: --again sends it once more", record);
    } else if (replay->replaces && is_newer && !plan->rules.force) {
        g_autofree char *record = name_record(replay, group->latest);
        replay->verdict = HF_REPLAY_REFUSE;
        /* Of a record that was on a wrong partition nothing tells what is older. */
        replay->reason =
            g_strdup_printf("%s is a %s %s of its key, which it would replace: --force sends it even so", record,
                            replay->letter->partition == replay->target ? "newer" : "perhaps newer",
                            replay->letter->is_close ? "PeriodClose" : "record");
    }
}

void hf_replay_plan_judge(struct hf_replay_plan *plan)
{
    for (guint i = 0; i < plan->replays->len; i++) {
        struct hf_replay *replay = g_ptr_array_index(plan->replays, i);
        if (replay->verdict == HF_REPLAY_SEND)
            judge(plan, replay);
    }
}
