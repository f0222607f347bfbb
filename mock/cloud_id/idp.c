/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "base/secret/secret.h"
#include "mock/cloud_id/issue.h"
#include "mock/http/basic.h"
#include "mock/state/issuer_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_store.h"

/* A customer's own identity provider, in as much as federation needs it: metadata, keys, and tokens
 * for client credentials (RFC 6749 section 4.4; the answer's members as databricks-jdbc
 * jwttokenendpoint has them recorded). The client's id is the issuer's subject. It comes in the
 * body or by Basic (section 2.3.1). */

static const struct token_issuer *issuer_of(struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct token_issuer *issuer = service_issuer(s->services, x->req->captures[0]);
    if (issuer != NULL && issuer->spec.kind == ISSUER_GENERIC) {
        return issuer;
    }
    http_reply_json(x->req, x->reply, 404, json_set_string(json_object(), "message", "Not Found"));
    return NULL;
}

static const char *iss_of(struct exchange *x, const struct token_issuer *issuer)
{
    const char *fixed = token_issuer_iss(issuer);
    return fixed != NULL ? fixed
                         : arena_printf(x->req->arena, "%s/idp/%s", http_req_origin(x->req),
                                        issuer->spec.name);
}

int idp_metadata(struct exchange *x, struct err *err UNUSED)
{
    struct arena *a = x->req->arena;
    const struct token_issuer *issuer = issuer_of(x);
    if (issuer != NULL) {
        const char *base = arena_printf(a, "%s/idp/%s", http_req_origin(x->req), issuer->spec.name);
        issue_metadata(x, iss_of(x, issuer), arena_printf(a, "%s/jwks.json", base),
                       arena_printf(a, "%s/token", base));
    }
    return 0;
}

static int refuse(struct exchange *x, int status, const char *error, const char *description)
{
    struct json *o = json_object();
    json_set_string(o, "error", error);
    json_set_string(o, "error_description", description);
    http_reply_json(x->req, x->reply, status, o);
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    return 0;
}

/* Notes the secret and returns the id. */
static struct str client_take(struct exchange *x, const struct token_issuer *issuer,
                              const struct url_params *form)
{
    const struct http_field *header = http_req_header(x->req, "Authorization");
    struct arena *a = x->req->arena;
    struct basic_pair pair;
    if (header == NULL) {
        issue_note(x, issuer, "", params_value(form, "client_secret"));
        return params_value(form, "client_id");
    }
    if (!basic_read(a, header->value, &pair) || params_value(form, "client_secret").len > 0) {
        x->notes->credential.state = CREDENTIAL_MALFORMED;
        return STR("");
    }
    issue_note(x, issuer, "Basic", basic_half(a, pair.secret));
    return basic_half(a, pair.id);
}

int idp_token(struct exchange *x, struct err *err)
{
    const struct url_params *form = http_req_form(x->req);
    const struct token_issuer *issuer = issuer_of(x);
    if (issuer == NULL) {
        return 0;
    }
    if (form == NULL || params_duplicate(form) != NULL) {
        return refuse(x, 400, "invalid_request", "The form cannot be read");
    }
    if (!str_eq_z(params_value(form, "grant_type"), "client_credentials")) {
        return refuse(x, 400, "unsupported_grant_type", "Only client_credentials is served");
    }
    struct str id = client_take(x, issuer, form);
    if (x->notes->credential.state != CREDENTIAL_LIVE || !str_eq_z(id, issuer->spec.subject)) {
        if (x->notes->credential.state == CREDENTIAL_LIVE) {
            x->notes->credential.state = CREDENTIAL_WRONG;
        }
        return refuse(x, 401, "invalid_client", "Client authentication failed");
    }
    const struct issuer_token_request r = {
        .issuer = issuer, .iss = iss_of(x, issuer), .audience = params_value(form, "audience")};
    const char *token = issue_token(x, &r, err);
    if (token == NULL) {
        return -1;
    }
    struct json *o = json_object();
    json_set_string(o, "token_type", "Bearer");
    json_set_int(o, "expires_in", issuer->spec.token_lifetime_ms / 1000);
    json_set_string(o, "access_token", token);
    http_reply_json(x->req, x->reply, 200, o);
    http_reply_header(x->req, x->reply, "cache-control", "no-store");
    return 0;
}
