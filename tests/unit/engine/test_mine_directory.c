/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the directory holds reference.mines as it stands, and that a bad record leaves what stood. */
#include "headframe/mine_directory.h"

#include <string.h>

#include "../unit.h"
#include "bench.h"

static int apply(struct hf_mine_directory *mines, const char *key, const char *json, struct hf_error *error)
{
    const struct hf_record record = {.key = key,
                                     .key_length = key ? strlen(key) : 0,
                                     .value = json,
                                     .value_length = json ? strlen(json) : 0,
                                     .timestamp_ms = -1};
    return hf_mine_directory_apply(mines, &record, error);
}

static void a_mine_is_found_by_its_whole_id(void **state)
{
    struct hf_mine_directory *mines = hf_mine_directory_new();
    char long_id[80];
    (void)state;
    memset(long_id, 'x', sizeof long_id);
    assert_null(hf_mine_directory_find(mines, "gc", 2));
    bench_add_mine(mines, "gc", "America/Juneau", "07:00", "");
    bench_add_mine(mines, "g", "UTC", "00:00", "");
    assert_string_equal(hf_mine_directory_find(mines, "gcXX", 2)->id, "gc"); /* by length, not by NUL */
    assert_string_equal(hf_mine_directory_find(mines, "gc", 1)->id, "g");
    assert_null(hf_mine_directory_find(mines, "gcX", 3));
    assert_null(hf_mine_directory_find(mines, "", 0));
    for (size_t length = 3; length <= sizeof long_id; length++)
        assert_null(hf_mine_directory_find(mines, long_id, length));
    hf_mine_directory_free(&mines);
    assert_null(mines);
    hf_mine_directory_free(&mines);
}

static void the_last_record_of_a_mine_stands(void **state)
{
    struct hf_mine_directory *mines = hf_mine_directory_new();
    (void)state;
    bench_add_mine(mines, "gc", "UTC", "07:00", "");
    assert_int_equal(hf_mine_directory_find(mines, "gc", 2)->day_rule.day_start_s, 7 * 3600);
    bench_add_mine(mines, "gc", "UTC", "06:30", "");
    assert_int_equal(hf_mine_directory_find(mines, "gc", 2)->day_rule.day_start_s, 6 * 3600 + 1800);
    assert_int_equal(apply(mines, "gc", NULL, NULL), HF_OK);
    assert_null(hf_mine_directory_find(mines, "gc", 2));
    assert_int_equal(apply(mines, "gc", NULL, NULL), HF_OK); /* removed twice */
    hf_mine_directory_free(&mines);
}

static void a_bad_record_leaves_what_stood(void **state)
{
    static const struct {
        const char *key, *json, *words;
    } cases[] = {
        {"gc", "", "JSON"},
        {"gc", "[]", "object"},
        {"gc", "{\"mine_id\":\"gc\",\"primary_metal\":\"silver\"}", "time_zone"},
        {"gc", "{\"mine_id\":\"gc\",\"primary_metal\":\"silver\",\"time_zone\":\"Mars/Base\"}", "Mars/Base"},
        {"gc", "{\"mine_id\":\"gd\",\"primary_metal\":\"silver\",\"time_zone\":\"UTC\"}", "mine_id \"gd\""},
        {NULL, "{\"mine_id\":\"gc\",\"primary_metal\":\"silver\",\"time_zone\":\"UTC\"}", "key"},
        {NULL, NULL, "key"}, /* a tombstone needs a key too */
        {"", NULL, "key"},
        {"g|c", NULL, "key"},
        {"gc", "{\"mine_id\":\"gc\",\"primary_metal\":\"mithril\",\"time_zone\":\"UTC\"}", "primary_metal \"mithril\""},
    };
    struct hf_mine_directory *mines = hf_mine_directory_new();
    (void)state;
    bench_add_mine(mines, "gc", "UTC", "07:00", "");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_error error = {0};
        assert_int_equal(apply(mines, cases[i].key, cases[i].json, &error), HF_EINVAL);
        assert_int_equal(error.action, HF_ACTION_BAD_INPUT);
        if (!strstr(error.text, cases[i].words))
            fail_msg("case %zu: \"%s\"", i, error.text);
        assert_int_equal(hf_mine_directory_find(mines, "gc", 2)->day_rule.day_start_s, 7 * 3600);
    }
    assert_null(hf_mine_directory_find(mines, "gd", 2));
    hf_mine_directory_free(&mines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mine_is_found_by_its_whole_id),
        cmocka_unit_test(the_last_record_of_a_mine_stands),
        cmocka_unit_test(a_bad_record_leaves_what_stood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
