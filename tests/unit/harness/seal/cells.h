/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HARNESS_SEAL_CELLS_H
#define TESTS_UNIT_HARNESS_SEAL_CELLS_H

/* Cells for tests, and commands inside them. */

#include "base/core/arena.h"
#include "harness/seal/seal.h"

#include <stddef.h>

/* Skips the test where the system refuses cells; fails it for any other error. */
struct seal *cell_open(const struct seal_options *options);

struct cell_command {
    const char *const *argv; /* NULL-terminated */
    const int *pass_fds;
    size_t pass_fd_count;
    struct process_limits limits;
};
/* Runs it inside to its end, at most 20 s. Returns its standard output and error; *ret_code is its
 * exit status, 128 + n for signal n. */
const char *cell_run(struct seal *seal, struct arena *a, const struct cell_command *command,
                     int *ret_code);
/* The same for `sh -c script`; the exit status is put at the end as "=N". */
const char *cell_sh(struct seal *seal, struct arena *a, const char *script);

#endif
