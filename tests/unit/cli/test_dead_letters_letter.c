/* SPDX-License-Identifier: Apache-2.0 */
/* Proves where a letter is, which headers of it are believed, and in which order letters stand. */
#include "dead_letters_letter.h"

#include <glib.h>
#include <string.h>

#include "../engine/headers.h"
#include "../unit.h"
#include "headframe/topics.h"
#include "record_headers.h"

#define HEADER(name, text)           \
    {                                \
        name, text, sizeof(text) - 1 \
    }

static struct hf_letter *letter_of(const struct hf_header *headers, size_t count)
{
    struct test_headers all = {headers, count};
    const struct hf_record record = {
        .partition = 3,
        .offset = 42,
        .timestamp_ms = 1056985200123,
        .key = "k",
        .key_length = 1,
        .message = &all,
    };
    return hf_letter_new(&record);
}

static void places_are_partition_and_offset(void **state)
{
    static const struct {
        const char *text;
        int32_t partition;
        int64_t offset;
    } cases[] = {
        {"0:0", 0, 0},
        {"3:42", 3, 42},
        {"2147483647:9223372036854775807", INT32_MAX, INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_place place;
        char text[HF_PLACE_TEXT];
        assert_int_equal(hf_place_parse(cases[i].text, strlen(cases[i].text), &place, NULL), HF_OK);
        assert_int_equal(place.partition, cases[i].partition);
        assert_true(place.offset == cases[i].offset);
        assert_string_equal(hf_place_format(place, text), cases[i].text);
    }
}

static void what_is_no_place_is_named(void **state)
{
    static const char *const cases[] = {"",      "7",     ":",    "1:",   ":1",          "-1:3", "1:-3",
                                        "1:2:3", " 1:2",  "1:2 ", "+1:2", "0x1:2",       "a:b",  "mine.production:1",
                                        "1,2",   "1:1.5", "1@2",  "1 2",  "2147483648:0"};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_place place = {-7, -7};
        struct hf_error error;
        assert_int_equal(hf_place_parse(cases[i], strlen(cases[i]), &place, &error), HF_EINVAL);
        assert_int_equal(place.partition, -7);
        g_autofree char *named = g_strdup_printf("\"%s\" is not the place of a letter, PARTITION:OFFSET", cases[i]);
        assert_true(g_str_has_prefix(error.text, named));
    }
}

static void a_letter_says_why_and_whence(void **state)
{
    static const struct hf_header headers[] = {
        HEADER("trace", "x"),
        HEADER("headframe-error", "UNKNOWN_MINE"),
        HEADER("headframe-detail", "no mine"),
        HEADER("headframe-topic", "t.mine.costs"),
        HEADER("headframe-partition", "2"),
        HEADER("headframe-offset", "4100000000"),
        HEADER("headframe-daemon", "headframe-costs"),
    };
    struct hf_letter *letter = letter_of(headers, COUNT(headers));
    gsize length;
    (void)state;
    assert_int_equal(letter->place.partition, 3);
    assert_int_equal(letter->place.offset, 42);
    assert_true(letter->written_ms == 1056985200123);
    assert_string_equal(letter->code, "UNKNOWN_MINE");
    assert_string_equal(letter->detail, "no mine");
    assert_string_equal(letter->topic, "t.mine.costs");
    assert_string_equal(letter->daemon, "headframe-costs");
    assert_null(letter->digest);
    assert_int_equal(letter->partition, 2);
    assert_true(letter->offset == 4100000000);
    assert_memory_equal(g_bytes_get_data(letter->key, &length), "k", 1);
    assert_int_equal(length, 1);
    hf_letter_free(&letter);
    assert_null(letter);
    hf_letter_free(&letter);
}

static void a_strangers_record_is_a_letter_without_origin(void **state)
{
    static const struct hf_header headers[] = {
        HEADER("headframe-partition", "two"),
        HEADER("headframe-offset", "-1"),
        {"headframe-topic", NULL, 0},
    };
    struct hf_letter *letter = letter_of(headers, COUNT(headers));
    (void)state;
    assert_null(letter->code);
    assert_null(letter->topic);
    assert_int_equal(letter->partition, -1);
    assert_true(letter->offset == -1);
    hf_letter_free(&letter);
}

/* A record that was copied from another cluster's dead letters to an input topic, and refused there too. */
static void the_last_header_of_a_name_is_the_one_that_was_added(void **state)
{
    static const struct hf_header headers[] = {
        HEADER("headframe-error", "OLD"), HEADER("headframe-topic", "old"), HEADER("headframe-replayed-from", "0:1"),
        HEADER("headframe-offset", "1"),  HEADER("headframe-error", "NEW"), HEADER("headframe-topic", "new"),
        HEADER("headframe-offset", "2"),
    };
    static const int are_added[COUNT(headers)] = {0, 0, 0, 0, 1, 1, 1};
    struct test_headers all = {headers, COUNT(headers)};
    struct hf_record record = {.message = &all};
    struct hf_letter *letter = letter_of(headers, COUNT(headers));
    g_autoptr(GArray) array = hf_record_all_headers(&record);
    g_autofree char *is_added = hf_letter_added_headers(array);
    (void)state;
    assert_string_equal(letter->code, "NEW");
    assert_string_equal(letter->topic, "new");
    assert_true(letter->offset == 2);
    for (guint i = 0; i < COUNT(headers); i++)
        assert_int_equal(is_added[i], are_added[i]);
    hf_letter_free(&letter);
}

static void no_header_is_lost_however_many_there_are(void **state)
{
    static const size_t counts[] = {0, 1, 63, 64, 65, 128, 1000};
    struct hf_header headers[1000];
    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++)
        headers[i] = (struct hf_header){i == 999 ? "last" : "other", NULL, i};
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct test_headers all = {headers, counts[i]};
        struct hf_record record = {.message = &all};
        g_autoptr(GArray) array = hf_record_all_headers(&record);
        assert_int_equal(array->len, counts[i]);
        for (guint j = 0; j < array->len; j++)
            assert_int_equal(g_array_index(array, struct hf_header, j).length, j);
        assert_int_equal(hf_header_find_last(array, "last") != NULL, counts[i] == 1000);
    }
}

static void letters_come_from_topics_that_daemons_read(void **state)
{
    (void)state;
    assert_int_equal(hf_letter_topic_find("mine.costs", ""), HF_TOPIC_COSTS);
    assert_int_equal(hf_letter_topic_find("t.mine.costs", "t."), HF_TOPIC_COSTS);
    assert_int_equal(hf_letter_topic_find("company.guidance", ""), HF_TOPIC_GUIDANCE);
    assert_int_equal(hf_letter_topic_find("mine.costs", "t."), -1);
    assert_int_equal(hf_letter_topic_find("t.mine.costs", ""), -1);
    assert_int_equal(hf_letter_topic_find("company.summaries", ""), -1);
    assert_int_equal(hf_letter_topic_find("headframe.dead-letters", ""), -1);
}

static void letters_stand_by_time_then_place(void **state)
{
    static const struct {
        int64_t written_ms;
        struct hf_place place;
    } sorted[] = {{-1, {9, 9}}, {5, {2, 7}}, {6, {0, 10}}, {6, {1, 2}}, {6, {1, 10}}, {7, {0, 0}}};
    static const size_t shuffled[] = {4, 0, 5, 2, 1, 3};
    struct hf_letter letters[COUNT(sorted)] = {0};
    g_autoptr(GPtrArray) array = g_ptr_array_new();
    (void)state;
    for (size_t i = 0; i < COUNT(sorted); i++) {
        letters[i].written_ms = sorted[i].written_ms;
        letters[i].place = sorted[i].place;
    }
    for (size_t i = 0; i < COUNT(shuffled); i++)
        g_ptr_array_add(array, &letters[shuffled[i]]);
    g_ptr_array_sort(array, hf_letter_compare);
    for (guint i = 0; i < array->len; i++)
        assert_ptr_equal(g_ptr_array_index(array, i), &letters[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_partition_and_offset),
        cmocka_unit_test(what_is_no_place_is_named),
        cmocka_unit_test(a_letter_says_why_and_whence),
        cmocka_unit_test(a_strangers_record_is_a_letter_without_origin),
        cmocka_unit_test(the_last_header_of_a_name_is_the_one_that_was_added),
        cmocka_unit_test(no_header_is_lost_however_many_there_are),
        cmocka_unit_test(letters_come_from_topics_that_daemons_read),
        cmocka_unit_test(letters_stand_by_time_then_place),
    };
    return cmocka_run_group_tests_name("cli_dead_letters_letter", tests, NULL, NULL);
}
