/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/client_look.h"

#include "mock/oidc/client_auth.h"
#include "mock/oidc/place.h"

void client_look(struct exchange *x)
{
    struct http_reply dropped = {0};
    struct exchange look = *x;
    struct url_params form = {0};
    struct oidc_place place;
    struct oidc_client client;
    struct err ignored = {0};
    look.reply = &dropped;
    if (x->req->body_cut || form_parse(x->req->arena, x->req->body, &form, &ignored) < 0) {
        form = (struct url_params){0};
    }
    if (params_get(&form, "client_assertion") == NULL && oidc_place_of_workspace(&look, &place)) {
        (void)client_authenticate(&look, &place, &form, CLIENT_NAMED, &client);
    }
}
