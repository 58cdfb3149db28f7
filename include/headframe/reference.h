/* SPDX-License-Identifier: Apache-2.0 */
/* Reference data as the daemons hold it: mines with their calendars and owners, companies, rates and prices.
 *
 * Records are values: a new record for a key replaces the old one whole. All of it belongs to one thread. */
#ifndef HEADFRAME_REFERENCE_H
#define HEADFRAME_REFERENCE_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "headframe/vocabulary.h"
#include "headframe/zone.h"

enum { HF_ID_LIMIT = 64, HF_MATERIAL_LIMIT = 64 };

enum hf_mine_status { HF_MINE_OPERATING, HF_MINE_DEVELOPMENT, HF_MINE_EXPLORATION, HF_MINE_CORPORATE };
enum hf_credits { HF_CREDITS_REPORTED, HF_CREDITS_PRICED };

/* Output units by material number; -1 where the record names none. */
struct hf_unit_choice {
    int8_t units[HF_MATERIAL_LIMIT];
};

/* One entry of a mine's interests: company holds share from that date on. */
struct hf_interest {
    char company_id[HF_ID_LIMIT + 1];
    int32_t from;
    mpq_t share; /* 0 to 1 */
};

struct hf_mine {
    char id[HF_ID_LIMIT + 1];
    char *name;
    struct hf_day_rule day_rule; /* its zone belongs to the mine */
    int primary_metal;           /* material number, or -1 */
    struct hf_unit_choice units;
    enum hf_mine_status status;
    enum hf_credits credits;
    struct hf_interest *interests; /* in the order of the record */
    size_t interest_count;
};

struct hf_company {
    char id[HF_ID_LIMIT + 1];
    char *name;
    int reporting_currency;      /* currency number */
    int fiscal_year_start_month; /* 1 to 12 */
    int primary_metal;           /* material number, or -1 */
    struct hf_unit_choice units;
};

/* A stretch of dates, both included, over which a company holds one share of a mine, above 0. */
struct hf_holding {
    int32_t from, through;
    mpq_t share;
};

/* New zeroed records; release with the matching free, which clears the pointer and accepts NULL in it. */
struct hf_mine *hf_mine_new(size_t interest_count);
void hf_mine_free(struct hf_mine **mine);
struct hf_company *hf_company_new(void);
void hf_company_free(struct hf_company **company);

/* True for 1 to 64 bytes of UTF-8 without control characters and without '|' (contract, section 2). */
int hf_is_identifier(const char *text, size_t length);

/* The unit in which a material is published: the choice's, else the material's default. */
enum hf_unit hf_output_unit(const struct hf_unit_choice *choice, int material);

/* The stretches over which company_id holds a share above 0 of mine, ascending and disjoint. An entry holds until the
 * company's next entry; of two with the same date the later in the list counts. The array is new, *out_count long (0
 * gives NULL); release with hf_holdings_free. */
struct hf_holding *hf_mine_holdings(const struct hf_mine *mine, const char *company_id, size_t *out_count);
void hf_holdings_free(struct hf_holding **holdings, size_t count);

/* Checks that the shares of the mine's companies never sum to more than 1. Returns 0, or HF_EINVAL with an error that
 * names the date. */
int hf_mine_check_shares(const struct hf_mine *mine, struct hf_error *error);

/* --- monthly series: exchange rates and prices -------------------------------------------------------------------- */

struct hf_series;

/* A value of a month; of a price also its currency and the mass it is for. */
struct hf_quote {
    mpq_t value;       /* above 0: currency units per US dollar, or price per unit */
    int currency;      /* of a price */
    enum hf_unit unit; /* of a price */
};

/* Monthly quotes by (subject, month): subject is a currency or a material number, month counts from year 0. */
struct hf_series *hf_series_new(void);
void hf_series_free(struct hf_series **series);
/* Copies value; currency and unit are for prices. */
void hf_series_set(struct hf_series *series, int subject, int32_t month, const mpq_t value, int currency,
                   enum hf_unit unit);
void hf_series_remove(struct hf_series *series, int subject, int32_t month);
/* The quote, borrowed until the series changes, or NULL. */
const struct hf_quote *hf_series_get(const struct hf_series *series, int subject, int32_t month);

#endif
