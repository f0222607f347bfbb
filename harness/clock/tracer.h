/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_TRACER_H
#define HARNESS_CLOCK_TRACER_H

/* The virtual clock: starts programs, follows everything they start, and moves the clocks that all
 * of them read, while what they wait for comes due with it. The programs are not changed and need
 * not be linked in any way; docs/virtual-clock.md tells how and what the limits are.
 *
 * Every clock of the traced tree shows the machine's time plus an offset, whole seconds, which only
 * grows: CLOCK_MONOTONIC and its kin have one, all others another. CPU-time clocks are left alone.
 *
 * The owner polls tracer_fd() and calls tracer_handle() whenever it is readable: a traced process
 * that reports something stands still until then, so the owner must never block for long.
 *
 * Signals: tracer_new() blocks SIGCHLD in the calling thread. An owner that takes SIGCHLD from a
 * descriptor of its own must call tracer_handle() then, too; either may take the signal that the
 * other waits for, so other children are better watched by their pidfd (struct process). They are
 * left for the owner to reap.
 *
 * Threads: create, use and free in one thread of a single-threaded process. x86-64 Linux 5.6 or
 * later; elsewhere tracer_new() fails with ERR_UNAVAILABLE.
 * Sources: ptrace(2), seccomp(2), vdso(7), proc(5) of the Linux man-pages. */

#include "base/core/err.h"
#include "base/sys/process.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct tracer;

struct tracer_hooks {
    void *ctx;
    /* A traced process became another program; view lives for the call only. May be NULL. */
    void (*on_exec)(void *ctx, const struct process_view *view);
    /* A process that tracer_start() started was reaped. May be NULL. */
    void (*on_exit)(void *ctx, pid_t pid, const struct process_status *status);
};

struct tracer_counters {
    int64_t execs;           /* programs whose clock was taken over */
    int64_t threads;         /* tasks ever followed */
    int64_t raw_clock_calls; /* clock system calls that went round the vDSO; corrected */
    int64_t waits_rewritten; /* absolute deadlines moved to the machine's clock */
    int64_t
        waits_reissued;   /* waits that were pending at a jump and begun anew with what remained */
    int64_t timers_moved; /* timerfd, interval and POSIX timers pending at a jump */
    int64_t rings;        /* io_uring instances made: their time-outs do not follow the clock */
    int64_t foreign_programs;  /* 32-bit or other programs whose clock could not be taken over */
    int64_t lost_tasks;        /* a thread that did not stop in time, or a step refused at a jump */
    const char *first_problem; /* what the first of the three above was about, or NULL */
};

/* Fails with ERR_UNAVAILABLE, saying why, where clocks cannot be moved. hooks is copied. */
struct tracer *tracer_new(const struct tracer_hooks *hooks, struct err *err) NODISCARD;
/* One that only follows and tells of execs: clocks, filters and vDSO stay as they are,
 * tracer_jump() must not be called, and whether it is sound says nothing. ERR_UNAVAILABLE as above.
 */
struct tracer *tracer_new_watching(const struct tracer_hooks *hooks, struct err *err) NODISCARD;
/* Whether a child may be traced here at all: ERR_UNAVAILABLE, with what to do, if not. */
int tracer_try(struct err *err) NODISCARD;
/* Kills and reaps all that is traced, without calling the hooks; accepts NULL. */
void tracer_free(struct tracer *t);
void tracer_free_ptr(struct tracer **t);
#define AUTO_TRACER AUTO(tracer_free_ptr)

/* As process_start(): errors, descriptors, group and limits are the same; no_new_privs is set, so
 * that a setuid program gains nothing. Any number of programs may be started over time; each begins
 * at the offset of that moment. Returns when the program has been executed. */
int tracer_start(struct tracer *t, const struct process_options *options, pid_t *ret_pid,
                 struct err *err) NODISCARD;

int tracer_fd(const struct tracer *t); /* readable: call tracer_handle() */
/* Handles everything that was reported, without blocking. */
void tracer_handle(struct tracer *t);
bool tracer_is_empty(const struct tracer *t); /* nothing traced is left */
/* Every task waits in a system call, after what was reported is handled. */
bool tracer_rests(struct tracer *t);

enum tracer_jump {
    JUMP_ALL,    /* the time goes by */
    JUMP_SUSPEND /* it goes by while the machine is suspended: CLOCK_MONOTONIC and what is measured
                    by it, all durations among it, stand still */
};
/* Moves the clocks of the tree by seconds (1 or more). When it returns, every process reads the new
 * time and all that came due has been woken. What could not be reached in two seconds is counted in
 * lost_tasks and put right as soon as it stops. */
int tracer_jump(struct tracer *t, enum tracer_jump kind, int64_t seconds,
                struct err *err) NODISCARD;
int64_t tracer_offset(const struct tracer *t); /* seconds, of CLOCK_REALTIME */

/* Something made the clock untrustworthy: judge nothing that depends on it. */
bool tracer_is_sound(const struct tracer *t);
const struct tracer_counters *tracer_counters(const struct tracer *t);

#endif
