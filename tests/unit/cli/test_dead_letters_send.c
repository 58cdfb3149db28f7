/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which headers a replayed record has, and which letters a command line names. */
#include "dead_letters_send.h"

#include <glib.h>
#include <string.h>

#include "../unit.h"
#include "dead_letters_read.h"

/* Arguments are char *, whoever owns them. */
#define TEXT(text) ((char *)(text))

static void a_replayed_record_has_its_own_headers_and_a_receipt(void **state)
{
    static const struct hf_header all[] = {
        {"trace", "a", 1},
        {"headframe-error", "OLD", 3},
        {"trace", NULL, 0},
        {"headframe-replayed-from", "0:1", 3},
        {"headframe", "kept", 4},
        {"headframe-of-a-later-version", "x", 1},
        {"headframe-offset", "7", 1},
    };
    static const struct hf_header kept[] = {
        {"trace", "a", 1}, {"trace", NULL, 0}, {"headframe", "kept", 4}, {"headframe-replayed-from", "3:42", 4}};
    g_autoptr(GArray) headers = g_array_new(FALSE, FALSE, sizeof(struct hf_header));
    (void)state;
    g_array_append_vals(headers, all, COUNT(all));
    g_autoptr(GArray) out = hf_replay_headers(headers, "3:42");
    assert_int_equal(out->len, COUNT(kept));
    for (guint i = 0; i < out->len; i++) {
        const struct hf_header *header = &g_array_index(out, struct hf_header, i);
        assert_string_equal(header->name, kept[i].name);
        assert_int_equal(header->length, kept[i].length);
        if (kept[i].value)
            assert_memory_equal(header->value, kept[i].value, kept[i].length);
        else
            assert_null(header->value);
    }
}

static void places_are_sorted_and_each_is_named_once(void **state)
{
    char *words[] = {TEXT("1:10"), TEXT("0:7"), TEXT("1:2"), TEXT("1:10"), TEXT("1:10")};
    static const struct hf_place sorted[] = {{0, 7}, {1, 2}, {1, 10}};
    struct hf_error error;
    (void)state;
    g_autoptr(GArray) places = hf_places_parse(words, COUNT(words), &error);
    assert_int_equal(places->len, COUNT(sorted));
    for (guint i = 0; i < places->len; i++)
        assert_int_equal(hf_place_compare(&g_array_index(places, struct hf_place, i), &sorted[i]), 0);
}

static void one_wrong_place_refuses_them_all(void **state)
{
    char *words[] = {TEXT("1:10"), TEXT("7")};
    struct hf_error error;
    (void)state;
    assert_null(hf_places_parse(words, COUNT(words), &error));
    assert_non_null(strstr(error.text, "\"7\" is not the place of a letter"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replayed_record_has_its_own_headers_and_a_receipt),
        cmocka_unit_test(places_are_sorted_and_each_is_named_once),
        cmocka_unit_test(one_wrong_place_refuses_them_all),
    };
    return cmocka_run_group_tests_name("cli_dead_letters_send", tests, NULL, NULL);
}
