/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_SUITE_RUN_H
#define HARNESS_APP_SUITE_RUN_H

/* Carrying out a plan: probes first, then the cases of the connectors and modes whose probes were
 * green; each result judged as its evidence arrives and written to the event stream at once.
 *
 * Ownership: the run_record lives in the arena and borrows plan, manifests and cases. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/app/app.h"
#include "harness/app/gate.h"
#include "harness/app/output.h"
#include "harness/plan/plan.h"
#include "harness/report/events.h"
#include "harness/spec/baseline.h"

#include <stdbool.h>
#include <stdint.h>

struct secret_set;
struct walls;

struct suite_run_options {
    const struct app *app;
    const struct case_set *cases;
    const struct plan *plan;
    const struct manifest *const *manifests;
    size_t manifest_count;
    const struct output *output;
    enum browser_engine engine;     /* who plays the user */
    const struct walls *walls;      /* how the connectors are kept apart */
    struct str_list selection;      /* the filters, as the user gave them */
    const unsigned *left_out_modes; /* per manifest: declared modes that were not selected */
    struct gate gate;
    const struct baseline *baseline; /* already applied to the manifests; NULL = none */
    struct plan_shard shard;         /* of the plan; zeroed = all of it */
    const char *shard_source;        /* for the record; NULL = nobody said */
    int64_t jobs;
    int64_t repeat;       /* further attempts of what failed or was inconclusive */
    int64_t max_failures; /* nothing more is started then; 0 = no matter how many */
    int64_t floor;        /* fewer judged case runs than this make the run incomplete */
    uint64_t seed;        /* not 0 */
    int status_fd;        /* status_signal.h; -1 = none */
    bool keep_worlds;
    bool quiet; /* no line per case */
    /* Of a self-check: says what the whole run comes to, before that is written. May be NULL. */
    void (*on_conclude)(void *ctx, struct run_record *run);
    void *ctx;
};

/* Runs, and writes the event stream; *ret_run is complete but for the reports. secrets (may be
 * NULL) gets the canaries of all case runs, for the last look at what was written. -1 only when
 * nothing could be recorded; a run that was interrupted is a result like others (exit code 130 or
 * 143). */
int suite_run(struct arena *a, const struct suite_run_options *options, struct secret_set *secrets,
              struct run_record **ret_run, struct err *err) NODISCARD;

#endif
