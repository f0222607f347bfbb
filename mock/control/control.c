/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/control/control.h"

#include "base/core/xalloc.h"
#include "base/secret/secret.h"
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"

#include <stdlib.h>

struct control *control_new(const struct control_backend *backend)
{
    static const struct route_table *const tables[] = {&control_routes};
    struct control *c = xcalloc(1, sizeof(*c));
    c->backend = *backend;
    c->router = router_new(tables, ARRAY_LEN(tables));
    c->open.control = c->guarded.control = c;
    return c;
}

void control_free(struct control *c)
{
    if (c != NULL) {
        router_free(c->router);
        secret_free(c->guarded.secret);
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

/* What changes something makes the space it names, and so does asking for its credentials. */
static bool makes_space(const struct route *route)
{
    return strcmp(route->method, "GET") != 0 || route->handler == control_get_credentials;
}

/* The space that ?space= names; false: the answer has been written. With the lock. */
static bool space_choose(struct control *c, const struct route *route, struct exchange *x)
{
    const char *name = control_query(x, "space");
    struct err err = {0};
    c->space = space_set_find(c->backend.spaces, str_of(name != NULL ? name : ""));
    if (c->space == NULL && makes_space(route)) {
        c->space = space_set_make(c->backend.spaces, str_of(name), &err);
        if (c->space == NULL) {
            control_refuse(x, err.code == ERR_LIMIT ? 409 : 400, &err);
        }
    } else if (c->space == NULL) {
        control_refuse_text(x, 404, "there is no such space", "GET /spaces lists them");
    }
    return c->space != NULL;
}

static void run_handler(struct control *c, const struct route *route, struct exchange *x)
{
    const struct control_backend *b = &c->backend;
    struct err err = {0};
    b->lock(b->engine);
    int result = space_choose(c, route, x) ? route->handler(x, &err) : 0;
    c->space = NULL;
    b->unlock(b->engine);
    if (result < 0) {
        *x->reply = (struct http_reply){0};
        control_refuse(x, 500, &err);
    }
}

static bool wait_read(struct control *c, const struct route *route, struct exchange *x,
                      struct wait *w)
{
    const struct control_backend *b = &c->backend;
    b->lock(b->engine);
    bool chosen = space_choose(c, route, x);
    w->space = chosen ? arena_strdup(x->req->arena, c->space->name) : NULL;
    c->space = NULL;
    b->unlock(b->engine);
    w->take = route->handler == control_post_journal_take;
    return chosen && control_wait_read(x, w);
}

static enum serve_result begin_wait(const struct route *route, struct exchange *x,
                                    struct http_suspended *later, void **exchange_data)
{
    struct control *c = control_of(x);
    struct wait *w = ARENA_NEW(x->req->arena, struct wait);
    if (!wait_read(c, route, x, w)) {
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

static bool host_is_loopback(struct str host)
{
    return str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("localhost")) ||
           str_eq(host, STR("::1")) || str_eq(host, STR("[::1]"));
}

static bool secret_is_shown(const struct door *door, const struct http_req *req)
{
    static const struct str scheme = {"Bearer ", sizeof("Bearer ") - 1};
    const struct http_field *f = http_req_header(req, "Authorization");
    return f != NULL && str_starts(f->value, scheme) &&
           secret_equal(door->secret, str_slice(f->value, scheme.len, f->value.len));
}

/* A page in somebody's browser may reach a loopback port, also under a name of its own (DNS
 * rebinding): it has an Origin, or another Host, and it does not know the secret. */
static bool may_enter(const struct door *door, struct exchange *x)
{
    if (door->secret == NULL) {
        return true;
    }
    if (http_req_header(x->req, "Origin") != NULL || !host_is_loopback(x->req->host)) {
        control_refuse_text(x, 403, "web pages may not use the control interface",
                            "address it as 127.0.0.1 and from a program");
        return false;
    }
    if (!secret_is_shown(door, x->req)) {
        control_refuse_text(x, 401, "the control secret is missing or wrong",
                            "send Authorization: Bearer and the secret that was told at the start");
        http_reply_header(x->req, x->reply, "www-authenticate", "Bearer");
        return false;
    }
    return true;
}

static enum serve_result on_serve(void *context, struct http_req *req, struct http_reply *reply,
                                  struct http_suspended *later, void **exchange_data)
{
    const struct door *door = context;
    struct control *c = door->control;
    struct http_notes notes = {0};
    struct exchange x = {.req = req, .reply = reply, .notes = &notes, .state = c};
    const char *allowed = NULL;
    const struct route *route = router_find(c->router, req, &allowed);
    if (!may_enter(door, &x)) {
        return SERVE_REPLY;
    }
    if (req->body_cut) {
        control_refuse_text(&x, 413, "the request's body is too large",
                            "a scenario or a rule of 16 MiB at most");
    } else if (route == NULL) {
        refuse_unknown(c, &x, allowed);
    } else if (!control_query_check(route, &x)) {
        return SERVE_REPLY;
    } else if (route->handler == control_get_journal_wait ||
               route->handler == control_post_journal_take) {
        return begin_wait(route, &x, later, exchange_data);
    } else {
        run_handler(c, route, &x);
    }
    return SERVE_REPLY;
}

static enum serve_result on_serve_again(void *context, struct http_req *req,
                                        struct http_reply *reply, void *exchange_data)
{
    const struct door *door = context;
    control_wait_answer(door->control, exchange_data, req, reply);
    return SERVE_REPLY;
}

static void on_done(void *context, struct http_req *req, const struct http_reply *reply,
                    bool completed, void *exchange_data)
{
    (void)reply;
    (void)completed;
    const struct door *door = context;
    struct control *c = door->control;
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
        .context = &c->open, .serve = on_serve, .serve_again = on_serve_again, .done = on_done};
}

struct http_server_hooks control_guarded_hooks(struct control *c, struct str secret)
{
    c->guarded.secret = secret_new(secret);
    struct http_server_hooks hooks = control_hooks(c);
    hooks.context = &c->guarded;
    return hooks;
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
