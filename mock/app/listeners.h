/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_LISTENERS_H
#define MOCK_APP_LISTENERS_H

/* The listeners of one process: public HTTP and HTTPS, HTTPS with flaws, control, the web page; and
 * the loop that runs them. */

#include "base/core/arena.h"
#include "base/core/err.h"

#include "base/core/buf.h"
#include "base/wire/scenario_tls.h"

struct config_watch;
struct control;
struct engine;
struct http_server;
struct scenario;
struct serve_options;
struct web;

#define LISTENERS_FLAWED_MAX ((size_t)16)
#define LISTENERS_MORE_MAX   ((size_t)16)

/* An HTTPS listener with something wrong about it. */
struct listener_flawed {
    struct scenario_tls_fault flaw;
    struct http_server *server;
};

struct listeners {
    struct engine *engine;
    struct control *control;
    struct web *web;
    struct config_watch *config;                  /* NULL = there is no file */
    struct http_server *http, *https, *steering;  /* the last two may be NULL */
    struct http_server *guarded, *page;           /* control on a port, the web page; or NULL */
    struct http_server *more[LISTENERS_MORE_MAX]; /* public ones beyond the first of each kind */
    size_t more_count;
    struct listener_flawed flawed[LISTENERS_FLAWED_MAX];
    size_t flawed_count;
    struct buf secret; /* of the guarded one, when it was made here */
    int threads;
};

int listeners_open(struct arena *a, const struct serve_options *o, const struct scenario *scenario,
                   struct engine *engine, struct listeners *ret, struct err *err) NODISCARD;
void listeners_close(struct listeners *l);
struct listeners_ends {
    int signal_fd;
    int watch_fd; /* that can be read or is hung up; -1 = none */
    int parent;   /* that is gone; 0 = no matter */
};
/* Until one of those comes or the control interface asks for the end. */
int listeners_run(struct listeners *l, const struct listeners_ends *ends,
                  struct err *err) NODISCARD;

#endif
