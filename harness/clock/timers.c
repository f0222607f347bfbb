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

enum { TIMERFDS_MAX = 256, TIMERS_MAX = 64 };

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

static void timerfd_move(struct tracer *t, struct moved *m, int pidfd, int number, int64_t seconds)
{
    struct itimerspec left;
    AUTO_FD int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
    if (fd < 0 || m->count == TIMERFDS_MAX) {
        tracer_problem(t, &t->counters.lost_tasks, "a timerfd could not be moved");
        return;
    }
    if (is_moved_already(m, fd) || timerfd_gettime(fd, &left) < 0) {
        return;
    }
    if (is_armed(&left.it_value)) {
        shorten(&left.it_value, seconds);
        (void)timerfd_settime(fd, 0, &left, NULL);
        t->counters.timers_moved++;
    }
    m->fds[m->count++] = fd_take(&fd);
}

static void proc_timerfds_move(struct tracer *t, struct moved *m, pid_t pid, int64_t seconds)
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
            timerfd_move(t, m, pidfd, number, seconds);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

void timerfds_move(struct tracer *t, int64_t seconds)
{
    struct moved m = {0};
    size_t pos = 0;
    if (!t->has_timerfds) {
        return;
    }
    for (const struct map_entry *e; (e = map_next(&t->procs, &pos)) != NULL;) {
        proc_timerfds_move(t, &m, ((const struct proc *)e->value)->tgid, seconds);
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

/* The ids of the process's timers on clocks that are moved, from /proc/PID/timers. */
static int timer_ids(const struct proc *p, int ids[TIMERS_MAX])
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
            ids[count++] = id;
        }
    }
    return count;
}

void proc_timers_move(struct tracer *t, struct task *task, int64_t seconds)
{
    const struct proc *p = task->proc;
    const pid_t tid = task->tid;
    int ids[TIMERS_MAX];
    bool moved =
        !p->has_alarm || timer_move(t, task, SYS_getitimer, SYS_setitimer, ITIMER_REAL, seconds);
    if (task_find(t, tid) == task && p->has_timers) {
        int count = timer_ids(p, ids);
        moved = moved && count >= 0;
        for (int i = 0; i < count && task_find(t, tid) == task; i++) {
            moved =
                timer_move(t, task, SYS_timer_gettime, SYS_timer_settime, ids[i], seconds) && moved;
        }
    }
    if (!moved && task_find(t, tid) == task) {
        tracer_problem(t, &t->counters.lost_tasks, "a process's timers could not be moved");
    }
}
