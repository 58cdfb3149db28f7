/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the table of topics is the contract's, row by row. */
#include "headframe/topics.h"

#include <stdlib.h>
#include <string.h>

#include "../unit.h"

/* Contract, sections 2, 4 and 7. */
static const struct {
    const char *name;
    int is_compacted;
    const char *follows; /* NULL: stands alone */
    enum hf_topic_format format;
} expected[] = {
    {"mine.production", 0, NULL, HF_FORMAT_AVRO},
    {"mine.costs", 0, NULL, HF_FORMAT_AVRO},
    {"reference.companies", 1, NULL, HF_FORMAT_JSON},
    {"reference.mines", 1, NULL, HF_FORMAT_JSON},
    {"market.prices", 1, NULL, HF_FORMAT_JSON},
    {"market.fx", 1, NULL, HF_FORMAT_JSON},
    {"company.guidance", 1, NULL, HF_FORMAT_JSON},
    {"market.peers", 1, NULL, HF_FORMAT_JSON},
    {"headframe.production-days", 1, "mine.production", HF_FORMAT_DAYS},
    {"headframe.cost-days", 1, "mine.costs", HF_FORMAT_DAYS},
    {"headframe.production.state", 1, "mine.production", HF_FORMAT_STATE},
    {"headframe.costs.state", 1, "mine.costs", HF_FORMAT_STATE},
    {"headframe.reference-standing", 1, NULL, HF_FORMAT_JSON}, /* ours: docs/decisions.md */
    {"mine.summaries", 1, NULL, HF_FORMAT_JSON},
    {"company.summaries", 1, NULL, HF_FORMAT_JSON},
    {"company.scorecards", 1, NULL, HF_FORMAT_JSON},
    {"company.releases", 0, NULL, HF_FORMAT_JSON},
    {"headframe.quarantine", 1, NULL, HF_FORMAT_JSON},
    {"headframe.restatements", 0, NULL, HF_FORMAT_JSON},
    {"headframe.dead-letters", 0, NULL, HF_FORMAT_ORIGINAL},
};

static void every_topic_of_the_contract_has_its_row(void **state)
{
    (void)state;
    assert_int_equal(COUNT(expected), HF_TOPIC_COUNT);
    for (size_t i = 0; i < COUNT(expected); i++) {
        int topic = hf_topic_find(expected[i].name);
        if (topic < 0)
            fail_msg("%s is missing", expected[i].name);
        const struct hf_topic_info *info = hf_topic_info((enum hf_topic)topic);
        const char *follows = expected[i].follows ? expected[i].follows : expected[i].name;
        assert_string_equal(info->name, expected[i].name);
        assert_int_equal(info->is_compacted, expected[i].is_compacted);
        assert_string_equal(hf_topic_info(info->follows)->name, follows);
        assert_int_equal(info->format, expected[i].format);
        assert_true(strlen(info->holds) > 0);
    }
}

static void a_name_leads_back_to_its_topic(void **state)
{
    static const char *const others[] = {"", "mine", "mine.productio", "mine.productions", "test.mine.production"};
    (void)state;
    for (int topic = 0; topic < HF_TOPIC_COUNT; topic++)
        assert_int_equal(hf_topic_find(hf_topic_info((enum hf_topic)topic)->name), topic);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_int_equal(hf_topic_find(others[i]), -1);
}

static void a_prefix_stands_before_the_name_as_it_is(void **state)
{
    char *plain = hf_topic_name("", HF_TOPIC_COSTS), *prefixed = hf_topic_name("test.", HF_TOPIC_COSTS);
    (void)state;
    assert_string_equal(plain, "mine.costs");
    assert_string_equal(prefixed, "test.mine.costs");
    free(plain);
    free(prefixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_topic_of_the_contract_has_its_row),
        cmocka_unit_test(a_name_leads_back_to_its_topic),
        cmocka_unit_test(a_prefix_stands_before_the_name_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
