/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/seal.h"

#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "cells.h"
#include "harness/seal/guest.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct seal_options plain;

Test(seal, a_program_inside_is_reported_with_its_status)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    cr_expect_str_eq(cell_sh(seal, a, "echo out; echo err >&2; exit 7"), "out\nerr\n=7");
    cr_expect_str_eq(cell_sh(seal, a, "kill -TERM $$"), "=143");
    seal_close(seal);
}

Test(seal, a_program_inside_has_no_rights)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    const char *status =
        cell_sh(seal, a, "grep -E '^(Cap...|NoNewPrivs):' /proc/self/status | tr '\\t\\n' '  '");
    cr_expect_str_eq(status,
                     "CapInh: 0000000000000000 CapPrm: 0000000000000000 CapEff: 0000000000000000 "
                     "CapBnd: 0000000000000000 CapAmb: 0000000000000000 NoNewPrivs: 1 =0");
    cr_expect_str_eq(cell_sh(seal, a, "umask; ulimit -c; tty"), "0022\n0\nnot a tty\n=1");
    seal_close(seal);
}

Test(seal, the_user_is_the_callers)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *expected = arena_printf(a, "%u %u\n=0", (unsigned)getuid(), (unsigned)getgid());
    for (int i = 0; i < 2; i++) {
        struct seal *seal = cell_open(&(struct seal_options){.user_namespace = i == 1});
        cr_expect_str_eq(cell_sh(seal, a, "echo $(id -u) $(id -g)"), expected);
        seal_close(seal);
    }
}

Test(seal, only_the_cells_processes_are_seen_inside)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.hostname = "somewhere"});
    cr_expect_str_eq(cell_sh(seal, a, "cd /proc; echo [0-9]*; hostname"), "1 2\nsomewhere\n=0");
    cr_expect_str_eq(cell_sh(seal, a, "cat /proc/1/environ; kill -KILL 1; echo alive"),
                     "cat: /proc/1/environ: Permission denied\nalive\n=0");
    seal_close(seal);
}

Test(seal, a_program_that_is_missing_is_an_error_not_a_dead_child)
{
    struct seal *seal = cell_open(&plain);
    const char *argv[] = {"no-such-program", NULL}, *envp[] = {NULL};
    struct process_options options = {.argv = argv,
                                      .envp = envp,
                                      .search_path = "/usr/bin",
                                      .stdin_fd = -1,
                                      .stdout_fd = -1,
                                      .stderr_fd = -1};
    struct seal_process p;
    struct err err = {0};
    cr_expect_eq(seal_spawn(seal, &options, &p, &err), -1);
    cr_expect_eq(err.code, ERR_NOT_FOUND);
    cr_expect_not_null(strstr(err.msg, "no-such-program"));
    seal_close(seal);
}

Test(seal, descriptors_arrive_under_their_own_numbers)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    int ends[2];
    const int moved[2] = {41, 40};
    struct err err = {0};
    int code = 0;
    cr_assert_eq(fd_pipe(ends, &err), 0);
    cr_assert_eq(dup2(ends[0], 41), 41);
    cr_assert_eq(dup2(ends[1], 40), 40);
    const char *shell[] = {"bash", "-c", "echo hello >&40; head -n1 <&41; exec ls /proc/self/fd",
                           NULL};
    struct cell_command command = {.argv = shell, .pass_fds = moved, .pass_fd_count = 2};
    /* 3 is what ls lists the folder by. */
    cr_expect_str_eq(cell_run(seal, a, &command, &code), "hello\n0\n1\n2\n3\n40\n41\n");
    seal_close(seal);
}

Test(seal, a_long_argument_and_environment_arrive_whole)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    enum { LEN = 120000, COUNT = 8 };
    char *big = arena_alloc(a, LEN + 1);
    memset(big, 'x', LEN);
    const char *argv[COUNT + 5] = {"bash", "-c", "echo ${#1} $# ${#8}", "sh"};
    for (size_t i = 0; i < COUNT; i++) {
        argv[4 + i] = big;
    }
    int code = 0;
    cr_expect_str_eq(cell_run(seal, a, &(struct cell_command){.argv = argv}, &code),
                     "120000 8 120000\n");
    seal_close(seal);
}

static struct seal_process start_sleeper(struct seal *seal, const char *script)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL}, *envp[] = {"PATH=/usr/bin:/bin", NULL};
    struct process_options options = {
        .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    struct seal_process p;
    struct err err = {0};
    cr_assert_eq(seal_spawn(seal, &options, &p, &err), 0, "%s", err.msg);
    return p;
}

/* Linux 6.14 or later gives each pid namespace a limit of its own. */
static bool has_own_task_limit(void)
{
    struct utsname kernel;
    int major = 0, minor = 0;
    cr_assert_eq(uname(&kernel), 0);
    (void)sscanf(kernel.release, "%d.%d", &major, &minor);
    return major > 6 || (major == 6 && minor >= 14);
}

Test(seal, the_number_of_tasks_is_limited_for_root_too)
{
    AUTO_ARENA struct arena *a = arena_new();
    if (!has_own_task_limit()) {
        cr_skip_test("needs Linux 6.14");
    }
    for (int i = 0; i < 2; i++) {
        struct seal *seal =
            cell_open(&(struct seal_options){.max_tasks = 50, .user_namespace = i == 1});
        /* Not bash, which tries again and again. */
        const char *argv[] = {"sh", "-c",
                              "i=0; while [ $i -lt 400 ]; do i=$((i+1)); sleep 60 & done; echo all",
                              NULL};
        int code = 0;
        const char *said = cell_run(seal, a, &(struct cell_command){.argv = argv}, &code);
        cr_expect_not_null(strstr(said, "ork"), "%s", said); /* "Cannot fork", "can't fork" */
        cr_expect_null(strstr(said, "all"), "%s", said);
        cr_expect_neq(code, 0);
        seal_close(seal);
    }
}

Test(seal, tasks_that_have_ended_do_not_count)
{
    AUTO_ARENA struct arena *a = arena_new();
    for (int i = 0; i < 2; i++) {
        struct seal *seal =
            cell_open(&(struct seal_options){.max_tasks = 50, .user_namespace = i == 1});
        const char *argv[] = {"sh", "-c",
                              "i=0; while [ $i -lt 400 ]; do i=$((i+1)); /bin/true; done; "
                              "for i in 1 2 3 4 5 6 7 8; do sleep 0.1 & done && wait && echo all",
                              NULL};
        int code = 0;
        const char *said = cell_run(seal, a, &(struct cell_command){.argv = argv}, &code);
        cr_expect_str_eq(said, "all\n");
        cr_expect_eq(code, 0);
        seal_close(seal);
    }
}

Test(seal, a_signal_reaches_the_group_of_the_program)
{
    struct seal *seal = cell_open(&plain);
    struct seal_process p = start_sleeper(seal, "sleep 60 & wait");
    struct process_status status;
    struct err err = {0};
    cr_assert_eq(seal_process_wait(seal, &p, 20, &status, &err), 0);
    cr_expect_eq(status.end, PROCESS_RUNNING);
    cr_assert_eq(kill(p.pid, 0), 0, "the number is one of this side's");
    cr_assert_eq(seal_signal(seal, &p, SIGKILL, &err), 0);
    cr_assert_eq(seal_process_wait(seal, &p, 5000, &status, &err), 0);
    cr_expect(status.end == PROCESS_SIGNALED && status.code == SIGKILL);
    cr_expect_eq(p.pidfd, -1);
    cr_expect_eq(seal_signal(seal, &p, SIGKILL, &err), 0, "ended: nothing to do");
    seal_close(seal);
}

Test(seal, closing_ends_what_left_its_session)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    struct seal_process p = start_sleeper(seal, "setsid sleep 60 & exit 0");
    struct process_status status;
    struct err err = {0};
    cr_assert_eq(seal_process_wait(seal, &p, 5000, &status, &err), 0);
    cr_assert_eq(status.code, 0);
    struct process_views left = {0};
    process_list_below(a, seal_init_pid(seal), &left);
    cr_assert_eq(left.count, 1, "the orphan is below the init");
    seal_close(seal);
    cr_expect(kill(left.items[0].pid, 0) < 0 && errno == ESRCH);
}

Test(seal, its_proc_shows_the_programs_of_the_cell_alone)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    struct seal_process p = start_sleeper(seal, "exec sleep 60");
    struct process_views all = {0}, shown = {0};
    struct err err = {0};
    const char *proc = arena_printf(a, "/proc/%ld/root/proc", (long)seal_init_pid(seal));
    process_list_below(a, seal_init_pid(seal), &all);
    cr_assert_eq(process_list_shown(a, proc, &shown, &err), 0, "%s", err.msg);
    cr_expect_eq(all.count, 1);
    cr_assert_eq(shown.count, 1);
    cr_expect_eq(shown.items[0].pid, p.inner_pid);
    cr_expect_gt(shown.items[0].argv.count, 0);
    seal_close(seal);
    shown = (struct process_views){0};
    cr_expect_eq(process_list_shown(a, proc, &shown, &err), -1, "there is no cell any more");
}

Test(seal, a_cell_that_has_ended_says_so)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&plain);
    (void)cell_sh(seal, a, "echo kept > ~/file");
    cr_assert_eq(kill(seal_init_pid(seal), SIGKILL), 0);
    const char *argv[] = {"/bin/true", NULL}, *envp[] = {NULL};
    struct process_options options = {
        .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    struct seal_process p;
    struct err err = {0};
    cr_expect_eq(seal_spawn(seal, &options, &p, &err), -1);
    cr_expect_eq(err.code, ERR_UNAVAILABLE);
    AUTO_BUF struct buf text = {0};
    const char *path = arena_printf(a, "%s/file", seal_path(seal, a, "home"));
    cr_expect_eq(fs_read_file(path, 100, &text, &err), 0, "%s", err.msg);
    cr_expect_str_eq(buf_z(&text), "kept\n");
    seal_close(seal);
}

/* ---- a guest of another kind ---- */

struct echo_state {
    struct seal_host *host;
    const char *greeting;
};

static int echo_begin(struct seal_host *host, void *ctx, void **ret_state, struct err *err)
{
    static struct echo_state state; /* of the init's own memory */
    (void)err;
    state = (struct echo_state){.host = host, .greeting = ctx};
    *ret_state = &state;
    return 0;
}

static int echo_start(void *state, const struct process_options *options, struct process *ret,
                      struct err *err)
{
    const struct echo_state *s = state;
    if (process_start(options, ret, err) < 0) {
        return -1;
    }
    struct seal_exec exec = {.inner_pid = ret->pid, .inner_parent = 1};
    exec.argv = (struct str_list){(const char *[]){options->argv[0], s->greeting}, 2, 2};
    exec.environ = (struct str_list){(const char *[]){"K=V"}, 1, 1};
    seal_host_exec(s->host, &exec);
    return 0;
}

static void echo_settle(void *state)
{
    int raw = 0;
    for (pid_t pid; (pid = waitpid(-1, &raw, WNOHANG)) > 0;) {
        struct process_status status = {.end = PROCESS_EXITED, .code = WEXITSTATUS(raw) + 1};
        seal_host_exited(((struct echo_state *)state)->host, pid, &status);
    }
}

static int echo_ask(void *state, int verb, struct str question, struct buf *answer, struct err *err)
{
    (void)state;
    if (verb != 5) {
        return err_set(err, ERR_INVALID, "what is %d", verb);
    }
    buf_printf(answer, "you said %.*s", STR_ARG(question));
    return 0;
}

Test(seal, a_guest_starts_reaps_tells_and_answers)
{
    static char greeting[] = "from the guest";
    static const struct seal_guest echo = {
        .begin = echo_begin, .start = echo_start, .settle = echo_settle, .ask = echo_ask};
    AUTO_ARENA struct arena *a = arena_new();
    struct seal *seal = cell_open(&(struct seal_options){.guest = &echo, .guest_ctx = greeting});
    cr_expect_str_eq(cell_sh(seal, a, "exit 3"), "=4");
    struct seal_exec exec;
    struct err err = {0};
    cr_assert_eq(seal_next_exec(seal, a, &exec, &err), 1);
    cr_expect(exec.inner_pid == 2 && exec.inner_parent == 1);
    cr_assert_eq(exec.argv.count, 2);
    cr_expect_str_eq(exec.argv.items[1], "from the guest");
    cr_expect_str_eq(exec.environ.items[0], "K=V");
    cr_expect_eq(seal_next_exec(seal, a, &exec, &err), 0);

    AUTO_BUF struct buf answer = {0};
    cr_assert_eq(seal_ask(seal, 5, STR("hello"), &answer, &err), 0);
    cr_expect_str_eq(buf_z(&answer), "you said hello");
    cr_expect_eq(seal_ask(seal, 6, STR("hello"), &answer, &err), -1);
    cr_expect_str_eq(err.msg, "what is 6");
    seal_close(seal);
}

Test(seal, the_plain_guest_refuses_questions)
{
    struct seal *seal = cell_open(&plain);
    AUTO_BUF struct buf answer = {0};
    struct err err = {0};
    cr_expect_eq(seal_ask(seal, 1, STR(""), &answer, &err), -1);
    cr_expect_eq(err.code, ERR_UNAVAILABLE);
    seal_close(seal);
}

Test(seal, sixty_four_cells_live_side_by_side)
{
    enum { COUNT = 64 };
    static const int ports[] = {443, 8020};
    struct seal *seals[COUNT];
    int fds[COUNT][ARRAY_LEN(ports)];
    struct err err = {0};
    for (size_t i = 0; i < COUNT; i++) {
        seals[i] = cell_open(&plain);
        for (size_t k = 0; k < ARRAY_LEN(ports); k++) {
            struct seal_address where = {"127.0.0.1", ports[k], SEAL_TCP};
            cr_assert_eq(seal_listen(seals[i], &where, &fds[i][k], &err), 0, "%zu: %s", i, err.msg);
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < ARRAY_LEN(ports); k++) {
            fd_close(&fds[i][k]);
        }
        seal_close(seals[i]);
    }
}
