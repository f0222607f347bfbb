/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/tracer_priv.h"

#include "base/core/assert.h"

#include <errno.h>
#include <sys/ptrace.h>

/* Between the kernel and its tracers only (include/linux/errno.h). */
#define KERNEL_ERESTARTSYS           512
#define KERNEL_ERESTARTNOINTR        513
#define KERNEL_ERESTARTNOHAND        514
#define KERNEL_ERESTART_RESTARTBLOCK 516

enum { SYSCALL_INSN_BYTES = 2 };

bool regs_get(const struct task *task, struct user_regs_struct *ret)
{
    return ptrace(PTRACE_GETREGS, task->tid, NULL, ret) == 0;
}

bool regs_set(const struct task *task, const struct user_regs_struct *regs)
{
    struct user_regs_struct copy = *regs;
    return ptrace(PTRACE_SETREGS, task->tid, NULL, &copy) == 0;
}

void regs_args(const struct user_regs_struct *regs, uint64_t ret[6])
{
    ret[0] = regs->rdi;
    ret[1] = regs->rsi;
    ret[2] = regs->rdx;
    ret[3] = regs->r10;
    ret[4] = regs->r8;
    ret[5] = regs->r9;
}

void regs_set_arg(struct user_regs_struct *regs, int arg, uint64_t value)
{
    unsigned long long *const places[] = {&regs->rdi, &regs->rsi, &regs->rdx,
                                          &regs->r10, &regs->r8,  &regs->r9};
    ASSERT(arg >= 0 && (size_t)arg < ARRAY_LEN(places));
    *places[arg] = value;
}

bool regs_was_disturbed(const struct user_regs_struct *regs)
{
    if ((int64_t)regs->orig_rax < 0) {
        return false; /* not in a system call */
    }
    switch ((int64_t)regs->rax) {
    case -EINTR:
    case -KERNEL_ERESTARTSYS:
    case -KERNEL_ERESTARTNOINTR:
    case -KERNEL_ERESTARTNOHAND:
    case -KERNEL_ERESTART_RESTARTBLOCK:
        return true;
    default:
        return false;
    }
}

void regs_reissue(struct user_regs_struct *regs, int64_t nr)
{
    regs->rax = (unsigned long long)nr;
    regs->rip -= SYSCALL_INSN_BYTES;
    regs->orig_rax = (unsigned long long)-1; /* nothing for the kernel to begin again itself */
}
