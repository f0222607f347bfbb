/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/grants/grant.h"
#include "mock/oidc/scope.h"
#include "mock/oidc/token_reply.h"
#include "mock/state/principal_store.h"

/* M2M: a service principal gets a token for itself. No refresh token (RFC 6749 section 4.4.3). */

/* Asked for, or all-apis, or all it may have. */
static const char *scope_wanted(struct token_call *call, const struct principal *p)
{
    struct arena *a = call->x->req->arena;
    struct str asked = form_value(call->form, "scope");
    if (asked.len > 0) {
        return arena_strndup(a, asked.ptr, asked.len);
    }
    return principal_may_have_scope(p, STR("all-apis")) ? "all-apis" : scope_of_principal(a, p);
}

int grant_client_credentials(struct token_call *call, struct err *err)
{
    const struct principal *p = call->client.principal;
    if (p == NULL) {
        token_reply_error(call->x, "unauthorized_client",
                          "A public client has no credentials of its own");
        return 0;
    }
    struct str asked = form_value(call->form, "scope");
    struct str may_have = str_of(scope_of_principal(call->x->req->arena, p));
    if (asked.len > 0 && (!scope_is_well_formed(asked) || !scope_is_within(asked, may_have))) {
        token_reply_error(call->x, "invalid_scope", NULL);
        return 0;
    }
    struct token_answer answer = {
        .scope = scope_wanted(call, p),
        .lifetime_ms = p->access_token_lifetime_ms,
    };
    struct access_grant what = {
        .principal = p, .scope = answer.scope, .lifetime_ms = answer.lifetime_ms};
    if (grant_issue_access_token(call, &what, &answer.access_token, err) < 0) {
        return -1;
    }
    token_reply(call->x, &answer);
    return 0;
}
