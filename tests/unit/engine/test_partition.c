/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what each version of a fact does to the days of its mine, and that the order of arrival does not matter. */
#include "headframe/partition.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "../domain/dates.h"
#include "bench.h"
#include "headframe/vocabulary.h"

/* A version as the tables below write it: "ID.REVISION KG", then in any order a date (else 2003-06-30), a material (else
 * gold), a quality (else ESTIMATE) and "void"; PRODUCED at flat. text is cut up and must outlive the event. */
static struct hf_event event_of(char *text)
{
    char *rest, *id = strtok_r(text, " ", &rest), *revision = strrchr(id, '.');
    *revision = '\0';
    struct hf_event event = production_event(id, atoi(revision + 1));
    event.micro = atoi(strtok_r(NULL, " ", &rest)) * INT64_C(1000000);
    event.quality = HF_QUALITY_ESTIMATE;
    for (char *word; (word = strtok_r(NULL, " ", &rest));) {
        if (g_ascii_isdigit(*word))
            event.occurred_at_ms = noon_ms(word);
        else if (g_ascii_isupper(*word))
            event.quality = hf_quality_find(word, strlen(word));
        else if (strcmp(word, "void") == 0)
            event.voided = 1;
        else
            event.material = (struct hf_text){word, strlen(word)};
    }
    return event;
}

static void apply_version(struct bench *bench, const char *text)
{
    g_autofree char *words = g_strstrip(g_strdup(text));
    struct hf_event event = event_of(words);
    bench_apply(bench, &event);
}

#define KG "0000000000000000" /* one kilogram is 10^16 of 10^-13 g */

static void a_version_does_what_its_revision_says(void **state)
{
    static const struct {
        const char *name;
        const char *versions; /* "; " between them */
        unsigned applied, duplicates, superseded, dead_letters;
        size_t facts;
        const char *days;
    } cases[] = {
        {"new", "e.0 3", 1, 0, 0, 0, 1, "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"a first revision above 0 is new", "e.7 3", 1, 0, 0, 0, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"two facts of a line", "e.0 3; f.0 2", 2, 0, 0, 0, 2,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 5" KG " x2;\n"},
        {"two lines of a day", "e.0 3; f.0 2 silver", 2, 0, 0, 0, 2,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1; silver PRODUCED ESTIMATE 2" KG " x1;\n"},
        {"duplicates", "e.0 3; e.0 3; e.0 3", 1, 2, 0, 0, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"replaced", "e.0 3; e.1 8", 2, 0, 0, 0, 1, "days flat|2003-06-30: gold PRODUCED ESTIMATE 8" KG " x1;\n"},
        {"the same body at a higher revision counts once", "e.0 3; e.4 3; e.4 3", 2, 1, 0, 0, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"a lower revision that comes later", "e.2 3; e.1 8; e.0 3", 1, 0, 2, 0, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"conflict: the first stands", "e.0 3; e.0 8; e.0 3", 1, 1, 0, 1, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"a correction after a conflict", "e.0 3; e.0 8; e.1 8", 2, 0, 0, 1, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 8" KG " x1;\n"},
        {"moves to another date", "e.0 3; e.1 3 2003-06-28", 2, 0, 0, 0, 1,
         "days flat|2003-06-28: gold PRODUCED ESTIMATE 3" KG " x1;\ndays flat|2003-06-30:\n"},
        {"moves to another month", "e.0 3; e.1 3 2003-05-31", 2, 0, 0, 0, 1,
         "days flat|2003-05-31: gold PRODUCED ESTIMATE 3" KG " x1;\ndays flat|2003-06-30:\n"},
        {"moves and leaves another fact behind", "e.0 3; f.0 2; e.1 3 2003-06-28", 3, 0, 0, 0, 2,
         "days flat|2003-06-28: gold PRODUCED ESTIMATE 3" KG " x1;\n"
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 2" KG " x1;\n"},
        {"moves to another line", "e.0 3; e.1 3 silver", 2, 0, 0, 0, 1,
         "days flat|2003-06-30: silver PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"becomes firmer", "e.0 3; e.1 3 SETTLED", 2, 0, 0, 0, 1,
         "days flat|2003-06-30: gold PRODUCED SETTLED 3" KG " x1;\n"},
        {"void", "e.0 3; e.1 3 void", 2, 0, 0, 0, 1, "days flat|2003-06-30:\n"},
        {"void before anything else", "e.1 3 void; e.0 3", 1, 0, 1, 0, 1, ""},
        {"void again", "e.0 3; e.1 3 void; e.1 3 void", 2, 1, 0, 0, 1, "days flat|2003-06-30:\n"},
        {"void at the same revision is another body", "e.0 3; e.0 3 void", 1, 0, 0, 1, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 3" KG " x1;\n"},
        {"un-void by a higher revision", "e.0 3; e.1 3 void; e.2 4", 3, 0, 0, 0, 1,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 4" KG " x1;\n"},
        {"a voided fact keeps no other out", "e.0 3; f.0 2; e.1 3 void", 3, 0, 0, 0, 2,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE 2" KG " x1;\n"},
        {"a fact of 0 is a fact", "e.0 0", 1, 0, 0, 0, 1, "days flat|2003-06-30: gold PRODUCED ESTIMATE 0 x1;\n"},
        {"adjustments are negative", "e.0 3; f.0 -4", 2, 0, 0, 0, 2,
         "days flat|2003-06-30: gold PRODUCED ESTIMATE -1" KG " x2;\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench *bench = bench_new(hf_production_kind());
        g_auto(GStrv) versions = g_strsplit(cases[i].versions, ";", -1);
        for (int j = 0; versions[j]; j++)
            apply_version(bench, versions[j]);
        print_message("  %s\n", cases[i].name);
        assert_counts(bench, cases[i].applied, cases[i].duplicates, cases[i].superseded, cases[i].dead_letters);
        assert_int_equal(hf_partition_facts(bench->partition), cases[i].facts);
        assert_published_days(bench, cases[i].days);
        assert_int_equal(outputs_count(bench->outputs, HF_TOPIC_DEAD_LETTERS), cases[i].dead_letters);
        bench_free(bench);
    }
}

/* --- order ------------------------------------------------------------------------------------------------------ */

static char *without_empty_days(const char *text)
{
    GString *kept = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++)
        if (*lines[i] && !g_str_has_suffix(lines[i], ":"))
            g_string_append_printf(kept, "%s\n", lines[i]);
    return g_string_free(kept, FALSE);
}

static void the_highest_revision_stands_whatever_the_order(void **state)
{
    static const char *const versions[] = {
        "e.0 3", "e.1 8 2003-06-28", "e.2 8 void", "e.3 5 2003-06-29 silver", "f.6 1", "f.5 2 2003-06-29",
    };
    static const char expected[] = "days flat|2003-06-29: silver PRODUCED ESTIMATE 5" KG " x1;\n"
                                   "days flat|2003-06-30: gold PRODUCED ESTIMATE 1" KG " x1;\n";
    enum { VERSIONS = COUNT(versions), ORDERS = 720 };
    (void)state;
    for (int order = 0; order < ORDERS; order++) {
        struct bench *bench = bench_new(hf_production_kind());
        int taken[VERSIONS] = {0}, rest = order;
        for (int left = VERSIONS; left > 0; left--) { /* the order-th permutation */
            int skip = rest % left, i = 0;
            rest /= left;
            while (taken[i] || skip-- > 0)
                i++;
            taken[i] = 1;
            apply_version(bench, versions[i]);
        }
        bench_publish(bench);
        g_autofree char *shown = outputs_days_text(bench->outputs, HF_LINES_PRODUCTION);
        g_autofree char *kept = without_empty_days(shown);
        assert_string_equal(kept, expected);
        assert_int_equal(hf_partition_facts(bench->partition), 2);
        bench_free(bench);
    }
}

/* --- identity --------------------------------------------------------------------------------------------------- */

static void the_same_event_id_at_another_mine_is_another_fact(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    bench_apply(bench, &event);
    event.mine_id = TEXT("other");
    bench_apply(bench, &event);
    assert_counts(bench, 2, 0, 0, 0);
    assert_published_days(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n"
                                 "days other|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    bench_free(bench);
}

static void every_field_of_the_body_makes_a_conflict(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event first = production_event("e", 0);
    struct hf_event others[8];
    (void)state;
    for (size_t i = 0; i < COUNT(others); i++)
        others[i] = first;
    others[0].voided = 1;
    others[1].occurred_at_ms++;
    others[2].material = TEXT("silver");
    others[3].stage = HF_STAGE_SOLD;
    others[4].micro++;
    others[5].unit = HF_UNIT_T;
    others[6].quality = HF_QUALITY_SETTLED;
    others[7].source = TEXT("");
    bench_apply(bench, &first);
    for (size_t i = 0; i < COUNT(others); i++)
        bench_apply(bench, &others[i]);
    bench_apply(bench, &first);
    assert_counts(bench, 1, 1, 0, COUNT(others));
    assert_published_days(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    bench_free(bench);
}

/* 1500 g is the same mass as 1.5 kg, and another body: what was said differs. */
static void another_unit_for_the_same_mass_is_another_body(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    bench_apply(bench, &event);
    event.unit = HF_UNIT_G;
    event.micro *= 1000;
    bench_apply(bench, &event);
    assert_counts(bench, 1, 0, 0, 1);
    event.revision = 1;
    bench_apply(bench, &event);
    assert_published_days(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    bench_free(bench);
}

/* A store with the shipped ProductionEvent as id 1 and the same with a quantity of scale 1 as id 2. */
static struct hf_schema_store *store_with_two_scales(char *directory)
{
    struct hf_schema_store *store = NULL;
    g_autofree char *shipped = NULL;
    assert_non_null(g_mkdtemp(directory));
    assert_true(g_file_get_contents(HEADFRAME_SCHEMAS "/1.ProductionEvent.avsc", &shipped, NULL, NULL));
    g_auto(GStrv) parts = g_strsplit(shipped, "\"scale\": 6", -1);
    assert_int_equal(g_strv_length(parts), 2);
    g_autofree char *coarse = g_strjoinv("\"scale\": 1", parts);
    g_autofree char *first = g_build_filename(directory, "1.ProductionEvent.avsc", NULL);
    g_autofree char *second = g_build_filename(directory, "2.ProductionEvent.avsc", NULL);
    assert_true(g_file_set_contents(first, shipped, -1, NULL));
    assert_true(g_file_set_contents(second, coarse, -1, NULL));
    assert_int_equal(hf_schema_store_new(directory, &store, NULL), HF_OK);
    assert_int_equal(g_unlink(first) | g_unlink(second) | g_rmdir(directory), 0);
    return store;
}

static void an_amount_is_the_same_at_any_declared_scale(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    char directory[] = HEADFRAME_SCRATCH "/scales-XXXXXX";
    struct hf_schema_store *store = store_with_two_scales(directory);
    const struct hf_event event = production_event("e", 0);
    uint8_t *coarse = NULL;
    size_t length;
    (void)state;
    hf_event_decoder_free(&bench->decoder);
    bench->decoder = hf_event_decoder_new(store);
    bench_apply(bench, &event); /* 1.500000, by the shipped schema */
    assert_int_equal(hf_event_encode(store, &event, &coarse, &length, NULL), HF_OK);
    assert_int_equal(coarse[4], 2); /* 1.5, by the other */
    assert_int_equal(bench_apply_bytes(bench, event.mine_id, coarse, length, 1), HF_OK);
    assert_counts(bench, 1, 1, 0, 0);
    free(coarse);
    hf_event_decoder_free(&bench->decoder);
    hf_schema_store_free(&store);
    bench_free(bench);
}

/* --- days ------------------------------------------------------------------------------------------------------- */

static void a_new_day_rule_dates_only_what_arrives_after_it(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    (void)state;
    event.mine_id = TEXT("gc");
    event.occurred_at_ms = noon_ms("2003-06-30") - 2 * 3600000; /* 02:00 at Juneau: still the day that began at 07:00 */
    bench_apply(bench, &event);
    bench_add_mine(bench->mines, "gc", "America/Juneau", "00:00", "");
    bench_apply(bench, &event); /* the same body: a duplicate, whatever its date would be now */
    assert_counts(bench, 1, 1, 0, 0);
    assert_published_days(bench, "days gc|2003-06-29: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    event.event_id = TEXT("f");
    bench_apply(bench, &event);
    assert_published_days(bench, "days gc|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    event.event_id = TEXT("e");
    event.revision = 1;
    bench_apply(bench, &event); /* replaced where it stood */
    assert_published_days(bench, "days gc|2003-06-29:\n"
                                 "days gc|2003-06-30: gold PRODUCED ASSAYED 30000000000000000 x2;\n");
    bench_free(bench);
}

static void a_cost_is_spread_over_its_days_and_moves_as_a_whole(void **state)
{
    struct bench *bench = bench_new(hf_costs_kind());
    struct hf_event event = cost_event("c", 0);
    (void)state;
    event.from = date_of("2003-05-30");
    event.through = date_of("2003-06-01");
    event.micro = 100000000; /* 100 over three days */
    bench_apply(bench, &event);
    assert_published_days(bench, "days flat|2003-05-30: MINING USD 33333333 x1;\n"
                                 "days flat|2003-05-31: MINING USD 33333333 x1;\n"
                                 "days flat|2003-06-01: MINING USD 33333334 x1;\n");
    event.revision = 1;
    event.from = date_of("2003-05-31");
    event.micro = -100000001; /* floor, not towards zero */
    bench_apply(bench, &event);
    assert_published_days(bench, "days flat|2003-05-30:\n"
                                 "days flat|2003-05-31: MINING USD -50000001 x1;\n"
                                 "days flat|2003-06-01: MINING USD -50000000 x1;\n");
    event.revision = 2;
    event.voided = 1;
    bench_apply(bench, &event);
    assert_published_days(bench, "days flat|2003-05-31:\ndays flat|2003-06-01:\n");
    assert_counts(bench, 3, 0, 0, 0);
    bench_free(bench);
}

/* --- the input's position --------------------------------------------------------------------------------------- */

static void the_offset_moves_past_every_record_used_or_not(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_event event = production_event("e", 0);
    (void)state;
    assert_int_equal(hf_partition_input_offset(bench->partition), -1);
    assert_false(hf_partition_has_changes(bench->partition));
    bench->next_offset = 41; /* offsets have gaps */
    bench_apply(bench, &event);
    assert_int_equal(hf_partition_input_offset(bench->partition), 42);
    assert_true(hf_partition_has_changes(bench->partition));
    bench_publish(bench);
    assert_false(hf_partition_has_changes(bench->partition));
    bench->next_offset = 50;
    bench_apply(bench, &event); /* a duplicate */
    assert_int_equal(hf_partition_input_offset(bench->partition), 51);
    assert_true(hf_partition_has_changes(bench->partition));
    assert_int_equal(bench_apply_bytes(bench, TEXT("flat"), "", 0, 1), HF_OK); /* a dead letter */
    assert_int_equal(hf_partition_input_offset(bench->partition), 52);
    bench_free(bench);
}

static void a_mine_not_known_yet_is_asked_for_once_more(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    size_t length;
    (void)state;
    event.mine_id = TEXT("new");
    uint8_t *bytes = bench_encode(bench, &event, &length);
    assert_int_equal(bench_apply_bytes(bench, event.mine_id, bytes, length, 0), HF_ENOENT);
    assert_counts(bench, 0, 0, 0, 0); /* nothing was done */
    assert_int_equal(hf_partition_input_offset(bench->partition), -1);
    assert_false(hf_partition_has_changes(bench->partition));
    bench_add_mine(bench->mines, "new", "UTC", "00:00", "");
    assert_int_equal(bench_apply_bytes(bench, event.mine_id, bytes, length, 0), HF_OK);
    assert_counts(bench, 1, 0, 0, 0);
    assert_published_days(bench, "days new|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    free(bytes);
    bench_free(bench);
}

/* A mine that is gone takes no more facts; what it has stays. */
static void a_mine_removed_from_reference_is_unknown(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct hf_event event = production_event("e", 0);
    const struct hf_record tombstone = {.key = "flat", .key_length = 4, .timestamp_ms = -1};
    (void)state;
    bench_apply(bench, &event);
    assert_int_equal(hf_mine_directory_apply(bench->mines, &tombstone, NULL), HF_OK);
    event.event_id = TEXT("f");
    bench_apply(bench, &event);
    assert_counts(bench, 1, 0, 0, 1);
    assert_published_days(bench, "days flat|2003-06-30: gold PRODUCED ASSAYED 15000000000000000 x1;\n");
    assert_string_equal(output_header(output_at(bench->outputs, 2), "headframe-error"), "UNKNOWN_MINE");
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_does_what_its_revision_says),
        cmocka_unit_test(the_highest_revision_stands_whatever_the_order),
        cmocka_unit_test(the_same_event_id_at_another_mine_is_another_fact),
        cmocka_unit_test(every_field_of_the_body_makes_a_conflict),
        cmocka_unit_test(another_unit_for_the_same_mass_is_another_body),
        cmocka_unit_test(an_amount_is_the_same_at_any_declared_scale),
        cmocka_unit_test(a_new_day_rule_dates_only_what_arrives_after_it),
        cmocka_unit_test(a_cost_is_spread_over_its_days_and_moves_as_a_whole),
        cmocka_unit_test(the_offset_moves_past_every_record_used_or_not),
        cmocka_unit_test(a_mine_not_known_yet_is_asked_for_once_more),
        cmocka_unit_test(a_mine_removed_from_reference_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
