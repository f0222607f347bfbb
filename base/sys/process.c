/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/process.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/sys/process_priv.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void child_die_with_parent(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    pid_t now = getppid();
    /* The parent may have ended before the call above. 0 = it lives in an outer pid namespace. */
    if (now != parent && now != 0) {
        _exit(127);
    }
}

int child_open_pidfd(pid_t pid, int *ret_pidfd, struct err *err)
{
    long fd = syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by itself */
    if (fd < 0) {
        (void)err_errno(err, "cannot watch process %ld", (long)pid);
        err->code = ERR_UNAVAILABLE;
        err_hint(err, "Linux 5.3 or later is needed (pidfd_open)");
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        return -1;
    }
    *ret_pidfd = (int)fd;
    return 0;
}

static int64_t timeval_ms(struct timeval tv)
{
    return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

/* Nobody but its parent can reap it and learn how it ended. */
static int poll_anothers(struct process *p, struct process_status *ret_status, struct err *err)
{
    struct poll_item item = {.fd = p->pidfd, .want_read = true};
    int ready = poll_wait(&item, 1, 0, err);
    if (ready < 0) {
        return -1;
    }
    if (ready > 0) {
        fd_close(&p->pidfd);
    }
    *ret_status = (struct process_status){.end = ready > 0 ? PROCESS_ENDED : PROCESS_RUNNING};
    return 0;
}

int process_poll(struct process *p, struct process_status *ret_status, struct err *err)
{
    if (p->pidfd < 0) {
        return err_set(err, ERR_INTERNAL, "process %ld was reaped before", (long)p->pid);
    }
    if (p->is_anothers) {
        return poll_anothers(p, ret_status, err);
    }
    int status = 0;
    struct rusage usage = {0};
    pid_t pid;
    do {
        pid = wait4(p->pid, &status, WNOHANG, &usage);
    } while (pid < 0 && errno == EINTR);
    if (pid < 0) {
        return err_errno(err, "cannot wait for process %ld", (long)p->pid);
    }
    if (pid == 0) {
        *ret_status = (struct process_status){.end = PROCESS_RUNNING};
        return 0;
    }
    fd_close(&p->pidfd);
    bool exited = WIFEXITED(status);
    *ret_status = (struct process_status){
        .end = exited ? PROCESS_EXITED : PROCESS_SIGNALED,
        .code = exited ? WEXITSTATUS(status) : WTERMSIG(status),
        .user_ms = timeval_ms(usage.ru_utime),
        .system_ms = timeval_ms(usage.ru_stime),
        .max_rss_bytes = (int64_t)usage.ru_maxrss * 1024,
    };
    return 0;
}

int process_wait(struct process *p, int64_t timeout_ms, struct process_status *ret_status,
                 struct err *err)
{
    struct poll_item item = {.fd = p->pidfd, .want_read = true};
    if (p->pidfd >= 0 && poll_wait(&item, 1, timeout_ms, err) < 0) {
        return -1;
    }
    return process_poll(p, ret_status, err);
}

void process_signal_group(const struct process *p, int sig)
{
    if (p->pid <= 1 || p->pidfd < 0) {
        return;
    }
    if (p->is_anothers) { /* it may be reaped, and its number another's; the descriptor stays true
                           */
        (void)syscall(SYS_pidfd_send_signal, p->pidfd, sig, NULL, 0);
    } else {
        (void)kill(-p->pid, sig);
    }
}

int process_own_pidfd(struct err *err)
{
    long fd = syscall(SYS_pidfd_open, getpid(), 0); /* close-on-exec by itself */
    return fd < 0 ? err_errno(err, "cannot watch this process") : (int)fd;
}

int process_become_subreaper(struct err *err)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        return err_errno(err, "cannot become the reaper of orphans");
    }
    return 0;
}

static NORETURN void worker_run(int (*fn)(void *ctx), void *ctx, pid_t parent)
{
    child_die_with_parent(parent);
    (void)setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    int code = fn(ctx);
    fflush(NULL);
    _exit(code);
}

int process_fork(int (*fn)(void *ctx), void *ctx, struct process *ret, struct err *err)
{
    fflush(NULL); /* or what is buffered now would be written by both */
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        return err_errno(err, "cannot fork");
    }
    if (pid == 0) {
        worker_run(fn, ctx, parent);
    }
    (void)setpgid(pid, pid);
    struct process p = {.pid = pid, .pidfd = -1};
    if (child_open_pidfd(pid, &p.pidfd, err) < 0) {
        return -1;
    }
    *ret = p;
    return 0;
}
