/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_GUEST_H
#define HARNESS_SEAL_GUEST_H

/* Who starts and reaps programs inside a cell. The cell's init is a copy of the calling program
 * without an exec, so a guest is plain functions of that program: a tracer plugs in here.
 *
 * All functions run in the init (pid 1 of the cell): one thread, SIGCHLD blocked and read by the
 * init, CAP_NET_BIND_SERVICE the only capability, no descriptor of the owner's open. They must not
 * block: while they do, seal_listen and seal_signal wait. State lives until the init is killed. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/sys/process.h"

struct seal_exec;
struct seal_host; /* the init, as its guest sees it */

struct seal_guest {
    /* Once, before the first program. ctx is seal_options.guest_ctx, as it was at seal_open. */
    int (*begin)(struct seal_host *host, void *ctx, void **ret_state, struct err *err);
    /* As process_start. The init closes ret->pidfd, and opens it where it is -1. */
    int (*start)(void *state, const struct process_options *options, struct process *ret,
                 struct err *err);
    /* A child changed state: wait for all there is with WNOHANG, orphans of the cell included, and
     * tell seal_host_exited of each that has ended. */
    void (*settle)(void *state);
    /* A descriptor that also calls for settle when readable; NULL or -1 = none. */
    int (*fd)(void *state);
    /* Answers seal_ask; NULL = every question is refused. */
    int (*ask)(void *state, int verb, struct str question, struct buf *answer, struct err *err);
};

/* Fork, exec, wait. */
const struct seal_guest *seal_guest_plain(void);

void seal_host_exited(struct seal_host *host, pid_t pid, const struct process_status *status);
void seal_host_exec(struct seal_host *host, const struct seal_exec *exec);

#endif
