/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a day is written, byte for byte, as protobuf-c would write it. */
#include <stdlib.h>
#include <string.h>

#include "../unit.h"
#include "days.pb-c.h"
#include "headframe/day_codec.h"
#include "headframe/vocabulary.h"

enum { ROUNDS = 20000, DATE_SPAN = 120000, LINES = 40 };

static int32_t any_date(uint64_t *random)
{
    return (int32_t)random_between(random, -DATE_SPAN / 2, DATE_SPAN);
}

/* Amounts of every width, zero and negative ones among them. */
static hf_int128 any_amount(uint64_t *random)
{
    hf_int128 amount = random_int128(random, (int)random_between(random, 1, 109));
    return random_next(random) % 8 ? amount : 0;
}

static uint16_t any_line(uint64_t *random, enum hf_line_kind kind)
{
    if (kind == HF_LINES_COST)
        return hf_cost_line((enum hf_element)(random_next(random) % HF_ELEMENT_COUNT),
                            (int)(random_next(random) % (uint64_t)hf_currency_count()));
    return hf_production_line((int)(random_next(random) % (uint64_t)hf_material_count()),
                              (enum hf_stage)(random_next(random) % HF_STAGE_COUNT),
                              (enum hf_quality)(random_next(random) % HF_QUALITY_COUNT));
}

/* One stretch of closed days that begins on date, or two. */
static struct hf_closed_days any_days(uint64_t *random, int32_t date)
{
    struct hf_closed_days days = {{date, date + (int32_t)random_between(random, 0, 399)}, {0, -1}};
    if (random_next(random) % 2) {
        days.second.from = days.first.through + 1 + (int32_t)random_between(random, 1, 20000);
        days.second.through = days.second.from + (int32_t)random_between(random, 0, 399);
    }
    return days;
}

static void fill(uint64_t *random, enum hf_line_kind kind, int32_t date, struct hf_daybook *book,
                 struct hf_restatements *restatements)
{
    for (uint64_t i = random_next(random) % LINES; i > 0; i--)
        hf_daybook_set(book, any_line(random, kind), date,
                       (struct hf_day_total){any_amount(random), (int64_t)(random_next(random) >> (32 + i % 32))});
    for (uint64_t i = random_next(random) % 4; i > 0; i--) {
        struct hf_closed_days days = any_days(random, date);
        hf_restatements_add(restatements, &days, (uint32_t)random_between(random, 1, UINT32_MAX / 8));
    }
}

static void hold_against_protobuf_c(const uint8_t *bytes, size_t length)
{
    Headframe__DaysRecord *record = headframe__days_record__unpack(NULL, length, bytes);
    assert_non_null(record);
    assert_int_equal(headframe__days_record__get_packed_size(record), length);
    uint8_t *expected = malloc(length);
    assert_non_null(expected);
    headframe__days_record__pack(record, expected);
    assert_memory_equal(bytes, expected, length);
    free(expected);
    headframe__days_record__free_unpacked(record, NULL);
}

static void a_day_is_written_as_protobuf_c_would(void **state)
{
    uint64_t random = 20030708;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        enum hf_line_kind kind = round % 2 ? HF_LINES_COST : HF_LINES_PRODUCTION;
        struct hf_daybook *book = hf_daybook_new();
        struct hf_restatements *restatements = hf_restatements_new();
        int32_t date = any_date(&random);
        char mine[HF_ID_LIMIT + 1] = "";
        uint8_t *bytes = NULL;
        size_t length = 0;
        memset(mine, 'm', (size_t)random_between(&random, 1, HF_ID_LIMIT));
        fill(&random, kind, date, book, restatements);
        hf_day_encode(mine, date, book, restatements, kind, &bytes, &length);
        hold_against_protobuf_c(bytes, length);
        free(bytes);
        hf_daybook_free(&book);
        hf_restatements_free(&restatements);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_written_as_protobuf_c_would),
    };
    return cmocka_run_group_tests_name("day_wire", tests, NULL, NULL);
}
