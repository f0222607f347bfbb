/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/clock/tracer.h"

#include "base/core/attrs.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "harness/clock/clock_probe.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct seen {
    int execs, exits;
    struct process_status status;
    char last_argv[64], last_environ[64];
};

static void on_exec(void *ctx, const struct process_view *view)
{
    struct seen *s = ctx;
    s->execs++;
    if (view->argv.count > 0 && view->environ.count > 0) {
        (void)snprintf(s->last_argv, sizeof(s->last_argv), "%s",
                       view->argv.items[view->argv.count - 1]);
        (void)snprintf(s->last_environ, sizeof(s->last_environ), "%s", view->environ.items[0]);
    }
}

static void on_exit_of(void *ctx, pid_t pid, const struct process_status *status)
{
    struct seen *s = ctx;
    (void)pid;
    s->exits++;
    s->status = *status;
}

static struct tracer *tracer_or_skip(struct seen *s)
{
    struct err err = {0};
    const struct tracer_hooks hooks = {.ctx = s, .on_exec = on_exec, .on_exit = on_exit_of};
    struct tracer *t = tracer_new(&hooks, &err);
    if (t == NULL && err.code == ERR_UNAVAILABLE) {
        cr_skip_test("%s", err.msg);
    }
    cr_assert_not_null(t, "%s", err.msg);
    return t;
}

static int start(struct tracer *t, const char *script, int out_fd, struct err *err)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const char *const envp[] = {"COLOUR=blue", NULL};
    const struct process_options o = {.argv = argv,
                                      .envp = envp,
                                      .search_path = "/usr/bin:/bin",
                                      .stdin_fd = -1,
                                      .stdout_fd = out_fd,
                                      .stderr_fd = 2};
    pid_t pid;
    return tracer_start(t, &o, &pid, err);
}

static void run_until_empty(struct tracer *t)
{
    int64_t deadline = monotonic_ms() + 10000;
    while (!tracer_is_empty(t) && monotonic_ms() < deadline) {
        struct err err = {0};
        struct poll_item item = {.fd = tracer_fd(t), .want_read = true};
        cr_assert_geq(poll_wait(&item, 1, 50, &err), 0);
        tracer_handle(t);
    }
    cr_assert(tracer_is_empty(t));
}

Test(tracer, programs_and_ends_are_told)
{
    struct seen s = {0};
    struct err err = {0};
    AUTO_TRACER struct tracer *t = tracer_or_skip(&s);
    cr_assert_eq(start(t, "/bin/echo one >/dev/null; exit 3", -1, &err), 0, "%s", err.msg);
    run_until_empty(t);
    cr_expect_eq(s.execs, 2);
    cr_expect_str_eq(s.last_argv, "one");
    cr_expect_str_eq(s.last_environ, "COLOUR=blue");
    cr_expect_eq(s.exits, 1, "only what was started here");
    cr_expect(s.status.end == PROCESS_EXITED && s.status.code == 3);
    cr_expect(tracer_is_sound(t));
}

Test(tracer, one_that_only_watches_tells_the_same_and_leaves_the_program_alone)
{
    struct seen s = {0};
    struct err err = {0};
    const struct tracer_hooks hooks = {.ctx = &s, .on_exec = on_exec, .on_exit = on_exit_of};
    if (tracer_try(&err) < 0) {
        cr_skip_test("%s", err.msg);
    }
    AUTO_TRACER struct tracer *t = tracer_new_watching(&hooks, &err);
    cr_assert_not_null(t, "%s", err.msg);
    const char *script = "n=$(sed -n 's/^Seccomp_filters:.//p' /proc/self/status);"
                         "(/bin/echo one & wait) >/dev/null; exit $((n + 3))";
    cr_assert_eq(start(t, script, -1, &err), 0, "%s", err.msg);
    run_until_empty(t);
    cr_expect_eq(s.execs, 3);
    cr_expect_str_eq(s.last_argv, "one");
    cr_expect_eq(s.exits, 1);
    cr_expect(s.status.end == PROCESS_EXITED && s.status.code == 3, "no filter: %d", s.status.code);
}

Test(tracer, a_second_program_begins_at_the_offset_of_the_moment)
{
    struct seen s = {0};
    struct err err = {0};
    AUTO_TRACER struct tracer *t = tracer_or_skip(&s);
    for (int i = 0; i < 3; i++) {
        int fds[2];
        char text[32] = "";
        cr_assert_eq(fd_pipe(fds, &err), 0);
        cr_assert_eq(start(t, "exec date +%s", fds[1], &err), 0, "%s", err.msg);
        run_until_empty(t);
        cr_assert_gt(read(fds[0], text, sizeof(text) - 1), 0);
        long long told = 0;
        cr_assert_eq(sscanf(text, "%lld", &told), 1);
        long long gone = told - wall_ms() / 1000 - tracer_offset(t);
        cr_expect(gone >= -10 && gone <= 1, "%lld", gone);
        cr_assert_eq(tracer_jump(t, JUMP_ALL, 86400, &err), 0);
        fd_close(&fds[0]);
        fd_close(&fds[1]);
    }
    cr_expect_eq(tracer_offset(t), 3 * 86400);
    cr_expect_eq(s.exits, 3);
}

/* Looks until it is so, or for so long. */
static bool rests_within(struct tracer *t, int64_t ms)
{
    int64_t deadline = monotonic_ms() + ms;
    bool rests = tracer_rests(t);
    while (!rests && monotonic_ms() < deadline) {
        struct err err = {0};
        struct poll_item item = {.fd = tracer_fd(t), .want_read = true};
        cr_assert_geq(poll_wait(&item, 1, 2, &err), 0);
        rests = tracer_rests(t);
    }
    return rests;
}

Test(tracer, whoever_waits_rests_and_whoever_computes_does_not)
{
    struct seen s = {0};
    struct err err = {0};
    AUTO_TRACER struct tracer *t = tracer_or_skip(&s);
    cr_expect(tracer_rests(t), "nothing is there");
    cr_assert_eq(start(t, "sleep 30", -1, &err), 0, "%s", err.msg);
    cr_expect(rests_within(t, 10000), "it sleeps");
    cr_assert_eq(start(t, "sleep 30 & while :; do :; done", -1, &err), 0, "%s", err.msg);
    cr_expect_not(rests_within(t, 300), "one of three runs");
}

Test(tracer, what_cannot_be_started_is_an_error_with_its_reason)
{
    struct seen s = {0};
    AUTO_TRACER struct tracer *t = tracer_or_skip(&s);
    const struct {
        const char *program, *cwd;
        enum err_code code;
    } rows[] = {
        {"/nowhere/at/all", NULL, ERR_NOT_FOUND},
        {"no-such-program", NULL, ERR_NOT_FOUND},
        {"/etc/passwd", NULL, ERR_UNAVAILABLE},
        {"/bin/true", "/nowhere", ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *const argv[] = {rows[i].program, NULL};
        const char *const envp[] = {NULL};
        struct err err = {0};
        const struct process_options o = {.argv = argv,
                                          .envp = envp,
                                          .search_path = "/usr/bin:/bin",
                                          .cwd = rows[i].cwd,
                                          .stdin_fd = -1,
                                          .stdout_fd = -1,
                                          .stderr_fd = -1};
        pid_t pid = 0;
        cr_expect_eq(tracer_start(t, &o, &pid, &err), -1, "%s", rows[i].program);
        cr_expect_eq(err.code, rows[i].code, "%s: %s", rows[i].program, err.msg);
    }
    run_until_empty(t);
    cr_expect_eq(s.exits, 0);
}

Test(tracer, a_jump_backwards_or_of_nothing_is_refused)
{
    struct seen s = {0};
    struct err err = {0};
    AUTO_TRACER struct tracer *t = tracer_or_skip(&s);
    cr_expect_eq(tracer_jump(t, JUMP_ALL, 0, &err), -1);
    cr_expect_eq(tracer_jump(t, JUMP_ALL, -5, &err), -1);
    cr_expect_eq(tracer_offset(t), 0);
}

Test(tracer, freeing_ends_all_that_was_started)
{
    struct seen s = {0};
    struct err err = {0};
    struct tracer *t = tracer_or_skip(&s);
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    cr_assert_eq(start(t, "sleep 1000 & sleep 1000 & sleep 1000", fds[1], &err), 0);
    fd_close(&fds[1]);
    tracer_handle(t);
    tracer_free(t);
    char byte;
    cr_expect_eq(read(fds[0], &byte, 1), 0, "nobody holds the pipe any more");
    fd_close(&fds[0]);
    cr_expect_eq(s.exits, 0);
}

/* The owner's own child is its own to reap, and does not hold up ours by being reaped late. */
Test(tracer, other_children_of_the_owner_are_left_alone)
{
    struct seen s = {0};
    struct err err = {0};
    AUTO_TRACER struct tracer *t = tracer_or_skip(&s);
    const char *const argv[] = {"/bin/true", NULL};
    const char *const envp[] = {NULL};
    const struct process_options o = {
        .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    struct process other;
    struct process_status status;
    cr_assert_eq(process_start(&o, &other, &err), 0);
    cr_assert_eq(
        start(t, "for i in 1 2 3 4 5 6; do /bin/true; done; (sleep 0.05; true); exit 2", -1, &err),
        0);
    run_until_empty(t);
    cr_expect(s.exits == 1 && s.status.code == 2);
    cr_assert_eq(process_wait(&other, 5000, &status, &err), 0, "%s", err.msg);
    cr_expect(status.end == PROCESS_EXITED && status.code == 0);
}

Test(tracer, the_probe_tells_whether_clocks_can_be_moved)
{
    struct err err = {0};
    if (clock_self_probe(CLOCK_PROBE_PATH, &err) < 0 && err.code == ERR_UNAVAILABLE) {
        cr_skip_test("%s", err.msg);
    }
    cr_expect_eq(err.code, ERR_NONE, "%s", err.msg);
    cr_expect_eq(clock_self_probe("/nowhere/" CLOCK_PROBE_PROGRAM, &err), -1);
    cr_expect_eq(err.code, ERR_NOT_FOUND);
    err = (struct err){0};
    cr_expect_eq(clock_self_probe("/bin/true", &err), -1, "a probe that says nothing");
    cr_expect_eq(err.code, ERR_PROTOCOL);
}
