/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program. Everything that allocates or may fail with a story is done before the fork;
 * between fork and exec the child makes async-signal-safe calls only, and says through a
 * close-on-exec pipe which step failed. */
#include "base/sys/process.h"

#include "base/core/assert.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/process_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

#define FIRST_PLAIN_FD 3 /* after stdin, stdout and stderr */

enum stage { STAGE_GROUP, STAGE_CWD, STAGE_FDS, STAGE_LIMITS, STAGE_EXEC };

struct failure { /* what the child writes to the pipe */
    enum stage stage;
    int sys_errno;
};

struct start {
    const struct process_options *options;
    char *const *argv, *const *envp;
    const char *program; /* path to exec */
    pid_t parent;
    int report_fd; /* write end of the pipe */
    sigset_t old_mask;
};

static NORETURN void child_fail(const struct start *s, enum stage stage)
{
    struct failure f = {.stage = stage, .sys_errno = errno};
    ssize_t n = write(s->report_fd, &f, sizeof(f));
    _exit(n == (ssize_t)sizeof(f) ? 127 : 126);
}

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

static NORETURN void child_run(struct start *s)
{
    const struct process_options *o = s->options;
    child_die_with_parent(s->parent);
    child_reset_signals();
    int above = fcntl(s->report_fd, F_DUPFD_CLOEXEC, FIRST_PLAIN_FD);
    if (above < 0) {
        child_fail(s, STAGE_FDS);
    }
    s->report_fd = above; /* out of the way of stdin, stdout and stderr */
    if (setpgid(0, 0) < 0) {
        child_fail(s, STAGE_GROUP);
    }
    if (o->cwd && chdir(o->cwd) < 0) {
        child_fail(s, STAGE_CWD);
    }
    if (!child_place_stdio(o)) {
        child_fail(s, STAGE_FDS);
    }
    child_mark_all_cloexec();
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        if (fcntl(o->pass_fds[i], F_SETFD, 0) < 0) {
            child_fail(s, STAGE_FDS);
        }
    }
    if (!child_set_limits(&o->limits)) {
        child_fail(s, STAGE_LIMITS);
    }
    (void)execve(s->program, s->argv, s->envp);
    child_fail(s, STAGE_EXEC);
}

/* Finds argv[0]: as it is with a '/', else in search_path, where empty parts are skipped rather
 * than meaning the working directory. NULL when nowhere. */
static const char *find_program(struct arena *a, const struct process_options *o)
{
    const char *name = o->argv[0], *unusable = NULL;
    if (strchr(name, '/')) {
        return name;
    }
    struct str rest = str_of(o->search_path), part;
    while (name[0] && str_split(&rest, ':', &part)) {
        if (part.len == 0) {
            continue;
        }
        const char *path = fs_join(a, arena_strndup(a, part.ptr, part.len), name);
        if (fs_is_executable(path)) {
            return path;
        }
        if (!unusable && fs_exists(path) && !fs_is_dir(path)) {
            unusable = path; /* worth a better message than "not found" */
        }
    }
    return unusable;
}

static int fail_not_found(const struct process_options *o, struct err *err)
{
    (void)err_set(err, ERR_NOT_FOUND, "the program '%s' was not found", o->argv[0]);
    err->sys_errno = ENOENT;
    if (strchr(o->argv[0], '/')) {
        err_hint(err, "check the path%s%s", o->cwd ? "; a relative one is taken from " : "",
                 o->cwd ? o->cwd : "");
    } else if (o->search_path && o->search_path[0]) {
        err_hint(err, "looked in %s", o->search_path);
    } else {
        err_hint(err, "give its path, as there are no folders to look in");
    }
    return -1;
}

/* The interpreter in the file's "#!" line, or "". */
static void read_interpreter(const char *path, char *out, size_t size)
{
    char head[256] = "";
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);
    out[0] = '\0';
    if (n < 3 || head[0] != '#' || head[1] != '!') {
        return;
    }
    const char *start = head + 2 + strspn(head + 2, " \t");
    size_t len = strcspn(start, " \t\r\n");
    if (len < size) {
        memcpy(out, start, len);
        out[len] = '\0';
    }
}

static int fail_exec(struct arena *a, const struct start *s, int sys_errno, struct err *err)
{
    const struct process_options *o = s->options;
    const char *seen = o->cwd ? fs_join(a, o->cwd, s->program) : s->program;
    char interpreter[200];
    if (sys_errno == ENOENT && !fs_exists(seen)) {
        return fail_not_found(o, err);
    }
    if (sys_errno == ENOENT) {
        read_interpreter(seen, interpreter, sizeof(interpreter));
        if (interpreter[0]) {
            (void)err_set(err, ERR_NOT_FOUND, "the interpreter '%s' of '%s' was not found",
                          interpreter, s->program);
            err_hint(err, "correct the script's first line or install the interpreter");
        } else {
            (void)err_set(err, ERR_NOT_FOUND, "the loader that '%s' asks for was not found",
                          s->program);
            err_hint(err, "it was built for another system; see `file' and `ldd'");
        }
    } else if (sys_errno == EACCES) {
        (void)err_set(err, ERR_UNAVAILABLE, "'%s' %s", s->program,
                      fs_is_dir(seen) ? "is a folder, not a program" : "may not be executed");
        err_hint(err, fs_is_dir(seen)
                          ? "name the program inside it"
                          : "make it executable with chmod +x, and its folders readable");
    } else if (sys_errno == ENOEXEC) {
        (void)err_set(err, ERR_UNAVAILABLE,
                      "'%s' is neither a program for this machine nor a script with a #! line",
                      s->program);
        err_hint(err, "give a script a first line such as #!/bin/sh");
    } else {
        errno = sys_errno;
        (void)err_errno(err, "cannot execute '%s'", s->program);
    }
    err->sys_errno = sys_errno;
    return -1;
}

static int fail_start(struct arena *a, const struct start *s, struct failure f, struct err *err)
{
    const char *cwd = s->options->cwd;
    errno = f.sys_errno;
    switch (f.stage) {
    case STAGE_EXEC:
        return fail_exec(a, s, f.sys_errno, err);
    case STAGE_CWD:
        (void)err_errno(err, "cannot start '%s' in the folder '%s'", s->program, cwd);
        err->code = f.sys_errno == ENOENT || f.sys_errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
        err_hint(err, "make the folder or correct the working directory");
        return -1;
    case STAGE_LIMITS:
        return err_errno(err, "cannot set the limits of '%s'", s->program);
    case STAGE_GROUP:
    case STAGE_FDS:
        break;
    }
    return err_errno(err, "cannot set up the descriptors or the group of '%s'", s->program);
}

static pid_t fork_child(struct start *s)
{
    sigset_t all;
    sigfillset(&all); /* no handler of ours may run in the child */
    (void)sigprocmask(SIG_SETMASK, &all, &s->old_mask);
    pid_t pid = fork();
    if (pid == 0) {
        child_run(s);
    }
    int saved = errno;
    (void)sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
    errno = saved;
    return pid;
}

/* Blocks until the exec closed the pipe (nothing read) or the child told what failed. */
static bool read_failure(int fd, struct failure *ret)
{
    struct failure f;
    ssize_t n;
    do {
        n = read(fd, &f, sizeof(f));
    } while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof(f)) {
        return false;
    }
    *ret = f;
    return true;
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

static int check_open(int fd, struct err *err)
{
    return fcntl(fd, F_GETFD) < 0 ? err_errno(err, "cannot pass on descriptor %d", fd) : 0;
}

/* A number that is not open would be the report pipe's own by the time of the fork. */
static int check_fds(const struct process_options *o, struct err *err)
{
    const int stdio[3] = {o->stdin_fd, o->stdout_fd, o->stderr_fd};
    for (int i = 0; i < 3; i++) {
        if (stdio[i] >= 0 && check_open(stdio[i], err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        ASSERT(o->pass_fds[i] >= FIRST_PLAIN_FD);
        if (check_open(o->pass_fds[i], err) < 0) {
            return -1;
        }
    }
    return 0;
}

int process_start(const struct process_options *options, struct process *ret, struct err *err)
{
    ASSERT(options->argv && options->argv[0] && options->envp);
    if (check_fds(options, err) < 0) {
        return -1;
    }
    AUTO_ARENA struct arena *a = arena_new();
    struct start s = {.options = options,
                      .argv = as_exec_vector(options->argv),
                      .envp = as_exec_vector(options->envp),
                      .program = find_program(a, options),
                      .parent = getpid()};
    if (!s.program) {
        return fail_not_found(options, err);
    }
    int report[2];
    if (fd_pipe(report, err) < 0) {
        return -1;
    }
    AUTO_FD int read_end = report[0];
    s.report_fd = report[1];
    struct process p = {.pid = fork_child(&s), .pidfd = -1};
    fd_close(&s.report_fd);
    if (p.pid < 0) {
        return err_errno(err, "cannot start '%s'", s.program);
    }
    (void)setpgid(p.pid, p.pid); /* as the child does: whoever comes first */
    struct failure failure;
    if (read_failure(read_end, &failure)) {
        (void)waitpid(p.pid, NULL, 0);
        return fail_start(a, &s, failure, err);
    }
    if (child_open_pidfd(p.pid, &p.pidfd, err) < 0) {
        return -1;
    }
    *ret = p;
    return 0;
}
