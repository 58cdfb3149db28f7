/* SPDX-License-Identifier: Apache-2.0 */
/* A window's name in 64 bits: what its kind and label say, and nothing else.
 *
 * A name knows neither company nor mine: two companies whose fiscal years start in July and in October both have
 * quarters named "FY2003-Q2", of other dates. So dates cannot be had from a name, and of windows of one company, or of
 * one mine, two have one name only if they are the same. Names are for memory only; on every topic the words stand.
 * Pure functions, any thread. */
#ifndef HEADFRAME_WINDOW_NAME_H
#define HEADFRAME_WINDOW_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "headframe/calendar.h"

/* The name of a window in years 0 to 9999. fiscal_start_month is 1 to 12 and matters to quarter, half and year only.
 * All windows of a rolling kind have one name, whatever their clock. Never 0, and never above 2^51. */
uint64_t hf_window_name(const struct hf_window *window, int fiscal_start_month);

/* Reads kind and label as published; neither need end in NUL. Takes exactly the texts that hf_window_name_format
 * prints of some window: a date, week or quarter that exists, a label that is of the kind, no other way to write it.
 * Returns 0, or HF_EINVAL with *out_name untouched. */
int hf_window_name_parse(const char *kind, size_t kind_length, const char *label, size_t label_length,
                         uint64_t *out_name);

/* Writes the kind as hf_window_kind_format does and the label as hf_window_label does. name must be from one of the
 * two functions above. */
void hf_window_name_format(uint64_t name, char kind[HF_WINDOW_NAME], char label[HF_WINDOW_LABEL]);

#endif
