/* SPDX-License-Identifier: Apache-2.0 */
/* Which windows of a company or mine may say something else than when they were last published. */
#ifndef HEADFRAME_SUMMARY_ATTENTION_H
#define HEADFRAME_SUMMARY_ATTENTION_H

#include "view.h"

/* The clocks a company or mine had when it was last published. New ones know of no publication: everything is looked
 * at. Release with clock_notes_free, which clears the pointer and accepts NULL in it. */
struct clock_notes;
struct clock_notes *clock_notes_new(void);
void clock_notes_free(struct clock_notes **notes);

struct attention;

/* Compares view with notes, which are brought up to date. is_full: reference data changed, every window may have.
 * view's world must hold what changed since then. Release with attention_free, likewise. */
struct attention *attention_new(const struct view *view, int is_full, struct clock_notes *notes);
void attention_free(struct attention **attention);

/* False only where the window's record can not have changed. */
int attention_must_look(const struct attention *attention, const struct hf_window *window);

#endif
