/* SPDX-License-Identifier: Apache-2.0 */
/* Proves which words are taken for a slip of the hand. */
#include "similar.h"

#include <string.h>

#include "../unit.h"

static void distance_counts_single_characters(void **state)
{
    static const struct {
        const char *a, *b;
        int distance;
    } cases[] = {
        {"", "", 0},
        {"", "cat", 3},
        {"cat", "", 3},
        {"cat", "cat", 0},
        {"cat", "cut", 1},
        {"cat", "cats", 1},
        {"sumary", "summary", 1},
        {"kitten", "sitting", 3},
        {"topisc", "topics", 2},
        {"2003-H2", "2003-H1", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(hf_similar_distance(cases[i].a, cases[i].b), cases[i].distance);
        assert_int_equal(hf_similar_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

static void long_words_count_up_to_their_63rd_byte(void **state)
{
    char a[200], b[200];
    (void)state;
    memset(a, 'x', sizeof a - 1);
    memset(b, 'y', sizeof b - 1);
    a[sizeof a - 1] = b[sizeof b - 1] = '\0';
    assert_int_equal(hf_similar_distance(a, b), 63);
}

static void slips_are_told_from_other_words(void **state)
{
    (void)state;
    assert_true(hf_similar_is_slip("sumary", "summary"));
    assert_true(hf_similar_is_slip("topisc", "topics"));
    assert_true(hf_similar_is_slip("pub", "publish"));
    assert_true(hf_similar_is_slip("cut", "cat"));
    assert_false(hf_similar_is_slip("dog", "cat"));
    assert_false(hf_similar_is_slip("frobnicate", "publish"));
    assert_false(hf_similar_is_slip("p", "publish"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_single_characters),
        cmocka_unit_test(long_words_count_up_to_their_63rd_byte),
        cmocka_unit_test(slips_are_told_from_other_words),
    };
    return cmocka_run_group_tests_name("cli_similar", tests, NULL, NULL);
}
