/* SPDX-License-Identifier: Apache-2.0 */
/* Stopping single tasks for a jump, and letting them go. */
#include "harness/clock/tracer_priv.h"

#include "harness/clock/filter.h"

#include <linux/seccomp.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

enum { DEFERRALS_MAX = 20 };

void task_uncount(struct tracer *t, struct task *task)
{
    if (task->stop.counted) {
        task->stop.counted = false;
        t->awaited--;
    }
}

void task_interrupt(struct tracer *t, struct task *task, bool counted)
{
    if (ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL) < 0) {
        return; /* it is ending */
    }
    task->stop.asked = true;
    if (counted && !task->stop.counted) {
        task->stop.counted = true;
        t->awaited++;
    }
}

/* Loads the filter into the task, and with sync into all threads of its process. */
static bool filter_load(struct tracer *t, struct task *task, bool sync)
{
    struct sock_fprog program = filter_waits();
    struct sock_fprog there = program;
    uint64_t at = task->proc->vdso + t->vdso.scratch_at;
    size_t size = program.len * sizeof(*program.filter);
    int64_t result = -1;
    there.filter = (struct sock_filter *)(uintptr_t)(at + sizeof(there));
    if (sizeof(there) + size > t->vdso.scratch_size ||
        !proc_write_force(task->proc, at, &there, sizeof(there)) ||
        !proc_write_force(task->proc, at + sizeof(there), program.filter, size)) {
        return false;
    }
    const uint64_t args[6] = {
        SECCOMP_SET_MODE_FILTER,
        SECCOMP_FILTER_FLAG_SPEC_ALLOW | (sync ? SECCOMP_FILTER_FLAG_TSYNC : 0), at};
    return task_inject(t, task, SYS_seccomp, args, &result) && result == 0;
}

static void filter_install(struct tracer *t, struct task *task)
{
    const pid_t tid = task->tid;
    const struct proc *p = task->proc;
    bool synced = filter_load(t, task, true);
    if (task_find(t, tid) != task) {
        return;
    }
    /* Threads that set up filters of their own cannot be brought in line: each gets ours alone. */
    if (!synced && !filter_load(t, task, false)) {
        if (task_find(t, tid) == task) {
            task->has_waits_filter = true; /* once is enough */
            tracer_problem(t, &t->counters.lost_tasks, "the filter for waits was refused");
        }
        return;
    }
    task->has_waits_filter = true;
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        struct task *other = e->value;
        if (other->proc == p && !other->has_waits_filter) {
            other->has_waits_filter = synced;
            if (!synced && !other->stop.is_held && !other->stop.asked) {
                task_interrupt(t, other, false);
            }
        }
    }
}

bool task_hold(struct tracer *t, struct task *task, bool in_group)
{
    bool lacks_filter = t->filters_waits && !task->has_waits_filter && task->proc->vdso != 0;
    const pid_t tid = task->tid;
    task->stop.asked = false;
    if (!t->is_holding && !lacks_filter && task->debt.owed.wall_s == 0 && !task->debt.timers) {
        task_uncount(t, task);
        return false;
    }
    /* A signal that another thread may still take: let go, and ask again a moment later. */
    if (!in_group && task->stop.deferrals < DEFERRALS_MAX && task_has_signal(task)) {
        task->stop.deferrals++;
        task->stop.asked = false;
        task_resume(task, 0);
        task_interrupt(t, task, task->stop.counted);
        return true;
    }
    task->stop.deferrals = 0;
    task_uncount(t, task);
    if (!regs_get(task, &task->stop.regs)) {
        return false;
    }
    task->stop.is_held = true;
    task->stop.in_group = in_group;
    task->stop.was_injected = false;
    if (lacks_filter) {
        filter_install(t, task);
    }
    if (task_find(t, tid) == task && !t->is_holding) {
        task_release(t, task);
    }
    return true;
}

void task_release(struct tracer *t, struct task *task)
{
    const pid_t tid = task->tid;
    if (task->debt.timers && task->proc->vdso != 0) {
        proc_timers_move(t, task, &task->debt.owed);
        if (task_find(t, tid) != task) {
            return;
        }
    }
    struct user_regs_struct regs = task->stop.regs;
    task_rewait(t, task, &regs);
    (void)regs_set(task, &regs);
    task->debt = (struct task_debt){0};
    task->stop.is_held = false;
    if (!task->stop.in_group) {
        task_resume(task, 0);
    } else if (!task->stop.was_injected) {
        (void)ptrace(PTRACE_LISTEN, tid, NULL, NULL);
    } else {
        /* It left its group stop for the call: an interrupt leads back into it. */
        task_interrupt(t, task, false);
        task_resume(task, 0);
    }
}
