/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/who.h"

#include "base/text/base64.h"
#include "base/text/url.h"
#include "mock/access/access.h"
#include "mock/oidc/client_look.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"

static struct str decoded(struct arena *a, struct str half)
{
    struct err ignored = {0};
    AUTO_BUF struct buf out = {0};
    if (percent_decode(&out, half, true, &ignored) < 0) {
        return str_n(arena_strndup(a, half.ptr, half.len), half.len);
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

static struct str id_from_basic(struct arena *a, struct str header)
{
    struct err ignored = {0};
    AUTO_BUF struct buf pair = {0};
    long space = str_find(header, STR(" "), 0);
    if (space < 0 || base64_decode(&pair, str_slice(header, (size_t)space + 1, header.len),
                                   BASE64_STANDARD, &ignored) < 0) {
        return STR("");
    }
    long colon = str_find(buf_str(&pair), STR(":"), 0);
    return colon >= 0 ? decoded(a, str_slice(buf_str(&pair), 0, (size_t)colon)) : STR("");
}

/* The client that a token request names (RFC 6749 section 2.3.1). */
static struct str client_named(struct http_req *req)
{
    const struct http_field *header = http_req_header(req, "Authorization");
    if (header != NULL) {
        return id_from_basic(req->arena, header->value);
    }
    const struct url_params *form = http_req_form(req);
    const struct url_param *id = form != NULL ? params_get(form, "client_id") : NULL;
    return id != NULL ? id->value : STR("");
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
