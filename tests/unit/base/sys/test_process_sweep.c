/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/process.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static struct arena *arena;

static void set_up(void)
{
    struct err err = {0};
    arena = arena_new();
    cr_assert_eq(process_become_subreaper(&err), 0, "%s", err.msg);
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(process_sweep, .init = set_up, .fini = tear_down, .timeout = 60);

static const char *const no_env[] = {NULL};

/* Starts a script and returns once it printed `lines` lines, which it must. */
static struct process start_shell(const char *script, int lines)
{
    struct err err = {0};
    struct process p;
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct process_options o = {.argv = argv,
                                .envp = no_env,
                                .search_path = "/usr/bin:/bin",
                                .stdin_fd = -1,
                                .stdout_fd = fds[1],
                                .stderr_fd = -1};
    cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
    fd_close(&fds[1]);
    while (lines > 0) {
        char c;
        cr_assert_eq(read(fds[0], &c, 1), 1);
        lines -= c == '\n' ? 1 : 0;
    }
    fd_close(&fds[0]);
    return p;
}

static struct process_strays sweep(const pid_t *keep, size_t keep_count)
{
    struct err err = {0};
    struct process_strays strays = {0};
    int rc = process_sweep(arena, keep, keep_count, monotonic_ms() + PATIENCE_MS, &strays, &err);
    cr_assert_eq(rc, 0, "%s", err.msg);
    return strays;
}

/* The echo of a script comes before its exec, so its name needs a moment. */
static void await_sleepers(size_t wanted)
{
    for (int64_t deadline = monotonic_ms() + PATIENCE_MS; monotonic_ms() < deadline;) {
        size_t count = 0;
        struct process_views views = {0};
        process_list_below(arena, getpid(), &views);
        for (size_t i = 0; i < views.count; i++) {
            const struct str_list *argv = &views.items[i].argv;
            count += argv->count > 0 && strcmp(argv->items[0], "sleep") == 0 ? 1 : 0;
        }
        if (count == wanted) {
            return;
        }
        sleep_ms(2);
    }
    cr_assert_fail("the programs did not start");
}

static size_t count_named(const struct process_strays *strays, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < strays->count; i++) {
        count += strcmp(strays->items[i].command, name) == 0 ? 1 : 0;
    }
    return count;
}

static void expect_childless(void)
{
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
    cr_expect_eq(errno, ECHILD);
}

Test(process_sweep, with_nothing_below_nothing_is_listed)
{
    cr_assert_eq(sweep(NULL, 0).count, 0u);
}

Test(process_sweep, sessions_and_double_forks_are_found)
{
    struct process p = start_shell("setsid sh -c 'echo; exec sleep 60' & "
                                   "(setsid sh -c 'echo; exec sleep 61' &) ; "
                                   "trap '' TERM HUP INT; echo; exec sleep 62",
                                   3);
    await_sleepers(3);
    struct process_strays strays = sweep(NULL, 0);
    cr_assert_eq(strays.count, 3u);
    cr_assert_eq(count_named(&strays, "sleep"), 3u);
    expect_childless();
    fd_close(&p.pidfd);
}

Test(process_sweep, orphans_left_by_an_ended_child_are_found)
{
    struct err err = {0};
    struct process_status status;
    struct process p = start_shell("sh -c 'echo; exec sleep 60' & exit 0", 1);
    cr_assert_eq(process_wait(&p, PATIENCE_MS, &status, &err), 0);
    cr_assert_eq(status.end, PROCESS_EXITED);
    await_sleepers(1);
    struct process_strays strays = sweep(NULL, 0);
    cr_assert_eq(strays.count, 1u);
    cr_assert_str_eq(strays.items[0].command, "sleep");
    expect_childless();
}

Test(process_sweep, what_ended_by_itself_is_reaped_but_not_listed)
{
    struct process p = start_shell("echo; exit 0", 1);
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)p.pid, &info, WEXITED | WNOWAIT), 0);
    cr_assert_eq(sweep(NULL, 0).count, 0u);
    expect_childless();
    fd_close(&p.pidfd);
}

Test(process_sweep, those_to_keep_live_on_with_what_is_below_them)
{
    struct err err = {0};
    struct process kept = start_shell("sh -c 'echo; exec sleep 60' & echo; wait", 2);
    struct process other = start_shell("echo; exec sleep 61", 1);
    await_sleepers(2);
    struct process_strays strays = sweep(&kept.pid, 1);
    cr_assert_eq(strays.count, 1u);
    cr_assert_eq(strays.items[0].pid, other.pid);
    struct process_views below = {0};
    process_list_below(arena, kept.pid, &below);
    cr_assert_eq(below.count, 1u);
    cr_assert_str_eq(below.items[0].argv.items[0], "sleep");
    kill(kept.pid, SIGKILL);
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)kept.pid, &info, WEXITED | WNOWAIT), 0);
    strays = sweep(&kept.pid, 1);
    cr_assert_eq(strays.count, 1u, "its child became ours");
    struct process_status status;
    cr_assert_eq(process_wait(&kept, PATIENCE_MS, &status, &err), 0, "was not reaped by the sweep");
    cr_assert_eq(status.code, SIGKILL);
    fd_close(&other.pidfd);
}

Test(process_sweep, a_command_is_named_without_its_folder_arguments_or_odd_bytes)
{
    struct err err = {0};
    const char *dir = NULL;
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-sweep-", &dir, &err), 0);
    const char *link = fs_join(arena, dir, "o\001d secret");
    cr_assert_eq(symlink("/bin/sh", link), 0);
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    const char *const argv[] = {link, "-c", "read x", "secret", NULL};
    struct process_options o = {
        .argv = argv, .envp = no_env, .stdin_fd = fds[0], .stdout_fd = -1, .stderr_fd = -1};
    struct process p;
    cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
    struct process_strays strays = sweep(NULL, 0);
    cr_assert_eq(strays.count, 1u);
    cr_assert_str_eq(strays.items[0].command, "o?d");
    fd_close(&p.pidfd);
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(process_sweep, a_forking_crowd_is_ended)
{
    struct process p = start_shell("f() { sleep 60 & sleep 60 & sleep 60 & }; f; (f; f; setsid sh "
                                   "-c 'sleep 60 & sleep 60 & echo; wait' &); f; echo; wait",
                                   2);
    fd_close(&p.pidfd);
    struct process_strays strays = sweep(NULL, 0);
    cr_assert(strays.count >= 14, "%zu", strays.count);
    expect_childless();
}

static int stay(void *ctx)
{
    (void)ctx;
    sleep_ms(60000);
    return 0;
}

Test(process_sweep, workers_are_ended_too)
{
    struct err err = {0};
    struct process p;
    cr_assert_eq(process_fork(stay, NULL, &p, &err), 0);
    struct process_strays strays = sweep(NULL, 0);
    cr_assert_eq(strays.count, 1u);
    cr_assert_eq(strays.items[0].pid, p.pid);
    fd_close(&p.pidfd);
}

static int sweep_in_foreign_namespace(void *ctx)
{
    (void)ctx;
    struct err err = {0};
    struct process p;
    struct process_strays strays = {0};
    if (process_fork(stay, NULL, &p, &err) < 0) {
        return 1;
    }
    int rc = process_sweep(arena, NULL, 0, monotonic_ms() + 100, &strays, &err);
    return rc == -1 && err.code == ERR_UNAVAILABLE ? 42 : 2;
}

/* In a worker, as a process that unshared its pid namespace can start no thread any more. */
static int run_in_foreign_namespace(void *ctx)
{
    struct err err = {0};
    struct process p;
    struct process_status status;
    if (unshare(CLONE_NEWPID) < 0) {
        return 77;
    }
    if (process_fork(sweep_in_foreign_namespace, ctx, &p, &err) < 0 ||
        process_wait(&p, PATIENCE_MS, &status, &err) < 0) {
        return 1;
    }
    return status.end == PROCESS_EXITED ? status.code : 1;
}

Test(process_sweep, a_proc_of_another_namespace_is_refused)
{
    struct err err = {0};
    struct process p;
    struct process_status status;
    cr_assert_eq(process_fork(run_in_foreign_namespace, NULL, &p, &err), 0, "%s", err.msg);
    cr_assert_eq(process_wait(&p, PATIENCE_MS, &status, &err), 0);
    cr_assert_eq(status.end, PROCESS_EXITED);
    if (status.code == 77) {
        cr_skip_test("needs the right to make a pid namespace");
    }
    cr_assert_eq(status.code, 42);
}

Test(process_sweep, views_show_arguments_environment_and_parents)
{
    struct err err = {0};
    const char *const argv[] = {"/bin/sh", "-c", "sleep 60 & echo; wait", "name", "an arg",
                                "",        NULL};
    const char *const envp[] = {"CANARY=c1", "PATH=/usr/bin:/bin", NULL};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    struct process_options o = {
        .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = fds[1], .stderr_fd = -1};
    struct process p;
    char c;
    cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
    cr_assert_eq(read(fds[0], &c, 1), 1);
    struct process_views views = {0};
    for (int64_t deadline = monotonic_ms() + PATIENCE_MS; monotonic_ms() < deadline;) {
        views = (struct process_views){0};
        process_list_below(arena, getpid(), &views);
        /* the second is a copy of the shell until its exec */
        if (views.count == 2 && views.items[1].argv.count == 2) {
            break;
        }
        sleep_ms(2);
    }
    cr_assert_eq(views.count, 2u);
    const struct process_view *shell = &views.items[0], *sleeper = &views.items[1];
    cr_assert_eq(shell->pid, p.pid);
    cr_assert_eq(shell->parent, getpid());
    cr_assert_eq(shell->argv.count, 6u);
    cr_assert_str_eq(shell->argv.items[4], "an arg");
    cr_assert_str_eq(shell->argv.items[5], "");
    cr_assert_eq(shell->environ.count, 2u);
    cr_assert_str_eq(shell->environ.items[0], "CANARY=c1");
    cr_assert_eq(sleeper->parent, p.pid);
    cr_assert_str_eq(sleeper->argv.items[1], "60");
    cr_assert_eq(sweep(NULL, 0).count, 2u);
    fd_close(&p.pidfd);
}
