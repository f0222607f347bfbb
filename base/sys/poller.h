/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_POLLER_H
#define BASE_SYS_POLLER_H

/* Waiting on several descriptors with a deadline, and signals as descriptors. */

#include "base/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct poll_item {
    int fd; /* -1 = ignored */
    bool want_read, want_write;
    bool ready_read, ready_write, ready_error; /* filled; read is also set on hang-up */
};

/* Waits until something is ready or timeout_ms passed (-1 = forever). Returns how many are ready
 * (0 = time-out), survives EINTR. */
int poll_wait(struct poll_item *items, size_t count, int64_t timeout_ms, struct err *err) NODISCARD;

/* Blocks SIGINT, SIGTERM, SIGHUP and SIGCHLD and returns a descriptor that reads them. */
int signals_open(struct err *err) NODISCARD;
/* The next pending signal of it, or 0. */
int signals_read(int fd);
/* Ignores SIGPIPE for the whole process. */
void signals_ignore_pipe(void);

#endif
