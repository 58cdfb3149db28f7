/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that a record which cannot be used becomes a dead letter with the right code and a sentence that names field
 * and value, and changes nothing else. */
#include "headframe/partition.h"

#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/kafka_client.h"
#include "headframe/vocabulary.h"

#define DAY_MS INT64_C(86400000)

/* Holds where the bytes become one dead letter with code, whose detail holds every word of words (separated by '~'). */
static void assert_bytes_refused(struct bench *bench, struct hf_text key, const void *bytes, size_t length,
                                 const char *code, const char *words)
{
    size_t facts = hf_partition_facts(bench->partition);
    uint64_t applied = hf_partition_counts(bench->partition).applied;
    uint64_t dead_letters = hf_partition_counts(bench->partition).dead_letters;
    assert_int_equal(bench_apply_bytes(bench, key, bytes, length, 1), HF_OK);
    assert_int_equal(hf_partition_facts(bench->partition), facts);
    assert_int_equal(hf_partition_counts(bench->partition).applied, applied);
    assert_int_equal(hf_partition_counts(bench->partition).dead_letters, dead_letters + 1);
    bench_publish(bench);
    assert_int_equal(bench->outputs->list->len, 3); /* beside it only the two control records */
    const struct output *letter = output_at(bench->outputs, 0);
    const char *detail = output_header(letter, "headframe-detail");
    assert_int_equal(letter->topic, HF_TOPIC_DEAD_LETTERS);
    assert_string_equal(output_header(letter, "headframe-error"), code);
    g_auto(GStrv) parts = g_strsplit(words, "~", -1);
    for (int i = 0; parts[i]; i++)
        if (!strstr(detail, parts[i]))
            fail_msg("the detail \"%s\" does not name %s", detail, parts[i]);
    assert_false(g_str_has_suffix(detail, "."));
}

/* The same for an event, keyed by its mine. */
static void assert_refused(struct bench *bench, const struct hf_event *event, const char *code, const char *words)
{
    size_t length;
    uint8_t *bytes = bench_encode(bench, event, &length);
    assert_bytes_refused(bench, event->mine_id, bytes, length, code, words);
    free(bytes);
}

static void bytes_that_are_no_record_are_malformed(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event("e", 0);
    size_t length;
    uint8_t *bytes = bench_encode(bench, &event, &length);
    (void)state;
    assert_bytes_refused(bench, event.mine_id, NULL, 0, "MALFORMED", "");
    assert_bytes_refused(bench, event.mine_id, "", 0, "MALFORMED", "");
    assert_bytes_refused(bench, event.mine_id, "{\"event_id\":\"e\"}", 16, "MALFORMED", "");
    for (size_t cut = 1; cut < length; cut++)
        assert_bytes_refused(bench, event.mine_id, bytes, cut, "MALFORMED", "");
    free(bytes);
    bench_free(bench);
}

static void a_revision_below_0_is_malformed(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", -1);
    (void)state;
    assert_refused(bench, &event, "MALFORMED", "revision~-1");
    event.revision = INT32_MIN;
    assert_refused(bench, &event, "MALFORMED", "revision~-2147483648");
    bench_free(bench);
}

static void a_type_that_does_not_belong_on_the_topic_is_an_unknown_schema(void **state)
{
    struct bench *production = bench_new(hf_production_kind()), *costs = bench_new(hf_costs_kind());
    const struct hf_event cost = cost_event("e", 0), mass = production_event("e", 0);
    (void)state;
    assert_refused(production, &cost, "UNKNOWN_SCHEMA", "CostEvent~mine.production");
    assert_refused(costs, &mass, "UNKNOWN_SCHEMA", "ProductionEvent~mine.costs");
    assert_bytes_refused(production, TEXT("flat"), "\0\0\0\1\x42rest", 9, "UNKNOWN_SCHEMA", "322");
    bench_free(production);
    bench_free(costs);
}

#define SIXTY_FIVE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void an_identifier_has_1_to_64_bytes_without_controls_and_bars(void **state)
{
    static const struct {
        const char *id;
        const char *shown; /* in the detail */
    } cases[] = {
        {"", "\"\""},
        {"a|b", "\"a|b\""},
        {"|", "\"|\""},
        {"a\nb", "\"a b\""},
        {"\x7f", "event_id"},
        {"\xc2\x85", "event_id"}, /* NEL */
        {SIXTY_FIVE, "x"},
        {"gr\xfc"
         "n",
         "gr\xef\xbf\xbd"
         "n"}, /* Latin-1: shown with U+FFFD */
    };
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event event = production_event(cases[i].id, 0);
        assert_refused(bench, &event, "BAD_ID", "event_id");
        assert_refused(bench, &event, "BAD_ID", cases[i].shown);
        event = production_event("e", 0);
        event.mine_id = (struct hf_text){cases[i].id, strlen(cases[i].id)};
        assert_refused(bench, &event, "BAD_ID", "mine_id");
    }
    bench_free(bench);
}

static void an_identifier_of_64_bytes_is_taken(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event(SIXTY_FIVE + 1, 0);
    (void)state;
    bench_add_mine(bench->mines, SIXTY_FIVE + 1, "UTC", "00:00", "");
    event.mine_id = event.event_id;
    bench_apply(bench, &event);
    event.event_id = TEXT("Grünberg 鉱山");
    bench_apply(bench, &event);
    assert_counts(bench, 2, 0, 0, 0);
    bench_free(bench);
}

static void the_key_is_the_mine(void **state)
{
    static const struct {
        struct hf_text key;
        const char *shown;
    } cases[] = {
        {{NULL, 0}, "key \"\"~flat"},     {{"", 0}, "key \"\"~flat"},           {{"other", 5}, "key \"other\"~flat"},
        {{"fla", 3}, "key \"fla\"~flat"}, {{"flats", 5}, "key \"flats\"~flat"}, {{"Flat", 4}, "key \"Flat\"~flat"},
        {{"flat\0", 5}, "key \"flat"},
    };
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event("e", 0);
    size_t length;
    uint8_t *bytes = bench_encode(bench, &event, &length);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_bytes_refused(bench, cases[i].key, bytes, length, "KEY_MISMATCH", cases[i].shown);
    free(bytes);
    bench_free(bench);
}

static void a_record_on_another_partition_than_its_keys_is_refused(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event("e", 0);
    (void)state;
    for (int32_t number = 0; number < 4; number++) {
        int32_t right = hf_kafka_partition_of("flat", 4, 4);
        char words[64];
        bench_renew(bench, number, 4);
        snprintf(words, sizeof words, "mine_id \"flat\"~partition %d~on %d", right, number);
        if (number != right)
            assert_refused(bench, &event, "WRONG_PARTITION", words);
        else
            bench_apply(bench, &event);
    }
    assert_true(hf_kafka_partition_of("flat", 4, 4) >= 0);
    bench_renew(bench, hf_kafka_partition_of("flat", 4, 4), 4);
    bench_apply(bench, &event);
    assert_counts(bench, 1, 0, 0, 0);
    bench_free(bench);
}

static void what_is_not_known_is_named(void **state)
{
    struct bench *production = bench_new(hf_production_kind()), *costs = bench_new(hf_costs_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    event.mine_id = TEXT("atlantis");
    assert_refused(production, &event, "UNKNOWN_MINE", "mine_id \"atlantis\"~reference.mines");
    event = production_event("e", 0);
    event.material = TEXT("unobtainium");
    assert_refused(production, &event, "UNKNOWN_MATERIAL", "material \"unobtainium\"");
    event.material = TEXT("Gold");
    assert_refused(production, &event, "UNKNOWN_MATERIAL", "material \"Gold\"");
    event = cost_event("e", 0);
    event.currency = TEXT("usd");
    assert_refused(costs, &event, "UNKNOWN_CURRENCY", "currency \"usd\"");
    event.currency = TEXT("");
    assert_refused(costs, &event, "UNKNOWN_CURRENCY", "currency \"\"");
    event = cost_event("e", 0);
    event.metal = TEXT("unobtainium");
    assert_refused(costs, &event, "UNKNOWN_MATERIAL", "metal \"unobtainium\"");
    bench_free(production);
    bench_free(costs);
}

/* A detail is a header that people and tools read as text. */
static void a_detail_is_one_line_of_utf_8_whatever_it_quotes(void **state)
{
    static const struct {
        struct hf_text material;
        const char *words;
    } cases[] = {
        {{"a\r\nb\x7f", 5}, "material \"a  b \""},
        {{"Gr\xc3\xbc", 4}, "material \"Gr\xc3\xbc\""},
        {{"\xe9\x89\xb1\xe5\xb1\xb1", 6}, "material \"\xe9\x89\xb1\xe5\xb1\xb1\""},
    };
    struct bench *bench = bench_new(hf_production_kind());
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hf_event event = production_event("e", 0);
        event.material = cases[i].material;
        assert_refused(bench, &event, "UNKNOWN_MATERIAL", cases[i].words);
        assert_true(g_utf8_validate(output_header(output_at(bench->outputs, 0), "headframe-detail"), -1, NULL));
    }
    bench_free(bench);
}

/* They go into records of ours that are JSON; an id that is not UTF-8 is a BAD_ID. */
static void a_text_that_is_not_utf_8_is_malformed(void **state)
{
    static const struct hf_text wrong[] = {
        {"\xff\xfe", 2}, {"gr\xfcn", 4} /* Latin-1 */, {"a\xc3", 2} /* cut */, {"\xed\xa0\x80", 3} /* a surrogate */};
    struct bench *production = bench_new(hf_production_kind()), *costs = bench_new(hf_costs_kind());
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct hf_event event = production_event("e", 0);
        event.material = wrong[i];
        assert_refused(production, &event, "MALFORMED", "material~not UTF-8");
        event = production_event("e", 0);
        event.source = wrong[i];
        assert_refused(production, &event, "MALFORMED", "source~not UTF-8");
        event = cost_event("e", 0);
        event.metal = wrong[i];
        assert_refused(costs, &event, "MALFORMED", "metal~not UTF-8");
        event = cost_event("e", 0);
        event.currency = wrong[i];
        assert_refused(costs, &event, "MALFORMED", "currency~not UTF-8");
        event = close_event("2003-06-30");
        event.by = wrong[i];
        assert_refused(costs, &event, "MALFORMED", "by~not UTF-8");
        event = decision_event("e", 0, 1);
        event.by = wrong[i];
        assert_refused(costs, &event, "MALFORMED", "by~not UTF-8");
        event = decision_event("e", 0, 1);
        event.event_id = wrong[i];
        assert_refused(costs, &event, "BAD_ID", "event_id");
    }
    bench_free(production);
    bench_free(costs);
}

/* --- quantities ------------------------------------------------------------------------------------------------- */

/* 6·10^13 t are 6·10^32 of 10^-13 g; a day's total may reach 10^33. */
static void a_total_that_would_overflow_leaves_everything_as_it_was(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    event.unit = HF_UNIT_T;
    event.micro = (hf_int128)60000000000000 * 1000000;
    bench_apply(bench, &event);
    assert_published_days(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 600000000000000000000000000000000 x1;\n");
    event.event_id = TEXT("f");
    assert_refused(bench, &event, "BAD_QUANTITY", "total~event_id \"f\"");
    event.event_id = TEXT("e"); /* a correction that would overflow leaves what stood */
    event.revision = 1;
    event.micro = (hf_int128)100000000000001 * 1000000;
    assert_refused(bench, &event, "BAD_QUANTITY", "");
    event.event_id = TEXT("f"); /* what was refused is not remembered: the same revision may come again, sound */
    event.revision = 0;
    event.micro = (hf_int128)40000000000000 * 1000000;
    bench_apply(bench, &event);
    assert_published_days(bench,
                          "days flat|2003-06-30: gold PRODUCED ASSAYED 1000000000000000000000000000000000 x2;\n");
    event.event_id = TEXT("g");
    event.micro = 1;
    assert_refused(bench, &event, "BAD_QUANTITY", "total~event_id \"g\"");
    event.micro = -1;
    bench_apply(bench, &event);
    assert_published_days(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 999999999999999999990000000000000 x3;\n");
    bench_free(bench);
}

static void a_quantity_too_large_for_any_day_is_refused(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    event.unit = HF_UNIT_T;
    event.micro = (hf_int128)100000000000000 * 1000000 + 1;
    assert_refused(bench, &event, "BAD_QUANTITY", "quantity~10^20 g~T");
    event.micro = -event.micro;
    assert_refused(bench, &event, "BAD_QUANTITY", "quantity");
    event.micro = (hf_int128)100000000000000 * 1000000;
    bench_apply(bench, &event);
    assert_counts(bench, 1, 0, 0, 2);
    bench_free(bench);
}

/* --- times and periods ------------------------------------------------------------------------------------------ */

static void an_instant_far_off_is_a_bad_time(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    char words[64];
    (void)state;
    event.occurred_at_ms = BENCH_NOW_MS + DAY_MS + 1;
    snprintf(words, sizeof words, "occurred_at %lld~timestamp %lld", (long long)event.occurred_at_ms,
             (long long)BENCH_NOW_MS);
    assert_refused(bench, &event, "BAD_TIME", words);
    event.occurred_at_ms = noon_ms("1799-12-31");
    snprintf(words, sizeof words, "occurred_at %lld~1800", (long long)event.occurred_at_ms);
    assert_refused(bench, &event, "BAD_TIME", words);
    event.occurred_at_ms = BENCH_NOW_MS + DAY_MS; /* the record's own timestamp counts, not today */
    bench_apply(bench, &event);
    assert_counts(bench, 1, 0, 0, 2);
    bench_free(bench);
}

static void a_period_out_of_bounds_is_a_bad_period(void **state)
{
    static const struct {
        const char *from, *through, *words; /* words NULL: taken */
    } cases[] = {
        {"2003-06-02", "2003-06-01", "from 2003-06-02~through 2003-06-01"},
        {"2002-05-27", "2003-07-01", "from 2002-05-27~through 2003-07-01~400 days"}, /* 401 days */
        {"2002-05-28", "2003-07-01", NULL},                                          /* 400 days */
        {"2004-08-05", "2004-08-05", "through 2004-08-05~400 days~timestamp"},       /* 401 days past 2003-07-01 */
        {"2004-08-04", "2004-08-04", NULL},
        {"1799-12-31", "1800-01-01", "from~1800"},
        {"1800-01-01", "1800-01-01", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_costs_kind());
        struct hf_event event = cost_event("e", 0);
        event.from = date_of(cases[i].from);
        event.through = date_of(cases[i].through);
        if (cases[i].words)
            assert_refused(bench, &event, "BAD_PERIOD", cases[i].words);
        else
            bench_apply(bench, &event);
        assert_int_equal(hf_partition_counts(bench->partition).dead_letters, cases[i].words != NULL);
        bench_free(bench);
    }
}

/* --- conflicts -------------------------------------------------------------------------------------------------- */

static void another_body_under_a_standing_revision_is_a_conflict(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("2003-06-30/gold/1", 3);
    (void)state;
    bench_apply(bench, &event);
    bench_publish(bench);
    event.micro++;
    assert_refused(bench, &event, "REVISION_CONFLICT", "event_id \"2003-06-30/gold/1\"~revision 3");
    bench_free(bench);
}

/* A wrong record keeps its own place in line: what follows it is applied. */
static void a_refusal_stops_nothing(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event bad = production_event("a", 0), good = production_event("b", 0);
    (void)state;
    bad.material = TEXT("unobtainium");
    bench_apply(bench, &bad);
    bench_apply(bench, &good);
    bench_apply(bench, &bad);
    assert_counts(bench, 1, 0, 0, 2);
    assert_published(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n"
                            "state |segment|3|0: 1 facts\n"
                            "dead-letters flat: UNKNOWN_MATERIAL\n"
                            "dead-letters flat: UNKNOWN_MATERIAL\n"
                            "days |control: 3/1/7\n"
                            "state |control: 3/1/7\n");
    assert_string_equal(output_header(output_at(bench->outputs, 2), "headframe-offset"), "0");
    assert_string_equal(output_header(output_at(bench->outputs, 3), "headframe-offset"), "2");
    bench_free(bench);
}

static void a_damaged_batch_is_passed_whole(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_record batch = {
        .offset = 5, .last_offset = 12, .value = "of bytes", .value_length = 2, .is_damaged = 1};
    (void)state;
    assert_int_equal(hf_partition_apply(bench->partition, bench->decoder, bench->mines, &batch, 0), HF_OK);
    assert_int_equal(hf_partition_input_offset(bench->partition), 13);
    assert_counts(bench, 0, 0, 0, 1);
    bench_publish(bench);
    const struct output *letter = output_at(bench->outputs, 0);
    assert_string_equal(output_header(letter, "headframe-error"), "MALFORMED");
    assert_string_equal(output_header(letter, "headframe-detail"), "offsets 5 to 12 can not be read: of");
    assert_string_equal(output_header(letter, "headframe-offset"), "5");
    assert_string_equal(output_header(letter, "headframe-last-offset"), "12");
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_are_no_record_are_malformed),
        cmocka_unit_test(a_revision_below_0_is_malformed),
        cmocka_unit_test(a_type_that_does_not_belong_on_the_topic_is_an_unknown_schema),
        cmocka_unit_test(an_identifier_has_1_to_64_bytes_without_controls_and_bars),
        cmocka_unit_test(an_identifier_of_64_bytes_is_taken),
        cmocka_unit_test(the_key_is_the_mine),
        cmocka_unit_test(a_record_on_another_partition_than_its_keys_is_refused),
        cmocka_unit_test(what_is_not_known_is_named),
        cmocka_unit_test(a_detail_is_one_line_of_utf_8_whatever_it_quotes),
        cmocka_unit_test(a_text_that_is_not_utf_8_is_malformed),
        cmocka_unit_test(a_total_that_would_overflow_leaves_everything_as_it_was),
        cmocka_unit_test(a_quantity_too_large_for_any_day_is_refused),
        cmocka_unit_test(an_instant_far_off_is_a_bad_time),
        cmocka_unit_test(a_period_out_of_bounds_is_a_bad_period),
        cmocka_unit_test(another_body_under_a_standing_revision_is_a_conflict),
        cmocka_unit_test(a_refusal_stops_nothing),
        cmocka_unit_test(a_damaged_batch_is_passed_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
