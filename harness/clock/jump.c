/* SPDX-License-Identifier: Apache-2.0 */
/* A jump: gather every task that runs or waits with a time-out, set the clocks, let all go on. What
 * blocks without a time-out is left in peace: it reads the new clock whenever it wakes. */
#include "harness/clock/tracer_priv.h"

#include "base/sys/clock.h"
#include "base/sys/poller.h"
#include "harness/clock/wait.h"

#include <sys/syscall.h>

enum {
    GATHER_MS = 2000,
    GATHER_PASSES = 8, /* a task may begin a wait while another is being stopped */
    JUMP_MAX_S = 1000000000
};

struct look {
    enum task_state state;
    int64_t nr;
    uint64_t args[6];
    struct wait wait;
    bool waits;
};

static struct look look_at(const struct task *task)
{
    struct look l = {.nr = -1};
    l.state = task_look(task, &l.nr, l.args);
    l.waits = l.state == TASK_BLOCKS && l.nr >= 0 &&
              (wait_of_call(l.nr, l.args, &l.wait) || l.nr == SYS_restart_syscall);
    return l;
}

static bool in_vfork(const struct look *l)
{
    return l->state == TASK_BLOCKS &&
           (l->nr == SYS_vfork || l->nr == SYS_clone || l->nr == SYS_clone3);
}

/* The jump reaches what it waits for. What the kernel is to take up again by itself may be
 * anything. */
static bool is_moved(const struct look *l, const struct clock_offsets *by)
{
    return l->waits && (l->nr == SYS_restart_syscall || offset_of(by, l->wait.wall) > 0);
}

/* Only where something will remain of a duration does its age matter. */
static int64_t age_if_needed(const struct task *task, const struct look *l, int64_t seconds)
{
    int64_t sec = 0;
    if (!l->waits || l->wait.absolute || l->wait.updated || l->wait.remainder_arg >= 0) {
        return 0;
    }
    if (l->nr != SYS_restart_syscall && l->wait.format == WAIT_MS) {
        sec = (int32_t)l->args[l->wait.arg] / 1000;
    } else if (l->nr != SYS_restart_syscall &&
               !task_read(task, l->args[l->wait.arg], &sec, sizeof(sec))) {
        return 0;
    }
    return l->nr != SYS_restart_syscall && sec < seconds ? 0 : task_age_ns(task);
}

/* How well a task suits a call of ours, when any of its process will do: best one that runs, or
 * waits in a way that the kernel takes up again by itself. */
static int suitability(const struct look *l)
{
    if (l->state == TASK_GONE || in_vfork(l)) {
        return -1;
    }
    if (l->state == TASK_RUNS || l->nr == SYS_futex) {
        return 3;
    }
    return l->waits || wait_may_reissue(l->nr) ? 2 : 1;
}

static bool proc_has_asked(const struct tracer *t, const struct proc *p)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        const struct task *task = e->value;
        if (task->proc == p && (task->stop.is_held || task->stop.asked)) {
            return true;
        }
    }
    return false;
}

/* One of the process's tasks must stop, to take the filter or to move timers. */
static bool proc_ask_one(struct tracer *t, const struct proc *p)
{
    struct task *best = NULL;
    struct look best_look = {.nr = -1};
    int best_score = -2;
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        struct task *task = e->value;
        if (task->proc == p) {
            struct look l = look_at(task);
            int score = suitability(&l);
            if (score > best_score) {
                best = task;
                best_look = l;
                best_score = score;
            }
        }
    }
    if (best != NULL) {
        best->debt.age_ns = age_if_needed(best, &best_look, 0);
        task_interrupt(t, best, best_score >= 0);
    }
    return best_score >= 0;
}

static bool proc_lacks_filter(const struct tracer *t, const struct proc *p)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        const struct task *task = e->value;
        if (task->proc == p && !task->has_waits_filter) {
            return true;
        }
    }
    return false;
}

static bool has_timers(const struct proc *p, const struct clock_offsets *by)
{
    return p->has_timers || (p->has_alarm && by->monotonic_s > 0);
}

/* Asks all that must stop and have not been asked; returns how many. */
static int ask_pass(struct tracer *t, const struct clock_offsets *by)
{
    int asked = 0;
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        struct task *task = e->value;
        if (task->stop.is_held || task->stop.asked || task->proc->vdso == 0) {
            continue;
        }
        struct look l = look_at(task);
        if (l.state == TASK_RUNS || is_moved(&l, by)) {
            task->debt.age_ns = age_if_needed(task, &l, offset_of(by, l.wait.wall));
            task_interrupt(t, task, true);
            asked++;
        }
    }
    pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->procs, &pos)) != NULL;) {
        const struct proc *p = e->value;
        bool wanted = has_timers(p, by) || proc_lacks_filter(t, p);
        if (wanted && p->vdso != 0 && !proc_has_asked(t, p) && proc_ask_one(t, p)) {
            asked++;
        }
    }
    return asked;
}

/* False at the deadline. */
static bool await_stops(struct tracer *t, int64_t deadline)
{
    for (;;) {
        tracer_handle(t);
        int64_t left = deadline - monotonic_ms();
        if (t->awaited == 0 || left <= 0) {
            return t->awaited == 0;
        }
        struct poll_item item = {.fd = t->signal_fd, .want_read = true};
        struct err ignored = {0};
        /* An owner may have taken the signal from a descriptor of its own: never for long. */
        if (poll_wait(&item, 1, left < 20 ? left : 20, &ignored) < 0) {
            return false;
        }
    }
}

static void clocks_set(struct tracer *t)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->procs, &pos)) != NULL;) {
        struct proc *p = e->value;
        int fd = p->vdso != 0 ? proc_mem(p) : -1;
        bool is_set = fd >= 0 && vdso_set_offset(&t->vdso, fd, p->vdso, &t->offset);
        const struct task *leader = task_find(t, p->tgid);
        if (p->vdso != 0 && !is_set && leader != NULL && look_at(leader).state != TASK_GONE) {
            tracer_problem(t, &t->counters.lost_tasks, "a process's clock could not be set");
        }
    }
}

/* Who moves the timers of each process: the first of its tasks that is held. */
static void timers_assign(struct tracer *t, const struct clock_offsets *by)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->procs, &pos)) != NULL;) {
        const struct proc *p = e->value;
        size_t at = 0;
        bool assigned = !has_timers(p, by);
        for (const struct map_entry *f; !assigned && (f = map_next(&t->tasks, &at)) != NULL;) {
            struct task *task = f->value;
            if (task->proc == p && (task->stop.is_held || task->stop.asked)) {
                task->debt.timers = true;
                assigned = true;
            }
        }
    }
}

static void release_all(struct tracer *t, const struct clock_offsets *by)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        struct task *task = e->value;
        if (task->stop.is_held || task->stop.asked) {
            task->debt.owed.wall_s += by->wall_s;
            task->debt.owed.monotonic_s += by->monotonic_s;
        }
    }
    timers_assign(t, by);
    t->is_holding = false;
    pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        struct task *task = e->value;
        if (task->stop.is_held) {
            task_release(t, task);
        }
    }
}

int tracer_jump(struct tracer *t, enum tracer_jump kind, int64_t seconds, struct err *err)
{
    const struct clock_offsets by = {.wall_s = seconds,
                                     .monotonic_s = kind == JUMP_ALL ? seconds : 0};
    if (seconds < 1 || seconds > JUMP_MAX_S || t->offset.wall_s > JUMP_MAX_S) {
        return err_set(err, ERR_INVALID, "a jump of %lld seconds is outside 1 to %d",
                       (long long)seconds, (int)JUMP_MAX_S);
    }
    int64_t deadline = monotonic_ms() + GATHER_MS;
    tracer_handle(t);
    t->filters_waits = true;
    t->is_holding = true;
    bool complete = true;
    for (int pass = 0; pass < GATHER_PASSES && complete && ask_pass(t, &by) > 0; pass++) {
        complete = await_stops(t, deadline);
    }
    if (!complete) {
        tracer_problem(t, &t->counters.lost_tasks, "a thread did not stop within two seconds");
    }
    t->offset.wall_s += by.wall_s;
    t->offset.monotonic_s += by.monotonic_s;
    clocks_set(t);
    timerfds_move(t, &by);
    release_all(t, &by);
    tracer_handle(t);
    return 0;
}
