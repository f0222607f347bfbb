/* SPDX-License-Identifier: Apache-2.0 */
/* The side of a nursery that wants programs started. */
#include "base/core/assert.h"
#include "base/sys/fd.h"
#include "base/sys/fd_message.h"
#include "base/sys/nursery_priv.h"
#include "base/sys/poller.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

enum {
    /* A fork takes less than a millisecond; a loaded machine may take long to come to it. */
    ANSWER_MS = 20000,
    END_MS = 2000
};

static int pair_open(int ret[2], struct err *err)
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0
               ? err_errno(err, "cannot make a pair of sockets")
               : 0;
}

/* One answer; with the descriptor that came with it, or -1. */
static int answer_await(int fd, int64_t timeout_ms, struct nursery_answer *ret, int *ret_fd,
                        struct err *err)
{
    struct poll_item item = {.fd = fd, .want_read = true};
    struct nursery_answer answer = {0};
    AUTO(fd_message_close)
    struct fd_message m = {.bytes = &answer, .len = sizeof(answer)};
    int ready = poll_wait(&item, 1, timeout_ms, err);
    if (ready < 0) {
        return -1;
    }
    if (ready == 0) {
        return err_set(err, ERR_TIMEOUT, "the nursery did not answer within %lld s",
                       (long long)timeout_ms / 1000);
    }
    int got = fd_message_receive(fd, &m, err);
    if (got < 0) {
        return -1;
    }
    if (got == 0 || m.len != sizeof(answer)) {
        return err_set(err, ERR_UNAVAILABLE, "the nursery has ended");
    }
    *ret = answer;
    *ret_fd = m.fd_count > 0 ? fd_take(&m.fds[0]) : -1;
    return 0;
}

static void arguments_add(struct fd_message *m, const char *const *argv)
{
    for (size_t i = 0; argv[i] != NULL; i++) {
        size_t len = strlen(argv[i]) + 1;
        ASSERT(m->len + len <= NURSERY_MAX_BYTES);
        memcpy((char *)m->bytes + m->len, argv[i], len);
        m->len += len;
    }
}

static void descriptor_add(struct fd_message *m, struct nursery_request *head, int fd, int number)
{
    ASSERT(head->fd_count < NURSERY_MAX_FDS);
    head->numbers[head->fd_count++] = number;
    m->fds[m->fd_count++] = fd;
}

static int request_send(int fd, const struct process_options *o, int answer_fd, struct err *err)
{
    char bytes[NURSERY_MAX_BYTES];
    struct nursery_request head = {0};
    struct fd_message m = {.bytes = bytes, .len = sizeof(head), .fds = {answer_fd}, .fd_count = 1};
    descriptor_add(&m, &head, o->stdout_fd, 1);
    descriptor_add(&m, &head, o->stderr_fd, 2);
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        descriptor_add(&m, &head, o->pass_fds[i], o->pass_fds[i]);
    }
    memcpy(bytes, &head, sizeof(head));
    arguments_add(&m, o->argv);
    return fd_message_send(fd, &m, err);
}

int nursery_fork(int fd, const struct process_options *options, struct process *ret,
                 struct err *err)
{
    int pair[2];
    if (pair_open(pair, err) < 0) {
        return -1;
    }
    AUTO_FD int here = pair[0];
    AUTO_FD int there = pair[1];
    AUTO_FD int pidfd = -1;
    struct nursery_answer answer;
    if (request_send(fd, options, there, err) < 0) {
        return -1;
    }
    fd_close(&there); /* so that the end of the nursery is seen */
    if (answer_await(here, ANSWER_MS, &answer, &pidfd, err) < 0) {
        return -1;
    }
    if (answer.pid <= 0 || pidfd < 0) {
        errno = answer.sys_errno;
        (void)err_errno(err, "the nursery cannot fork");
        err->code = ERR_UNAVAILABLE;
        return -1;
    }
    *ret = (struct process){.pid = answer.pid, .pidfd = fd_take(&pidfd), .is_anothers = true};
    return 0;
}

/* The options with a descriptor more, and its number as the last argument. */
static int program_start(const struct process_options *options, int fd, struct process *ret,
                         struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    size_t count = 0;
    while (options->argv[count] != NULL) {
        count++;
    }
    const char **argv = ARENA_ARRAY(a, const char *, count + 2);
    memcpy(argv, options->argv, count * sizeof(*argv));
    argv[count] = arena_printf(a, "%d", fd);
    struct process_options own = *options;
    own.argv = argv;
    own.pass_fds = &fd;
    own.pass_fd_count = 1;
    return process_start(&own, ret, err);
}

int nursery_start(const struct process_options *options, int64_t timeout_ms, struct nursery *ret,
                  struct err *err)
{
    int pair[2], none = -1;
    if (pair_open(pair, err) < 0) {
        return -1;
    }
    struct nursery n = {.fd = pair[0]};
    AUTO_FD int there = pair[1];
    struct nursery_answer ready;
    int rc = program_start(options, there, &n.process, err);
    fd_close(&there);
    if (rc < 0 || answer_await(n.fd, timeout_ms, &ready, &none, err) < 0) {
        nursery_end(&n);
        return -1;
    }
    *ret = n;
    return 0;
}

void nursery_end(struct nursery *n)
{
    struct err ignored = {0};
    struct process_status status = {0};
    fd_close(&n->fd);
    if (n->process.pid > 0 && (process_wait(&n->process, END_MS, &status, &ignored) < 0 ||
                               status.end == PROCESS_RUNNING)) {
        process_signal_group(&n->process, SIGKILL);
        if (process_wait(&n->process, END_MS, &status, &ignored) < 0) {
            ignored = (struct err){0}; /* the caller's sweep has the last word */
        }
    }
    *n = (struct nursery){.fd = -1};
}
