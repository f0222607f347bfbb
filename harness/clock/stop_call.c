/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that a filter stopped, and those followed to their end. */
#include "harness/clock/tracer_priv.h"

#include "harness/clock/wait.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* The machine's answer to the same call, moved. Run here: the clocks are the same in every process
 * of the machine, and the task is spared a second stop. */
static int64_t clock_answer(struct tracer *t, struct task *task, int64_t nr, const uint64_t args[6])
{
    struct timespec ts = {0};
    struct timeval tv = {0};
    struct timezone zone = {0};
    int64_t seconds;
    switch (nr) {
    case SYS_clock_gettime:
        if (syscall(SYS_clock_gettime, (int)args[0], &ts) < 0) {
            return -errno;
        }
        ts.tv_sec += offset_of(&t->offset, wait_clock_is_wall(args[0], true));
        return task_write(task, args[1], &ts, sizeof(ts)) ? 0 : -EFAULT;
    case SYS_gettimeofday:
        if (syscall(SYS_gettimeofday, &tv, &zone) < 0) {
            return -errno;
        }
        tv.tv_sec += t->offset.wall_s;
        if ((args[0] != 0 && !task_write(task, args[0], &tv, sizeof(tv))) ||
            (args[1] != 0 && !task_write(task, args[1], &zone, sizeof(zone)))) {
            return -EFAULT;
        }
        return 0;
    default:
        seconds = (int64_t)syscall(SYS_time, NULL) + t->offset.wall_s;
        return args[0] == 0 || task_write(task, args[0], &seconds, sizeof(seconds)) ? seconds
                                                                                    : -EFAULT;
    }
}

static void on_clock(struct tracer *t, struct task *task, struct user_regs_struct *regs)
{
    uint64_t args[6], vdso = task->proc->vdso;
    if (vdso == 0 || (regs->rip >= vdso && regs->rip < vdso + t->vdso.size)) {
        return; /* the original function could not do without; our code adds the offset */
    }
    t->counters.raw_clock_calls++;
    if (t->offset.wall_s == 0) {
        return;
    }
    regs_args(regs, args);
    regs->rax = (unsigned long long)clock_answer(t, task, (int64_t)regs->orig_rax, args);
    regs->orig_rax = (unsigned long long)-1; /* skips the call */
    (void)regs_set(task, regs);
}

/* The deadline that the call was given, in *at; false when it cannot be read or means nothing. */
static bool deadline_read(struct tracer *t, struct task *task, const struct wait *w,
                          uint64_t pointer, struct itimerspec *ret)
{
    struct itimerspec spec = {0};
    struct timespec *at = &spec.it_value;
    if (pointer == task_slot_address(t, task)) { /* left in the register since the call before */
        *at = (struct timespec){.tv_sec = task->slot.virtual_s, .tv_nsec = task->slot.virtual_ns};
        *ret = spec;
        return true;
    }
    bool is_timer = w->format == WAIT_ITIMERSPEC;
    if (!task_read(task, pointer, is_timer ? (void *)&spec : (void *)at,
                   is_timer ? sizeof(spec) : sizeof(*at))) {
        return false;
    }
    if (at->tv_sec < 0 || at->tv_nsec < 0 || at->tv_nsec >= 1000000000 ||
        (is_timer && at->tv_sec == 0 && at->tv_nsec == 0)) {
        return false;
    }
    *ret = spec;
    return true;
}

/* The call waits, or sets a timer, until a deadline. */
static bool deadline_of(const struct tracer *t, const struct task *task, int64_t nr,
                        const uint64_t args[6], struct wait *ret)
{
    if (wait_of_call(nr, args, ret)) {
        return ret->absolute;
    }
    if (!wait_of_timer(nr, args, ret)) {
        return false;
    }
    ret->wall = t->offset.wall_s == t->offset.monotonic_s || timer_is_wall(task, nr, args);
    return true;
}

static void on_deadline(struct tracer *t, struct task *task, struct user_regs_struct *regs)
{
    struct wait w;
    struct itimerspec spec;
    uint64_t args[6];
    int64_t nr = (int64_t)regs->orig_rax;
    regs_args(regs, args);
    if (t->offset.wall_s == 0 || !deadline_of(t, task, nr, args, &w)) {
        return;
    }
    bool is_timer = w.format == WAIT_ITIMERSPEC;
    int64_t offset_s = offset_of(&t->offset, w.wall);
    if ((offset_s == 0 && args[w.arg] != task_slot_address(t, task)) ||
        !deadline_read(t, task, &w, args[w.arg], &spec)) {
        return;
    }
    if (args[w.arg] != task_slot_address(t, task)) {
        task->slot.original = args[w.arg];
        task->slot.virtual_s = spec.it_value.tv_sec;
        task->slot.virtual_ns = spec.it_value.tv_nsec;
    }
    int64_t sec = spec.it_value.tv_sec, nsec = spec.it_value.tv_nsec;
    wait_deadline_shift(&sec, &nsec, offset_s);
    if (is_timer && sec == 0 && nsec == 0) {
        nsec = 1; /* zero would disarm it */
    }
    spec.it_value = (struct timespec){.tv_sec = sec, .tv_nsec = nsec};
    uint64_t at = task_slot_put(t, task, regs, is_timer ? (void *)&spec : (void *)&spec.it_value,
                                is_timer ? sizeof(spec) : sizeof(spec.it_value));
    if (at == 0) {
        tracer_problem(t, &t->counters.lost_tasks, "a wait's deadline could not be moved");
        return;
    }
    t->counters.waits_rewritten++;
    regs_set_arg(regs, w.arg, at);
    (void)regs_set(task, regs);
    if (nr != SYS_futex && task->follow.state == FOLLOW_NOT) {
        /* A futex wait is too frequent for a second stop; its callers load the argument anew. */
        task->follow = (struct task_follow){.state = FOLLOW_EXIT,
                                            .arg = w.arg,
                                            .value = args[w.arg],
                                            .given = at,
                                            .rip = regs->rip};
    }
}

void task_on_filter(struct tracer *t, struct task *task)
{
    struct user_regs_struct regs;
    if (!regs_get(task, &regs)) {
        return;
    }
    switch ((int64_t)regs.orig_rax) {
    case SYS_clock_gettime:
    case SYS_gettimeofday:
    case SYS_time:
        on_clock(t, task, &regs);
        return;
    case SYS_timerfd_create:
        t->has_timerfds = true;
        return;
    case SYS_timer_create:
        task->proc->has_timers = true;
        return;
    case SYS_alarm:
    case SYS_setitimer:
        task->proc->has_alarm = true;
        return;
    case SYS_io_uring_setup:
        t->counters.rings++;
        return;
    default:
        on_deadline(t, task, &regs);
        return;
    }
}

void task_on_call(struct tracer *t, struct task *task)
{
    struct user_regs_struct regs;
    struct task_follow *f = &task->follow;
    (void)t;
    if (f->state == FOLLOW_NOT || !regs_get(task, &regs) || regs.rip != f->rip) {
        f->state = FOLLOW_NOT; /* a signal handler's own call, say */
        return;
    }
    if (f->state == FOLLOW_ENTRY) {
        f->state = FOLLOW_EXIT;
        return;
    }
    f->state = FOLLOW_NOT;
    bool begins_again =
        regs_was_disturbed(&regs) && ((int64_t)regs.rax != -EINTR || task->stop.asked);
    if (!begins_again) {
        regs_set_arg(&regs, f->arg, f->value);
        (void)regs_set(task, &regs);
    }
}
