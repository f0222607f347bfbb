/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"
#include "base/wire/scenario.h"
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/app_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/token_mint.h"

/* So much padding makes a JWT of about 8 KiB: no size may be assumed (RFC 6749 section 5.1). */
enum { MS_PER_S = 1000, PADDING_CHARS = 5900, DETAILS_MAX_BYTES = 64 * 1024 };

int64_t grant_access_ms(const struct token_call *call, const struct principal *p)
{
    const struct oauth_app *app = call->client.app;
    return app != NULL && app->policy.access_token_ms > 0 ? app->policy.access_token_ms
                                                          : p->access_token_lifetime_ms;
}

int64_t grant_refresh_ms(const struct token_call *call, const struct principal *p)
{
    const struct oauth_app *app = call->client.app;
    return app != NULL && app->policy.refresh_token_ms > 0 ? app->policy.refresh_token_ms
                                                           : p->refresh_token_lifetime_ms;
}

const char *grant_scope(struct token_call *call, const struct principal *p)
{
    struct arena *a = call->x->req->arena;
    const char *whole = scope_of_both(a, p, call->client.app);
    struct str asked = params_value(call->form, "scope");
    if (asked.len == 0) {
        return scope_is_within(STR("all-apis"), str_of(whole)) ? "all-apis" : whole;
    }
    if (!scope_is_well_formed(asked) || !scope_is_within(asked, str_of(whole))) {
        token_reply_error(call->x, "invalid_scope", NULL);
        return NULL;
    }
    return arena_strndup(a, asked.ptr, asked.len);
}

static bool details_are_right(const struct json *details)
{
    if (json_type(details) != JSON_ARRAY || json_count(details) == 0) {
        return false;
    }
    JSON_FOREACH(one, details) {
        if (json_get_string(one, "type", NULL) == NULL) {
            return false;
        }
    }
    return true;
}

bool grant_details_take(struct token_call *call, struct json **ret_details)
{
    static const struct json_limits limits = {.max_bytes = DETAILS_MAX_BYTES, .max_depth = 16};
    struct err ignored = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct str text = params_value(call->form, "authorization_details");
    if (text.len == 0) {
        *ret_details = NULL;
        return true;
    }
    if (json_read(text, "authorization_details", &limits, &doc, &ignored) < 0 ||
        !details_are_right(doc.root)) {
        token_reply_error(call->x, "invalid_authorization_details", NULL);
        return false;
    }
    *ret_details = json_doc_take_root(&doc);
    return true;
}

void grant_note(struct token_call *call, const struct credential *c, struct str value,
                enum credential_state state)
{
    struct arena *a = call->x->req->arena;
    struct journal_credential *n = &call->x->notes->credential;
    const struct canary *sent = secret_set_find(call->state->canaries, value);
    n->name = sent != NULL ? arena_strdup(a, sent->name) : "";
    n->kind = sent != NULL ? secret_kind_name(sent->kind) : "";
    n->state = state;
    if (c == NULL) {
        return;
    }
    call->x->notes->principal = arena_strdup(a, c->principal->name);
    if (c->expires_ms != CREDENTIAL_NEVER_EXPIRES) {
        n->has_life = true;
        n->life_left_ms = credential_life_left_ms(c, mock_state_now_ms(call->state));
    }
}

static int issue(struct token_call *call, const struct token_request *r, struct str *ret_value,
                 struct err *err)
{
    struct arena *a = call->x->req->arena;
    struct credential *c;
    struct str value;
    struct token_request here = *r;
    here.arena = a;
    if (token_mint(call->state, &here, &c, &value, err) < 0) {
        return -1;
    }
    *VEC_PUSH(a, &call->x->notes->issued) = arena_strdup(a, c->name);
    /* Copied: minting the next one may forget this one. */
    *ret_value = str_n(arena_strndup(a, value.ptr, value.len), value.len);
    return 0;
}

/* What is wrong with the token itself. */
static enum token_tamper tamper_of(enum token_response how)
{
    static const enum token_tamper tampers[TOKEN_RESPONSE_COUNT] = {
        [TOKEN_RESPONSE_EXPIRED] = TOKEN_TAMPER_EXPIRED,
        [TOKEN_RESPONSE_NOT_YET] = TOKEN_TAMPER_NOT_YET,
        [TOKEN_RESPONSE_ISSUER] = TOKEN_TAMPER_ISSUER,
        [TOKEN_RESPONSE_AUDIENCE] = TOKEN_TAMPER_AUDIENCE,
        [TOKEN_RESPONSE_SIGNATURE] = TOKEN_TAMPER_SIGNATURE,
        [TOKEN_RESPONSE_KID] = TOKEN_TAMPER_KID,
        [TOKEN_RESPONSE_ALG_NONE] = TOKEN_TAMPER_ALG_NONE,
    };
    return tampers[how];
}

static int issue_access_token(struct token_call *call, const struct granted *g,
                              const struct token_request *like, struct str *ret_value,
                              struct err *err)
{
    AUTO_JSON struct json *claims = json_object();
    enum token_response how = token_response_of(call->x);
    struct token_form form = {.claims = claims, .tamper = tamper_of(how)};
    struct token_request r = *like;
    if (g->details != NULL) {
        json_set(claims, "authorization_details", json_copy(g->details));
    }
    if (how == TOKEN_RESPONSE_EXP_FLOAT) {
        int64_t end_s = (mock_state_now_ms(call->state) + g->access_ms) / MS_PER_S;
        json_set_number(claims, "exp", (double)end_s + 0.5);
    }
    if (how == TOKEN_RESPONSE_LONG) {
        AUTO_BUF struct buf padding = {0};
        for (int i = 0; i < PADDING_CHARS; i++) {
            buf_add_char(&padding, (char)('a' + i % 26));
        }
        json_set_string(claims, "padding", buf_z(&padding));
        form.format = "RS256";
    }
    r.kind = SECRET_ACCESS_TOKEN;
    r.lifetime_ms = g->access_ms;
    r.form = json_count(claims) > 0 || form.tamper != TOKEN_TAMPER_NONE ? &form : NULL;
    return issue(call, &r, ret_value, err);
}

static int issue_refresh_token(struct token_call *call, const struct granted *g,
                               const struct token_request *like, struct str *ret_value,
                               struct err *err)
{
    struct token_request r = *like;
    int64_t left_ms = g->session_end_ms - mock_state_now_ms(call->state);
    r.kind = SECRET_REFRESH_TOKEN;
    r.scope = g->refresh_scope != NULL ? g->refresh_scope : g->scope;
    r.lifetime_ms = g->session_end_ms != 0 && left_ms < g->refresh_ms ? left_ms : g->refresh_ms;
    r.session_end_ms = g->session_end_ms;
    return issue(call, &r, ret_value, err);
}

/* OpenID Connect Core section 5.4: what the scopes allow. */
static int issue_id_token(struct token_call *call, const struct granted *g,
                          const struct token_request *like, struct str *ret_value, struct err *err)
{
    AUTO_JSON struct json *claims = scope_claims(g->principal, str_of(g->scope));
    struct token_form form = {.claims = claims};
    struct token_request r = *like;
    if (g->nonce[0] != '\0') {
        json_set_string(claims, "nonce", g->nonce);
    }
    r.kind = SECRET_ASSERTION;
    r.lifetime_ms = g->access_ms;
    r.form = &form;
    return issue(call, &r, ret_value, err);
}

/* The least of what was asked: all-apis becomes sql, a list its first. */
static const char *scope_narrowed(struct arena *a, const char *scope)
{
    struct str rest = str_of(scope), first;
    if (strcmp(scope, "all-apis") == 0) {
        return "sql";
    }
    return str_split(&rest, ' ', &first) ? arena_strndup(a, first.ptr, first.len) : scope;
}

int grant_answer(struct token_call *call, const struct granted *g, struct err *err)
{
    struct arena *a = call->x->req->arena;
    bool narrow = token_response_of(call->x) == TOKEN_RESPONSE_SCOPE;
    struct token_answer answer = {
        .scope = narrow ? scope_narrowed(a, g->scope) : g->scope,
        .lifetime_ms = g->access_ms,
        .refresh_token = g->refresh_token,
        .issued_token_type = g->issued_token_type,
        .details = g->details,
    };
    struct token_request like = {
        .principal = g->principal,
        .client_id = call->client.id,
        .audience = call->place->audience,
        .issuer = call->place->issuer,
        .scope = answer.scope,
        .family = g->family,
    };
    if (issue_access_token(call, g, &like, &answer.access_token, err) < 0 ||
        (g->new_refresh_token &&
         issue_refresh_token(call, g, &like, &answer.refresh_token, err) < 0) ||
        (g->nonce != NULL && issue_id_token(call, g, &like, &answer.id_token, err) < 0)) {
        return -1;
    }
    token_reply(call->x, &answer);
    return 0;
}
