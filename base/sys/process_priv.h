/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_PROCESS_PRIV_H
#define BASE_SYS_PROCESS_PRIV_H

/* Shared by the process_*.c files. */

#include "base/core/arena.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* In the child, first thing: SIGKILL when the parent ends, however early. */
void child_die_with_parent(pid_t parent);
/* Gives *ret_pidfd for a child that is not reaped yet; on failure the child is killed and reaped.
 */
int child_open_pidfd(pid_t pid, int *ret_pidfd, struct err *err) NODISCARD;

struct process_row {
    pid_t pid, parent;
    char state;    /* as in /proc/PID/stat; 'Z' = ended, not reaped */
    int64_t start; /* with pid, tells a process from a later one of the same number */
};
struct process_rows {
    struct process_row *items;
    size_t count, capacity;
};
/* Everything below root at this moment, except the `keep` pids and what is below those. Fails when
 * /proc cannot be read or belongs to another pid namespace. */
int process_rows_below(struct arena *a, pid_t root, const pid_t *keep, size_t keep_count,
                       struct process_rows *ret, struct err *err) NODISCARD;
/* The base name of argv[0], or what the kernel calls it; printable. */
const char *process_command(struct arena *a, pid_t pid);

#endif
