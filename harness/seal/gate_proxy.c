/* SPDX-License-Identifier: Apache-2.0 */
/* The gatekeeper of a world without walls: a proxy (RFC 9110 section 9.3.6) whose tunnels to
 * production names end at the mock. What is asked for any other host is recorded and refused. */
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/sys/poller.h"
#include "harness/seal/connect_request.h"
#include "harness/seal/gate_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { HTTP_PORT = 80, HTTPS_PORT = 443, MAX_TUNNELS = 128, HEAD_MS = 10000 };
enum { ITEM_CHANNEL, ITEM_LISTENER, FIXED_ITEMS };
#define MAX_ITEMS (FIXED_ITEMS + 2 * MAX_TUNNELS)
#define MAX_HEAD  ((size_t)8 * 1024)
#define PORTION   ((size_t)64 * 1024)

struct stream { /* one direction */
    struct buf waiting;
    bool ended, end_told;
};

struct tunnel {
    int client, server; /* server -1 = the request is still being read */
    struct stream up, down;
    int64_t deadline_ms; /* of the request */
};

struct proxy {
    struct gate_worker *gate;
    struct tunnel tunnels[MAX_TUNNELS];
    size_t count;
};

/* is_reset: what one side saw, the other shall see. */
static void tunnel_close(struct proxy *p, struct tunnel *t, bool is_reset)
{
    const struct linger at_once = {.l_onoff = 1};
    if (is_reset && t->server >= 0) {
        (void)setsockopt(t->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        (void)setsockopt(t->server, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    }
    fd_close(&t->client);
    fd_close(&t->server);
    buf_done(&t->up.waiting);
    buf_done(&t->down.waiting);
    *t = p->tunnels[--p->count];
}

static int mock_connect(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0) {
        return -1;
    }
    int made = fd;
    fd = -1;
    return made;
}

static bool is_address(const char *host)
{
    unsigned char parsed[16];
    return inet_pton(AF_INET, host, parsed) == 1 || inet_pton(AF_INET6, host, parsed) == 1;
}

/* The mock's port behind this request, or 0. */
static int port_behind(const struct proxy *p, const struct connect_request *r)
{
    struct name_meaning meaning = {0};
    if (is_address(r->host)) {
        return 0;
    }
    names_look_up(p->gate->names, str_of(r->host), &meaning);
    if (meaning.kind != NAME_OURS) {
        return 0;
    }
    return r->port == HTTPS_PORT  ? p->gate->proxy->https_port
           : r->port == HTTP_PORT ? p->gate->proxy->http_port
                                  : 0;
}

static void refuse(const struct tunnel *t, const char *status)
{
    char text[160];
    int len = snprintf(text, sizeof(text),
                       "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
    ssize_t sent = send(t->client, text, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)sent; /* who does not listen is not told */
}

static void record(struct proxy *p, const struct tunnel *t, const struct connect_request *r)
{
    struct egress_record *e = gate_record(p->gate);
    if (e == NULL) {
        return;
    }
    e->transport = EGRESS_TCP;
    e->port = r->port;
    if (is_address(r->host)) {
        (void)snprintf(e->address, sizeof(e->address), "%.45s", r->host);
    } else {
        gate_copy_name(e->name, r->host);
    }
    e->first_count = (uint32_t)(r->head_len < EGRESS_FIRST_SIZE ? r->head_len : EGRESS_FIRST_SIZE);
    memcpy(e->first_bytes, t->up.waiting.ptr, e->first_count);
}

/* False = close it. */
static bool request_take(struct proxy *p, struct tunnel *t)
{
    struct connect_request r;
    enum connect_found found = connect_read(buf_str(&t->up.waiting), &r);
    if (found == CONNECT_MORE) {
        return t->up.waiting.len < MAX_HEAD && !t->up.ended;
    }
    if (found == CONNECT_BAD) {
        refuse(t, "400 Bad Request");
        return false;
    }
    int port = port_behind(p, &r);
    if (found == CONNECT_PLAIN || port == 0) {
        /* A production name that is asked for in the clear is no egress, but is not served. */
        if (found == CONNECT_TO || port == 0) {
            record(p, t, &r);
        }
        refuse(t, found == CONNECT_TO ? "403 Forbidden" : "405 Method Not Allowed");
        return false;
    }
    t->server = mock_connect(port);
    if (t->server < 0) {
        refuse(t, "502 Bad Gateway");
        return false;
    }
    buf_remove_front(&t->up.waiting, r.head_len);
    buf_add_z(&t->down.waiting, "HTTP/1.1 200 Connection established\r\n\r\n");
    return true;
}

static bool is_passing(ssize_t n)
{
    return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* False = the connection was reset. */
static bool stream_read(struct stream *s, int from)
{
    char bytes[16384];
    if (s->ended || s->waiting.len >= PORTION) {
        return true;
    }
    ssize_t n = recv(from, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n > 0) {
        buf_add(&s->waiting, bytes, (size_t)n);
    }
    s->ended = n == 0;
    return is_passing(n);
}

static bool stream_write(struct stream *s, int to)
{
    ssize_t n = 0;
    if (s->waiting.len > 0) {
        n = send(to, s->waiting.ptr, s->waiting.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (n > 0) {
        buf_remove_front(&s->waiting, (size_t)n);
    }
    if (s->ended && s->waiting.len == 0 && !s->end_told) {
        s->end_told = true;
        (void)shutdown(to, SHUT_WR);
    }
    return is_passing(n);
}

static void tunnel_serve(struct proxy *p, struct tunnel *t, const struct poll_item ready[2])
{
    bool client_spoke = ready[0].ready_read || ready[0].ready_error;
    bool server_spoke = ready[1].ready_read || ready[1].ready_error;
    if (client_spoke && !stream_read(&t->up, t->client)) {
        tunnel_close(p, t, true);
        return;
    }
    if (t->server < 0) {
        bool wanted = client_spoke ? request_take(p, t) : monotonic_ms() < t->deadline_ms;
        if (!wanted) {
            tunnel_close(p, t, false);
        }
        return;
    }
    if ((server_spoke && !stream_read(&t->down, t->server)) || !stream_write(&t->up, t->server) ||
        !stream_write(&t->down, t->client)) {
        tunnel_close(p, t, true);
    } else if (t->up.end_told && t->down.end_told) {
        tunnel_close(p, t, false);
    }
}

static void tunnel_add(struct proxy *p)
{
    int fd = accept4(p->gate->sockets.proxy, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) {
        p->tunnels[p->count++] =
            (struct tunnel){.client = fd, .server = -1, .deadline_ms = monotonic_ms() + HEAD_MS};
    }
}

/* One end of a tunnel; left out while nothing is wanted of it, as a hang-up would wake for ever. */
static struct poll_item item_of(int fd, const struct stream *in, const struct stream *out)
{
    bool reads = !in->ended && in->waiting.len < PORTION;
    bool writes = out->waiting.len > 0;
    return (struct poll_item){
        .fd = reads || writes ? fd : -1, .want_read = reads, .want_write = writes};
}

static size_t items_fill(const struct proxy *p, struct poll_item items[MAX_ITEMS],
                         int64_t *ret_wait_ms)
{
    int64_t now = monotonic_ms();
    *ret_wait_ms = -1;
    items[ITEM_CHANNEL] = (struct poll_item){.fd = p->gate->channel, .want_read = true};
    items[ITEM_LISTENER] = (struct poll_item){
        .fd = p->count < MAX_TUNNELS ? p->gate->sockets.proxy : -1, .want_read = true};
    for (size_t i = 0; i < p->count; i++) {
        const struct tunnel *t = &p->tunnels[i];
        struct poll_item *both = &items[FIXED_ITEMS + 2 * i];
        both[0] = item_of(t->client, &t->up, &t->down);
        both[1] = item_of(t->server, &t->down, &t->up);
        if (t->server < 0) {
            int64_t left = t->deadline_ms > now ? t->deadline_ms - now : 0;
            *ret_wait_ms = *ret_wait_ms < 0 || left < *ret_wait_ms ? left : *ret_wait_ms;
        }
    }
    return FIXED_ITEMS + 2 * p->count;
}

int gate_serve_proxy(struct gate_worker *w)
{
    struct proxy *p = ARENA_NEW(w->arena, struct proxy);
    struct poll_item items[MAX_ITEMS];
    struct err err = {0};
    p->gate = w;
    for (;;) {
        int64_t wait_ms = -1;
        size_t count = items_fill(p, items, &wait_ms);
        if (poll_wait(items, count, wait_ms, &err) < 0) {
            return 1;
        }
        /* From the last to the first: closing one puts the last in its place. */
        for (size_t i = p->count; i > 0; i--) {
            tunnel_serve(p, &p->tunnels[i - 1], &items[FIXED_ITEMS + 2 * (i - 1)]);
        }
        if (items[ITEM_CHANNEL].ready_read || items[ITEM_CHANNEL].ready_error) {
            return gate_tell_end(w);
        }
        if (items[ITEM_LISTENER].ready_read) {
            tunnel_add(p);
        }
        if (!gate_send_records(w, MSG_DONTWAIT)) {
            return 0; /* the owner has ended */
        }
    }
}
