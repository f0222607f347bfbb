/* SPDX-License-Identifier: Apache-2.0 */
/* Timers that run on their own: what remains of each is shortened by a jump, and what is overdue
 * is set to go off at once. */
#include "harness/clock/tracer_priv.h"

#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "harness/clock/wait.h"

#include <dirent.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { TIMERFDS_MAX = 256, TIMERS_MAX = 64, NS_PER_S = 1000000000 };

struct moved { /* the timerfds of this jump: fork and descriptor passing share them */
    int fds[TIMERFDS_MAX];
    int count;
};

/* Shortens what remains; never to zero, which would disarm. */
static void shorten(struct timespec *left, int64_t seconds)
{
    if (left->tv_sec < seconds) {
        *left = (struct timespec){.tv_nsec = 1};
    } else {
        left->tv_sec -= seconds;
        left->tv_nsec += left->tv_sec == 0 && left->tv_nsec == 0;
    }
}

static bool is_armed(const struct timespec *left)
{
    return left->tv_sec != 0 || left->tv_nsec != 0;
}

static bool is_moved_already(const struct moved *m, int fd)
{
    pid_t self = getpid();
    for (int i = 0; i < m->count; i++) {
        if (syscall(SYS_kcmp, self, self, KCMP_FILE, fd, m->fds[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What /proc tells of a timerfd; flags as they were given to timerfd_settime(). */
struct timerfd_kind {
    int clock, flags;
};

static bool timerfd_look(pid_t pid, int number, struct timerfd_kind *ret)
{
    char name[32], text[1024];
    (void)snprintf(name, sizeof(name), "fdinfo/%d", number);
    if (!proc_text(pid, name, text, sizeof(text))) {
        return false;
    }
    const char *at = strstr(text, "settime flags:");
    unsigned flags = 0;
    ret->clock = (int)status_number(text, "clockid");
    if (ret->clock < 0 || at == NULL || sscanf(at, "settime flags: %o", &flags) != 1) {
        return false;
    }
    ret->flags = (int)flags;
    return true;
}

/* An absolute one stays so, as that decides whether a coming suspension moves it. */
static bool timerfd_set(int fd, const struct timerfd_kind *kind, struct itimerspec *left)
{
    if ((kind->flags & TFD_TIMER_ABSTIME) != 0) {
        struct timespec now;
        if (syscall(SYS_clock_gettime, kind->clock, &now) < 0) {
            return false;
        }
        left->it_value.tv_sec += now.tv_sec;
        left->it_value.tv_nsec += now.tv_nsec;
        if (left->it_value.tv_nsec >= NS_PER_S) {
            left->it_value.tv_nsec -= NS_PER_S;
            left->it_value.tv_sec++;
        }
    }
    return timerfd_settime(fd, kind->flags, left, NULL) == 0;
}

static void timerfd_move(struct tracer *t, struct moved *m, int pidfd, int number,
                         const struct clock_offsets *by)
{
    struct itimerspec left;
    struct timerfd_kind kind;
    AUTO_FD int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
    if (fd < 0 || m->count == TIMERFDS_MAX) {
        tracer_problem(t, &t->counters.lost_tasks, "a timerfd could not be moved");
        return;
    }
    if (is_moved_already(m, fd) || timerfd_gettime(fd, &left) < 0) {
        return;
    }
    if (!timerfd_look(getpid(), fd, &kind)) {
        tracer_problem(t, &t->counters.lost_tasks, "a timerfd's clock is not known");
        return;
    }
    bool absolute = (kind.flags & TFD_TIMER_ABSTIME) != 0;
    int64_t seconds = offset_of(by, wait_clock_is_wall((uint64_t)kind.clock, absolute));
    if (seconds > 0 && is_armed(&left.it_value)) {
        shorten(&left.it_value, seconds);
        if (!timerfd_set(fd, &kind, &left)) {
            tracer_problem(t, &t->counters.lost_tasks, "a timerfd could not be moved");
        }
        t->counters.timers_moved++;
    }
    m->fds[m->count++] = fd_take(&fd);
}

static void proc_timerfds_move(struct tracer *t, struct moved *m, pid_t pid,
                               const struct clock_offsets *by)
{
    char path[64], target[64];
    (void)snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
    AUTO_FD int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    DIR *dir = opendir(path);
    for (const struct dirent *e; dir != NULL && pidfd >= 0 && (e = readdir(dir)) != NULL;) {
        int number = -1;
        ssize_t n = readlinkat(dirfd(dir), e->d_name, target, sizeof(target));
        if (n > 0 && str_eq_z(str_n(target, (size_t)n), "anon_inode:[timerfd]") &&
            sscanf(e->d_name, "%d", &number) == 1) {
            timerfd_move(t, m, pidfd, number, by);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

void timerfds_move(struct tracer *t, const struct clock_offsets *by)
{
    struct moved m = {0};
    size_t pos = 0;
    if (!t->has_timerfds) {
        return;
    }
    for (const struct map_entry *e; (e = map_next(&t->procs, &pos)) != NULL;) {
        proc_timerfds_move(t, &m, ((const struct proc *)e->value)->tgid, by);
    }
    for (int i = 0; i < m.count; i++) {
        fd_close(&m.fds[i]);
    }
}

/* get and set are calls with the timer first; the value goes through the scratch room. */
static bool timer_move(struct tracer *t, struct task *task, int64_t get, int64_t set, int id,
                       int64_t seconds)
{
    const uint64_t at = task->proc->vdso + t->vdso.scratch_at;
    const bool interval = get == SYS_getitimer;
    const pid_t tid = task->tid;
    int64_t result = -1;
    struct itimerspec left;
    const uint64_t get_args[6] = {(uint64_t)id, at};
    const uint64_t set_args[6] = {(uint64_t)id, interval ? at : 0, interval ? 0 : at};
    /* The kernel writes only where the task could, which the vDSO page is not: its stack is. */
    const uint64_t stack = (task->stop.regs.rsp - 128 - sizeof(left)) & ~(uint64_t)15;
    char kept[sizeof(left)];
    if (!task_read(task, stack, kept, sizeof(kept))) {
        return false;
    }
    const uint64_t args[6] = {get_args[0], stack};
    bool got = task_inject(t, task, get, args, &result);
    if (task_find(t, tid) != task || !got) {
        return false;
    }
    bool read = task_read(task, stack, &left, sizeof(left));
    (void)task_write(task, stack, kept, sizeof(kept));
    if (result != 0 || !read || !is_armed(&left.it_value)) {
        return result == 0 && read;
    }
    left.it_value.tv_nsec *= interval ? 1000 : 1;
    shorten(&left.it_value, seconds);
    if (interval) {
        left.it_value.tv_nsec = (left.it_value.tv_nsec + 999) / 1000;
    }
    t->counters.timers_moved++;
    return proc_write_force(task->proc, at, &left, sizeof(left)) &&
           task_inject(t, task, set, set_args, &result) && result == 0;
}

struct timer {
    int id, clock;
};

/* The process's timers on clocks that are moved, from /proc/PID/timers. */
static int timers_list(const struct proc *p, struct timer timers[TIMERS_MAX])
{
    AUTO_BUF struct buf text = {0};
    struct err ignored = {0};
    char path[64];
    int count = 0, id = -1, clock = -1;
    (void)snprintf(path, sizeof(path), "/proc/%ld/timers", (long)p->tgid);
    if (fs_read_file(path, 65536, &text, &ignored) < 0) {
        return -1;
    }
    struct str rest = buf_str(&text), line;
    while (str_split(&rest, '\n', &line) && count < TIMERS_MAX) {
        char copy[64];
        (void)snprintf(copy, sizeof(copy), "%.*s", STR_ARG(line));
        if (sscanf(copy, "ID: %d", &id) != 1 && sscanf(copy, "ClockID: %d", &clock) == 1 &&
            clock >= 0 && wait_clock_is_moved((uint64_t)clock)) {
            timers[count++] = (struct timer){.id = id, .clock = clock};
        }
    }
    return count;
}

void proc_timers_move(struct tracer *t, struct task *task, const struct clock_offsets *by)
{
    const struct proc *p = task->proc;
    const pid_t tid = task->tid;
    struct timer timers[TIMERS_MAX];
    bool moved = !p->has_alarm || by->monotonic_s == 0 ||
                 timer_move(t, task, SYS_getitimer, SYS_setitimer, ITIMER_REAL, by->monotonic_s);
    if (task_find(t, tid) == task && p->has_timers) {
        int count = timers_list(p, timers);
        moved = moved && count >= 0;
        for (int i = 0; i < count && task_find(t, tid) == task; i++) {
            /* Nothing tells whether it is absolute: taken to be a duration, as most are. */
            int64_t seconds = offset_of(by, wait_clock_is_wall((uint64_t)timers[i].clock, false));
            moved = (seconds == 0 || timer_move(t, task, SYS_timer_gettime, SYS_timer_settime,
                                                timers[i].id, seconds)) &&
                    moved;
        }
    }
    if (!moved && task_find(t, tid) == task) {
        tracer_problem(t, &t->counters.lost_tasks, "a process's timers could not be moved");
    }
}

bool timer_is_wall(const struct task *task, int64_t nr, const uint64_t args[6])
{
    struct timerfd_kind kind = {.clock = CLOCK_REALTIME};
    struct timer timers[TIMERS_MAX];
    if (nr == SYS_timerfd_settime) {
        (void)timerfd_look(task->proc->tgid, (int)args[0], &kind);
    } else {
        int count = timers_list(task->proc, timers);
        for (int i = 0; i < count; i++) {
            kind.clock = timers[i].id == (int)args[0] ? timers[i].clock : kind.clock;
        }
    }
    return wait_clock_is_wall((uint64_t)kind.clock, true);
}
