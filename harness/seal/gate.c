/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/gate.h"

#include "base/core/xalloc.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "base/sys/process.h"
#include "harness/seal/gate_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DNS_PORT       53
#define FINISH_WAIT_MS 10000

struct gate {
    struct process process;
    int channel;
    bool has_tap;
    int64_t lost;
};

static void sockets_close(struct gate_sockets *s)
{
    fd_close(&s->dns_udp);
    fd_close(&s->dns_tcp);
    fd_close(&s->proxy);
    for (size_t i = 0; i < s->catch_count; i++) {
        fd_close(&s->catches[i].fd);
    }
    s->catch_count = 0;
}

static int sockets_open(struct seal *seal, struct gate_sockets *s, struct err *err)
{
    static const int ports[] = {443, 80};
    struct seal_address udp = {SEAL_NAME_SERVER, DNS_PORT, SEAL_UDP};
    struct seal_address tcp = {SEAL_NAME_SERVER, DNS_PORT, SEAL_TCP};
    if (seal_listen(seal, &udp, &s->dns_udp, err) < 0 ||
        seal_listen(seal, &tcp, &s->dns_tcp, err) < 0 ||
        fd_set_nonblocking(s->dns_tcp, true, err) < 0) {
        return err_wrap(err, "answering names");
    }
    for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
        for (int is_ipv6 = 0; is_ipv6 <= (seal_has_ipv6(seal) ? 1 : 0); is_ipv6++) {
            struct seal_address any = {is_ipv6 ? "::" : "0.0.0.0", ports[i], SEAL_TCP};
            struct gate_catch c = {.fd = -1, .port = ports[i], .is_ipv6 = is_ipv6 != 0};
            if (seal_listen(seal, &any, &c.fd, err) < 0 ||
                fd_set_nonblocking(c.fd, true, err) < 0) {
                fd_close(&c.fd);
                return err_wrap(err, "catching connections");
            }
            s->catches[s->catch_count++] = c;
        }
    }
    s->tap = seal_tap(seal);
    return 0;
}

static int compare_int(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* The worker is a copy of the owner: descriptors of other cells must not live on in it. */
static void close_others(const struct gate_worker *w)
{
    const struct gate_sockets *s = &w->sockets;
    int kept[6 + GATE_MAX_CATCHES] = {STDERR_FILENO, w->channel, s->dns_udp,
                                      s->dns_tcp,    s->tap,     s->proxy};
    size_t count = 6;
    for (size_t i = 0; i < s->catch_count; i++) {
        kept[count++] = s->catches[i].fd;
    }
    qsort(kept, count, sizeof(kept[0]), compare_int);
    int from = STDERR_FILENO + 1;
    for (size_t i = 0; i < count; i++) {
        if (kept[i] > from) {
            (void)syscall(SYS_close_range, (unsigned)from, (unsigned)kept[i] - 1, 0);
        }
        from = kept[i] >= from ? kept[i] + 1 : from;
    }
    (void)syscall(SYS_close_range, (unsigned)from, UINT_MAX, 0);
}

static int worker_main(void *ctx)
{
    struct gate_worker *w = ctx;
    close_others(w);
    /* Some megabytes, most of which no world touches: calloc leaves them to the kernel. */
    w->records.items = xcalloc(GATE_MAX_RECORDS, sizeof(struct egress_record));
    w->records.capacity = GATE_MAX_RECORDS;
    return w->proxy != NULL ? gate_serve_proxy(w) : gate_serve(w);
}

static int worker_start(struct gate *g, struct gate_worker *w, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        return err_errno(err, "cannot make the gatekeeper's channel");
    }
    g->channel = pair[0];
    AUTO_FD int theirs = pair[1];
    w->channel = theirs;
    return process_fork(worker_main, w, &g->process, err);
}

int gate_open(struct seal *seal, const struct gate_options *options, struct gate **ret_gate,
              struct err *err)
{
    struct gate_worker w = {.arena = arena_new(), .options = options};
    w.sockets.dns_udp = w.sockets.dns_tcp = w.sockets.tap = w.sockets.proxy = -1;
    w.names = names_new(options->names, err);
    struct gate *g = xcalloc(1, sizeof(*g));
    *g = (struct gate){.process = {.pidfd = -1}, .channel = -1, .has_tap = seal_tap(seal) >= 0};
    int result = -1;
    if (w.names && sockets_open(seal, &w.sockets, err) == 0) {
        result = worker_start(g, &w, err);
    }
    sockets_close(&w.sockets); /* the worker has its own copies */
    names_free(w.names);
    arena_free(w.arena);
    if (result < 0) {
        gate_close(g);
        return -1;
    }
    *ret_gate = g;
    return 0;
}

static int proxy_listen(int *ret_fd, int *ret_port, struct err *err)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(at);
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, size) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) < 0) {
        return err_errno(err, "cannot listen as a proxy");
    }
    *ret_port = ntohs(at.sin_port);
    *ret_fd = fd;
    fd = -1;
    return 0;
}

int gate_open_proxy(const struct gate_proxy_options *options, struct gate **ret_gate, int *ret_port,
                    struct err *err)
{
    const struct names_options names = {.ipv4 = "127.0.0.1"};
    struct gate_worker w = {.arena = arena_new(), .proxy = options};
    w.sockets.dns_udp = w.sockets.dns_tcp = w.sockets.tap = w.sockets.proxy = -1;
    w.names = names_new(&names, err);
    struct gate *g = xcalloc(1, sizeof(*g));
    *g = (struct gate){.process = {.pidfd = -1}, .channel = -1};
    int result = -1;
    if (w.names && proxy_listen(&w.sockets.proxy, ret_port, err) == 0) {
        result = worker_start(g, &w, err);
    }
    sockets_close(&w.sockets);
    names_free(w.names);
    arena_free(w.arena);
    if (result < 0) {
        gate_close(g);
        return -1;
    }
    *ret_gate = g;
    return 0;
}

void gate_close(struct gate *g)
{
    if (!g) {
        return;
    }
    struct process_status status;
    struct err ignored = {0};
    if (g->process.pidfd >= 0) {
        process_signal_group(&g->process, SIGKILL);
        int reaped = process_wait(&g->process, -1, &status, &ignored);
        (void)reaped; /* nobody is left to be told */
    }
    fd_close(&g->channel);
    free(g);
}

pid_t gate_pid(const struct gate *g)
{
    return g->process.pid;
}

bool gate_has_tap(const struct gate *g)
{
    return g->has_tap;
}

int gate_fd(const struct gate *g)
{
    return g->channel;
}

int64_t gate_lost(const struct gate *g)
{
    return g->lost;
}

/* 1 = one record more, 0 = none now, 2 = that was the last. */
static int read_one(struct gate *g, struct arena *a, struct egress_records *ret, int flags,
                    struct err *err)
{
    struct egress_record r;
    ssize_t n;
    do {
        n = recv(g->channel, &r, sizeof(r), flags);
    } while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) {
        return 0;
    }
    if (n != (ssize_t)sizeof(r)) {
        return err_set(err, ERR_UNAVAILABLE, "the gatekeeper of the cell has ended");
    }
    if (r.port < 0) {
        g->lost = r.at_ms;
        return 2;
    }
    *VEC_PUSH(a, ret) = r;
    return 1;
}

int gate_read(struct gate *g, struct arena *a, struct egress_records *ret, struct err *err)
{
    int got;
    do {
        got = read_one(g, a, ret, MSG_DONTWAIT, err);
    } while (got > 0);
    return got;
}

int gate_finish(struct gate *g, struct arena *a, struct egress_records *ret, struct err *err)
{
    struct process_status status;
    if (shutdown(g->channel, SHUT_WR) < 0) {
        return err_errno(err, "cannot end the gatekeeper of the cell");
    }
    for (int got = 1; got != 2;) {
        struct poll_item item = {.fd = g->channel, .want_read = true};
        int ready = poll_wait(&item, 1, FINISH_WAIT_MS, err);
        if (ready == 0) {
            return err_set(err, ERR_TIMEOUT, "the gatekeeper of the cell does not end");
        }
        got = ready < 0 ? -1 : read_one(g, a, ret, MSG_DONTWAIT, err);
        if (got < 0) {
            return -1;
        }
    }
    return process_wait(&g->process, FINISH_WAIT_MS, &status, err);
}
