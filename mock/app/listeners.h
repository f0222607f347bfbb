/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_LISTENERS_H
#define MOCK_APP_LISTENERS_H

/* The listeners of one process: public HTTP, public HTTPS, control; and the loop that runs them. */

#include "base/core/arena.h"
#include "base/core/err.h"

struct control;
struct engine;
struct http_server;
struct scenario;
struct serve_options;

struct listeners {
    struct engine *engine;
    struct control *control;
    struct http_server *http, *https, *steering; /* https and steering may be NULL */
    int threads;
};

int listeners_open(struct arena *a, const struct serve_options *o, const struct scenario *scenario,
                   struct engine *engine, struct listeners *ret, struct err *err) NODISCARD;
void listeners_close(struct listeners *l);
/* Until a signal comes, the control interface asks for the end, or the parent is gone. parent 0 =
 * no matter. */
int listeners_run(struct listeners *l, int signal_fd, int parent, struct err *err) NODISCARD;

#endif
