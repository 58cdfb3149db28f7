/* SPDX-License-Identifier: Apache-2.0 */
/* Published records as JSON, and single figures of them by a path. */
#ifndef HEADFRAME_TESTS_UNIT_FIGURES_H
#define HEADFRAME_TESTS_UNIT_FIGURES_H

#include <jansson.h>

#include "world_fixture.h"

/* The record of the window of a kind that holds date. New: release with json_decref. */
json_t *company_record(const struct fixture *fixture, const char *company, const char *kind, const char *date);
json_t *mine_record(const struct fixture *fixture, const char *mine, const char *kind, const char *date);

/* The value at a path of member names with points between them; after the name of an array stands the element meant:
 * "production[material=silver,stage=PRODUCED].mines[mine=gc].share". NULL where there is none. */
const json_t *json_at(const json_t *record, const char *path);

struct figure {
    const char *path;
    const char *value; /* a string as it is; anything else as compact JSON ("null", "[]", "3"); NULL: not there */
};

/* Holds where every figure of the table is what it says. */
void assert_figures(const json_t *record, const struct figure *figures, size_t count);

/* The same for a table written in place. */
#define ASSERT_FIGURES(record, ...)                          \
    do {                                                     \
        const struct figure figures_[] = {__VA_ARGS__};      \
        assert_figures((record), figures_, COUNT(figures_)); \
    } while (0)

#endif
