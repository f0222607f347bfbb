/* SPDX-License-Identifier: Apache-2.0 */
/* What a child gives itself between fork and exec: async-signal-safe calls only. */
#include "base/sys/process_child.h"

#include "base/core/attrs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

#define FIRST_PLAIN_FD 3 /* after stdin, stdout and stderr */

static void child_reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int sig = 1; sig < NSIG; sig++) {
        (void)sigaction(sig, &action, NULL); /* refused for SIGKILL and SIGSTOP */
    }
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The three may be given in any order, overlapping 0 to 2: first copies above, then into place. */
static bool child_place_stdio(const struct process_options *o)
{
    const int wanted[3] = {o->stdin_fd, o->stdout_fd, o->stderr_fd};
    int copies[3];
    for (int i = 0; i < 3; i++) {
        int from = wanted[i] >= 0 ? wanted[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        copies[i] = from < 0 ? -1 : fcntl(from, F_DUPFD_CLOEXEC, FIRST_PLAIN_FD);
        if (copies[i] < 0) {
            return false;
        }
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(copies[i], i) < 0) {
            return false;
        }
    }
    return true;
}

/* Marks instead of closing: the report pipe lives until the exec. */
static void child_mark_all_cloexec(void)
{
    if (syscall(SYS_close_range, FIRST_PLAIN_FD, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0) {
        return;
    }
    struct rlimit limit = {0}; /* Linux before 5.11 */
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = FIRST_PLAIN_FD; (rlim_t)fd < limit.rlim_cur && fd < INT_MAX; fd++) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
}

static bool child_set_limit(int resource, int64_t soft, int64_t hard)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) < 0) {
        return false;
    }
    struct rlimit wanted = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    if (wanted.rlim_max > now.rlim_max) {
        wanted.rlim_max = now.rlim_max;
    }
    if (wanted.rlim_cur > wanted.rlim_max) {
        wanted.rlim_cur = wanted.rlim_max;
    }
    return setrlimit((__rlimit_resource_t)resource, &wanted) == 0;
}

static bool child_set_limits(const struct process_limits *l)
{
    if (l->no_core && !child_set_limit(RLIMIT_CORE, 0, 0)) {
        return false;
    }
    /* SIGXCPU at the soft limit; a program that ignores it is killed a second later. */
    if (l->cpu_seconds > 0 && !child_set_limit(RLIMIT_CPU, l->cpu_seconds, l->cpu_seconds + 1)) {
        return false;
    }
    const struct {
        int resource;
        int64_t value;
    } rows[] = {
        {RLIMIT_FSIZE, l->file_bytes},
        {RLIMIT_NOFILE, l->open_files},
        {RLIMIT_NPROC, l->processes},
        {RLIMIT_AS, l->memory_bytes},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].value > 0 && !child_set_limit(rows[i].resource, rows[i].value, rows[i].value)) {
            return false;
        }
    }
    return true;
}

/* The report pipe keeps its mark. */
static bool child_pass_fds(const struct process_options *o)
{
    child_mark_all_cloexec();
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        if (fcntl(o->pass_fds[i], F_SETFD, 0) < 0) {
            return false;
        }
    }
    return true;
}

enum process_stage process_child_prepare(const struct process_options *o, int *report_fd)
{
    child_reset_signals();
    int above = fcntl(*report_fd, F_DUPFD_CLOEXEC, FIRST_PLAIN_FD);
    if (above < 0) {
        return PROCESS_STAGE_FDS;
    }
    *report_fd = above;
    if (o->cwd != NULL && chdir(o->cwd) < 0) {
        return PROCESS_STAGE_CWD;
    }
    if (!child_place_stdio(o) || !child_pass_fds(o)) {
        return PROCESS_STAGE_FDS;
    }
    return child_set_limits(&o->limits) ? PROCESS_STAGE_EXEC : PROCESS_STAGE_LIMITS;
}

/* execve takes char *const *, for history's sake, and does not write through it. */
static char *const *as_exec_vector(const char *const *strings)
{
    union {
        const char *const *in;
        char *const *out;
    } cast = {.in = strings};
    return cast.out;
}

void process_child_exec(const char *program, const struct process_options *o)
{
    (void)execve(program, as_exec_vector(o->argv), as_exec_vector(o->envp));
}
