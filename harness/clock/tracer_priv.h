/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLOCK_TRACER_PRIV_H
#define HARNESS_CLOCK_TRACER_PRIV_H

/* Shared by the files of the tracer. Who does what: tracer.c owns the tables and the loop, launch.c
 * starts programs, stops.c answers what tasks report, jump.c moves the clock, hold.c stops
 * tasks for that, rewait.c puts their waits right, inject.c runs system
 * calls in a task, timers.c moves its timers, memory.c reaches its memory. */

#include "base/core/map.h"
#include "harness/clock/tracer.h"
#include "harness/clock/vdso.h"

#include <sys/user.h>

enum { NO_SLOT = -1 };

struct proc { /* one process: tasks that share a tgid */
    pid_t tgid;
    pid_t parent;  /* that made it, by its stop; 0 = not known */
    int mem_fd;    /* /proc/TGID/mem of the present program, or -1 */
    uint64_t vdso; /* where its vDSO is; 0 = its clock is not ours */
    int task_count;
    bool is_direct;             /* started by tracer_start() */
    bool is_ready;              /* past its first exec, or forked from such a one */
    bool has_alarm, has_timers; /* setitimer or alarm, timer_create were called */
    bool *slot_used;            /* vdso.slot_count of them, or NULL */
};

/* What to do at the coming system call stops of a task that was given other arguments. */
enum follow { FOLLOW_NOT, FOLLOW_ENTRY, FOLLOW_EXIT };

struct task { /* one thread */
    pid_t tid;
    struct proc *proc;
    bool has_waits_filter;
    int64_t restart_nr; /* the call that restart_syscall would go on with */
    struct task_stop {
        bool asked;                   /* PTRACE_INTERRUPT was sent, its stop has not come */
        bool counted;                 /* a jump waits for it */
        int deferrals;                /* how often a signal was let go first */
        bool is_held;                 /* it stands still until task_release() */
        bool in_group;                /* job control stopped it, too */
        bool was_injected;            /* a call was run in it since it stopped */
        struct user_regs_struct regs; /* as it stopped */
    } stop;
    struct task_debt { /* jumps that its pending wait has not heard of */
        struct clock_offsets owed;
        int64_t age_ns; /* how long that wait had lasted when it was disturbed */
        bool timers;    /* it moves its process's timers, too */
    } debt;
    struct task_slot {
        int index;         /* in the vDSO page, or NO_SLOT */
        uint64_t original; /* the pointer that the slot replaced */
        int64_t virtual_s; /* the deadline that stood there */
        int64_t virtual_ns;
    } slot;
    struct task_follow {
        enum follow state;
        int arg;
        uint64_t value; /* what the argument's register held */
        uint64_t given; /* what it was given instead */
        uint64_t rip;   /* behind the call's instruction */
    } follow;
};

struct tracer {
    struct tracer_hooks hooks;
    struct tracer_counters counters;
    struct vdso vdso;
    struct map tasks;     /* pid_t -> struct task */
    struct map procs;     /* pid_t -> struct proc */
    struct map announced; /* pid_t -> who made it; its first stop was not seen yet */
    int signal_fd;
    struct clock_offsets offset;
    int64_t awaited;    /* tasks whose stop is asked for and counted */
    bool is_holding;    /* a jump is gathering the tasks */
    bool filters_waits; /* the first jump has begun */
    bool has_timerfds;
    bool is_ending;
    bool only_watches; /* tracer_new_watching() */
};

/* A child that its maker's stop told of. The maker stood still since it was made, so that all this
 * is as the child inherited it. */
struct announcement {
    pid_t child;
    bool is_process; /* fork or vfork; a clone may be either */
    bool is_certain; /* what it inherited: nobody else of its maker's process could change it */
    bool has_waits_filter;
    pid_t parent;
    uint64_t vdso;
};

static inline int64_t offset_of(const struct clock_offsets *offset, bool wall)
{
    return wall ? offset->wall_s : offset->monotonic_s;
}

static inline struct str pid_key(const pid_t *pid)
{
    return str_n((const char *)pid, sizeof(*pid));
}

/* tracer.c */
struct task *task_find(const struct tracer *t, pid_t tid);
struct task *task_add(struct tracer *t, pid_t tid, struct proc *p);
void task_remove(struct tracer *t, struct task *task);
struct proc *proc_find(const struct tracer *t, pid_t tgid);
struct proc *proc_add(struct tracer *t, pid_t tgid);
void proc_reset(struct proc *p); /* another program, or none: what belonged to the old is dropped */
void tracer_problem(struct tracer *t, int64_t *counter, const char *what);
/* Handles one report of whoever has one; false when there is none now. */
bool tracer_handle_one(struct tracer *t);
/* What has been signalled so far is about to be looked at. */
void tracer_hush(struct tracer *t);

/* stops.c */
void task_on_status(struct tracer *t, pid_t tid, int status, const struct process_status *end);
/* Lets a stopped task go on, delivering sig unless 0. */
void task_resume(struct task *task, int sig);

/* memory.c */
int proc_mem(struct proc *p); /* the open descriptor, or -1 */
bool proc_write_force(struct proc *p, uint64_t at, const void *from, size_t size);
bool task_read(const struct task *task, uint64_t at, void *to, size_t size);
bool task_write(const struct task *task, uint64_t at, const void *from, size_t size);
/* Puts size bytes (at most VDSO_SLOT_BYTES) where the task's next call can read them; 0 on failure.
 */
uint64_t task_slot_put(struct tracer *t, struct task *task, const struct user_regs_struct *regs,
                       const void *from, size_t size);
/* The address of the task's slot, or 0. */
uint64_t task_slot_address(const struct tracer *t, const struct task *task);

/* regs.c */
bool regs_get(const struct task *task, struct user_regs_struct *ret);
bool regs_set(const struct task *task, const struct user_regs_struct *regs);
void regs_args(const struct user_regs_struct *regs, uint64_t ret[6]);
void regs_set_arg(struct user_regs_struct *regs, int arg, uint64_t value);
/* The task was disturbed inside a system call and the kernel is about to begin it again, or to
 * report EINTR. */
bool regs_was_disturbed(const struct user_regs_struct *regs);
/* Makes a call begin again when the task goes on: rip back onto its `syscall' instruction. */
void regs_reissue(struct user_regs_struct *regs, int64_t nr);

/* stop_call.c: a filter stopped a system call */
void task_on_filter(struct tracer *t, struct task *task);
/* The task stands at the entry or exit of a call that is followed. */
void task_on_call(struct tracer *t, struct task *task);

/* inject.c */
/* Runs one system call in a task that is held. False when it was lost (then task_find() does not
 * know it any more) or the call could not be made. */
bool task_inject(struct tracer *t, struct task *task, int64_t nr, const uint64_t args[6],
                 int64_t *ret);

/* timers.c */
/* Descriptors of timers, of all processes. */
void timerfds_move(struct tracer *t, const struct clock_offsets *by);
/* The interval timer and the POSIX timers of a held task's process. */
void proc_timers_move(struct tracer *t, struct task *task, const struct clock_offsets *by);
/* Whether the timer that a call of wait_of_timer() sets goes on while the machine is suspended. */
bool timer_is_wall(const struct task *task, int64_t nr, const uint64_t args[6]);

/* hold.c */
/* Asks for a stop; counted ones are waited for by a jump. */
void task_interrupt(struct tracer *t, struct task *task, bool counted);
void task_uncount(struct tracer *t, struct task *task);
/* The task came to an interrupt or group stop. Holds it if there is something to be done to it, or
 * returns false. */
bool task_hold(struct tracer *t, struct task *task, bool in_group);
/* Lets it go on with its wait put right. */
void task_release(struct tracer *t, struct task *task);

/* proc_state.c: what /proc tells of a task that was not stopped */
/* The start of /proc/PID/name, NUL-terminated; false when it cannot be read. */
bool proc_text(pid_t pid, const char *name, char *out, size_t size);
/* The number after "Field:" in the text of a status file, or -1. */
int64_t status_number(const char *text, const char *field);
enum task_state { TASK_RUNS, TASK_BLOCKS, TASK_GONE };
/* In a system call when *ret_nr is not negative. */
enum task_state task_look(const struct task *task, int64_t *ret_nr, uint64_t ret_args[6]);
/* How long a blocked task has been so, by the scheduler's account; 0 when it does not tell. */
int64_t task_age_ns(const struct task *task);
/* Some task, also one that ended, is traced by this process. */
bool task_is_traced(pid_t tid);
/* Unblocked signals wait for the task: its call must end as the kernel sees fit. */
bool task_has_signal(const struct task *task);

/* rewait.c */
/* Changes the registers of a disturbed task so that its call begins again, with what remains. */
void task_rewait(struct tracer *t, struct task *task, struct user_regs_struct *regs);

/* launch.c has tracer_start() */

#endif
