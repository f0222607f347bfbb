/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/subject_token.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"

/* RFC 8693 as Databricks has it: a federated JWT or a personal access token becomes an access
 * token, which never outlives what it was made of. The parameter
 * return_original_token_if_authenticated, which drivers add, is not looked at. */

#define ACCESS_TOKEN "urn:ietf:params:oauth:token-type:access_token"
#define PAT          "urn:databricks:params:oauth:token-type:personal-access-token"

static const char *const jwt_types[] = {
    "urn:ietf:params:oauth:token-type:jwt",
    "urn:ietf:params:oauth:token-type:id_token",
    ACCESS_TOKEN,
};

static bool is_jwt_type(struct str type)
{
    for (size_t i = 0; i < ARRAY_LEN(jwt_types); i++) {
        if (str_eq_z(type, jwt_types[i])) {
            return true;
        }
    }
    return false;
}

/* What is wrong with the shape of the request, or NULL: RFC 8693 section 2.1. */
static const char *complaint(const struct token_call *call)
{
    struct str type = params_value(call->form, "subject_token_type");
    struct str wanted = params_value(call->form, "requested_token_type");
    if (params_value(call->form, "subject_token").len == 0) {
        return "The parameter subject_token is missing";
    }
    if (type.len == 0) {
        return "The parameter subject_token_type is missing";
    }
    if (!is_jwt_type(type) && !str_eq_z(type, PAT)) {
        return "The subject_token_type is not supported";
    }
    if (wanted.len > 0 && !str_eq_z(wanted, ACCESS_TOKEN)) {
        return "The requested_token_type is not supported";
    }
    if (params_value(call->form, "actor_token").len > 0 ||
        params_value(call->form, "actor_token_type").len > 0) {
        return "An actor token is not supported";
    }
    return NULL;
}

/* A subject token with scopes of its own gives no more than those; limit "" = it has none. */
static const char *scope_within(struct token_call *call, const struct principal *p,
                                const char *limit)
{
    struct arena *a = call->x->req->arena;
    if (limit[0] != '\0' && params_value(call->form, "scope").len == 0) {
        return arena_strdup(a, limit);
    }
    const char *scope = grant_scope(call, p);
    if (scope != NULL && limit[0] != '\0' && !scope_is_within(str_of(scope), str_of(limit))) {
        token_reply_error(call->x, "invalid_scope", NULL);
        return NULL;
    }
    return scope;
}

static int exchange(struct token_call *call, const struct principal *p, int64_t left_ms,
                    const char *limit, struct err *err)
{
    const char *scope = scope_within(call, p, limit);
    AUTO_JSON struct json *details = NULL;
    if (scope == NULL || !grant_details_take(call, &details)) {
        return 0;
    }
    int64_t life_ms = grant_access_ms(call, p);
    if (call->client.id[0] == '\0' && p->client_id[0] != '\0') {
        call->client.id = p->client_id; /* the token says for whom it is */
    }
    call->x->notes->principal = arena_strdup(call->x->req->arena, p->name);
    const struct granted g = {
        .principal = p,
        .scope = scope,
        .access_ms = life_ms < left_ms ? life_ms : left_ms,
        .issued_token_type = ACCESS_TOKEN,
        .details = details,
    };
    return grant_answer(call, &g, err);
}

static int exchange_pat(struct token_call *call, struct str token, struct err *err)
{
    const struct credential *c = credential_store_find(call->state->credentials, token);
    int64_t now_ms = mock_state_now_ms(call->state);
    enum credential_state state = CREDENTIAL_LIVE;
    if (c == NULL || c->kind != SECRET_PAT) {
        state = c == NULL ? CREDENTIAL_UNKNOWN : CREDENTIAL_WRONG;
    } else if (c->revoked || c->principal->blocked) {
        state = CREDENTIAL_REVOKED;
    } else if (!credential_is_in_force(c, now_ms)) {
        state = CREDENTIAL_EXPIRED;
    }
    grant_note(call, c, token, state);
    if (state != CREDENTIAL_LIVE) {
        token_reply_error(call->x, "invalid_grant", NULL);
        return 0;
    }
    return exchange(call, c->principal, credential_life_left_ms(c, now_ms), c->scope, err);
}

static int exchange_jwt(struct token_call *call, struct str token, struct err *err)
{
    struct subject_token subject;
    subject_token_judge(call->x, call->place, call->client.principal, token, &subject);
    grant_note(call, NULL, token, subject.state);
    if (call->x->notes->credential.kind[0] == '\0') {
        call->x->notes->credential.kind = secret_kind_name(SECRET_ASSERTION);
    }
    if (subject.state != CREDENTIAL_LIVE) {
        token_reply_error(
            call->x, "federation-refused",
            arena_printf(call->x->req->arena,
                         "Failed to process token: TOKEN_INVALID (Ensure a valid federation policy "
                         "has been configured). Valid federation policy for provided token: "
                         "{issuer: '%s', subject: '%s', audience: '%s'}",
                         subject.issuer, subject.subject, subject.audience));
        return 0;
    }
    return exchange(call, subject.principal, subject.expires_ms - mock_state_now_ms(call->state),
                    "", err);
}

int grant_token_exchange(struct token_call *call, struct err *err)
{
    const char *wrong = complaint(call);
    if (wrong != NULL) {
        token_reply_error(call->x, "invalid_request", wrong);
        return 0;
    }
    struct str token = params_value(call->form, "subject_token");
    bool pat = str_eq_z(params_value(call->form, "subject_token_type"), PAT);
    return pat ? exchange_pat(call, token, err) : exchange_jwt(call, token, err);
}
