/* SPDX-License-Identifier: Apache-2.0 */
/* What wanted out: connections to addresses that nobody serves, and what the tap saw. */
#include "harness/seal/gate_priv.h"

#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "harness/seal/packet.h"
#include "harness/seal/server_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define FIRST_BYTES_WAIT_MS 2000
#define MAX_FIRST_BYTES     ((size_t)20 * 1024) /* a ClientHello of the largest size */
#define DNS_IDLE_MS         10000
#define TAP_SNAP_BYTES      2048

struct place {
    char address[46];
    int port;
    bool is_loopback;
};

static struct place place_of(int fd)
{
    struct place p = {.port = 0};
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } own = {0};
    socklen_t size = sizeof(own);
    if (getsockname(fd, &own.any, &size) < 0) {
        return p;
    }
    if (own.any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &own.v4.sin_addr, p.address, sizeof(p.address));
        p.port = ntohs(own.v4.sin_port);
        p.is_loopback = ntohl(own.v4.sin_addr.s_addr) >> 24 == 127;
    } else {
        (void)inet_ntop(AF_INET6, &own.v6.sin6_addr, p.address, sizeof(p.address));
        p.port = ntohs(own.v6.sin6_port);
        p.is_loopback = IN6_IS_ADDR_LOOPBACK(&own.v6.sin6_addr);
    }
    return p;
}

static struct egress_record *record_place(struct gate_worker *w, enum egress_transport transport,
                                          const char *address, int port)
{
    struct egress_record *r = gate_record(w);
    if (r) {
        r->transport = transport;
        r->port = port;
        (void)snprintf(r->address, sizeof(r->address), "%s", address);
        gate_copy_name(r->name, names_of_address(w->names, address));
    }
    return r;
}

static void record_first_bytes(struct egress_record *r, struct str bytes)
{
    size_t count = bytes.len < sizeof(r->first_bytes) ? bytes.len : sizeof(r->first_bytes);
    if (count > 0) {
        memcpy(r->first_bytes, bytes.ptr, count);
    }
    r->first_count = (uint32_t)count;
}

void gate_accept(struct gate_worker *w, int listener, bool is_dns)
{
    if (w->peer_count == GATE_MAX_PEERS) {
        return;
    }
    AUTO_FD int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    struct gate_peer p = {.fd = -1, .is_dns = is_dns};
    buf_init(&p.in, MAX_FIRST_BYTES);
    p.deadline_ms = monotonic_ms() + (is_dns ? DNS_IDLE_MS : FIRST_BYTES_WAIT_MS);
    if (!is_dns) {
        struct place to = place_of(fd);
        if (to.is_loopback) {
            return; /* the mock is not there: refused, as nearly as can be */
        }
        p.record = record_place(w, EGRESS_TCP, to.address, to.port);
    }
    p.fd = fd_take(&fd);
    w->peers[w->peer_count++] = p;
}

void gate_peer_close(struct gate_worker *w, struct gate_peer *p)
{
    fd_close(&p->fd);
    buf_done(&p->in);
    *p = w->peers[--w->peer_count];
}

void gate_peer_read(struct gate_worker *w, struct gate_peer *p)
{
    struct err err = {0};
    int more = fd_read_available(p->fd, &p->in, &err);
    if (p->is_dns) {
        if (!gate_answer_tcp(w, p) || more <= 0) {
            gate_peer_close(w, p);
        }
        return;
    }
    char name[SERVER_NAME_SIZE];
    bool is_tls = false;
    enum server_name_found found = server_name_read(buf_str(&p->in), name, &is_tls);
    if (p->record) {
        p->record->is_tls = is_tls;
        gate_copy_name(p->record->server_name, name);
        record_first_bytes(p->record, buf_str(&p->in));
    }
    if (found != SERVER_NAME_MORE || more <= 0 || p->in.truncated) {
        gate_peer_close(w, p);
    }
}

static bool is_served(const struct gate_worker *w, const struct packet *p)
{
    for (size_t i = 0; i < w->options->served_count; i++) {
        const struct seal_address *s = &w->options->served[i];
        if (s->port == p->port && (s->type == SEAL_TCP) == p->is_tcp &&
            strcmp(s->address, p->address) == 0) {
            return true;
        }
    }
    return false;
}

/* Then the listener makes the record, which says more. */
static bool is_caught(const struct gate_worker *w, const struct packet *p)
{
    bool is_ipv6 = strchr(p->address, ':') != NULL;
    for (size_t i = 0; p->is_tcp && i < w->sockets.catch_count; i++) {
        const struct gate_catch *c = &w->sockets.catches[i];
        if (c->port == p->port && c->is_ipv6 == is_ipv6) {
            return true;
        }
    }
    return false;
}

void gate_tap_read(struct gate_worker *w)
{
    char bytes[TAP_SNAP_BYTES];
    for (;;) {
        ssize_t n = recv(w->sockets.tap, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n < 0) {
            return;
        }
        struct packet p;
        if (!packet_read(str_n(bytes, (size_t)n), &p) || is_served(w, &p) || is_caught(w, &p)) {
            continue;
        }
        struct egress_record *r =
            record_place(w, p.is_tcp ? EGRESS_TCP : EGRESS_UDP, p.address, p.port);
        if (r) {
            record_first_bytes(r, p.payload);
        }
    }
}
