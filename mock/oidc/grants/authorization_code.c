/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/buf.h"
#include "base/crypto/digest.h"
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/app_store.h"
#include "mock/state/code_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

/* A code is good once, for the client, the place, the redirect URI and the challenge it was made
 * for. Who asks with a used one ends what came of it (RFC 6749 section 4.1.2). */

/* RFC 7636 section 4.6; a verifier without a challenge is a downgrade (RFC 9700 section 2.1.1). */
static bool verifier_is_right(const struct token_call *call, const struct code *c)
{
    struct str verifier = params_value(call->form, "code_verifier");
    const char *challenge = c->is_for.challenge;
    if (challenge[0] == '\0' || verifier.len == 0) {
        return challenge[0] == '\0' && verifier.len == 0;
    }
    AUTO_BUF struct buf made = {0};
    pkce_challenge_s256(&made, verifier);
    return pkce_verifier_is_valid(verifier) && str_eq_z(buf_str(&made), challenge);
}

static enum credential_state judge(struct token_call *call, const struct code *c)
{
    if (c == NULL || c->device) {
        return c == NULL ? CREDENTIAL_UNKNOWN : CREDENTIAL_WRONG;
    }
    if (strcmp(c->is_for.client_id, call->client.id) != 0 ||
        strcmp(c->is_for.audience, call->place->audience) != 0) {
        return CREDENTIAL_WRONG;
    }
    if (c->redeemed) {
        (void)credential_store_revoke_family(call->state->credentials, c->family);
        return CREDENTIAL_REVOKED;
    }
    if (mock_state_now_ms(call->state) >= c->expires_ms) {
        return CREDENTIAL_EXPIRED;
    }
    if (!str_eq_z(params_value(call->form, "redirect_uri"), c->is_for.redirect_uri) ||
        !verifier_is_right(call, c)) {
        return CREDENTIAL_WRONG;
    }
    return c->is_for.principal->blocked ? CREDENTIAL_REVOKED : CREDENTIAL_LIVE;
}

static int redeem(struct token_call *call, struct code *c, struct err *err)
{
    const struct principal *p = c->is_for.principal;
    struct str scope = str_of(c->is_for.scope);
    int64_t session_ms =
        call->client.app != NULL ? call->client.app->policy.absolute_session_ms : 0;
    bool id_token = str_has_word(scope, STR("openid"));
    c->redeemed = true;
    call->x->notes->principal = arena_strdup(call->x->req->arena, p->name);
    const struct granted g = {
        .principal = p,
        .scope = c->is_for.scope,
        .access_ms = grant_access_ms(call, p),
        .family = c->family,
        .new_refresh_token = str_has_word(scope, STR("offline_access")),
        .refresh_ms = grant_refresh_ms(call, p),
        .session_end_ms = session_ms > 0 ? mock_state_now_ms(call->state) + session_ms : 0,
        .nonce = id_token ? c->is_for.nonce : NULL,
    };
    return grant_answer(call, &g, err);
}

int grant_authorization_code(struct token_call *call, struct err *err)
{
    struct str value = params_value(call->form, "code");
    if (value.len == 0) {
        token_reply_error(call->x, "invalid_request", "The parameter code is missing");
        return 0;
    }
    struct code *c = code_store_find(call->state->oidc->codes, value);
    enum credential_state state = judge(call, c);
    grant_note(call, NULL, value, state);
    if (state != CREDENTIAL_LIVE) {
        token_reply_error(call->x, "invalid_grant", NULL);
        return 0;
    }
    return redeem(call, c, err);
}
