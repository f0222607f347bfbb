/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret/secret.h"
#include "mock/control/control_priv.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"

struct json *control_token_json(const struct credential *c)
{
    struct json *o = json_object();
    json_set_string(o, "name", c->name);
    json_set_string(o, "kind", secret_kind_name(c->kind));
    json_set_string(o, "principal", c->principal->name);
    json_set_int(o, "issued_ms", c->issued_ms);
    if (c->expires_ms != CREDENTIAL_NEVER_EXPIRES) {
        json_set_int(o, "expires_ms", c->expires_ms);
    }
    json_set_bool(o, "revoked", c->revoked);
    return o;
}

int control_get_tokens(struct exchange *x, struct err *err)
{
    (void)err;
    const struct url_param *kind = params_get(&x->req->params, "kind");
    const struct credential_store *store = space_of(x)->state->credentials;
    struct json *list = json_array();
    size_t pos = 0;
    for (const struct credential *c = credential_store_next(store, &pos); c != NULL;
         c = credential_store_next(store, &pos)) {
        if (kind == NULL || str_eq_z(kind->value, secret_kind_name(c->kind))) {
            json_push(list, control_token_json(c));
        }
    }
    http_reply_json(x->req, x->reply, 200, list);
    return 0;
}
