/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_RUN_CASE_H
#define HARNESS_RUN_RUN_CASE_H

/* The life of one case: world up, connector driven through the steps, stopped, swept, collected,
 * evidence saved, world down.
 *
 * What goes wrong with the connector is in the evidence, not an error. What goes wrong with assay
 * or the mock is evidence too (harness_error). An error is only left when no evidence could be
 * saved.
 *
 * The calling process becomes a subreaper, ignores SIGPIPE, and everything below it is ended: call
 * it in a process of its own (runner.h does). Threads: single-threaded. */

#include "base/core/err.h"
#include "harness/spec/case.h"
#include "harness/spec/manifest.h"

#include <stdbool.h>
#include <stdint.h>

struct nursery;
struct walls;

struct run_settings {
    const char *mock_program;      /* assay-mock */
    const struct nursery *nursery; /* of which mocks are forked; NULL = none */
    const char *browser_program;   /* assay-browser */
    enum browser_engine engine;
    const char *base_dir;      /* where worlds are made; NULL = $TMPDIR or /tmp */
    const struct walls *walls; /* of the run (harness/world/walls.h) */
    uint64_t seed;             /* 0 = none: values differ from run to run */
    bool keep_worlds;          /* leave the worlds' folders behind */
    bool hand_over;            /* canary_fd is in use */
    int canary_fd;  /* gets the canaries of each case, for searching what is written of the
                       run (last_look_priv.h); opened for appending */
    bool has_turns; /* turn_fd is in use */
    int turn_fd;    /* where to ask for the connector's turn (turn_priv.h) */
};

struct run_job {
    const struct manifest *manifest;
    const struct case_spec *spec;
    enum mode mode;
    const char *evidence_dir; /* made; what an earlier run left there is replaced */
};

int run_case(const struct run_settings *settings, const struct run_job *job,
             struct err *err) NODISCARD;
/* Evidence of a job that could not be carried out by assay's own fault. */
int run_case_save_harness_error(const struct run_job *job, const char *reason,
                                struct err *err) NODISCARD;

#endif
