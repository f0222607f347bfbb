/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/place.h"

#include "mock/access/access.h"
#include "mock/http/recorded_error.h"
#include "mock/state/mock_state.h"
#include "mock/state/workspace_store.h"

bool host_is_account_console(struct str host)
{
    return str_starts(host, STR("accounts."));
}

bool oidc_place_of_workspace(struct exchange *x, struct oidc_place *ret)
{
    if (host_is_account_console(x->req->host)) {
        /* A console without an account id in the path shows its login page (sdk-py#298). */
        recorded_error_reply(x->req, x->reply, "html-login", NULL);
        access_service_headers(x);
        return false;
    }
    const struct workspace *w = access_workspace(x);
    if (w == NULL) {
        return false;
    }
    *ret = (struct oidc_place){
        .issuer = arena_printf(x->req->arena, "%s/oidc", http_req_origin(x->req)),
        .audience = w->workspace_id,
        .workspace = w,
    };
    return true;
}

bool oidc_place_of_account(struct exchange *x, struct oidc_place *ret)
{
    const struct mock_state *s = x->state;
    const struct workspace *w = workspace_store_account(s->workspaces, x->req->captures[0]);
    if (w == NULL) {
        recorded_error_reply(x->req, x->reply, "endpoint-not-found", "There is no such account");
        access_service_headers(x);
        return false;
    }
    *ret = (struct oidc_place){
        .issuer = arena_printf(x->req->arena, "%s/oidc/accounts/%s", http_req_origin(x->req),
                               w->account_id),
        .audience = w->account_id,
        .workspace = w,
    };
    return true;
}
