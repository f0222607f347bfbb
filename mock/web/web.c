/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/web/web.h"

#include "base/core/xalloc.h"
#include "base/crypto/random.h"
#include "mock/web/web_priv.h"

#include <stdlib.h>

#define FORM_TOKEN_BYTES 24

struct web *web_new(const struct control_backend *backend)
{
    struct web *w = xcalloc(1, sizeof(*w));
    struct rng rng;
    w->backend = *backend;
    rng_init_system(&rng);
    rng_base64url(&rng, &w->form_token, FORM_TOKEN_BYTES);
    return w;
}

void web_free(struct web *w)
{
    if (w != NULL) {
        buf_done(&w->form_token);
        free(w);
    }
}

struct space *web_space(const struct web *w, const struct http_req *req)
{
    return space_set_find(w->backend.spaces, params_value(&req->params, "space"));
}

static void refuse(struct http_req *req, struct http_reply *reply, int status, const char *text)
{
    http_reply_text(req, reply, status, "text/plain; charset=utf-8", str_of(text));
}

static bool host_is_loopback(struct str host)
{
    return str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("localhost")) ||
           str_eq(host, STR("::1")) || str_eq(host, STR("[::1]"));
}

static void route(struct web *w, struct http_req *req, struct http_reply *reply,
                  struct http_suspended *later)
{
    bool get = str_eq(req->method, STR("GET"));
    struct space *s = web_space(w, req);
    if (str_eq(req->path, STR("/do")) && str_eq(req->method, STR("POST"))) {
        web_action(w, req, reply);
    } else if (!get) {
        refuse(req, reply, 405, "This method is not known here.\n");
    } else if (s == NULL) {
        refuse(req, reply, 404, "There is no such space.\n");
    } else if (str_eq(req->path, STR("/"))) {
        web_page_write(w, s, req, reply);
    } else if (str_eq(req->path, STR("/events"))) {
        web_events_begin(w, s, req, reply, later);
    } else {
        refuse(req, reply, 404, "There is nothing here.\n");
    }
}

static enum serve_result on_serve(void *context, struct http_req *req, struct http_reply *reply,
                                  struct http_suspended *later, void **exchange_data)
{
    struct web *w = context;
    (void)exchange_data;
    if (req->body_cut) {
        http_reply_too_large(req, reply);
    } else if (!host_is_loopback(req->host)) {
        refuse(req, reply, 403, "Address this page as 127.0.0.1 or localhost.\n");
    } else {
        w->backend.lock(w->backend.engine);
        route(w, req, reply, later);
        w->backend.unlock(w->backend.engine);
    }
    http_reply_header(req, reply, "x-content-type-options", "nosniff");
    http_reply_header(req, reply, "referrer-policy", "no-referrer");
    http_reply_header(req, reply, "cache-control", "no-store");
    return SERVE_REPLY;
}

static enum serve_result on_serve_again(void *context, struct http_req *req,
                                        struct http_reply *reply, void *exchange_data)
{
    (void)context;
    (void)exchange_data;
    refuse(req, reply, 500, "Nothing waits here.\n");
    return SERVE_REPLY;
}

static void on_done(void *context, struct http_req *req, const struct http_reply *reply,
                    bool completed, void *exchange_data)
{
    (void)reply;
    (void)completed;
    (void)exchange_data;
    web_events_end(context, req);
}

struct http_server_hooks web_hooks(struct web *w)
{
    return (struct http_server_hooks){
        .context = w, .serve = on_serve, .serve_again = on_serve_again, .done = on_done};
}
