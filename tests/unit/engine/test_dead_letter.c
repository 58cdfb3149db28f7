/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a dead letter carries the original bytes and headers, and says why, where and by whom it was refused. */
#include "headframe/dead_letter.h"

#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "headers.h"
#include "headframe/kafka_transaction.h"
#include "outputs.h"

static const struct hf_refusal refusal = {HF_REFUSAL_BAD_ID, "event_id \"a|b\" is not an identifier"};

static struct outputs *publish(struct hf_dead_letters *letters)
{
    struct outputs *outputs = outputs_new();
    assert_int_equal(hf_dead_letters_publish(letters, &outputs->sink, NULL), HF_OK);
    return outputs;
}

static struct outputs *publish_one(const struct hf_record *record)
{
    struct hf_dead_letters *letters = hf_dead_letters_new("headframe-test");
    hf_dead_letters_add(letters, "test.mine.production", record, &refusal);
    struct outputs *outputs = publish(letters);
    assert_int_equal(outputs->list->len, 1);
    hf_dead_letters_free(&letters);
    assert_null(letters);
    hf_dead_letters_free(&letters); /* NULL is accepted */
    return outputs;
}

/* Holds where the headers, joined by line feeds, are text. */
static void assert_headers(const struct output *letter, const char *text)
{
    g_ptr_array_add(letter->headers, NULL);
    g_autofree char *shown = g_strjoinv("\n", (char **)letter->headers->pdata);
    g_ptr_array_remove_index(letter->headers, letter->headers->len - 1);
    assert_string_equal(shown, text);
}

#define OWN_HEADERS                                                                                    \
    "headframe-error=BAD_ID\nheadframe-detail=event_id \"a|b\" is not an identifier\n"                 \
    "headframe-topic=test.mine.production\nheadframe-partition=3\nheadframe-offset=9007199254740993\n" \
    "headframe-daemon=headframe-test"

static void the_original_stays_and_six_headers_say_why(void **state)
{
    static const struct hf_header original[] = {
        {"trace", "abc", 3}, {"nothing", NULL, 0}, {"trace", "d", 1}, {"empty", "", 0}};
    struct test_headers headers = {original, COUNT(original)};
    const struct hf_record record = {
        .partition = 3,
        .offset = 9007199254740993, /* 2^53 + 1 */
        .key = "gc",
        .key_length = 2,
        .value = "a\0b",
        .value_length = 3,
        .message = &headers,
    };
    struct outputs *outputs = publish_one(&record);
    const struct output *letter = output_at(outputs, 0);
    (void)state;
    assert_int_equal(letter->topic, HF_TOPIC_DEAD_LETTERS);
    assert_int_equal(letter->partition, HF_PARTITION_BY_KEY);
    assert_int_equal(letter->key_length, 2);
    assert_string_equal(letter->key, "gc");
    assert_int_equal(letter->value_length, 3);
    assert_memory_equal(letter->value, "a\0b", 3);
    assert_headers(letter, "trace=abc\nnothing=(null)\ntrace=d\nempty=\n" OWN_HEADERS);
    outputs_free(outputs);
}

static void null_and_empty_stay_apart(void **state)
{
    struct hf_record record = {.partition = 3, .offset = 9007199254740993};
    struct outputs *outputs = publish_one(&record);
    (void)state;
    assert_null(output_at(outputs, 0)->key);
    assert_null(output_at(outputs, 0)->value);
    assert_headers(output_at(outputs, 0), OWN_HEADERS);
    outputs_free(outputs);
    record.key = record.value = "";
    outputs = publish_one(&record);
    assert_non_null(output_at(outputs, 0)->key);
    assert_non_null(output_at(outputs, 0)->value);
    assert_int_equal(output_at(outputs, 0)->key_length, 0);
    assert_int_equal(output_at(outputs, 0)->value_length, 0);
    outputs_free(outputs);
}

static void a_record_may_have_any_number_of_headers(void **state)
{
    enum { HEADERS = 300 };
    struct hf_header *original = calloc(HEADERS, sizeof *original);
    (void)state;
    for (size_t i = 0; i < HEADERS; i++)
        original[i] = (struct hf_header){"trace", "abc", i % 4};
    for (size_t count = 0; count <= HEADERS; count++) {
        struct test_headers headers = {original, count};
        const struct hf_record record = {.value = "v", .value_length = 1, .message = &headers};
        struct outputs *outputs = publish_one(&record);
        assert_int_equal(output_at(outputs, 0)->headers->len, count + 6);
        if (count)
            assert_int_equal(strlen(output_at(outputs, 0)->headers->pdata[count - 1]), 6 + (count - 1) % 4);
        outputs_free(outputs);
    }
    free(original);
}

/* The reader's memory is gone when the transaction is written. */
static void what_is_kept_is_a_copy(void **state)
{
    char key[] = "gc", value[] = "body", name[] = "trace", header[] = "abc";
    struct hf_header original = {name, header, 3};
    struct test_headers headers = {&original, 1};
    const struct hf_record record = {
        .key = key, .key_length = 2, .value = value, .value_length = 4, .message = &headers};
    struct hf_refusal why = refusal;
    struct hf_dead_letters *letters = hf_dead_letters_new("headframe-test");
    char topic[] = "mine.production";
    (void)state;
    hf_dead_letters_add(letters, topic, &record, &why);
    memset(key, 'x', 2);
    memset(value, 'x', 4);
    memset(name, 'x', 5);
    memset(header, 'x', 3);
    memset(topic, 'x', 5);
    memset(why.detail, 'x', 5);
    struct outputs *outputs = publish(letters);
    assert_string_equal(output_at(outputs, 0)->key, "gc");
    assert_string_equal(output_at(outputs, 0)->value, "body");
    assert_string_equal(output_header(output_at(outputs, 0), "trace"), "abc");
    assert_string_equal(output_header(output_at(outputs, 0), "headframe-topic"), "mine.production");
    assert_string_equal(output_header(output_at(outputs, 0), "headframe-detail"), refusal.detail);
    outputs_free(outputs);
    hf_dead_letters_free(&letters);
}

/* XXH3-128 of 8 MiB of zero bytes, by xxHash alone. */
#define ZEROS_DIGEST "9d6bf1a4e92df02ce881a25e37e37b19"

static void a_record_too_large_leaves_a_digest_instead_of_its_bytes(void **state)
{
    static const struct hf_header original[] = {{"trace", "abc", 3}};
    struct test_headers headers = {original, 1};
    char *zeros = calloc(1, HF_RECORD_LIMIT_BYTES);
    const struct hf_record record = {
        .partition = 3,
        .offset = 9007199254740993,
        .key = "gc",
        .key_length = 2,
        .value = zeros,
        .value_length = HF_RECORD_LIMIT_BYTES,
        .message = &headers,
    };
    struct outputs *outputs = publish_one(&record);
    (void)state;
    assert_null(output_at(outputs, 0)->key);
    assert_null(output_at(outputs, 0)->value);
    assert_headers(output_at(outputs, 0), OWN_HEADERS "\nheadframe-digest=xxh3-128:" ZEROS_DIGEST " bytes:8388608");
    outputs_free(outputs);
    free(zeros);
}

/* With its own headers the letter must still fit; 64 KiB are kept free for them. */
static void the_largest_record_that_is_forwarded_leaves_room_for_headers(void **state)
{
    enum { ROOM = 64 * 1024 };
    static const struct {
        size_t length;
        int is_forwarded;
    } cases[] = {{HF_RECORD_LIMIT_BYTES - ROOM - 2, 1}, {HF_RECORD_LIMIT_BYTES - ROOM - 1, 0}, {1024 * 1024, 1}};
    char *zeros = calloc(1, HF_RECORD_LIMIT_BYTES);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct hf_record record = {.key = "gc", .key_length = 2, .value = zeros, .value_length = cases[i].length};
        struct outputs *outputs = publish_one(&record);
        assert_int_equal(output_at(outputs, 0)->value != NULL, cases[i].is_forwarded);
        assert_int_equal(output_at(outputs, 0)->key != NULL, cases[i].is_forwarded);
        assert_int_equal(output_header(output_at(outputs, 0), "headframe-digest") == NULL, cases[i].is_forwarded);
        outputs_free(outputs);
    }
    free(zeros);
}

static void a_list_is_written_in_order_and_then_forgotten(void **state)
{
    static const char *const values[] = {"one", "two", "three"};
    struct hf_dead_letters *letters = hf_dead_letters_new("headframe-test");
    size_t bytes = 0;
    (void)state;
    assert_int_equal(hf_dead_letters_count(letters), 0);
    assert_int_equal(hf_dead_letters_bytes(letters), 0);
    for (size_t i = 0; i < COUNT(values); i++) {
        const struct hf_record record = {.value = values[i], .value_length = strlen(values[i])};
        hf_dead_letters_add(letters, "mine.production", &record, &refusal);
        assert_int_equal(hf_dead_letters_count(letters), i + 1);
        assert_true(hf_dead_letters_bytes(letters) >= bytes + strlen(values[i]));
        bytes = hf_dead_letters_bytes(letters);
    }
    struct outputs *outputs = publish(letters);
    assert_int_equal(outputs->list->len, 3);
    for (size_t i = 0; i < COUNT(values); i++)
        assert_string_equal(output_at(outputs, i)->value, values[i]);
    outputs_free(outputs);
    assert_int_equal(hf_dead_letters_count(letters), 0);
    assert_int_equal(hf_dead_letters_bytes(letters), 0);
    outputs = publish(letters);
    assert_int_equal(outputs->list->len, 0);
    outputs_free(outputs);
    hf_dead_letters_free(&letters);
}

static void a_sink_that_fails_is_told(void **state)
{
    struct hf_dead_letters *letters = hf_dead_letters_new("headframe-test");
    struct outputs *outputs = outputs_new();
    const struct hf_record record = {.value = "v", .value_length = 1};
    struct hf_error error = {0};
    (void)state;
    for (int i = 0; i < 3; i++)
        hf_dead_letters_add(letters, "mine.production", &record, &refusal);
    outputs->fails_after = 1;
    assert_int_equal(hf_dead_letters_publish(letters, &outputs->sink, &error), HF_EIO);
    assert_int_equal(error.action, HF_ACTION_REBUILD);
    assert_int_equal(outputs->list->len, 1);
    outputs_free(outputs);
    hf_dead_letters_free(&letters);
}

/* The sentence that stands in its value is no bytes of it. */
static void a_damaged_batch_leaves_its_offsets(void **state)
{
    const struct hf_record record = {
        .partition = 3,
        .offset = 9007199254740993,
        .last_offset = 9007199254741000,
        .value = "why",
        .value_length = 3,
        .is_damaged = 1,
    };
    struct outputs *outputs = publish_one(&record);
    const struct output *letter = output_at(outputs, 0);
    (void)state;
    assert_null(letter->key);
    assert_null(letter->value);
    assert_headers(letter, OWN_HEADERS "\nheadframe-digest=none: the batch could not be read"
                                       "\nheadframe-last-offset=9007199254741000");
    outputs_free(outputs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_original_stays_and_six_headers_say_why),
        cmocka_unit_test(null_and_empty_stay_apart),
        cmocka_unit_test(a_record_may_have_any_number_of_headers),
        cmocka_unit_test(what_is_kept_is_a_copy),
        cmocka_unit_test(a_record_too_large_leaves_a_digest_instead_of_its_bytes),
        cmocka_unit_test(the_largest_record_that_is_forwarded_leaves_room_for_headers),
        cmocka_unit_test(a_damaged_batch_leaves_its_offsets),
        cmocka_unit_test(a_list_is_written_in_order_and_then_forgotten),
        cmocka_unit_test(a_sink_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
