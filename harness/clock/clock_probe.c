/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/clock_probe.h"

#include "base/core/buf.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "harness/clock/tracer.h"

#include <stdio.h>

enum {
    JUMP_S = 3600,
    DEADLINE_MS = 5000,
    SLEPT_MIN_MS = 49, /* two roundings */
    SLEPT_MAX_MS = 3000,
    SLACK_MS = 10000, /* what may pass between the two readings on a busy machine */
    CLOCKS = 4,
    OUTPUT_MAX_BYTES = 4096
};

struct probe {
    struct tracer *tracer;
    int in_fd, out_fd; /* the program's stdin and stdout, our ends */
    struct buf output;
    int64_t deadline_ms;
};

static int fail(struct err *err, const char *what)
{
    err_set(err, ERR_PROTOCOL, "the virtual clock does not work on this machine: %s", what);
    err_hint(err, "use the real clock with short lifetimes, and report the kernel's version");
    return -1;
}

static int line_count(const struct buf *b)
{
    int lines = 0;
    for (size_t i = 0; i < b->len; i++) {
        lines += b->ptr[i] == '\n';
    }
    return lines;
}

/* Until there are so many lines. */
static int await_lines(struct probe *p, int wanted, struct err *err)
{
    bool open = true;
    while (line_count(&p->output) < wanted) {
        struct poll_item items[2] = {{.fd = tracer_fd(p->tracer), .want_read = true},
                                     {.fd = p->out_fd, .want_read = true}};
        int64_t left = p->deadline_ms - monotonic_ms();
        if (!open) {
            return fail(err, "its probe ended too early");
        }
        if (left <= 0) {
            return fail(err, "its probe was not woken, or stood still");
        }
        if (poll_wait(items, 2, left, err) < 0) {
            return -1;
        }
        tracer_handle(p->tracer);
        if (items[1].ready_read) {
            int more = fd_read_available(p->out_fd, &p->output, err);
            if (more < 0) {
                return -1;
            }
            open = more > 0;
        }
    }
    return 0;
}

static int start(struct probe *p, const char *program, struct err *err)
{
    const char *const argv[] = {program, NULL};
    const char *const envp[] = {NULL};
    int in[2], out[2];
    pid_t pid;
    if (fd_pipe(in, err) < 0) {
        return -1;
    }
    AUTO_FD int child_in = in[0];
    p->in_fd = in[1];
    if (fd_pipe(out, err) < 0) {
        return -1;
    }
    AUTO_FD int child_out = out[1];
    p->out_fd = out[0];
    const struct process_options options = {.argv = argv,
                                            .envp = envp,
                                            .stdin_fd = child_in,
                                            .stdout_fd = child_out,
                                            .stderr_fd = -1,
                                            .limits = {.no_core = true}};
    return tracer_start(p->tracer, &options, &pid, err) < 0
               ? -1
               : fd_set_nonblocking(p->out_fd, true, err);
}

static const char *const clock_names[CLOCKS] = {"wall clock", "monotonic clock", "boot-time clock",
                                                "clock by system call"};
enum { MONOTONIC = 1 };

/* Each clock moved by the jump, or, over a suspension, stood still. */
static int compare(const long long before[CLOCKS], const long long after[CLOCKS], bool suspended,
                   struct err *err)
{
    char what[64];
    for (int i = 0; i < CLOCKS; i++) {
        bool stands = suspended && i == MONOTONIC;
        long long over_ms = after[i] - before[i] - (stands ? 0 : (long long)JUMP_S * 1000);
        if (over_ms < -1000 || over_ms > SLACK_MS) {
            (void)snprintf(what, sizeof(what), "the %s %s", clock_names[i],
                           stands ? "moved over a suspension" : "did not move");
            return fail(err, what);
        }
    }
    return 0;
}

static int judge(const struct probe *p, struct err *err)
{
    long long before[CLOCKS], after[CLOCKS], resumed[CLOCKS], slept = -1;
    char due[16] = "";
    int n = sscanf(buf_z(&p->output),
                   "times %lld %lld %lld %lld\ntimes %lld %lld %lld %lld\n%15[a-z ]\nslept %lld\n"
                   "times %lld %lld %lld %lld",
                   &before[0], &before[1], &before[2], &before[3], &after[0], &after[1], &after[2],
                   &after[3], due, &slept, &resumed[0], &resumed[1], &resumed[2], &resumed[3]);
    if (n != 3 * CLOCKS + 2) {
        return fail(err, "its probe said something unknown");
    }
    if (compare(before, after, false, err) < 0 || compare(after, resumed, true, err) < 0) {
        return -1;
    }
    if (strcmp(due, "due") != 0) {
        return fail(err, "a wait that came due did not end as a time-out");
    }
    if (slept < SLEPT_MIN_MS || slept > SLEPT_MAX_MS) {
        return fail(err, "a wait after the jump did not take its time");
    }
    return tracer_is_sound(p->tracer) ? 0 : fail(err, tracer_counters(p->tracer)->first_problem);
}

static int run(struct probe *p, const char *program, struct err *err)
{
    p->deadline_ms = monotonic_ms() + DEADLINE_MS;
    if (start(p, program, err) < 0 || await_lines(p, 1, err) < 0 ||
        tracer_jump(p->tracer, JUMP_ALL, JUMP_S, err) < 0 ||
        fd_write_all(p->in_fd, STR("\n"), err) < 0 || await_lines(p, 4, err) < 0 ||
        tracer_jump(p->tracer, JUMP_SUSPEND, JUMP_S, err) < 0 ||
        fd_write_all(p->in_fd, STR("\n"), err) < 0 || await_lines(p, 5, err) < 0) {
        return -1;
    }
    return judge(p, err);
}

int clock_self_probe(const char *program, struct err *err)
{
    struct probe p = {.in_fd = -1, .out_fd = -1};
    p.tracer = tracer_new(NULL, err);
    if (p.tracer == NULL) {
        return -1;
    }
    buf_init(&p.output, OUTPUT_MAX_BYTES);
    int result = run(&p, program, err);
    fd_close(&p.in_fd);
    fd_close(&p.out_fd);
    tracer_free(p.tracer);
    buf_done(&p.output);
    return result;
}
