/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_RUN_SETUP_H
#define HARNESS_APP_RUN_SETUP_H

/* The command line of `assay run', and all that follows from it before anything is started:
 * manifests, plan, shard, gate, seed, where reports go. Everything lives in the app's arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/app/app.h"
#include "harness/app/gate.h"
#include "harness/app/output.h"
#include "harness/app/report_choice.h"
#include "harness/plan/plan.h"
#include "harness/spec/baseline.h"

struct run_options {
    struct str_list connectors, auth, cases, reports;
    const char *output, *cases_dir, *shard, *requirements, *baseline;
    int level, isolation, clock, browser;
    int64_t jobs, seed, repeat, max_failures, floor;
    bool strict, keep_worlds, quiet;
    bool last_failed, fail_fast, json;
};

struct run_setup {
    const struct app *app;
    const struct run_options *options;
    const struct case_set *cases;
    const struct manifest **manifests;
    unsigned *left_out; /* per manifest: declared modes that were not selected */
    size_t manifest_count;
    struct requirement_set requirements;
    struct baseline baseline;
    struct gate gate;
    struct plan_shard shard;
    const char *shard_source; /* "--shard 2/5", "CI_NODE_INDEX=2, base 1" */
    struct plan plan;
    struct str_list selection; /* the filters, as the user gave them; the shard is not one */
    struct str_list judged_by; /* options that a repetition must have too */
    struct output output;
    struct report_choices reports;
    const char *cases_dir; /* absolute; NULL = the program's own */
    uint64_t seed;
};

/* The number given, or a new one when it is 0. */
uint64_t run_seed_choose(int64_t given);
/* app, options and cases must be there; the rest is filled. */
int run_setup_make(struct run_setup *s, struct err *err) NODISCARD;

#endif
