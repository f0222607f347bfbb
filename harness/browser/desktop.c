/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/desktop.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "base/sys/process.h"

#include <signal.h>
#include <stdlib.h>

enum { START_MS = 60000, END_MS = 5000, LINE_MAX_BYTES = 4096, PARTS = 2 };

struct program {
    const char *name;
    struct process process;
    int log_fd; /* what it complains of */
};

struct desktop {
    struct program parts[PARTS];
    size_t count; /* of those that were started */
};

/* Where and how all of them run. */
struct surroundings {
    const char *dir;
    const char *const *envp;
    int ready_fd; /* passed on: where one tells that it is ready */
};

static int program_start(struct desktop *d, const char *const *argv, const struct surroundings *at,
                         struct err *err)
{
    struct program *p = &d->parts[d->count];
    AUTO_FD int log = fd_memory(err);
    const struct process_options options = {.argv = argv,
                                            .envp = at->envp,
                                            .cwd = at->dir,
                                            .stdin_fd = -1,
                                            .stdout_fd = -1,
                                            .stderr_fd = log,
                                            .pass_fds = &at->ready_fd,
                                            .pass_fd_count = 1};
    if (log < 0 || process_start(&options, &p->process, err) < 0) {
        return err_wrap(err, "the desktop's %s", fs_basename(argv[0]));
    }
    p->name = fs_basename(argv[0]);
    p->log_fd = fd_take(&log);
    d->count++;
    return 0;
}

static int early_end(const struct program *p, struct err *err)
{
    AUTO_BUF struct buf log = {0};
    struct err ignored = {0};
    buf_init(&log, LINE_MAX_BYTES);
    const char *said = fd_read_all(p->log_fd, &log, &ignored) == 0 ? buf_z(&log) : "";
    return err_set(err, ERR_UNAVAILABLE, "the desktop's %s ended at its start: %.300s", p->name,
                   said[0] != '\0' ? said : "it does not say why");
}

/* The last one started writes one line once it takes connections. */
static int line_await(const struct desktop *d, int fd, const char *wanted, struct err *err)
{
    const struct program *p = &d->parts[d->count - 1];
    AUTO_BUF struct buf text = {0};
    int64_t deadline = monotonic_ms() + START_MS;
    buf_init(&text, LINE_MAX_BYTES);
    while (str_find(buf_str(&text), STR("\n"), 0) < 0) {
        struct poll_item item = {.fd = fd, .want_read = true};
        int64_t left = deadline - monotonic_ms();
        if (left <= 0 || text.truncated) {
            return err_set(err, ERR_TIMEOUT, "the desktop's %s is not ready in time", p->name);
        }
        if (poll_wait(&item, 1, left, err) < 0) {
            return -1;
        }
        /* The X server closes its end at once: the line and the end may come together. */
        if (item.ready_read && fd_read_available(fd, &text, err) <= 0 &&
            str_find(buf_str(&text), STR("\n"), 0) < 0) {
            return early_end(p, err);
        }
    }
    if (!str_starts(buf_str(&text), str_of(wanted))) {
        return err_set(err, ERR_UNAVAILABLE, "the desktop's %s says `%.80s' and not `%.80s'",
                       p->name, buf_z(&text), wanted);
    }
    return 0;
}

typedef int starter(struct desktop *d, const struct surroundings *at, struct err *err);

/* -displayfd takes the first number that is free, which is 0 in a network of its own, and makes no
 * lock file in /tmp. The server closes its own standard output before it writes there. */
static int x_server_start(struct desktop *d, const struct surroundings *at, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *const argv[] = {DESKTOP_X_SERVER,
                                "-displayfd",
                                arena_printf(a, "%d", at->ready_fd),
                                "-nolisten",
                                "tcp",
                                "-nolisten",
                                "unix",
                                "-noreset",
                                "-screen",
                                "0",
                                "640x480x24",
                                NULL};
    return program_start(d, argv, at, err);
}

static int bus_start(struct desktop *d, const struct surroundings *at, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *const argv[] = {
        DESKTOP_BUS,  arena_printf(a, "--config-file=%s/%s", at->dir, DESKTOP_BUS_CONFIG),
        "--nofork",   "--nopidfile",
        "--nosyslog", arena_printf(a, "--print-address=%d", at->ready_fd),
        NULL};
    return program_start(d, argv, at, err);
}

static int part_start(struct desktop *d, struct surroundings *at, starter *start,
                      const char *wanted, struct err *err)
{
    int fds[2];
    if (fd_pipe(fds, err) < 0) {
        return -1;
    }
    AUTO_FD int write_end = fds[1];
    AUTO_FD int read_end = fds[0];
    at->ready_fd = write_end;
    if (fd_set_nonblocking(read_end, true, err) < 0 || start(d, at, err) < 0) {
        return -1;
    }
    fd_close(&write_end);
    return line_await(d, read_end, wanted, err);
}

static int parts_start(struct desktop *d, const char *dir, const char *mark, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *const envp[] = {
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "LANG=C.UTF-8",
        mark,
        arena_printf(a, "HOME=%s", dir),
        arena_printf(a, "TMPDIR=%s", dir),
        arena_printf(a, "XDG_RUNTIME_DIR=%s", fs_join(a, dir, DESKTOP_RUNTIME_DIR)),
        arena_printf(a, "GVFS_MOUNTABLE_DIR=%s", fs_join(a, dir, DESKTOP_FILE_KINDS)),
        NULL};
    struct surroundings at = {.dir = dir, .envp = envp};
    return part_start(d, &at, x_server_start, "0\n", err) < 0
               ? -1
               : part_start(d, &at, bus_start, "unix:", err);
}

int desktop_open(const char *seen_at, const char *mark, struct desktop **ret, struct err *err)
{
    struct desktop *d = xcalloc(1, sizeof(*d));
    /* What the bus starts is nobody's child: it is to be found at the end. */
    if (process_become_subreaper(err) < 0 || parts_start(d, seen_at, mark, err) < 0) {
        desktop_close(d);
        return -1;
    }
    *ret = d;
    return 0;
}

bool desktop_has_ended(const struct desktop *d)
{
    bool ended = false;
    for (size_t i = 0; i < d->count; i++) {
        struct poll_item item = {.fd = d->parts[i].process.pidfd, .want_read = true};
        struct err ignored = {0};
        ended = ended || poll_wait(&item, 1, 0, &ignored) != 0;
    }
    return ended;
}

void desktop_close(struct desktop *d)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct process_strays ended = {0};
    struct err ignored = {0};
    if (d == NULL) {
        return;
    }
    bool swept = process_sweep(a, NULL, 0, monotonic_ms() + END_MS, &ended, &ignored) == 0;
    for (size_t i = 0; i < d->count; i++) {
        if (!swept) { /* the rest is ended with the cell */
            process_signal_group(&d->parts[i].process, SIGKILL);
        }
        fd_close(&d->parts[i].process.pidfd);
        fd_close(&d->parts[i].log_fd);
    }
    free(d);
}
