/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/tracer_priv.h"

#include "harness/clock/vdso_code.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
    CALL_STOP = SIGTRAP | 0x80,
    KERNEL_SIGSET_BYTES = 8,
    STOPS_MAX = 16 /* far more than one call makes */
};

/* Goes on to the next entry or exit of the call, through stops of other kinds. */
static bool next_call_stop(struct tracer *t, struct task *task)
{
    pid_t tid = task->tid;
    for (int i = 0; i < STOPS_MAX; i++) {
        int status = 0;
        pid_t got;
        if (ptrace(PTRACE_SYSCALL, tid, NULL, NULL) < 0) {
            return false;
        }
        do {
            got = waitpid(tid, &status, __WALL);
        } while (got < 0 && errno == EINTR);
        if (got != tid) {
            return false;
        }
        if (!WIFSTOPPED(status)) {
            const struct process_status end = {
                .end = WIFEXITED(status) ? PROCESS_EXITED : PROCESS_SIGNALED,
                .code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)};
            task_on_status(t, tid, status, &end);
            return false;
        }
        if (WSTOPSIG(status) == CALL_STOP) {
            return true;
        }
    }
    return false;
}

bool task_inject(struct tracer *t, struct task *task, int64_t nr, const uint64_t args[6],
                 int64_t *ret)
{
    struct user_regs_struct regs = task->stop.regs;
    uint64_t mask = 0, all = ~UINT64_C(0);
    pid_t tid = task->tid;
    task->stop.was_injected = true;
    if (ptrace(PTRACE_GETSIGMASK, tid, (void *)(intptr_t)KERNEL_SIGSET_BYTES, &mask) < 0 ||
        ptrace(PTRACE_SETSIGMASK, tid, (void *)(intptr_t)KERNEL_SIGSET_BYTES, &all) < 0) {
        return false;
    }
    regs.rip = task->proc->vdso + t->vdso.block_at + vdso_layout()->syscall_insn;
    regs.rax = (unsigned long long)nr;
    regs.orig_rax = (unsigned long long)-1;
    for (int i = 0; i < 6; i++) {
        regs_set_arg(&regs, i, args[i]);
    }
    bool done = regs_set(task, &regs) && next_call_stop(t, task) && task_find(t, tid) == task &&
                next_call_stop(t, task) && task_find(t, tid) == task && regs_get(task, &regs);
    if (task_find(t, tid) != task) {
        return false;
    }
    (void)ptrace(PTRACE_SETSIGMASK, tid, (void *)(intptr_t)KERNEL_SIGSET_BYTES, &mask);
    if (done) {
        *ret = (int64_t)regs.rax;
    }
    return done;
}
