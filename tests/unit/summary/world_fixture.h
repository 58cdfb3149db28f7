/* SPDX-License-Identifier: Apache-2.0 */
/* A world for tests of summaries: companies, mines, rates, and facts that reach it as day records.
 *
 * Everything is written as text. JSON stands in single quotes, which become double ones. */
#ifndef HEADFRAME_TESTS_UNIT_WORLD_FIXTURE_H
#define HEADFRAME_TESTS_UNIT_WORLD_FIXTURE_H

#include "../domain/dates.h"
#include "view.h"

struct fixture {
    struct world *world;
    GHashTable *production, *costs; /* mine → struct ledger_mine, what its topic is told */
};

struct fixture *fixture_new(void);
void fixture_free(struct fixture *fixture);

/* --- reference data ----------------------------------------------------------------------------------------------- */

/* Applies a record of a reference topic; json NULL is a tombstone. Returns world_apply's result. */
int apply_reference(struct fixture *fixture, enum hf_topic topic, const char *key, const char *json,
                    struct hf_error *error);

/* A company; extra is more members ("'primary_metal':'silver'") or "". */
void add_company(struct fixture *fixture, const char *id, const char *extra);

/* An operating mine in UTC whose days start at 00:00. metal is its primary one, interests a list "COMPANY DATE SHARE"
 * with semicolons, extra more members or "". */
void add_mine(struct fixture *fixture, const char *id, const char *metal, const char *interests, const char *extra);

/* The rate of a month: units per US dollar. The price of a month: "350.00 USD OZT". */
void add_rate(struct fixture *fixture, const char *currency, const char *month, const char *per_usd);
void add_price(struct fixture *fixture, const char *material, const char *month, const char *price);

/* --- facts -------------------------------------------------------------------------------------------------------- */

/* A production fact: "gold PRODUCED 1000 OZT", with a quality after it where it is not ASSAYED. */
void produce(struct fixture *fixture, const char *mine, const char *date, const char *fact);
/* A cost fact: "MINING 3000 USD". */
void spend(struct fixture *fixture, const char *mine, const char *from, const char *through, const char *fact);
/* Withdraws a fact as it was given. */
void unproduce(struct fixture *fixture, const char *mine, const char *date, const char *fact);
void unspend(struct fixture *fixture, const char *mine, const char *from, const char *through, const char *fact);

/* The production of a mine, or its costs, is closed through date. */
void close_production(struct fixture *fixture, const char *mine, const char *through);
void close_costs(struct fixture *fixture, const char *mine, const char *through);

/* A version was applied to these closed days of a mine's production, or of its costs: "2003-06-30",
 * "2003-06-01..2003-06-30" or "2003-05-31 2003-06-30..2003-07-01". All these days are sent: the version changed them. */
void restate_production(struct fixture *fixture, const char *mine, const char *closed_days);
void restate_costs(struct fixture *fixture, const char *mine, const char *closed_days);

/* Brings what happened to the world: day records and closes of each mine, then the control records that end the transaction. */
void settle(struct fixture *fixture);
/* The same without control records: the transaction is still open. */
void settle_half(struct fixture *fixture);

/* --- views -------------------------------------------------------------------------------------------------------- */

/* What a company, or a mine, sees; stale after 7 days. Release with view_free. */
struct view *company_view(const struct fixture *fixture, const char *company);
struct view *mine_view(const struct fixture *fixture, const char *mine);

/* The window of a kind that holds date; of a rolling kind the one that ends on the view's clock. */
struct hf_window window_of(const struct view *view, const char *kind, const char *date);

#endif
