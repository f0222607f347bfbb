/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_RUNNER_H
#define HARNESS_RUN_RUNNER_H

/* Runs many cases, each in a worker process of its own, several at a time.
 *
 *     const struct runner_options options = {.settings = &settings, .parallel = 4, .on_end =
 * ended}; int signal = 0; if (runner_run(&options, jobs, count, &signal, err) < 0) ...
 *
 * A job that ends leaves evidence in its folder, whatever happened: when its worker dies, the
 * evidence is a harness_error. SIGINT, SIGTERM and SIGHUP end all workers and everything below
 * them; jobs that had not ended then leave no evidence. Nothing survives the call.
 *
 * Blocks those signals for its duration, and makes the calling process a subreaper for good.
 * Threads: single-threaded process only (it forks). */

#include "base/core/err.h"
#include "harness/run/run_case.h"

#include <stddef.h>
#include <stdint.h>

struct runner_options {
    const struct run_settings *settings;
    int parallel; /* connectors at a time; less than 1 = 1. There are more workers, by half: they
                     make worlds ready and look at what was left meanwhile */
    void *ctx;
    void (*on_start)(void *ctx, size_t job); /* its connector starts; may be NULL */
    /* Its evidence can be loaded now. May be NULL. */
    void (*on_end)(void *ctx, size_t job, int64_t took_ms);
    /* Asked before each start: true = start nothing more, let what runs end. May be NULL; if not,
     * no world is made ready while others still run, as it might not be wanted. */
    bool (*is_enough)(void *ctx);
    int wake_fd; /* when it can be read, on_wake is called, which must read it empty */
    void (*on_wake)(void *ctx); /* NULL = no wake_fd */
};

/* Workers look at what a job points to, but for the list itself and the folder's name: these may be
 * memory that no child gets (arena_new_for_parent).
 * ret_signal: 0, or the signal that broke the run off. */
int runner_run(const struct runner_options *options, const struct run_job *jobs, size_t count,
               int *ret_signal, struct err *err) NODISCARD;

#endif
