/* SPDX-License-Identifier: Apache-2.0 */
/* The init of a cell at work: requests from its owner, the end of children. It ends when its owner
 * does, and with it everything in the cell. */
#include "harness/seal/cell_priv.h"

#include "base/core/map.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "harness/seal/guest.h"
#include "harness/seal/protocol_priv.h"
#include "harness/seal/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LISTEN_BACKLOG 512
/* Out of the way of the numbers that programs want passed. */
#define OWN_FDS_FROM SEAL_MAX_PASSED_FD

struct seal_host {
    struct cell *cell;
    int control_fd, signal_fd;
    const struct seal_guest *guest;
    void *state;
    struct map started; /* pids that the owner asked for */
};

static struct str pid_key(const pid_t *pid)
{
    return str_n((const char *)pid, sizeof(*pid));
}

/* An owner that is gone ends this process by itself; nobody else is there to be told. */
static void tell(struct seal_host *h, struct seal_message *m, const struct seal_fds *fds,
                 const struct buf *payload)
{
    struct err err = {0};
    if (seal_send(h->control_fd, m, fds, payload, &err) < 0) {
        _exit(1);
    }
}

static void tell_failed(struct seal_host *h, const struct err *err)
{
    struct seal_message m = {.verb = SEAL_MSG_FAILED};
    m.u.err = *err;
    tell(h, &m, NULL, NULL);
}

void seal_host_exited(struct seal_host *h, pid_t pid, const struct process_status *status)
{
    if (!map_remove(&h->started, pid_key(&pid))) {
        return; /* an orphan */
    }
    struct seal_message m = {.verb = SEAL_MSG_EXITED, .pid = pid};
    m.u.status = *status;
    tell(h, &m, NULL, NULL);
}

void seal_host_exec(struct seal_host *h, const struct seal_exec *exec)
{
    AUTO_BUF struct buf payload = {0};
    pack_list(&payload, exec->argv.items, exec->argv.count);
    pack_list(&payload, exec->environ.items, exec->environ.count);
    struct seal_message m = {
        .verb = SEAL_MSG_EXEC, .pid = exec->inner_pid, .number = exec->inner_parent};
    m.u.at_ms = exec->at_ms;
    tell(h, &m, NULL, &payload);
}

/* Received descriptors have any number; programs want those of the caller. */
static int fds_place(struct seal_fds *fds, const struct process_options *o, size_t first,
                     struct err *err)
{
    if (fds->count != first + o->pass_fd_count) {
        return err_set(err, ERR_INTERNAL, "descriptors were lost on the way into the cell");
    }
    for (size_t i = 0; i < fds->count; i++) {
        int high = fcntl(fds->fd[i], F_DUPFD_CLOEXEC, OWN_FDS_FROM);
        if (high < 0) {
            return err_errno(err, "cannot take a descriptor into the cell");
        }
        fd_close(&fds->fd[i]);
        fds->fd[i] = high;
    }
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        if (dup3(fds->fd[first + i], o->pass_fds[i], O_CLOEXEC) < 0) {
            return err_errno(err, "cannot take a descriptor into the cell");
        }
    }
    return 0;
}

static void passed_close(const struct process_options *o)
{
    for (size_t i = 0; i < o->pass_fd_count; i++) {
        (void)close(o->pass_fds[i]);
    }
}

static int start(struct seal_host *h, struct arena *a, const struct seal_message *m,
                 struct seal_fds *fds, struct process *ret, struct err *err)
{
    struct str payload;
    struct process_options o;
    if (seal_payload(a, m, fds, &payload, err) < 0 ||
        unpack_process_options(a, payload, &o, err) < 0) {
        return -1;
    }
    size_t stdio = 0;
    bool has[3];
    for (unsigned i = 0; i < 3; i++) {
        has[i] = (m->flags & (SEAL_HAS_STDIN << i)) != 0;
        stdio += has[i] ? 1 : 0;
    }
    if (fds_place(fds, &o, stdio, err) < 0) {
        return -1;
    }
    size_t next = 0;
    o.stdin_fd = has[0] ? fds->fd[next++] : -1;
    o.stdout_fd = has[1] ? fds->fd[next++] : -1;
    o.stderr_fd = has[2] ? fds->fd[next++] : -1;
    bool plain = (m->flags & SEAL_IS_PLAIN) != 0;
    int result = plain ? process_start(&o, ret, err) : h->guest->start(h->state, &o, ret, err);
    passed_close(&o);
    return result;
}

static void serve_start(struct seal_host *h, const struct seal_message *m, struct seal_fds *fds)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct process p = {.pidfd = -1};
    struct err err = {0};
    if (start(h, a, m, fds, &p, &err) < 0) {
        tell_failed(h, &err);
        return;
    }
    if (p.pidfd < 0) {
        p.pidfd = (int)syscall(SYS_pidfd_open, p.pid, 0); /* not reaped before the next settle */
    }
    (void)map_put(&h->started, pid_key(&p.pid), h);
    struct seal_message reply = {.verb = SEAL_MSG_STARTED, .pid = p.pid};
    struct seal_fds out = {.fd = {p.pidfd}, .count = 1};
    tell(h, &reply, &out, NULL);
    fd_close(&p.pidfd);
}

static void serve_signal(struct seal_host *h, const struct seal_message *m)
{
    /* Still in the map = not reaped = the number is its own. */
    if (map_get(&h->started, pid_key(&m->pid))) {
        (void)kill(-m->pid, m->number);
    }
    struct seal_message reply = {.verb = SEAL_MSG_DONE};
    tell(h, &reply, NULL, NULL);
}

static int listen_inside(const struct seal_message *m, struct err *err)
{
    int family = m->u.address.ss_family, yes = 1;
    socklen_t size = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    AUTO_FD int fd = socket(family, m->number | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return err_errno(err, "cannot make a socket in the cell");
    }
    /* REUSEPORT lets a wildcard and a specific address share a port, both listening; FREEBIND is
     * what IPv6 needs for addresses that are local by route only. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) < 0 ||
        (family == AF_INET6 &&
         (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)) < 0 ||
          setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &yes, sizeof(yes)) < 0))) {
        return err_errno(err, "cannot set up a socket in the cell");
    }
    if (bind(fd, (const struct sockaddr *)&m->u.address, size) < 0 ||
        (m->number == SOCK_STREAM && listen(fd, LISTEN_BACKLOG) < 0)) {
        return err_errno(err, "cannot listen in the cell");
    }
    return fd_take(&fd);
}

static void serve_listen(struct seal_host *h, const struct seal_message *m)
{
    struct err err = {0};
    int fd = listen_inside(m, &err);
    if (fd < 0) {
        tell_failed(h, &err);
        return;
    }
    struct seal_message reply = {.verb = SEAL_MSG_SOCKET};
    struct seal_fds out = {.fd = {fd}, .count = 1};
    tell(h, &reply, &out, NULL);
    fd_close(&fd);
}

static void serve_ask(struct seal_host *h, const struct seal_message *m, struct seal_fds *fds)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf answer = {0};
    struct err err = {0};
    struct str question;
    int result = seal_payload(a, m, fds, &question, &err);
    if (result == 0 && !h->guest->ask) {
        (void)err_set(&err, ERR_UNAVAILABLE, "the cell's guest answers no questions");
        result = -1;
    }
    if (result < 0 || h->guest->ask(h->state, m->number, question, &answer, &err) < 0) {
        tell_failed(h, &err);
        return;
    }
    struct seal_message reply = {.verb = SEAL_MSG_ANSWER};
    tell(h, &reply, NULL, &answer);
}

static void serve_request(struct seal_host *h)
{
    struct seal_message m;
    AUTO(seal_fds_close) struct seal_fds fds = {.count = 0};
    struct err err = {0};
    if (seal_receive(h->control_fd, &m, &fds, &err) <= 0) {
        _exit(0); /* the owner has ended or closed the cell */
    }
    switch ((int)m.verb) {
    case SEAL_MSG_START:
        serve_start(h, &m, &fds);
        return;
    case SEAL_MSG_SIGNAL:
        serve_signal(h, &m);
        return;
    case SEAL_MSG_LISTEN:
        serve_listen(h, &m);
        return;
    case SEAL_MSG_ASK:
        serve_ask(h, &m, &fds);
        return;
    default:
        (void)err_set(&err, ERR_INTERNAL, "the cell does not know request %d", (int)m.verb);
        tell_failed(h, &err);
    }
}

static int children_fd(struct err *err)
{
    sigset_t chld;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    (void)sigprocmask(SIG_SETMASK, &chld, NULL);
    int fd = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? err_errno(err, "cannot watch the children of the cell") : fd;
}

static int host_begin(struct seal_host *h, struct err *err)
{
    h->signal_fd = children_fd(err);
    if (h->signal_fd < 0) {
        return -1;
    }
    int high = fcntl(h->signal_fd, F_DUPFD_CLOEXEC, OWN_FDS_FROM);
    if (high >= 0) {
        (void)close(h->signal_fd);
        h->signal_fd = high;
    }
    return h->guest->begin(h, h->cell->options->guest_ctx, &h->state, err);
}

static void tell_ready(struct seal_host *h)
{
    struct cell *cell = h->cell;
    AUTO_BUF struct buf payload = {0};
    pack_list(&payload, cell->omitted.count ? cell->omitted.items : (const char *const[]){NULL},
              cell->omitted.count);
    struct seal_message ready = {.verb = SEAL_MSG_READY};
    struct seal_fds fds = {.fd = {cell->box_fd}, .count = 1};
    ready.flags |= cell->has_ipv6 ? SEAL_HAS_IPV6 : 0;
    if (cell->tap_fd >= 0) {
        ready.flags |= SEAL_HAS_TAP;
        fds.fd[fds.count++] = cell->tap_fd;
    }
    tell(h, &ready, &fds, &payload);
    fd_close(&cell->box_fd);
    fd_close(&cell->tap_fd);
}

void cell_serve(struct cell *cell)
{
    struct seal_host h = {.cell = cell,
                          .control_fd = cell->control_fd,
                          .signal_fd = -1,
                          .guest =
                              cell->options->guest ? cell->options->guest : seal_guest_plain()};
    struct err err = {0};
    if (host_begin(&h, &err) < 0) {
        tell_failed(&h, &err);
        _exit(1);
    }
    tell_ready(&h);
    for (;;) {
        int guest_fd = h.guest->fd ? h.guest->fd(h.state) : -1;
        struct poll_item items[] = {{.fd = h.control_fd, .want_read = true},
                                    {.fd = h.signal_fd, .want_read = true},
                                    {.fd = guest_fd, .want_read = true}};
        if (poll_wait(items, ARRAY_LEN(items), -1, &err) < 0) {
            _exit(1);
        }
        struct signalfd_siginfo drained;
        while (items[1].ready_read && read(h.signal_fd, &drained, sizeof(drained)) > 0) {
        }
        if (items[1].ready_read || items[2].ready_read) {
            h.guest->settle(h.state);
        }
        if (items[0].ready_read || items[0].ready_error) {
            serve_request(&h);
        }
    }
}
