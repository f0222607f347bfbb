/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_UNMATCHED_H
#define HARNESS_APP_UNMATCHED_H

/* Entries of expected_failures and of the baseline that no result of the run answers to: mistakes,
 * or debts that were paid. Of a part that was selected nothing can be said; of a shard it can be
 * said only when all shards are together (report/merge.h). */

#include "harness/app/suite_run.h"

/* Adds to run->problems, or for a shard to run->unmatched. */
void unmatched_find(struct arena *a, const struct suite_run_options *o, struct run_record *run);

#endif
