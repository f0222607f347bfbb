/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"

/* A token for the data plane: an access token of this place, given as the assertion, becomes one
 * that is limited to authorization_details (databricks-sdk-py data_plane.py; RFC 9396). */

static enum credential_state judge(const struct token_call *call, const struct credential *c)
{
    if (c == NULL) {
        return CREDENTIAL_UNKNOWN;
    }
    if (c->kind != SECRET_ACCESS_TOKEN || strcmp(c->audience, call->place->audience) != 0 ||
        c->issued_ms > mock_state_now_ms(call->state)) {
        return CREDENTIAL_WRONG;
    }
    if (c->revoked || c->principal->blocked) {
        return CREDENTIAL_REVOKED;
    }
    return credential_is_in_force(c, mock_state_now_ms(call->state)) ? CREDENTIAL_LIVE
                                                                     : CREDENTIAL_EXPIRED;
}

static int narrow(struct token_call *call, const struct credential *c, struct err *err)
{
    AUTO_JSON struct json *details = NULL;
    if (!grant_details_take(call, &details)) {
        return 0;
    }
    if (details == NULL) {
        token_reply_error(call->x, "invalid_request",
                          "The parameter authorization_details is missing");
        return 0;
    }
    struct arena *a = call->x->req->arena;
    int64_t life_ms = grant_access_ms(call, c->principal);
    int64_t left_ms = credential_life_left_ms(c, mock_state_now_ms(call->state));
    if (call->client.id[0] == '\0') {
        call->client.id = arena_strdup(a, c->client_id);
    }
    const struct granted g = {
        .principal = c->principal,
        .scope = arena_strdup(a, c->scope),
        .access_ms = life_ms < left_ms ? life_ms : left_ms,
        .family = c->family,
        .details = details,
    };
    return grant_answer(call, &g, err);
}

int grant_jwt_bearer(struct token_call *call, struct err *err)
{
    struct str assertion = params_value(call->form, "assertion");
    if (assertion.len == 0) {
        token_reply_error(call->x, "invalid_request", "The parameter assertion is missing");
        return 0;
    }
    const struct credential *c = credential_store_find(call->state->credentials, assertion);
    enum credential_state state = judge(call, c);
    grant_note(call, c, assertion, state);
    if (state != CREDENTIAL_LIVE) {
        token_reply_error(call->x, "invalid_grant", NULL);
        return 0;
    }
    return narrow(call, c, err);
}
