/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to what tasks report. The rules are those of ptrace(2): a stop with PTRACE_EVENT_STOP and
 * a stopping signal is a group stop and is answered with PTRACE_LISTEN, every other signal is
 * delivered on, and any stop ends an interrupt that was asked for. */
#include "harness/clock/tracer_priv.h"

#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CALL_STOP = SIGTRAP | 0x80, /* PTRACE_O_TRACESYSGOOD */
    STATUS_MAX_BYTES = 4096,
    ARGV_MAX_BYTES = 4 * 1024 * 1024,
    KERNEL_ERESTART_RESTARTBLOCK = 516
};

void task_resume(struct task *task, int sig)
{
    bool follows = task->follow.state != FOLLOW_NOT;
    if (task->stop.asked) {
        /* This stop, of another kind, used up the interrupt. */
        (void)ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
    }
    (void)ptrace(follows ? PTRACE_SYSCALL : PTRACE_CONT, task->tid, NULL,
                 (void *)(intptr_t)sig); /* a failure means that it was killed: its end follows */
}

static int64_t filters_of(pid_t tid)
{
    char text[STATUS_MAX_BYTES];
    return proc_text(tid, "status", text, sizeof(text)) ? status_number(text, "Seccomp_filters")
                                                        : -1;
}

/* A process that was forked: it has its parent's memory as of some moment, so the offset may be an
 * old one. */
static struct proc *proc_adopt(struct tracer *t, pid_t tgid, uint64_t vdso)
{
    struct proc *p = proc_add(t, tgid);
    p->is_ready = true;
    p->vdso = vdso;
    if (p->vdso != 0 && t->offset.wall_s != 0) {
        int fd = proc_mem(p);
        if (fd < 0 || !vdso_set_offset(&t->vdso, fd, p->vdso, &t->offset)) {
            tracer_problem(t, &t->counters.lost_tasks, "a forked process's clock could not be set");
        }
    }
    return p;
}

/* The first stop of a thread or process that one of ours made, of which nothing is known yet. */
static struct task *task_adopt_unknown(struct tracer *t, pid_t tid)
{
    char text[STATUS_MAX_BYTES];
    int64_t tgid = tid, parent = 0, filters = -1;
    if (proc_text(tid, "status", text, sizeof(text))) {
        tgid = status_number(text, "Tgid");
        parent = status_number(text, "PPid");
        filters = status_number(text, "Seccomp_filters");
    }
    struct proc *p = proc_find(t, (pid_t)tgid);
    const struct task *maker = task_find(t, p != NULL ? (pid_t)tgid : (pid_t)parent);
    if (p == NULL) {
        const struct proc *from = proc_find(t, (pid_t)parent);
        bool foreign = t->only_watches || (from != NULL && from->vdso == 0);
        p = proc_adopt(t, (pid_t)tgid, foreign ? 0 : vdso_find((pid_t)tgid));
    }
    struct task *task = task_add(t, tid, p);
    if (t->filters_waits && maker != NULL && maker->has_waits_filter) {
        /* It may have been made before its maker got the filter: then it has one fewer. */
        task->has_waits_filter = filters >= 0 && filters >= filters_of(maker->tid);
    }
    return task;
}

static struct task *task_adopt(struct tracer *t, pid_t tid)
{
    struct announcement *a = map_remove(&t->announced, pid_key(&tid));
    struct task *task;
    if (a != NULL && a->is_process && a->is_certain) {
        struct proc *p = proc_adopt(t, tid, a->vdso);
        p->parent = a->parent;
        task = task_add(t, tid, p);
        task->has_waits_filter = a->has_waits_filter;
    } else {
        task = task_adopt_unknown(t, tid);
    }
    free(a);
    return task;
}

static void split_nul(struct arena *a, struct str text, struct str_list *out)
{
    struct str part;
    if (text.len > 0 && text.ptr[text.len - 1] == '\0') {
        text.len--;
    } else if (text.len == 0) {
        return;
    }
    while (str_split(&text, '\0', &part)) {
        *VEC_PUSH(a, out) = arena_strndup(a, part.ptr, part.len);
    }
}

/* A file of /proc/PID as words that each end with a NUL. Nearly all of them fit into the room here.
 */
static void words_of(struct arena *a, pid_t pid, const char *name, struct str_list *ret)
{
    char path[64], room[8192];
    (void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, room, sizeof(room));
    if (n < (ssize_t)sizeof(room)) {
        split_nul(a, str_n(room, n > 0 ? (size_t)n : 0), ret);
        return;
    }
    AUTO_BUF struct buf text = {0};
    struct err ignored = {0};
    if (fs_read_file(path, ARGV_MAX_BYTES, &text, &ignored) == 0) {
        split_nul(a, buf_str(&text), ret);
    }
}

static pid_t parent_of(const struct tracer *t, const struct proc *p)
{
    char status[STATUS_MAX_BYTES];
    if (p->parent != 0 && proc_find(t, p->parent) != NULL) {
        return p->parent;
    }
    return proc_text(p->tgid, "status", status, sizeof(status))
               ? (pid_t)status_number(status, "PPid")
               : 0;
}

static void tell_exec(struct tracer *t, const struct proc *p)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct process_view view = {.pid = p->tgid, .parent = parent_of(t, p)};
    words_of(a, p->tgid, "cmdline", &view.argv);
    words_of(a, p->tgid, "environ", &view.environ);
    t->hooks.on_exec(t->hooks.ctx, &view);
}

/* All other threads of the process are gone, and the one that called took the leader's number. */
static struct task *drop_others(struct tracer *t, struct task *leader)
{
    unsigned long former = 0;
    (void)ptrace(PTRACE_GETEVENTMSG, leader->tid, NULL, &former);
    struct task *caller = task_find(t, (pid_t)former);
    if (caller != NULL && caller->proc == leader->proc) {
        leader->has_waits_filter = caller->has_waits_filter;
    }
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&t->tasks, &pos)) != NULL;) {
        struct task *other = e->value;
        if (other != leader && other->proc == leader->proc) {
            task_remove(t, other);
        }
    }
    return leader;
}

/* The new program shall read our clock. */
static void clock_take(struct tracer *t, struct proc *p)
{
    p->vdso = vdso_find(p->tgid);
    int fd = proc_mem(p);
    if (p->vdso == 0 || fd < 0 || !vdso_patch(&t->vdso, fd, p->vdso, &t->offset)) {
        p->vdso = 0;
        tracer_problem(t, &t->counters.foreign_programs,
                       "a program that is not for 64-bit x86 was started");
    }
}

static void task_on_exec(struct tracer *t, struct task *task)
{
    struct proc *p = drop_others(t, task)->proc;
    proc_reset(p);
    p->is_ready = true;
    task->slot = (struct task_slot){.index = NO_SLOT};
    task->follow.state = FOLLOW_NOT;
    task->debt = (struct task_debt){0};
    t->counters.execs++;
    if (!t->only_watches) {
        clock_take(t, p);
    }
    if (t->hooks.on_exec != NULL && !t->is_ending) {
        tell_exec(t, p);
    }
}

static void task_on_end(struct tracer *t, struct task *task, const struct process_status *end)
{
    struct proc *p = task->proc;
    pid_t pid = p->tgid;
    bool tells = p->is_direct && p->is_ready && task->tid == pid && !t->is_ending;
    task_remove(t, task);
    if (tells && t->hooks.on_exit != NULL) {
        t->hooks.on_exit(t->hooks.ctx, pid, end);
    }
}

/* The kernel begins such a call again as restart_syscall, whose number alone tells nothing. */
static void note_restart(struct task *task)
{
    struct user_regs_struct regs;
    if (regs_get(task, &regs) && (int64_t)regs.rax == -KERNEL_ERESTART_RESTARTBLOCK &&
        regs.orig_rax != SYS_restart_syscall) {
        task->restart_nr = (int64_t)regs.orig_rax;
    }
}

static bool is_stopping(int sig)
{
    return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static void task_on_event_stop(struct tracer *t, struct task *task, int sig)
{
    bool group_stop = is_stopping(sig);
    note_restart(task);
    if (task_hold(t, task, group_stop)) {
        return;
    }
    if (group_stop && !task->stop.asked) {
        (void)ptrace(PTRACE_LISTEN, task->tid, NULL, NULL);
    } else {
        task_resume(task, 0);
    }
}

static void announce(struct tracer *t, const struct task *task, bool is_process)
{
    unsigned long message = 0;
    if (ptrace(PTRACE_GETEVENTMSG, task->tid, NULL, &message) < 0 ||
        task_find(t, (pid_t)message) != NULL) {
        return;
    }
    struct announcement *a = xcalloc(1, sizeof(*a));
    *a = (struct announcement){.child = (pid_t)message,
                               .is_process = is_process,
                               /* The first jump loads a filter into all threads of a process at
                                * once, also into one whose fork was not reported yet. */
                               .is_certain = !t->filters_waits || task->proc->task_count == 1,
                               .has_waits_filter = task->has_waits_filter,
                               .parent = task->proc->tgid,
                               .vdso = task->proc->vdso};
    free(map_put(&t->announced, pid_key(&a->child), a));
}

static void task_on_stop(struct tracer *t, struct task *task, int status)
{
    int sig = WSTOPSIG(status), event = status >> 16;
    switch (event) {
    case PTRACE_EVENT_STOP:
        task_on_event_stop(t, task, sig);
        return;
    case PTRACE_EVENT_EXEC:
        task_on_exec(t, task);
        task_resume(task, 0);
        return;
    case PTRACE_EVENT_SECCOMP:
        task_on_filter(t, task);
        task_resume(task, 0);
        return;
    case 0:
        break;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        announce(t, task, event != PTRACE_EVENT_CLONE);
        task_resume(task, 0);
        return;
    default:
        task_resume(task, 0);
        return;
    }
    if (sig == CALL_STOP) {
        task_on_call(t, task);
        task_resume(task, 0);
        return;
    }
    note_restart(task);
    task_resume(task, sig);
}

void task_on_status(struct tracer *t, pid_t tid, int status, const struct process_status *end)
{
    struct task *task = task_find(t, tid);
    if (WIFSTOPPED(status)) {
        task = task != NULL ? task : task_adopt(t, tid);
        task_on_stop(t, task, status);
    } else if (task != NULL) {
        task_on_end(t, task, end);
    } else {
        free(map_remove(&t->announced, pid_key(&tid)));
    }
}
