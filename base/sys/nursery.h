/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_NURSERY_H
#define BASE_SYS_NURSERY_H

/* A program that is started many times, loaded once: a process that has loaded it waits at a
 * SOCK_SEQPACKET socket, and forks a copy of itself for each start.
 *
 *     nursery_start(&options, &nursery, err)                   who wants to start it often
 *     nursery_serve(fd, &hooks, err)                           in that program
 *     nursery_fork(nursery.fd, &options, &process, err)        instead of process_start(); also in
 *                                                              processes forked by the starter
 *
 * A copy gets argv, the descriptors of `pass_fds` under the same numbers, stdout and stderr;
 * environment, folder, limits and stdin are the nursery's. All other descriptors are closed. It
 * leads a process group, is killed when the nursery ends, and is the nursery's child: who asked for
 * it gets a process whose `is_anothers` is set. Nothing ends it when the asker ends, unless it
 * watches the asker itself (process_own_pidfd).
 *
 * The nursery ends when nobody holds the other end of its socket. Threads: single-threaded
 * processes. */

#include "base/sys/process.h"

struct nursery {
    struct process process; /* pid 0 = there is none */
    int fd;                 /* where to ask; not passed on to programs that are executed */
};

/* options.argv with the number of the socket behind it; then waits until the program says that it
 * is ready, at most timeout_ms. On failure nothing is left behind. */
int nursery_start(const struct process_options *options, int64_t timeout_ms, struct nursery *ret,
                  struct err *err) NODISCARD;
/* Accepts one that is not there. Its copies that still run are killed. */
void nursery_end(struct nursery *n);

/* ERR_UNAVAILABLE: the nursery has ended, or cannot fork. */
int nursery_fork(int fd, const struct process_options *options, struct process *ret,
                 struct err *err) NODISCARD;

struct nursery_hooks {
    int (*run)(void *ctx, int argc, char **argv); /* in the copy; returns its exit status */
    void *ctx;
};
/* Returns when nobody can ask any more. */
int nursery_serve(int fd, const struct nursery_hooks *hooks, struct err *err) NODISCARD;

#endif
