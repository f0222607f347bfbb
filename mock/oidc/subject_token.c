/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/subject_token.h"

#include "base/crypto/jwt.h"
#include "mock/oidc/jwt_claims.h"
#include "mock/oidc/place.h"
#include "mock/state/federation_store.h"
#include "mock/state/key_ring.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/workspace_store.h"

/* The default audiences are the account and the token endpoint (Databricks: OAuth token
 * federation), and those that databricks-config tells of. */
static bool audience_fits(struct exchange *x, const struct oidc_place *place,
                          const struct federation_policy *p, const struct json *claims)
{
    const struct mock_state *s = x->state;
    const struct str_list *more = &s->oidc->knobs.federation_audiences;
    struct arena *a = x->req->arena;
    const struct str_list *wanted = p->audiences.count > 0 ? &p->audiences : more;
    if (p->audiences.count == 0 &&
        (jwt_has_audience(claims, place->workspace->account_id) ||
         jwt_has_audience(claims, arena_printf(a, "%s/v1/token", place->issuer)))) {
        return true;
    }
    VEC_FOREACH(const char *const, audience, wanted) {
        if (jwt_has_audience(claims, *audience)) {
            return true;
        }
    }
    return false;
}

static bool signed_by_this_mock(const struct mock_state *s, const struct jwt *jwt)
{
    const char *kid = json_get_string(jwt->header, "kid", "");
    const struct crypto_key *own = key_ring_find(s->keys, str_of(kid));
    return (own != NULL && jwt_verify(jwt, own)) ||
           jwt_verify(jwt, service_key_entra(s->service_keys)) ||
           jwt_verify(jwt, service_key_issuer(s->service_keys));
}

static bool signature_fits(const struct mock_state *s, const struct federation_policy *p,
                           const struct jwt *jwt)
{
    return p->keys.count > 0 ? public_keys_verify(&p->keys, jwt) : signed_by_this_mock(s, jwt);
}

static const struct principal *principal_of(const struct mock_state *s,
                                            const struct federation_policy *p, const char *subject)
{
    if (p->principal != NULL) {
        return p->principal;
    }
    const struct principal *user = principal_store_named(s->principals, str_of(subject));
    if (user != NULL && user->kind == PRINCIPAL_USER) {
        return user;
    }
    return principal_store_client(s->principals, str_of(subject));
}

static bool policy_fits(struct exchange *x, const struct oidc_place *place,
                        const struct federation_policy *p, const struct jwt *jwt)
{
    const char *subject = json_get_string(jwt->claims, p->subject_claim, "");
    return strcmp(json_get_string(jwt->claims, "iss", ""), p->issuer) == 0 && subject[0] != '\0' &&
           (p->subject == NULL || strcmp(p->subject, subject) == 0) &&
           audience_fits(x, place, p, jwt->claims);
}

static enum credential_state state_of_time(enum jwt_time time)
{
    return time == JWT_IN_TIME   ? CREDENTIAL_LIVE
           : time == JWT_EXPIRED ? CREDENTIAL_EXPIRED
                                 : CREDENTIAL_WRONG;
}

static const char *text_of(struct arena *a, const struct json *node)
{
    const struct json *first = json_type(node) == JSON_ARRAY ? json_first(node) : node;
    return arena_strdup(a, json_string_or(first, ""));
}

void subject_token_judge(struct exchange *x, const struct oidc_place *place,
                         const struct principal *client, struct str token,
                         struct subject_token *ret)
{
    const struct mock_state *s = x->state;
    struct arena *a = x->req->arena;
    struct err ignored = {0};
    AUTO_JWT struct jwt jwt = {0};
    *ret = (struct subject_token){
        .state = CREDENTIAL_MALFORMED, .issuer = "", .subject = "", .audience = ""};
    if (jwt_parse(token, &jwt, &ignored) < 0) {
        return;
    }
    ret->state = CREDENTIAL_WRONG;
    ret->issuer = text_of(a, json_get(jwt.claims, "iss"));
    ret->subject = text_of(a, json_get(jwt.claims, "sub"));
    ret->audience = text_of(a, json_get(jwt.claims, "aud"));
    enum jwt_time time = jwt_time_of(jwt.claims, mock_state_now_ms(s), &ret->expires_ms);
    const struct federation_policy *p;
    for (size_t i = 0; (p = federation_store_at(s->oidc->federation, client, i)) != NULL; i++) {
        if (!policy_fits(x, place, p, &jwt) || !signature_fits(s, p, &jwt)) {
            continue;
        }
        const struct principal *who =
            principal_of(s, p, json_get_string(jwt.claims, p->subject_claim, ""));
        ret->state = who == NULL ? CREDENTIAL_WRONG : state_of_time(time);
        if (ret->state == CREDENTIAL_LIVE && who->blocked) {
            ret->state = CREDENTIAL_REVOKED;
        }
        ret->principal = ret->state == CREDENTIAL_LIVE ? who : NULL;
        return;
    }
}
