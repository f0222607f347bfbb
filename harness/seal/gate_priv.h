/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_GATE_PRIV_H
#define HARNESS_SEAL_GATE_PRIV_H

/* The gatekeeper's own side: one process, one loop. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "harness/seal/egress.h"
#include "harness/seal/gate.h"
#include "harness/seal/names.h"
#include "harness/seal/seal.h"

#define GATE_MAX_PEERS   64
#define GATE_MAX_CATCHES 4

struct gate_catch { /* a wildcard listener */
    int fd, port;
    bool is_ipv6;
};

struct gate_peer { /* a connection from inside */
    int fd;
    bool is_dns;
    int64_t deadline_ms; /* of monotonic_ms() */
    struct buf in;
    struct egress_record *record; /* NULL for dns */
};

struct gate_sockets {
    int dns_udp, dns_tcp, tap; /* -1 = none */
    int proxy;                 /* a world without walls: listens there, and nowhere else */
    struct gate_catch catches[GATE_MAX_CATCHES];
    size_t catch_count;
};

struct gate_worker {
    struct arena *arena;
    struct names *names;
    const struct gate_options *options;     /* of a cell */
    const struct gate_proxy_options *proxy; /* or of a proxy */
    struct gate_sockets sockets;
    int channel; /* to the owner, one record per packet */
    struct gate_peer peers[GATE_MAX_PEERS];
    size_t peer_count;
    struct egress_records records;
    size_t sent;
    int64_t lost;
};

/* The process: serves until the owner wants no more (gate_serve.c). */
int gate_serve(struct gate_worker *w);
int gate_serve_proxy(struct gate_worker *w); /* gate_proxy.c */

/* The next record to fill, or NULL (and one more is lost) when there are too many. */
struct egress_record *gate_record(struct gate_worker *w);
void gate_copy_name(char out[EGRESS_NAME_SIZE], const char *name);

/* Sends what is complete; false = the owner has ended. */
bool gate_send_records(struct gate_worker *w, int flags);
/* All of them, and that these were all; what the process returns. */
int gate_tell_end(struct gate_worker *w);

/* gate_answer.c */
void gate_answer_udp(struct gate_worker *w);
bool gate_answer_tcp(struct gate_worker *w, struct gate_peer *p); /* false = close it */
/* gate_catch.c */
void gate_accept(struct gate_worker *w, int listener, bool is_dns);
void gate_peer_read(struct gate_worker *w, struct gate_peer *p);
void gate_peer_close(struct gate_worker *w, struct gate_peer *p);
void gate_tap_read(struct gate_worker *w);

#endif
