/* SPDX-License-Identifier: Apache-2.0 */
/* Dates in test tables are written as text. */
#ifndef HEADFRAME_TESTS_UNIT_DATES_H
#define HEADFRAME_TESTS_UNIT_DATES_H

#include <string.h>

#include "../unit.h"
#include "headframe/calendar.h"

/* The day number of "2003-06-30"; anything else fails the test. */
static inline int32_t date_of(const char *text)
{
    int32_t date = 0;
    assert_int_equal(hf_date_parse(text, strlen(text), &date, NULL), HF_OK);
    return date;
}

/* Holds where date is the one that text says: both are shown where it is not. */
#define assert_date_equal(date, text)                                \
    do {                                                             \
        char shown_[HF_DATE_TEXT];                                   \
        assert_string_equal(hf_date_format((date), shown_), (text)); \
    } while (0)

#endif
