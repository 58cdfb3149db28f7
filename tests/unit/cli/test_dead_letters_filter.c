/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which letters the filters let through, and that a slip in an option is refused instead of finding nothing. */
#include "dead_letters_filter.h"

#include <glib.h>
#include <string.h>

#include "../engine/headers.h"
#include "../unit.h"

/* Options and headers are char *, whoever owns them. */
#define TEXT(text) ((char *)(text))

static const int64_t now_ms = 1056985200123; /* 2003-06-30T15:00:00.123Z */

/* Whether words let a letter with code, topic, key (NULL: null) and time through. */
static int takes(const struct hf_letter_words *words, const char *code, const char *topic, const char *key,
                 int64_t written_ms)
{
    struct hf_letter letter = {
        .code = TEXT(code),
        .topic = TEXT(topic),
        .key = key ? g_bytes_new_static(key, strlen(key)) : NULL,
        .written_ms = written_ms,
    };
    struct hf_letter_filter filter;
    struct hf_error error;
    assert_int_equal(hf_letter_filter_init(&filter, words, "t.", now_ms, &error), HF_OK);
    int result = hf_letter_filter_takes(&filter, &letter);
    hf_letter_filter_fini(&filter);
    g_clear_pointer(&letter.key, g_bytes_unref);
    return result;
}

static void without_words_everything_passes(void **state)
{
    const struct hf_letter_words words = {0};
    (void)state;
    assert_true(takes(&words, "BAD_TIME", "t.mine.costs", "k", now_ms));
    assert_true(takes(&words, NULL, NULL, NULL, -1));
    assert_false(hf_letter_words_are_given(&words));
}

static void codes_are_lists_and_repeat(void **state)
{
    char *lists[] = {TEXT("BAD_TIME, unknown_mine"), TEXT("TOO_LATE"), NULL};
    const struct hf_letter_words words = {.codes = lists};
    (void)state;
    assert_true(takes(&words, "BAD_TIME", "t", "k", 1));
    assert_true(takes(&words, "UNKNOWN_MINE", "t", "k", 1));
    assert_true(takes(&words, "TOO_LATE", "t", "k", 1));
    assert_false(takes(&words, "BAD_UNIT", "t", "k", 1));
    assert_false(takes(&words, "", "t", "k", 1));
    assert_false(takes(&words, NULL, "t", "k", 1));
    assert_true(hf_letter_words_are_given(&words));
}

static void a_topic_is_named_with_or_without_prefix(void **state)
{
    static const char *const names[] = {"mine.costs", "t.mine.costs"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct hf_letter_words words = {.topic = TEXT(names[i])};
        assert_true(takes(&words, "BAD_TIME", "t.mine.costs", "k", 1));
        assert_false(takes(&words, "BAD_TIME", "mine.costs", "k", 1));
        assert_false(takes(&words, "BAD_TIME", "t.mine.production", "k", 1));
        assert_false(takes(&words, "BAD_TIME", NULL, "k", 1));
    }
}

static void a_key_is_compared_whole(void **state)
{
    const struct hf_letter_words key = {.key = TEXT("k")}, empty = {.key = TEXT("")};
    (void)state;
    assert_true(takes(&key, "BAD_TIME", "t", "k", 1));
    assert_false(takes(&key, "BAD_TIME", "t", "kk", 1));
    assert_false(takes(&key, "BAD_TIME", "t", "K", 1));
    assert_false(takes(&key, "BAD_TIME", "t", "", 1));
    assert_false(takes(&key, "BAD_TIME", "t", NULL, 1));
    assert_true(takes(&empty, "BAD_TIME", "t", "", 1));
    assert_false(takes(&empty, "BAD_TIME", "t", NULL, 1));
}

static void since_is_a_time_or_a_span_before_now(void **state)
{
    static const struct {
        const char *word;
        int64_t ms;
    } cases[] = {
        {"2003-06-30T15:00:00Z", 1056985200000},
        {"2003-06-30T07:00:00-08:00", 1056985200000},
        {"0s", now_ms},
        {"90s", now_ms - 90000},
        {"30m", now_ms - 1800000},
        {"12h", now_ms - 43200000},
        {"7d", now_ms - 604800000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct hf_letter_words words = {.since = TEXT(cases[i].word)};
        assert_true(takes(&words, "BAD_TIME", "t", "k", cases[i].ms));
        assert_false(takes(&words, "BAD_TIME", "t", "k", cases[i].ms - 1));
        assert_false(takes(&words, "BAD_TIME", "t", "k", -1));
    }
}

static void what_can_not_be_meant_is_refused_by_option_and_value(void **state)
{
    static const struct {
        const char *code, *topic, *since, *limit;
        const char *first, *second;
    } cases[] = {
        {"UNKNOWN_MIEN", 0, 0, 0, "--code: there is no code \"UNKNOWN_MIEN\"", "did you mean UNKNOWN_MINE?"},
        {"bad_tim", 0, 0, 0, "--code: there is no code \"bad_tim\"", "did you mean BAD_TIME?"},
        {"BAD_TIME,", 0, 0, 0, "--code: there is no code \"\"", "there are MALFORMED, UNKNOWN_SCHEMA,"},
        {"", 0, 0, 0, "--code: there is no code \"\"", "BAD_REFERENCE"},
        {"oops", 0, 0, 0, "--code: there is no code \"oops\"", "TOO_LATE, BAD_REFERENCE"},
        {0, "mine.cost", 0, 0, "--topic: \"mine.cost\"", "did you mean mine.costs?"},
        {0, "reference.mine", 0, 0, "--topic: \"reference.mine\"", "did you mean reference.mines?"},
        {0, "company.summaries", 0, 0, "--topic: \"company.summaries\"", "mine.production, mine.costs"},
        {0, "u.mine.costs", 0, 0, "--topic: \"u.mine.costs\"", ""},
        {0, 0, "yesterday", 0, "--since: \"yesterday\" is not a time", "30m, 12h or 7d"},
        {0, 0, "2003-06-30T15:00:00", 0, "--since: \"2003-06-30T15:00:00\" has no zone", "Z for UTC"},
        {0, 0, "5", 0, "--since: \"5\"", "30m"},
        {0, 0, "h", 0, "--since: \"h\"", "30m"},
        {0, 0, "-5m", 0, "--since: \"-5m\"", "30m"},
        {0, 0, "+5m", 0, "--since: \"+5m\"", "30m"},
        {0, 0, "5w", 0, "--since: \"5w\"", "30m"},
        {0, 0, "", 0, "--since: \"\"", "30m"},
        {0, 0, 0, "0", "--limit must be a whole number of 1 or more", "not \"0\""},
        {0, 0, 0, "-1", "--limit must be a whole number of 1 or more", "not \"-1\""},
        {0, 0, 0, "ten", "--limit must be a whole number of 1 or more", "not \"ten\""},
        {0, 0, 0, "99999999999999999999", "--limit must be a whole number of 1 or more", "not \"9999"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *codes[] = {TEXT(cases[i].code), NULL};
        const struct hf_letter_words words = {
            .codes = cases[i].code ? codes : NULL,
            .topic = TEXT(cases[i].topic),
            .since = TEXT(cases[i].since),
            .limit = TEXT(cases[i].limit),
        };
        struct hf_letter_filter filter;
        struct hf_error error;
        assert_int_equal(hf_letter_filter_init(&filter, &words, "t.", now_ms, &error), HF_EINVAL);
        if (!g_str_has_prefix(error.text, cases[i].first) || !strstr(error.text, cases[i].second))
            fail_msg("%s: expected %s … %s", error.text, cases[i].first, cases[i].second);
    }
}

static void the_limit_is_all_unless_given(void **state)
{
    const struct hf_letter_words none = {0}, three = {.limit = TEXT("3")};
    struct hf_letter_filter filter;
    struct hf_error error;
    (void)state;
    assert_int_equal(hf_letter_filter_init(&filter, &none, "", now_ms, &error), HF_OK);
    assert_true(filter.limit == INT64_MAX);
    assert_int_equal(hf_letter_filter_init(&filter, &three, "", now_ms, &error), HF_OK);
    assert_true(filter.limit == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_words_everything_passes),
        cmocka_unit_test(codes_are_lists_and_repeat),
        cmocka_unit_test(a_topic_is_named_with_or_without_prefix),
        cmocka_unit_test(a_key_is_compared_whole),
        cmocka_unit_test(since_is_a_time_or_a_span_before_now),
        cmocka_unit_test(what_can_not_be_meant_is_refused_by_option_and_value),
        cmocka_unit_test(the_limit_is_all_unless_given),
    };
    return cmocka_run_group_tests_name("cli_dead_letters_filter", tests, NULL, NULL);
}
