/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_RUN_FILES_H
#define HARNESS_APP_RUN_FILES_H

/* Runs as users name them: an output folder, or a run.jsonl. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/report/events.h"

struct run_file {
    const char *name, *dir, *events; /* as given; the folder; the stream in it */
    struct run_record *run;
};

/* ERR_INVALID or ERR_NOT_FOUND (exit 65) when it is not there or not a stream; incomplete ones are
 * loaded: look at run->complete. Results are in order. */
int run_file_load(struct arena *a, const char *name, struct run_file *ret,
                  struct err *err) NODISCARD;

#endif
