/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/control/control.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/wire/control.h"
#include "mock/control/control_priv.h"

#include <stdlib.h>

#define ROUTE(name_, method_, path_, handler_)                                    \
    {                                                                             \
        .name = name_, .method = method_, .pattern = path_, .class = ROUTE_OTHER, \
        .handler = handler_, .doc = "see base/wire/control.h", .source = "ours"   \
    }

static const struct route routes[] = {
    ROUTE("control.health", "GET", CONTROL_HEALTH, control_get_health),
    ROUTE("control.scenario", "PUT", CONTROL_SCENARIO, control_put_scenario),
    ROUTE("control.credentials", "GET", CONTROL_CREDENTIALS, control_get_credentials),
    ROUTE("control.mint", "POST", CONTROL_MINT, control_post_mint),
    ROUTE("control.revoke", "POST", CONTROL_REVOKE, control_post_revoke),
    ROUTE("control.canaries", "GET", CONTROL_CANARIES, control_get_canaries),
    ROUTE("control.canaries-add", "POST", CONTROL_CANARIES, control_post_canaries),
    ROUTE("control.journal", "GET", CONTROL_JOURNAL, control_get_journal),
    ROUTE("control.journal-count", "GET", CONTROL_JOURNAL_COUNT, control_get_journal_count),
    ROUTE("control.journal-wait", "GET", CONTROL_JOURNAL_WAIT, control_get_journal_wait),
    ROUTE("control.faults", "GET", CONTROL_FAULTS, control_get_faults),
    ROUTE("control.faults-add", "POST", CONTROL_FAULTS, control_post_faults),
    ROUTE("control.faults-remove", "DELETE", CONTROL_FAULTS "/{id}", control_delete_fault),
    ROUTE("control.release", "POST", CONTROL_RELEASE, control_post_release),
    ROUTE("control.clock", "GET", CONTROL_CLOCK, control_get_clock),
    ROUTE("control.clock-advance", "POST", CONTROL_CLOCK, control_post_clock),
    ROUTE("control.keys", "GET", CONTROL_KEYS, control_get_keys),
    ROUTE("control.keys-rotate", "POST", CONTROL_KEYS_ROTATE, control_post_keys_rotate),
    ROUTE("control.keys-retire", "POST", CONTROL_KEYS_RETIRE, control_post_keys_retire),
    ROUTE("control.shutdown", "POST", CONTROL_SHUTDOWN, control_post_shutdown),
};
static const struct route_table table = {"control", routes, ARRAY_LEN(routes)};

struct control *control_new(const struct control_backend *backend)
{
    static const struct route_table *const tables[] = {&table};
    struct control *c = xcalloc(1, sizeof(*c));
    c->backend = *backend;
    c->router = router_new(tables, ARRAY_LEN(tables));
    return c;
}

void control_free(struct control *c)
{
    if (c != NULL) {
        router_free(c->router);
        free(c);
    }
}

static void refuse_unknown(struct control *c, struct exchange *x, const char *allowed)
{
    const char *nearest = router_nearest(c->router, x->req);
    const char *hint = arena_printf(x->req->arena, "the nearest is %s", nearest);
    if (allowed != NULL) {
        control_refuse_text(x, 405, "this method is not known for this path", hint);
        http_reply_header(x->req, x->reply, "allow", allowed);
    } else {
        control_refuse_text(x, 404, "there is no such control path", hint);
    }
}

/* The handlers that call back into the engine, which takes the lock itself. */
static bool takes_the_lock_itself(const struct route *route)
{
    return route->handler == control_put_scenario || route->handler == control_post_release ||
           route->handler == control_get_health;
}

static void run_handler(struct control *c, const struct route *route, struct exchange *x)
{
    const struct control_backend *b = &c->backend;
    struct err err = {0};
    bool lock = !takes_the_lock_itself(route);
    if (lock) {
        b->lock(b->engine);
    }
    int result = route->handler(x, &err);
    if (lock) {
        b->unlock(b->engine);
    }
    if (result < 0) {
        *x->reply = (struct http_reply){0};
        control_refuse(x, 500, &err);
    }
}

static enum serve_result begin_wait(struct control *c, struct exchange *x,
                                    struct http_suspended *later, void **exchange_data)
{
    struct wait *w = ARENA_NEW(x->req->arena, struct wait);
    if (!control_wait_read(x, w)) {
        return SERVE_REPLY;
    }
    if (control_wait_count(c, w) >= w->count || monotonic_ms() >= w->until_ms) {
        control_wait_answer(c, w, x->req, x->reply);
        return SERVE_REPLY;
    }
    w->later = later;
    w->next = c->waits;
    c->waits = w;
    *exchange_data = w;
    return SERVE_LATER;
}

static enum serve_result on_serve(void *context, struct http_req *req, struct http_reply *reply,
                                  struct http_suspended *later, void **exchange_data)
{
    struct control *c = context;
    struct http_notes notes = {0};
    struct exchange x = {.req = req, .reply = reply, .notes = &notes, .state = c};
    const char *allowed = NULL;
    const struct route *route = router_find(c->router, req, &allowed);
    if (req->body_cut) {
        http_reply_too_large(req, reply);
    } else if (route == NULL) {
        refuse_unknown(c, &x, allowed);
    } else if (route->handler == control_get_journal_wait) {
        return begin_wait(c, &x, later, exchange_data);
    } else {
        run_handler(c, route, &x);
    }
    return SERVE_REPLY;
}

static enum serve_result on_serve_again(void *context, struct http_req *req,
                                        struct http_reply *reply, void *exchange_data)
{
    control_wait_answer(context, exchange_data, req, reply);
    return SERVE_REPLY;
}

static void on_done(void *context, struct http_req *req, const struct http_reply *reply,
                    bool completed, void *exchange_data)
{
    (void)reply;
    (void)completed;
    struct control *c = context;
    c->shutdown_answered = c->shutdown_asked;
    control_stream_end(c, req);
    for (struct wait **at = &c->waits; exchange_data != NULL && *at != NULL; at = &(*at)->next) {
        if (*at == exchange_data) {
            *at = (*at)->next;
            break;
        }
    }
}

struct http_server_hooks control_hooks(struct control *c)
{
    return (struct http_server_hooks){
        .context = c, .serve = on_serve, .serve_again = on_serve_again, .done = on_done};
}

void control_tick(struct control *c)
{
    int64_t now_ms = monotonic_ms();
    for (struct wait *w = c->waits; w != NULL; w = w->next) {
        if (!w->resumed && (now_ms >= w->until_ms || control_wait_count(c, w) >= w->count)) {
            w->resumed = true;
            http_server_resume(w->later);
        }
    }
}

int64_t control_next_due_ms(const struct control *c)
{
    int64_t due_ms = -1;
    for (const struct wait *w = c->waits; w != NULL; w = w->next) {
        if (!w->resumed && (due_ms < 0 || w->until_ms < due_ms)) {
            due_ms = w->until_ms;
        }
    }
    return due_ms;
}

bool control_is_waiting(const struct control *c)
{
    return c->waits != NULL;
}

bool control_wants_shutdown(const struct control *c)
{
    return c->shutdown_answered;
}
