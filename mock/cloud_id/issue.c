/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/cloud_id/issue.h"

#include "base/core/attrs.h"
#include "base/crypto/key.h"
#include "base/secret/secret.h"
#include "mock/access/note.h"
#include "mock/state/issuer_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"

struct str issue_query(const struct exchange *x, const char *name)
{
    const struct url_param *p = params_get(&x->req->params, name);
    return p != NULL ? p->value : STR("");
}

const struct token_issuer *issue_of_kind(struct exchange *x, int kind)
{
    const struct mock_state *s = x->state;
    const struct token_issuer *issuer = service_issuer_of_kind(s->services, kind);
    if (issuer == NULL) {
        http_reply_json(x->req, x->reply, 404,
                        json_set_string(json_object(), "message", "Not Found"));
    }
    return issuer;
}

void issue_note(struct exchange *x, const struct token_issuer *issuer, const char *scheme,
                struct str sent)
{
    const struct mock_state *s = x->state;
    const struct canary *c = sent.len > 0 ? secret_set_find(s->canaries, sent) : NULL;
    note_secret(x, str_of(scheme), c,
                sent.len == 0                ? CREDENTIAL_ABSENT
                : c == issuer->request_token ? CREDENTIAL_LIVE
                : c != NULL                  ? CREDENTIAL_WRONG
                                             : CREDENTIAL_UNKNOWN);
    if (x->notes->credential.state == CREDENTIAL_LIVE) {
        x->notes->principal = arena_strdup(x->req->arena, issuer->spec.name);
    }
}

bool issue_bearer_is_right(struct exchange *x, const struct token_issuer *issuer)
{
    const struct http_field *header = http_req_header(x->req, "Authorization");
    struct str rest = header != NULL ? header->value : STR(""), scheme = STR("");
    (void)str_split(&rest, ' ', &scheme);
    bool bearer = str_eq_nocase(scheme, STR("Bearer"));
    issue_note(x, issuer, bearer ? "Bearer" : "", bearer && rest.ptr != NULL ? rest : STR(""));
    if (header != NULL && !bearer) {
        x->notes->credential.state = CREDENTIAL_MALFORMED;
    }
    return x->notes->credential.state == CREDENTIAL_LIVE;
}

const char *issue_token(struct exchange *x, const struct issuer_token_request *r, struct err *err)
{
    const char *name;
    struct str value;
    if (issuer_token_mint(x->state, r, &name, &value, err) < 0) {
        return NULL;
    }
    *VEC_PUSH(x->req->arena, &x->notes->issued) = arena_strdup(x->req->arena, name);
    return value.ptr;
}

static struct json *list_of(const char *only)
{
    struct json *list = json_array();
    json_push(list, json_string(only));
    return list;
}

void issue_metadata(struct exchange *x, const char *issuer, const char *jwks_uri,
                    const char *token_endpoint)
{
    struct json *o = json_object();
    json_set_string(o, "issuer", issuer);
    json_set_string(o, "jwks_uri", jwks_uri);
    if (token_endpoint != NULL) {
        json_set_string(o, "token_endpoint", token_endpoint);
        json_set(o, "grant_types_supported", list_of("client_credentials"));
    }
    json_set(o, "subject_types_supported", list_of("public"));
    json_set(o, "response_types_supported", list_of("id_token"));
    json_set(o, "id_token_signing_alg_values_supported", list_of("RS256"));
    json_set(o, "scopes_supported", list_of("openid"));
    http_reply_json(x->req, x->reply, 200, o);
}

int issuer_keys(struct exchange *x, struct err *err UNUSED)
{
    const struct mock_state *s = x->state;
    struct json *keys = json_array(), *o = json_object();
    json_push(keys, crypto_key_jwk(service_key_issuer(s->service_keys)));
    json_set(o, "keys", keys);
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}
