/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/app_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

/* A refresh token is good for the client and the place it was issued to, and may be used again (the
 * service's default) unless the application has single-use ones: then each use gives a new one, and
 * a second use of the old one ends the session, since one of the two users stole it (RFC 9700
 * section 4.14.2). Whatever is wrong with it, the service says the same. */

static bool is_single_use(const struct token_call *call)
{
    return call->client.app != NULL && call->client.app->policy.single_use_refresh_tokens;
}

static bool was_used(const struct token_call *call, const struct credential *c)
{
    int64_t grace_ms = call->state->oidc->knobs.refresh_reuse_grace_ms;
    return is_single_use(call) && c->session.used_ms != 0 &&
           mock_state_now_ms(call->state) - c->session.used_ms >= grace_ms;
}

static enum credential_state judge(struct token_call *call, const struct credential *c,
                                   struct str token)
{
    if (c == NULL) {
        bool other_secret = secret_set_find(call->state->canaries, token) != NULL;
        return other_secret ? CREDENTIAL_WRONG : CREDENTIAL_UNKNOWN;
    }
    if (c->kind != SECRET_REFRESH_TOKEN || strcmp(c->client_id, call->client.id) != 0 ||
        strcmp(c->audience, call->place->audience) != 0) {
        return CREDENTIAL_WRONG;
    }
    if (was_used(call, c)) {
        (void)credential_store_revoke_family(call->state->credentials, c->family);
        return CREDENTIAL_REVOKED;
    }
    if (c->revoked || c->principal->blocked) {
        return CREDENTIAL_REVOKED;
    }
    return credential_is_in_force(c, mock_state_now_ms(call->state)) ? CREDENTIAL_LIVE
                                                                     : CREDENTIAL_EXPIRED;
}

static int refresh(struct token_call *call, struct credential *c, struct err *err)
{
    struct arena *a = call->x->req->arena;
    struct str asked = params_value(call->form, "scope");
    struct str granted = str_of(c->scope);
    if (asked.len > 0 && (!scope_is_well_formed(asked) || !scope_is_within(asked, granted))) {
        token_reply_error(call->x, "invalid_scope", NULL);
        return 0;
    }
    struct str scope = asked.len > 0 ? asked : granted;
    bool rotate = is_single_use(call);
    struct granted g = {
        .principal = c->principal,
        .scope = arena_strndup(a, scope.ptr, scope.len),
        .access_ms = grant_access_ms(call, c->principal),
        .family = c->family,
        .new_refresh_token = rotate,
        .refresh_ms = grant_refresh_ms(call, c->principal),
        .session_end_ms = c->session.end_ms,
        .refresh_scope = arena_strdup(a, c->scope), /* RFC 6749 section 6: identical */
    };
    if (rotate) {
        c->session.used_ms = mock_state_now_ms(call->state);
    } else {
        g.refresh_token = params_value(call->form, "refresh_token");
    }
    return grant_answer(call, &g, err);
}

static const char *refusal_name(const struct mock_state *s)
{
    switch ((enum scenario_refresh_error)s->oidc->knobs.refresh_error) {
    case REFRESH_ERROR_INVALID_GRANT:
        return "refresh-token-dead";
    case REFRESH_ERROR_401:
        return "refresh-token-invalid-401";
    case REFRESH_ERROR_INVALID_REQUEST:
        break;
    }
    return "refresh-token-invalid";
}

int grant_refresh_token(struct token_call *call, struct err *err)
{
    struct str token = params_value(call->form, "refresh_token");
    if (token.len == 0) {
        token_reply_error(call->x, "invalid_request", "The parameter refresh_token is missing");
        return 0;
    }
    struct credential *c = credential_store_find(call->state->credentials, token);
    enum credential_state state = judge(call, c, token);
    grant_note(call, c, token, state);
    if (state != CREDENTIAL_LIVE) {
        token_reply_error(call->x, refusal_name(call->state), NULL);
        return 0;
    }
    return refresh(call, c, err);
}
