/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_MERGE_H
#define HARNESS_REPORT_MERGE_H

/* Joining the shards of a run, and proving that nothing is missing: each shard says the digest of
 * the whole plan; what all of them ran together must have that digest again. A probe is run by
 * every shard that needs it and counts once, with its worst verdict.
 *
 * Pure. Ownership: the merged record lives in the arena and borrows from the shards. */

#include "base/core/arena.h"
#include "harness/report/events.h"

struct merge_input {
    const char *name; /* for messages: the folder or file */
    const struct run_record *run;
};

/* NULL when the shards do not make up one whole run: then ret_problems says what is missing,
 * foreign, double or broken off, by name. run_id and evidence paths are left for the caller. */
struct run_record *runs_merge(struct arena *a, const struct merge_input *inputs, size_t count,
                              struct str_list *ret_problems);

#endif
