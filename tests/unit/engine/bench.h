/* SPDX-License-Identifier: Apache-2.0 */
/* A partition under test with what it works with: schemas, mines, records in order, a sink.
 *
 * Mines: "flat" (UTC, days start at 00:00), "gc" (America/Juneau, 07:00) and "other" (like flat). */
#ifndef HEADFRAME_TESTS_UNIT_BENCH_H
#define HEADFRAME_TESTS_UNIT_BENCH_H

#include "../../../services/costs/admit.h"
#include "../../../services/production/admit.h"
#include "headframe/partition.h"
#include "outputs.h"

#define TEXT(literal) ((struct hf_text){literal, sizeof(literal) - 1})

/* 2003-07-01T00:00:00Z: the timestamp of every record that says no other. */
#define BENCH_NOW_MS INT64_C(1057017600000)
enum { BENCH_SEED = 7 };

struct bench {
    const struct hf_ledger_kind *kind;
    struct hf_ledger_rules rules; /* of the partitions that bench_renew makes; quarantine and no horizon at first */
    struct hf_schema_store *schemas;
    struct hf_event_decoder *decoder;
    struct hf_mine_directory *mines;
    struct hf_partition *partition;
    int32_t number; /* of the partition: its input's records say so too */
    struct outputs *outputs;
    int64_t next_offset;
    int64_t timestamp_ms;
};

/* A new partition 0 of 1. Release with bench_free. */
struct bench *bench_new(const struct hf_ledger_kind *kind);
void bench_free(struct bench *bench);

/* Puts a partition number of count in the place of the present one; its input goes on where it was. */
void bench_renew(struct bench *bench, int32_t number, int32_t count);

/* A mine as hf_mine_parse takes it; extra is JSON members after the required ones, or "". The directory keeps it. */
void bench_add_mine(struct hf_mine_directory *mines, const char *id, const char *zone, const char *day_start,
                    const char *extra);

/* 1.5 kg of gold PRODUCED, ASSAYED, at flat, at noon of 2003-06-30. */
struct hf_event production_event(const char *event_id, int32_t revision);
/* 30.00 USD of MINING at flat, 2003-06-01 through 2003-06-30. */
struct hf_event cost_event(const char *event_id, int32_t revision);
/* The facts of flat are closed through date, by ann. */
struct hf_event close_event(const char *through);
/* Says yes or no to a version of flat's that waits; by ben. */
struct hf_event decision_event(const char *event_id, int32_t revision, int accept);
/* Noon UTC of a date. */
int64_t noon_ms(const char *date);

/* Encodes the event, keyed by its mine, and applies it as the last try. */
void bench_apply(struct bench *bench, const struct hf_event *event);
/* Applies value under key; NULL in either: null. Returns hf_partition_apply's result; the offset moves on 0. */
int bench_apply_bytes(struct bench *bench, struct hf_text key, const void *value, size_t length, int is_last_try);
/* The bytes of an event; release with free(). */
uint8_t *bench_encode(const struct bench *bench, const struct hf_event *event, size_t *out_length);

/* Publishes into the outputs, cleared first. */
void bench_publish(struct bench *bench);
/* Holds where the published outputs are text (outputs.h). */
void assert_published(struct bench *bench, const char *text);
/* Holds where the day records published are text. */
void assert_published_days(struct bench *bench, const char *text);

/* Holds where so much became of the input. */
void assert_counts(const struct bench *bench, unsigned applied, unsigned duplicates, unsigned superseded,
                   unsigned dead_letters);

/* Holds where so much became of the input, all counts in words and those of 0 left out: "applied 2, dead_letters 1". */
void assert_totals(const struct bench *bench, const char *text);

/* Reads outputs back, as a restarted daemon does, into the partition. */
void bench_restore(struct bench *bench, const struct outputs *outputs);

#endif
