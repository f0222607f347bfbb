/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/tracer_priv.h"

#include "base/sys/fd.h"
#include "base/text/number.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 4096, STAT_CPU_FIELD = 39 };

#define NS_PER_MS 1000000

bool proc_text(pid_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
    out[n > 0 ? n : 0] = '\0';
    return n > 0;
}

int64_t status_number(const char *text, const char *field)
{
    long long number = -1;
    size_t len = strlen(field);
    for (const char *at = text; (at = strstr(at, field)) != NULL; at += len) {
        if ((at == text || at[-1] == '\n') && sscanf(at + len, ": %lld", &number) == 1) {
            return number;
        }
    }
    return -1;
}

enum task_state task_look(const struct task *task, int64_t *ret_nr, uint64_t ret_args[6])
{
    char text[FILE_MAX_BYTES];
    long long nr = -1;
    unsigned long long a[6] = {0};
    if (!proc_text(task->tid, "syscall", text, sizeof(text))) {
        return TASK_GONE;
    }
    if (str_starts(str_of(text), STR("running"))) {
        return TASK_RUNS;
    }
    int n = sscanf(text, "%lld %llx %llx %llx %llx %llx %llx", &nr, &a[0], &a[1], &a[2], &a[3],
                   &a[4], &a[5]);
    *ret_nr = n == 7 ? nr : -1;
    for (int i = 0; i < 6; i++) {
        ret_args[i] = a[i];
    }
    return n >= 1 ? TASK_BLOCKS : TASK_GONE;
}

/* When the task was last on a processor, on that processor's own clock. */
static bool last_run_ns(pid_t tid, int64_t *ret)
{
    char text[FILE_MAX_BYTES];
    double ms = 0;
    if (!proc_text(tid, "sched", text, sizeof(text))) {
        return false;
    }
    long at = str_find(str_of(text), STR("se.exec_start"), 0);
    if (at < 0 || sscanf(text + at, "se.exec_start : %lf", &ms) != 1) {
        return false;
    }
    *ret = (int64_t)(ms * NS_PER_MS);
    return true;
}

/* The processor that the task was last on, or -1. */
static int last_cpu(pid_t tid)
{
    char text[FILE_MAX_BYTES];
    struct err ignored = {0};
    int64_t cpu = -1;
    if (!proc_text(tid, "stat", text, sizeof(text))) {
        return -1;
    }
    const char *close = strrchr(text, ')'); /* the name before it may hold anything */
    struct str rest = str_of(close != NULL ? close + 1 : ""), field = {0};
    for (int i = 2; i < STAT_CPU_FIELD + 1 && str_split(&rest, ' ', &field); i++) {
    }
    return parse_int64(field, 0, 4096, &cpu, &ignored) < 0 ? -1 : (int)cpu;
}

/* The processors' clocks differ, so that "now" is read on the one that the task slept in on. */
int64_t task_age_ns(const struct task *task)
{
    int64_t slept = 0, now = 0;
    cpu_set_t before, one;
    int cpu = last_cpu(task->tid);
    if (cpu < 0 || cpu >= CPU_SETSIZE || !last_run_ns(task->tid, &slept) ||
        sched_getaffinity(0, sizeof(before), &before) < 0) {
        return 0;
    }
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    if (sched_setaffinity(0, sizeof(one), &one) < 0) {
        return 0;
    }
    (void)sched_yield();
    bool known = last_run_ns(getpid(), &now);
    (void)sched_setaffinity(0, sizeof(before), &before);
    return known && now > slept ? now - slept : 0;
}

bool task_has_signal(const struct task *task)
{
    char text[FILE_MAX_BYTES];
    unsigned long long own = 0, shared = 0, blocked = 0;
    if (!proc_text(task->tid, "status", text, sizeof(text))) {
        return false;
    }
    long at = str_find(str_of(text), STR("SigPnd:"), 0);
    if (at < 0 ||
        sscanf(text + at, "SigPnd: %llx ShdPnd: %llx SigBlk: %llx", &own, &shared, &blocked) != 3) {
        return false;
    }
    return ((own | shared) & ~blocked) != 0;
}

bool task_is_traced(pid_t tid)
{
    char text[FILE_MAX_BYTES];
    return proc_text(tid, "status", text, sizeof(text)) &&
           status_number(text, "TracerPid") == getpid();
}
