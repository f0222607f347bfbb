/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/state/credential_store.h"
#include "mock/state/token_mint.h"

static const struct grant table[] = {
    {"client_credentials", true, grant_client_credentials,
     "RFC 6749 section 4.4; databricks-jdbc sqlexecapi/m2mauthintegrationtests"},
    {"refresh_token", true, grant_refresh_token, "RFC 6749 section 6; databricks/cli PR 1434"},
};

const struct grant *grant_at(size_t index)
{
    return index < ARRAY_LEN(table) ? &table[index] : NULL;
}

const struct grant *grant_find(struct str grant_type)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (str_eq_z(grant_type, table[i].grant_type)) {
            return &table[i];
        }
    }
    return NULL;
}

int grant_issue_access_token(struct token_call *call, const struct access_grant *what,
                             struct str *ret_value, struct err *err)
{
    struct arena *a = call->x->req->arena;
    struct token_request r = {
        .kind = SECRET_ACCESS_TOKEN,
        .principal = what->principal,
        .client_id = call->client.id,
        .audience = call->place->audience,
        .issuer = call->place->issuer,
        .scope = what->scope,
        .lifetime_ms = what->lifetime_ms,
        .family = what->family,
    };
    struct credential *c;
    if (token_mint(call->state, &r, &c, ret_value, err) < 0) {
        return -1;
    }
    *VEC_PUSH(a, &call->x->notes->issued) = arena_strdup(a, c->name);
    return 0;
}
