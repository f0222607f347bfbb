/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_PROGRESS_H
#define HARNESS_APP_PROGRESS_H

/* What a person sees while a run goes on, on standard error: a line that is rewritten on a terminal
 * (done, not green, time left, running, the oldest that runs), a line per case elsewhere. Findings
 * are printed as lines in both. */

#include "base/core/arena.h"
#include "harness/report/events.h"

#include <stdbool.h>
#include <stdint.h>

struct progress;

struct progress *progress_new(size_t total, bool quiet);
void progress_free(struct progress *p); /* clears the rewritten line; accepts NULL */
void progress_start(struct progress *p, const char *connector, const char *mode,
                    const char *case_id);
void progress_end(struct progress *p, const struct run_result *result);
/* It ended, but will be run once more. */
void progress_again(struct progress *p, const struct run_result *result);
/* All that runs, oldest first, with ages: for whoever asks (SIGUSR1), quiet or not. */
void progress_dump(const struct progress *p);

#endif
