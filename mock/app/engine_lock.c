/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/thread_slot.h"
#include "mock/app/engine_priv.h"
#include "mock/http/reply_memo.h"

#include <sched.h>

/* One lock, so that handlers, journal and faults see one order. It is one mutex and a gate per
 * thread: who changes something holds the mutex, has closed the gates, waited until nobody is
 * inside, and holds the journal's mutex as well; who only looks (engine_kept.c) goes through its
 * own gate, or waits for the mutex when that is closed. Each side says what it does before it looks
 * at what the other does (both sequentially consistent, Dekker's way), so at least one of them sees
 * the other; and a closing thread reads gates that nobody went through without taking them from
 * another processor. Who takes a number or puts a record holds the journal's mutex for that moment.
 *
 * Two things are done without it. A signature is made, and only for the client credentials grant:
 * what that handler holds meanwhile (principal, workspace) goes away with the scenario alone, and
 * whoever replaces that waits until all are back. And large SQL results are written out, of a copy
 * whose rows are held (mock/query/apart.h). Grants that use something up (codes, refresh tokens)
 * never leave the lock between looking and using. */

enum { GATE_TURNS = 200 };

static void signing_leave(void *engine)
{
    struct engine *e = engine;
    e->signing.state->pause = NULL;
    e->signing.out++;
    engine_unlock(e);
}

static void signing_enter(void *engine)
{
    struct engine *e = engine;
    engine_lock(e);
    e->signing.out--;
    if (e->signing.out == 0 && e->signing.wanted_back > 0) {
        pthread_cond_broadcast(&e->signing.all_back);
    }
}

/* Held for about a microsecond: going to sleep and being woken takes many. */
static void lock_init(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

void engine_lock_init(struct engine *e, size_t threads)
{
    e->gate_count = threads < 2 ? 1 : threads < ENGINE_GATES ? threads : ENGINE_GATES;
    lock_init(&e->lock);
    lock_init(&e->journal_lock);
    pthread_cond_init(&e->signing.all_back, NULL);
    e->signing.pause =
        (struct mock_state_pause){.context = e, .leave = signing_leave, .enter = signing_enter};
}

void engine_lock_done(struct engine *e)
{
    pthread_cond_destroy(&e->signing.all_back);
    pthread_mutex_destroy(&e->journal_lock);
    pthread_mutex_destroy(&e->lock);
}

/* Whoever is inside is out after a microsecond, unless its processor does something else. */
static void gate_wait(const struct engine_gate *gate)
{
    for (int turns = 0; atomic_load(&gate->inside) != 0; turns++) {
        if (turns >= GATE_TURNS) {
            (void)sched_yield();
        }
    }
}

static void gates_close(struct engine *e)
{
    atomic_store(&e->gates_closed, true);
    for (size_t i = 0; i < e->gate_count; i++) {
        gate_wait(&e->gates[i]);
    }
    pthread_mutex_lock(&e->journal_lock);
}

static void gates_open(struct engine *e)
{
    pthread_mutex_unlock(&e->journal_lock);
    atomic_store_explicit(&e->gates_closed, false, memory_order_release);
}

void engine_lock(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    gates_close(e);
}

void engine_unlock(struct engine *e)
{
    gates_open(e);
    pthread_mutex_unlock(&e->lock);
}

struct engine_gate *engine_enter(struct engine *e)
{
    struct engine_gate *gate = &e->gates[thread_slot(e->gate_count)];
    atomic_fetch_add(&gate->inside, 1);
    if (!atomic_load(&e->gates_closed)) {
        return gate;
    }
    engine_leave(e, gate);
    pthread_mutex_lock(&e->lock); /* whoever closed them holds it */
    return NULL;
}

void engine_leave(struct engine *e, struct engine_gate *gate)
{
    if (gate == NULL) {
        pthread_mutex_unlock(&e->lock);
    } else {
        atomic_fetch_sub_explicit(&gate->inside, 1, memory_order_release);
    }
}

static void memos_clear(const struct engine *e)
{
    const struct space *s;
    for (size_t i = 0; (s = space_set_at(e->spaces, i)) != NULL; i++) {
        reply_memo_clear(s->state->memo);
    }
}

void engine_lock_alone(struct engine *e)
{
    pthread_mutex_lock(&e->lock);
    e->signing.wanted_back++;
    while (e->signing.out > 0) {
        pthread_cond_wait(&e->signing.all_back, &e->lock);
    }
    e->signing.wanted_back--;
    gates_close(e);
    memos_clear(e);
}

static bool signs(const struct run *run)
{
    return run->route->class == ROUTE_TOKEN && strncmp(run->route->name, "oidc.", 5) == 0 &&
           strcmp(run->notes.grant, "client_credentials") == 0;
}

static bool writes_results(const struct route *route)
{
    return strncmp(route->name, "sql.", 4) == 0 || strcmp(route->name, "storage.result") == 0;
}

void engine_handler_begin(struct engine *e, const struct run *run)
{
    bool may_leave = e->signing.wanted_back == 0 && (signs(run) || writes_results(run->route));
    e->signing.state = run->space->state;
    run->space->state->pause = may_leave ? &e->signing.pause : NULL;
}

/* Tokens are issued all the time, and no body that is remembered depends on them. */
static bool may_change_bodies(const struct route *route)
{
    return strcmp(route->method, "GET") != 0 && route->class != ROUTE_TOKEN;
}

void engine_handler_end(struct engine *e, const struct run *run)
{
    (void)e;
    run->space->state->pause = NULL;
    if (may_change_bodies(run->route)) {
        reply_memo_clear(run->space->state->memo);
    }
}
