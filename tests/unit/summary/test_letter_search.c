/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a record has a letter when one names its place, and not otherwise. */
#include <string.h>

#include "../engine/headers.h"
#include "../unit.h"
#include "letter_search.h"

static const char topic[] = "test.reference.mines";

static struct hf_record record_at(int32_t partition, int64_t offset)
{
    return (struct hf_record){.partition = partition, .offset = offset};
}

static void take_headers(struct letter_search *search, const struct hf_header *headers, size_t count)
{
    struct test_headers all = {headers, count};
    struct hf_record letter = {.message = &all};
    letter_search_take(search, &letter);
}

static void take(struct letter_search *search, const char *name, const char *partition, const char *offset)
{
    const struct hf_header headers[] = {
        {"headframe-error", "BAD_REFERENCE", 13},
        {"headframe-topic", name, strlen(name)},
        {"headframe-partition", partition, strlen(partition)},
        {"headframe-offset", offset, strlen(offset)},
    };
    take_headers(search, headers, 4);
}

static void a_letter_names_the_place_of_its_record(void **state)
{
    (void)state;
    static const struct {
        const char *topic, *partition, *offset;
        int is_missing;
    } cases[] = {
        {topic, "3", "17", 0},
        {topic, "2", "17", 1},
        {topic, "3", "1", 1},
        {topic, "3", "170", 1},
        {"reference.mines", "3", "17", 1},
        {"", "", "", 1},
    };
    struct hf_record record = record_at(3, 17), other = record_at(3, 18);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct letter_search *search = letter_search_new();
        letter_search_add(search, topic, &record);
        letter_search_add(search, topic, &other);
        take(search, cases[i].topic, cases[i].partition, cases[i].offset);
        assert_int_equal(letter_search_is_missing(search, topic, &record), cases[i].is_missing);
        assert_true(letter_search_is_missing(search, topic, &other));
        assert_int_equal(letter_search_count(search), 1 + cases[i].is_missing);
        letter_search_free(&search);
    }
}

static void what_was_not_looked_for_is_not_missing(void **state)
{
    (void)state;
    struct hf_record record = record_at(0, 1);
    struct letter_search *search = letter_search_new();
    assert_false(letter_search_is_missing(search, topic, &record));
    take(search, topic, "0", "1");
    assert_int_equal(letter_search_count(search), 0);
    letter_search_free(&search);
}

/* A record that was replayed and refused again, or copied, brings the headers of an older letter along. */
static void the_last_header_of_a_name_counts(void **state)
{
    (void)state;
    const struct hf_header headers[] = {
        {"headframe-topic", "elsewhere", 9}, {"headframe-partition", "0", 1},
        {"headframe-offset", "5", 1},        {"headframe-topic", topic, sizeof topic - 1},
        {"headframe-partition", "1", 1},     {"headframe-offset", "6", 1},
        {"headframe-offset", NULL, 0},
    };
    struct hf_record record = record_at(1, 6);
    struct letter_search *search = letter_search_new();
    letter_search_add(search, topic, &record);
    take_headers(search, headers, 7);
    assert_false(letter_search_is_missing(search, topic, &record));
    letter_search_free(&search);
}

static void what_has_many_headers_or_none_is_taken(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    struct hf_header headers[MANY + 3];
    struct hf_record record = record_at(0, 2);
    for (int i = 0; i < MANY; i++)
        headers[i] = (struct hf_header){"trace", "x", 1};
    headers[MANY] = (struct hf_header){"headframe-topic", topic, sizeof topic - 1};
    headers[MANY + 1] = (struct hf_header){"headframe-partition", "0", 1};
    headers[MANY + 2] = (struct hf_header){"headframe-offset", "2", 1};
    struct letter_search *search = letter_search_new();
    letter_search_add(search, topic, &record);
    take_headers(search, NULL, 0);
    assert_true(letter_search_is_missing(search, topic, &record));
    take_headers(search, headers, MANY + 3);
    assert_false(letter_search_is_missing(search, topic, &record));
    letter_search_free(&search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_names_the_place_of_its_record),
        cmocka_unit_test(what_was_not_looked_for_is_not_missing),
        cmocka_unit_test(the_last_header_of_a_name_counts),
        cmocka_unit_test(what_has_many_headers_or_none_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
