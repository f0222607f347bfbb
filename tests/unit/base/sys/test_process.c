/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/process.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "base/text/number.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEARCH_PATH "/usr/local/bin:/usr/bin:/bin"
#define PATIENCE_MS 20000

static struct arena *arena;
static const char *dir;

static void set_up(void)
{
    struct err err = {0};
    arena = arena_new();
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-process-", &dir, &err), 0);
}

static void tear_down(void)
{
    struct err err = {0};
    cr_expect_eq(fs_remove_tree(dir, &err), 0, "%s", err.msg);
    arena_free(arena);
}

TestSuite(process, .init = set_up, .fini = tear_down, .timeout = 60);

static const char *const no_env[] = {NULL};

static struct process_options options_of(const char *const *argv)
{
    return (struct process_options){.argv = argv,
                                    .envp = no_env,
                                    .search_path = SEARCH_PATH,
                                    .stdin_fd = -1,
                                    .stdout_fd = -1,
                                    .stderr_fd = -1};
}

static struct process_status finish(struct process *p)
{
    struct err err = {0};
    struct process_status status = {0};
    cr_assert_eq(process_wait(p, PATIENCE_MS, &status, &err), 0, "%s", err.msg);
    cr_assert_neq(status.end, PROCESS_RUNNING);
    cr_assert_eq(p->pidfd, -1);
    return status;
}

/* Starts, collects stdout (into a file, which nobody can hold open against us), waits. */
static struct process_status run(struct process_options *o, struct buf *out)
{
    struct err err = {0};
    struct process p;
    const char *path = fs_join(arena, dir, "stdout");
    AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    o->stdout_fd = fd;
    cr_assert_eq(process_start(o, &p, &err), 0, "%s", err.msg);
    struct process_status status = finish(&p);
    cr_assert_eq(fs_read_file(path, 1000000, out, &err), 0, "%s", err.msg);
    return status;
}

static struct process_status run_shell(const char *script, struct buf *out)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct process_options o = options_of(argv);
    return run(&o, out);
}

static const char *make_script(const char *name, const char *content, mode_t mode)
{
    struct err err = {0};
    const char *path = fs_join(arena, dir, name);
    cr_assert_eq(fs_write_file_atomic(path, str_of(content), mode, &err), 0, "%s", err.msg);
    return path;
}

static pid_t pid_in(struct str line)
{
    int64_t pid = 0;
    struct err err = {0};
    cr_assert_eq(parse_int64(str_trim(line), 2, INT32_MAX, &pid, &err), 0, "%s", err.msg);
    return (pid_t)pid;
}

static size_t count_open_fds(void)
{
    size_t count = 0;
    DIR *d = opendir("/proc/self/fd");
    cr_assert_not_null(d);
    while (readdir(d)) {
        count++;
    }
    closedir(d);
    return count;
}

/* Gone, or a zombie that some reaper has not taken yet. */
static bool is_dead(pid_t pid)
{
    struct err err = {0};
    AUTO_BUF struct buf stat = {0};
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    if (fs_read_file(path, 4096, &stat, &err) < 0) {
        return true;
    }
    const char *state = strrchr(buf_z(&stat), ')');
    return state && (state[2] == 'Z' || state[2] == 'X');
}

static bool dies_soon(pid_t pid)
{
    int64_t deadline = monotonic_ms() + PATIENCE_MS;
    while (!is_dead(pid) && monotonic_ms() < deadline) {
        sleep_ms(2);
    }
    return is_dead(pid);
}

Test(process, exit_status_and_signal_are_reported)
{
    AUTO_BUF struct buf out = {0};
    struct process_status status = run_shell("echo hi; exit 7", &out);
    cr_assert_eq(status.end, PROCESS_EXITED);
    cr_assert_eq(status.code, 7);
    cr_assert_str_eq(buf_z(&out), "hi\n");
    cr_assert(status.max_rss_bytes > 100 * 1024);
    status = run_shell("kill -TERM $$", &out);
    cr_assert_eq(status.end, PROCESS_SIGNALED);
    cr_assert_eq(status.code, SIGTERM);
}

Test(process, the_environment_is_exactly_what_was_given)
{
    AUTO_BUF struct buf out = {0};
    const char *const argv[] = {"/usr/bin/env", NULL};
    const char *const envp[] = {"B=2", "A=1 with spaces", "EMPTY=", NULL};
    struct process_options o = options_of(argv);
    o.envp = envp;
    setenv("LEAKED", "yes", 1);
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "B=2\nA=1 with spaces\nEMPTY=\n");
}

Test(process, arguments_pass_through_no_shell)
{
    AUTO_BUF struct buf out = {0};
    const char *const argv[] = {"printf", "[%s]", "a b", "$HOME", "", "*", NULL};
    struct process_options o = options_of(argv);
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "[a b][$HOME][][*]");
}

Test(process, it_runs_in_the_folder_given)
{
    AUTO_BUF struct buf out = {0};
    const char *const argv[] = {"/bin/pwd", NULL};
    struct process_options o = options_of(argv);
    o.cwd = "/usr";
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "/usr\n");
    make_script("here", "#!/bin/sh\necho ran\n", 0755);
    const char *const relative[] = {"./here", NULL};
    o = options_of(relative);
    o.cwd = dir;
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "ran\n");
}

Test(process, only_the_descriptors_given_are_open)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    int leaked = open("/dev/null", O_RDONLY);
    int passed = open("/dev/null", O_RDONLY | O_CLOEXEC);
    cr_assert(leaked > 2 && passed > 2 && leaked != passed);
    int high = fcntl(leaked, F_DUPFD, 200);
    cr_assert(high >= 200);
    const char *const argv[] = {"sh", "-c",
                                "for f in $(seq 0 255); do "
                                "[ -e /proc/$$/fd/$f ] && printf '%s ' $f; done; echo",
                                NULL};
    struct process_options o = options_of(argv);
    o.pass_fds = &passed;
    o.pass_fd_count = 1;
    cr_assert_eq(run(&o, &out).code, 0);
    char expected[64];
    snprintf(expected, sizeof(expected), "0 1 2 %d \n", passed);
    cr_assert_str_eq(buf_z(&out), expected);
    cr_assert(fcntl(passed, F_GETFD) & FD_CLOEXEC, "the parent's own flag stays");
    close(passed);
    struct process p;
    o.stdout_fd = -1;
    cr_assert_eq(process_start(&o, &p, &err), -1);
    cr_assert_eq(err.sys_errno, EBADF);
    o.pass_fd_count = 0;
    o.stderr_fd = passed;
    cr_assert_eq(process_start(&o, &p, &err), -1);
    cr_assert_eq(err.sys_errno, EBADF);
}

Test(process, stdio_may_overlap_in_any_order)
{
    struct err err = {0};
    const char *one = fs_join(arena, dir, "one"), *two = fs_join(arena, dir, "two");
    const char *in = make_script("in", "input", 0600);
    const char *const argv[] = {"sh", "-c", "cat; echo out; echo err >&2", NULL};
    struct process_options o = options_of(argv);
    o.stdin_fd = 2;
    o.stdout_fd = 0;
    o.stderr_fd = 1;
    struct process p;
    int saved[3] = {dup(0), dup(1), dup(2)};
    int files[3] = {open(one, O_CREAT | O_RDWR, 0600), open(two, O_CREAT | O_RDWR, 0600),
                    open(in, O_RDONLY)};
    for (int i = 0; i < 3; i++) {
        dup2(files[i], i);
    }
    int rc = process_start(&o, &p, &err);
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
        close(saved[i]);
        close(files[i]);
    }
    cr_assert_eq(rc, 0, "%s", err.msg);
    cr_assert_eq(finish(&p).code, 0);
    AUTO_BUF struct buf got = {0};
    cr_assert_eq(fs_read_file(one, 100, &got, &err), 0);
    cr_expect_str_eq(buf_z(&got), "inputout\n");
    cr_assert_eq(fs_read_file(two, 100, &got, &err), 0);
    cr_expect_str_eq(buf_z(&got), "err\n");
}

Test(process, it_starts_even_when_stdio_of_ours_is_closed)
{
    struct err err = {0};
    const char *path = fs_join(arena, dir, "out");
    const char *const argv[] = {"sh", "-c", "echo alive", NULL};
    struct process_options o = options_of(argv);
    int saved[3] = {fcntl(0, F_DUPFD, 50), fcntl(1, F_DUPFD, 50), fcntl(2, F_DUPFD, 50)};
    o.stdout_fd = fcntl(open(path, O_CREAT | O_RDWR, 0600), F_DUPFD, 60);
    close(0);
    close(1);
    close(2);
    struct process p;
    int rc = process_start(&o, &p, &err);
    if (rc == 0) { /* it took one of the numbers that come back now */
        p.pidfd = fcntl(p.pidfd, F_DUPFD_CLOEXEC, 60);
    }
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
    }
    cr_assert_eq(rc, 0, "%s", err.msg);
    cr_assert_eq(finish(&p).code, 0);
    AUTO_BUF struct buf got = {0};
    cr_assert_eq(fs_read_file(path, 100, &got, &err), 0);
    cr_expect_str_eq(buf_z(&got), "alive\n");
}

Test(process, signal_mask_and_dispositions_are_reset)
{
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    signals_ignore_pipe();
    signal(SIGUSR1, SIG_IGN);
    cr_assert(signals_open(&err) >= 0);
    const char *const argv[] = {"cat", "/proc/self/status", NULL};
    struct process_options o = options_of(argv);
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_not_null(strstr(buf_z(&out), "SigBlk:\t0000000000000000\n"));
    cr_assert_not_null(strstr(buf_z(&out), "SigIgn:\t0000000000000000\n"));
    cr_assert_not_null(strstr(buf_z(&out), "SigCgt:\t0000000000000000\n"));
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    cr_assert(sigismember(&now, SIGCHLD), "our own mask is back");
    cr_assert_not(sigismember(&now, SIGUSR2));
}

Test(process, it_leads_a_group_that_can_be_ended_at_once)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    const char *const argv[] = {"sh", "-c", "sleep 60 & echo $!; wait", NULL};
    struct process_options o = options_of(argv);
    o.stdout_fd = fds[1];
    struct process p;
    cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
    cr_assert_eq(getpgid(p.pid), p.pid);
    char text[32] = "";
    cr_assert(read(fds[0], text, sizeof(text) - 1) > 0);
    pid_t sleeper = pid_in(str_of(text));
    cr_assert(sleeper > 1 && !is_dead(sleeper));
    process_signal_group(&p, SIGTERM);
    struct process_status status = finish(&p);
    cr_assert_eq(status.end, PROCESS_SIGNALED);
    cr_assert_eq(status.code, SIGTERM);
    cr_assert(dies_soon(sleeper));
    process_signal_group(&p, SIGTERM);
}

Test(process, one_that_ignores_sigterm_runs_on_until_killed)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    const char *const argv[] = {"sh", "-c", "trap '' TERM; echo ready; exec sleep 60", NULL};
    struct process_options o = options_of(argv);
    o.stdout_fd = fds[1];
    struct process p;
    struct process_status status;
    char ready[8];
    cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
    cr_assert_eq(process_poll(&p, &status, &err), 0);
    cr_assert_eq(status.end, PROCESS_RUNNING);
    cr_assert(read(fds[0], ready, sizeof(ready)) > 0);
    process_signal_group(&p, SIGTERM);
    cr_assert_eq(process_wait(&p, 50, &status, &err), 0);
    cr_assert_eq(status.end, PROCESS_RUNNING);
    process_signal_group(&p, SIGKILL);
    status = finish(&p);
    cr_assert_eq(status.end, PROCESS_SIGNALED);
    cr_assert_eq(status.code, SIGKILL);
    cr_assert_eq(process_poll(&p, &status, &err), -1);
    cr_assert_eq(err.code, ERR_INTERNAL);
}

Test(process, it_has_ended_although_a_grandchild_holds_its_stdout)
{
    struct err err = {0};
    int fds[2];
    cr_assert_eq(process_become_subreaper(&err), 0);
    cr_assert_eq(fd_pipe(fds, &err), 0);
    const char *const argv[] = {"sh", "-c", "sleep 60 & echo $!; exit 3", NULL};
    struct process_options o = options_of(argv);
    o.stdout_fd = fds[1];
    struct process p;
    cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
    fd_close(&fds[1]);
    cr_assert_eq(finish(&p).code, 3);
    AUTO_BUF struct buf out = {0};
    cr_assert_eq(fd_set_nonblocking(fds[0], true, &err), 0);
    cr_assert_eq(fd_read_available(fds[0], &out, &err), 1, "no end of file yet");
    pid_t sleeper = pid_in(buf_str(&out));
    cr_assert(sleeper > 1 && !is_dead(sleeper));
    kill(sleeper, SIGKILL);
    cr_assert(dies_soon(sleeper));
}

Test(process, each_way_exec_fails_has_its_own_sentence)
{
    make_script("plain.sh", "#!/bin/sh\n", 0644);
    make_script("no-interpreter", "#! /opt/absent/python3 -u\n", 0755);
    make_script("no-loader", "\177ELF", 0755);
    make_script("no-shebang", "echo hello\n", 0755);
    const char *absent = fs_join(arena, dir, "absent");
    const struct {
        const char *program, *search_path, *cwd;
        enum err_code code;
        const char *msg, *hint;
    } rows[] = {
        {"absent", NULL, NULL, ERR_NOT_FOUND, "the program 'absent' was not found", "path"},
        {"absent", "", NULL, ERR_NOT_FOUND, "the program 'absent' was not found", "path"},
        {"absent", "/usr/bin:/bin", NULL, ERR_NOT_FOUND, "the program 'absent' was not found",
         "/usr/bin:/bin"},
        {"", "/usr/bin:/bin", NULL, ERR_NOT_FOUND, "was not found", ""},
        {"./absent", NULL, dir, ERR_NOT_FOUND, "the program './absent' was not found", dir},
        {"plain.sh", dir, NULL, ERR_UNAVAILABLE, "may not be executed", "chmod +x"},
        {"./plain.sh", NULL, dir, ERR_UNAVAILABLE, "may not be executed", "chmod +x"},
        {"/usr/bin", NULL, NULL, ERR_UNAVAILABLE, "is a folder", "inside"},
        {"no-interpreter", dir, NULL, ERR_NOT_FOUND, "the interpreter '/opt/absent/python3'",
         "first line"},
        {"./no-interpreter", NULL, dir, ERR_NOT_FOUND, "the interpreter '/opt/absent/python3'",
         "first line"},
        {"no-shebang", dir, NULL, ERR_UNAVAILABLE, "nor a script with a #! line", "#!/bin/sh"},
        {"no-loader", dir, NULL, ERR_UNAVAILABLE, "neither a program for this machine", ""},
        {"/bin/true", NULL, absent, ERR_NOT_FOUND, absent, "folder"},
        {"/bin/true", NULL, "/etc/passwd", ERR_NOT_FOUND, "in the folder '/etc/passwd'", "folder"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        struct process p = {.pid = -5, .pidfd = -5};
        const char *const argv[] = {rows[i].program, NULL};
        struct process_options o = options_of(argv);
        o.search_path = rows[i].search_path;
        o.cwd = rows[i].cwd;
        cr_expect_eq(process_start(&o, &p, &err), -1, "row %zu", i);
        cr_expect_eq(err.code, rows[i].code, "row %zu: %d", i, err.code);
        cr_expect_neq(err.sys_errno, 0, "row %zu", i);
        cr_expect_not_null(strstr(err.msg, rows[i].msg), "row %zu: %s", i, err.msg);
        cr_expect_not_null(strstr(err.hint, rows[i].hint), "row %zu: %s", i, err.hint);
        cr_expect_eq(p.pid, -5, "untouched on failure");
    }
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
    cr_expect_eq(errno, ECHILD, "failed children are reaped");
}

Test(process, a_loader_that_is_missing_is_told_from_a_missing_program)
{
    struct err err = {0};
    AUTO_BUF struct buf image = {0};
    cr_assert_eq(fs_read_file("/bin/true", 10000000, &image, &err), 0, "%s", err.msg);
    long at = str_find(buf_str(&image), STR("/ld-linux"), 0);
    cr_assert(at > 0);
    image.ptr[at + 4] = 'X';
    const char *path = fs_join(arena, dir, "foreign");
    cr_assert_eq(fs_write_file_atomic(path, buf_str(&image), 0755, &err), 0);
    const char *const argv[] = {path, NULL};
    struct process_options o = options_of(argv);
    struct process p;
    cr_assert_eq(process_start(&o, &p, &err), -1);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
    cr_assert_not_null(strstr(err.msg, "the loader"), "%s", err.msg);
}

Test(process, the_search_goes_on_past_what_cannot_be_run)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    cr_assert_eq(fs_make_dirs(fs_join(arena, dir, "echo"), 0755, &err), 0);
    const char *const argv[] = {"echo", "found", NULL};
    struct process_options o = options_of(argv);
    o.search_path = arena_printf(arena, ":/nowhere:%s:/bin", dir);
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "found\n");
}

Test(process, limits_are_set_and_bite)
{
    AUTO_BUF struct buf out = {0};
    const char *const argv[] = {"sh", "-c", "ulimit -n; ulimit -c; ulimit -t; ulimit -v; ulimit -f",
                                NULL};
    struct process_options o = options_of(argv);
    o.limits = (struct process_limits){.open_files = 64,
                                       .no_core = true,
                                       .cpu_seconds = 9,
                                       .memory_bytes = 1 << 30,
                                       .file_bytes = 4 << 20};
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "64\n0\n9\n1048576\n8192\n");

    const char *const hungry[] = {"dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1", NULL};
    o = options_of(hungry);
    cr_assert_eq(run(&o, &out).code, 0);
    o.limits.memory_bytes = 100 << 20;
    cr_assert_eq(run(&o, &out).code, 1);

    const char *target = arena_printf(arena, "of=%s/big", dir);
    const char *const large[] = {"dd", "if=/dev/zero", target, "bs=1M", "count=3", NULL};
    o = options_of(large);
    o.limits.file_bytes = 2 << 20;
    o.limits.no_core = true;
    struct process_status status = run(&o, &out);
    cr_assert_eq(status.end, PROCESS_SIGNALED);
    cr_assert_eq(status.code, SIGXFSZ);
}

Test(process, a_hard_limit_that_is_lower_already_stays)
{
    AUTO_BUF struct buf out = {0};
    struct rlimit low = {.rlim_cur = 100, .rlim_max = 100};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    const char *const argv[] = {"sh", "-c", "ulimit -n", NULL};
    struct process_options o = options_of(argv);
    o.limits.open_files = 5000;
    cr_assert_eq(run(&o, &out).code, 0);
    cr_assert_str_eq(buf_z(&out), "100\n");
}

Test(process, many_starts_leak_no_descriptor)
{
    struct err err = {0};
    const char *const good[] = {"/bin/true", NULL}, *const bad[] = {"/bin/absent", NULL};
    struct process_options o = options_of(good), absent = options_of(bad);
    size_t before = count_open_fds();
    for (int i = 0; i < 200; i++) {
        struct process p;
        cr_assert_eq(process_start(&o, &p, &err), 0, "%s", err.msg);
        cr_assert_eq(finish(&p).code, 0);
        cr_assert_eq(process_start(&absent, &p, &err), -1);
    }
    cr_assert_eq(count_open_fds(), before);
}

static int seven(void *ctx)
{
    printf("from the worker %d\n", *(int *)ctx);
    return getpgid(0) == getpid() ? 7 : 1;
}

Test(process, a_worker_runs_the_function_and_its_output_is_flushed_once)
{
    struct err err = {0};
    struct process p;
    int value = 5;
    const char *path = fs_join(arena, dir, "stdout");
    int saved = dup(1);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    dup2(fd, 1);
    printf("before\n");
    int rc = process_fork(seven, &value, &p, &err);
    fflush(stdout);
    dup2(saved, 1);
    cr_assert_eq(rc, 0, "%s", err.msg);
    struct process_status status = finish(&p);
    cr_assert_eq(status.end, PROCESS_EXITED);
    cr_assert_eq(status.code, 7);
    AUTO_BUF struct buf out = {0};
    cr_assert_eq(fs_read_file(path, 1000, &out, &err), 0);
    cr_assert_str_eq(buf_z(&out), "before\nfrom the worker 5\n");
}

/* A worker that starts a sleeper, tells its pid and hangs. */
static int start_sleeper(void *ctx)
{
    struct err err = {0};
    const char *const argv[] = {"sleep", "60", NULL};
    struct process_options o = options_of(argv);
    struct process p;
    if (process_start(&o, &p, &err) < 0 ||
        fd_write_all(*(int *)ctx, str_n((const char *)&p.pid, sizeof(p.pid)), &err) < 0) {
        return 1;
    }
    sleep_ms(60000);
    return 0;
}

Test(process, a_child_dies_with_its_parent)
{
    struct err err = {0};
    struct process worker;
    pid_t sleeper = 0;
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    cr_assert_eq(process_fork(start_sleeper, &fds[1], &worker, &err), 0);
    cr_assert_eq(read(fds[0], &sleeper, sizeof(sleeper)), (ssize_t)sizeof(sleeper));
    cr_assert(sleeper > 1 && !is_dead(sleeper));
    kill(worker.pid, SIGKILL);
    cr_assert_eq(finish(&worker).code, SIGKILL);
    cr_assert(dies_soon(sleeper));
}

static int start_worker(void *ctx)
{
    struct err err = {0};
    struct process p;
    if (process_fork(start_sleeper, ctx, &p, &err) < 0 ||
        fd_write_all(*(int *)ctx, str_n((const char *)&p.pid, sizeof(p.pid)), &err) < 0) {
        return 1;
    }
    sleep_ms(60000);
    return 0;
}

Test(process, a_worker_dies_with_its_parent_and_takes_its_children_along)
{
    struct err err = {0};
    struct process top;
    pid_t below[2] = {0, 0};
    int fds[2];
    cr_assert_eq(fd_pipe(fds, &err), 0);
    cr_assert_eq(process_fork(start_worker, &fds[1], &top, &err), 0);
    cr_assert_eq(read(fds[0], &below[0], sizeof(pid_t)), (ssize_t)sizeof(pid_t));
    cr_assert_eq(read(fds[0], &below[1], sizeof(pid_t)), (ssize_t)sizeof(pid_t));
    cr_assert(!is_dead(below[0]) && !is_dead(below[1]));
    kill(top.pid, SIGKILL);
    (void)finish(&top);
    cr_assert(dies_soon(below[0]));
    cr_assert(dies_soon(below[1]));
}
