/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/who.h"

#include "base/secret/secret.h"
#include "base/text/base64.h"
#include "base/text/url.h"
#include "mock/access/access.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"

/* What a token request says about its client (RFC 6749 section 2.3.1). */
struct client_claim {
    struct str scheme, id, secret;
    bool malformed;
};

static struct str decoded(struct arena *a, struct str half)
{
    struct err ignored = {0};
    AUTO_BUF struct buf out = {0};
    if (percent_decode(&out, half, true, &ignored) < 0) {
        return str_n(arena_strndup(a, half.ptr, half.len), half.len);
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

static void claim_from_basic(struct arena *a, struct str header, struct client_claim *c)
{
    struct err ignored = {0};
    AUTO_BUF struct buf pair = {0};
    long space = str_find(header, STR(" "), 0);
    c->malformed = true;
    c->scheme = str_slice(header, 0, space < 0 ? header.len : (size_t)space);
    if (space < 0 || !str_eq_nocase(c->scheme, STR("Basic")) ||
        base64_decode(&pair, str_slice(header, (size_t)space + 1, header.len), BASE64_STANDARD,
                      &ignored) < 0) {
        return;
    }
    long colon = str_find(buf_str(&pair), STR(":"), 0);
    if (colon >= 0) {
        c->malformed = false;
        c->id = decoded(a, str_slice(buf_str(&pair), 0, (size_t)colon));
        c->secret = decoded(a, str_slice(buf_str(&pair), (size_t)colon + 1, pair.len));
    }
}

static void claim_read(const struct http_req *req, struct client_claim *c)
{
    *c = (struct client_claim){.scheme = STR(""), .id = STR(""), .secret = STR("")};
    const struct http_field *header = http_req_header(req, "Authorization");
    if (header != NULL) {
        claim_from_basic(req->arena, header->value, c);
        return;
    }
    struct url_params form = {0};
    struct err ignored = {0};
    if (req->body_cut || form_parse(req->arena, req->body, &form, &ignored) < 0) {
        return;
    }
    const struct url_param *id = params_get(&form, "client_id");
    const struct url_param *secret = params_get(&form, "client_secret");
    c->id = id != NULL ? id->value : STR("");
    c->secret = secret != NULL ? secret->value : STR("");
}

static enum credential_state claim_state(const struct client_claim *c, const struct canary *sent,
                                         const struct principal *p)
{
    if (c->malformed) {
        return CREDENTIAL_MALFORMED;
    }
    if (c->secret.len == 0) {
        return CREDENTIAL_ABSENT;
    }
    if (p == NULL) {
        return CREDENTIAL_UNKNOWN;
    }
    if (sent == NULL || sent->kind != SECRET_CLIENT_SECRET ||
        !secret_equal(p->client_secret, c->secret)) {
        return CREDENTIAL_WRONG;
    }
    return p->blocked ? CREDENTIAL_REVOKED : CREDENTIAL_LIVE;
}

static void client_look(struct exchange *x, const struct client_claim *c)
{
    const struct mock_state *s = x->state;
    struct arena *a = x->req->arena;
    const struct canary *sent = c->secret.len > 0 ? secret_set_find(s->canaries, c->secret) : NULL;
    const struct principal *p = c->id.len > 0 ? principal_store_client(s->principals, c->id) : NULL;
    x->notes->credential = (struct journal_credential){
        .scheme = arena_strndup(a, c->scheme.len > 0 ? c->scheme.ptr : "", c->scheme.len),
        .name = sent != NULL ? arena_strdup(a, sent->name) : "",
        .kind = sent != NULL ? secret_kind_name(sent->kind) : "",
        .state = claim_state(c, sent, p),
    };
    if (p != NULL) {
        x->notes->principal = arena_strdup(a, p->name);
    }
}

static bool is_token(const struct route *route)
{
    return route != NULL && route->class == ROUTE_TOKEN && strncmp(route->name, "oidc.", 5) == 0;
}

void who_look(struct exchange *x, const struct route *route)
{
    if (is_token(route)) {
        struct client_claim claim;
        claim_read(x->req, &claim);
        client_look(x, &claim);
    } else if (route != NULL && (route->class == ROUTE_API || route->class == ROUTE_NOISE)) {
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
        struct client_claim claim;
        claim_read(x->req, &claim);
        subject->client =
            arena_strndup(x->req->arena, claim.id.len > 0 ? claim.id.ptr : "", claim.id.len);
        return;
    }
    const struct credential *c = credential_store_named(s->credentials, str_of(subject->token));
    subject->client = c != NULL ? arena_strdup(x->req->arena, c->client_id) : "";
}
