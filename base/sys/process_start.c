/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program. Everything that allocates or may fail with a story is done before the fork;
 * between fork and exec the child makes async-signal-safe calls only, and says through a
 * close-on-exec pipe which step failed. */
#include "base/sys/process.h"

#include "base/core/assert.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/process_child.h"
#include "base/sys/process_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PLAIN_FD 3 /* after stdin, stdout and stderr */

struct failure { /* what the child writes to the pipe */
    enum process_stage stage;
    int sys_errno;
};

struct start {
    const struct process_options *options;
    const char *program; /* path to exec */
    pid_t parent;
    int report_fd; /* write end of the pipe */
    sigset_t old_mask;
};

static NORETURN void child_fail(const struct start *s, enum process_stage stage)
{
    struct failure f = {.stage = stage, .sys_errno = errno};
    ssize_t n = write(s->report_fd, &f, sizeof(f));
    _exit(n == (ssize_t)sizeof(f) ? 127 : 126);
}

static NORETURN void child_run(struct start *s)
{
    child_die_with_parent(s->parent);
    if (setpgid(0, 0) < 0) {
        child_fail(s, PROCESS_STAGE_FDS);
    }
    enum process_stage stage = process_child_prepare(s->options, &s->report_fd);
    if (stage == PROCESS_STAGE_EXEC) {
        process_child_exec(s->program, s->options);
    }
    child_fail(s, stage);
}

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

static int fail_exec(struct arena *a, const struct process_options *o, const char *program,
                     int sys_errno, struct err *err)
{
    const char *seen = o->cwd ? fs_join(a, o->cwd, program) : program;
    char interpreter[200];
    if (sys_errno == ENOENT && !fs_exists(seen)) {
        return fail_not_found(o, err);
    }
    if (sys_errno == ENOENT) {
        read_interpreter(seen, interpreter, sizeof(interpreter));
        if (interpreter[0]) {
            (void)err_set(err, ERR_NOT_FOUND, "the interpreter '%s' of '%s' was not found",
                          interpreter, program);
            err_hint(err, "correct the script's first line or install the interpreter");
        } else {
            (void)err_set(err, ERR_NOT_FOUND, "the loader that '%s' asks for was not found",
                          program);
            err_hint(err, "it was built for another system; see `file' and `ldd'");
        }
    } else if (sys_errno == EACCES) {
        (void)err_set(err, ERR_UNAVAILABLE, "'%s' %s", program,
                      fs_is_dir(seen) ? "is a folder, not a program" : "may not be executed");
        err_hint(err, fs_is_dir(seen)
                          ? "name the program inside it"
                          : "make it executable with chmod +x, and its folders readable");
    } else if (sys_errno == ENOEXEC) {
        (void)err_set(err, ERR_UNAVAILABLE,
                      "'%s' is neither a program for this machine nor a script with a #! line",
                      program);
        err_hint(err, "give a script a first line such as #!/bin/sh");
    } else {
        errno = sys_errno;
        (void)err_errno(err, "cannot execute '%s'", program);
    }
    err->sys_errno = sys_errno;
    return -1;
}

int process_start_refused(struct arena *a, const struct process_options *o, const char *program,
                          enum process_stage stage, int sys_errno, struct err *err)
{
    errno = sys_errno;
    switch (stage) {
    case PROCESS_STAGE_EXEC:
        return fail_exec(a, o, program, sys_errno, err);
    case PROCESS_STAGE_CWD:
        (void)err_errno(err, "cannot start '%s' in the folder '%s'", program, o->cwd);
        err->code = sys_errno == ENOENT || sys_errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
        err_hint(err, "make the folder or correct the working directory");
        return -1;
    case PROCESS_STAGE_LIMITS:
        return err_errno(err, "cannot set the limits of '%s'", program);
    case PROCESS_STAGE_FDS:
        break;
    }
    return err_errno(err, "cannot set up the descriptors or the group of '%s'", program);
}

const char *process_find(struct arena *a, const struct process_options *o, struct err *err)
{
    const char *program = find_program(a, o);
    if (program == NULL) {
        (void)fail_not_found(o, err);
    }
    return program;
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
    struct start s = {
        .options = options, .program = process_find(a, options, err), .parent = getpid()};
    if (!s.program) {
        return -1;
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
        return process_start_refused(a, options, s.program, failure.stage, failure.sys_errno, err);
    }
    if (child_open_pidfd(p.pid, &p.pidfd, err) < 0) {
        return -1;
    }
    *ret = p;
    return 0;
}
