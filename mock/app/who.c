/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/who.h"

#include "mock/access/access.h"
#include "mock/http/basic.h"
#include "mock/oidc/client_look.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"

static struct str id_from_basic(struct arena *a, struct str header)
{
    struct basic_pair pair;
    return basic_read(a, header, &pair) ? basic_half(a, pair.id) : STR("");
}

/* The client that a token request names (RFC 6749 section 2.3.1). */
static struct str client_named(struct http_req *req)
{
    const struct http_field *header = http_req_header(req, "Authorization");
    if (header != NULL) {
        return id_from_basic(req->arena, header->value);
    }
    const struct url_params *form = http_req_form(req);
    return form != NULL ? params_value(form, "client_id") : STR("");
}

static bool is_token(const struct route *route)
{
    return route != NULL && route->class == ROUTE_TOKEN && strncmp(route->name, "oidc.", 5) == 0;
}

void who_look(struct exchange *x, const struct route *route)
{
    if (is_token(route)) {
        client_look(x);
    } else if (route == NULL || route->class == ROUTE_API || route->class == ROUTE_NOISE) {
        access_look(x);
    }
}

void who_tell(struct exchange *x, const struct route *route, struct fault_subject *subject)
{
    const struct mock_state *s = x->state;
    who_look(x, route);
    subject->principal = x->notes->principal;
    subject->token = x->notes->credential.name;
    if (is_token(route)) {
        struct str id = client_named(x->req);
        subject->client = arena_strndup(x->req->arena, id.len > 0 ? id.ptr : "", id.len);
        return;
    }
    const struct credential *c = credential_store_named(s->credentials, str_of(subject->token));
    subject->client = c != NULL ? arena_strdup(x->req->arena, c->client_id) : "";
}
