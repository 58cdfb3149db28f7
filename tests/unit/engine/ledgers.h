/* SPDX-License-Identifier: Apache-2.0 */
/* Shows all that a partition remembers of its facts, so that two can be compared. */
#ifndef HEADFRAME_TESTS_UNIT_LEDGERS_H
#define HEADFRAME_TESTS_UNIT_LEDGERS_H

#include "headframe/partition.h"

/* The newest date of each mine, each version that stands in reach, and each that waits or was rejected, one a line and
 * sorted; a new string. Mines go by their ids. */
char *ledger_text(const struct hf_partition *partition);

/* Holds where both partitions remember the same. */
void assert_same_ledgers(const struct hf_partition *a, const struct hf_partition *b);

#endif
