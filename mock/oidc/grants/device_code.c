/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/code_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"

/* RFC 8628 section 3.5, with the outcome that the scenario has planned. */

enum { SLOWER_BY_MS = 5000 };

/* Sooner than allowed is told so whatever is planned. */
static bool came_too_soon(struct code *c, int64_t now_ms)
{
    bool soon = c->polls > 0 && now_ms - c->last_poll_ms < c->interval_ms;
    c->polls += soon ? 0 : 1;
    c->last_poll_ms = now_ms;
    return soon;
}

/* The error to answer with, or NULL. */
static const char *planned_error(const struct scenario_device_flow *plan, const struct code *c)
{
    if (c->polls <= plan->pending_polls) {
        return "authorization_pending";
    }
    if (c->polls <= plan->pending_polls + plan->slow_down_polls) {
        return "slow_down";
    }
    switch ((enum device_outcome)plan->outcome) {
    case DEVICE_DENIED:
        return "device-denied";
    case DEVICE_EXPIRED:
        return "expired_token";
    case DEVICE_PENDING:
        return "authorization_pending";
    case DEVICE_APPROVED:
    case DEVICE_OUTCOME_COUNT:
        break;
    }
    return c->is_for.principal == NULL || c->is_for.principal->blocked ? "device-denied" : NULL;
}

static bool is_of_client(const struct token_call *call, const struct code *c)
{
    return c != NULL && c->device && strcmp(c->is_for.client_id, call->client.id) == 0 &&
           strcmp(c->is_for.audience, call->place->audience) == 0;
}

static const char *refusal(struct token_call *call, struct code *c, enum credential_state *ret)
{
    int64_t now_ms = mock_state_now_ms(call->state);
    *ret = c == NULL ? CREDENTIAL_UNKNOWN : CREDENTIAL_WRONG;
    if (!is_of_client(call, c)) {
        return "invalid_grant";
    }
    if (c->redeemed) {
        *ret = CREDENTIAL_REVOKED;
        return "invalid_grant";
    }
    if (now_ms >= c->expires_ms) {
        *ret = CREDENTIAL_EXPIRED;
        return "expired_token";
    }
    *ret = CREDENTIAL_LIVE;
    const char *error = came_too_soon(c, now_ms)
                            ? "slow_down"
                            : planned_error(&call->state->oidc->knobs.device_flow, c);
    /* From now on the interval is longer. */
    if (error != NULL && strcmp(error, "slow_down") == 0) {
        c->interval_ms += SLOWER_BY_MS;
    }
    return error;
}

int grant_device_code(struct token_call *call, struct err *err)
{
    struct str value = params_value(call->form, "device_code");
    if (value.len == 0) {
        token_reply_error(call->x, "invalid_request", "The parameter device_code is missing");
        return 0;
    }
    enum credential_state state;
    struct code *c = code_store_find(call->state->oidc->codes, value);
    const char *error = refusal(call, c, &state);
    grant_note(call, NULL, value, state);
    if (error != NULL) {
        token_reply_error(call->x, error, NULL);
        return 0;
    }
    const struct principal *p = c->is_for.principal;
    struct str scope = str_of(c->is_for.scope);
    c->redeemed = true;
    call->x->notes->principal = arena_strdup(call->x->req->arena, p->name);
    const struct granted g = {
        .principal = p,
        .scope = c->is_for.scope,
        .access_ms = grant_access_ms(call, p),
        .family = c->family,
        .new_refresh_token = str_has_word(scope, STR("offline_access")),
        .refresh_ms = grant_refresh_ms(call, p),
        .nonce = str_has_word(scope, STR("openid")) ? "" : NULL,
    };
    return grant_answer(call, &g, err);
}
