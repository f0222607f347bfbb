/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner asks of a cell that is up. One request at a time; what the init tells of itself
 * meanwhile is kept until it is wanted. */
#include "harness/seal/seal_priv.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"
#include "base/text/number.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

static bool keep_event(struct seal *s, const struct seal_message *m, const struct seal_fds *fds)
{
    if (m->verb != SEAL_MSG_EXITED && m->verb != SEAL_MSG_EXEC) {
        return false;
    }
    struct seal_events *to = m->verb == SEAL_MSG_EXITED ? &s->exited : &s->execs;
    *VEC_PUSH(s->arena, to) = (struct seal_event){.message = *m, .fds = *fds};
    return true;
}

/* Blocks for one message: 1 = it is in ret, 0 = it was an event and is kept. */
static int receive_one(struct seal *s, struct seal_message *ret, struct seal_fds *ret_fds,
                       struct err *err)
{
    int got = seal_receive(s->control_fd, ret, ret_fds, err);
    if (got == 0) {
        return err_set(err, ERR_UNAVAILABLE, "the cell has ended");
    }
    if (got < 0) {
        return -1;
    }
    if (keep_event(s, ret, ret_fds)) {
        ret_fds->count = 0;
        return 0;
    }
    return 1;
}

static int reply_await(struct seal *s, enum seal_verb wanted, struct seal_message *ret,
                       struct seal_fds *ret_fds, struct err *err)
{
    int got;
    do {
        got = receive_one(s, ret, ret_fds, err);
    } while (got == 0);
    if (got < 0) {
        return -1;
    }
    if (ret->verb == wanted) {
        return 0;
    }
    seal_fds_close(ret_fds);
    if (ret->verb == SEAL_MSG_FAILED) {
        *err = ret->u.err;
        return -1;
    }
    return err_set(err, ERR_INTERNAL, "the cell answered %d instead of %d", (int)ret->verb,
                   (int)wanted);
}

static int address_parse(const struct seal_address *where, struct sockaddr_storage *ret,
                         struct err *err)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    *ret = (struct sockaddr_storage){0};
    if (where->port < 0 || where->port > 65535) {
        return err_set(err, ERR_INVALID, "%d is not a port", where->port);
    }
    if (inet_pton(AF_INET, where->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)where->port);
        return 0;
    }
    if (inet_pton(AF_INET6, where->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)where->port);
        return 0;
    }
    return err_set(err, ERR_INVALID, "'%s' is neither an IPv4 nor an IPv6 address", where->address);
}

int seal_listen(struct seal *s, const struct seal_address *address, int *ret_fd, struct err *err)
{
    struct seal_message m = {.verb = SEAL_MSG_LISTEN}, reply;
    struct seal_fds fds = {.count = 0};
    m.number = address->type == SEAL_TCP ? SOCK_STREAM : SOCK_DGRAM;
    if (address_parse(address, &m.u.address, err) < 0 ||
        seal_send(s->control_fd, &m, NULL, NULL, err) < 0 ||
        reply_await(s, SEAL_MSG_SOCKET, &reply, &fds, err) < 0) {
        return err_wrap(err, "%s port %d", address->address, address->port);
    }
    *ret_fd = fds.fd[0];
    return 0;
}

/* What the pid is outside: the init knows only its own namespace's numbers. */
static int outer_pid(int pidfd, pid_t *ret, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    const char *path = arena_printf(a, "/proc/self/fdinfo/%d", pidfd);
    if (fs_read_file(path, 4096, &text, err) < 0) {
        return -1;
    }
    long at = str_find(buf_str(&text), STR("Pid:"), 0);
    struct str rest = at < 0 ? STR("") : str_slice(buf_str(&text), (size_t)at + 4, text.len), line;
    int64_t pid = 0;
    if (!str_split(&rest, '\n', &line) ||
        parse_int64(str_trim(line), -1, INT32_MAX, &pid, err) < 0) {
        return err_set(err, ERR_UNAVAILABLE, "the kernel does not tell a process' number");
    }
    *ret = (pid_t)pid; /* -1: it has ended and was reaped */
    return 0;
}

static int start_message(const struct process_options *o, struct seal_message *m,
                         struct seal_fds *fds, struct err *err)
{
    const int stdio[3] = {o->stdin_fd, o->stdout_fd, o->stderr_fd};
    for (unsigned i = 0; i < 3; i++) {
        if (stdio[i] >= 0) {
            m->flags |= SEAL_HAS_STDIN << i;
            fds->fd[fds->count++] = stdio[i];
        }
    }
    if (o->pass_fd_count > SEAL_MAX_FDS - 4) {
        return err_set(err, ERR_LIMIT, "more than %d descriptors to pass on", SEAL_MAX_FDS - 4);
    }
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        if (o->pass_fds[i] < 3 || o->pass_fds[i] >= SEAL_MAX_PASSED_FD) {
            return err_set(err, ERR_INVALID, "cannot pass on descriptor %d: it must be 3 to %d",
                           o->pass_fds[i], SEAL_MAX_PASSED_FD - 1);
        }
        fds->fd[fds->count++] = o->pass_fds[i];
    }
    return 0;
}

static int spawn(struct seal *s, const struct process_options *options, uint32_t flags,
                 struct seal_process *ret, struct err *err)
{
    AUTO_BUF struct buf payload = {0};
    struct seal_message m = {.verb = SEAL_MSG_START, .flags = flags}, reply;
    struct seal_fds given = {.count = 0}, fds = {.count = 0}; /* given: borrowed */
    struct process_options inner = *options;
    inner.limits.no_core = true;
    pack_process_options(&payload, &inner);
    if (start_message(options, &m, &given, err) < 0 ||
        seal_send(s->control_fd, &m, &given, &payload, err) < 0 ||
        reply_await(s, SEAL_MSG_STARTED, &reply, &fds, err) < 0) {
        return -1;
    }
    struct seal_process p = {.inner_pid = reply.pid, .pidfd = fds.fd[0]};
    if (outer_pid(p.pidfd, &p.pid, err) < 0) {
        fd_close(&p.pidfd);
        return -1;
    }
    *ret = p;
    return 0;
}

int seal_spawn(struct seal *s, const struct process_options *options, struct seal_process *ret,
               struct err *err)
{
    return spawn(s, options, 0, ret, err);
}

int seal_spawn_plain(struct seal *s, const struct process_options *options,
                     struct seal_process *ret, struct err *err)
{
    return spawn(s, options, SEAL_IS_PLAIN, ret, err);
}

int seal_signal(struct seal *s, const struct seal_process *p, int sig, struct err *err)
{
    struct seal_message m = {.verb = SEAL_MSG_SIGNAL, .pid = p->inner_pid, .number = sig}, reply;
    struct seal_fds fds = {.count = 0};
    if (seal_send(s->control_fd, &m, NULL, NULL, err) < 0) {
        return -1;
    }
    return reply_await(s, SEAL_MSG_DONE, &reply, &fds, err);
}

static bool take_exit(struct seal *s, pid_t inner_pid, struct process_status *ret)
{
    for (size_t i = 0; i < s->exited.count; i++) {
        if (s->exited.items[i].message.pid == inner_pid) {
            *ret = s->exited.items[i].message.u.status;
            s->exited.items[i] = s->exited.items[--s->exited.count];
            return true;
        }
    }
    return false;
}

/* Takes in what has come, or waits for the next thing. 1 = something came, 0 = time-out. */
static int event_await(struct seal *s, int64_t timeout_ms, struct err *err)
{
    struct poll_item item = {.fd = s->control_fd, .want_read = true};
    int ready = poll_wait(&item, 1, timeout_ms, err);
    if (ready <= 0) {
        return ready;
    }
    struct seal_message m;
    struct seal_fds fds;
    int got = receive_one(s, &m, &fds, err);
    if (got > 0) {
        seal_fds_close(&fds);
        return err_set(err, ERR_INTERNAL, "the cell answered %d without being asked", (int)m.verb);
    }
    return got < 0 ? -1 : 1;
}

int seal_process_wait(struct seal *s, struct seal_process *p, int64_t timeout_ms,
                      struct process_status *ret_status, struct err *err)
{
    int64_t deadline = monotonic_ms() + timeout_ms;
    struct process_status status = {.end = PROCESS_RUNNING};
    while (!take_exit(s, p->inner_pid, &status)) {
        int64_t left = timeout_ms < 0 ? -1 : deadline - monotonic_ms();
        left = timeout_ms >= 0 && left < 0 ? 0 : left;
        int got = event_await(s, left, err);
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            *ret_status = status;
            return 0;
        }
    }
    fd_close(&p->pidfd);
    *ret_status = status;
    return 0;
}

static int exec_decode(struct arena *a, struct seal_event *event, struct seal_exec *ret,
                       struct err *err)
{
    struct str payload;
    struct seal_exec exec = {.inner_pid = event->message.pid,
                             .inner_parent = event->message.number,
                             .at_ms = event->message.u.at_ms};
    if (seal_payload(a, &event->message, &event->fds, &payload, err) < 0) {
        return -1;
    }
    struct str_list *lists[] = {&exec.argv, &exec.environ};
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        size_t count = 0;
        const char *const *strings = unpack_list(a, &payload, &count, &ok);
        for (size_t k = 0; ok && k < count; k++) {
            *VEC_PUSH(a, lists[i]) = strings[k];
        }
    }
    if (!ok) {
        return err_set(err, ERR_INTERNAL, "a damaged record of a program from the cell");
    }
    *ret = exec;
    return 0;
}

int seal_next_exec(struct seal *s, struct arena *a, struct seal_exec *ret, struct err *err)
{
    while (s->exec_next == s->execs.count) {
        int got = event_await(s, 0, err);
        if (got <= 0) {
            return got;
        }
    }
    struct seal_event *event = &s->execs.items[s->exec_next++];
    if (s->exec_next == s->execs.count) {
        s->exec_next = s->execs.count = 0; /* the item stays readable until the next push */
    }
    return exec_decode(a, event, ret, err) < 0 ? -1 : 1;
}

int seal_ask(struct seal *s, int verb, struct str question, struct buf *answer, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf payload = {0};
    struct seal_message m = {.verb = SEAL_MSG_ASK, .number = verb}, reply;
    struct seal_fds fds = {.count = 0};
    buf_add_str(&payload, question);
    struct str text;
    if (seal_send(s->control_fd, &m, NULL, &payload, err) < 0 ||
        reply_await(s, SEAL_MSG_ANSWER, &reply, &fds, err) < 0 ||
        seal_payload(a, &reply, &fds, &text, err) < 0) {
        return -1;
    }
    buf_add_str(answer, text);
    return 0;
}
