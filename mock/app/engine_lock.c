/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/engine_priv.h"
#include "mock/http/reply_memo.h"

/* One lock, so that handlers, journal and faults see one order. Only a signature is made without
 * it, and only for the client credentials grant: what that handler holds meanwhile (principal,
 * workspace) goes away with the scenario alone, and whoever replaces that waits until all are
 * back. Grants that use something up (codes, refresh tokens) never leave the lock between looking
 * and using. */

static void signing_leave(void *engine)
{
    struct engine *e = engine;
    e->signing.state->pause = NULL;
    e->signing.out++;
    pthread_mutex_unlock(&e->lock);
}

static void signing_enter(void *engine)
{
    struct engine *e = engine;
    pthread_mutex_lock(&e->lock);
    e->signing.out--;
    if (e->signing.out == 0 && e->signing.wanted_back > 0) {
        pthread_cond_broadcast(&e->signing.all_back);
    }
}

void engine_lock_init(struct engine *e)
{
    /* It is held for about a microsecond: going to sleep and being woken takes many. */
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(&e->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    pthread_cond_init(&e->signing.all_back, NULL);
    e->signing.pause =
        (struct mock_state_pause){.context = e, .leave = signing_leave, .enter = signing_enter};
}

void engine_lock_done(struct engine *e)
{
    pthread_cond_destroy(&e->signing.all_back);
    pthread_mutex_destroy(&e->lock);
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
    memos_clear(e);
}

void engine_handler_begin(struct engine *e, const struct run *run)
{
    bool may_leave = e->signing.wanted_back == 0 && run->route->class == ROUTE_TOKEN &&
                     strncmp(run->route->name, "oidc.", 5) == 0 &&
                     strcmp(run->notes.grant, "client_credentials") == 0;
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
