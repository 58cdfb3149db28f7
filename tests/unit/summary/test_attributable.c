/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what lines come to at shares that no binary fraction holds, and in numbers that 128 bits do not hold. */
#include "attributable.h"

#include "headframe/vocabulary.h"
#include "world_fixture.h"

static void assert_integer(const mpz_t value, const char *expected)
{
    char *text = mpz_get_str(NULL, 10, value);
    assert_string_equal(text, expected);
    free(text);
}

static uint16_t gold(enum hf_stage stage, enum hf_quality quality)
{
    return hf_production_line(hf_material_find("gold", 4), stage, quality);
}

/* Day d of June gets d units at quality d modulo 4. */
static struct fixture *acme_with_june(const char *interests)
{
    struct fixture *fixture = fixture_new();
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", interests, "");
    struct world_mine *mine = g_hash_table_lookup(fixture->world->mines, "a");
    for (int day = 1; day <= 30; day++)
        hf_daybook_set(mine->production, gold(HF_STAGE_PRODUCED, (enum hf_quality)(day % HF_QUALITY_COUNT)),
                       date_of("2003-05-31") + day, (struct hf_day_total){day, 1});
    hf_daybook_set(mine->production, gold(HF_STAGE_SOLD, HF_QUALITY_WEIGHED), date_of("2003-06-15"),
                   (struct hf_day_total){1000, 1});
    return fixture;
}

/* 1 + … + 10 = 55 units at 0.333333, 21 + … + 30 = 255 at 0.5: the scale is 1 000 000. */
static void a_stage_takes_all_qualities_and_each_day_at_its_share(void **state)
{
    struct fixture *fixture = acme_with_june("acme 2003-01-01 0.333333;acme 2003-06-11 0;acme 2003-06-21 0.5");
    struct view *view = company_view(fixture, "acme");
    const struct member *member = &view->members[0];
    struct attributable sum, copy;
    (void)state;
    attributable_init(&sum);
    attributable_init(&copy);
    member_add_stage(member, hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_DATE_MIN, HF_DATE_MAX, &sum);
    assert_integer(view->share_scale, "1000000");
    assert_integer(sum.amount, "145833315"); /* 55 × 333 333 + 255 × 500 000 */
    assert_integer(sum.hundred_percent, "310");
    assert_int_equal(sum.facts, 20);
    member_add_stage(member, hf_material_find("gold", 4), HF_STAGE_MILLED, HF_DATE_MIN, HF_DATE_MAX, &sum);
    member_add_stage(member, hf_material_find("silver", 6), HF_STAGE_PRODUCED, HF_DATE_MIN, HF_DATE_MAX, &sum);
    assert_int_equal(sum.facts, 20);
    attributable_add(&copy, &sum);
    attributable_add(&copy, &sum);
    assert_integer(copy.amount, "291666630");
    assert_integer(copy.hundred_percent, "620");
    assert_int_equal(copy.facts, 40);
    attributable_fini(&sum);
    attributable_fini(&copy);
    view_free(&view);
    fixture_free(fixture);
}

/* 100 000 days at the limit of 10^33 fit 128 bits; twice as many, of two qualities, do not. */
static void the_sum_of_several_lines_may_leave_128_bits(void **state)
{
    enum { DAYS = 100000 };
    static const enum hf_quality qualities[] = {HF_QUALITY_ESTIMATE, HF_QUALITY_SETTLED};
    struct fixture *fixture = fixture_new();
    const int32_t first = date_of("1800-01-01");
    struct attributable sum;
    (void)state;
    add_company(fixture, "acme", "");
    add_mine(fixture, "a", "gold", "acme 1800-01-01 0.25", "");
    struct world_mine *mine = g_hash_table_lookup(fixture->world->mines, "a");
    for (size_t i = 0; i < COUNT(qualities); i++)
        for (int32_t day = 0; day < DAYS; day++)
            hf_daybook_set(mine->production, gold(HF_STAGE_PRODUCED, qualities[i]), first + day,
                           (struct hf_day_total){-hf_amount_limit(), 1});
    struct view *view = company_view(fixture, "acme");
    attributable_init(&sum);
    member_add_stage(&view->members[0], hf_material_find("gold", 4), HF_STAGE_PRODUCED, HF_DATE_MIN, HF_DATE_MAX, &sum);
    assert_integer(view->share_scale, "4");
    assert_integer(sum.amount, "-200000000000000000000000000000000000000");
    assert_integer(sum.hundred_percent, "-200000000000000000000000000000000000000");
    assert_int_equal(sum.facts, 2 * DAYS);
    attributable_fini(&sum);
    view_free(&view);
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stage_takes_all_qualities_and_each_day_at_its_share),
        cmocka_unit_test(the_sum_of_several_lines_may_leave_128_bits),
    };
    return cmocka_run_group_tests_name("attributable", tests, NULL, NULL);
}
