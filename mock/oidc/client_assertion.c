/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/client_assertion.h"

#include "base/crypto/jwt.h"
#include "mock/oidc/jwt_claims.h"
#include "mock/oidc/place.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/public_keys.h"
#include "mock/state/replay_guard.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

static bool is_for_us(struct arena *a, const struct oidc_place *place, const struct json *claims)
{
    return jwt_has_audience(claims, place->issuer) ||
           jwt_has_audience(claims, arena_printf(a, "%s/v1/token", place->issuer));
}

static enum credential_state judge(struct exchange *x, const struct oidc_place *place,
                                   const struct jwt *jwt, const char *client_id)
{
    struct mock_state *s = x->state;
    int64_t exp_ms = 0, now_ms = mock_state_now_ms(s);
    const char *sub = json_get_string(jwt->claims, "sub", "");
    const char *jti = json_get_string(jwt->claims, "jti", "");
    const struct public_keys *keys = oidc_client_keys(s, client_id);
    if (keys == NULL) {
        return CREDENTIAL_UNKNOWN;
    }
    if (strcmp(client_id, sub) != 0 || !public_keys_verify(keys, jwt) ||
        !is_for_us(x->req->arena, place, jwt->claims) || jti[0] == '\0') {
        return CREDENTIAL_WRONG;
    }
    enum jwt_time time = jwt_time_of(jwt->claims, now_ms, &exp_ms);
    if (time != JWT_IN_TIME) {
        return time == JWT_EXPIRED ? CREDENTIAL_EXPIRED : CREDENTIAL_WRONG;
    }
    struct str seen = str_of(arena_printf(x->req->arena, "%s\n%s", client_id, jti));
    return replay_guard_take(s->oidc->assertions, seen, exp_ms, now_ms) ? CREDENTIAL_LIVE
                                                                        : CREDENTIAL_REVOKED;
}

void client_assertion_check(struct exchange *x, const struct oidc_place *place,
                            const struct url_params *form, struct client_assertion *ret)
{
    struct err ignored = {0};
    AUTO_JWT struct jwt jwt = {0};
    struct str named = params_value(form, "client_id");
    *ret = (struct client_assertion){.client_id = "", .state = CREDENTIAL_MALFORMED};
    if (!str_eq_z(params_value(form, "client_assertion_type"), ASSERTION_TYPE) ||
        jwt_parse(params_value(form, "client_assertion"), &jwt, &ignored) < 0) {
        return;
    }
    ret->client_id = arena_strdup(x->req->arena, json_get_string(jwt.claims, "iss", ""));
    if (named.len > 0 && !str_eq_z(named, ret->client_id)) {
        ret->state = CREDENTIAL_WRONG;
        return;
    }
    ret->state = judge(x, place, &jwt, ret->client_id);
}
