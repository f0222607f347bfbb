/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_ENGINE_H
#define MOCK_APP_ENGINE_H

/* The life of one public exchange: number in the journal -> route -> fault -> handler -> headers
 * that every answer has -> fault -> record in the journal.
 *
 * Threads: `serve` may be called from several; one lock covers state, journal and faults, so that
 * handlers run one at a time (but for the signatures of access tokens, engine_lock.c, and answers
 * that are kept, engine_kept.c). The owner's loop calls engine_tick(). */

#include "base/core/err.h"
#include "mock/control/control.h"
#include "mock/http/server.h"

#include <stdint.h>

struct engine;
struct json_doc;
struct scenario;
struct space_options;

/* threads: how many call `serve` at once, 0 or 1 = one. */
struct engine *engine_new(const struct space_options *options, size_t threads,
                          struct err *err) NODISCARD;
/* The servers that use its hooks are gone by now. */
void engine_free(struct engine *e);
/* Replaces state and faults of the default space; the journal stays. doc is the scenario as it was
 * read. */
int engine_load(struct engine *e, const struct json_doc *doc, const struct scenario *scenario,
                struct err *err) NODISCARD;

struct http_server_hooks engine_hooks(struct engine *e);
/* One numbering for all public listeners. */
_Atomic int64_t *engine_connection_ids(struct engine *e);
struct control_backend engine_control_backend(struct engine *e);

/* Readable when engine_tick() has something to do. */
int engine_fd(const struct engine *e);
/* Lets the delayed answers go that are due. */
void engine_tick(struct engine *e);
int64_t engine_next_due_ms(struct engine *e); /* monotonic_ms() of the next, or -1 */
/* From now on unfinished exchanges are recorded as held, not as aborted by the client. */
void engine_begin_shutdown(struct engine *e);

struct mock_state;
/* For the start-up text only: nothing is served yet. */
const struct mock_state *engine_state(const struct engine *e);
const struct router *engine_router(const struct engine *e);

#endif
