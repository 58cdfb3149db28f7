/* SPDX-License-Identifier: Apache-2.0 */
/* All that summaries are made of: day lines of every mine, reference data, rates and prices. Pure: no Kafka, no clock. */
#ifndef HEADFRAME_SUMMARY_WORLD_H
#define HEADFRAME_SUMMARY_WORLD_H

#include <glib.h>

#include "headframe/daybook.h"
#include "headframe/kafka_reader.h"
#include "headframe/reference.h"
#include "headframe/restatement.h"
#include "headframe/topics.h"

/* A mine as the topics tell it. It may have day lines before its reference record, and the other way round. */
struct world_mine {
    char id[HF_ID_LIMIT + 1];
    struct hf_mine *reference;                                    /* NULL: not on reference.mines */
    struct hf_daybook *production, *costs;                        /* never NULL */
    struct hf_restatements *production_restated, *costs_restated; /* never NULL */
    int32_t production_closed, costs_closed;                      /* closed through; HF_DATE_MIN: never closed */
    GArray *changed_dates;          /* of int32_t: since the last world_clear_changes; may hold duplicates */
    struct hf_stretch closes_moved; /* likewise: closes have become or ceased to be on these dates; empty: no */
    int is_reference_changed;
};

struct world_company {
    struct hf_company *reference;
    int is_changed;
};

struct world {
    GHashTable *mines;     /* id → struct world_mine */
    GHashTable *companies; /* id → struct world_company */
    struct hf_series *prices, *fx;
    GHashTable *waiting; /* (topic, partition) → day records that wait for their control record */
    GHashTable *begun;   /* set of (topic, partition): history since whose last record no control record came */
    int is_market_changed;
};

/* New empty world; release with world_free, which clears the pointer and accepts NULL in it. */
struct world *world_new(void);
void world_free(struct world **world);

/* Applies a record of one of: production days, cost days, companies, mines, prices, fx. Day records wait until the
 * control record that ends their transaction, so that a fact which moves between days is never seen half. Returns 0, or
 * HF_EINVAL with an error that names field and value; then what stood before stands. */
int world_apply(struct world *world, enum hf_topic topic, const struct hf_record *record, struct hf_error *error);

/* The same for a record of which nothing will be published until world_is_between_transactions, and everything then: it
 * need not wait, and what it changed is not noted. A compacted topic keeps only the last of its control records, so that
 * otherwise all of it would wait in memory. */
int world_apply_history(struct world *world, enum hf_topic topic, const struct hf_record *record,
                        struct hf_error *error);

/* True where no transaction has been applied in part. */
int world_is_between_transactions(const struct world *world);

/* True where day lines, restatements or closes of the mine changed since the last world_clear_changes. */
int world_mine_has_changes(const struct world_mine *mine);

/* Forgets what changed: it has been published. */
void world_clear_changes(struct world *world);

#endif
