/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_HTTP_SERVER_H
#define MOCK_HTTP_SERVER_H

/* The listener: libmicrohttpd behind a face that knows requests and replies only.
 *
 * Two ways to run: with threads == 0 the owner's loop calls http_server_run() when the
 * descriptor is readable (one thread for public and control listeners, hence one order in the
 * journal); with threads > 0 libmicrohttpd's threads call `serve`. Either way http_server_run()
 * accepts the connections, so that each thread gets as many as the others.
 *
 * `serve` gets a complete request and says how it ends. For SERVE_LATER the connection is
 * suspended: someone calls http_server_resume() with the token later. A client that goes away
 * meanwhile is noticed by http_server_run(), which therefore has to be called with threads > 0 as
 * well. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "mock/http/request.h"

#include <stdbool.h>
#include <stdint.h>

enum serve_result {
    SERVE_REPLY, /* send *reply */
    SERVE_RESET, /* RST */
    SERVE_CLOSE, /* FIN without a byte */
    SERVE_LATER  /* ask again (serve_again) when resumed */
};

struct http_server;
struct http_suspended; /* a suspended exchange */

struct http_server_hooks {
    void *context;
    /* The whole request is here. */
    enum serve_result (*serve)(void *context, struct http_req *req, struct http_reply *reply,
                               struct http_suspended *later, void **exchange_data);
    /* After a resume: the answer now. */
    enum serve_result (*serve_again)(void *context, struct http_req *req, struct http_reply *reply,
                                     void *exchange_data);
    /* Asked once for each new connection, from any thread: true resets it. NULL: none is. */
    bool (*refuses)(void *context);
    /* The exchange is over (sent, or the client went away: completed says which). Always called
     * once per serve; exchange_data and the arena end after it. */
    void (*done)(void *context, struct http_req *req, const struct http_reply *reply,
                 bool completed, void *exchange_data);
};

struct http_server_options {
    const char *address;   /* "127.0.0.1", "::1", "0.0.0.0"; NULL with listen_fd or unix_path */
    int port;              /* 0 = chosen by the kernel */
    int listen_fd;         /* already listening; -1 = none (ownership passes) */
    const char *unix_path; /* a unix socket, mode 0600; replaces address */
    const char *cert_pem, *key_pem;  /* both = TLS */
    int threads;                     /* 0 = run by the owner's loop */
    size_t max_body_bytes;           /* larger: 413; 0 = 1 MiB */
    int64_t idle_timeout_s;          /* 0 = 120 */
    int64_t max_connections;         /* 0 = 16384 */
    _Atomic int64_t *connection_ids; /* shared by listeners whose ids must differ; NULL = own */
    void (*log)(const char *line);   /* the library's complaints about clients; NULL = dropped */
    const char *tls_priorities;      /* GnuTLS priority string; NULL = the library's */
};

struct http_server *http_server_new(const struct http_server_options *options,
                                    const struct http_server_hooks *hooks,
                                    struct err *err) NODISCARD;
void http_server_free(struct http_server *s); /* ends all connections */
int http_server_port(const struct http_server *s);
int http_server_fd(const struct http_server *s); /* readable = call run */
int64_t
http_server_timeout_ms(const struct http_server *s); /* run at the latest then; -1 = never */
void http_server_run(struct http_server *s);         /* handles what is ready; never blocks */
/* Any thread; at most once, and not after `done` has begun for the exchange. */
void http_server_resume(struct http_suspended *later);
/* Puts bytes on the wire before the answer's own, encrypted where the connection is; from `serve`
 * and `serve_again` only. false: they did not go whole, and the connection has been reset. */
bool http_server_send_early(struct http_suspended *later, struct str bytes);
const char *http_status_text(int status); /* the reason phrase */

#endif
