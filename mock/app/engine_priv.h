/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_ENGINE_PRIV_H
#define MOCK_APP_ENGINE_PRIV_H

/* What the files of the engine share: engine.c has the way of an exchange, engine_owner.c what its
 * owner and the control interface ask, engine_lock.c who may do what at the same time. */

#include "base/sys/clock.h"
#include "mock/app/engine.h"
#include "mock/fault/delay_queue.h"
#include "mock/fault/fault_apply.h"
#include "mock/journal/journal_store.h"
#include "mock/space/space_set.h"
#include "mock/state/mock_state.h"

#include <pthread.h>
#include <stdatomic.h>

/* An exchange waits for at most one thing at a time. */
enum run_wait { WAIT_NONE, WAIT_DELAY, WAIT_HOLD, WAIT_HANG };

/* The answer that ended a round, held before its last byte (mock/space/rounds.h). */
enum round_wait { ROUND_NOT_YET, ROUND_WAITS, ROUND_GOES_ON };
struct run_round {
    bool counted, holds; /* it was looked at; it is such an answer */
    enum round_wait wait;
    struct http_stream stream;
    const struct http_stream *inner; /* a rule's own way of sending; NULL = the body as it is */
    struct str body;
    size_t at;
    int64_t offset_ms, moved_ms; /* the clock's when it began to wait; how far it went meanwhile */
};

/* One exchange under way; lives in the request's arena. */
struct run {
    struct http_suspended *later;
    struct http_notes notes;
    const struct route *route;
    const char *nearest;
    struct fault_rule *rule; /* the one that acts, or NULL */
    struct journal_begun begun;
    uint64_t canary_generation;
    const char *end; /* what was decided: "sent", "cut", "reset", "closed"; NULL = nothing yet */
    int64_t answered_at_ms; /* of the journal's real time, when that was an answer */
    enum run_wait wait;
    int64_t delay_ms;
    const char *head; /* goes before the answer's own, byte by byte; NULL = not yet */
    size_t head_sent;
    bool partial;                 /* only a part of the answer is let out */
    bool answered, delayed, held; /* steps that are behind it */
    struct run_round round;
    struct fault_pace pace;
    struct engine *engine;
    struct space *space;
    const char *misplaced;   /* why it belongs to no space, or NULL */
    struct run *prev, *next; /* in the list of held ones */
};

/* The signing of tokens and the writing of SQL results leave the lock: they take a hundred times as
 * long as all else. */
struct signing {
    struct mock_state_pause pause; /* what the state is given while a handler may do so */
    struct mock_state *state;      /* of the handler that runs */
    int64_t out;                   /* so many handlers are at it */
    int64_t wanted_back;           /* so many wait until all are back; nobody leaves meanwhile */
    pthread_cond_t all_back;
};

enum { ENGINE_GATES = 16, ENGINE_KEPT_ROUTES = 16 };

/* How many threads of this seat look at the moment. Far enough from the next that threads do not
 * take each other's cache lines. */
struct engine_gate {
    _Atomic uint32_t inside;
    char apart[128 - sizeof(uint32_t)];
};

struct engine {
    struct engine_gate gates[ENGINE_GATES];
    size_t gate_count;
    atomic_bool gates_closed;     /* by whom the lock belongs to */
    pthread_mutex_t lock;         /* of all below, with the gates closed */
    pthread_mutex_t journal_lock; /* of the spaces' journals, counts and dates */
    const struct route *kept_routes[ENGINE_KEPT_ROUTES];
    size_t kept_count;
    struct signing signing;
    struct space_set *spaces;
    struct router *router;
    struct delay_queue delays;
    struct run *held;
    int wake_fd;
    _Atomic int64_t connection_ids;
    _Atomic int64_t refuse_until_ms; /* monotonic: new connections are reset before it */
    int64_t failures, unknown_told;
    bool shutting_down;
};

void engine_lock_init(struct engine *e, size_t threads);
void engine_lock_done(struct engine *e);
/* To change anything. */
void engine_lock(struct engine *e);
void engine_unlock(struct engine *e);
/* To look only. Returns the gate gone through, or NULL: it was closed, and the lock is held. */
struct engine_gate *engine_enter(struct engine *e) NODISCARD;
void engine_leave(struct engine *e, struct engine_gate *gate);
/* The lock, with every handler either not begun or over: for who replaces what handlers hold. */
void engine_lock_alone(struct engine *e);
/* Around a handler, under the lock. */
void engine_handler_begin(struct engine *e, const struct run *run);
void engine_handler_end(struct engine *e, const struct run *run);

/* engine_kept.c */
void engine_kept_init(struct engine *e);
/* Whether a route's answers are ever kept; without the gate. */
bool engine_keeps_route(const struct engine *e, const struct route *route);
/* Under the gate: answers with a kept answer. false: there is none; the run may have begun. */
bool engine_serve_kept(struct engine *e, struct run *run, struct http_req *req,
                       struct http_reply *reply);

/* engine_round.c, under the lock: what was answered is counted, and held if it has to be. */
void engine_round_count(struct run *run, const struct http_reply *reply);
/* The same, when all else about the answer was decided. */
void engine_round_hold(struct run *run, struct http_reply *reply);
/* Under the lock: it is on the list of held ones, or it is off it. */
void engine_held_add(struct engine *e, struct run *run);

/* engine.c: a version 4 UUID of the exchange's number. */
const char *engine_request_id(const struct space *s, struct http_req *req);
/* engine.c, under the lock or the journal's, when the exchange has its space. */
void engine_learn_head(const struct run *run, const struct http_req *req);
/* engine.c, under the lock: the exchange waits no longer. */
void run_wait_leave(struct engine *e, struct run *run);

#endif
