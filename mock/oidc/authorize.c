/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/authorize.h"

#include "mock/oidc/authorize_priv.h"
#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/sign_in.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/app_store.h"
#include "mock/state/code_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/token_mint.h"
#include "mock/state/workspace_store.h"

/* base64url of 32 bytes. */
enum { CHALLENGE_CHARS = 43 };

static struct str param(const struct authorization_request *r, const char *name)
{
    return params_value(r->params, name);
}

/* Client and redirect URI first: without both there is nowhere to send an error to (RFC 6749
 * section 4.1.2.1). false: the page has been written. */
static bool application_take(struct authorization_request *r)
{
    struct exchange *x = r->x;
    struct arena *a = x->req->arena;
    const struct mock_state *s = x->state;
    struct str client_id = param(r, "client_id"), redirect_uri = param(r, "redirect_uri");
    if (params_count(r->params, "client_id") > 1 || params_count(r->params, "redirect_uri") > 1) {
        authorize_page_error(x, "A request parameter must not be included more than once");
        return false;
    }
    if (client_id.len == 0 || redirect_uri.len == 0) {
        authorize_page_error(x, client_id.len == 0 ? "The parameter client_id is missing"
                                                   : "The parameter redirect_uri is missing");
        return false;
    }
    r->app = app_store_client(s->oidc->apps, client_id);
    if (r->app == NULL) {
        authorize_page_error(x, arena_printf(a,
                                             "OAuth application with client_id: '%.*s' not "
                                             "available in Databricks account '%s'.",
                                             STR_ARG(client_id), r->place->workspace->account_id));
        return false;
    }
    if (!redirect_uri_is_registered(r->app, redirect_uri, s->oidc->knobs.any_loopback_port)) {
        authorize_page_error(
            x, arena_printf(a, "redirect_uri '%.*s' not registered for OAuth application '%s'",
                            STR_ARG(redirect_uri), r->app->client_id));
        return false;
    }
    r->redirect_uri = arena_strndup(a, redirect_uri.ptr, redirect_uri.len);
    return true;
}

static bool mode_take(struct authorization_request *r, bool code)
{
    struct str mode = param(r, "response_mode");
    r->mode = code ? RESPONSE_QUERY : RESPONSE_FRAGMENT;
    if (mode.len == 0 || (str_eq_z(mode, "query") && code)) {
        return true;
    }
    if (str_eq_z(mode, "fragment") || str_eq_z(mode, "form_post")) {
        r->mode = mode.ptr[0] == 'f' && mode.ptr[1] == 'r' ? RESPONSE_FRAGMENT : RESPONSE_FORM_POST;
        return true;
    }
    return false;
}

static bool is_challenge(struct str challenge)
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < challenge.len; i++) {
        if (memchr(chars, challenge.ptr[i], sizeof(chars) - 1) == NULL) {
            return false;
        }
    }
    return challenge.len == CHALLENGE_CHARS;
}

/* RFC 7636 sections 4.3 and 4.4.1; an absent method means plain, and plain is refused. */
static const char *pkce_complaint(const struct authorization_request *r)
{
    const struct mock_state *s = r->x->state;
    struct str challenge = param(r, "code_challenge"), method = param(r, "code_challenge_method");
    bool public = r->app->client_secret == NULL;
    bool required =
        s->oidc->knobs.pkce == PKCE_ALWAYS || (s->oidc->knobs.pkce == PKCE_PUBLIC && public);
    if (challenge.len == 0) {
        return required         ? "code challenge required"
               : method.len > 0 ? "code_challenge_method without code_challenge"
                                : NULL;
    }
    if (!str_eq_z(method, "S256")) {
        return "transform algorithm not supported";
    }
    return is_challenge(challenge) ? NULL : "code_challenge is not base64url of a SHA-256 digest";
}

/* Writes the error and returns true when something is wrong with the request. */
static bool is_refused(struct authorization_request *r, bool code, bool id_token)
{
    struct str type = param(r, "response_type");
    bool mode = mode_take(r, code || !id_token);
    const char *pkce = pkce_complaint(r);
    if (params_duplicate(r->params) != NULL) {
        authorize_callback_error(r, "invalid_request",
                                 "A request parameter must not be included more than once");
    } else if (type.len == 0) {
        authorize_callback_error(r, "invalid_request", "The parameter response_type is missing");
    } else if (!code && !id_token) {
        authorize_callback_error(r, "unsupported_response_type", NULL);
    } else if (!mode) {
        authorize_callback_error(r, "invalid_request", "The response_mode is not supported");
    } else if (param(r, "request").len > 0) {
        authorize_callback_error(r, "request_not_supported", NULL);
    } else if (param(r, "request_uri").len > 0) {
        authorize_callback_error(r, "request_uri_not_supported", NULL);
    } else if (pkce != NULL && code) {
        authorize_callback_error(r, "invalid_request", pkce);
    } else if (id_token &&
               (param(r, "nonce").len == 0 || !str_has_word(param(r, "scope"), STR("openid")))) {
        authorize_callback_error(r, "invalid_request", "An ID token needs nonce and scope openid");
    } else {
        return false;
    }
    return true;
}

/* NULL: the error has been written. */
static const char *scope_take(const struct authorization_request *r, const struct principal *user)
{
    struct arena *a = r->x->req->arena;
    struct str asked = param(r, "scope");
    const char *whole = scope_of_both(a, user, r->app);
    if (asked.len == 0) {
        return scope_is_within(STR("all-apis"), str_of(whole)) ? "all-apis" : whole;
    }
    if (!scope_is_well_formed(asked) || !scope_is_within(asked, str_of(whole))) {
        authorize_callback_error(r, "invalid_scope", NULL);
        return NULL;
    }
    return arena_strndup(a, asked.ptr, asked.len);
}

static const char *copied(const struct authorization_request *r, const char *name)
{
    struct str value = param(r, name);
    return arena_strndup(r->x->req->arena, value.len > 0 ? value.ptr : "", value.len);
}

static void grant_code(const struct authorization_request *r, const struct principal *user,
                       const char *scope)
{
    struct arena *a = r->x->req->arena;
    struct mock_state *s = r->x->state;
    struct str value;
    const struct code code = {
        .is_for = {.client_id = r->app->client_id,
                   .audience = r->place->audience,
                   .scope = scope,
                   .redirect_uri = r->redirect_uri,
                   .challenge = copied(r, "code_challenge"),
                   .nonce = copied(r, "nonce"),
                   .principal = user},
        .expires_ms = mock_state_now_ms(s) + s->oidc->knobs.code_lifetime_ms,
    };
    const struct code *made = oidc_code_add(s, &code, &value);
    *VEC_PUSH(a, &r->x->notes->issued) = arena_strdup(a, made->name);
    const struct callback_param params[] = {{"code", value}, {0}};
    authorize_callback(r, params);
}

/* response_type=id_token: OpenID Connect Core section 3.2.2.5. */
static int grant_id_token(const struct authorization_request *r, const struct principal *user,
                          const char *scope, struct err *err)
{
    struct arena *a = r->x->req->arena;
    AUTO_JSON struct json *claims = scope_claims(user, str_of(scope));
    json_set_string(claims, "nonce", copied(r, "nonce"));
    const struct token_form form = {.claims = claims};
    const struct token_request request = {
        .kind = SECRET_ASSERTION,
        .principal = user,
        .client_id = r->app->client_id,
        .audience = r->place->audience,
        .issuer = r->place->issuer,
        .scope = scope,
        .lifetime_ms = user->access_token_lifetime_ms,
        .form = &form,
    };
    struct credential *made;
    struct str value;
    if (token_mint(r->x->state, &request, &made, &value, err) < 0) {
        return -1;
    }
    *VEC_PUSH(a, &r->x->notes->issued) = arena_strdup(a, made->name);
    const struct callback_param params[] = {{"id_token", value}, {0}};
    authorize_callback(r, params);
    return 0;
}

int authorize_at(struct exchange *x, const struct oidc_place *place,
                 const struct url_params *params, bool with_iss, struct err *err)
{
    const struct mock_state *s = x->state;
    struct authorization_request r = {
        .x = x, .place = place, .params = params, .with_iss = with_iss};
    if (!application_take(&r)) {
        return 0;
    }
    bool code = str_eq_z(param(&r, "response_type"), "code");
    bool id_token = str_eq_z(param(&r, "response_type"), "id_token");
    if (is_refused(&r, code, id_token)) {
        return 0;
    }
    const struct principal *user = s->oidc->user;
    if (user == NULL || user->blocked || s->oidc->knobs.consent_denied) {
        authorize_callback_error(&r, "access_denied", "Policy evaluation failed for this request");
        return 0;
    }
    if (s->oidc->knobs.sign_in == SIGN_IN_PAGE) {
        user = sign_in_take(&r);
        if (user == NULL) {
            return 0;
        }
    }
    x->notes->principal = arena_strdup(x->req->arena, user->name);
    const char *scope = scope_take(&r, user);
    if (scope == NULL) {
        return 0;
    }
    if (code) {
        grant_code(&r, user, scope);
        return 0;
    }
    return grant_id_token(&r, user, scope, err);
}

static bool says_iss(const struct exchange *x)
{
    return ((const struct mock_state *)x->state)->oidc->knobs.authorize_iss;
}

/* Forms are posted by our own pages only. */
static bool method_is_served(struct exchange *x)
{
    const struct mock_state *s = x->state;
    if (!str_eq_z(x->req->method, "POST") || s->oidc->knobs.sign_in == SIGN_IN_PAGE) {
        return true;
    }
    recorded_error_reply(x->req, x->reply, "method-not-allowed", NULL);
    http_reply_header(x->req, x->reply, "allow", "GET");
    access_service_headers(x);
    return false;
}

/* A query that cannot be read has no parameters: told on the page as a missing client_id. */
int authorize_request(struct exchange *x, struct err *err)
{
    struct oidc_place place;
    return method_is_served(x) && oidc_place_of_workspace(x, &place)
               ? authorize_at(x, &place, &x->req->params, says_iss(x), err)
               : 0;
}

int authorize_account_request(struct exchange *x, struct err *err)
{
    struct oidc_place place;
    return method_is_served(x) && oidc_place_of_account(x, &place)
               ? authorize_at(x, &place, &x->req->params, says_iss(x), err)
               : 0;
}
