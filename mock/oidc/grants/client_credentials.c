/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/principal_store.h"

/* M2M: a service principal gets a token for itself. No refresh token (RFC 6749 section 4.4.3). */
int grant_client_credentials(struct token_call *call, struct err *err)
{
    const struct principal *p = call->client.principal;
    AUTO_JSON struct json *details = NULL;
    if (p == NULL) {
        bool public = !call->client.proven;
        token_reply_error(call->x, "unauthorized_client",
                          public ? "A public client has no credentials of its own"
                                 : "An application is no service principal");
        return 0;
    }
    const char *scope = grant_scope(call, p);
    if (scope == NULL || !grant_details_take(call, &details)) {
        return 0;
    }
    const struct granted g = {
        .principal = p,
        .scope = scope,
        .access_ms = grant_access_ms(call, p),
        .details = details,
    };
    return grant_answer(call, &g, err);
}
