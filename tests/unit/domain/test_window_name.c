/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a window and what is printed of it have one name, and that no other text has one. */
#include "headframe/window_name.h"

#include <string.h>

#include "../unit.h"
#include "dates.h"

/* One of each kind, and the ends of what four digits can say. */
static const struct {
    const char *kind, *label;
} printed[] = {
    {"day", "2003-06-30"},
    {"day", "1970-01-01"},
    {"day", "1969-12-31"},
    {"day", "2004-02-29"},
    {"day", "0000-01-01"},
    {"day", "9999-12-31"},
    {"week", "2003-W27"},
    {"week", "2004-W53"},
    {"week", "1970-W01"},
    {"week", "0000-W01"},
    {"week", "9999-W52"},
    {"month", "2003-06"},
    {"month", "0000-01"},
    {"month", "9999-12"},
    {"quarter", "2003-Q2"},
    {"quarter", "FY2003-Q2"},
    {"quarter", "0000-Q1"},
    {"quarter", "FY9999-Q4"},
    {"half", "2003-H1"},
    {"half", "FY2003-H1"},
    {"half", "FY0000-H1"},
    {"half", "9999-H2"},
    {"year", "2003"},
    {"year", "FY2003"},
    {"year", "0000"},
    {"year", "FY9999"},
    {"all", "all"},
    {"rolling-1d", "rolling-1d"},
    {"rolling-7d", "rolling-7d"},
    {"rolling-7m", "rolling-7m"},
    {"rolling-12m", "rolling-12m"},
    {"rolling-9999d", "rolling-9999d"},
    {"rolling-9999m", "rolling-9999m"},
};

static uint64_t name_of(const char *kind, const char *label)
{
    uint64_t name = 0;
    if (hf_window_name_parse(kind, strlen(kind), label, strlen(label), &name) != HF_OK)
        fail_msg("%s \"%s\" is no window", kind, label);
    return name;
}

static struct hf_window window_of(const char *kind, int fiscal_start_month, const char *date)
{
    struct hf_window_spec spec;
    assert_int_equal(hf_window_spec_parse(kind, &spec, NULL), HF_OK);
    return spec.length ? hf_window_rolling(spec, date_of(date)) : hf_window_at(spec, fiscal_start_month, date_of(date));
}

/* Holds where the two texts print as they are, from the name that they have. */
static void assert_prints(uint64_t name, const char *kind, const char *label)
{
    char kind_text[HF_WINDOW_NAME], label_text[HF_WINDOW_LABEL];
    hf_window_name_format(name, kind_text, label_text);
    assert_string_equal(kind_text, kind);
    assert_string_equal(label_text, label);
}

static void texts_and_names_are_one_to_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(printed); i++) {
        uint64_t name = name_of(printed[i].kind, printed[i].label);
        assert_true(name > 0 && name <= (uint64_t)1 << 51);
        assert_prints(name, printed[i].kind, printed[i].label);
        for (size_t j = 0; j < i; j++)
            if (name_of(printed[j].kind, printed[j].label) == name)
                fail_msg("%s and %s have one name", printed[i].label, printed[j].label);
    }
}

/* All windows of a kind that touch five centuries, end to end: the labels ascend, so no two are alike. */
static void assert_names_of_kind(const char *kind, int fiscal_start_month)
{
    char last[HF_WINDOW_LABEL] = "", label[HF_WINDOW_LABEL];
    struct hf_window window = window_of(kind, fiscal_start_month, "1799-12-31");
    while (window.from <= date_of("2300-12-31")) {
        uint64_t name = hf_window_name(&window, fiscal_start_month);
        hf_window_label(&window, fiscal_start_month, label);
        assert_prints(name, kind, label);
        assert_true(name_of(kind, label) == name);
        if (strcmp(last, label) >= 0)
            fail_msg("%s comes after %s", label, last);
        memcpy(last, label, sizeof last);
        window = hf_window_at(window.spec, fiscal_start_month, window.through + 1);
    }
}

static void windows_of_five_centuries_have_the_names_of_their_labels(void **state)
{
    static const char *const kinds[] = {"day", "week", "month"}, *const fiscal_kinds[] = {"quarter", "half", "year"};
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++)
        assert_names_of_kind(kinds[i], 7);
    for (size_t i = 0; i < COUNT(fiscal_kinds); i++)
        for (int start = 1; start <= 12; start++)
            assert_names_of_kind(fiscal_kinds[i], start);
}

static void a_window_has_the_name_of_its_published_words(void **state)
{
    static const struct {
        const char *kind;
        int fiscal_start_month;
        const char *date, *label;
    } cases[] = {
        {"day", 7, "2003-06-30", "2003-06-30"},
        {"week", 7, "2005-01-02", "2004-W53"},
        {"month", 7, "2003-06-30", "2003-06"},
        {"quarter", 1, "2003-06-30", "2003-Q2"},
        {"half", 1, "2003-06-30", "2003-H1"},
        {"year", 1, "2003-06-30", "2003"},
        /* companies whose years start in different months share the name, not the dates */
        {"quarter", 7, "2002-10-01", "FY2003-Q2"},
        {"quarter", 10, "2003-01-01", "FY2003-Q2"},
        {"half", 2, "2004-02-29", "FY2005-H1"},
        {"half", 12, "2004-12-01", "FY2005-H1"},
        {"year", 12, "2003-12-31", "FY2004"},
        {"year", 2, "2004-01-31", "FY2004"},
        {"all", 7, "2003-06-30", "all"},
        /* whatever the clock */
        {"rolling-12m", 7, "2003-06-30", "rolling-12m"},
        {"rolling-12m", 1, "1900-01-01", "rolling-12m"},
        {"rolling-90d", 1, "1969-01-01", "rolling-90d"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_window window = window_of(cases[i].kind, cases[i].fiscal_start_month, cases[i].date);
        assert_prints(hf_window_name(&window, cases[i].fiscal_start_month), cases[i].kind, cases[i].label);
        assert_true(hf_window_name(&window, cases[i].fiscal_start_month) == name_of(cases[i].kind, cases[i].label));
    }
}

static void what_is_never_printed_has_no_name(void **state)
{
    static const struct {
        const char *kind, *label;
    } cases[] = {
        {"", ""},
        {"day", ""},
        {"", "2003-06-30"},
        {"fortnight", "2003-W27"},
        {"Day", "2003-06-30"},
        {"day ", "2003-06-30"},
        {"a kind of more than twenty-four bytes", "2003"},
        {"all", "all of it, from the first day to the last"},
        /* days, weeks and parts of a year that do not exist */
        {"day", "2003-02-29"},
        {"day", "2003-02-30"},
        {"day", "1900-02-29"},
        {"day", "2003-13-01"},
        {"month", "2003-00"},
        {"month", "2003-13"},
        {"week", "2003-W00"},
        {"week", "2003-W53"},
        {"week", "2003-W54"},
        {"week", "2004-W54"},
        {"week", "2003-W99"},
        {"quarter", "2003-Q0"},
        {"quarter", "2003-Q5"},
        {"quarter", "FY2003-Q5"},
        {"half", "2003-H0"},
        {"half", "2003-H3"},
        {"half", "FY2003-H3"},
        /* labels of other kinds */
        {"day", "2003-06"},
        {"week", "2003-06-30"},
        {"month", "2003-06-30"},
        {"month", "2003"},
        {"quarter", "2003-H1"},
        {"quarter", "2003"},
        {"quarter", "2003-W02"},
        {"half", "2003-Q1"},
        {"year", "2003-Q1"},
        {"year", "2003-01"},
        {"year", "all"},
        {"all", "2003"},
        {"all", ""},
        {"rolling-7d", "rolling-30d"},
        {"rolling-7d", "rolling-7m"},
        {"rolling-7d", "all"},
        {"all", "rolling-7d"},
        /* fiscal years are of quarters, halves and years */
        {"day", "FY2003-06-30"},
        {"week", "FY2003-W27"},
        {"month", "FY2003-06"},
        {"all", "FYall"},
        {"year", "FY"},
        {"year", "fy2003"},
        {"year", "FYFY2003"},
        /* other ways to write a number */
        {"rolling-07d", "rolling-07d"},
        {"rolling-07d", "rolling-7d"},
        {"rolling-7d", "rolling-07d"},
        {"rolling-0d", "rolling-0d"},
        {"rolling-10000d", "rolling-10000d"},
        {"day", "2003-6-30"},
        {"day", "03-06-30"},
        {"week", "2003-W7"},
        {"week", "2003-W007"},
        {"week", "2003-W999999999"},
        {"week", "2003-W+7"},
        {"week", "2003-W-1"},
        {"week", "2003W27"},
        {"week", "2003-w27"},
        {"month", "2003-6"},
        {"quarter", "2003-Q02"},
        {"quarter", "2003-Q"},
        {"quarter", "2003-"},
        {"quarter", "2003-q2"},
        {"quarter", "2003-Q2 "},
        {"quarter", " 2003-Q2"},
        {"quarter", "2003 Q2"},
        {"quarter", "2003-Q 2"},
        {"quarter", "2003-Q99999999999999999999"},
        {"year", "203"},
        {"year", "02003"},
        {"year", "+2003"},
        {"year", "-001"},
        {"year", "FY-001"},
        {"half", "-001-H1"},
        {"week", "-001-W01"},
        {"year", "20030"},
        {"week", "10000-W01"},
        {"year", "FY 2003"},
        {"year", "2003-"},
        {"year", "2003-01-01"},
        {"year", "99999999999999999999"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t name = 4711;
        if (hf_window_name_parse(cases[i].kind, strlen(cases[i].kind), cases[i].label, strlen(cases[i].label), &name) !=
            HF_EINVAL)
            fail_msg("%s \"%s\" was taken for a window", cases[i].kind, cases[i].label);
        assert_true(name == 4711);
    }
}

static void texts_are_read_by_length(void **state)
{
    uint64_t name = 0;
    (void)state;
    assert_int_equal(hf_window_name_parse("quarterly", 7, "2003-Q2|x", 7, &name), HF_OK);
    assert_prints(name, "quarter", "2003-Q2");
    assert_int_equal(hf_window_name_parse("quarter", 7, "2003-Q2\0", 8, &name), HF_EINVAL);
    assert_int_equal(hf_window_name_parse("quarter\0", 8, "2003-Q2", 7, &name), HF_EINVAL);
    assert_int_equal(hf_window_name_parse("quarter", 7, "2003-Q2", 6, &name), HF_EINVAL);
}

/* Every text that differs from a printed one in one byte is refused or is what its name prints. Returns how many were
 * taken. */
static int take_neighbours(const char *kind, const char *label)
{
    int taken = 0;
    size_t length = strlen(label);
    for (size_t i = 0; i < length; i++)
        for (int byte = 0; byte < 256; byte++) {
            char neighbour[HF_WINDOW_LABEL] = "";
            uint64_t name;
            memcpy(neighbour, label, length);
            neighbour[i] = (char)byte;
            if (hf_window_name_parse(kind, strlen(kind), neighbour, length, &name) != HF_OK)
                continue;
            assert_prints(name, kind, neighbour);
            taken++;
        }
    return taken;
}

static void only_what_is_printed_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(printed); i++)
        assert_true(take_neighbours(printed[i].kind, printed[i].label) >= (int)strlen(printed[i].label));
    assert_int_equal(take_neighbours("quarter", "2003-Q2"), 4 * 10 + 1 + 1 + 4);
    assert_int_equal(take_neighbours("half", "FY2003-H2"), 1 + 1 + 4 * 10 + 1 + 1 + 2);
    assert_int_equal(take_neighbours("year", "2003"), 4 * 10);
    assert_int_equal(take_neighbours("all", "all"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_names_are_one_to_one),
        cmocka_unit_test(windows_of_five_centuries_have_the_names_of_their_labels),
        cmocka_unit_test(a_window_has_the_name_of_its_published_words),
        cmocka_unit_test(what_is_never_printed_has_no_name),
        cmocka_unit_test(texts_are_read_by_length),
        cmocka_unit_test(only_what_is_printed_is_taken),
    };
    return cmocka_run_group_tests_name("window_name", tests, NULL, NULL);
}
