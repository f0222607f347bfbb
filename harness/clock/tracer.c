/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/tracer.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "harness/clock/tracer_priv.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_MS = 5000 };

struct task *task_find(const struct tracer *t, pid_t tid)
{
    return map_get(&t->tasks, pid_key(&tid));
}

struct proc *proc_find(const struct tracer *t, pid_t tgid)
{
    return map_get(&t->procs, pid_key(&tgid));
}

struct proc *proc_add(struct tracer *t, pid_t tgid)
{
    struct proc *p = xcalloc(1, sizeof(*p));
    *p = (struct proc){.tgid = tgid, .mem_fd = -1};
    (void)map_put(&t->procs, pid_key(&p->tgid), p);
    return p;
}

void proc_reset(struct proc *p)
{
    fd_close(&p->mem_fd);
    free(p->slot_used);
    p->slot_used = NULL;
    p->vdso = 0;
    p->has_timers = false; /* an exec drops them; the interval timer lives on */
}

static void proc_remove(struct tracer *t, struct proc *p)
{
    (void)map_remove(&t->procs, pid_key(&p->tgid));
    proc_reset(p);
    free(p);
}

struct task *task_add(struct tracer *t, pid_t tid, struct proc *p)
{
    struct task *task = xcalloc(1, sizeof(*task));
    *task = (struct task){.tid = tid, .proc = p, .slot = {.index = NO_SLOT}};
    p->task_count++;
    t->counters.threads++;
    (void)map_put(&t->tasks, pid_key(&task->tid), task);
    return task;
}

void task_remove(struct tracer *t, struct task *task)
{
    struct proc *p = task->proc;
    (void)map_remove(&t->tasks, pid_key(&task->tid));
    task_uncount(t, task);
    if (task->slot.index != NO_SLOT && p->slot_used != NULL) {
        p->slot_used[task->slot.index] = false;
    }
    free(task);
    if (--p->task_count == 0) {
        proc_remove(t, p);
    }
}

void tracer_problem(struct tracer *t, int64_t *counter, const char *what)
{
    ++*counter;
    if (t->counters.first_problem == NULL) {
        t->counters.first_problem = what;
    }
}

static struct tracer *tracer_make(const struct tracer_hooks *hooks, const struct vdso *vdso,
                                  struct err *err)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, NULL);
    int fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) {
        err_errno(err, "cannot receive SIGCHLD through a descriptor");
        return NULL;
    }
    struct tracer *t = xcalloc(1, sizeof(*t));
    t->hooks = hooks != NULL ? *hooks : (struct tracer_hooks){0};
    t->vdso = *vdso;
    t->signal_fd = fd;
    return t;
}

struct tracer *tracer_new(const struct tracer_hooks *hooks, struct err *err)
{
    struct vdso vdso;
    if (vdso_study(&vdso, err) < 0) {
        return NULL;
    }
    struct tracer *t = tracer_make(hooks, &vdso, err);
    if (t == NULL) {
        vdso_done(&vdso);
    }
    return t;
}

struct tracer *tracer_new_watching(const struct tracer_hooks *hooks, struct err *err)
{
    struct tracer *t = tracer_make(hooks, &(struct vdso){0}, err);
    if (t != NULL) {
        t->only_watches = true;
    }
    return t;
}

int tracer_fd(const struct tracer *t)
{
    return t->signal_fd;
}

bool tracer_is_empty(const struct tracer *t)
{
    return t->tasks.count == 0;
}

bool tracer_rests(struct tracer *t)
{
    tracer_handle(t);
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        const struct task *task = e->value;
        int64_t nr = -1;
        uint64_t args[6];
        if (!task->stop.in_group && task_look(task, &nr, args) == TASK_RUNS) {
            return false;
        }
    }
    return true;
}

int64_t tracer_offset(const struct tracer *t)
{
    return t->offset.wall_s;
}

const struct tracer_counters *tracer_counters(const struct tracer *t)
{
    return &t->counters;
}

bool tracer_is_sound(const struct tracer *t)
{
    return t->counters.foreign_programs == 0 && t->counters.lost_tasks == 0;
}

static int64_t timeval_ms(struct timeval tv)
{
    return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

/* Takes what one task has to report; false when it has nothing now, or is gone. */
static bool report_take(struct tracer *t, pid_t tid)
{
    int status = 0;
    struct rusage usage = {0};
    pid_t got;
    do {
        got = wait4(tid, &status, __WALL | WNOHANG, &usage);
    } while (got < 0 && errno == EINTR);
    if (got != tid) {
        return false;
    }
    bool exited = WIFEXITED(status);
    const struct process_status end = {
        .end = exited ? PROCESS_EXITED : PROCESS_SIGNALED,
        .code = exited ? WEXITSTATUS(status) : WTERMSIG(status),
        .user_ms = timeval_ms(usage.ru_utime),
        .system_ms = timeval_ms(usage.ru_stime),
        .max_rss_bytes = (int64_t)usage.ru_maxrss * 1024,
    };
    task_on_status(t, tid, status, &end);
    return true;
}

/* The next one that has something to report, without taking the report; 0 = none. */
static pid_t peek(int *ret_code)
{
    siginfo_t info = {0};
    int n;
    do {
        n = waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL);
    } while (n < 0 && errno == EINTR);
    *ret_code = info.si_code;
    return n < 0 ? 0 : info.si_pid;
}

/* Asks each of ours once; false when none had anything to report. */
static bool handle_each(struct tracer *t)
{
    bool any = false;
    size_t count = 0;
    pid_t *tids = xmalloc((t->tasks.count + t->announced.count + 1) * sizeof(*tids));
    const struct map *const maps[] = {&t->announced, &t->tasks};
    for (size_t m = 0; m < ARRAY_LEN(maps); m++) {
        size_t pos = 0;
        for (const struct map_entry *e; (e = map_next(maps[m], &pos)) != NULL;) {
            memcpy(&tids[count++], e->key.ptr, sizeof(*tids));
        }
    }
    for (size_t i = 0; i < count; i++) {
        any = report_take(t, tids[i]) || any;
    }
    free(tids);
    return any;
}

bool tracer_handle_one(struct tracer *t)
{
    int code = 0;
    pid_t pid = peek(&code);
    if (pid == 0) {
        return false;
    }
    /* Only a traced task is trapped: an unknown one is new. It may also have been killed before
     * its first stop, and holds up its process's exec until it is reaped. */
    if (task_find(t, pid) == NULL && code != CLD_TRAPPED && !task_is_traced(pid)) {
        /* A child of the owner stands in front of the queue and is not ours to take. Who was made
         * meanwhile is known only after its maker's report, and its own signal may be over. */
        while (handle_each(t)) {
        }
        return false;
    }
    (void)report_take(t, pid);
    return true;
}

void tracer_hush(struct tracer *t)
{
    struct signalfd_siginfo ignored[8];
    while (read(t->signal_fd, ignored, sizeof(ignored)) == (ssize_t)sizeof(ignored)) {
    }
}

void tracer_handle(struct tracer *t)
{
    tracer_hush(t);
    while (tracer_handle_one(t)) {
    }
}

static void kill_all(struct tracer *t)
{
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->procs, &pos)) != NULL;) {
        (void)kill(((const struct proc *)e->value)->tgid, SIGKILL);
    }
}

void tracer_free(struct tracer *t)
{
    if (t == NULL) {
        return;
    }
    t->is_ending = true;
    int64_t deadline = monotonic_ms() + END_MS;
    while (!tracer_is_empty(t) && monotonic_ms() < deadline) {
        struct poll_item item = {.fd = t->signal_fd, .want_read = true};
        struct err ignored = {0};
        kill_all(t);
        tracer_handle(t);
        if (!tracer_is_empty(t) && poll_wait(&item, 1, 10, &ignored) < 0) {
            break;
        }
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        task_remove(t, e->value); /* unkillable for now: the kernel ends it with us */
    }
    map_done(&t->tasks);
    map_done(&t->procs);
    pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->announced, &pos)) != NULL;) {
        free(e->value);
    }
    map_done(&t->announced);
    vdso_done(&t->vdso);
    fd_close(&t->signal_fd);
    free(t);
}

void tracer_free_ptr(struct tracer **t)
{
    tracer_free(*t);
    *t = NULL;
}
