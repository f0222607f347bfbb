/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program under the tracer. The child waits on a pipe until it is traced, gives itself
 * what the options say, loads the filters and executes; what fails it says through a second pipe.
 * Between fork and exec it makes async-signal-safe calls only. */
#include "harness/clock/tracer_priv.h"

#include "base/core/assert.h"
#include "base/core/attrs.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "harness/clock/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

enum { FIRST_PLAIN_FD = 3, CHILD_FAILED = 127 };

enum stage { STAGE_CWD, STAGE_FDS, STAGE_LIMITS, STAGE_FILTER, STAGE_EXEC };

struct failure { /* what the child writes to the pipe */
    enum stage stage;
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

static int child_fail(const struct launch *l, enum stage stage)
{
    const struct failure f = {.stage = stage, .sys_errno = errno};
    (void)!write(l->report_fd, &f, sizeof(f));
    _exit(CHILD_FAILED);
}

static void child_reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int sig = 1; sig < NSIG; sig++) {
        (void)sigaction(sig, &action, NULL); /* refused for SIGKILL and SIGSTOP */
    }
}

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

static bool child_pass_fds(const struct process_options *o)
{
    if (syscall(SYS_close_range, FIRST_PLAIN_FD, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0) {
        return false;
    }
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        if (fcntl(o->pass_fds[i], F_SETFD, 0) < 0) {
            return false;
        }
    }
    return true;
}

static bool child_set_limit(int resource, int64_t soft, int64_t hard)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) < 0) {
        return false;
    }
    rlim_t most = (rlim_t)hard < now.rlim_max ? (rlim_t)hard : now.rlim_max;
    const struct rlimit wanted = {.rlim_cur = (rlim_t)soft < most ? (rlim_t)soft : most,
                                  .rlim_max = most};
    return setrlimit((__rlimit_resource_t)resource, &wanted) == 0;
}

static bool child_set_limits(const struct process_limits *l)
{
    if (l->no_core && !child_set_limit(RLIMIT_CORE, 0, 0)) {
        return false;
    }
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
    l->report_fd = fcntl(l->report_fd, F_DUPFD_CLOEXEC, FIRST_PLAIN_FD);
    child_reset_signals();
    if (o->cwd != NULL && chdir(o->cwd) < 0) {
        return child_fail(l, STAGE_CWD);
    }
    if (l->report_fd < 0 || !child_place_stdio(o) || !child_pass_fds(o)) {
        return child_fail(l, STAGE_FDS);
    }
    if (!child_set_limits(&o->limits)) {
        return child_fail(l, STAGE_LIMITS);
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        (l->base_filter && !child_filter(filter_base())) ||
        (l->waits_filter && !child_filter(filter_waits()))) {
        return child_fail(l, STAGE_FILTER);
    }
    /* execve() does not write to them; its prototype is older than const. */
    (void)execve(l->program, (char *const *)(uintptr_t)o->argv, /* allow: traced before its exec */
                 (char *const *)(uintptr_t)o->envp);
    return child_fail(l, STAGE_EXEC);
}

/* As process_start() finds it: a name without '/' in search_path, else as it is. */
static const char *find_program(struct arena *a, const struct process_options *o)
{
    const char *name = o->argv[0];
    struct str rest = str_of(o->search_path), part;
    if (strchr(name, '/') != NULL) {
        return name;
    }
    while (name[0] != '\0' && str_split(&rest, ':', &part)) {
        const char *path = fs_join(a, arena_strndup(a, part.ptr, part.len), name);
        if (part.len > 0 && fs_is_executable(path)) {
            return path;
        }
    }
    return NULL;
}

static int fail_launch(const struct launch *l, const struct failure *f, struct err *err)
{
    const char *what = "";
    errno = f->sys_errno;
    switch (f->stage) {
    case STAGE_EXEC:
        (void)err_errno(err, "cannot execute '%s'", l->program);
        err->code = f->sys_errno == ENOENT ? ERR_NOT_FOUND : ERR_UNAVAILABLE;
        err_hint(err, "check the path, its permissions and the interpreter it names");
        return -1;
    case STAGE_CWD:
        (void)err_errno(err, "cannot start '%s' in the folder '%s'", l->program, l->options->cwd);
        err->code = f->sys_errno == ENOENT || f->sys_errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
        return -1;
    case STAGE_FILTER:
        (void)err_errno(err, "clocks cannot be moved here: a seccomp filter was refused");
        err->code = ERR_UNAVAILABLE;
        err_hint(err, "allow seccomp(2) in the container, or use the real clock");
        return -1;
    case STAGE_LIMITS:
        what = "limits";
        break;
    case STAGE_FDS:
        what = "descriptors";
        break;
    }
    return err_errno(err, "cannot set the %s of '%s'", what, l->program);
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

/* Until it has executed or ended. Whatever else is traced waits for that short time. */
static int await_exec(struct tracer *t, const struct launch *l, pid_t pid, int report_read_fd,
                      struct err *err)
{
    for (;;) {
        struct proc *p = proc_find(t, pid);
        if (p != NULL && p->is_ready) {
            return 0;
        }
        if (p == NULL || !task_handle(t, pid, true)) {
            break;
        }
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
                       .program = find_program(a, options),
                       .base_filter = !t->only_watches,
                       .waits_filter = t->filters_waits};
    if (l.program == NULL) {
        err_set(err, ERR_NOT_FOUND, "the program '%s' was not found", options->argv[0]);
        err_hint(err, "looked in %s", options->search_path != NULL ? options->search_path : "");
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
