/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that state of earlier formats, as the last versions that wrote them left it (golden/README.md), is read for what
 * it was, is carried over into the present format by going on, and is then needed no more. */
#include <stdlib.h>

#include "../../../services/common/engine/partition_memory.h"
#include "../unit.h"
#include "golden/golden.h"
#include "history.h"
#include "ledgers.h"
#include "topic_left.h"

enum { SEEDS = 75, STEPS = 400 };

static const struct segment_shape shape = {.fanout = 2, .full = 5, .record = 7, .slack = 10, .chunk = 4, .burial = 9};

static char *from_hex_text(const char *hex, size_t *out_length)
{
    *out_length = strlen(hex) / 2;
    char *bytes = g_malloc(*out_length + 1);
    for (size_t i = 0; i < *out_length; i++)
        bytes[i] = (char)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    return bytes;
}

static void add_golden_record(struct outputs *log, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    size_t key_length = 0, value_length = 0;
    g_autofree char *key = from_hex_text(words[1], &key_length), *value = from_hex_text(words[2], &value_length);
    const struct hf_output output = {
        .topic = strcmp(words[0], "state") == 0 ? HF_TOPIC_PRODUCTION_STATE : HF_TOPIC_PRODUCTION_DAYS,
        .key = key,
        .key_length = key_length,
        .value = strcmp(words[2], "-") == 0 ? NULL : value,
        .value_length = value_length,
    };
    assert_int_equal(log->sink.write(log->sink.context, &output, NULL), HF_OK);
}

static struct outputs *golden_log(int format)
{
    struct outputs *log = outputs_new();
    g_autofree char *text = NULL, *path = g_strdup_printf(HEADFRAME_GOLDEN "/state-format-%d.txt", format);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i] && *lines[i]; i++)
        add_golden_record(log, lines[i]);
    assert_true(log->list->len > 300);
    return log;
}

/* The history of the golden files, lived through by this version. */
static void relive(struct bench *bench, struct history *history)
{
    struct outputs *ignored = outputs_new();
    *history = history_new(GOLDEN_SEED, GOLDEN_EVENT_IDS);
    bench->rules.correction_horizon_days = GOLDEN_HORIZON;
    bench->next_offset = 0;
    bench_renew(bench, 0, 1);
    for (int i = 0; i < GOLDEN_STEPS; i++) {
        history_step(history, bench);
        if ((i + 1) % GOLDEN_STEPS_A_COMMIT == 0)
            assert_int_equal(hf_partition_publish(bench->partition, &ignored->sink, NULL), HF_OK);
    }
    outputs_free(ignored);
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void read_for_what_it_was(int format)
{
    struct bench *bench = bench_new(hf_production_kind());
    struct outputs *log = golden_log(format);
    struct history history;
    relive(bench, &history);
    g_autofree char *text = ledger_text(bench->partition);
    assert_non_null(strstr(text, "waits"));
    assert_non_null(strstr(text, "was rejected"));
    assert_non_null(strstr(text, "stands voided"));
    for (int i = 0; i < SEEDS; i++) {
        struct hf_partition *copy = read_back(&history, bench, log, &shape);
        assert_same_ledgers(bench->partition, copy);
        assert_int_equal(segment_log_has_earlier_format(copy->segments), format == 1);
        assert_int_equal(g_hash_table_size(copy->held.undivided) > 0, format == 2);
        hf_partition_free(&copy);
    }
    outputs_free(log);
    bench_free(bench);
}

static void earlier_formats_are_read_for_what_they_were(void **state)
{
    (void)state;
    for (int format = 1; format < HF_STATE_FORMAT; format++)
        read_for_what_it_was(format);
}

/* Segments of format 1 in the log that no tombstone follows. */
static size_t count_earlier_segments(const struct outputs *log)
{
    struct history history = history_new(1, 1);
    struct bench *bench = bench_new(hf_production_kind());
    size_t count = 0;
    bench->rules.correction_horizon_days = GOLDEN_HORIZON;
    struct hf_partition *copy = read_back(&history, bench, log, &shape);
    if (segment_log_has_earlier_format(copy->segments))
        count = segment_log_count(copy->segments);
    hf_partition_free(&copy);
    bench_free(bench);
    return count;
}

/* Goes on from the golden file in the place of the bench's own memory; a witness lives through the same and is never
 * read back. */
static void go_on(int format, uint64_t seed)
{
    struct bench *bench = bench_new(hf_production_kind()), *witness = bench_new(hf_production_kind());
    struct outputs *log = golden_log(format), *ignored = outputs_new();
    struct history draws = history_new(seed, 1), history, same;
    relive(bench, &history);
    relive(witness, &same);
    hf_partition_free(&bench->partition);
    bench->partition = read_back(&draws, bench, log, &shape);
    history.random = same.random = seed;
    history.revision_step = same.revision_step = seed % 2 ? 1 : 50; /* of which some are in other parts than before */
    for (int i = 0; i < STEPS; i++) {
        history_step(&history, bench);
        history_step(&same, witness);
        if (history_draw(&draws, 4))
            continue;
        assert_int_equal(hf_partition_publish(bench->partition, &log->sink, NULL), HF_OK);
        assert_int_equal(hf_partition_publish(witness->partition, &ignored->sink, NULL), HF_OK);
        outputs_clear(ignored);
        if (history_draw(&draws, 12))
            continue;
        hf_partition_free(&bench->partition);
        bench->partition = read_back(&draws, bench, log, &shape);
        assert_same_ledgers(witness->partition, bench->partition);
    }
    assert_int_equal(hf_partition_publish(bench->partition, &log->sink, NULL), HF_OK);
    assert_same_ledgers(witness->partition, bench->partition);
    if (count_earlier_segments(log) > 0)
        fail_msg("format %d, seed %llu: segments of format 1 are left", format, (unsigned long long)seed);
    outputs_free(log);
    outputs_free(ignored);
    bench_free(bench);
    bench_free(witness);
}

static void going_on_carries_them_over(void **state)
{
    (void)state;
    for (int format = 1; format < HF_STATE_FORMAT; format++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            go_on(format, seed);
}

static void a_later_format_is_refused_with_both_versions(void **state)
{
    struct bench *bench = bench_new(hf_production_kind());
    const struct hf_record record = {
        .key = "|control", .key_length = 8, .value = "\x08\x04\x1a\x00", .value_length = 4, .timestamp_ms = -1};
    struct hf_error error = {0};
    (void)state;
    assert_int_equal(hf_partition_restore_state(bench->partition, &record, &error), HF_EINVAL);
    assert_int_equal(error.action, HF_ACTION_FATAL);
    assert_string_equal(error.text, "the record has state format 4, newer than this version reads (3): run the version "
                                    "that wrote it or a later one; nothing was changed");
    error = (struct hf_error){0};
    assert_int_equal(hf_partition_restore_day(bench->partition, &record, &error), HF_EINVAL);
    assert_string_equal(error.text, "the record has days format 4, newer than this version reads (1): run the version "
                                    "that wrote it or a later one; nothing was changed");
    bench_free(bench);
}

static void a_record_that_its_key_does_not_name_is_refused(void **state)
{
    static const char *const keys[] = {"|control", "|held|00000000000000010000000000000002", "|segment|1|", "mine"};
    const struct hf_fact_id absent = {1, 2};
    struct bench *bench = bench_new(hf_production_kind());
    uint8_t *value;
    size_t length;
    (void)state;
    hf_segment_encode(NULL, 0, &absent, 1, HF_LINES_PRODUCTION, NULL, NULL, &value, &length);
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct hf_record record = {
            .key = keys[i], .key_length = strlen(keys[i]), .value = (char *)value, .value_length = length};
        struct hf_error error = {0};
        assert_int_equal(hf_partition_restore_state(bench->partition, &record, &error), HF_EINVAL);
        assert_non_null(strstr(error.text, keys[i]));
    }
    free(value);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(earlier_formats_are_read_for_what_they_were),
        cmocka_unit_test(going_on_carries_them_over),
        cmocka_unit_test(a_later_format_is_refused_with_both_versions),
        cmocka_unit_test(a_record_that_its_key_does_not_name_is_refused),
    };
    return cmocka_run_group_tests_name("partition_formats", tests, NULL, NULL);
}
