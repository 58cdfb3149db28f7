/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a letter is replayed once, and never over something newer, unless that is asked for. */
#include "dead_letters_plan.h"

#include <glib.h>
#include <string.h>

#include "../engine/headers.h"
#include "../unit.h"

/* Headers are char *, whoever owns them. */
#define TEXT(text) ((char *)(text))

enum { PARTITIONS = 4 };

/* The partition of "k" among four; the others of its topic are wrong. */
static int32_t right_partition(void)
{
    return hf_kafka_partition_of("k", 1, PARTITIONS);
}

/* A letter at 0:place whose record, with key "k", was read at offset of its right partition. */
static struct hf_letter letter_at(int64_t place, int64_t offset)
{
    return (struct hf_letter){
        .place = {0, place},
        .topic = TEXT("mine.x"),
        .partition = right_partition(),
        .offset = offset,
        .key = g_bytes_new_static("k", 1),
    };
}

/* In these tests a PeriodClose is a record whose value says so. */
static int says_close(void *context, const struct hf_record *record)
{
    (void)context;
    return record->value && strcmp(record->value, "close") == 0;
}

static struct hf_replay_plan *plan_with(int again, int force)
{
    const struct hf_replay_rules rules = {again, force, says_close, NULL};
    return hf_replay_plan_new(&rules);
}

/* A record of the topic, replayed from the letter at 0:from where from is not -1. */
static void take(struct hf_replay_plan *plan, enum hf_topic topic, const char *key, int64_t offset, const char *value,
                 int64_t from)
{
    char text[HF_PLACE_TEXT];
    hf_place_format((struct hf_place){0, from}, text);
    const struct hf_header header = {HF_LETTER_REPLAYED_FROM, text, strlen(text)};
    struct test_headers headers = {&header, from >= 0};
    const struct hf_record record = {
        .offset = offset,
        .key = key,
        .key_length = key ? strlen(key) : 0,
        .value = value,
        .value_length = value ? strlen(value) : 0,
        .message = &headers,
    };
    hf_replay_plan_take(plan, topic, &record);
}

/* Holds where the letter has the verdict and its reason, if it must have one, holds words. */
static void assert_verdict(const struct hf_replay_plan *plan, size_t index, enum hf_replay_verdict verdict,
                           const char *words)
{
    const struct hf_replay *replay = hf_replay_plan_get(plan, index);
    assert_int_equal(replay->verdict, verdict);
    if (verdict == HF_REPLAY_SEND)
        assert_null(replay->reason);
    else if (!strstr(replay->reason, words))
        fail_msg("%s: expected %s", replay->reason, words);
}

static void what_can_never_be_sent_is_refused_and_needs_no_look(void **state)
{
    struct hf_letter digest = letter_at(0, 5), keyless = letter_at(1, 5), stranger = letter_at(2, 5),
                     unplaced = letter_at(3, 5);
    struct hf_replay_plan *plan = plan_with(1, 1);
    (void)state;
    digest.digest = TEXT("xxh3-128:00 bytes:9000000");
    g_clear_pointer(&keyless.key, g_bytes_unref);
    unplaced.offset = -1;
    hf_replay_plan_add(plan, &digest, HF_TOPIC_COSTS, PARTITIONS);
    hf_replay_plan_add(plan, &keyless, HF_TOPIC_COSTS, PARTITIONS);
    hf_replay_plan_add(plan, &stranger, -1, 0);
    hf_replay_plan_add(plan, &unplaced, HF_TOPIC_COSTS, PARTITIONS);
    g_autoptr(GArray) ranges = hf_replay_plan_ranges(plan);
    assert_int_equal(ranges->len, 0);
    hf_replay_plan_judge(plan);
    assert_int_equal(hf_replay_plan_count(plan), 4);
    assert_verdict(plan, 0, HF_REPLAY_REFUSE, "its bytes were not kept (xxh3-128:00 bytes:9000000)");
    assert_verdict(plan, 1, HF_REPLAY_REFUSE, "it has no key");
    assert_verdict(plan, 2, HF_REPLAY_REFUSE, "mine.x, which is no topic that headframe reads under this prefix");
    assert_verdict(plan, 3, HF_REPLAY_REFUSE, "headers do not tell where");
    hf_replay_plan_free(&plan);
    assert_null(plan);
    hf_replay_plan_free(&plan);
    g_bytes_unref(digest.key);
    g_bytes_unref(stranger.key);
    g_bytes_unref(unplaced.key);
}

static void a_fact_goes_to_the_partition_of_its_key_whatever_came_after(void **state)
{
    struct hf_letter letter = letter_at(0, 5);
    struct hf_replay_plan *plan = plan_with(0, 0);
    (void)state;
    hf_replay_plan_add(plan, &letter, HF_TOPIC_PRODUCTION, PARTITIONS);
    g_autoptr(GArray) ranges = hf_replay_plan_ranges(plan);
    assert_int_equal(ranges->len, 1);
    const struct hf_replay_range *range = &g_array_index(ranges, struct hf_replay_range, 0);
    assert_int_equal(range->topic, HF_TOPIC_PRODUCTION);
    assert_int_equal(range->partition, right_partition());
    assert_int_equal(range->from, 6);
    take(plan, HF_TOPIC_PRODUCTION, "k", 6, "fact", -1);
    take(plan, HF_TOPIC_PRODUCTION, "k", 7, "close", -1);
    take(plan, HF_TOPIC_PRODUCTION, NULL, 8, "fact", 0);
    hf_replay_plan_judge(plan);
    assert_verdict(plan, 0, HF_REPLAY_SEND, NULL);
    assert_int_equal(hf_replay_plan_get(plan, 0)->target, right_partition());
    hf_replay_plan_free(&plan);
    g_bytes_unref(letter.key);
}

static void a_letter_whose_record_stands_behind_the_original_was_replayed(void **state)
{
    struct hf_letter first = letter_at(7, 5), second = letter_at(8, 6);
    struct hf_replay_plan *plan = plan_with(0, 0), *again = plan_with(1, 0);
    (void)state;
    hf_replay_plan_add(plan, &first, HF_TOPIC_COSTS, PARTITIONS);
    hf_replay_plan_add(plan, &second, HF_TOPIC_COSTS, PARTITIONS);
    take(plan, HF_TOPIC_COSTS, "k", 9, "fact", 7);
    hf_replay_plan_judge(plan);
    g_autofree char *named = g_strdup_printf("replayed before, as mine.x [%d] 9: --again", right_partition());
    assert_verdict(plan, 0, HF_REPLAY_DONE, named);
    assert_verdict(plan, 1, HF_REPLAY_SEND, NULL);
    hf_replay_plan_add(again, &first, HF_TOPIC_COSTS, PARTITIONS);
    g_autoptr(GArray) ranges = hf_replay_plan_ranges(again);
    assert_int_equal(ranges->len, 0);
    hf_replay_plan_judge(again);
    assert_verdict(again, 0, HF_REPLAY_SEND, NULL);
    hf_replay_plan_free(&plan);
    hf_replay_plan_free(&again);
    g_bytes_unref(first.key);
    g_bytes_unref(second.key);
}

/* Of a topic of dead letters that was made anew, or of another topic or key: the same place, another letter. */
static void a_receipt_counts_only_where_the_letter_belongs(void **state)
{
    struct hf_letter letter = letter_at(7, 5);
    struct hf_replay_plan *plan = plan_with(0, 0);
    (void)state;
    hf_replay_plan_add(plan, &letter, HF_TOPIC_COSTS, PARTITIONS);
    take(plan, HF_TOPIC_COSTS, "k", 5, "fact", 7);
    take(plan, HF_TOPIC_COSTS, "other", 6, "fact", 7);
    take(plan, HF_TOPIC_PRODUCTION, "k", 6, "fact", 7);
    hf_replay_plan_judge(plan);
    assert_verdict(plan, 0, HF_REPLAY_SEND, NULL);
    hf_replay_plan_free(&plan);
    g_bytes_unref(letter.key);
}

static void an_old_reference_record_does_not_replace_a_newer_one(void **state)
{
    struct hf_letter old = letter_at(1, 5), latest = letter_at(2, 8);
    struct hf_replay_plan *plan = plan_with(0, 0), *forced = plan_with(0, 1);
    (void)state;
    hf_replay_plan_add(plan, &old, HF_TOPIC_MINES, PARTITIONS);
    hf_replay_plan_add(plan, &latest, HF_TOPIC_MINES, PARTITIONS);
    take(plan, HF_TOPIC_MINES, "k", 8, "{}", -1);
    take(plan, HF_TOPIC_MINES, "l", 9, "{}", -1);
    hf_replay_plan_judge(plan);
    g_autofree char *named = g_strdup_printf("mine.x [%d] 8 is a newer record of its key", right_partition());
    assert_verdict(plan, 0, HF_REPLAY_REFUSE, named);
    assert_verdict(plan, 1, HF_REPLAY_SEND, NULL);
    hf_replay_plan_add(forced, &old, HF_TOPIC_MINES, PARTITIONS);
    take(forced, HF_TOPIC_MINES, "k", 8, NULL, -1);
    hf_replay_plan_judge(forced);
    assert_verdict(forced, 0, HF_REPLAY_SEND, NULL);
    hf_replay_plan_free(&plan);
    hf_replay_plan_free(&forced);
    g_bytes_unref(old.key);
    g_bytes_unref(latest.key);
}

static void its_own_replay_is_nothing_newer(void **state)
{
    struct hf_letter letter = letter_at(1, 5);
    struct hf_replay_plan *own = plan_with(1, 0), *other = plan_with(1, 0);
    (void)state;
    hf_replay_plan_add(own, &letter, HF_TOPIC_FX, PARTITIONS);
    take(own, HF_TOPIC_FX, "k", 6, "{}", -1);
    take(own, HF_TOPIC_FX, "k", 7, "{}", 1);
    hf_replay_plan_judge(own);
    assert_verdict(own, 0, HF_REPLAY_SEND, NULL);
    hf_replay_plan_add(other, &letter, HF_TOPIC_FX, PARTITIONS);
    take(other, HF_TOPIC_FX, "k", 6, "{}", 1);
    take(other, HF_TOPIC_FX, "k", 7, "{}", 2);
    hf_replay_plan_judge(other);
    assert_verdict(other, 0, HF_REPLAY_REFUSE, "newer record");
    hf_replay_plan_free(&own);
    hf_replay_plan_free(&other);
    g_bytes_unref(letter.key);
}

static void an_old_close_does_not_reopen_what_a_newer_one_closed(void **state)
{
    struct hf_letter close = letter_at(1, 5), fact = letter_at(2, 6);
    struct hf_replay_plan *plan = plan_with(0, 0);
    (void)state;
    close.is_close = 1;
    hf_replay_plan_add(plan, &close, HF_TOPIC_PRODUCTION, PARTITIONS);
    hf_replay_plan_add(plan, &fact, HF_TOPIC_PRODUCTION, PARTITIONS);
    take(plan, HF_TOPIC_PRODUCTION, "k", 7, "fact", -1);
    hf_replay_plan_judge(plan);
    assert_verdict(plan, 0, HF_REPLAY_SEND, NULL);
    take(plan, HF_TOPIC_PRODUCTION, "k", 8, "close", -1);
    hf_replay_plan_judge(plan);
    assert_verdict(plan, 0, HF_REPLAY_REFUSE, "8 is a newer PeriodClose of its key");
    assert_verdict(plan, 1, HF_REPLAY_SEND, NULL);
    hf_replay_plan_free(&plan);
    g_bytes_unref(close.key);
    g_bytes_unref(fact.key);
}

/* Of a record on a wrong partition nothing on the right one is known to be older. */
static void from_a_wrong_partition_the_whole_right_one_counts(void **state)
{
    struct hf_letter letter = letter_at(1, 500);
    struct hf_replay_plan *plan = plan_with(0, 0);
    (void)state;
    letter.partition = (right_partition() + 1) % PARTITIONS;
    letter.is_close = 1;
    hf_replay_plan_add(plan, &letter, HF_TOPIC_COSTS, PARTITIONS);
    g_autoptr(GArray) ranges = hf_replay_plan_ranges(plan);
    assert_int_equal(g_array_index(ranges, struct hf_replay_range, 0).from, 0);
    take(plan, HF_TOPIC_COSTS, "k", 3, "close", -1);
    hf_replay_plan_judge(plan);
    assert_verdict(plan, 0, HF_REPLAY_REFUSE, "perhaps newer PeriodClose");
    hf_replay_plan_free(&plan);
    g_bytes_unref(letter.key);
}

static void a_partition_is_looked_at_once_from_the_earliest_original(void **state)
{
    struct hf_letter letters[] = {letter_at(1, 50), letter_at(2, 20), letter_at(3, 30), letter_at(4, 10)};
    struct hf_replay_plan *plan = plan_with(0, 0), *again = plan_with(1, 0);
    (void)state;
    for (size_t i = 0; i < 3; i++)
        hf_replay_plan_add(plan, &letters[i], HF_TOPIC_COSTS, PARTITIONS);
    hf_replay_plan_add(plan, &letters[3], HF_TOPIC_MINES, PARTITIONS);
    g_autoptr(GArray) ranges = hf_replay_plan_ranges(plan);
    assert_int_equal(ranges->len, 2);
    assert_int_equal(g_array_index(ranges, struct hf_replay_range, 0).from, 21);
    assert_int_equal(g_array_index(ranges, struct hf_replay_range, 1).from, 11);
    /* --again needs to know only what is newer. */
    hf_replay_plan_add(again, &letters[0], HF_TOPIC_COSTS, PARTITIONS);
    hf_replay_plan_add(again, &letters[3], HF_TOPIC_MINES, PARTITIONS);
    g_autoptr(GArray) fewer = hf_replay_plan_ranges(again);
    assert_int_equal(fewer->len, 1);
    assert_int_equal(g_array_index(fewer, struct hf_replay_range, 0).topic, HF_TOPIC_MINES);
    hf_replay_plan_free(&plan);
    hf_replay_plan_free(&again);
    for (size_t i = 0; i < COUNT(letters); i++)
        g_bytes_unref(letters[i].key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_never_be_sent_is_refused_and_needs_no_look),
        cmocka_unit_test(a_fact_goes_to_the_partition_of_its_key_whatever_came_after),
        cmocka_unit_test(a_letter_whose_record_stands_behind_the_original_was_replayed),
        cmocka_unit_test(a_receipt_counts_only_where_the_letter_belongs),
        cmocka_unit_test(an_old_reference_record_does_not_replace_a_newer_one),
        cmocka_unit_test(its_own_replay_is_nothing_newer),
        cmocka_unit_test(an_old_close_does_not_reopen_what_a_newer_one_closed),
        cmocka_unit_test(from_a_wrong_partition_the_whole_right_one_counts),
        cmocka_unit_test(a_partition_is_looked_at_once_from_the_earliest_original),
    };
    return cmocka_run_group_tests_name("cli_dead_letters_plan", tests, NULL, NULL);
}
