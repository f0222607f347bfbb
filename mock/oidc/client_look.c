/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/client_look.h"

#include "mock/oidc/client_auth.h"
#include "mock/oidc/place.h"

void client_look(struct exchange *x)
{
    struct http_reply dropped = {0};
    struct exchange look = *x;
    static const struct url_params no_form = {0};
    const struct url_params *read = http_req_form(x->req);
    const struct url_params *form = read != NULL ? read : &no_form;
    struct oidc_place place;
    struct oidc_client client;
    look.reply = &dropped;
    if (params_get(form, "client_assertion") == NULL && oidc_place_of_workspace(&look, &place)) {
        (void)client_authenticate(&look, &place, form, CLIENT_NAMED, &client);
    }
}
