/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WEB_WEB_H
#define MOCK_WEB_WEB_H

/* A page to watch the mock and to steer it by hand, on a loopback listener of its own:
 *
 *     GET /[?space=NAME]         the page: readable without script, live with it
 *     GET /events[?space=NAME]   server-sent events: "exchange" (a record of base/wire/journal.h)
 *                                and "state" (clock, tokens, faults)
 *     POST /do                   a form of the page: moves the clock, adds or removes faults, ...
 *
 * Secrets are shown by the names of their canaries only. A request needs a loopback Host (DNS
 * rebinding), a form the token that the page was given (forgery by other pages); no CORS header is
 * ever sent, and the page's policy forbids everything that does not come from here.
 *
 * Threads: the loop that runs its listener; the backend's lock covers what it shares. */

#include "base/core/attrs.h"
#include "mock/control/control.h"

struct web;

struct web *web_new(const struct control_backend *backend) NODISCARD;
void web_free(struct web *w); /* accepts NULL; the server that uses its hooks is gone by now */
struct http_server_hooks web_hooks(struct web *w);
/* Sends what is new to who watches. */
void web_tick(struct web *w);             /* accepts NULL */
bool web_is_watched(const struct web *w); /* accepts NULL */

#endif
