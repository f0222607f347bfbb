/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program under the tracer. The child waits on a pipe until it is traced, gives itself
 * what the options say (process_child.h), loads the filters and executes; what fails it says
 * through a second pipe. Between fork and exec it makes async-signal-safe calls only. */
#include "harness/clock/tracer_priv.h"

#include "base/core/assert.h"
#include "base/core/attrs.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/sys/process_child.h"
#include "harness/clock/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_FAILED = 127 };

struct failure { /* what the child writes to the pipe */
    bool filter_refused;
    enum process_stage stage; /* otherwise */
    int sys_errno;
};

struct launch {
    const struct process_options *options;
    const char *program; /* path to execute */
    int go_fd;           /* the child reads its end of file when it is traced */
    int go_write_fd;     /* the parent's end, which the child closes */
    int report_fd;
    bool base_filter, waits_filter;
};

static int child_fail(const struct launch *l, bool filter_refused, enum process_stage stage)
{
    const struct failure f = {.filter_refused = filter_refused, .stage = stage, .sys_errno = errno};
    (void)!write(l->report_fd, &f, sizeof(f));
    _exit(CHILD_FAILED);
}

static bool child_filter(struct sock_fprog program)
{
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                   &program) == 0;
}

/* process_fork() has made a group of its own and tied its life to ours. */
static int child_main(void *ctx)
{
    struct launch *l = ctx;
    const struct process_options *o = l->options;
    char byte;
    fd_close(&l->go_write_fd);
    while (read(l->go_fd, &byte, 1) < 0 && errno == EINTR) {
    }
    enum process_stage stage = process_child_prepare(o, &l->report_fd);
    if (stage != PROCESS_STAGE_EXEC) {
        return child_fail(l, false, stage);
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        (l->base_filter && !child_filter(filter_base())) ||
        (l->waits_filter && !child_filter(filter_waits()))) {
        return child_fail(l, true, stage);
    }
    process_child_exec(l->program, o);
    return child_fail(l, false, stage);
}

static int fail_launch(const struct launch *l, const struct failure *f, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    if (!f->filter_refused) {
        return process_start_refused(a, l->options, l->program, f->stage, f->sys_errno, err);
    }
    errno = f->sys_errno;
    (void)err_errno(err, "clocks cannot be moved here: a seccomp filter was refused");
    err->code = ERR_UNAVAILABLE;
    err_hint(err, "allow seccomp(2) in the container, or use the real clock");
    return -1;
}

static int seize(pid_t pid, struct err *err)
{
    const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
                         PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACESECCOMP |
                         PTRACE_O_TRACESYSGOOD;
    if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(intptr_t)options) == 0) {
        return 0;
    }
    (void)err_errno(err, "tracing a child was refused");
    err->code = ERR_UNAVAILABLE;
    err_hint(err, "allow ptrace(2): in a container add the capability SYS_PTRACE; check "
                  "kernel.yama.ptrace_scope; do not run under another tracer");
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return -1;
}

/* Until it has executed or ended. Reports of others are taken, too: a thread that a run-time (a
 * sanitizer's) started in the child holds up its execve until that thread's end is taken. */
static int await_exec(struct tracer *t, const struct launch *l, pid_t pid, int report_read_fd,
                      struct err *err)
{
    int rc = 0;
    bool is_ready = false;
    while (rc >= 0 && !is_ready && task_find(t, pid) != NULL) {
        bool more = tracer_handle_one(t);
        const struct proc *p = proc_find(t, pid);
        is_ready = p != NULL && p->is_ready;
        if (!more && !is_ready && task_find(t, pid) != NULL) {
            struct poll_item item = {.fd = t->signal_fd, .want_read = true};
            rc = poll_wait(&item, 1, -1, err);
            tracer_hush(t);
        }
    }
    (void)kill(getpid(), SIGCHLD); /* for the reports that were hushed and not looked at here */
    if (rc < 0 || is_ready) {
        return rc < 0 ? -1 : 0;
    }
    struct failure f;
    if (read(report_read_fd, &f, sizeof(f)) == (ssize_t)sizeof(f)) {
        return fail_launch(l, &f, err);
    }
    return err_set(err, ERR_UNAVAILABLE, "'%s' was killed before it began", l->program);
}

static int launch(struct tracer *t, struct launch *l, int report_read_fd, pid_t *ret_pid,
                  struct err *err)
{
    struct process child;
    if (process_fork(child_main, l, &child, err) < 0) {
        return -1;
    }
    fd_close(&child.pidfd);
    fd_close(&l->report_fd);
    if (seize(child.pid, err) < 0) {
        return -1;
    }
    struct proc *p = proc_add(t, child.pid);
    p->is_direct = true;
    task_add(t, child.pid, p)->has_waits_filter = l->waits_filter;
    fd_close(&l->go_write_fd);
    if (await_exec(t, l, child.pid, report_read_fd, err) < 0) {
        return -1;
    }
    *ret_pid = child.pid;
    return 0;
}

int tracer_start(struct tracer *t, const struct process_options *options, pid_t *ret_pid,
                 struct err *err)
{
    ASSERT(options->argv != NULL && options->argv[0] != NULL && options->envp != NULL);
    AUTO_ARENA struct arena *a = arena_new();
    struct launch l = {.options = options,
                       .program = process_find(a, options, err),
                       .base_filter = !t->only_watches,
                       .waits_filter = t->filters_waits};
    if (l.program == NULL) {
        return -1;
    }
    int go[2], report[2];
    if (fd_pipe(go, err) < 0) {
        return -1;
    }
    AUTO_FD int go_read = go[0];
    l.go_fd = go_read;
    l.go_write_fd = go[1];
    if (fd_pipe(report, err) < 0) {
        fd_close(&l.go_write_fd);
        return -1;
    }
    AUTO_FD int report_read = report[0];
    l.report_fd = report[1];
    int result = launch(t, &l, report_read, ret_pid, err);
    fd_close(&l.go_write_fd);
    fd_close(&l.report_fd);
    return result;
}

/* Ends with its pipe. */
static int try_main(void *ctx)
{
    char byte;
    return read(*(const int *)ctx, &byte, 1) < 0 ? 1 : 0;
}

int tracer_try(struct err *err)
{
    int go[2];
    if (fd_pipe(go, err) < 0) {
        return -1;
    }
    AUTO_FD int go_read = go[0];
    AUTO_FD int go_write UNUSED = go[1];
    struct process child;
    if (process_fork(try_main, &go_read, &child, err) < 0) {
        return -1;
    }
    fd_close(&child.pidfd);
    if (seize(child.pid, err) < 0) {
        return -1;
    }
    (void)kill(child.pid, SIGKILL);
    return waitpid(child.pid, NULL, __WALL) == child.pid
               ? 0
               : err_errno(err, "a traced child does not end");
}
