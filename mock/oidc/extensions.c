/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/extensions.h"

#include "mock/access/access.h"
#include "mock/oidc/authorize_priv.h"
#include "mock/oidc/client_auth.h"
#include "mock/oidc/place.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token.h"
#include "mock/oidc/token_reply.h"
#include "mock/oidc/unserved.h"
#include "mock/state/app_store.h"
#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

enum { MS_PER_S = 1000 };

typedef void extension_at(struct exchange *x, const struct oidc_place *place);

static int serve(struct exchange *x, bool account, extension_at *handle)
{
    const struct mock_state *s = x->state;
    struct oidc_place place;
    if (!s->oidc->knobs.extensions) {
        unserved_reply(x);
    } else if (account ? oidc_place_of_account(x, &place) : oidc_place_of_workspace(x, &place)) {
        handle(x, &place);
    }
    return 0;
}

/* Takes form and client; false: the answer has been written. */
static bool call_take(struct exchange *x, const struct oidc_place *place, struct url_params *form,
                      struct oidc_client *client)
{
    if (!token_form_take(x, form) || !client_authenticate(x, place, form, CLIENT_PROVEN, client)) {
        return false;
    }
    if (params_value(form, "token").len == 0) {
        token_reply_error(x, "invalid_request", "The parameter token is missing");
        return false;
    }
    return true;
}

static bool is_oauth_token(const struct credential *c)
{
    return c->kind == SECRET_ACCESS_TOKEN || c->kind == SECRET_REFRESH_TOKEN;
}

static bool is_active(const struct mock_state *s, const struct oidc_place *place,
                      const struct credential *c)
{
    int64_t now_ms = mock_state_now_ms(s);
    return c != NULL && is_oauth_token(c) && strcmp(c->audience, place->audience) == 0 &&
           !c->principal->blocked && c->issued_ms <= now_ms && credential_is_in_force(c, now_ms) &&
           c->session.used_ms == 0;
}

/* RFC 7662 section 2.2. Times are whole seconds. */
static struct json *description(const struct oidc_place *place, const struct credential *c)
{
    struct json *o = json_object();
    json_set_bool(o, "active", true);
    json_set_string(o, "scope", c->scope);
    json_set_string(o, "client_id", c->client_id);
    json_set_string(o, "username", principal_user_name(c->principal));
    json_set_string(o, "sub", principal_user_name(c->principal));
    json_set_string(o, "aud", c->audience);
    json_set_string(o, "iss", place->issuer);
    json_set_int(o, "iat", c->issued_ms / MS_PER_S);
    if (c->expires_ms != CREDENTIAL_NEVER_EXPIRES) {
        json_set_int(o, "exp", c->expires_ms / MS_PER_S);
    }
    if (c->kind == SECRET_ACCESS_TOKEN) {
        json_set_string(o, "token_type", "Bearer");
    }
    return o;
}

/* A public application proves nothing, so it hears of its own tokens only. */
static void introspect(struct exchange *x, const struct oidc_place *place)
{
    const struct mock_state *s = x->state;
    struct url_params form = {0};
    struct oidc_client client;
    if (!call_take(x, place, &form, &client)) {
        return;
    }
    const struct credential *c =
        credential_store_find(s->credentials, params_value(&form, "token"));
    bool may_know = client.proven || (c != NULL && strcmp(c->client_id, client.id) == 0);
    struct json *o = is_active(s, place, c) && may_know
                         ? description(place, c)
                         : json_set_bool(json_object(), "active", false);
    token_reply_json(x, 200, o);
}

int extension_introspect(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, false, introspect);
}

int extension_account_introspect(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, true, introspect);
}

/* RFC 7009 section 2.1: with a refresh token goes all that came of its grant. */
static void revoke(struct exchange *x, const struct oidc_place *place)
{
    struct mock_state *s = x->state;
    struct url_params form = {0};
    struct oidc_client client;
    if (!call_take(x, place, &form, &client)) {
        return;
    }
    struct credential *c = credential_store_find(s->credentials, params_value(&form, "token"));
    if (c != NULL && is_oauth_token(c)) {
        if (strcmp(c->client_id, client.id) != 0) {
            token_reply_error(x, "unauthorized_client", "The token belongs to another client");
            return;
        }
        c->revoked = true;
        if (c->kind == SECRET_REFRESH_TOKEN) {
            (void)credential_store_revoke_family(s->credentials, c->family);
        }
    }
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    x->reply->status = 200;
    x->reply->body = STR("");
    access_service_headers(x);
}

int extension_revoke(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, false, revoke);
}

int extension_account_revoke(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, true, revoke);
}

static void userinfo(struct exchange *x, const struct oidc_place *place)
{
    const struct mock_state *s = x->state;
    const struct http_field *header = http_req_header(x->req, "Authorization");
    const struct credential_question q = {
        .authorization = header != NULL ? header->value : STR(""),
        .authorization_count = http_req_header_count(x->req, "Authorization"),
    };
    struct credential_answer answer;
    credential_check(s, &q, &answer);
    x->notes->credential.state = answer.state;
    const struct credential *c = answer.credential;
    if (answer.state == CREDENTIAL_ABSENT) {
        token_reply_error(x, "credential-not-sent", NULL);
        return;
    }
    if (answer.error != NULL || c->kind != SECRET_ACCESS_TOKEN ||
        strcmp(c->audience, place->audience) != 0) {
        token_reply_error(x, "bearer-invalid_token", NULL);
        return;
    }
    x->notes->principal = arena_strdup(x->req->arena, c->principal->name);
    if (!str_has_word(str_of(c->scope), STR("openid"))) {
        token_reply_error(x, "bearer-insufficient_scope", NULL);
        return;
    }
    struct json *o = scope_claims(c->principal, str_of(c->scope));
    json_set_string(o, "sub", principal_user_name(c->principal));
    token_reply_json(x, 200, o);
}

int extension_userinfo(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, false, userinfo);
}

int extension_account_userinfo(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, true, userinfo);
}

/* The ID token says who signs out of which application; what was issued to both ends. */
static const struct credential *hint_take(const struct mock_state *s, struct str hint)
{
    const struct credential *c = credential_store_find(s->credentials, hint);
    return c != NULL && c->kind == SECRET_ASSERTION ? c : NULL;
}

static void sessions_end(struct mock_state *s, const struct credential *hint)
{
    struct credential *c;
    for (size_t pos = 0; (c = credential_store_next(s->credentials, &pos)) != NULL;) {
        if (c->principal == hint->principal && strcmp(c->client_id, hint->client_id) == 0) {
            c->revoked = true;
        }
    }
}

static void end_session(struct exchange *x, const struct oidc_place *place)
{
    struct mock_state *s = x->state;
    const struct url_params *params = &x->req->params;
    struct url_params form = {0};
    if (str_eq_z(x->req->method, "POST")) {
        if (!token_form_take(x, &form)) {
            return;
        }
        params = &form;
    }
    struct str back = params_value(params, "post_logout_redirect_uri");
    const struct credential *hint = hint_take(s, params_value(params, "id_token_hint"));
    struct authorization_request r = {.x = x, .place = place, .params = params};
    if (hint != NULL) {
        r.app = app_store_client(s->oidc->apps, str_of(hint->client_id));
        sessions_end(s, hint);
    } else {
        r.app = app_store_client(s->oidc->apps, params_value(params, "client_id"));
    }
    if (back.len == 0) {
        http_reply_text(x->req, x->reply, 200, "text/html; charset=utf-8",
                        STR("<!doctype html>\n<title>Signed out</title>\n<p>Signed out.</p>\n"));
        access_service_headers(x);
        return;
    }
    if (r.app == NULL || !redirect_uri_is_registered(r.app, back, false)) {
        authorize_page_error(x, "post_logout_redirect_uri not registered");
        return;
    }
    r.redirect_uri = arena_strndup(x->req->arena, back.ptr, back.len);
    const struct callback_param none[] = {{0}};
    authorize_callback(&r, none);
}

int extension_end_session(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, false, end_session);
}

int extension_account_end_session(struct exchange *x, struct err *err UNUSED)
{
    return serve(x, true, end_session);
}
