/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"

/* A refresh token is good for the client and the place it was issued to, and may be used again (the
 * service's default). Whatever is wrong with it, the service says the same. */

static enum credential_state judge(const struct token_call *call, const struct credential *c,
                                   const struct canary *sent)
{
    if (c == NULL) {
        return sent != NULL ? CREDENTIAL_WRONG : CREDENTIAL_UNKNOWN;
    }
    if (c->kind != SECRET_REFRESH_TOKEN || strcmp(c->client_id, call->client.id) != 0 ||
        strcmp(c->audience, call->place->audience) != 0) {
        return CREDENTIAL_WRONG;
    }
    if (c->revoked || c->principal->blocked) {
        return CREDENTIAL_REVOKED;
    }
    return credential_is_in_force(c, mock_state_now_ms(call->state)) ? CREDENTIAL_LIVE
                                                                     : CREDENTIAL_EXPIRED;
}

/* The refresh token is the credential of interest here, more than the client's secret. */
static void note(struct token_call *call, const struct credential *c, const struct canary *sent,
                 enum credential_state state)
{
    struct arena *a = call->x->req->arena;
    struct journal_credential *n = &call->x->notes->credential;
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

static int refresh(struct token_call *call, const struct credential *c, struct err *err)
{
    struct arena *a = call->x->req->arena;
    struct str asked = form_value(call->form, "scope");
    struct str granted = str_of(c->scope);
    if (asked.len > 0 && (!scope_is_well_formed(asked) || !scope_is_within(asked, granted))) {
        token_reply_error(call->x, "invalid_scope", NULL);
        return 0;
    }
    struct str scope = asked.len > 0 ? asked : granted;
    struct token_answer answer = {
        .scope = arena_strndup(a, scope.ptr, scope.len),
        .lifetime_ms = c->principal->access_token_lifetime_ms,
        .refresh_token = form_value(call->form, "refresh_token"),
    };
    struct access_grant what = {
        .principal = c->principal,
        .scope = answer.scope,
        .lifetime_ms = answer.lifetime_ms,
        .family = c->family,
    };
    if (grant_issue_access_token(call, &what, &answer.access_token, err) < 0) {
        return -1;
    }
    token_reply(call->x, &answer);
    return 0;
}

int grant_refresh_token(struct token_call *call, struct err *err)
{
    struct str token = form_value(call->form, "refresh_token");
    if (token.len == 0) {
        token_reply_error(call->x, "invalid_request", "The parameter refresh_token is missing");
        return 0;
    }
    const struct credential *c = credential_store_find(call->state->credentials, token);
    const struct canary *sent = secret_set_find(call->state->canaries, token);
    enum credential_state state = judge(call, c, sent);
    note(call, c, sent, state);
    if (state != CREDENTIAL_LIVE) {
        token_reply_error(call->x, "refresh-token-invalid", NULL);
        return 0;
    }
    return refresh(call, c, err);
}
