/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_SERVER_PRIV_H
#define MOCK_HTTP_SERVER_PRIV_H

/* One exchange as the listener sees it, from the request line to the last byte of the answer. */

#include "mock/http/arena_pool_priv.h"
#include "mock/http/server.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

/* The TLS handshake of one connection, while the client has the word. */
struct handshake {
    struct http_server *server;
    struct MHD_Connection *mhd;
    int fd;
    int64_t deadline_ms;
    bool done;                     /* of the thread that serves it */
    bool over;                     /* set before it is woken: it had its time */
    struct handshake *prev, *next; /* of those that wait, under the server's lock */
};

struct http_connection {
    int64_t id, requests;
    struct handshake handshake;    /* with TLS */
    char source[INET6_ADDRSTRLEN]; /* the peer's address; "" = it has none */
    struct http_head head;
};

struct http_suspended {
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct http_req req;
    struct http_reply reply;
    struct buf body;
    struct prepared_reply *prepared; /* of reply.held, which gets it back */
    void *data;                      /* the owner's */
    bool read, served;               /* the headers were taken; `serve` was called */
    bool answered;                   /* a reply was queued */
    atomic_bool gone;                /* the client went away while it waited */
    /* Under the server's lock: */
    bool suspended;  /* in the list, watched */
    bool resume_due; /* resumed before it was suspended */
    struct http_suspended *prev, *next;
};

/* The listening socket. */
struct acceptor {
    int fd;
    bool paused;
};

/* Those that wait for their client. */
struct handshakes {
    int epoll_fd, timer_fd;
    int64_t limit_ms;
    struct handshake *waiting;
};

struct http_server {
    struct MHD_Daemon *daemon;
    struct acceptor acceptor;
    struct handshakes handshakes;
    struct http_server_hooks hooks;
    void (*log)(const char *line);
    int epoll_fd; /* the library's, the acceptor's, handshakes and the suspended connections */
    int threads;
    bool tls;
    int port;
    size_t max_body_bytes;
    char *unix_path;
    _Atomic int64_t own_ids, *ids;
    struct arena_pool arenas;
    pthread_mutex_t lock; /* guards the lists of what waits and the flags of their members */
    struct http_suspended *suspended;
    bool closing;
    atomic_bool resumed; /* since the library ran last; without threads it does not tell */
};

/* server.c: waits for a resume; false: it came already (or, with `gone`, nobody is there). */
bool exchange_suspend(struct http_suspended *x);
bool exchange_is_gone(struct http_suspended *x);
int exchange_fd(const struct http_suspended *x);

/* acceptor.c; on the owner's loop. */
int acceptor_open(struct http_server *s, int listen_fd, struct err *err) NODISCARD;
void acceptor_take(struct http_server *s); /* all that wait */
/* After a pause for want of descriptors. */
void acceptor_look_again(struct http_server *s);
void acceptor_close(struct http_server *s);

/* handshake.c; "_locked" under the server's lock, on the owner's loop. */
int handshakes_open(struct http_server *s, int64_t limit_s, struct err *err) NODISCARD;
void handshakes_close(struct http_server *s);
/* When the library has made the session; *h lives as long as the connection. */
void handshake_begin(struct http_server *s, struct MHD_Connection *mhd, struct handshake *h);
void handshakes_step_locked(struct http_server *s);
void handshakes_wake_locked(struct http_server *s); /* all of them, for the end */

/* reply_send.c */
enum MHD_Result reply_send(struct http_suspended *x);
/* RST at once, of the connection that the descriptor is. */
void connection_reset(int fd);

/* request_take.c: the request's head, and its derived parts, from the library. */
struct http_connection *connection_new(struct MHD_Connection *mhd, int64_t id);
void connection_free(struct http_connection *c); /* accepts NULL */
struct http_suspended *exchange_new(struct http_server *s, struct MHD_Connection *mhd,
                                    const char *target);
void exchange_free(struct http_suspended *x);
void exchange_take_head(struct http_suspended *x, const char *method);
void exchange_take_body(struct http_suspended *x);

#endif
