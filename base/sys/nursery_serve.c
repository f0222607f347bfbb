/* SPDX-License-Identifier: Apache-2.0 */
/* The side of a nursery that forks. */
#include "base/sys/fd.h"
#include "base/sys/fd_message.h"
#include "base/sys/nursery_priv.h"
#include "base/sys/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PLAIN_FD 3 /* after stdin, stdout and stderr */
#define MAX_FD         (1 << 20)
#define MAX_ARGUMENTS  128

struct request {
    const struct nursery_hooks *hooks;
    int numbers[NURSERY_MAX_FDS];
    size_t fd_count;
    const int *fds; /* as many */
    char *argv[MAX_ARGUMENTS + 1];
    int argc;
};

static int request_read(struct fd_message *m, struct request *ret)
{
    struct nursery_request head;
    struct request r = {.hooks = ret->hooks, .fds = m->fds + 1};
    char *bytes = m->bytes;
    if (m->len <= sizeof(head) || bytes[m->len - 1] != '\0') {
        return -1;
    }
    memcpy(&head, bytes, sizeof(head));
    if (head.fd_count > NURSERY_MAX_FDS || head.fd_count + 1 != m->fd_count) {
        return -1;
    }
    for (; r.fd_count < head.fd_count; r.fd_count++) {
        int number = head.numbers[r.fd_count];
        if (number < 1 || number > MAX_FD) {
            return -1;
        }
        r.numbers[r.fd_count] = number;
    }
    for (size_t at = sizeof(head); at < m->len; at += strlen(bytes + at) + 1) {
        if (r.argc == MAX_ARGUMENTS) {
            return -1;
        }
        r.argv[r.argc++] = bytes + at;
    }
    *ret = r;
    return 0;
}

static void close_between(int first, int last)
{
    if (first > last || syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0) {
        return;
    }
    struct rlimit limit = {0}; /* Linux before 5.9 */
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = first; fd <= last && (rlim_t)fd < limit.rlim_cur; fd++) {
        (void)close(fd);
    }
}

/* Closes all but the numbers asked for: each time up to the next larger one. */
static void close_others(const struct request *r)
{
    int from = FIRST_PLAIN_FD;
    for (;;) {
        int next = INT_MAX;
        for (size_t i = 0; i < r->fd_count; i++) {
            if (r->numbers[i] >= from && r->numbers[i] < next) {
                next = r->numbers[i];
            }
        }
        if (next == INT_MAX) {
            close_between(from, INT_MAX);
            return;
        }
        close_between(from, next - 1);
        from = next + 1;
    }
}

/* First copies above all numbers, as what came may stand where another one is to go. */
static int place_fds(const struct request *r)
{
    int copies[NURSERY_MAX_FDS], above = FIRST_PLAIN_FD;
    for (size_t i = 0; i < r->fd_count; i++) {
        above = r->numbers[i] >= above ? r->numbers[i] + 1 : above;
    }
    for (size_t i = 0; i < r->fd_count; i++) {
        copies[i] = fcntl(r->fds[i], F_DUPFD_CLOEXEC, above);
        if (copies[i] < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < r->fd_count; i++) {
        if (dup2(copies[i], r->numbers[i]) < 0) {
            return -1;
        }
    }
    close_others(r);
    return 0;
}

static int copy_run(void *ctx)
{
    struct request *r = ctx;
    return place_fds(r) < 0 ? 127 : r->hooks->run(r->hooks->ctx, r->argc, r->argv);
}

static int answer_send(int fd, const struct nursery_answer *answer, int pidfd, struct err *err)
{
    struct nursery_answer copy = *answer;
    const struct fd_message m = {
        .bytes = &copy, .len = sizeof(copy), .fds = {pidfd}, .fd_count = pidfd >= 0};
    return fd_message_send(fd, &m, err);
}

static int request_serve(int fd, const struct nursery_hooks *hooks, struct err *err)
{
    char bytes[NURSERY_MAX_BYTES];
    AUTO(fd_message_close) struct fd_message m = {.bytes = bytes, .len = sizeof(bytes)};
    struct request r = {.hooks = hooks};
    struct process copy = {.pidfd = -1};
    struct nursery_answer answer = {0};
    struct err failed = {0};
    int got = fd_message_receive(fd, &m, err);
    if (got <= 0) {
        return got;
    }
    if (m.fd_count == 0) {
        return err_set(err, ERR_PROTOCOL, "a request without a descriptor to answer at");
    }
    if (request_read(&m, &r) < 0) {
        answer.sys_errno = EPROTO;
    } else if (process_fork(copy_run, &r, &copy, &failed) < 0) {
        answer.sys_errno = failed.sys_errno;
    } else {
        answer.pid = copy.pid;
    }
    /* Before the answer, so that who got one finds nothing of its own here any more. */
    for (size_t i = 1; i < m.fd_count; i++) {
        fd_close(&m.fds[i]);
    }
    if (answer_send(m.fds[0], &answer, copy.pidfd, &failed) < 0) {
        failed = (struct err){0}; /* who asked has ended: the copy sees that itself */
    }
    fd_close(&copy.pidfd);
    return 1;
}

static void reap(int signals)
{
    while (signals_read(signals) != 0) {
    }
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

int nursery_serve(int fd, const struct nursery_hooks *hooks, struct err *err)
{
    const struct nursery_answer ready = {0};
    AUTO_FD int signals = signals_open(err);
    if (signals < 0) {
        return -1;
    }
    if (answer_send(fd, &ready, -1, err) < 0) {
        return err_wrap(err, "descriptor %d", fd);
    }
    for (int got = 1; got > 0;) {
        struct poll_item items[] = {{.fd = fd, .want_read = true},
                                    {.fd = signals, .want_read = true}};
        if (poll_wait(items, ARRAY_LEN(items), -1, err) < 0) {
            return -1;
        }
        if (items[1].ready_read) {
            reap(signals);
        }
        got = items[0].ready_read ? request_serve(fd, hooks, err) : items[0].ready_error ? 0 : 1;
        if (got < 0) {
            return -1;
        }
    }
    reap(signals);
    return 0;
}
