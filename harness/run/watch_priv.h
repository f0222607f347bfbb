/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_WATCH_PRIV_H
#define HARNESS_RUN_WATCH_PRIV_H

/* What is watched while the connector works: that the mocks live, and which programs are executed
 * below us, with arguments and environment (kept raw until the canaries are known, see
 * collect_priv.h). In a sealed world a tracer tells of every exec; where there is none, samples are
 * taken.
 *
 * While the connector works samples are taken every 25 ms, more often at first, and more rarely
 * when they take long, so that watching costs a few per cent at most. Bounded: see the limits in
 * watch.c. Ownership: views live in the arena. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "base/sys/process.h"

#include <stdbool.h>
#include <stdint.h>

struct watch_pids {
    pid_t *items;
    size_t count, capacity;
};

struct seal;

struct watch_times {
    int64_t *items;
    size_t count, capacity;
};

/* A file that was deleted and is still open somewhere, as it was when looked at. */
struct deleted_file {
    const char *name; /* what it was called */
    struct str content;
    dev_t device;
    ino_t inode;
    int64_t size, changed_s, changed_ns;
};
struct deleted_files {
    struct deleted_file *items;
    size_t count, capacity;
};

struct watch {
    struct arena *arena;
    struct watch_pids direct;   /* processes that assay itself started for the connector */
    int mock_fd, decoy_fd;      /* pidfds; -1 = none */
    pid_t mock_pid, decoy_pid;  /* not the connector's */
    pid_t proxy_pid;            /* nor is this; 0 = none */
    pid_t browser_pid;          /* neither is it nor what is below it; 0 = none */
    pid_t browser_inner_pid;    /* the same as the cell sees it */
    pid_t cell_pid;             /* isolation sealed: all of the connector is below it; else 0 */
    struct seal *followed;      /* tells of every exec; NULL = samples are taken */
    struct process_views views; /* every exec, or each distinct sample once */
    struct watch_times at_ms;   /* of monotonic_ms(), per exec */
    int64_t lost;               /* execs beyond what can be kept */
    int64_t view_bytes;
    struct deleted_files deleted; /* each state of each that was seen */
    int64_t deleted_bytes;
    int64_t next_ms, interval_ms;
    bool is_idle; /* nothing is asked for: samples may be rare */
};

/* Takes in what the tracer has told. Nothing without one. */
int watch_take_execs(struct watch *w, struct err *err) NODISCARD;
/* Takes a sample if it is time to; returns when the next one is due (of monotonic_ms()). */
int64_t watch_sample(struct watch *w);
/* Takes one now, unless execs are told. Returns how many processes of the connector there are. */
size_t watch_sample_now(struct watch *w);
/* Takes away the browser and all below it. */
void watch_without_browser(struct process_views *views, pid_t browser_pid);
bool watch_is_direct(const struct watch *w, pid_t pid);
/* It has the very arguments of a direct one: a child between fork and exec, or one that stays so.
 */
bool watch_is_copy(const struct watch *w, const struct process_view *view);
/* Sampling starts again at the short interval: something new was asked for. */
void watch_hurry(struct watch *w);
/* Keeps what deleted files hold that the connector's processes have open. */
void watch_look_at_files(struct watch *w);
/* Nothing is asked for now. */
void watch_relax(struct watch *w);

#endif
