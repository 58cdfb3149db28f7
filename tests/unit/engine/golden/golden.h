/* SPDX-License-Identifier: Apache-2.0 */
/* The history that the golden files hold. A commit follows each GOLDEN_STEPS_A_COMMIT steps. */
#ifndef HEADFRAME_TESTS_UNIT_GOLDEN_H
#define HEADFRAME_TESTS_UNIT_GOLDEN_H

enum {
    GOLDEN_SEED = 1,
    GOLDEN_EVENT_IDS = 20,
    GOLDEN_HORIZON = 30,
    GOLDEN_STEPS = 480,
    GOLDEN_STEPS_A_COMMIT = 6,
};

#endif
