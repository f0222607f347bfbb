/* SPDX-License-Identifier: Apache-2.0 */
/* A wait that was pending at a jump begins again. An absolute one is issued as the program wrote it
 * and moved by the filter like any other; a relative one is given what remains of it, which may be
 * nothing: then the kernel itself lets it time out, and what it must say then is right by itself.
 */
#include "harness/clock/tracer_priv.h"

#include "harness/clock/wait.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

enum { KERNEL_ERESTART_RESTARTBLOCK = 516, SECONDS_MAX = 1000000000 };

static int64_t clamp_ns(int64_t sec, int64_t ns)
{
    if (sec < 0 || ns < 0) {
        return 0;
    }
    return (sec < SECONDS_MAX ? sec : SECONDS_MAX) * NS_PER_S + ns;
}

static bool duration_read(const struct task *task, const struct wait *w, const uint64_t args[6],
                          int64_t *ret_ns)
{
    if (w->format == WAIT_MS) {
        *ret_ns = (int64_t)(int32_t)args[w->arg] * 1000000;
        return true;
    }
    int64_t pair[2];
    uint64_t at = w->remainder_arg >= 0 ? args[w->remainder_arg] : args[w->arg];
    if (!task_read(task, at, pair, sizeof(pair))) {
        return false;
    }
    *ret_ns = clamp_ns(pair[0], w->format == WAIT_TIMEVAL ? pair[1] * 1000 : pair[1]);
    return true;
}

/* Another value for the argument, which is taken back at the call's end. */
static void give(struct task *task, struct user_regs_struct *regs, int arg, uint64_t value)
{
    uint64_t args[6];
    regs_args(regs, args);
    const struct task_follow *last = &task->follow;
    bool again = last->rip == regs->rip && last->arg == arg && last->given == args[arg];
    task->follow = (struct task_follow){.state = FOLLOW_ENTRY,
                                        .arg = arg,
                                        .value = again ? last->value : args[arg],
                                        .given = value,
                                        .rip = regs->rip};
    regs_set_arg(regs, arg, value);
}

static bool duration_write(struct tracer *t, struct task *task, const struct wait *w,
                           struct user_regs_struct *regs, int64_t ns)
{
    uint64_t args[6];
    regs_args(regs, args);
    if (w->format == WAIT_MS) {
        give(task, regs, w->arg, (uint64_t)((ns + 999999) / 1000000));
        return true;
    }
    int64_t fraction = ns % NS_PER_S;
    const int64_t pair[2] = {ns / NS_PER_S,
                             w->format == WAIT_TIMEVAL ? (fraction + 999) / 1000 : fraction};
    if (w->updated && task_write(task, args[w->arg], pair, sizeof(pair))) {
        return true; /* where the kernel has just done the same */
    }
    uint64_t at = task_slot_put(t, task, regs, pair, sizeof(pair));
    if (at == 0) {
        return false;
    }
    give(task, regs, w->arg, at);
    return true;
}

static bool wait_shorten(struct tracer *t, struct task *task, const struct wait *w,
                         struct user_regs_struct *regs)
{
    int64_t ns;
    uint64_t args[6];
    regs_args(regs, args);
    if (!duration_read(task, w, args, &ns)) {
        return false;
    }
    if (!w->updated && w->remainder_arg < 0) {
        ns -= task->debt.age_ns;
    }
    ns -= offset_of(&task->debt.owed, w->wall) * NS_PER_S;
    return duration_write(t, task, w, regs, ns > 0 ? ns : 0);
}

void task_rewait(struct tracer *t, struct task *task, struct user_regs_struct *regs)
{
    struct wait w;
    uint64_t args[6];
    if (!regs_was_disturbed(regs)) {
        return;
    }
    bool restarts = (int64_t)regs->rax == -KERNEL_ERESTART_RESTARTBLOCK;
    int64_t nr = regs->orig_rax == SYS_restart_syscall ? task->restart_nr : (int64_t)regs->orig_rax;
    regs_args(regs, args);
    bool waits = wait_of_call(nr, args, &w);
    if (restarts && (!waits || offset_of(&task->debt.owed, w.wall) == 0)) {
        regs_reissue(regs, SYS_restart_syscall); /* the kernel remembers all of it */
        return;
    }
    if (!waits) {
        if ((int64_t)regs->rax != -EINTR || wait_may_reissue(nr)) {
            regs_reissue(regs, nr);
        }
        return;
    }
    if (w.absolute) {
        if (args[w.arg] == task_slot_address(t, task)) {
            regs_set_arg(regs, w.arg, task->slot.original);
        }
    } else if (!wait_shorten(t, task, &w, regs)) {
        tracer_problem(t, &t->counters.lost_tasks, "a pending wait could not be shortened");
    }
    t->counters.waits_reissued++;
    regs_reissue(regs, nr);
}
