/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/sign_in.h"

#include "base/secret/secret.h"
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/token.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/session_store.h"

#define COOKIE "assay_session"

/* The value of our cookie among "a=1; b=2"; "" when there is none. */
static struct str cookie_value(const struct http_req *req)
{
    const struct http_field *field = http_req_header(req, "Cookie");
    struct str rest = field != NULL ? field->value : STR(""), pair;
    while (str_split(&rest, ';', &pair)) {
        struct str value = str_trim(pair), name;
        if (str_split(&value, '=', &name) && str_eq_z(name, COOKIE)) {
            return value;
        }
    }
    return STR("");
}

static const struct session *session_of(const struct exchange *x)
{
    const struct mock_state *s = x->state;
    return session_store_find(s->oidc->sessions, cookie_value(x->req));
}

/* Back to the request itself, now as a GET. */
static void go_on(struct exchange *x, const char *cookie)
{
    x->reply->status = 303;
    x->reply->body = STR("");
    http_reply_header(x->req, x->reply, "location",
                      arena_strndup(x->req->arena, x->req->target.ptr, x->req->target.len));
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    if (cookie != NULL) {
        http_reply_header(x->req, x->reply, "set-cookie",
                          arena_printf(x->req->arena, "%s; Path=/; HttpOnly; SameSite=Lax%s",
                                       cookie, x->req->tls ? "; Secure" : ""));
    }
    access_service_headers(x);
}

static bool any_password(const struct mock_state *s)
{
    const struct principal *p;
    for (size_t i = 0; (p = principal_store_at(s->principals, i)) != NULL; i++) {
        if (p->password != NULL) {
            return true;
        }
    }
    return false;
}

static void ask_who(const struct authorization_request *r, struct str typed, const char *complaint)
{
    const struct sign_in_view view = {
        .complaint = complaint,
        .user_name = arena_strndup(r->x->req->arena, typed.len > 0 ? typed.ptr : "", typed.len),
        .asks_password = any_password(r->x->state)};
    sign_in_page(r, &view);
}

/* Wrong name and wrong password are told alike. */
static const struct principal *user_of_form(const struct mock_state *s,
                                            const struct url_params *form)
{
    const struct principal *p =
        principal_store_named(s->principals, str_trim(params_value(form, "username")));
    bool user = p != NULL && p->kind == PRINCIPAL_USER;
    bool right =
        user && (p->password == NULL || secret_equal(p->password, params_value(form, "password")));
    return right && !p->blocked ? p : NULL;
}

static void sign_in(const struct authorization_request *r, const struct url_params *form)
{
    struct exchange *x = r->x;
    struct mock_state *s = x->state;
    const struct principal *user = user_of_form(s, form);
    if (user == NULL) {
        ask_who(r, params_value(form, "username"), "That user name or password is not right.");
        return;
    }
    const struct session *session = session_store_add(s->oidc->sessions, &s->rng, user);
    go_on(x, arena_printf(x->req->arena, COOKIE "=%s", session->id));
}

static void sign_out(const struct authorization_request *r, const struct session *session)
{
    struct mock_state *s = r->x->state;
    session_store_remove(s->oidc->sessions, str_of(session->id));
    go_on(r->x, COOKIE "=; Max-Age=0");
}

/* A form of a page that is too old, or of another site, is answered by the page as it is now. */
static const struct principal *form_take(const struct authorization_request *r,
                                         const struct session *session)
{
    struct exchange *x = r->x;
    struct url_params form = {0};
    if (!token_form_read(x, &form)) {
        authorize_page_error(x, "The form cannot be read");
        return NULL;
    }
    struct str step = params_value(&form, "step");
    bool ours = session != NULL && str_eq_z(params_value(&form, "form_token"), session->form_token);
    if (session == NULL && str_eq_z(step, "sign-in")) {
        sign_in(r, &form);
    } else if (session == NULL) {
        ask_who(r, STR(""), NULL);
    } else if (!ours) {
        consent_page(r, session->user, session->form_token);
    } else if (str_eq_z(step, "allow")) {
        return session->user;
    } else if (str_eq_z(step, "deny")) {
        authorize_callback_error(r, "access_denied", "The user denied the request");
    } else {
        sign_out(r, session);
    }
    return NULL;
}

const struct principal *sign_in_take(const struct authorization_request *r)
{
    const struct session *session = session_of(r->x);
    if (str_eq_z(r->x->req->method, "POST")) {
        return form_take(r, session);
    }
    if (session != NULL) {
        consent_page(r, session->user, session->form_token);
    } else {
        ask_who(r, params_value(r->params, "login_hint"), NULL);
    }
    return NULL;
}
