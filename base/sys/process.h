/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_PROCESS_H
#define BASE_SYS_PROCESS_H

/* Starting and ending processes; the only folder that calls fork and exec.
 *
 * A child gets exactly the argv (never a shell), environment, working directory and descriptors
 * given; all others are closed; signal mask and dispositions are reset; it leads a new process
 * group (so that the group can be killed) and dies with its parent (PR_SET_PDEATHSIG).
 * "Ended" means reaped; end of file on a pipe means nothing, as grandchildren may hold it.
 *
 * Threads: call from a single-threaded process only (fork). */

#include "base/core/arena.h"
#include "base/core/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_limits {   /* 0 = not limited */
    int64_t memory_bytes; /* RLIMIT_AS */
    int64_t file_bytes;   /* RLIMIT_FSIZE */
    int64_t open_files;   /* RLIMIT_NOFILE */
    int64_t processes;    /* RLIMIT_NPROC; counts per user, so it is a backstop only */
    int64_t cpu_seconds;  /* RLIMIT_CPU */
    bool no_core;         /* RLIMIT_CORE = 0 */
};

struct process_options {
    const char *const *argv; /* NULL-terminated; argv[0] is looked up when it has no '/' */
    const char *const *envp; /* NULL-terminated "K=V"; the whole environment of the child */
    const char *search_path; /* colon-separated folders for argv[0]; NULL = none */
    const char *cwd;         /* NULL = inherited */
    int stdin_fd, stdout_fd, stderr_fd; /* borrowed; -1 = /dev/null */
    const int *pass_fds;                /* kept open under the same number */
    size_t pass_fd_count;
    struct process_limits limits;
};

struct process {
    pid_t pid;
    int pidfd;        /* poll it for POLLIN: the child has ended and can be reaped */
    bool is_anothers; /* the child of another process (nursery.h), which reaps it */
};

enum process_end {
    PROCESS_RUNNING,
    PROCESS_EXITED,
    PROCESS_SIGNALED,
    PROCESS_ENDED /* of another's child: how is not told */
};

struct process_status {
    enum process_end end;
    int code; /* exit status, or signal number */
    int64_t user_ms, system_ms, max_rss_bytes;
};

/* A failed exec is reported here (by a pipe), not as a dead child: ERR_NOT_FOUND when the program,
 * its interpreter or the working directory is missing, ERR_UNAVAILABLE when it may not be run. A
 * relative argv[0] with a '/' is taken from cwd. A hard limit that is lower already stays. */
int process_start(const struct process_options *options, struct process *ret,
                  struct err *err) NODISCARD;
/* Reaps if ended; PROCESS_RUNNING otherwise. Closes pidfd when reaped. */
int process_poll(struct process *p, struct process_status *ret_status, struct err *err) NODISCARD;
/* Waits until ended or timeout_ms passed (-1 = no limit): then PROCESS_RUNNING. */
int process_wait(struct process *p, int64_t timeout_ms, struct process_status *ret_status,
                 struct err *err) NODISCARD;
/* The whole group, of another's child that process alone; ignores ESRCH. Only before the process is
 * reaped: its number may be another's afterwards. */
void process_signal_group(const struct process *p, int sig);

/* A descriptor that can be read once this process has ended, for who is to end with it. */
int process_own_pidfd(struct err *err) NODISCARD;

/* Makes this process the one that orphans below it are given to (PR_SET_CHILD_SUBREAPER). */
int process_become_subreaper(struct err *err) NODISCARD;

struct process_stray {
    pid_t pid;
    const char *command; /* its name only: arguments may hold secrets */
};
struct process_strays {
    struct process_stray *items;
    size_t count, capacity;
};
/* Kills and reaps everything below this process except the `keep` pids and what is below them,
 * until nothing is left; lists what had to be killed. ERR_TIMEOUT, naming one, when something is
 * left at deadline_ms (of monotonic_ms()); ERR_UNAVAILABLE when /proc shows another pid namespace.
 * Without process_become_subreaper before, orphans are not below this process. */
int process_sweep(struct arena *a, const pid_t *keep, size_t keep_count, int64_t deadline_ms,
                  struct process_strays *ret_strays, struct err *err) NODISCARD;

/* Lists (without touching) all live descendants of pid: argv and environment read from /proc. */
struct process_view {
    pid_t pid, parent;
    struct str_list argv;
    struct str_list environ;
};
struct process_views {
    struct process_view *items;
    size_t count, capacity;
};
void process_list_below(struct arena *a, pid_t pid, struct process_views *ret);

/* The same of all that a mounted proc file system shows, but for its number 1, by the numbers that
 * it gives them: of a pid namespace of its own that is far less than the machine's. ERR_IO when it
 * cannot be read. */
int process_list_shown(struct arena *a, const char *proc, struct process_views *ret,
                       struct err *err) NODISCARD;

/* Forks this program to run fn in a worker process that leads its own group and dies with its
 * parent; the child leaves with fn's return value through _exit, after flushing stdio. It keeps all
 * descriptors and dispositions; no signal is blocked in it. */
int process_fork(int (*fn)(void *ctx), void *ctx, struct process *ret, struct err *err) NODISCARD;

#endif
