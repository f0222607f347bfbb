/* SPDX-License-Identifier: Apache-2.0 */
/* seal_kill COUNT: kills the owner of a cell COUNT times, at moments spread over opening, running
 * and closing, and looks for anything that is left. Exit 0 nothing, 1 something, 77 no cells here.
 */
#include "base/core/arena.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "base/sys/process.h"
#include "base/text/number.h"
#include "harness/seal/gate.h"
#include "harness/seal/names.h"
#include "harness/seal/seal.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SPREAD_US   40000 /* one round of an owner takes about half of it */
#define PATIENCE_MS 5000

static int fail(const struct err *err)
{
    char text[ERR_MSG_SIZE + ERR_HINT_SIZE + ERR_FILE_SIZE];
    printf("%s\n", err_text(err, text, sizeof(text)));
    return err->code == ERR_UNAVAILABLE ? 77 : 1;
}

static int own_once(const char *mark, struct err *err)
{
    static const struct names_options names = {.ipv4 = "127.0.0.1"};
    const struct gate_options gate_options = {.names = &names};
    const char *argv[] = {"/bin/sh", "-c", "sleep 100 & setsid sleep 100 & wait", mark, NULL};
    const char *variable[] = {mark, "PATH=/usr/bin:/bin", NULL};
    struct process_options options = {
        .argv = argv, .envp = variable, .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    AUTO(seal_close_ptr) struct seal *seal = NULL;
    struct gate *gate = NULL;
    struct seal_process p;
    struct process_status status;
    if (seal_open(&(struct seal_options){.hostname = "kill"}, &seal, err) < 0 ||
        gate_open(seal, &gate_options, &gate, err) < 0) {
        return -1;
    }
    int result = seal_spawn(seal, &options, &p, err);
    if (result == 0) {
        result = seal_process_wait(seal, &p, 8, &status, err);
    }
    gate_close(gate);
    return result;
}

/* Opens and closes cells until it is killed. */
static int own(const char *mark)
{
    struct err err = {0};
    while (own_once(mark, &err) == 0) {
    }
    return fail(&err);
}

/* Whether argv or environment of the process hold the mark. */
static bool is_marked(struct arena *a, const char *pid, const char *mark)
{
    static const char *const files[] = {"cmdline", "environ"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_BUF struct buf text = {0};
        struct err ignored = {0};
        const char *path = arena_printf(a, "/proc/%s/%s", pid, files[i]);
        if (fs_read_file(path, 1 << 20, &text, &ignored) == 0 &&
            str_find(buf_str(&text), str_of(mark), 0) >= 0) {
            return true;
        }
    }
    return false;
}

static size_t count_marked(const char *mark)
{
    AUTO_ARENA struct arena *a = arena_new();
    DIR *proc = opendir("/proc");
    size_t count = 0;
    for (struct dirent *e; proc && (e = readdir(proc)) != NULL;) {
        bool is_pid = e->d_name[0] >= '1' && e->d_name[0] <= '9';
        count += is_pid && is_marked(a, e->d_name, mark) ? 1 : 0;
    }
    if (proc) {
        (void)closedir(proc);
    }
    return count;
}

static size_t count_mounts(void)
{
    AUTO_BUF struct buf text = {0};
    struct err ignored = {0};
    size_t count = 0;
    if (fs_read_file("/proc/self/mountinfo", 1 << 20, &text, &ignored) < 0) {
        return 0;
    }
    struct str rest = buf_str(&text), line;
    while (str_split(&rest, '\n', &line)) {
        count++;
    }
    return count;
}

static int wait_until_gone(const char *mark, int round)
{
    int64_t deadline = monotonic_ms() + PATIENCE_MS;
    size_t left;
    while ((left = count_marked(mark)) > 0) {
        if (monotonic_ms() > deadline) {
            printf("round %d: %zu processes are left\n", round, left);
            return -1;
        }
        sleep_ms(2);
    }
    return 0;
}

/* Returns how many marked processes there were at the moment of the kill, or -1. */
static int kill_once(const char *program, int round, int64_t after_us, struct err *err)
{
    char mark[64];
    (void)snprintf(mark, sizeof(mark), "SEAL_KILL_MARK=%d.%d.", (int)getpid(), round);
    const char *argv[] = {program, "--own", mark, NULL}, *envp[] = {NULL};
    struct process_options options = {
        .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = STDOUT_FILENO, .stderr_fd = 2};
    struct process p;
    struct process_status status;
    if (process_start(&options, &p, err) < 0) {
        return -1;
    }
    (void)usleep((useconds_t)after_us); /* below 0.1 s */
    int seen = (int)count_marked(mark);
    (void)kill(p.pid, SIGKILL);
    if (process_wait(&p, PATIENCE_MS, &status, err) < 0 || wait_until_gone(mark, round) < 0) {
        return -1;
    }
    if (status.end != PROCESS_SIGNALED) {
        err->code = status.code == 77 ? ERR_UNAVAILABLE : ERR_INTERNAL;
        return err_set(err, err->code, "the owner ended by itself: %d", status.code);
    }
    return seen;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    int64_t count = 0;
    if (argc == 3 && strcmp(argv[1], "--own") == 0) {
        return own(argv[2]);
    }
    if (argc != 2 || parse_int64(str_of(argv[1]), 1, 100000, &count, &err) < 0) {
        printf("usage: seal_kill COUNT\n");
        return 64;
    }
    AUTO_ARENA struct arena *a = arena_new();
    const char *self = NULL;
    if (fs_real_path(a, "/proc/self/exe", &self, &err) < 0) {
        return fail(&err);
    }
    size_t mounts = count_mounts();
    int most = 0;
    for (int round = 0; round < count; round++) {
        /* Every part of the spread once, in an order that jumps (a step prime to any count here).
         */
        int64_t at = (int64_t)round * 7919 % count;
        int seen = kill_once(self, round, at * SPREAD_US / count, &err);
        if (seen < 0) {
            return fail(&err);
        }
        most = seen > most ? seen : most;
    }
    if (count_mounts() != mounts) {
        printf("mounts are left: %zu instead of %zu\n", count_mounts(), mounts);
        return 1;
    }
    printf("%lld owners killed, up to %d processes each; nothing is left\n", (long long)count,
           most);
    return most > 3 ? 0 : 1; /* or it never met a running cell */
}
