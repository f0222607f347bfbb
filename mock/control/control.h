/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_CONTROL_CONTROL_H
#define MOCK_CONTROL_CONTROL_H

/* The control interface (base/wire/control.h) over what the engine hands it. It has a route table
 * and a listener of its own, so that no public request can reach it.
 *
 * Threads: the loop that runs its listener; the backend's lock covers what it shares with others.
 */

#include "base/core/attrs.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "mock/http/server.h"

#include <stdint.h>

struct credential;
struct json;
struct space;
struct space_set;

/* What the control interface works on. */
struct control_backend {
    void *engine;
    struct space_set *spaces;
    const struct router *routes; /* the public ones, which faults and queries may name */
    void (*lock)(void *engine);
    void (*unlock)(void *engine);
    /* With the lock: */
    /* NULL = all of the space's; returns how many. */
    int64_t (*release)(void *engine, const struct space *space, const char *fault_id);
    /* Answers held at the end of a round. */
    int64_t (*release_rounds)(void *engine, const struct space *space);
    int64_t (*failures)(void *engine); /* handlers that could not do their work */
};

struct control;

struct control *control_new(const struct control_backend *backend) NODISCARD;
void control_free(struct control *c); /* the server that uses its hooks is gone by now */
struct http_server_hooks control_hooks(struct control *c);
/* For a listener that others on this machine can reach: every request needs
 * "Authorization: Bearer secret" and a loopback Host, and what a web page sends (it has an Origin)
 * is refused. The secret is copied. Once. */
struct http_server_hooks control_guarded_hooks(struct control *c, struct str secret);

/* Answers the waits that are over. Call when the engine did something, and when due. */
void control_tick(struct control *c);
int64_t control_next_due_ms(const struct control *c); /* monotonic_ms() of the next, or -1 */
bool control_is_waiting(const struct control *c);
/* POST /shutdown was answered. */
bool control_wants_shutdown(const struct control *c);

/* The calls as a Markdown table. */
void control_reference(struct buf *out);

/* A credential as it is told to whoever may look: its name and its life, never its value. */
struct json *control_token_json(const struct credential *c);

#endif
